/*
 * What counts as a failure of each kind of obligation, seen from the hooks of a
 * model run: an error raised by the guard of the very instruction, a string cut
 * by it, or for loops and costs the limit reached while the loop was being run.
 * Also how far each block is from there, and which answers of the world would
 * make the operands bad.
 */
#include "runtime/goal.h"

#include "verifier/shape.h"

#include <string.h>

enum { FAR = 1u << 20, MAX_WISHES = 16, MAX_ROUNDS = 64 };

static const struct ir_block *block_of(const struct goal *g, uint32_t func, uint32_t block)
{
	return &g->p->funcs.v[func].blocks.v[block];
}

/* --- distances --- */

static bool closer(uint32_t *d, uint32_t to)
{
	if (to == UINT32_MAX || to + 1 >= *d)
		return false;
	*d = to + 1;
	return true;
}

static bool measure_block(const struct goal *g, uint32_t func, uint32_t block)
{
	const struct ir_block *b = block_of(g, func, block);
	uint32_t *d = &g->distance[g->first_block[func] + block], to[3];
	unsigned n = shape_successors(b, to);
	bool news = false;

	for (unsigned i = 0; i < n; i++)
		news |= closer(d, g->distance[g->first_block[func] + to[i]]);
	vec_each(i, &b->insts)
		for (uint32_t c = 0; c < b->insts.v[i].ncallees; c++)
			news |= closer(d, g->distance[g->first_block[b->insts.v[i].callees[c]]]);
	return news;
}

static void measure(struct goal *g)
{
	uint32_t n = 0;
	bool news = true;

	g->first_block = arena_alloc(g->arena, g->p->funcs.n * sizeof *g->first_block);
	vec_each(f, &g->p->funcs) {
		g->first_block[f] = n;
		n += g->p->funcs.v[f].blocks.n;
	}
	g->distance = arena_alloc(g->arena, n * sizeof *g->distance);
	memset(g->distance, 0xff, n * sizeof *g->distance);
	g->distance[g->first_block[g->o->func] + g->o->block] = 0;
	for (int round = 0; news && round < MAX_ROUNDS; round++) {
		news = false;
		for (uint32_t f = g->p->funcs.n; f-- > 0;)
			for (uint32_t b = g->p->funcs.v[f].blocks.n; b-- > 0;)
				news |= measure_block(g, f, b);
	}
}

static bool *loop_blocks(const struct goal *g)
{
	const struct ir_func *f = &g->p->funcs.v[g->o->func];
	const struct shape *shape = shape_function(g->arena, f);
	uint32_t loop = shape->loop_at[f->loops.v[g->o->loop].header];
	bool *inside = arena_alloc(g->arena, f->blocks.n);

	vec_each(b, &f->blocks)
		inside[b] = loop == IR_NONE ? b == g->o->block : shape_in_loop(shape, b, loop);
	return inside;
}

struct goal *goal_new(struct arena *a, const struct ir_program *p, const struct obligation *o)
{
	struct goal *g = arena_make(a, struct goal);

	g->p = p;
	g->arena = a;
	g->o = o;
	if (o->inst != IR_NONE)
		g->inst = &block_of(g, o->func, o->block)->insts.v[o->inst];
	if (o->kind == OBL_LOOP_BOUNDED)
		g->inside = loop_blocks(g);
	measure(g);
	return g;
}

void goal_start(struct goal *g, const struct model *md, const struct shadow *sh)
{
	g->md = md;
	g->sh = sh;
	g->reached = g->hit = g->active = g->repeats = g->passed = g->pending = false;
	g->how = NULL;
	g->wishes.n = 0;
	g->rounds = 0;
}

static void hit(struct goal *g, const char *how)
{
	if (g->hit)
		return;
	g->hit = true;
	g->how = how;
}

/* --- loops --- */

/* All that the next round depends on, arrays aside: those are watched for writes. */
static uint64_t state_of(const struct goal *g, const struct run_watch *w)
{
	const struct ir_func *f = &g->p->funcs.v[w->func];
	const struct machine *m = w->machine;
	uint64_t h = model_mix(m->token_rest.len, m->token_done);

	vec_each(i, &f->regs)
		h = model_mix(h, f->regs.v[i].type == IR_STR
					 ? map_hash(w->regs[i].s, w->regs[i].len)
					 : (uint64_t)w->regs[i].n);
	vec_each(i, &g->p->globals) {
		const struct variable *v = &m->globals[i];

		h = model_mix(h, (uint64_t)v->n);
		if (v->text.s)
			h = model_mix(h, map_hash(v->text.s, v->text.len));
	}
	return h;
}

bool goal_new_round(const struct goal *g, const struct run_watch *w)
{
	return g->inside && w->func == g->o->func && w->block == g->o->block &&
	       w->in == block_of(g, w->func, w->block)->insts.v &&
	       (!g->active || w->depth == g->depth);
}

static void enter_round(struct goal *g, const struct run_watch *w)
{
	uint64_t now = state_of(g, w);

	if (!g->active) {
		g->active = true;
		g->depth = w->depth;
		g->rounds = 0;
		g->began = w->statements;
		g->repeats = false;
	} else {
		g->rounds++;
		g->repeats =
			now == g->state && g->asked == g->md->inputs.n && g->written == g->writes;
	}
	g->state = now;
	g->asked = g->md->inputs.n;
	g->written = g->writes;
}

static void watch_loop(struct goal *g, const struct run_watch *w)
{
	enum ir_op op = w->in->op;

	if (op == OP_MSET || op == OP_MDEL || op == OP_SADD || op == OP_GCLEAR)
		g->writes++;
	if (g->active && (w->depth < g->depth || (w->depth == g->depth &&
						  (w->func != g->o->func || !g->inside[w->block]))))
		g->active = false;
	if (goal_new_round(g, w)) {
		g->reached = true;
		enter_round(g, w);
	}
}

/* --- operands --- */

static void wish(struct goal *g, uint32_t input, struct replay_value v)
{
	const struct goal_wish one = {input, v};

	if (g->wishes.n < MAX_WISHES)
		vec_push(g->arena, &g->wishes, one);
}

static void wish_number(struct goal *g, uint32_t reg, int64_t n)
{
	const struct shadow_node *node = shadow_of(g->sh, reg);
	struct goal_wish w;

	if (node && shadow_solve(g->arena, node, n, 0, &w.input, &w.value))
		wish(g, w.input, w.value);
}

static void wish_root(struct goal *g, const struct shadow_node *node, int64_t n)
{
	wish(g, shadow_root(node), (struct replay_value){.kind = REPLAY_NUMBER, .n = n});
}

/* An address of the other space, and none. */
static void wish_bad(struct goal *g, const struct ir_inst *in)
{
	const struct shadow_node *node = shadow_of(g->sh, in->args[0]);
	enum model_space other = model_accesses(in) == MODEL_USER ? MODEL_KERNEL : MODEL_USER;

	if (!node)
		return;
	if (g->refuted)
		wish_root(g, node, model_address(other, 1));
	wish_number(g, in->args[0], 0);
	wish_root(g, node, 0);
	wish_root(g, node, model_address(other, 1));
}

static void wish_long(struct goal *g, const struct ir_inst *in)
{
	for (uint32_t i = 0; i < in->nargs; i++) {
		const struct shadow_node *node = shadow_of(g->sh, in->args[i]);
		const struct replay_input *asked;
		char *s;

		if (!node)
			continue;
		asked = &g->md->inputs.v[shadow_root(node)];
		if (asked->value.kind != REPLAY_TEXT || asked->high > 1 << 20)
			continue;
		s = arena_alloc(g->arena, (size_t)asked->high + 1);
		memset(s, 'x', (size_t)asked->high);
		wish(g, shadow_root(node), (struct replay_value){.kind = REPLAY_TEXT, .text = s});
	}
}

static void wish_outside(struct goal *g, const struct ir_inst *in, const struct machine *m)
{
	uint32_t reg = in->args[in->op == OP_INDEX ? 0 : in->nargs - 1];

	wish_number(g, reg, -1);
	wish_number(g, reg, in->op == OP_INDEX ? in->imm : m->globals[in->global].shape.nbuckets);
}

/* Nothing fails in the language; the result is not what was meant. */
static bool wraps(const struct ir_inst *in, const struct run_value *regs)
{
	int64_t a = regs[in->args[0]].n, b = in->nargs > 1 ? regs[in->args[1]].n : 0, out;

	if (in->op == OP_ADD)
		return __builtin_add_overflow(a, b, &out);
	if (in->op == OP_SUB)
		return __builtin_sub_overflow(a, b, &out);
	if (in->op == OP_MUL)
		return __builtin_mul_overflow(a, b, &out);
	if (in->op == OP_NEG)
		return a == INT64_MIN;
	if (in->op == OP_DIV || in->op == OP_MOD)
		return a == INT64_MIN && b == -1;
	return (in->op == OP_SHL || in->op == OP_SHR || in->op == OP_USHR) && (b < 0 || b > 63);
}

static void at_instruction(struct goal *g, const struct run_watch *w)
{
	const struct ir_inst *in = w->in;

	g->reached = true;
	g->pending = true;
	g->depth = w->depth;
	if (g->o->kind == OBL_ARITHMETIC_INTENT && wraps(in, w->regs)) {
		hit(g, in->op == OP_SHL || in->op == OP_SHR || in->op == OP_USHR
			       ? "the shift count is outside 0 .. 63"
			       : "the result does not fit 64 bits");
		g->pending = false;
	}
	if (!g->sh)
		return;
	if (g->o->kind == OBL_DIVISION_NONZERO)
		wish_number(g, in->args[1], 0);
	else if (g->o->kind == OBL_INDEX_IN_RANGE)
		wish_outside(g, in, w->machine);
	else if (g->o->kind == OBL_READ_SAFE)
		wish_bad(g, in);
	else if (g->o->kind == OBL_STRING_FITS)
		wish_long(g, in);
}

/*
 * Whether an address that the world gave is bad depends on more than the model knows, a string
 * that is cut is no failure of the instruction, and calls come back later.
 */
static bool judged_by_passing(const struct goal *g)
{
	return g->o->kind != OBL_READ_SAFE && g->o->kind != OBL_STRING_FITS &&
	       g->o->kind != OBL_DEPTH_BOUNDED;
}

void goal_step(struct goal *g, const struct run_watch *w)
{
	if (g->pending && w->depth == g->depth && w->in == g->inst + 1)
		g->passed |= judged_by_passing(g);
	g->pending = false;
	if (g->inside)
		watch_loop(g, w);
	else if (g->inst && w->in == g->inst)
		at_instruction(g, w);
	else if (!g->inst && w->func == g->o->func)
		g->reached = true;
}

/* Which of an instruction's checks speaks? */
static bool is_about(enum obligation_kind kind, const struct ir_inst *in, const char *text)
{
	bool empty = strcmp(text, "empty aggregate") == 0;

	if (in->op == OP_STORE || in->op == OP_SGET || in->op == OP_HPRINT)
		return kind == OBL_READ_SAFE || kind == OBL_AGGREGATE_NONEMPTY;
	return in->op != OP_HGET || empty == (kind == OBL_AGGREGATE_NONEMPTY);
}

static bool by_choice(const struct goal *g)
{
	uint32_t n = g->md->inputs.n;

	return n > 0 && g->md->inputs.v[n - 1].value.kind == REPLAY_FAULT;
}

/* The last answer may have been prescribed to be a fault: that reaches a catch, and shows nothing.
 */
void goal_fault(struct goal *g, const struct ir_inst *in)
{
	const struct machine *m = g->md->m;
	int64_t spent = m->actions - g->began;

	g->pending = false;
	if (g->inst && in == g->inst && m->fault == FAULT_ERROR &&
	    is_about(g->o->kind, in, m->fault_text) && !by_choice(g))
		hit(g, "the run reaches it and fails there");
	if (g->o->kind == OBL_COST_BOUNDED && m->fault == FAULT_LIMIT &&
	    m->frames[0]->code->index == g->o->func)
		hit(g, "the handler runs on past the limit");
	if (!g->inside || !g->active || g->rounds < 2)
		return;
	if (m->fault == FAULT_LIMIT && g->repeats)
		hit(g, "a round leaves everything as it was: the loop never ends by itself");
	else if (m->fault == FAULT_LIMIT && spent >= m->action_limit / 2)
		hit(g, "the loop goes on past the limit");
	else if (m->fault == FAULT_STOPPED && g->repeats)
		hit(g, "a round leaves everything as it was, and no statement is counted: the loop "
		       "never ends");
}

void goal_cut(struct goal *g, const struct ir_inst *in)
{
	if (g->o->kind == OBL_STRING_FITS && in == g->inst)
		hit(g, "the string is cut");
}
