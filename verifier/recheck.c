/*
 * The re-check: one pass over the finished invariants, with no search.  For
 * every claimed-reachable block it applies the transfer functions once and asks
 * whether each state that leaves fits the claim where it arrives, and whether
 * every store, argument and result fits the program-wide ranges.  Then all that
 * was derived from the claims is derived again and compared.  It shares with
 * the prover the meaning of operations and the derivations, not the fixpoint.
 */
#include "verifier/recheck.h"
#include "verifier/prove.h"

#include <string.h>

struct recheck {
	const struct invariants *inv;
	uint32_t func;
	bool holds;
	uint32_t bad; /* the block whose claim does not hold */
};

static void edge(struct flow *fl, uint32_t to, const struct state *st)
{
	struct recheck *r = fl->ctx;
	const struct claims *c = &r->inv->claims[r->func];

	if (!r->holds || c->blank || state_within(&fl->sp, st, &c->at[to], to))
		return;
	r->holds = false;
	r->bad = to;
}

static const char *check_function(const struct invariants *inv, uint32_t func,
				  struct arena *scratch, struct arena *a)
{
	const struct claims *c = &inv->claims[func];
	const struct shape *sh = inv->shapes[func];
	const char *name = inv->p->funcs.v[func].name;
	struct recheck r = {.inv = inv, .func = func, .holds = true};
	struct flow fl;
	struct state entry;

	if (!c->at)
		return inv->w->entered[func]
			       ? arena_printf(a, "%s: reachable, but nothing is claimed", name)
			       : NULL;
	fixpoint_walk(inv, &fl, scratch, func);
	fl.edge = edge;
	fl.ctx = &r;
	entry = transfer_entry(&fl, false);
	state_arrive(&fl.sp, &entry, sh->order[0]);
	edge(&fl, sh->order[0], &entry);
	for (uint32_t i = 0; i < sh->norder && r.holds; i++)
		if (c->at[sh->order[i]].reachable)
			transfer_block(&fl, sh->order[i], &c->at[sh->order[i]]);
	if (!r.holds)
		return arena_printf(a, "%s: the claim on entry to block %u is not inductive", name,
				    r.bad);
	return NULL;
}

/* Initial values, handlers and what is reached without a call. */
static const char *check_world(const struct invariants *inv, struct arena *a)
{
	struct world *start = world_new(a, inv->p);

	vec_each(g, &inv->p->globals) {
		if (!interval_within(start->global[g], inv->w->global[g]) ||
		    !interval_within(start->element[g], inv->w->element[g]))
			return arena_printf(a, "the range of %s leaves out what it starts with",
					    inv->p->globals.v[g].name);
		for (uint32_t k = 0; k < inv->p->globals.v[g].nkeys; k++)
			if (!interval_within(start->keys[g][k], inv->w->keys[g][k]))
				return arena_printf(a, "the keys of %s are too few",
						    inv->p->globals.v[g].name);
	}
	vec_each(f, &inv->p->funcs)
		if (inv->p->funcs.v[f].kind == IR_HANDLER && !inv->w->entered[f])
			return arena_printf(a, "%s is claimed never to run",
					    inv->p->funcs.v[f].name);
	return NULL;
}

static bool same_verdict(const struct verdict *a, const struct verdict *b)
{
	return a->status == b->status && a->has_bound == b->has_bound &&
	       (!a->has_bound || a->bound == b->bound);
}

static const char *check_verdicts(const struct proven *pv, struct arena *a)
{
	const struct ir_program *p = pv->program;
	struct proven again = {.program = p, .model = pv->model, .inv = pv->inv};

	prove_bounds(a, &again);
	depth_all(a, &again);
	cost_all(a, &again);
	discharge_all(a, &again);
	vec_each(i, &p->obligations)
		if (!same_verdict(&pv->verdicts[i], &again.verdicts[i]))
			return arena_printf(a, "obligation %u (%s) is %s, but its evidence says %s",
					    i, ir_obligation_word(p->obligations.v[i].kind),
					    verdict_word(pv->verdicts[i].status),
					    verdict_word(again.verdicts[i].status));
	vec_each(f, &p->funcs)
		if (pv->cost[f] != again.cost[f])
			return arena_printf(a, "the cost of %s does not follow",
					    p->funcs.v[f].name);
	return pv->depth == again.depth ? NULL : "the depth of calls does not follow";
}

static const char *check_claims(const struct invariants *inv, struct arena *a)
{
	struct arena *scratch = arena_scratch(a);
	const char *why = NULL;

	inv->w->frozen = true;
	inv->w->changed = false;
	for (uint32_t f = 0; f < inv->p->funcs.n && !why; f++) {
		if (arena_used(scratch) > (4u << 20)) {
			arena_free(scratch);
			scratch = arena_scratch(a);
		}
		why = check_function(inv, f, scratch, a);
		if (!why && inv->w->changed)
			why = arena_printf(a, "%s does what the program-wide ranges leave out",
					   inv->p->funcs.v[f].name);
	}
	arena_free(scratch);
	return why;
}

const char *recheck_proven(const struct proven *pv, struct arena *a)
{
	const char *why = check_world(pv->inv, a);

	if (!why)
		why = check_claims(pv->inv, a);
	return why ? why : check_verdicts(pv, a);
}

bool recheck_spoil_claim(struct proven *pv, struct arena *a, uint32_t func, uint32_t block,
			 uint32_t reg, struct claim c)
{
	uint32_t slot = pv->inv->shapes[func]->slot_of_reg[reg];
	struct state *st = pv->inv->claims[func].at ? &pv->inv->claims[func].at[block] : NULL;
	struct flow fl;
	struct value v;

	if (!st || !st->reachable || slot & SLOT_LOCAL)
		return false;
	fixpoint_walk(pv->inv, &fl, a, func);
	v = state_get(&fl.sp, st, slot);
	v.range = interval_make(c.low, c.high);
	state_set(&fl.sp, st, slot, &v);
	return true;
}

void recheck_spoil_block(struct proven *pv, uint32_t func, uint32_t block)
{
	pv->inv->claims[func].at[block].reachable = false;
}

void recheck_spoil_verdict(struct proven *pv, uint32_t obligation, struct verdict v)
{
	pv->verdicts[obligation] = v;
}
