/*
 * A second opinion, its C half: a program's IR as C whose meaning an analyser of
 * C can judge by itself.  Numbers are numbers, strings are their lengths, an
 * array is one element and one key that are written weakly, and what comes from
 * outside may be anything in the range of its type.  Each check that the verifier
 * deleted becomes an assertion named after its obligation, each that stays a
 * test; handlers run in any order, any number of times, from the first values
 * of the globals.  So an alarm on an assertion is a doubt about a proof.  Not
 * put to the question: room in arrays, samples of elements, probes and reads,
 * recursion, bounds too large to be unrolled, formats with given widths.
 *
 *   emit_c PREFIX FILE.ir    writes C with a function PREFIX_main; how many assertions, to stderr
 */
#include "ir/irtext.h"
#include "verifier/bound.h"
#include "verifier/prove.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LARGEST_BOUND = 40, LARGEST_COST = 1000 };

struct emit {
	const struct ir_program *p;
	const struct proven *pv;
	const char *prefix;
	const struct ir_func *f;
	const struct shape *sh;
	uint32_t func, block;
	int64_t longest;  /* string */
	bool all_counted; /* every loop's rounds are */
	int asserted;
};

static bool is_text(const struct emit *e, uint32_t reg)
{
	return e->f->regs.v[reg].type == IR_STR;
}

/* The instruction's obligation of a kind, or IR_NONE. */
static uint32_t owed(const struct emit *e, const struct ir_inst *in, enum obligation_kind kind)
{
	for (uint32_t i = 0; i < in->nobligations; i++)
		if (e->p->obligations.v[in->obligation + i].kind == kind)
			return in->obligation + i;
	return IR_NONE;
}

static bool is_proved(const struct emit *e, uint32_t obligation)
{
	return obligation != IR_NONE && !proven_guard(e->pv, obligation);
}

/* --- edges and loops --- */

static bool in_loop(const struct emit *e, uint32_t block, uint32_t loop)
{
	uint32_t h = e->f->loops.v[loop].header;

	return e->sh->loop_at[h] != IR_NONE && shape_in_loop(e->sh, block, e->sh->loop_at[h]);
}

/* A body begins by counting the loop's own statement once more. */
static bool starts_body(const struct ir_func *f, uint32_t loop, uint32_t block)
{
	const struct ir_inst *first = &f->blocks.v[block].insts.v[0];

	return first->op == OP_STMT && first->loc.at == f->loops.v[loop].loc.at;
}

static bool is_counted(const struct emit *e, const struct ir_func *f, uint32_t loop)
{
	const struct verdict *v = proven_verdict(e->pv, f->loops.v[loop].obligation);
	bool starts = false;

	vec_each(b, &f->blocks)
		starts |= b != f->loops.v[loop].header && starts_body(f, loop, b);
	return starts && v->status == VERDICT_PROVED && v->has_bound && v->bound <= LARGEST_BOUND;
}

/* To `to`; counters of loops begin when those are entered, and are forgotten when they are left. */
static void jump(const struct emit *e, uint32_t to)
{
	printf("{ ");
	vec_each(l, &e->f->loops) {
		bool from = in_loop(e, e->block, l);

		if (is_counted(e, e->f, l) && to == e->f->loops.v[l].header && !from)
			printf("c%u = 0; /*@ split c%u; */ ", l, l);
		else if (is_counted(e, e->f, l) && from && !in_loop(e, to, l))
			printf("/*@ merge c%u; */ ", l);
	}
	printf("goto b%u; }\n", to);
}

static void fail(const struct emit *e)
{
	uint32_t to = e->f->blocks.v[e->block].catch;

	if (to == IR_NONE)
		printf("{ %s_failed = 1; return 0; }\n", e->prefix);
	else
		jump(e, to);
}

static void begin_block(struct emit *e, uint32_t b)
{
	printf("b%u: ;\n", b);
	vec_each(l, &e->f->loops) {
		uint32_t o = e->f->loops.v[l].obligation;

		if (!is_counted(e, e->f, l) || !starts_body(e->f, l, b) || !in_loop(e, b, l))
			continue;
		printf("\tc%u++;\n\t/*@ assert %s_o%u: c%u <= %lld; */\n\t/*@ split c%u; */ ;\n", l,
		       e->prefix, o, l, (long long)proven_verdict(e->pv, o)->bound, l);
		e->asserted++;
	}
}

static void may_fail(const struct emit *e)
{
	printf("\tif (any) ");
	fail(e);
}

/* The condition is asserted where it was proved and tested where it was not; what is never reached
 * was proved by that, and is tested here. */
static void check(struct emit *e, uint32_t obligation, const char *condition)
{
	if (is_proved(e, obligation) && proven_reached(e->pv, e->func, e->block)) {
		printf("\t/*@ assert %s_o%u: %s; */\n", e->prefix, obligation, condition);
		e->asserted++;
	} else {
		printf("\tif (!(%s)) ", condition);
		fail(e);
	}
}

static void set(const struct ir_inst *in, const char *expression)
{
	if (in->dst != IR_NONE)
		printf("\tr%u = %s;\n", in->dst, expression);
}

static void set_between(const struct ir_inst *in, int64_t low, int64_t high)
{
	if (in->dst == IR_NONE)
		return;
	if (low == INT64_MIN)
		printf("\tr%u = any;\n", in->dst);
	else
		printf("\tr%u = between(%lldL, %lldL);\n", in->dst, (long long)low,
		       (long long)high);
}

/* --- instructions --- */

static void binary(struct emit *e, const struct ir_inst *in, const char *op)
{
	(void)e;
	printf("\tr%u = r%u %s r%u;\n", in->dst, in->args[0], op, in->args[1]);
}

/* The same sum, or product, is written in one way, whichever operand comes first. */
static void commutative(const struct ir_inst *in, const char *op)
{
	uint32_t a = in->args[0], b = in->args[1];

	printf("\tr%u = r%u %s r%u;\n", in->dst, a < b ? a : b, op, a < b ? b : a);
}

/* Nothing comes of 0 on its own: a range has no holes. */
static void masked(const struct ir_inst *in)
{
	uint32_t a = in->args[0], b = in->args[1];

	printf("\tif (r%u < 0 || r%u > 0) { r%u = r%u & r%u; } else { r%u = 0; }\n", a, a,
	       in->dst, a, b, in->dst);
}

/* Being different in each way on its own: a range has no holes. */
static void compare(const struct ir_inst *in, const char *op)
{
	bool equal = in->op == OP_EQ;
	uint32_t a = in->args[0], b = in->args[1];

	if (equal || in->op == OP_NE)
		printf("\tif (r%u < r%u || r%u > r%u) r%u = %d; else r%u = %d;\n", a, b, a, b,
		       in->dst, !equal, in->dst, equal);
	else
		printf("\tif (r%u %s r%u) r%u = 1; else r%u = 0;\n", a, op, b, in->dst, in->dst);
}

static void shift(const struct ir_inst *in, const char *op)
{
	printf("\tr%u = r%u %s (r%u & 63);\n", in->dst, in->args[0], op, in->args[1]);
}

static void divide(struct emit *e, const struct ir_inst *in)
{
	char condition[64];

	snprintf(condition, sizeof condition, "r%u < 0 || r%u > 0", in->args[1], in->args[1]);
	check(e, owed(e, in, OBL_DIVISION_NONZERO), condition);
	if (in->op == OP_DIV)
		printf("\tr%u = r%u == -1 ? -r%u : r%u / r%u;\n", in->dst, in->args[1], in->args[0],
		       in->args[0], in->args[1]);
	else
		printf("\tr%u = r%u == -1 ? 0 : r%u %% r%u;\n", in->dst, in->args[1], in->args[0],
		       in->args[1]);
}

static void index_range(struct emit *e, uint32_t obligation, uint32_t reg, int64_t n)
{
	char condition[96];

	snprintf(condition, sizeof condition, "0 <= r%u && r%u < %lldL", reg, reg, (long long)n);
	check(e, obligation, condition);
}

/* The text in `len` is made; whether it fits, and what is left of it. */
static void text_made(struct emit *e, const struct ir_inst *in, bool asked)
{
	uint32_t o = owed(e, in, OBL_STRING_FITS);

	if (asked && is_proved(e, o) && proven_reached(e->pv, e->func, e->block)) {
		printf("\t/*@ assert %s_o%u: len <= %lldL; */\n", e->prefix, o,
		       (long long)e->longest);
		e->asserted++;
	}
	printf("\tif (len > %lldL) len = %lldL;\n\tr%u = len;\n", (long long)e->longest,
	       (long long)e->longest, in->dst);
}

/* Adds the length of one piece to len; false: it is not modelled. */
static bool piece(const struct format_piece *fp, const struct ir_inst *in, uint32_t *arg)
{
	if (fp->width == FORMAT_FROM_ARG || fp->precision == FORMAT_FROM_ARG ||
	    fp->flags & FORMAT_ALT)
		return false;
	switch (fp->kind) {
	case FORMAT_LITERAL: printf("\tlen += %u;\n", fp->text_len); return true;
	case FORMAT_INT:
		printf("\tn = decimal(r%u)%s;\n", in->args[(*arg)++],
		       fp->flags & (FORMAT_PLUS | FORMAT_SPACE) ? " + 1" : "");
		break;
	case FORMAT_STRING:
		printf("\tn = r%u;\n", in->args[(*arg)++]);
		if (fp->precision >= 0)
			printf("\tif (n > %d) n = %d;\n", fp->precision, fp->precision);
		break;
	case FORMAT_UNSIGNED: printf("\tn = between(1, 20);\n"), ++*arg; break;
	case FORMAT_OCTAL: printf("\tn = between(1, 22);\n"), ++*arg; break;
	case FORMAT_HEX:
	case FORMAT_HEX_UPPER: printf("\tn = between(1, 16);\n"), ++*arg; break;
	case FORMAT_CHAR: printf("\tn = between(0, 1);\n"), ++*arg; break;
	case FORMAT_POINTER:
	case FORMAT_BINARY:
	case FORMAT_MEMORY:
	case FORMAT_MEMORY_HEX: return false;
	}
	if (fp->precision > 0 && fp->kind != FORMAT_STRING)
		printf("\tif (n < %d) n = %d;\n", fp->precision + 1, fp->precision + 1);
	if (fp->width > 0)
		printf("\tif (n < %d) n = %d;\n", fp->width, fp->width);
	printf("\tlen += n;\n");
	return true;
}

static void sprint(struct emit *e, const struct ir_inst *in)
{
	uint32_t arg = 0;
	bool known = in->format != NULL;

	printf("\tlen = 0;\n");
	for (uint32_t i = 0; known && i < in->format->pieces.n; i++)
		known = piece(&in->format->pieces.v[i], in, &arg);
	if (!known)
		printf("\tlen = between(0, %lldL);\n", (long long)e->longest);
	text_made(e, in, known);
}

static void insert(struct emit *e, const struct ir_inst *in)
{
	const struct ir_global *g = &e->p->globals.v[in->global];

	if (!is_proved(e, owed(e, in, OBL_MAP_HAS_ROOM)))
		may_fail(e);
	for (uint32_t k = 0; k < g->nkeys; k++)
		printf("\tif (any) %s_keys->g%u_%u = r%u;\n", e->prefix, in->global, k,
		       in->args[k]);
	if (in->op == OP_MSET)
		printf("\tif (any) %s_g%u = r%u;\n", e->prefix, in->global, in->args[g->nkeys]);
	else
		printf("\t%s_g%u = 1;\n", e->prefix, in->global);
}

/* Samples of a scalar: 1 when there are any. */
static void samples(struct emit *e, const struct ir_inst *in)
{
	const struct ir_global *g = &e->p->globals.v[in->global];
	char condition[96];

	if (in->op == OP_SGET && in->imm <= 1)
		return;
	snprintf(condition, sizeof condition, "%s_g%u != 0", e->prefix, in->global);
	if (!g->nkeys)
		check(e, owed(e, in, OBL_AGGREGATE_NONEMPTY), condition);
	else if (!is_proved(e, owed(e, in, OBL_AGGREGATE_NONEMPTY)))
		may_fail(e);
}

static void read_stat(struct emit *e, const struct ir_inst *in)
{
	const struct ir_global *g = &e->p->globals.v[in->global];
	struct ir_iter walk = {.hist = true, .global = in->global};

	samples(e, in);
	if (in->op == OP_HGET)
		index_range(e, owed(e, in, OBL_INDEX_IN_RANGE), in->args[in->nargs - 1],
			    bound_elements(e->p, &walk));
	if (in->dst == IR_NONE)
		return;
	if (in->op == OP_HPRINT)
		set_between(in, 0, e->longest);
	else if (in->op == OP_HGET || (in->imm == 0 && g->nkeys))
		set_between(in, 0, INT64_MAX);
	else if (in->imm == 0)
		printf("\tif (%s_g%u) r%u = between(1, %lldL); else r%u = 0;\n", e->prefix,
		       in->global, in->dst, (long long)INT64_MAX, in->dst);
	else
		set(in, "any");
}

static void loaded(struct emit *e, const struct ir_inst *in)
{
	unsigned bits = in->mem->bit_size ? in->mem->bit_size : in->mem->size * 8u;

	may_fail(e);
	if (bits == 0 || bits >= 64)
		set(in, "any");
	else if (in->mem->is_signed)
		set_between(in, -((int64_t)1 << (bits - 1)), ((int64_t)1 << (bits - 1)) - 1);
	else
		set_between(in, 0, ((int64_t)1 << bits) - 1);
}

static void intrinsic(struct emit *e, const struct ir_inst *in)
{
	const struct intrinsic_info *info = ir_intrinsic((enum intrinsic)in->imm);
	int64_t high = info->high == -1 ? e->longest : info->high;

	if (info->effects & EFFECT_FAILS)
		may_fail(e);
	if (in->dst == IR_NONE)
		return;
	if (in->imm == INTRINSIC_STRLEN)
		printf("\tr%u = r%u;\n", in->dst, in->args[0]);
	else if (in->imm == INTRINSIC_SUBSTR)
		printf("\tr%u = part(r%u, r%u, r%u);\n", in->dst, in->args[0], in->args[1],
		       in->args[2]);
	else if (is_text(e, in->dst))
		set_between(in, 0, high < e->longest ? high : e->longest);
	else
		set_between(in, info->low, high);
}

static void call(struct emit *e, const struct ir_inst *in)
{
	for (uint32_t c = 0; c < in->ncallees; c++) {
		printf("\t%sret = %s_f%u(", c ? "if (passed) " : "", e->prefix, in->callees[c]);
		for (uint32_t i = 0; i < in->nargs; i++)
			printf("%sr%u", i ? ", " : "", in->args[i]);
		printf(");\n");
		if (c + 1 < in->ncallees)
			printf("\tpassed = %s_passed; %s_passed = 0;\n", e->prefix, e->prefix);
	}
	printf("\tif (%s_stopped) return 0;\n", e->prefix);
	printf("\tif (%s_failed || %s_passed) {\n\t%s_failed = %s_passed = 0;\n\t", e->prefix,
	       e->prefix, e->prefix, e->prefix);
	fail(e);
	printf("\t}\n");
	set(in, "ret");
}

static void next(struct emit *e, const struct ir_inst *in)
{
	const struct ir_iter *it = &e->f->iters.v[in->imm];
	const struct ir_global *g = &e->p->globals.v[it->global];
	int64_t most = bound_elements(e->p, it);

	printf("\tif (left%lld > 0 && seen%lld < %lldL && any) {\n\tleft%lld--; seen%lld++;\n",
	       (long long)in->imm, (long long)in->imm, (long long)most, (long long)in->imm,
	       (long long)in->imm);
	for (uint32_t k = 0; k < it->nkeys; k++)
		if (it->key_regs[k] != IR_NONE && it->hist)
			printf("\tr%u = between(0, %lldL);\n", it->key_regs[k],
			       (long long)most - 1);
		else if (it->key_regs[k] != IR_NONE)
			printf("\tr%u = %s_keys->g%u_%u;\n", it->key_regs[k], e->prefix, it->global,
			       k);
	if (it->value_reg != IR_NONE && (it->hist || g->type == IR_STATS))
		printf("\tr%u = any;\n", it->value_reg);
	else if (it->value_reg != IR_NONE)
		printf("\tif (any) r%u = %s_g%u; else r%u = 0;\n", it->value_reg, e->prefix,
		       it->global, it->value_reg);
	printf("\t");
	jump(e, in->target[0]);
	printf("\t} else ");
	jump(e, in->target[1]);
}

static void start_iterator(const struct emit *e, const struct ir_inst *in)
{
	const struct ir_iter *it = &e->f->iters.v[in->imm];

	printf("\tseen%lld = 0;\n", (long long)in->imm);
	if (it->limit == IR_NONE)
		printf("\tleft%lld = %lldL;\n", (long long)in->imm, (long long)INT64_MAX);
	else
		printf("\tleft%lld = r%u;\n", (long long)in->imm, it->limit);
}

/* What a handler that may run too long does: it stops, and no catch sees it. */
static void statement(const struct emit *e, const struct ir_inst *in)
{
	printf("\t%s_cost += %lld;\n", e->prefix, (long long)in->imm);
	printf("\tif (%s_limited && any) { %s_stopped = 1; return 0; }\n", e->prefix, e->prefix);
}

static void leave(struct emit *e, const struct ir_inst *in)
{
	int64_t cost = proven_cost(e->pv, e->func);

	if (e->f->kind == IR_HANDLER && is_proved(e, e->f->obligation) && e->all_counted &&
	    cost <= LARGEST_COST) {
		printf("\t/*@ assert %s_o%u: %s_cost <= %lld; */\n", e->prefix, e->f->obligation,
		       e->prefix, (long long)cost);
		e->asserted++;
	}
	if (in->op == OP_PASS)
		printf("\t%s_passed = 1;\n", e->prefix);
	if (in->nargs)
		printf("\treturn r%u;\n", in->args[0]);
	else
		printf("\treturn 0;\n");
}

/* The comparison that made a condition, where it still says the same: an analyser learns more of
 * it than of a truth value. */
static const struct ir_inst *made_by(const struct emit *e, const struct ir_inst *branch)
{
	const struct ir_block *b = &e->f->blocks.v[e->block];
	const struct ir_inst *made = branch;

	while (made-- > b->insts.v)
		if (made->dst == branch->args[0])
			break;
	if (made < b->insts.v || made->op < OP_EQ || made->op > OP_GE)
		return NULL;
	for (const struct ir_inst *in = made + 1; in < branch; in++)
		if (in->dst == made->args[0] || in->dst == made->args[1])
			return NULL;
	return made;
}

static void branch(struct emit *e, const struct ir_inst *in)
{
	static const char *const rel[] = {"==", "!=", "<", "<=", ">", ">="};
	const struct ir_inst *made = made_by(e, in);
	uint32_t a = made ? made->args[0] : in->args[0], b = made ? made->args[1] : 0;
	bool swapped = made && made->op == OP_EQ;

	if (made && made->op > OP_NE)
		printf("\tif (r%u %s r%u) ", a, rel[made->op - OP_EQ], b);
	else if (made)
		printf("\tif (r%u < r%u || r%u > r%u) ", a, b, a, b);
	else
		printf("\tif (r%u < 0 || r%u > 0) ", a, a);
	jump(e, in->target[swapped]);
	printf("\telse ");
	jump(e, in->target[!swapped]);
}

static void instruction(struct emit *e, const struct ir_inst *in)
{
	const struct ir_global *g = in->global == IR_NONE ? NULL : &e->p->globals.v[in->global];

	switch (in->op) {
	case OP_CONST:
		if (in->imm == INT64_MIN)
			set(in, "(-9223372036854775807L - 1)");
		else
			printf("\tr%u = %lldL;\n", in->dst, (long long)in->imm);
		break;
	case OP_STR: printf("\tr%u = %zu;\n", in->dst, strnlen(in->str, (size_t)e->longest)); break;
	case OP_MOV: printf("\tr%u = r%u;\n", in->dst, in->args[0]); break;
	case OP_ADD: commutative(in, "+"); break;
	case OP_SUB: binary(e, in, "-"); break;
	case OP_MUL: commutative(in, "*"); break;
	case OP_AND: masked(in); break;
	case OP_OR: binary(e, in, "|"); break;
	case OP_XOR: binary(e, in, "^"); break;
	case OP_SHL: shift(in, "<<"); break;
	case OP_SHR: shift(in, ">>"); break;
	case OP_USHR:
		printf("\tr%u = (long)((unsigned long)r%u >> (r%u & 63));\n", in->dst, in->args[0],
		       in->args[1]);
		break;
	case OP_NEG: printf("\tr%u = -r%u;\n", in->dst, in->args[0]); break;
	case OP_NOT: printf("\tr%u = ~r%u;\n", in->dst, in->args[0]); break;
	case OP_EQ: compare(in, "=="); break;
	case OP_NE: compare(in, "!="); break;
	case OP_LT: compare(in, "<"); break;
	case OP_LE: compare(in, "<="); break;
	case OP_GT: compare(in, ">"); break;
	case OP_GE: compare(in, ">="); break;
	case OP_DIV:
	case OP_MOD: divide(e, in); break;
	case OP_STRCMP:
		printf("\tr%u = compare(r%u, r%u);\n", in->dst, in->args[0], in->args[1]);
		break;
	case OP_MATCH: set_between(in, 0, 1); break;
	case OP_CONCAT:
		printf("\tlen = r%u + r%u;\n", in->args[0], in->args[1]);
		text_made(e, in, true);
		break;
	case OP_SPRINT: sprint(e, in); break;
	case OP_GLOAD: printf("\tr%u = %s_g%u;\n", in->dst, e->prefix, in->global); break;
	case OP_GSTORE: printf("\t%s_g%u = r%u;\n", e->prefix, in->global, in->args[0]); break;
	case OP_GCLEAR:
		if (!g->nkeys)
			printf("\t%s_g%u = 0;\n", e->prefix, in->global);
		break;
	case OP_MGET:
		printf("\tif (any) r%u = %s_g%u; else r%u = 0;\n", in->dst, e->prefix, in->global,
		       in->dst);
		break;
	case OP_MSET:
	case OP_SADD: insert(e, in); break;
	case OP_MIN_: set_between(in, 0, 1); break;
	case OP_SGET:
	case OP_HGET:
	case OP_HPRINT: read_stat(e, in); break;
	case OP_CALL: call(e, in); break;
	case OP_INTRINSIC: intrinsic(e, in); break;
	case OP_CONTEXT:
		may_fail(e);
		set(in, "any");
		break;
	case OP_INDEX:
		if (in->imm > 0)
			index_range(e, owed(e, in, OBL_INDEX_IN_RANGE), in->args[0], in->imm);
		printf("\tr%u = r%u;\n", in->dst, in->args[0]);
		break;
	case OP_LOAD: loaded(e, in); break;
	case OP_LOADSTR:
		may_fail(e);
		set_between(in, 0, e->longest);
		break;
	case OP_ERRMSG: set_between(in, 0, e->longest); break;
	case OP_STMT: statement(e, in); break;
	case OP_ITER: start_iterator(e, in); break;
	case OP_JUMP:
		printf("\t");
		jump(e, in->target[0]);
		break;
	case OP_BRANCH: branch(e, in); break;
	case OP_NEXT_: next(e, in); break;
	case OP_RETURN:
	case OP_PASS: leave(e, in); break;
	case OP_FAIL:
		printf("\t");
		fail(e);
		break;
	case OP_ABORT: printf("\t%s_stopped = 1; return 0;\n", e->prefix); break;
	case OP_PRINT: break;
	case OP_MDEL: break;
	case OP_STORE: may_fail(e); break;
	case OP_EMBEDDED:
	case OP_COUNT: break;
	}
}

/* --- programs --- */

static void prototype(const struct emit *e, uint32_t func)
{
	const struct ir_func *f = &e->p->funcs.v[func];

	printf("static long %s_f%u(", e->prefix, func);
	for (uint32_t i = 0; i < f->nparams; i++)
		printf("%slong a%u", i ? ", " : "", i);
	printf("%s)", f->nparams ? "" : "void");
}

static void function(struct emit *e, struct arena *a, uint32_t func)
{
	e->func = func;
	e->f = &e->p->funcs.v[func];
	e->sh = shape_function(a, e->f);
	prototype(e, func);
	printf("\n{\n\tlong len = 0, n = 0, ret = 0; int passed = 0;\n");
	vec_each(r, &e->f->regs) {
		if (r < e->f->nparams)
			printf("\tlong r%u = a%u;\n", r, r);
		else
			printf("\tlong r%u = 0;\n", r);
	}
	vec_each(l, &e->f->loops)
		printf("\tlong c%u = 0;\n", l);
	vec_each(i, &e->f->iters)
		printf("\tlong left%u = 0, seen%u = 0;\n", i, i);
	vec_each(b, &e->f->blocks) {
		e->block = b;
		begin_block(e, b);
		vec_each(i, &e->f->blocks.v[b].insts)
			instruction(e, &e->f->blocks.v[b].insts.v[i]);
	}
	printf("}\n");
}

/* Keys are never read before one is written: in a local, the analyser knows. */
static void variables(const struct emit *e)
{
	printf("static long %s_cost; static int %s_failed, %s_passed, %s_stopped, %s_limited;\n",
	       e->prefix, e->prefix, e->prefix, e->prefix, e->prefix);
	vec_each(i, &e->p->globals) {
		const struct ir_global *g = &e->p->globals.v[i];
		size_t len = g->init_str ? strlen(g->init_str) : 0;
		int64_t first = g->type == IR_STR ? (int64_t)len : g->type == IR_INT ? g->init : 0;

		if (first > e->longest && g->type == IR_STR)
			first = e->longest;
		printf("static long %s_g%u = %lldL;\n", e->prefix, i,
		       g->nkeys ? 0LL : (long long)first);
	}
	printf("static struct %s_keys { long none;", e->prefix);
	vec_each(i, &e->p->globals) {
		for (uint32_t k = 0; k < e->p->globals.v[i].nkeys; k++)
			printf(" long g%u_%u;", i, k);
	}
	printf(" } *%s_keys;\n", e->prefix);
}

static void session(const struct emit *e)
{
	printf("void %s_main(void)\n{\n\tstruct %s_keys keys;\n\t%s_keys = &keys;\n"
	       "\t/*@ widen_hints global:\"all\", %lld; */\n\twhile (any) {\n",
	       e->prefix, e->prefix, e->prefix, (long long)e->longest);
	vec_each(f, &e->p->funcs) {
		if (e->p->funcs.v[f].kind != IR_HANDLER)
			continue;
		printf("\t\tif (any) {\n\t\t\t%s_cost = 0; %s_failed = %s_stopped = 0;\n"
		       "\t\t\t%s_limited = %d;\n\t\t\t%s_f%u();\n\t\t}\n",
		       e->prefix, e->prefix, e->prefix, e->prefix,
		       !is_proved(e, e->p->funcs.v[f].obligation), e->prefix, f);
	}
	printf("\t}\n}\n");
}

/* Why the program cannot be put to the question, or NULL. */
static const char *refusal(const struct emit *e)
{
	vec_each(f, &e->p->funcs)
		vec_each(b, &e->p->funcs.v[f].blocks)
			vec_each(i, &e->p->funcs.v[f].blocks.v[b].insts)
				if (e->p->funcs.v[f].blocks.v[b].insts.v[i].op == OP_EMBEDDED)
					return "embedded C";
	vec_each(i, &e->p->obligations)
		if (e->p->obligations.v[i].kind == OBL_DEPTH_BOUNDED)
			return "recursion";
	return NULL;
}

static char *read_file(const char *path)
{
	FILE *in = fopen(path, "r"), *out;
	size_t size, n;
	char *text, part[4096];

	if (!in)
		return NULL;
	out = open_memstream(&text, &size);
	while ((n = fread(part, 1, sizeof part, in)) > 0)
		fwrite(part, 1, n, out);
	fclose(in);
	fclose(out);
	return text;
}

int main(int argc, char **argv)
{
	struct arena *a = arena_new(0, NULL);
	struct sources *sources = sources_new(a);
	struct diags *diags = diags_new(a, sources);
	struct verify_options how = {.model = MODEL_ATOMIC};
	char *text = argc == 3 ? read_file(argv[2]) : NULL;
	struct emit e = {.prefix = argv[1]};
	const char *why;

	if (!text)
		return 2;
	e.p = irread_program(
		a, diags, sources,
		sources_add(sources, argv[2], text, (uint32_t)strlen(text), SOURCE_SCRIPT));
	if (!e.p)
		return 2;
	why = refusal(&e);
	if (why) {
		fprintf(stderr, "skipped: %s\n", why);
		return 3;
	}
	e.pv = prove_program(a, e.p, &how);
	e.longest = e.p->limits.maxstringlen - 1;
	e.all_counted = true;
	vec_each(f, &e.p->funcs)
		vec_each(l, &e.p->funcs.v[f].loops)
			e.all_counted &= is_counted(&e, &e.p->funcs.v[f], l);
	variables(&e);
	vec_each(f, &e.p->funcs) {
		prototype(&e, f);
		printf(";\n");
	}
	vec_each(f, &e.p->funcs)
		function(&e, a, f);
	session(&e);
	fprintf(stderr, "%d\n", e.asserted);
	return 0;
}
