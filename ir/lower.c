/*
 * The typed program to IR.  Handlers come first, in the order of the program;
 * functions follow in the order of their first call, so that what nothing calls
 * is not there.  It needs a program without errors and leaves one that is
 * well-formed and has its obligations; where the two cannot agree the mistake is
 * ours.  It folds no constants, proves nothing and asks the target nothing: all
 * that depends on a kernel is in the accesses and sites that sema made.
 */
#include "ir/lowering.h"

#include "base/text.h"
#include "ir/lower.h"

#include <string.h>

static uint32_t slot_of(const struct lower_map *m, const void *key)
{
	uint64_t h = (uintptr_t)key / 16 * UINT64_C(0x9e3779b97f4a7c15);
	uint32_t i = (uint32_t)(h >> 32) & (m->cap - 1);

	while (m->keys[i] && m->keys[i] != key)
		i = (i + 1) & (m->cap - 1);
	return i;
}

static void grow(struct lowering *lo)
{
	struct lower_map old = lo->places, *m = &lo->places;

	m->cap = old.cap ? old.cap * 2 : 64;
	m->keys = arena_alloc(lo->arena, m->cap * sizeof *m->keys);
	m->values = arena_alloc(lo->arena, m->cap * sizeof *m->values);
	for (uint32_t i = 0; i < old.cap; i++) {
		if (!old.keys[i])
			continue;
		uint32_t slot = slot_of(m, old.keys[i]);

		m->keys[slot] = old.keys[i];
		m->values[slot] = old.values[i];
	}
}

void lower_place(struct lowering *lo, const void *thing, uint32_t n)
{
	struct lower_map *m = &lo->places;
	uint32_t slot;

	if (m->n * 2 >= m->cap)
		grow(lo);
	slot = slot_of(m, thing);
	m->n += !m->keys[slot];
	m->keys[slot] = thing;
	m->values[slot] = n;
}

bool lower_placed(const struct lowering *lo, const void *thing, uint32_t *n)
{
	uint32_t slot = slot_of(&lo->places, thing);

	*n = lo->places.values[slot];
	return lo->places.keys[slot] != NULL;
}

enum ir_type lower_type(enum type t)
{
	switch (t) {
	case TYPE_STRING: return IR_STR;
	case TYPE_STATS: return IR_STATS;
	case TYPE_LONG:
	case TYPE_UNKNOWN: break; /* nothing says what it is, so nothing depends on it */
	}
	return IR_INT;
}

const char *lower_text(struct lowering *lo, const char *raw)
{
	size_t len, most = (size_t)lo->out->limits.maxstringlen - 1;
	char *s = text_unescape(lo->arena, raw, &len);

	if (len > most)
		s[most] = '\0';
	return s;
}

uint32_t lower_callee(struct lowering *lo, struct function *f, enum type type)
{
	struct ir_func head = {.name = f->name,
			       .kind = IR_FUNCTION,
			       .has_result = type != TYPE_UNKNOWN,
			       .result = lower_type(type)};
	uint32_t index;

	if (lower_placed(lo, f, &index))
		return index;
	index = lo->out->funcs.n;
	lower_place(lo, f, index);
	vec_push(lo->arena, &lo->out->funcs, head);
	vec_push(lo->arena, &lo->pending, f);
	return index;
}

static void lower_init(struct lowering *lo, struct ir_global *g, const struct expr *init)
{
	g->init_str = "";
	if (init && init->kind == EXPR_NUMBER)
		g->init = init->number;
	if (init && init->kind == EXPR_STRING)
		g->init_str = lower_text(lo, init->string);
}

static void lower_global(struct lowering *lo, const struct variable *v)
{
	struct ir_global g = {.name = v->name,
			      .type = lower_type(v->type),
			      .nkeys = v->is_array ? v->arity : 0,
			      .wrap = v->wrap,
			      .has_hist = v->has_hist && v->type == TYPE_STATS,
			      .hist_log = v->hist_log,
			      .hist_low = v->hist_low,
			      .hist_high = v->hist_high,
			      .hist_step = v->hist_step,
			      .bits = v->bits,
			      .from_tapset = v->from_tapset,
			      .loc = v->span.start};

	for (uint32_t k = 0; k < g.nkeys; k++)
		g.keys[k] = lower_type(v->keys[k]);
	if (g.nkeys)
		g.capacity = v->size > 0 ? v->size : lo->out->limits.maxmapentries;
	lower_init(lo, &g, v->init);
	lower_place(lo, v, lo->out->globals.n);
	vec_push(lo->arena, &lo->out->globals, g);
}

static void add_locals(struct lowering *lo, const struct variables *vars)
{
	for (uint32_t i = 0; i < vars->n; i++) {
		const struct variable *v = vars->v[i];

		lower_place(lo, v, cfg_reg(&lo->cfg, lower_type(v->type), v->name));
	}
}

static void lower_function(struct lowering *lo, const struct function *f, uint32_t index)
{
	struct loc loc = f->decl->name_span.start;

	lo->func = lo->out->funcs.v[index];
	lo->func.nparams = f->params.n;
	lo->func.from_tapset = f->from_tapset;
	lo->func.loc = loc;
	lo->function = f;
	lo->cfg = (struct cfg){lo->arena, lo->scratch, &lo->func, 0, IR_NONE};
	add_locals(lo, &f->params);
	cfg_enter(&lo->cfg, cfg_block(&lo->cfg));
	if (f->body) {
		lower_locals(lo, &f->locals);
		lower_stmt(lo, f->body);
		lower_return_default(lo, loc);
	} else {
		lower_call_native(lo, f);
	}
	lower_finish(lo);
	lo->out->funcs.v[index] = lo->func;
}

enum { SCRATCH_LIMIT = 1024 * 1024 };

void lower_finish(struct lowering *lo)
{
	cfg_finish(&lo->cfg);
	if (arena_used(lo->scratch) < SCRATCH_LIMIT)
		return;
	arena_free(lo->scratch);
	lo->scratch = arena_scratch(lo->arena);
}

void lower_locals(struct lowering *lo, const struct variables *vars)
{
	add_locals(lo, vars);
	for (uint32_t i = 0; i < vars->n; i++) {
		const struct variable *v = vars->v[i];
		enum ir_type type = lower_type(v->type);
		uint32_t reg;

		lower_placed(lo, v, &reg);
		/* what nothing needs has no place that could be spoken of */
		struct loc at = v->elided ? (struct loc){0} : v->span.start;

		cfg_assign(&lo->cfg, at, reg, cfg_default(&lo->cfg, at, type));
	}
}

void lower_return_default(struct lowering *lo, struct loc loc)
{
	uint32_t reg = IR_NONE;

	if (lo->func.has_result)
		reg = cfg_default(&lo->cfg, loc, lo->func.result);
	struct ir_inst *in = cfg_emit(&lo->cfg, loc, OP_RETURN, reg != IR_NONE);

	if (reg != IR_NONE)
		in->args[0] = reg;
}

struct ir_program *lower_program(struct arena *a, const struct program *p, const struct target *t,
				 const struct ir_limits *limits, bool guru)
{
	struct lowering lo = {.arena = a, .out = arena_make(a, struct ir_program), .program = p};
	const char *wrong;

	(void)t; /* the accesses and sites already say what depends on it */
	lo.scratch = arena_scratch(a);
	lo.out->arena = a;
	lo.out->limits = *limits;
	lo.out->guru = guru;
	grow(&lo);
	for (uint32_t i = 0; i < p->globals.n; i++)
		lower_global(&lo, p->globals.v[i]);
	lower_probe_all(&lo);
	for (uint32_t i = 0; i < lo.pending.n; i++) {
		uint32_t index;

		lower_placed(&lo, lo.pending.v[i], &index);
		lower_function(&lo, lo.pending.v[i], index);
	}
	arena_free(lo.scratch);
	wrong = wellformed_check(lo.out, a);
	if (wrong)
		bug("lowering: %s", wrong);
	oblige_program(lo.out);
	return lo.out;
}
