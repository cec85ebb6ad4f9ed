// SPDX-License-Identifier: Apache-2.0
/* Isolation faults: where the engine must not reach. */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "life.h"

struct strike {
	const char *name;
	unsigned long command;
	uint32_t flags;
	bool untranslated;	/* can be had without an IOMMU too */
};

static const struct strike strikes[] = {
	{ "stale, copied to", SMMUTE_IOCTL_MEMCPY, SMMUTE_FLAG_STALE, false },
	{ "stale, copied from", SMMUTE_IOCTL_MEMCPY, SMMUTE_FLAG_STALE | SMMUTE_FLAG_ON_READ, false },
	{ "stale, filled", SMMUTE_IOCTL_RAND48, SMMUTE_FLAG_STALE, false },
	{ "stale, added up", SMMUTE_IOCTL_SUM64, SMMUTE_FLAG_STALE | SMMUTE_FLAG_ON_READ, false },
	{ "past, copied to", SMMUTE_IOCTL_MEMCPY, SMMUTE_FLAG_PAST, false },
	{ "past, copied from", SMMUTE_IOCTL_MEMCPY, SMMUTE_FLAG_PAST | SMMUTE_FLAG_ON_READ, false },
	{ "past, filled", SMMUTE_IOCTL_RAND48, SMMUTE_FLAG_PAST, false },
	{ "past, added up", SMMUTE_IOCTL_SUM64, SMMUTE_FLAG_PAST | SMMUTE_FLAG_ON_READ, false },
	{ "read-only, copied to", SMMUTE_IOCTL_MEMCPY, SMMUTE_FLAG_READONLY, false },
	{ "read-only, filled", SMMUTE_IOCTL_RAND48, SMMUTE_FLAG_READONLY, false },
	{ "foreign, copied to", SMMUTE_IOCTL_MEMCPY, SMMUTE_FLAG_FOREIGN, true },
	{ "foreign, copied from", SMMUTE_IOCTL_MEMCPY, SMMUTE_FLAG_FOREIGN | SMMUTE_FLAG_ON_READ, true },
	{ "foreign, filled", SMMUTE_IOCTL_RAND48, SMMUTE_FLAG_FOREIGN, true },
	{ "foreign, added up", SMMUTE_IOCTL_SUM64, SMMUTE_FLAG_FOREIGN | SMMUTE_FLAG_ON_READ, true },
};

#define NR_STRIKES	(sizeof(strikes) / sizeof(strikes[0]))

static void check_refused(const char *name, const struct smmute_result *result, size_t size)
{
	check(result->status == EIO, "%s, %zu bytes: status %u", name, size, result->status);
	check(result->expected && result->value == result->expected,
	      "%s, %zu bytes: fault at 0x%llx, not 0x%llx", name, size,
	      (unsigned long long)result->value, (unsigned long long)result->expected);
	check(!(result->flags & SMMUTE_RESULT_TOUCHED), "%s, %zu bytes: touched", name, size);
}

static void strike_with(int fd, const struct strike *strike, uint8_t *in, uint8_t *out, size_t size)
{
	struct smmute_result result;
	uint64_t id;
	int err;

	fill(in, size, 1);
	memset(out, 0x5a, size);
	err = engine_try_launch(fd, strike->command, in, out, size, strike->flags, &id);
	check(!err, "%s, %zu bytes: %s", strike->name, size, strerror(-err));
	result = engine_collect(fd, id);
	check_refused(strike->name, &result, size);

	/* Of what could be read, nothing may come through, but before the mapping's end it is allowed. */
	if (strike->flags & SMMUTE_FLAG_PAST && strike->flags & SMMUTE_FLAG_ON_READ) {
		size_t inside = (size_t)(result.expected - result.begin);

		out += inside;
		size -= inside;
	}
	check(out[0] == 0x5a && !memcmp(out, out + 1, size - 1), "%s: data came through", strike->name);
}

TEST(faults)
{
	static const size_t sizes[] = { 16, 24, PAGE, 3 * PAGE, KIB(64) };
	int fd = engine_open();
	uint8_t *in = engine_map(fd, KIB(64)), *out = engine_map(fd, KIB(64));
	bool translated = engine_is_translated(fd);
	uint64_t id;
	size_t n, k;

	for (n = 0; n < NR_STRIKES; n++) {
		if (!translated && !strikes[n].untranslated) {
			check(engine_try_launch(fd, strikes[n].command, in, out, PAGE, strikes[n].flags,
						&id) == -EOPNOTSUPP, "%s: not refused", strikes[n].name);
			continue;
		}
		for (k = 0; k < sizeof(sizes) / sizeof(sizes[0]); k++)
			strike_with(fd, &strikes[n], in, out, sizes[k]);
	}
	transfer(fd, in, out, KIB(64), 1);
}

/* Many at once, each at its own victim, while buffers come and go. */
TEST_FOR(faults_with_depth, 120)
{
	enum { DEPTH = 48 };
	int fd = engine_open();
	uint8_t *in = engine_map(fd, PAGE), *out = engine_map(fd, PAGE), *other;
	struct smmute_result result;
	uint64_t ids[DEPTH];
	unsigned int n, round;
	int err;

	if (!engine_is_translated(fd))
		skip("nothing translates");
	for (round = 0; round < 4; round++) {
		for (n = 0; n < DEPTH; n++) {
			const struct strike *strike = &strikes[n % NR_STRIKES];

			other = engine_map(fd, KIB(4) << n % 4);
			err = engine_try_launch(fd, strike->command, in, out, PAGE, strike->flags, &ids[n]);
			check(!err, "%s: %s", strike->name, strerror(-err));
			munmap(other, KIB(4) << n % 4);
		}
		for (n = 0; n < DEPTH; n++) {
			result = engine_collect(fd, ids[n]);
			check_refused(strikes[n % NR_STRIKES].name, &result, PAGE);
		}
	}
}

TEST(faults_closed_while_running)
{
	unsigned int round, n;
	uint8_t *in, *out;
	uint64_t id;
	int fd, err;

	for (round = 0; round < 5; round++) {
		fd = engine_open();
		in = engine_map(fd, MIB(1));
		out = engine_map(fd, MIB(1));
		if (!engine_is_translated(fd))
			skip("nothing translates");
		keep_busy(fd, in, MIB(1), 5);
		for (n = 0; n < NR_STRIKES; n++) {
			err = engine_try_launch(fd, strikes[n].command, in, out, PAGE, strikes[n].flags, &id);
			check(!err, "%s: %s", strikes[n].name, strerror(-err));
		}
		munmap(in, MIB(1));
		munmap(out, MIB(1));
		close(fd);
	}
}

TEST(substream)
{
	static const unsigned long commands[] = { SMMUTE_IOCTL_MEMCPY, SMMUTE_IOCTL_RAND48,
						  SMMUTE_IOCTL_SUM64 };
	int fd = engine_open();
	uint8_t *in = engine_map(fd, PAGE), *out = engine_map(fd, PAGE);
	struct smmute_result result;
	size_t n;

	for (n = 0; n < 3; n++) {
		result = engine_fault(fd, commands[n], in, out, PAGE, SMMUTE_FLAG_SUBSTREAM);
		check(result.expected == result.begin, "expected 0x%llx, begin 0x%llx",
		      (unsigned long long)result.expected, (unsigned long long)result.begin);
		check_refused("substream", &result, PAGE);
	}
	transfer(fd, in, out, PAGE, 1);
}

TEST(fault_refusals)
{
	int fd = engine_open();
	uint8_t *in = engine_map(fd, MIB(1)), *out = engine_map(fd, MIB(1));
	uint64_t id;

#define refused(command, size, flags) \
	check(engine_try_launch(fd, SMMUTE_IOCTL_##command, in, out, size, flags, &id) == -EINVAL, \
	      "not refused: " #command ", " #size ", " #flags)
	refused(MEMCPY, PAGE, SMMUTE_FLAG_STALE | SMMUTE_FLAG_PAST);
	refused(MEMCPY, PAGE, SMMUTE_FLAG_STALE | SMMUTE_FLAG_SUBSTREAM);
	refused(MEMCPY, PAGE, SMMUTE_FLAG_STALE | SMMUTE_FLAG_FAULT);
	refused(MEMCPY, PAGE, SMMUTE_FLAG_FOREIGN | SMMUTE_FLAG_SVA);
	refused(MEMCPY, PAGE, SMMUTE_FLAG_ON_READ);
	refused(MEMCPY, PAGE, SMMUTE_FLAG_ON_READ | SMMUTE_FLAG_FAULT);
	refused(MEMCPY, PAGE, SMMUTE_FLAG_ON_READ | SMMUTE_FLAG_READONLY);
	refused(MEMCPY, PAGE, SMMUTE_FLAG_ON_READ | SMMUTE_FLAG_SUBSTREAM);
	refused(RAND48, PAGE, SMMUTE_FLAG_ON_READ | SMMUTE_FLAG_STALE);
	refused(SUM64, PAGE, SMMUTE_FLAG_STALE);
	refused(SUM64, PAGE, SMMUTE_FLAG_READONLY);
	refused(MEMCPY, KIB(64) + 1, SMMUTE_FLAG_STALE);
	refused(MEMCPY, 1, SMMUTE_FLAG_PAST);
	refused(SUM64, 8, SMMUTE_FLAG_PAST | SMMUTE_FLAG_ON_READ);
	refused(MEMCPY, 0, SMMUTE_FLAG_STALE);
#undef refused
}
