/*
 * Extents: how often a loop goes round, as an expression of the source.  What a
 * register holds is followed back through the only instruction that can have
 * set it, and where two ways meet through a branch that picks the lesser or the
 * greater of two.  What cannot be followed is called by its variable's name.
 * The walk is cut off after some steps, so that a long function costs no more
 * than its loops.  These are words beside a bound, and no proof rests on them.
 */
#include "verifier/extent.h"

#include <string.h>

enum { MOST_DEFS = 64, MOST_STEPS = 64, MOST_DEPTH = 4, MOST_TEXT = 60 };

struct place { /* just before an instruction */
	uint32_t block, inst;
};

struct extents {
	struct arena *arena;
	const struct ir_program *p;
	const struct ir_func *f;
	const struct shape *sh;
	const struct effects *e;
	uint32_t func;
	uint32_t *first_def; /* register: where its definitions begin */
	struct place *defs;  /* ascending by block */
};

/* text + add, modulo 2^64; only add if text is NULL. */
struct term {
	const char *text;
	int64_t add;
	bool sum;        /* text has an operator in it */
	bool plain;      /* made of constants, parameters and the probe's arguments only */
	uint64_t origin; /* terms of one origin and one add hold the same value; 0: not known */
};

/* --- where a register was set --- */

struct tally {
	struct extents *x;
	struct place at;
	uint32_t *end; /* register: where the next of its definitions goes, from the last on */
};

static void count_def(void *ctx, uint32_t reg)
{
	struct tally *t = ctx;

	if (t->end)
		t->x->defs[--t->end[reg]] = t->at;
	else
		t->x->first_def[reg + 1]++;
}

static void walk_defs(struct extents *x, uint32_t *end)
{
	struct tally t = {.x = x, .end = end};

	for (t.at.block = x->f->blocks.n; t.at.block-- > 0;) {
		const struct ir_block *b = &x->f->blocks.v[t.at.block];

		for (t.at.inst = b->insts.n; t.at.inst-- > 0;)
			shape_defs(x->f, &b->insts.v[t.at.inst], count_def, &t);
	}
}

static void find_defs(struct extents *x)
{
	uint32_t n = x->f->regs.n;
	uint32_t *end = arena_alloc(x->arena, (n + 1) * sizeof *end);

	x->first_def = arena_alloc(x->arena, (n + 1) * sizeof *x->first_def);
	walk_defs(x, NULL);
	for (uint32_t r = 0; r < n; r++)
		end[r] = x->first_def[r + 1] += x->first_def[r];
	x->defs = arena_alloc(x->arena, (x->first_def[n] + 1) * sizeof *x->defs);
	walk_defs(x, end);
}

struct extents *extent_new(struct arena *a, const struct invariants *inv, uint32_t func)
{
	struct extents *x = arena_make(a, struct extents);

	*x = (struct extents){.arena = a,
			      .p = inv->p,
			      .f = &inv->p->funcs.v[func],
			      .sh = inv->shapes[func],
			      .e = inv->e,
			      .func = func};
	find_defs(x);
	return x;
}

static bool last_in_block(const struct extents *x, uint32_t reg, struct place *at)
{
	for (uint32_t i = x->first_def[reg + 1]; i-- > x->first_def[reg];)
		if (x->defs[i].block == at->block && x->defs[i].inst < at->inst) {
			*at = x->defs[i];
			return true;
		}
	return false;
}

/* May the register be set on a way from one block to the other, which the one dominates? */
static bool set_between(const struct extents *x, uint32_t reg, uint32_t above, uint32_t below)
{
	const struct shape *sh = x->sh;
	uint32_t loop = sh->loop_at[below];

	for (uint32_t i = x->first_def[reg]; i < x->first_def[reg + 1]; i++) {
		uint32_t b = x->defs[i].block;

		if (sh->rank[b] == IR_NONE)
			continue;
		if (sh->rank[b] > sh->rank[above] && sh->rank[b] < sh->rank[below])
			return true;
		if (loop != IR_NONE && shape_in_loop(sh, b, loop))
			return true;
	}
	return false;
}

enum found { FOUND_SET, FOUND_START, FOUND_MERGE, FOUND_NOTHING };

/* Moves at to the instruction that set the register, or to the block where several values meet. */
static enum found find_set(const struct extents *x, uint32_t reg, struct place *at)
{
	const struct shape *sh = x->sh;

	if (x->first_def[reg + 1] - x->first_def[reg] > MOST_DEFS)
		return FOUND_NOTHING;
	for (int steps = 0; steps < MOST_STEPS; steps++) {
		uint32_t up = sh->idom[at->block];

		if (last_in_block(x, reg, at))
			return FOUND_SET;
		if (at->block == sh->order[0])
			return FOUND_START;
		if (sh->preds_at[at->block + 1] - sh->preds_at[at->block] > 1 &&
		    set_between(x, reg, up, at->block))
			return FOUND_MERGE;
		*at = (struct place){up, x->f->blocks.v[up].insts.n};
	}
	return FOUND_NOTHING;
}

/* --- terms --- */

static bool resolve(struct extents *x, struct place at, uint32_t reg, int depth, struct term *out);

static struct term constant(int64_t v)
{
	return (struct term){.add = v, .plain = true};
}

static bool same_term(const struct term *a, const struct term *b)
{
	return a->add == b->add && a->origin == b->origin && (a->origin || (!a->text && !b->text));
}

static const char *enclosed(struct arena *a, const struct term *t)
{
	return t->sum ? arena_printf(a, "(%s)", t->text) : t->text;
}

static const char *words(struct arena *a, const struct term *t)
{
	if (!t->text)
		return arena_printf(a, "%lld", (long long)t->add);
	if (!t->add)
		return t->text;
	return arena_printf(a, "%s %c %llu", enclosed(a, t), t->add < 0 ? '-' : '+',
			    t->add < 0 ? 0 - (unsigned long long)t->add
				       : (unsigned long long)t->add);
}

static const char *operand(struct arena *a, const struct term *t)
{
	const char *s = words(a, t);

	return t->sum || (t->text && t->add) ? arena_printf(a, "(%s)", s) : s;
}

static const char *sign_of(enum ir_op op)
{
	static const struct {
		enum ir_op op;
		const char *sign;
	} signs[] = {{OP_ADD, "+"}, {OP_SUB, "-"}, {OP_MUL, "*"},  {OP_DIV, "/"}, {OP_MOD, "%"},
		     {OP_AND, "&"}, {OP_OR, "|"},  {OP_SHL, "<<"}, {OP_SHR, ">>"}};

	for (unsigned i = 0; i < sizeof signs / sizeof *signs; i++)
		if (signs[i].op == op)
			return signs[i].sign;
	return NULL;
}

static uint64_t origin_of(const struct extents *x, struct place at)
{
	return 1 + x->f->nparams + x->sh->serial[at.block] + at.inst;
}

static bool binary(struct extents *x, struct place at, const struct ir_inst *in, int depth,
		   struct term *out)
{
	struct term a, b;

	if (!resolve(x, at, in->args[0], depth, &a) || !resolve(x, at, in->args[1], depth, &b))
		return false;
	if ((in->op == OP_ADD || in->op == OP_SUB) && !b.text) {
		*out = a;
		return in->op == OP_ADD ? !__builtin_add_overflow(a.add, b.add, &out->add)
					: !__builtin_sub_overflow(a.add, b.add, &out->add);
	}
	if (!a.text && !b.text)
		return false;
	*out = (struct term){.text = arena_printf(x->arena, "%s %s %s", operand(x->arena, &a),
						  sign_of(in->op), operand(x->arena, &b)),
			     .sum = true,
			     .plain = a.plain && b.plain,
			     .origin = origin_of(x, at)};
	return true;
}

/* Each read of an argument that nothing writes gives the same. */
static void name_argument(const struct extents *x, const struct ir_inst *in, struct term *out)
{
	out->plain = in->op == OP_CONTEXT && out->text &&
		     (in->imm2 == CONTEXT_ARG || in->imm2 == CONTEXT_ENTRY);
	if (out->plain && effects_keeps(x->e, x->func, in))
		out->origin = UINT64_MAX - ((uint64_t)in->imm2 << 8 | (uint64_t)in->imm);
}

/* What the instruction leaves in its register. */
static bool made(struct extents *x, struct place at, int depth, struct term *out)
{
	const struct ir_inst *in = &x->f->blocks.v[at.block].insts.v[at.inst];

	if (in->op == OP_CONST) {
		*out = constant(in->imm);
		return true;
	}
	if (in->op == OP_MOV)
		return resolve(x, at, in->args[0], depth, out);
	if (sign_of(in->op))
		return binary(x, at, in, depth, out);
	*out = (struct term){.origin = origin_of(x, at)};
	if (in->op == OP_CONTEXT && in->str && *in->str)
		out->text = in->str;
	else if (in->op == OP_GLOAD)
		out->text = x->p->globals.v[in->global].name;
	else if (in->op == OP_CALL && !in->nargs)
		out->text = arena_printf(x->arena, "%s()", x->p->funcs.v[in->callees[0]].name);
	name_argument(x, in, out);
	return out->text != NULL;
}

/* --- the lesser and the greater of two --- */

struct picked {
	struct place end; /* of the branch's block, before the branch */
	struct place side[2];
	const struct ir_inst *compare;
};

static const struct ir_inst *last_of(const struct extents *x, uint32_t block)
{
	const struct ir_block *b = &x->f->blocks.v[block];

	return &b->insts.v[b->insts.n - 1];
}

/* Two ways lead from one comparison to the block, each through one other block or none. */
static bool find_pick(const struct extents *x, uint32_t block, struct picked *out)
{
	const struct shape *sh = x->sh;
	uint32_t up = sh->idom[block], at = sh->preds_at[block];
	const struct ir_inst *branch = last_of(x, up);
	struct place set;

	if (sh->preds_at[block + 1] - at != 2 || branch->op != OP_BRANCH ||
	    branch->target[0] == branch->target[1])
		return false;
	set = out->end = (struct place){up, x->f->blocks.v[up].insts.n - 1};
	if (!last_in_block(x, branch->args[0], &set))
		return false;
	out->compare = &x->f->blocks.v[up].insts.v[set.inst];
	for (int side = 0; side < 2; side++) {
		uint32_t to = branch->target[side];
		uint32_t from = to == block ? up : to;

		if (from != sh->preds[at] && from != sh->preds[at + 1])
			return false;
		if (from != up && sh->preds_at[from + 1] - sh->preds_at[from] != 1)
			return false;
		out->side[side] = (struct place){from, x->f->blocks.v[from].insts.n};
	}
	return true;
}

static bool pick(struct extents *x, uint32_t block, uint32_t reg, int depth, struct term *out)
{
	struct picked p;
	struct term a, b, v[2];
	bool less, more, straight, crossed;

	if (!find_pick(x, block, &p))
		return false;
	less = p.compare->op == OP_LT || p.compare->op == OP_LE;
	more = p.compare->op == OP_GT || p.compare->op == OP_GE;
	if ((!less && !more) || !resolve(x, p.end, p.compare->args[0], depth, &a) ||
	    !resolve(x, p.end, p.compare->args[1], depth, &b) ||
	    !resolve(x, p.side[0], reg, depth, &v[0]) || !resolve(x, p.side[1], reg, depth, &v[1]))
		return false;
	straight = same_term(&v[0], &a) && same_term(&v[1], &b);
	crossed = same_term(&v[0], &b) && same_term(&v[1], &a);
	if (!straight && !crossed)
		return false;
	*out = (struct term){.text = arena_printf(x->arena, "%s(%s, %s)",
						  less == straight ? "min" : "max",
						  words(x->arena, &a), words(x->arena, &b)),
			     .plain = a.plain && b.plain,
			     .origin = origin_of(x, (struct place){block, 0})};
	return true;
}

/* --- registers --- */

static bool named(const struct extents *x, uint32_t reg)
{
	const char *name = x->f->regs.v[reg].name;

	return name && *name && *name != '(';
}

static bool brief(const struct term *t)
{
	return !t->text || strlen(t->text) <= MOST_TEXT;
}

static enum found follow(struct extents *x, struct place *at, uint32_t reg, int depth,
			 struct term *out, bool *known)
{
	enum found found = depth ? find_set(x, reg, at) : FOUND_NOTHING;

	*known = ((found == FOUND_SET && made(x, *at, depth - 1, out)) ||
		  (found == FOUND_MERGE && pick(x, at->block, reg, depth - 1, out))) &&
		 brief(out);
	return found;
}

/* A variable that is not made of what the reader knows anyway is best called by its name. */
static bool resolve(struct extents *x, struct place at, uint32_t reg, int depth, struct term *out)
{
	bool known;
	enum found found = follow(x, &at, reg, depth, out, &known);

	if (known && (out->plain || !named(x, reg)))
		return true;
	if (!named(x, reg))
		return false;
	*out = (struct term){.text = x->f->regs.v[reg].name};
	if (found == FOUND_START && reg < x->f->nparams) {
		out->plain = true;
		out->origin = 1 + reg;
	} else if (found == FOUND_SET) {
		out->origin = origin_of(x, at);
	}
	return true;
}

/* --- loops --- */

/* What the variable holds when the loop is entered. */
static bool start_of(struct extents *x, uint32_t loop, uint32_t slot, struct interval first,
		     struct term *out)
{
	const struct shape *sh = x->sh;
	uint32_t h = sh->loops[loop].header, from = IR_NONE;
	struct place place, at;
	bool known;

	if (interval_single(first)) {
		*out = constant(first.low);
		return true;
	}
	for (uint32_t j = sh->preds_at[h]; j < sh->preds_at[h + 1]; j++) {
		if (shape_in_loop(sh, sh->preds[j], loop))
			continue;
		if (from != IR_NONE)
			return false;
		from = sh->preds[j];
	}
	if (from == IR_NONE || slot >= sh->global_slot0)
		return false;
	/* its own name says less, as it moves */
	place = at = (struct place){from, x->f->blocks.v[from].insts.n};
	follow(x, &at, sh->slot_owner[slot], MOST_DEPTH, out, &known);
	return known || resolve(x, place, sh->slot_owner[slot], MOST_DEPTH, out);
}

static bool limit_of(struct extents *x, const struct test *t, struct term *out)
{
	const struct ir_inst *in = &x->f->blocks.v[t->block].insts.v[t->inst];

	if (interval_single(t->yr)) {
		*out = constant(t->yr.low);
		return true;
	}
	return t->y.kind == FORM_STEADY && in->nargs == 2 &&
	       resolve(x, (struct place){t->block, t->inst}, in->args[!t->swapped], MOST_DEPTH,
		       out);
}

/* a - b; false: it is a number, or the number in it is too large. */
static bool way(struct arena *arena, const struct term *a, const struct term *b, struct term *out)
{
	*out = *a;
	if (__builtin_sub_overflow(a->add, b->add, &out->add) || (!a->text && !b->text))
		return false;
	if (!b->text)
		return true;
	out->sum = true;
	if (a->text) {
		out->text = arena_printf(arena, "%s - %s", enclosed(arena, a), enclosed(arena, b));
		return true;
	}
	out->text = arena_printf(arena, "%lld - %s", (long long)out->add, enclosed(arena, b));
	out->add = 0;
	return true;
}

/* The rounds over that way by steps of `by`, before the test fails. */
static const char *rounds(struct arena *a, struct term way, bool strict, int64_t by)
{
	if (__builtin_add_overflow(way.add, strict ? by - 1 : by == 1, &way.add))
		return NULL;
	if (by == 1)
		return words(a, &way);
	return arena_printf(a, "%s / %lld%s", operand(a, &way), (long long)by,
			    strict ? "" : " + 1");
}

struct extent extent_of_test(struct extents *x, uint32_t loop, const struct test *t,
			     const struct form *step, struct interval first)
{
	bool up = step->low > 0, somewhere;
	int64_t by = up ? step->low : -step->high, at = up ? t->x.low : t->x.high;
	struct term start, limit, d;
	struct extent e = {0};

	if (step->kind != FORM_LINEAR || t->x.kind != FORM_LINEAR || by < 1 ||
	    (t->rel == REL_NE && by != 1) || !start_of(x, loop, t->x.base, first, &start) ||
	    !limit_of(x, t, &limit) || __builtin_add_overflow(start.add, at, &start.add) ||
	    !way(x->arena, up ? &limit : &start, up ? &start : &limit, &d))
		return e;
	e.rounds = rounds(x->arena, d, t->rel != REL_LE && t->rel != REL_GE, by);
	e.limit = words(x->arena, &limit);
	/* the last round is begun, too, even where that is the first */
	somewhere = !interval_empty(first) && at == 0 &&
		    (up ? t->yr.low >= first.high : t->yr.high <= first.low);
	if (e.rounds && t->late)
		e.rounds =
			arena_printf(x->arena, somewhere ? "%s + 1" : "max(%s, 0) + 1", e.rounds);
	return e;
}

const char *extent_of_limit(struct extents *x, uint32_t iter)
{
	struct term t;

	vec_each(b, &x->f->blocks) {
		const struct ir_block *block = &x->f->blocks.v[b];

		vec_each(i, &block->insts)
			if (block->insts.v[i].op == OP_ITER &&
			    (uint32_t)block->insts.v[i].imm == iter && x->sh->rank[b] != IR_NONE)
				return resolve(x, (struct place){b, i}, x->f->iters.v[iter].limit,
					       MOST_DEPTH, &t) &&
						       t.text
					       ? words(x->arena, &t)
					       : NULL;
	}
	return NULL;
}
