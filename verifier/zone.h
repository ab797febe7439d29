/* Differences between values: what is known of x - y, kept with the newer of the two. */
#ifndef VERIFIER_ZONE_H
#define VERIFIER_ZONE_H

#include "verifier/state.h"

/* x - y for the members of two ranges. */
struct interval zone_of(struct interval x, struct interval y);
/* The differences of the other order; and x - z from x - y and y - z. */
struct interval zone_negate(struct interval by);
struct interval zone_add(struct interval xy, struct interval yz);
/* The numbers that differ by `by` from a member of y. */
struct interval zone_shift(struct interval y, struct interval by);

/*
 * x minus the value named ver, as known in st, where x holds; slot: where that value may be found,
 * or SLOT_NONE.  Empty where x cannot be what is known of it: the point is not reached.
 */
struct interval zone_between(const struct space *sp, const struct state *st, const struct value *x,
			     uint32_t slot, version ver);
/* Adds to what is known of x.  The value named ver must have been made before x. */
void zone_learn(struct space *sp, struct value *x, uint32_t slot, version ver, struct interval by);
/* Was the value named a made after the one named b?  Both must hold at one place. */
bool zone_newer(const struct space *sp, version a, version b);
/* The range that x has by itself and by its distance from others. */
struct interval zone_range(const struct space *sp, const struct state *st, const struct value *x);

/* Two states that meet on entry to a block: what becomes of a slot's differences. */
struct zone_join {
	struct space *sp;
	const struct state *a, *b;
	uint32_t block;
	const struct thresholds *widen; /* or NULL */
	bool give_up;
	bool partial; /* only some slots meet: new names cannot be relied on */
};
const struct diff *zone_meet(const struct zone_join *j, uint32_t slot, const struct value *a,
			     const struct value *b, struct interval joined);
/* The differences of a value that a loop may change, under the names that begin at its header. */
const struct diff *zone_arrive(struct space *sp, const struct state *st, const struct value *v,
			       uint32_t block);
/* Do the differences of v in st, on entry to block, fit those claimed? */
bool zone_within(const struct space *sp, const struct state *st, const struct value *v,
		 const struct diff *claim, uint32_t block);
bool zone_same(const struct diff *a, const struct diff *b);
/* Only those that old knows something of, by name. */
const struct diff *zone_known(struct space *sp, const struct diff *now, const struct diff *old);

#endif
