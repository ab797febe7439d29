/* The children of nodes, for walks that treat most kinds alike. */
#include "parser/tree.h"

#include <string.h>

static bool from_list(const struct expr_list *l, uint32_t i, struct expr **child)
{
	if (i >= l->n)
		return false;
	*child = l->v[i];
	return true;
}

static bool from_array(struct expr *const *v, uint32_t n, uint32_t i, struct expr **child)
{
	if (i >= n)
		return false;
	*child = v[i];
	return true;
}

#define FROM(...)                                       \
	from_array((struct expr *const[]){__VA_ARGS__}, \
		   sizeof((struct expr *const[]){__VA_ARGS__}) / sizeof(struct expr *), i, child)

static bool of_target(const struct target_ref *t, uint32_t i, struct expr **child)
{
	if (i == 0) {
		*child = t->operand;
		return true;
	}
	if (i > t->ncomponents)
		return false;
	*child = t->components[i - 1].index;
	return true;
}

static bool of_print(const struct expr *e, uint32_t i, struct expr **child)
{
	if (i == 0) {
		*child = e->print.hist;
		return true;
	}
	return from_list(&e->print.args, i - 1, child);
}

static bool after_first(struct expr *first, const struct expr_list *rest, uint32_t i,
			struct expr **child)
{
	if (i == 0) {
		*child = first;
		return true;
	}
	return from_list(rest, i - 1, child);
}

bool tree_child(const struct expr *e, uint32_t i, struct expr **child)
{
	switch (e->kind) {
	case EXPR_POISON:
	case EXPR_NUMBER:
	case EXPR_STRING:
	case EXPR_NAME:
	case EXPR_PERF:
	case EXPR_CONST:
	case EXPR_ENUM:
	case EXPR_REGISTER:
	case EXPR_PROBEWRITE:
	case EXPR_EMBEDDED:
	case EXPR_DEFINED: return false;
	case EXPR_INDEX: return after_first(e->index.base, &e->index.keys, i, child);
	case EXPR_CALL: return from_list(&e->call.args, i, child);
	case EXPR_UNARY: return FROM(e->unary.a);
	case EXPR_BINARY: return FROM(e->binary.a, e->binary.b);
	case EXPR_CONCAT: return from_list(&e->concat, i, child);
	case EXPR_ASSIGN: return FROM(e->assign.lhs, e->assign.rhs);
	case EXPR_CREMENT: return FROM(e->crement.a);
	case EXPR_TERNARY: return FROM(e->ternary.cond, e->ternary.yes, e->ternary.no);
	case EXPR_IN: return after_first(e->in.array, &e->in.keys, i, child);
	case EXPR_MATCH: return FROM(e->match.a);
	case EXPR_PRINT: return of_print(e, i, child);
	case EXPR_STAT: return FROM(e->stat.stat);
	case EXPR_HIST: return FROM(e->hist.stat);
	case EXPR_TARGET: return of_target(&e->target, i, child);
	case EXPR_ENTRY: return FROM(e->operand);
	case EXPR_ENUMNAME: return FROM(e->enumname.value);
	case EXPR_DEREF: return FROM(e->machine.addr);
	}
	return false;
}

static bool of_foreach(const struct foreach *f, uint32_t i, struct expr **child)
{
	uint32_t fixed = 2;

	if (i == 0) {
		*child = f->array;
		return true;
	}
	if (i == 1) {
		*child = f->limit;
		return true;
	}
	if (i - fixed < f->slice.n)
		return from_list(&f->slice, i - fixed, child);
	fixed += f->slice.n;
	if (i == fixed) {
		*child = f->value;
		return true;
	}
	return from_list(&f->keys, i - fixed - 1, child);
}

bool tree_held(const struct stmt *s, uint32_t i, struct expr **child)
{
	switch (s->kind) {
	case STMT_POISON:
	case STMT_EMPTY:
	case STMT_BLOCK:
	case STMT_BREAK:
	case STMT_CONTINUE:
	case STMT_NEXT: return false;
	case STMT_EXPR:
	case STMT_RETURN:
	case STMT_DELETE: return FROM(s->expr);
	case STMT_IF: return FROM(s->branch.cond);
	case STMT_LOOP: return FROM(s->loop.init, s->loop.cond, s->loop.step);
	case STMT_FOREACH: return of_foreach(s->foreach, i, child);
	case STMT_TRY: return FROM(s->try_.message);
	}
	return false;
}

static bool either(struct stmt *a, struct stmt *b, uint32_t i, struct stmt **part)
{
	*part = i ? b : a;
	return i < 2;
}

bool tree_part(const struct stmt *s, uint32_t i, struct stmt **part)
{
	switch (s->kind) {
	case STMT_BLOCK:
		if (i >= s->block.n)
			return false;
		*part = s->block.v[i];
		return true;
	case STMT_IF: return either(s->branch.yes, s->branch.no, i, part);
	case STMT_LOOP: return either(s->loop.body, NULL, i, part);
	case STMT_FOREACH: return either(s->foreach->body, NULL, i, part);
	case STMT_TRY: return either(s->try_.body, s->try_.handler, i, part);
	case STMT_POISON:
	case STMT_EMPTY:
	case STMT_EXPR:
	case STMT_RETURN:
	case STMT_DELETE:
	case STMT_BREAK:
	case STMT_CONTINUE:
	case STMT_NEXT: return false;
	}
	return false;
}

/* --- equal texts --- */

static bool same_text(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

static bool same_target(const struct target_ref *a, const struct target_ref *b)
{
	if (a->base != b->base || a->address_of != b->address_of || !same_text(a->name, b->name) ||
	    !same_text(a->type_name, b->type_name) || !same_text(a->module, b->module) ||
	    a->ncomponents != b->ncomponents)
		return false;
	for (uint32_t i = 0; i < a->ncomponents; i++)
		if (a->components[i].kind != b->components[i].kind ||
		    !same_text(a->components[i].member, b->components[i].member))
			return false;
	return true;
}

/* Alike but for their children. */
static bool same_node(const struct expr *a, const struct expr *b)
{
	if (a->kind != b->kind)
		return false;
	switch (a->kind) {
	case EXPR_NUMBER: return a->number == b->number;
	case EXPR_STRING:
	case EXPR_PERF:
	case EXPR_CONST:
	case EXPR_ENUM:
	case EXPR_EMBEDDED: return same_text(a->string, b->string);
	case EXPR_NAME:
	case EXPR_PROBEWRITE: return same_text(a->name.name, b->name.name);
	case EXPR_CALL: return same_text(a->call.name, b->call.name);
	case EXPR_UNARY: return a->unary.op == b->unary.op;
	case EXPR_BINARY: return a->binary.op == b->binary.op;
	case EXPR_ASSIGN:
		return a->assign.op == b->assign.op &&
		       (a->assign.op != ASSIGN_ARITH || a->assign.arith == b->assign.arith);
	case EXPR_CREMENT:
		return a->crement.increment == b->crement.increment &&
		       a->crement.prefix == b->crement.prefix;
	case EXPR_MATCH:
		return a->match.negated == b->match.negated &&
		       same_text(a->match.pattern, b->match.pattern);
	case EXPR_PRINT:
		return same_text(a->print.word, b->print.word) &&
		       same_text(a->print.format_text, b->print.format_text) &&
		       same_text(a->print.delim, b->print.delim);
	case EXPR_STAT: return a->stat.op == b->stat.op && a->stat.bits == b->stat.bits;
	case EXPR_HIST:
		return a->hist.log == b->hist.log && a->hist.low == b->hist.low &&
		       a->hist.high == b->hist.high && a->hist.step == b->hist.step;
	case EXPR_TARGET: return same_target(&a->target, &b->target);
	case EXPR_ENUMNAME:
		return same_text(a->enumname.type_name, b->enumname.type_name) &&
		       same_text(a->enumname.module, b->enumname.module);
	case EXPR_DEREF:
	case EXPR_REGISTER:
		return a->machine.user == b->machine.user && a->machine.size == b->machine.size;
	case EXPR_DEFINED: return tree_same(a->operand, b->operand);
	case EXPR_INDEX:
	case EXPR_CONCAT:
	case EXPR_TERNARY:
	case EXPR_IN:
	case EXPR_ENTRY: return true;
	case EXPR_POISON: break;
	}
	return false;
}

bool tree_same(const struct expr *a, const struct expr *b)
{
	struct expr *x, *y;
	uint32_t i = 0;

	if (!a || !b)
		return a == b;
	if (!same_node(a, b))
		return false;
	for (; tree_child(a, i, &x); i++)
		if (!tree_child(b, i, &y) || !tree_same(x, y))
			return false;
	return !tree_child(b, i, &y);
}
