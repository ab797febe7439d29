/*
 * Recursion depth.  Calls that are in no cycle of the call graph nest as deep
 * as the graph.  In a cycle, one integer parameter of each member must move by
 * at least one towards a value it is known not to have passed where the call
 * is made; then the nesting is at most the distance over the step.  Only
 * parameters not assigned before the call are followed.
 */
#include "verifier/prove.h"
#include "verifier/cost.h"
#include "verifier/form.h"

#include <string.h>

typedef __int128 wide;

/* One call within a cycle, for the parameters that matter. */
struct edge {
	uint32_t from, to; /* functions */
	uint32_t nargs;
	struct argument *args;
};

struct descent {
	struct arena *arena;
	struct proven *pv;
	uint32_t cycle, func;
	VEC(struct edge) edges;
	uint32_t *measure; /* function: the parameter that moves, or IR_NONE */
	bool up;
	struct recursion found; /* by nesting() */
};

static void note_call(void *ctx, const struct ir_inst *in, uint32_t block, uint32_t inst,
		      const struct argument *args)
{
	struct descent *d = ctx;

	(void)block;
	(void)inst;
	for (uint32_t c = 0; c < in->ncallees; c++) {
		struct edge e = {.from = d->func, .to = in->callees[c], .nargs = in->nargs};

		if (d->pv->inv->e->cycle[e.to] != d->cycle)
			continue;
		e.args = arena_alloc(d->arena, in->nargs * sizeof *e.args);
		if (in->nargs)
			memcpy(e.args, args, in->nargs * sizeof *e.args);
		vec_push(d->arena, &d->edges, e);
	}
}

static bool steps(const struct descent *d, const struct argument *arg)
{
	if (arg->form.kind != FORM_LINEAR)
		return false;
	return d->up ? arg->form.low >= 1 : arg->form.high <= -1;
}

/* Follows the measure along the edges; false if some edge does not move it. */
static bool consistent(struct descent *d)
{
	bool changed = true;

	while (changed) {
		changed = false;
		vec_each(i, &d->edges) {
			const struct edge *e = &d->edges.v[i];
			uint32_t m = d->measure[e->from], found = IR_NONE;

			if (m == IR_NONE)
				continue;
			for (uint32_t k = 0; k < e->nargs; k++)
				if (steps(d, &e->args[k]) && e->args[k].form.base == m &&
				    (found == IR_NONE || k == d->measure[e->to]))
					found = k;
			if (found == IR_NONE)
				return false;
			if (d->measure[e->to] == IR_NONE) {
				d->measure[e->to] = found;
				changed = true;
			}
			if (d->measure[e->to] != found)
				return false;
		}
	}
	return true;
}

/* The number of nested calls within the cycle: from the range of first values to the last allowed.
 */
static int64_t nesting(struct descent *d)
{
	const struct effects *e = d->pv->inv->e;
	wide first = 0, last = 0, step = 0, n;
	bool any = false;

	for (uint32_t m = e->cycle_at[d->cycle]; m < e->cycle_at[d->cycle + 1]; m++) {
		uint32_t f = e->order[m];
		struct interval r;

		if (d->measure[f] == IR_NONE)
			return INT64_MAX;
		if (!d->pv->inv->w->params[f])
			continue;
		r = d->pv->inv->w->params[f][d->measure[f]];
		if (interval_empty(r))
			continue;
		first = !any || (d->up ? r.low < first : r.high > first) ? (d->up ? r.low : r.high)
									 : first;
		any = true;
	}
	for (uint32_t i = 0; i < d->edges.n; i++) {
		const struct argument *arg = &d->edges.v[i].args[d->measure[d->edges.v[i].to]];
		wide at = d->up ? arg->before.high : arg->before.low;
		wide least = d->up ? arg->form.low : -(wide)arg->form.high;
		wide most = d->up ? arg->form.high : arg->form.low;

		if (at + most < INT64_MIN || at + most > INT64_MAX)
			return INT64_MAX; /* it may wrap */
		last = i == 0 || (d->up ? at > last : at < last) ? at : last;
		step = i == 0 || least < step ? least : step;
	}
	d->found = (struct recursion){.up = d->up, .step = 1, .last = d->up ? -1 : 1};
	if (!any || !d->edges.n)
		return 0;
	d->found.first = (int64_t)first;
	d->found.last = (int64_t)last;
	d->found.step = (int64_t)step;
	n = d->up ? last - first : first - last;
	if (n < 0)
		return 0;
	n = n / step + 1;
	return n > ((wide)1 << 62) ? INT64_MAX : (int64_t)n;
}

/* For the re-check. */
static void keep(struct descent *d, int64_t depth)
{
	const struct effects *e = d->pv->inv->e;

	d->pv->descents[d->cycle] = d->found;
	d->pv->descents[d->cycle].depth = depth;
	for (uint32_t m = e->cycle_at[d->cycle]; m < e->cycle_at[d->cycle + 1]; m++)
		d->pv->measure[e->order[m]] = d->measure[e->order[m]];
}

static int64_t try_measures(struct descent *d)
{
	const struct effects *e = d->pv->inv->e;
	uint32_t start = e->order[e->cycle_at[d->cycle]];
	const struct ir_func *f = &d->pv->program->funcs.v[start];
	int64_t best = INT64_MAX;

	for (uint32_t k = 0; k < 2 * f->nparams; k++) {
		for (uint32_t m = e->cycle_at[d->cycle]; m < e->cycle_at[d->cycle + 1]; m++)
			d->measure[e->order[m]] = IR_NONE;
		if (f->regs.v[k / 2].type != IR_INT)
			continue;
		d->measure[start] = k / 2;
		d->up = k % 2;
		if (!consistent(d))
			continue;
		int64_t n = nesting(d);

		if (n < best)
			keep(d, n);
		best = n < best ? n : best;
	}
	return best;
}

enum { BIG_CYCLE = 64 };

static int64_t cycle_depth(struct arena *a, struct proven *pv, uint32_t c, uint32_t *measure)
{
	const struct effects *e = pv->inv->e;
	struct descent d = {.arena = a, .pv = pv, .cycle = c, .measure = measure};

	if (e->cycle_at[c + 1] - e->cycle_at[c] > BIG_CYCLE)
		return INT64_MAX;
	for (uint32_t m = e->cycle_at[c]; m < e->cycle_at[c + 1]; m++) {
		d.func = e->order[m];
		if (pv->inv->claims[d.func].blank || pv->inv->shapes[d.func]->irreducible)
			return INT64_MAX;
		if (pv->inv->claims[d.func].at)
			form_calls(form_new(a, pv->inv, d.func), note_call, &d);
	}
	if (!d.edges.n)
		return 0;
	return try_measures(&d);
}

/* How deep a call of a function may already be: handlers at 0, callers first. */
static void find_levels(struct proven *pv)
{
	const struct effects *e = pv->inv->e;

	for (uint32_t c = e->ncycles; c-- > 0;) {
		int64_t level = 0;

		for (uint32_t m = e->cycle_at[c]; m < e->cycle_at[c + 1]; m++)
			level = pv->level[e->order[m]] > level ? pv->level[e->order[m]] : level;
		if (e->recursive[c])
			level = cost_plus(level, pv->recursion[c]);
		for (uint32_t m = e->cycle_at[c]; m < e->cycle_at[c + 1]; m++) {
			uint32_t f = e->order[m];

			pv->level[f] = level;
			if (!pv->inv->w->entered[f])
				continue;
			pv->depth = level > pv->depth ? level : pv->depth;
			for (uint32_t i = e->calls_at[f]; i < e->calls_at[f + 1]; i++) {
				uint32_t g = e->calls[i];

				if (e->cycle[g] != c && pv->level[g] < cost_plus(level, 1))
					pv->level[g] = cost_plus(level, 1);
			}
		}
	}
}

void depth_all(struct arena *a, struct proven *pv)
{
	const struct effects *e = pv->inv->e;
	uint32_t *measure = arena_alloc(a, e->nfuncs * sizeof *measure);

	pv->recursion = arena_alloc(a, e->ncycles * sizeof *pv->recursion);
	pv->level = arena_alloc(a, e->nfuncs * sizeof *pv->level);
	pv->descents = arena_alloc(a, e->ncycles * sizeof *pv->descents);
	pv->measure = arena_alloc(a, e->nfuncs * sizeof *pv->measure);
	for (uint32_t f = 0; f < e->nfuncs; f++)
		pv->measure[f] = IR_NONE;
	for (uint32_t c = 0; c < e->ncycles; c++) {
		struct arena *scratch;

		if (!e->recursive[c])
			continue;
		pv->descents[c].depth = INT64_MAX;
		scratch = arena_scratch(a);
		pv->recursion[c] = cycle_depth(scratch, pv, c, measure);
		if (pv->recursion[c] == 0 && pv->descents[c].depth == INT64_MAX)
			pv->descents[c] = (struct recursion){.up = true, .last = -1, .step = 1};
		arena_free(scratch);
	}
	find_levels(pv);
}
