/*
 * The shadow of a run: for each register and scalar global the chain of operations
 * that made it from one answer of the world.  It follows the interpreter from its
 * step hook, before each instruction.  Where two answers meet, one is followed and
 * the other taken as the number it was.  Shadows only propose inputs; every
 * proposal is run, so a wrong one costs time and nothing else.
 */
#include "runtime/shadow.h"

#include <string.h>

enum { MAX_DEPTH = 64, MAX_BRANCHES = 2048, SAME_BRANCH = 4, ELEMENTS = 4096 };

struct shadow_frame {
	const struct ir_func *func;
	const struct shadow_node **regs;
	const struct ir_inst *at; /* what it does now */
};

struct element {
	uint64_t key;
	const struct shadow_node *node;
};

struct shadow {
	struct arena *arena;
	struct model *md;
	VEC(struct shadow_frame) frames;
	const struct shadow_node **globals;
	struct element *elements;
	VEC(struct shadow_branch) branches;
	uint8_t **recorded;               /* by function: two counters a block */
	const struct shadow_node *result; /* of the RETURN just made */
};

struct shadow *shadow_new(struct arena *a, struct model *md)
{
	struct shadow *sh = arena_make(a, struct shadow);

	sh->arena = a;
	sh->md = md;
	sh->elements = arena_alloc(a, ELEMENTS * sizeof *sh->elements);
	return sh;
}

static const struct ir_program *program_of(const struct shadow *sh)
{
	return sh->md->m->program;
}

void shadow_begin(struct shadow *sh)
{
	const struct ir_program *p = program_of(sh);

	sh->frames.n = 0;
	if (sh->globals)
		return;
	sh->globals = arena_alloc(sh->arena, p->globals.n * sizeof *sh->globals);
	sh->recorded = arena_alloc(sh->arena, p->funcs.n * sizeof *sh->recorded);
}

const struct shadow_branch *shadow_branches(const struct shadow *sh, uint32_t *n)
{
	*n = sh->branches.n;
	return sh->branches.v;
}

static const struct shadow_node *reg_node(const struct shadow_frame *f, uint32_t reg)
{
	return reg < f->func->regs.n ? f->regs[reg] : NULL;
}

const struct shadow_node *shadow_of(const struct shadow *sh, uint32_t reg)
{
	return sh->frames.n ? reg_node(&sh->frames.v[sh->frames.n - 1], reg) : NULL;
}

static void set_reg(struct shadow_frame *f, uint32_t reg, const struct shadow_node *node)
{
	if (reg < f->func->regs.n)
		f->regs[reg] = node;
}

static struct run_value keep_value(struct shadow *sh, const struct run_value *v, bool text)
{
	struct run_value kept = {.n = v->n, .s = "", .len = 0};

	if (text && v->s) {
		kept.s = arena_strndup(sh->arena, v->s, v->len);
		kept.len = v->len;
	}
	return kept;
}

static struct shadow_node *node_on(struct shadow *sh, const struct shadow_node *from)
{
	struct shadow_node *n;

	if (from->depth >= MAX_DEPTH)
		return NULL;
	n = arena_make(sh->arena, struct shadow_node);
	n->from = from;
	n->depth = from->depth + 1;
	return n;
}

/* An op of one or two operands: on the one with a shadow. */
static const struct shadow_node *op_node(struct shadow *sh, const struct shadow_frame *f,
					 const struct ir_inst *in, const struct run_value *regs)
{
	bool left = reg_node(f, in->args[0]) != NULL;
	uint32_t of = left ? in->args[0] : in->nargs > 1 ? in->args[1] : IR_NONE;
	const struct shadow_node *from = of == IR_NONE ? NULL : reg_node(f, of);
	struct shadow_node *n = from ? node_on(sh, from) : NULL;

	if (!n)
		return NULL;
	n->kind = SHADOW_OP;
	n->op = in->op;
	n->left = left;
	n->now = regs[of].n;
	if (in->nargs > 1) {
		uint32_t other = left ? in->args[1] : in->args[0];

		n->other = keep_value(sh, &regs[other], f->func->regs.v[other].type == IR_STR);
	}
	return n;
}

/* A library function of a string: what is known to undo it. */
static const struct shadow_node *call_node(struct shadow *sh, const struct shadow_frame *f,
					   const struct ir_inst *in, const struct run_value *regs)
{
	const struct shadow_node *from = in->nargs ? reg_node(f, in->args[0]) : NULL;
	struct shadow_node *n = from ? node_on(sh, from) : NULL;

	if (!n)
		return NULL;
	n->kind = SHADOW_CALL;
	n->call = (enum intrinsic)in->imm;
	n->left = true;
	n->now = regs[in->args[0]].n;
	if (in->nargs > 1) {
		bool text = f->func->regs.v[in->args[1]].type == IR_STR;

		n->other = keep_value(sh, &regs[in->args[1]], text);
	}
	return n;
}

/* Membership: whether the key is the first one that is there. */
static const struct shadow_node *member_node(struct shadow *sh, const struct shadow_frame *f,
					     const struct ir_inst *in)
{
	const struct array *a = sh->md->m->globals[in->global].array;
	const struct array_elem *e = array_first(a);

	for (uint32_t i = 0; i < in->nargs; i++) {
		const struct shadow_node *from = reg_node(f, in->args[i]);
		struct shadow_node *n = from ? node_on(sh, from) : NULL;

		if (!n)
			continue;
		n->kind = SHADOW_MEMBER;
		n->other = (struct run_value){.s = ""};
		if (e) {
			struct run_value key = array_key(a, e, i);

			n->other = keep_value(sh, &key, a->decl->keys[i] == IR_STR);
		}
		return n;
	}
	return NULL;
}

static struct element *element_of(struct shadow *sh, const struct ir_inst *in,
				  const struct run_value *regs)
{
	const struct ir_global *g = &program_of(sh)->globals.v[in->global];
	uint64_t h = in->global + 1;

	for (uint32_t i = 0; i < g->nkeys && i < in->nargs; i++) {
		const struct run_value *v = &regs[in->args[i]];

		h = model_mix(h, g->keys[i] == IR_STR ? map_hash(v->s, v->len) : (uint64_t)v->n);
	}
	struct element *e = &sh->elements[h >> 52];

	if (e->key != h)
		*e = (struct element){h, NULL};
	return e;
}

static void record(struct shadow *sh, const struct shadow_branch *b)
{
	uint8_t **counts = &sh->recorded[b->index], *count;

	if (!*counts)
		*counts = arena_alloc(sh->arena, 3 * b->func->blocks.n);
	count = &(*counts)[3 * b->block + (b->cond ? b->taken : 2)];
	if (*count >= SAME_BRANCH || sh->branches.n >= MAX_BRANCHES)
		return;
	++*count;
	vec_push(sh->arena, &sh->branches, *b);
}

static void record_branch(struct shadow *sh, const struct shadow_frame *f,
			  const struct run_watch *w)
{
	const struct shadow_branch b = {.func = f->func,
					.index = w->func,
					.block = w->block,
					.taken = w->regs[w->in->args[0]].n != 0,
					.cond = reg_node(f, w->in->args[0])};

	if (b.cond)
		record(sh, &b);
}

/* --- frames --- */

static void push(struct shadow *sh, uint32_t func)
{
	const struct ir_func *f = &program_of(sh)->funcs.v[func];
	struct shadow_frame fr = {.func = f,
				  .regs = arena_alloc(sh->arena, f->regs.n * sizeof *fr.regs)};

	if (sh->frames.n) {
		const struct shadow_frame *from = &sh->frames.v[sh->frames.n - 1];

		for (uint32_t i = 0; from->at && i < from->at->nargs && i < f->nparams; i++)
			fr.regs[i] = reg_node(from, from->at->args[i]);
	}
	vec_push(sh->arena, &sh->frames, fr);
}

/* Brings the frames in line with where the interpreter is now. */
static struct shadow_frame *follow(struct shadow *sh, const struct run_watch *w)
{
	const struct ir_func *f = &program_of(sh)->funcs.v[w->func];
	bool returned = sh->frames.n == w->depth + 2;

	if (sh->frames.n > w->depth + 1)
		sh->frames.n = w->depth + 1;
	if (returned) {
		struct shadow_frame *to = &sh->frames.v[w->depth];

		if (to->at && to->at->op == OP_CALL)
			set_reg(to, to->at->dst, sh->result);
	}
	sh->result = NULL;
	if (sh->frames.n == w->depth + 1 && sh->frames.v[w->depth].func != f)
		sh->frames.n--; /* `next`: another overload in its place */
	while (sh->frames.n < w->depth + 1)
		push(sh, w->func);
	return &sh->frames.v[w->depth];
}

static void set_global(struct shadow *sh, struct shadow_frame *f, const struct run_watch *w)
{
	const struct ir_inst *in = w->in;
	const struct ir_global *g = &program_of(sh)->globals.v[in->global];

	if (in->op == OP_GLOAD)
		set_reg(f, in->dst, sh->globals[in->global]);
	else if (in->op == OP_GSTORE)
		sh->globals[in->global] = reg_node(f, in->args[0]);
	else if (in->op == OP_MGET)
		set_reg(f, in->dst, element_of(sh, in, w->regs)->node);
	else if (in->op == OP_MSET)
		element_of(sh, in, w->regs)->node = reg_node(f, in->args[g->nkeys]);
	else if (in->op == OP_MIN_)
		set_reg(f, in->dst, member_node(sh, f, in));
}

void shadow_step(struct shadow *sh, const struct run_watch *w)
{
	const struct ir_inst *in = w->in;
	struct shadow_frame *f = follow(sh, w);

	f->at = in;
	switch (ir_op_result(in->op)) {
	case RESULT_NONE: break;
	case RESULT_INT:
	case RESULT_STR:
	case RESULT_OF_REGISTER:
		if (in->op == OP_MOV || in->op == OP_INDEX)
			set_reg(f, in->dst, reg_node(f, in->args[0]));
		else if (in->op == OP_INTRINSIC)
			set_reg(f, in->dst, call_node(sh, f, in, w->regs));
		else if (in->op == OP_CONST || in->op == OP_STR || in->global != IR_NONE ||
			 in->nargs == 0 || in->op == OP_CALL || in->op == OP_SPRINT)
			set_reg(f, in->dst, NULL);
		else
			set_reg(f, in->dst, op_node(sh, f, in, w->regs));
	}
	if (in->global != IR_NONE)
		set_global(sh, f, w);
	else if (in->op == OP_BRANCH)
		record_branch(sh, f, w);
	else if (in->op == OP_RETURN && in->nargs)
		sh->result = reg_node(f, in->args[0]);
}

void shadow_answer(struct shadow *sh, uint32_t input, bool again)
{
	struct shadow_frame *f = &sh->frames.v[sh->frames.n - 1];
	struct shadow_node *n = arena_make(sh->arena, struct shadow_node);

	n->kind = SHADOW_ANSWER;
	n->input = input;
	set_reg(f, f->at->dst, n);
	if (!again && sh->md->inputs.v[input].may_fault) {
		const struct shadow_branch b = {
			.func = f->func,
			.index = sh->md->m->frames[sh->frames.n - 1]->code->index,
			.block = (uint32_t)0,
			.input = input};

		record(sh, &b);
	}
}

/* --- undoing --- */

/* A value x for which "x rel y" is `want`. */
static int64_t satisfy(enum ir_op rel, int64_t y, bool want, unsigned pick)
{
	const int64_t below = y == INT64_MIN ? y : y - 1, above = y == INT64_MAX ? y : y + 1;
	bool less = rel == OP_LT || rel == OP_LE, strict = rel == OP_LT || rel == OP_GT;

	if (rel == OP_EQ || rel == OP_NE)
		return want == (rel == OP_EQ) ? y : pick == 1 ? below : above;
	if (!want) {
		less = !less;
		strict = !strict;
	}
	if (pick == 1)
		return less ? INT64_MIN : INT64_MAX;
	return !strict ? y : less ? below : above;
}

static bool is_relation(enum ir_op op)
{
	return op == OP_EQ || op == OP_NE || op == OP_LT || op == OP_LE || op == OP_GT ||
	       op == OP_GE;
}

static enum ir_op mirrored(enum ir_op rel)
{
	return rel == OP_LT   ? OP_GT
	       : rel == OP_LE ? OP_GE
	       : rel == OP_GT ? OP_LT
	       : rel == OP_GE ? OP_LE
			      : rel;
}

/* The dividend or divisor for which the quotient is v. */
static int64_t undo_division(const struct shadow_node *n, int64_t v)
{
	const int64_t y = n->other.n;

	if (n->left)
		return (int64_t)((uint64_t)v * (uint64_t)y);
	if (v == 0)
		return (int64_t)((uint64_t)y + 1);
	return v == -1 ? (int64_t)(0 - (uint64_t)y) : y / v;
}

static bool undo_arithmetic(const struct shadow_node *n, int64_t v, int64_t *x)
{
	const int64_t y = n->other.n;
	const uint64_t uv = (uint64_t)v, uy = (uint64_t)y;

	if (n->op == OP_ADD)
		*x = (int64_t)(uv - uy);
	else if (n->op == OP_SUB)
		*x = (int64_t)(n->left ? uv + uy : uy - uv);
	else if (n->op == OP_MUL && y != 0)
		*x = y == -1 ? (int64_t)(0 - uv) : v / y;
	else if (n->op == OP_DIV)
		*x = undo_division(n, v);
	else if (n->op == OP_MOD && n->left)
		*x = v;
	else if (n->op == OP_NEG)
		*x = (int64_t)(0 - uv);
	else
		return false;
	return true;
}

static bool undo_bits(const struct shadow_node *n, int64_t v, int64_t *x)
{
	const uint64_t uv = (uint64_t)v, uy = (uint64_t)n->other.n, now = (uint64_t)n->now;

	if (n->op == OP_AND)
		*x = (int64_t)((now & ~uy) | (uv & uy));
	else if (n->op == OP_OR)
		*x = (int64_t)((now & uy) | (uv & ~uy));
	else if (n->op == OP_XOR)
		*x = (int64_t)(uv ^ uy);
	else if (n->op == OP_SHL && n->left)
		*x = (int64_t)(uv >> (uy & 63));
	else if ((n->op == OP_SHR || n->op == OP_USHR) && n->left)
		*x = (int64_t)(uv << (uy & 63));
	else if (n->op == OP_NOT)
		*x = (int64_t)~uv;
	else
		return false;
	return true;
}

/* x such that n becomes v; false: the operation cannot be undone. */
static bool undo(const struct shadow_node *n, int64_t v, unsigned pick, int64_t *x)
{
	if (is_relation(n->op)) {
		*x = satisfy(n->left ? n->op : mirrored(n->op), n->other.n, v != 0, pick);
		return true;
	}
	return undo_arithmetic(n, v, x) || undo_bits(n, v, x);
}

/* Texts: what the string below n must be for n to be v; NULL: not known. */
static const char *undo_text(struct arena *a, const struct shadow_node *n, int64_t v)
{
	const char *other = n->other.s ? n->other.s : "";
	char *s;

	if (n->kind == SHADOW_OP && n->op == OP_STRCMP)
		return v == 0 ? other : (v > 0) == n->left ? arena_printf(a, "%s~", other) : "";
	if (n->kind == SHADOW_MEMBER)
		return v ? other : arena_printf(a, "%s~", other);
	if (n->kind != SHADOW_CALL)
		return NULL;
	if (n->call == INTRINSIC_STRLEN && v >= 0 && v < 1 << 20) {
		s = arena_alloc(a, (size_t)v + 1);
		memset(s, 'x', (size_t)v);
		return s;
	}
	if (n->call == INTRINSIC_ISINSTR)
		return v ? other : "";
	if (n->call == INTRINSIC_STRPOS)
		return v < 0 ? "" : other;
	if (n->call == INTRINSIC_STRTOL)
		return n->other.n == 16  ? arena_printf(a, "%llx", (unsigned long long)v)
		       : n->other.n == 8 ? arena_printf(a, "%llo", (unsigned long long)v)
					 : arena_printf(a, "%lld", (long long)v);
	if (n->call == INTRINSIC_STRINGAT && v > 0 && v < 256)
		return arena_printf(a, "%*c", (int)(n->other.n & 255) + 1, (int)v);
	return NULL;
}

uint32_t shadow_root(const struct shadow_node *n)
{
	while (n->kind != SHADOW_ANSWER)
		n = n->from;
	return n->input;
}

bool shadow_solve(struct arena *a, const struct shadow_node *n, int64_t want, unsigned pick,
		  uint32_t *input, struct replay_value *out)
{
	const char *text = NULL;

	for (; n->kind != SHADOW_ANSWER; n = n->from) {
		const char *s = text ? NULL : undo_text(a, n, want);

		if (text)
			continue; /* a string made of a string: its parts are not told apart */
		if (n->kind == SHADOW_MEMBER && !*n->other.s) {
			want = want ? n->other.n : (int64_t)((uint64_t)n->other.n + 1 + pick);
			continue;
		}
		if (s)
			text = s;
		else if (n->kind != SHADOW_OP || !undo(n, want, pick, &want))
			return false;
	}
	*input = n->input;
	*out = text ? (struct replay_value){.kind = REPLAY_TEXT, .text = text}
		    : (struct replay_value){.kind = REPLAY_NUMBER, .n = want};
	return true;
}
