/* Which findings and obligations the comments of a script waive, and what is wrong with those
 * comments. */
#ifndef LINT_WAIVED_H
#define LINT_WAIVED_H

#include "base/waiver.h"
#include "verifier/verifier.h"

struct waived {
	const struct waivers *comments;
	const struct waiver **by; /* of each obligation of the program; NULL: it is not waived */
	uint32_t nobligations;
};

/*
 * Looks up the waiver of each obligation that is not proved: by its kind, or the tag of its
 * finding.  What is refuted, and rights the script lacks, cannot be waived.  pv may be NULL.
 */
struct waived *waived_find(struct arena *a, const struct waivers *ws, const struct sources *ss,
			   const struct proven *pv);
/* The waiver of obligation i, or NULL; w may be NULL. */
static inline const struct waiver *waived_by(const struct waived *w, uint32_t i)
{
	return w && i < w->nobligations ? w->by[i] : NULL;
}
/* Can the verdict on an obligation of that kind be waived? */
bool waived_may(enum obligation_kind k, enum verdict_status s);
/* Removes the warnings and notes that are waived. */
void waived_drop(struct diags *ds, const struct waivers *ws);
/*
 * Reports waivers with unknown tags, without a reason, of what cannot be waived, or of nothing,
 * and names those in force.  Obligations were looked up before; asked: was the rule of the tag
 * asked for (as in struct lint_input)?  NULL: none was.
 */
void waived_review(struct diags *ds, const struct waivers *ws,
		   bool (*asked)(const void *ctx, enum diag_tag tag, bool on), const void *ctx);

#endif
