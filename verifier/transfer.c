/*
 * Transfer: what each operation does to the abstract state.  Under the atomic
 * model a scalar global has a slot like a register, so that two reads of it
 * agree until something may store; under the interleaved model every read is
 * a value of its own within the program-wide range, and facts about aggregates
 * are not kept.  Errors leave from the state before the operation; a call that
 * fails may have changed globals before.
 */
#include "verifier/transfer.h"
#include "verifier/refine.h"
#include "verifier/textlen.h"
#include "verifier/zone.h"

#include <string.h>

enum { COUNT = 0, SUM = 1, MAX_ARGS = 64 };

void transfer_start(struct flow *fl, struct arena *a, const struct ir_program *p, uint32_t func,
		    const struct shape *sh, const struct world *w)
{
	state_space(&fl->sp, a, p, &p->funcs.v[func], sh, w);
	fl->func = func;
	fl->dirty.v = NULL;
	fl->dirty.n = fl->dirty.cap = 0;
}

static uint32_t slot_of(const struct flow *fl, uint32_t reg)
{
	return fl->sp.sh->slot_of_reg[reg];
}

struct value transfer_reg(const struct flow *fl, uint32_t reg)
{
	struct value v = state_get(&fl->sp, &fl->cur, slot_of(fl, reg));

	if (v.diffs)
		v.range = zone_range(&fl->sp, &fl->cur, &v);
	return v;
}

static struct interval range_of(const struct flow *fl, uint32_t reg)
{
	return transfer_reg(fl, reg).range;
}

static void set_slot(struct flow *fl, uint32_t slot, const struct value *v)
{
	state_set(&fl->sp, &fl->cur, slot, v);
	if (slot & SLOT_LOCAL || !fl->failing.reachable)
		return;
	vec_push(fl->sp.arena, &fl->dirty, slot);
}

/* A new value, unlike any other. */
static struct value fresh(const struct flow *fl, uint32_t slot, struct interval range)
{
	return (struct value){.range = range,
			      .bits = interval_empty(range) ? bits_unknown() : bits_of(range),
			      .source = SLOT_NONE,
			      .ver = state_made(&fl->sp, fl->block, fl->inst, slot)};
}

static void set_fresh(struct flow *fl, uint32_t slot, struct interval range)
{
	struct value v = fresh(fl, slot, interval_meet(range, state_any(&fl->sp, slot)));

	if (interval_empty(v.range))
		fl->cur.reachable = false;
	set_slot(fl, slot, &v);
}

/* A number of which range and bits are known. */
static void set_number(struct flow *fl, uint32_t reg, struct value v)
{
	if (!bits_reduce(&v.range, &v.bits))
		fl->cur.reachable = false;
	set_slot(fl, slot_of(fl, reg), &v);
}

static void set_reg(struct flow *fl, uint32_t reg, struct interval range)
{
	if (reg != IR_NONE)
		set_fresh(fl, slot_of(fl, reg), range);
}

static void set_pred(struct flow *fl, uint32_t reg, struct interval range, const struct pred *p)
{
	uint32_t slot = slot_of(fl, reg);
	struct value v = fresh(fl, slot, range);

	v.pred = p;
	set_slot(fl, slot, &v);
}

/* `to` now holds what `from` holds, and each remembers the other. */
static void copy_slot(struct flow *fl, uint32_t to, uint32_t from, struct interval range)
{
	struct value v = state_get(&fl->sp, &fl->cur, from);
	uint32_t older = v.source;

	if (to == from)
		return;
	if (older != SLOT_NONE && state_get(&fl->sp, &fl->cur, older).ver != v.ver)
		older = SLOT_NONE;
	if (older == SLOT_NONE && !(to & SLOT_LOCAL)) {
		v.source = to;
		state_set(&fl->sp, &fl->cur, from, &v);
	}
	v.source = from & SLOT_LOCAL ? older : from;
	if (v.source == to)
		v.source = SLOT_NONE;
	v.range = range;
	if (!bits_reduce(&v.range, &v.bits))
		fl->cur.reachable = false;
	set_slot(fl, to, &v);
}

/* --- errors --- */

static void leave(struct flow *fl, uint32_t to, struct state *st)
{
	if (!st->reachable)
		return;
	state_arrive(&fl->sp, st, to);
	fl->edge(fl, to, st);
}

static void may_fail(struct flow *fl)
{
	const struct ir_block *b = &fl->sp.f->blocks.v[fl->block];
	uint32_t to = b->catch;

	if (to == IR_NONE || !fl->cur.reachable || !shape_may_fail(&b->insts.v[fl->inst]))
		return;
	if (!fl->sp.sh->irreducible && fl->sp.sh->loop_at[to] != IR_NONE) {
		/* the names of a header are in use: they cannot stand for what meets here, too */
		struct state st = state_copy(&fl->sp, &fl->cur);

		leave(fl, to, &st);
		return;
	}
	if (!fl->failing.reachable) {
		fl->failing = state_copy(&fl->sp, &fl->cur);
		fl->dirty.n = 0;
		return;
	}
	for (uint32_t i = 0; i < fl->dirty.n; i++)
		state_join_slot(&fl->sp, &fl->failing, &fl->cur, fl->dirty.v[i], to);
	fl->dirty.n = 0;
	state_common_facts(&fl->sp, &fl->failing, &fl->cur);
}

/* --- globals and facts --- */

static void bump(struct flow *fl, uint32_t global)
{
	uint32_t slot = shape_global(fl->sp.sh, global);

	if (slot != SLOT_NONE)
		set_fresh(fl, slot, state_any(&fl->sp, slot));
}

static struct key key_of(const struct flow *fl, uint32_t reg)
{
	struct value v = transfer_reg(fl, reg);
	struct key k = {.kind = KEY_VERSION, .ver = v.ver};

	if (v.text)
		return (struct key){.kind = KEY_TEXT, .text = v.text};
	if (fl->sp.f->regs.v[reg].type == IR_INT && interval_single(v.range))
		return (struct key){.kind = KEY_INT, .number = v.range.low};
	return k;
}

bool transfer_nonempty(struct flow *fl, uint32_t global, const uint32_t *keys, uint32_t nkeys,
		       struct fact *out)
{
	struct key *k;
	uint32_t slot = shape_global(fl->sp.sh, global);

	if (fl->model == MODEL_INTERLEAVED || slot == SLOT_NONE)
		return false;
	if (nkeys != fl->sp.p->globals.v[global].nkeys)
		return false;
	k = arena_alloc(fl->sp.arena, nkeys * sizeof *k);
	for (uint32_t i = 0; i < nkeys; i++) {
		if (keys[i] == IR_NONE)
			return false;
		k[i] = key_of(fl, keys[i]);
	}
	*out = (struct fact){.slot = slot,
			     .ver = state_get(&fl->sp, &fl->cur, slot).ver,
			     .iter = IR_NONE,
			     .nkeys = nkeys,
			     .keys = k};
	return true;
}

static bool is_stats(const struct flow *fl, uint32_t global)
{
	return fl->sp.p->globals.v[global].type == IR_STATS;
}

static void load_global(struct flow *fl, const struct ir_inst *in)
{
	uint32_t from = shape_global(fl->sp.sh, in->global);

	if (fl->model == MODEL_INTERLEAVED) {
		set_reg(fl, in->dst, fl->sp.w->global[in->global]);
		return;
	}
	copy_slot(fl, slot_of(fl, in->dst), from, state_get(&fl->sp, &fl->cur, from).range);
}

static void store_global(struct flow *fl, const struct ir_inst *in)
{
	uint32_t from = slot_of(fl, in->args[0]);
	struct interval v = range_of(fl, in->args[0]);

	if (fl->sink)
		world_store(fl->sink, in->global, v);
	if (fl->model == MODEL_ATOMIC)
		copy_slot(fl, shape_global(fl->sp.sh, in->global), from, v);
}

static void clear_global(struct flow *fl, const struct ir_inst *in)
{
	const struct ir_global *g = &fl->sp.p->globals.v[in->global];

	bump(fl, in->global);
	if (g->nkeys || g->type == IR_STATS)
		return;
	if (fl->sink)
		world_store(fl->sink, in->global, interval_constant(0));
	if (fl->model == MODEL_ATOMIC)
		set_fresh(fl, shape_global(fl->sp.sh, in->global), interval_constant(0));
}

/* Sets of elements: the keys come first. */
static void insert(struct flow *fl, const struct ir_inst *in)
{
	const struct ir_global *g = &fl->sp.p->globals.v[in->global];
	struct fact f;

	for (uint32_t k = 0; fl->sink && k < g->nkeys; k++)
		world_key(fl->sink, in->global, k, range_of(fl, in->args[k]));
	if (fl->sink && in->op == OP_MSET)
		world_element(fl->sink, in->global, range_of(fl, in->args[g->nkeys]));
	if (g->wrap)
		bump(fl, in->global);
	if (g->type == IR_STATS && transfer_nonempty(fl, in->global, in->args, g->nkeys, &f))
		state_learn(&fl->sp, &fl->cur, &f);
}

static void test_element(struct flow *fl, const struct ir_inst *in, struct interval range)
{
	const struct pred *p = NULL;
	struct fact f;

	if (is_stats(fl, in->global) && transfer_nonempty(fl, in->global, in->args, in->nargs, &f))
		p = refine_holds(&fl->sp, &f);
	set_pred(fl, in->dst, range, p);
}

/* Asked of what must have samples: that there are some holds once it was not an error. */
static void needs_sample(struct flow *fl, const struct ir_inst *in)
{
	struct fact f;

	may_fail(fl);
	if (is_stats(fl, in->global) &&
	    transfer_nonempty(fl, in->global, in->args, fl->sp.p->globals.v[in->global].nkeys, &f))
		state_learn(&fl->sp, &fl->cur, &f);
}

static void read_stat(struct flow *fl, const struct ir_inst *in)
{
	if (in->imm == COUNT) {
		test_element(fl, in, interval_make(0, INT64_MAX));
		return;
	}
	if (in->imm != SUM)
		needs_sample(fl, in);
	set_reg(fl, in->dst, interval_top());
}

static void start_iterator(struct flow *fl, const struct ir_inst *in)
{
	const struct ir_iter *it = &fl->sp.f->iters.v[in->imm];
	uint32_t slot = shape_global(fl->sp.sh, it->global);
	struct fact f = {.slot = slot, .iter = (uint32_t)in->imm};

	if (fl->model == MODEL_INTERLEAVED || it->hist)
		return;
	f.ver = state_get(&fl->sp, &fl->cur, slot).ver;
	state_learn(&fl->sp, &fl->cur, &f);
}

/* --- calls --- */

static void change_globals(struct flow *fl, const struct ir_inst *in)
{
	for (uint32_t c = 0; c < in->ncallees; c++)
		for (uint32_t i = 0;
		     (i = effects_next_change(fl->e, in->callees[c], fl->sp.sh, i)) != IR_NONE; i++)
			bump(fl, fl->sp.sh->globals[i]);
}

static void change_all(struct flow *fl)
{
	for (uint32_t i = 0; i < fl->sp.sh->nglobals; i++)
		bump(fl, fl->sp.sh->globals[i]);
}

static void pass_arguments(struct flow *fl, const struct ir_inst *in, uint32_t callee)
{
	if (!fl->sink)
		return;
	world_enter(fl->sink, callee);
	for (uint32_t i = 0; i < in->nargs; i++)
		world_argument(fl->sink, callee, i, range_of(fl, in->args[i]));
}

static void call(struct flow *fl, const struct ir_inst *in)
{
	struct interval result = interval_bottom();
	bool returns = false;

	for (uint32_t c = 0; c < in->ncallees; c++) {
		const struct outcome *o = &fl->sp.w->results[in->callees[c]];

		pass_arguments(fl, in, in->callees[c]);
		returns |= o->returns;
		result = interval_join(result, o->value);
		if (!o->passes)
			break;
	}
	may_fail(fl);
	change_globals(fl, in);
	may_fail(fl);
	if (!returns)
		fl->cur.reachable = false;
	else
		set_reg(fl, in->dst, result);
}

static struct interval intrinsic_range(const struct flow *fl, const struct ir_inst *in)
{
	const struct intrinsic_info *info = ir_intrinsic((enum intrinsic)in->imm);
	int64_t longest = fl->sp.p->limits.maxstringlen - 1;
	int64_t high = info->high == -1 ? longest : info->high;
	bool text = info->signature[0] == 's';

	if (in->imm == INTRINSIC_STRLEN)
		return range_of(fl, in->args[0]);
	if (text && high > longest)
		high = longest;
	return interval_make(text ? 0 : info->low, high);
}

/* What the probe point alone tells is the same at each call in a hit. */
static bool of_the_point(const struct ir_inst *in)
{
	return in->imm == INTRINSIC_PN || in->imm == INTRINSIC_PP ||
	       in->imm == INTRINSIC_PPFUNC || in->imm == INTRINSIC_PROBE_TYPE;
}

static void intrinsic(struct flow *fl, const struct ir_inst *in)
{
	may_fail(fl);
	set_reg(fl, in->dst, intrinsic_range(fl, in));
	if (in->dst != IR_NONE && of_the_point(in)) {
		struct value v = state_get(&fl->sp, &fl->cur, slot_of(fl, in->dst));

		v.ver = state_told((enum intrinsic)in->imm);
		set_slot(fl, slot_of(fl, in->dst), &v);
	}
}

static void embedded(struct flow *fl, const struct ir_inst *in)
{
	may_fail(fl);
	if (shape_embedded_writes(in->str)) {
		change_all(fl);
		may_fail(fl);
	}
	if (fl->sink)
		world_passes(fl->sink, fl->func);
	if (in->dst != IR_NONE)
		set_reg(fl, in->dst, state_any(&fl->sp, slot_of(fl, in->dst)));
}

/* --- values --- */

static struct interval compare(struct flow *fl, enum interval_relation rel, uint32_t a, uint32_t b)
{
	struct value x = transfer_reg(fl, a), y = transfer_reg(fl, b);
	struct interval r, zero = interval_constant(0);
	struct bits both;

	if (x.ver == y.ver)
		return interval_constant(rel == REL_EQ || rel == REL_LE || rel == REL_GE);
	if (!bits_meet(x.bits, y.bits, &both) && (rel == REL_EQ || rel == REL_NE))
		return interval_constant(rel == REL_NE);
	r = interval_compare(rel, x.range, y.range);
	if (interval_single(r) || (!x.diffs && !y.diffs))
		return r;
	return interval_compare(rel, zone_between(&fl->sp, &fl->cur, &x, slot_of(fl, b), y.ver),
				zero);
}

static void set_compare(struct flow *fl, const struct ir_inst *in, enum interval_relation rel)
{
	struct interval r = compare(fl, rel, in->args[0], in->args[1]);
	const struct pred *p = refine_compare(&fl->sp, &fl->cur, rel, slot_of(fl, in->args[0]),
					      slot_of(fl, in->args[1]));

	if (interval_empty(r))
		fl->cur.reachable = false;
	set_pred(fl, in->dst, r, p);
}

/* The bits of x that x & y, or the remainder of x by y, shows; 0: which ones is not known. */
static uint64_t shown(enum ir_op op, struct bits y)
{
	if (y.mask || !y.value)
		return 0;
	if (op == OP_AND)
		return y.value;
	return y.value & (y.value - 1) ? 0 : y.value - 1;
}

/* The value of a masked operand, or a remainder, says what some of its bits were. */
static const struct pred *masks(struct flow *fl, const struct ir_inst *in)
{
	struct value x = transfer_reg(fl, in->args[0]), y = transfer_reg(fl, in->args[1]);

	if (shown(in->op, y.bits))
		return refine_masked(&fl->sp, &fl->cur, slot_of(fl, in->args[0]),
				     shown(in->op, y.bits));
	if (in->op == OP_AND && shown(in->op, x.bits))
		return refine_masked(&fl->sp, &fl->cur, slot_of(fl, in->args[1]),
				     shown(in->op, x.bits));
	return NULL;
}

/* v is x plus something in `by`, in unbounded arithmetic: so it is near x, and what x is near. */
static void near(struct flow *fl, struct value *v, uint32_t reg, struct interval by)
{
	struct value x = transfer_reg(fl, reg);
	uint32_t slot = slot_of(fl, reg);

	if (by.low == INT64_MIN && by.high == INT64_MAX)
		return;
	for (const struct diff *d = x.diffs; d; d = d->next)
		zone_learn(&fl->sp, v, d->slot, d->ver, zone_add(by, d->by));
	zone_learn(&fl->sp, v, slot & SLOT_LOCAL ? x.source : slot, x.ver, by);
}

static void divide(struct flow *fl, const struct ir_inst *in)
{
	struct value a = transfer_reg(fl, in->args[0]), b = transfer_reg(fl, in->args[1]), r;
	bool mod = in->op == OP_MOD;

	if (interval_has(b.range, 0))
		may_fail(fl);
	refine_range(&fl->sp, &fl->cur, slot_of(fl, in->args[1]),
		     interval_exclude_zero(interval_top()));
	r = fresh(fl, slot_of(fl, in->dst),
		  mod ? interval_mod(a.range, b.range) : interval_div(a.range, b.range));
	if (interval_empty(r.range))
		fl->cur.reachable = false;
	r.bits = mod ? bits_mod(a.bits, b.bits) : bits_div(a.bits, b.bits);
	r.pred = mod ? masks(fl, in) : NULL;
	if (a.range.low >= 0)
		near(fl, &r, in->args[0],
		     interval_make(INT64_MIN, -(!mod && a.range.low > 0 && b.range.low > 1)));
	if (mod && b.range.low > 0)
		near(fl, &r, in->args[1], interval_make(INT64_MIN, -1));
	set_number(fl, in->dst, r);
}

struct operators {
	struct interval (*range)(struct interval, struct interval);
	struct bits (*bits)(struct bits, struct bits);
};

static struct value combined(const struct flow *fl, const struct ir_inst *in,
			     const struct operators *op)
{
	struct value a = transfer_reg(fl, in->args[0]), b = transfer_reg(fl, in->args[1]), r;

	r = fresh(fl, slot_of(fl, in->dst), op->range(a.range, b.range));
	r.bits = op->bits(a.bits, b.bits);
	return r;
}

static void binary(struct flow *fl, const struct ir_inst *in,
		   struct interval (*range)(struct interval, struct interval),
		   struct bits (*bits)(struct bits, struct bits))
{
	struct operators op = {range, bits};

	set_number(fl, in->dst, combined(fl, in, &op));
}

static void mask(struct flow *fl, const struct ir_inst *in)
{
	struct value r = combined(fl, in, &(struct operators){interval_and, bits_and});

	r.pred = masks(fl, in);
	for (int i = 0; i < 2; i++)
		if (range_of(fl, in->args[i]).low >= 0)
			near(fl, &r, in->args[i], interval_make(INT64_MIN, 0));
	set_number(fl, in->dst, r);
}

static void unary(struct flow *fl, const struct ir_inst *in)
{
	struct value a = transfer_reg(fl, in->args[0]), r;
	bool neg = in->op == OP_NEG;

	r = fresh(fl, slot_of(fl, in->dst), neg ? interval_neg(a.range) : interval_not(a.range));
	r.bits = neg ? bits_neg(a.bits) : bits_not(a.bits);
	set_number(fl, in->dst, r);
}

static bool fits_in_word(__int128 low, __int128 high)
{
	return low >= INT64_MIN && high <= INT64_MAX;
}

/* The fact that the sum of two values, wherever it is formed, is not 0. */
static struct fact nonzero_sum(struct flow *fl, const struct ir_inst *in)
{
	version a = transfer_reg(fl, in->args[0]).ver, b = transfer_reg(fl, in->args[1]).ver;
	struct key *k = arena_make(fl->sp.arena, struct key);

	*k = (struct key){.kind = KEY_VERSION, .ver = a < b ? b : a};
	return (struct fact){.slot = SLOT_NONE,
			     .ver = a < b ? a : b,
			     .iter = IR_NONE,
			     .nkeys = 1,
			     .keys = k};
}

/* A test of a sum, which is gone afterwards, still tells of the same sum formed again. */
static void recall_sum(struct flow *fl, const struct ir_inst *in, struct value *r)
{
	struct fact f;

	if (fl->sp.sh->irreducible || !interval_has(r->range, 0) || interval_single(r->range))
		return;
	f = nonzero_sum(fl, in);
	if (state_knows(&fl->cur, &f))
		r->range = interval_exclude_zero(r->range);
	else if (slot_of(fl, in->dst) & SLOT_LOCAL)
		r->pred = refine_holds(&fl->sp, &f);
}

static void sum(struct flow *fl, const struct ir_inst *in)
{
	struct value r = combined(fl, in, &(struct operators){interval_add, bits_add});
	struct interval a = range_of(fl, in->args[0]), b = range_of(fl, in->args[1]);

	if (fits_in_word((__int128)a.low + b.low, (__int128)a.high + b.high)) {
		if (!interval_single(a))
			near(fl, &r, in->args[0], b);
		if (!interval_single(b))
			near(fl, &r, in->args[1], a);
	}
	if (!interval_single(a) && !interval_single(b))
		recall_sum(fl, in, &r);
	set_number(fl, in->dst, r);
}

static void difference(struct flow *fl, const struct ir_inst *in)
{
	struct value r = combined(fl, in, &(struct operators){interval_sub, bits_sub});
	struct value a = transfer_reg(fl, in->args[0]), b = transfer_reg(fl, in->args[1]);
	struct interval by = zone_between(&fl->sp, &fl->cur, &a, slot_of(fl, in->args[1]), b.ver);
	__int128 low = (__int128)a.range.low - b.range.high;
	__int128 high = (__int128)a.range.high - b.range.low;

	if (by.low > low && by.low > INT64_MIN)
		low = by.low;
	if (by.high < high && by.high < INT64_MAX)
		high = by.high;
	if (fits_in_word(low, high) && low <= high) {
		r.range = interval_meet(r.range, interval_make((int64_t)low, (int64_t)high));
		near(fl, &r, in->args[0], zone_negate(b.range));
	}
	/* unequal numbers differ by less than 2^64: wrapped or not, that is not 0 */
	if (by.nonzero)
		r.range = interval_exclude_zero(r.range);
	if (interval_empty(r.range))
		fl->cur.reachable = false;
	set_number(fl, in->dst, r);
}

static struct interval cut(const struct flow *fl, int64_t low, int64_t high)
{
	int64_t longest = fl->sp.p->limits.maxstringlen - 1;

	return interval_make(low < longest ? low : longest, high < longest ? high : longest);
}

static struct interval concat_length(const struct flow *fl, const struct ir_inst *in)
{
	struct interval a = range_of(fl, in->args[0]), b = range_of(fl, in->args[1]);

	return cut(fl, a.low + b.low, a.high + b.high);
}

static struct interval format_length(const struct flow *fl, const struct ir_inst *in)
{
	struct interval args[MAX_ARGS];
	uint32_t n = in->nargs < MAX_ARGS ? in->nargs : 0;

	if (!in->format || n < in->nargs)
		return interval_make(0, fl->sp.p->limits.maxstringlen - 1);
	for (uint32_t i = 0; i < n; i++)
		args[i] = range_of(fl, in->args[i]);
	return cut(fl, 0, textlen_format(in->format, args, n));
}

static struct interval loaded(const struct ir_mem *m)
{
	unsigned bits = m->bit_size ? m->bit_size : m->size * 8u;

	if (bits == 0 || bits >= 64)
		return interval_top();
	if (m->is_signed)
		return interval_make(-((int64_t)1 << (bits - 1)), ((int64_t)1 << (bits - 1)) - 1);
	return interval_make(0, ((int64_t)1 << bits) - 1);
}

static void literal(struct flow *fl, const struct ir_inst *in)
{
	uint32_t slot = slot_of(fl, in->dst);
	int64_t length = (int64_t)strlen(in->str);
	struct value v = fresh(fl, slot, cut(fl, length, length));

	v.text = in->str;
	set_slot(fl, slot, &v);
}

static void index_checked(struct flow *fl, const struct ir_inst *in)
{
	struct interval a = range_of(fl, in->args[0]);

	may_fail(fl);
	if (in->imm > 0)
		a = interval_meet(a, interval_make(0, in->imm - 1));
	if (interval_empty(a)) {
		fl->cur.reachable = false;
		return;
	}
	refine_range(&fl->sp, &fl->cur, slot_of(fl, in->args[0]), a);
	copy_slot(fl, slot_of(fl, in->dst), slot_of(fl, in->args[0]), a);
}

/* --- terminators --- */

static void branch(struct flow *fl, const struct ir_inst *in)
{
	struct value cond = transfer_reg(fl, in->args[0]);
	struct state st = state_copy(&fl->sp, &fl->cur);

	for (int side = 0; side < 2; side++) {
		refine_truth(&fl->sp, &st, &cond, slot_of(fl, in->args[0]), side == 0);
		leave(fl, in->target[side], &st);
		st = state_copy(&fl->sp, &fl->cur);
	}
}

static bool all_distinct(const struct ir_iter *it)
{
	for (uint32_t i = 0; i < it->nkeys; i++)
		for (uint32_t j = 0; j <= i; j++)
			if (it->key_regs[i] == IR_NONE ||
			    (j < i && it->key_regs[i] == it->key_regs[j]) ||
			    it->key_regs[i] == it->value_reg)
				return false;
	return true;
}

/* Of an array nobody fills, the keys may be any: "never reached" would be no help to its reader. */
static struct interval key_range(const struct flow *fl, const struct ir_iter *it, uint32_t key)
{
	struct interval r = it->hist ? interval_top() : fl->sp.w->keys[it->global][key];

	return interval_empty(r) ? interval_top() : r;
}

static void next_element(struct flow *fl, const struct ir_inst *in)
{
	const struct ir_iter *it = &fl->sp.f->iters.v[in->imm];
	const struct ir_global *g = &fl->sp.p->globals.v[it->global];
	struct fact now = {.slot = shape_global(fl->sp.sh, it->global), .iter = (uint32_t)in->imm};
	struct fact f;

	now.ver = state_get(&fl->sp, &fl->cur, now.slot).ver;
	for (uint32_t i = 0; i < it->nkeys; i++)
		if (it->key_regs[i] != IR_NONE)
			set_reg(fl, it->key_regs[i], key_range(fl, it, i));
	if (it->value_reg != IR_NONE)
		set_reg(fl, it->value_reg,
			it->hist || g->type == IR_STATS ? interval_top()
							: fl->sp.w->element[it->global]);
	if (!it->hist && g->type == IR_STATS && state_knows(&fl->cur, &now) && all_distinct(it) &&
	    transfer_nonempty(fl, it->global, it->key_regs, it->nkeys, &f))
		state_learn(&fl->sp, &fl->cur, &f);
}

static void next(struct flow *fl, const struct ir_inst *in)
{
	struct state none = state_copy(&fl->sp, &fl->cur), some;

	next_element(fl, in);
	some = state_copy(&fl->sp, &fl->cur);
	leave(fl, in->target[0], &some);
	leave(fl, in->target[1], &none);
}

static void jump(struct flow *fl, const struct ir_inst *in)
{
	struct state st = state_copy(&fl->sp, &fl->cur);

	leave(fl, in->target[0], &st);
}

static void give_result(struct flow *fl, const struct ir_inst *in)
{
	if (fl->sink)
		world_result(fl->sink, fl->func,
			     in->nargs ? range_of(fl, in->args[0]) : interval_constant(0));
}

static void step(struct flow *fl, const struct ir_inst *in)
{
	switch (in->op) {
	case OP_CONST: set_reg(fl, in->dst, interval_constant(in->imm)); break;
	case OP_STR: literal(fl, in); break;
	case OP_MOV:
		copy_slot(fl, slot_of(fl, in->dst), slot_of(fl, in->args[0]),
			  range_of(fl, in->args[0]));
		break;
	case OP_ADD: sum(fl, in); break;
	case OP_SUB: difference(fl, in); break;
	case OP_MUL: binary(fl, in, interval_mul, bits_mul); break;
	case OP_DIV:
	case OP_MOD: divide(fl, in); break;
	case OP_AND: mask(fl, in); break;
	case OP_OR: binary(fl, in, interval_or, bits_or); break;
	case OP_XOR: binary(fl, in, interval_xor, bits_xor); break;
	case OP_SHL: binary(fl, in, interval_shl, bits_shl); break;
	case OP_SHR: binary(fl, in, interval_shr, bits_shr); break;
	case OP_USHR: binary(fl, in, interval_ushr, bits_ushr); break;
	case OP_NEG:
	case OP_NOT: unary(fl, in); break;
	case OP_EQ: set_compare(fl, in, REL_EQ); break;
	case OP_NE: set_compare(fl, in, REL_NE); break;
	case OP_LT: set_compare(fl, in, REL_LT); break;
	case OP_LE: set_compare(fl, in, REL_LE); break;
	case OP_GT: set_compare(fl, in, REL_GT); break;
	case OP_GE: set_compare(fl, in, REL_GE); break;
	case OP_STRCMP: set_reg(fl, in->dst, interval_make(-1, 1)); break;
	case OP_CONCAT: set_reg(fl, in->dst, concat_length(fl, in)); break;
	case OP_MATCH: set_reg(fl, in->dst, interval_make(0, 1)); break;
	case OP_GLOAD: load_global(fl, in); break;
	case OP_GSTORE: store_global(fl, in); break;
	case OP_GCLEAR: clear_global(fl, in); break;
	case OP_MGET: set_reg(fl, in->dst, fl->sp.w->element[in->global]); break;
	case OP_MSET:
	case OP_SADD:
		may_fail(fl);
		insert(fl, in);
		break;
	case OP_MIN_: test_element(fl, in, interval_make(0, 1)); break;
	case OP_MDEL: bump(fl, in->global); break;
	case OP_SGET:
		read_stat(fl, in);
		break;
	case OP_HGET:
		needs_sample(fl, in);
		set_reg(fl, in->dst, interval_make(0, INT64_MAX));
		break;
	case OP_HPRINT:
		needs_sample(fl, in);
		if (in->dst != IR_NONE)
			set_reg(fl, in->dst, state_any(&fl->sp, slot_of(fl, in->dst)));
		break;
	case OP_PRINT:
	case OP_LOADSTR:
	case OP_CONTEXT:
	case OP_STORE:
		may_fail(fl);
		if (in->dst != IR_NONE)
			set_reg(fl, in->dst, state_any(&fl->sp, slot_of(fl, in->dst)));
		break;
	case OP_SPRINT:
		may_fail(fl);
		set_reg(fl, in->dst, format_length(fl, in));
		break;
	case OP_CALL: call(fl, in); break;
	case OP_INTRINSIC: intrinsic(fl, in); break;
	case OP_EMBEDDED: embedded(fl, in); break;
	case OP_INDEX: index_checked(fl, in); break;
	case OP_LOAD:
		may_fail(fl);
		set_reg(fl, in->dst, loaded(in->mem));
		break;
	case OP_ERRMSG: set_reg(fl, in->dst, state_any(&fl->sp, slot_of(fl, in->dst))); break;
	case OP_STMT: break;
	case OP_ITER: start_iterator(fl, in); break;
	case OP_JUMP: jump(fl, in); break;
	case OP_BRANCH: branch(fl, in); break;
	case OP_NEXT_: next(fl, in); break;
	case OP_RETURN: give_result(fl, in); break;
	case OP_PASS:
		if (fl->sink)
			world_passes(fl->sink, fl->func);
		break;
	case OP_FAIL: may_fail(fl); break;
	case OP_ABORT: break;
	case OP_COUNT: break;
	}
}

void transfer_block(struct flow *fl, uint32_t block, const struct state *in)
{
	const struct ir_block *b = &fl->sp.f->blocks.v[block];

	fl->block = block;
	fl->cur = state_copy(&fl->sp, in);
	fl->failing = (struct state){.reachable = false};
	vec_each(i, &b->insts) {
		if (!fl->cur.reachable)
			break;
		fl->inst = i;
		fl->steps++;
		if (fl->visit)
			fl->visit(fl, &b->insts.v[i]);
		step(fl, &b->insts.v[i]);
	}
	if (fl->failing.reachable) {
		struct state st = state_copy(&fl->sp, &fl->failing);

		leave(fl, b->catch, &st);
	}
}

struct state transfer_entry(struct flow *fl, bool any_argument)
{
	struct state st = {.reachable = true};
	const struct interval *params = fl->sp.w->params[fl->func];

	for (uint32_t i = 0; i < fl->sp.f->nparams; i++) {
		uint32_t slot = fl->sp.sh->slot_of_reg[i];
		struct interval any = state_any(&fl->sp, slot);
		struct value v = {.range = any_argument || !params ? any : params[i],
				  .bits = bits_unknown(),
				  .ver = state_met(0, slot),
				  .source = SLOT_NONE};

		if (!bits_reduce(&v.range, &v.bits))
			st.reachable = false;
		state_set(&fl->sp, &st, slot, &v);
	}
	return st;
}
