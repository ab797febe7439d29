/*
 * Rules about the shape of statements: branches that do nothing, do the same, or can't be chosen,
 * and assignments that change nothing.
 */
#include "lint/rules.h"

#include <string.h>

/* What an if or a loop holds, if that is a lone ';'. */
static const struct stmt *held_nothing(const struct stmt *s)
{
	const struct stmt *body = NULL;

	if (s->kind == STMT_IF && !s->branch.no)
		body = s->branch.yes;
	else if (s->kind == STMT_LOOP)
		body = s->loop.body;
	else if (s->kind == STMT_FOREACH)
		body = s->foreach->body;
	return body && body->kind == STMT_EMPTY ? body : NULL;
}

/* if (x); { ... } */
void branches_stray(struct lint *l)
{
	const struct stmt *s = l->stmt;

	for (uint32_t i = 0; s->kind == STMT_BLOCK && i < s->block.n; i++) {
		const struct stmt *nothing = held_nothing(s->block.v[i]);
		const struct stmt *next = i + 1 < s->block.n ? s->block.v[i + 1] : NULL;
		bool block = next && next->kind == STMT_BLOCK;

		if (!nothing || (s->block.v[i]->kind == STMT_LOOP && !block))
			continue;
		struct diag *d = rule_report(l, nothing->span,
					     "this ';' is all that the '%s' before it does",
					     rule_text(l, s->block.v[i]->keyword));

		if (!block || !rule_typed(l, nothing->span))
			continue;
		diag_fix(l->in->diags, d, nothing->span, "", "delete it");
		d->fix->unsafe = true;
	}
}

/* The same text but for white space. */
static bool same_text(const char *a, const char *b)
{
	for (;; a++, b++) {
		a += strspn(a, " \t\n");
		b += strspn(b, " \t\n");
		if (*a != *b)
			return false;
		if (!*a)
			return true;
	}
}

static bool ternary(const struct expr *e, void *ctx)
{
	struct lint *l = ctx;

	if (e->kind == EXPR_TERNARY && tree_same(e->ternary.yes, e->ternary.no) &&
	    rule_typed(l, e->span))
		rule_report(l, e->span, "the value is '%s' either way",
			    rule_text(l, e->ternary.yes->span));
	return false;
}

static bool is_empty(const struct stmt *s)
{
	return s->kind == STMT_EMPTY || (s->kind == STMT_BLOCK && s->block.n == 0);
}

/* if (x) a; else a; and x ? a : a */
void branches_same(struct lint *l)
{
	const struct stmt *s = l->stmt;
	struct expr *held;

	for (uint32_t i = 0; tree_held(s, i, &held); i++)
		rule_find(held, ternary, l);
	if (s->kind != STMT_IF || !s->branch.no || is_empty(s->branch.yes) ||
	    s->branch.yes->kind != s->branch.no->kind || !rule_typed(l, s->branch.no->span))
		return;
	if (same_text(rule_text(l, s->branch.yes->span), rule_text(l, s->branch.no->span)))
		rule_report(l, s->keyword, "both branches do the same");
}

static bool changes(const struct expr *e, void *ctx)
{
	(void)ctx;
	return e->kind == EXPR_ASSIGN || e->kind == EXPR_CREMENT || e->kind == EXPR_EMBEDDED ||
	       (e->kind == EXPR_CALL && (!e->call.sym || e->call.sym->acts));
}

/* if (a) ... else if (a) ... */
void branches_repeated(struct lint *l)
{
	const struct stmt *s = l->stmt, *below = s;

	if (s->kind != STMT_IF || rule_find(s->branch.cond, changes, NULL))
		return;
	for (uint32_t i = l->around.n; i-- > 0;) {
		const struct stmt *above = l->around.v[i];

		if (above->kind != STMT_IF || above->branch.no != below ||
		    rule_find(above->branch.cond, changes, NULL))
			return;
		if (tree_same(above->branch.cond, s->branch.cond) &&
		    rule_typed(l, s->branch.cond->span)) {
			struct diag *d =
				rule_report(l, s->branch.cond->span,
					    "this is never true here: it was asked before");

			diag_note(l->in->diags, d, above->branch.cond->span, "asked here");
			return;
		}
		below = above;
	}
}

/* x = x; with an element it may be meant to make it. */
void branches_self(struct lint *l)
{
	const struct expr *e = l->expr;

	if (e->kind == EXPR_ASSIGN && e->assign.op == ASSIGN_SET &&
	    e->assign.lhs->kind != EXPR_INDEX && rule_typed(l, e->span) &&
	    tree_same(e->assign.lhs, e->assign.rhs))
		rule_report(l, e->span, "this gives '%s' the value it has",
			    rule_text(l, e->assign.lhs->span));
}

static bool is_name(const struct expr *e, const char *name)
{
	return e && e->kind == EXPR_NAME && strcmp(e->name.name, name) == 0;
}

/* foreach (v = k in a) v = 0: the element stays what it is. */
void branches_loop_variable(struct lint *l)
{
	const struct expr *e = l->expr;
	const struct expr *lhs = e->kind == EXPR_ASSIGN    ? e->assign.lhs
				 : e->kind == EXPR_CREMENT ? e->crement.a
							   : NULL;

	if (!lhs || lhs->kind != EXPR_NAME)
		return;
	for (uint32_t i = l->around.n; i-- > 0;) {
		const struct stmt *s = l->around.v[i];

		if (s->kind == STMT_FOREACH && is_name(s->foreach->value, lhs->name.name)) {
			rule_report(l, e->span,
				    "'%s' is a copy: the element of '%s' stays as it is",
				    lhs->name.name, rule_text(l, s->foreach->array->span));
			return;
		}
	}
}
