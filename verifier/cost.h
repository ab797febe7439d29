/* Worst-case counts along the paths of a function. */
#ifndef VERIFIER_COST_H
#define VERIFIER_COST_H

#include "verifier/prove.h"

int64_t cost_plus(int64_t a, int64_t b);
int64_t cost_times(int64_t a, int64_t b);
/*
 * The heaviest path through a function whose blocks weigh weight[b]; INT64_MAX: no bound.  The
 * re-check is told of each loop, under what: RANKING_STATEMENTS...
 */
int64_t cost_path(struct arena *a, const struct proven *pv, uint32_t func, const int64_t *weight,
		  int what);

#endif
