/*
 * Explanation slices: for an obligation that stays open, the one or two places that
 * matter.  The operand is followed back along copies and arithmetic to what it came
 * from: an assignment, another probe's store, the world.  For arrays and aggregates
 * the places are those that insert and delete; for loops the test that does not end
 * them, and for recursion the argument.  It walks the program, not the abstract
 * states: it names places and claims nothing about values.
 */
#include "verifier/slice.h"

enum { MAX_HOPS = 8, NEAR = 64 /* instructions looked at in a block */ };

/* Where an instruction stands. */
struct site {
	uint32_t func, block, inst;
};

/* The assignments of a register: how many, and the first two. */
struct defs {
	uint32_t n;
	struct site at[2];
};

/* What was found in one walk over the program, so that each question is answered at once. */
struct slice {
	struct arena *arena, *scratch;
	const struct proven *pv;
	const struct ir_program *p;
	const struct ir_inst **stores, **deletes; /* by global: the first, or NULL */
	const struct ir_inst **calls;             /* by function: the first call of it */
	struct defs **defs;                       /* by function, NULL before it is needed */

	struct verdict *v; /* being explained */
	uint32_t func;
};

static const struct ir_func *func_of(const struct slice *s)
{
	return &s->p->funcs.v[s->func];
}

static const struct ir_inst *inst_at(const struct slice *s, struct site at)
{
	return &s->p->funcs.v[at.func].blocks.v[at.block].insts.v[at.inst];
}

/* One step a place. */
static void step(struct slice *s, struct loc loc, const char *text)
{
	for (uint32_t i = 0; i < s->v->nsteps; i++)
		if (s->v->steps[i].loc.at == loc.at)
			return;
	verdict_step(s->v, loc, text);
}

static void index_inst(struct slice *s, const struct ir_inst *in)
{
	bool del = in->op == OP_GCLEAR || in->op == OP_MDEL;
	const struct ir_inst **first = del ? s->deletes : s->stores;

	if (in->op == OP_GSTORE || in->op == OP_MSET || in->op == OP_SADD || del)
		if (!first[in->global])
			first[in->global] = in;
	for (uint32_t c = 0; in->op == OP_CALL && c < in->ncallees; c++)
		if (!s->calls[in->callees[c]])
			s->calls[in->callees[c]] = in;
}

static void index_program(struct slice *s)
{
	s->stores = arena_alloc(s->scratch, s->p->globals.n * sizeof *s->stores);
	s->deletes = arena_alloc(s->scratch, s->p->globals.n * sizeof *s->deletes);
	s->calls = arena_alloc(s->scratch, s->p->funcs.n * sizeof *s->calls);
	s->defs = arena_alloc(s->scratch, s->p->funcs.n * sizeof *s->defs);
	vec_each(f, &s->p->funcs)
		vec_each(b, &s->p->funcs.v[f].blocks)
			if (proven_reached(s->pv, f, b))
				vec_each(i, &s->p->funcs.v[f].blocks.v[b].insts)
					index_inst(s, &s->p->funcs.v[f].blocks.v[b].insts.v[i]);
}

/* Does it give a variable its first value? */
static bool is_default(const struct slice *s, const struct ir_inst *in)
{
	return in->nobligations && s->p->obligations.v[in->obligation].kind == OBL_INITIALISED;
}

/* A first value that no read sees. */
static bool is_unread(const struct slice *s, const struct ir_inst *in)
{
	return is_default(s, in) && s->pv->verdicts[in->obligation].status == VERDICT_PROVED;
}

static const struct defs *defs_of(struct slice *s, uint32_t func, uint32_t reg)
{
	const struct ir_func *f = &s->p->funcs.v[func];
	struct defs *all = s->defs[func];

	if (all)
		return &all[reg];
	all = s->defs[func] = arena_alloc(s->scratch, f->regs.n * sizeof *all);
	vec_each(b, &f->blocks)
		vec_each(i, &f->blocks.v[b].insts) {
			const struct ir_inst *in = &f->blocks.v[b].insts.v[i];
			uint32_t dst = in->dst;

			if (dst == IR_NONE || is_unread(s, in) || !proven_reached(s->pv, func, b))
				continue;
			if (all[dst].n < 2)
				all[dst].at[all[dst].n] = (struct site){func, b, i};
			all[dst].n++;
		}
	return &all[reg];
}

/* --- from a register back to where it came from --- */

/* The only assignment of reg, or the last before the site in its block. */
static bool find_def(struct slice *s, struct site at, uint32_t reg, struct site *out)
{
	const struct ir_block *b = &s->p->funcs.v[at.func].blocks.v[at.block];
	const struct defs *d = defs_of(s, at.func, reg);

	if (d->n == 1) {
		*out = d->at[0];
		return true;
	}
	for (uint32_t i = at.inst; i-- > 0 && at.inst - i < NEAR;)
		if (b->insts.v[i].dst == reg) {
			*out = (struct site){at.func, at.block, i};
			return true;
		}
	return false;
}

/* Several assignments may be the last: the first two are named. */
static void name_defs(struct slice *s, uint32_t func, uint32_t reg)
{
	const char *name = s->p->funcs.v[func].regs.v[reg].name;
	const struct defs *d = defs_of(s, func, reg);

	for (uint32_t i = 0; i < d->n && i < 2; i++) {
		const struct ir_inst *in = inst_at(s, d->at[i]);

		step(s, in->loc,
		     arena_printf(s->arena,
				  is_default(s, in) ? "%s has no value yet here"
						    : "%s is assigned here",
				  name ? name : "it"));
	}
}

static void from_global(struct slice *s, const struct ir_inst *in)
{
	const struct ir_global *g = &s->p->globals.v[in->global];
	const struct ir_inst *w = s->stores[in->global];
	const char *what = g->nkeys ? "elements of %s are stored here" : "%s is stored here";

	if (!w)
		step(s, g->loc,
		     arena_printf(s->arena, "nothing stores into %s: it is as it was at the start",
				  g->name));
	else
		step(s, w->loc, arena_printf(s->arena, what, g->name));
	if (w && !g->nkeys && g->type == IR_INT)
		step(s, g->loc,
		     arena_printf(s->arena, "%s begins as %lld", g->name, (long long)g->init));
	w = g->nkeys ? NULL : s->deletes[in->global];
	if (w)
		step(s, w->loc, arena_printf(s->arena, "%s is deleted here", g->name));
	if (in->op == OP_MGET)
		step(s, in->loc, "an element that is not there reads as 0");
}

static void from_caller(struct slice *s, uint32_t func, uint32_t reg)
{
	const char *name = s->p->funcs.v[func].regs.v[reg].name;
	const struct ir_inst *call = s->calls[func];

	if (call)
		step(s, call->loc,
		     arena_printf(s->arena, "%s is an argument of this call", name ? name : "it"));
}

static const char *world_text(struct slice *s, const struct ir_inst *in)
{
	if (in->op == OP_CONTEXT)
		return "it is what the probe's context holds: any value of its type";
	if (in->op == OP_LOAD || in->op == OP_LOADSTR)
		return "it is what memory holds: any value of its type";
	if (in->op == OP_EMBEDDED)
		return "it is what this C returns";
	return arena_printf(s->arena, "it is what %s() returns",
			    ir_intrinsic((enum intrinsic)in->imm)->name);
}

static bool is_constant(struct slice *s, struct site at, uint32_t reg)
{
	struct site def;

	return find_def(s, at, reg, &def) &&
	       (inst_at(s, def)->op == OP_CONST || inst_at(s, def)->op == OP_STR);
}

/* The operand to go on with: the first that is no constant, else the first. */
static uint32_t next_operand(struct slice *s, struct site at, const struct ir_inst *in)
{
	for (uint32_t i = 0; i < in->nargs; i++)
		if (!is_constant(s, at, in->args[i]))
			return in->args[i];
	return in->nargs ? in->args[0] : IR_NONE;
}

/* What the value that in makes comes to; true: go on with one of its operands. */
static bool name_source(struct slice *s, const struct ir_inst *in)
{
	if (in->op == OP_GLOAD || in->op == OP_MGET || in->op == OP_SGET || in->op == OP_HGET) {
		from_global(s, in);
		return false;
	}
	if (in->op == OP_CONTEXT || in->op == OP_LOAD || in->op == OP_LOADSTR ||
	    in->op == OP_EMBEDDED || (in->op == OP_INTRINSIC && in->nargs == 0)) {
		step(s, in->loc, world_text(s, in));
		return false;
	}
	if (in->op == OP_CALL) {
		step(s, s->p->funcs.v[in->callees[0]].loc,
		     arena_printf(s->arena, "it is what %s() returns",
				  s->p->funcs.v[in->callees[0]].name));
		return false;
	}
	if (in->op == OP_CONST || in->op == OP_STR || in->op == OP_MIN_) {
		step(s, in->loc, "the value comes from here");
		return false;
	}
	return in->nargs > 0;
}

static void follow(struct slice *s, struct site at, uint32_t reg)
{
	for (int hop = 0; hop < MAX_HOPS && reg != IR_NONE; hop++) {
		const struct ir_func *f = &s->p->funcs.v[at.func];
		struct site def;

		if (reg < f->nparams && f->kind == IR_FUNCTION) {
			from_caller(s, at.func, reg);
			return;
		}
		if (!find_def(s, at, reg, &def)) {
			name_defs(s, at.func, reg);
			return;
		}
		const struct ir_inst *in = inst_at(s, def);

		if (!name_source(s, in))
			return;
		at = def;
		reg = next_operand(s, at, in);
	}
}

/* --- kinds --- */

static void explain_room(struct slice *s, struct site at)
{
	const struct ir_inst *in = inst_at(s, at), *del = s->deletes[in->global];
	const struct ir_global *g = &s->p->globals.v[in->global];
	uint32_t i = 0;

	while (i + 1 < g->nkeys && is_constant(s, at, in->args[i]))
		i++;
	if (g->nkeys)
		follow(s, at, in->args[i]);
	if (del)
		step(s, del->loc,
		     arena_printf(s->arena, "%s is made smaller here, perhaps too late", g->name));
	else
		step(s, g->loc, arena_printf(s->arena, "nothing deletes from %s", g->name));
}

static void explain_empty(struct slice *s, struct site at)
{
	const struct ir_inst *in = inst_at(s, at), *add = s->stores[in->global],
			     *del = s->deletes[in->global];
	const struct ir_global *g = &s->p->globals.v[in->global];

	if (add)
		step(s, add->loc, arena_printf(s->arena, "%s gets its samples here", g->name));
	else
		step(s, g->loc, arena_printf(s->arena, "nothing adds to %s", g->name));
	if (del)
		step(s, del->loc, "and here they are deleted");
}

static void explain_string(struct slice *s, struct site at)
{
	const struct ir_inst *in = inst_at(s, at);

	for (uint32_t i = 0; i < in->nargs && s->v->nsteps < 2; i++)
		if (func_of(s)->regs.v[in->args[i]].type == IR_STR &&
		    !is_constant(s, at, in->args[i]))
			follow(s, at, in->args[i]);
}

/* The branch that leaves the loop, or NULL. */
static bool find_exit(const struct slice *s, const struct shape *sh, uint32_t loop,
		      struct site *out)
{
	const struct ir_func *f = func_of(s);

	vec_each(b, &f->blocks) {
		const struct ir_block *bl = &f->blocks.v[b];
		const struct ir_inst *last = &bl->insts.v[bl->insts.n - 1];

		if (last->op != OP_BRANCH || !shape_in_loop(sh, b, loop))
			continue;
		if (shape_in_loop(sh, last->target[0], loop) &&
		    shape_in_loop(sh, last->target[1], loop))
			continue;
		*out = (struct site){s->func, b, bl->insts.n - 1};
		return true;
	}
	return false;
}

static void explain_loop(struct slice *s, const struct obligation *o)
{
	const struct ir_func *f = func_of(s);
	const struct shape *sh = s->pv->inv->shapes[s->func];
	uint32_t loop = sh->loop_at[f->loops.v[o->loop].header];
	struct site at, def;
	uint32_t reg;

	if (s->v->nsteps)
		return; /* the bound's own account */
	if (loop == IR_NONE || !find_exit(s, sh, loop, &at)) {
		step(s, o->loc, "no test in the loop leads out of it");
		return;
	}
	reg = inst_at(s, at)->args[0];
	step(s, inst_at(s, at)->loc, "this test has to end it");
	if (find_def(s, at, reg, &def))
		follow(s, def, next_operand(s, def, inst_at(s, def)));
}

/* The loop whose rounds multiply most. */
static void explain_cost(struct slice *s)
{
	const struct ir_func *f = func_of(s);
	const struct verdict *most = NULL;
	struct loc at = f->loc;

	if (s->v->nsteps)
		return;
	vec_each(l, &f->loops) {
		const struct verdict *v = &s->pv->loops[s->func][l];

		if (v->has_bound && (!most || v->bound > most->bound)) {
			most = v;
			at = f->loops.v[l].loc;
		}
	}
	step(s, at,
	     most ? arena_printf(s->arena, "this loop may go round %lld times",
				 (long long)most->bound)
		  : "all of it, with what it calls");
}

static void explain_depth(struct slice *s, struct site at)
{
	const struct ir_inst *in = inst_at(s, at);

	step(s, in->loc, "this call recurses");
	for (uint32_t i = 0; i < in->nargs; i++)
		if (func_of(s)->regs.v[in->args[i]].type == IR_INT) {
			follow(s, at, in->args[i]);
			return;
		}
}

static void explain_inst(struct slice *s, const struct obligation *o, struct site at)
{
	const struct ir_inst *in = inst_at(s, at);

	if (o->kind == OBL_DIVISION_NONZERO)
		follow(s, at, in->args[1]);
	else if (o->kind == OBL_INDEX_IN_RANGE)
		follow(s, at, in->args[in->op == OP_INDEX ? 0 : in->nargs - 1]);
	else if (o->kind == OBL_MAP_HAS_ROOM)
		explain_room(s, at);
	else if (o->kind == OBL_AGGREGATE_NONEMPTY)
		explain_empty(s, at);
	else if (o->kind == OBL_STRING_FITS)
		explain_string(s, at);
	else if (o->kind == OBL_DEPTH_BOUNDED)
		explain_depth(s, at);
}

static void explain(struct slice *s, const struct obligation *o)
{
	if (o->kind == OBL_LOOP_BOUNDED)
		explain_loop(s, o);
	else if (o->kind == OBL_COST_BOUNDED)
		explain_cost(s);
	else if (o->inst != IR_NONE && o->func != IR_NONE)
		explain_inst(s, o, (struct site){o->func, o->block, o->inst});
}

void slice_all(struct arena *a, struct proven *pv)
{
	struct slice s = {.arena = a, .scratch = arena_scratch(a), .pv = pv, .p = pv->program};

	index_program(&s);
	vec_each(o, &s.p->obligations) {
		s.v = &pv->verdicts[o];
		s.func = s.p->obligations.v[o].func;
		if (s.v->status == VERDICT_GUARDED || s.v->status == VERDICT_REFUTED)
			explain(&s, &s.p->obligations.v[o]);
	}
	arena_free(s.scratch);
}
