/*
 * Copying trees, for bodies that are elaborated once per place of attachment.
 * The copy shares interned names, literals and formats; every node is new.
 */
#include "parser/ast.h"

#include <string.h>

const char *ast_type_word(enum type t)
{
	switch (t) {
	case TYPE_UNKNOWN: return "unknown";
	case TYPE_LONG: return "long";
	case TYPE_STRING: return "string";
	case TYPE_STATS: return "stats";
	}
	return "unknown";
}

static struct expr_list copy_list(struct arena *a, const struct expr_list *list)
{
	struct expr_list out = {0};

	for (uint32_t i = 0; i < list->n; i++)
		vec_push(a, &out, ast_copy_expr(a, list->v[i]));
	return out;
}

static void copy_target(struct arena *a, struct target_ref *t)
{
	struct component *parts = arena_alloc(a, t->ncomponents * sizeof *parts);

	t->operand = ast_copy_expr(a, t->operand);
	for (uint32_t i = 0; i < t->ncomponents; i++) {
		parts[i] = t->components[i];
		parts[i].index = ast_copy_expr(a, parts[i].index);
	}
	t->components = parts;
}

static void copy_children(struct arena *a, struct expr *e)
{
	switch (e->kind) {
	case EXPR_POISON:
	case EXPR_NUMBER:
	case EXPR_STRING:
	case EXPR_PERF:
	case EXPR_CONST:
	case EXPR_ENUM:
	case EXPR_EMBEDDED: break;
	case EXPR_NAME:
	case EXPR_PROBEWRITE: e->name.sym = NULL; break;
	case EXPR_INDEX:
		e->index.base = ast_copy_expr(a, e->index.base);
		e->index.keys = copy_list(a, &e->index.keys);
		break;
	case EXPR_CALL:
		e->call.args = copy_list(a, &e->call.args);
		e->call.sym = NULL;
		break;
	case EXPR_UNARY: e->unary.a = ast_copy_expr(a, e->unary.a); break;
	case EXPR_BINARY:
		e->binary.a = ast_copy_expr(a, e->binary.a);
		e->binary.b = ast_copy_expr(a, e->binary.b);
		break;
	case EXPR_CONCAT: e->concat = copy_list(a, &e->concat); break;
	case EXPR_ASSIGN:
		e->assign.lhs = ast_copy_expr(a, e->assign.lhs);
		e->assign.rhs = ast_copy_expr(a, e->assign.rhs);
		break;
	case EXPR_CREMENT: e->crement.a = ast_copy_expr(a, e->crement.a); break;
	case EXPR_TERNARY:
		e->ternary.cond = ast_copy_expr(a, e->ternary.cond);
		e->ternary.yes = ast_copy_expr(a, e->ternary.yes);
		e->ternary.no = ast_copy_expr(a, e->ternary.no);
		break;
	case EXPR_IN:
		e->in.keys = copy_list(a, &e->in.keys);
		e->in.array = ast_copy_expr(a, e->in.array);
		break;
	case EXPR_MATCH: e->match.a = ast_copy_expr(a, e->match.a); break;
	case EXPR_PRINT:
		e->print.args = copy_list(a, &e->print.args);
		e->print.hist = ast_copy_expr(a, e->print.hist);
		break;
	case EXPR_STAT: e->stat.stat = ast_copy_expr(a, e->stat.stat); break;
	case EXPR_HIST: e->hist.stat = ast_copy_expr(a, e->hist.stat); break;
	case EXPR_TARGET: copy_target(a, &e->target); break;
	case EXPR_DEFINED:
	case EXPR_ENTRY: e->operand = ast_copy_expr(a, e->operand); break;
	case EXPR_ENUMNAME: e->enumname.value = ast_copy_expr(a, e->enumname.value); break;
	case EXPR_DEREF:
	case EXPR_REGISTER: e->machine.addr = ast_copy_expr(a, e->machine.addr); break;
	}
}

struct expr *ast_copy_expr(struct arena *a, const struct expr *e)
{
	if (!e)
		return NULL;
	struct expr *copy = arena_make(a, struct expr);

	*copy = *e;
	copy->type = TYPE_UNKNOWN;
	copy->access = NULL;
	copy->elided = false;
	copy_children(a, copy);
	return copy;
}

static struct foreach *copy_foreach(struct arena *a, const struct foreach *f)
{
	struct foreach *copy = arena_make(a, struct foreach);

	*copy = *f;
	copy->value = ast_copy_expr(a, f->value);
	copy->keys = copy_list(a, &f->keys);
	copy->array = ast_copy_expr(a, f->array);
	copy->slice = copy_list(a, &f->slice);
	copy->limit = ast_copy_expr(a, f->limit);
	copy->body = ast_copy_stmt(a, f->body);
	return copy;
}

static struct stmt_list copy_block(struct arena *a, const struct stmt_list *list)
{
	struct stmt_list out = {0};

	for (uint32_t i = 0; i < list->n; i++)
		vec_push(a, &out, ast_copy_stmt(a, list->v[i]));
	return out;
}

struct stmt *ast_copy_stmt(struct arena *a, const struct stmt *s)
{
	if (!s)
		return NULL;
	struct stmt *copy = arena_make(a, struct stmt);

	*copy = *s;
	switch (s->kind) {
	case STMT_POISON:
	case STMT_EMPTY:
	case STMT_BREAK:
	case STMT_CONTINUE:
	case STMT_NEXT: break;
	case STMT_BLOCK: copy->block = copy_block(a, &s->block); break;
	case STMT_EXPR:
	case STMT_RETURN:
	case STMT_DELETE: copy->expr = ast_copy_expr(a, s->expr); break;
	case STMT_IF:
		copy->branch.cond = ast_copy_expr(a, s->branch.cond);
		copy->branch.yes = ast_copy_stmt(a, s->branch.yes);
		copy->branch.no = ast_copy_stmt(a, s->branch.no);
		break;
	case STMT_LOOP:
		copy->loop.init = ast_copy_expr(a, s->loop.init);
		copy->loop.cond = ast_copy_expr(a, s->loop.cond);
		copy->loop.step = ast_copy_expr(a, s->loop.step);
		copy->loop.body = ast_copy_stmt(a, s->loop.body);
		break;
	case STMT_FOREACH: copy->foreach = copy_foreach(a, s->foreach); break;
	case STMT_TRY:
		copy->try_.body = ast_copy_stmt(a, s->try_.body);
		copy->try_.handler = ast_copy_stmt(a, s->try_.handler);
		copy->try_.message = ast_copy_expr(a, s->try_.message);
		break;
	}
	return copy;
}
