/* Statistical aggregates: what `<<<` feeds and @count .. @hist_linear read. */
#ifndef RUNTIME_AGGREGATE_H
#define RUNTIME_AGGREGATE_H

#include "ir/ir.h"

enum aggregate_read { /* the numbers of SGET and ITER_BY_STAT */
		      AGGREGATE_COUNT,
		      AGGREGATE_SUM,
		      AGGREGATE_MIN,
		      AGGREGATE_MAX,
		      AGGREGATE_AVG,
		      AGGREGATE_VARIANCE
};

/* What all aggregates of one global have in common. */
struct aggregate_shape {
	bool hist, log;
	int64_t low, step;
	uint32_t nbuckets; /* 0: no histogram */
	unsigned bits;
};

struct aggregate {
	int64_t count, sum, min, max;
	int64_t mean, m2, variance; /* scaled by 2^bits, as Welford's method goes along */
	int64_t *buckets;           /* nbuckets, or NULL until a sample comes */
};

/* False: the histogram would have no interval or too many buckets. */
bool aggregate_shape_of(const struct ir_global *g, struct aggregate_shape *out);
void aggregate_add(struct arena *a, const struct aggregate_shape *sh, struct aggregate *ag,
		   int64_t v);
void aggregate_clear(const struct aggregate_shape *sh, struct aggregate *ag);
/* 0 of an empty aggregate, whatever is asked. */
int64_t aggregate_read(const struct aggregate_shape *sh, const struct aggregate *ag,
		       enum aggregate_read what);

#endif
