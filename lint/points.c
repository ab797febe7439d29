/*
 * Rules about probe points, and about what a handler or function takes from the place it stands
 * in: @defined and next.
 */
#include "lint/rules.h"

#include <string.h>

/* probe a, a: the handler runs twice at each hit. */
void points_twice(struct lint *l)
{
	const struct decl *d = l->decl;
	struct map seen = {.arena = l->in->arena};

	if (d->kind != DECL_PROBE)
		return;
	for (uint32_t i = 0; i < d->probe.points.n; i++) {
		const struct probe_point *p = d->probe.points.v[i], *first;
		const char *text = rule_text(l, p->span);

		if (strchr(text, '{') || strcmp(text, "never") == 0 || !rule_typed(l, p->span))
			continue;
		if (!(first = map_get(&seen, text))) {
			map_put(&seen, text, (void *)p);
			continue;
		}
		struct diag *f = rule_report(l, p->span,
					     "'%s' is named twice: each hit runs the "
					     "handler twice",
					     text);
		struct span with_comma = {d->probe.points.v[i - 1]->span.end, p->span.end};

		diag_note(l->in->diags, f, first->span, "the first time is here");
		if (strspn(rule_between(l, with_comma.start, p->span.start), ", \t\n") !=
		    strlen(rule_between(l, with_comma.start, p->span.start)))
			continue;
		diag_fix(l->in->diags, f, with_comma, "", "delete it");
		f->fix->unsafe = true;
	}
}

/* Two points of one list that stand for the same place: vfs_read and vfs_r*. */
void points_overlap(struct lint *l)
{
	const struct probe *p = l->decl->kind == DECL_PROBE ? rule_probe(l, l->decl) : NULL;
	struct map seen = {.arena = l->in->arena};

	if (l->decl->kind != DECL_PROBE || l->decl->probe.points.n < 2)
		return;
	for (uint32_t i = 0; p && i < p->sites.n; i++) {
		const struct site *s = p->sites.v[i], *first = map_get(&seen, s->text);

		if (!first) {
			map_put(&seen, s->text, (void *)s);
			continue;
		}
		if (first->span.start.at == s->span.start.at ||
		    strcmp(rule_text(l, first->span), rule_text(l, s->span)) == 0)
			continue;
		struct diag *d = rule_report(l, s->span,
					     "this and another point of the list both stand for %s",
					     s->text);

		diag_note(l->in->diags, d, first->span, "this is the other");
		return;
	}
}

/* --- optional-misspelt --- */

enum { MOST_POINTS = 16 }; /* of a probe that are looked up */

/* The same letters in another order: other near names are often those of other kernels. */
static bool slip(const char *a, const char *b)
{
	int count[256] = {0}, differ = 0;

	for (; *a; a++)
		count[(unsigned char)*a]++;
	for (; *b; b++)
		count[(unsigned char)*b]--;
	for (int c = 0; c < 256; c++)
		differ += count[c] < 0 ? -count[c] : count[c];
	return differ == 0;
}

/*
 * kernel.function("vfs_raed")?: nothing says that it is never found.  The aliases of a library
 * are not asked about: they name functions of many kernels, and each near name is a long search.
 */
void points_optional(struct lint *l)
{
	const struct decl *d = l->decl;

	if (d->kind != DECL_PROBE || !l->in->target || !target_known(l->in->target))
		return;
	for (uint32_t i = 0; i < d->probe.points.n && i < MOST_POINTS; i++) {
		const struct probe_point *p = d->probe.points.v[i];
		const struct expr *arg = p->nparts > 1 ? p->parts[1].arg : NULL;
		struct target_fns fns = {0};

		if ((!p->optional && !p->sufficient) || !arg || arg->kind != EXPR_STRING ||
		    strcmp(p->parts[0].name, "kernel") != 0 ||
		    strcmp(p->parts[1].name, "function") != 0 || strpbrk(arg->string, "*?[@") ||
		    target_match(l->in->target, NULL, arg->string, l->in->arena, &fns) != ANSWER_NO)
			continue;
		const char *near = target_near_function(l->in->target, NULL, arg->string);

		if (!near || !slip(near, arg->string))
			continue;
		struct diag *f =
			rule_report(l, p->span, "there is no function '%s', and '%s' hides it",
				    arg->string, p->optional ? "?" : "!");

		if (rule_typed(l, arg->span)) {
			diag_fix(l->in->diags, f, arg->span,
				 arena_printf(l->in->arena, "\"%s\"", near),
				 arena_printf(l->in->arena, "write '%s'", near));
			f->fix->unsafe = true;
		}
	}
}

/* --- defined-other --- */

/* Does one of two go through the other, as far as the shorter says? */
static bool along(const struct target_ref *a, const struct target_ref *b)
{
	uint32_t n = a->ncomponents < b->ncomponents ? a->ncomponents : b->ncomponents;

	if (a->base != b->base || !a->name || !b->name || strcmp(a->name, b->name) != 0)
		return false;
	for (uint32_t i = 0; i < n; i++)
		if (a->components[i].kind == COMPONENT_MEMBER &&
		    b->components[i].kind == COMPONENT_MEMBER &&
		    strcmp(a->components[i].member, b->components[i].member) != 0)
			return false;
	return true;
}

static bool goes_along(const struct expr *e, void *ctx)
{
	return e->kind == EXPR_TARGET && along(&e->target, ctx);
}

/* @defined($a) ? $b : 0 */
void points_defined(struct lint *l)
{
	const struct expr *e = l->expr;
	const struct expr *asked = e->kind == EXPR_TERNARY && e->ternary.cond->kind == EXPR_DEFINED
					   ? e->ternary.cond->operand
					   : NULL;

	if (!asked || asked->kind != EXPR_TARGET || asked->target.base != TARGET_VAR ||
	    !rule_typed(l, e->span))
		return;
	const struct expr *yes = e->ternary.yes, *no = e->ternary.no;

	if (yes->kind != EXPR_TARGET || yes->target.base != TARGET_VAR ||
	    rule_find(yes, goes_along, (void *)&asked->target))
		return;
	struct diag *d = rule_report(l, yes->span, "'%s' was asked for, and '%s' is taken",
				     rule_text(l, asked->span), rule_text(l, yes->span));

	if (no->kind == EXPR_TARGET && along(&no->target, &asked->target))
		diag_note(l->in->diags, d, no->span, "perhaps the two branches changed places");
}

/* --- next-in-function --- */

/* next in the last overload of a function: there is none to go on with. */
void points_next(struct lint *l)
{
	const struct program *p = l->in->program;

	if (l->stmt->kind != STMT_NEXT || l->decl->kind != DECL_FUNCTION)
		return;
	for (uint32_t i = 0; i < p->functions.n; i++) {
		const struct function *f = p->functions.v[i];

		if (f->decl != l->decl)
			continue;
		if (!f->next)
			rule_report(l, l->stmt->span,
				    "'%s' has no further definition to go on with: this is an "
				    "error at run time",
				    f->name);
		return;
	}
}
