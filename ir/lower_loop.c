/*
 * Loops.  Each is entered only through its header, and each has its row in
 * func->loops.  `for` and `while` test at the header; `continue` goes to the
 * third part of a `for`.  foreach walks a snapshot: slice and limit are
 * evaluated once, before it; keys and value go to their variables at the start
 * of each iteration.  For counting see lower_stmt.c.
 */
#include "ir/lowering.h"

/* A loop's row, header and exit; what is between cfg.block and the header is the caller's. */
static struct lower_loop open_loop(struct lowering *lo, const struct stmt *s, uint32_t iter,
				   uint32_t header)
{
	struct ir_loop row = {.header = header,
			      .parent = lo->loop ? lo->loop->index : IR_NONE,
			      .iter = iter,
			      .loc = s->keyword.start,
			      .obligation = IR_NONE};

	vec_push(lo->arena, &lo->func.loops, row);
	return (struct lower_loop){.on_break = cfg_block(&lo->cfg),
				   .on_continue = header,
				   .index = lo->func.loops.n - 1,
				   .outer = lo->loop};
}

static void body_of(struct lowering *lo, const struct lower_loop *loop, const struct stmt *body)
{
	lo->loop = loop;
	lower_stmt(lo, body);
	lo->loop = loop->outer;
}

static void part(struct lowering *lo, const struct expr *e)
{
	if (!e)
		return;
	cfg_stmt(&lo->cfg, e->span.start);
	lower_expr_effect(lo, e);
}

void lower_loop_plain(struct lowering *lo, const struct stmt *s)
{
	struct cfg *c = &lo->cfg;
	struct loc loc = s->keyword.start;
	uint32_t header = cfg_block(c), body = cfg_block(c);
	struct lower_loop loop;

	part(lo, s->loop.init);
	cfg_jump(c, loc, header);
	cfg_enter(c, header);
	loop = open_loop(lo, s, IR_NONE, header);
	if (s->loop.step)
		loop.on_continue = cfg_block(c);
	if (s->loop.cond)
		lower_expr_cond(lo, s->loop.cond, body, loop.on_break);
	else
		cfg_jump(c, loc, body);
	cfg_enter(c, body);
	cfg_stmt(c, loc);
	body_of(lo, &loop, s->loop.body);
	cfg_jump(c, loc, loop.on_continue);
	if (s->loop.step) {
		cfg_enter(c, loop.on_continue);
		part(lo, s->loop.step);
		cfg_jump(c, loc, header);
	}
	cfg_enter(c, loop.on_break);
}

static uint32_t number_of(enum stat_op op)
{
	static const uint32_t NUMBERS[] = {[STAT_COUNT] = 0, [STAT_SUM] = 1, [STAT_MIN] = 2,
					   [STAT_MAX] = 3,   [STAT_AVG] = 4, [STAT_VARIANCE] = 5};

	return NUMBERS[op];
}

static void set_sort(const struct lowering *lo, const struct foreach *f, struct ir_iter *it)
{
	bool stats = !it->hist && lo->out->globals.v[it->global].type == IR_STATS;

	it->descending = f->descending;
	switch (f->sort) {
	case SORT_NONE: break;
	case SORT_KEY:
		it->sort = ITER_BY_KEY;
		it->sort_key = f->sort_key;
		break;
	case SORT_VALUE: /* aggregates go by @count unless something else is said */
		it->sort = stats ? ITER_BY_STAT : ITER_BY_VALUE;
		it->stat = stats && f->sort_by_stat ? number_of(f->sort_stat) : 0;
		break;
	}
}

/* The register NEXT_ sets for a variable: a local's own, or one that is stored by bind(). */
static uint32_t target(struct lowering *lo, const struct expr *e, enum ir_type type)
{
	uint32_t place;

	if (!e)
		return IR_NONE;
	if (!e->name.sym || !lower_placed(lo, e->name.sym, &place))
		bug("a variable of foreach was not resolved");
	return e->name.sym->kind == VAR_GLOBAL ? cfg_reg(&lo->cfg, type, NULL) : place;
}

static void bind(struct lowering *lo, const struct expr *e, uint32_t reg)
{
	if (e && reg != IR_NONE && e->name.sym->kind == VAR_GLOBAL)
		lower_assign_name(lo, e->at, e->name.sym, reg);
}

static void set_slice(struct lowering *lo, const struct foreach *f, struct ir_iter *it)
{
	uint32_t *regs = lower_expr_list(lo, &f->slice, 0);

	it->has_slice = true;
	for (uint32_t k = 0; k < f->slice.n && k < 16; k++)
		it->slice[k] = regs[k] == IR_NONE ? IR_NONE
						  : cfg_keep(&lo->cfg, f->slice.v[k]->at, regs[k]);
}

static void set_array(struct lowering *lo, const struct foreach *f, struct ir_iter *it)
{
	uint32_t *keys;

	if (f->array->kind == EXPR_NAME) {
		lower_placed(lo, f->array->name.sym, &it->global);
		return;
	}
	it->hist = true;
	it->global = lower_stat_place(lo, f->array->hist.stat, 0, &keys, &it->nhist_keys);
	for (uint32_t k = 0; k < it->nhist_keys; k++)
		it->hist_keys[k] = keys[k];
}

static struct ir_iter iterator(struct lowering *lo, const struct stmt *s)
{
	const struct foreach *f = s->foreach;
	struct ir_iter it = {.value_reg = IR_NONE, .limit = IR_NONE, .loc = s->keyword.start};
	const struct ir_global *g;

	set_array(lo, f, &it);
	g = &lo->out->globals.v[it.global];
	it.nkeys = f->keys.n;
	for (uint32_t k = 0; k < f->keys.n; k++)
		it.key_regs[k] = target(lo, f->keys.v[k], it.hist ? IR_INT : g->keys[k]);
	if (f->value && (it.hist || g->type != IR_STATS)) /* an aggregate is no value */
		it.value_reg = target(lo, f->value, it.hist ? IR_INT : g->type);
	if (f->has_slice)
		set_slice(lo, f, &it);
	set_sort(lo, f, &it);
	if (f->limit)
		it.limit = cfg_keep(&lo->cfg, f->limit->at, lower_expr(lo, f->limit));
	return it;
}

static void next(struct lowering *lo, struct loc loc, uint32_t iter, uint32_t body, uint32_t end)
{
	struct ir_inst *in = cfg_emit(&lo->cfg, loc, OP_NEXT_, 0);

	in->imm = iter;
	in->target[0] = body;
	in->target[1] = end;
}

void lower_loop_foreach(struct lowering *lo, const struct stmt *s)
{
	struct cfg *c = &lo->cfg;
	struct loc loc = s->keyword.start;
	struct ir_iter it = iterator(lo, s);
	uint32_t index = lo->func.iters.n, header = cfg_block(c), body = cfg_block(c);
	struct lower_loop loop;

	vec_push(lo->arena, &lo->func.iters, it);
	cfg_emit(c, loc, OP_ITER, 0)->imm = index;
	cfg_jump(c, loc, header);
	cfg_enter(c, header);
	loop = open_loop(lo, s, index, header);
	next(lo, loc, index, body, loop.on_break);
	cfg_enter(c, body);
	cfg_stmt(c, loc);
	for (uint32_t k = 0; k < it.nkeys; k++)
		bind(lo, s->foreach->keys.v[k], it.key_regs[k]);
	bind(lo, s->foreach->value, it.value_reg);
	body_of(lo, &loop, s->foreach->body);
	cfg_jump(c, loc, header);
	cfg_enter(c, loop.on_break);
}
