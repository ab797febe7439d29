/*
 * Soundness by execution.  Random well-formed programs (nested loops of many
 * kinds, branches, calls, recursion, globals, arrays, aggregates, strings,
 * errors) are proved, re-checked, and run by the little evaluator below, with
 * random input.  Whatever it sees must be within what was proved: registers on
 * entry to blocks, rounds of loops, statements, depth of calls, divisors,
 * samples, room, lengths, indices.  Under the interleaved model other handlers
 * run between any two instructions.  Each failure prints the seed:
 * unit_soundness SEED runs that one alone and prints its program.
 */
#include "ir/irtext.h"
#include "verifier/verifier.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NINTS = 5, NSTRS = 2, MAXSTR = 24, CAPACITY = 4, FUEL = 400, MAX_DEPTH = 40 };
enum { G_A, G_B, G_S, G_ARRAY, G_WRAP, G_STAT, G_STATS, NGLOBALS };

struct tally {
	long checks, failures, seed;
	const char *what;
};

static uint64_t next_random(uint64_t *s)
{
	*s ^= *s << 13;
	*s ^= *s >> 7;
	*s ^= *s << 17;
	return *s;
}

/* --- making programs --- */

struct gen {
	struct arena *arena;
	struct ir_program *p;
	uint64_t rng;
	uint32_t func, block, loop, catch, depth, budget;
	uint32_t break_to, continue_to;
	uint32_t **loop_of; /* function, block: innermost loop */
	bool returns;
};

static uint32_t pick(struct gen *g, uint32_t n)
{
	return (uint32_t)(next_random(&g->rng) >> 11) % n;
}

static struct ir_func *fn(struct gen *g)
{
	return &g->p->funcs.v[g->func];
}

static uint32_t new_block(struct gen *g)
{
	struct ir_block b = {.catch = g->catch};
	uint32_t n = fn(g)->blocks.n;

	vec_push(g->arena, &fn(g)->blocks, b);
	g->loop_of[g->func][n] = g->loop;
	return n;
}

static uint32_t temp(struct gen *g, enum ir_type type)
{
	struct ir_reg r = {.type = type};

	vec_push(g->arena, &fn(g)->regs, r);
	return fn(g)->regs.n - 1;
}

static struct ir_inst *emit(struct gen *g, enum ir_op op, uint32_t dst, uint32_t nargs,
			    const uint32_t *args)
{
	struct ir_block *b = &fn(g)->blocks.v[g->block];
	struct ir_inst in = {.op = op,
			     .dst = dst,
			     .nargs = nargs,
			     .global = IR_NONE,
			     .target = {IR_NONE, IR_NONE}};

	in.args = arena_alloc(g->arena, (nargs + 1) * sizeof *in.args);
	if (nargs)
		memcpy(in.args, args, nargs * sizeof *args);
	vec_push(g->arena, &b->insts, in);
	return &b->insts.v[b->insts.n - 1];
}

static uint32_t binary(struct gen *g, enum ir_op op, uint32_t a, uint32_t b)
{
	uint32_t args[] = {a, b}, t = temp(g, IR_INT);

	emit(g, op, t, 2, args);
	return t;
}

static uint32_t constant(struct gen *g, int64_t v)
{
	uint32_t t = temp(g, IR_INT);

	emit(g, OP_CONST, t, 0, NULL)->imm = v;
	return t;
}

static void jump(struct gen *g, uint32_t to)
{
	emit(g, OP_JUMP, IR_NONE, 0, NULL)->target[0] = to;
}

static void branch(struct gen *g, uint32_t cond, uint32_t yes, uint32_t no)
{
	struct ir_inst *in = emit(g, OP_BRANCH, IR_NONE, 1, &cond);

	in->target[0] = yes;
	in->target[1] = no;
}

static void stmt(struct gen *g)
{
	emit(g, OP_STMT, IR_NONE, 0, NULL)->imm = 1;
}

static int64_t number(struct gen *g)
{
	static const int64_t odd[] = {INT64_MIN, INT64_MAX, INT64_MIN + 1, INT64_MAX - 1,
				      63,        64,        -64,           1000};
	uint32_t k = pick(g, 12);

	if (k == 0)
		return odd[pick(g, 8)];
	return k < 9 ? (int64_t)pick(g, 9) - 2 : (int64_t)pick(g, 40) - 10;
}

static uint32_t int_var(struct gen *g)
{
	return pick(g, NINTS);
}

static uint32_t str_var(struct gen *g)
{
	return NINTS + pick(g, NSTRS);
}

static uint32_t intrinsic(struct gen *g, enum intrinsic which, enum ir_type type, uint32_t nargs,
			  const uint32_t *args)
{
	uint32_t t = temp(g, type);

	emit(g, OP_INTRINSIC, t, nargs, args)->imm = which;
	return t;
}

static uint32_t load(struct gen *g, uint32_t global)
{
	uint32_t t = temp(g, g->p->globals.v[global].type);

	emit(g, OP_GLOAD, t, 0, NULL)->global = global;
	return t;
}

static uint32_t key(struct gen *g)
{
	switch (pick(g, 6)) {
	case 0:
	case 1: return constant(g, pick(g, 6));
	case 2: return binary(g, OP_AND, int_var(g), constant(g, 2 + pick(g, 3)));
	default: return int_var(g);
	}
}

static uint32_t copy_of(struct gen *g, uint32_t r)
{
	uint32_t t = temp(g, fn(g)->regs.v[r].type);

	emit(g, OP_MOV, t, 1, &r);
	return t;
}

static uint32_t operand(struct gen *g)
{
	switch (pick(g, 12)) {
	case 0:
	case 1:
	case 2: return constant(g, number(g));
	case 3: return load(g, pick(g, 2) ? G_A : G_B);
	case 4: return intrinsic(g, INTRINSIC_GET_CYCLES, IR_INT, 0, NULL);
	case 5: return intrinsic(g, INTRINSIC_CPU, IR_INT, 0, NULL);
	case 6: {
		uint32_t k = key(g), t = temp(g, IR_INT);

		emit(g, OP_MGET, t, 1, &k)->global = pick(g, 2) ? G_ARRAY : G_WRAP;
		return t;
	}
	case 7: {
		uint32_t s = str_var(g);

		return intrinsic(g, INTRINSIC_STRLEN, IR_INT, 1, &s);
	}
	case 8: return copy_of(g, int_var(g));
	default: return int_var(g);
	}
}

static uint32_t expression(struct gen *g)
{
	static const enum ir_op ops[] = {OP_ADD, OP_SUB, OP_MUL, OP_DIV, OP_MOD,  OP_AND,
					 OP_OR,  OP_XOR, OP_SHL, OP_SHR, OP_USHR, OP_EQ,
					 OP_LT,  OP_ADD, OP_SUB, OP_DIV, OP_AND,  OP_SHR};
	uint32_t a = operand(g), t;

	if (pick(g, 4) == 0)
		return a;
	if (pick(g, 14) == 0) {
		t = temp(g, IR_INT);
		emit(g, pick(g, 2) ? OP_NEG : OP_NOT, t, 1, &a);
		return t;
	}
	if (pick(g, 16) == 0) {
		t = temp(g, IR_INT);
		emit(g, OP_INDEX, t, 1, &a)->imm = 8;
		return t;
	}
	return binary(g, ops[pick(g, sizeof ops / sizeof ops[0])], a, operand(g));
}

static uint32_t stat_test(struct gen *g)
{
	uint32_t t = temp(g, IR_INT), k = key(g);
	struct ir_inst *in;

	if (pick(g, 2)) {
		in = emit(g, OP_MIN_, t, 1, &k);
		in->global = G_STATS;
	} else {
		in = emit(g, OP_SGET, t, pick(g, 2), &k);
		in->global = in->nargs ? G_STATS : G_STAT;
	}
	return t;
}

static uint32_t condition(struct gen *g)
{
	static const enum ir_op ops[] = {OP_EQ, OP_NE, OP_LT, OP_LE, OP_GT, OP_GE};
	uint32_t c = pick(g, 6) ? binary(g, ops[pick(g, 6)], operand(g), operand(g)) : operand(g);

	if (pick(g, 8) == 0)
		c = stat_test(g);
	if (pick(g, 5) == 0)
		c = binary(g, pick(g, 2) ? OP_EQ : OP_NE, c, constant(g, 0));
	return pick(g, 6) ? c : copy_of(g, c);
}

static void assign(struct gen *g)
{
	uint32_t v = expression(g);

	if (pick(g, 6) == 0) {
		emit(g, OP_GSTORE, IR_NONE, 1, &v)->global = pick(g, 2) ? G_A : G_B;
		return;
	}
	emit(g, OP_MOV, int_var(g), 1, &v);
}

static void assign_string(struct gen *g)
{
	static const char *const texts[] = {"", "ab", "hello", "abcdefghijkl"};
	uint32_t t = temp(g, IR_STR), args[2];

	switch (pick(g, 4)) {
	case 0: emit(g, OP_STR, t, 0, NULL)->str = texts[pick(g, 4)]; break;
	case 1: t = intrinsic(g, INTRINSIC_EXECNAME, IR_STR, 0, NULL); break;
	case 2: t = load(g, G_S); break;
	default:
		args[0] = str_var(g);
		args[1] = str_var(g);
		emit(g, OP_CONCAT, t, 2, args);
	}
	if (pick(g, 4))
		emit(g, OP_MOV, str_var(g), 1, &t);
	else
		emit(g, OP_GSTORE, IR_NONE, 1, &t)->global = G_S;
}

static void use_array(struct gen *g)
{
	uint32_t args[2], which = pick(g, 2) ? G_ARRAY : G_WRAP;

	args[0] = key(g);
	args[1] = operand(g);
	if (pick(g, 5) == 0)
		emit(g, OP_MDEL, IR_NONE, pick(g, 2), args)->global = which;
	else
		emit(g, OP_MSET, IR_NONE, 2, args)->global = which;
}

static void call(struct gen *g);

/* What may come between a test and the use it guards. */
static void disturb(struct gen *g, uint32_t k)
{
	uint32_t v[2] = {k, operand(g)};

	switch (pick(g, 9)) {
	case 0: emit(g, OP_MDEL, IR_NONE, pick(g, 2), v)->global = G_STATS; break;
	case 1: emit(g, OP_GCLEAR, IR_NONE, 0, NULL)->global = G_STAT; break;
	case 2:
	case 3: call(g); break;
	case 4: emit(g, OP_MOV, int_var(g), 1, v + 1); break;
	case 5: emit(g, OP_GSTORE, IR_NONE, 1, v + 1)->global = G_A; break;
	case 6:
		v[0] = key(g);
		emit(g, OP_SADD, IR_NONE, 2, v)->global = G_STATS;
		break;
	default: break;
	}
}

static void use_stat(struct gen *g)
{
	uint32_t args[2], k = key(g), keyed = pick(g, 4) != 0;
	struct ir_inst *in;

	args[0] = k;
	args[1] = operand(g);
	in = emit(g, OP_SADD, IR_NONE, 1 + keyed, args + !keyed);
	in->global = keyed ? G_STATS : G_STAT;
	disturb(g, k);
	if (pick(g, 3) == 0)
		disturb(g, k);
	in = emit(g, OP_SGET, temp(g, IR_INT), keyed, &k);
	in->global = keyed ? G_STATS : G_STAT;
	in->imm = 2 + pick(g, 2);
}

/* if (g) { ... x / g }, if (x) { ... y / x }, if (k in s) { ... @min(s[k]) } */
static void guarded_use(struct gen *g)
{
	uint32_t yes = new_block(g), no = new_block(g), k = int_var(g), c, kind = pick(g, 3);
	struct ir_inst *in;

	if (kind == 2) {
		c = temp(g, IR_INT);
		in = emit(g, pick(g, 2) ? OP_MIN_ : OP_SGET, c, 1, &k);
		in->global = G_STATS;
	} else {
		c = kind ? k : load(g, G_A);
	}
	branch(g, c, yes, no);
	g->block = yes;
	disturb(g, k);
	if (kind == 2) {
		in = emit(g, OP_SGET, temp(g, IR_INT), 1, &k);
		in->global = G_STATS;
		in->imm = 2;
	} else {
		binary(g, OP_DIV, operand(g), kind ? k : load(g, G_A));
	}
	jump(g, no);
	g->block = no;
}

static void statements(struct gen *g);

/* Runs body in a block of its own; control goes on to `to`. */
static void arm(struct gen *g, uint32_t block, uint32_t to)
{
	g->block = block;
	statements(g);
	jump(g, to);
}

static void if_else(struct gen *g)
{
	uint32_t yes = new_block(g), no = new_block(g), end = new_block(g);

	branch(g, condition(g), yes, no);
	g->depth++;
	arm(g, yes, end);
	if (pick(g, 2))
		arm(g, no, end);
	else {
		g->block = no;
		jump(g, end);
	}
	g->depth--;
	g->block = end;
}

static void step_variable(struct gen *g, uint32_t i, enum ir_op op, int64_t by)
{
	uint32_t t = binary(g, op, i, constant(g, by));

	emit(g, OP_MOV, i, 1, &t);
}

struct loop_state {
	uint32_t header, body, step, exit, loop, break_to, continue_to;
};

/* Header, body, and step block of a new loop; the exit is outside. */
static struct loop_state open_loop(struct gen *g)
{
	struct loop_state s = {.break_to = g->break_to, .continue_to = g->continue_to};
	struct ir_loop l = {.parent = g->loop, .iter = IR_NONE};

	s.loop = g->loop;
	s.exit = new_block(g);
	g->loop = fn(g)->loops.n;
	s.header = l.header = new_block(g);
	vec_push(g->arena, &fn(g)->loops, l);
	s.body = new_block(g);
	s.step = new_block(g);
	g->break_to = s.exit;
	g->continue_to = s.step;
	return s;
}

static void close_loop(struct gen *g, const struct loop_state *s)
{
	g->loop = s->loop;
	g->break_to = s->break_to;
	g->continue_to = s->continue_to;
	g->block = s->exit;
}

static void for_loop(struct gen *g)
{
	static const enum ir_op ops[] = {OP_LT, OP_LE, OP_GT, OP_GE, OP_NE, OP_LT, OP_LT};
	uint32_t i = int_var(g), t = operand(g), c;
	struct loop_state s;
	bool swapped = pick(g, 5) == 0;

	bool edge = pick(g, 6) == 0;

	if (edge)
		t = constant(g, pick(g, 2) ? INT64_MAX - pick(g, 5) : INT64_MIN + pick(g, 5));
	if (edge || pick(g, 3))
		emit(g, OP_MOV, i, 1, &t);
	s = open_loop(g);
	jump(g, s.header);
	g->block = s.header;
	t = edge         ? constant(g, pick(g, 2) ? INT64_MAX - pick(g, 2) : INT64_MIN + pick(g, 2))
		    : pick(g, 2) ? constant(g, (int64_t)pick(g, 14) - 2)
			 : operand(g);
	c = swapped ? binary(g, ops[pick(g, 7)], t, i) : binary(g, ops[pick(g, 7)], i, t);
	branch(g, c, s.body, s.exit);
	arm(g, s.body, s.step);
	g->block = s.step;
	if (pick(g, 10))
		step_variable(g, i, pick(g, 4) ? OP_ADD : OP_SUB, (int64_t)pick(g, 5) - 1);
	jump(g, s.header);
	close_loop(g, &s);
}

/* while (i--), while (i), while (i > k) with shifts or divisions */
static void while_loop(struct gen *g)
{
	uint32_t i = int_var(g), old, c;
	struct loop_state s;

	if (pick(g, 3)) {
		c = pick(g, 2) ? binary(g, OP_AND, operand(g), constant(g, 31))
			       : constant(g, number(g));
		emit(g, OP_MOV, i, 1, &c);
	}
	s = open_loop(g);
	jump(g, s.header);
	g->block = s.header;
	old = copy_of(g, i);
	if (pick(g, 2))
		step_variable(g, i, OP_SUB, 1);
	c = pick(g, 2) ? old : binary(g, pick(g, 2) ? OP_GT : OP_NE, old, constant(g, pick(g, 2)));
	branch(g, c, s.body, s.exit);
	arm(g, s.body, s.step);
	g->block = s.step;
	switch (pick(g, 5)) {
	case 0: step_variable(g, i, OP_SHR, pick(g, 3)); break;
	case 1: step_variable(g, i, OP_DIV, (int64_t)pick(g, 6) - 2); break;
	case 2: step_variable(g, i, OP_USHR, 1 + pick(g, 3)); break;
	case 3: step_variable(g, i, OP_SUB, pick(g, 2)); break;
	default: break;
	}
	jump(g, s.header);
	close_loop(g, &s);
}

static void endless_loop(struct gen *g)
{
	struct loop_state s = open_loop(g);

	jump(g, s.header);
	g->block = s.header;
	jump(g, s.body);
	arm(g, s.body, s.step);
	g->block = s.step;
	jump(g, s.header);
	close_loop(g, &s);
}

static void global_loop(struct gen *g)
{
	uint32_t zero = constant(g, pick(g, 3)), t;
	struct loop_state s;

	emit(g, OP_GSTORE, IR_NONE, 1, &zero)->global = G_A;
	s = open_loop(g);
	jump(g, s.header);
	g->block = s.header;
	t = load(g, G_A);
	branch(g, binary(g, OP_LT, t, constant(g, pick(g, 9))), s.body, s.exit);
	arm(g, s.body, s.step);
	g->block = s.step;
	t = binary(g, OP_ADD, load(g, G_A), constant(g, 1));
	emit(g, OP_GSTORE, IR_NONE, 1, &t)->global = G_A;
	jump(g, s.header);
	close_loop(g, &s);
}

static void foreach_loop(struct gen *g)
{
	struct ir_iter it = {.global = pick(g, 2) ? G_STATS : G_ARRAY,
			     .nkeys = 1,
			     .value_reg = IR_NONE,
			     .limit = IR_NONE};
	uint32_t n = fn(g)->iters.n, t = temp(g, IR_INT), k = int_var(g);
	struct loop_state s;
	struct ir_inst *in;

	it.key_regs[0] = k;
	it.slice[0] = IR_NONE;
	if (pick(g, 3) == 0)
		it.limit = operand(g);
	vec_push(g->arena, &fn(g)->iters, it);
	emit(g, OP_ITER, IR_NONE, 0, NULL)->imm = n;
	s = open_loop(g);
	fn(g)->loops.v[fn(g)->loops.n - 1].iter = n;
	jump(g, s.header);
	g->block = s.header;
	in = emit(g, OP_NEXT_, IR_NONE, 0, NULL);
	in->imm = n;
	in->target[0] = s.body;
	in->target[1] = s.exit;
	g->block = s.body;
	if (it.global == G_STATS && pick(g, 3)) {
		if (pick(g, 3) == 0)
			statements(g);
		in = emit(g, OP_SGET, t, 1, &k);
		in->global = G_STATS;
		in->imm = 2;
	}
	arm(g, g->block, s.step);
	g->block = s.step;
	jump(g, s.header);
	close_loop(g, &s);
}

static void try_catch(struct gen *g)
{
	uint32_t outer = g->catch, handler = new_block(g), end = new_block(g), body;

	g->catch = handler;
	body = new_block(g);
	jump(g, body);
	g->depth++;
	arm(g, body, end);
	g->catch = outer;
	arm(g, handler, end);
	g->depth--;
	g->block = end;
}

static void call(struct gen *g)
{
	uint32_t args[2], t = temp(g, IR_INT), callee = pick(g, 3);
	struct ir_inst *in;

	if (g->func < 3 && callee <= g->func && pick(g, 3))
		return;
	args[0] = operand(g);
	args[1] = operand(g);
	in = emit(g, OP_CALL, t, 2, args);
	in->ncallees = 1 + pick(g, 4) / 3;
	in->callees = arena_alloc(g->arena, 2 * sizeof(uint32_t));
	in->callees[0] = callee;
	in->callees[1] = pick(g, 3);
	if (pick(g, 2))
		emit(g, OP_MOV, int_var(g), 1, &t);
}

static void leave(struct gen *g)
{
	uint32_t v = operand(g), s = str_var(g), away = new_block(g), on = new_block(g);

	branch(g, condition(g), away, on);
	g->block = away;
	switch (pick(g, 8)) {
	case 0: emit(g, OP_FAIL, IR_NONE, 1, &s); break;
	case 1: emit(g, OP_RETURN, IR_NONE, g->returns, &v); break;
	case 2:
	case 3: jump(g, g->continue_to == IR_NONE ? on : g->continue_to); break;
	case 4:
		if (g->func < 3)
			emit(g, OP_PASS, IR_NONE, 0, NULL);
		else
			jump(g, on);
		break;
	default: jump(g, g->break_to == IR_NONE ? on : g->break_to); break;
	}
	g->block = on;
}

static void statement(struct gen *g)
{
	uint32_t k = pick(g, g->depth < 3 ? 22 : 12);

	stmt(g);
	if (k < 6)
		assign(g);
	else if (k == 6)
		assign_string(g);
	else if (k == 7)
		use_array(g);
	else if (k == 8)
		use_stat(g);
	else if (k == 9)
		call(g);
	else if (k == 10)
		guarded_use(g);
	else if (k == 11)
		leave(g);
	else if (k < 15)
		if_else(g);
	else if (k == 15)
		try_catch(g);
	else {
		g->depth++;
		if (k < 18)
			for_loop(g);
		else if (k == 18)
			while_loop(g);
		else if (k == 19)
			global_loop(g);
		else if (k == 20)
			foreach_loop(g);
		else if (pick(g, 3) == 0)
			endless_loop(g);
		g->depth--;
	}
}

static void statements(struct gen *g)
{
	for (uint32_t n = 1 + pick(g, 3); n && g->budget; n--) {
		g->budget--;
		statement(g);
	}
}

/* A recursion on its first parameter, of the shapes that may or may not end. */
static void recursion(struct gen *g)
{
	uint32_t yes = new_block(g), no = new_block(g), args[2], t;

	branch(g, binary(g, pick(g, 2) ? OP_GT : OP_NE, 0, constant(g, pick(g, 3))), yes, no);
	g->block = yes;
	args[0] = binary(g, OP_SUB, 0, constant(g, 1 + pick(g, 2)));
	args[1] = operand(g);
	t = temp(g, IR_INT);
	struct ir_inst *in = emit(g, OP_CALL, t, 2, args);

	in->ncallees = 1;
	in->callees = arena_alloc(g->arena, sizeof(uint32_t));
	in->callees[0] = pick(g, 4) ? g->func : pick(g, 3);
	jump(g, no);
	g->block = no;
}

static void function(struct gen *g, enum ir_kind kind)
{
	struct ir_func f = {.kind = kind,
			    .has_result = kind == IR_FUNCTION,
			    .nparams = kind == IR_FUNCTION ? 2 : 0};
	uint32_t t;

	g->func = g->p->funcs.n;
	f.name = arena_printf(g->arena, "f%u", g->func);
	vec_push(g->arena, &g->p->funcs, f);
	g->loop_of[g->func] = arena_alloc(g->arena, 4000 * sizeof(uint32_t));
	g->loop = g->catch = g->break_to = g->continue_to = IR_NONE;
	g->depth = 0;
	g->returns = kind == IR_FUNCTION;
	g->budget = 14;
	for (uint32_t r = 0; r < NINTS + NSTRS; r++) {
		struct ir_reg reg = {r < NINTS ? IR_INT : IR_STR, "v"};

		vec_push(g->arena, &fn(g)->regs, reg);
	}
	g->block = new_block(g);
	for (uint32_t r = f.nparams; r < NINTS; r++)
		emit(g, OP_CONST, r, 0, NULL)->imm = (int64_t)pick(g, 4);
	for (uint32_t r = NINTS; r < NINTS + NSTRS; r++)
		emit(g, OP_STR, r, 0, NULL)->str = "";
	if (kind == IR_FUNCTION && pick(g, 3) == 0)
		recursion(g);
	statements(g);
	statements(g);
	t = operand(g);
	emit(g, OP_RETURN, IR_NONE, g->returns, &t);
}

static void add_globals(struct gen *g)
{
	for (uint32_t i = 0; i < NGLOBALS; i++) {
		struct ir_global gl = {.name = "g", .init_str = "", .capacity = CAPACITY};

		gl.type = i == G_S ? IR_STR : i >= G_STAT ? IR_STATS : IR_INT;
		gl.nkeys = i == G_ARRAY || i == G_WRAP || i == G_STATS;
		gl.wrap = i == G_WRAP || (i == G_STATS && pick(g, 4) == 0);
		gl.name = arena_printf(g->arena, "g%u", i);
		vec_push(g->arena, &g->p->globals, gl);
	}
}

static struct gen make_program(struct arena *a, uint64_t seed)
{
	struct gen g = {.arena = a, .rng = seed * 0x9e3779b97f4a7c15u + 1};

	for (int i = 0; i < 8; i++)
		next_random(&g.rng);
	g.p = arena_make(a, struct ir_program);
	g.p->arena = a;
	g.p->limits = ir_default_limits();
	g.p->limits.maxstringlen = MAXSTR;
	g.p->limits.maxaction = 1000;
	g.loop_of = arena_alloc(a, 8 * sizeof *g.loop_of);
	add_globals(&g);
	for (int i = 0; i < 3; i++)
		function(&g, IR_FUNCTION);
	for (int i = 0; i < 2; i++) {
		struct ir_attach at = {.handler = 3 + (uint32_t)i,
				       .when = WHEN_BEGIN,
				       .text = "begin",
				       .family = "begin",
				       .exists = 1};

		function(&g, IR_HANDLER);
		vec_push(a, &g.p->attaches, at);
	}
	return g;
}

/* --- running them --- */

struct cell {
	int64_t n;
	char s[MAXSTR + 1];
};

struct element {
	int64_t key, value, count, min;
};

struct array {
	struct element v[CAPACITY];
	uint32_t n;
};

struct machine {
	const struct gen *g;
	const struct ir_program *p;
	const struct proven *pv;
	struct tally *t;
	uint64_t rng;
	int64_t fuel, statements, deepest;
	struct cell global[NGLOBALS];
	struct array array[NGLOBALS];
	bool interleave, inside;
};

enum outcome { OUT_RETURN, OUT_PASS, OUT_ERROR, OUT_STOP };

struct walk {
	int64_t keys[CAPACITY];
	uint32_t n, at;
};

struct frame {
	uint32_t func, block, inst;
	struct cell *regs;
	struct walk *walks;
	int64_t *rounds; /* loop: times round since it was entered; -1: not in it */
	int64_t depth;
	struct cell result;
};

static bool expect(struct machine *m, bool ok, const char *what, const struct frame *f)
{
	m->t->checks++;
	if (ok)
		return true;
	if (m->t->failures++ < 10)
		printf("%s: seed %ld%s: %s (f%u b%u i%u)\n", __FILE__, m->t->seed,
		       m->interleave ? " interleaved" : "", what, f->func, f->block, f->inst);
	return false;
}

static const struct verdict *owed(const struct machine *m, const struct ir_inst *in,
				  enum obligation_kind kind)
{
	for (uint32_t i = 0; i < in->nobligations; i++)
		if (m->p->obligations.v[in->obligation + i].kind == kind)
			return proven_verdict(m->pv, in->obligation + i);
	return NULL;
}

/* A condition that the obligation is about turned out so. */
static void judged(struct machine *m, const struct frame *f, const struct ir_inst *in,
		   enum obligation_kind kind, bool good)
{
	const struct verdict *v = owed(m, in, kind);

	if (!v)
		return;
	expect(m, good || v->status != VERDICT_PROVED, ir_obligation_word(kind), f);
	expect(m, !good || v->status != VERDICT_REFUTED, "refuted but holds", f);
}

static struct element *find(struct array *a, int64_t k)
{
	for (uint32_t i = 0; i < a->n; i++)
		if (a->v[i].key == k)
			return &a->v[i];
	return NULL;
}

static void remove_at(struct array *a, uint32_t i)
{
	memmove(&a->v[i], &a->v[i + 1], (a->n - i - 1) * sizeof a->v[0]);
	a->n--;
}

static struct element *insert(struct machine *m, struct frame *f, const struct ir_inst *in,
			      int64_t k)
{
	struct array *a = &m->array[in->global];
	struct element *e = find(a, k);

	judged(m, f, in, OBL_MAP_HAS_ROOM,
	       e || a->n < CAPACITY || m->p->globals.v[in->global].wrap);
	if (e)
		return e;
	if (a->n == CAPACITY) {
		if (!m->p->globals.v[in->global].wrap)
			return NULL;
		remove_at(a, 0);
	}
	a->v[a->n] = (struct element){.key = k};
	return &a->v[a->n++];
}

static int64_t input(struct machine *m)
{
	static const int64_t odd[] = {0, 1, -1, 2, 7, INT64_MIN, INT64_MAX, 64, 100, -5, 3, 10};
	uint64_t r = next_random(&m->rng);

	return r % 3 ? odd[(r >> 8) % 12] : (int64_t)next_random(&m->rng);
}

static int64_t wrap2(enum ir_op op, int64_t a, int64_t b)
{
	uint64_t x = (uint64_t)a, y = (uint64_t)b;

	switch ((int)op) {
	case OP_ADD: return (int64_t)(x + y);
	case OP_SUB: return (int64_t)(x - y);
	case OP_MUL: return (int64_t)(x * y);
	case OP_DIV: return b == -1 ? (int64_t)(0 - x) : a / b;
	case OP_MOD: return b == -1 ? 0 : a % b;
	case OP_AND: return a & b;
	case OP_OR: return a | b;
	case OP_XOR: return a ^ b;
	case OP_SHL: return (int64_t)(x << (y & 63));
	case OP_SHR: return a >> (y & 63);
	case OP_USHR: return (int64_t)(x >> (y & 63));
	case OP_EQ: return a == b;
	case OP_NE: return a != b;
	case OP_LT: return a < b;
	case OP_LE: return a <= b;
	case OP_GT: return a > b;
	default: return a >= b;
	}
}

/* Does the result fit, and is a shift count one? */
static bool fits_word(enum ir_op op, int64_t a, int64_t b)
{
	int64_t r;

	switch ((int)op) {
	case OP_ADD: return !__builtin_add_overflow(a, b, &r);
	case OP_SUB: return !__builtin_sub_overflow(a, b, &r);
	case OP_MUL: return !__builtin_mul_overflow(a, b, &r);
	case OP_SHL:
	case OP_SHR:
	case OP_USHR: return b >= 0 && b <= 63;
	default: return true;
	}
}

static enum outcome run(struct machine *m, uint32_t func, const struct cell *args, int64_t depth,
			struct cell *result);

static enum outcome run_call(struct machine *m, struct frame *f, const struct ir_inst *in)
{
	struct cell args[2];

	for (uint32_t i = 0; i < 2; i++)
		args[i] = f->regs[in->args[i]];
	for (uint32_t c = 0; c < in->ncallees; c++) {
		struct cell r = {0};
		enum outcome o = f->depth >= MAX_DEPTH
					 ? OUT_ERROR
					 : run(m, in->callees[c], args, f->depth + 1, &r);

		if (o == OUT_PASS)
			continue;
		if (o == OUT_RETURN)
			f->regs[in->dst] = r;
		return o;
	}
	return OUT_ERROR;
}

static bool run_stat(struct machine *m, struct frame *f, const struct ir_inst *in)
{
	struct array *a = &m->array[in->global];
	bool keyed = m->p->globals.v[in->global].nkeys;
	struct element *e = find(a, keyed ? f->regs[in->args[0]].n : 0);

	if (in->op == OP_SGET) {
		judged(m, f, in, OBL_AGGREGATE_NONEMPTY, e != NULL);
		f->regs[in->dst].n = !e ? 0 : in->imm == 0 ? e->count : e->min;
		return e || in->imm < 2;
	}
	e = insert(m, f, in, keyed ? f->regs[in->args[0]].n : 0);
	if (!e)
		return false;
	e->count++;
	e->min = f->regs[in->args[in->nargs - 1]].n;
	return true;
}

static void run_delete(struct machine *m, struct frame *f, const struct ir_inst *in)
{
	struct array *a = &m->array[in->global];

	for (uint32_t i = a->n; i-- > 0;)
		if (!in->nargs || a->v[i].key == f->regs[in->args[0]].n)
			remove_at(a, i);
}

static void run_iter(struct machine *m, struct frame *f, const struct ir_inst *in)
{
	const struct ir_iter *it = &m->p->funcs.v[f->func].iters.v[in->imm];
	struct walk *w = &f->walks[in->imm];
	int64_t limit = it->limit == IR_NONE ? CAPACITY : f->regs[it->limit].n;

	w->at = w->n = 0;
	for (uint32_t i = 0; i < m->array[it->global].n && w->n < limit; i++)
		w->keys[w->n++] = m->array[it->global].v[i].key;
}

static void run_intrinsic(struct machine *m, struct frame *f, const struct ir_inst *in)
{
	struct cell *d = &f->regs[in->dst];
	uint64_t r = next_random(&m->rng);

	if (in->imm == INTRINSIC_GET_CYCLES)
		d->n = input(m);
	else if (in->imm == INTRINSIC_CPU)
		d->n = (int64_t)(r >> 8) % 8192;
	else if (in->imm == INTRINSIC_STRLEN)
		d->n = (int64_t)strlen(f->regs[in->args[0]].s);
	else
		strcpy(d->s, r & 256 ? "bash" : "a-longer-name-x");
}

/* False: it fails. */
static bool run_inst(struct machine *m, struct frame *f, const struct ir_inst *in)
{
	struct cell *d = in->dst == IR_NONE ? NULL : &f->regs[in->dst];
	int64_t a = in->nargs ? f->regs[in->args[0]].n : 0;
	int64_t b = in->nargs > 1 ? f->regs[in->args[1]].n : 0;
	struct element *e;
	size_t n;

	switch ((int)in->op) {
	case OP_CONST: d->n = in->imm; break;
	case OP_STR: snprintf(d->s, MAXSTR, "%s", in->str); break;
	case OP_MOV: *d = f->regs[in->args[0]]; break;
	case OP_DIV:
	case OP_MOD:
		judged(m, f, in, OBL_DIVISION_NONZERO, b != 0);
		if (!b)
			return false;
		d->n = wrap2(in->op, a, b);
		break;
	case OP_NEG: d->n = (int64_t)(0 - (uint64_t)a); break;
	case OP_NOT: d->n = ~a; break;
	case OP_GLOAD: *d = m->global[in->global]; break;
	case OP_GSTORE: m->global[in->global] = f->regs[in->args[0]]; break;
	case OP_GCLEAR: m->array[in->global].n = 0; break;
	case OP_MGET:
		e = find(&m->array[in->global], a);
		d->n = e ? e->value : 0;
		break;
	case OP_MSET:
		e = insert(m, f, in, a);
		if (!e)
			return false;
		e->value = b;
		break;
	case OP_MIN_: d->n = find(&m->array[in->global], a) != NULL; break;
	case OP_MDEL: run_delete(m, f, in); break;
	case OP_SADD:
	case OP_SGET: return run_stat(m, f, in);
	case OP_INTRINSIC: run_intrinsic(m, f, in); break;
	case OP_INDEX:
		judged(m, f, in, OBL_INDEX_IN_RANGE, a >= 0 && a < in->imm);
		d->n = a;
		return a >= 0 && a < in->imm;
	case OP_CONCAT: {
		char both[2 * MAXSTR + 1];

		n = strlen(f->regs[in->args[0]].s) + strlen(f->regs[in->args[1]].s);
		judged(m, f, in, OBL_STRING_FITS, n < MAXSTR);
		snprintf(both, sizeof both, "%s%s", f->regs[in->args[0]].s, f->regs[in->args[1]].s);
		snprintf(d->s, MAXSTR, "%.*s", MAXSTR - 1, both);
		break;
	}
	case OP_STMT: m->statements += in->imm; break;
	case OP_ITER: run_iter(m, f, in); break;
	default:
		judged(m, f, in, OBL_ARITHMETIC_INTENT, fits_word(in->op, a, b));
		d->n = wrap2(in->op, a, b);
		break;
	}
	return true;
}

static bool loop_has(const struct machine *m, uint32_t func, uint32_t block, uint32_t loop)
{
	uint32_t l = m->g->loop_of[func][block];

	for (; l != IR_NONE; l = m->p->funcs.v[func].loops.v[l].parent)
		if (l == loop)
			return true;
	return false;
}

static void check_loops(struct machine *m, struct frame *f, uint32_t to)
{
	const struct ir_func *fn_ = &m->p->funcs.v[f->func];

	vec_each(l, &fn_->loops) {
		const struct verdict *v = proven_verdict(m->pv, fn_->loops.v[l].obligation);
		bool from_in = loop_has(m, f->func, f->block, l);

		if (from_in && !loop_has(m, f->func, to, l))
			expect(m, v->status != VERDICT_REFUTED, "left an endless loop", f);
		if (to != fn_->loops.v[l].header)
			continue;
		f->rounds[l] = from_in ? f->rounds[l] + 1 : 0;
		if (v->status == VERDICT_PROVED && v->has_bound)
			expect(m, f->rounds[l] <= v->bound, "loop bound", f);
	}
}

static void check_claims(struct machine *m, struct frame *f)
{
	const struct ir_func *fn_ = &m->p->funcs.v[f->func];
	struct claim c;

	vec_each(r, &fn_->regs) {
		if (!proven_claim(m->pv, f->func, f->block, r, &c)) {
			expect(m, false, "reached a block claimed unreachable", f);
			return;
		}
		int64_t n = fn_->regs.v[r].type == IR_STR ? (int64_t)strlen(f->regs[r].s)
							  : f->regs[r].n;

		if (!expect(m, c.low <= n && n <= c.high, "a register outside its claim", f))
			printf("  r%u = %ld not in %ld .. %ld\n", r, (long)n, (long)c.low,
			       (long)c.high);
	}
}

static void others(struct machine *m)
{
	struct cell none;

	if (!m->interleave || m->inside || next_random(&m->rng) % 16)
		return;
	int64_t fuel = m->fuel, statements_ = m->statements, deepest = m->deepest;

	m->inside = true;
	m->fuel = 200;
	run(m, 3 + (next_random(&m->rng) >> 8) % 2, NULL, 0, &none);
	m->fuel = fuel;
	m->statements = statements_;
	m->deepest = deepest;
	m->inside = false;
}

/* Goes on at `to`, or says how the function ends. */
static enum outcome run_terminator(struct machine *m, struct frame *f, const struct ir_inst *in,
				   uint32_t *to)
{
	*to = IR_NONE;
	if (in->op == OP_JUMP)
		*to = in->target[0];
	else if (in->op == OP_BRANCH)
		*to = in->target[f->regs[in->args[0]].n == 0];
	else if (in->op == OP_NEXT_) {
		struct walk *w = &f->walks[in->imm];

		*to = in->target[w->at == w->n];
		if (w->at < w->n)
			f->regs[m->p->funcs.v[f->func].iters.v[in->imm].key_regs[0]].n =
				w->keys[w->at++];
	} else if (in->op == OP_RETURN && in->nargs) {
		f->result = f->regs[in->args[0]];
	}
	return in->op == OP_PASS ? OUT_PASS : in->op == OP_FAIL ? OUT_ERROR : OUT_RETURN;
}

static enum outcome run_block(struct machine *m, struct frame *f, uint32_t *to)
{
	const struct ir_block *b = &m->p->funcs.v[f->func].blocks.v[f->block];
	enum outcome o = OUT_RETURN;

	if (m->fuel-- <= 0)
		return OUT_STOP;
	check_claims(m, f);
	*to = b->catch;
	for (f->inst = 0; f->inst + 1 < b->insts.n; f->inst++) {
		const struct ir_inst *in = &b->insts.v[f->inst];

		if (m->fuel-- <= 0)
			return OUT_STOP;
		others(m);
		if (in->op == OP_CALL)
			o = run_call(m, f, in);
		else if (!run_inst(m, f, in))
			o = OUT_ERROR;
		if (o != OUT_RETURN)
			return o;
	}
	o = run_terminator(m, f, &b->insts.v[f->inst], to);
	if (o == OUT_ERROR)
		*to = b->catch;
	return o;
}

static enum outcome run(struct machine *m, uint32_t func, const struct cell *args, int64_t depth,
			struct cell *result)
{
	const struct ir_func *fn_ = &m->p->funcs.v[func];
	struct frame f = {.func = func, .depth = depth};
	enum outcome o;
	uint32_t to;

	if (depth > m->deepest)
		m->deepest = depth;
	f.regs = calloc(fn_->regs.n, sizeof *f.regs);
	f.walks = calloc(fn_->iters.n + 1, sizeof *f.walks);
	f.rounds = calloc(fn_->loops.n + 1, sizeof *f.rounds);
	for (uint32_t i = 0; i < fn_->nparams; i++)
		f.regs[i] = args[i];
	for (;;) {
		o = run_block(m, &f, &to);
		if (o == OUT_STOP || to == IR_NONE || (o != OUT_RETURN && o != OUT_ERROR))
			break;
		check_loops(m, &f, to);
		f.block = to;
	}
	*result = f.result;
	free(f.regs);
	free(f.walks);
	free(f.rounds);
	return o;
}

static void run_session(struct machine *m, int hits)
{
	struct frame none = {0};
	struct cell dropped;

	for (int i = 0; i < hits; i++) {
		uint32_t h = 3 + (next_random(&m->rng) >> 8) % 2;

		m->fuel = FUEL;
		m->statements = m->deepest = 0;
		run(m, h, NULL, 0, &dropped);
		none.func = h;
		expect(m, m->statements <= proven_cost(m->pv, h), "cost of the handler", &none);
		expect(m, m->deepest <= proven_depth(m->pv), "depth of calls", &none);
	}
}

static void try_seed(struct tally *t, long seed, bool show)
{
	struct arena *a = arena_new(0, NULL);
	struct gen g = make_program(a, (uint64_t)seed);
	const char *why;

	t->seed = seed;
	oblige_program(g.p);
	if (show)
		irprint_program(stdout, g.p, NULL);
	why = wellformed_check(g.p, a);
	if (why) {
		printf("%s: seed %ld: not well-formed: %s\n", __FILE__, seed, why);
		t->failures++;
		arena_free(a);
		return;
	}
	for (int model = 0; model < 2; model++) {
		struct verify_options opt = {.model = model ? MODEL_INTERLEAVED : MODEL_ATOMIC};
		struct machine m = {.g = &g, .p = g.p, .t = t, .interleave = model};

		struct proven *pv = prove_program(a, g.p, &opt);

		m.pv = pv;
		m.rng = (uint64_t)seed * 77777 + 5;
		why = prove_confirm(pv, a);
		t->checks++;
		if (why && t->failures++ < 10)
			printf("%s: seed %ld: re-check: %s\n", __FILE__, seed, why);
		run_session(&m, 8);
	}
	arena_free(a);
}

int main(int argc, char **argv)
{
	struct tally t = {0};

	if (argc > 1)
		try_seed(&t, atol(argv[1]), true);
	for (long seed = 1; argc == 1 && seed <= 2500; seed++)
		try_seed(&t, seed, false);
	printf("ok %ld\n", t.checks);
	return t.failures != 0;
}
