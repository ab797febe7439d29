/* How often a condition holds while its variable moves. */
#ifndef VERIFIER_COUNT_H
#define VERIFIER_COUNT_H

#include "verifier/form.h"

#define COUNT_NONE INT64_MAX /* nothing is known */
#define COUNT_ENDS                                                                    \
	(INT64_MAX - 1) /* some day it does not, but no number worth naming bounds it \
			 */

/* Where the iteration follows the slot, or IR_NONE. */
uint32_t count_slot(const struct iteration *it, uint32_t slot);
/*
 * The most times in a row that t, one of the loop's conditions to stay, holds when its x starts in
 * first and moves as `it` says; longest: of a string.
 */
int64_t count_from(const struct iteration *it, const struct test *t, struct interval first,
		   int64_t longest);
/* The same from what x is when the loop is entered. */
int64_t count_test(struct former *fm, uint32_t loop, const struct iteration *it,
		   const struct test *t, int64_t longest);
/*
 * The same where both x and y move: how long until they meet.  step: by how much x - y changes each
 * time; first: what it is at the start.
 */
int64_t count_gap(const struct test *t, struct interval first, struct interval step);
/* By how much an iteration changes the one minus the other; false if either is not followed. */
bool count_closing(const struct iteration *it, const struct test *t, struct interval *step);
/* y REL x instead of x REL y. */
struct test count_mirrored(const struct test *t);

#endif
