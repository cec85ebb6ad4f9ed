// SPDX-License-Identifier: Apache-2.0
/*
 * wake: makes a guest that was restored one of its own. Says on standard error that the guest can be saved, and reads one
 * line from standard input, which it waits for in the saved guest:
 *
 *     KIT MILLISECONDS HOSTNAME MACHINE-ID SEED
 *
 * whose kit it uses (`own` or `share`), the time since the epoch, a name, 32 hexadecimal digits, and 64 fresh random bytes
 * as 128 hexadecimal digits. Then it looks for what was plugged into the PCI ports, mounts the share for results, and says
 * `go` on standard output, with all that was found ready for use, if the kit is the guest's own. The exit status is 0 for
 * that, 3 for another kit, and 1 when something is wrong.
 *
 * With two arguments, `wake MILLISECONDS SEED`, it does no more than set the clock and feed the random number generator: what
 * a machine needs that is no guest.
 *
 * All of this is one program that was started before the guest was saved: each that a guest has to start takes as long as
 * everything that is done here.
 *
 * Guests that are restored from the same memory have the same clock, names and random state. Writing to /dev/urandom
 * would not change what it gives until the kernel reseeds by itself, minutes later: what is added must be credited,
 * and the generator told to reseed from it, random(4).
 */
#define _GNU_SOURCE /* pipe2 */
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <linux/random.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <time.h>
#include <unistd.h>

enum { SEED_BYTES = 64, NAME_LENGTH = 64, ID_DIGITS = 32 };

enum { EXIT_OTHER_KIT = 3 };

/* A driver that takes longer has the guest go on without its device, so that somebody can say so. */
enum { SCAN_SECONDS = 20 };

struct seed {
	struct rand_pool_info info;
	unsigned char bytes[SEED_BYTES];
};

static int fail(const char *what)
{
	fprintf(stderr, "wake: %s: %s\n", what, strerror(errno));
	return EXIT_FAILURE;
}

static int set_clock(long long milliseconds)
{
	const struct timespec now = {
		.tv_sec = (time_t)(milliseconds / 1000),
		.tv_nsec = (long)(milliseconds % 1000) * 1000000L,
	};

	return clock_settime(CLOCK_REALTIME, &now);
}

static int write_machine_id(const char *id)
{
	FILE *file = fopen("/etc/machine-id", "w");

	if (!file)
		return -1;
	fprintf(file, "%s\n", id);
	return fclose(file);
}

static int parse_seed(const char *digits, unsigned char *bytes)
{
	for (int n = 0; n < SEED_BYTES; n++) {
		unsigned int byte;

		if (sscanf(digits + 2 * n, "%2x", &byte) != 1)
			return -1;
		bytes[n] = (unsigned char)byte;
	}
	return 0;
}

static int feed(const char *digits)
{
	struct seed seed = { .info = { .entropy_count = SEED_BYTES * 8, .buf_size = SEED_BYTES } };
	int random, err;

	if (parse_seed(digits, seed.bytes))
		return -1;
	random = open("/dev/urandom", O_RDWR | O_CLOEXEC);
	if (random < 0)
		return -1;
	err = ioctl(random, RNDADDENTROPY, &seed) || ioctl(random, RNDRESEEDCRNG);
	close(random);
	return err ? -1 : 0;
}

/* Where there is none (yet), the agent finds it. */
static void mount_results(void)
{
	(void)mount("results", "/run/coordinator", "9p", 0, "trans=virtio,version=9p2000.L,msize=262144");
}

/* What is there already is left as it is; whether a device that should be there is, the agent finds out. */
static void rescan_buses(void)
{
	glob_t buses;

	if (glob("/sys/bus/pci/devices/*/pci_bus/*/rescan", 0, NULL, &buses))
		return;
	for (size_t n = 0; n < buses.gl_pathc; n++) {
		const int bus = open(buses.gl_pathv[n], O_WRONLY | O_CLOEXEC);

		if (bus < 0)
			continue;
		if (write(bus, "1", 1) != 1)
			fail(buses.gl_pathv[n]);
		close(bus);
	}
}

#define CLASSES "/sys/bus/pci/devices/*/class"
#define NAMESPACES "/sys/bus/pci/devices/*/nvme/nvme*/nvme*n*"

/* Mass storage, non-volatile memory, NVM Express. The tries are ten seconds. */
enum { NVME_CLASS = 0x010802, TRIES = 2000, PAUSE_US = 5000 };

static bool has_nvme(void)
{
	glob_t classes;
	bool found = false;

	if (glob(CLASSES, 0, NULL, &classes))
		return false;
	for (size_t n = 0; n < classes.gl_pathc && !found; n++) {
		FILE *file = fopen(classes.gl_pathv[n], "re");
		unsigned int class = 0;

		if (!file)
			continue;
		found = fscanf(file, "%x", &class) == 1 && class == NVME_CLASS;
		fclose(file);
	}
	globfree(&classes);
	return found;
}

/*
 * The driver of NVMe functions finds their namespaces after it was bound, and the kernel looks for partitions when there is
 * a device file already: reads that no test has asked for. To open the disk waits for the end of that.
 */
static void settle_disks(void)
{
	glob_t disks;
	int tries = 0;

	if (!has_nvme())
		return;
	while (glob(NAMESPACES, 0, NULL, &disks)) {
		if (++tries == TRIES)
			return;
		usleep(PAUSE_US);
	}
	for (size_t n = 0; n < disks.gl_pathc; n++) {
		char path[64];
		int disk;

		snprintf(path, sizeof(path), "/dev/%s", strrchr(disks.gl_pathv[n], '/') + 1);
		disk = open(path, O_RDONLY | O_CLOEXEC);
		if (disk >= 0)
			close(disk);
	}
	globfree(&disks);
}

/*
 * Drivers are bound, and their interrupts set up, before the kernel returns from that: a process of its own does it, beside
 * all else, and was started before, too. SIGCHLD, which is blocked, says that it has ended.
 *
 * @returns what to close for it to begin; negative when there is none
 */
static int hold_rescan(const sigset_t *ended)
{
	int ends[2];
	char none;

	if (sigprocmask(SIG_BLOCK, ended, NULL) || pipe2(ends, O_CLOEXEC))
		return -1;
	switch (fork()) {
	case -1:
		return -1;
	case 0:
		close(ends[1]);
		if (read(ends[0], &none, 1) == 0) {
			rescan_buses();
			settle_disks();
		}
		_exit(EXIT_SUCCESS);
	default:
		close(ends[0]);
		return ends[1];
	}
}

static int refresh(long long milliseconds, const char *digits)
{
	if (strlen(digits) != 2 * SEED_BYTES || feed(digits))
		return fail("the random number generator");
	return set_clock(milliseconds) ? fail("the clock") : EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
	char kit[8], name[NAME_LENGTH + 1], id[ID_DIGITS + 1], digits[2 * SEED_BYTES + 1];
	const struct timespec limit = { .tv_sec = SCAN_SECONDS };
	long long milliseconds;
	sigset_t ended;
	int rescan;

	if (argc == 3)
		return refresh(atoll(argv[1]), argv[2]);
	sigemptyset(&ended);
	sigaddset(&ended, SIGCHLD);
	rescan = hold_rescan(&ended);
	if (rescan < 0)
		return fail("no process to look for devices");
	fputs("coordinator: ready to be saved\n", stderr);
	if (scanf("%7s %lld %64s %32s %128s", kit, &milliseconds, name, id, digits) != 5) {
		fputs("wake: this is not what a restored guest is told\n", stderr);
		return EXIT_FAILURE;
	}
	close(rescan);
	if (refresh(milliseconds, digits))
		return EXIT_FAILURE;
	if (sethostname(name, strlen(name)))
		return fail("the host name");
	if (write_machine_id(id))
		return fail("/etc/machine-id");
	mount_results();
	sigtimedwait(&ended, NULL, &limit);
	if (strcmp(kit, "own"))
		return EXIT_OTHER_KIT;
	puts("go");
	return EXIT_SUCCESS;
}
