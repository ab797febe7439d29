/*
 * Room in arrays: however long the program runs, an array holds at most one
 * element for each key that any site can insert.  Constant keys are counted
 * once each, sites with ranges by the size of their range; or all sites at
 * once by the ranges the keys have program-wide, whichever is less.  Strings
 * that are not literals have no count.
 */
#include "verifier/rooms.h"
#include "verifier/cost.h"

#include <string.h>

struct rooms {
	struct arena *arena;
	const struct invariants *inv;
	struct {
		VEC(struct room_site) sites;
		bool lost;
	} * of;
};

enum { MAX_SITES = 256 };

static bool same_part(const struct room_part *a, const struct room_part *b)
{
	if (a->literal || b->literal)
		return a->literal && b->literal && !strcmp(a->text, b->text);
	return a->counted && b->counted && interval_equal(a->range, b->range);
}

static struct room_part part_of(const struct flow *fl, uint32_t reg)
{
	struct value v = transfer_reg(fl, reg);
	struct room_part p = {.range = v.range};

	p.literal = v.text != NULL;
	p.text = v.text;
	p.counted = p.literal || fl->sp.f->regs.v[reg].type == IR_INT;
	return p;
}

static void add_site(struct rooms *r, uint32_t g, struct room_site s)
{
	uint32_t nkeys = r->inv->p->globals.v[g].nkeys;

	vec_each(i, &r->of[g].sites) {
		bool same = true;

		for (uint32_t k = 0; same && k < nkeys; k++)
			same = same_part(&r->of[g].sites.v[i].parts[k], &s.parts[k]);
		if (same)
			return;
	}
	if (r->of[g].sites.n >= MAX_SITES)
		r->of[g].lost = true;
	else
		vec_push(r->arena, &r->of[g].sites, s);
}

static void visit(struct flow *fl, const struct ir_inst *in)
{
	struct rooms *r = fl->ctx;
	uint32_t nkeys;
	struct room_site s;

	if ((in->op != OP_MSET && in->op != OP_SADD) || r->of[in->global].lost)
		return;
	nkeys = fl->sp.p->globals.v[in->global].nkeys;
	if (!nkeys)
		return;
	s.parts = arena_alloc(r->arena, nkeys * sizeof *s.parts);
	for (uint32_t k = 0; k < nkeys; k++)
		s.parts[k] = part_of(fl, in->args[k]);
	add_site(r, in->global, s);
}

static void no_edge(struct flow *fl, uint32_t to, const struct state *st)
{
	(void)fl;
	(void)to;
	(void)st;
}

static bool inserts(const struct ir_block *b)
{
	vec_each(i, &b->insts)
		if (b->insts.v[i].op == OP_MSET || b->insts.v[i].op == OP_SADD)
			return true;
	return false;
}

static void collect_function(struct rooms *r, uint32_t func, struct arena *scratch)
{
	const struct shape *sh = r->inv->shapes[func];
	const struct claims *c = &r->inv->claims[func];
	struct flow fl;

	fixpoint_walk(r->inv, &fl, scratch, func);
	fl.sink = NULL;
	fl.visit = visit;
	fl.edge = no_edge;
	fl.ctx = r;
	for (uint32_t i = 0; c->at && i < sh->norder; i++) {
		uint32_t b = sh->order[i];

		if (c->at[b].reachable && inserts(&fl.sp.f->blocks.v[b]))
			transfer_block(&fl, b, &c->at[b]);
	}
}

struct rooms *rooms_collect(struct arena *a, const struct invariants *inv)
{
	struct rooms *r = arena_make(a, struct rooms);
	struct arena *scratch = arena_scratch(a);

	r->arena = a;
	r->inv = inv;
	r->of = arena_alloc(a, inv->p->globals.n * sizeof *r->of);
	vec_each(i, &inv->p->funcs) {
		if (arena_used(scratch) > (4u << 20)) {
			arena_free(scratch);
			scratch = arena_scratch(a);
		}
		collect_function(r, i, scratch);
	}
	arena_free(scratch);
	return r;
}

static int64_t size_of(struct interval v)
{
	__int128 n = (__int128)v.high - v.low + 1;

	return interval_empty(v) ? 0 : n > INT64_MAX ? INT64_MAX : (int64_t)n;
}

static int64_t site_size(const struct room_site *s, uint32_t nkeys)
{
	int64_t n = 1;

	for (uint32_t k = 0; k < nkeys; k++) {
		if (!s->parts[k].counted)
			return INT64_MAX;
		if (!s->parts[k].literal)
			n = cost_times(n, size_of(s->parts[k].range));
	}
	return n;
}

static int64_t domain_size(const struct rooms *r, uint32_t g)
{
	const struct ir_global *gl = &r->inv->p->globals.v[g];
	int64_t n = 1;

	for (uint32_t k = 0; k < gl->nkeys; k++)
		n = gl->keys[k] != IR_INT ? INT64_MAX
					  : cost_times(n, size_of(r->inv->w->keys[g][k]));
	return n;
}

void rooms_claim(const struct rooms *r, uint32_t global, struct room *out)
{
	const struct ir_global *gl = &r->inv->p->globals.v[global];

	*out = (struct room){.needed = rooms_needed(r, global)};
	if (out->needed == INT64_MAX || domain_size(r, global) == out->needed)
		return;
	out->by_sites = gl->nkeys > 0;
	vec_each(i, &r->of[global].sites)
		vec_push(r->arena, &out->sites, r->of[global].sites.v[i]);
}

int64_t rooms_needed(const struct rooms *r, uint32_t global)
{
	const struct ir_global *gl = &r->inv->p->globals.v[global];
	int64_t sum = 0, domain;

	if (r->inv->w->embedded || r->inv->spent)
		return INT64_MAX;
	domain = domain_size(r, global);
	if (r->of[global].lost)
		return domain;
	vec_each(i, &r->of[global].sites)
		sum = cost_plus(sum, site_size(&r->of[global].sites.v[i], gl->nkeys));
	return sum < domain ? sum : domain;
}
