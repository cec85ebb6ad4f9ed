// SPDX-License-Identifier: Apache-2.0
/* Explanations that need no knowledge of where data comes from. */
#include <stdio.h>
#include <string.h>

#include "diagnose.h"

#define PLACE	64u

static bool is_as(const struct picture *picture, const struct content *content, size_t from, size_t to)
{
	return content_compare(content, from, to, picture->bytes) == to;
}

/* Here and there, as with a stride. */
static bool all_wrong_as(const struct picture *picture, const struct content *before,
			 const struct range *range)
{
	uint8_t right, was;

	for (size_t at = range->first; at <= range->last; at++) {
		content_read(&picture->right, at, &right, 1);
		content_read(before, at, &was, 1);
		if (picture->bytes[at] != right && picture->bytes[at] != was)
			return false;
	}
	return true;
}

bool explain_unwritten(const struct picture *picture, const struct range *range,
		       char *text, size_t room)
{
	const struct content *before = picture->before;
	char first[PLACE], last[PLACE];

	/* One byte may be its own complement's for other reasons. */
	if (!before || (range->count == 1 && range->to - range->from > 1))
		return false;
	place_name(picture, range->first, first, sizeof(first));
	place_name(picture, range->last + 1, last, sizeof(last));
	if (is_as(picture, before, range->from, range->to))
		snprintf(text, room, "%s was never written", range->subject);
	else if (is_as(picture, before, range->first, range->to))
		snprintf(text, room, "%s was written up to %s only", range->subject, first);
	else if (range->whole)
		return false;
	else if (is_as(picture, before, range->from, range->last + 1))
		snprintf(text, room, "%s was not written before %s", range->subject, last);
	else if (is_as(picture, before, range->first, range->last + 1))
		snprintf(text, room, "%s was not written from %s to %s", range->subject, first, last);
	else if (all_wrong_as(picture, before, range))
		snprintf(text, room, "of %s %zu bytes were not written, the first at %s", range->subject,
			 range->count, first);
	else
		return false;
	return true;
}

static void print_bytes(const uint8_t *bytes, size_t size, char *text)
{
	for (size_t i = 0; i < size; i++)
		sprintf(text + 3 * i, i + 1 < size ? "%02x " : "%02x", bytes[i]);
}

static void print_first(const struct picture *picture, const struct range *range,
			char *is, char *right)
{
	size_t size = range->last - range->first + 1;
	uint8_t bytes[FEW];

	if (size > FEW)
		size = FEW;
	content_read(&picture->right, range->first, bytes, size);
	print_bytes(picture->bytes + range->first, size, is);
	print_bytes(bytes, size, right);
}

/* The same bytes of the other area's guard: the engine went on where it should have ended. */
static const struct known *other_guard(const struct picture *picture, const struct range *range)
{
	const struct known *known;

	for (known = picture->known; known < picture->known + picture->nr_known; known++)
		if (known->kind == KNOWN_GUARD && known->content.size >= range->to &&
		    picture->data_from && is_as(picture, &known->content, range->first, range->last + 1))
			return known;
	return NULL;
}

static void explain_one(const struct picture *picture, const struct range *range,
			const char *whence, char *text, size_t room)
{
	size_t at = range->first;
	bool inside = at >= picture->data_from && at < picture->data_to;
	char place[PLACE], which[PLACE + 16], bit[16] = "";
	uint8_t is = picture->bytes[at], right;
	unsigned int change;

	content_read(&picture->right, at, &right, 1);
	change = is ^ right;
	place_name(picture, at, place, sizeof(place));
	snprintf(which, sizeof(which), "byte %s%s", inside ? "at " : "", place);
	if (at == picture->data_from)
		snprintf(which, sizeof(which), "first byte");
	else if (at + 1 == picture->data_to)
		snprintf(which, sizeof(which), "last byte");
	if (!(change & (change - 1)))
		snprintf(bit, sizeof(bit), " (bit %d)", __builtin_ctz(change));
	snprintf(text, room, "the %s is wrong: 0x%02x, not 0x%02x%s%s", which, is, right, bit, whence);
}

bool explain_few(const struct picture *picture, const struct range *range, char *text, size_t room)
{
	char place[PLACE], is[3 * FEW], right[3 * FEW], whence[PLACE] = "";
	const struct known *other;

	if (range->count > FEW)
		return false;
	other = other_guard(picture, range);
	if (other)
		snprintf(whence, sizeof(whence), " (as beside the %s)", other->side);
	else if (picture->before && is_as(picture, picture->before, range->first, range->last + 1))
		snprintf(whence, sizeof(whence), " (as before)");
	if (range->count == 1) {
		explain_one(picture, range, whence, text, room);
		return true;
	}
	place_name(picture, range->first, place, sizeof(place));
	print_first(picture, range, is, right);
	snprintf(text, room, "%zu bytes are wrong from %s on: %s, not %s%s", range->count, place,
		 is, right, whence);
	return true;
}

/* The engine wrote words that a stride leaves out. */
bool explain_gaps(const struct picture *picture, const struct range *range, char *text, size_t room)
{
	struct content all = picture->right;
	char place[PLACE];

	if (!all.stride)
		return false;
	all.stride = 0;
	if (!is_as(picture, &all, range->first, range->last + 1))
		return false;
	place_name(picture, range->first, place, sizeof(place));
	snprintf(text, room, "the gaps between the words were written from %s on", place);
	return true;
}

bool explain_constant(const struct picture *picture, const struct range *range,
		      char *text, size_t room)
{
	const uint8_t *bytes = picture->bytes + range->first;
	size_t size = range->last - range->first + 1;
	char first[PLACE], last[PLACE];

	if (size > 1 && memcmp(bytes, bytes + 1, size - 1))
		return false;
	place_name(picture, range->first, first, sizeof(first));
	place_name(picture, range->last + 1, last, sizeof(last));
	snprintf(text, room, "%s is filled with 0x%02x from %s to %s", range->subject, *bytes,
		 first, last);
	return true;
}

bool explain_unknown(const struct picture *picture, const struct range *range, char *text, size_t room)
{
	char place[PLACE], is[3 * FEW], right[3 * FEW];

	if (range->whole)
		return false;
	place_name(picture, range->first, place, sizeof(place));
	print_first(picture, range, is, right);
	snprintf(text, room, "%s has %zu wrong bytes from %s on: %s, not %s", range->subject,
		 range->count, place, is, right);
	return true;
}
