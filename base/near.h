/* The nearest of many names to a misspelling. */
#ifndef BASE_NEAR_H
#define BASE_NEAR_H

/*
 * The best of names for a misspelling, or NULL if none is near (distance, with swaps of
 * neighbours counted once, at most a third of the length).  Ties go to the first.
 */
struct near {
	const char *word;
	const char *best;
	unsigned distance;
};
struct near near_start(const char *word);
/* Offers a candidate; far cheaper than a full distance when lengths differ much. */
void near_offer(struct near *n, const char *candidate);

#endif
