/*
 * Statements.  How statements are counted against MAXACTION: one STMT for each
 * statement that is reached, before it does anything; blocks and empty
 * statements count nothing.  A loop counts one when it is reached and one more
 * at the start of each iteration, which together is SystemTap's one for every
 * test of its condition; the first and third part of a `for` are statements of
 * their own.  What functions execute counts too.  So
 *
 *	for (i = 0; i < 10; i++) { for (j = 0; j < 20; j++) { x++ } }
 *
 * costs 1 + 1 + 10 * (1 + (1 + 1 + 20 * (1 + 1 + 1)) + 1): 642.
 *
 * A statement is control flow and effects only; `next` leaves a handler, and in
 * a function tries the next overload.  What follows a `return`, `break`,
 * `continue` or `next` in its block is dropped by cfg_finish().
 */
#include "ir/lowering.h"

static void branch(struct lowering *lo, const struct stmt *s)
{
	struct cfg *c = &lo->cfg;
	uint32_t yes = cfg_block(c), end = cfg_block(c);
	uint32_t no = s->branch.no ? cfg_block(c) : end;

	lower_expr_cond(lo, s->branch.cond, yes, no);
	cfg_enter(c, yes);
	lower_stmt(lo, s->branch.yes);
	cfg_jump(c, s->keyword.start, end);
	if (s->branch.no) {
		cfg_enter(c, no);
		lower_stmt(lo, s->branch.no);
		cfg_jump(c, s->keyword.start, end);
	}
	cfg_enter(c, end);
}

static void leave(struct lowering *lo, const struct stmt *s)
{
	struct loc loc = s->keyword.start;

	if (lo->func.kind == IR_FUNCTION && s->kind == STMT_NEXT)
		cfg_emit(&lo->cfg, loc, OP_PASS, 0);
	else
		lower_return_default(lo, loc);
	cfg_dead(&lo->cfg);
}

static void give_back(struct lowering *lo, const struct stmt *s)
{
	struct loc loc = s->keyword.start;

	if (!s->expr || !lo->func.has_result) {
		if (s->expr)
			lower_expr_effect(lo, s->expr);
		leave(lo, s);
		return;
	}
	uint32_t reg = lower_expr(lo, s->expr);

	cfg_emit(&lo->cfg, loc, OP_RETURN, 1)->args[0] = reg;
	cfg_dead(&lo->cfg);
}

static void delete (struct lowering *lo, const struct expr *e)
{
	const struct variable *v;
	uint32_t place;

	if (e->kind == EXPR_INDEX) {
		lower_expr_keyed(lo, e->at, OP_MDEL, e->index.base, &e->index.keys);
		return;
	}
	v = e->kind == EXPR_NAME ? e->name.sym : NULL;
	if (!v || !lower_placed(lo, v, &place))
		bug("what is deleted was not resolved");
	if (v->kind == VAR_GLOBAL)
		cfg_emit(&lo->cfg, e->at, v->is_array ? OP_MDEL : OP_GCLEAR, 0)->global = place;
	else
		cfg_assign(&lo->cfg, e->at, place,
			   cfg_default(&lo->cfg, e->at, lower_type(v->type)));
}

/* The message of the error caught, into the variable of `catch (e)`. */
static void catch_message(struct lowering *lo, const struct expr *message)
{
	struct ir_inst *in = cfg_emit(&lo->cfg, message->at, OP_ERRMSG, 0);
	uint32_t reg = in->dst = cfg_reg(&lo->cfg, IR_STR, NULL);

	lower_assign_name(lo, message->at, message->name.sym, reg);
}

static void try(struct lowering *lo, const struct stmt *s)
{
	struct cfg *c = &lo->cfg;
	struct loc loc = s->keyword.start;
	uint32_t handler = cfg_block(c), end = cfg_block(c), outer = c->catch, body;

	c->catch = handler;
	body = cfg_block(c);
	cfg_jump(c, loc, body);
	cfg_enter(c, body);
	lower_stmt(lo, s->try_.body);
	cfg_jump(c, loc, end);
	c->catch = outer;
	cfg_enter(c, handler);
	if (s->try_.message)
		catch_message(lo, s->try_.message);
	lower_stmt(lo, s->try_.handler);
	cfg_jump(c, loc, end);
	cfg_enter(c, end);
}

static void go(struct lowering *lo, const struct stmt *s)
{
	if (!lo->loop)
		bug("break or continue outside a loop");
	cfg_jump(&lo->cfg, s->keyword.start,
		 s->kind == STMT_BREAK ? lo->loop->on_break : lo->loop->on_continue);
	cfg_dead(&lo->cfg);
}

static void block(struct lowering *lo, const struct stmt_list *l)
{
	for (uint32_t i = 0; i < l->n; i++)
		lower_stmt(lo, l->v[i]);
}

static void counted(struct lowering *lo, const struct stmt *s)
{
	switch (s->kind) {
	case STMT_EXPR: lower_expr_effect(lo, s->expr); break;
	case STMT_IF: branch(lo, s); break;
	case STMT_LOOP: lower_loop_plain(lo, s); break;
	case STMT_FOREACH: lower_loop_foreach(lo, s); break;
	case STMT_RETURN: give_back(lo, s); break;
	case STMT_DELETE: delete (lo, s->expr); break;
	case STMT_BREAK:
	case STMT_CONTINUE: go(lo, s); break;
	case STMT_NEXT: leave(lo, s); break;
	case STMT_TRY: try(lo, s); break;
	case STMT_POISON:
	case STMT_EMPTY:
	case STMT_BLOCK: bug("a statement of kind %d is not counted", (int)s->kind);
	}
}

void lower_stmt(struct lowering *lo, const struct stmt *s)
{
	if (s->kind == STMT_EMPTY || (s->kind == STMT_EXPR && s->expr->elided))
		return;
	if (s->kind == STMT_BLOCK) {
		block(lo, &s->block);
		return;
	}
	cfg_stmt(&lo->cfg, s->keyword.start);
	counted(lo, s);
}
