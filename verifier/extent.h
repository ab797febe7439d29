/* How often a loop goes round in the words of its source: "$count", "n - 1". */
#ifndef VERIFIER_EXTENT_H
#define VERIFIER_EXTENT_H

#include "verifier/form.h"

/* Of one test of a loop: NULL where only numbers say it. */
struct extent {
	const char *rounds; /* times the body is started; a negative number means never */
	const char *limit;  /* what the variable is held against */
};

struct extents;

/* Of one function that is not irreducible; all texts are in a. */
struct extents *extent_new(struct arena *a, const struct invariants *inv, uint32_t func);
/*
 * t: a test that every round passes, of a variable that step says moves by a known amount; first:
 * its range on entry.  That it ends the loop without wrapping is for the caller to know.
 */
struct extent extent_of_test(struct extents *x, uint32_t loop, const struct test *t,
			     const struct form *step, struct interval first);
/* The limit of a foreach, unless it is a constant. */
const char *extent_of_limit(struct extents *x, uint32_t iter);

#endif
