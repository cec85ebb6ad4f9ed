// SPDX-License-Identifier: Apache-2.0
#include <byteswap.h>
#include <endian.h>
#include <string.h>

#include "origin.h"
#include "pattern.h"

static bool find_word(const struct known *known, size_t count, uint64_t word, struct origin *origin)
{
	const struct content *content;
	uint64_t index;

	for (; count; known++, count--) {
		content = &known->content;
		if (content->random)
			continue;
		index = pattern_index(content->key, content->inverted ? ~word : word);
		if (index >= (content->size + PATTERN_WORD - 1) / PATTERN_WORD)
			continue;
		*origin = (struct origin){ .known = known, .at = (size_t)index * PATTERN_WORD };
		return true;
	}
	return false;
}

bool origin_find(const struct known *known, size_t count, const uint8_t *bytes,
		 struct origin *origin)
{
	uint64_t word;

	memcpy(&word, bytes, sizeof(word));
	word = le64toh(word);
	if (find_word(known, count, word, origin))
		return true;
	if (!find_word(known, count, bswap_64(word), origin))
		return false;
	origin->reversed = true;
	return true;
}
