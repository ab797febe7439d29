/*
 * Aggregates by section 10.3 of the language reference.  There is one CPU
 * here, so an aggregate is one record; the variance still goes through the
 * total-variance formula that SystemTap applies over its CPUs, with its 32-bit
 * difference, because scripts see those numbers.  All arithmetic wraps.  That
 * an aggregate is empty is for the caller to notice.
 */
#include "runtime/aggregate.h"

#include "runtime/histogram.h"

#include <string.h>

enum { MAX_BUCKETS = 128 };

bool aggregate_shape_of(const struct ir_global *g, struct aggregate_shape *out)
{
	*out = (struct aggregate_shape){.hist = g->has_hist,
					.log = g->hist_log,
					.low = g->hist_low,
					.step = g->hist_step,
					.bits = (unsigned)g->bits & 63};
	if (!g->has_hist)
		return true;
	if (g->hist_log) {
		out->nbuckets = MAX_BUCKETS;
		return true;
	}
	if (g->hist_step <= 0 || g->hist_high < g->hist_low)
		return false;
	uint64_t n = ((uint64_t)g->hist_high - (uint64_t)g->hist_low) / (uint64_t)g->hist_step;

	out->nbuckets = n > MAX_BUCKETS ? MAX_BUCKETS + 1 : (uint32_t)n + 3;
	return out->nbuckets <= MAX_BUCKETS;
}

static int64_t wrap_add(int64_t a, int64_t b)
{
	return (int64_t)((uint64_t)a + (uint64_t)b);
}

static int64_t wrap_sub(int64_t a, int64_t b)
{
	return (int64_t)((uint64_t)a - (uint64_t)b);
}

static int64_t wrap_mul(int64_t a, int64_t b)
{
	return (int64_t)((uint64_t)a * (uint64_t)b);
}

static int64_t divide(int64_t a, int64_t b)
{
	if (b == 0)
		return 0;
	return b == -1 ? wrap_sub(0, a) : a / b;
}

static int64_t scale(int64_t v, unsigned bits)
{
	return (int64_t)((uint64_t)v << bits);
}

static void welford(struct aggregate *ag, int64_t scaled)
{
	int32_t delta = (int32_t)(uint32_t)wrap_sub(scaled, ag->mean);

	ag->mean = wrap_add(ag->mean, divide(delta, ag->count));
	ag->m2 = wrap_add(ag->m2, wrap_mul(delta, wrap_sub(scaled, ag->mean)));
	ag->variance = divide(ag->m2, ag->count - 1);
}

void aggregate_add(struct arena *a, const struct aggregate_shape *sh, struct aggregate *ag,
		   int64_t v)
{
	if (ag->count == 0) {
		ag->sum = ag->min = ag->max = v;
		ag->count = 1;
		ag->mean = scale(v, sh->bits);
		ag->m2 = ag->variance = 0;
	} else {
		ag->count = wrap_add(ag->count, 1);
		ag->sum = wrap_add(ag->sum, v);
		ag->min = v < ag->min ? v : ag->min;
		ag->max = v > ag->max ? v : ag->max;
		welford(ag, scale(v, sh->bits));
	}
	if (!sh->nbuckets)
		return;
	if (!ag->buckets)
		ag->buckets = arena_alloc(a, sh->nbuckets * sizeof *ag->buckets);
	ag->buckets[histogram_bucket(sh, v)]++;
}

void aggregate_clear(const struct aggregate_shape *sh, struct aggregate *ag)
{
	int64_t *buckets = ag->buckets;

	if (buckets)
		memset(buckets, 0, sh->nbuckets * sizeof *buckets);
	*ag = (struct aggregate){.buckets = buckets};
}

static int64_t total_variance(const struct aggregate_shape *sh, const struct aggregate *ag)
{
	int64_t mean = divide(scale(ag->sum, sh->bits), ag->count);
	int64_t off = wrap_sub(ag->mean, mean);
	int64_t between = wrap_mul(ag->count, wrap_mul(off, off));
	int64_t within = wrap_mul(ag->count - 1, ag->variance);
	unsigned shift = 2 * sh->bits;

	return divide(wrap_add(between, within), ag->count - 1) >> (shift > 63 ? 63 : shift);
}

int64_t aggregate_read(const struct aggregate_shape *sh, const struct aggregate *ag,
		       enum aggregate_read what)
{
	if (!ag || ag->count == 0)
		return 0;
	switch (what) {
	case AGGREGATE_COUNT: return ag->count;
	case AGGREGATE_SUM: return ag->sum;
	case AGGREGATE_MIN: return ag->min;
	case AGGREGATE_MAX: return ag->max;
	case AGGREGATE_AVG: return divide(ag->sum, ag->count);
	case AGGREGATE_VARIANCE: return total_variance(sh, ag);
	}
	return 0;
}
