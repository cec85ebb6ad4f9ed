/* SPDX-License-Identifier: Apache-2.0 */
/* Where bytes come from that are not where they should be. */
#ifndef ORIGIN_H
#define ORIGIN_H

#include "content.h"

enum known_kind {
	KNOWN_DATA,	/* this transaction's */
	KNOWN_OTHER,	/* another transaction's data */
	KNOWN_GUARD,	/* what lies around an area */
};

/* Something that may be found where it does not belong. */
struct known {
	enum known_kind kind;
	struct content content;
	const char *side;	/* KNOWN_GUARD: of which area */
	uint64_t transaction;	/* KNOWN_OTHER */
	bool previous;		/* KNOWN_OTHER: of the one launched before this one */
};

struct origin {
	const struct known *known;
	size_t at;		/* which byte of it */
	bool reversed;		/* each word's bytes are in reverse order */
};

/* Looks for the word that begins at the byte given. */
bool origin_find(const struct known *known, size_t count, const uint8_t *bytes,
		 struct origin *origin);

#endif
