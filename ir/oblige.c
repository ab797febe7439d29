/*
 * What must be proved or guarded.  One walk over the finished program makes
 * every obligation, in program order: for each function its cost (handlers),
 * its loops, then its instructions in block order; attachments come last.  The
 * rows of op.def say what an instruction owes; owed() lists the exemptions, each
 * with its reason.  Recursion is found by Tarjan's components of the call
 * graph, with an explicit stack.  It proves nothing and frees nothing: that a
 * condition is always met is for the verifier to say.
 */
#include "base/bug.h"
#include "ir/ir.h"

#include <string.h>

struct graph {
	uint32_t *first; /* nfuncs + 1 offsets into edges */
	uint32_t *edges;
};

struct tarjan {
	const struct graph *g;
	uint32_t *order, *low, *component; /* order 0: not seen; component IR_NONE: open */
	uint32_t *stack, nstack, *frames, *next, nframes, count, ncomponents;
};

static uint32_t count_edges(const struct ir_func *f, uint32_t *edges)
{
	uint32_t n = 0;

	vec_each(b, &f->blocks) {
		vec_each(i, &f->blocks.v[b].insts) {
			const struct ir_inst *in = &f->blocks.v[b].insts.v[i];

			for (uint32_t c = 0; in->op == OP_CALL && c < in->ncallees; c++, n++)
				if (edges)
					edges[n] = in->callees[c];
		}
	}
	return n;
}

static struct graph call_graph(const struct ir_program *p, struct arena *a)
{
	struct graph g = {arena_alloc(a, (p->funcs.n + 1) * sizeof(uint32_t)), NULL};

	vec_each(f, &p->funcs)
		g.first[f + 1] = g.first[f] + count_edges(&p->funcs.v[f], NULL);
	g.edges = arena_alloc(a, g.first[p->funcs.n] * sizeof(uint32_t));
	vec_each(f, &p->funcs)
		count_edges(&p->funcs.v[f], g.edges + g.first[f]);
	return g;
}

static void enter(struct tarjan *t, uint32_t f)
{
	t->order[f] = t->low[f] = ++t->count;
	t->stack[t->nstack++] = f;
	t->next[f] = t->g->first[f];
	t->frames[t->nframes++] = f;
}

static void close_component(struct tarjan *t, uint32_t root)
{
	uint32_t f;

	do {
		f = t->stack[--t->nstack];
		t->component[f] = t->ncomponents;
	} while (f != root);
	t->ncomponents++;
}

static void leave(struct tarjan *t)
{
	uint32_t f = t->frames[--t->nframes];

	if (t->low[f] == t->order[f])
		close_component(t, f);
	if (t->nframes) {
		uint32_t up = t->frames[t->nframes - 1];

		if (t->low[f] < t->low[up])
			t->low[up] = t->low[f];
	}
}

static void visit(struct tarjan *t, uint32_t root)
{
	enter(t, root);
	while (t->nframes) {
		uint32_t f = t->frames[t->nframes - 1], to;

		if (t->next[f] == t->g->first[f + 1]) {
			leave(t);
			continue;
		}
		to = t->g->edges[t->next[f]++];
		if (!t->order[to])
			enter(t, to);
		else if (t->component[to] == IR_NONE && t->order[to] < t->low[f])
			t->low[f] = t->order[to];
	}
}

/* The component of each function: a call inside one is a recursive call. */
static uint32_t *components(const struct ir_program *p, struct arena *a)
{
	struct graph g = call_graph(p, a);
	size_t size = p->funcs.n * sizeof(uint32_t);
	struct tarjan t = {.g = &g,
			   .order = arena_alloc(a, size),
			   .low = arena_alloc(a, size),
			   .component = arena_alloc(a, size),
			   .stack = arena_alloc(a, size),
			   .frames = arena_alloc(a, size),
			   .next = arena_alloc(a, size)};

	memset(t.component, 0xff, size);
	vec_each(f, &p->funcs) {
		if (!t.order[f])
			visit(&t, f);
	}
	return t.component;
}

static bool recursive(const struct ir_inst *in, uint32_t func, const uint32_t *component)
{
	for (uint32_t c = 0; c < in->ncallees; c++)
		if (component[in->callees[c]] == component[func])
			return true;
	return false;
}

/* Does this very instruction owe what its op's row names? */
static bool owed(const struct ir_program *p, uint32_t func, const struct ir_inst *in,
		 const uint32_t *component)
{
	if (in->op == OP_CALL) /* a call that cannot come back to its caller adds a fixed depth */
		return recursive(in, func, component);
	if (in->op == OP_SADD) /* a scalar aggregate has room for every sample */
		return p->globals.v[in->global].nkeys > 0;
	if (in->op == OP_SGET) /* @count and @sum of nothing are 0 */
		return in->imm > 1;
	if (in->op == OP_INTRINSIC) /* the others may be called anywhere */
		return ir_intrinsic((enum intrinsic)in->imm)->kernel_only;
	if (in->op ==
	    OP_INDEX) /* behind a pointer no bound is known: the load that follows is checked */
		return in->imm > 0;
	return true;
}

static uint32_t add(struct ir_program *p, struct obligation o)
{
	vec_push(p->arena, &p->obligations, o);
	return p->obligations.n - 1;
}

static void oblige_inst(struct ir_program *p, uint32_t func, uint32_t block, uint32_t index,
			const uint32_t *component)
{
	struct ir_inst *in = &p->funcs.v[func].blocks.v[block].insts.v[index];
	enum obligation_kind kinds[2];
	unsigned n = ir_op_owes(in->op, kinds);

	in->obligation = p->obligations.n;
	in->nobligations = 0;
	for (unsigned i = 0; i < n; i++) {
		if (!owed(p, func, in, component))
			continue;
		add(p,
		    (struct obligation){kinds[i], func, block, index, IR_NONE, IR_NONE, in->loc});
		in->nobligations++;
	}
}

static void oblige_func(struct ir_program *p, uint32_t func, const uint32_t *component)
{
	struct ir_func *f = &p->funcs.v[func];

	f->obligation = IR_NONE;
	if (f->kind == IR_HANDLER)
		f->obligation = add(p, (struct obligation){OBL_COST_BOUNDED, func, 0, IR_NONE,
							   IR_NONE, IR_NONE, f->loc});
	vec_each(l, &f->loops)
		f->loops.v[l].obligation =
			add(p, (struct obligation){OBL_LOOP_BOUNDED, func, f->loops.v[l].header,
						   IR_NONE, l, IR_NONE, f->loops.v[l].loc});
	vec_each(b, &f->blocks) {
		vec_each(i, &f->blocks.v[b].insts)
			oblige_inst(p, func, b, i, component);
	}
}

/* Session and timer handlers start with the session: there is nothing to find or to permit. */
static void oblige_attach(struct ir_program *p, uint32_t index)
{
	struct ir_attach *at = &p->attaches.v[index];
	struct obligation o = {OBL_PROBE_EXISTS, at->handler, 0, IR_NONE, IR_NONE, index, at->loc};

	at->obligation = p->obligations.n;
	at->nobligations = 0;
	if (at->when != WHEN_KERNEL)
		return;
	add(p, o);
	o.kind = OBL_PROBE_PERMITTED;
	add(p, o);
	at->nobligations = 2;
}

void oblige_program(struct ir_program *p)
{
	struct arena *scratch = arena_scratch(p->arena);
	const uint32_t *component;

	if (p->obligations.n)
		bug("obligations are made once");
	component = components(p, scratch);
	vec_each(f, &p->funcs)
		oblige_func(p, f, component);
	vec_each(i, &p->attaches)
		oblige_attach(p, i);
	arena_free(scratch);
}
