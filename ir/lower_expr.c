/*
 * Expressions to registers.  The value of a local is its own register, so that
 * what a branch learns about it is learnt about the variable; where an operand
 * evaluated later may assign the local, a copy is made first.  Each mention of
 * a global is one load.  Operands go left to right; && || ?: and conditions are
 * control flow.  Calls, prints, aggregates, assignments and target variables
 * have files of their own.
 */
#include "ir/lowering.h"

#include "base/text.h"

static bool list_assigns(const struct expr_list *l)
{
	for (uint32_t i = 0; i < l->n; i++)
		if (l->v[i] && lower_expr_assigns(l->v[i]))
			return true;
	return false;
}

static bool access_assigns(const struct access *a)
{
	for (uint32_t i = 0; i < a->nsteps; i++)
		if (a->steps[i].index && lower_expr_assigns(a->steps[i].index))
			return true;
	return a->operand && lower_expr_assigns(a->operand);
}

bool lower_expr_assigns(const struct expr *e)
{
	if (e->access)
		return access_assigns(e->access);
	switch (e->kind) {
	case EXPR_ASSIGN:
	case EXPR_CREMENT: return true;
	case EXPR_INDEX: return lower_expr_assigns(e->index.base) || list_assigns(&e->index.keys);
	case EXPR_CALL: return list_assigns(&e->call.args);
	case EXPR_UNARY: return lower_expr_assigns(e->unary.a);
	case EXPR_BINARY: return lower_expr_assigns(e->binary.a) || lower_expr_assigns(e->binary.b);
	case EXPR_CONCAT: return list_assigns(&e->concat);
	case EXPR_TERNARY:
		return lower_expr_assigns(e->ternary.cond) || lower_expr_assigns(e->ternary.yes) ||
		       lower_expr_assigns(e->ternary.no);
	case EXPR_IN: return list_assigns(&e->in.keys) || lower_expr_assigns(e->in.array);
	case EXPR_MATCH: return lower_expr_assigns(e->match.a);
	case EXPR_PRINT:
		return list_assigns(&e->print.args) ||
		       (e->print.hist && lower_expr_assigns(e->print.hist));
	case EXPR_STAT: return lower_expr_assigns(e->stat.stat);
	case EXPR_HIST: return lower_expr_assigns(e->hist.stat);
	case EXPR_ENUMNAME: return lower_expr_assigns(e->enumname.value);
	case EXPR_DEREF: return lower_expr_assigns(e->machine.addr);
	case EXPR_POISON:
	case EXPR_NUMBER:
	case EXPR_STRING:
	case EXPR_NAME:
	case EXPR_TARGET:
	case EXPR_DEFINED:
	case EXPR_ENTRY:
	case EXPR_PERF:
	case EXPR_CONST:
	case EXPR_ENUM:
	case EXPR_REGISTER:
	case EXPR_PROBEWRITE:
	case EXPR_EMBEDDED: break;
	}
	return false;
}

uint32_t lower_expr_before(struct lowering *lo, const struct expr *e, const struct expr *after)
{
	uint32_t reg = lower_expr(lo, e);

	if (after && cfg_is_named(&lo->cfg, reg) && lower_expr_assigns(after))
		return cfg_keep(&lo->cfg, e->at, reg);
	return reg;
}

uint32_t *lower_expr_list(struct lowering *lo, const struct expr_list *l, uint32_t extra)
{
	uint32_t *regs = arena_alloc(lo->arena, (l->n + extra) * sizeof *regs), last = l->n;

	while (last > 0 && !(l->v[last - 1] && lower_expr_assigns(l->v[last - 1])))
		last--; /* after the last that assigns, nothing needs keeping */
	for (uint32_t i = 0; i < l->n; i++) {
		regs[i] = l->v[i] ? lower_expr(lo, l->v[i]) : IR_NONE;
		if (l->v[i] && i + 1 < last)
			regs[i] = cfg_keep(&lo->cfg, l->v[i]->at, regs[i]);
	}
	return regs;
}

uint32_t lower_expr_join(struct lowering *lo, struct loc loc, enum ir_type type, const char *name)
{
	uint32_t join = cfg_reg(&lo->cfg, type, name);

	cfg_assign(&lo->cfg, loc, join, cfg_default(&lo->cfg, loc, type));
	return join;
}

static uint32_t name(struct lowering *lo, const struct expr *e)
{
	const struct variable *v = e->name.sym;
	struct ir_inst *in;
	uint32_t place;

	if (!v || !lower_placed(lo, v, &place))
		bug("'%s' was not resolved", e->name.name);
	if (v->kind != VAR_GLOBAL)
		return place;
	in = cfg_emit(&lo->cfg, e->at, OP_GLOAD, 0);
	in->global = place;
	return in->dst = cfg_reg(&lo->cfg, lo->out->globals.v[place].type, NULL);
}

struct ir_inst *lower_expr_keyed(struct lowering *lo, struct loc at, enum ir_op op,
				 const struct expr *array, const struct expr_list *keys)
{
	uint32_t *regs = lower_expr_list(lo, keys, 0), global;
	struct ir_inst *in;

	if (!lower_placed(lo, array->name.sym, &global))
		bug("the array '%s' was not resolved", array->name.name);
	in = cfg_emit(&lo->cfg, at, op, 0);
	in->args = regs;
	in->nargs = keys->n;
	in->global = global;
	return in;
}

static uint32_t element(struct lowering *lo, const struct expr *e)
{
	struct ir_inst *in;

	if (e->index.base->kind == EXPR_HIST)
		return lower_stat_bucket(lo, e);
	in = lower_expr_keyed(lo, e->at, OP_MGET, e->index.base, &e->index.keys);
	return in->dst = cfg_reg(&lo->cfg, lo->out->globals.v[in->global].type, NULL);
}

static uint32_t unary(struct lowering *lo, const struct expr *e)
{
	uint32_t a = lower_expr(lo, e->unary.a);

	switch (e->unary.op) {
	case UNARY_PLUS: return a;
	case UNARY_MINUS: return cfg_value(&lo->cfg, e->at, OP_NEG, IR_INT, a, IR_NONE);
	case UNARY_COMPLEMENT: return cfg_value(&lo->cfg, e->at, OP_NOT, IR_INT, a, IR_NONE);
	case UNARY_NOT: break;
	}
	return cfg_value(&lo->cfg, e->at, OP_EQ, IR_INT, a, cfg_const(&lo->cfg, e->at, 0));
}

uint32_t lower_expr_binary(struct lowering *lo, struct loc loc, enum binary_op op, uint32_t a,
			   uint32_t b)
{
	static const enum ir_op OPS[] = {
		[BINARY_ADD] = OP_ADD, [BINARY_SUB] = OP_SUB,   [BINARY_MUL] = OP_MUL,
		[BINARY_DIV] = OP_DIV, [BINARY_MOD] = OP_MOD,   [BINARY_AND] = OP_AND,
		[BINARY_OR] = OP_OR,   [BINARY_XOR] = OP_XOR,   [BINARY_SHL] = OP_SHL,
		[BINARY_SHR] = OP_SHR, [BINARY_USHR] = OP_USHR, [BINARY_LT] = OP_LT,
		[BINARY_GT] = OP_GT,   [BINARY_LE] = OP_LE,     [BINARY_GE] = OP_GE,
		[BINARY_EQ] = OP_EQ,   [BINARY_NE] = OP_NE,
	};

	if (op > BINARY_NE)
		bug("&& and || are control flow");
	if (lo->func.regs.v[a].type == IR_STR) { /* strings are compared through their order */
		a = cfg_value(&lo->cfg, loc, OP_STRCMP, IR_INT, a, b);
		b = cfg_const(&lo->cfg, loc, 0);
	}
	return cfg_value(&lo->cfg, loc, OPS[op], IR_INT, a, b);
}

/* The 0 or 1 of a condition. */
static uint32_t truth(struct lowering *lo, const struct expr *e)
{
	uint32_t join = lower_expr_join(lo, e->at, IR_INT, "(truth)");
	uint32_t yes = cfg_block(&lo->cfg), end = cfg_block(&lo->cfg);

	lower_expr_cond(lo, e, yes, end);
	cfg_enter(&lo->cfg, yes);
	cfg_assign(&lo->cfg, e->at, join, cfg_const(&lo->cfg, e->at, 1));
	cfg_jump(&lo->cfg, e->at, end);
	cfg_enter(&lo->cfg, end);
	return join;
}

static uint32_t binary(struct lowering *lo, const struct expr *e)
{
	uint32_t a, b;

	if (e->binary.op == BINARY_LOGICAL_AND || e->binary.op == BINARY_LOGICAL_OR)
		return truth(lo, e);
	a = lower_expr_before(lo, e->binary.a, e->binary.b);
	b = lower_expr(lo, e->binary.b);
	return lower_expr_binary(lo, e->at, e->binary.op, a, b);
}

static uint32_t concat(struct lowering *lo, const struct expr *e)
{
	uint32_t *parts = lower_expr_list(lo, &e->concat, 0), all = parts[0];

	for (uint32_t i = 1; i < e->concat.n; i++)
		all = cfg_value(&lo->cfg, e->at, OP_CONCAT, IR_STR, all, parts[i]);
	return all;
}

static void arm(struct lowering *lo, const struct expr *e, uint32_t block, uint32_t join,
		uint32_t end)
{
	cfg_enter(&lo->cfg, block);
	cfg_assign(&lo->cfg, e->at, join, lower_expr(lo, e));
	cfg_jump(&lo->cfg, e->at, end);
}

static uint32_t ternary(struct lowering *lo, const struct expr *e)
{
	uint32_t join = lower_expr_join(lo, e->at, lower_type(e->type), "(choice)");
	uint32_t yes = cfg_block(&lo->cfg), no = cfg_block(&lo->cfg), end = cfg_block(&lo->cfg);

	lower_expr_cond(lo, e->ternary.cond, yes, no);
	arm(lo, e->ternary.yes, yes, join, end);
	arm(lo, e->ternary.no, no, join, end);
	cfg_enter(&lo->cfg, end);
	return join;
}

static uint32_t membership(struct lowering *lo, const struct expr *e)
{
	struct ir_inst *in;

	if (e->in.array->kind == EXPR_HIST)
		return lower_stat_in(lo, e);
	in = lower_expr_keyed(lo, e->at, OP_MIN_, e->in.array, &e->in.keys);
	return in->dst = cfg_reg(&lo->cfg, IR_INT, NULL);
}

static uint32_t match(struct lowering *lo, const struct expr *e)
{
	uint32_t a = lower_expr(lo, e->match.a);
	uint32_t hit = cfg_value(&lo->cfg, e->at, OP_MATCH, IR_INT, a, IR_NONE);
	struct ir_block *b = &lo->func.blocks.v[lo->cfg.block];

	b->insts.v[b->insts.n - 1].str = text_unescape(lo->arena, e->match.pattern, NULL);
	if (!e->match.negated)
		return hit;
	return cfg_value(&lo->cfg, e->at, OP_EQ, IR_INT, hit, cfg_const(&lo->cfg, e->at, 0));
}

static uint32_t embedded(struct lowering *lo, const struct expr *e)
{
	struct ir_inst *in = cfg_emit(&lo->cfg, e->at, OP_EMBEDDED, 0);

	in->str = e->string;
	return in->dst = cfg_reg(&lo->cfg, lower_type(e->type), NULL);
}

uint32_t lower_expr(struct lowering *lo, const struct expr *e)
{
	if (e->kind == EXPR_POISON && e->later)
		return cfg_const(&lo->cfg, e->at, 0); /* nothing wants it */
	if (e->access)
		return lower_access(lo, e);
	switch (e->kind) {
	case EXPR_NUMBER: return cfg_const(&lo->cfg, e->at, e->number);
	case EXPR_STRING: return cfg_str(&lo->cfg, e->at, lower_text(lo, e->string));
	case EXPR_NAME: return name(lo, e);
	case EXPR_INDEX: return element(lo, e);
	case EXPR_CALL: return lower_call(lo, e, true);
	case EXPR_UNARY: return unary(lo, e);
	case EXPR_BINARY: return binary(lo, e);
	case EXPR_CONCAT: return concat(lo, e);
	case EXPR_ASSIGN: return lower_assign(lo, e);
	case EXPR_CREMENT: return lower_assign_crement(lo, e, true);
	case EXPR_TERNARY: return ternary(lo, e);
	case EXPR_IN: return membership(lo, e);
	case EXPR_MATCH: return match(lo, e);
	case EXPR_PRINT: return lower_call_print(lo, e, true);
	case EXPR_STAT: return lower_stat(lo, e);
	case EXPR_EMBEDDED: return embedded(lo, e);
	case EXPR_POISON:
	case EXPR_HIST:
	case EXPR_TARGET:
	case EXPR_DEFINED:
	case EXPR_ENTRY:
	case EXPR_PERF:
	case EXPR_CONST:
	case EXPR_ENUM:
	case EXPR_ENUMNAME:
	case EXPR_DEREF:
	case EXPR_REGISTER:
	case EXPR_PROBEWRITE: break; /* sema folds them, gives them an access, or refuses them */
	}
	bug("an expression of kind %d was left to lowering", (int)e->kind);
}

void lower_expr_effect(struct lowering *lo, const struct expr *e)
{
	if (e->access)
		lower_expr(lo, e);
	else if (e->kind == EXPR_CALL)
		lower_call(lo, e, false);
	else if (e->kind == EXPR_PRINT)
		lower_call_print(lo, e, false);
	else if (e->kind == EXPR_CREMENT)
		lower_assign_crement(lo, e, false);
	else if (e->type != TYPE_STATS)
		lower_expr(lo, e);
	else if (e->kind == EXPR_INDEX) /* an aggregate has no value: its keys alone are computed */
		lower_expr_list(lo, &e->index.keys, 0);
}

/* a && b, or a || b when either: what decides after a goes on to b. */
static void both(struct lowering *lo, const struct expr *e, uint32_t yes, uint32_t no, bool either)
{
	uint32_t second = cfg_block(&lo->cfg);

	lower_expr_cond(lo, e->binary.a, either ? yes : second, either ? second : no);
	cfg_enter(&lo->cfg, second);
	lower_expr_cond(lo, e->binary.b, yes, no);
}

void lower_expr_cond(struct lowering *lo, const struct expr *e, uint32_t yes, uint32_t no)
{
	if (e->kind == EXPR_BINARY && e->binary.op == BINARY_LOGICAL_AND)
		both(lo, e, yes, no, false);
	else if (e->kind == EXPR_BINARY && e->binary.op == BINARY_LOGICAL_OR)
		both(lo, e, yes, no, true);
	else if (e->kind == EXPR_UNARY && e->unary.op == UNARY_NOT)
		lower_expr_cond(lo, e->unary.a, no, yes);
	else
		cfg_branch(&lo->cfg, e->at, lower_expr(lo, e), yes, no);
}
