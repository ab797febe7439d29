/*
 * Aggregates: what is asked of them, and their histograms.  `in` over a
 * histogram asks whether there is a bucket of that number, which the kind of
 * the histogram decides: 128 for a logarithmic one, (high - low) / step + 3 for
 * a linear one.
 */
#include "ir/lowering.h"

enum { LOG_BUCKETS = 128 };

uint32_t lower_stat_place(struct lowering *lo, const struct expr *e, uint32_t extra,
			  uint32_t **keys, uint32_t *n)
{
	const struct expr *var = e->kind == EXPR_INDEX ? e->index.base : e;
	uint32_t global;

	if (var->kind != EXPR_NAME || !lower_placed(lo, var->name.sym, &global))
		bug("an aggregate was not resolved");
	*n = e->kind == EXPR_INDEX ? e->index.keys.n : 0;
	*keys = e->kind == EXPR_INDEX ? lower_expr_list(lo, &e->index.keys, extra)
				      : arena_alloc(lo->arena, extra * sizeof **keys);
	return global;
}

uint32_t lower_stat(struct lowering *lo, const struct expr *e)
{
	static const int NUMBERS[] = {[STAT_COUNT] = 0, [STAT_SUM] = 1, [STAT_MIN] = 2,
				      [STAT_MAX] = 3,   [STAT_AVG] = 4, [STAT_VARIANCE] = 5};
	uint32_t *keys, n, global = lower_stat_place(lo, e->stat.stat, 0, &keys, &n);
	struct ir_inst *in = cfg_emit(&lo->cfg, e->at, OP_SGET, 0);

	in->global = global;
	in->args = keys;
	in->nargs = n;
	in->imm = NUMBERS[e->stat.op];
	return in->dst = cfg_reg(&lo->cfg, IR_INT, NULL);
}

uint32_t lower_stat_bucket(struct lowering *lo, const struct expr *e)
{
	const struct expr *index = e->index.keys.v[0];
	uint32_t *keys, n, global, bucket;
	struct ir_inst *in;

	global = lower_stat_place(lo, e->index.base->hist.stat, 1, &keys, &n);
	for (uint32_t k = 0; lower_expr_assigns(index) && k < n; k++)
		keys[k] = cfg_keep(&lo->cfg, e->at, keys[k]);
	bucket = lower_expr(lo, index);
	in = cfg_emit(&lo->cfg, e->at, OP_HGET, 0);
	in->global = global;
	in->args = keys;
	in->args[n] = bucket;
	in->nargs = n + 1;
	return in->dst = cfg_reg(&lo->cfg, IR_INT, NULL);
}

static int64_t buckets(const struct expr *hist)
{
	__int128 width = (__int128)hist->hist.high - hist->hist.low;

	if (hist->hist.log)
		return LOG_BUCKETS;
	if (hist->hist.step <= 0 || width < 0)
		return 0;
	width = width / hist->hist.step + 3;
	return width > INT64_MAX ? INT64_MAX : (int64_t)width;
}

uint32_t lower_stat_in(struct lowering *lo, const struct expr *e)
{
	struct cfg *c = &lo->cfg;
	uint32_t n = e->in.keys.n && e->in.keys.v[0] ? lower_expr(lo, e->in.keys.v[0])
						     : cfg_const(c, e->at, 0);
	uint32_t low = cfg_value(c, e->at, OP_GE, IR_INT, n, cfg_const(c, e->at, 0));
	uint32_t high =
		cfg_value(c, e->at, OP_LT, IR_INT, n, cfg_const(c, e->at, buckets(e->in.array)));

	return cfg_value(c, e->at, OP_AND, IR_INT, low, high);
}

uint32_t lower_stat_print(struct lowering *lo, const struct expr *hist, bool to_string)
{
	uint32_t *keys, n, global = lower_stat_place(lo, hist->hist.stat, 0, &keys, &n);
	struct ir_inst *in = cfg_emit(&lo->cfg, hist->at, OP_HPRINT, 0);

	in->global = global;
	in->args = keys;
	in->nargs = n;
	if (to_string)
		in->dst = cfg_reg(&lo->cfg, IR_STR, NULL);
	return in->dst;
}
