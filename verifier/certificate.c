/*
 * The certificate of a proof: what the prover found, gathered for those who
 * check it.  Nothing is derived here.
 */
#include "verifier/certificate.h"
#include "verifier/prove.h"
#include "verifier/rooms.h"

const struct ranking *certificate_ranking(const struct certificate *c, uint32_t func, uint32_t loop)
{
	const struct shape *sh = c->shapes[func];
	uint32_t h = c->p->funcs.v[func].loops.v[loop].header;

	if (sh->irreducible || sh->rank[h] == IR_NONE || sh->loop_at[h] == IR_NONE)
		return NULL;
	return &c->rankings[func][sh->loop_at[h]];
}

struct certificate *certificate_of(struct arena *a, const struct proven *pv)
{
	struct certificate *c = arena_make(a, struct certificate);
	const struct invariants *inv = pv->inv;

	*c = (struct certificate){.p = pv->program,
				  .model = pv->model,
				  .e = inv->e,
				  .shapes = inv->shapes,
				  .w = inv->w,
				  .claims = inv->claims,
				  .rankings = pv->rankings,
				  .recursion = pv->descents,
				  .measure = pv->measure,
				  .level = pv->level,
				  .cost = pv->cost,
				  .output = pv->output,
				  .depth = pv->depth,
				  .verdicts = pv->verdicts};
	c->rooms = arena_alloc(a, pv->program->globals.n * sizeof *c->rooms);
	vec_each(g, &pv->program->globals) {
		c->rooms[g].needed = INT64_MAX;
		if (pv->rooms && pv->program->globals.v[g].nkeys)
			rooms_claim(pv->rooms, g, &c->rooms[g]);
	}
	return c;
}

struct ranking *certificate_rankings(struct arena *a, uint32_t n)
{
	struct ranking *r = arena_alloc(a, n * sizeof *r);

	for (uint32_t i = 0; i < n; i++)
		r[i].bound = INT64_MAX;
	certificate_unweighed(r, n);
	return r;
}

void certificate_unweighed(struct ranking *r, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		for (int w = 0; w < RANKING_WEIGHTS; w++)
			r[i].weight[w] = r[i].total[w] = INT64_MAX;
}

struct certificate *certificate_new(struct arena *a, const struct ir_program *p,
				    enum memory_model model)
{
	struct certificate *c = arena_make(a, struct certificate);
	uint32_t n = p->funcs.n;

	*c = (struct certificate){.p = p, .model = model, .e = effects_program(a, p)};
	c->w = world_new(a, p);
	c->shapes = arena_alloc(a, n * sizeof *c->shapes);
	c->claims = arena_alloc(a, n * sizeof *c->claims);
	c->rankings = arena_alloc(a, n * sizeof *c->rankings);
	c->measure = arena_alloc(a, n * sizeof *c->measure);
	c->level = arena_alloc(a, n * sizeof *c->level);
	c->cost = arena_alloc(a, n * sizeof *c->cost);
	c->output = arena_alloc(a, n * sizeof *c->output);
	c->recursion = arena_alloc(a, c->e->ncycles * sizeof *c->recursion);
	c->rooms = arena_alloc(a, p->globals.n * sizeof *c->rooms);
	c->verdicts = arena_alloc(a, p->obligations.n * sizeof *c->verdicts);
	vec_each(f, &p->funcs) {
		c->shapes[f] = shape_function(a, &p->funcs.v[f]);
		if (!c->shapes[f]->irreducible)
			effects_loops(a, c->e, p, &p->funcs.v[f], c->shapes[f]);
		c->rankings[f] = certificate_rankings(a, c->shapes[f]->nloops);
		c->measure[f] = IR_NONE;
	}
	for (uint32_t i = 0; i < c->e->ncycles; i++)
		c->recursion[i].depth = INT64_MAX;
	vec_each(g, &p->globals)
		c->rooms[g].needed = INT64_MAX;
	vec_each(i, &p->obligations)
		c->verdicts[i].status = VERDICT_UNKNOWN;
	return c;
}
