/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a piece of memory must hold, as a rule: it is computed where it is
 * written or compared, never kept.
 */
#ifndef CONTENT_H
#define CONTENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rand48.h"

struct content {
	size_t size;
	struct rand48 *random;	/* what it holds, or NULL: the pattern of the key */
	uint64_t key;
	/* The complement: differs from what it complements in every byte. */
	bool inverted;
	/* 0: all of it; else the words this far apart, and the complement between them. */
	size_t stride;
};

void content_read(const struct content *content, size_t at, uint8_t *bytes, size_t size);
/* Put bytes [from, to) of it into memory, which begins where all of it would. */
void content_write(const struct content *content, size_t from, size_t to, uint8_t *memory);
/*
 * For large transfers, of which computing the content is most of the work: put
 * all of it into one place and its complement into another; is it in both?
 */
void content_write_both(const struct content *content, uint8_t *to, uint8_t *complement);
bool content_is_in_both(const struct content *content, const uint8_t *a, const uint8_t *b);
/*
 * How many bytes are, one after another, what must be at the given place.
 * Others may write to them meanwhile: what differed once is said to differ.
 */
size_t content_match(const struct content *content, size_t at, const uint8_t *bytes, size_t size);
/* The first of the bytes [from, to) that is not as it must be, or to. */
size_t content_compare(const struct content *content, size_t from, size_t to,
		       const uint8_t *memory);

#endif
