/*
 * Assignments.  The order is SystemTap's: keys and addresses of the left side,
 * then the right side, then what was there (for op= and ++), then the store.
 * An element changed in place is one MGET and one MSET.  The value of an
 * assignment to a local is the local itself.
 */
#include "ir/lowering.h"

/* A left side whose own operands are evaluated. */
struct place {
	const struct expr *e;
	struct loc loc;
	const struct variable *var; /* NULL: a target variable */
	uint32_t where;             /* register or index of var; address */
	uint32_t *keys, nkeys;      /* of an element, with room for a value */
};

static void keep_keys(struct lowering *lo, struct place *p, const struct expr *rhs)
{
	bool change = rhs && lower_expr_assigns(rhs);

	for (uint32_t i = 0; change && i < p->nkeys; i++)
		p->keys[i] = cfg_keep(&lo->cfg, p->loc, p->keys[i]);
}

static struct place place_of(struct lowering *lo, const struct expr *lhs, struct loc loc,
			     const struct expr *rhs)
{
	struct place p = {.e = lhs, .loc = loc};

	if (lhs->access) {
		p.where = lower_access_address(lo, lhs);
		return p;
	}
	if (lhs->kind != EXPR_NAME && lhs->kind != EXPR_INDEX)
		bug("an expression of kind %d is assigned to", (int)lhs->kind);
	p.var = lhs->kind == EXPR_NAME ? lhs->name.sym : lhs->index.base->name.sym;
	if (!p.var || !lower_placed(lo, p.var, &p.where))
		bug("the left side of an assignment was not resolved");
	if (lhs->kind == EXPR_INDEX) {
		p.keys = lower_expr_list(lo, &lhs->index.keys, 1);
		p.nkeys = lhs->index.keys.n;
		keep_keys(lo, &p, rhs);
	}
	return p;
}

static uint32_t *copy_keys(struct lowering *lo, const struct place *p, uint32_t extra)
{
	uint32_t *keys = arena_alloc(lo->arena, (p->nkeys + extra) * sizeof *keys);

	for (uint32_t i = 0; i < p->nkeys; i++)
		keys[i] = p->keys[i];
	return keys;
}

/* What is there. */
static uint32_t load(struct lowering *lo, const struct place *p)
{
	struct ir_inst *in;

	if (!p->var)
		return lower_access_load(lo, p->e, p->where);
	if (p->var->kind != VAR_GLOBAL)
		return p->where;
	in = cfg_emit(&lo->cfg, p->loc, p->e->kind == EXPR_INDEX ? OP_MGET : OP_GLOAD, 0);
	in->global = p->where;
	in->args = copy_keys(lo, p, 0);
	in->nargs = p->nkeys;
	return in->dst = cfg_reg(&lo->cfg, lo->out->globals.v[p->where].type, NULL);
}

static void store_element(struct lowering *lo, const struct place *p, uint32_t reg, enum ir_op op)
{
	struct ir_inst *in = cfg_emit(&lo->cfg, p->loc, op, 0);

	in->global = p->where;
	in->args = copy_keys(lo, p, 1);
	in->args[p->nkeys] = reg;
	in->nargs = p->nkeys + 1;
}

void lower_assign_name(struct lowering *lo, struct loc loc, const struct variable *v, uint32_t reg)
{
	struct ir_inst *in;
	uint32_t place;

	if (!lower_placed(lo, v, &place))
		bug("'%s' was not resolved", v->name);
	if (v->kind != VAR_GLOBAL) {
		cfg_assign(&lo->cfg, loc, place, reg);
		return;
	}
	in = cfg_emit(&lo->cfg, loc, OP_GSTORE, 1);
	in->global = place;
	in->args[0] = reg;
}

/* Stores reg; returns the register that has the value afterwards. */
static uint32_t store(struct lowering *lo, const struct place *p, uint32_t reg)
{
	if (!p->var) {
		lower_access_store(lo, p->e, p->where, reg);
		return reg;
	}
	if (p->e->kind == EXPR_INDEX) {
		store_element(lo, p, reg, OP_MSET);
		return reg;
	}
	lower_assign_name(lo, p->loc, p->var, reg);
	return p->var->kind == VAR_GLOBAL ? reg : p->where;
}

uint32_t lower_assign(struct lowering *lo, const struct expr *e)
{
	struct place p = place_of(lo, e->assign.lhs, e->at, e->assign.rhs);
	uint32_t rhs = lower_expr(lo, e->assign.rhs);

	switch (e->assign.op) {
	case ASSIGN_SET: break;
	case ASSIGN_STAT: store_element(lo, &p, rhs, OP_SADD); return rhs;
	case ASSIGN_CONCAT:
		rhs = cfg_value(&lo->cfg, e->at, OP_CONCAT, IR_STR, load(lo, &p), rhs);
		break;
	case ASSIGN_ARITH:
		rhs = lower_expr_binary(lo, e->at, e->assign.arith, load(lo, &p), rhs);
		break;
	}
	return store(lo, &p, rhs);
}

uint32_t lower_assign_crement(struct lowering *lo, const struct expr *e, bool wanted)
{
	struct place p = place_of(lo, e->crement.a, e->at, NULL);
	uint32_t old = load(lo, &p), one, changed, now;

	if (wanted && !e->crement.prefix)
		old = cfg_keep(&lo->cfg, e->at, old);
	one = cfg_const(&lo->cfg, e->at, 1);
	changed = cfg_value(&lo->cfg, e->at, e->crement.increment ? OP_ADD : OP_SUB, IR_INT, old,
			    one);
	now = store(lo, &p, changed);
	return e->crement.prefix ? now : old;
}
