// SPDX-License-Identifier: Apache-2.0
/*
 * wake: makes a guest that was restored one of its own. Says on standard error that the guest can be saved, and reads one
 * line from standard input, which it waits for in the saved guest:
 *
 *     KIT MILLISECONDS HOSTNAME MACHINE-ID SEED
 *
 * whose kit it uses (`own` or `share`), the time since the epoch, a name, 32 hexadecimal digits, and 64 fresh random bytes
 * as 128 hexadecimal digits. Then it mounts the share for results, and says `go` on standard output if the kit is the
 * guest's own. The exit status is 0 for that, 3 for another kit, and 1 when something is wrong.
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
#include <errno.h>
#include <fcntl.h>
#include <linux/random.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <time.h>
#include <unistd.h>

enum { SEED_BYTES = 64, NAME_LENGTH = 64, ID_DIGITS = 32 };

enum { EXIT_OTHER_KIT = 3 };

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

static int refresh(long long milliseconds, const char *digits)
{
	if (strlen(digits) != 2 * SEED_BYTES || feed(digits))
		return fail("the random number generator");
	return set_clock(milliseconds) ? fail("the clock") : EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
	char kit[8], name[NAME_LENGTH + 1], id[ID_DIGITS + 1], digits[2 * SEED_BYTES + 1];
	long long milliseconds;

	if (argc == 3)
		return refresh(atoll(argv[1]), argv[2]);
	fputs("coordinator: ready to be saved\n", stderr);
	if (scanf("%7s %lld %64s %32s %128s", kit, &milliseconds, name, id, digits) != 5) {
		fputs("wake: this is not what a restored guest is told\n", stderr);
		return EXIT_FAILURE;
	}
	if (refresh(milliseconds, digits))
		return EXIT_FAILURE;
	if (sethostname(name, strlen(name)))
		return fail("the host name");
	if (write_machine_id(id))
		return fail("/etc/machine-id");
	mount_results();
	if (strcmp(kit, "own"))
		return EXIT_OTHER_KIT;
	puts("go");
	return EXIT_SUCCESS;
}
