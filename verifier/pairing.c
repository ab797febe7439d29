/*
 * Pairing: an array holds what is under way, one element a key, stored by one
 * handler and deleted by another.  Every way through a handler that deletes from
 * it has to pass a delete, or a test that found no element; and it has to delete
 * under the keys that were stored under, as far as both are calls.  A hit that
 * the kernel loses (a return probe without a free slot, a thread that exits)
 * leaves its key all the same: no script can know.
 */
#include "verifier/advice.h"

#include <string.h>

struct site {
	uint32_t func, block, inst;
};

struct pairing {
	struct arena *arena;
	const struct invariants *inv;
	struct {
		VEC(struct site) stores, deletes; /* in the order of the program */
	} * of;                                   /* by global */
	uint32_t global;                          /* the one in hand */
	int64_t steps;                            /* instructions looked at, for all arrays */
};

enum { BUDGET = 2000000 };

static const struct ir_inst *made_by(const struct ir_block *b, uint32_t at, uint32_t reg)
{
	while (at-- > 0)
		if (b->insts.v[at].dst == reg)
			return &b->insts.v[at];
	return NULL;
}

static bool is_zero(const struct ir_block *b, uint32_t at, uint32_t reg)
{
	const struct ir_inst *in = made_by(b, at, reg);

	return in && in->op == OP_CONST && in->imm == 0;
}

enum { ABSENT_IF_FALSE = 1, ABSENT_IF_TRUE = 2 };

/* What a condition says of the element: 0, or when it is known to be absent. */
static int tells(const struct pairing *pr, const struct ir_block *b, uint32_t at, uint32_t reg)
{
	bool turned = false;

	for (;;) {
		const struct ir_inst *in = made_by(b, at, reg);

		if (!in)
			return 0;
		at = (uint32_t)(in - b->insts.v);
		if ((in->op == OP_MIN_ || in->op == OP_MGET) && in->global == pr->global)
			return turned ? ABSENT_IF_TRUE : ABSENT_IF_FALSE;
		if (in->op == OP_EQ && is_zero(b, at, in->args[1]))
			turned = !turned;
		else if (in->op != OP_MOV && !(in->op == OP_NE && is_zero(b, at, in->args[1])))
			return 0;
		reg = in->args[0];
	}
}

static bool deletes(const struct pairing *pr, const struct ir_inst *in)
{
	return in->op == OP_MDEL && in->global == pr->global;
}

static bool block_deletes(struct pairing *pr, const struct ir_block *b)
{
	pr->steps += b->insts.n;
	vec_each(i, &b->insts)
		if (deletes(pr, &b->insts.v[i]))
			return true;
	return false;
}

/* A way out of the function that passes no delete; NULL: there is none. */
static const struct ir_inst *way_around(struct pairing *pr, uint32_t func)
{
	const struct ir_func *f = &pr->inv->p->funcs.v[func];
	const struct claims *c = &pr->inv->claims[func];
	uint32_t *stack = arena_alloc(pr->arena, f->blocks.n * sizeof *stack), n = 0;
	bool *seen = arena_alloc(pr->arena, f->blocks.n);

	stack[n++] = 0;
	seen[0] = true;
	while (n) {
		const struct ir_block *b = &f->blocks.v[stack[--n]];
		const struct ir_inst *last = &b->insts.v[b->insts.n - 1];
		uint32_t succ[3], nsucc = shape_successors(b, succ), absent = IR_NONE;
		int told;

		if (block_deletes(pr, b))
			continue;
		if (last->op == OP_RETURN || last->op == OP_PASS)
			return last;
		told = last->op == OP_BRANCH ? tells(pr, b, b->insts.n - 1, last->args[0]) : 0;
		if (told)
			absent = last->target[told == ABSENT_IF_FALSE];
		for (uint32_t i = 0; i < nsucc; i++)
			if (succ[i] != absent && !seen[succ[i]] && c->at[succ[i]].reachable) {
				seen[succ[i]] = true;
				stack[n++] = succ[i];
			}
	}
	return NULL;
}

/* What a key is, as far as it is a call; NULL: not known. */
static const char *key_text(const struct pairing *pr, const struct ir_block *b, uint32_t at,
			    uint32_t reg)
{
	const struct ir_inst *in = reg == IR_NONE ? NULL : made_by(b, at, reg);

	if (in && in->op == OP_INTRINSIC)
		return ir_intrinsic((enum intrinsic)in->imm)->name;
	if (in && in->op == OP_CALL && in->ncallees == 1)
		return pr->inv->p->funcs.v[in->callees[0]].name;
	return NULL;
}

static const char *keys_text(const struct pairing *pr, const struct ir_block *b, uint32_t at)
{
	const struct ir_inst *in = &b->insts.v[at];
	uint32_t nkeys = pr->inv->p->globals.v[pr->global].nkeys;
	const char *list = "";

	for (uint32_t k = 0; k < nkeys; k++) {
		const char *key = k < in->nargs ? key_text(pr, b, at, in->args[k]) : NULL;

		if (!key)
			return NULL;
		list = arena_printf(pr->arena, "%s%s%s()", list, k ? ", " : "", key);
	}
	return list;
}

/* The keys of all the sites, when they are the same calls everywhere; else NULL. */
static const char *common_keys(const struct pairing *pr, const struct site *sites, uint32_t n)
{
	const char *common = NULL;

	for (uint32_t i = 0; i < n; i++) {
		const struct ir_func *f = &pr->inv->p->funcs.v[sites[i].func];
		const char *keys = keys_text(pr, &f->blocks.v[sites[i].block], sites[i].inst);

		if (!keys || (common && strcmp(common, keys)))
			return NULL;
		common = keys;
	}
	return common;
}

struct pairing *pairing_collect(struct arena *a, const struct invariants *inv)
{
	struct pairing *pr = arena_make(a, struct pairing);

	pr->arena = a;
	pr->inv = inv;
	pr->of = arena_alloc(a, inv->p->globals.n * sizeof *pr->of);
	vec_each(f, &inv->p->funcs)
		vec_each(b, &inv->p->funcs.v[f].blocks) {
			const struct ir_block *block = &inv->p->funcs.v[f].blocks.v[b];

			if (!inv->claims[f].at || !inv->claims[f].at[b].reachable)
				continue;
			vec_each(i, &block->insts) {
				const struct ir_inst *in = &block->insts.v[i];
				struct site s = {f, b, i};

				if (in->op == OP_MDEL)
					vec_push(a, &pr->of[in->global].deletes, s);
				else if (in->op == OP_MSET || in->op == OP_SADD)
					vec_push(a, &pr->of[in->global].stores, s);
			}
		}
	return pr;
}

/* What is wrong with the function's deletes; its status is PROVED where nothing is. */
static struct verdict function_deletes(struct pairing *pr, uint32_t func)
{
	const struct ir_func *f = &pr->inv->p->funcs.v[func];
	const char *name = pr->inv->p->globals.v[pr->global].name;
	const struct ir_inst *out;
	struct verdict v;

	if (f->kind != IR_HANDLER)
		return verdict_make(VERDICT_GUARDED,
				    arena_printf(pr->arena,
						 "%s is deleted from in a function; whether its "
						 "callers always call it is not followed",
						 name));
	out = way_around(pr, func);
	if (!out)
		return verdict_make(VERDICT_PROVED,
				    "every way through a probe that deletes passes a delete, or a "
				    "test that found nothing");
	v = verdict_make(VERDICT_GUARDED,
			 arena_printf(pr->arena,
				      "a way through the probe deletes nothing from %s: a key "
				      "stored before stays",
				      name));
	verdict_step(&v, f->loc, "the probe that deletes");
	verdict_step(&v, out->loc, "it is left here without a delete");
	return v;
}

struct verdict pairing_verdict(struct pairing *pr, uint32_t global)
{
	const char *stored, *deleted, *name = pr->inv->p->globals.v[global].name;
	struct verdict v = verdict_make(VERDICT_PROVED, "nothing is ever stored and deleted");
	uint32_t last = IR_NONE;

	pr->global = global;
	stored = common_keys(pr, pr->of[global].stores.v, pr->of[global].stores.n);
	deleted = common_keys(pr, pr->of[global].deletes.v, pr->of[global].deletes.n);
	if (stored && deleted && strcmp(stored, deleted))
		return verdict_make(VERDICT_GUARDED,
				    arena_printf(pr->arena,
						 "%s is stored under %s and deleted under %s: what "
						 "is stored under another stays",
						 name, stored, deleted));
	vec_each(i, &pr->of[global].deletes) {
		uint32_t func = pr->of[global].deletes.v[i].func;

		if (pr->steps > BUDGET)
			return verdict_make(VERDICT_UNKNOWN, "the analysis ran out of its budget");
		if (func == last)
			continue;
		last = func;
		v = function_deletes(pr, func);
		if (v.status != VERDICT_PROVED)
			return v;
	}
	return v;
}
