/* The children of an expression, for walks that treat most kinds alike. */
#include "sema/internal.h"

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

/* The i-th child, NULL where it is absent; false past the last. */
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
