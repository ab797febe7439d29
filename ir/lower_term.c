/*
 * DWARF expressions and the arguments of marks: a term becomes registers of the
 * probe's context, loads and arithmetic.  Parts that a term uses twice are
 * computed once.  A division owes what every division owes.
 */
#include "ir/lowering.h"

struct done {
	const struct code_term *term;
	uint32_t reg;
};

struct term {
	struct lowering *lo;
	const struct expr *e;
	VEC(struct done) done;
};

static uint32_t lower(struct term *w, const struct code_term *t);

static uint32_t emit(struct term *w, enum ir_op op, uint32_t a, uint32_t b)
{
	return cfg_value(&w->lo->cfg, w->e->at, op, IR_INT, a, b);
}

static uint32_t number(struct term *w, int64_t n)
{
	return cfg_const(&w->lo->cfg, w->e->at, n);
}

static uint32_t context(struct term *w, enum ir_context_kind kind, int64_t n)
{
	struct ir_inst *in = cfg_emit(&w->lo->cfg, w->e->at, OP_CONTEXT, 0);

	in->imm = n;
	in->imm2 = kind;
	in->str = w->e->access->name ? w->e->access->name : "";
	return in->dst = cfg_reg(&w->lo->cfg, IR_INT, NULL);
}

static uint32_t load(struct term *w, const struct code_term *t)
{
	uint32_t address = lower(w, t->a);
	struct ir_mem *m = arena_make(w->lo->arena, struct ir_mem);
	struct ir_inst *in = cfg_emit(&w->lo->cfg, w->e->at, OP_LOAD, 1);

	m->size = (uint8_t)t->size;
	m->user = w->e->access->user;
	m->what = w->e->access->name ? w->e->access->name : "";
	in->args[0] = address;
	in->mem = m;
	return in->dst = cfg_reg(&w->lo->cfg, IR_INT, NULL);
}

/* a >= b of unsigned numbers */
static uint32_t reaches(struct term *w, uint32_t a, uint32_t b)
{
	uint32_t flip = number(w, INT64_MIN);

	return emit(w, OP_GE, emit(w, OP_XOR, a, flip), emit(w, OP_XOR, b, flip));
}

/*
 * The unsigned remainder.  For b below 2^63 by halves: q = (a >>> 1) / b * 2 is at most one too
 * small.  For others q is 0 before that correction; b >> 63 is then all ones.
 */
static uint32_t modulo(struct term *w, uint32_t a, uint32_t b)
{
	uint32_t one = number(w, 1);
	uint32_t half = emit(w, OP_DIV, emit(w, OP_USHR, a, one), b);
	uint32_t small = emit(w, OP_NOT, emit(w, OP_SHR, b, number(w, 63)), IR_NONE);
	uint32_t q = emit(w, OP_AND, emit(w, OP_SHL, half, one), small);
	uint32_t rest = emit(w, OP_SUB, a, emit(w, OP_MUL, q, b));

	return emit(w, OP_SUB, rest, emit(w, OP_MUL, reaches(w, rest, b), b));
}

static uint32_t absolute(struct term *w, uint32_t a)
{
	uint32_t sign = emit(w, OP_SHR, a, number(w, 63));

	return emit(w, OP_SUB, emit(w, OP_XOR, a, sign), sign);
}

static uint32_t binary(struct term *w, const struct code_term *t, enum ir_op op)
{
	uint32_t a = lower(w, t->a);

	return emit(w, op, a, lower(w, t->b));
}

static uint32_t compute(struct term *w, const struct code_term *t)
{
	switch (t->kind) {
	case CODE_NUMBER: return number(w, t->number);
	case CODE_REGISTER: return context(w, CONTEXT_REGISTER, t->number);
	case CODE_ENTRY: return context(w, CONTEXT_ENTRY, t->number);
	case CODE_LINKED: return context(w, CONTEXT_LINKED, t->number);
	case CODE_THREAD: return context(w, CONTEXT_THREAD, t->number);
	case CODE_LOAD: return load(w, t);
	case CODE_ADD: return binary(w, t, OP_ADD);
	case CODE_SUB: return binary(w, t, OP_SUB);
	case CODE_MUL: return binary(w, t, OP_MUL);
	case CODE_DIV: return binary(w, t, OP_DIV);
	case CODE_AND: return binary(w, t, OP_AND);
	case CODE_OR: return binary(w, t, OP_OR);
	case CODE_XOR: return binary(w, t, OP_XOR);
	case CODE_SHL: return binary(w, t, OP_SHL);
	case CODE_SHR: return binary(w, t, OP_USHR);
	case CODE_SAR: return binary(w, t, OP_SHR);
	case CODE_EQ: return binary(w, t, OP_EQ);
	case CODE_NE: return binary(w, t, OP_NE);
	case CODE_LT: return binary(w, t, OP_LT);
	case CODE_LE: return binary(w, t, OP_LE);
	case CODE_GT: return binary(w, t, OP_GT);
	case CODE_GE: return binary(w, t, OP_GE);
	case CODE_NEG: return emit(w, OP_NEG, lower(w, t->a), IR_NONE);
	case CODE_NOT: return emit(w, OP_NOT, lower(w, t->a), IR_NONE);
	case CODE_ABS: return absolute(w, lower(w, t->a));
	case CODE_MOD: break;
	}
	uint32_t a = lower(w, t->a);

	return modulo(w, a, lower(w, t->b));
}

static uint32_t lower(struct term *w, const struct code_term *t)
{
	struct done d = {.term = t};

	for (uint32_t i = 0; i < w->done.n; i++)
		if (w->done.v[i].term == t)
			return w->done.v[i].reg;
	d.reg = compute(w, t);
	vec_push(w->lo->scratch, &w->done, d);
	return d.reg;
}

uint32_t lower_term(struct lowering *lo, const struct expr *e)
{
	struct term w = {.lo = lo, .e = e};

	return lower(&w, e->access->term);
}
