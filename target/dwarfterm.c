/*
 * A DWARF expression is a program for a stack of numbers; without branches it is also a tree, which
 * is what it becomes here: the stack holds trees in place of numbers.  Values with a type narrower
 * than 64 bits are kept extended as the type has it.  What cannot be told at compile time
 * (branches, calls) or has no place (pieces, optimised pointers) ends with the reason in words.
 * Operations, the depth of the stack and the size of a tree written out are bounded.
 */
#include "target/dwarfterm.h"

#include <string.h>

enum { DEPTH = 64, MAX_SIZE = 400 };

/* A tree on the stack. */
struct item {
	const struct code_term *t;
	uint32_t size;  /* nodes, those that are shared counted each time */
	uint8_t bytes;  /* 0: the generic type, 64 bits wide */
	bool is_signed; /* of a type */
};

struct machine {
	struct dwarfterm_at *at;
	Dwarf_Attribute *attr;
	struct item stack[DEPTH];
	uint32_t n;
	const char *why;
	bool value;    /* DW_OP_stack_value: the top is the value itself */
	bool contents; /* DW_OP_regN: likewise, and more may not follow */
};

static bool fail(struct machine *m, const char *why)
{
	if (!m->why)
		m->why = why;
	return false;
}

struct code_term *dwarfterm_number(struct arena *a, enum code_term_kind kind, int64_t number)
{
	struct code_term *t = arena_make(a, struct code_term);

	t->kind = kind;
	t->number = number;
	return t;
}

static bool push(struct machine *m, struct item i)
{
	if (m->n == DEPTH || i.size > MAX_SIZE)
		return fail(m, "its DWARF expression is too large");
	m->stack[m->n++] = i;
	return true;
}

static bool push_leaf(struct machine *m, enum code_term_kind kind, int64_t number)
{
	return push(m, (struct item){.t = dwarfterm_number(m->at->arena, kind, number), .size = 1});
}

static bool pop(struct machine *m, struct item *out)
{
	if (!m->n)
		return fail(m, "its DWARF expression is damaged: it takes more than there is");
	*out = m->stack[--m->n];
	return true;
}

static struct item node(struct machine *m, enum code_term_kind kind, const struct item *a,
			const struct item *b)
{
	struct code_term *t = dwarfterm_number(m->at->arena, kind, 0);

	t->a = a->t;
	t->b = b ? b->t : NULL;
	return (struct item){t, a->size + (b ? b->size : 0) + 1, a->bytes, a->is_signed};
}

static struct item with_number(struct machine *m, enum code_term_kind kind, struct item a,
			       int64_t number)
{
	struct item b = {.t = dwarfterm_number(m->at->arena, CODE_NUMBER, number), .size = 1};

	return node(m, kind, &a, &b);
}

/* Extends what was computed in 64 bits as its type has it. */
static struct item narrowed(struct machine *m, struct item i)
{
	unsigned bits = i.bytes * 8u;

	if (!i.bytes || i.bytes >= 8)
		return i;
	if (!i.is_signed)
		return with_number(m, CODE_AND, i, (int64_t)((UINT64_C(1) << bits) - 1));
	return with_number(m, CODE_SAR, with_number(m, CODE_SHL, i, 64 - bits), 64 - bits);
}

/*
 * A number without a type has the width of an address.  Where that is 4 bytes its upper half is
 * left as it comes, and put right before an operation that it would reach the lower half of.
 */
static struct item settled(struct machine *m, struct item i, bool is_signed)
{
	if (!m->at->narrow || i.bytes || i.t->kind == CODE_LINKED || i.t->kind == CODE_LOAD)
		return i;
	i.bytes = 4;
	i.is_signed = is_signed;
	i = narrowed(m, i);
	i.bytes = 0;
	return i;
}

static bool wants_sign(enum code_term_kind kind)
{
	return kind == CODE_DIV || kind == CODE_SAR || kind == CODE_ABS || kind >= CODE_EQ;
}

static bool is_exact(enum code_term_kind kind)
{
	return wants_sign(kind) || kind == CODE_MOD || kind == CODE_SHR;
}

/* --- operations on one and two values --- */

static bool unary(struct machine *m, enum code_term_kind kind)
{
	struct item a;

	if (!pop(m, &a))
		return false;
	a = is_exact(kind) ? settled(m, a, true) : a;
	return push(m, narrowed(m, node(m, kind, &a, NULL)));
}

static bool same_type(const struct item *a, const struct item *b)
{
	return a->bytes == b->bytes && (!a->bytes || a->is_signed == b->is_signed);
}

/* Typed operations follow C: their signs decide; the terms have one sign each. */
static bool typed_fits(enum code_term_kind kind, const struct item *a)
{
	if (!a->bytes)
		return true;
	switch ((unsigned)kind) {
	case CODE_MOD: return !a->is_signed;
	case CODE_DIV:
	case CODE_LT:
	case CODE_LE:
	case CODE_GT:
	case CODE_GE: return a->is_signed || a->bytes < 8;
	case CODE_SHR: return !a->is_signed || a->bytes == 8;
	case CODE_SAR: return a->is_signed;
	}
	return true;
}

static bool is_shift(enum code_term_kind kind)
{
	return kind == CODE_SHL || kind == CODE_SHR || kind == CODE_SAR;
}

static bool binary(struct machine *m, enum code_term_kind kind)
{
	struct item a, b, out;

	if (!pop(m, &b) || !pop(m, &a))
		return false;
	if (!is_shift(kind) && !same_type(&a, &b))
		return fail(m, "its DWARF expression is damaged: it mixes types");
	if (!typed_fits(kind, &a))
		return fail(m, "its DWARF expression computes with a type that is not supported");
	if (is_exact(kind) || is_shift(kind)) {
		a = is_exact(kind) ? settled(m, a, wants_sign(kind)) : a;
		b = settled(m, b, wants_sign(kind) && !is_shift(kind));
	}
	out = node(m, kind, &a, &b);
	if (kind >= CODE_EQ && kind <= CODE_GE)
		out.bytes = 0;
	return push(m, narrowed(m, out));
}

static bool load(struct machine *m, uint64_t size, uint8_t bytes, bool is_signed)
{
	struct item a, out;

	if (size != 1 && size != 2 && size != 4 && size != 8)
		return fail(m, "its DWARF expression reads a value of an odd size");
	if (!pop(m, &a))
		return false;
	a = settled(m, a, false);
	out = node(m, CODE_LOAD, &a, NULL);
	((struct code_term *)out.t)->size = (uint32_t)size;
	out.bytes = bytes;
	out.is_signed = is_signed;
	return push(m, bytes && is_signed ? narrowed(m, out) : out);
}

/* The number that x86-64 has for a register of i386; those of one's own machine stay. */
static uint64_t register_number(const struct dwarfterm_at *at, uint64_t number)
{
	/* ax cx dx bx sp bp si di ip */
	static const uint8_t of_i386[] = {0, 2, 1, 3, 7, 6, 4, 5, 16};

	if (!at->i386)
		return number;
	return number < sizeof of_i386 ? of_i386[number] : UINT64_MAX;
}

static bool register_plus(struct machine *m, uint64_t number, int64_t offset)
{
	uint64_t known = register_number(m->at, number);
	struct item r = {.t = dwarfterm_number(m->at->arena, CODE_REGISTER, (int64_t)known),
			 .size = 1};

	if (known > 63)
		return fail(m, "it is kept in a register that cannot be read");
	return push(m, offset ? with_number(m, CODE_ADD, r, offset) : r);
}

/* --- types of DWARF 5 --- */

/* An integer type; 0 is the generic type. */
static bool typed(struct machine *m, uint64_t offset, uint8_t *bytes, bool *is_signed)
{
	Dwarf_Die cu, type;
	int64_t size = 0, encoding = 0;
	Dwarf_Attribute *attr = m->attr;

	*bytes = 0;
	*is_signed = false;
	if (!offset)
		return true;
	if (!attr || !attr->cu || !dwarf_cu_die(attr->cu, &cu, NULL, NULL, NULL, NULL, NULL, NULL))
		return fail(m, "its DWARF expression is damaged: a type is missing");
	/* the offset counts from the unit's header */
	uint64_t base = dwarf_dieoffset(&cu) - dwarf_cuoffset(&cu);

	if (!dwarf_offdie(dwarf_cu_getdwarf(attr->cu), base + offset, &type) ||
	    dwarf_tag(&type) != DW_TAG_base_type)
		return fail(m, "its DWARF expression is damaged: a type is missing");
	dwarfdie_number(&type, DW_AT_byte_size, &size);
	dwarfdie_number(&type, DW_AT_encoding, &encoding);
	if ((size != 1 && size != 2 && size != 4 && size != 8) || encoding == DW_ATE_float)
		return fail(m, "its DWARF expression computes with a type that is not supported");
	*bytes = (uint8_t)size;
	*is_signed = encoding == DW_ATE_signed || encoding == DW_ATE_signed_char;
	return true;
}

static bool convert(struct machine *m, uint64_t offset)
{
	struct item a;

	if (!pop(m, &a))
		return false;
	a = settled(m, a, false);
	if (!typed(m, offset, &a.bytes, &a.is_signed))
		return false;
	return push(m, narrowed(m, a));
}

static bool constant_of_type(struct machine *m, const Dwarf_Op *op)
{
	const uint8_t *bytes = (const uint8_t *)(uintptr_t)op->number2;
	struct item i = {.size = 1};
	uint64_t value = 0;

	if (!typed(m, op->number, &i.bytes, &i.is_signed))
		return false;
	if (!bytes || bytes[0] > 8)
		return fail(m, "its DWARF expression computes with a type that is not supported");
	memcpy(&value, bytes + 1, bytes[0]);
	if (i.bytes && i.bytes < 8 && i.is_signed)
		value = (uint64_t)((int64_t)(value << (64 - i.bytes * 8)) >> (64 - i.bytes * 8));
	i.t = dwarfterm_number(m->at->arena, CODE_NUMBER, (int64_t)value);
	return push(m, i);
}

static bool register_of_type(struct machine *m, const Dwarf_Op *op)
{
	struct item i;
	uint8_t bytes;
	bool is_signed;

	if (!typed(m, op->number2, &bytes, &is_signed) || !register_plus(m, op->number, 0) ||
	    !pop(m, &i))
		return false;
	i.bytes = bytes;
	i.is_signed = is_signed;
	return push(m, narrowed(m, i));
}

/* --- where things are --- */

/* A settled number goes on being computed with. */
static const struct code_term *unsettled(const struct machine *m, const struct code_term *t)
{
	return m->at->narrow && t && t->kind == CODE_AND ? t->a : t;
}

static bool frame(struct machine *m, int64_t offset)
{
	struct item base = {.t = unsettled(m, m->at->frame_base), .size = 4};

	if (!base.t)
		return fail(m, m->at->no_frame ? m->at->no_frame : "its function has no frame");
	return push(m, offset ? with_number(m, CODE_ADD, base, offset) : base);
}

static bool frame_address(struct machine *m)
{
	const char *why = NULL;
	const struct code_term *t = m->at->cfa ? m->at->cfa(m->at, &why) : NULL;

	if (!t)
		return fail(m, why ? why : "its function has no call frame information");
	return push(m, (struct item){.t = unsettled(m, t), .size = 3});
}

/* An operand that is kept outside of the expression. */
static bool indexed(struct machine *m, const Dwarf_Op *op, bool address)
{
	Dwarf_Attribute found;
	Dwarf_Addr addr;
	Dwarf_Word word;

	if (!m->attr || dwarf_getlocation_attr(m->attr, op, &found) != 0)
		return fail(m, "its DWARF expression is damaged: an address is missing");
	if (address && dwarf_formaddr(&found, &addr) == 0)
		return push_leaf(m, CODE_LINKED, (int64_t)(addr + m->at->code->bias));
	if (!address && dwarf_formudata(&found, &word) == 0)
		return push_leaf(m, CODE_NUMBER, (int64_t)word);
	return fail(m, "its DWARF expression is damaged: an address is missing");
}

static bool thread_local_address(struct machine *m)
{
	struct item offset;

	if (!pop(m, &offset))
		return false;
	if (m->at->narrow)
		return fail(m, "it is in thread-local storage of a 32-bit program");
	if (offset.t->kind != CODE_NUMBER && offset.t->kind != CODE_LINKED)
		return fail(m, "its place in thread-local storage is computed");
	return push_leaf(m, CODE_THREAD,
			 offset.t->number -
				 (offset.t->kind == CODE_LINKED ? (int64_t)m->at->code->bias : 0));
}

/* Which register of arguments, by the calling convention of x86-64; -1: none. */
static int argument_register(uint64_t number)
{
	static const uint8_t order[] = {5, 4, 1, 2, 8, 9};

	for (size_t i = 0; i < sizeof order; i++)
		if (order[i] == number)
			return (int)i;
	return -1;
}

/* What a register held when the function was entered: at the entry itself, what it holds. */
static bool entry_value(struct machine *m, const Dwarf_Op *op)
{
	Dwarf_Attribute inner;
	Dwarf_Op *ops;
	uint64_t number;
	size_t n;

	if (!m->attr || dwarf_getlocation_attr(m->attr, op, &inner) != 0 ||
	    dwarf_getlocation(&inner, &ops, &n) != 0 || n != 1)
		return fail(m, "its DWARF expression is damaged: an entry value is missing");
	if (ops[0].atom >= DW_OP_reg0 && ops[0].atom <= DW_OP_reg31)
		number = ops[0].atom - DW_OP_reg0;
	else if (ops[0].atom == DW_OP_regx)
		number = ops[0].number;
	else
		return fail(m, "only what it depended on at the function's entry is described");
	if (m->at->at_entry)
		return register_plus(m, number, 0);
	if (!m->at->x86 || argument_register(number) < 0)
		return fail(m, "only its value at the function's entry is described here");
	return push_leaf(m, CODE_ENTRY, argument_register(number));
}

static bool implicit_value(struct machine *m, const Dwarf_Op *op)
{
	Dwarf_Block block;
	uint64_t value = 0;

	if (!m->attr || dwarf_getlocation_implicit_value(m->attr, op, &block) != 0)
		return fail(m, "its DWARF expression is damaged: a value is missing");
	if (block.length > sizeof value)
		return fail(m, "its value is a constant that does not fit a number");
	memcpy(&value, block.data, block.length);
	m->value = true;
	return push(m,
		    (struct item){.t = dwarfterm_number(m->at->arena, CODE_NUMBER, (int64_t)value),
				  .size = 1,
				  .bytes = sizeof value});
}

/* --- the stack --- */

static bool pick(struct machine *m, uint64_t index)
{
	if (index >= m->n)
		return fail(m, "its DWARF expression is damaged: it takes more than there is");
	return push(m, m->stack[m->n - 1 - index]);
}

static bool rotate(struct machine *m, uint32_t n)
{
	struct item top;

	if (m->n < n)
		return fail(m, "its DWARF expression is damaged: it takes more than there is");
	top = m->stack[m->n - 1];
	memmove(&m->stack[m->n - n + 1], &m->stack[m->n - n], (n - 1) * sizeof top);
	m->stack[m->n - n] = top;
	return true;
}

static bool arithmetic(struct machine *m, const Dwarf_Op *op, bool *done)
{
	static const uint8_t two[256] = {
		[DW_OP_plus] = CODE_ADD, [DW_OP_minus] = CODE_SUB, [DW_OP_mul] = CODE_MUL,
		[DW_OP_div] = CODE_DIV,  [DW_OP_mod] = CODE_MOD,   [DW_OP_and] = CODE_AND,
		[DW_OP_or] = CODE_OR,    [DW_OP_xor] = CODE_XOR,   [DW_OP_shl] = CODE_SHL,
		[DW_OP_shr] = CODE_SHR,  [DW_OP_shra] = CODE_SAR,  [DW_OP_eq] = CODE_EQ,
		[DW_OP_ne] = CODE_NE,    [DW_OP_lt] = CODE_LT,     [DW_OP_le] = CODE_LE,
		[DW_OP_gt] = CODE_GT,    [DW_OP_ge] = CODE_GE,
	};
	struct item a;

	*done = true;
	if (two[op->atom])
		return binary(m, two[op->atom]);
	switch (op->atom) {
	case DW_OP_neg: return unary(m, CODE_NEG);
	case DW_OP_not: return unary(m, CODE_NOT);
	case DW_OP_abs: return unary(m, CODE_ABS);
	case DW_OP_plus_uconst:
		return pop(m, &a) &&
		       push(m, narrowed(m, with_number(m, CODE_ADD, a, (int64_t)op->number)));
	case DW_OP_dup: return pick(m, 0);
	case DW_OP_over: return pick(m, 1);
	case DW_OP_pick: return pick(m, op->number);
	case DW_OP_drop: return pop(m, &a);
	case DW_OP_swap: return rotate(m, 2);
	case DW_OP_rot: return rotate(m, 3);
	case DW_OP_deref: return load(m, m->at->narrow ? 4 : 8, 0, false);
	case DW_OP_deref_size: return load(m, op->number, 0, false);
	}
	*done = false;
	return true;
}

static bool literal(struct machine *m, const Dwarf_Op *op, bool *done)
{
	*done = true;
	if (op->atom >= DW_OP_lit0 && op->atom <= DW_OP_lit31)
		return push_leaf(m, CODE_NUMBER, op->atom - DW_OP_lit0);
	if (op->atom >= DW_OP_breg0 && op->atom <= DW_OP_breg31)
		return register_plus(m, op->atom - DW_OP_breg0, (int64_t)op->number);
	if (op->atom >= DW_OP_reg0 && op->atom <= DW_OP_reg31) {
		m->contents = true;
		return register_plus(m, op->atom - DW_OP_reg0, 0);
	}
	switch (op->atom) {
	case DW_OP_const1u:
	case DW_OP_const1s:
	case DW_OP_const2u:
	case DW_OP_const2s:
	case DW_OP_const4u:
	case DW_OP_const4s:
	case DW_OP_const8u:
	case DW_OP_const8s:
	case DW_OP_constu:
	case DW_OP_consts: return push_leaf(m, CODE_NUMBER, (int64_t)op->number);
	case DW_OP_bregx: return register_plus(m, op->number, (int64_t)op->number2);
	case DW_OP_regx: m->contents = true; return register_plus(m, op->number, 0);
	case DW_OP_addr:
		return push_leaf(m, CODE_LINKED, (int64_t)(op->number + m->at->code->bias));
	}
	*done = false;
	return true;
}

static bool other(struct machine *m, const Dwarf_Op *op)
{
	uint8_t bytes;
	bool is_signed;

	switch (op->atom) {
	case DW_OP_nop:
	case DW_OP_GNU_uninit: return true;
	case DW_OP_fbreg: return frame(m, (int64_t)op->number);
	case DW_OP_call_frame_cfa: return frame_address(m);
	case DW_OP_addrx:
	case DW_OP_GNU_addr_index: return indexed(m, op, true);
	case DW_OP_constx:
	case DW_OP_GNU_const_index: return indexed(m, op, false);
	case DW_OP_form_tls_address:
	case DW_OP_GNU_push_tls_address: return thread_local_address(m);
	case DW_OP_stack_value: m->value = true; return true;
	case DW_OP_implicit_value: return implicit_value(m, op);
	case DW_OP_entry_value:
	case DW_OP_GNU_entry_value: return entry_value(m, op);
	case DW_OP_convert:
	case DW_OP_GNU_convert: return convert(m, op->number);
	case DW_OP_const_type:
	case DW_OP_GNU_const_type: return constant_of_type(m, op);
	case DW_OP_regval_type:
	case DW_OP_GNU_regval_type: return register_of_type(m, op);
	case DW_OP_deref_type:
	case DW_OP_GNU_deref_type:
		return typed(m, op->number2, &bytes, &is_signed) &&
		       load(m, op->number, bytes, is_signed);
	case DW_OP_bra:
	case DW_OP_skip: return fail(m, "its DWARF expression branches, which is not supported");
	case DW_OP_piece:
	case DW_OP_bit_piece: return fail(m, "it is kept in pieces, which is not supported");
	case DW_OP_implicit_pointer:
	case DW_OP_GNU_implicit_pointer:
		return fail(m, "what it points to was optimised away, and so was the pointer");
	case DW_OP_call2:
	case DW_OP_call4:
	case DW_OP_call_ref:
		return fail(m, "its DWARF expression calls another, which is not supported");
	}
	return fail(m, "its DWARF expression has an operation that is not supported");
}

static bool step(struct machine *m, const Dwarf_Op *op)
{
	bool done;

	if (!m->at->budget)
		return fail(m, "its DWARF expression is too large");
	m->at->budget--;
	if ((m->contents || m->value) && op->atom != DW_OP_piece && op->atom != DW_OP_bit_piece &&
	    op->atom != DW_OP_GNU_uninit)
		return fail(m, "its DWARF expression is damaged: it goes on after its end");
	if (!literal(m, op, &done))
		return false;
	if (done)
		return true;
	if (!arithmetic(m, op, &done))
		return false;
	return done || other(m, op);
}

static struct dwarfterm_result finished(struct machine *m, struct item top)
{
	struct dwarfterm_result r = {.in_memory = !m->value && !m->contents};

	/* x32 has registers of 8 bytes */
	r.plain = !top.bytes && (m->at->i386 || !m->contents);
	/* what a constant is extended to, its type tells */
	if ((r.plain && top.t->kind != CODE_NUMBER) || r.in_memory)
		top = settled(m, top, false);
	r.term = top.t;
	return r;
}

struct dwarfterm_result dwarfterm_run(struct dwarfterm_at *at, Dwarf_Attribute *attr,
				      const Dwarf_Op *ops, size_t n)
{
	struct machine m = {.at = at, .attr = attr};
	struct item top;

	if (!n)
		return (struct dwarfterm_result){.why = "it was optimised away here"};
	for (size_t i = 0; i < n && !m.why; i++)
		step(&m, &ops[i]);
	if (m.why || !pop(&m, &top))
		return (struct dwarfterm_result){.why = m.why};
	return finished(&m, top);
}
