/*
 * Builders of the common expressions.  Each keeps the depth of its tree, so
 * that no later pass meets one deeper than AST_MAX_DEPTH: where a tree grows
 * past it, that is reported once and a poison node takes its place.
 */
#include "parser/node.h"

#include <string.h>

struct expr *node_new(struct feed *f, enum expr_kind kind, struct span at, struct loc where)
{
	struct expr *e = arena_make(f->arena, struct expr);

	e->kind = kind;
	e->span = at;
	e->at = where;
	e->depth = 1;
	return e;
}

uint32_t node_depth(struct feed *f, uint32_t child, struct span at)
{
	if (child < AST_MAX_DEPTH)
		return child + 1;
	syntax_too_deep(f, at);
	return 0;
}

struct expr *node_deepen(struct feed *f, struct expr *e, const struct expr *child)
{
	if (!child || e->kind == EXPR_POISON || child->depth < e->depth)
		return e;
	uint32_t depth = node_depth(f, child->depth, e->span);

	if (!depth)
		return node_poison(f, e->span);
	e->depth = depth;
	return e;
}

struct expr *node_deepen_list(struct feed *f, struct expr *e, const struct expr_list *list)
{
	for (uint32_t i = 0; list && i < list->n; i++)
		e = node_deepen(f, e, list->v[i]);
	return e;
}

struct expr *node_poison(struct feed *f, struct span at)
{
	return node_new(f, EXPR_POISON, at, at.start);
}

struct expr *node_number(struct feed *f, struct span at, int64_t value)
{
	struct expr *e = node_new(f, EXPR_NUMBER, at, at.start);

	e->number = value;
	return e;
}

int64_t node_negate(int64_t value)
{
	return (int64_t)(0 - (uint64_t)value);
}

struct strings *node_strings(struct feed *f, struct strings *list, const char *text)
{
	if (!list)
		list = arena_make(f->arena, struct strings);
	list->bytes += strlen(text);
	if (list->bytes <= NODE_MAX_STRING || !list->parts.n)
		vec_push(f->arena, &list->parts, text);
	return list;
}

const char *node_joined(struct feed *f, struct span at, struct strings *list)
{
	if (list->parts.n == 1 && list->bytes <= NODE_MAX_STRING)
		return list->parts.v[0];
	if (list->bytes > NODE_MAX_STRING) {
		syntax_report(f, DIAG_STRING_TOO_LONG, at, "a string literal of more than %d bytes",
			      NODE_MAX_STRING);
		return "";
	}
	char *joined = arena_alloc(f->arena, list->bytes + 1), *p = joined;

	vec_each(i, &list->parts)
		p = stpcpy(p, list->parts.v[i]);
	return joined;
}

struct expr *node_string(struct feed *f, struct span at, enum expr_kind kind, const char *text)
{
	struct expr *e = node_new(f, kind, at, at.start);

	e->string = text;
	return e;
}

struct expr *node_name(struct feed *f, struct span at, const char *name)
{
	struct expr *e = node_new(f, EXPR_NAME, at, at.start);

	e->name.name = name;
	return e;
}

struct expr_list *node_list(struct feed *f, struct expr_list *list, struct expr *e)
{
	if (!list)
		list = arena_make(f->arena, struct expr_list);
	vec_push(f->arena, list, e);
	return list;
}

static bool has_star(const struct expr_list *keys)
{
	vec_each(i, keys) {
		if (!keys->v[i])
			return true;
	}
	return false;
}

struct expr *node_index(struct feed *f, struct span at, struct expr *base, struct expr_list *keys)
{
	struct expr *e = node_new(f, EXPR_INDEX, at, at.start);

	e->index.base = base;
	e->index.keys = *keys;
	if (has_star(keys))
		vec_push(f->arena, &f->stars, e);
	return node_deepen_list(f, node_deepen(f, e, base), keys);
}

/* stap reads [x] without a following 'in' as x. */
struct expr *node_bracketed(struct feed *f, struct span at, struct expr_list *keys)
{
	if (keys->n == 1 && keys->v[0])
		return node_paren(at, keys->v[0]);
	syntax_report(f, DIAG_SYNTAX_ERROR, at,
		      "a list of keys must be followed by 'in' and the name of an array");
	return node_poison(f, at);
}

static void check_else_if(struct feed *f, struct span at, const char *name)
{
	if (f->src->kind != SOURCE_SCRIPT ||
	    (strcmp(name, "elseif") != 0 && strcmp(name, "elif") != 0 &&
	     strcmp(name, "elsif") != 0))
		return;
	struct diag *d = syntax_report(f, DIAG_ELSE_IF_WORD, at,
				       "'%s' is read as a function call, not as a branch", name);

	if (d)
		diag_fix(f->diags, d, at, "else if", "write 'else if'");
}

struct expr *node_call(struct feed *f, struct span at, struct span name_at, const char *name,
		       struct expr_list *args)
{
	struct expr *e = node_new(f, EXPR_CALL, at, at.start);

	e->call.name = name;
	e->call.name_span = name_at;
	if (args)
		e->call.args = *args;
	check_else_if(f, name_at, name);
	return node_deepen_list(f, e, args);
}

struct expr *node_unary(struct feed *f, struct span at, struct span op_at, enum unary_op op,
			struct expr *a)
{
	struct expr *e = node_new(f, EXPR_UNARY, at, op_at.start);

	e->unary.op = op;
	e->unary.a = a;
	return node_deepen(f, e, a);
}

struct expr *node_binary(struct feed *f, struct span at, struct span op_at, enum binary_op op,
			 struct expr *a, struct expr *b)
{
	struct expr *e = node_new(f, EXPR_BINARY, at, op_at.start);

	e->binary.op = op;
	e->binary.a = a;
	e->binary.b = b;
	return node_deepen(f, node_deepen(f, e, a), b);
}

/* a . b . c is one node; (a . b) . c means the same and is too. */
struct expr *node_concat(struct feed *f, struct span at, struct span op_at, struct expr *a,
			 struct expr *b)
{
	struct expr *e = a;

	if (a->kind != EXPR_CONCAT) {
		e = node_new(f, EXPR_CONCAT, at, op_at.start);
		vec_push(f->arena, &e->concat, a);
		e = node_deepen(f, e, a);
	}
	if (e->kind == EXPR_POISON)
		return e;
	e->span = at;
	e->paren = false;
	vec_push(f->arena, &e->concat, b);
	return node_deepen(f, e, b);
}

static struct expr *assignment(struct feed *f, struct span at, struct span op_at, enum assign_op op,
			       struct expr *lhs, struct expr *rhs)
{
	struct expr *e = node_new(f, EXPR_ASSIGN, at, op_at.start);

	e->assign.op = op;
	e->assign.arith = BINARY_ADD;
	e->assign.lhs = lhs;
	e->assign.rhs = rhs;
	return node_deepen(f, node_deepen(f, e, lhs), rhs);
}

/* Before 4.0, c ? a : x = b assigned in its last part only. */
static bool old_ternary(const struct feed *f, const struct expr *lhs)
{
	return lhs->kind == EXPR_TERNARY && !lhs->paren && parser_older(f->in, f->src, "4.0");
}

struct expr *node_assign(struct feed *f, struct span at, struct span op_at, enum assign_op op,
			 struct expr *lhs, struct expr *rhs)
{
	struct expr *no;

	if (!old_ternary(f, lhs))
		return assignment(f, at, op_at, op, lhs, rhs);
	no = lhs->ternary.no;
	return node_ternary(f, at, op_at, lhs->ternary.cond, lhs->ternary.yes,
			    assignment(f, feed_join(f, no->span, at), op_at, op, no, rhs));
}

struct expr *node_op_assign(struct feed *f, struct span at, struct span op_at, const char *op,
			    struct expr *lhs, struct expr *rhs)
{
	static const struct {
		const char *text;
		enum binary_op op;
	} ops[] = {{"-=", BINARY_SUB}, {"*=", BINARY_MUL},  {"/=", BINARY_DIV},
		   {"%=", BINARY_MOD}, {"&=", BINARY_AND},  {"|=", BINARY_OR},
		   {"^=", BINARY_XOR}, {"<<=", BINARY_SHL}, {">>=", BINARY_SHR}};
	struct expr *e = assignment(f, at, op_at, ASSIGN_ARITH, lhs, rhs);

	if (e->kind == EXPR_POISON)
		return e;
	if (strcmp(op, ".=") == 0)
		e->assign.op = ASSIGN_CONCAT;
	for (size_t i = 0; i < sizeof ops / sizeof *ops; i++) {
		if (strcmp(ops[i].text, op) == 0)
			e->assign.arith = ops[i].op;
	}
	return e;
}

struct expr *node_crement(struct feed *f, struct span at, struct span op_at, struct expr *a,
			  bool increment, bool prefix)
{
	struct expr *e = node_new(f, EXPR_CREMENT, at, op_at.start);

	e->crement.increment = increment;
	e->crement.prefix = prefix;
	e->crement.a = a;
	return node_deepen(f, e, a);
}

/* The place of the '=' of an assignment that starts at e->at. */
void node_condition(struct feed *f, const struct expr *e)
{
	if (!e || e->kind != EXPR_ASSIGN || e->assign.op != ASSIGN_SET || e->paren ||
	    f->src->kind != SOURCE_SCRIPT)
		return;
	struct span op = {e->at, {e->at.at + 1}};
	struct diag *d = syntax_report(f, DIAG_ASSIGN_IN_CONDITION, op,
				       "this condition assigns; '==' compares");

	if (d)
		diag_fix(f->diags, d, op, "==", "replace '=' by '=='");
}

struct expr *node_ternary(struct feed *f, struct span at, struct span op_at, struct expr *cond,
			  struct expr *yes, struct expr *no)
{
	struct expr *e = node_new(f, EXPR_TERNARY, at, op_at.start);

	node_condition(f, cond);
	e->ternary.cond = cond;
	e->ternary.yes = yes;
	e->ternary.no = no;
	return node_deepen(f, node_deepen(f, node_deepen(f, e, cond), yes), no);
}

struct expr *node_in(struct feed *f, struct span at, struct span op_at, struct expr_list *keys,
		     struct expr *array)
{
	struct expr *e = node_new(f, EXPR_IN, at, op_at.start);

	e->in.keys = *keys;
	e->in.array = array;
	return node_deepen_list(f, node_deepen(f, e, array), keys);
}

struct expr *node_match(struct feed *f, struct span at, struct span op_at, struct expr *a,
			const char *pattern, bool negated)
{
	struct expr *e = node_new(f, EXPR_MATCH, at, op_at.start);

	e->match.a = a;
	e->match.pattern = pattern;
	e->match.negated = negated;
	return node_deepen(f, e, a);
}

struct expr *node_paren(struct span at, struct expr *e)
{
	(void)at;
	e->paren = true;
	return e;
}

void node_check_stars(struct feed *f, const struct expr *delete)
{
	vec_each(i, &f->stars) {
		const struct expr *e = f->stars.v[i];

		if (e != delete)
			syntax_report(f, DIAG_WILDCARD_INDEX, e->span,
				      "'*' as a key may stand only in delete, foreach and in");
	}
	f->stars.n = 0;
}
