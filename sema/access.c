/*
 * Target variables and @ operators in one expression: the door.  A target
 * variable starts at a base (access_base.c), goes through its components over
 * the target's types (access_btf.c), and ends as a value, or as text
 * (access_pretty.c).  Without facts everything is accepted, untyped, and marked
 * unresolved.  Resolving an expression again does nothing.
 */
#include "sema/access.h"

#include <stdarg.h>
#include <string.h>

/*
 * An alias of the library computes more than one script wants, and on some kernels not all of it
 * exists: there it is an error only if elide.c finds that the value is wanted.
 */
static struct diag *report(struct scope *sc, struct expr *e, enum diag_tag tag, struct span span,
			   const char *text)
{
	struct sema *s = sc->sema;
	struct diag *d;

	if (!sc->from_tapset)
		return diag_report(s->diags, tag, span, "%s", text);
	d = diag_report(diags_new(s->arena, s->diags->sources), tag, span, "%s", text);
	vec_push(s->arena, &s->later, d);
	e->later = s->later.n;
	return d;
}

struct diag *access_fail(struct walk *w, enum diag_tag tag, struct span span, const char *fmt, ...)
{
	const char *text;
	va_list ap;

	w->failed = true;
	if (w->sc->silent)
		return NULL;
	va_start(ap, fmt);
	text = arena_vprintf(w->sc->sema->arena, fmt, ap);
	va_end(ap);
	return report(w->sc, w->e, tag, span, text);
}

void access_hint(struct walk *w, struct diag *d, const char *fmt, const char *word)
{
	struct span nowhere = {{0}, {0}};

	if (d && word)
		diag_note(w->sc->sema->diags, d, nowhere, "%s %s", fmt, word);
}

void access_poison(struct expr *e)
{
	e->kind = EXPR_POISON;
	e->type = TYPE_UNKNOWN;
}

void access_refuse(struct scope *sc, struct expr *e, enum diag_tag tag, const char *fmt, ...)
{
	const char *text;
	va_list ap;

	va_start(ap, fmt);
	text = arena_vprintf(sc->sema->arena, fmt, ap);
	va_end(ap);
	if (!sc->silent)
		report(sc, e, tag, e->span, text);
	access_poison(e);
}

void access_number(struct expr *e, int64_t value)
{
	e->kind = EXPR_NUMBER;
	e->number = value;
	e->depth = 1;
}

/* Follows the components; what stands behind them is in hand, or the walk failed. */
static void walk(struct walk *w)
{
	const struct target_ref *t = &w->e->target;

	access_base_start(w);
	for (uint32_t i = 0; i < t->ncomponents && !w->failed; i++) {
		enum component_kind kind = t->components[i].kind;

		if (kind == COMPONENT_MEMBER || kind == COMPONENT_INDEX)
			access_btf_component(w, &t->components[i]);
	}
}

static bool is_pretty(const struct target_ref *t, bool *deep)
{
	enum component_kind last;

	if (!t->ncomponents)
		return false;
	last = t->components[t->ncomponents - 1].kind;
	*deep = last == COMPONENT_PRETTY_DEEP;
	return *deep || last == COMPONENT_PRETTY;
}

static void entry_warning(struct scope *sc, const struct expr *e, const struct access *a)
{
	if (a->base == ACCESS_ENTRY && !sc->from_tapset && !sc->silent)
		diag_report(sc->sema->diags, DIAG_ENTRY_VALUE, e->span,
			    "%s in a return probe is the value at entry, as @entry(%s)", a->name,
			    a->name);
}

void access_target(struct scope *sc, struct expr *e, bool at_entry)
{
	struct walk w = {.sc = sc, .e = e};
	bool deep;

	if (access_pretty_context(sc, e))
		return;
	walk(&w);
	if (!w.failed && !at_entry)
		entry_warning(sc, e, &w.access);
	if (w.failed) {
		access_poison(e);
		return;
	}
	if (is_pretty(&e->target, &deep)) {
		access_pretty(&w, deep);
		return;
	}
	access_btf_finish(&w, e->target.address_of);
	if (w.failed) {
		access_poison(e);
		return;
	}
	e->access = access_btf_made(&w);
	e->type = w.access.is_string ? TYPE_STRING : TYPE_LONG;
}

void access_resolve(struct scope *sc, struct expr *e)
{
	if (e->access || e->kind == EXPR_POISON)
		return;
	if (e->kind == EXPR_TARGET)
		access_target(sc, e, false);
	else
		access_operator(sc, e);
}

static enum answer defined_target(struct scope *sc, const struct expr *e)
{
	struct walk w = {.sc = sc, .e = ast_copy_expr(sc->sema->arena, e)};
	bool deep;

	if (e->target.base == TARGET_VAR && strncmp(e->target.name, "$$", 2) == 0) {
		access_pretty_context(sc, w.e);
		return w.e->kind == EXPR_POISON ? ANSWER_NO : ANSWER_YES;
	}
	walk(&w);
	if (!w.failed && !is_pretty(&e->target, &deep))
		access_btf_finish(&w, e->target.address_of);
	if (w.failed)
		return ANSWER_NO;
	return w.access.unresolved ? ANSWER_UNKNOWN : ANSWER_YES;
}

/*
 * Makes (@defined($x) ? $x : $y)->m what it comes to.  False for any other value: its type comes
 * only later.
 */
static bool choose(struct scope *sc, struct expr *e)
{
	struct expr *base = e->target.operand;

	while (base->kind == EXPR_TERNARY && base->ternary.cond->kind == EXPR_DEFINED)
		base = access_defined(sc, base->ternary.cond->operand) != ANSWER_NO
			       ? base->ternary.yes
			       : base->ternary.no;
	if (base->kind != EXPR_TARGET || base->target.base == TARGET_VALUE)
		return false;
	access_resolve(sc, base);
	e->target.operand = base;
	return true;
}

enum answer access_defined(struct scope *sc, const struct expr *e)
{
	struct scope quiet = *sc;
	struct expr *copy;

	quiet.silent = true;
	if (e->kind == EXPR_POISON)
		return ANSWER_NO;
	if (e->kind == EXPR_TARGET && e->target.base == TARGET_VALUE) {
		copy = ast_copy_expr(sc->sema->arena, e);
		return choose(&quiet, copy) ? defined_target(&quiet, copy) : ANSWER_UNKNOWN;
	}
	if (e->kind == EXPR_TARGET)
		return defined_target(&quiet, e);
	if (e->kind != EXPR_CONST && e->kind != EXPR_ENUM)
		return ANSWER_UNKNOWN;
	copy = ast_copy_expr(sc->sema->arena, e);
	access_operator(&quiet, copy);
	if (copy->kind == EXPR_NUMBER)
		return ANSWER_YES;
	return copy->kind == EXPR_POISON ? ANSWER_NO : ANSWER_UNKNOWN;
}

bool access_needs_site(struct sema *s, const struct stmt *body)
{
	return seek_site(body) || clone_calls_need_site(s, body);
}
