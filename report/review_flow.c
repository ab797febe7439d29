/*
 * Which data reaches which output.  A graph over registers and globals: an edge for each
 * instruction that copies or computes, whatever the order of execution, so that nothing that can
 * flow is left out; library functions are copied for each call, so that two callers are not taken
 * for one.  From each output the graph is followed backwards to what reads memory, the probe's
 * arguments or a process.  Not followed: what a branch gives away, what embedded C does, and, in
 * programs too large, an output that is then marked as given up.
 */
#include "report/review.h"
#include "verifier/shape.h"

#include <stdlib.h>
#include <string.h>

enum { NODES_MAX = 300000, WORK_MAX = 20000000, DEPTH_MAX = 60, ORIGINS_MAX = 40, STEPS_MAX = 24 };

/* What an intrinsic reads, or does to the world; of those that only compute, NONE. */
static enum review_kind kind_of(enum intrinsic i)
{
	switch (i) {
	case INTRINSIC_KERNEL_STRING:
	case INTRINSIC_KERNEL_STRING_N:
	case INTRINSIC_KERNEL_BUFFER_QUOTED: return REVIEW_KERNEL;
	case INTRINSIC_USER_STRING:
	case INTRINSIC_USER_STRING_N:
	case INTRINSIC_USER_STRING_QUOTED:
	case INTRINSIC_USER_BUFFER_QUOTED: return REVIEW_USER;
	case INTRINSIC_REGISTER:
	case INTRINSIC_U_REGISTER:
	case INTRINSIC_ARG:
	case INTRINSIC_RETURNVAL:
	case INTRINSIC_USER_MODE:
	case INTRINSIC_REGISTERS_VALID: return REVIEW_CONTEXT;
	case INTRINSIC_TASK_CURRENT:
	case INTRINSIC_PID2TASK:
	case INTRINSIC_PROBE_ADDR:
	case INTRINSIC_UADDR:
	case INTRINSIC_SYMNAME:
	case INTRINSIC_SYMDATA:
	case INTRINSIC_BACKTRACE:
	case INTRINSIC_UBACKTRACE:
	case INTRINSIC_USYMNAME:
	case INTRINSIC_USYMDATA:
	case INTRINSIC_UMODNAME:
	case INTRINSIC_MODNAME:
	case INTRINSIC_PRINT_BACKTRACE:
	case INTRINSIC_PRINT_UBACKTRACE:
	case INTRINSIC_PRINT_REGS: return REVIEW_STACK;
	case INTRINSIC_PROCFS_VALUE: return REVIEW_GIVEN;
	case INTRINSIC_PID:
	case INTRINSIC_TID:
	case INTRINSIC_PPID:
	case INTRINSIC_PGRP:
	case INTRINSIC_SID:
	case INTRINSIC_UID:
	case INTRINSIC_EUID:
	case INTRINSIC_GID:
	case INTRINSIC_EGID:
	case INTRINSIC_EXECNAME:
	case INTRINSIC_PEXECNAME:
	case INTRINSIC_IS_MYPROC: return REVIEW_PROCESS;
	case INTRINSIC_GETTIMEOFDAY_NS:
	case INTRINSIC_GET_CYCLES:
	case INTRINSIC_CPU_CLOCK_NS:
	case INTRINSIC_KTIME_GET_NS:
	case INTRINSIC_JIFFIES:
	case INTRINSIC_HZ:
	case INTRINSIC_TZ_OFFSET:
	case INTRINSIC_TZ_NAME:
	case INTRINSIC_CPU:
	case INTRINSIC_RANDINT: return REVIEW_MACHINE;
	case INTRINSIC_SET_KERNEL: return REVIEW_STORE_KERNEL;
	case INTRINSIC_SET_USER: return REVIEW_STORE_USER;
	case INTRINSIC_SET_PROCFS_VALUE: return REVIEW_PROCFS;
	case INTRINSIC_SYSTEM: return REVIEW_COMMAND;
	case INTRINSIC_RAISE:
	case INTRINSIC_PANIC:
	case INTRINSIC_MDELAY:
	case INTRINSIC_UDELAY: return REVIEW_CONTROL;
	case INTRINSIC_LOG: return REVIEW_OUTPUT;
	case INTRINSIC_WARN: return REVIEW_ERROR;
	case INTRINSIC_FTRACE:
	case INTRINSIC_PRINTK:
	case INTRINSIC_DUMP_STACK: return REVIEW_LOG;
	case INTRINSIC_EXIT:
	case INTRINSIC_STRLEN:
	case INTRINSIC_SUBSTR:
	case INTRINSIC_STRINGAT:
	case INTRINSIC_ISINSTR:
	case INTRINSIC_STRPOS:
	case INTRINSIC_STRTOL:
	case INTRINSIC_STR_REPLACE:
	case INTRINSIC_STRING_QUOTED:
	case INTRINSIC_TEXT_STR:
	case INTRINSIC_TEXT_STRN:
	case INTRINSIC_TOKENIZE:
	case INTRINSIC_MATCHED:
	case INTRINSIC_NGROUPS:
	case INTRINSIC_CTIME:
	case INTRINSIC_TARGET:
	case INTRINSIC_PN:
	case INTRINSIC_PP:
	case INTRINSIC_PPFUNC:
	case INTRINSIC_PROBE_TYPE:
	case INTRINSIC_PROBEFUNC:
	case INTRINSIC_PROBEMOD:
	case INTRINSIC_MODULE_NAME:
	case INTRINSIC_COUNT: break;
	}
	return REVIEW_NONE;
}

/* Prints the stack or the registers itself: what it reads is what it prints. */
static bool prints_itself(enum intrinsic i)
{
	return i == INTRINSIC_PRINT_BACKTRACE || i == INTRINSIC_PRINT_UBACKTRACE ||
	       i == INTRINSIC_PRINT_REGS || i == INTRINSIC_DUMP_STACK;
}

struct edge {
	uint32_t from, to;
	struct loc loc;
};

/* A source or an output, and its node. */
struct end {
	struct review_act act;
	uint32_t node;
};

/* One copy of a function: its registers, and what it returns, are nodes from `base` on. */
struct copy {
	uint32_t func, base, above; /* above: the copy that calls it, or IR_NONE */
	struct loc call;            /* LIBRARY: the call in the script that led here */
	const char *via;            /* ...and the function it names; NULL: the script's own */
};

enum { MATCHED_TEXT, TOKEN_TEXT, ERROR_TEXT, HIDDEN };

struct flows {
	struct arena *arena;
	const struct review_input *in;
	const struct ir_program *p;
	struct review *r;
	VEC(struct edge) edges;
	VEC(struct end) sources;
	VEC(struct end) sinks;
	VEC(struct copy) copies;
	VEC(const char *) names;   /* of each node; NULL: a temporary */
	uint32_t *globals, hidden; /* where the nodes of each global begin, and the others */
	uint32_t *shared;          /* by function: its only copy + 1; 0: none yet */
	bool full;                 /* more copies would be too many: callers share them */
	/* edges by their end */
	uint32_t *at, *into;
};

static uint32_t make_node(struct flows *fl, const char *name)
{
	vec_push(fl->arena, &fl->names, name);
	return fl->names.n - 1;
}

static void flow(struct flows *fl, uint32_t from, uint32_t to, struct loc loc)
{
	struct edge e = {from, to, loc};

	vec_push(fl->arena, &fl->edges, e);
}

/* Nodes of globals come first: a value and its keys each; then the hidden ones. */
static uint32_t value_node(const struct flows *fl, uint32_t global)
{
	return fl->globals[global];
}

static uint32_t key_node(const struct flows *fl, uint32_t global, uint32_t key)
{
	return fl->globals[global] + 1 + key;
}

static uint32_t hidden_node(const struct flows *fl, int which)
{
	return fl->hidden + (uint32_t)which;
}

static const char *shown_name(const char *name)
{
	return name && (*name == '(' || strncmp(name, "__", 2) == 0) ? NULL : name;
}

static uint32_t make_copy(struct flows *fl, struct copy c)
{
	const struct ir_func *f = &fl->p->funcs.v[c.func];

	c.base = fl->names.n;
	vec_each(i, &f->regs)
		make_node(fl, shown_name(f->regs.v[i].name));
	make_node(fl, NULL); /* what it returns */
	vec_push(fl->arena, &fl->copies, c);
	if (fl->names.n > NODES_MAX)
		fl->full = true;
	return fl->copies.n - 1;
}

/* The one copy of a function that all callers share. */
static uint32_t shared_copy(struct flows *fl, uint32_t callee, struct loc loc)
{
	const struct ir_func *f = &fl->p->funcs.v[callee];
	struct copy c = {.func = callee, .above = IR_NONE, .call = loc};

	if (f->from_tapset)
		c.via = f->name;
	if (!fl->shared[callee])
		fl->shared[callee] = make_copy(fl, c) + 1;
	return fl->shared[callee] - 1;
}

/* The copy for a call: the script's functions have one; a library function has one a call. */
static uint32_t copy_for(struct flows *fl, uint32_t caller, uint32_t callee, struct loc loc)
{
	const struct ir_func *f = &fl->p->funcs.v[callee];
	struct copy c = {.func = callee, .above = caller, .call = loc, .via = f->name};
	uint32_t depth = 0;

	if (!f->from_tapset || fl->full)
		return shared_copy(fl, callee, loc);
	for (uint32_t up = caller; up != IR_NONE; up = fl->copies.v[up].above) {
		if (fl->copies.v[up].func == callee)
			return up;
		if (++depth > DEPTH_MAX)
			return shared_copy(fl, callee, loc);
	}
	if (fl->copies.v[caller].via) {
		c.call = fl->copies.v[caller].call;
		c.via = fl->copies.v[caller].via;
	}
	return make_copy(fl, c);
}

/* --- one instruction --- */

struct where {
	struct flows *fl;
	uint32_t index; /* of the copy, which moves when others are made */
	const struct copy *c;
	const struct ir_func *f;
	const struct ir_inst *in;
	const struct ir_block *b;
};

static uint32_t reg_node(const struct where *w, uint32_t reg)
{
	return w->c->base + reg;
}

static uint32_t result_node(const struct copy *c, const struct ir_func *f)
{
	return c->base + f->regs.n;
}

static void args_to(const struct where *w, uint32_t to)
{
	for (uint32_t i = 0; i < w->in->nargs; i++)
		if (w->in->args[i] != IR_NONE)
			flow(w->fl, reg_node(w, w->in->args[i]), to, w->in->loc);
}

static void to_result(const struct where *w, uint32_t from)
{
	if (w->in->dst != IR_NONE)
		flow(w->fl, from, reg_node(w, w->in->dst), w->in->loc);
}

static struct end make_end(const struct where *w, enum review_kind k, const char *what)
{
	struct loc loc = w->c->via ? w->c->call : w->in->loc;
	struct end e = {.node = make_node(w->fl, NULL)};

	if (w->c->via)
		what = arena_printf(w->fl->arena, "%s()", w->c->via);
	e.act = (struct review_act){k, what, review_place_of(w->fl->in->diags->sources, loc), 1};
	return e;
}

static void source(const struct where *w, enum review_kind k, const char *what)
{
	struct end e = make_end(w, k, what);

	vec_push(w->fl->arena, &w->fl->sources, e);
	to_result(w, e.node);
}

/* Returns its node. */
static uint32_t sink(const struct where *w, enum review_kind k, const char *what)
{
	struct end e = make_end(w, k, what);

	vec_push(w->fl->arena, &w->fl->sinks, e);
	args_to(w, e.node);
	return e.node;
}

static void hidden_state(const struct where *w, enum intrinsic i)
{
	uint32_t token = hidden_node(w->fl, TOKEN_TEXT);

	if (i == INTRINSIC_TOKENIZE) {
		args_to(w, token);
		to_result(w, token);
	} else if (i == INTRINSIC_MATCHED) {
		to_result(w, hidden_node(w->fl, MATCHED_TEXT));
	}
}

static void intrinsic(const struct where *w)
{
	enum intrinsic i = (enum intrinsic)w->in->imm;
	enum review_kind k = kind_of(i);
	const char *what = arena_printf(w->fl->arena, "%s()", ir_intrinsic(i)->name);

	if (prints_itself(i)) {
		enum review_kind out = i == INTRINSIC_DUMP_STACK ? REVIEW_LOG : REVIEW_OUTPUT;
		uint32_t to = sink(w, out, what);
		struct end e = make_end(w, REVIEW_STACK, what);

		vec_push(w->fl->arena, &w->fl->sources, e);
		flow(w->fl, e.node, to, w->in->loc);
	} else if (k != REVIEW_NONE && review_group_of(k) != REVIEW_READS) {
		sink(w, k, what);
	} else {
		if (k != REVIEW_NONE)
			source(w, k, what);
		if (w->in->dst != IR_NONE && !ir_intrinsic_reads(i))
			args_to(w, reg_node(w, w->in->dst));
		hidden_state(w, i);
	}
}

static void call(const struct where *w)
{
	struct flows *fl = w->fl;

	for (uint32_t i = 0; i < w->in->ncallees; i++) {
		uint32_t to = copy_for(fl, w->index, w->in->callees[i], w->in->loc);
		const struct copy *c = &fl->copies.v[to];
		const struct ir_func *f = &fl->p->funcs.v[c->func];

		for (uint32_t n = 0; n < w->in->nargs && n < f->nparams; n++)
			flow(fl, reg_node(w, w->in->args[n]), c->base + n, w->in->loc);
		if (w->in->dst != IR_NONE)
			flow(fl, result_node(c, f), reg_node(w, w->in->dst), w->in->loc);
	}
}

/* The keys of an element, without its value. */
static void keys_to(const struct where *w, uint32_t nkeys)
{
	for (uint32_t i = 0; i < nkeys && i < w->in->nargs; i++)
		if (w->in->args[i] != IR_NONE)
			flow(w->fl, reg_node(w, w->in->args[i]), key_node(w->fl, w->in->global, i),
			     w->in->loc);
}

static void store(const struct where *w)
{
	if (w->in->nargs)
		flow(w->fl, reg_node(w, w->in->args[w->in->nargs - 1]),
		     value_node(w->fl, w->in->global), w->in->loc);
	keys_to(w, w->fl->p->globals.v[w->in->global].nkeys);
}

static void next_element(const struct where *w)
{
	const struct ir_iter *it = &w->f->iters.v[w->in->imm];
	uint32_t value = value_node(w->fl, it->global);

	for (uint32_t i = 0; i < it->nkeys; i++)
		if (it->key_regs[i] != IR_NONE)
			flow(w->fl, it->hist ? value : key_node(w->fl, it->global, i),
			     reg_node(w, it->key_regs[i]), it->loc);
	if (it->value_reg != IR_NONE)
		flow(w->fl, value, reg_node(w, it->value_reg), it->loc);
}

static void embedded(const struct where *w)
{
	uint32_t to = sink(w, REVIEW_C, "C code");

	to_result(w, to);
}

/* An error that no catch of the function sees ends the handler and is shown. */
static void fail(const struct where *w)
{
	args_to(w, hidden_node(w->fl, ERROR_TEXT));
	if (w->b->catch == IR_NONE)
		sink(w, REVIEW_ERROR, "error()");
}

static const char *memory_word(const struct ir_inst *in)
{
	return in->mem && in->mem->what && *in->mem->what ? in->mem->what : "memory";
}

static void instruction(const struct where *w)
{
	const struct ir_inst *in = w->in;
	bool user = in->mem && in->mem->user;

	switch (in->op) {
	case OP_CONST:
	case OP_STR:
	case OP_GCLEAR:
	case OP_MIN_:
	case OP_MDEL:
	case OP_STMT:
	case OP_ITER:
	case OP_JUMP:
	case OP_BRANCH:
	case OP_PASS:
	case OP_ABORT:
	case OP_COUNT: return;
	case OP_MOV:
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
	case OP_SPRINT:
	case OP_INDEX: args_to(w, reg_node(w, in->dst)); return;
	case OP_MATCH:
		args_to(w, hidden_node(w->fl, MATCHED_TEXT));
		args_to(w, reg_node(w, in->dst));
		return;
	case OP_GLOAD:
	case OP_MGET:
	case OP_SGET:
	case OP_HGET: to_result(w, value_node(w->fl, in->global)); return;
	case OP_GSTORE:
	case OP_MSET:
	case OP_SADD: store(w); return;
	case OP_HPRINT:
		if (in->dst == IR_NONE)
			flow(w->fl, value_node(w->fl, in->global), sink(w, REVIEW_OUTPUT, "print"),
			     in->loc);
		to_result(w, value_node(w->fl, in->global));
		return;
	case OP_PRINT: sink(w, REVIEW_OUTPUT, "print"); return;
	case OP_CALL: call(w); return;
	case OP_INTRINSIC: intrinsic(w); return;
	case OP_EMBEDDED: embedded(w); return;
	case OP_CONTEXT:
		if (in->imm2 < CONTEXT_ARG_PLACE) /* the others only say where */
			source(w, REVIEW_CONTEXT, in->str ? in->str : "an argument");
		return;
	case OP_LOAD:
	case OP_LOADSTR: source(w, user ? REVIEW_USER : REVIEW_KERNEL, memory_word(in)); return;
	case OP_STORE:
		sink(w, user ? REVIEW_STORE_USER : REVIEW_STORE_KERNEL, memory_word(in));
		return;
	case OP_ERRMSG: to_result(w, hidden_node(w->fl, ERROR_TEXT)); return;
	case OP_NEXT_: next_element(w); return;
	case OP_RETURN: args_to(w, result_node(w->c, w->f)); return;
	case OP_FAIL: fail(w); return;
	}
}

/* Calls make further copies, which the loop over them comes to in turn. */
static void walk_copy(struct flows *fl, uint32_t index)
{
	const struct ir_func *f = &fl->p->funcs.v[fl->copies.v[index].func];

	vec_each(b, &f->blocks) {
		if (!proven_reached(fl->in->proven, fl->copies.v[index].func, b))
			continue;
		vec_each(i, &f->blocks.v[b].insts) {
			struct copy c = fl->copies.v[index];
			struct where w = {
				fl, index, &c, f, &f->blocks.v[b].insts.v[i], &f->blocks.v[b]};

			instruction(&w);
		}
	}
}

static void build(struct flows *fl)
{
	static const char *const NAMES[] = {"the matched text", "the text split", "the error"};

	fl->globals = arena_alloc(fl->arena, fl->p->globals.n * sizeof *fl->globals);
	vec_each(g, &fl->p->globals) {
		fl->globals[g] = make_node(fl, fl->p->globals.v[g].name);
		for (uint32_t k = 0; k < fl->p->globals.v[g].nkeys; k++)
			make_node(fl, fl->p->globals.v[g].name);
	}
	fl->hidden = fl->names.n;
	for (int i = 0; i < HIDDEN; i++)
		make_node(fl, NAMES[i]);
	fl->shared = arena_alloc(fl->arena, fl->p->funcs.n * sizeof *fl->shared);
	vec_each(f, &fl->p->funcs) {
		struct copy c = {.func = f, .above = IR_NONE};

		if (fl->p->funcs.v[f].kind == IR_HANDLER)
			make_copy(fl, c);
	}
	vec_each(i, &fl->copies)
		walk_copy(fl, i);
}

/* --- from each output backwards --- */

static void order_edges(struct flows *fl)
{
	uint32_t n = fl->names.n;

	fl->at = arena_alloc(fl->arena, (n + 2) * sizeof *fl->at);
	fl->into = arena_alloc(fl->arena, fl->edges.n * sizeof *fl->into + 1);
	vec_each(i, &fl->edges)
		fl->at[fl->edges.v[i].to + 2]++;
	for (uint32_t i = 2; i < n + 2; i++)
		fl->at[i] += fl->at[i - 1];
	vec_each(i, &fl->edges)
		fl->into[fl->at[fl->edges.v[i].to + 1]++] = i;
}

struct search {
	uint32_t *queue, *via; /* via: the edge by which a node leads on to the output, + 1 */
	uint32_t *seen, round; /* by node: the round that saw it */
	uint64_t work;
};

/* False: it has taken too long. */
static bool search_back(const struct flows *fl, struct search *s, uint32_t from)
{
	uint32_t head = 0, tail = 0;

	s->round++;
	s->seen[from] = s->round;
	s->via[from] = 0;
	s->queue[tail++] = from;
	while (head < tail) {
		uint32_t to = s->queue[head++];

		for (uint32_t i = fl->at[to]; i < fl->at[to + 1]; i++) {
			const struct edge *e = &fl->edges.v[fl->into[i]];

			if (++s->work > WORK_MAX)
				return false;
			if (s->seen[e->from] == s->round)
				continue;
			s->seen[e->from] = s->round;
			s->via[e->from] = fl->into[i] + 1;
			s->queue[tail++] = e->from;
		}
	}
	return true;
}

/* The names on the way from a source to the output. */
static void find_path(const struct flows *fl, const struct search *s, uint32_t node,
		      struct review_steps *path)
{
	const char *last = NULL;

	while (s->via[node]) {
		const struct edge *e = &fl->edges.v[s->via[node] - 1];
		const char *name = fl->names.v[e->to];

		node = e->to;
		if (!name || (last && strcmp(last, name) == 0) || path->n >= STEPS_MAX)
			continue;
		struct review_step step = {name, review_place_of(fl->in->diags->sources, e->loc)};

		vec_push(fl->arena, path, step);
		last = name;
	}
}

static bool same_place(const struct review_place *x, const struct review_place *y)
{
	return x->line == y->line && x->column == y->column &&
	       (x->file == y->file || (x->file && y->file && strcmp(x->file, y->file) == 0));
}

static bool same_act(const struct review_act *x, const struct review_act *y)
{
	return x->kind == y->kind && same_place(&x->place, &y->place) &&
	       strcmp(x->what, y->what) == 0;
}

static bool has_origin(struct review_flow *out, const struct review_act *act)
{
	vec_each(i, &out->origins)
		if (same_act(&out->origins.v[i].source, act)) {
			out->origins.v[i].source.count++;
			return true;
		}
	return false;
}

static bool is_data(enum review_kind k)
{
	return k == REVIEW_KERNEL || k == REVIEW_USER || k == REVIEW_CONTEXT || k == REVIEW_STACK ||
	       k == REVIEW_GIVEN || k == REVIEW_PROCESS;
}

static void trace(struct flows *fl, struct search *s, struct review_flow *out, uint32_t node)
{
	if (!search_back(fl, s, node))
		out->given_up = true;
	vec_each(i, &fl->sources) {
		const struct end *e = &fl->sources.v[i];
		struct review_origin o = {.source = e->act};

		if (s->seen[e->node] != s->round || !is_data(e->act.kind) ||
		    has_origin(out, &e->act))
			continue;
		if (out->origins.n >= ORIGINS_MAX) {
			out->given_up = true;
			return;
		}
		find_path(fl, s, e->node, &o.path);
		vec_push(fl->arena, &out->origins, o);
	}
	/* what C gives back is not known */
	vec_each(i, &fl->sinks) {
		const struct end *e = &fl->sinks.v[i];
		struct review_origin o = {.source = e->act};

		if (e->node == node || e->act.kind != REVIEW_C || s->seen[e->node] != s->round ||
		    has_origin(out, &e->act))
			continue;
		find_path(fl, s, e->node, &o.path);
		vec_push(fl->arena, &out->origins, o);
	}
}

static int compare_places(const struct review_place *a, const struct review_place *b)
{
	int order = strcmp(a->file ? a->file : "", b->file ? b->file : "");

	if (!order)
		order = a->line < b->line ? -1 : a->line > b->line;
	if (!order)
		order = a->column < b->column ? -1 : a->column > b->column;
	return order;
}

/* By kind, the script before the library, then what and where. */
static int compare_acts(const void *x, const void *y)
{
	const struct review_act *a = x, *b = y;
	int order = a->kind < b->kind ? -1 : a->kind > b->kind;

	if (!order)
		order = a->place.library - b->place.library;
	if (!order)
		order = strcmp(a->what, b->what);
	if (!order)
		order = compare_places(&a->place, &b->place);
	return order;
}

/* In order of the text, so that what is one output comes together. */
static int compare_sinks(const void *x, const void *y)
{
	const struct review_act *a = &((const struct end *)x)->act,
				*b = &((const struct end *)y)->act;
	int order = a->place.library - b->place.library;

	if (!order)
		order = compare_places(&a->place, &b->place);
	return order ? order : compare_acts(a, b);
}

/* The same output, reached in several copies or blocks, is one; the sinks are sorted. */
static struct review_flow *flow_for(struct flows *fl, const struct review_act *sink)
{
	struct review_flow one = {.sink = *sink};
	uint32_t n = fl->r->flows.n;

	if (n && same_act(&fl->r->flows.v[n - 1].sink, sink)) {
		fl->r->flows.v[n - 1].sink.count++;
		return &fl->r->flows.v[n - 1];
	}
	vec_push(fl->arena, &fl->r->flows, one);
	return &fl->r->flows.v[n];
}

static void trace_all(struct flows *fl)
{
	struct search s = {0};
	size_t size = (fl->names.n + 1) * sizeof(uint32_t);

	s.queue = arena_alloc(fl->arena, size);
	s.via = arena_alloc(fl->arena, size);
	s.seen = arena_alloc(fl->arena, size);
	order_edges(fl);
	if (fl->sinks.n)
		qsort(fl->sinks.v, fl->sinks.n, sizeof fl->sinks.v[0], compare_sinks);
	vec_each(i, &fl->sinks) {
		struct review_flow *out = flow_for(fl, &fl->sinks.v[i].act);

		out->given_up |= fl->full;
		if (out->given_up)
			continue;
		s.work += fl->sources.n + fl->sinks.n;
		if (s.work > WORK_MAX)
			out->given_up = true;
		else
			trace(fl, &s, out, fl->sinks.v[i].node);
	}
}

/* --- what is done, as a list --- */

static void add_acts(struct flows *fl, const struct end *ends, uint32_t n)
{
	struct review_acts *acts = &fl->r->acts;

	for (uint32_t i = 0; i < n; i++)
		vec_push(fl->arena, acts, ends[i].act);
}

static void join_equal(struct review_acts *acts)
{
	uint32_t kept = 0;

	vec_each(i, acts) {
		if (kept && same_act(&acts->v[kept - 1], &acts->v[i]))
			acts->v[kept - 1].count++;
		else
			acts->v[kept++] = acts->v[i];
	}
	acts->n = kept;
}

void review_flow_collect(const struct review_input *in, struct review *r)
{
	struct flows fl = {.arena = in->arena, .in = in, .p = proven_program(in->proven), .r = r};

	build(&fl);
	trace_all(&fl);
	add_acts(&fl, fl.sources.v, fl.sources.n);
	add_acts(&fl, fl.sinks.v, fl.sinks.n);
	if (r->acts.n)
		qsort(r->acts.v, r->acts.n, sizeof r->acts.v[0], compare_acts);
	join_equal(&r->acts);
}
