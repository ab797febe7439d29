/*
 * Building a function's control flow graph.  There is always a block to write
 * to: after a `return` or `break` it is one that nothing reaches.  cfg_finish()
 * then keeps the blocks the entry reaches, by normal and error edges, and
 * renumbers blocks, loops, iterators and registers; the graph is what
 * wellformed.c wants if the caller terminated every block and gave every cycle
 * the row of a loop.  What grows is in the scratch arena until then, so that the
 * program's holds no array that was outgrown.  It knows nothing of the language.
 */
#include "ir/cfg.h"

#include <string.h>

uint32_t cfg_reg(struct cfg *c, enum ir_type type, const char *name)
{
	vec_push(c->scratch, &c->func->regs, ((struct ir_reg){type, name}));
	return c->func->regs.n - 1;
}

bool cfg_is_named(const struct cfg *c, uint32_t reg)
{
	return c->func->regs.v[reg].name != NULL;
}

uint32_t cfg_block(struct cfg *c)
{
	vec_push(c->scratch, &c->func->blocks, (struct ir_block){.catch = c->catch});
	return c->func->blocks.n - 1;
}

void cfg_enter(struct cfg *c, uint32_t block)
{
	c->block = block;
}

void cfg_dead(struct cfg *c)
{
	cfg_enter(c, cfg_block(c));
}

struct ir_inst *cfg_emit(struct cfg *c, struct loc loc, enum ir_op op, uint32_t nargs)
{
	struct ir_block *b = &c->func->blocks.v[c->block];
	struct ir_inst in = {.op = op,
			     .dst = IR_NONE,
			     .nargs = nargs,
			     .args = arena_alloc(c->arena, nargs * sizeof(uint32_t)),
			     .global = IR_NONE,
			     .target = {IR_NONE, IR_NONE},
			     .loc = loc,
			     .obligation = IR_NONE};

	vec_push(c->scratch, &b->insts, in);
	return &b->insts.v[b->insts.n - 1];
}

uint32_t cfg_value(struct cfg *c, struct loc loc, enum ir_op op, enum ir_type type, uint32_t a,
		   uint32_t b)
{
	struct ir_inst *in = cfg_emit(c, loc, op, (a != IR_NONE) + (b != IR_NONE));

	if (a != IR_NONE)
		in->args[0] = a;
	if (b != IR_NONE)
		in->args[1] = b;
	return in->dst = cfg_reg(c, type, NULL);
}

uint32_t cfg_const(struct cfg *c, struct loc loc, int64_t n)
{
	struct ir_inst *in = cfg_emit(c, loc, OP_CONST, 0);

	in->imm = n;
	return in->dst = cfg_reg(c, IR_INT, NULL);
}

uint32_t cfg_str(struct cfg *c, struct loc loc, const char *s)
{
	struct ir_inst *in = cfg_emit(c, loc, OP_STR, 0);

	in->str = s;
	return in->dst = cfg_reg(c, IR_STR, NULL);
}

uint32_t cfg_default(struct cfg *c, struct loc loc, enum ir_type type)
{
	return type == IR_STR ? cfg_str(c, loc, "") : cfg_const(c, loc, 0);
}

void cfg_assign(struct cfg *c, struct loc loc, uint32_t dst, uint32_t reg)
{
	struct ir_block *b = &c->func->blocks.v[c->block];

	if (!cfg_is_named(c, reg) && b->insts.n && b->insts.v[b->insts.n - 1].dst == reg) {
		b->insts.v[b->insts.n - 1].dst = dst;
		return;
	}
	struct ir_inst *in = cfg_emit(c, loc, OP_MOV, 1);

	in->args[0] = reg;
	in->dst = dst;
}

uint32_t cfg_keep(struct cfg *c, struct loc loc, uint32_t reg)
{
	if (!cfg_is_named(c, reg))
		return reg;
	return cfg_value(c, loc, OP_MOV, c->func->regs.v[reg].type, reg, IR_NONE);
}

void cfg_stmt(struct cfg *c, struct loc loc)
{
	cfg_emit(c, loc, OP_STMT, 0)->imm = 1;
}

void cfg_jump(struct cfg *c, struct loc loc, uint32_t to)
{
	cfg_emit(c, loc, OP_JUMP, 0)->target[0] = to;
}

void cfg_branch(struct cfg *c, struct loc loc, uint32_t reg, uint32_t yes, uint32_t no)
{
	struct ir_inst *in = cfg_emit(c, loc, OP_BRANCH, 1);

	in->args[0] = reg;
	in->target[0] = yes;
	in->target[1] = no;
}

/* --- finishing --- */

/* Old number -> new; IR_NONE: dropped. */
struct renumber {
	uint32_t *map, n;
};

static struct renumber renumber_new(struct arena *a, uint32_t n)
{
	struct renumber r = {arena_alloc(a, n * sizeof(uint32_t)), 0};

	memset(r.map, 0xff, n * sizeof(uint32_t));
	return r;
}

static void keep(struct renumber *r, uint32_t i)
{
	if (i != IR_NONE && r->map[i] == IR_NONE)
		r->map[i] = r->n++;
}

static void move(const struct renumber *r, uint32_t *i)
{
	if (*i != IR_NONE)
		*i = r->map[*i];
}

/* --- blocks that do nothing but jump on --- */

static bool *headers(const struct ir_func *f, struct arena *a)
{
	bool *header = arena_alloc(a, f->blocks.n);

	vec_each(l, &f->loops)
		header[f->loops.v[l].header] = true;
	return header;
}

/* Where a jump to block b ends up.  A cycle has a header, so this ends. */
static uint32_t final_target(const struct ir_func *f, const bool *header, uint32_t b)
{
	while (!header[b] && f->blocks.v[b].insts.n == 1 && f->blocks.v[b].insts.v[0].op == OP_JUMP)
		b = f->blocks.v[b].insts.v[0].target[0];
	return b;
}

/* A branch keeps its two ways apart, so that what each means can still be told. */
static void thread_jumps(struct ir_func *f, struct arena *a)
{
	const bool *header = headers(f, a);

	vec_each(i, &f->blocks) {
		struct ir_block *b = &f->blocks.v[i];
		struct ir_inst *last = &b->insts.v[b->insts.n - 1];

		for (unsigned k = 0; k < 2 && last->target[k] != IR_NONE; k++) {
			uint32_t to = final_target(f, header, last->target[k]);

			if (to != last->target[!k])
				last->target[k] = to;
		}
	}
}

/* The k-th way out of a block; the last visited comes first in the order. */
static uint32_t way_out(const struct ir_block *b, uint32_t k)
{
	const struct ir_inst *last = &b->insts.v[b->insts.n - 1];

	return k == 0 ? b->catch : last->target[2 - k];
}

/* The blocks that the entry reaches, in reverse postorder; returns how many. */
static uint32_t reach(const struct ir_func *f, struct arena *a, uint32_t *order)
{
	uint32_t *stack = arena_alloc(a, f->blocks.n * sizeof *stack), depth = 1;
	uint32_t at = f->blocks.n, n;
	uint8_t *next = arena_alloc(a, f->blocks.n);
	bool *seen = arena_alloc(a, f->blocks.n);

	stack[0] = 0;
	seen[0] = true;
	while (depth) {
		uint32_t b = stack[depth - 1], to;

		if (next[b] == 3) {
			order[--at] = b;
			depth--;
			continue;
		}
		to = way_out(&f->blocks.v[b], next[b]++);
		if (to != IR_NONE && !seen[to]) {
			seen[to] = true;
			stack[depth++] = to;
		}
	}
	n = f->blocks.n - at;
	memmove(order, order + at, n * sizeof *order);
	return n;
}

/* The instructions, in an array of just their size. */
static struct ir_inst *kept_insts(const struct ir_block *b, struct arena *arena)
{
	struct ir_inst *v = arena_alloc(arena, b->insts.n * sizeof *v);

	memcpy(v, b->insts.v, b->insts.n * sizeof *v);
	return v;
}

static void finish_blocks(struct ir_func *f, struct arena *arena, struct arena *a)
{
	uint32_t *order = arena_alloc(a, f->blocks.n * sizeof *order);
	uint32_t n = reach(f, a, order);
	struct renumber blocks = renumber_new(a, f->blocks.n);
	struct ir_block *v = arena_alloc(arena, n * sizeof *v);

	for (uint32_t i = 0; i < n; i++)
		keep(&blocks, order[i]);
	for (uint32_t i = 0; i < n; i++) {
		struct ir_inst *last;

		v[i] = f->blocks.v[order[i]];
		v[i].insts.v = kept_insts(&v[i], arena);
		v[i].insts.cap = v[i].insts.n;
		last = &v[i].insts.v[v[i].insts.n - 1];
		move(&blocks, &v[i].catch);
		move(&blocks, &last->target[0]);
		move(&blocks, &last->target[1]);
	}
	f->blocks.v = v;
	f->blocks.n = f->blocks.cap = n;
	vec_each(l, &f->loops)
		move(&blocks, &f->loops.v[l].header);
}

/* Loops whose header is gone go too; their parents were around them, so still come first. */
static void finish_loops(struct ir_func *f, struct arena *a)
{
	struct renumber loops = renumber_new(a, f->loops.n);

	vec_each(l, &f->loops) {
		if (f->loops.v[l].header == IR_NONE)
			continue;
		keep(&loops, l);
		move(&loops, &f->loops.v[l].parent);
		f->loops.v[loops.map[l]] = f->loops.v[l];
	}
	f->loops.n = loops.n;
}

static void each_inst(struct ir_func *f, struct renumber *r,
		      void (*visit)(struct renumber *r, struct ir_inst *in))
{
	vec_each(b, &f->blocks) {
		vec_each(i, &f->blocks.v[b].insts)
			visit(r, &f->blocks.v[b].insts.v[i]);
	}
}

static void keep_iter(struct renumber *r, struct ir_inst *in)
{
	if (in->op == OP_ITER || in->op == OP_NEXT_)
		keep(r, (uint32_t)in->imm);
}

static void move_iter(struct renumber *r, struct ir_inst *in)
{
	if (in->op == OP_ITER || in->op == OP_NEXT_)
		in->imm = r->map[in->imm];
}

static void finish_iters(struct ir_func *f, struct arena *arena, struct arena *a)
{
	struct renumber iters = renumber_new(a, f->iters.n);
	struct ir_iter *v;

	each_inst(f, &iters, keep_iter);
	each_inst(f, &iters, move_iter);
	v = arena_alloc(arena, iters.n * sizeof *v);
	vec_each(i, &f->iters) {
		if (iters.map[i] != IR_NONE)
			v[iters.map[i]] = f->iters.v[i];
	}
	f->iters.v = v;
	f->iters.n = f->iters.cap = iters.n;
	vec_each(l, &f->loops)
		move(&iters, &f->loops.v[l].iter);
}

/* Visits every register that an iterator names. */
static void iter_regs(struct ir_iter *it, struct renumber *r,
		      void (*visit)(struct renumber *r, uint32_t *reg))
{
	for (uint32_t k = 0; k < it->nkeys; k++) {
		visit(r, &it->key_regs[k]);
		if (it->has_slice)
			visit(r, &it->slice[k]);
	}
	for (uint32_t k = 0; k < it->nhist_keys; k++)
		visit(r, &it->hist_keys[k]);
	visit(r, &it->value_reg);
	visit(r, &it->limit);
}

static void keep_reg(struct renumber *r, uint32_t *reg)
{
	keep(r, *reg);
}

static void move_reg(struct renumber *r, uint32_t *reg)
{
	move(r, reg);
}

static void keep_regs(struct renumber *r, struct ir_inst *in)
{
	for (uint32_t i = 0; i < in->nargs; i++)
		keep(r, in->args[i]);
	keep(r, in->dst);
}

static void move_regs(struct renumber *r, struct ir_inst *in)
{
	for (uint32_t i = 0; i < in->nargs; i++)
		move(r, &in->args[i]);
	move(r, &in->dst);
}

static void finish_regs(struct ir_func *f, struct arena *arena, struct arena *a)
{
	struct renumber regs = renumber_new(a, f->regs.n);
	struct ir_reg *v;

	for (uint32_t r = 0; r < f->nparams; r++)
		keep(&regs, r);
	each_inst(f, &regs, keep_regs);
	vec_each(i, &f->iters)
		iter_regs(&f->iters.v[i], &regs, keep_reg);
	each_inst(f, &regs, move_regs);
	vec_each(i, &f->iters)
		iter_regs(&f->iters.v[i], &regs, move_reg);
	v = arena_alloc(arena, regs.n * sizeof *v);
	vec_each(r, &f->regs) {
		if (regs.map[r] != IR_NONE)
			v[regs.map[r]] = f->regs.v[r];
	}
	f->regs.v = v;
	f->regs.n = f->regs.cap = regs.n;
}

void cfg_finish(struct cfg *c)
{
	struct arena *scratch = c->scratch;

	thread_jumps(c->func, scratch);
	finish_blocks(c->func, c->arena, scratch);
	finish_loops(c->func, scratch);
	finish_iters(c->func, c->arena, scratch);
	finish_regs(c->func, c->arena, scratch);
}
