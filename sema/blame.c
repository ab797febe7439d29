/*
 * Whose mistake?  The first fact about a name decides, and what differs later
 * is complained about.  Where more places differ than agree, the first was the
 * mistake: then all the complaints become one, about that place.
 */
#include "sema/internal.h"

static uint32_t places(const struct complaint *cs, uint32_t n)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < n; i++) {
		bool again = false;

		for (uint32_t k = 0; k < i && !again; k++)
			again = cs[k].diag->span.start.at == cs[i].diag->span.start.at;
		count += !again;
	}
	return count;
}

bool blame_first(struct sema *s, const struct complaint *cs, uint32_t n, uint32_t agree,
		 struct span first, const char *message)
{
	enum { MOST = 1000 };
	uint32_t differ = n < MOST ? places(cs, n) : n;
	struct span other;

	if (differ < 2 || differ <= agree || !first.start.at)
		return false;
	other = cs[0].diag->span;
	/* alike, they are one when the list is sorted */
	for (uint32_t i = 0; i < n; i++) {
		struct diag *d = cs[i].diag;

		d->span = first;
		d->message = message;
		d->fix = NULL;
		d->notes.n = 0;
		diag_note(s->diags, d, other, "%u places disagree, the first of them here", differ);
	}
	return true;
}
