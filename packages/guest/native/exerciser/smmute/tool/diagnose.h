/* SPDX-License-Identifier: Apache-2.0 */
/* What went wrong, told from what is in memory and what should be. */
#ifndef DIAGNOSE_H
#define DIAGNOSE_H

#include "origin.h"

#define FEW	8u	/* wrong bytes that are shown */

/* A copy of memory, which nobody changes while it is looked at, and what may explain it. */
struct picture {
	const uint8_t *bytes;
	size_t size;
	size_t in_page;			/* where in its page the first byte lies */
	/* Where the data is in it: a guard is told by its distance from that. */
	size_t data_from;
	size_t data_to;
	struct content right;
	const struct content *before;	/* what was there before the transaction, if known */
	const struct known *known;
	size_t nr_known;
	/* With right.random: seeds of earlier transactions, the latest first. */
	const uint32_t *seeds;
	size_t nr_seeds;
};

/* The bytes [from, to) of a picture, of which the first, the last and count are wrong. */
struct range {
	size_t from, to;
	size_t first, last, count;
	const char *subject;
	bool whole;	/* explain all that is wrong, or nothing */
};

/* diagnose.c: the bytes [from, to), which are not all right, in one sentence; pages one by one on stderr. */
void diagnose(const struct picture *picture, size_t from, size_t to, char *text, size_t room);
/* "offset 0x10", or of a guard "0x10 bytes behind the data" */
void place_name(const struct picture *picture, size_t at, char *text, size_t room);

/* Explanations; each true if it is one, then text says it. */
bool explain_unwritten(const struct picture *, const struct range *, char *text, size_t room);
bool explain_few(const struct picture *, const struct range *, char *text, size_t room);
bool explain_gaps(const struct picture *, const struct range *, char *text, size_t room);
bool explain_constant(const struct picture *, const struct range *, char *text, size_t room);
bool explain_unknown(const struct picture *, const struct range *, char *text, size_t room);
/* explain_moved.c: data that belongs elsewhere */
bool explain_moved(const struct picture *, const struct range *, char *text, size_t room);
/* explain_random.c */
bool explain_random(const struct picture *, const struct range *, char *text, size_t room);

#endif
