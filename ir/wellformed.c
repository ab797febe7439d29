/*
 * Is the program one that the rooms below may rely on?  Checked: indices,
 * operand counts and types, terminators, that every read of a register is
 * dominated by its first assignment as written, that nameless registers have
 * one assignment, and that every cycle of a function goes through the header
 * of one of its loops and is entered only there.  Linear but for the dominator
 * tree, nothing recurses.  Errors leave a block from anywhere in it, so for
 * dominance each block is two nodes, its entry and its end, and the edge to
 * the catch block starts at the entry.  It says the first thing that is wrong.
 * The shape of single instructions is in wellformed_inst.c.
 */
#include "ir/wellformed.h"

#include <stdarg.h>
#include <string.h>

void wellformed_wrong(struct wellformed *w, const char *fmt, ...)
{
	const char *place = "";
	va_list ap;

	if (w->wrong)
		return;
	if (w->func)
		place = arena_printf(
			w->arena, "%s '%s': ", w->func->kind == IR_HANDLER ? "handler" : "function",
			w->func->name ? w->func->name : "");
	if (w->block != IR_NONE)
		place = arena_printf(w->arena, "%sb%u: ", place, w->block);
	if (w->block != IR_NONE && w->inst != IR_NONE)
		place = arena_printf(w->arena, "%sinstruction %u (%s): ", place, w->inst,
				     ir_op_word(w->func->blocks.v[w->block].insts.v[w->inst].op));
	va_start(ap, fmt);
	w->wrong = arena_printf(w->arena, "%s%s", place, arena_vprintf(w->arena, fmt, ap));
	va_end(ap);
}

enum { ENTRY = 0, END = 1 };

/* The split graph: node 2b is block b's entry, 2b + 1 its end. */
struct flow {
	uint32_t n;
	uint32_t *first_pred, *preds; /* by node */
	uint32_t *order, *number;     /* reverse postorder, and the place of a node in it */
	uint32_t norder;
	uint32_t *idom;
	uint32_t *depth_in, *depth_out; /* of the dominator tree, for ancestor tests */
};

/* The k-th successor of a node, or IR_NONE. */
static uint32_t successor(const struct ir_func *f, uint32_t node, uint32_t k)
{
	const struct ir_block *b = &f->blocks.v[node / 2];
	const struct ir_inst *last = &b->insts.v[b->insts.n - 1];

	if (node % 2 == ENTRY) {
		if (k == 0)
			return node + 1;
		return k == 1 && b->catch != IR_NONE ? 2 * b->catch : IR_NONE;
	}
	return k < 2 && last->target[k] != IR_NONE ? 2 * last->target[k] : IR_NONE;
}

static void link_preds(struct flow *fl, const struct ir_func *f, struct arena *a)
{
	uint32_t *fill = arena_alloc(a, (fl->n + 2) * sizeof *fill), to;

	for (uint32_t i = 0; i < fl->n; i++)
		for (uint32_t k = 0; k < 2; k++)
			if ((to = successor(f, i, k)) != IR_NONE)
				fill[to + 2]++;
	for (uint32_t i = 2; i < fl->n + 2; i++)
		fill[i] += fill[i - 1];
	fl->first_pred = fill;
	fl->preds = arena_alloc(a, fill[fl->n + 1] * sizeof *fill);
	for (uint32_t i = 0; i < fl->n; i++)
		for (uint32_t k = 0; k < 2; k++)
			if ((to = successor(f, i, k)) != IR_NONE)
				fl->preds[fill[to + 1]++] = i;
}

/* Reverse postorder of what the entry reaches. */
static void order_nodes(struct flow *fl, const struct ir_func *f, struct arena *a)
{
	uint32_t *stack = arena_alloc(a, fl->n * sizeof *stack), depth = 1, at = fl->n;
	uint8_t *next = arena_alloc(a, fl->n);
	bool *seen = arena_alloc(a, fl->n);

	fl->order = arena_alloc(a, fl->n * sizeof *stack);
	fl->number = arena_alloc(a, fl->n * sizeof *stack);
	memset(fl->number, 0xff, fl->n * sizeof *stack);
	stack[0] = 0;
	seen[0] = true;
	while (depth) {
		uint32_t node = stack[depth - 1], to;

		if (next[node] == 2) {
			fl->order[--at] = node;
			depth--;
			continue;
		}
		to = successor(f, node, next[node]++);
		if (to != IR_NONE && !seen[to]) {
			seen[to] = true;
			stack[depth++] = to;
		}
	}
	fl->norder = fl->n - at;
	memmove(fl->order, fl->order + at, fl->norder * sizeof *stack);
	for (uint32_t i = 0; i < fl->norder; i++)
		fl->number[fl->order[i]] = i;
}

static uint32_t meet(const struct flow *fl, uint32_t a, uint32_t b)
{
	while (a != b) {
		while (fl->number[a] > fl->number[b])
			a = fl->idom[a];
		while (fl->number[b] > fl->number[a])
			b = fl->idom[b];
	}
	return a;
}

/* Cooper, Harvey and Kennedy's iteration; a reducible graph needs two rounds. */
static void dominators(struct flow *fl, struct arena *a)
{
	bool changed = true;

	fl->idom = arena_alloc(a, fl->n * sizeof *fl->idom);
	memset(fl->idom, 0xff, fl->n * sizeof *fl->idom);
	fl->idom[0] = 0;
	while (changed) {
		changed = false;
		for (uint32_t i = 1; i < fl->norder; i++) {
			uint32_t node = fl->order[i], best = IR_NONE;

			for (uint32_t k = fl->first_pred[node]; k < fl->first_pred[node + 1]; k++) {
				uint32_t pred = fl->preds[k];

				if (fl->idom[pred] != IR_NONE)
					best = best == IR_NONE ? pred : meet(fl, pred, best);
			}
			changed |= fl->idom[node] != best;
			fl->idom[node] = best;
		}
	}
}

/* Numbers the dominator tree so that a dominates b iff in[a] <= in[b] < out[a]. */
static void number_tree(struct flow *fl, struct arena *a)
{
	uint32_t *size = arena_alloc(a, fl->n * sizeof *size);
	uint32_t *used = arena_alloc(a, fl->n * sizeof *used);

	fl->depth_in = arena_alloc(a, fl->n * sizeof *size);
	fl->depth_out = arena_alloc(a, fl->n * sizeof *size);
	for (uint32_t i = fl->norder; i-- > 0;) {
		uint32_t node = fl->order[i];

		size[node]++;
		if (i)
			size[fl->idom[node]] += size[node];
	}
	for (uint32_t i = 0; i < fl->norder; i++) {
		uint32_t node = fl->order[i], up = fl->idom[node];

		if (i) {
			fl->depth_in[node] = fl->depth_in[up] + 1 + used[up];
			used[up] += size[node];
		}
		fl->depth_out[node] = fl->depth_in[node] + size[node];
	}
}

static bool reached(const struct flow *fl, uint32_t node)
{
	return fl->number[node] != IR_NONE;
}

static bool dominates(const struct flow *fl, uint32_t a, uint32_t b)
{
	return fl->depth_in[a] <= fl->depth_in[b] && fl->depth_in[b] < fl->depth_out[a];
}

static struct flow flow_of(const struct ir_func *f, struct arena *a)
{
	struct flow fl = {.n = 2 * f->blocks.n};

	link_preds(&fl, f, a);
	order_nodes(&fl, f, a);
	dominators(&fl, a);
	number_tree(&fl, a);
	return fl;
}

/* --- registers --- */

/* Where a register is first assigned. */
struct def {
	uint32_t node, inst; /* node IR_NONE: nowhere */
	bool again;
};

static void define(struct def *defs, uint32_t reg, uint32_t node, uint32_t inst)
{
	if (reg == IR_NONE)
		return;
	if (defs[reg].node == IR_NONE)
		defs[reg] = (struct def){node, inst, false};
	else
		defs[reg].again = true;
}

/* What NEXT_ assigns holds on the way to target 0 only: count it where nothing else arrives. */
static void define_next(struct def *defs, const struct ir_func *f, const struct flow *fl,
			const struct ir_inst *in, uint32_t node)
{
	const struct ir_iter *it = &f->iters.v[in->imm];
	uint32_t to = 2 * in->target[0];
	bool alone =
		fl->first_pred[to + 1] - fl->first_pred[to] == 1 && in->target[0] != in->target[1];

	for (uint32_t k = 0; k < it->nkeys; k++)
		define(defs, it->key_regs[k], alone ? to : node, alone ? 0 : IR_NONE);
	define(defs, it->value_reg, alone ? to : node, alone ? 0 : IR_NONE);
}

static struct def *definitions(const struct ir_func *f, const struct flow *fl, struct arena *a)
{
	struct def *defs = arena_alloc(a, f->regs.n * sizeof *defs);

	vec_each(r, &f->regs)
		defs[r] = (struct def){r < f->nparams ? 0 : IR_NONE, 0, false};
	vec_each(b, &f->blocks) {
		vec_each(i, &f->blocks.v[b].insts) {
			const struct ir_inst *in = &f->blocks.v[b].insts.v[i];

			define(defs, in->dst, 2 * b + END, i);
			if (in->op == OP_NEXT_)
				define_next(defs, f, fl, in, 2 * b + END);
		}
	}
	return defs;
}

struct reading {
	struct wellformed *w;
	const struct flow *fl;
	const struct def *defs;
	uint32_t block, inst;
};

static bool read_ok(const struct reading *rd, uint32_t reg)
{
	const struct def *d = &rd->defs[reg];

	if (!reached(rd->fl, 2 * rd->block))
		return true;
	if (d->node == IR_NONE || !reached(rd->fl, d->node) || d->inst == IR_NONE)
		return false;
	if (d->node == 2 * rd->block + END)
		return d->inst < rd->inst;
	return dominates(rd->fl, d->node, 2 * rd->block);
}

static void check_read(const struct reading *rd, uint32_t reg)
{
	if (reg != IR_NONE && !rd->w->wrong && !read_ok(rd, reg))
		wellformed_wrong(rd->w, "%%%u is read where it need not have been assigned", reg);
}

static void check_reads(const struct reading *rd, const struct ir_inst *in)
{
	const struct ir_iter *it;

	for (uint32_t i = 0; i < in->nargs; i++)
		check_read(rd, in->args[i]);
	if (in->op != OP_ITER)
		return;
	it = &rd->w->func->iters.v[in->imm];
	check_read(rd, it->limit);
	for (uint32_t k = 0; it->has_slice && k < it->nkeys; k++)
		check_read(rd, it->slice[k]);
	for (uint32_t k = 0; k < it->nhist_keys; k++)
		check_read(rd, it->hist_keys[k]);
}

static void check_registers(struct wellformed *w, const struct flow *fl, struct arena *a)
{
	const struct ir_func *f = w->func;
	const struct def *defs = definitions(f, fl, a);

	vec_each(r, &f->regs) {
		if (defs[r].again && !f->regs.v[r].name && !w->wrong)
			wellformed_wrong(w, "%%%u has no name but two assignments", r);
	}
	for (w->block = 0; w->block < f->blocks.n && !w->wrong; w->block++) {
		const struct ir_block *b = &f->blocks.v[w->block];

		for (w->inst = 0; w->inst < b->insts.n && !w->wrong; w->inst++)
			check_reads(&(struct reading){w, fl, defs, w->block, w->inst},
				    &b->insts.v[w->inst]);
	}
}

/* --- loops --- */

static void check_cycles(struct wellformed *w, const struct flow *fl, struct arena *a)
{
	const struct ir_func *f = w->func;
	bool *header = arena_alloc(a, f->blocks.n);
	uint32_t to;

	vec_each(l, &f->loops)
		header[f->loops.v[l].header] = true;
	for (uint32_t i = 0; i < fl->norder; i++) {
		for (uint32_t k = 0; k < 2; k++) {
			uint32_t node = fl->order[i];

			if ((to = successor(f, node, k)) == IR_NONE || fl->number[to] > i)
				continue;
			w->block = node / 2;
			if (!header[to / 2])
				wellformed_wrong(w, "jumps back to b%u, which heads no loop",
						 to / 2);
			else if (!dominates(fl, to, node))
				wellformed_wrong(w, "a loop with another way in than b%u", to / 2);
		}
	}
}

static void check_loops(struct wellformed *w, struct arena *a)
{
	const struct ir_func *f = w->func;
	bool *taken = arena_alloc(a, f->blocks.n);

	vec_each(l, &f->loops) {
		const struct ir_loop *loop = &f->loops.v[l];

		if (loop->header >= f->blocks.n)
			wellformed_wrong(w, "loop l%u has no header b%u", l, loop->header);
		else if (taken[loop->header])
			wellformed_wrong(w, "b%u heads two loops", loop->header);
		else if (loop->parent != IR_NONE && loop->parent >= l)
			wellformed_wrong(w, "loop l%u comes before its parent", l);
		else if (loop->iter != IR_NONE && loop->iter >= f->iters.n)
			wellformed_wrong(w, "loop l%u has no iterator i%u", l, loop->iter);
		if (w->wrong)
			return;
		taken[loop->header] = true;
	}
}

/* --- functions and the program --- */

static void check_block(struct wellformed *w, const struct ir_block *b)
{
	if (!b->insts.n) {
		wellformed_wrong(w, "is empty");
		return;
	}
	if (b->catch != IR_NONE && (b->catch >= w->func->blocks.n || b->catch == w->block))
		wellformed_wrong(w, "has no catch block b%u", b->catch);
	for (w->inst = 0; w->inst < b->insts.n && !w->wrong; w->inst++) {
		bool last = w->inst == b->insts.n - 1;

		if (ir_op_ends(b->insts.v[w->inst].op) != last)
			wellformed_wrong(w, "ends with its only terminator or not at all");
		else
			wellformed_inst(w, &b->insts.v[w->inst]);
	}
	w->inst = IR_NONE;
}

static void check_types(struct wellformed *w)
{
	const struct ir_func *f = w->func;

	if (f->kind == IR_HANDLER && (f->has_result || f->nparams))
		wellformed_wrong(w, "is a handler with parameters or a result");
	if (f->has_result && f->result == IR_STATS)
		wellformed_wrong(w, "returns an aggregate");
	if (f->nparams > f->regs.n || !f->blocks.n || !f->name)
		wellformed_wrong(w, "has no name, no blocks or too few registers");
	vec_each(r, &f->regs) {
		if (f->regs.v[r].type == IR_STATS)
			wellformed_wrong(w, "holds an aggregate in %%%u", r);
	}
}

/* An ERRMSG anywhere but at the start of a catch block has no error to tell of. */
static void check_catches(struct wellformed *w, struct arena *a)
{
	const struct ir_func *f = w->func;
	bool *caught = arena_alloc(a, f->blocks.n);

	vec_each(b, &f->blocks) {
		if (f->blocks.v[b].catch != IR_NONE)
			caught[f->blocks.v[b].catch] = true;
	}
	for (w->block = 0; w->block < f->blocks.n; w->block++)
		if (!caught[w->block] && f->blocks.v[w->block].insts.v[0].op == OP_ERRMSG)
			wellformed_wrong(w, "has an errmsg but catches nothing");
}

static void check_func(struct wellformed *w, struct arena *a)
{
	const struct ir_func *f = w->func;
	struct flow fl;

	w->block = w->inst = IR_NONE;
	check_types(w);
	if (!w->wrong)
		check_loops(w, a);
	vec_each(i, &f->iters) {
		if (!w->wrong)
			wellformed_inst_iter(w, i);
	}
	for (w->block = 0; w->block < f->blocks.n && !w->wrong; w->block++)
		check_block(w, &f->blocks.v[w->block]);
	if (!w->wrong)
		check_catches(w, a);
	w->block = IR_NONE;
	if (w->wrong)
		return;
	fl = flow_of(f, a);
	check_cycles(w, &fl, a);
	if (!w->wrong)
		check_registers(w, &fl, a);
}

static void check_global(struct wellformed *w, uint32_t i)
{
	const struct ir_global *g = &w->program->globals.v[i];

	if (!g->name || g->nkeys > 16)
		wellformed_wrong(w, "g%u has no name or too many keys", i);
	if (g->nkeys && g->capacity < 1)
		wellformed_wrong(w, "g%u has room for nothing", i);
	if (g->has_hist && g->type != IR_STATS)
		wellformed_wrong(w, "g%u has a histogram but no samples", i);
	if (!g->nkeys && g->type == IR_STR && !g->init_str)
		wellformed_wrong(w, "g%u has no initial text", i);
	for (uint32_t k = 0; k < g->nkeys && k < 16; k++)
		if (g->keys[k] == IR_STATS)
			wellformed_wrong(w, "g%u has an aggregate as key", i);
}

static void check_attach(struct wellformed *w, uint32_t i)
{
	const struct ir_attach *at = &w->program->attaches.v[i];

	if (at->handler >= w->program->funcs.n ||
	    w->program->funcs.v[at->handler].kind != IR_HANDLER)
		wellformed_wrong(w, "attachment %u has no handler f%u", i, at->handler);
	if (at->when == WHEN_TIMER && at->number <= 0)
		wellformed_wrong(w, "attachment %u has no period", i);
	if (!at->text || !at->family)
		wellformed_wrong(w, "attachment %u has no text or family", i);
}

const char *wellformed_check(const struct ir_program *p, struct arena *a)
{
	struct wellformed w = {.program = p, .arena = a, .block = IR_NONE, .inst = IR_NONE};
	struct arena *scratch = arena_scratch(a);

	vec_each(i, &p->globals)
		check_global(&w, i);
	for (uint32_t i = 0; i < p->funcs.n && !w.wrong; i++) {
		w.func = &p->funcs.v[i];
		check_func(&w, scratch);
	}
	w.func = NULL;
	w.block = w.inst = IR_NONE;
	vec_each(i, &p->attaches)
		check_attach(&w, i);
	arena_free(scratch);
	return w.wrong;
}
