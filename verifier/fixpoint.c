/*
 * The fixpoints.  Within a function: a worklist in reverse postorder, widening
 * at loop headers, two narrowing passes that are kept only if they are found
 * inductive.  Over the program: sweeps over the functions, callees first for
 * results, callers first for arguments, until the world no longer grows; then
 * one round of narrowing, which again is kept only if a frozen sweep confirms
 * it.  So what is published never rests on monotonicity, only on the check.
 * When the budget is spent nothing is claimed.  Blocks are run on a draft arena;
 * the states they hand on are copied to a heap, which is copied in its turn when
 * most of it must be garbage.
 */
#include "verifier/fixpoint.h"
#include "verifier/keep.h"

#include <string.h>

/*
 * Joins that come round to a header, after which they are widened: through the constants of the
 * program; then those of the loop; then the far ones, from which narrowing comes back where a jump
 * to the very end would wrap; then to the end.
 */
enum { WIDEN_AFTER = 2, OWN_AFTER = 10, FAR_AFTER = 18, GIVE_UP_AFTER = 22 };
enum { MAX_ROUNDS = 12, BIG_CYCLE = 64 };
#define HEAP_SLACK ((size_t)4 << 20) /* garbage that is not worth collecting */
#define DRAFT_SLACK ((size_t)256 << 10)
#define MEMORY_FLOOR ((size_t)64 << 20) /* what a proof may take beside as much as its program */

struct run {
	struct invariants *inv;
	struct arena *arena;  /* of what is kept */
	struct arena *heap;   /* of the states of the function that is solved */
	struct arena *draft;  /* of what is made while a block is run */
	struct keeper keeper; /* from the draft to the heap */
	struct keeper keeper_of_claims;
	struct arena *desk; /* of what else solving it takes */
	size_t live;        /* bytes of the heap that were not garbage when last looked at */
	size_t limit;       /* bytes of claims, and of states that are not garbage */
	uint32_t *visits;   /* by block: that many joins into a header */
	uint32_t max_blocks;
	bool any_argument; /* analyse functions as if called with anything */
	struct world *sink;
};

/* --- one function --- */

struct solve {
	struct run *run;
	struct flow fl;
	struct state entry, *at;
	struct state *next;     /* what narrowing makes of at */
	struct state *back;     /* by loop: what comes round, when narrowing */
	struct thresholds *own; /* by loop: its constants, once they were asked for */
	uint64_t *dirty;        /* ranks waiting, as a bit set */
	uint32_t low;           /* no rank below waits */
	uint32_t *visits;
	size_t drafted; /* bytes of the draft that were paid for */
	bool holds, widened;
};

static void keep_all(struct keeper *k, struct state *states, uint32_t n, uint32_t levels)
{
	for (uint32_t i = 0; states && i < n; i++)
		keep_state(k, &states[i], levels);
}

/* Between blocks, when nothing holds a state that was not kept. */
static void new_draft(struct solve *s)
{
	struct run *run = s->run;

	arena_free(run->draft);
	run->draft = s->fl.sp.arena = arena_scratch(run->arena);
	keep_again(&run->keeper, run->heap, run->draft);
	s->fl.sp.token = arena_alloc(run->draft, 1);
	s->drafted = 0;
	s->fl.dirty.v = NULL;
	s->fl.dirty.n = s->fl.dirty.cap = 0;
}

/* Copies the states in use to a new heap. */
static void collect(struct solve *s)
{
	const struct shape *sh = s->fl.sp.sh;
	struct run *run = s->run;
	struct arena *heap = arena_scratch(run->arena);
	struct keeper k = keep_start(heap, NULL);

	keep_state(&k, &s->entry, s->fl.sp.levels);
	keep_all(&k, s->at, sh->nblocks, s->fl.sp.levels);
	keep_all(&k, s->next, sh->nblocks, s->fl.sp.levels);
	keep_all(&k, s->back, sh->nloops, s->fl.sp.levels);
	keep_end(&k);
	arena_free(run->heap);
	run->heap = heap;
	run->live = arena_used(heap);
	new_draft(s);
}

/* st is handed on: what of it is on the draft moves to the heap. */
static void keep(struct solve *s, struct state *st)
{
	keep_state(&s->run->keeper, st, s->fl.sp.levels);
}

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

static const int64_t far_numbers[] = {-((int64_t)1 << 62), -((int64_t)1 << 32), -1, 0,
				      (int64_t)1 << 32,    (int64_t)1 << 62};
static const struct thresholds far_away = {far_numbers, sizeof far_numbers / sizeof *far_numbers};

/* The constants of a loop and of those in it, and the far ones. */
static const struct thresholds *own_thresholds(struct solve *s, uint32_t loop)
{
	const struct shape *sh = s->fl.sp.sh;
	world_numbers v = {0};
	struct thresholds *own = &s->own[loop];

	if (own->n)
		return own;
	for (uint32_t i = 0; i < far_away.n; i++)
		world_threshold(s->run->desk, &v, far_away.v[i]);
	for (uint32_t l = loop; l == loop || (l < sh->nloops && sh->loops[l].parent != IR_NONE &&
					      sh->loops[l].parent >= loop);
	     l++)
		for (uint32_t i = 0; i < sh->loops[l].nblocks; i++)
			world_block_thresholds(s->run->desk,
					       &s->fl.sp.f->blocks.v[sh->loops[l].blocks[i]], &v);
	*own = world_thresholds(v);
	return own;
}

static const struct thresholds *thresholds_for(struct solve *s, uint32_t header)
{
	if (s->visits[header] < OWN_AFTER)
		return &s->fl.sp.w->thresholds;
	if (s->visits[header] < FAR_AFTER)
		return own_thresholds(s, s->fl.sp.sh->loop_at[header]);
	return &far_away;
}

static void grow_edge(struct flow *fl, uint32_t to, const struct state *st)
{
	struct solve *s = fl->ctx;
	const struct shape *sh = fl->sp.sh;
	bool header = sh->loop_at[to] != IR_NONE;
	const struct thresholds *widen = NULL;

	if (header && s->at[to].reachable && s->visits[to] >= WIDEN_AFTER)
		widen = thresholds_for(s, to);
	s->widened |= widen != NULL;
	if (!state_join(&fl->sp, &s->at[to], st, to, widen, s->visits[to] >= GIVE_UP_AFTER))
		return;
	keep(s, &s->at[to]);
	s->visits[to] += header && sh->rank[to] <= sh->rank[fl->block];
	mark(s, sh->rank[to]);
}

static void check_edge(struct flow *fl, uint32_t to, const struct state *st)
{
	struct solve *s = fl->ctx;

	s->holds &= state_within(&fl->sp, st, &s->at[to], to);
}

enum { JOINS_A_STEP = 2, BYTES_A_STEP = 256 };

/* What was done since it was asked last, in instructions' worth. */
static int64_t work_done(struct solve *s)
{
	size_t drafted = arena_used(s->run->draft) - s->drafted;
	int64_t n = s->fl.steps + s->fl.sp.joins / JOINS_A_STEP + (int64_t)drafted / BYTES_A_STEP;

	s->fl.steps = s->fl.sp.joins = 0;
	s->drafted += drafted;
	return n;
}

static bool spend(struct solve *s)
{
	struct invariants *inv = s->run->inv;
	struct run *run = s->run;

	inv->steps += work_done(s);
	if (arena_used(run->heap) > 2 * run->live + HEAP_SLACK)
		collect(s);
	else if (arena_used(run->draft) > DRAFT_SLACK)
		new_draft(s);
	inv->spent |= inv->steps > inv->budget || arena_used(run->arena) + run->live > run->limit;
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

	if (sh->rank[to] > sh->rank[fl->block])
		return;
	state_join(&fl->sp, &s->back[sh->loop_at[to]], st, to, NULL, false);
	keep(s, &s->back[sh->loop_at[to]]);
}

/* What comes round to a header; it says nothing new of what the loop does not change. */
static void admit(struct solve *s, uint32_t header)
{
	const struct natural *loop = &s->fl.sp.sh->loops[s->fl.sp.sh->loop_at[header]];
	const struct state *back = &s->back[s->fl.sp.sh->loop_at[header]];
	struct state *st = &s->next[header];

	if (!back->reachable || !st->reachable)
		return;
	for (uint32_t i = 0; i < loop->nmods; i++)
		state_join_slot(&s->fl.sp, st, back, loop->mods[i], header);
	state_common_facts(&s->fl.sp, st, back);
	keep(s, st);
}

static void forward_edge(struct flow *fl, uint32_t to, const struct state *st)
{
	struct solve *s = fl->ctx;

	if (fl->sp.sh->rank[to] <= fl->sp.sh->rank[fl->block])
		return;
	state_join(&fl->sp, &s->next[to], st, to, NULL, false);
	keep(s, &s->next[to]);
}

typedef void (*edge_fn)(struct flow *, uint32_t, const struct state *);

static void walk_all(struct solve *s, edge_fn edge)
{
	const struct shape *sh = s->fl.sp.sh;

	s->fl.edge = edge;
	for (uint32_t i = 0; i < sh->norder && spend(s); i++)
		if (s->at[sh->order[i]].reachable)
			transfer_block(&s->fl, sh->order[i], &s->at[sh->order[i]]);
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

static void walk_latches(struct solve *s)
{
	const struct shape *sh = s->fl.sp.sh;

	s->fl.edge = back_edge;
	for (uint32_t l = 0; l < sh->nloops; l++)
		for (uint32_t i = 0; i < sh->loops[l].nlatches && spend(s); i++)
			if (s->at[sh->loops[l].latches[i]].reachable)
				transfer_block(&s->fl, sh->loops[l].latches[i],
					       &s->at[sh->loops[l].latches[i]]);
}

static bool inductive(struct solve *s)
{
	s->holds = state_within(&s->fl.sp, &s->entry, &s->at[s->fl.sp.sh->order[0]], 0);
	walk_all(s, check_edge);
	return s->holds;
}

static struct state *new_states(struct solve *s, uint32_t n)
{
	return arena_alloc(s->run->desk, n * sizeof(struct state));
}

static void swap_claims(struct solve *s)
{
	struct state *at = s->at;

	s->at = s->next;
	s->next = at;
}

static void descend(struct solve *s)
{
	const struct shape *sh = s->fl.sp.sh;
	struct world *sink = s->fl.sink;

	s->next = new_states(s, sh->nblocks);
	s->next[sh->order[0]] = state_copy(&s->fl.sp, &s->entry);
	s->fl.sink = NULL;
	s->back = new_states(s, sh->nloops);
	walk_latches(s);
	walk_forward(s);
	s->back = NULL;
	swap_claims(s);
	if (!inductive(s))
		swap_claims(s);
	s->next = NULL;
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
	walk_all(s, ignore_edge);
}

/* Only the stores, arguments and results of the final states go into the world. */
static void publish(struct solve *s)
{
	s->fl.sink = s->run->sink;
	if (s->fl.sink)
		walk_all(s, ignore_edge);
}

/* Empties what has grown since the last function; small functions share an arena. */
static void clear(struct run *run)
{
	struct arena **all[] = {&run->heap, &run->draft, &run->desk};

	for (unsigned i = 0; i < sizeof all / sizeof *all; i++) {
		if (arena_used(*all[i]) <= (i ? DRAFT_SLACK : HEAP_SLACK))
			continue;
		arena_free(*all[i]);
		*all[i] = arena_scratch(run->arena);
	}
	keep_again(&run->keeper, run->heap, run->draft);
	run->live = arena_used(run->heap);
}

static void solve_start(struct run *run, uint32_t func, struct solve *s)
{
	const struct invariants *inv = run->inv;
	const struct shape *sh = inv->shapes[func];

	clear(run);
	*s = (struct solve){.run = run, .visits = run->visits};
	s->fl.e = inv->e;
	s->fl.model = inv->model;
	s->fl.ctx = s;
	transfer_start(&s->fl, run->desk, inv->p, func, sh, inv->w);
	s->fl.sp.arena = run->draft;
	s->fl.sp.token = arena_alloc(run->draft, 1);
	s->drafted = arena_used(run->draft);
	s->at = new_states(s, sh->nblocks);
	s->own = arena_alloc(run->desk, sh->nloops * sizeof *s->own);
	s->dirty = arena_alloc(run->desk, (sh->norder / 64 + 1) * sizeof *s->dirty);
	memset(s->visits, 0, sh->nblocks * sizeof *s->visits);
	s->entry = transfer_entry(&s->fl, run->any_argument);
	keep(s, &s->entry);
}

static struct state *kept_claims(struct run *run, const struct solve *s)
{
	const struct shape *sh = s->fl.sp.sh;
	struct state *at = arena_alloc(run->arena, sh->nblocks * sizeof *at);

	memcpy(at, s->at, sh->nblocks * sizeof *at);
	keep_again(&run->keeper_of_claims, run->arena, NULL);
	keep_all(&run->keeper_of_claims, at, sh->nblocks, s->fl.sp.levels);
	return at;
}

/* out, if the claims are wanted, takes them. */
static void solve_function(struct run *run, uint32_t func, struct claims *out)
{
	const struct shape *sh = run->inv->shapes[func];
	bool loops = sh->irreducible || sh->nloops;
	struct solve s;

	solve_start(run, func, &s);
	if (sh->irreducible) {
		s.fl.sink = run->sink;
		solve_blank(&s);
	} else {
		s.fl.sink = loops ? NULL : run->sink;
		s.at[sh->order[0]] = state_copy(&s.fl.sp, &s.entry);
		ascend(&s);
		for (int pass = 0; s.widened && pass < 2; pass++)
			descend(&s);
		if (loops)
			publish(&s);
	}
	spend(&s);
	if (out)
		*out = (struct claims){kept_claims(run, &s), sh->irreducible};
}

/* --- the program --- */

static void visit_function(struct run *run, uint32_t func)
{
	if (run->inv->spent || !(run->any_argument || run->inv->w->entered[func]))
		return;
	solve_function(run, func, NULL);
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
			solve_function(run, i, &inv->claims[i]);
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
	struct run run = {.inv = inv, .arena = a, .limit = 2 * arena_used(a) + MEMORY_FLOOR};

	*inv = (struct invariants){.p = p, .model = model, .budget = budget};
	find_shapes(a, inv, &run);
	run.visits = arena_alloc(a, run.max_blocks * sizeof *run.visits);
	run.heap = arena_scratch(a);
	run.draft = arena_scratch(a);
	run.desk = arena_scratch(a);
	run.keeper = keep_start(run.heap, run.draft);
	run.keeper_of_claims = keep_start(a, NULL);
	inv->w = world_new(a, p);
	inv->claims = arena_alloc(a, p->funcs.n * sizeof *inv->claims);
	solve_program(&run);
	keep_end(&run.keeper);
	keep_end(&run.keeper_of_claims);
	arena_free(run.draft);
	arena_free(run.heap);
	arena_free(run.desk);
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
