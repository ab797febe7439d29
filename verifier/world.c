/*
 * The program-wide invariants.  They start at what holds first (initial values,
 * no call) and grow by joins; what keeps growing is widened through the
 * program's constants and then given up, so growth ends.  Frozen, the world
 * only notes that something did not fit: that is the check that it is inductive.
 */
#include "verifier/world.h"
#include "verifier/shape.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_THRESHOLDS = 4096, PATIENCE = 2, MAX_ROUNDS = 8 };

struct interval world_any(const struct ir_program *p, enum ir_type type)
{
	switch (type) {
	case IR_INT: return interval_top();
	case IR_STR: return interval_make(0, p->limits.maxstringlen - 1);
	case IR_STATS: return interval_top();
	}
	return interval_top();
}

static int by_value(const void *x, const void *y)
{
	int64_t a = *(const int64_t *)x, b = *(const int64_t *)y;

	return a < b ? -1 : a > b;
}

void world_threshold(struct arena *a, world_numbers *v, int64_t c)
{
	if (v->n + 3 > MAX_THRESHOLDS)
		return;
	if (c > INT64_MIN)
		vec_push(a, v, c - 1);
	vec_push(a, v, c);
	if (c < INT64_MAX)
		vec_push(a, v, c + 1);
}

void world_block_thresholds(struct arena *a, const struct ir_block *b, world_numbers *v)
{
	vec_each(i, &b->insts)
		if (b->insts.v[i].op == OP_CONST)
			world_threshold(a, v, b->insts.v[i].imm);
}

struct thresholds world_thresholds(world_numbers v)
{
	uint32_t n = v.n > 0;

	qsort(v.v, v.n, sizeof v.v[0], by_value);
	for (uint32_t i = 1; i < v.n; i++)
		if (v.v[i] != v.v[n - 1])
			v.v[n++] = v.v[i];
	return (struct thresholds){v.v, n};
}

static struct thresholds find_thresholds(struct arena *a, const struct ir_program *p)
{
	world_numbers v = {0};

	world_threshold(a, &v, 0);
	world_threshold(a, &v, p->limits.maxstringlen - 1);
	world_threshold(a, &v, p->limits.maxmapentries);
	vec_each(f, &p->funcs)
		vec_each(b, &p->funcs.v[f].blocks)
			world_block_thresholds(a, &p->funcs.v[f].blocks.v[b], &v);
	vec_each(g, &p->globals) {
		world_threshold(a, &v, p->globals.v[g].capacity);
		world_threshold(a, &v, p->globals.v[g].init);
	}
	return world_thresholds(v);
}

static void start_global(struct world *w, uint32_t g)
{
	const struct ir_global *gl = &w->p->globals.v[g];
	int64_t length = gl->init_str ? (int64_t)strlen(gl->init_str) : 0;

	if (gl->type == IR_STATS)
		w->global[g] = w->element[g] = interval_top();
	else {
		w->global[g] = interval_constant(gl->type == IR_STR ? length : gl->init);
		w->element[g] = interval_constant(0);
	}
	if (!gl->nkeys)
		return;
	w->keys[g] = arena_alloc(w->arena, gl->nkeys * sizeof **w->keys);
	for (uint32_t k = 0; k < gl->nkeys; k++)
		w->keys[g][k] = interval_bottom();
}

static bool any_embedded_writes(const struct ir_func *f)
{
	vec_each(b, &f->blocks)
		vec_each(i, &f->blocks.v[b].insts) {
			const struct ir_inst *in = &f->blocks.v[b].insts.v[i];

			if (in->op == OP_EMBEDDED && shape_embedded_writes(in->str))
				return true;
		}
	return false;
}

void world_forget(struct world *w)
{
	vec_each(g, &w->p->globals) {
		const struct ir_global *gl = &w->p->globals.v[g];

		w->global[g] = w->element[g] = world_any(w->p, gl->type);
		for (uint32_t k = 0; k < gl->nkeys; k++)
			w->keys[g][k] = world_any(w->p, gl->keys[k]);
	}
}

struct world *world_new(struct arena *a, const struct ir_program *p)
{
	struct world *w = arena_make(a, struct world);

	w->p = p;
	w->arena = a;
	w->thresholds = find_thresholds(a, p);
	w->global = arena_alloc(a, p->globals.n * sizeof *w->global);
	w->element = arena_alloc(a, p->globals.n * sizeof *w->element);
	w->keys = arena_alloc(a, p->globals.n * sizeof *w->keys);
	w->params = arena_alloc(a, p->funcs.n * sizeof *w->params);
	w->results = arena_alloc(a, p->funcs.n * sizeof *w->results);
	w->entered = arena_alloc(a, p->funcs.n);
	vec_each(g, &p->globals)
		start_global(w, g);
	vec_each(f, &p->funcs) {
		w->entered[f] = p->funcs.v[f].kind == IR_HANDLER;
		w->results[f].value = interval_bottom();
		w->embedded |= any_embedded_writes(&p->funcs.v[f]);
	}
	if (w->embedded)
		world_forget(w);
	return w;
}

static void grow(struct world *w, struct interval *at, struct interval v, enum ir_type type)
{
	if (interval_within(v, *at))
		return;
	w->changed = true;
	if (w->frozen)
		return;
	if (w->round > PATIENCE)
		*at = interval_meet(
			interval_widen(*at, v, w->round > MAX_ROUNDS ? NULL : &w->thresholds),
			world_any(w->p, type));
	else
		*at = interval_join(*at, v);
}

void world_store(struct world *w, uint32_t global, struct interval v)
{
	if (!w->results_only)
		grow(w, &w->global[global], v, w->p->globals.v[global].type);
}

void world_element(struct world *w, uint32_t global, struct interval v)
{
	if (!w->results_only)
		grow(w, &w->element[global], v, w->p->globals.v[global].type);
}

void world_key(struct world *w, uint32_t global, uint32_t key, struct interval v)
{
	if (!w->results_only)
		grow(w, &w->keys[global][key], v, w->p->globals.v[global].keys[key]);
}

void world_enter(struct world *w, uint32_t func)
{
	const struct ir_func *f = &w->p->funcs.v[func];

	if (w->results_only)
		return;
	if (!w->params[func] && !w->frozen) {
		w->params[func] = arena_alloc(w->arena, f->nparams * sizeof **w->params);
		for (uint32_t i = 0; i < f->nparams; i++)
			w->params[func][i] = interval_bottom();
	}
	w->changed |= !w->entered[func];
	if (!w->frozen)
		w->entered[func] = true;
}

void world_argument(struct world *w, uint32_t func, uint32_t param, struct interval v)
{
	const struct ir_func *f = &w->p->funcs.v[func];

	if (w->params[func] && !w->results_only)
		grow(w, &w->params[func][param], v, f->regs.v[param].type);
}

void world_result(struct world *w, uint32_t func, struct interval v)
{
	struct outcome *o = &w->results[func];

	w->changed |= !o->returns;
	if (!w->frozen)
		o->returns = true;
	grow(w, &o->value, v, w->p->funcs.v[func].result);
}

void world_passes(struct world *w, uint32_t func)
{
	w->changed |= !w->results[func].passes;
	if (!w->frozen)
		w->results[func].passes = true;
}

void world_surrender(struct world *w)
{
	world_forget(w);
	vec_each(i, &w->p->funcs) {
		const struct ir_func *f = &w->p->funcs.v[i];

		world_enter(w, i);
		for (uint32_t k = 0; k < f->nparams; k++)
			w->params[i][k] = world_any(w->p, f->regs.v[k].type);
		w->results[i] = (struct outcome){world_any(w->p, f->result), true, true};
	}
}
