/*
 * Discharge: what the invariants say about each obligation.  One walk over the
 * reachable blocks of a function, asking at each instruction that owes
 * something; code that is not reached owes nothing.  PROVED needs a fact of the
 * state before the instruction; what surely fails is REFUTED; all else keeps
 * its guard, with the ranges that stand in the way.
 */
#include "verifier/advice.h"
#include "verifier/attachment.h"
#include "verifier/bound.h"
#include "verifier/budget.h"
#include "verifier/prove.h"
#include "verifier/reads.h"
#include "verifier/rooms.h"
#include "verifier/textlen.h"

enum { LONGEST_RECURSION = 1000 /* without -DMAXNESTING, what a run-time must be ready for */ };

struct discharge {
	struct arena *arena;
	struct proven *pv;
	struct rooms *rooms;
	struct budget *budget;
	struct pairing *pairing;
	const struct advice_locals *locals; /* of the function in hand */
};

static struct interval range_of(const struct flow *fl, uint32_t reg)
{
	return transfer_reg(fl, reg).range;
}

static const char *slot_name(const struct flow *fl, uint32_t slot)
{
	uint32_t owner;

	if (slot & SLOT_LOCAL)
		return fl->sp.f->regs.v[slot & ~SLOT_LOCAL].name;
	owner = fl->sp.sh->slot_owner[slot];
	return slot < fl->sp.sh->global_slot0 ? fl->sp.f->regs.v[owner].name
					      : fl->sp.p->globals.v[owner].name;
}

/* The script's name for what a register holds, or what it is for. */
static const char *describe(const struct flow *fl, uint32_t reg, const char *otherwise)
{
	struct value v = transfer_reg(fl, reg);
	const char *name = fl->sp.f->regs.v[reg].name;

	if (name)
		return name;
	if (v.source != SLOT_NONE && state_get(&fl->sp, &fl->cur, v.source).ver == v.ver)
		name = slot_name(fl, v.source);
	return name ? name : otherwise;
}

static const char *range_text(struct arena *a, struct interval r)
{
	const char *holes = r.nonzero && r.low < 0 && r.high > 0 ? ", not 0" : "";

	if (interval_single(r))
		return arena_printf(a, "%lld", (long long)r.low);
	if (r.low == INT64_MIN && r.high == INT64_MAX)
		return arena_printf(a, "any number%s", holes);
	if (r.high == INT64_MAX)
		return arena_printf(a, "%lld or more%s", (long long)r.low, holes);
	if (r.low == INT64_MIN)
		return arena_printf(a, "%lld or less%s", (long long)r.high, holes);
	return arena_printf(a, "%lld .. %lld%s", (long long)r.low, (long long)r.high, holes);
}

static struct verdict division(struct discharge *d, struct flow *fl, const struct ir_inst *in)
{
	struct interval y = range_of(fl, in->args[1]);
	const char *name = describe(fl, in->args[1], "the divisor");
	struct verdict v;

	if (!interval_has(y, 0))
		return verdict_make(VERDICT_PROVED, arena_printf(d->arena, "%s is %s here", name,
								 range_text(d->arena, y)));
	if (interval_single(y))
		return verdict_make(VERDICT_REFUTED,
				    arena_printf(d->arena, "%s is always 0 here", name));
	v = verdict_make(VERDICT_GUARDED, arena_printf(d->arena, "%s may be 0", name));
	verdict_step(&v, in->loc,
		     arena_printf(d->arena, "%s is %s here", name, range_text(d->arena, y)));
	return v;
}

static struct verdict in_range(struct discharge *d, struct flow *fl, const struct ir_inst *in,
			       uint32_t reg, int64_t elements)
{
	struct interval i = range_of(fl, reg), all = interval_make(0, elements - 1);
	const char *name = describe(fl, reg, "the index");
	struct verdict v;

	if (elements <= 0 || elements == INT64_MAX)
		return verdict_make(VERDICT_GUARDED, "the number of elements is not known");
	if (interval_within(i, all))
		return verdict_make(VERDICT_PROVED, arena_printf(d->arena, "%s is %s here", name,
								 range_text(d->arena, i)));
	if (interval_empty(interval_meet(i, all)))
		return verdict_make(VERDICT_REFUTED,
				    arena_printf(d->arena,
						 "%s is %s here, and there are %lld elements", name,
						 range_text(d->arena, i), (long long)elements));
	v = verdict_make(VERDICT_GUARDED, arena_printf(d->arena, "%s may be outside 0 .. %lld",
						       name, (long long)elements - 1));
	verdict_step(&v, in->loc,
		     arena_printf(d->arena, "%s is %s here", name, range_text(d->arena, i)));
	return v;
}

static struct verdict index_in_range(struct discharge *d, struct flow *fl, const struct ir_inst *in)
{
	struct ir_iter walk = {.hist = true, .global = in->global};

	if (in->op == OP_INDEX)
		return in_range(d, fl, in, in->args[0], in->imm);
	return in_range(d, fl, in, in->args[in->nargs - 1], bound_elements(fl->sp.p, &walk));
}

static struct verdict has_room(struct discharge *d, struct flow *fl, const struct ir_inst *in)
{
	const struct ir_global *g = &fl->sp.p->globals.v[in->global];
	int64_t needed;

	if (!g->nkeys)
		return verdict_make(VERDICT_PROVED, "a scalar needs no room");
	if (g->wrap)
		return verdict_make(VERDICT_PROVED, "the array wraps: it drops its oldest element");
	needed = rooms_needed(d->rooms, in->global);
	if (needed <= g->capacity)
		return verdict_make(
			VERDICT_PROVED,
			arena_printf(
				d->arena,
				"at most %lld different elements are ever inserted, and %lld fit",
				(long long)needed, (long long)g->capacity));
	if (needed == INT64_MAX)
		return verdict_make(VERDICT_GUARDED,
				    arena_printf(d->arena,
						 "nothing bounds the different keys inserted into "
						 "%s, which holds %lld",
						 g->name, (long long)g->capacity));
	return verdict_make(
		VERDICT_GUARDED,
		arena_printf(d->arena,
			     "up to %lld different keys may be inserted into %s, which holds %lld",
			     (long long)needed, g->name, (long long)g->capacity));
}

static struct verdict nonempty(struct discharge *d, struct flow *fl, const struct ir_inst *in)
{
	const struct ir_global *g = &fl->sp.p->globals.v[in->global];
	uint32_t nkeys = in->op == OP_HGET ? in->nargs - 1 : in->nargs;
	struct fact f;

	if (in->op == OP_SGET && in->imm <= 1)
		return verdict_make(VERDICT_PROVED, "counts and sums of nothing are 0");
	if (transfer_nonempty(fl, in->global, in->args, nkeys, &f) && state_knows(&fl->cur, &f))
		return verdict_make(VERDICT_PROVED,
				    "it has a sample: added, tested or visited just before");
	if (fl->model == MODEL_INTERLEAVED)
		return verdict_make(VERDICT_GUARDED,
				    arena_printf(d->arena,
						 "%s may be empty: between a test and this use "
						 "another handler may delete it",
						 g->name));
	return verdict_make(
		VERDICT_GUARDED,
		arena_printf(d->arena, "%s may have no sample here; test @count first", g->name));
}

static struct verdict fits(struct discharge *d, struct flow *fl, const struct ir_inst *in)
{
	struct interval args[64];
	int64_t longest = fl->sp.p->limits.maxstringlen - 1, n = INT64_MAX;

	if (in->op == OP_CONCAT)
		n = range_of(fl, in->args[0]).high + range_of(fl, in->args[1]).high;
	else if (in->nargs <= 64 && in->format) {
		for (uint32_t i = 0; i < in->nargs; i++)
			args[i] = range_of(fl, in->args[i]);
		n = textlen_format(in->format, args, in->nargs);
	}
	if (n <= longest)
		return verdict_make(VERDICT_PROVED,
				    arena_printf(d->arena,
						 "it has at most %lld bytes, and %lld fit",
						 (long long)n, (long long)longest));
	return verdict_make(
		VERDICT_GUARDED,
		arena_printf(
			d->arena,
			"it may get longer than the %lld bytes of a string; the rest is cut off",
			(long long)longest));
}

static struct verdict write_allowed(const struct flow *fl)
{
	if (!fl->sp.p->guru)
		return verdict_make(VERDICT_REFUTED,
				    "memory is written, which needs guru mode (-g)");
	return verdict_make(VERDICT_ASSUMED,
			    "guru mode: that the write does no harm is the author's word");
}

static struct verdict context(struct discharge *d, struct flow *fl, const struct ir_inst *in)
{
	if (in->op == OP_EMBEDDED)
		return verdict_make(VERDICT_ASSUMED,
				    "embedded C is taken on its author's word: it is not analysed");
	return attachment_context(d->arena, fl->e, fl->func, in);
}

static bool calls_back(const struct proven *pv, uint32_t func, const struct ir_inst *in)
{
	const struct effects *e = pv->inv->e;

	for (uint32_t c = 0; c < in->ncallees; c++)
		if (e->cycle[in->callees[c]] == e->cycle[func])
			return true;
	return false;
}

static struct verdict depth(struct discharge *d, uint32_t func, const struct ir_inst *in)
{
	const struct proven *pv = d->pv;
	int64_t given = pv->program->limits.maxnesting, most = pv->level[func];
	int64_t limit = given > 0 ? given : LONGEST_RECURSION;
	int64_t n = pv->recursion[pv->inv->e->cycle[func]];
	struct verdict v;

	if (!calls_back(pv, func, in)) {
		for (uint32_t c = 0; c < in->ncallees; c++)
			most = pv->level[in->callees[c]] > most ? pv->level[in->callees[c]] : most;
		n = most;
	}
	if (n == INT64_MAX)
		return verdict_make(
			VERDICT_GUARDED,
			"no integer argument is known to move towards a limit at each call of "
			"the recursion; MAXNESTING ends it");
	if (most <= limit)
		return verdict_bounded(
			VERDICT_PROVED, n,
			"an argument moves towards the limit of the recursion at each call");
	v = verdict_bounded(VERDICT_GUARDED, n,
			    arena_printf(d->arena,
					 "the calls may nest %lld deep, and MAXNESTING allows %lld",
					 (long long)most, (long long)limit));
	return v;
}

/* What an instruction that may be reached owes. */
static struct verdict judge(struct discharge *d, struct flow *fl, const struct ir_inst *in,
			    enum obligation_kind kind)
{
	switch (kind) {
	case OBL_DEPTH_BOUNDED: return depth(d, fl->func, in);
	case OBL_DIVISION_NONZERO: return division(d, fl, in);
	case OBL_INDEX_IN_RANGE: return index_in_range(d, fl, in);
	case OBL_MAP_HAS_ROOM: return has_room(d, fl, in);
	case OBL_AGGREGATE_NONEMPTY: return nonempty(d, fl, in);
	case OBL_STRING_FITS: return fits(d, fl, in);
	case OBL_READ_SAFE: return reads_safe(d->arena, fl, in);
	case OBL_WRITE_ALLOWED: return write_allowed(fl);
	case OBL_VARIABLE_AVAILABLE:
		return attachment_variable(d->arena, fl->sp.p, fl->e, fl->func, in);
	case OBL_CONTEXT_ALLOWS: return context(d, fl, in);
	case OBL_INITIALISED: return advice_initialised(d->arena, fl->sp.f, in, d->locals);
	case OBL_ARITHMETIC_INTENT: return advice_arithmetic(d->arena, fl, in);
	case OBL_LOOP_BOUNDED:
	case OBL_COST_BOUNDED:
	case OBL_PROBE_EXISTS:
	case OBL_PROBE_PERMITTED:
	case OBL_NOT_REENTERED:
	case OBL_LOCK_ORDER:
	case OBL_STACK_FITS:
	case OBL_OUTPUT_BOUNDED:
	case OBL_KEYS_PAIRED:
	case OBL_MEMORY_BOUNDED:
	case OBL_PRIVILEGE_SUFFICES:
	case OBL_SESSION_ENDS:
	case OBL_COUNT: break;
	}
	return verdict_make(VERDICT_UNKNOWN, "nothing is known about it");
}

static void visit(struct flow *fl, const struct ir_inst *in)
{
	struct discharge *d = fl->ctx;

	for (uint32_t i = 0; i < in->nobligations; i++) {
		uint32_t o = in->obligation + i;

		d->pv->verdicts[o] = judge(d, fl, in, fl->sp.p->obligations.v[o].kind);
	}
}

static void no_edge(struct flow *fl, uint32_t to, const struct state *st)
{
	(void)fl;
	(void)to;
	(void)st;
}

static bool owes(const struct ir_block *b)
{
	vec_each(i, &b->insts)
		if (b->insts.v[i].nobligations)
			return true;
	return false;
}

static void discharge_function(struct discharge *d, uint32_t func, struct arena *scratch)
{
	const struct invariants *inv = d->pv->inv;
	const struct shape *sh = inv->shapes[func];
	const struct claims *c = &inv->claims[func];
	struct flow fl;

	fixpoint_walk(inv, &fl, scratch, func);
	d->locals = advice_locals(scratch, inv, func);
	fl.sink = NULL;
	fl.visit = visit;
	fl.edge = no_edge;
	fl.ctx = d;
	for (uint32_t i = 0; c->at && i < sh->norder; i++) {
		uint32_t b = sh->order[i];

		if (c->at[b].reachable && owes(&fl.sp.f->blocks.v[b]))
			transfer_block(&fl, b, &c->at[b]);
	}
}

/* --- handlers, loops, attachments --- */

static void name_open_loop(struct discharge *d, uint32_t func, struct verdict *v)
{
	const struct proven *pv = d->pv;
	const struct ir_func *f = &pv->program->funcs.v[func];

	vec_each(l, &f->loops)
		if (pv->loops[func][l].status != VERDICT_PROVED)
			verdict_step(v, f->loops.v[l].loc, "this loop has no known bound");
		else if (!pv->loops[func][l].has_bound)
			verdict_step(v, f->loops.v[l].loc,
				     "this loop ends, but no number bounds its rounds");
}

/* The first loop or recursion without a bound, in the handler or what it calls. */
static void explain_cost(struct discharge *d, uint32_t func, struct verdict *v)
{
	const struct effects *e = d->pv->inv->e;

	for (int hops = 0; hops < 100 && !v->nsteps; hops++) {
		uint32_t next = IR_NONE;

		name_open_loop(d, func, v);
		if (!v->nsteps && e->recursive[e->cycle[func]])
			verdict_step(v, d->pv->program->funcs.v[func].loc,
				     "this recursion has no known bound");
		for (uint32_t i = e->calls_at[func]; next == IR_NONE && i < e->calls_at[func + 1];
		     i++)
			if (d->pv->cost[e->calls[i]] == INT64_MAX)
				next = e->calls[i];
		if (next == IR_NONE || next == func)
			return;
		func = next;
	}
}

static struct verdict cost(struct discharge *d, uint32_t func)
{
	int64_t n = d->pv->cost[func], limit = d->pv->program->limits.maxaction;
	struct verdict v;

	if (n <= limit)
		return verdict_bounded(
			VERDICT_PROVED, n,
			arena_printf(d->arena,
				     "at most %lld statements a hit, and %lld are allowed",
				     (long long)n, (long long)limit));
	if (n < INT64_MAX)
		return verdict_bounded(
			VERDICT_GUARDED, n,
			arena_printf(d->arena,
				     "up to %lld statements a hit, and MAXACTION allows %lld",
				     (long long)n, (long long)limit));
	v = verdict_make(
		VERDICT_GUARDED,
		"the number of statements a hit has no known bound; MAXACTION ends the handler");
	explain_cost(d, func, &v);
	return v;
}

/* What needs no walk over the instructions; of these, what stands at none is PROVED unless seen. */
static struct verdict other(struct discharge *d, const struct obligation *o)
{
	const struct ir_program *p = d->pv->program;

	switch (o->kind) {
	case OBL_PROBE_EXISTS: return attachment_exists(d->arena, &p->attaches.v[o->attach]);
	case OBL_PROBE_PERMITTED: return attachment_permitted(d->arena, &p->attaches.v[o->attach]);
	case OBL_NOT_REENTERED: return reentry_verdict(d->arena, &p->attaches.v[o->attach]);
	case OBL_LOOP_BOUNDED: return d->pv->loops[o->func][o->loop];
	case OBL_COST_BOUNDED: return cost(d, o->func);
	case OBL_LOCK_ORDER: return budget_locks(d->budget, o->func);
	case OBL_STACK_FITS: return budget_stack(d->budget, o->func);
	case OBL_OUTPUT_BOUNDED: return budget_output(d->budget, o->func);
	case OBL_KEYS_PAIRED: return pairing_verdict(d->pairing, o->global);
	case OBL_MEMORY_BOUNDED: return budget_memory(d->budget);
	case OBL_PRIVILEGE_SUFFICES: return budget_privilege(d->budget);
	case OBL_SESSION_ENDS: return advice_ends(d->pv->inv);
	case OBL_DEPTH_BOUNDED:
	case OBL_DIVISION_NONZERO:
	case OBL_INDEX_IN_RANGE:
	case OBL_MAP_HAS_ROOM:
	case OBL_AGGREGATE_NONEMPTY:
	case OBL_STRING_FITS:
	case OBL_READ_SAFE:
	case OBL_WRITE_ALLOWED:
	case OBL_INITIALISED:
	case OBL_ARITHMETIC_INTENT:
	case OBL_VARIABLE_AVAILABLE:
	case OBL_CONTEXT_ALLOWS:
	case OBL_COUNT: break;
	}
	return verdict_make(VERDICT_PROVED, "it is never reached");
}

static bool needs_states(enum obligation_kind k)
{
	return k != OBL_PROBE_EXISTS && k != OBL_PROBE_PERMITTED && k != OBL_NOT_REENTERED;
}

void discharge_all(struct arena *a, struct proven *pv)
{
	const struct ir_program *p = pv->program;
	struct discharge d = {.arena = a, .pv = pv};
	struct arena *scratch = arena_scratch(a);

	pv->output = arena_alloc(a, p->funcs.n * sizeof *pv->output);
	vec_each(f, &p->funcs)
		pv->output[f] = INT64_MAX;
	if (!pv->inv->spent) {
		d.budget = budget_collect(a, pv);
		d.pairing = pairing_collect(a, pv->inv);
	}
	pv->verdicts = arena_alloc(a, p->obligations.n * sizeof *pv->verdicts);
	vec_each(i, &p->obligations) {
		const struct obligation *o = &p->obligations.v[i];

		if (pv->inv->spent && needs_states(o->kind))
			pv->verdicts[i] =
				verdict_make(VERDICT_UNKNOWN, "the analysis ran out of its budget");
		else
			pv->verdicts[i] = other(&d, o);
	}
	if (pv->inv->spent) {
		arena_free(scratch);
		return;
	}
	d.rooms = pv->rooms = rooms_collect(a, pv->inv);
	vec_each(i, &p->funcs) {
		if (arena_used(scratch) > (4u << 20)) {
			arena_free(scratch);
			scratch = arena_scratch(a);
		}
		discharge_function(&d, i, scratch);
	}
	arena_free(scratch);
}
