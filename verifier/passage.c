/*
 * Rounds.  In reverse postorder, each edge is seen once, and what goes along
 * it is relative to the start of the round of the innermost loop around it:
 * by how much the loop's measure has changed, whether its test was passed, and
 * the weight so far.  An inner loop is one step, which may change whatever it
 * can change and weighs what its ranking claims.  Where a round ends its
 * ranking is held against what arrives.  There is no search: variable, test and
 * numbers are the certificate's.
 */
#include "verifier/passage.h"
#include "verifier/budget.h"
#include "verifier/zone.h"

#include <string.h>

enum { TRACKED = 1 + RANKING_CARRIERS, WEIGHTS = RANKING_WEIGHTS };

#define COMPUTED 0x80000000u /* or-ed to an instruction: what it makes of what is steady */

/* Along a way since the round began. */
struct way {
	bool reached, passed, statement;
	struct change at[TRACKED]; /* the measure's slot, then the carriers': from the measure */
	uint32_t steady[TRACKED];  /* as in a cell */
	int64_t weight[WEIGHTS];
};

/* What a register or slot holds, if set in this block. */
struct cell {
	uint32_t stamp;
	uint32_t steady; /* names a value that is the same in every round; 0: it may change */
	int truth;       /* 1: it is nonzero if the test holds, -1: if it does not, 0: neither */
	struct change measure; /* from the loop's */
	struct change param;   /* from the function's, on entry */
	uint32_t holder;       /* slot that held the parameter's value as the block began */
};

struct round {
	struct way entry;        /* where the loop is one step: on arrival */
	int64_t weight[WEIGHTS]; /* heaviest way round */
	int64_t partly[WEIGHTS]; /* heaviest way to anywhere */
	struct interval limit;   /* of the walk's iterator, where it is started */
	struct ranking r;        /* as claimed */
	bool splits;
	uint32_t against; /* slot that its test reads its limit from, or SLOT_NONE */
	bool entered;     /* from outside, and then: */
	struct interval
		from; /* its variable less that of the loop around, as a round there began */
	bool late;    /* it may be left after statements */
	/* of a probe */
	uint32_t branch, other; /* of a loop with two variables; the second one's slot */
	bool broken;            /* what is claimed of the part does not hold on this side */
	struct way back;        /* all rounds that come back */
};

struct passage {
	struct arena *arena;
	const struct certificate *c;
	const struct ir_func *f;
	const struct shape *sh;
	uint32_t func, loop, now; /* loop: the innermost around the block, or IR_NONE */
	struct way *arrive;       /* by block */
	struct way cur, failing;
	struct cell *cells; /* slots, then local registers */
	struct round *rounds, top;
	uint32_t stay; /* where the block's branch goes if its test is passed, or IR_NONE */
	bool trusts;   /* a claim was taken as it is */
	/* by part and side: what becomes of one variable of two on one side of the branches */
	struct passage *probe[2][2];
	bool probing;
	int aside; /* the side, when probing */
	/* the measure was set to what has only a range: see land() */
	bool landing;
	struct change jumped;
	struct interval before;
	const char *why;
};

static const struct cell unknown = {.measure = {CHANGE_LOST, 0, 0}, .param = {CHANGE_LOST, 0, 0}};

static int64_t plus(int64_t a, int64_t b)
{
	return a > INT64_MAX - b ? INT64_MAX : a + b;
}

static int64_t times(int64_t a, int64_t b)
{
	return a == 0 || b == 0 ? 0 : a > INT64_MAX / b ? INT64_MAX : a * b;
}

static void raise_weights(int64_t *to, const int64_t *from)
{
	for (int i = 0; i < WEIGHTS; i++)
		to[i] = from[i] > to[i] ? from[i] : to[i];
}

static void fail(struct passage *ps, uint32_t loop, const char *what)
{
	if (ps->probing) {
		if (loop != IR_NONE)
			ps->rounds[loop].broken = true;
		return;
	}
	if (!ps->why)
		ps->why = arena_printf(ps->arena, "%s: loop at block %u: %s", ps->f->name,
				       ps->sh->loops[loop].header, what);
}

static struct round *round_of(struct passage *ps, uint32_t loop)
{
	return loop == IR_NONE ? &ps->top : &ps->rounds[loop];
}

/* --- ways --- */

static void join_way(struct way *into, const struct way *from)
{
	if (!into->reached) {
		*into = *from;
		into->reached = true;
		return;
	}
	into->passed &= from->passed;
	into->statement |= from->statement;
	for (int i = 0; i < TRACKED; i++) {
		into->at[i] = change_join(into->at[i], from->at[i]);
		into->steady[i] = into->steady[i] == from->steady[i] ? into->steady[i] : 0;
	}
	raise_weights(into->weight, from->weight);
}

/* The place of a slot among those followed for a loop, or TRACKED. */
static int tracked(const struct passage *ps, uint32_t loop, uint32_t slot)
{
	const struct ranking *r = loop == IR_NONE ? NULL : &ps->rounds[loop].r;

	if (!r || r->kind != RANKING_COUNT)
		return TRACKED;
	if (slot == r->measure)
		return 0;
	for (uint32_t i = 0; i < r->ncarriers; i++)
		if (r->carriers[i] == slot)
			return (int)i + 1;
	return TRACKED;
}

static struct way begin_round(void)
{
	struct way w = {.reached = true};

	for (int i = 0; i < TRACKED; i++)
		w.at[i] = change_none();
	w.at[0] = change_zero();
	return w;
}

/* The way past an inner loop, as a step of the loop around it. */
static struct way way_past(const struct passage *ps, uint32_t inner, uint32_t outer)
{
	const struct natural *l = &ps->sh->loops[inner];
	struct way w = ps->rounds[inner].entry;
	const struct ranking *r = outer == IR_NONE ? NULL : &ps->rounds[outer].r;

	w.statement = true;
	for (uint32_t i = 0; r && r->kind == RANKING_COUNT && i <= r->ncarriers; i++)
		if (state_modifies(l, i ? r->carriers[i - 1] : r->measure)) {
			w.at[i] = change_none();
			w.steady[i] = 0;
		}
	for (int i = 0; i < WEIGHTS; i++)
		w.weight[i] = plus(w.weight[i], ps->rounds[inner].r.weight[i]);
	return w;
}

static void end_round(struct passage *ps, uint32_t loop, const struct way *w)
{
	struct round *rd = &ps->rounds[loop];

	raise_weights(rd->weight, w->weight);
	if (ps->probing)
		join_way(&rd->back, w);
	else if (rd->r.kind == RANKING_ONCE)
		fail(ps, loop, "it is claimed never to come round");
	else if ((rd->r.kind == RANKING_WALK || rd->r.kind == RANKING_COUNT) && !w->passed)
		fail(ps, loop, "a round need not pass the test");
	else if (rd->r.kind == RANKING_COUNT && !change_within(&w->at[0], &rd->r.step))
		fail(ps, loop, "a round need not move the variable by the step claimed");
}

static void enter_loop(struct passage *ps, uint32_t loop, const struct way *w)
{
	uint32_t outer = ps->sh->loops[loop].parent;
	struct way past;

	join_way(&ps->rounds[loop].entry, w);
	past = way_past(ps, loop, outer);
	raise_weights(round_of(ps, outer)->partly, past.weight);
	ps->arrive[ps->sh->loops[loop].header] = begin_round();
}

/* Out of the loops that `to` is not in, and there. */
static void go(struct passage *ps, uint32_t to, const struct way *from)
{
	const struct shape *sh = ps->sh;
	uint32_t heads = sh->loop_at[to], at = ps->loop, level = sh->loop_of[to];
	struct way w = *from;
	bool round = false;

	if (heads != IR_NONE) {
		for (uint32_t l = ps->loop; l != IR_NONE && !round; l = sh->loops[l].parent)
			round = l == heads;
		level = round ? heads : sh->loops[heads].parent;
	}
	while (at != level && at != IR_NONE) {
		w = way_past(ps, at, sh->loops[at].parent);
		at = sh->loops[at].parent;
	}
	if (at != level)
		fail(ps, level, "it is entered beside its header");
	else if (round)
		end_round(ps, heads, &w);
	else if (heads != IR_NONE)
		enter_loop(ps, heads, &w);
	else
		join_way(&ps->arrive[to], &w);
}

/* --- cells --- */

static uint32_t slot_of(const struct passage *ps, uint32_t reg)
{
	return ps->sh->slot_of_reg[reg];
}

static struct cell *cell_at(const struct passage *ps, uint32_t slot)
{
	return &ps->cells[slot & SLOT_LOCAL ? ps->sh->nslots + (slot & ~SLOT_LOCAL) : slot];
}

/* Does the slot hold, as the block begins, what the function's measure was on entry? */
static bool holds_param(const struct passage *ps, const struct flow *fl, uint32_t slot)
{
	uint32_t m = ps->c->measure[ps->func];

	if (m == IR_NONE || ps->sh->loop_at[ps->sh->order[0]] != IR_NONE)
		return false;
	return state_get(&fl->sp, &ps->c->claims[ps->func].at[fl->block], slot).ver ==
	       state_met(0, slot_of(ps, m));
}

static struct cell get_slot(const struct passage *ps, const struct flow *fl, uint32_t slot)
{
	const struct cell *set = cell_at(ps, slot);
	struct cell c = unknown;
	int i;

	if (set->stamp == ps->now)
		return *set;
	if (slot & SLOT_LOCAL)
		return c;
	i = tracked(ps, ps->loop, slot);
	if (ps->loop != IR_NONE && !state_modifies(&ps->sh->loops[ps->loop], slot))
		c.steady = slot + 1;
	if (i < TRACKED) {
		c.measure = ps->cur.at[i];
		c.steady = ps->cur.steady[i];
	}
	if (holds_param(ps, fl, slot)) {
		c.param = change_zero();
		c.holder = slot;
	}
	return c;
}

static struct cell get(const struct passage *ps, const struct flow *fl, uint32_t reg)
{
	return get_slot(ps, fl, slot_of(ps, reg));
}

static void set_slot(struct passage *ps, uint32_t slot, struct cell c)
{
	int i = slot & SLOT_LOCAL ? TRACKED : tracked(ps, ps->loop, slot);

	c.stamp = ps->now;
	*cell_at(ps, slot) = c;
	if (i < TRACKED) {
		ps->cur.at[i] = c.measure;
		ps->cur.steady[i] = c.steady;
	}
}

static struct interval range_of(const struct flow *fl, uint32_t reg)
{
	return transfer_reg(fl, reg).range;
}

static bool is_zero(struct interval r)
{
	return interval_single(r) && r.low == 0;
}

/* --- instructions --- */

static struct cell arithmetic(const struct passage *ps, const struct flow *fl,
			      const struct ir_inst *in)
{
	struct cell a = get(ps, fl, in->args[0]), b = get(ps, fl, in->args[1]), r = unknown;
	struct interval x = range_of(fl, in->args[0]), y = range_of(fl, in->args[1]);
	struct interval n = interval_count(y);
	bool count = !interval_empty(n) && n.low >= 1;

	if ((a.steady || interval_single(x)) && (b.steady || interval_single(y)))
		r.steady = COMPUTED | (ps->sh->serial[fl->block] + fl->inst);
	r.holder = a.holder;
	if (in->op == OP_ADD) {
		r.measure = change_add(a.measure, y);
		if (a.measure.kind != CHANGE_ADDED)
			r.measure = change_add(b.measure, x);
		r.param = change_add(a.param, y);
		if (a.param.kind != CHANGE_ADDED) {
			r.param = change_add(b.param, x);
			r.holder = b.holder;
		}
	} else if (in->op == OP_SUB && y.low > -CHANGE_FAR && y.high < CHANGE_FAR) {
		r.measure = change_add(a.measure, interval_neg(y));
		r.param = change_add(a.param, interval_neg(y));
	} else if (in->op == OP_DIV && !interval_empty(y)) {
		if (y.low >= 2)
			r.measure = change_divide(a.measure, CHANGE_DIVIDED, y.low);
		else if (y.high <= -2 && y.low > INT64_MIN)
			r.measure = change_divide(a.measure, CHANGE_DIVIDED, -y.high);
	} else if ((in->op == OP_SHR || in->op == OP_USHR) && count) {
		r.measure = change_divide(a.measure,
					  in->op == OP_SHR ? CHANGE_SHIFTED : CHANGE_USHIFTED,
					  (int64_t)1 << (n.low < 62 ? n.low : 62));
	} else if (in->op == OP_SHL && count && n.high <= 40) {
		r.measure = change_multiply(a.measure, (int64_t)1 << n.low, (int64_t)1 << n.high);
	} else if (in->op == OP_MUL && !interval_empty(x) && !interval_empty(y)) {
		if (y.low >= 2 && y.high <= CHANGE_FAR)
			r.measure = change_multiply(a.measure, y.low, y.high);
		else
			r.measure = change_multiply(b.measure, x.low, x.high);
	}
	return r;
}

static bool relation_of(enum ir_op op, enum interval_relation *rel)
{
	static const enum interval_relation rels[] = {REL_EQ, REL_NE, REL_LT,
						      REL_LE, REL_GT, REL_GE};

	if (op < OP_EQ || op > OP_GE)
		return false;
	*rel = rels[op - OP_EQ];
	return true;
}

/* A condition compared with zero is that condition, or its negation. */
static struct cell comparison(const struct passage *ps, const struct flow *fl,
			      const struct ir_inst *in)
{
	struct cell r = unknown;

	for (int i = 0; i < 2 && (in->op == OP_EQ || in->op == OP_NE) && !r.truth; i++)
		if (is_zero(range_of(fl, in->args[1 - i])))
			r.truth = get(ps, fl, in->args[i]).truth * (in->op == OP_NE ? 1 : -1);
	return r;
}

static struct cell context_of(const struct passage *ps, const struct flow *fl,
			      const struct ir_inst *in)
{
	struct cell r = unknown;

	if (effects_keeps(ps->c->e, ps->func, in))
		r.steady = COMPUTED | (ps->sh->serial[fl->block] + fl->inst);
	return r;
}

static struct cell string_of(const struct passage *ps, const struct flow *fl,
			     const struct ir_inst *in)
{
	const struct ir_block *b = &ps->f->blocks.v[fl->block];
	struct cell r = unknown;
	bool token = in->op == OP_CALL ? in->ncallees == 1 && ps->c->e->token[in->callees[0]]
				       : effects_next_token(b, in);

	if (token && ps->c->model == MODEL_ATOMIC)
		r.measure = (struct change){CHANGE_TOKEN, 0, 0};
	else if (in->op == OP_INTRINSIC && in->imm == INTRINSIC_STRLEN)
		r = get(ps, fl, in->args[0]);
	else if (in->op == OP_INTRINSIC && in->imm == INTRINSIC_SUBSTR)
		r.measure =
			change_cut(get(ps, fl, in->args[0]).measure, range_of(fl, in->args[1]).low);
	r.truth = 0;
	return r;
}

static void forget_reg(void *ctx, uint32_t reg)
{
	struct passage *ps = ctx;

	set_slot(ps, slot_of(ps, reg), unknown);
}

static void forget_globals(struct passage *ps, const struct ir_inst *in)
{
	const struct shape *sh = ps->sh;

	for (uint32_t c = 0; c < in->ncallees; c++)
		for (uint32_t i = 0;
		     (i = effects_next_change(ps->c->e, in->callees[c], sh, i)) != IR_NONE; i++)
			set_slot(ps, sh->global_slot0 + i, unknown);
	if (in->op == OP_EMBEDDED && shape_embedded_writes(in->str))
		for (uint32_t i = 0; i < sh->nglobals; i++)
			set_slot(ps, sh->global_slot0 + i, unknown);
}

static void apply(struct passage *ps, const struct flow *fl, const struct ir_inst *in)
{
	bool atomic = ps->c->model == MODEL_ATOMIC;
	enum interval_relation rel;
	uint32_t to = in->dst != IR_NONE ? slot_of(ps, in->dst) : SLOT_NONE;

	if (in->op == OP_MOV || in->op == OP_INDEX)
		set_slot(ps, to, get(ps, fl, in->args[0]));
	else if (in->op == OP_GLOAD && atomic)
		set_slot(ps, to, get_slot(ps, fl, shape_global(ps->sh, in->global)));
	else if (in->op == OP_GSTORE && atomic)
		set_slot(ps, shape_global(ps->sh, in->global), get(ps, fl, in->args[0]));
	else if (in->op >= OP_ADD && in->op <= OP_USHR && in->nargs == 2)
		set_slot(ps, to, arithmetic(ps, fl, in));
	else if (relation_of(in->op, &rel))
		set_slot(ps, to, comparison(ps, fl, in));
	else if (in->op == OP_CONTEXT)
		set_slot(ps, to, context_of(ps, fl, in));
	else if ((in->op == OP_INTRINSIC || in->op == OP_CALL) && in->dst != IR_NONE)
		set_slot(ps, to, string_of(ps, fl, in));
	else
		shape_defs(ps->f, in, forget_reg, ps);
	if (in->op == OP_CALL || in->op == OP_EMBEDDED)
		forget_globals(ps, in);
	if (in->op == OP_GCLEAR || (in->op == OP_GSTORE && !atomic))
		set_slot(ps, shape_global(ps->sh, in->global), unknown);
}

/* --- the measure set outright --- */

/*
 * A measure set to what has no change, but a range, has changed by as much as that differs from
 * what it was.  The range is there once the instruction has run: the visit of the next asks.
 */
static void land(struct passage *ps, const struct flow *fl)
{
	const struct ranking *r = ps->loop == IR_NONE ? NULL : &ps->rounds[ps->loop].r;
	struct interval by;
	struct value next;
	__int128 least, most;

	if (!ps->landing)
		return;
	ps->landing = false;
	next = state_get(&fl->sp, &fl->cur, r->measure);
	least = (__int128)ps->before.low - ps->jumped.high;
	most = (__int128)ps->before.high - ps->jumped.low;
	if (interval_empty(ps->before) || interval_empty(next.range) || least < INT64_MIN ||
	    most > INT64_MAX)
		return;
	/* the loop's header named what the variable held as the round began */
	by = zone_between(&fl->sp, &fl->cur, &next, SLOT_NONE,
			  state_met(ps->sh->loops[ps->loop].header, r->measure));
	least = next.range.high - least < by.high ? next.range.high - least : by.high;
	most = next.range.low - most > by.low ? next.range.low - most : by.low;
	if (most < -CHANGE_FAR || least > CHANGE_FAR || most > least)
		return;
	struct cell c = get_slot(ps, fl, r->measure);

	c.measure = (struct change){CHANGE_ADDED, (int64_t)most, (int64_t)least};
	set_slot(ps, r->measure, c);
}

static void follow(struct passage *ps, const struct flow *fl, const struct ir_inst *in)
{
	const struct ranking *r = ps->loop == IR_NONE ? NULL : &ps->rounds[ps->loop].r;
	uint32_t slot = in->op == OP_GSTORE  ? shape_global(ps->sh, in->global)
			: in->dst != IR_NONE ? slot_of(ps, in->dst)
					     : SLOT_NONE;
	struct change was = ps->cur.at[0];
	bool sets = r && r->kind == RANKING_COUNT && slot == r->measure && was.kind == CHANGE_ADDED;
	struct interval before =
		sets ? state_get(&fl->sp, &fl->cur, slot).range : interval_bottom();

	apply(ps, fl, in);
	if (!sets || ps->cur.at[0].kind != CHANGE_LOST)
		return;
	ps->landing = true;
	ps->jumped = was;
	ps->before = before;
}

/* --- the test --- */

static bool inside(const struct passage *ps, uint32_t block)
{
	return shape_in_loop(ps->sh, block, ps->loop);
}

/* The comparison named by the ranking: its operands are as claimed. */
static void check_test(struct passage *ps, const struct flow *fl, const struct ir_inst *in)
{
	const struct ranking *r = &ps->rounds[ps->loop].r;
	enum interval_relation rel = REL_NE;
	bool branch = in->op == OP_BRANCH, text = in->op == OP_STRCMP;
	struct interval limit = interval_constant(0);
	struct cell x, y = unknown;

	if (!branch && !text && !relation_of(in->op, &rel)) {
		fail(ps, ps->loop, "what is named as its test is none");
		return;
	}
	x = get(ps, fl, in->args[branch ? 0 : r->swapped]);
	if (!branch) {
		y = get(ps, fl, in->args[!r->swapped]);
		limit = range_of(fl, in->args[!r->swapped]);
	}
	if (y.steady && !(y.steady & COMPUTED))
		ps->rounds[ps->loop].against = y.steady - 1;
	if (text && !is_zero(limit))
		fail(ps, ps->loop, "its test is not of whether a string is empty");
	if (!change_within(&x.measure, &r->at))
		fail(ps, ps->loop, "its variable is not what is tested");
	if (!interval_within(limit, r->limit))
		fail(ps, ps->loop, "what it is tested against is outside the limit claimed");
	if ((r->below && range_of(fl, in->args[branch ? 0 : r->swapped]).high > limit.low) ||
	    (r->above && range_of(fl, in->args[branch ? 0 : r->swapped]).low < limit.high))
		fail(ps, ps->loop, "its variable may be beyond its limit");
	if (r->steady && !y.steady && !interval_single(limit))
		fail(ps, ps->loop, "its limit may change");
	if (ps->cur.statement && !r->late)
		fail(ps, ps->loop, "statements come before its test");
}

/* The target with which the branch stays in the loop, or on the side probed; -1: it does not say.
 */
static int staying(const struct passage *ps, const struct flow *fl, const struct ir_inst *in)
{
	bool first = inside(ps, in->target[0]), second = inside(ps, in->target[1]);

	if (in->target[0] == in->target[1])
		return -1;
	if (ps->probing && ps->rounds[ps->loop].branch == fl->block)
		return ps->aside;
	return first == second ? -1 : second;
}

/* The relation that holds where the branch stays; false: it decides nothing of that. */
static bool stays(struct passage *ps, const struct flow *fl, const struct ir_inst *in,
		  enum interval_relation *rel)
{
	const struct ranking *r = &ps->rounds[ps->loop].r;
	const struct ir_inst *test = &ps->f->blocks.v[fl->block].insts.v[r->inst];
	int target = staying(ps, fl, in), truth = test == in ? 1 : get(ps, fl, in->args[0]).truth;

	if (target < 0 || !truth)
		return false;
	*rel = test->op == OP_STRCMP ? REL_GT : REL_NE;
	if (relation_of(test->op, rel) && r->swapped)
		*rel = interval_mirror(*rel);
	if ((target == 0) != (truth > 0))
		*rel = interval_negate(*rel);
	return true;
}

static void find_test(struct passage *ps, const struct flow *fl, const struct ir_inst *in)
{
	const struct ranking *r = ps->loop == IR_NONE ? NULL : &ps->rounds[ps->loop].r;
	enum interval_relation rel;

	if (r && r->kind == RANKING_WALK && in->op == OP_NEXT_ && r->iter == (uint64_t)in->imm &&
	    inside(ps, in->target[0]) && !inside(ps, in->target[1]))
		ps->stay = in->target[0];
	if (!r || r->kind != RANKING_COUNT || r->block != fl->block)
		return;
	if (fl->inst == r->inst)
		check_test(ps, fl, in);
	if (in->op == OP_BRANCH && stays(ps, fl, in, &rel) && rel == r->rel)
		ps->stay = in->target[staying(ps, fl, in)];
}

/* --- the walk --- */

static void weigh(struct passage *ps, const struct ir_inst *in)
{
	const uint32_t *cycle = ps->c->e->cycle;
	int64_t *w = ps->cur.weight;

	w[RANKING_OUTPUT] = plus(w[RANKING_OUTPUT], budget_printed(ps->c->p, ps->f, in));
	if (in->op == OP_STMT) {
		w[RANKING_STATEMENTS] = plus(w[RANKING_STATEMENTS], in->imm);
		ps->cur.statement = true;
	}
	for (uint32_t i = 0; i < in->ncallees; i++) {
		uint32_t to = in->callees[i];

		if (cycle[to] == cycle[ps->func]) {
			w[RANKING_CALLS] = plus(w[RANKING_CALLS], 1);
			continue;
		}
		w[RANKING_STATEMENTS] = plus(w[RANKING_STATEMENTS], ps->c->cost[to]);
		w[RANKING_OUTPUT] = plus(w[RANKING_OUTPUT], ps->c->output[to]);
	}
}

/* What a loop's argument may forbid to happen anywhere in it. */
static void note(struct passage *ps, const struct flow *fl, const struct ir_inst *in)
{
	bool splits = in->op == OP_INTRINSIC && in->imm == INTRINSIC_TOKENIZE &&
		      !effects_next_token(&ps->f->blocks.v[fl->block], in);

	for (uint32_t i = 0; i < in->ncallees; i++)
		splits |= ps->c->e->splits[in->callees[i]];
	if (!splits && in->op != OP_ITER)
		return;
	for (uint32_t l = ps->loop; l != IR_NONE; l = ps->sh->loops[l].parent) {
		ps->rounds[l].splits |= splits;
		if (in->op == OP_ITER && ps->rounds[l].r.kind == RANKING_WALK &&
		    ps->rounds[l].r.iter == (uint64_t)in->imm)
			fail(ps, l, "its iterator is started again in the loop");
	}
	for (uint32_t l = 0; in->op == OP_ITER && l < ps->sh->nloops; l++) {
		const struct ir_iter *it = &ps->f->iters.v[in->imm];
		struct round *rd = &ps->rounds[l];

		if (rd->r.kind == RANKING_WALK && rd->r.iter == (uint64_t)in->imm &&
		    it->limit != IR_NONE)
			rd->limit = interval_join(rd->limit, range_of(fl, it->limit));
	}
}

static void begin_block(struct passage *ps, const struct flow *fl)
{
	uint32_t b = fl->block;

	ps->now++;
	ps->loop = ps->sh->loop_of[b];
	ps->stay = IR_NONE;
	ps->landing = false;
	ps->cur = ps->arrive[b];
	ps->failing = (struct way){0};
}

static void visit(struct passage *ps, const struct flow *fl, const struct ir_inst *in)
{
	bool fails = shape_may_fail(in);
	enum interval_relation rel;

	land(ps, fl);
	if (fails)
		join_way(&ps->failing, &ps->cur);
	find_test(ps, fl, in);
	note(ps, fl, in);
	weigh(ps, in);
	follow(ps, fl, in);
	const struct ranking *r = ps->loop == IR_NONE ? NULL : &ps->rounds[ps->loop].r;

	if (r && r->kind == RANKING_COUNT && r->block == fl->block && r->inst == fl->inst &&
	    (in->op == OP_STRCMP || relation_of(in->op, &rel)))
		cell_at(ps, slot_of(ps, in->dst))->truth = 1;
	if (fails && (in->op == OP_CALL || in->op == OP_EMBEDDED))
		join_way(&ps->failing, &ps->cur);
	raise_weights(round_of(ps, ps->loop)->partly, ps->cur.weight);
}

static version began(const struct passage *ps, uint32_t outer)
{
	return state_met(ps->sh->loops[outer].header, ps->rounds[outer].r.measure);
}

/* How far the loop's variable is, as it is entered, from where the round around it began. */
static void note_start(struct passage *ps, const struct flow *fl, uint32_t loop,
		       const struct state *st)
{
	struct round *rd = &ps->rounds[loop];
	uint32_t outer = ps->sh->loops[loop].parent;
	struct value v = state_get(&fl->sp, st, rd->r.measure);
	struct interval by;

	if (ps->probing || outer == IR_NONE || ps->rounds[outer].r.kind != RANKING_COUNT)
		return;
	by = zone_between(&fl->sp, st, &v, SLOT_NONE, began(ps, outer));
	rd->from = rd->entered ? interval_join(rd->from, by) : by;
	rd->entered = true;
}

/* How far the first of two variables is from the second, likewise. */
static void note_apart(const struct flow *fl, struct round *rd, const struct state *st)
{
	struct value v = state_get(&fl->sp, st, rd->r.measure);

	rd->from = interval_join(rd->from, zone_between(&fl->sp, st, &v, rd->other,
							state_get(&fl->sp, st, rd->other).ver));
}

static void check_first(struct passage *ps, const struct flow *fl, uint32_t to,
			const struct state *st)
{
	uint32_t loop = ps->sh->loop_at[to];
	const struct ranking *r = loop == IR_NONE ? NULL : &ps->rounds[loop].r;

	if (!r || r->kind != RANKING_COUNT)
		return;
	if (!interval_within(state_get(&fl->sp, st, r->measure).range, r->first))
		fail(ps, loop, "its variable may begin outside the range claimed");
	note_start(ps, fl, loop, st);
	if (ps->rounds[loop].other != SLOT_NONE)
		note_apart(fl, &ps->rounds[loop], st);
}

/* Does the edge lead to the side of a branch that is not probed? */
static bool elsewhere(const struct passage *ps, const struct flow *fl, uint32_t to)
{
	const struct ir_block *b = &ps->f->blocks.v[fl->block];
	const struct ir_inst *last = &b->insts.v[b->insts.n - 1];

	return ps->loop != IR_NONE && ps->rounds[ps->loop].branch == fl->block &&
	       last->op == OP_BRANCH && last->target[ps->aside] != to && b->catch != to;
}

static void cross(struct passage *ps, const struct flow *fl, uint32_t to, const struct state *st)
{
	struct way w = ps->cur;
	uint32_t l = ps->loop, heads = ps->sh->loop_at[to], left = IR_NONE;
	bool begins;

	while (l != IR_NONE && l != heads)
		l = ps->sh->loops[l].parent;
	begins = heads != IR_NONE && l == IR_NONE;
	if (begins)
		check_first(ps, fl, to, st);
	for (uint32_t out = ps->loop; out != IR_NONE && !shape_in_loop(ps->sh, to, out);
	     out = ps->sh->loops[out].parent) {
		ps->rounds[out].late |= w.statement || out != ps->loop;
		left = out;
	}
	/* how a loop is left is no matter of its sides: the way past it is as it was entered */
	if (ps->probing && (!ps->cur.reached || elsewhere(ps, fl, to)) &&
	    (left == IR_NONE || !ps->rounds[left].entry.reached)) {
		if (begins) /* a loop on another side has sides of its own */
			ps->arrive[to] = begin_round();
		return;
	}
	w.passed |= to == ps->stay;
	go(ps, to, &w);
	if (to == ps->f->blocks.v[fl->block].catch && ps->failing.reached)
		go(ps, to, &ps->failing);
}

static void enter(struct passage *ps, const struct flow *fl, const struct state *st)
{
	struct way w = begin_round();
	uint32_t first = ps->sh->order[0];

	ps->loop = IR_NONE;
	check_first(ps, fl, first, st);
	go(ps, first, &w);
}

void passage_block(struct passage *ps, const struct flow *fl)
{
	begin_block(ps, fl);
	for (int i = 0; i < 4 && ps->probe[0][0]; i++)
		begin_block(ps->probe[i / 2][i % 2], fl);
}

void passage_visit(struct passage *ps, const struct flow *fl, const struct ir_inst *in)
{
	visit(ps, fl, in);
	for (int i = 0; i < 4 && ps->probe[0][0]; i++)
		visit(ps->probe[i / 2][i % 2], fl, in);
}

void passage_edge(struct passage *ps, const struct flow *fl, uint32_t to, const struct state *st)
{
	cross(ps, fl, to, st);
	for (int i = 0; i < 4 && ps->probe[0][0]; i++)
		cross(ps->probe[i / 2][i % 2], fl, to, st);
}

void passage_enter(struct passage *ps, const struct flow *fl, const struct state *st)
{
	enter(ps, fl, st);
	for (int i = 0; i < 4 && ps->probe[0][0]; i++)
		enter(ps->probe[i / 2][i % 2], fl, st);
}

void passage_leave(struct passage *ps)
{
	for (uint32_t l = ps->loop; l != IR_NONE; l = ps->sh->loops[l].parent)
		ps->rounds[l].late = true;
}

/* The most elements a walk can have. */
static int64_t elements(const struct passage *ps, const struct ir_iter *it)
{
	const struct ir_global *g = &ps->c->p->globals.v[it->global];

	if (!it->hist)
		return g->capacity > 0 ? g->capacity : ps->c->p->limits.maxmapentries;
	if (g->hist_log)
		return 128;
	if (g->hist_step <= 0)
		return INT64_MAX;
	__int128 n = ((__int128)g->hist_high - g->hist_low) / g->hist_step + 3;

	return n < 0 ? 0 : n > INT64_MAX - 1 ? INT64_MAX - 1 : (int64_t)n;
}

/* Of a loop with two variables: what the probes saw. */
static int64_t rounds_of_two(struct passage *ps, const struct flow *fl, uint32_t loop)
{
	const struct round *rd = &ps->rounds[loop];
	struct ranking_sides s = {.late = rd->late, .apart = ps->probe[0][0]->rounds[loop].from};

	for (int k = 0; k < 2; k++) {
		for (int side = 0; side < 2; side++) {
			const struct round *seen = &ps->probe[k][side]->rounds[loop];

			if (!ps->probe[k][side]->arrive[ps->sh->loops[loop].header].reached)
				return INT64_MAX;
			s.back[side] = seen->back.reached;
			s.passed[k][side] = seen->back.passed && !seen->broken;
			s.step[k][side] = seen->back.at[0];
		}
		if (rd->r.part[k].kind == RANKING_COUNT)
			s.around[k] =
				state_get(&fl->sp,
					  &ps->c->claims[ps->func].at[ps->sh->loops[loop].header],
					  rd->r.part[k].measure)
					.range;
	}
	return ranking_phases(&rd->r, &s, ps->c->p->limits.maxstringlen - 1, rd->splits);
}

static int64_t rounds_of(struct passage *ps, const struct flow *fl, uint32_t loop)
{
	const struct round *rd = &ps->rounds[loop];
	const struct ranking *r = &rd->r;
	int64_t n;

	switch (r->kind) {
	case RANKING_NONE: return INT64_MAX;
	case RANKING_ONCE: return 1;
	case RANKING_PHASES: return rounds_of_two(ps, fl, loop);
	case RANKING_WALK:
		n = elements(ps, &ps->f->iters.v[r->iter]);
		if (ps->f->iters.v[r->iter].limit == IR_NONE)
			return n;
		if (interval_empty(rd->limit) || rd->limit.high < 0)
			return 0;
		return rd->limit.high < n ? rd->limit.high : n;
	case RANKING_COUNT:
		n = ranking_rounds(r, ps->c->p->limits.maxstringlen - 1, rd->splits);
		/* that it ends some day is worth saying only where what it waits for stands still
		 */
		if (n == INT64_MAX - 1 && !r->steady)
			return INT64_MAX;
		return r->late && n < INT64_MAX - 1 ? n + 1 : n;
	}
	return INT64_MAX;
}

/* Least distance that n rounds keep between any two of them; 0: none, or they might wrap. */
static int64_t least_step(const struct ranking *r, int64_t n)
{
	if (r->kind != RANKING_COUNT || r->step.kind != CHANGE_ADDED ||
	    (__int128)n * r->step.high > INT64_MAX || (__int128)n * r->step.low < INT64_MIN)
		return 0;
	return r->step.low > 0 ? r->step.low : r->step.high < 0 ? -r->step.high : 0;
}

/*
 * All rounds of an inner loop in one run of the loop around it, where its variable starts as far as
 * ever from the other's, or stops at that.  No two of its runs start or stop nearer to each other
 * than a step of the loop around, so of the longest run each next one lacks that much.
 */
static int64_t rounds_in_all(struct passage *ps, const struct flow *fl, uint32_t loop)
{
	const struct round *rd = &ps->rounds[loop];
	uint32_t outer = ps->sh->loops[loop].parent, header = ps->sh->loops[loop].header;
	const struct round *around = &ps->rounds[outer];
	int64_t rounds = rounds_of(ps, fl, outer), n = rounds_of(ps, fl, loop), step, apart;
	uint32_t y = around->r.measure;
	__int128 span, runs;
	bool starts = rd->entered && interval_single(rd->from);
	bool stops =
		rd->against == y &&
		state_get(&fl->sp, &ps->c->claims[ps->func].at[header], y).ver == began(ps, outer);

	if (rounds >= INT64_MAX - 1 || n >= INT64_MAX - 1 || (!starts && !stops))
		return INT64_MAX;
	step = least_step(&rd->r, n);
	apart = least_step(&around->r, rounds);
	if (!step || !apart || (rd->r.rel == REL_NE && step > 1))
		return INT64_MAX;
	rounds++; /* the one that leaves */
	n -= rd->r.late && n > 0;
	if (n == 0)
		return rd->r.late ? rounds : 0;
	span = (__int128)(n - 1) * step + step - 1;
	runs = span / apart + 1 < rounds ? span / apart + 1 : rounds;
	if (span >> 60 || runs >> 40)
		return INT64_MAX;
	span = runs + (runs * span - apart * (runs * (runs - 1) / 2)) / step;
	span += rd->r.late ? rounds : 0;
	return span < INT64_MAX ? (int64_t)span : INT64_MAX;
}

/* What the rounds of loops directly in it weigh that are paid for here, once. */
static int64_t rounds_within(const struct passage *ps, uint32_t loop, int what)
{
	int64_t w = 0;

	for (uint32_t l = loop + 1; l < ps->sh->nloops && ps->sh->loops[l].parent != IR_NONE &&
				    ps->sh->loops[l].parent >= loop;
	     l++)
		if (ps->sh->loops[l].parent == loop && ps->rounds[l].r.total[what] < INT64_MAX)
			w = plus(w, times(ps->rounds[l].r.total[what], ps->rounds[l].weight[what]));
	return w;
}

static void check_total(struct passage *ps, const struct flow *fl, uint32_t loop, int64_t total)
{
	int64_t n = rounds_in_all(ps, fl, loop);

	ps->trusts |= n == INT64_MAX;
	if (n < INT64_MAX && total < n)
		fail(ps, loop, "its runs may take more rounds in all than is claimed");
}

static void check_round(struct passage *ps, const struct flow *fl, uint32_t loop)
{
	const struct round *rd = &ps->rounds[loop];
	int64_t n = rounds_of(ps, fl, loop);

	if (!rd->entry.reached)
		return;
	if (rd->r.kind != RANKING_NONE && n == INT64_MAX)
		fail(ps, loop, "from what is claimed it does not follow that it ends");
	n = n >= INT64_MAX - 1 ? INT64_MAX : n;
	if (rd->r.bound < n)
		fail(ps, loop, "the bound claimed is too low");
	for (int i = 0; i < WEIGHTS; i++) {
		int64_t w = plus(times(n, rd->weight[i]), rd->partly[i]);

		if (rd->r.total[i] < INT64_MAX)
			check_total(ps, fl, loop, rd->r.total[i]);

		if (rd->r.total[i] < INT64_MAX)
			w = rd->partly[i]; /* its rounds are among those of the loop around it */
		else if (n == INT64_MAX)
			w = n;
		if (rd->r.weight[i] < plus(w, rounds_within(ps, loop, i)))
			fail(ps, loop, "it weighs more than is claimed");
	}
}

const char *passage_end(struct passage *ps, const struct flow *fl, bool *trusts)
{
	for (uint32_t l = 0; l < ps->sh->nloops; l++)
		check_round(ps, fl, l);
	*trusts = ps->trusts;
	return ps->why;
}

int64_t passage_weight(const struct passage *ps, int what)
{
	return ps->top.partly[what];
}

struct change passage_argument(const struct passage *ps, const struct flow *fl, uint32_t reg,
			       struct interval *before)
{
	struct cell c = get(ps, fl, reg);

	if (c.param.kind == CHANGE_ADDED)
		*before =
			state_get(&fl->sp, &ps->c->claims[ps->func].at[fl->block], c.holder).range;
	return c.param;
}

static struct passage *make(struct arena *a, const struct certificate *c, uint32_t func)
{
	struct passage *ps = arena_make(a, struct passage);
	const struct shape *sh = c->shapes[func];

	*ps = (struct passage){
		.arena = a, .c = c, .f = &c->p->funcs.v[func], .sh = sh, .func = func};
	ps->arrive = arena_alloc(a, sh->nblocks * sizeof *ps->arrive);
	ps->cells = arena_alloc(a, (sh->nslots + ps->f->regs.n) * sizeof *ps->cells);
	ps->rounds = arena_alloc(a, sh->nloops * sizeof *ps->rounds);
	for (uint32_t l = 0; l < sh->nloops; l++) {
		struct round *rd = &ps->rounds[l];

		rd->r = c->rankings[func][l];
		rd->limit = interval_bottom();
		rd->against = rd->other = SLOT_NONE;
		rd->branch = IR_NONE;
	}
	return ps;
}

/* A probe follows one variable of each loop that has two, on one side of its branch. */
static struct passage *make_probe(const struct passage *of, int part, int side)
{
	struct passage *ps = make(of->arena, of->c, of->func);

	ps->probing = true;
	ps->aside = side;
	for (uint32_t l = 0; l < ps->sh->nloops; l++) {
		struct ranking *r = &ps->rounds[l].r;
		const struct ranking *whole = &of->rounds[l].r;

		*r = (struct ranking){.kind = RANKING_NONE};
		if (whole->kind != RANKING_PHASES)
			continue;
		*r = whole->part[part];
		ps->rounds[l].branch = whole->branch;
		ps->rounds[l].from = interval_bottom();
		if (whole->order == RANKING_CLOSING && part == 0)
			ps->rounds[l].other = whole->part[1].measure;
	}
	return ps;
}

struct passage *passage_new(struct arena *a, const struct certificate *c, uint32_t func)
{
	const struct shape *sh = c->shapes[func];
	struct passage *ps;
	bool two = false;

	if (sh->irreducible || c->claims[func].blank)
		return NULL;
	ps = make(a, c, func);
	for (uint32_t l = 0; l < sh->nloops; l++)
		two |= ps->rounds[l].r.kind == RANKING_PHASES;
	for (int i = 0; two && i < 4; i++)
		ps->probe[i / 2][i % 2] = make_probe(ps, i / 2, i % 2);
	return ps;
}
