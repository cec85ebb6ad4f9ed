// SPDX-License-Identifier: Apache-2.0
#include <stdio.h>
#include <string.h>

#include "diagnose.h"
#include "failure.h"

#define PAGE		RAND48_PAGE
#define MAX_NOTES	8u	/* pages that are told one by one */

typedef bool explain(const struct picture *, const struct range *, char *text, size_t room);

static explain *const explanations[] = {
	explain_unwritten, explain_few, explain_gaps, explain_moved, explain_random,
	explain_constant, explain_unknown,
};

void place_name(const struct picture *picture, size_t at, char *text, size_t room)
{
	if (at + 1 == picture->data_from)
		snprintf(text, room, "right in front of the data");
	else if (at < picture->data_from)
		snprintf(text, room, "0x%zx bytes in front of the data", picture->data_from - at);
	else if (at == picture->size)
		snprintf(text, room, "its end");
	else if (at == picture->data_to)
		snprintf(text, room, "right behind the data");
	else if (at > picture->data_to)
		snprintf(text, room, "0x%zx bytes behind the data", at - picture->data_to);
	else
		snprintf(text, room, "offset 0x%zx", at - picture->data_from);
}

/* Count what is wrong. False if nothing is. */
static bool survey(const struct picture *picture, struct range *range)
{
	uint8_t right[PAGE];
	size_t at, part, i;

	range->count = 0;
	for (at = range->from; at < range->to; at += part) {
		part = range->to - at < sizeof(right) ? range->to - at : sizeof(right);
		content_read(&picture->right, at, right, part);
		for (i = 0; i < part; i++) {
			if (picture->bytes[at + i] == right[i])
				continue;
			if (!range->count++)
				range->first = at + i;
			range->last = at + i;
		}
	}
	return range->count;
}

static bool explain_range(const struct picture *picture, const struct range *range,
			  char *text, size_t room)
{
	for (size_t i = 0; i < sizeof(explanations) / sizeof(*explanations); i++)
		if (explanations[i](picture, range, text, room))
			return true;
	return false;
}

/* Counted from the page that the data begins in. */
static size_t page_of(const struct picture *picture, size_t at)
{
	return (picture->in_page + at) / PAGE;
}

/*
 * The first wrong page makes the sentence, or the first of which more is wrong
 * than a few bytes: it tells more. The others are told beside it.
 */
static void explain_pages(const struct picture *picture, const struct range *all,
			  char *text, size_t room)
{
	size_t pages = page_of(picture, all->to - 1) + 1, wrong = 0, chosen = 0, length;
	char subject[32], line[256];
	struct range range = { .subject = subject };

	for (range.from = all->from; range.from < all->to; range.from = range.to) {
		range.to = range.from + PAGE - (picture->in_page + range.from) % PAGE;
		if (range.to > all->to)
			range.to = all->to;
		if (!survey(picture, &range))
			continue;
		snprintf(subject, sizeof(subject), "page %zu", page_of(picture, range.from));
		if (wrong++ > MAX_NOTES)
			continue;
		explain_range(picture, &range, line, sizeof(line));
		if (wrong > 1 && (chosen > FEW || range.count <= FEW)) {
			note("%s", line);
			continue;
		}
		if (wrong > 1)
			note("%s", text);
		chosen = range.count;
		snprintf(text, room, "%s", line);
	}
	length = strlen(text);
	snprintf(text + length, room - length, "; %zu of %zu pages %s wrong", wrong, pages,
		 wrong == 1 ? "is" : "are");
}

void diagnose(const struct picture *picture, size_t from, size_t to, char *text, size_t room)
{
	bool guard = from < picture->data_from || to > picture->data_to;
	struct range range = {
		.from = from, .to = to, .subject = guard ? "it" : "the buffer",
	};
	size_t page;

	if (!survey(picture, &range)) {
		snprintf(text, room, "it was wrong, and is no longer");
		return;
	}
	page = page_of(picture, range.first);
	range.whole = !guard && page_of(picture, to - 1) > 0;
	/* What concerns one page only is told as that page's. */
	if (range.whole && page == page_of(picture, range.last))
		explain_pages(picture, &range, text, room);
	else if (!explain_range(picture, &range, text, room))
		explain_pages(picture, &range, text, room);
}
