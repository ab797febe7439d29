/*
 * Worst-case cost.  Inner loops first, each becomes one node that weighs its
 * bound times its heaviest round, plus one more partial round; then the longest
 * path in what is acyclic.  Where the runs of a loop inside another get shorter
 * or longer one by one, their rounds are added up instead.  Calls weigh what their callees cost:
 * callees come first.  A cycle of calls costs its members' own statements as often as its depth and
 * its fan-out allow.  Everything saturates at INT64_MAX, "no bound".
 */
#include "verifier/cost.h"

#include <string.h>

int64_t cost_plus(int64_t a, int64_t b)
{
	return a > INT64_MAX - b ? INT64_MAX : a + b;
}

int64_t cost_times(int64_t a, int64_t b)
{
	if (a == 0 || b == 0)
		return 0;
	return a > INT64_MAX / b ? INT64_MAX : a * b;
}

struct path {
	const struct proven *pv;
	uint32_t func;
	const struct ir_func *f;
	const struct shape *sh;
	const int64_t *weight;
	int64_t *loop_weight;
	int64_t *round, *any;   /* natural loop: see struct level */
	uint32_t *first, *next; /* natural loops directly in one that have a total of rounds */
	int64_t *bounds;        /* natural loop: rounds */
	/* natural loop, for the re-check: its weight alone; as told, and rounds paid for outside */
	int64_t *whole, *told, *total;
	int64_t *arrive; /* block: heaviest path to its start, at the level in progress; -1: none */
	uint32_t *nodes;
};

static bool reachable(const struct path *p, uint32_t block)
{
	const struct claims *c = &p->pv->inv->claims[p->func];

	return c->at && c->at[block].reachable;
}

/* The node that stands for a block among those directly in a loop (IR_NONE: the function). */
static uint32_t node_of(const struct path *p, uint32_t block, uint32_t level)
{
	uint32_t l = p->sh->loop_of[block], below = IR_NONE;

	for (; l != level && l != IR_NONE; l = p->sh->loops[l].parent)
		below = l;
	return below == IR_NONE ? block : p->sh->loops[below].header;
}

struct level {
	uint32_t loop;
	int64_t round, any; /* heaviest way to the header again; to anywhere */
};

static void flow_to(struct path *p, struct level *lv, uint32_t to, int64_t total)
{
	uint32_t node;

	if (lv->loop != IR_NONE && to == p->sh->loops[lv->loop].header) {
		lv->round = total > lv->round ? total : lv->round;
		return;
	}
	if (lv->loop != IR_NONE && !shape_in_loop(p->sh, to, lv->loop))
		return;
	node = node_of(p, to, lv->loop);
	if (total > p->arrive[node])
		p->arrive[node] = total;
}

static void leave_block(struct path *p, struct level *lv, uint32_t block, int64_t total)
{
	uint32_t succ[3], n = shape_successors(&p->f->blocks.v[block], succ);

	for (uint32_t i = 0; i < n; i++)
		flow_to(p, lv, succ[i], total);
}

/* Every way out of an inner loop, from however deep. */
static void leave_loop(struct path *p, struct level *lv, uint32_t loop, int64_t total)
{
	const struct natural *l = &p->sh->loops[loop];
	uint32_t succ[3], from = p->sh->rank[l->header], seen = 0;

	for (uint32_t i = from; seen < l->total; i++) {
		uint32_t b = p->sh->order[i];

		if (!shape_in_loop(p->sh, b, loop))
			continue;
		seen++;
		uint32_t n = shape_successors(&p->f->blocks.v[b], succ);

		for (uint32_t k = 0; k < n; k++)
			if (!shape_in_loop(p->sh, succ[k], loop))
				flow_to(p, lv, succ[k], total);
	}
}

static void visit_node(struct path *p, struct level *lv, uint32_t node)
{
	uint32_t inner = p->sh->loop_of[node];
	bool is_loop = inner != lv->loop;
	int64_t total;

	if (p->arrive[node] < 0 || !reachable(p, node))
		return;
	total = cost_plus(p->arrive[node], is_loop ? p->loop_weight[inner] : p->weight[node]);
	lv->any = total > lv->any ? total : lv->any;
	if (is_loop)
		leave_loop(p, lv, inner, total);
	else
		leave_block(p, lv, node, total);
}

static void run_level(struct path *p, struct level *lv, uint32_t first)
{
	uint32_t n = 0, seen = 0;
	uint32_t total = lv->loop == IR_NONE ? p->sh->norder : p->sh->loops[lv->loop].total;

	for (uint32_t i = p->sh->rank[first]; seen < total; i++) {
		uint32_t b = p->sh->order[i];

		if (lv->loop != IR_NONE && !shape_in_loop(p->sh, b, lv->loop))
			continue;
		seen++;
		if (node_of(p, b, lv->loop) == b)
			p->nodes[n++] = b;
	}
	for (uint32_t i = 0; i < n; i++)
		p->arrive[p->nodes[i]] = -1;
	p->arrive[first] = 0;
	for (uint32_t i = 0; i < n; i++)
		visit_node(p, lv, p->nodes[i]);
}

static void find_bounds(struct path *p)
{
	const struct verdict *v = p->pv->loops[p->func];

	for (uint32_t l = 0; l < p->sh->nloops; l++)
		p->bounds[l] = INT64_MAX;
	vec_each(i, &p->f->loops) {
		uint32_t h = p->f->loops.v[i].header;
		uint32_t l = p->sh->rank[h] == IR_NONE ? IR_NONE : p->sh->loop_at[h];

		if (l != IR_NONE && v[i].status == VERDICT_PROVED && v[i].has_bound)
			p->bounds[l] = v[i].bound;
	}
}

/* Rounds that are bounded over all runs of an inner loop are paid for once, not in each run. */
static int64_t amortised(struct path *p, uint32_t loop)
{
	struct level lv = {.loop = loop};
	int64_t once = 0;

	for (uint32_t c = p->first[loop]; c != IR_NONE; c = p->next[c]) {
		int64_t all = p->pv->totals[p->func][c];

		once = cost_plus(once, cost_times(all, p->round[c]));
		p->loop_weight[c] = p->any[c];
	}
	run_level(p, &lv, p->sh->loops[loop].header);
	return cost_plus(once, cost_plus(cost_times(p->bounds[loop], lv.round), lv.any));
}

/* Loops whose rounds are paid for here are told so; what they paid for themselves they no longer do. */
static void tell_totals(struct path *p, uint32_t loop)
{
	for (uint32_t c = p->first[loop]; c != IR_NONE; c = p->next[c]) {
		p->told[c] = p->any[c];
		p->total[c] = p->pv->totals[p->func][c];
		for (uint32_t in = p->first[c]; in != IR_NONE; in = p->next[in]) {
			p->told[in] = p->whole[in];
			p->total[in] = INT64_MAX;
		}
	}
}

static void weigh_loop(struct path *p, uint32_t loop)
{
	struct level lv = {.loop = loop};
	int64_t less;
	uint32_t up = p->sh->loops[loop].parent;

	run_level(p, &lv, p->sh->loops[loop].header);
	p->round[loop] = lv.round;
	p->any[loop] = lv.any;
	if (up != IR_NONE && p->pv->totals[p->func][loop] != INT64_MAX) {
		p->next[loop] = p->first[up];
		p->first[up] = loop;
	}
	/* a loop without a bound has none even if its rounds weigh nothing */
	if (p->bounds[loop] == INT64_MAX && reachable(p, p->sh->loops[loop].header)) {
		p->loop_weight[loop] = INT64_MAX;
		return;
	}
	p->loop_weight[loop] = cost_plus(cost_times(p->bounds[loop], lv.round), lv.any);
	p->whole[loop] = p->told[loop] = p->loop_weight[loop];
	if (p->first[loop] == IR_NONE)
		return;
	less = amortised(p, loop);
	if (less >= p->loop_weight[loop])
		return;
	p->loop_weight[loop] = p->whole[loop] = p->told[loop] = less;
	tell_totals(p, loop);
}

/* told: what each natural loop weighs; total: and if its rounds are paid for once. */
static int64_t run(struct arena *a, const struct proven *pv, uint32_t func, const int64_t *weight,
		   int64_t **told, int64_t **total)
{
	struct path p = {.pv = pv, .func = func, .weight = weight};
	struct level top = {.loop = IR_NONE};

	p.f = &pv->program->funcs.v[func];
	p.sh = pv->inv->shapes[func];
	if (p.sh->irreducible || pv->inv->claims[func].blank)
		return INT64_MAX;
	p.loop_weight = arena_alloc(a, p.sh->nloops * sizeof *p.loop_weight);
	p.bounds = arena_alloc(a, p.sh->nloops * sizeof *p.bounds);
	p.round = arena_alloc(a, p.sh->nloops * sizeof *p.round);
	p.any = arena_alloc(a, p.sh->nloops * sizeof *p.any);
	p.whole = arena_alloc(a, p.sh->nloops * sizeof *p.whole);
	p.told = arena_alloc(a, p.sh->nloops * sizeof *p.told);
	p.total = arena_alloc(a, p.sh->nloops * sizeof *p.total);
	for (uint32_t l = 0; l < p.sh->nloops; l++)
		p.told[l] = p.total[l] = INT64_MAX;
	p.first = arena_alloc(a, p.sh->nloops * sizeof *p.first);
	p.next = arena_alloc(a, p.sh->nloops * sizeof *p.next);
	memset(p.first, 0xff, p.sh->nloops * sizeof *p.first);
	p.arrive = arena_alloc(a, p.sh->nblocks * sizeof *p.arrive);
	p.nodes = arena_alloc(a, p.sh->nblocks * sizeof *p.nodes);
	find_bounds(&p);
	for (uint32_t l = p.sh->nloops; l-- > 0;)
		weigh_loop(&p, l);
	run_level(&p, &top, p.sh->order[0]);
	*told = p.told;
	*total = p.total;
	return top.any;
}

int64_t cost_path(struct arena *a, const struct proven *pv, uint32_t func, const int64_t *weight,
		  int what)
{
	int64_t *told = NULL, *total, n = run(a, pv, func, weight, &told, &total);

	for (uint32_t l = 0; told && l < pv->inv->shapes[func]->nloops; l++) {
		pv->rankings[func][l].weight[what] = told[l];
		pv->rankings[func][l].total[what] = total[l];
	}
	return n;
}

/* --- statements --- */

static int64_t weigh(const struct proven *pv, uint32_t cycle, const struct ir_inst *in, int what)
{
	int64_t w = in->op == OP_STMT && what == RANKING_STATEMENTS ? in->imm : 0;

	for (uint32_t c = 0; c < in->ncallees; c++) {
		bool own = pv->inv->e->cycle[in->callees[c]] == cycle;

		if (what == RANKING_CALLS)
			w = cost_plus(w, own);
		else if (!own)
			w = cost_plus(w, pv->cost[in->callees[c]]);
	}
	return w;
}

static int64_t path_of(struct arena *a, const struct proven *pv, uint32_t func, int what)
{
	const struct ir_func *f = &pv->program->funcs.v[func];
	int64_t *weight = arena_alloc(a, f->blocks.n * sizeof *weight);

	vec_each(b, &f->blocks)
		vec_each(i, &f->blocks.v[b].insts)
			weight[b] = cost_plus(weight[b], weigh(pv, pv->inv->e->cycle[func],
							       &f->blocks.v[b].insts.v[i], what));
	return cost_path(a, pv, func, weight, what);
}

/* Activations of a recursion of some depth, each making at most `calls` more: 1 + c + c^2 .. */
static int64_t activations(int64_t depth, int64_t calls)
{
	int64_t total = 1, generation = 1;

	if (calls <= 1)
		return cost_plus(1, cost_times(depth, calls));
	for (int64_t d = 0; d < depth && total < INT64_MAX; d++) {
		generation = cost_times(generation, calls);
		total = cost_plus(total, generation);
	}
	return total;
}

static void cost_cycle(struct arena *a, struct proven *pv, uint32_t c)
{
	const struct effects *e = pv->inv->e;
	int64_t own = 0, calls = 0;

	for (uint32_t m = e->cycle_at[c]; m < e->cycle_at[c + 1]; m++) {
		int64_t w = path_of(a, pv, e->order[m], RANKING_STATEMENTS);

		own = w > own ? w : own;
		if (!e->recursive[c])
			continue;
		w = path_of(a, pv, e->order[m], RANKING_CALLS);
		calls = w > calls ? w : calls;
	}
	if (e->recursive[c] && pv->recursion[c] == INT64_MAX)
		own = INT64_MAX;
	else if (e->recursive[c])
		own = cost_times(own, activations(pv->recursion[c], calls));
	for (uint32_t m = e->cycle_at[c]; m < e->cycle_at[c + 1]; m++)
		pv->cost[e->order[m]] = own;
}

void cost_all(struct arena *a, struct proven *pv)
{
	struct arena *scratch = arena_scratch(a);

	pv->cost = arena_alloc(a, pv->program->funcs.n * sizeof *pv->cost);
	for (uint32_t c = 0; c < pv->inv->e->ncycles; c++) {
		if (arena_used(scratch) > (4u << 20)) {
			arena_free(scratch);
			scratch = arena_scratch(a);
		}
		cost_cycle(scratch, pv, c);
	}
	arena_free(scratch);
}
