/*
 * The interpreter: one loop over decoded steps, with its frames on the heap, so
 * that a script's recursion never becomes ours.  A fault is carried to the
 * catch of the block it happened in, or of the block that called, outwards;
 * limits and abort() are seen by no catch.  A check whose obligation is proved is
 * not made, but for tests: with a watcher, what happens against the proof is
 * our mistake, bug().
 */
#include "runtime/machine.h"

#include "base/bug.h"

#include <string.h>

enum { POLL_EVERY = 1 << 20 }; /* statements */

/* Storage of at least `bytes`: old, of *room bytes, or if that is too small another. */
static void *room_for(struct machine *m, void *old, size_t *room, size_t bytes)
{
	size_t size = bytes;

	if (bytes <= *room)
		return old;
	void *block = value_take(&m->pool, &size);

	value_give(&m->pool, old, *room);
	*room = size;
	return block;
}

static struct frame *frame_at(struct machine *m, uint32_t depth)
{
	if (depth >= m->frames_room) {
		uint32_t room = m->frames_room ? m->frames_room * 2 : 16;
		struct frame **frames = arena_alloc(m->arena, room * sizeof *frames);

		if (m->frames_room)
			memcpy(frames, m->frames, m->frames_room * sizeof *frames);
		m->frames = frames;
		m->frames_room = room;
	}
	if (!m->frames[depth])
		m->frames[depth] = arena_make(m->arena, struct frame);
	return m->frames[depth];
}

static struct frame *push_frame(struct machine *m, uint32_t func)
{
	const struct code *c = &m->codes[func];
	struct frame *f = frame_at(m, m->depth++);
	uint32_t nregs = c->func->regs.n, niters = c->func->iters.n;

	f->code = c;
	f->pc = c->steps;
	f->regs = room_for(m, f->regs, &f->regs_room, nregs * sizeof *f->regs);
	f->texts = room_for(m, f->texts, &f->texts_room,
			    (size_t)c->nslots * ((size_t)m->max_text + 1));
	f->cursors = room_for(m, f->cursors, &f->cursors_room, niters * sizeof *f->cursors);
	for (uint32_t i = 0; i < nregs; i++)
		f->regs[i] = (struct run_value){.s = ""};
	if (niters)
		memset(f->cursors, 0, niters * sizeof *f->cursors);
	return f;
}

/* Leaves the innermost frame; the caller's, or NULL. */
static struct frame *pop_frame(struct machine *m)
{
	struct frame *f = m->frames[--m->depth];

	for (uint32_t i = 0; i < f->code->func->iters.n; i++)
		cursor_drop(m, &f->cursors[i]);
	return m->depth ? m->frames[m->depth - 1] : NULL;
}

static void copy_args(struct machine *m, const struct frame *from, const struct ir_inst *call,
		      struct frame *to)
{
	const struct ir_func *f = to->code->func;

	for (uint32_t i = 0; i < call->nargs && i < f->nparams; i++) {
		const struct run_value *v = &from->regs[call->args[i]];

		if (f->regs.v[i].type == IR_STR)
			ops_set_text(m, to, i, v->s, v->len);
		else
			to->regs[i].n = v->n;
	}
}

/* Enters overload f->callee of the call s; NULL after a fault. */
static struct frame *enter(struct machine *m, struct frame *f, const struct step *s)
{
	f->pc = s;
	if (f->callee >= s->in->ncallees) {
		fault_raise(m, s, "all functions exhausted");
		return NULL;
	}
	/* a proof that needs no MAXNESTING may go deeper than the default guess of it */
	if (machine_checks(m, s->guard, OBL_DEPTH_BOUNDED) && m->depth > m->max_depth &&
	    !(s->audit && m->program->limits.maxnesting == 0)) {
		if (s->audit)
			bug("calls proved to be bounded go deeper");
		fault_raise(m, s, "MAXNESTING exceeded");
		return NULL;
	}
	struct frame *to = push_frame(m, s->in->callees[f->callee]);

	copy_args(m, m->frames[m->depth - 2], s->in, to);
	return to;
}

/* Hands the result over and leaves; the caller's frame or NULL. */
static struct frame *leave(struct machine *m, struct frame *f, const struct step *s)
{
	struct frame *to = pop_frame(m);

	if (!to || to->pc->dst == IR_NONE)
		return to;
	const struct run_value none = {.s = ""};
	const struct run_value *v = s->a == IR_NONE ? &none : &f->regs[s->a];

	if (to->pc->str)
		ops_set_text(m, to, to->pc->dst, v->s, v->len);
	else
		to->regs[to->pc->dst].n = v->n;
	return to;
}

/* The step that catches the fault at s of f, unwinding frames; NULL: none does. */
static const struct step *unwind(struct machine *m, struct frame *f, const struct step *s)
{
	while (f) {
		uint32_t to = f->code->func->blocks.v[s->block].catch;

		if (m->fault == FAULT_ERROR && to != IR_NONE)
			return &f->code->steps[f->code->starts[to]];
		f = pop_frame(m);
		s = f ? f->pc : NULL;
	}
	return NULL;
}

/* Counts statements; called when the next check is due. */
static bool count_slow(struct machine *m, const struct step *s)
{
	if (machine_checks(m, m->count_actions, OBL_COST_BOUNDED) && m->actions > m->action_limit)
		return fault_limit(m, s, "MAXACTION exceeded");
	if (!m->model && !lifecycle_poll(m)) {
		m->fault = FAULT_STOPPED;
		return false;
	}
	m->next_poll = m->actions + POLL_EVERY;
	if (m->count_actions && m->action_limit < m->next_poll)
		m->next_poll = m->action_limit + 1;
	return true;
}

/* The divisor is zero: the guard's error, or proof of a mistake of ours. */
static bool zero_divisor(struct machine *m, const struct step *s)
{
	if (s->audit)
		bug("a divisor proved nonzero is zero");
	return fault_raise(m, s, "division by 0");
}

static bool check_divisor(struct machine *m, const struct step *s, int64_t b)
{
	return !machine_checks(m, s->guard, OBL_DIVISION_NONZERO) || b || zero_divisor(m, s);
}

static int64_t divide(int64_t a, int64_t b)
{
	return b == -1 ? (int64_t)(0 - (uint64_t)a) : a / b;
}

static bool check_index(struct machine *m, const struct step *s, int64_t i)
{
	if (s->imm == 0 || !machine_checks(m, s->guard, OBL_INDEX_IN_RANGE) ||
	    (i >= 0 && i < s->imm))
		return true;
	if (s->audit)
		bug("an index proved in range is not");
	return fault_raise(m, s, "index out of range");
}

static bool match_text(struct machine *m, const struct step *s, const struct run_value *v)
{
	value_text_set(&m->pool, &m->match_subject, v->s, v->len);
	return matcher_search(s->matcher, m->match_subject.s, v->len, &m->match);
}

/* Tells the watcher where f is; s: before this step, NULL: on entry to the block. */
static void watch(struct machine *m, const struct frame *f, uint32_t block, const struct step *s)
{
	struct run_watch w = {.func = f->code->index,
			      .block = block,
			      .depth = m->depth - 1,
			      .statements = m->actions,
			      .regs = f->regs,
			      .in = s ? s->in : NULL,
			      .machine = m};

	(s ? m->opt->on_step : m->opt->on_block)(m->opt->ctx, &w);
}

#define WRAP(op) ((int64_t)((uint64_t)r[s->a].n op(uint64_t) r[s->b].n))
#define COMPARE(op) (r[s->a].n op r[s->b].n)
#define TRY(call)    \
	if (!(call)) \
	goto fault

/* Runs until the frames are gone; false after a fault that nothing caught. */
static bool run_frames(struct machine *m)
{
	struct frame *f = m->frames[m->depth - 1], *to;
	struct run_value *r = f->regs;
	const struct step *s = f->pc;
	const bool watched = m->opt->on_block != NULL, stepped = m->opt->on_step != NULL;

block:
	if (watched)
		watch(m, f, s->block, NULL);
	for (;; s++) {
		if (stepped) {
			watch(m, f, s->block, s);
			TRY(!m->model || model_goes_on(m));
		}
		switch (s->op) {
		case OP_CONST: r[s->dst].n = s->imm; break;
		case OP_STR: r[s->dst].s = s->literal, r[s->dst].len = s->a; break;
		case OP_MOV:
			if (s->str)
				ops_set_text(m, f, s->dst, r[s->a].s, r[s->a].len);
			else
				r[s->dst].n = r[s->a].n;
			break;
		case OP_ADD: r[s->dst].n = WRAP(+); break;
		case OP_SUB: r[s->dst].n = WRAP(-); break;
		case OP_MUL: r[s->dst].n = WRAP(*); break;
		case OP_DIV:
			TRY(check_divisor(m, s, r[s->b].n));
			r[s->dst].n = divide(r[s->a].n, r[s->b].n);
			break;
		case OP_MOD:
			TRY(check_divisor(m, s, r[s->b].n));
			r[s->dst].n = r[s->b].n == -1 ? 0 : r[s->a].n % r[s->b].n;
			break;
		case OP_AND: r[s->dst].n = r[s->a].n & r[s->b].n; break;
		case OP_OR: r[s->dst].n = r[s->a].n | r[s->b].n; break;
		case OP_XOR: r[s->dst].n = r[s->a].n ^ r[s->b].n; break;
		case OP_SHL:
			r[s->dst].n = (int64_t)((uint64_t)r[s->a].n << (r[s->b].n & 63));
			break;
		case OP_SHR: r[s->dst].n = r[s->a].n >> (r[s->b].n & 63); break;
		case OP_USHR:
			r[s->dst].n = (int64_t)((uint64_t)r[s->a].n >> (r[s->b].n & 63));
			break;
		case OP_NEG: r[s->dst].n = (int64_t)(0 - (uint64_t)r[s->a].n); break;
		case OP_NOT: r[s->dst].n = ~r[s->a].n; break;
		case OP_EQ: r[s->dst].n = COMPARE(==); break;
		case OP_NE: r[s->dst].n = COMPARE(!=); break;
		case OP_LT: r[s->dst].n = COMPARE(<); break;
		case OP_LE: r[s->dst].n = COMPARE(<=); break;
		case OP_GT: r[s->dst].n = COMPARE(>); break;
		case OP_GE: r[s->dst].n = COMPARE(>=); break;
		case OP_STRCMP: r[s->dst].n = value_compare(&r[s->a], &r[s->b]); break;
		case OP_CONCAT: ops_concat(m, f, s); break;
		case OP_MATCH: r[s->dst].n = match_text(m, s, &r[s->a]); break;
		case OP_GLOAD: ops_gload(m, f, s); break;
		case OP_GSTORE: ops_gstore(m, f, s); break;
		case OP_GCLEAR: ops_gclear(m, s); break;
		case OP_MGET: ops_mget(m, f, s); break;
		case OP_MSET: TRY(ops_mset(m, f, s)); break;
		case OP_MIN_: ops_min(m, f, s); break;
		case OP_MDEL: ops_mdel(m, f, s); break;
		case OP_SADD: TRY(ops_sadd(m, f, s)); break;
		case OP_SGET: TRY(ops_sget(m, f, s)); break;
		case OP_HGET: TRY(ops_hget(m, f, s)); break;
		case OP_HPRINT: TRY(ops_hprint(m, f, s)); break;
		case OP_PRINT: TRY(ops_print(m, f, s)); break;
		case OP_SPRINT: TRY(ops_sprint(m, f, s)); break;
		case OP_INTRINSIC: TRY(ops_intrinsic(m, f, s)); break;
		case OP_INDEX:
			TRY(check_index(m, s, r[s->a].n));
			r[s->dst].n = r[s->a].n;
			break;
		case OP_ERRMSG:
			ops_set_text(m, f, s->dst, m->fault_text, (uint32_t)strlen(m->fault_text));
			break;
		case OP_STMT:
			m->actions += s->imm;
			TRY(m->actions < m->next_poll || count_slow(m, s));
			break;
		case OP_ITER: cursor_start(m, f, s); break;
		case OP_EMBEDDED:
		case OP_CONTEXT:
		case OP_LOAD:
		case OP_LOADSTR:
		case OP_STORE:
			if (!m->model)
				bug("'%s' in user space", ir_op_word(s->op));
			TRY(model_op(m, f, s));
			break;
		case OP_CALL:
			f->callee = 0;
			TRY(to = enter(m, f, s));
			goto switch_frame;
		case OP_JUMP: s = &f->code->steps[s->a]; goto block;
		case OP_BRANCH: s = &f->code->steps[r[s->a].n ? s->b : s->dst]; goto block;
		case OP_NEXT_:
			s = &f->code->steps[cursor_next(m, f, s) ? s->b : s->dst];
			goto block;
		case OP_RETURN:
			f = leave(m, f, s);
			if (!f)
				return true;
			r = f->regs;
			s = f->pc;
			break;
		case OP_PASS:
			f = pop_frame(m);
			if (!f)
				return true;
			r = f->regs;
			s = f->pc;
			f->callee++;
			TRY(to = enter(m, f, s));
			goto switch_frame;
		case OP_FAIL: fault_raise(m, NULL, "%s", r[s->a].s); goto fault;
		case OP_ABORT: m->fault = FAULT_ABORT; goto fault;
		case OP_COUNT: bug("no such op");
		}
	}
switch_frame:
	f = to;
	r = f->regs;
	s = f->pc;
	goto block;
fault:
	if (m->model)
		model_fault(m, s->in);
	s = unwind(m, f, s);
	if (!s)
		return false;
	f = m->frames[m->depth - 1];
	r = f->regs;
	goto block;
}

bool interp_run(struct machine *m, uint32_t func)
{
	uint32_t owed = m->program->funcs.v[func].obligation;

	m->count_actions =
		owed == IR_NONE || owed >= m->program->obligations.n || proven_guard(m->pv, owed);
	m->actions = 0;
	m->next_poll =
		m->count_actions && m->action_limit < POLL_EVERY ? m->action_limit + 1 : POLL_EVERY;
	m->depth = 0;
	push_frame(m, func);
	bool ok = run_frames(m);

	if (m->opt->on_block) {
		struct run_watch w = {.func = func,
				      .block = IR_NONE,
				      .statements = m->actions,
				      .machine = m};

		m->opt->on_block(m->opt->ctx, &w);
	}
	return ok;
}
