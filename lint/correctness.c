/* Rules about code that does something else than it seems to. */
#include "lint/rules.h"

#include <string.h>

/* A statement right behind one that never goes on to it. */
void correctness_unreachable(struct lint *l)
{
	const struct stmt *s = l->stmt;

	if (s->kind != STMT_BLOCK)
		return;
	for (uint32_t i = 0; i + 1 < s->block.n; i++) {
		const struct stmt *last = s->block.v[i], *next = s->block.v[i + 1];

		if (!rule_leaves(last) || next->kind == STMT_EMPTY || next->kind == STMT_POISON)
			continue;
		struct diag *d = rule_report(l, next->keyword, "this is never reached");

		diag_note(l->in->diags, d, last->keyword, "every way through this leaves before");
		return;
	}
}

/* --- latency-unchecked --- */

struct start {
	const struct lint *l;
	const struct expr *element; /* a[k] that holds when something began */
};

static bool same_keys(const struct expr_list *a, const struct expr_list *b)
{
	if (a->n != b->n)
		return false;
	for (uint32_t i = 0; i < a->n; i++)
		if (!tree_same(a->v[i], b->v[i]))
			return false;
	return true;
}

static bool names(const struct expr *e, const char *name)
{
	const char *base = rule_base(e);

	return base && strcmp(base, name) == 0;
}

/* "k in a", or that a[k] is not zero. */
static bool tests(const struct expr *cond, bool holds, void *ctx)
{
	const struct start *s = ctx;
	const char *array = rule_base(s->element);

	if (cond->kind == EXPR_IN)
		return holds && names(cond->in.array, array) &&
		       same_keys(&cond->in.keys, &s->element->index.keys);
	if (cond->kind == EXPR_INDEX)
		return holds && tree_same(cond, s->element);
	if (cond->kind != EXPR_BINARY)
		return false;
	bool equal = cond->binary.op == BINARY_EQ;
	bool compares = equal || cond->binary.op == BINARY_NE || cond->binary.op == BINARY_GT ||
			cond->binary.op == BINARY_LT;
	const struct expr *a = cond->binary.a, *b = cond->binary.b;

	return compares && holds != equal &&
	       ((tree_same(a, s->element) && rule_is_number(b, 0)) ||
		(tree_same(b, s->element) && rule_is_number(a, 0)));
}

/* Is the element given the time anywhere in the script? */
static bool holds_times(const struct lint *l, const char *array)
{
	const struct usage *u = rule_usage(l, array);

	for (uint32_t i = 0; u && i < u->uses.n; i++) {
		const struct expr *whole = u->uses.v[i].whole;

		if (u->uses.v[i].kind == USE_SET && whole->kind == EXPR_ASSIGN &&
		    clocks_is_one(whole->assign.rhs))
			return true;
	}
	return false;
}

/* The foreach that walks the very array has all its keys. */
static bool walked(const struct lint *l, const char *array)
{
	for (uint32_t i = 0; i < l->around.n; i++)
		if (l->around.v[i]->kind == STMT_FOREACH &&
		    names(l->around.v[i]->foreach->array, array))
			return true;
	return false;
}

/* now - start[k], where nothing says that k is in start. */
void correctness_latency(struct lint *l)
{
	const struct expr *e = l->expr;

	if (e->kind != EXPR_BINARY || e->binary.op != BINARY_SUB ||
	    e->binary.b->kind != EXPR_INDEX || e->binary.b->index.base->kind != EXPR_NAME)
		return;
	struct start s = {l, e->binary.b};
	const char *array = rule_base(s.element);

	if (!holds_times(l, array) || walked(l, array) || rule_knows(l, tests, &s))
		return;
	const char *key = s.element->index.keys.n == 1 && s.element->index.keys.v[0]
				  ? rule_text(l, s.element->index.keys.v[0]->span)
				  : "its key";
	struct diag *d =
		rule_report(l, s.element->span,
			    "'%s' is 0 if the start was not seen, and the difference then the time "
			    "since 1970 or since boot",
			    rule_text(l, s.element->span));

	diag_note(l->in->diags, d, (struct span){{0}, {0}}, "ask 'if (%s in %s)' first", key,
		  array);
}
