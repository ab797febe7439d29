/*
 * The call graph, its strongly connected components (Tarjan, without recursion:
 * programs may be deep), and by closure over it which globals a call may
 * change.  Adding a sample or an element is no change in this sense, unless the
 * array wraps and so may drop another.
 */
#include "verifier/effects.h"

#include <stdlib.h>

static void list_calls(struct arena *a, const struct ir_program *p, struct effects *e)
{
	VEC(uint32_t) calls = {0};

	e->calls_at = arena_alloc(a, (p->funcs.n + 1) * sizeof *e->calls_at);
	vec_each(f, &p->funcs) {
		e->calls_at[f] = calls.n;
		vec_each(b, &p->funcs.v[f].blocks) {
			const struct ir_block *block = &p->funcs.v[f].blocks.v[b];

			vec_each(i, &block->insts)
				for (uint32_t c = 0; c < block->insts.v[i].ncallees; c++)
					vec_push(a, &calls, block->insts.v[i].callees[c]);
		}
	}
	e->calls_at[p->funcs.n] = calls.n;
	e->calls = calls.v;
}

struct tarjan {
	struct effects *e;
	uint32_t *index, *low, *stack, *path, *next;
	bool *on;
	uint32_t n, nstack, npath, norder;
};

static void enter(struct tarjan *t, uint32_t f)
{
	t->index[f] = t->low[f] = ++t->n;
	t->stack[t->nstack++] = f;
	t->on[f] = true;
	t->next[f] = t->e->calls_at[f];
	t->path[t->npath++] = f;
}

static void close_component(struct tarjan *t, uint32_t f)
{
	struct effects *e = t->e;
	uint32_t member;

	e->cycle_at[e->ncycles] = t->norder;
	do {
		member = t->stack[--t->nstack];
		t->on[member] = false;
		e->cycle[member] = e->ncycles;
		e->order[t->norder++] = member;
	} while (member != f);
	e->ncycles++;
	e->cycle_at[e->ncycles] = t->norder;
}

static void leave(struct tarjan *t)
{
	uint32_t f = t->path[--t->npath];

	if (t->low[f] == t->index[f])
		close_component(t, f);
	if (t->npath) {
		uint32_t up = t->path[t->npath - 1];

		t->low[up] = t->low[f] < t->low[up] ? t->low[f] : t->low[up];
	}
}

static void search(struct tarjan *t, uint32_t root)
{
	enter(t, root);
	while (t->npath) {
		uint32_t f = t->path[t->npath - 1], to;

		if (t->next[f] == t->e->calls_at[f + 1]) {
			leave(t);
			continue;
		}
		to = t->e->calls[t->next[f]++];
		if (!t->index[to])
			enter(t, to);
		else if (t->on[to] && t->index[to] < t->low[f])
			t->low[f] = t->index[to];
	}
}

static void find_cycles(struct arena *a, struct effects *e)
{
	size_t size = e->nfuncs * sizeof(uint32_t);
	struct tarjan t = {.e = e};

	t.index = arena_alloc(a, size);
	t.low = arena_alloc(a, size);
	t.stack = arena_alloc(a, size);
	t.path = arena_alloc(a, size);
	t.next = arena_alloc(a, size);
	t.on = arena_alloc(a, e->nfuncs);
	e->order = arena_alloc(a, size);
	e->cycle = arena_alloc(a, size);
	e->cycle_at = arena_alloc(a, size + sizeof(uint32_t));
	for (uint32_t f = 0; f < e->nfuncs; f++)
		if (!t.index[f])
			search(&t, f);
	e->recursive = arena_alloc(a, e->ncycles);
	for (uint32_t f = 0; f < e->nfuncs; f++)
		for (uint32_t i = e->calls_at[f]; i < e->calls_at[f + 1]; i++)
			e->recursive[e->cycle[f]] |= e->cycle[e->calls[i]] == e->cycle[f];
}

bool effects_of_inst(const struct ir_program *p, const struct ir_inst *in, uint32_t *global)
{
	*global = in->global;
	if (in->op == OP_GSTORE || in->op == OP_GCLEAR || in->op == OP_MDEL)
		return true;
	return (in->op == OP_MSET || in->op == OP_SADD) && p->globals.v[in->global].wrap;
}

/*
 * Which functions may run so deep that MAXNESTING refuses their calls: those of a recursion and
 * all below it.  A limit of the user's own may be less than any call needs.
 */
static void find_deep(struct arena *a, const struct ir_program *p, struct effects *e)
{
	bool tight = p->limits.maxnesting > 0 && p->limits.maxnesting < p->funcs.n;

	e->deep = arena_alloc(a, e->nfuncs);
	for (uint32_t c = e->ncycles; c-- > 0;) {
		bool deep = tight || e->recursive[c];

		for (uint32_t m = e->cycle_at[c]; m < e->cycle_at[c + 1]; m++)
			deep |= e->deep[e->order[m]];
		for (uint32_t m = e->cycle_at[c]; deep && m < e->cycle_at[c + 1]; m++) {
			uint32_t f = e->order[m];

			e->deep[f] = true;
			for (uint32_t i = e->calls_at[f]; i < e->calls_at[f + 1]; i++)
				e->deep[e->calls[i]] = true;
		}
	}
}

bool effects_fails(const struct effects *e, uint32_t func, const struct ir_inst *in)
{
	return in->op == OP_CALL ? e->deep[func] : shape_may_fail(in);
}

bool effects_keeps(const struct effects *e, uint32_t func, const struct ir_inst *in)
{
	enum { IN_REGISTERS = 6 }; /* arguments of a function */

	if (in->op != OP_CONTEXT || e->writes[func])
		return false;
	return in->imm2 == CONTEXT_RETURN || in->imm2 == CONTEXT_REGISTER ||
	       ((in->imm2 == CONTEXT_ARG || in->imm2 == CONTEXT_ENTRY) && in->imm < IN_REGISTERS);
}

bool effects_next_token(const struct ir_block *b, const struct ir_inst *in)
{
	const struct ir_inst *from = NULL;

	if (in->op != OP_INTRINSIC || in->imm != INTRINSIC_TOKENIZE)
		return false;
	for (const struct ir_inst *i = b->insts.v; i < in; i++)
		if (i->dst == in->args[0])
			from = i;
	return from && from->op == OP_STR && !*from->str;
}

/* Nothing but `return tokenize("", ...)`. */
static bool gives_token(const struct ir_func *f)
{
	const struct ir_block *b = &f->blocks.v[0];
	const struct ir_inst *last = &b->insts.v[b->insts.n - 1];
	bool token = false;

	if (last->op != OP_RETURN || !last->nargs)
		return false;
	for (const struct ir_inst *in = b->insts.v; in < last; in++) {
		if (in->op != OP_STR && in->op != OP_MOV && in->op != OP_STMT &&
		    in->op != OP_INTRINSIC)
			return false;
		if (in->dst == last->args[0])
			token = effects_next_token(b, in);
		else if (in->op == OP_INTRINSIC)
			return false;
	}
	return token;
}

static void own_effects(struct arena *a, const struct ir_program *p, struct effects *e, uint32_t f)
{
	e->token[f] = gives_token(&p->funcs.v[f]);
	vec_each(b, &p->funcs.v[f].blocks) {
		const struct ir_block *block = &p->funcs.v[f].blocks.v[b];
		uint32_t global;

		vec_each(i, &block->insts) {
			const struct ir_inst *in = &block->insts.v[i];

			if (effects_of_inst(p, in, &global))
				members_put(a, &e->changes[f], global);
			e->aborts[f] |= in->op == OP_ABORT || in->op == OP_EMBEDDED;
			e->raises[f] |= block->catch == IR_NONE && effects_fails(e, f, in);
			e->raises[f] |= in->op == OP_PASS; /* the last candidate may pass */
			e->splits[f] |= in->op == OP_INTRINSIC && in->imm == INTRINSIC_TOKENIZE &&
					!effects_next_token(block, in);
			e->havoc[f] |= in->op == OP_EMBEDDED && shape_embedded_writes(in->str);
			e->writes[f] |= in->op == OP_STORE || in->op == OP_EMBEDDED ||
					(in->op == OP_INTRINSIC && in->imm == INTRINSIC_SET_KERNEL);
		}
	}
}

/* One set for the whole component: what a member may do, any may. */
static void close_effects(struct arena *a, struct effects *e, uint32_t c)
{
	struct members *all = NULL;
	bool own = false, havoc = false, aborts = false, splits = false, raises = e->recursive[c];
	bool writes = false;

	for (uint32_t m = e->cycle_at[c]; m < e->cycle_at[c + 1]; m++) {
		uint32_t f = e->order[m];

		for (uint32_t i = e->calls_at[f]; i <= e->calls_at[f + 1]; i++) {
			uint32_t g = i < e->calls_at[f + 1] ? e->calls[i] : f;

			havoc |= e->havoc[g];
			writes |= e->writes[g];
			aborts |= e->aborts[g];
			splits |= e->splits[g];
			raises |= e->raises[g];
			members_add(a, &all, &own, e->changes[g]);
		}
	}
	for (uint32_t m = e->cycle_at[c]; m < e->cycle_at[c + 1]; m++) {
		e->changes[e->order[m]] = all;
		e->havoc[e->order[m]] = havoc;
		e->writes[e->order[m]] = writes;
		e->aborts[e->order[m]] = aborts;
		e->splits[e->order[m]] = splits;
		e->raises[e->order[m]] = raises;
	}
}

static void spread_contexts(const struct ir_program *p, struct effects *e)
{
	vec_each(i, &p->attaches)
		e->contexts[p->attaches.v[i].handler] |= 1u << p->attaches.v[i].context;
	for (uint32_t c = e->ncycles; c-- > 0;) {
		unsigned all = 0;

		for (uint32_t m = e->cycle_at[c]; m < e->cycle_at[c + 1]; m++)
			all |= e->contexts[e->order[m]];
		for (uint32_t m = e->cycle_at[c]; m < e->cycle_at[c + 1]; m++) {
			uint32_t f = e->order[m];

			for (uint32_t i = e->calls_at[f]; i < e->calls_at[f + 1]; i++)
				e->contexts[e->calls[i]] |= all;
			e->contexts[f] |= all;
		}
	}
}

struct effects *effects_program(struct arena *a, const struct ir_program *p)
{
	struct effects *e = arena_make(a, struct effects);

	e->nfuncs = p->funcs.n;
	e->nglobals = p->globals.n;
	list_calls(a, p, e);
	find_cycles(a, e);
	find_deep(a, p, e);
	e->changes = arena_alloc(a, p->funcs.n * sizeof *e->changes);
	e->havoc = arena_alloc(a, p->funcs.n);
	e->writes = arena_alloc(a, p->funcs.n);
	e->aborts = arena_alloc(a, p->funcs.n);
	e->splits = arena_alloc(a, p->funcs.n);
	e->token = arena_alloc(a, p->funcs.n);
	e->raises = arena_alloc(a, p->funcs.n);
	e->contexts = arena_alloc(a, p->funcs.n * sizeof *e->contexts);
	vec_each(f, &p->funcs)
		own_effects(a, p, e, f);
	for (uint32_t c = 0; c < e->ncycles; c++)
		close_effects(a, e, c);
	spread_contexts(p, e);
	return e;
}

/* The first of sh->globals from `from` on that is not below the number. */
static uint32_t not_below(const struct shape *sh, uint32_t from, uint32_t number)
{
	uint32_t low = from, high = sh->nglobals;

	while (low < high) {
		uint32_t mid = low + (high - low) / 2;

		if (sh->globals[mid] < number)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/* Each list skips to where the other is, so that the shorter one counts. */
uint32_t effects_next_change(const struct effects *e, uint32_t func, const struct shape *sh,
			     uint32_t from)
{
	while (from < sh->nglobals) {
		uint32_t g = sh->globals[from],
			 next = e->havoc[func] ? g : members_next(e->changes[func], g);

		if (next == g)
			return from;
		if (next == MEMBERS_NONE)
			break;
		from = not_below(sh, from, next);
	}
	return IR_NONE;
}

/* --- loops --- */

struct mods {
	struct arena *arena;
	const struct shape *sh;
	VEC(uint32_t) list;
	uint32_t *stamp, now;
};

static void mod_slot(struct mods *m, uint32_t slot)
{
	if (slot & SLOT_LOCAL || m->stamp[slot] == m->now)
		return;
	m->stamp[slot] = m->now;
	vec_push(m->arena, &m->list, slot);
}

static void mod_reg(void *ctx, uint32_t r)
{
	struct mods *m = ctx;

	mod_slot(m, m->sh->slot_of_reg[r]);
}

static void mod_callees(struct mods *m, const struct effects *e, const struct ir_inst *in)
{
	for (uint32_t c = 0; c < in->ncallees; c++)
		for (uint32_t i = 0;
		     (i = effects_next_change(e, in->callees[c], m->sh, i)) != IR_NONE; i++)
			mod_slot(m, m->sh->global_slot0 + i);
}

static void mod_block(struct mods *m, const struct effects *e, const struct ir_program *p,
		      const struct ir_func *f, const struct ir_block *b)
{
	uint32_t global;

	vec_each(i, &b->insts) {
		const struct ir_inst *in = &b->insts.v[i];

		shape_defs(f, in, mod_reg, m);
		if (effects_of_inst(p, in, &global))
			mod_slot(m, shape_global(m->sh, global));
		mod_callees(m, e, in);
		if (in->op == OP_EMBEDDED && shape_embedded_writes(in->str))
			for (uint32_t g = 0; g < m->sh->nglobals; g++)
				mod_slot(m, m->sh->global_slot0 + g);
	}
}

static int by_number(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

void effects_loops(struct arena *a, const struct effects *e, const struct ir_program *p,
		   const struct ir_func *f, struct shape *sh)
{
	struct mods m = {.arena = a, .sh = sh};

	uint32_t *child, *sibling;

	if (!sh->nloops)
		return;
	m.stamp = arena_alloc(a, sh->nslots * sizeof *m.stamp);
	child = arena_alloc(a, sh->nloops * sizeof *child); /* 0: none, for loop 0 has no parent */
	sibling = arena_alloc(a, sh->nloops * sizeof *sibling);
	for (uint32_t l = sh->nloops; l-- > 0;) {
		struct natural *loop = &sh->loops[l];

		m.list.v = NULL;
		m.list.n = m.list.cap = 0;
		m.now++;
		for (uint32_t i = 0; i < loop->nblocks; i++)
			mod_block(&m, e, p, f, &f->blocks.v[loop->blocks[i]]);
		for (uint32_t in = child[l]; in; in = sibling[in])
			for (uint32_t i = 0; i < sh->loops[in].nmods; i++)
				mod_slot(&m, sh->loops[in].mods[i]);
		if (loop->parent != IR_NONE) {
			sibling[l] = child[loop->parent];
			child[loop->parent] = l;
		}
		if (m.list.n)
			qsort(m.list.v, m.list.n, sizeof *m.list.v, by_number);
		loop->mods = m.list.v;
		loop->nmods = m.list.n;
	}
}
