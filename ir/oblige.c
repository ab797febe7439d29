/*
 * What must be proved or guarded.  One walk over the finished program makes
 * every obligation, in program order: for each function its cost (handlers),
 * its loops, then its instructions in block order; then attachments; last what
 * handlers, arrays and the whole program owe.  The rows of op.def say what an
 * instruction owes; owed() lists the exemptions, each with its reason.  Recursion is found by
 * Tarjan's components of the call graph, with an explicit stack.  It proves nothing and frees
 * nothing: that a condition is always met is for the verifier to say.
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

/* What is looked up of one function while its instructions are walked. */
struct owing {
	struct ir_program *p;
	const uint32_t *component;
	uint32_t func;
	uint8_t *marks;    /* by register: MARK_ */
	int64_t *literal;  /* by register: the value of a nameless constant */
	uint32_t defaults; /* the first so many instructions give variables their first values */
};

enum { MARK_LITERAL = 1, MARK_ADDRESS = 2 };
enum { BITS = 64 };
static const int64_t SMALL_STEP = (int64_t)1 << 32;

static bool nameless(const struct owing *w, uint32_t reg)
{
	return reg != IR_NONE && !w->p->funcs.v[w->func].regs.v[reg].name;
}

static bool is_literal(const struct owing *w, uint32_t reg, int64_t low, int64_t high)
{
	return w->marks[reg] & MARK_LITERAL && w->literal[reg] >= low && w->literal[reg] <= high;
}

static bool takes_address(const struct ir_inst *in)
{
	return in->op == OP_LOAD || in->op == OP_LOADSTR || in->op == OP_STORE ||
	       (in->op == OP_INTRINSIC && ir_intrinsic_reads((enum intrinsic)in->imm));
}

/* Literals, and what only makes an address, within each block. */
static void mark_registers(struct owing *w)
{
	const struct ir_func *f = &w->p->funcs.v[w->func];

	vec_each(b, &f->blocks) {
		const struct ir_block *block = &f->blocks.v[b];

		for (uint32_t i = block->insts.n; i-- > 0;) {
			const struct ir_inst *in = &block->insts.v[i];
			bool address = takes_address(in) ||
				       ((in->op == OP_ADD || in->op == OP_MUL) &&
					in->dst != IR_NONE && w->marks[in->dst] & MARK_ADDRESS);

			if (in->op == OP_CONST && nameless(w, in->dst)) {
				w->marks[in->dst] |= MARK_LITERAL;
				w->literal[in->dst] = in->imm;
			}
			for (uint32_t k = 0; address && k < (in->op == OP_STORE ? 1 : in->nargs);
			     k++)
				if (nameless(w, in->args[k]))
					w->marks[in->args[k]] |= MARK_ADDRESS;
		}
	}
}

/* Lowering begins a function with the first values of its variables, then comes a statement. */
static uint32_t count_defaults(const struct ir_func *f)
{
	const struct ir_block *b = &f->blocks.v[0];
	uint32_t n = 0;

	while (n < b->insts.n && b->insts.v[n].dst != IR_NONE &&
	       f->regs.v[b->insts.v[n].dst].name &&
	       ((b->insts.v[n].op == OP_CONST && b->insts.v[n].imm == 0) ||
		(b->insts.v[n].op == OP_STR && !*b->insts.v[n].str)))
		n++;
	return n < b->insts.n && b->insts.v[n].op == OP_STMT ? n : 0;
}

/* Arithmetic whose wrap could surprise. */
static bool may_surprise(const struct owing *w, const struct ir_inst *in)
{
	if (w->marks[in->dst] & MARK_ADDRESS) /* a bad address is the read's affair */
		return false;
	if (in->op == OP_SHL || in->op == OP_SHR || in->op == OP_USHR)
		return !is_literal(w, in->args[1], 0, BITS - 1);
	if (in->op == OP_MUL)
		return true;
	for (unsigned i = 0; i < 2; i++) /* counting in small steps takes ages to wrap */
		if (is_literal(w, in->args[i], -SMALL_STEP, SMALL_STEP))
			return false;
	return true;
}

/* Does this very instruction owe the kind that its op's row names? */
static bool owed(const struct owing *w, uint32_t block, uint32_t index, const struct ir_inst *in,
		 enum obligation_kind kind)
{
	const struct ir_program *p = w->p;

	if (kind == OBL_INITIALISED)
		return block == 0 && index < w->defaults && in->loc.at; /* else elided */
	if (kind == OBL_ARITHMETIC_INTENT)
		return in->dst != IR_NONE && may_surprise(w, in);
	if (in->op == OP_INTRINSIC && kind == OBL_READ_SAFE)
		return ir_intrinsic_reads((enum intrinsic)in->imm);
	if (in->op == OP_CALL) /* a call that cannot come back to its caller adds a fixed depth */
		return recursive(in, w->func, w->component);
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

static void oblige_inst(const struct owing *w, uint32_t block, uint32_t index)
{
	struct ir_program *p = w->p;
	struct ir_inst *in = &p->funcs.v[w->func].blocks.v[block].insts.v[index];
	enum obligation_kind kinds[2];
	unsigned n = ir_op_owes(in->op, kinds);

	in->obligation = p->obligations.n;
	in->nobligations = 0;
	for (unsigned i = 0; i < n; i++) {
		if (!owed(w, block, index, in, kinds[i]))
			continue;
		add(p, (struct obligation){kinds[i], w->func, block, index, IR_NONE, IR_NONE,
					   IR_NONE, in->loc});
		in->nobligations++;
	}
}

static struct obligation of_func(enum obligation_kind kind, uint32_t func, struct loc loc)
{
	return (struct obligation){kind, func, 0, IR_NONE, IR_NONE, IR_NONE, IR_NONE, loc};
}

static void oblige_func(struct ir_program *p, uint32_t func, const uint32_t *component,
			struct arena *scratch)
{
	struct ir_func *f = &p->funcs.v[func];
	struct owing w = {.p = p, .component = component, .func = func};

	w.marks = arena_alloc(scratch, f->regs.n);
	w.literal = arena_alloc(scratch, f->regs.n * sizeof *w.literal);
	w.defaults = count_defaults(f);
	mark_registers(&w);
	f->obligation = IR_NONE;
	if (f->kind == IR_HANDLER)
		f->obligation = add(p, of_func(OBL_COST_BOUNDED, func, f->loc));
	vec_each(l, &f->loops) {
		struct obligation o = of_func(OBL_LOOP_BOUNDED, func, f->loops.v[l].loc);

		o.block = f->loops.v[l].header;
		o.loop = l;
		f->loops.v[l].obligation = add(p, o);
	}
	vec_each(b, &f->blocks) {
		vec_each(i, &f->blocks.v[b].insts)
			oblige_inst(&w, b, i);
	}
}

/* Session and timer handlers start with the session: there is nothing to find or to permit. */
static void oblige_attach(struct ir_program *p, uint32_t index)
{
	struct ir_attach *at = &p->attaches.v[index];
	struct obligation o = of_func(OBL_PROBE_EXISTS, at->handler, at->loc);

	o.attach = index;
	at->obligation = p->obligations.n;
	at->nobligations = 0;
	if (at->when != WHEN_KERNEL)
		return;
	add(p, o);
	o.kind = OBL_PROBE_PERMITTED;
	add(p, o);
	o.kind = OBL_NOT_REENTERED;
	add(p, o);
	at->nobligations = 3;
}

static void oblige_handler(struct ir_program *p, uint32_t func)
{
	const struct ir_func *f = &p->funcs.v[func];

	if (f->kind != IR_HANDLER)
		return;
	if (p->globals.n)
		add(p, of_func(OBL_LOCK_ORDER, func, f->loc));
	add(p, of_func(OBL_STACK_FITS, func, f->loc));
	add(p, of_func(OBL_OUTPUT_BOUNDED, func, f->loc));
}

/* Who stores to an array and who deletes single elements: a function, IR_NONE: nobody. */
struct users {
	uint32_t stores, deletes;
	bool apart; /* some function does one and another the other */
};

static void note_user(struct users *u, const struct ir_inst *in, uint32_t func)
{
	uint32_t *who = in->op == OP_MDEL ? &u->deletes : &u->stores;
	uint32_t other = in->op == OP_MDEL ? u->stores : u->deletes;

	u->apart |= other != IR_NONE && (other != func || (*who != IR_NONE && *who != func));
	if (*who == IR_NONE)
		*who = func;
	else if (*who != func)
		u->apart |= other != IR_NONE;
}

/* Arrays that one function stores to and another deletes from: they hold what is under way. */
static void oblige_arrays(struct ir_program *p, struct arena *scratch)
{
	struct users *users = arena_alloc(scratch, p->globals.n * sizeof *users);

	vec_each(g, &p->globals)
		users[g] = (struct users){IR_NONE, IR_NONE, false};
	vec_each(f, &p->funcs)
		vec_each(b, &p->funcs.v[f].blocks)
			vec_each(i, &p->funcs.v[f].blocks.v[b].insts) {
				const struct ir_inst *in = &p->funcs.v[f].blocks.v[b].insts.v[i];

				if (in->op == OP_MSET || in->op == OP_SADD ||
				    (in->op == OP_MDEL && in->nargs))
					note_user(&users[in->global], in, f);
			}
	vec_each(g, &p->globals) {
		bool made = !strncmp(p->globals.v[g].name, "__entry_", 8); /* for @entry() */
		struct obligation o = of_func(OBL_KEYS_PAIRED, IR_NONE, p->globals.v[g].loc);

		o.global = g;
		if (users[g].apart && !made)
			add(p, o);
	}
}

/* The whole program's stand where the user's first handler does. */
static void oblige_whole(struct ir_program *p)
{
	struct loc loc = {0};

	for (uint32_t f = p->funcs.n; f-- > 0;)
		if (p->funcs.v[f].kind == IR_HANDLER && (!p->funcs.v[f].from_tapset || !loc.at))
			loc = p->funcs.v[f].loc;
	add(p, of_func(OBL_MEMORY_BOUNDED, IR_NONE, loc));
	add(p, of_func(OBL_PRIVILEGE_SUFFICES, IR_NONE, loc));
	add(p, of_func(OBL_SESSION_ENDS, IR_NONE, loc));
}

void oblige_program(struct ir_program *p)
{
	struct arena *scratch = arena_scratch(p->arena);
	const uint32_t *component;

	if (p->obligations.n)
		bug("obligations are made once");
	component = components(p, scratch);
	vec_each(f, &p->funcs)
		oblige_func(p, f, component, scratch);
	vec_each(i, &p->attaches)
		oblige_attach(p, i);
	vec_each(f, &p->funcs)
		oblige_handler(p, f);
	oblige_arrays(p, scratch);
	if (p->attaches.n)
		oblige_whole(p);
	arena_free(scratch);
}
