/*
 * From proven IR to steps: each instruction once, with its operands at hand,
 * its blocks as step numbers, its patterns compiled and the verifier's word on
 * its guards.  A check whose obligation was proved is not made; what nobody
 * answered for is checked.  Also makes the globals with their first values and
 * computes MAXNESTING from the call graph when the user gave none.
 */
#include "runtime/machine.h"

#include "base/map.h"

#include <string.h>

static bool is_text(const struct ir_func *f, uint32_t reg)
{
	return reg != IR_NONE && reg < f->regs.n && f->regs.v[reg].type == IR_STR;
}

static void decode_guards(const struct machine *m, const struct ir_inst *in, struct step *s)
{
	bool watched = m->opt->on_block || m->opt->on_step;

	s->guard = s->guard2 = in->nobligations == 0;
	for (uint32_t i = 0; i < in->nobligations; i++) {
		uint32_t o = in->obligation + i;
		bool keep = proven_guard(m->pv, o);

		if (in->op == OP_HGET && m->program->obligations.v[o].kind == OBL_INDEX_IN_RANGE) {
			s->guard2 = keep || watched;
			s->audit2 = !keep;
		} else {
			s->guard = keep || watched;
			s->audit = !keep;
		}
	}
}

static const struct matcher *pattern_of(struct machine *m, struct map *patterns,
					const struct ir_inst *in, const char **why)
{
	struct matcher *re = map_get(patterns, in->str);

	if (re)
		return re;
	re = matcher_compile(m->arena, in->str, why);
	if (re)
		map_put(patterns, in->str, re);
	return re;
}

static bool decode_match(struct machine *m, struct map *patterns, struct step *s)
{
	const char *why = NULL;
	char *text;

	s->matcher = pattern_of(m, patterns, s->in, &why);
	if (s->matcher)
		return true;
	text = arena_printf(m->arena, "bad regular expression \"%s\": %s", s->in->str, why);
	output_complain(&m->out, "ERROR", text);
	return false;
}

static void decode_literal(struct machine *m, struct step *s)
{
	size_t len = strlen(s->in->str);

	s->literal = s->in->str;
	if (len > m->max_text) {
		len = m->max_text;
		s->literal = arena_strndup(m->arena, s->in->str, len);
	}
	s->a = (uint32_t)len;
}

static void decode_targets(const struct code *c, struct step *s)
{
	const struct ir_inst *in = s->in;

	if (in->op == OP_BRANCH || in->op == OP_NEXT_) {
		s->b = c->starts[in->target[0]];
		s->dst = c->starts[in->target[1]];
	} else if (in->op == OP_JUMP) {
		s->a = c->starts[in->target[0]];
	}
}

static bool decode_inst(struct machine *m, struct map *patterns, const struct code *c,
			const struct ir_inst *in, struct step *s)
{
	const struct ir_func *f = c->func;

	s->op = in->op;
	s->in = in;
	s->dst = in->dst;
	s->a = in->nargs > 0 ? in->args[0] : IR_NONE;
	s->b = in->nargs > 1 ? in->args[1] : IR_NONE;
	s->str = is_text(f, in->op == OP_RETURN ? s->a : in->dst);
	s->imm = in->imm;
	decode_guards(m, in, s);
	decode_targets(c, s);
	if (in->op == OP_STR)
		decode_literal(m, s);
	return in->op != OP_MATCH || decode_match(m, patterns, s);
}

static void count_texts(struct machine *m, struct code *c)
{
	const struct ir_func *f = c->func;

	c->slots = arena_alloc(m->arena, f->regs.n * sizeof *c->slots);
	vec_each(i, &f->regs)
		c->slots[i] = is_text(f, i) ? c->nslots++ : IR_NONE;
}

static bool decode_func(struct machine *m, struct map *patterns, struct code *c)
{
	const struct ir_func *f = c->func;
	uint32_t n = 0;

	count_texts(m, c);
	c->starts = arena_alloc(m->arena, f->blocks.n * sizeof *c->starts);
	vec_each(b, &f->blocks) {
		c->starts[b] = n;
		n += f->blocks.v[b].insts.n;
	}
	c->steps = arena_alloc(m->arena, n * sizeof *c->steps);
	vec_each(b, &f->blocks) {
		vec_each(i, &f->blocks.v[b].insts) {
			struct step *s = &c->steps[c->starts[b] + i];

			s->block = b;
			if (!decode_inst(m, patterns, c, &f->blocks.v[b].insts.v[i], s))
				return false;
		}
	}
	return true;
}

static bool decode_global(struct machine *m, const struct ir_global *g, struct variable *v)
{
	v->decl = g;
	if (!aggregate_shape_of(g, &v->shape)) {
		output_complain(&m->out, "ERROR",
				arena_printf(m->arena,
					     "histogram of '%s' needs a positive interval and at "
					     "most 126 buckets",
					     g->name));
		return false;
	}
	if (g->nkeys > 0)
		v->array = array_new(&m->pool, g, &v->shape);
	v->n = g->init;
	if (g->type == IR_STR && g->init_str) {
		size_t len = strlen(g->init_str);

		value_text_set(&m->pool, &v->text, g->init_str,
			       len < m->max_text ? (uint32_t)len : m->max_text);
	}
	return true;
}

/* The call graph, walked without recursion: scripts may call 20,000 deep. */
struct visit {
	uint32_t func, block, inst, callee;
};

struct walk {
	const struct ir_program *p;
	uint8_t *color; /* 0 new, 1 open, 2 done */
	uint32_t *depth;
	VEC(struct visit) stack;
	bool recursive;
};

/* The next function that v's function calls, or IR_NONE. */
static uint32_t next_callee(const struct walk *w, struct visit *v)
{
	const struct ir_func *f = &w->p->funcs.v[v->func];

	for (; v->block < f->blocks.n; v->block++, v->inst = 0) {
		for (; v->inst < f->blocks.v[v->block].insts.n; v->inst++, v->callee = 0) {
			const struct ir_inst *in = &f->blocks.v[v->block].insts.v[v->inst];

			if (in->op == OP_CALL && v->callee < in->ncallees)
				return in->callees[v->callee++];
		}
	}
	return IR_NONE;
}

static void deepen(struct walk *w, uint32_t caller, uint32_t callee)
{
	if (w->depth[callee] + 1 > w->depth[caller])
		w->depth[caller] = w->depth[callee] + 1;
}

static void walk_from(struct machine *m, struct walk *w, uint32_t root)
{
	vec_push(m->arena, &w->stack, ((struct visit){.func = root}));
	w->color[root] = 1;
	while (w->stack.n > 0) {
		struct visit *v = &w->stack.v[w->stack.n - 1];
		uint32_t callee = next_callee(w, v);

		if (callee == IR_NONE) {
			w->color[v->func] = 2;
			if (--w->stack.n > 0)
				deepen(w, v[-1].func, v->func);
		} else if (w->color[callee] == 1) {
			w->recursive = true;
		} else if (w->color[callee] == 2) {
			deepen(w, v->func, callee);
		} else {
			w->color[callee] = 1;
			vec_push(m->arena, &w->stack, ((struct visit){.func = callee}));
		}
	}
}

static int64_t call_depth(struct machine *m)
{
	const struct ir_program *p = m->program;
	struct walk w = {.p = p,
			 .color = arena_alloc(m->arena, p->funcs.n),
			 .depth = arena_alloc(m->arena, p->funcs.n * sizeof *w.depth)};
	uint32_t most = 0;

	vec_each(i, &p->funcs) {
		if (w.color[i] == 0)
			walk_from(m, &w, i);
		most = w.depth[i] > most ? w.depth[i] : most;
	}
	return (int64_t)most + 1 + (w.recursive ? 10 : 0);
}

static void size_argv(struct machine *m)
{
	uint32_t most = 0;

	vec_each(f, &m->program->funcs)
		vec_each(b, &m->program->funcs.v[f].blocks)
			vec_each(i, &m->program->funcs.v[f].blocks.v[b].insts) {
				uint32_t n = m->program->funcs.v[f].blocks.v[b].insts.v[i].nargs;

				most = n > most ? n : most;
			}
	m->argv = arena_alloc(m->arena, (most + 1) * sizeof *m->argv);
}

bool decode_program(struct machine *m)
{
	const struct ir_program *p = m->program;
	struct map patterns = {.arena = m->arena};

	m->globals = arena_alloc(m->arena, p->globals.n * sizeof *m->globals);
	vec_each(i, &p->globals)
		if (!decode_global(m, &p->globals.v[i], &m->globals[i]))
			return false;
	m->codes = arena_alloc(m->arena, p->funcs.n * sizeof *m->codes);
	vec_each(i, &p->funcs) {
		m->codes[i] = (struct code){.func = &p->funcs.v[i], .index = i};
		if (!decode_func(m, &patterns, &m->codes[i]))
			return false;
	}
	m->max_depth = p->limits.maxnesting > 0 ? p->limits.maxnesting : call_depth(m);
	size_argv(m);
	return true;
}
