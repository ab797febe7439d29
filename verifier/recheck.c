/*
 * The re-check: one pass over a certificate, with no search.  From each block
 * that is claimed to be reached, the meaning of its operations (transfer.c) is
 * applied once to the claim, and whatever leaves must fit the claim where it
 * arrives; every store, argument and result must fit the program-wide ranges.
 * On the same walk passage.c confirms why loops end and what they weigh, and
 * each obligation claimed to be proved is held against a rule of its own.  The
 * fixpoint, the search for rankings, and the discharge have no part in it.
 */
#include "verifier/recheck.h"
#include "verifier/certificate_text.h"
#include "verifier/owed.h"
#include "verifier/passage.h"
#include "verifier/reads.h"
#include "verifier/textlen.h"

#include <string.h>

enum { LONGEST_RECURSION = 1000, MAX_ARGS = 64, FIRST_PAGE = 4096 };

struct recheck {
	const struct certificate *c;
	const struct ir_program *p;
	struct arena *arena, *scratch;
	uint32_t func;
	struct passage *ps; /* of the function; NULL: nothing is argued about it */
	bool *reached;      /* by obligation of an instruction */
	const bool *early;  /* of the function, by register: owed_early() */
	bool *leaves;       /* of the function, by natural loop: there is a way out */
	const struct owed *owed;
	int64_t (*weight)[RANKING_WEIGHTS]; /* by function: its heaviest way */
	bool *lent; /* by function: it, or what it calls, rests on a bound there is no rule for */
	struct recheck_tally *tally;
	const char *why;
};

static void fail(struct recheck *r, const char *who, const char *what)
{
	if (!r->why)
		r->why = arena_printf(r->arena, "%s: %s", who, what);
}

static int64_t plus(int64_t a, int64_t b)
{
	return a > INT64_MAX - b ? INT64_MAX : a + b;
}

static int64_t times(int64_t a, int64_t b)
{
	return a == 0 || b == 0 ? 0 : a > INT64_MAX / b ? INT64_MAX : a * b;
}

/* --- rules: does it follow from the state before the instruction that nothing can go wrong? --- */

/* How many indices are in range; INT64_MAX: not known. */
static int64_t indices(const struct recheck *r, const struct ir_inst *in)
{
	const struct ir_global *g;

	if (in->op == OP_INDEX)
		return in->imm;
	g = &r->p->globals.v[in->global];
	if (g->hist_log)
		return 128;
	/* below the lowest bucket, those between, above the highest */
	return g->hist_step > 0
		       ? (int64_t)(((__int128)g->hist_high - g->hist_low) / g->hist_step + 3)
		       : 0;
}

static bool index_fits(const struct recheck *r, const struct flow *fl, const struct ir_inst *in)
{
	int64_t n = indices(r, in);
	uint32_t reg = in->op == OP_INDEX ? in->args[0] : in->args[in->nargs - 1];

	return n > 0 && n < INT64_MAX &&
	       interval_within(transfer_reg(fl, reg).range, interval_make(0, n - 1));
}

static bool has_sample(struct flow *fl, const struct ir_inst *in)
{
	uint32_t nkeys = in->op == OP_HGET ? in->nargs - 1 : in->nargs;
	struct fact f;

	if (in->op == OP_SGET && in->imm <= 1)
		return true; /* counts and sums of nothing are 0 */
	return transfer_nonempty(fl, in->global, in->args, nkeys, &f) && state_knows(&fl->cur, &f);
}

static bool text_fits(const struct recheck *r, const struct flow *fl, const struct ir_inst *in)
{
	struct interval args[MAX_ARGS];
	int64_t longest = r->p->limits.maxstringlen - 1;

	if (in->nargs > MAX_ARGS)
		return false;
	for (uint32_t i = 0; i < in->nargs; i++)
		args[i] = transfer_reg(fl, in->args[i]).range;
	if (in->op == OP_CONCAT)
		return plus(args[0].high, args[1].high) <= longest;
	return in->format && textlen_format(in->format, args, in->nargs) <= longest;
}

static bool room_fits(const struct recheck *r, const struct ir_inst *in)
{
	const struct ir_global *g = &r->p->globals.v[in->global];

	return !g->nkeys || g->wrap || r->c->rooms[in->global].needed <= g->capacity;
}

static bool nests_within(const struct recheck *r, const struct ir_inst *in, const struct verdict *v)
{
	const struct certificate *c = r->c;
	int64_t limit = r->p->limits.maxnesting, most = c->level[r->func], n = -1;
	int64_t called = most;

	if (limit <= 0)
		limit = LONGEST_RECURSION;
	for (uint32_t i = 0; i < in->ncallees; i++) {
		uint32_t to = in->callees[i], cycle = c->e->cycle[to];

		called = c->level[to] > called ? c->level[to] : called;
		if (cycle == c->e->cycle[r->func])
			n = c->recursion[cycle].depth;
	}
	/* whichever of its functions a call back runs, it is one of those that the recursion counts
	 */
	most = n >= 0 ? most : called;
	n = n >= 0 ? n : most;
	return n < INT64_MAX && most <= limit && (!v->has_bound || v->bound >= n);
}

static bool in_session(const struct ir_attach *at)
{
	return at->when != WHEN_KERNEL;
}

/* Every point at which the function may run is known to be there, and so what it reads. */
static bool points_exist(const struct recheck *r)
{
	vec_each(i, &r->p->attaches) {
		const struct ir_attach *at = &r->p->attaches.v[i];
		bool runs =
			at->handler == r->func || (r->p->funcs.v[r->func].kind != IR_HANDLER &&
						   r->c->e->contexts[r->func] & 1u << at->context);

		if (runs && at->exists != ANSWER_YES)
			return false;
	}
	return true;
}

static bool context_fits(const struct recheck *r, const struct ir_inst *in)
{
	unsigned session = 1u << IRCTX_SESSION | 1u << IRCTX_TIMER;

	return in->op == OP_INTRINSIC && (!ir_intrinsic((enum intrinsic)in->imm)->kernel_only ||
					  !(r->c->e->contexts[r->func] & session));
}

static bool reads_assigned(const struct recheck *r, const struct flow *fl, const struct ir_inst *in)
{
	return fl->block == fl->sp.sh->order[0] && !r->early[in->dst];
}

static enum owed_answer instruction_safe(const struct recheck *r, struct flow *fl,
					 const struct ir_inst *in, enum obligation_kind kind,
					 const struct verdict *v)
{
	if (kind == OBL_DIVISION_NONZERO)
		return !interval_has(transfer_reg(fl, in->args[1]).range, 0);
	if (kind == OBL_INDEX_IN_RANGE)
		return index_fits(r, fl, in);
	if (kind == OBL_MAP_HAS_ROOM)
		return room_fits(r, in);
	if (kind == OBL_AGGREGATE_NONEMPTY)
		return has_sample(fl, in);
	if (kind == OBL_STRING_FITS)
		return text_fits(r, fl, in);
	if (kind == OBL_DEPTH_BOUNDED)
		return nests_within(r, in, v);
	if (kind == OBL_VARIABLE_AVAILABLE)
		return points_exist(r);
	if (kind == OBL_CONTEXT_ALLOWS)
		return context_fits(r, in);
	if (kind == OBL_ARITHMETIC_INTENT)
		return owed_arithmetic(fl, in, false);
	if (kind == OBL_READ_SAFE)
		return owed_read(fl, in);
	if (kind == OBL_INITIALISED)
		return r->early ? reads_assigned(r, fl, in) : OWED_NO_RULE;
	return OWED_NO;
}

static void count_set(void *ctx, uint32_t reg)
{
	uint32_t *sets = ctx;

	sets[reg]++;
}

/* Has the register no other value than its first, and is that read? */
static enum owed_answer never_assigned(const struct recheck *r, const struct ir_inst *in)
{
	const struct ir_func *f = &r->p->funcs.v[r->func];
	uint32_t *sets = arena_alloc(r->scratch, f->regs.n * sizeof *sets);

	vec_each(b, &f->blocks)
		vec_each(i, &f->blocks.v[b].insts)
			shape_defs(f, &f->blocks.v[b].insts.v[i], count_set, sets);
	if (!r->early)
		return OWED_NO_RULE;
	return sets[in->dst] == 1 && r->early[in->dst];
}

/* Is the address bad whatever happens? */
static bool read_fails(const struct flow *fl, const struct ir_inst *in)
{
	struct interval at = transfer_reg(fl, in->args[0]).range;
	bool null = interval_single(at) && at.low == 0;
	bool low = !interval_empty(at) && at.low >= 0 && at.high < FIRST_PAGE;

	return null || (low && in->op != OP_INTRINSIC && !in->mem->user) ||
	       reads_wrong_space(fl, in);
}

/* Whenever it is reached, it fails. */
static enum owed_answer instruction_fails(const struct recheck *r, struct flow *fl,
					  const struct ir_inst *in, enum obligation_kind kind)
{
	struct interval y;

	if (kind == OBL_DIVISION_NONZERO) {
		y = transfer_reg(fl, in->args[1]).range;
		return interval_single(y) && y.low == 0;
	}
	if (kind == OBL_INDEX_IN_RANGE) {
		int64_t n = indices(r, in);

		y = transfer_reg(fl, in->op == OP_INDEX ? in->args[0] : in->args[in->nargs - 1])
			    .range;
		return n > 0 && n < INT64_MAX &&
		       interval_empty(interval_meet(y, interval_make(0, n - 1)));
	}
	if (kind == OBL_ARITHMETIC_INTENT)
		return owed_arithmetic(fl, in, true);
	if (kind == OBL_INITIALISED)
		return never_assigned(r, in);
	if (kind == OBL_READ_SAFE)
		return read_fails(fl, in);
	return kind == OBL_WRITE_ALLOWED && !r->p->guru;
}

static bool loop_ends(const struct recheck *r, const struct obligation *o, const struct verdict *v)
{
	const struct shape *sh = r->c->shapes[o->func];
	uint32_t h = r->p->funcs.v[o->func].loops.v[o->loop].header;
	const struct claims *cl = &r->c->claims[o->func];
	const struct ranking *rank = certificate_ranking(r->c, o->func, o->loop);
	int64_t bound = v->has_bound ? v->bound : INT64_MAX;

	if (!r->c->w->entered[o->func] || sh->rank[h] == IR_NONE || !cl->at[h].reachable)
		return true;
	if (cl->blank || sh->irreducible)
		return false;
	if (!rank) /* there is no way back */
		return bound >= 1;
	return rank->kind != RANKING_NONE && bound >= rank->bound;
}

/* Does it rest on a bound there is no rule for? */
static bool rests_on_trust(const struct recheck *r, const struct obligation *o)
{
	return (o->kind == OBL_COST_BOUNDED || o->kind == OBL_OUTPUT_BOUNDED) && r->lent[o->func];
}

static bool handler_fits(const struct recheck *r, const struct obligation *o,
			 const struct verdict *v)
{
	int64_t cost = r->c->cost[o->func];

	return cost <= r->p->limits.maxaction && (!v->has_bound || v->bound >= cost);
}

static bool attachment_holds(const struct ir_attach *at, enum obligation_kind kind)
{
	if (in_session(at))
		return true;
	if (kind == OBL_PROBE_EXISTS)
		return at->exists == ANSWER_YES && !at->trust_reason;
	return (at->permission && !at->refusal) ||
	       (at->family && strcmp(at->family, "procfs") == 0);
}

static enum owed_answer elsewhere_safe(const struct recheck *r, const struct obligation *o,
				       const struct verdict *v)
{
	if (rests_on_trust(r, o))
		return OWED_NO_RULE;
	if (o->kind == OBL_LOOP_BOUNDED && o->loop != IR_NONE)
		return loop_ends(r, o, v);
	if (o->kind == OBL_COST_BOUNDED)
		return handler_fits(r, o, v);
	if (o->attach != IR_NONE && o->kind != OBL_NOT_REENTERED)
		return attachment_holds(&r->p->attaches.v[o->attach], o->kind);
	return owed_met(r->owed, o, v);
}

/* --- one function --- */

/* What becomes of a verdict that claims something. */
static void settle(struct recheck *r, uint32_t i, enum owed_answer answer)
{
	const struct obligation *o = &r->p->obligations.v[i];
	bool refuted = r->c->verdicts[i].status == VERDICT_REFUTED;

	if (answer == OWED_NO) {
		fail(r, o->func == IR_NONE ? "the script" : r->p->funcs.v[o->func].name,
		     arena_printf(
			     r->arena,
			     "obligation %u (%s) is claimed to be %s, and that does not follow", i,
			     ir_obligation_word(o->kind), refuted ? "refuted" : "proved"));
	} else if (answer == OWED_NO_RULE) {
		r->tally->uncovered++;
		r->tally->uncovered_of[o->kind]++;
	} else if (refuted) {
		r->tally->open++;
	} else {
		r->tally->proved++;
	}
}

static void check_obligations(struct recheck *r, struct flow *fl, const struct ir_inst *in)
{
	for (uint32_t i = in->obligation; i < in->obligation + in->nobligations; i++) {
		enum obligation_kind kind = r->p->obligations.v[i].kind;
		const struct verdict *v = &r->c->verdicts[i];

		r->reached[i] = true;
		if (v->status == VERDICT_PROVED)
			settle(r, i, instruction_safe(r, fl, in, kind, v));
		else if (v->status == VERDICT_REFUTED)
			settle(r, i, instruction_fails(r, fl, in, kind));
		else
			r->tally->open++;
	}
}

/* Out of all loops around the block that `to` is not in; IR_NONE: out of the function. */
static void leave(struct recheck *r, const struct flow *fl, uint32_t to)
{
	const struct shape *sh = fl->sp.sh;

	for (uint32_t l = sh->loop_of[fl->block];
	     l != IR_NONE && (to == IR_NONE || !shape_in_loop(sh, to, l)); l = sh->loops[l].parent)
		r->leaves[l] = true;
}

static bool may_end(const struct recheck *r, const struct flow *fl, const struct ir_inst *in)
{
	const struct effects *e = r->c->e;
	bool ends = in->op == OP_RETURN || in->op == OP_PASS || in->op == OP_ABORT ||
		    in->op == OP_EMBEDDED;
	bool fails = effects_fails(e, r->func, in);

	for (uint32_t i = 0; i < in->ncallees; i++) {
		ends |= e->aborts[in->callees[i]];
		fails |= e->raises[in->callees[i]];
	}
	return ends || (fails && fl->sp.f->blocks.v[fl->block].catch == IR_NONE);
}

/* A loop that is claimed never to end has no way out, and is reached. */
static void check_endless(struct recheck *r)
{
	const struct ir_func *f = &r->p->funcs.v[r->func];
	const struct shape *sh = r->c->shapes[r->func];
	const struct claims *cl = &r->c->claims[r->func];

	vec_each(i, &f->loops) {
		uint32_t h = f->loops.v[i].header, o = f->loops.v[i].obligation;
		bool endless = cl->at && !cl->blank && sh->rank[h] != IR_NONE &&
			       sh->loop_at[h] != IR_NONE && cl->at[h].reachable &&
			       !r->leaves[sh->loop_at[h]];

		if (r->c->verdicts[o].status == VERDICT_REFUTED)
			settle(r, o, endless);
	}
}

static bool part_fits(const struct flow *fl, uint32_t reg, const struct room_part *p)
{
	struct value v = transfer_reg(fl, reg);

	if (p->literal)
		return v.text && strcmp(v.text, p->text) == 0;
	if (!p->counted)
		return true;
	return fl->sp.f->regs.v[reg].type == IR_INT && !v.text &&
	       interval_within(v.range, p->range);
}

/* What is inserted is among what the array is claimed to get. */
static void check_insert(struct recheck *r, const struct flow *fl, const struct ir_inst *in)
{
	const struct room *room = &r->c->rooms[in->global];
	uint32_t nkeys = r->p->globals.v[in->global].nkeys;

	if (!nkeys || !room->by_sites || room->needed == INT64_MAX)
		return;
	vec_each(i, &room->sites) {
		uint32_t k = 0;

		while (k < nkeys && part_fits(fl, in->args[k], &room->sites.v[i].parts[k]))
			k++;
		if (k == nkeys)
			return;
	}
	fail(r, r->p->globals.v[in->global].name, "a key is inserted that no site lists");
}

/* Within a recursion a call moves the measure, which lies where the calls are claimed to end. */
static void check_descent(struct recheck *r, const struct flow *fl, const struct ir_inst *in,
			  uint32_t to)
{
	const struct recursion *rec = &r->c->recursion[r->c->e->cycle[to]];
	uint32_t m = r->c->measure[to];
	const char *name = r->p->funcs.v[r->func].name;
	struct interval at;
	struct change by;

	if (rec->depth == INT64_MAX)
		return;
	if (!r->ps || m == IR_NONE || m >= in->nargs) {
		fail(r, name, "a recursion has no measure");
		return;
	}
	by = passage_argument(r->ps, fl, in->args[m], &at);
	if (by.kind != CHANGE_ADDED || (rec->up ? by.low < rec->step : -by.high < rec->step))
		fail(r, name, "a recursive call need not move its measure by the step claimed");
	else if (rec->up ? at.high > rec->last : at.low < rec->last)
		fail(r, name, "a recursive call is made past the last measure claimed");
	else if (rec->up ? (__int128)at.high + by.high > INT64_MAX
			 : (__int128)at.low + by.low < INT64_MIN)
		fail(r, name, "the measure of a recursive call may wrap");
}

static void check_call(struct recheck *r, const struct flow *fl, const struct ir_inst *in)
{
	const struct certificate *c = r->c;

	for (uint32_t i = 0; i < in->ncallees; i++) {
		uint32_t to = in->callees[i], cycle = c->e->cycle[to];
		int64_t level = c->level[r->func];

		if (cycle == c->e->cycle[r->func])
			check_descent(r, fl, in, to);
		else
			level = plus(level, 1);
		if (cycle != c->e->cycle[r->func] && c->e->recursive[cycle])
			level = plus(level, c->recursion[cycle].depth);
		if (c->level[to] < level)
			fail(r, r->p->funcs.v[to].name, "its calls nest deeper than is claimed");
	}
}

static void visit(struct flow *fl, const struct ir_inst *in)
{
	struct recheck *r = fl->ctx;

	check_obligations(r, fl, in);
	if (in->op == OP_MSET || in->op == OP_SADD)
		check_insert(r, fl, in);
	if (r->ps)
		passage_visit(r->ps, fl, in);
	if (may_end(r, fl, in)) {
		leave(r, fl, IR_NONE);
		if (r->ps)
			passage_leave(r->ps);
	}
	if (in->op == OP_CALL)
		check_call(r, fl, in);
}

static void edge(struct flow *fl, uint32_t to, const struct state *st)
{
	struct recheck *r = fl->ctx;
	const struct claims *cl = &r->c->claims[r->func];

	leave(r, fl, to);
	if (r->ps)
		passage_edge(r->ps, fl, to, st);
	if (!cl->blank && !state_within(&fl->sp, st, &cl->at[to], to))
		fail(r, fl->sp.f->name,
		     arena_printf(r->arena, "the claim on entry to block %u is not inductive", to));
}

static void walk(struct recheck *r, struct flow *fl)
{
	const struct shape *sh = r->c->shapes[r->func];
	const struct claims *cl = &r->c->claims[r->func];
	struct state entry = transfer_entry(fl, false);

	state_arrive(&fl->sp, &entry, sh->order[0]);
	if (!cl->blank && !state_within(&fl->sp, &entry, &cl->at[sh->order[0]], sh->order[0]))
		fail(r, fl->sp.f->name, "it may be called with more than is claimed");
	if (r->ps && entry.reachable)
		passage_enter(r->ps, fl, &entry);
	for (uint32_t i = 0; i < sh->norder && !r->why; i++) {
		fl->block = sh->order[i];
		if (!cl->at[fl->block].reachable)
			continue;
		if (r->ps)
			passage_block(r->ps, fl);
		transfer_block(fl, fl->block, &cl->at[fl->block]);
	}
}

static void check_function(struct recheck *r)
{
	const struct certificate *c = r->c;
	const char *name = r->p->funcs.v[r->func].name, *why;
	struct flow fl = {.e = c->e, .model = c->model, .sink = c->w};

	for (int i = 0; i < RANKING_WEIGHTS; i++)
		r->weight[r->func][i] = INT64_MAX;
	if (!c->claims[r->func].at) {
		if (c->w->entered[r->func])
			fail(r, name, "it may be called, but nothing is claimed");
		memset(r->weight[r->func], 0, sizeof r->weight[0]);
		return;
	}
	transfer_start(&fl, r->scratch, r->p, r->func, c->shapes[r->func], c->w);
	fl.visit = visit;
	fl.edge = edge;
	fl.ctx = r;
	r->ps = passage_new(r->scratch, c, r->func);
	r->early = owed_early(r->scratch, c, r->func);
	r->leaves = arena_alloc(r->scratch, c->shapes[r->func]->nloops);
	walk(r, &fl);
	check_endless(r);
	if (c->w->changed)
		fail(r, name, "it does what the program-wide claims leave out");
	if (!r->ps || r->why)
		return;
	why = passage_end(r->ps, &fl, &r->lent[r->func]);
	for (int i = 0; i < RANKING_WEIGHTS; i++)
		r->weight[r->func][i] = passage_weight(r->ps, i);
	if (why) {
		r->why = arena_strdup(r->arena, why);
		r->tally->loops_of = r->func;
	}
}

/* --- the program --- */

/* Initial values, handlers and what is reached without a call. */
static void check_start(struct recheck *r)
{
	const struct world *w = r->c->w, *start = world_new(r->arena, r->p);

	vec_each(g, &r->p->globals) {
		const struct ir_global *gl = &r->p->globals.v[g];
		bool fits = interval_within(start->global[g], w->global[g]) &&
			    interval_within(start->element[g], w->element[g]);

		for (uint32_t k = 0; k < gl->nkeys; k++)
			fits &= interval_within(start->keys[g][k], w->keys[g][k]);
		if (!fits)
			fail(r, gl->name, "what it starts with is outside the range claimed");
	}
	vec_each(f, &r->p->funcs)
		if (r->p->funcs.v[f].kind == IR_HANDLER && !w->entered[f])
			fail(r, r->p->funcs.v[f].name, "it is claimed never to run");
}

static int64_t size_of(struct interval v)
{
	__int128 n = (__int128)v.high - v.low + 1;

	return interval_empty(v) ? 0 : n > INT64_MAX ? INT64_MAX : (int64_t)n;
}

static int64_t site_size(const struct room_site *s, uint32_t nkeys)
{
	int64_t n = 1;

	for (uint32_t k = 0; k < nkeys; k++)
		n = times(n, s->parts[k].literal   ? 1
			     : s->parts[k].counted ? size_of(s->parts[k].range)
						   : INT64_MAX);
	return n;
}

/* An array holds no more elements than there are different keys. */
static void check_room(struct recheck *r, uint32_t g)
{
	const struct ir_global *gl = &r->p->globals.v[g];
	const struct room *room = &r->c->rooms[g];
	int64_t n = room->by_sites ? 0 : 1;

	if (!gl->nkeys || room->needed == INT64_MAX)
		return;
	vec_each(i, &room->sites)
		n = plus(n, room->by_sites ? site_size(&room->sites.v[i], gl->nkeys) : 0);
	for (uint32_t k = 0; !room->by_sites && k < gl->nkeys; k++)
		n = times(n, gl->keys[k] == IR_INT ? size_of(r->c->w->keys[g][k]) : INT64_MAX);
	if (r->c->w->embedded || room->needed < n)
		fail(r, gl->name, "it may get more elements than is claimed");
}

/* Activations of a recursion: each makes at most `calls` more, `depth` deep. */
static int64_t activations(int64_t depth, int64_t calls)
{
	int64_t total = 1, generation = 1;

	if (calls <= 1)
		return plus(1, times(depth, calls));
	for (int64_t d = 0; d < depth && total < INT64_MAX; d++) {
		generation = times(generation, calls);
		total = plus(total, generation);
	}
	return total;
}

/* What one member rests on, all and their callers do; callees come first. */
static void lend(struct recheck *r, const uint32_t *member, uint32_t n)
{
	const struct effects *e = r->c->e;
	bool lent = false;

	for (uint32_t i = 0; i < n; i++) {
		uint32_t f = member[i];

		lent |= r->lent[f];
		for (uint32_t k = e->calls_at[f]; k < e->calls_at[f + 1]; k++)
			lent |= r->lent[e->calls[k]];
	}
	for (uint32_t i = 0; i < n; i++)
		r->lent[member[i]] = lent;
}

static int64_t larger(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static void check_cycle(struct recheck *r, uint32_t cycle)
{
	const struct certificate *c = r->c;
	const struct recursion *rec = &c->recursion[cycle];
	const uint32_t *member = c->e->order + c->e->cycle_at[cycle];
	uint32_t n = c->e->cycle_at[cycle + 1] - c->e->cycle_at[cycle];
	int64_t own = 0, calls = 0, output = 0;

	lend(r, member, n);
	for (uint32_t i = 0; i < n; i++) {
		const struct interval *params = c->w->params[member[i]];
		struct interval first = interval_top();

		own = larger(own, r->weight[member[i]][RANKING_STATEMENTS]);
		calls = larger(calls, r->weight[member[i]][RANKING_CALLS]);
		output = larger(output, owed_prints(r->owed, member[i])
						? r->weight[member[i]][RANKING_OUTPUT]
						: 0);
		/* without a measure there is no call within the recursion: check_descent() */
		if (rec->depth == INT64_MAX || c->measure[member[i]] == IR_NONE ||
		    !c->w->entered[member[i]])
			continue;
		if (params)
			first = params[c->measure[member[i]]];
		if (!interval_empty(first) &&
		    (rec->up ? first.low < rec->first : first.high > rec->first))
			fail(r, r->p->funcs.v[member[i]].name,
			     "a recursion may begin before its "
			     "first measure claimed");
	}
	if (c->e->recursive[cycle]) {
		if (rec->depth != INT64_MAX && rec->depth < ranking_nesting(rec))
			fail(r, r->p->funcs.v[member[0]].name, "its recursion may nest deeper");
		own = rec->depth == INT64_MAX ? INT64_MAX
					      : times(own, activations(rec->depth, calls));
		output = output ? INT64_MAX : 0; /* how often it prints is not counted */
	}
	for (uint32_t i = 0; i < n; i++) {
		if (c->cost[member[i]] < own)
			fail(r, r->p->funcs.v[member[i]].name, "it may cost more than is claimed");
		if (c->output[member[i]] < output)
			fail(r, r->p->funcs.v[member[i]].name, "it may print more than is claimed");
		if (c->w->entered[member[i]] && c->depth < c->level[member[i]])
			fail(r, r->p->funcs.v[member[i]].name, "calls nest deeper than is claimed");
	}
}

static void check_verdict(struct recheck *r, uint32_t i)
{
	const struct obligation *o = &r->p->obligations.v[i];
	const struct verdict *v = &r->c->verdicts[i];

	if (r->reached[i])
		return; /* it was settled there */
	if (o->inst != IR_NONE && v->status == VERDICT_PROVED)
		r->tally->proved++; /* it is never reached */
	else if (o->inst != IR_NONE && v->status == VERDICT_REFUTED)
		settle(r, i, OWED_NO);
	else if (v->status == VERDICT_PROVED)
		settle(r, i, elsewhere_safe(r, o, v));
	else if (v->status != VERDICT_REFUTED)
		r->tally->open++;
	else if (o->kind != OBL_LOOP_BOUNDED) /* those are settled with their function */
		settle(r, i, owed_refuted(r->owed, o));
}

static void check_functions(struct recheck *r)
{
	r->c->w->frozen = true;
	r->c->w->changed = false;
	for (r->func = 0; r->func < r->p->funcs.n && !r->why; r->func++) {
		if (arena_used(r->scratch) > (4u << 20)) {
			arena_free(r->scratch);
			r->scratch = arena_scratch(r->arena);
		}
		check_function(r);
	}
}

const char *recheck_certificate(const struct certificate *c, struct arena *a,
				struct recheck_tally *t)
{
	struct recheck r = {.c = c, .p = c->p, .arena = a, .tally = t};

	*t = (struct recheck_tally){.loops_of = IR_NONE};
	r.scratch = arena_scratch(a);
	r.reached = arena_alloc(a, c->p->obligations.n);
	r.lent = arena_alloc(a, c->p->funcs.n * sizeof *r.lent);
	r.weight = arena_alloc(a, c->p->funcs.n * sizeof *r.weight);
	r.owed = owed_collect(a, c);
	check_start(&r);
	check_functions(&r);
	for (uint32_t i = 0; i < c->e->ncycles && !r.why; i++)
		check_cycle(&r, i);
	vec_each(g, &c->p->globals)
		check_room(&r, g);
	vec_each(i, &c->p->obligations)
		check_verdict(&r, i);
	arena_free(r.scratch);
	return r.why;
}

const char *recheck_proven(const struct proven *pv, struct arena *a)
{
	struct recheck_tally t;

	return recheck_certificate(certificate_of(a, pv), a, &t);
}

void recheck_write(FILE *out, struct arena *a, const struct proven *pv,
		   const struct certificate_identity *id)
{
	certificate_write(out, certificate_of(a, pv), id);
}

enum recheck_answer recheck_text(struct arena *a, const struct ir_program *p,
				 enum memory_model model, const struct certificate_identity *id,
				 const char *text, size_t len, struct recheck_tally *t,
				 const char **why)
{
	bool other;
	struct certificate *c = certificate_read(a, p, model, id, text, len, why, &other);

	if (!c)
		return other ? RECHECK_OTHER : RECHECK_MALFORMED;
	*why = recheck_certificate(c, a, t);
	return *why ? RECHECK_REFUSED : RECHECK_HOLDS;
}

uint64_t recheck_hash(uint64_t h, const void *p, size_t n)
{
	const unsigned char *s = p;

	h = h ? h : 14695981039346656037u;
	for (size_t i = 0; i < n; i++)
		h = (h ^ s[i]) * 1099511628211u;
	return h;
}
