// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "content.h"
#include "pattern.h"

#define BLOCK	4096u

static void invert(uint8_t *bytes, size_t size)
{
	uint64_t word;
	size_t i;

	for (i = 0; i + sizeof(word) <= size; i += sizeof(word)) {
		memcpy(&word, bytes + i, sizeof(word));
		word = ~word;
		memcpy(bytes + i, &word, sizeof(word));
	}
	for (; i < size; i++)
		bytes[i] = (uint8_t)~bytes[i];
}

/* With a stride only whole words count. */
static bool is_taken(const struct content *content, size_t at)
{
	size_t word = at - at % PATTERN_WORD;

	return word % content->stride == 0 && content->size - word >= PATTERN_WORD;
}

static void invert_gaps(const struct content *content, size_t at, uint8_t *bytes, size_t size)
{
	size_t part;

	for (; size; at += part, bytes += part, size -= part) {
		part = PATTERN_WORD - at % PATTERN_WORD;
		if (part > size)
			part = size;
		if (!is_taken(content, at))
			invert(bytes, part);
	}
}

void content_read(const struct content *content, size_t at, uint8_t *bytes, size_t size)
{
	if (content->random)
		rand48_read(content->random, at, bytes, size);
	else
		pattern_read(content->key, at, bytes, size);
	if (content->stride)
		invert_gaps(content, at, bytes, size);
	if (content->inverted)
		invert(bytes, size);
}

/* Bytes up to the end of a block: blocks end where words of the pattern do. */
static size_t block_at(size_t at, size_t left)
{
	size_t size = BLOCK - at % BLOCK;

	return size < left ? size : left;
}

void content_write(const struct content *content, size_t from, size_t to, uint8_t *memory)
{
	uint8_t block[BLOCK];
	size_t size;

	for (; from < to; from += size) {
		size = block_at(from, to - from);
		content_read(content, from, block, size);
		memcpy(memory + from, block, size);
	}
}

void content_write_both(const struct content *content, uint8_t *to, uint8_t *complement)
{
	uint8_t block[BLOCK];
	size_t at, size;

	for (at = 0; at < content->size; at += size) {
		size = block_at(at, content->size - at);
		content_read(content, at, block, size);
		memcpy(to + at, block, size);
		invert(block, size);
		memcpy(complement + at, block, size);
	}
}

bool content_is_in_both(const struct content *content, const uint8_t *a, const uint8_t *b)
{
	uint8_t block[BLOCK];
	size_t at, size;

	for (at = 0; at < content->size; at += size) {
		size = block_at(at, content->size - at);
		content_read(content, at, block, size);
		if (memcmp(block, a + at, size) || memcmp(block, b + at, size))
			return false;
	}
	return true;
}

static size_t first_difference(const uint8_t *a, const uint8_t *b, size_t size)
{
	size_t i;

	for (i = 0; i < size && a[i] == b[i]; i++)
		;
	/* They differed when memcmp() looked. */
	return i < size ? i : 0;
}

size_t content_match(const struct content *content, size_t at, const uint8_t *bytes, size_t size)
{
	uint8_t block[BLOCK];
	size_t done, part;

	for (done = 0; done < size; done += part) {
		part = block_at(at + done, size - done);
		content_read(content, at + done, block, part);
		if (memcmp(block, bytes + done, part))
			return done + first_difference(block, bytes + done, part);
	}
	return size;
}

size_t content_compare(const struct content *content, size_t from, size_t to,
		       const uint8_t *memory)
{
	return from < to ? from + content_match(content, from, memory + from, to - from) : to;
}
