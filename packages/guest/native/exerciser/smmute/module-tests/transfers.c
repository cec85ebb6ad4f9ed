// SPDX-License-Identifier: Apache-2.0
/* What a transaction does, and what may be asked for. */
#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>

#include "life.h"

TEST(version)
{
	struct smmute_version version = { .major = SMMUTE_VERSION_MAJOR };
	int fd = engine_open();

	check(!ioctl(fd, SMMUTE_IOCTL_VERSION, &version), "an older caller is refused");
	check(version.minor == SMMUTE_VERSION_MINOR, "version 0x%x", version.minor);
	version.minor++;
	check(ioctl(fd, SMMUTE_IOCTL_VERSION, &version) && errno == ENODEV, "a newer caller is not");
	check(ioctl(fd, SMMUTE_IOCTL_BIND_TASK, 0) && errno == ENODEV, "BIND_TASK");
	check(ioctl(fd, SMMUTE_IOCTL(99), 0) && errno == ENOTTY, "an unknown call");
}

TEST(memcpy_of_sizes)
{
	static const size_t sizes[] = { 1, 7, PAGE - 1, PAGE, PAGE + 1, KIB(64), MIB(1), MIB(4) };
	int fd = engine_open();
	uint8_t *in = engine_map(fd, MIB(4)), *out = engine_map(fd, MIB(4));
	size_t n;

	for (n = 0; n < sizeof(sizes) / sizeof(sizes[0]); n++)
		transfer(fd, in, out, sizes[n], n);
}

TEST(addresses_are_told)
{
	int fd = engine_open();
	uint8_t *in = engine_map(fd, PAGE), *out = engine_map(fd, PAGE);
	struct smmute_result one, two;

	one = engine_collect(fd, engine_launch(fd, SMMUTE_IOCTL_MEMCPY, in, out, 16));
	two = engine_collect(fd, engine_launch(fd, SMMUTE_IOCTL_MEMCPY, in + 8, out + 24, 16));
	check(one.flags & SMMUTE_RESULT_ADDRESSES, "flags 0x%x", one.flags);
	check(one.begin && two.begin == one.begin + 8, "begin 0x%llx, then 0x%llx",
	      (unsigned long long)one.begin, (unsigned long long)two.begin);
	check(one.output && two.output == one.output + 24, "output 0x%llx, then 0x%llx",
	      (unsigned long long)one.output, (unsigned long long)two.output);
	check(!one.expected, "a fault is expected");
	one = engine_collect(fd, engine_launch(fd, SMMUTE_IOCTL_RAND48, in, NULL, 16));
	check(one.begin == two.begin - 8 && !one.output, "RAND48's addresses");
}

TEST(rand48_and_sum64)
{
	static const uint8_t start[] = { 0x6e, 0x0a, 0xd0, 0x69, 0xba, 0x48, 0x0b, 0xea };
	int fd = engine_open();
	uint8_t *buffer = engine_map(fd, 2 * PAGE);
	uint64_t *words = (uint64_t *)buffer, sum = 0;
	struct smmute_result result;
	size_t n;

	result = engine_collect(fd, engine_launch(fd, SMMUTE_IOCTL_RAND48, buffer, NULL, 2 * PAGE));
	check(!result.status && !result.value, "rand48: status %u", result.status);
	check(!memcmp(buffer, start, sizeof(start)), "rand48: wrong data");
	for (n = 0; n < 2 * PAGE / 8; n++)
		sum += words[n];
	result = engine_collect(fd, engine_launch(fd, SMMUTE_IOCTL_SUM64, buffer, NULL, 2 * PAGE));
	check(!result.status && result.value == sum, "sum64: status %u, 0x%llx", result.status,
	      (unsigned long long)result.value);
}

TEST(misconfigured)
{
	int fd = engine_open();
	uint8_t *buffer = engine_map(fd, PAGE);
	uint64_t begun = now_ms();
	struct smmute_result result;

	result = engine_collect(fd, engine_launch(fd, SMMUTE_IOCTL_SUM64, buffer + 1, NULL, 8));
	check(result.status == EINVAL && !result.value, "status %u", result.status);
	check(now_ms() - begun < 400, "it was waited for an interrupt");
}

TEST(inverted_addresses)
{
	static const unsigned long commands[] = { SMMUTE_IOCTL_MEMCPY, SMMUTE_IOCTL_RAND48 };
	int fd = engine_open();
	uint8_t *in = engine_map(fd, PAGE), *out = engine_map(fd, PAGE);
	struct smmute_result result;
	size_t n;

	for (n = 0; n < 2; n++) {
		result = engine_fault(fd, commands[n], in, out, 64, SMMUTE_FLAG_FAULT);
		check(result.status == EIO, "status %u", result.status);
		check(result.value == result.expected && result.expected == result.begin,
		      "0x%llx instead of 0x%llx", (unsigned long long)result.value,
		      (unsigned long long)result.expected);
	}
}

TEST(bad_requests)
{
	int fd = engine_open(), other = engine_open();
	uint8_t *in = engine_map(fd, PAGE), *out = engine_map(other, PAGE);
	uint64_t id;
	int n;

#define refused(error, ...) check(engine_try_launch(fd, SMMUTE_IOCTL_MEMCPY, __VA_ARGS__, &id) == -(error), \
				  "not " #error ": " #__VA_ARGS__)
	refused(EINVAL, in, in, 0, 0);
	refused(EINVAL, in, in, 8, 1u << 31);
	refused(ENODEV, in, in, 8, SMMUTE_FLAG_SVA);
	refused(ESRCH, in, in + 1, PAGE, 0);
	refused(ESRCH, in - 1, in, 8, 0);
	refused(ESRCH, in, out, 8, 0);
	refused(ESRCH, &id, in, 8, 0);
	refused(ESRCH, NULL, in, 8, 0);
	refused(EINVAL, in, in, SIZE_MAX, 0);
#undef refused
	for (n = 1; n <= 4; n++)
		check(ioctl(fd, SMMUTE_IOCTL((unsigned int)n), 16) && errno == EFAULT, "no EFAULT");
}

/* Each transaction that is waited for raises one, and all vectors have their turn. */
TEST(one_interrupt_each)
{
	int fd = engine_open();
	uint8_t *in = engine_map(fd, PAGE), *out = engine_map(fd, PAGE);
	unsigned long before, seen = 0;
	uint64_t deadline;
	unsigned int n;

	before = function_interrupts();
	for (n = 0; n < 10 * NR_VECTORS; n++)
		transfer(fd, in, out, 64, n);
	deadline = now_ms() + 2000;
	while (seen < n && now_ms() < deadline) {
		seen = function_interrupts() - before;
		nanosleep(&(struct timespec){ .tv_nsec = 10000000 }, NULL);
	}
	check(seen == n, "%lu interrupts for %u transactions", seen, n);
}
