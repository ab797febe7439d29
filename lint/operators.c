/*
 * Rules about single operators: which operands they got, and which they were meant to get.  They
 * look at the tree alone, at where brackets were typed and where not.
 */
#include "lint/rules.h"

#include <string.h>

static bool is_call(const struct expr *e, void *ctx)
{
	(void)ctx;
	return e->kind == EXPR_CALL || e->kind == EXPR_EMBEDDED || e->kind == EXPR_ASSIGN ||
	       e->kind == EXPR_CREMENT || e->kind == EXPR_PRINT;
}

/* a == a, a - a, a && a: one of the two is meant to be another. */
void operators_same(struct lint *l)
{
	const struct expr *e = l->expr;

	if (e->kind != EXPR_BINARY || e->binary.op == BINARY_ADD || e->binary.op == BINARY_MUL ||
	    e->binary.op == BINARY_SHL || !rule_typed(l, e->span) ||
	    !tree_same(e->binary.a, e->binary.b) || e->binary.a->kind == EXPR_NUMBER ||
	    e->binary.a->kind == EXPR_STRING || rule_find(e->binary.a, is_call, NULL))
		return;
	rule_report(l, e->span, "both sides are '%s'",
		    rule_between(l, e->binary.a->span.start, e->binary.a->span.end));
}

static bool truth(const struct expr *e)
{
	return rule_compares(e) || e->kind == EXPR_IN || e->kind == EXPR_MATCH ||
	       e->kind == EXPR_DEFINED || (e->kind == EXPR_UNARY && e->unary.op == UNARY_NOT) ||
	       (e->kind == EXPR_BINARY &&
		(e->binary.op == BINARY_LOGICAL_AND || e->binary.op == BINARY_LOGICAL_OR));
}

/* Puts brackets round what stands from one place to another. */
static void bracket(struct lint *l, struct diag *d, struct loc start, struct loc end)
{
	struct diags *ds = l->in->diags;

	if (!rule_typed(l, d->span))
		return;
	diag_fix(ds, d, (struct span){start, start}, "(", "put brackets");
	diag_fix(ds, d, (struct span){end, end}, ")", "put brackets");
	d->fix->unsafe = true;
}

/* Where the text before an operator ends. */
static struct loc before(const struct lint *l, struct loc start, struct loc op)
{
	const char *text = rule_text(l, (struct span){start, op});
	size_t n = strlen(text);

	while (n && strchr(" \t\n", text[n - 1]))
		n--;
	return (struct loc){start.at + (uint32_t)n};
}

/* Where the text behind an operator of so many bytes begins. */
static struct loc behind(const struct lint *l, struct loc op, uint32_t len, struct loc end)
{
	struct loc from = {op.at + len};

	return (struct loc){from.at +
			    (uint32_t)strspn(rule_text(l, (struct span){from, end}), " \t\n")};
}

static uint32_t op_len(const struct expr *e)
{
	return e->binary.op == BINARY_LT || e->binary.op == BINARY_GT ? 1 : 2;
}

/* flags & 4 == 4 is flags & (4 == 4). */
void operators_bits(struct lint *l)
{
	const struct expr *e = l->expr;

	if (e->kind != EXPR_BINARY ||
	    (e->binary.op != BINARY_AND && e->binary.op != BINARY_OR && e->binary.op != BINARY_XOR))
		return;
	const struct expr *a = e->binary.a, *b = e->binary.b;
	bool right = rule_compares(b) && !b->paren && !truth(a);
	bool left = rule_compares(a) && !a->paren && !truth(b);

	if (!left && !right)
		return;
	struct diag *d =
		rule_report(l, e->span, "the comparison '%s' is done first, and then the bits",
			    rule_text(l, right ? b->span : a->span));

	if (right)
		bracket(l, d, e->span.start, before(l, b->span.start, b->at));
	else
		bracket(l, d, behind(l, a->at, op_len(a), a->span.end), e->span.end);
}

/* !x in a is (!x) in a; !a == b is (!a) == b. */
void operators_negated(struct lint *l)
{
	const struct expr *e = l->expr, *not = NULL, *other = NULL;

	if (e->kind == EXPR_IN && e->in.keys.n == 1) {
		not = e->in.keys.v[0];
	} else if (rule_compares(e)) {
		not = e->binary.a;
		other = e->binary.b;
	}
	if (!not || not ->kind != EXPR_UNARY || not ->unary.op != UNARY_NOT || not ->paren ||
	    (other && (truth(other) || rule_is_number(other, 0) || rule_is_number(other, 1))) ||
	    not ->unary.a->kind == EXPR_UNARY || (other && truth(not ->unary.a)))
		return;
	struct diag *d = rule_report(l, e->span, "'!' belongs to '%s' alone",
				     rule_text(l, not ->unary.a->span));

	bracket(l, d, behind(l, not ->span.start, 1, not ->span.end), e->span.end);
}

/* 1 < x < 4 compares 0 or 1 with 4. */
void operators_chain(struct lint *l)
{
	const struct expr *e = l->expr, *a = rule_compares(e) ? e->binary.a : NULL;

	if (!a || !rule_compares(a) || a->paren || truth(e->binary.b) ||
	    rule_is_number(e->binary.b, 0) || rule_is_number(e->binary.b, 1))
		return;
	struct diag *d =
		rule_report(l, e->span, "this compares the outcome of '%s', 0 or 1, with '%s'",
			    rule_text(l, a->span), rule_text(l, e->binary.b->span));
	struct loc end = before(l, a->at, e->at);

	if (!rule_typed(l, e->span) || rule_acts(a->binary.b))
		return;
	diag_fix(l->in->diags, d, (struct span){end, end},
		 arena_printf(l->in->arena, " && %s",
			      rule_between(l, behind(l, a->at, op_len(a), end), end)),
		 "compare twice");
	d->fix->unsafe = true;
}

/* Only the lowest six bits of a shift count matter. */
void operators_shift(struct lint *l)
{
	const struct expr *e = l->expr, *by = NULL;
	int64_t n;

	if (e->kind == EXPR_BINARY && (e->binary.op == BINARY_SHL || e->binary.op == BINARY_SHR ||
				       e->binary.op == BINARY_USHR))
		by = e->binary.b;
	else if (e->kind == EXPR_ASSIGN && e->assign.op == ASSIGN_ARITH &&
		 (e->assign.arith == BINARY_SHL || e->assign.arith == BINARY_SHR ||
		  e->assign.arith == BINARY_USHR))
		by = e->assign.rhs;
	if (by && rule_number(by, &n) && (n < 0 || n > 63))
		rule_report(l, by->span, "a shift by %lld is one by %lld: a number has 64 bits",
			    (long long)n, (long long)(n & 63));
}

/* --- fixed-comparison --- */

struct range {
	int64_t low, high;
	int64_t bits; /* that may be set; -1: any */
};

static bool never_negative(const struct expr *e)
{
	static const char *const CALLS[] = {"pid",
					    "tid",
					    "ppid",
					    "cpu",
					    "uid",
					    "euid",
					    "gid",
					    "egid",
					    "strlen",
					    "isinstr",
					    "pgrp",
					    "gettimeofday_ns",
					    "gettimeofday_us",
					    "gettimeofday_ms",
					    "jiffies",
					    "target",
					    "gettimeofday_s",
					    NULL};

	return (e->kind == EXPR_CALL && rule_is_one_of(e->call.name, CALLS)) ||
	       (e->kind == EXPR_STAT && e->stat.op == STAT_COUNT);
}

/* What the value of e can be, where its operator alone tells. */
static bool range_of(const struct expr *e, struct range *r)
{
	int64_t n;

	*r = (struct range){INT64_MIN, INT64_MAX, -1};
	if (never_negative(e)) {
		r->low = 0;
		return true;
	}
	if (e->kind != EXPR_BINARY)
		return false;
	if (e->binary.op == BINARY_AND &&
	    (rule_number(e->binary.b, &n) || rule_number(e->binary.a, &n)) && n >= 0) {
		*r = (struct range){0, n, n};
		return true;
	}
	if (e->binary.op == BINARY_MOD && rule_number(e->binary.b, &n) && n > 0) {
		*r = (struct range){never_negative(e->binary.a) ? 0 : 1 - n, n - 1, -1};
		return true;
	}
	return false;
}

/* 1: always, 0: never, -1: it depends. */
static int outcome(enum binary_op op, const struct range *r, int64_t n)
{
	bool out = n < r->low || n > r->high || (r->bits != -1 && (n & ~r->bits));

	if (op == BINARY_EQ || op == BINARY_NE)
		return out ? op == BINARY_NE : -1;
	if (op == BINARY_LT)
		return r->high < n ? 1 : r->low >= n ? 0 : -1;
	if (op == BINARY_GE)
		return r->low >= n ? 1 : r->high < n ? 0 : -1;
	if (op == BINARY_LE)
		return r->high <= n ? 1 : r->low > n ? 0 : -1;
	return r->low > n ? 1 : r->high <= n ? 0 : -1;
}

static enum binary_op mirrored(enum binary_op op)
{
	return op == BINARY_LT   ? BINARY_GT
	       : op == BINARY_GT ? BINARY_LT
	       : op == BINARY_LE ? BINARY_GE
	       : op == BINARY_GE ? BINARY_LE
				 : op;
}

/* pid() < 0; (x & 4) == 1 */
void operators_fixed(struct lint *l)
{
	const struct expr *e = l->expr;
	struct range r;
	int64_t n;
	int always = -1;

	if (!rule_compares(e) || !rule_typed(l, e->span))
		return;
	if (rule_number(e->binary.b, &n) && range_of(e->binary.a, &r))
		always = outcome(e->binary.op, &r, n);
	else if (rule_number(e->binary.a, &n) && range_of(e->binary.b, &r))
		always = outcome(mirrored(e->binary.op), &r, n);
	if (always >= 0)
		rule_report(l, e->span, "this is %s true", always ? "always" : "never");
}

/* a / b * 100 loses what a / b has behind the point. */
void operators_division(struct lint *l)
{
	const struct expr *e = l->expr;
	int64_t n;

	if (e->kind != EXPR_BINARY || e->binary.op != BINARY_MUL)
		return;
	const struct expr *q = e->binary.a, *by = e->binary.b;
	bool first = q->kind == EXPR_BINARY && q->binary.op == BINARY_DIV;

	if (!first) {
		q = e->binary.b;
		by = e->binary.a;
	}
	if (q->kind != EXPR_BINARY || q->binary.op != BINARY_DIV || !rule_number(by, &n) ||
	    n < 10 || rule_number(q->binary.b, &n))
		return;
	struct diag *d = rule_report(l, e->span, "'%s' is rounded down before it is multiplied",
				     rule_text(l, q->span));

	if (!first || !rule_typed(l, e->span))
		return;
	struct loc start = q->paren ? q->span.start : e->span.start;
	struct loc end = q->paren ? q->span.end : e->at;

	diag_fix(l->in->diags, d, e->span,
		 arena_printf(l->in->arena, "%s * %s / %s", rule_between(l, start, q->at),
			      rule_text(l, by->span),
			      rule_between(l, (struct loc){q->at.at + 1}, end)),
		 "multiply first");
	d->fix->unsafe = true;
}
