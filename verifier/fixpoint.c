/*
 * The fixpoints.  Within a function: a worklist in reverse postorder, widening
 * at loop headers, two narrowing passes that are kept only if they are found
 * inductive.  Over the program: sweeps over the functions, callees first for
 * results, callers first for arguments, until the world no longer grows; then
 * one round of narrowing, which again is kept only if a frozen sweep confirms
 * it.  So what is published never rests on monotonicity, only on the check.
 * When the budget is spent nothing is claimed.
 */
#include "verifier/fixpoint.h"

#include <string.h>

enum { WIDEN_AFTER = 2, GIVE_UP_AFTER = 10, MAX_ROUNDS = 12, BIG_CYCLE = 64 };
#define SCRATCH_LIMIT ((size_t)4 << 20)
#define MEMORY_LIMIT ((size_t)120 << 20) /* what a proof may take, the program included */

struct run {
	struct invariants *inv;
	struct arena *arena;   /* of what is kept */
	struct arena *scratch; /* of one function's states, when they are not kept */
	uint32_t *visits;      /* by block: that many joins into a header */
	uint32_t max_blocks;
	bool any_argument; /* analyse functions as if called with anything */
	struct world *sink;
};

/* --- one function --- */

struct solve {
	struct run *run;
	struct flow fl;
	struct state *at, *next;
	struct state *back; /* by loop: what comes round, when narrowing */
	uint64_t *dirty;    /* ranks waiting, as a bit set */
	uint32_t low;       /* no rank below waits */
	uint32_t *visits;
	bool holds, widened;
};

static void mark(struct solve *s, uint32_t rank)
{
	s->dirty[rank / 64] |= (uint64_t)1 << rank % 64;
	if (rank < s->low)
		s->low = rank;
}

static bool take(struct solve *s, uint32_t *rank)
{
	uint32_t words = (s->fl.sp.sh->norder + 63) / 64;

	for (uint32_t w = s->low / 64; w < words; w++)
		if (s->dirty[w]) {
			*rank = w * 64 + (uint32_t)__builtin_ctzll(s->dirty[w]);
			s->dirty[w] &= s->dirty[w] - 1;
			s->low = *rank;
			return true;
		}
	return false;
}

static void grow_edge(struct flow *fl, uint32_t to, const struct state *st)
{
	struct solve *s = fl->ctx;
	const struct shape *sh = fl->sp.sh;
	bool header = sh->loop_at[to] != IR_NONE;
	const struct thresholds *widen = NULL;

	if (header && s->at[to].reachable && s->visits[to] >= WIDEN_AFTER)
		widen = &fl->sp.w->thresholds;
	s->widened |= widen != NULL;
	if (!state_join(&fl->sp, &s->at[to], st, to, widen, s->visits[to] >= GIVE_UP_AFTER))
		return;
	s->visits[to] += header && sh->rank[to] <= sh->rank[fl->block];
	mark(s, sh->rank[to]);
}

static void check_edge(struct flow *fl, uint32_t to, const struct state *st)
{
	struct solve *s = fl->ctx;

	s->holds &= state_within(&fl->sp, st, &s->at[to], to);
}

static bool spend(struct solve *s)
{
	struct invariants *inv = s->run->inv;

	inv->budget -= s->fl.steps;
	s->fl.steps = 0;
	inv->spent |= inv->budget < 0 || arena_used(s->fl.sp.arena) > MEMORY_LIMIT;
	return !inv->spent;
}

static void ascend(struct solve *s)
{
	const struct shape *sh = s->fl.sp.sh;
	uint32_t rank;

	s->fl.edge = grow_edge;
	mark(s, 0);
	while (take(s, &rank) && spend(s)) {
		uint32_t b = sh->order[rank];

		transfer_block(&s->fl, b, &s->at[b]);
	}
}

/* Edges that go back contribute what the old states say, all others what this pass finds. */
static void back_edge(struct flow *fl, uint32_t to, const struct state *st)
{
	struct solve *s = fl->ctx;
	const struct shape *sh = fl->sp.sh;

	if (sh->rank[to] <= sh->rank[fl->block])
		state_join(&fl->sp, &s->back[sh->loop_at[to]], st, to, NULL, false);
}

/* What comes round to a header; it says nothing new of what the loop does not change. */
static void admit(struct solve *s, uint32_t header)
{
	const struct natural *loop = &s->fl.sp.sh->loops[s->fl.sp.sh->loop_at[header]];
	const struct state *back = &s->back[s->fl.sp.sh->loop_at[header]];
	struct state *st = &s->next[header];

	if (!back->reachable || !st->reachable)
		return;
	for (uint32_t i = 0; i < loop->nmods; i++) {
		struct value v = state_get(&s->fl.sp, back, loop->mods[i]);

		state_join_slot(&s->fl.sp, st, loop->mods[i], &v, header);
	}
	state_common_facts(&s->fl.sp, st, back);
}

static void forward_edge(struct flow *fl, uint32_t to, const struct state *st)
{
	struct solve *s = fl->ctx;

	if (fl->sp.sh->rank[to] > fl->sp.sh->rank[fl->block])
		state_join(&fl->sp, &s->next[to], st, to, NULL, false);
}

typedef void (*edge_fn)(struct flow *, uint32_t, const struct state *);

static void walk_all(struct solve *s, const struct state *at, edge_fn edge)
{
	const struct shape *sh = s->fl.sp.sh;

	s->fl.edge = edge;
	for (uint32_t i = 0; i < sh->norder && spend(s); i++)
		if (at[sh->order[i]].reachable)
			transfer_block(&s->fl, sh->order[i], &at[sh->order[i]]);
}

static void walk_forward(struct solve *s)
{
	const struct shape *sh = s->fl.sp.sh;

	s->fl.edge = forward_edge;
	for (uint32_t i = 0; i < sh->norder && spend(s); i++) {
		uint32_t b = sh->order[i];

		if (sh->loop_at[b] != IR_NONE)
			admit(s, b);
		if (s->next[b].reachable)
			transfer_block(&s->fl, b, &s->next[b]);
	}
}

static void walk_latches(struct solve *s, const struct state *at)
{
	const struct shape *sh = s->fl.sp.sh;

	s->fl.edge = back_edge;
	for (uint32_t l = 0; l < sh->nloops; l++)
		for (uint32_t i = 0; i < sh->loops[l].nlatches && spend(s); i++)
			if (at[sh->loops[l].latches[i]].reachable)
				transfer_block(&s->fl, sh->loops[l].latches[i],
					       &at[sh->loops[l].latches[i]]);
}

static bool inductive(struct solve *s, const struct state *entry)
{
	s->holds = state_within(&s->fl.sp, entry, &s->at[s->fl.sp.sh->order[0]], 0);
	walk_all(s, s->at, check_edge);
	return s->holds;
}

static void descend(struct solve *s, const struct state *entry)
{
	const struct shape *sh = s->fl.sp.sh;
	struct state *old = s->at;
	struct world *sink = s->fl.sink;

	s->next = arena_alloc(s->fl.sp.arena, sh->nblocks * sizeof *s->next);
	s->next[sh->order[0]] = state_copy(&s->fl.sp, entry);
	s->fl.sink = NULL;
	s->back = arena_alloc(s->fl.sp.arena, sh->nloops * sizeof *s->back);
	walk_latches(s, old);
	walk_forward(s);
	s->at = s->next;
	if (!inductive(s, entry))
		s->at = old;
	s->fl.sink = sink;
}

static void forget(struct solve *s)
{
	for (uint32_t i = 0; i < s->fl.sp.sh->nblocks; i++)
		s->at[i] = (struct state){.reachable = true};
}

static void ignore_edge(struct flow *fl, uint32_t to, const struct state *st)
{
	(void)fl;
	(void)to;
	(void)st;
}

/* Claims nothing, but lets every block say what it stores and calls. */
static void solve_blank(struct solve *s)
{
	forget(s);
	walk_all(s, s->at, ignore_edge);
}

/* Only the stores, arguments and results of the final states go into the world. */
static void publish(struct solve *s)
{
	s->fl.sink = s->run->sink;
	if (s->fl.sink)
		walk_all(s, s->at, ignore_edge);
}

static void solve_function(struct run *run, uint32_t func, struct arena *a, struct claims *out)
{
	const struct invariants *inv = run->inv;
	const struct shape *sh = inv->shapes[func];
	struct solve s = {.run = run, .visits = run->visits};
	bool loops = sh->irreducible || sh->nloops;

	s.fl.e = inv->e;
	s.fl.model = inv->model;
	s.fl.ctx = &s;
	transfer_start(&s.fl, a, inv->p, func, sh, inv->w);
	s.at = arena_alloc(a, sh->nblocks * sizeof *s.at);
	s.dirty = arena_alloc(a, (sh->norder / 64 + 1) * sizeof *s.dirty);
	memset(s.visits, 0, sh->nblocks * sizeof *s.visits);
	struct state entry = transfer_entry(&s.fl, run->any_argument);

	if (sh->irreducible) {
		s.fl.sink = run->sink;
		solve_blank(&s);
	} else {
		s.fl.sink = loops ? NULL : run->sink;
		s.at[sh->order[0]] = state_copy(&s.fl.sp, &entry);
		ascend(&s);
		for (int pass = 0; s.widened && pass < 2; pass++)
			descend(&s, &entry);
		if (loops)
			publish(&s);
	}
	spend(&s);
	out->at = s.at;
	out->blank = sh->irreducible;
}

/* --- the program --- */

static void visit_function(struct run *run, uint32_t func)
{
	struct claims dropped;

	if (run->inv->spent || !(run->any_argument || run->inv->w->entered[func]))
		return;
	if (arena_used(run->scratch) > SCRATCH_LIMIT) {
		arena_free(run->scratch);
		run->scratch = arena_scratch(run->arena);
	}
	solve_function(run, func, run->scratch, &dropped);
}

/* Of a large cycle of calls everything is taken to be possible: rounds through it cost too much. */
static void give_up_cycle(struct run *run, uint32_t c)
{
	const struct effects *e = run->inv->e;
	struct world *w = run->inv->w;

	for (uint32_t m = e->cycle_at[c]; m < e->cycle_at[c + 1]; m++) {
		uint32_t func = e->order[m];
		const struct ir_func *f = &run->inv->p->funcs.v[func];

		w->results[func] = (struct outcome){world_any(w->p, f->result), true, true};
		if (w->results_only)
			continue;
		world_enter(w, func);
		for (uint32_t i = 0; i < f->nparams; i++)
			world_argument(w, func, i, world_any(w->p, f->regs.v[i].type));
	}
}

/* A cycle of calls is repeated until its members agree; widening makes that end. */
static void visit_cycle(struct run *run, uint32_t c)
{
	const struct effects *e = run->inv->e;
	struct world *w = run->inv->w;
	uint32_t round = w->round;
	bool before = w->changed;

	if (e->cycle_at[c + 1] - e->cycle_at[c] > BIG_CYCLE)
		give_up_cycle(run, c);
	for (uint32_t i = 0; i < MAX_ROUNDS; i++) {
		w->changed = false;
		for (uint32_t m = e->cycle_at[c]; m < e->cycle_at[c + 1]; m++)
			visit_function(run, e->order[m]);
		before |= w->changed;
		if (!w->changed || !e->recursive[c])
			break;
		w->round++;
	}
	w->round = round;
	w->changed = before;
}

/* What functions return, callees first. */
static void sweep_results(struct run *run, bool any_argument)
{
	struct world *w = run->inv->w;

	run->any_argument = any_argument;
	w->results_only = true;
	for (uint32_t c = 0; c < run->inv->e->ncycles; c++)
		if (run->inv->p->funcs.v[run->inv->e->order[run->inv->e->cycle_at[c]]].kind ==
		    IR_FUNCTION)
			visit_cycle(run, c);
	w->results_only = false;
	run->any_argument = false;
}

/* Everything else, callers first. */
static void sweep_arguments(struct run *run)
{
	for (uint32_t c = run->inv->e->ncycles; c-- > 0;)
		visit_cycle(run, c);
}

/* Grows the world until it holds. */
static void grow_world(struct run *run)
{
	struct world *w = run->inv->w;

	run->sink = w;
	for (w->round = 0; !run->inv->spent; w->round++) {
		if (w->round > MAX_ROUNDS)
			world_forget(w);
		if (w->round > 2 * MAX_ROUNDS) {
			world_surrender(w);
			return;
		}
		w->changed = false;
		sweep_results(run, true);
		sweep_arguments(run);
		if (!w->changed)
			return;
	}
}

/* Results anew, now that the arguments are known. */
static void narrow_results(struct run *run)
{
	struct world *w = run->inv->w;

	vec_each(i, &run->inv->p->funcs)
		w->results[i] = (struct outcome){interval_bottom(), false, false};
	w->round = 0;
	sweep_results(run, false);
}

/* One application of the whole program to the world gives a smaller one. */
static struct world *narrow_world(struct run *run)
{
	struct world *small = world_new(run->arena, run->inv->p);

	run->sink = small;
	vec_each(i, &run->inv->p->funcs)
		visit_function(run, i);
	return small;
}

/* Computes the claims in a world, and says whether it holds for them. */
static bool settle(struct run *run, struct world *w)
{
	struct invariants *inv = run->inv;

	inv->w = run->sink = w;
	w->frozen = true;
	w->changed = false;
	vec_each(i, &inv->p->funcs) {
		inv->claims[i] = (struct claims){0};
		if (w->entered[i] && !inv->spent && !w->changed)
			solve_function(run, i, run->arena, &inv->claims[i]);
	}
	w->frozen = false;
	return !w->changed && !inv->spent;
}

static struct world *copy_world(struct run *run, const struct world *w)
{
	const struct ir_program *p = run->inv->p;
	struct world *c = arena_make(run->arena, struct world);

	*c = *w;
	c->results = arena_alloc(run->arena, p->funcs.n * sizeof *c->results);
	memcpy(c->results, w->results, p->funcs.n * sizeof *c->results);
	return c;
}

static void claim_nothing(struct run *run)
{
	struct invariants *inv = run->inv;

	world_surrender(inv->w);
	inv->w->frozen = true;
	vec_each(i, &inv->p->funcs) {
		struct claims *c = &inv->claims[i];

		c->at = arena_alloc(run->arena, inv->shapes[i]->nblocks * sizeof *c->at);
		c->blank = true;
		for (uint32_t b = 0; b < inv->shapes[i]->nblocks; b++)
			c->at[b] = (struct state){.reachable = true};
	}
}

static void solve_program(struct run *run)
{
	struct invariants *inv = run->inv;
	struct world *plain, *small;

	grow_world(run);
	if (inv->spent)
		return;
	plain = copy_world(run, inv->w);
	narrow_results(run);
	small = narrow_world(run);
	if (settle(run, small) || inv->spent || settle(run, plain) || inv->spent)
		return;
	inv->spent = true; /* cannot happen while the domains are monotone: claim nothing */
}

static void find_shapes(struct arena *a, struct invariants *inv, struct run *run)
{
	inv->e = effects_program(a, inv->p);
	inv->shapes = arena_alloc(a, inv->p->funcs.n * sizeof *inv->shapes);
	vec_each(i, &inv->p->funcs) {
		const struct ir_func *f = &inv->p->funcs.v[i];

		inv->shapes[i] = shape_function(a, f);
		if (!inv->shapes[i]->irreducible)
			effects_loops(a, inv->e, inv->p, f, inv->shapes[i]);
		run->max_blocks = f->blocks.n > run->max_blocks ? f->blocks.n : run->max_blocks;
	}
}

struct invariants *fixpoint_program(struct arena *a, const struct ir_program *p,
				    enum memory_model model, int64_t budget)
{
	struct invariants *inv = arena_make(a, struct invariants);
	struct run run = {.inv = inv, .arena = a};

	*inv = (struct invariants){.p = p, .model = model, .budget = budget};
	find_shapes(a, inv, &run);
	run.visits = arena_alloc(a, run.max_blocks * sizeof *run.visits);
	run.scratch = arena_scratch(a);
	inv->w = world_new(a, p);
	inv->claims = arena_alloc(a, p->funcs.n * sizeof *inv->claims);
	solve_program(&run);
	arena_free(run.scratch);
	if (inv->spent)
		claim_nothing(&run);
	inv->w->frozen = true;
	return inv;
}

void fixpoint_walk(const struct invariants *inv, struct flow *fl, struct arena *a, uint32_t func)
{
	*fl = (struct flow){.e = inv->e, .model = inv->model, .sink = inv->w};
	transfer_start(fl, a, inv->p, func, inv->shapes[func], inv->w);
}
