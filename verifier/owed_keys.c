/*
 * Keys that are stored at entry and deleted at return, for the re-check alone:
 * from the first block of each handler that deletes from the array no way leads
 * out but past a delete, or by the side of a test on which the element is not
 * there; and where all stores and all deletes are under calls, under the same.
 */
#include "verifier/owed_keys.h"

struct place {
	const struct ir_block *b;
	uint32_t inst;
};

static const struct ir_inst *maker(struct place *at, uint32_t reg)
{
	while (at->inst-- > 0)
		if (at->b->insts.v[at->inst].dst == reg)
			return &at->b->insts.v[at->inst];
	return NULL;
}

static bool is_zero(struct place at, uint32_t reg)
{
	const struct ir_inst *in = maker(&at, reg);

	return in && in->op == OP_CONST && in->imm == 0;
}

/* The branch's target where the element is not there, or IR_NONE. */
static uint32_t absent(const struct ir_block *b, uint32_t g)
{
	struct place at = {b, b->insts.n - 1};
	const struct ir_inst *last = &b->insts.v[at.inst], *in = last;
	uint32_t side = 1; /* where the condition is 0 */

	while (in && last->op == OP_BRANCH) {
		in = maker(&at, in->args[0]);
		if (in && (in->op == OP_MIN_ || in->op == OP_MGET) && in->global == g)
			return last->target[side];
		if (!in || (in->op != OP_MOV && in->op != OP_EQ && in->op != OP_NE) ||
		    (in->op != OP_MOV && !is_zero(at, in->args[1])))
			return IR_NONE;
		side ^= in->op == OP_EQ;
	}
	return IR_NONE;
}

static bool deletes(const struct ir_block *b, uint32_t g)
{
	vec_each(i, &b->insts)
		if (b->insts.v[i].op == OP_MDEL && b->insts.v[i].global == g)
			return true;
	return false;
}

/* Does a way lead out of the function past no delete? */
static bool way_out(struct arena *a, const struct certificate *c, uint32_t func, uint32_t g)
{
	const struct ir_func *f = &c->p->funcs.v[func];
	uint32_t *stack = arena_alloc(a, f->blocks.n * sizeof *stack), n = 0, succ[3];
	bool *seen = arena_alloc(a, f->blocks.n);

	stack[n++] = 0;
	seen[0] = true;
	while (n) {
		const struct ir_block *b = &f->blocks.v[stack[--n]];
		enum ir_op last = b->insts.v[b->insts.n - 1].op;
		uint32_t not = absent(b, g), nsucc = shape_successors(b, succ);

		if (deletes(b, g))
			continue;
		if (last == OP_RETURN || last == OP_PASS)
			return true;
		for (uint32_t i = 0; i < nsucc; i++)
			if (succ[i] != not &&!seen[succ[i]] &&
			    c->claims[func].at[succ[i]].reachable) {
				seen[succ[i]] = true;
				stack[n++] = succ[i];
			}
	}
	return false;
}

/* --- under which keys --- */

/* What all sites of one kind are under: the first of them, until another differs. */
struct common {
	bool any, mixed;
	struct place first;
};

/* The call that made the key, or NULL. */
static const struct ir_inst *key_call(struct place at, uint32_t k)
{
	const struct ir_inst *site = &at.b->insts.v[at.inst], *in;

	if (k >= site->nargs || site->args[k] == IR_NONE)
		return NULL;
	in = maker(&at, site->args[k]);
	return in && (in->op == OP_INTRINSIC || (in->op == OP_CALL && in->ncallees == 1)) ? in
											  : NULL;
}

/* 1: both are under the same calls; 0: under different ones; -1: not all keys are calls. */
static int same_keys(struct place x, struct place y, uint32_t nkeys)
{
	int same = 1;

	for (uint32_t k = 0; k < nkeys; k++) {
		const struct ir_inst *a = key_call(x, k), *b = key_call(y, k);

		if (!a || !b)
			return -1;
		if (a->op != b->op ||
		    (a->op == OP_CALL ? a->callees[0] != b->callees[0] : a->imm != b->imm))
			same = 0;
	}
	return same;
}

static void add_site(struct common *c, struct place at, uint32_t nkeys)
{
	if (!c->any)
		c->first = at;
	c->any = true;
	c->mixed |= same_keys(c->first, at, nkeys) != 1;
}

/* Does the function delete? */
static bool add_sites(const struct certificate *c, uint32_t func, uint32_t g, struct common *stored,
		      struct common *deleted)
{
	const struct ir_func *f = &c->p->funcs.v[func];
	uint32_t nkeys = c->p->globals.v[g].nkeys;
	bool here = false;

	vec_each(b, &f->blocks) {
		const struct ir_block *block = &f->blocks.v[b];

		if (!c->claims[func].at || !c->claims[func].at[b].reachable)
			continue;
		vec_each(i, &block->insts) {
			const struct ir_inst *in = &block->insts.v[i];

			if (in->global != g)
				continue;
			if (in->op == OP_MSET || in->op == OP_SADD)
				add_site(stored, (struct place){block, i}, nkeys);
			if (in->op == OP_MDEL)
				add_site(deleted, (struct place){block, i}, nkeys);
			here |= in->op == OP_MDEL;
		}
	}
	return here;
}

bool owed_keys_paired(struct arena *a, const struct certificate *c, uint32_t g,
		      const uint32_t *users, uint32_t n)
{
	const struct ir_program *p = c->p;
	struct common stored = {0}, deleted = {0};
	uint32_t nkeys = p->globals.v[g].nkeys;

	for (uint32_t u = 0; u < n; u++) {
		bool here = add_sites(c, users[u], g, &stored, &deleted);

		if (here && (p->funcs.v[users[u]].kind != IR_HANDLER || way_out(a, c, users[u], g)))
			return false;
	}
	return !stored.any || !deleted.any || stored.mixed || deleted.mixed ||
	       same_keys(stored.first, deleted.first, nkeys) != 0;
}
