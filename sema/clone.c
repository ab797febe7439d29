/*
 * Functions that read what depends on the site ($variables, @entry, @var of the
 * module at hand), or that call such: each site that calls one gets a copy of
 * its own, which is resolved as if its text stood in the handler.  Which
 * functions those are is found by a walk over the call graph that keeps its own
 * stack, since calls may be nested without limit, and is remembered.
 */
#include "sema/access.h"

enum need { NEED_UNKNOWN, NEED_NO, NEED_YES, NEED_OPEN };

struct edge {
	struct function *caller, *callee;
};

struct graph {
	struct sema *s;
	struct arena *scratch;
	VEC(struct function *) seen;
	VEC(struct edge) edges;
};

static void see(struct graph *g, struct function *f)
{
	if (f->need != NEED_UNKNOWN)
		return;
	f->need = NEED_OPEN;
	vec_push(g->scratch, &g->seen, f);
}

static void look(struct graph *g, struct function *f)
{
	struct expr_list calls = {0};

	if (!f->body)
		return;
	if (seek_site(f->body)) {
		f->need = NEED_YES;
		return;
	}
	seek_calls(g->scratch, f->body, &calls);
	for (uint32_t i = 0; i < calls.n; i++) {
		const struct expr *e = calls.v[i];
		struct function *callee = symbols_peek(g->s, f->file, e->call.name, e->call.args.n);

		for (; callee; callee = callee->next) {
			see(g, callee);
			vec_push(g->scratch, &g->edges, ((struct edge){f, callee}));
		}
	}
}

/* From those that need a site back to their callers; in reverse order few rounds are enough. */
static void spread(struct graph *g)
{
	for (bool changed = true; changed;) {
		changed = false;
		for (uint32_t i = g->edges.n; i-- > 0;) {
			const struct edge *e = &g->edges.v[i];

			if (e->callee->need != NEED_YES || e->caller->need == NEED_YES)
				continue;
			e->caller->need = NEED_YES;
			changed = true;
		}
	}
	for (uint32_t i = 0; i < g->seen.n; i++)
		if (g->seen.v[i]->need == NEED_OPEN)
			g->seen.v[i]->need = NEED_NO;
}

static bool chain_needs(struct sema *s, struct function *chain)
{
	struct graph g = {.s = s};
	bool known = true, needs = false;

	for (struct function *f = chain; f; f = f->next)
		known &= f->need != NEED_UNKNOWN;
	if (!known) {
		g.scratch = arena_scratch(s->arena);
		for (struct function *f = chain; f; f = f->next)
			see(&g, f);
		for (uint32_t i = 0; i < g.seen.n; i++)
			look(&g, g.seen.v[i]);
		spread(&g);
		arena_free(g.scratch);
	}
	for (struct function *f = chain; f; f = f->next)
		needs |= f->need == NEED_YES;
	return needs;
}

bool clone_calls_need_site(struct sema *s, const struct stmt *body)
{
	const struct source *file = sema_file(s, body->span.start);
	struct expr_list calls = {0};

	seek_calls(s->arena, (struct stmt *)body, &calls);
	for (uint32_t i = 0; i < calls.n; i++) {
		const struct expr *e = calls.v[i];

		if (chain_needs(s, symbols_peek(s, file, e->call.name, e->call.args.n)))
			return true;
	}
	return false;
}

static struct function *clone_one(struct sema *s, struct function *f, const struct site *site)
{
	struct function *c = arena_make(s->arena, struct function);

	*c = *f;
	c->origin = f;
	c->site = site;
	c->body = f->body ? ast_copy_stmt(s->arena, f->body) : NULL;
	c->params = c->locals = (struct variables){0};
	for (uint32_t i = 0; i < f->params.n; i++) {
		struct variable *v = arena_make(s->arena, struct variable);

		*v = *f->params.v[i];
		vec_push(s->arena, &c->params, v);
	}
	c->next = c->clones = NULL;
	c->last = c;
	c->reached = f->reached = true;
	vec_push(s->arena, &s->pending_functions, c);
	return c;
}

/* The copies of a chain of overloads for one site. */
static struct function *clones_for(struct sema *s, struct function *chain, const struct site *site)
{
	struct function *first = NULL, *last = NULL;

	for (struct function *f = chain; f; f = f->next) {
		struct function *c = clone_one(s, f, site);

		if (last)
			last->next = c;
		else
			first = c;
		last = c;
	}
	first->last = last;
	first->older = chain->clones;
	return chain->clones = first;
}

static struct function *of_site(struct sema *s, struct function *chain, const struct site *site)
{
	for (struct function *c = chain->clones; c; c = c->older)
		if (c->site == site)
			return c;
	return clones_for(s, chain, site);
}

struct function *clone_function(struct scope *sc, const char *name, uint32_t nargs)
{
	struct sema *s = sc->sema;
	struct function *f = sc->site ? symbols_peek(s, sc->file, name, nargs) : NULL;

	if (f && chain_needs(s, f))
		return of_site(s, f, sc->site);
	return symbols_function(s, sc->file, name, nargs);
}
