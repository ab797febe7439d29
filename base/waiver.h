/*
 * Waivers: comments by which the author of a script accepts what the checks say.
 *
 *   # stapvet: disable=TAG[,TAG] -- reason     behind code: for its line; alone: for the next line
 *                                              of code, or up to an enable=TAG further down
 *   # stapvet: enable=TAG[,TAG]                ends that block
 *   # stapvet: disable-file=TAG[,TAG] -- reason
 *
 * All three kinds of comment will do.  A waiver without a reason is not in force.
 */
#ifndef BASE_WAIVER_H
#define BASE_WAIVER_H

#include "base/diag.h"

enum waiver_scope { WAIVER_LINE, WAIVER_BLOCK, WAIVER_FILE };

/* One tag of one comment. */
struct waiver {
	const char *tag;
	struct span span; /* of the tag */
	enum waiver_scope scope;
	const struct source *source;
	uint32_t first, last; /* lines, from 1; FILE: 0 and UINT32_MAX */
	const char *reason;   /* NULL: none is given */
	bool used;            /* it waived something */
	bool refused;         /* it would have, had that been of a kind that can be waived */
};

struct waivers {
	struct arena *arena;
	VEC(struct waiver) list; /* in order of the text */
	VEC(bool) alone; /* of each: does it stand alone, so that an enable= may make a block? */
	uint32_t taken;  /* tags read, also those of enable= */
	/* the code that follows the comment read last, for those right behind it */
	const struct source *source;
	uint32_t from, code;
};

enum { WAIVER_MAX = 4000 };

struct waivers *waivers_new(struct arena *a);
/* Takes the comment [start, end) of the text, if it is a waiver; reports one that is malformed. */
void waiver_take(struct waivers *ws, struct diags *ds, const struct source *src, uint32_t start,
		 uint32_t end);
/*
 * The waiver of the tag that is in force at the place: where it is spelt, or where the macro is
 * used that it comes from.  A place in a library is of every file.  NULL: there is none.
 */
struct waiver *waiver_at(const struct waivers *ws, const struct sources *ss, struct loc loc,
			 const char *tag);
/* "line 4", "lines 4 to 9", "the file". */
const char *waiver_where(struct arena *a, const struct waiver *w);

#endif
