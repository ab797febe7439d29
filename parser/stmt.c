/*
 * Builders of statements.  A ';' after a complete statement of a list belongs
 * to that statement, also where it is not needed ("};"), so that stap's own
 * dumps read back as the tree they were printed from.
 */
#include "parser/node.h"

#include <string.h>

static struct stmt *make(struct feed *f, enum stmt_kind kind, struct span at, struct span word)
{
	struct stmt *s = arena_make(f->arena, struct stmt);

	s->kind = kind;
	s->span = at;
	s->keyword = word;
	s->depth = 1;
	return s;
}

static struct stmt *over(struct feed *f, struct stmt *s, uint32_t child)
{
	if (s->kind == STMT_POISON || child < s->depth)
		return s;
	uint32_t depth = node_depth(f, child, s->span);

	if (!depth)
		return make(f, STMT_POISON, s->span, s->keyword);
	s->depth = depth;
	return s;
}

static struct stmt *over_expr(struct feed *f, struct stmt *s, const struct expr *e)
{
	return e ? over(f, s, e->depth) : s;
}

static struct stmt *over_stmt(struct feed *f, struct stmt *s, const struct stmt *child)
{
	return child ? over(f, s, child->depth) : s;
}

/* Has the grammar taken the ';' of such a statement already? */
static bool takes_semicolon(const struct stmt *s)
{
	switch (s->kind) {
	case STMT_EXPR:
	case STMT_RETURN:
	case STMT_DELETE:
	case STMT_BREAK:
	case STMT_CONTINUE:
	case STMT_NEXT: return true;
	case STMT_POISON:
	case STMT_EMPTY:
	case STMT_BLOCK:
	case STMT_IF:
	case STMT_LOOP:
	case STMT_FOREACH:
	case STMT_TRY: return false;
	}
	return false;
}

struct stmts *stmt_append(struct feed *f, struct stmts *list, struct stmt *s)
{
	if (!list)
		list = arena_make(f->arena, struct stmts);
	if (s->kind == STMT_EMPTY && list->v.n && !list->closed) {
		list->closed = true;
		return list;
	}
	vec_push(f->arena, &list->v, s);
	list->closed = takes_semicolon(s);
	return list;
}

struct stmt *stmt_block(struct feed *f, struct span at, struct span brace, struct stmts *list)
{
	struct stmt *s = make(f, STMT_BLOCK, at, brace);

	if (!list)
		return s;
	s->block = list->v;
	vec_each(i, &list->v)
		s = over_stmt(f, s, list->v.v[i]);
	return s;
}

struct stmt *stmt_plain(struct feed *f, enum stmt_kind kind, struct span at, struct span first,
			struct expr *e)
{
	struct stmt *s = make(f, kind, at, first);

	s->expr = e;
	return over_expr(f, s, e);
}

struct stmt *stmt_expr(struct feed *f, struct span at, struct expr *e)
{
	if (e->kind == EXPR_POISON)
		return make(f, STMT_POISON, at, at);
	struct stmt *s = make(f, STMT_EXPR, at, at);

	s->expr = e;
	s->depth = e->depth;
	return s;
}

struct stmt *stmt_return(struct feed *f, struct span at, struct span word, struct expr *e)
{
	if (!f->in_function)
		syntax_report(f, DIAG_RETURN_OUTSIDE_FUNCTION, word,
			      "'return' may stand only in a function; 'next' leaves a probe");
	return stmt_plain(f, f->in_function ? STMT_RETURN : STMT_POISON, at, word, e);
}

struct stmt *stmt_delete(struct feed *f, struct span at, struct span word, struct expr *e)
{
	node_check_stars(f, e);
	return stmt_plain(f, STMT_DELETE, at, word, e);
}

struct stmt *stmt_if(struct feed *f, struct span at, struct span word, struct expr *cond,
		     struct stmt *yes, struct stmt *no)
{
	struct stmt *s = make(f, STMT_IF, at, word);

	node_condition(f, cond);
	s->branch.cond = cond;
	s->branch.yes = yes;
	s->branch.no = no;
	return over_stmt(f, over_stmt(f, over_expr(f, s, cond), yes), no);
}

struct stmt *stmt_for(struct feed *f, struct span at, struct span word, struct expr *init,
		      struct expr *cond, struct expr *step, struct stmt *body)
{
	struct stmt *s = make(f, STMT_LOOP, at, word);

	node_condition(f, cond);
	s->loop.init = init;
	s->loop.cond = cond;
	s->loop.step = step;
	s->loop.body = body;
	s = over_expr(f, over_expr(f, s, init), cond);
	return over_stmt(f, over_expr(f, s, step), body);
}

struct stmt *stmt_while(struct feed *f, struct span at, struct span word, struct expr *cond,
			struct stmt *body)
{
	struct stmt *s = stmt_for(f, at, word, NULL, cond, NULL, body);

	if (s->kind == STMT_LOOP)
		s->loop.is_while = true;
	return s;
}

static void two_sorts(struct feed *f, struct span at)
{
	syntax_report(f, DIAG_BAD_SORT, at, "a foreach loop is sorted in one way only");
}

struct each *stmt_each_key(struct feed *f, struct each *each, struct expr *name,
			   struct span sign_at, int sign)
{
	if (!each)
		each = arena_make(f->arena, struct each);
	if (sign && each->sort != SORT_NONE) {
		two_sorts(f, sign_at);
	} else if (sign) {
		each->sort = SORT_KEY;
		each->sort_key = each->keys.n;
		each->descending = sign == '-';
	}
	vec_push(f->arena, &each->keys, name);
	return each;
}

struct each *stmt_each_value(struct feed *f, struct each *each, struct expr *name,
			     struct span sign_at, int sign)
{
	each->value = name;
	if (sign && each->sort != SORT_NONE) {
		two_sorts(f, sign_at);
	} else if (sign) {
		each->sort = SORT_VALUE;
		each->descending = sign == '-';
	}
	return each;
}

struct each *stmt_each_bracketed(struct each *each)
{
	each->bracketed = true;
	return each;
}

static void set_order(struct feed *f, struct foreach *loop, struct order order)
{
	if (!order.sign)
		return;
	if (loop->sort != SORT_NONE) {
		two_sorts(f, order.at);
		return;
	}
	loop->sort = SORT_VALUE;
	loop->descending = order.sign == '-';
	loop->sort_by_stat = order.stat >= 0;
	if (loop->sort_by_stat)
		loop->sort_stat = (enum stat_op)order.stat;
}

static void set_slice(struct feed *f, struct foreach *loop, const struct expr_list *slice)
{
	if (!slice)
		return;
	loop->has_slice = true;
	loop->slice = *slice;
	if (slice->n != loop->keys.n)
		syntax_report(f, DIAG_BAD_SLICE, loop->array->span,
			      "the loop has %u keys, its slice %u", loop->keys.n, slice->n);
}

struct stmt *stmt_foreach(struct feed *f, struct span at, struct span word, struct each *each,
			  struct expr *array, struct expr_list *slice, struct order order,
			  struct expr *limit, struct stmt *body)
{
	struct stmt *s = make(f, STMT_FOREACH, at, word);
	struct foreach *loop = arena_make(f->arena, struct foreach);

	loop->value = each->value;
	loop->keys = each->keys;
	loop->bracketed = each->bracketed;
	loop->sort = each->sort;
	loop->sort_key = each->sort_key;
	loop->descending = each->descending;
	loop->array = array;
	loop->limit = limit;
	loop->body = body;
	set_slice(f, loop, slice);
	set_order(f, loop, order);
	s->foreach = loop;
	s = over_expr(f, over_expr(f, s, array), limit);
	for (uint32_t i = 0; slice && i < slice->n; i++)
		s = over_expr(f, s, slice->v[i]);
	return over_stmt(f, s, body);
}

/* stap prints the blocks of a try inside braces of its own; those are read back as none. */
static struct stmt *inner_block(struct stmt *s)
{
	while (s->kind == STMT_BLOCK && s->block.n == 1 && s->block.v[0]->kind == STMT_BLOCK)
		s = s->block.v[0];
	return s;
}

struct stmt *stmt_try(struct feed *f, struct span at, struct span word, struct stmt *body,
		      struct expr *message, struct stmt *handler)
{
	struct stmt *s = make(f, STMT_TRY, at, word);

	s->try_.body = inner_block(body);
	s->try_.message = message;
	s->try_.handler = inner_block(handler);
	return over_stmt(f, over_stmt(f, s, s->try_.body), s->try_.handler);
}

struct stmt *stmt_orphan(struct feed *f, struct span at, const char *word, struct stmt *s)
{
	bool is_else = strcmp(word, "else") == 0;

	if (!f->orphans || (f->orphans != f->open.n + 1 && f->orphans != f->open.n))
		syntax_report(f, DIAG_ORPHAN_BRANCH, at, "this '%s' belongs to no '%s'", word,
			      is_else ? "if" : "try");
	f->orphans = 0;
	return s;
}
