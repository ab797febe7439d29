/*
 * Handlers for the sites of one `probe` declaration.  Sites that were reached
 * the same way run the same text; they share one handler, unless the text
 * reads what depends on the site.  Prologues run innermost alias first, then
 * the probe's body, then epilogues outermost first; conditions are AND-ed.
 */
#include "sema/family.h"

/* Do both ways lead through the same declarations under the same conditions? */
static bool same_way(const struct layer *a, const struct layer *b)
{
	for (; a && b; a = a->outer, b = b->outer)
		if (a->decl != b->decl || a->point->cond != b->point->cond)
			return false;
	return !a && !b;
}

static bool needs_site(struct sema *s, const struct layer *l)
{
	for (; l; l = l->outer) {
		const struct decl *d = l->decl;

		if ((d->probe.body && access_needs_site(s, d->probe.body)) ||
		    (d->probe.epilogue && access_needs_site(s, d->probe.epilogue)))
			return true;
	}
	return false;
}

static void add_part(struct arena *a, struct probe *p, const struct stmt *body)
{
	if (body)
		vec_push(a, &p->parts, ast_copy_stmt(a, body));
}

static void add_epilogues(struct arena *a, struct probe *p, const struct layer *l)
{
	if (!l)
		return;
	add_epilogues(a, p, l->outer);
	if (l->decl->kind != DECL_ALIAS)
		return;
	add_part(a, p, l->decl->probe.is_epilogue ? l->decl->probe.body : NULL);
	add_part(a, p, l->decl->probe.epilogue);
}

static struct expr *both(struct arena *a, struct expr *inner, struct expr *outer)
{
	struct expr *e;

	if (!inner || !outer)
		return inner ? inner : outer;
	e = arena_make(a, struct expr);
	e->kind = EXPR_BINARY;
	e->binary.op = BINARY_LOGICAL_AND;
	e->binary.a = inner;
	e->binary.b = outer;
	e->span = outer->span;
	e->at = outer->at;
	e->depth = 1 + (inner->depth > outer->depth ? inner->depth : outer->depth);
	return e;
}

static struct probe *make_one(struct sema *s, const struct decl *decl, const struct layer *layer)
{
	struct probe *p = arena_make(s->arena, struct probe);
	struct pos pos = sources_pos(s->in->parse->sources, decl->span.start);

	p->span = decl->name_span;
	p->from_tapset = pos.source && pos.source->kind == SOURCE_TAPSET;
	for (const struct layer *l = layer; l; l = l->outer) {
		if (!(l->decl->kind == DECL_ALIAS && l->decl->probe.is_epilogue))
			add_part(s->arena, p, l->decl->probe.body);
		if (l->point->cond)
			p->cond = both(s->arena, p->cond, ast_copy_expr(s->arena, l->point->cond));
	}
	add_epilogues(s->arena, p, layer);
	vec_push(s->arena, &s->program->probes, p);
	return p;
}

void handler_make(struct sema *s, const struct decl *probe, const struct founds *found)
{
	const struct layer *layer = NULL;
	struct probe *p = NULL;
	bool own = false;

	for (uint32_t i = 0; i < found->n; i++) {
		const struct found *f = &found->v[i];

		if (!p || own || !same_way(layer, f->layer)) {
			if (f->layer != layer)
				own = needs_site(s, f->layer);
			layer = f->layer;
			p = make_one(s, probe, layer);
		}
		vec_push(s->arena, &p->sites, f->site);
		if (own && f->site->is_return)
			entry_make(s, p, f->site);
	}
}
