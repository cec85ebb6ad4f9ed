// SPDX-License-Identifier: Apache-2.0
/* The PCI function behind the device file: binding, resetting, its interrupts, its driver. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "life.h"

#define DRIVER	"/sys/bus/pci/drivers/smmute-pci/"

/* Its BDF, as it was when first asked for. */
const char *function_address(void)
{
	static char address[PATH_MAX];
	char link[PATH_MAX], target[PATH_MAX];
	const char *name = strrchr(device, '/');
	ssize_t length;

	if (address[0])
		return address;
	snprintf(link, sizeof(link), "/sys/class/smmute/%s/device", name ? name + 1 : device);
	length = readlink(link, target, sizeof(target) - 1);
	check(length > 0, "cannot read %s: is the driver bound?", link);
	target[length] = '\0';
	strcpy(address, basename(target));
	return address;
}

/* 0 or a negative errno. */
int function_write(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	ssize_t written;
	int err;

	if (fd < 0)
		return -errno;
	written = write(fd, text, strlen(text));
	err = written < 0 ? -errno : 0;
	close(fd);
	return err;
}

void function_unbind(void)
{
	int err = function_write(DRIVER "unbind", function_address());

	check(!err, "unbind: %s", strerror(-err));
}

void function_bind(void)
{
	int err = function_write(DRIVER "bind", function_address());

	check(!err, "bind: %s", strerror(-err));
	function_wait();
}

/* Until the device file is there. */
void function_wait(void)
{
	uint64_t deadline = now_ms() + 5000;

	while (access(device, R_OK | W_OK)) {
		check(now_ms() < deadline, "%s does not appear", device);
		nanosleep(&(struct timespec){ .tv_nsec = 10000000 }, NULL);
	}
}

/* All of its rows in /proc/interrupts. */
unsigned long function_interrupts(void)
{
	FILE *file = fopen("/proc/interrupts", "re");
	unsigned long sum = 0;
	char line[4096];

	check(file, "cannot read /proc/interrupts");
	while (fgets(line, sizeof(line), file)) {
		char *at = strchr(line, ':'), *end;

		/* The function's address may also be part of the chip's name: the last column counts. */
		line[strcspn(line, "\n")] = '\0';
		end = strrchr(line, ' ');
		if (!at || !end || strcmp(end + 1, function_address()))
			continue;
		for (at++;; at = end) {
			unsigned long count = strtoul(at, &end, 10);

			if (end == at || (*end != ' ' && *end != '\0'))
				break;
			sum += count;
		}
	}
	fclose(file);
	return sum;
}

int module_remove(void)
{
	return syscall(SYS_delete_module, "smmute", O_NONBLOCK) ? -errno : 0;
}

int module_insert(void)
{
	int fd = open(module, O_RDONLY | O_CLOEXEC);
	int err;

	if (fd < 0)
		return -errno;
	err = syscall(SYS_finit_module, fd, "", 0) ? -errno : 0;
	close(fd);
	if (!err)
		function_wait();
	return err;
}
