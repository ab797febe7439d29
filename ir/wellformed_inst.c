/*
 * Operand counts, types and indices of single instructions and iterators; the
 * comment on struct ir_inst in ir.h is what it enforces.  Flow is wellformed.c's.
 */
#include "ir/wellformed.h"

#include <string.h>

static void want_reg(struct wellformed *w, uint32_t reg, enum ir_type type)
{
	if (reg >= w->func->regs.n)
		wellformed_wrong(w, "there is no register %%%u", reg);
	else if (w->func->regs.v[reg].type != type)
		wellformed_wrong(w, "%%%u has the wrong type", reg);
}

/* The arguments by letter: d number, s string. */
static void want_args(struct wellformed *w, const struct ir_inst *in, const char *types)
{
	if (in->nargs != strlen(types)) {
		wellformed_wrong(w, "takes %zu registers", strlen(types));
		return;
	}
	for (uint32_t i = 0; i < in->nargs; i++)
		want_reg(w, in->args[i], types[i] == 's' ? IR_STR : IR_INT);
}

static void want_dst(struct wellformed *w, const struct ir_inst *in, enum ir_type type)
{
	if (in->dst == IR_NONE)
		wellformed_wrong(w, "leaves its value nowhere");
	else
		want_reg(w, in->dst, type);
}

static void want_no_dst(struct wellformed *w, const struct ir_inst *in)
{
	if (in->dst != IR_NONE)
		wellformed_wrong(w, "has no value to leave");
}

/* The global, or NULL after complaining. */
static const struct ir_global *want_global(struct wellformed *w, uint32_t index, bool array,
					   bool stats)
{
	const struct ir_global *g;

	if (index >= w->program->globals.n) {
		wellformed_wrong(w, "there is no global g%u", index);
		return NULL;
	}
	g = &w->program->globals.v[index];
	if ((g->nkeys > 0) != array || (g->type == IR_STATS) != stats) {
		wellformed_wrong(w, "g%u is no such thing", index);
		return NULL;
	}
	return g;
}

/* Keys of g, the first of the arguments; IR_NONE among them only where stars may be. */
static void want_keys(struct wellformed *w, const struct ir_global *g, const uint32_t *keys,
		      uint32_t n, bool stars)
{
	if (n != g->nkeys) {
		wellformed_wrong(w, "takes %u keys", g->nkeys);
		return;
	}
	for (uint32_t i = 0; i < n; i++)
		if (keys[i] != IR_NONE || !stars)
			want_reg(w, keys[i], g->keys[i]);
}

/* Any aggregate: its keys and then extra numbers. */
static void want_stats(struct wellformed *w, const struct ir_inst *in, uint32_t extra)
{
	bool array =
		in->global < w->program->globals.n && w->program->globals.v[in->global].nkeys > 0;
	const struct ir_global *g = want_global(w, in->global, array, true);

	if (!g)
		return;
	if (in->nargs < extra) {
		wellformed_wrong(w, "takes a number");
		return;
	}
	want_keys(w, g, in->args, in->nargs - extra, false);
	for (uint32_t i = in->nargs - extra; i < in->nargs; i++)
		want_reg(w, in->args[i], IR_INT);
}

static void check_scalar(struct wellformed *w, const struct ir_inst *in)
{
	const struct ir_global *g = want_global(w, in->global, false, false);

	if (g && in->op == OP_GLOAD) {
		want_args(w, in, "");
		want_dst(w, in, g->type);
	} else if (g) {
		want_args(w, in, g->type == IR_STR ? "s" : "d");
	}
}

static void check_clear(struct wellformed *w, const struct ir_inst *in)
{
	bool stats = in->global < w->program->globals.n &&
		     w->program->globals.v[in->global].type == IR_STATS;

	want_global(w, in->global, false, stats);
	want_args(w, in, "");
}

static void check_element(struct wellformed *w, const struct ir_inst *in)
{
	const struct ir_global *g = want_global(w, in->global, true, false);

	if (!g)
		return;
	if (in->op == OP_MGET) {
		want_keys(w, g, in->args, in->nargs, false);
		want_dst(w, in, g->type);
	} else if (!in->nargs) {
		wellformed_wrong(w, "stores nothing");
	} else {
		want_keys(w, g, in->args, in->nargs - 1, false);
		want_reg(w, in->args[in->nargs - 1], g->type);
	}
}

static void check_membership(struct wellformed *w, const struct ir_inst *in)
{
	bool stats = in->global < w->program->globals.n &&
		     w->program->globals.v[in->global].type == IR_STATS;
	const struct ir_global *g = want_global(w, in->global, true, stats);

	if (g && (in->op == OP_MIN_ || in->nargs))
		want_keys(w, g, in->args, in->nargs, true);
}

static void check_hist(struct wellformed *w, const struct ir_inst *in)
{
	want_stats(w, in, in->op == OP_HGET);
	if (!w->wrong && !w->program->globals.v[in->global].has_hist)
		wellformed_wrong(w, "g%u has no histogram", in->global);
	if (in->op == OP_HPRINT && in->dst != IR_NONE)
		want_dst(w, in, IR_STR);
}

static void check_format(struct wellformed *w, const struct ir_inst *in)
{
	if (!in->format || in->format->nargs != in->nargs) {
		wellformed_wrong(w, "the format takes %u values",
				 in->format ? in->format->nargs : 0);
		return;
	}
	for (uint32_t i = 0; i < in->nargs; i++)
		want_reg(w, in->args[i], format_arg_type(in->format, i) == 's' ? IR_STR : IR_INT);
}

static void check_callee(struct wellformed *w, const struct ir_inst *in, uint32_t index)
{
	const struct ir_func *f;

	if (index >= w->program->funcs.n || w->program->funcs.v[index].kind != IR_FUNCTION) {
		wellformed_wrong(w, "there is no function f%u", index);
		return;
	}
	f = &w->program->funcs.v[index];
	if (f->nparams != in->nargs || f->nparams > f->regs.n) {
		wellformed_wrong(w, "f%u takes %u values", index, f->nparams);
		return;
	}
	for (uint32_t i = 0; i < in->nargs; i++)
		want_reg(w, in->args[i], f->regs.v[i].type);
	if (in->dst != IR_NONE && !f->has_result)
		wellformed_wrong(w, "f%u returns nothing", index);
	else if (in->dst != IR_NONE)
		want_reg(w, in->dst, f->result);
}

static void check_call(struct wellformed *w, const struct ir_inst *in)
{
	if (!in->ncallees)
		wellformed_wrong(w, "calls nothing");
	for (uint32_t c = 0; c < in->ncallees; c++)
		check_callee(w, in, in->callees[c]);
}

static void check_intrinsic(struct wellformed *w, const struct ir_inst *in)
{
	const char *signature;

	if (in->imm < 0 || in->imm >= INTRINSIC_COUNT) {
		wellformed_wrong(w, "there is no such intrinsic");
		return;
	}
	signature = ir_intrinsic((enum intrinsic)in->imm)->signature;
	want_args(w, in, signature + 2);
	if (in->dst != IR_NONE && signature[0] == 'v')
		wellformed_wrong(w, "returns nothing");
	else if (in->dst != IR_NONE)
		want_reg(w, in->dst, signature[0] == 's' ? IR_STR : IR_INT);
}

static void check_memory(struct wellformed *w, const struct ir_inst *in)
{
	const struct ir_mem *m = in->mem;

	if (!m || (m->size != 1 && m->size != 2 && m->size != 4 && m->size != 8))
		wellformed_wrong(w, "moves 1, 2, 4 or 8 bytes");
	else if (m->bit_size && m->bit_offset + m->bit_size > 8 * m->size)
		wellformed_wrong(w, "a bit field that leaves its word");
	want_args(w, in, in->op == OP_STORE ? "dd" : "d");
}

static void check_iteration(struct wellformed *w, const struct ir_inst *in)
{
	want_args(w, in, "");
	if (in->imm < 0 || in->imm >= w->func->iters.n)
		wellformed_wrong(w, "there is no iterator i%lld", (long long)in->imm);
}

static void check_targets(struct wellformed *w, const struct ir_inst *in, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		if (in->target[i] >= w->func->blocks.n)
			wellformed_wrong(w, "there is no block b%u", in->target[i]);
	for (uint32_t i = n; i < 2; i++)
		if (in->target[i] != IR_NONE)
			wellformed_wrong(w, "has a target too many");
}

static void check_return(struct wellformed *w, const struct ir_inst *in)
{
	if (!w->func->has_result)
		want_args(w, in, "");
	else
		want_args(w, in, w->func->result == IR_STR ? "s" : "d");
}

static void check_mov(struct wellformed *w, const struct ir_inst *in)
{
	if (in->nargs != 1 || in->dst >= w->func->regs.n)
		wellformed_wrong(w, "copies one register into another");
	else
		want_reg(w, in->args[0], w->func->regs.v[in->dst].type);
}

static void want_text(struct wellformed *w, const struct ir_inst *in, const char *types)
{
	if (!in->str)
		wellformed_wrong(w, "has no text");
	want_args(w, in, types);
}

/* Arguments and indices by op; results whose type the op alone decides are checked before. */
static void check_operands(struct wellformed *w, const struct ir_inst *in)
{
	switch (in->op) {
	case OP_CONST:
	case OP_ERRMSG:
	case OP_ABORT: want_args(w, in, ""); break;
	case OP_STMT:
		want_args(w, in, "");
		if (in->imm < 0)
			wellformed_wrong(w, "counts backwards");
		break;
	case OP_STR: want_text(w, in, ""); break;
	case OP_MOV: check_mov(w, in); break;
	case OP_ADD:
	case OP_SUB:
	case OP_MUL:
	case OP_DIV:
	case OP_MOD:
	case OP_AND:
	case OP_OR:
	case OP_XOR:
	case OP_SHL:
	case OP_SHR:
	case OP_USHR:
	case OP_EQ:
	case OP_NE:
	case OP_LT:
	case OP_LE:
	case OP_GT:
	case OP_GE: want_args(w, in, "dd"); break;
	case OP_NEG:
	case OP_NOT: want_args(w, in, "d"); break;
	case OP_STRCMP:
	case OP_CONCAT: want_args(w, in, "ss"); break;
	case OP_MATCH: want_text(w, in, "s"); break;
	case OP_GLOAD:
	case OP_GSTORE: check_scalar(w, in); break;
	case OP_GCLEAR: check_clear(w, in); break;
	case OP_MGET:
	case OP_MSET: check_element(w, in); break;
	case OP_MIN_:
	case OP_MDEL: check_membership(w, in); break;
	case OP_SADD: want_stats(w, in, 1); break;
	case OP_SGET:
		want_stats(w, in, 0);
		if (in->imm < 0 || in->imm > 5)
			wellformed_wrong(w, "there is no such statistic");
		break;
	case OP_HGET:
	case OP_HPRINT: check_hist(w, in); break;
	case OP_PRINT:
	case OP_SPRINT: check_format(w, in); break;
	case OP_CALL: check_call(w, in); break;
	case OP_INTRINSIC: check_intrinsic(w, in); break;
	case OP_EMBEDDED:
		if (!in->str)
			wellformed_wrong(w, "has no text");
		for (uint32_t i = 0; i < in->nargs; i++)
			if (in->args[i] >= w->func->regs.n)
				wellformed_wrong(w, "there is no register %%%u", in->args[i]);
		break;
	case OP_CONTEXT:
		want_args(w, in, "");
		if (in->imm2 < CONTEXT_ARG || in->imm2 > CONTEXT_NAMED_PLACE)
			wellformed_wrong(w, "there is no such context");
		break;
	case OP_INDEX:
		want_args(w, in, "d");
		if (in->imm < 0)
			wellformed_wrong(w, "less than no elements");
		break;
	case OP_LOAD:
	case OP_LOADSTR:
	case OP_STORE: check_memory(w, in); break;
	case OP_ITER: check_iteration(w, in); break;
	case OP_JUMP: want_args(w, in, ""); break;
	case OP_BRANCH: want_args(w, in, "d"); break;
	case OP_NEXT_: check_iteration(w, in); break;
	case OP_RETURN: check_return(w, in); break;
	case OP_PASS:
		want_args(w, in, "");
		if (w->func->kind == IR_HANDLER)
			wellformed_wrong(w, "a handler has nothing to pass to");
		break;
	case OP_FAIL: want_args(w, in, "s"); break;
	case OP_COUNT: wellformed_wrong(w, "there is no such instruction"); break;
	}
}

static void check_result(struct wellformed *w, const struct ir_inst *in)
{
	switch (ir_op_result(in->op)) {
	case RESULT_NONE: want_no_dst(w, in); break;
	case RESULT_INT: want_dst(w, in, IR_INT); break;
	case RESULT_STR: want_dst(w, in, IR_STR); break;
	case RESULT_OF_REGISTER:
		if (in->dst != IR_NONE && in->dst >= w->func->regs.n)
			wellformed_wrong(w, "there is no register %%%u", in->dst);
		break;
	}
}

void wellformed_inst(struct wellformed *w, const struct ir_inst *in)
{
	bool two = in->op == OP_BRANCH || in->op == OP_NEXT_;

	if (in->op == OP_ERRMSG && w->inst)
		wellformed_wrong(w, "stands first in a catch block");
	check_targets(w, in, two ? 2 : in->op == OP_JUMP);
	check_result(w, in);
	if (!w->wrong)
		check_operands(w, in);
}

static void check_slice(struct wellformed *w, const struct ir_iter *it, const struct ir_global *g)
{
	for (uint32_t k = 0; k < it->nkeys; k++)
		if (it->slice[k] != IR_NONE)
			want_reg(w, it->slice[k], g->keys[k]);
	if (it->hist)
		wellformed_wrong(w, "a histogram has no slices");
}

static void check_iter_keys(struct wellformed *w, const struct ir_iter *it,
			    const struct ir_global *g)
{
	if (it->nkeys != (it->hist ? 1 : g->nkeys)) {
		wellformed_wrong(w, "an iterator with %u keys", it->nkeys);
		return;
	}
	for (uint32_t k = 0; k < it->nkeys; k++)
		if (it->key_regs[k] != IR_NONE)
			want_reg(w, it->key_regs[k], it->hist ? IR_INT : g->keys[k]);
	if (it->has_slice)
		check_slice(w, it, g);
	if (it->sort == ITER_BY_KEY && it->sort_key >= it->nkeys)
		wellformed_wrong(w, "sorted by a key that is not there");
	if (it->sort == ITER_BY_STAT && (it->hist || g->type != IR_STATS || it->stat > 5))
		wellformed_wrong(w, "sorted by a statistic that is not there");
}

void wellformed_inst_iter(struct wellformed *w, uint32_t index)
{
	const struct ir_iter *it = &w->func->iters.v[index];
	const struct ir_global *g =
		it->global < w->program->globals.n ? &w->program->globals.v[it->global] : NULL;

	if (!g || (it->hist ? !g->has_hist : !g->nkeys)) {
		wellformed_wrong(w, "iterator i%u has nothing to walk over", index);
		return;
	}
	if (it->hist)
		want_keys(w, g, it->hist_keys, it->nhist_keys, false);
	check_iter_keys(w, it, g);
	if (it->limit != IR_NONE)
		want_reg(w, it->limit, IR_INT);
	if (it->value_reg != IR_NONE)
		want_reg(w, it->value_reg, !it->hist && g->type == IR_STR ? IR_STR : IR_INT);
}
