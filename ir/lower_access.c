/*
 * Target variables: sema made them a base and steps; here each step is an
 * instruction.  An index whose array's size is known is checked (INDEX); every
 * load names what it reads, for messages.  What only DWARF could tell is not
 * here.  With at_entry the steps, too, are owed at the entry of the function;
 * that is for the back ends, which see CONTEXT_ENTRY as the base.
 */
#include "ir/lowering.h"

#include <string.h>

static uint32_t context(struct lowering *lo, const struct expr *e, enum ir_context_kind kind,
			int64_t n, const char *name)
{
	struct ir_inst *in = cfg_emit(&lo->cfg, e->at, OP_CONTEXT, 0);

	in->imm = n;
	in->imm2 = kind;
	in->str = name ? name : "";
	return in->dst = cfg_reg(&lo->cfg, IR_INT, NULL);
}

static uint32_t operand(struct lowering *lo, const struct expr *e)
{
	const struct access *a = e->access;
	uint32_t reg = lower_expr(lo, a->operand);

	for (uint32_t i = 0; i < a->nsteps; i++)
		if (a->steps[i].index && lower_expr_assigns(a->steps[i].index))
			return cfg_keep(&lo->cfg, e->at, reg);
	return reg;
}

/* The part of a register that is the value. */
static uint32_t narrowed(struct lowering *lo, const struct expr *e, uint32_t reg)
{
	const struct access *a = e->access;
	uint32_t above;

	if (!a->size)
		return reg;
	if (!a->is_signed)
		return cfg_value(&lo->cfg, e->at, OP_AND, IR_INT, reg,
				 cfg_const(&lo->cfg, e->at, (INT64_C(1) << 8 * a->size) - 1));
	above = cfg_const(&lo->cfg, e->at, 64 - 8 * a->size);
	reg = cfg_value(&lo->cfg, e->at, OP_SHL, IR_INT, reg, above);
	return cfg_value(&lo->cfg, e->at, OP_SHR, IR_INT, reg, above);
}

/* All of the register. */
static uint32_t whole(struct lowering *lo, const struct expr *e)
{
	const struct access *a = e->access;

	switch (a->base) {
	case ACCESS_ARG: return context(lo, e, CONTEXT_ARG, a->n, a->name);
	case ACCESS_RETURN: return context(lo, e, CONTEXT_RETURN, 0, a->name);
	case ACCESS_ENTRY: return context(lo, e, CONTEXT_ENTRY, a->n, a->name);
	case ACCESS_CONTEXT: return context(lo, e, CONTEXT_NAMED, a->n, a->name);
	case ACCESS_REGISTER: return context(lo, e, CONTEXT_REGISTER, a->n, a->name);
	case ACCESS_TERM: return lower_term(lo, e);
	case ACCESS_VALUE: return operand(lo, e);
	case ACCESS_CONSTANT: break;
	}
	return cfg_const(&lo->cfg, e->at, a->constant);
}

static uint32_t base(struct lowering *lo, const struct expr *e)
{
	return narrowed(lo, e, whole(lo, e));
}

static uint32_t add(struct lowering *lo, struct loc loc, uint32_t reg, int64_t n)
{
	if (!n)
		return reg;
	return cfg_value(&lo->cfg, loc, OP_ADD, IR_INT, reg, cfg_const(&lo->cfg, loc, n));
}

static uint32_t scale(struct lowering *lo, const struct access_step *s, uint32_t reg)
{
	struct loc loc = s->span.start;
	uint32_t index = lower_expr(lo, s->index);

	if (s->nelements && s->nelements <= INT64_MAX) {
		index = cfg_value(&lo->cfg, loc, OP_INDEX, IR_INT, index, IR_NONE);
		struct ir_block *b = &lo->func.blocks.v[lo->cfg.block];

		b->insts.v[b->insts.n - 1].imm = (int64_t)s->nelements;
	}
	if (s->amount != 1)
		index = cfg_value(&lo->cfg, loc, OP_MUL, IR_INT, index,
				  cfg_const(&lo->cfg, loc, s->amount));
	return cfg_value(&lo->cfg, loc, OP_ADD, IR_INT, reg, index);
}

static const struct ir_mem *memory(struct lowering *lo, const struct access_step *s,
				   const char *what)
{
	struct ir_mem *m = arena_make(lo->arena, struct ir_mem);

	m->size = (uint8_t)(s->as_string ? 1 : s->size);
	m->is_signed = s->is_signed;
	m->user = s->user;
	m->bit_offset = (uint8_t)s->bit_offset;
	m->bit_size = (uint8_t)s->bit_size;
	m->what = what;
	return m;
}

static uint32_t load(struct lowering *lo, const struct access_step *s, const char *what,
		     uint32_t address)
{
	struct ir_inst *in =
		cfg_emit(&lo->cfg, s->span.start, s->as_string ? OP_LOADSTR : OP_LOAD, 1);

	in->args[0] = address;
	in->mem = memory(lo, s, what);
	return in->dst = cfg_reg(&lo->cfg, s->as_string ? IR_STR : IR_INT, NULL);
}

/* What the user wrote up to and with step i. */
static const char *spelling(struct lowering *lo, const struct access *a, uint32_t n)
{
	size_t len = 0, at = 0;
	const char *first = a->name ? a->name : "";
	char *text;

	for (uint32_t i = 0; i < n; i++)
		len += a->steps[i].what ? strlen(a->steps[i].what) : 0;
	text = arena_alloc(lo->arena, strlen(first) + len + 1);
	at = strlen(strcpy(text, first));
	for (uint32_t i = 0; i < n; i++)
		if (a->steps[i].what && strcmp(a->steps[i].what, first) != 0)
			at += strlen(strcpy(text + at, a->steps[i].what));
	return text;
}

static uint32_t steps(struct lowering *lo, const struct expr *e, uint32_t n)
{
	uint32_t reg = base(lo, e);

	for (uint32_t i = 0; i < n; i++) {
		const struct access_step *s = &e->access->steps[i];

		switch (s->kind) {
		case STEP_ADD: reg = add(lo, s->span.start, reg, s->amount); break;
		case STEP_INDEX: reg = scale(lo, s, reg); break;
		case STEP_LOAD: reg = load(lo, s, spelling(lo, e->access, i + 1), reg); break;
		}
	}
	return reg;
}

/* The text of a procfs file: as read or written so far; in the second form it becomes reg. */
static uint32_t text(struct lowering *lo, const struct expr *e, bool set, uint32_t reg)
{
	struct ir_inst *in = cfg_emit(&lo->cfg, e->at, OP_INTRINSIC, set ? 1 : 0);

	in->imm = set ? INTRINSIC_SET_PROCFS_VALUE : INTRINSIC_PROCFS_VALUE;
	if (set)
		in->args[0] = reg;
	return in->dst = set ? IR_NONE : cfg_reg(&lo->cfg, IR_STR, NULL);
}

uint32_t lower_access(struct lowering *lo, const struct expr *e)
{
	if (e->access->is_string)
		return text(lo, e, false, IR_NONE);
	return steps(lo, e, e->access->nsteps);
}

/* What is stored to: the memory the last step loads, or what the base itself is kept in. */
static struct access_step stored(const struct expr *e)
{
	const struct access *a = e->access;

	if (a->nsteps && a->steps[a->nsteps - 1].kind == STEP_LOAD)
		return a->steps[a->nsteps - 1];
	return (struct access_step){.kind = STEP_LOAD, .span = e->span, .size = 8};
}

/* Where a value of the probe's own is kept. */
static uint32_t kept(struct lowering *lo, const struct expr *e)
{
	const struct access *a = e->access;

	switch (a->base) {
	case ACCESS_ARG:
	case ACCESS_ENTRY: return context(lo, e, CONTEXT_ARG_PLACE, a->n, a->name);
	case ACCESS_RETURN: return context(lo, e, CONTEXT_RETURN_PLACE, 0, a->name);
	case ACCESS_CONTEXT: return context(lo, e, CONTEXT_NAMED_PLACE, a->n, a->name);
	case ACCESS_REGISTER:
	case ACCESS_TERM:
	case ACCESS_VALUE:
	case ACCESS_CONSTANT: break; /* a value is taken for the address */
	}
	return base(lo, e);
}

uint32_t lower_access_address(struct lowering *lo, const struct expr *e)
{
	uint32_t n = e->access->nsteps;

	if (e->access->is_string)
		return IR_NONE;
	if (!n)
		return kept(lo, e);
	if (e->access->steps[n - 1].kind == STEP_LOAD)
		n--;
	return cfg_keep(&lo->cfg, e->at, steps(lo, e, n));
}

uint32_t lower_access_load(struct lowering *lo, const struct expr *e, uint32_t address)
{
	struct access_step s = stored(e);

	if (e->access->is_string)
		return text(lo, e, false, IR_NONE);
	address = load(lo, &s, spelling(lo, e->access, e->access->nsteps), address);
	return e->access->nsteps ? address : narrowed(lo, e, address);
}

void lower_access_store(struct lowering *lo, const struct expr *e, uint32_t address, uint32_t value)
{
	struct access_step s = stored(e);
	struct ir_inst *in;

	if (e->access->is_string) {
		text(lo, e, true, value);
		return;
	}
	in = cfg_emit(&lo->cfg, e->at, OP_STORE, 2);
	in->args[0] = address;
	in->args[1] = value;
	in->mem = memory(lo, &s, spelling(lo, e->access, e->access->nsteps));
}
