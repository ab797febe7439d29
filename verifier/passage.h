/* One pass through a function that follows each round of each loop: what it changes and weighs. */
#ifndef VERIFIER_PASSAGE_H
#define VERIFIER_PASSAGE_H

#include "verifier/certificate.h"

struct passage;

/* For one function; NULL: it is too strange a function for any argument.  a lasts as long. */
struct passage *passage_new(struct arena *a, const struct certificate *c, uint32_t func);
/* In the order of a walk: before a block, before each of its instructions, along each way out. */
void passage_block(struct passage *ps, const struct flow *fl);
void passage_visit(struct passage *ps, const struct flow *fl, const struct ir_inst *in);
void passage_edge(struct passage *ps, const struct flow *fl, uint32_t to, const struct state *st);
/* The function may be left where the walk is. */
void passage_leave(struct passage *ps);
/* The call itself is an edge into the first block. */
void passage_enter(struct passage *ps, const struct flow *fl, const struct state *st);
/*
 * After the walk: NULL if every ranking holds, else what does not.  *trusts: a bound there is no
 * rule for was taken as claimed.
 */
const char *passage_end(struct passage *ps, const struct flow *fl, bool *trusts);
/* The heaviest way through the function; what: RANKING_STATEMENTS... */
int64_t passage_weight(const struct passage *ps, int what);
/* The argument's change from the measure that the function was called with, and that measure's
 * range where the block begins. */
struct change passage_argument(const struct passage *ps, const struct flow *fl, uint32_t reg,
			       struct interval *before);

#endif
