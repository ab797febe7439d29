/*
 * Proving a program, as a table of contents: invariants, then what follows
 * from them, each from those before it.  The only maker of a struct proven.
 */
#include "verifier/prove.h"
#include "verifier/bound.h"
#include "verifier/recheck.h"
#include "verifier/slice.h"

enum { LEAST_BUDGET = 20000000, STEPS_EACH = 200 };

/* Steps: a loop takes its blocks some ten times, a nest of four some hundred times. */
static int64_t default_budget(const struct ir_program *p)
{
	int64_t n = 0;

	vec_each(f, &p->funcs)
		vec_each(b, &p->funcs.v[f].blocks)
			n += p->funcs.v[f].blocks.v[b].insts.n;
	return LEAST_BUDGET + STEPS_EACH * n;
}

static void give_up(struct arena *a, struct proven *pv, uint32_t func);

/* All that follows from the invariants. */
static void derive(struct arena *a, struct proven *pv)
{
	prove_bounds(a, pv);
	depth_all(a, pv);
	cost_all(a, pv);
	discharge_all(a, pv);
	slice_all(a, pv);
}

struct proven *prove_program(struct arena *a, const struct ir_program *p,
			     const struct verify_options *opt)
{
	struct proven *pv = arena_make(a, struct proven);
	int64_t budget = opt && opt->budget > 0 ? opt->budget : default_budget(p);

	pv->program = p;
	pv->model = opt ? opt->model : MODEL_ATOMIC;
	pv->inv = fixpoint_program(a, p, pv->model, budget);
	derive(a, pv);
	return pv;
}

const char *prove_confirm(struct proven *pv, struct arena *a)
{
	struct recheck_tally t;
	const char *why;

	while ((why = recheck_certificate(certificate_of(a, pv), a, &t)) && t.loops_of != IR_NONE) {
		if (!pv->doubted)
			pv->doubted = arena_alloc(a, pv->program->funcs.n);
		if (pv->doubted[t.loops_of])
			break;
		pv->doubted[t.loops_of] = true;
		derive(a, pv);
	}
	return why;
}

/* Loops of a function whose arguments the re-check could not follow: what was found is not used. */
static void give_up(struct arena *a, struct proven *pv, uint32_t func)
{
	uint32_t n = pv->inv->shapes[func]->nloops;

	vec_each(i, &pv->program->funcs.v[func].loops) {
		struct verdict *v = &pv->loops[func][i];

		if (v->status == VERDICT_PROVED)
			*v = (struct verdict){.status = VERDICT_GUARDED,
					      .reason = "that it ends could not be confirmed by the "
							"re-check; MAXACTION ends it if it goes on"};
	}
	for (uint32_t l = 0; l < n; l++)
		pv->totals[func][l] = INT64_MAX;
	pv->rankings[func] = certificate_rankings(a, n);
}

void prove_bounds(struct arena *a, struct proven *pv)
{
	pv->loops = arena_alloc(a, pv->program->funcs.n * sizeof *pv->loops);
	pv->totals = arena_alloc(a, pv->program->funcs.n * sizeof *pv->totals);
	pv->rankings = arena_alloc(a, pv->program->funcs.n * sizeof *pv->rankings);
	vec_each(f, &pv->program->funcs) {
		pv->rankings[f] = certificate_rankings(a, pv->inv->shapes[f]->nloops);
		pv->loops[f] = bound_function(a, pv->inv, f, &pv->totals[f], pv->rankings[f]);
		if (pv->doubted && pv->doubted[f])
			give_up(a, pv, f);
		certificate_unweighed(pv->rankings[f], pv->inv->shapes[f]->nloops);
	}
}

const struct ir_program *proven_program(const struct proven *pv)
{
	return pv->program;
}

enum memory_model proven_model(const struct proven *pv)
{
	return pv->model;
}

const struct verdict *proven_verdict(const struct proven *pv, uint32_t i)
{
	return &pv->verdicts[i];
}

bool proven_guard(const struct proven *pv, uint32_t i)
{
	return pv->verdicts[i].status != VERDICT_PROVED;
}

int64_t proven_cost(const struct proven *pv, uint32_t func)
{
	return pv->cost[func];
}

int64_t proven_depth(const struct proven *pv)
{
	return pv->depth;
}

int64_t proven_steps(const struct proven *pv)
{
	return pv->inv->steps;
}

bool proven_spent(const struct proven *pv)
{
	return pv->inv->spent;
}

bool proven_reached(const struct proven *pv, uint32_t func, uint32_t block)
{
	const struct claims *c = &pv->inv->claims[func];

	return c->at && c->at[block].reachable;
}

bool proven_claim(const struct proven *pv, uint32_t func, uint32_t block, uint32_t reg,
		  struct claim *out)
{
	const struct shape *sh = pv->inv->shapes[func];
	const struct claims *c = &pv->inv->claims[func];
	struct space sp = {.p = pv->program,
			   .f = &pv->program->funcs.v[func],
			   .sh = sh,
			   .w = pv->inv->w,
			   .levels = state_levels(sh)};
	uint32_t slot = sh->slot_of_reg[reg];
	struct interval r;

	if (!c->at || !c->at[block].reachable)
		return false;
	r = slot & SLOT_LOCAL ? state_any(&sp, slot) : state_get(&sp, &c->at[block], slot).range;
	*out = (struct claim){r.low, r.high};
	return true;
}
