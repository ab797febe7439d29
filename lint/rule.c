/* The questions that rules ask. */
#include "lint/rule.h"
#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct diag *rule_report(struct lint *l, struct span span, const char *fmt, ...)
{
	struct diags *ds = l->in->diags;
	va_list ap;

	va_start(ap, fmt);
	int n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);

	char *text = arena_alloc(l->in->arena, (size_t)n + 1);

	va_start(ap, fmt);
	vsnprintf(text, (size_t)n + 1, fmt, ap);
	va_end(ap);
	return diag_report(ds, l->rule->tag, span, "%s", text);
}

const char *rule_text(const struct lint *l, struct span span)
{
	const struct sources *ss = l->in->diags->sources;
	struct loc start = sources_spelling(ss, span.start), end = sources_spelling(ss, span.end);
	const struct source *src = sources_pos(ss, start).source;

	if (!src || end.at < start.at || end.at > src->base + src->len)
		return "";
	return arena_strndup(l->in->arena, src->text + (start.at - src->base), end.at - start.at);
}

const char *rule_between(const struct lint *l, struct loc start, struct loc end)
{
	const char *text = rule_text(l, (struct span){start, end});
	size_t n;

	text += strspn(text, " \t\n");
	for (n = strlen(text); n && strchr(" \t\n", text[n - 1]); n--)
		;
	return arena_strndup(l->in->arena, text, n);
}

bool rule_typed(const struct lint *l, struct span span)
{
	const struct sources *ss = l->in->diags->sources;
	struct loc from;

	return !sources_origin(ss, span.start, &from) && !sources_origin(ss, span.end, &from);
}

int64_t rule_option(const struct lint *l, enum lint_option o)
{
	static const struct config_levels none = {0};

	return config_option(l->in->levels ? l->in->levels : &none, o);
}

/* --- expressions --- */

bool rule_is_call(const struct expr *e, const char *name, int n)
{
	return e && e->kind == EXPR_CALL && strcmp(e->call.name, name) == 0 &&
	       (n < 0 || e->call.args.n == (uint32_t)n);
}

bool rule_is_one_of(const char *name, const char *const *words)
{
	for (; *words; words++)
		if (strcmp(name, *words) == 0)
			return true;
	return false;
}

bool rule_is_number(const struct expr *e, int64_t n)
{
	return e && e->kind == EXPR_NUMBER && e->number == n;
}

bool rule_number(const struct expr *e, int64_t *n)
{
	bool minus = e && e->kind == EXPR_UNARY && e->unary.op == UNARY_MINUS;
	const struct expr *value = minus ? e->unary.a : e;

	if (!value || value->kind != EXPR_NUMBER)
		return false;
	*n = minus ? (int64_t)(0 - (uint64_t)value->number) : value->number;
	return true;
}

bool rule_compares(const struct expr *e)
{
	return e->kind == EXPR_BINARY && e->binary.op >= BINARY_LT && e->binary.op <= BINARY_NE;
}

/* How often a name is assigned in a body, and what. */
struct given {
	const struct expr *value; /* of the last assignment; NULL: it changes what was there */
	uint32_t n;
};

struct giver {
	struct arena *arena;
	struct map *names;
};

static bool gives(const struct expr *e, void *ctx)
{
	struct giver *g = ctx;
	const struct expr *lhs = e->kind == EXPR_ASSIGN    ? e->assign.lhs
				 : e->kind == EXPR_CREMENT ? e->crement.a
							   : NULL;

	if (!lhs || lhs->kind != EXPR_NAME)
		return false;
	struct given *of = map_get(g->names, lhs->name.name);

	if (!of) {
		of = arena_make(g->arena, struct given);
		map_put(g->names, lhs->name.name, of);
	}
	of->n++;
	of->value = e->kind == EXPR_ASSIGN && e->assign.op == ASSIGN_SET ? e->assign.rhs : NULL;
	return false;
}

/* Every body is gone through once. */
static const struct map *given_in(const struct lint *l, const struct stmt *body)
{
	char key[32];

	snprintf(key, sizeof key, "%p", (const void *)body);
	struct map *names = map_get(l->given, key);

	if (names)
		return names;
	names = arena_make(l->in->arena, struct map);
	names->arena = l->in->arena;
	struct giver g = {l->in->arena, names};

	rule_find_in(body, gives, &g);
	map_put(l->given, arena_printf(l->in->arena, "%s", key), names);
	return names;
}

const struct expr *rule_meaning(const struct lint *l, const struct stmt *body, const struct expr *e)
{
	for (int hops = 0; body && e && e->kind == EXPR_NAME && hops < 4; hops++) {
		const struct given *of = map_get(given_in(l, body), e->name.name);

		if (!of || of->n != 1 || !of->value)
			break;
		e = of->value;
	}
	return e;
}

const struct expr *rule_above(const struct lint *l, uint32_t i)
{
	return i < l->above.n ? l->above.v[l->above.n - 1 - i] : NULL;
}

const struct expr *rule_find(const struct expr *e, bool (*f)(const struct expr *e, void *ctx),
			     void *ctx)
{
	const struct expr *found;
	struct expr *child;

	if (!e || f(e, ctx))
		return e;
	for (uint32_t i = 0; tree_child(e, i, &child); i++)
		if ((found = rule_find(child, f, ctx)))
			return found;
	return NULL;
}

const struct expr *rule_find_in(const struct stmt *s, bool (*f)(const struct expr *e, void *ctx),
				void *ctx)
{
	const struct expr *found;
	struct expr *held;
	struct stmt *part;

	if (!s)
		return NULL;
	for (uint32_t i = 0; tree_held(s, i, &held); i++)
		if ((found = rule_find(held, f, ctx)))
			return found;
	for (uint32_t i = 0; tree_part(s, i, &part); i++)
		if ((found = rule_find_in(part, f, ctx)))
			return found;
	return NULL;
}

static bool acts(const struct expr *e, void *ctx)
{
	(void)ctx;
	return e->kind == EXPR_ASSIGN || e->kind == EXPR_CREMENT || e->kind == EXPR_EMBEDDED ||
	       (e->kind == EXPR_PRINT && !(e->print.flags & PRINT_TO_STRING)) ||
	       (e->kind == EXPR_CALL && (!e->call.sym || e->call.sym->acts));
}

bool rule_acts(const struct expr *e)
{
	return rule_find(e, acts, NULL) != NULL;
}

/* a && b holds: both do; a || b does not: neither does. */
static bool splits(const struct expr *cond, bool holds,
		   bool (*f)(const struct expr *cond, bool holds, void *ctx), void *ctx)
{
	if (f(cond, holds, ctx))
		return true;
	if (cond->kind == EXPR_UNARY && cond->unary.op == UNARY_NOT)
		return splits(cond->unary.a, !holds, f, ctx);
	if (cond->kind == EXPR_BINARY &&
	    cond->binary.op == (holds ? BINARY_LOGICAL_AND : BINARY_LOGICAL_OR))
		return splits(cond->binary.a, holds, f, ctx) ||
		       splits(cond->binary.b, holds, f, ctx);
	return false;
}

bool rule_knows(const struct lint *l, bool (*f)(const struct expr *cond, bool holds, void *ctx),
		void *ctx)
{
	for (uint32_t i = 0; i < l->known.n; i++)
		if (splits(l->known.v[i].cond, l->known.v[i].holds, f, ctx))
			return true;
	return false;
}

bool rule_leaves(const struct stmt *s)
{
	if (!s)
		return false;
	switch (s->kind) {
	case STMT_RETURN:
	case STMT_NEXT:
	case STMT_BREAK:
	case STMT_CONTINUE: return true;
	case STMT_EXPR: return rule_is_call(s->expr, "error", 1);
	case STMT_BLOCK:
		for (uint32_t i = 0; i < s->block.n; i++)
			if (rule_leaves(s->block.v[i]))
				return true;
		return false;
	case STMT_IF: return rule_leaves(s->branch.yes) && rule_leaves(s->branch.no);
	case STMT_TRY: return rule_leaves(s->try_.body) && rule_leaves(s->try_.handler);
	case STMT_POISON:
	case STMT_EMPTY:
	case STMT_LOOP:
	case STMT_FOREACH:
	case STMT_DELETE: return false;
	}
	return false;
}

/* --- globals --- */

const char *rule_base(const struct expr *e)
{
	if (!e)
		return NULL;
	if (e->kind == EXPR_INDEX)
		return rule_base(e->index.base);
	if (e->kind == EXPR_HIST)
		return rule_base(e->hist.stat);
	return e->kind == EXPR_NAME ? e->name.name : NULL;
}

const struct usage *rule_usage(const struct lint *l, const char *name)
{
	return name ? map_get(&l->usages, name) : NULL;
}

/* --- probes --- */

const struct probe *rule_probe(const struct lint *l, const struct decl *d)
{
	const struct program *p = l->in->program;

	for (uint32_t i = 0; p && i < p->probes.n; i++)
		if (p->probes.v[i]->span.start.at == d->name_span.start.at)
			return p->probes.v[i];
	return NULL;
}

static bool begins(const struct probe_point *p, const char *words, const struct expr **arg)
{
	uint32_t part = 0;

	for (const char *w = words; *w; part++) {
		size_t n = strcspn(w, ".");
		const char *name = part < p->nparts ? p->parts[part].name : NULL;

		if (!name ||
		    (!(n == 1 && *w == '*') && (strlen(name) != n || memcmp(name, w, n) != 0)))
			return false;
		w += n + (w[n] == '.');
	}
	if (arg)
		*arg = p->parts[part - 1].arg;
	return true;
}

const struct probe_point *rule_point(const struct decl *d, const char *words,
				     const struct expr **arg)
{
	if (d->kind != DECL_PROBE && d->kind != DECL_ALIAS)
		return NULL;
	for (uint32_t i = 0; i < d->probe.points.n; i++)
		if (begins(d->probe.points.v[i], words, arg))
			return d->probe.points.v[i];
	return NULL;
}
