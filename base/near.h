/* The nearest of many names to a misspelling. */
#ifndef BASE_NEAR_H
#define BASE_NEAR_H

#include <stdint.h>

/*
 * The best of names for a misspelling, or NULL if none is near (distance, with swaps of
 * neighbours counted once, at most a third of the length).  Of equals, what differs in case only
 * or has the same letters is preferred, then the same ends, then the same length, then the first.
 */
struct near {
	const char *word;
	const char *best;
	unsigned distance, cost; /* what best has; cost: the distance and how equals compare */
	uint64_t letters[256];   /* where in the word each stands */
};
struct near near_start(const char *word);
/* Offers a candidate; far cheaper than a full distance when lengths differ much. */
void near_offer(struct near *n, const char *candidate);

#endif
