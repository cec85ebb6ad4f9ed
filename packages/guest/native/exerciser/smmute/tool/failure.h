/* SPDX-License-Identifier: Apache-2.0 */
/* How the tool ends: its exit status, and the one sentence that says why. */
#ifndef FAILURE_H
#define FAILURE_H

#include <stdbool.h>

enum status {
	STATUS_OK = 0,
	STATUS_FAILED = 1,		/* bad usage; a transaction or a call has failed */
	STATUS_NO_DEVICE = 2,		/* ENOENT */
	STATUS_WRONG = 14,		/* EFAULT: it is said to be done, but it is not */
	STATUS_NOT_SUPPORTED = 19,	/* ENODEV */
};

struct failure {
	enum status status;
	unsigned int more;	/* further failures */
	char reason[512];
};

/*
 * The first failure is the reason, and is printed last: see failure_end().
 * A few further ones are printed at once; one thing may make all fail.
 */
void failure_add(struct failure *failure, enum status status, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* Something that belongs to the reason: printed at once. */
void note(const char *format, ...) __attribute__((format(printf, 1, 2)));

bool has_failed(const struct failure *failure);
/* The exit status, when the last line on standard error is the reason. */
int failure_end(const struct failure *failure);

#endif
