/*
 * The state-embedding oracle: is the state of a running program among those
 * that the verifier says there are at that place?  For a block that is reached
 * the verifier's transfer is run once over the claim on its entry, and its
 * state before each instruction kept; then, at every statement, each variable
 * must lie in its range, hold the text it is said to hold, equal those of the
 * same version and agree with what its predicate says; samples and snapshots
 * that are known to be there must be.  In between, each new value is looked at
 * when it is made.
 */
#ifndef SOUNDNESS_ORACLE_H
#define SOUNDNESS_ORACLE_H

/* sema/sema.h has names of that kind, too */
#define variable run_variable
#define space known_space
#include "runtime/machine.h"
#include "verifier/prove.h"
#undef variable
#undef space

#include <stdio.h>
#include <string.h>

struct oracle_local {
	uint32_t reg;
	struct value v;
};

struct oracle_point {
	bool reached, full; /* full: everything is looked at, not only what is new */
	struct state st;
	VEC(struct oracle_local) locals; /* just made; they live in this block only */
};

struct oracle_func {
	struct flow flow;
	struct oracle_point **blocks; /* by instruction; NULL: not made yet */
};

struct oracle {
	const struct proven *pv;
	struct arena *arena;
	struct oracle_func *funcs;
	struct oracle_point *filling;
	const char *what; /* does not hold, or NULL */
	char detail[160];
	long checks;
};

/* One look: where the program is, and what the verifier knows there. */
struct oracle_view {
	struct oracle *o;
	const struct run_watch *at;
	const struct known_space *sp;
	const struct state *st;
	const struct ir_func *f;
	bool atomic;
};

static void oracle_start(struct oracle *o, const struct proven *pv, struct arena *a)
{
	const struct ir_program *p = proven_program(pv);

	*o = (struct oracle){.pv = pv, .arena = a};
	o->funcs = arena_alloc(a, p->funcs.n * sizeof *o->funcs);
	vec_each(f, &p->funcs)
		o->funcs[f].blocks =
			arena_alloc(a, p->funcs.v[f].blocks.n * sizeof *o->funcs[f].blocks);
}

static void oracle_no_edge(struct flow *fl, uint32_t to, const struct state *st)
{
	(void)fl, (void)to, (void)st;
}

static void oracle_keep_def(void *ctx, uint32_t reg)
{
	struct flow *fl = ctx;
	struct oracle *o = fl->ctx;
	uint32_t slot = fl->sp.sh->slot_of_reg[reg];
	struct oracle_local l = {reg, {.source = SLOT_NONE}};

	if (slot == SLOT_NONE || !(slot & SLOT_LOCAL))
		return;
	l.v = state_get(&fl->sp, &fl->cur, slot);
	vec_push(o->arena, &o->filling[fl->inst].locals, l);
}

static void oracle_visit(struct flow *fl, const struct ir_inst *in)
{
	struct oracle *o = fl->ctx;
	const struct ir_block *b = &fl->sp.f->blocks.v[fl->block];
	struct oracle_point *at = &o->filling[fl->inst];
	enum ir_op before = fl->inst ? b->insts.v[fl->inst - 1].op : OP_COUNT;

	at->reached = true;
	at->full = fl->inst == 0 || in->op == OP_STMT || before == OP_STMT || before == OP_CALL ||
		   before == OP_DIV || before == OP_MOD || before == OP_INDEX;
	at->st = state_copy(&fl->sp, &fl->cur);
	if (fl->inst)
		shape_defs(fl->sp.f, &b->insts.v[fl->inst - 1], oracle_keep_def, fl);
}

/* The points of a block, made when it is first reached. */
static const struct oracle_point *oracle_points(struct oracle *o, uint32_t func, uint32_t block)
{
	struct oracle_func *f = &o->funcs[func];
	const struct claims *c = &o->pv->inv->claims[func];
	const struct ir_func *fn = &proven_program(o->pv)->funcs.v[func];

	if (f->blocks[block])
		return f->blocks[block];
	o->filling = arena_alloc(o->arena, fn->blocks.v[block].insts.n * sizeof *o->filling);
	f->blocks[block] = o->filling;
	if (!c->at || !c->at[block].reachable)
		return o->filling;
	if (!f->flow.edge) {
		fixpoint_walk(o->pv->inv, &f->flow, o->arena, func);
		f->flow.sink = NULL;
		f->flow.edge = oracle_no_edge;
		f->flow.visit = oracle_visit;
		f->flow.ctx = o;
	}
	transfer_block(&f->flow, block, &c->at[block]);
	return o->filling;
}

/* --- what the machine holds --- */

/* The number, or length of the text, in a slot; false: it holds an array or an aggregate. */
static bool oracle_slot(const struct oracle_view *v, uint32_t slot, int64_t *n, const char **text)
{
	const struct shape *sh = v->sp->sh;
	uint32_t owner = sh->slot_owner[slot];
	const struct run_variable *g;
	const struct run_value *r;

	*text = NULL;
	if (slot < sh->global_slot0) {
		r = &v->at->regs[owner];
		*text = v->f->regs.v[owner].type == IR_STR ? r->s : NULL;
		*n = *text ? (int64_t)r->len : r->n;
		return true;
	}
	g = &v->at->machine->globals[owner];
	if (!v->atomic || g->decl->nkeys || g->decl->type == IR_STATS)
		return false;
	*text = g->decl->type != IR_STR ? NULL : g->text.s ? g->text.s : "";
	*n = *text ? (int64_t)g->text.len : g->n;
	return true;
}

static const char *oracle_name(const struct oracle_view *v, uint32_t slot)
{
	const struct shape *sh = v->sp->sh;
	uint32_t owner = sh->slot_owner[slot];
	const char *name = slot < sh->global_slot0 ? v->f->regs.v[owner].name
						   : v->sp->p->globals.v[owner].name;

	return name ? name : "a temporary";
}

static bool oracle_fail(const struct oracle_view *v, const char *what, const char *name, int64_t n,
			struct interval r)
{
	if (v->o->what)
		return false;
	v->o->what = what;
	snprintf(v->o->detail, sizeof v->o->detail, "%s is %lld, claimed %lld .. %lld%s", name,
		 (long long)n, (long long)r.low, (long long)r.high, r.nonzero ? " without 0" : "");
	return false;
}

/* --- what is checked --- */

/* A register or scalar whose value now has version ver; SLOT_NONE: there is none. */
static uint32_t oracle_holder(const struct oracle_view *v, version ver)
{
	const struct shape *sh = v->sp->sh;

	for (uint32_t s = 0; s < sh->nslots; s++)
		if (state_get(v->sp, v->st, s).ver == ver)
			return s;
	return SLOT_NONE;
}

/* The key as the machine would look it up; false: nothing holds it any more. */
static bool oracle_key(const struct oracle_view *v, const struct key *k, struct run_value *out)
{
	uint32_t slot;
	const char *text;
	int64_t n;

	switch (k->kind) {
	case KEY_INT: *out = value_int(k->number); return true;
	case KEY_TEXT: *out = value_str(k->text); return true;
	case KEY_VERSION:
		slot = oracle_holder(v, k->ver);
		if (slot == SLOT_NONE || !oracle_slot(v, slot, &n, &text))
			return false;
		*out = text ? value_str(text) : value_int(n);
		return true;
	}
	return false;
}

static bool oracle_has_sample(const struct oracle_view *v, const struct fact *f)
{
	const struct run_variable *g = &v->at->machine->globals[v->sp->sh->slot_owner[f->slot]];
	struct run_value keys[16];
	const struct array_elem *e;

	if (!g->array)
		return g->stats.count > 0;
	for (uint32_t i = 0; i < f->nkeys; i++) {
		if (!oracle_key(v, &f->keys[i], &keys[i]))
			return true;
		if (keys[i].s && keys[i].len > v->at->machine->max_text)
			keys[i].len = v->at->machine->max_text;
	}
	e = array_find(g->array, keys);
	return e && e->value.stats && e->value.stats->count > 0;
}

/* Are the elements that the loop has still to visit all there? */
static bool oracle_is_fresh(const struct oracle_view *v, const struct fact *f)
{
	const struct cursor *c = &v->at->machine->frames[v->at->depth]->cursors[f->iter];

	for (uint64_t i = c->at; i < c->n; i++)
		if (c->snapshot[i].elem->serial != c->snapshot[i].serial)
			return false;
	return true;
}

/* A sum of two values that something still holds each is not 0. */
static void oracle_sum(const struct oracle_view *v, const struct fact *f)
{
	const struct key first = {.kind = KEY_VERSION, .ver = f->ver};
	struct run_value a, b;

	if (!oracle_key(v, &first, &a) || !oracle_key(v, &f->keys[0], &b))
		return;
	v->o->checks++;
	if ((uint64_t)a.n + (uint64_t)b.n == 0)
		oracle_fail(v, "a sum said not to be 0 is", "it", 0, interval_top());
}

static void oracle_fact(const struct oracle_view *v, const struct fact *f)
{
	bool holds;

	if (f->slot == SLOT_NONE) {
		oracle_sum(v, f);
		return;
	}

	if (state_get(v->sp, v->st, f->slot).ver != f->ver)
		return;
	v->o->checks++;
	holds = f->iter == IR_NONE ? oracle_has_sample(v, f) : oracle_is_fresh(v, f);
	if (!holds)
		oracle_fail(v,
			    f->iter == IR_NONE ? "an aggregate said to have samples is empty"
					       : "a snapshot said to be current is not",
			    oracle_name(v, f->slot), 0, interval_top());
}

/* What is known of x - y, where y is still held by something. */
static void oracle_diffs(const struct oracle_view *v, const char *name, const struct value *known,
			 int64_t n)
{
	for (const struct diff *d = known->diffs; d; d = d->next) {
		uint32_t slot = oracle_holder(v, d->ver);
		const char *text;
		int64_t y, by;

		if (slot == SLOT_NONE || !oracle_slot(v, slot, &y, &text))
			continue;
		v->o->checks++;
		/* a limit that is a number of 64 bits does not hold of a difference that is none */
		if (__builtin_sub_overflow(n, y, &by))
			by = n < y ? INT64_MIN : INT64_MAX;
		if (by < d->by.low || by > d->by.high)
			oracle_fail(v, "a difference is outside its range", name, by, d->by);
	}
}

/* What an operand of a predicate may be, as far as the machine still tells. */
static struct interval oracle_operand(const struct oracle_view *v, const struct operand *op)
{
	const char *text;
	int64_t n;

	if (op->slot == SLOT_NONE || (op->slot & SLOT_LOCAL) ||
	    state_get(v->sp, v->st, op->slot).ver != op->ver ||
	    !oracle_slot(v, op->slot, &n, &text))
		return op->range;
	return interval_constant(n);
}

static void oracle_pred(const struct oracle_view *v, const struct pred *p, bool truth)
{
	struct interval r;

	v->o->checks++;
	if (p->kind == PRED_HOLDS) {
		if (truth)
			oracle_fact(v, p->fact);
		return;
	}
	if (p->kind == PRED_MASKED) {
		r = oracle_operand(v, &p->a);
		if (interval_single(r) && truth != (((uint64_t)r.low & p->mask) != 0))
			oracle_fail(v, "a mask says what is not so", "it", truth, r);
		return;
	}
	r = interval_compare(p->rel, oracle_operand(v, &p->a), oracle_operand(v, &p->b));
	if (!interval_has(r, truth))
		oracle_fail(v, "a comparison says what is not so", "it", truth, r);
}

static void oracle_value(const struct oracle_view *v, const char *name, const struct value *known,
			 int64_t n, const char *text)
{
	v->o->checks++;
	if (!interval_has(known->range, n))
		oracle_fail(v, "a value is outside its range", name, n, known->range);
	if (!bits_has(known->bits, n))
		oracle_fail(v, "a value has bits that are known to be otherwise", name, n,
			    known->range);
	oracle_diffs(v, name, known, n);
	if (known->text && text &&
	    (strncmp(known->text, text, (size_t)n) || (int64_t)strlen(known->text) < n))
		oracle_fail(v, "a text is not the one it is said to be", name, n, known->range);
	if (known->pred && !text)
		oracle_pred(v, known->pred, n != 0);
}

static void oracle_slots(const struct oracle_view *v)
{
	const struct shape *sh = v->sp->sh;
	version seen[256];
	int64_t n[256];
	const char *text[256];
	uint32_t count = 0;

	for (uint32_t s = 0; s < sh->nslots && count < 256; s++) {
		struct value known = state_get(v->sp, v->st, s);

		if (!oracle_slot(v, s, &n[count], &text[count]))
			continue;
		oracle_value(v, oracle_name(v, s), &known, n[count], text[count]);
		for (uint32_t i = 0; i < count; i++)
			if (seen[i] == known.ver &&
			    (n[i] != n[count] ||
			     (text[i] && text[count] && strcmp(text[i], text[count]))))
				oracle_fail(v, "two values said to be equal are not",
					    oracle_name(v, s), n[count], known.range);
		seen[count++] = known.ver;
	}
}

/* The state before the instruction at->in. */
static bool oracle_step(struct oracle *o, const struct run_watch *at)
{
	const struct proven *pv = o->pv;
	const struct ir_func *f = &proven_program(pv)->funcs.v[at->func];
	const struct oracle_point *p = oracle_points(o, at->func, at->block);
	struct oracle_view v = {.o = o,
				.at = at,
				.sp = &o->funcs[at->func].flow.sp,
				.f = f,
				.atomic = proven_model(pv) == MODEL_ATOMIC};

	o->what = NULL;
	p += at->in - f->blocks.v[at->block].insts.v;
	if (!p->reached) {
		o->what = "reached what is claimed never to be reached";
		o->detail[0] = '\0';
		return false;
	}
	v.st = &p->st;
	vec_each(i, &p->locals) {
		const struct oracle_local *l = &p->locals.v[i];
		const struct run_value *r = &at->regs[l->reg];
		bool text = f->regs.v[l->reg].type == IR_STR;

		oracle_value(&v, "a temporary", &l->v, text ? (int64_t)r->len : r->n,
			     text ? r->s : NULL);
	}
	if (p->full) {
		oracle_slots(&v);
		for (const struct fact *x = p->st.facts; x; x = x->next)
			oracle_fact(&v, x);
	}
	return !o->what;
}

/* --- the program-wide ranges --- */

static int64_t oracle_cell(enum ir_type type, const struct run_value *r)
{
	return type == IR_STR ? (int64_t)r->len : r->n;
}

static void oracle_array(const struct oracle_view *v, const struct world *w, uint32_t global)
{
	const struct array *a = v->at->machine->globals[global].array;
	const struct ir_global *g = a->decl;

	for (const struct array_elem *e = array_first(a); e; e = array_next(a, e)) {
		for (uint32_t k = 0; k < g->nkeys; k++) {
			struct run_value key = array_key(a, e, k);
			int64_t n = oracle_cell(g->keys[k], &key);

			v->o->checks++;
			if (!interval_has(w->keys[global][k], n))
				oracle_fail(v, "a key is outside the array's", g->name, n,
					    w->keys[global][k]);
		}
		if (g->type != IR_STATS) {
			struct run_value value = array_value(a, e);
			int64_t n = oracle_cell(g->type, &value);

			if (!interval_has(w->element[global], n))
				oracle_fail(v, "an element is outside the array's", g->name, n,
					    w->element[global]);
		}
	}
}

/* All globals, at any time. */
static bool oracle_globals(struct oracle *o, const struct run_watch *at)
{
	const struct ir_program *p = proven_program(o->pv);
	const struct world *w = o->pv->inv->w;
	struct oracle_view v = {.o = o, .at = at};

	o->what = NULL;
	vec_each(i, &p->globals) {
		const struct run_variable *g = &at->machine->globals[i];
		struct run_value value = {.n = g->n, .len = g->text.len};

		if (g->array)
			oracle_array(&v, w, i);
		else if (g->decl->type != IR_STATS &&
			 !interval_has(w->global[i], oracle_cell(g->decl->type, &value)))
			oracle_fail(&v, "a global is outside its range", g->decl->name,
				    oracle_cell(g->decl->type, &value), w->global[i]);
		o->checks++;
	}
	return !o->what;
}

#endif
