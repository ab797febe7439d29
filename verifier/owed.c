/*
 * Sums for the re-check alone.  What a handler takes is added up once more,
 * callees before callers, from the blocks that the certificate claims to be
 * reached; what one instruction takes (the bytes of a frame, the privilege of
 * a call) is asked of budget.c, which lists it.  Which variables are read early
 * needs no claims: they get their first values in the first block, so the way
 * back of a loop brings nothing that its header did not have.
 */
#include "verifier/owed.h"
#include "verifier/attachment.h"
#include "verifier/budget.h"
#include "verifier/owed_keys.h"
#include "verifier/reads.h"

#include <string.h>

enum { LONGEST_RECURSION = 1000, TASK_BYTES = 8192, REGISTERS_BYTES = 168, MAX_HOPS = 64 };

struct sum {
	bool embeds, waits; /* it, or what it calls */
	int64_t frames;     /* bytes of the deepest calls from here */
	int64_t once;       /* bytes that one function prints when each block runs once, at most */
};

/* Functions that store to a global or delete from it. */
struct users {
	uint32_t *v, n, cap;
};

struct owed {
	const struct certificate *c;
	struct arena *arena;
	struct sum *of; /* by function */
	bool *prints;   /* by function: it does itself, or a call is claimed to */
	bool *written;  /* by global */
	struct users *users;
	bool ends;      /* something may end the session */
	unsigned level; /* privilege needed */
};

static int64_t plus(int64_t a, int64_t b)
{
	return a > INT64_MAX - b ? INT64_MAX : a + b;
}

static int64_t times(int64_t a, int64_t b)
{
	return a == 0 || b == 0 ? 0 : a > INT64_MAX / b ? INT64_MAX : a * b;
}

static bool reached(const struct certificate *c, uint32_t func, uint32_t block)
{
	return c->claims[func].at && c->claims[func].at[block].reachable;
}

/* --- what functions do --- */

static bool stores(const struct ir_inst *in)
{
	return in->op == OP_GSTORE || in->op == OP_GCLEAR || in->op == OP_MSET ||
	       in->op == OP_MDEL || in->op == OP_SADD;
}

static bool ends_session(const struct ir_block *b, const struct ir_inst *in)
{
	return in->op == OP_ABORT || in->op == OP_EMBEDDED ||
	       (in->op == OP_FAIL && b->catch == IR_NONE) ||
	       (in->op == OP_INTRINSIC && in->imm == INTRINSIC_EXIT);
}

static void add_user(struct owed *w, uint32_t g, uint32_t func)
{
	struct users *u = &w->users[g];

	if (!u->n || u->v[u->n - 1] != func)
		vec_push(w->arena, u, func);
}

static void add_inst(struct owed *w, struct sum *s, uint32_t func, const struct ir_block *b,
		     const struct ir_inst *in)
{
	const struct ir_func *f = &w->c->p->funcs.v[func];
	int64_t printed = budget_printed(w->c->p, f, in);
	unsigned level = budget_level(f, in);

	s->embeds |= in->op == OP_EMBEDDED;
	s->waits |= budget_waits(in);
	s->once = plus(s->once, printed);
	w->prints[func] |= printed > 0;
	for (uint32_t i = 0; i < in->ncallees; i++)
		w->prints[func] |= w->c->output[in->callees[i]] > 0;
	w->ends |= ends_session(b, in);
	w->level = level > w->level ? level : w->level;
	if (in->op == OP_MSET || in->op == OP_SADD || in->op == OP_MDEL)
		add_user(w, in->global, func);
	if (stores(in) && (in->op != OP_SADD || w->c->p->globals.v[in->global].nkeys))
		w->written[in->global] = true;
}

static void add_callee(struct sum *s, int64_t *below, const struct sum *to)
{
	s->embeds |= to->embeds;
	s->waits |= to->waits;
	s->once = to->once > s->once ? to->once : s->once;
	*below = to->frames > *below ? to->frames : *below;
}

/* How deep the calls of a cycle nest: as claimed and checked, or as the run-time lets them. */
static int64_t nesting(const struct owed *w, uint32_t cycle)
{
	int64_t given = w->c->p->limits.maxnesting, limit = given > 0 ? given : LONGEST_RECURSION;

	if (!w->c->e->recursive[cycle])
		return 0;
	return w->c->recursion[cycle].depth < limit ? w->c->recursion[cycle].depth : limit;
}

/* All members of a cycle of calls do what any of them does. */
static void add_cycle(struct owed *w, uint32_t cycle)
{
	const struct effects *e = w->c->e;
	const uint32_t *member = e->order + e->cycle_at[cycle];
	uint32_t n = e->cycle_at[cycle + 1] - e->cycle_at[cycle];
	int64_t frame = 0, below = 0;
	struct sum all = {0};

	for (uint32_t m = 0; m < n; m++) {
		const struct ir_func *f = &w->c->p->funcs.v[member[m]];
		int64_t size = budget_frame(w->c->p, w->c->model, f);
		struct sum own = {0};

		frame = size > frame ? size : frame;
		vec_each(b, &f->blocks) {
			if (!reached(w->c, member[m], b))
				continue;
			vec_each(i, &f->blocks.v[b].insts)
				add_inst(w, &own, member[m], &f->blocks.v[b],
					 &f->blocks.v[b].insts.v[i]);
		}
		add_callee(&all, &below, &own);
		for (uint32_t i = e->calls_at[member[m]]; i < e->calls_at[member[m] + 1]; i++)
			if (e->cycle[e->calls[i]] != cycle && w->c->claims[member[m]].at)
				add_callee(&all, &below, &w->of[e->calls[i]]);
	}
	all.frames = plus(times(frame, plus(nesting(w, cycle), 1)), below);
	for (uint32_t m = 0; m < n; m++)
		w->of[member[m]] = all;
}

struct owed *owed_collect(struct arena *a, const struct certificate *c)
{
	struct owed *w = arena_make(a, struct owed);

	*w = (struct owed){.c = c, .arena = a};
	w->of = arena_alloc(a, c->p->funcs.n * sizeof *w->of);
	w->prints = arena_alloc(a, c->p->funcs.n);
	w->users = arena_alloc(a, c->p->globals.n * sizeof *w->users);
	w->written = arena_alloc(a, c->p->globals.n);
	for (uint32_t i = 0; i < c->e->ncycles; i++)
		add_cycle(w, i);
	vec_each(i, &c->p->attaches) {
		unsigned level = budget_attach_level(&c->p->attaches.v[i]);

		w->level = level > w->level ? level : w->level;
		w->ends |= c->p->attaches.v[i].when == WHEN_KERNEL ||
			   c->p->attaches.v[i].when == WHEN_TIMER;
	}
	return w;
}

bool owed_prints(const struct owed *w, uint32_t func)
{
	return w->prints[func];
}

/* --- what is owed --- */

static bool uses_written(const struct owed *w, uint32_t func)
{
	const struct ir_func *f = &w->c->p->funcs.v[func];

	vec_each(b, &f->blocks) {
		if (!reached(w->c, func, b))
			continue;
		vec_each(i, &f->blocks.v[b].insts) {
			const struct ir_inst *in = &f->blocks.v[b].insts.v[i];
			uint32_t g = in->op == OP_ITER ? f->iters.v[in->imm].global : in->global;

			if (g != IR_NONE && w->written[g] &&
			    (in->op != OP_SADD || w->c->p->globals.v[g].nkeys))
				return true;
		}
	}
	return false;
}

/* Does the handler, or what it calls, need a lock? */
static bool locks(const struct owed *w, uint32_t handler)
{
	const struct effects *e = w->c->e;
	uint32_t *stack = arena_alloc(w->arena, e->nfuncs * sizeof *stack), n = 0;
	bool *seen = arena_alloc(w->arena, e->nfuncs);

	stack[n++] = handler;
	seen[handler] = true;
	while (n) {
		uint32_t f = stack[--n];

		if (uses_written(w, f))
			return true;
		for (uint32_t i = e->calls_at[f]; i < e->calls_at[f + 1]; i++)
			if (!seen[e->calls[i]]) {
				seen[e->calls[i]] = true;
				stack[n++] = e->calls[i];
			}
	}
	return false;
}

static bool stack_fits(const struct owed *w, uint32_t handler, const struct verdict *v)
{
	int64_t n = w->of[handler].frames;

	return n <= budget_stack_room(w->c->p, w->c->model) && (!v->has_bound || v->bound >= n);
}

static bool memory_fits(const struct owed *w, const struct verdict *v)
{
	const struct ir_program *p = w->c->p;
	int64_t total = 0, frames = 0;

	vec_each(g, &p->globals)
		total = plus(total, budget_global(p, &p->globals.v[g]));
	vec_each(f, &p->funcs)
		if (p->funcs.v[f].kind == IR_HANDLER && w->of[f].frames > frames)
			frames = w->of[f].frames;
	total = plus(total, times(frames, budget_stacks(w->c->model)));
	return total <= p->limits.maxmemory * 1024 && (!v->has_bound || v->bound >= total);
}

/* MAXACTION ends a handler after so many statements, each of which runs a block once at most. */
static enum owed_answer output_bounded(const struct owed *w, uint32_t handler,
				       const struct verdict *v)
{
	int64_t most = times(w->of[handler].once, w->c->p->limits.maxaction);

	if (!v->has_bound)
		return OWED_NO;
	if (v->bound >= most && most < INT64_MAX)
		return OWED_YES;
	return v->bound < w->c->output[handler] || w->c->output[handler] == INT64_MAX ? OWED_NO
										      : OWED_YES;
}

static bool granted(const struct owed *w)
{
	return w->level <= budget_granted(w->c->p);
}

static bool in_program(const struct ir_attach *at)
{
	return at->family &&
	       (strncmp(at->family, "process", 7) == 0 || strcmp(at->family, "procfs") == 0);
}

enum owed_answer owed_met(const struct owed *w, const struct obligation *o, const struct verdict *v)
{
	const struct ir_attach *at = o->attach == IR_NONE ? NULL : &w->c->p->attaches.v[o->attach];
	const struct sum *s = o->func == IR_NONE ? NULL : &w->of[o->func];

	if (o->kind == OBL_NOT_REENTERED && at)
		return at->when != WHEN_KERNEL || in_program(at);
	if (o->kind == OBL_LOCK_ORDER && s)
		return !s->embeds && (!s->waits || !locks(w, o->func));
	if (o->kind == OBL_STACK_FITS && s)
		return stack_fits(w, o->func, v);
	if (o->kind == OBL_OUTPUT_BOUNDED && s)
		return output_bounded(w, o->func, v);
	if (o->kind == OBL_MEMORY_BOUNDED)
		return memory_fits(w, v);
	if (o->kind == OBL_PRIVILEGE_SUFFICES)
		return granted(w);
	if (o->kind == OBL_SESSION_ENDS)
		return w->ends;
	if (o->kind == OBL_KEYS_PAIRED)
		return owed_keys_paired(w->arena, w->c, o->global, w->users[o->global].v,
					w->users[o->global].n);
	return OWED_NO_RULE;
}

enum owed_answer owed_refuted(const struct owed *w, const struct obligation *o)
{
	const struct ir_attach *at = o->attach == IR_NONE ? NULL : &w->c->p->attaches.v[o->attach];

	if (o->kind == OBL_PROBE_EXISTS && at)
		return at->when == WHEN_KERNEL && at->exists == ANSWER_NO;
	if (o->kind == OBL_PROBE_PERMITTED && at)
		return attachment_permitted(w->arena, at).status == VERDICT_REFUTED;
	if (o->kind == OBL_PRIVILEGE_SUFFICES)
		return !granted(w);
	return OWED_NO;
}

/* --- variables before their first assignment --- */

struct early {
	const struct certificate *c;
	const struct ir_func *f;
	uint32_t *bit;         /* register: its number among those that start with a default */
	uint32_t words;        /* of a set of them */
	uint64_t *now;         /* they may have their first value still */
	bool *read;            /* by register */
	VEC(uint64_t *) spare; /* sets of blocks that are done with */
};

static bool is_default(const struct early *e, const struct ir_inst *in)
{
	return in->nobligations && e->c->p->obligations.v[in->obligation].kind == OBL_INITIALISED;
}

static void see_read(void *ctx, uint32_t r)
{
	struct early *e = ctx;
	uint32_t bit = e->bit[r];

	e->read[r] |= bit != IR_NONE && e->now[bit / 64] >> bit % 64 & 1;
}

static void see_set(void *ctx, uint32_t r)
{
	struct early *e = ctx;
	uint32_t bit = e->bit[r];

	if (bit != IR_NONE)
		e->now[bit / 64] &= ~((uint64_t)1 << bit % 64);
}

/* The block's instructions; before: what it is left with, anywhere before its end. */
static void pass_block(struct early *e, const struct ir_block *b, uint64_t *before)
{
	vec_each(i, &b->insts) {
		const struct ir_inst *in = &b->insts.v[i];

		shape_uses(e->f, in, see_read, e);
		shape_defs(e->f, in, see_set, e);
		if (!is_default(e, in))
			continue;
		uint32_t bit = e->bit[in->dst];

		e->now[bit / 64] |= (uint64_t)1 << bit % 64;
		before[bit / 64] |= (uint64_t)1 << bit % 64;
	}
}

static void number_defaults(struct arena *a, struct early *e)
{
	uint32_t n = 0;

	e->bit = arena_alloc(a, e->f->regs.n * sizeof *e->bit);
	memset(e->bit, 0xff, e->f->regs.n * sizeof *e->bit);
	vec_each(b, &e->f->blocks)
		vec_each(i, &e->f->blocks.v[b].insts) {
			const struct ir_inst *in = &e->f->blocks.v[b].insts.v[i];

			if (is_default(e, in) && e->bit[in->dst] == IR_NONE)
				e->bit[in->dst] = n++;
		}
	e->words = (n + 63) / 64;
}

static uint64_t *empty_set(struct arena *a, struct early *e)
{
	if (!e->spare.n)
		return arena_alloc(a, e->words * sizeof(uint64_t));
	return memset(e->spare.v[--e->spare.n], 0, e->words * sizeof(uint64_t));
}

const bool *owed_early(struct arena *a, const struct certificate *c, uint32_t func)
{
	const struct shape *sh = c->shapes[func];
	struct early e = {.c = c, .f = &c->p->funcs.v[func]};
	uint64_t **in = arena_alloc(a, sh->nblocks * sizeof *in), *before;
	uint32_t succ[3];

	if (sh->irreducible || sh->loop_at[sh->order[0]] != IR_NONE)
		return NULL;
	number_defaults(a, &e);
	e.now = arena_alloc(a, e.words * sizeof *e.now);
	before = arena_alloc(a, e.words * sizeof *before);
	e.read = arena_alloc(a, e.f->regs.n);
	for (uint32_t i = 0; i < sh->norder; i++) {
		const struct ir_block *b = &e.f->blocks.v[sh->order[i]];
		uint64_t *had = in[sh->order[i]];
		uint32_t n = shape_successors(b, succ);

		if (!e.words || !reached(c, func, sh->order[i]))
			continue;
		memset(e.now, 0, e.words * sizeof *e.now);
		if (had) {
			memcpy(e.now, had, e.words * sizeof *e.now);
			vec_push(a, &e.spare, had);
		}
		memcpy(before, e.now, e.words * sizeof *before);
		pass_block(&e, b, before);
		for (uint32_t k = 0; k < n; k++) {
			const uint64_t *from = succ[k] == b->catch ? before : e.now;

			if (sh->rank[succ[k]] <= i)
				continue; /* the way back of a loop */
			if (!in[succ[k]])
				in[succ[k]] = empty_set(a, &e);
			for (uint32_t w = 0; w < e.words; w++)
				in[succ[k]][w] |= from[w];
		}
	}
	return e.read;
}

/* --- instructions --- */

bool owed_arithmetic(const struct flow *fl, const struct ir_inst *in, bool wraps)
{
	struct interval x = transfer_reg(fl, in->args[0]).range;
	struct interval y = transfer_reg(fl, in->args[1]).range;
	__int128 least = 0, most = 0;

	if (in->op == OP_SHL || in->op == OP_SHR || in->op == OP_USHR) {
		struct interval all = interval_make(0, 63);

		return wraps ? interval_empty(interval_meet(y, all)) : interval_within(y, all);
	}
	for (int i = 0; i < 4; i++) { /* the extremes lie at the corners */
		__int128 a = i & 1 ? x.high : x.low, b = i & 2 ? y.high : y.low, r;

		r = in->op == OP_ADD ? a + b : in->op == OP_SUB ? a - b : a * b;
		least = i == 0 || r < least ? r : least;
		most = i == 0 || r > most ? r : most;
	}
	return wraps ? most < INT64_MIN || least > INT64_MAX
		     : least >= INT64_MIN && most <= INT64_MAX;
}

static bool changed_since(const struct flow *fl, uint32_t inst, uint32_t reg)
{
	for (uint32_t i = inst; i < fl->inst; i++)
		if (fl->sp.f->blocks.v[fl->block].insts.v[i].dst == reg)
			return true;
	return false;
}

/* What made the value, constants added since aside; NULL: not known. */
static const struct ir_inst *base_of(const struct flow *fl, uint32_t reg, int64_t *offset)
{
	*offset = 0;
	for (int hops = 0; hops < MAX_HOPS; hops++) {
		const struct ir_inst *in;
		uint32_t serial, block, inst;
		struct interval by;

		if (!state_maker(transfer_reg(fl, reg).ver, &serial))
			return NULL;
		block = shape_block_at(fl->sp.sh, serial);
		inst = serial - fl->sp.sh->serial[block];
		if (inst >= fl->sp.f->blocks.v[block].insts.n)
			return NULL;
		in = &fl->sp.f->blocks.v[block].insts.v[inst];
		if (in->op != OP_ADD)
			return in;
		by = transfer_reg(fl, in->args[1]).range;
		if (block != fl->block || inst >= fl->inst || !interval_single(by) ||
		    changed_since(fl, inst, in->args[0]) || changed_since(fl, inst, in->args[1]) ||
		    __builtin_add_overflow(*offset, by.low, offset))
			return NULL;
		reg = in->args[0];
	}
	return NULL;
}

bool owed_read(const struct flow *fl, const struct ir_inst *in)
{
	const struct ir_inst *made;
	int64_t offset;

	if (fl->sp.f->blocks.v[fl->block].catch != IR_NONE)
		return true;
	if (in->op == OP_INTRINSIC || in->mem->user)
		return false;
	made = base_of(fl, in->args[0], &offset);
	if (!made || offset < 0)
		return false;
	if (made->op == OP_INTRINSIC && made->imm == INTRINSIC_TASK_CURRENT)
		return offset < TASK_BYTES;
	return made->op == OP_CONTEXT && made->imm2 == CONTEXT_ARG && made->imm == 0 &&
	       reads_system_call(fl) && offset < REGISTERS_BYTES;
}
