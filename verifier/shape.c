/*
 * The shape of a function, computed once: reverse postorder, dominators
 * (Cooper, Harvey and Kennedy), the forest of natural loops, and the slots.
 * Registers that live within one block need no place in the states between
 * blocks, which keeps states small however many temporaries there are.  An
 * irreducible function (lowering makes none) is marked and gets no claims.
 */
#include "verifier/shape.h"

#include <stdlib.h>
#include <string.h>

bool shape_embedded_writes(const char *text)
{
	return strstr(text, "global") || strstr(text, "GLOBAL") || strstr(text, "pragma:write");
}

static bool reads_memory(const struct format *f)
{
	vec_each(i, &f->pieces)
		if (f->pieces.v[i].kind == FORMAT_MEMORY ||
		    f->pieces.v[i].kind == FORMAT_MEMORY_HEX)
			return true;
	return false;
}

bool shape_may_fail(const struct ir_inst *in)
{
	switch (in->op) {
	case OP_DIV:
	case OP_MOD:
	case OP_MSET:
	case OP_SADD:
	case OP_SGET:
	case OP_HGET:
	case OP_HPRINT:
	case OP_CALL:
	case OP_EMBEDDED:
	case OP_CONTEXT:
	case OP_INDEX:
	case OP_LOAD:
	case OP_LOADSTR:
	case OP_STORE:
	case OP_FAIL: return true;
	case OP_INTRINSIC: return ir_intrinsic((enum intrinsic)in->imm)->effects & EFFECT_FAILS;
	case OP_PRINT:
	case OP_SPRINT: return in->format && reads_memory(in->format);
	case OP_CONST:
	case OP_STR:
	case OP_MOV:
	case OP_ADD:
	case OP_SUB:
	case OP_MUL:
	case OP_AND:
	case OP_OR:
	case OP_XOR:
	case OP_SHL:
	case OP_SHR:
	case OP_USHR:
	case OP_NEG:
	case OP_NOT:
	case OP_EQ:
	case OP_NE:
	case OP_LT:
	case OP_LE:
	case OP_GT:
	case OP_GE:
	case OP_STRCMP:
	case OP_CONCAT:
	case OP_MATCH:
	case OP_GLOAD:
	case OP_GSTORE:
	case OP_GCLEAR:
	case OP_MGET:
	case OP_MIN_:
	case OP_MDEL:
	case OP_ERRMSG:
	case OP_STMT:
	case OP_ITER:
	case OP_JUMP:
	case OP_BRANCH:
	case OP_NEXT_:
	case OP_RETURN:
	case OP_PASS:
	case OP_ABORT:
	case OP_COUNT: return false;
	}
	return true;
}

uint32_t shape_successors(const struct ir_block *b, uint32_t out[3])
{
	const struct ir_inst *last = &b->insts.v[b->insts.n - 1];
	uint32_t n = 0;

	if (last->op == OP_JUMP || last->op == OP_BRANCH || last->op == OP_NEXT_)
		out[n++] = last->target[0];
	if ((last->op == OP_BRANCH || last->op == OP_NEXT_) && last->target[1] != out[0])
		out[n++] = last->target[1];
	if (b->catch == IR_NONE)
		return n;
	vec_each(i, &b->insts)
		if (shape_may_fail(&b->insts.v[i])) {
			out[n++] = b->catch;
			break;
		}
	return n;
}

void shape_uses(const struct ir_func *f, const struct ir_inst *in, void (*fn)(void *, uint32_t),
		void *ctx)
{
	for (uint32_t i = 0; i < in->nargs; i++)
		if (in->args[i] != IR_NONE)
			fn(ctx, in->args[i]);
	if (in->op != OP_ITER && in->op != OP_NEXT_)
		return;
	const struct ir_iter *it = &f->iters.v[in->imm];

	for (uint32_t i = 0; i < it->nhist_keys; i++)
		if (it->hist_keys[i] != IR_NONE)
			fn(ctx, it->hist_keys[i]);
	for (uint32_t i = 0; it->has_slice && i < it->nkeys; i++)
		if (it->slice[i] != IR_NONE)
			fn(ctx, it->slice[i]);
	if (it->limit != IR_NONE)
		fn(ctx, it->limit);
}

void shape_defs(const struct ir_func *f, const struct ir_inst *in, void (*fn)(void *, uint32_t),
		void *ctx)
{
	if (in->dst != IR_NONE)
		fn(ctx, in->dst);
	if (in->op != OP_NEXT_)
		return;
	const struct ir_iter *it = &f->iters.v[in->imm];

	for (uint32_t i = 0; i < it->nkeys; i++)
		if (it->key_regs[i] != IR_NONE)
			fn(ctx, it->key_regs[i]);
	if (it->value_reg != IR_NONE)
		fn(ctx, it->value_reg);
}

/* --- order --- */

struct visit {
	uint32_t block, next, n, succ[3];
};

static void number_order(struct arena *a, const struct ir_func *f, struct shape *sh)
{
	struct visit *stack = arena_alloc(a, f->blocks.n * sizeof *stack);
	bool *seen = arena_alloc(a, f->blocks.n);
	uint32_t depth = 1, at = f->blocks.n;

	stack[0].block = 0;
	stack[0].n = shape_successors(&f->blocks.v[0], stack[0].succ);
	seen[0] = true;
	while (depth) {
		struct visit *v = &stack[depth - 1];

		if (v->next == v->n) {
			sh->order[--at] = v->block;
			depth--;
			continue;
		}
		/* last successor first, so that the first target comes first in the order */
		uint32_t to = v->succ[v->n - 1 - v->next++];

		if (seen[to])
			continue;
		seen[to] = true;
		stack[depth].block = to;
		stack[depth].next = 0;
		stack[depth].n = shape_successors(&f->blocks.v[to], stack[depth].succ);
		depth++;
	}
	sh->norder = f->blocks.n - at;
	sh->order += at;
	for (uint32_t i = 0; i < f->blocks.n; i++)
		sh->rank[i] = IR_NONE;
	for (uint32_t i = 0; i < sh->norder; i++)
		sh->rank[sh->order[i]] = i;
}

/* Predecessors, in the order of rank. */
static void collect_preds(struct arena *a, const struct ir_func *f, struct shape *sh)
{
	uint32_t succ[3], total = 0;

	sh->preds_at = arena_alloc(a, (f->blocks.n + 2) * sizeof *sh->preds_at);
	for (uint32_t i = 0; i < sh->norder; i++) {
		uint32_t n = shape_successors(&f->blocks.v[sh->order[i]], succ);

		total += n;
		for (uint32_t j = 0; j < n; j++)
			sh->preds_at[succ[j] + 2]++;
	}
	for (uint32_t i = 2; i < f->blocks.n + 2; i++)
		sh->preds_at[i] += sh->preds_at[i - 1];
	sh->preds = arena_alloc(a, total * sizeof *sh->preds);
	for (uint32_t i = 0; i < sh->norder; i++) {
		uint32_t n = shape_successors(&f->blocks.v[sh->order[i]], succ);

		for (uint32_t j = 0; j < n; j++)
			sh->preds[sh->preds_at[succ[j] + 1]++] = sh->order[i];
	}
}

uint32_t shape_common(const struct shape *sh, uint32_t x, uint32_t y)
{
	while (x != y)
		if (sh->rank[x] > sh->rank[y])
			x = sh->idom[x];
		else
			y = sh->idom[y];
	return x;
}

static bool dominator_pass(struct shape *sh)
{
	bool changed = false;

	for (uint32_t i = 1; i < sh->norder; i++) {
		uint32_t b = sh->order[i], best = IR_NONE;

		/* latest first: walks from neighbour to neighbour, however many there are */
		for (uint32_t j = sh->preds_at[b + 1]; j-- > sh->preds_at[b];)
			if (sh->idom[sh->preds[j]] != IR_NONE)
				best = best == IR_NONE ? sh->preds[j]
						       : shape_common(sh, best, sh->preds[j]);
		changed |= sh->idom[b] != best;
		sh->idom[b] = best;
	}
	return changed;
}

static void find_dominators(struct shape *sh)
{
	for (uint32_t i = 0; i < sh->nblocks; i++)
		sh->idom[i] = IR_NONE;
	sh->idom[sh->order[0]] = sh->order[0];
	for (int passes = 0; dominator_pass(sh); passes++)
		if (passes > 20) {
			sh->irreducible = true;
			return;
		}
}

bool shape_dominates(const struct shape *sh, uint32_t above, uint32_t below)
{
	while (sh->rank[below] > sh->rank[above])
		below = sh->idom[below];
	return below == above;
}

/* --- loops --- */

static void push_latches(struct arena *a, struct shape *sh, struct natural *l)
{
	uint32_t h = l->header;

	l->latches = arena_alloc(a, (sh->preds_at[h + 1] - sh->preds_at[h]) * sizeof *l->latches);
	for (uint32_t j = sh->preds_at[h]; j < sh->preds_at[h + 1]; j++) {
		uint32_t from = sh->preds[j];

		if (sh->rank[from] < sh->rank[h])
			continue;
		l->latches[l->nlatches++] = from;
		sh->irreducible |= !shape_dominates(sh, h, from);
	}
}

static void find_headers(struct arena *a, struct shape *sh)
{
	VEC(struct natural) v = {0};

	for (uint32_t i = 0; i < sh->norder; i++) {
		struct natural l = {.header = sh->order[i], .parent = IR_NONE};

		sh->loop_at[l.header] = IR_NONE;
		sh->loop_of[l.header] = IR_NONE;
		push_latches(a, sh, &l);
		if (!l.nlatches)
			continue;
		sh->loop_at[l.header] = v.n;
		vec_push(a, &v, l);
	}
	sh->loops = v.v;
	sh->nloops = v.n;
}

/* The outermost loop found so far around a block, with path halving over `outer`. */
static uint32_t outermost(uint32_t *outer, uint32_t loop)
{
	while (outer[loop] != loop) {
		outer[loop] = outer[outer[loop]];
		loop = outer[loop];
	}
	return loop;
}

struct body {
	uint32_t *work, n;
	uint32_t *outer;
};

/* Walks back from the latches; loops met on the way are inside and are skipped as a whole. */
static void claim_body(struct shape *sh, uint32_t loop, struct body *w)
{
	struct natural *l = &sh->loops[loop];

	w->n = 0;
	for (uint32_t i = 0; i < l->nlatches; i++)
		w->work[w->n++] = l->latches[i];
	while (w->n) {
		uint32_t b = w->work[--w->n];

		if (sh->loop_of[b] == IR_NONE) {
			if (b == l->header)
				continue;
			sh->loop_of[b] = loop;
		} else {
			uint32_t in = outermost(w->outer, sh->loop_of[b]);

			if (in == loop)
				continue;
			sh->loops[in].parent = loop;
			w->outer[in] = loop;
			b = sh->loops[in].header;
		}
		for (uint32_t j = sh->preds_at[b]; j < sh->preds_at[b + 1]; j++)
			if (sh->rank[sh->preds[j]] != IR_NONE)
				w->work[w->n++] = sh->preds[j];
	}
	sh->loop_of[l->header] = loop;
}

static void nest_loops(struct arena *a, struct shape *sh)
{
	struct body w = {0};

	w.work = arena_alloc(a, (3 * (size_t)sh->preds_at[sh->nblocks] + 1) * sizeof *w.work);
	w.outer = arena_alloc(a, sh->nloops * sizeof *w.outer);
	for (uint32_t i = 0; i < sh->nloops; i++)
		w.outer[i] = i;
	for (uint32_t i = sh->nloops; i-- > 0;)
		claim_body(sh, i, &w);
}

bool shape_in_loop(const struct shape *sh, uint32_t block, uint32_t loop)
{
	uint32_t l = sh->loop_of[block];

	/* loops inside have higher numbers, so this climbs no further than needed */
	while (l != IR_NONE && l > loop)
		l = sh->loops[l].parent;
	return l == loop;
}

static void list_blocks(struct arena *a, struct shape *sh)
{
	for (uint32_t i = 0; i < sh->norder; i++)
		if (sh->loop_of[sh->order[i]] != IR_NONE)
			sh->loops[sh->loop_of[sh->order[i]]].nblocks++;
	for (uint32_t i = 0; i < sh->nloops; i++) {
		struct natural *l = &sh->loops[i];

		l->blocks = arena_alloc(a, l->nblocks * sizeof *l->blocks);
		l->nblocks = 0;
	}
	for (uint32_t i = 0; i < sh->norder; i++) {
		uint32_t in = sh->loop_of[sh->order[i]];

		if (in != IR_NONE)
			sh->loops[in].blocks[sh->loops[in].nblocks++] = sh->order[i];
	}
	for (uint32_t i = sh->nloops; i-- > 0;) {
		struct natural *up =
			sh->loops[i].parent == IR_NONE ? NULL : &sh->loops[sh->loops[i].parent];

		sh->loops[i].total += sh->loops[i].nblocks;
		if (!up)
			continue;
		up->total += sh->loops[i].total;
		up->inner_end = up->inner_end ? up->inner_end : i + 1;
	}
}

/* --- slots --- */

enum { UNSEEN = UINT32_MAX, SHARED = UINT32_MAX - 1 };

struct census {
	uint32_t *home; /* register: the one block it is used in */
	uint32_t block;
	VEC(uint32_t) globals;
};

static void see_use(void *ctx, uint32_t r)
{
	struct census *c = ctx;

	if (c->home[r] != c->block)
		c->home[r] = SHARED;
}

static void see_def(void *ctx, uint32_t r)
{
	struct census *c = ctx;

	if (c->home[r] == UNSEEN)
		c->home[r] = c->block;
	else if (c->home[r] != c->block)
		c->home[r] = SHARED;
}

static void take_census(struct arena *a, const struct ir_func *f, const struct shape *sh,
			struct census *c)
{
	for (uint32_t r = 0; r < f->regs.n; r++)
		c->home[r] = r < f->nparams ? SHARED : UNSEEN;
	for (uint32_t i = 0; i < sh->norder; i++) {
		const struct ir_block *b = &f->blocks.v[sh->order[i]];

		c->block = sh->order[i];
		vec_each(k, &b->insts) {
			const struct ir_inst *in = &b->insts.v[k];
			bool walks = in->op == OP_ITER || in->op == OP_NEXT_;

			shape_uses(f, in, see_use, c);
			shape_defs(f, in, see_def, c);
			if (in->global != IR_NONE)
				vec_push(a, &c->globals, in->global);
			if (walks)
				vec_push(a, &c->globals, f->iters.v[in->imm].global);
		}
	}
}

static int by_number(const void *x, const void *y)
{
	uint32_t a = *(const uint32_t *)x, b = *(const uint32_t *)y;

	return a < b ? -1 : a > b;
}

static void list_globals(struct shape *sh, struct census *c)
{
	if (c->globals.n)
		qsort(c->globals.v, c->globals.n, sizeof c->globals.v[0], by_number);
	sh->globals = c->globals.v;
	vec_each(i, &c->globals)
		if (!sh->nglobals || sh->globals[sh->nglobals - 1] != c->globals.v[i])
			sh->globals[sh->nglobals++] = c->globals.v[i];
}

static void number_slots(struct arena *a, const struct ir_func *f, struct shape *sh)
{
	struct census c = {.home = arena_alloc(a, f->regs.n * sizeof *c.home)};
	uint32_t n = 0;

	take_census(a, f, sh, &c);
	list_globals(sh, &c);
	sh->slot_of_reg = arena_alloc(a, f->regs.n * sizeof *sh->slot_of_reg);
	sh->slot_owner = arena_alloc(a, (f->regs.n + sh->nglobals) * sizeof *sh->slot_owner);
	for (uint32_t r = 0; r < f->regs.n; r++) {
		if (c.home[r] != SHARED) {
			sh->slot_of_reg[r] = SLOT_LOCAL | r;
			continue;
		}
		sh->slot_owner[n] = r;
		sh->slot_of_reg[r] = n++;
	}
	sh->global_slot0 = n;
	for (uint32_t i = 0; i < sh->nglobals; i++)
		sh->slot_owner[n++] = sh->globals[i];
	sh->nslots = n;
}

uint32_t shape_global(const struct shape *sh, uint32_t global)
{
	uint32_t low = 0, high = sh->nglobals;

	while (low < high) {
		uint32_t mid = low + (high - low) / 2;

		if (sh->globals[mid] == global)
			return sh->global_slot0 + mid;
		if (sh->globals[mid] < global)
			low = mid + 1;
		else
			high = mid;
	}
	return SLOT_NONE;
}

static void number_instructions(const struct ir_func *f, struct shape *sh)
{
	uint32_t n = 1;

	vec_each(b, &f->blocks) {
		sh->serial[b] = n;
		n += f->blocks.v[b].insts.n;
	}
}

struct shape *shape_function(struct arena *a, const struct ir_func *f)
{
	struct shape *sh = arena_make(a, struct shape);

	sh->nblocks = f->blocks.n;
	sh->order = arena_alloc(a, f->blocks.n * sizeof *sh->order);
	sh->rank = arena_alloc(a, f->blocks.n * sizeof *sh->rank);
	sh->idom = arena_alloc(a, f->blocks.n * sizeof *sh->idom);
	sh->serial = arena_alloc(a, f->blocks.n * sizeof *sh->serial);
	sh->loop_of = arena_alloc(a, f->blocks.n * sizeof *sh->loop_of);
	sh->loop_at = arena_alloc(a, f->blocks.n * sizeof *sh->loop_at);
	number_instructions(f, sh);
	number_order(a, f, sh);
	collect_preds(a, f, sh);
	find_dominators(sh);
	number_slots(a, f, sh);
	if (sh->irreducible)
		return sh;
	find_headers(a, sh);
	if (sh->irreducible)
		return sh;
	nest_loops(a, sh);
	list_blocks(a, sh);
	return sh;
}

uint32_t shape_block_at(const struct shape *sh, uint32_t serial)
{
	uint32_t low = 0, high = sh->nblocks;

	while (high - low > 1) {
		uint32_t mid = low + (high - low) / 2;

		if (sh->serial[mid] <= serial)
			low = mid;
		else
			high = mid;
	}
	return low;
}
