// SPDX-License-Identifier: Apache-2.0
/* Data of the pattern that belongs elsewhere, or to another transaction. */
#include <stdio.h>
#include <string.h>

#include "diagnose.h"
#include "pattern.h"

#define PAGE	RAND48_PAGE
#define PLACE	64u

/* Bytes [from, to) of the picture that are bytes of something known, one after another. */
struct run {
	struct origin origin;	/* of the byte at from */
	size_t from, to;
};

/* The run around a word found: back to where the range begins, or its first wrong byte, if it goes so far. */
static void extend(const struct picture *picture, const struct range *range, struct run *run, size_t at)
{
	const size_t backs[] = { at - range->from, at - range->first, 0 };
	const struct content *content = &run->origin.known->content;
	size_t i, back, left;

	for (i = 0; i < sizeof(backs) / sizeof(*backs); i++) {
		back = backs[i];
		if (back <= run->origin.at &&
		    content_match(content, run->origin.at - back, picture->bytes + at - back, back) == back)
			break;
	}
	run->from = at - back;
	run->origin.at -= back;
	left = content->size - run->origin.at;
	if (left > range->to - run->from)
		left = range->to - run->from;
	run->to = run->from + content_match(content, run->origin.at, picture->bytes + run->from, left);
}

/* From the first wrong byte on the next word of anything begins within eight bytes. */
static bool find_run(const struct picture *picture, const struct range *range, struct run *run)
{
	size_t at;

	for (at = range->first; at < range->first + 2 * PATTERN_WORD; at++) {
		if (at + PATTERN_WORD > range->to)
			return false;
		/* What is right is no news. */
		if (content_match(&picture->right, at, picture->bytes + at, PATTERN_WORD) == PATTERN_WORD)
			continue;
		if (!origin_find(picture->known, picture->nr_known, picture->bytes + at, &run->origin))
			continue;
		if (run->origin.reversed) {
			run->from = at;
			run->to = range->to;
		} else {
			extend(picture, range, run, at);
		}
		return true;
	}
	return false;
}

static size_t page_of(const struct picture *picture, size_t at)
{
	return (picture->in_page + at) / PAGE;
}

static void name_own(const struct picture *picture, const struct run *run, char *text, size_t room)
{
	size_t is = run->origin.at, right = run->from;
	size_t distance = is > right ? is - right : right - is;
	bool in_data = run->from >= picture->data_from && run->from < picture->data_to;

	if (!in_data)
		snprintf(text, room, "holds data of offset 0x%zx", is);
	else if (!distance)
		snprintf(text, room, "holds what was to be copied there");
	else if (distance % PAGE == 0 && page_of(picture, run->from) == page_of(picture, run->to - 1))
		snprintf(text, room, "holds page %zu's data", page_of(picture, is));
	else
		snprintf(text, room, "is shifted by %zu byte%s towards its %s", distance,
			 distance == 1 ? "" : "s", is < right ? "end" : "start");
}

static void name_other(const struct picture *picture, const struct run *run, char *text, size_t room)
{
	const struct known *known = run->origin.known;
	size_t is = run->origin.at, right = run->from;
	char whose[48];

	snprintf(whose, sizeof(whose), "transaction %llu", (unsigned long long)known->transaction);
	if (known->previous)
		snprintf(whose, sizeof(whose), "the previous transaction");
	if (is % PAGE != right % PAGE)
		snprintf(text, room, "holds %s's data of offset 0x%zx", whose, is);
	else if (page_of(picture, run->from) == page_of(picture, run->to - 1))
		snprintf(text, room, "holds %s's data of page %zu", whose, page_of(picture, is));
	else if (is == right)
		snprintf(text, room, "holds %s's data", whose);
	else
		snprintf(text, room, "holds %s's data of page %zu on", whose, page_of(picture, is));
}

static void name(const struct picture *picture, const struct run *run, char *text, size_t room)
{
	const struct known *known = run->origin.known;

	if (run->origin.reversed)
		snprintf(text, room, "has the bytes of its words in reverse order");
	else if (known->kind == KNOWN_DATA)
		name_own(picture, run, text, room);
	else if (known->kind == KNOWN_OTHER)
		name_other(picture, run, text, room);
	else
		snprintf(text, room, "holds what is there beside the %s", known->side);
}

bool explain_moved(const struct picture *picture, const struct range *range, char *text, size_t room)
{
	char what[96], first[PLACE], last[PLACE];
	struct run run;

	if (!find_run(picture, range, &run))
		return false;
	/* What is moved towards the start leaves a rest at the end. */
	if (range->whole && run.to + 2 * PATTERN_WORD <= range->last)
		return false;
	name(picture, &run, what, sizeof(what));
	place_name(picture, run.from, first, sizeof(first));
	place_name(picture, run.to, last, sizeof(last));
	if (run.from == range->from && run.to == range->to)
		snprintf(text, room, "%s %s", range->subject, what);
	else if (run.to == range->to)
		snprintf(text, room, "%s %s from %s on", range->subject, what, first);
	else
		snprintf(text, room, "%s %s from %s to %s", range->subject, what, first, last);
	return true;
}
