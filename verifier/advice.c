/*
 * Advice: properties whose failure the language defines.  A variable that was
 * never assigned reads as 0 or "", numbers wrap, shift counts are masked, a
 * session without exit() waits for an interrupt, a key that nobody deletes
 * stays, a probe that fires in its own handler is skipped.  None of these needs
 * a check, so none makes a script worse; all are worth knowing.
 */
#include "verifier/advice.h"
#include "base/text.h"

#include <string.h>

/* --- arithmetic --- */

enum { LAST_COUNT = 63 };

struct wide {
	__int128 low, high;
};

static struct wide product(struct interval x, struct interval y)
{
	__int128 c[4] = {(__int128)x.low * y.low, (__int128)x.low * y.high,
			 (__int128)x.high * y.low, (__int128)x.high * y.high};
	struct wide r = {c[0], c[0]};

	for (int i = 1; i < 4; i++) {
		r.low = c[i] < r.low ? c[i] : r.low;
		r.high = c[i] > r.high ? c[i] : r.high;
	}
	return r;
}

static struct wide exact(enum ir_op op, struct interval x, struct interval y)
{
	if (op == OP_MUL)
		return product(x, y);
	if (op == OP_ADD)
		return (struct wide){(__int128)x.low + y.low, (__int128)x.high + y.high};
	return (struct wide){(__int128)x.low - y.high, (__int128)x.high - y.low};
}

static struct verdict shift_count(struct arena *a, struct interval y)
{
	struct interval all = interval_make(0, LAST_COUNT);

	if (interval_within(y, all))
		return verdict_make(VERDICT_PROVED, "the shift count is within 0 .. 63");
	if (interval_single(y))
		return verdict_make(
			VERDICT_REFUTED,
			arena_printf(a,
				     "the shift count is always %lld here, and only its "
				     "last six bits count: it shifts by %lld",
				     (long long)y.low, (long long)(y.low & LAST_COUNT)));
	if (interval_empty(interval_meet(y, all)))
		return verdict_make(VERDICT_REFUTED,
				    "the shift count is always outside 0 .. 63 here, and only its "
				    "last six bits count");
	return verdict_make(VERDICT_GUARDED,
			    "the shift count may be outside 0 .. 63; only its last "
			    "six bits count");
}

struct verdict advice_arithmetic(struct arena *a, const struct flow *fl, const struct ir_inst *in)
{
	struct interval x = transfer_reg(fl, in->args[0]).range;
	struct interval y = transfer_reg(fl, in->args[1]).range;
	struct wide r;

	if (in->op == OP_SHL || in->op == OP_SHR || in->op == OP_USHR)
		return shift_count(a, y);
	r = exact(in->op, x, y);
	if (r.low >= INT64_MIN && r.high <= INT64_MAX)
		return verdict_make(VERDICT_PROVED, "the result fits 64 bits");
	if (r.high < INT64_MIN || r.low > INT64_MAX)
		return verdict_make(VERDICT_REFUTED,
				    "the result never fits 64 bits here: it wraps");
	return verdict_make(VERDICT_GUARDED, "the result may not fit 64 bits; then it wraps");
}

/* --- variables before their first assignment --- */

/* Forward: which first values may still be there.  Errors leave from anywhere in a block. */
struct early {
	const struct ir_func *f;
	const struct claims *claims;
	uint32_t nwords;
	uint32_t *index; /* register: its bit, or IR_NONE */
	uint64_t **in;   /* by block */
	uint64_t *now, *any;
	const struct ir_inst **read; /* by register */
	const struct ir_inst *at;
	bool changed;
};

static void see_read(void *ctx, uint32_t r)
{
	struct early *e = ctx;
	uint32_t bit = e->index[r];

	if (bit != IR_NONE && e->now[bit / 64] >> bit % 64 & 1 && !e->read[r])
		e->read[r] = e->at;
}

static void see_set(void *ctx, uint32_t r)
{
	struct early *e = ctx;
	uint32_t bit = e->index[r];

	if (bit != IR_NONE)
		e->now[bit / 64] &= ~((uint64_t)1 << bit % 64);
}

static bool is_default(const struct invariants *inv, const struct ir_inst *in)
{
	return in->nobligations && inv->p->obligations.v[in->obligation].kind == OBL_INITIALISED;
}

static void arrive(struct early *e, uint32_t to, const uint64_t *set, struct arena *a)
{
	if (!e->claims->at[to].reachable)
		return;
	if (!e->in[to]) {
		e->in[to] = arena_alloc(a, e->nwords * sizeof(uint64_t));
		e->changed = true;
	}
	for (uint32_t w = 0; w < e->nwords; w++) {
		e->changed |= (set[w] & ~e->in[to][w]) != 0;
		e->in[to][w] |= set[w];
	}
}

static void pass_block(struct early *e, const struct invariants *inv, uint32_t block,
		       struct arena *a)
{
	const struct ir_block *b = &e->f->blocks.v[block];
	uint32_t succ[3], n = shape_successors(b, succ);

	memcpy(e->now, e->in[block], e->nwords * sizeof(uint64_t));
	memcpy(e->any, e->in[block], e->nwords * sizeof(uint64_t));
	vec_each(i, &b->insts) {
		const struct ir_inst *in = &b->insts.v[i];

		e->at = in;
		shape_uses(e->f, in, see_read, e);
		shape_defs(e->f, in, see_set, e);
		if (!is_default(inv, in))
			continue;
		uint32_t bit = e->index[in->dst];

		e->now[bit / 64] |= (uint64_t)1 << bit % 64;
		e->any[bit / 64] |= (uint64_t)1 << bit % 64;
	}
	for (uint32_t k = 0; k < n; k++)
		arrive(e, succ[k], succ[k] == b->catch ? e->any : e->now, a);
}

static void count_set(void *ctx, uint32_t r)
{
	uint32_t *sets = ctx;

	sets[r]++;
}

static struct advice_locals *result(struct arena *a, const struct early *e)
{
	struct advice_locals *l = arena_make(a, struct advice_locals);

	l->read = e->read;
	l->sets = arena_alloc(a, e->f->regs.n * sizeof *l->sets);
	vec_each(b, &e->f->blocks)
		vec_each(i, &e->f->blocks.v[b].insts)
			shape_defs(e->f, &e->f->blocks.v[b].insts.v[i], count_set, l->sets);
	return l;
}

struct advice_locals *advice_locals(struct arena *a, const struct invariants *inv, uint32_t func)
{
	const struct shape *sh = inv->shapes[func];
	struct early e = {.f = &inv->p->funcs.v[func], .claims = &inv->claims[func]};
	const struct ir_block *first = &e.f->blocks.v[0];
	uint32_t n = 0;

	e.index = arena_alloc(a, e.f->regs.n * sizeof *e.index);
	memset(e.index, 0xff, e.f->regs.n * sizeof *e.index);
	for (uint32_t i = 0; i < first->insts.n && first->insts.v[i].op != OP_STMT; i++)
		if (is_default(inv, &first->insts.v[i]))
			e.index[first->insts.v[i].dst] = n++;
	if (!e.claims->at || n == 0)
		return NULL;
	e.nwords = (n + 63) / 64;
	e.now = arena_alloc(a, e.nwords * sizeof(uint64_t));
	e.any = arena_alloc(a, e.nwords * sizeof(uint64_t));
	e.in = arena_alloc(a, e.f->blocks.n * sizeof *e.in);
	e.in[0] = arena_alloc(a, e.nwords * sizeof(uint64_t));
	e.read = arena_alloc(a, e.f->regs.n * sizeof *e.read);
	do {
		e.changed = false;
		for (uint32_t i = 0; i < sh->norder; i++)
			if (e.in[sh->order[i]])
				pass_block(&e, inv, sh->order[i], a);
	} while (e.changed);
	return result(a, &e);
}

struct verdict advice_initialised(struct arena *a, const struct ir_func *f,
				  const struct ir_inst *in, const struct advice_locals *locals)
{
	const char *name = f->regs.v[in->dst].name, *value = in->op == OP_STR ? "\"\"" : "0";
	const struct ir_inst *read = locals ? locals->read[in->dst] : NULL;
	struct verdict v;

	if (!read)
		return verdict_make(VERDICT_PROVED,
				    arena_printf(a, "%s is assigned before every read", name));
	if (locals->sets[in->dst] == 1)
		v = verdict_make(
			VERDICT_REFUTED,
			arena_printf(a, "nothing assigns %s: it is always %s", name, value));
	else
		v = verdict_make(VERDICT_GUARDED,
				 arena_printf(a,
					      "%s may be read before it is assigned; it is %s "
					      "then, in each hit anew",
					      name, value));
	verdict_step(&v, read->loc, arena_printf(a, "%s is read here", name));
	return v;
}

/* --- the end of the session --- */

static bool ends(const struct ir_block *b)
{
	vec_each(i, &b->insts) {
		const struct ir_inst *in = &b->insts.v[i];

		if ((in->op == OP_INTRINSIC && in->imm == INTRINSIC_EXIT) || in->op == OP_ABORT ||
		    in->op == OP_EMBEDDED || (in->op == OP_FAIL && b->catch == IR_NONE))
			return true;
	}
	return false;
}

struct verdict advice_ends(const struct invariants *inv)
{
	const struct ir_program *p = inv->p;

	vec_each(f, &p->funcs)
		vec_each(b, &p->funcs.v[f].blocks)
			if (inv->claims[f].at && inv->claims[f].at[b].reachable &&
			    ends(&p->funcs.v[f].blocks.v[b]))
				return verdict_make(VERDICT_PROVED,
						    "a path ends it with exit() or an error");
	vec_each(i, &p->attaches)
		if (p->attaches.v[i].when == WHEN_KERNEL || p->attaches.v[i].when == WHEN_TIMER)
			return verdict_make(VERDICT_PROVED,
					    "it is a monitor: it runs until it is interrupted, or "
					    "the command of -c ends");
	return verdict_make(VERDICT_GUARDED,
			    "nothing can happen after the begin probes, and none calls exit(): it "
			    "waits for an interrupt, or for the command of -c");
}
