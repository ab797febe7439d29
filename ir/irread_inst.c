/*
 * One line of a block in the text form.  The op's shape says what to expect;
 * whether registers, blocks, globals and functions exist and their types agree
 * is left to wellformed.c.
 */
#include "ir/irreader.h"

static uint32_t *copy(struct irreader *r, const uint32_t *v, uint32_t n)
{
	uint32_t *out = arena_alloc(r->arena, n * sizeof *v);

	for (uint32_t i = 0; i < n; i++)
		out[i] = v[i];
	return out;
}

static void read_callees(struct irreader *r, struct ir_inst *in)
{
	VEC(uint32_t) callees = {0};

	while (irread_at_index(r, 'f'))
		vec_push(r->arena, &callees, irread_index(r, 'f'));
	in->callees = callees.v;
	in->ncallees = callees.n;
}

static void read_intrinsic(struct irreader *r, struct ir_inst *in)
{
	enum intrinsic which;
	char *name;

	if (r->failed || r->now.kind != IRTOKEN_WORD) {
		irread_fail(r, "expected the name of an intrinsic");
		return;
	}
	name = arena_strndup(r->arena, r->now.text, r->now.len);
	if (!ir_intrinsic_find(name, &which)) {
		irread_fail(r, "no such intrinsic");
		return;
	}
	in->imm = which;
	irread_advance(r);
	if (ir_intrinsic_reads(which) && irread_accept(r, "of")) {
		struct ir_mem *m = arena_make(r->arena, struct ir_mem);

		m->user = irread_accept(r, "user");
		if (!m->user && !irread_accept(r, "kernel"))
			irread_fail(r, "expected user or kernel");
		in->mem = m;
	}
}

static void read_memory(struct irreader *r, struct ir_inst *in)
{
	struct ir_mem *m = arena_make(r->arena, struct ir_mem);

	m->size = (uint8_t)irread_small(r, 1, 8);
	m->is_signed = irread_accept(r, "signed");
	m->user = irread_accept(r, "user");
	if (irread_accept(r, "bits")) {
		m->bit_offset = (uint8_t)irread_small(r, 0, 63);
		m->bit_size = (uint8_t)irread_small(r, 1, 64);
	}
	if (r->now.kind == IRTOKEN_STRING)
		m->what = irread_string(r);
	in->mem = m;
}

static void read_format(struct irreader *r, struct ir_inst *in)
{
	const char *why = NULL;
	size_t offset = 0;

	if (r->failed || r->now.kind != IRTOKEN_STRING) {
		irread_fail(r, "expected a format");
		return;
	}
	in->format = format_parse(r->arena, arena_strndup(r->arena, r->now.text, r->now.len), &why,
				  &offset);
	if (!in->format)
		irread_fail(r, why ? why : "a malformed format");
	else
		irread_advance(r);
}

static void read_operands(struct irreader *r, struct ir_inst *in)
{
	switch (irshape_of(in->op)) {
	case IRSHAPE_NUMBER:
	case IRSHAPE_INDEX: in->imm = irread_number(r); break;
	case IRSHAPE_TEXT: in->str = irread_string(r); break;
	case IRSHAPE_GLOBAL: in->global = irread_index(r, 'g'); break;
	case IRSHAPE_STAT:
		in->global = irread_index(r, 'g');
		in->imm = irread_word(r, irshape_stat, "a statistic");
		break;
	case IRSHAPE_FORMAT: read_format(r, in); break;
	case IRSHAPE_CALL: read_callees(r, in); break;
	case IRSHAPE_INTRINSIC: read_intrinsic(r, in); break;
	case IRSHAPE_CONTEXT:
		in->imm2 = irread_word(r, irshape_context_kind, "arg, return, entry ...");
		in->imm = irread_number(r);
		in->str = irread_string(r);
		break;
	case IRSHAPE_MEMORY: read_memory(r, in); break;
	case IRSHAPE_ITER:
	case IRSHAPE_NEXT: in->imm = irread_index(r, 'i'); break;
	case IRSHAPE_REGS:
	case IRSHAPE_JUMP:
	case IRSHAPE_BRANCH: break;
	}
}

static void read_args(struct irreader *r, struct ir_inst *in)
{
	VEC(uint32_t) args = {0};

	while (irread_at_reg(r))
		vec_push(r->arena, &args, irread_accept(r, "*") ? IR_NONE : irread_reg(r));
	in->args = copy(r, args.v, args.n);
	in->nargs = args.n;
}

static void read_targets(struct irreader *r, struct ir_inst *in)
{
	enum irshape shape = irshape_of(in->op);

	if (shape != IRSHAPE_JUMP && shape != IRSHAPE_BRANCH && shape != IRSHAPE_NEXT)
		return;
	in->target[0] = irread_index(r, 'b');
	if (shape != IRSHAPE_JUMP)
		in->target[1] = irread_index(r, 'b');
}

void irread_inst(struct irreader *r, struct ir_func *f, uint32_t at)
{
	struct ir_inst in = {.dst = IR_NONE,
			     .global = IR_NONE,
			     .target = {IR_NONE, IR_NONE},
			     .obligation = IR_NONE};
	char *word;

	if (irread_at_reg(r)) {
		in.dst = irread_reg(r);
		irread_expect(r, "=");
	}
	if (r->failed || r->now.kind != IRTOKEN_WORD) {
		irread_fail(r, "expected an instruction");
		return;
	}
	word = arena_strndup(r->arena, r->now.text, r->now.len);
	if (!ir_op_find(word, &in.op)) {
		irread_fail(r, "no such instruction");
		return;
	}
	irread_advance(r);
	read_operands(r, &in);
	read_args(r, &in);
	read_targets(r, &in);
	in.loc = irread_line_end(r, at);
	if (!r->failed)
		vec_push(r->arena, &f->blocks.v[f->blocks.n - 1].insts, in);
}
