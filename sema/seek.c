/*
 * Looking for things in a tree: does a body read what depends on the site, does
 * it assign a variable, where are its @entry.  A walk over all children, with a
 * question at every expression, which a yes ends; trees are finite in depth.
 */
#include "sema/access.h"

#include <string.h>

struct question {
	bool (*asks)(const struct question *q, struct expr *e);
	void (*passes)(const struct question *q, struct stmt *s); /* or NULL */
	const char *name;
	struct span span;
	struct arena *arena;
	struct expr_list *found;
};

static bool in_expr(const struct question *q, struct expr *e);

static bool in_list(const struct question *q, const struct expr_list *l)
{
	for (uint32_t i = 0; i < l->n; i++)
		if (in_expr(q, l->v[i]))
			return true;
	return false;
}

static bool in_target(const struct question *q, const struct target_ref *t)
{
	for (uint32_t i = 0; i < t->ncomponents; i++)
		if (in_expr(q, t->components[i].index))
			return true;
	return in_expr(q, t->operand);
}

static bool in_expr(const struct question *q, struct expr *e)
{
	if (!e)
		return false;
	if (q->asks(q, e))
		return true;
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
	case EXPR_EMBEDDED: return false;
	case EXPR_INDEX: return in_expr(q, e->index.base) || in_list(q, &e->index.keys);
	case EXPR_CALL: return in_list(q, &e->call.args);
	case EXPR_UNARY: return in_expr(q, e->unary.a);
	case EXPR_BINARY: return in_expr(q, e->binary.a) || in_expr(q, e->binary.b);
	case EXPR_CONCAT: return in_list(q, &e->concat);
	case EXPR_ASSIGN: return in_expr(q, e->assign.lhs) || in_expr(q, e->assign.rhs);
	case EXPR_CREMENT: return in_expr(q, e->crement.a);
	case EXPR_TERNARY:
		return in_expr(q, e->ternary.cond) || in_expr(q, e->ternary.yes) ||
		       in_expr(q, e->ternary.no);
	case EXPR_IN: return in_list(q, &e->in.keys) || in_expr(q, e->in.array);
	case EXPR_MATCH: return in_expr(q, e->match.a);
	case EXPR_PRINT: return in_list(q, &e->print.args) || in_expr(q, e->print.hist);
	case EXPR_STAT: return in_expr(q, e->stat.stat);
	case EXPR_HIST: return in_expr(q, e->hist.stat);
	case EXPR_TARGET: return in_target(q, &e->target);
	case EXPR_DEFINED:
	case EXPR_ENTRY: return in_expr(q, e->operand);
	case EXPR_ENUMNAME: return in_expr(q, e->enumname.value);
	case EXPR_DEREF: return in_expr(q, e->machine.addr);
	}
	return false;
}

static bool in_stmt(const struct question *q, struct stmt *s);

static bool in_foreach(const struct question *q, const struct foreach *f)
{
	return in_expr(q, f->value) || in_list(q, &f->keys) || in_expr(q, f->array) ||
	       (f->has_slice && in_list(q, &f->slice)) || in_expr(q, f->limit) ||
	       in_stmt(q, f->body);
}

static bool in_stmt(const struct question *q, struct stmt *s)
{
	if (!s)
		return false;
	if (q->passes)
		q->passes(q, s);
	switch (s->kind) {
	case STMT_POISON:
	case STMT_EMPTY:
	case STMT_BREAK:
	case STMT_CONTINUE:
	case STMT_NEXT: return false;
	case STMT_BLOCK:
		for (uint32_t i = 0; i < s->block.n; i++)
			if (in_stmt(q, s->block.v[i]))
				return true;
		return false;
	case STMT_EXPR:
	case STMT_RETURN:
	case STMT_DELETE: return in_expr(q, s->expr);
	case STMT_IF:
		return in_expr(q, s->branch.cond) || in_stmt(q, s->branch.yes) ||
		       in_stmt(q, s->branch.no);
	case STMT_LOOP:
		return in_expr(q, s->loop.init) || in_expr(q, s->loop.cond) ||
		       in_expr(q, s->loop.step) || in_stmt(q, s->loop.body);
	case STMT_FOREACH: return in_foreach(q, s->foreach);
	case STMT_TRY:
		return in_stmt(q, s->try_.body) || in_expr(q, s->try_.message) ||
		       in_stmt(q, s->try_.handler);
	}
	return false;
}

static bool is_variable(const struct question *q, struct expr *e)
{
	(void)q;
	if (e->kind == EXPR_TARGET)
		return e->target.base == TARGET_VAR ||
		       (e->target.base == TARGET_AT_VAR && !e->target.module);
	return e->kind == EXPR_ENTRY;
}

static bool collects_calls(const struct question *q, struct expr *e)
{
	if (e->kind == EXPR_CALL)
		vec_push(q->arena, q->found, e);
	return false;
}

static bool is_named(const struct expr *e, const char *name)
{
	if (e->kind == EXPR_NAME)
		return strcmp(e->name.name, name) == 0;
	return e->kind == EXPR_TARGET && e->target.base == TARGET_VAR &&
	       strcmp(e->target.name, name) == 0;
}

static bool writes(const struct question *q, struct expr *e)
{
	if (e->kind == EXPR_ASSIGN)
		return is_named(e->assign.lhs, q->name);
	return e->kind == EXPR_CREMENT && is_named(e->crement.a, q->name);
}

static bool collects(const struct question *q, struct expr *e)
{
	if (e->kind == EXPR_ENTRY)
		vec_push(q->arena, q->found, e);
	return false;
}

static bool moves(const struct question *q, struct expr *e)
{
	e->span = q->span;
	e->at = q->span.start;
	if (e->kind == EXPR_CALL)
		e->call.name_span = q->span;
	return false;
}

static void moves_stmt(const struct question *q, struct stmt *s)
{
	s->span = s->keyword = q->span;
}

static bool collects_target(const struct question *q, struct expr *e)
{
	if (e->kind == EXPR_TARGET && e->target.base == TARGET_VAR)
		vec_push(q->arena, q->found, e);
	return false;
}

void seek_targets(struct arena *a, struct stmt *body, struct expr_list *out)
{
	struct question q = {.asks = collects_target, .arena = a, .found = out};

	in_stmt(&q, body);
}

static bool is_marked(const struct question *q, struct expr *e)
{
	if (e->kind == EXPR_CONST)
		return strcmp(q->name, "/* unprivileged */") == 0;
	return e->kind == EXPR_EMBEDDED && strstr(e->string, q->name);
}

bool seek_mark(const struct stmt *body, const char *mark)
{
	struct question q = {.asks = is_marked, .name = mark};

	return in_stmt(&q, (struct stmt *)body);
}

/* The walk only reads, unless the question writes. */
bool seek_site(const struct stmt *body)
{
	struct question q = {.asks = is_variable};

	return in_stmt(&q, (struct stmt *)body);
}

bool seek_writes(const struct stmt *body, const char *name)
{
	struct question q = {.asks = writes, .name = name};

	return in_stmt(&q, (struct stmt *)body);
}

void seek_calls(struct arena *a, struct stmt *body, struct expr_list *out)
{
	struct question q = {.asks = collects_calls, .arena = a, .found = out};

	in_stmt(&q, body);
}

void seek_entries(struct arena *a, struct stmt *body, struct expr_list *out)
{
	struct question q = {.asks = collects, .arena = a, .found = out};

	in_stmt(&q, body);
}

void seek_move(struct stmt *body, struct span span)
{
	struct question q = {.asks = moves, .passes = moves_stmt, .span = span};

	in_stmt(&q, body);
}
