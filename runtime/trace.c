/*
 * The trace of a model run: a remark for each value that a line assigns, reads or
 * tests, made after the instruction, when its result is known.  Long runs keep
 * their beginning and their end.  Temporaries are described by what computes
 * them, since each is assigned by one instruction.
 */
#include "runtime/trace.h"

#include "base/text.h"

#include <string.h>

enum { SPACE = 1 << 20, HEAD = 60, TAIL = 12, LONGEST = 64, MAX_NESTING = 3, ROUNDS_SHOWN = 4 };

/* The instruction a frame is in the middle of. */
struct pending {
	const struct ir_inst *in;
	const struct run_value *regs;
	size_t printed; /* bytes in the output buffer before it */
};

struct trace {
	struct arena *arena;        /* of the result */
	struct arena *texts, *past; /* in turns, so that a long run stays small */
	uint32_t since;             /* entries since they changed places */
	const struct goal *goal;
	const struct model *md;
	uint32_t event;
	struct replay_entry head[HEAD], tail[TAIL];
	uint64_t n;
	VEC(struct pending) frames;
	const struct ir_inst ***makers; /* by function and register: who assigns a temporary */
	const struct ir_func *func;     /* of the instruction told about */
	uint32_t index;
	const char *error;
	bool told_repeat;
};

struct trace *trace_new(struct arena *a, const struct goal *g)
{
	struct trace *t = arena_make(a, struct trace);

	t->arena = a;
	t->texts = arena_new(0, NULL);
	t->goal = g;
	t->makers = arena_alloc(a, g->p->funcs.n * sizeof *t->makers);
	return t;
}

static void add(struct trace *t, enum replay_kind kind, struct loc loc, const char *text)
{
	const struct replay_entry e = {kind, t->event, loc,
				       t->n < HEAD ? arena_strdup(t->arena, text) : text};

	if (arena_used(t->texts) > SPACE && t->since++ >= TAIL) {
		arena_free(t->past);
		t->past = t->texts;
		t->texts = arena_new(0, NULL);
		t->since = 0;
	}

	if (t->n < HEAD)
		t->head[t->n] = e;
	else
		t->tail[(t->n - HEAD) % TAIL] = e;
	t->n++;
}

/* --- describing --- */

static const char *number_text(struct trace *t, int64_t n)
{
	bool address = (uint64_t)n >= 0xffff000000000000u && n < -(1 << 24);

	return arena_printf(t->texts, address ? "%#llx" : "%lld", (long long)n);
}

static const char *string_text(struct trace *t, const char *s, size_t len)
{
	size_t shown = len > LONGEST ? LONGEST - 16 : len;
	const char *text = text_escape(t->texts, s, shown);

	return shown == len ? arena_printf(t->texts, "\"%s\"", text)
			    : arena_printf(t->texts, "\"%s\"... (%zu bytes)", text, len);
}

static const char *value_text(struct trace *t, const struct run_value *v, bool text)
{
	return text ? string_text(t, v->s, v->len) : number_text(t, v->n);
}

static bool is_text(const struct trace *t, uint32_t reg)
{
	return t->func->regs.v[reg].type == IR_STR;
}

static const char *reg_value(struct trace *t, const struct run_value *regs, uint32_t reg)
{
	return reg == IR_NONE ? "*" : value_text(t, &regs[reg], is_text(t, reg));
}

static const struct ir_inst *maker_of(struct trace *t, uint32_t reg)
{
	const struct ir_inst **of = t->makers[t->index];

	if (!of) {
		of = t->makers[t->index] = arena_alloc(t->arena, t->func->regs.n * sizeof *of);
		vec_each(b, &t->func->blocks)
			vec_each(i, &t->func->blocks.v[b].insts) {
				const struct ir_inst *in = &t->func->blocks.v[b].insts.v[i];

				if (in->dst != IR_NONE)
					of[in->dst] = in;
			}
	}
	return of[reg];
}

static const char *global_name(const struct trace *t, const struct ir_inst *in)
{
	return t->goal->p->globals.v[in->global].name;
}

static const char *symbol_of(enum ir_op op)
{
	static const char *const symbols[OP_COUNT] = {
		[OP_ADD] = "+",  [OP_SUB] = "-",  [OP_MUL] = "*",    [OP_DIV] = "/",
		[OP_MOD] = "%",  [OP_AND] = "&",  [OP_OR] = "|",     [OP_XOR] = "^",
		[OP_SHL] = "<<", [OP_SHR] = ">>", [OP_USHR] = ">>>", [OP_EQ] = "==",
		[OP_NE] = "!=",  [OP_LT] = "<",   [OP_LE] = "<=",    [OP_GT] = ">",
		[OP_GE] = ">=",  [OP_NEG] = "-",  [OP_NOT] = "~",    [OP_CONCAT] = ".",
	};

	return symbols[op];
}

static const char *describe(struct trace *t, uint32_t reg, int nesting);

static const char *element_text(struct trace *t, const struct ir_inst *in, int nesting)
{
	const struct ir_global *g = &t->goal->p->globals.v[in->global];
	const char *s = g->name;

	for (uint32_t i = 0; i < g->nkeys && i < in->nargs; i++)
		s = arena_printf(t->texts, "%s%s%s", s, i ? ", " : "[",
				 in->args[i] == IR_NONE ? "*" : describe(t, in->args[i], nesting));
	return g->nkeys && in->nargs ? arena_printf(t->texts, "%s]", s) : s;
}

static const char *operation(struct trace *t, const struct ir_inst *in, int nesting)
{
	const char *symbol = symbol_of(in->op), *a;

	if (!symbol || in->nargs == 0)
		return "a value";
	a = describe(t, in->args[0], nesting + 1);
	if (in->nargs == 1)
		return arena_printf(t->texts, "%s%s", symbol, a);
	return arena_printf(t->texts, nesting ? "(%s %s %s)" : "%s %s %s", a, symbol,
			    describe(t, in->args[1], nesting + 1));
}

static const char *statistic(struct trace *t, const struct ir_inst *in, int nesting)
{
	static const char *const words[] = {"count", "sum", "min", "max", "avg", "variance"};

	return arena_printf(t->texts, "@%s(%s)", in->imm >= 0 && in->imm < 6 ? words[in->imm] : "?",
			    element_text(t, in, nesting + 1));
}

static const char *made_by(struct trace *t, const struct ir_inst *in, int nesting)
{
	if (in->op == OP_CONST)
		return number_text(t, in->imm);
	if (in->op == OP_STR)
		return string_text(t, in->str, strlen(in->str));
	if (in->op == OP_MOV || in->op == OP_INDEX)
		return describe(t, in->args[0], nesting + 1);
	if (in->op == OP_GLOAD)
		return global_name(t, in);
	if (in->op == OP_MGET)
		return element_text(t, in, nesting + 1);
	if (in->op == OP_MIN_)
		return arena_printf(t->texts, "%s is there", element_text(t, in, nesting + 1));
	if (in->op == OP_SGET)
		return statistic(t, in, nesting);
	if (in->op == OP_CONTEXT && in->str)
		return *in->str == '$' || *in->str == '@' ? in->str
							  : arena_printf(t->texts, "$%s", in->str);
	if ((in->op == OP_LOAD || in->op == OP_LOADSTR) && in->mem->what)
		return in->mem->what;
	if (in->op == OP_INTRINSIC)
		return arena_printf(t->texts, in->nargs ? "%s(..)" : "%s()",
				    ir_intrinsic((enum intrinsic)in->imm)->name);
	if (in->op == OP_CALL && in->ncallees)
		return arena_printf(t->texts, "%s(..)", t->goal->p->funcs.v[in->callees[0]].name);
	return operation(t, in, nesting);
}

static const char *describe(struct trace *t, uint32_t reg, int nesting)
{
	const char *name = t->func->regs.v[reg].name;
	const struct ir_inst *in;

	if (name)
		return name;
	in = maker_of(t, reg);
	return in && nesting <= MAX_NESTING ? made_by(t, in, nesting) : "..";
}

/* "a[k]" with the keys as they are. */
static const char *element_now(struct trace *t, const struct ir_inst *in,
			       const struct run_value *regs)
{
	const struct ir_global *g = &t->goal->p->globals.v[in->global];
	const char *s = g->name;

	for (uint32_t i = 0; i < g->nkeys && i < in->nargs; i++)
		s = arena_printf(t->texts, "%s%s%s", s, i ? ", " : "[",
				 reg_value(t, regs, in->args[i]));
	return g->nkeys && in->nargs ? arena_printf(t->texts, "%s]", s) : s;
}

/* --- after an instruction --- */

static void assigned(struct trace *t, const struct ir_inst *in, const struct run_value *regs)
{
	const char *name = t->func->regs.v[in->dst].name;
	const char *what = name ? name : describe(t, in->dst, 0);

	add(t, REPLAY_STEP, in->loc,
	    arena_printf(t->texts, name ? "%s = %s" : "%s is %s", what,
			 reg_value(t, regs, in->dst)));
}

static bool worth_telling(const struct ir_inst *in)
{
	return in->op == OP_CONTEXT || in->op == OP_LOAD || in->op == OP_LOADSTR ||
	       in->op == OP_GLOAD || in->op == OP_MGET || in->op == OP_SGET || in->op == OP_CALL ||
	       in->op == OP_HGET || in->op == OP_EMBEDDED || in->op == OP_ERRMSG ||
	       (in->op == OP_INTRINSIC &&
		ir_intrinsic((enum intrinsic)in->imm)->effects & EFFECT_READS);
}

static void acted(struct trace *t, const struct ir_inst *in, const struct run_value *regs)
{
	const struct intrinsic_info *info = ir_intrinsic((enum intrinsic)in->imm);
	const char *args = "";
	bool harmless =
		in->imm == INTRINSIC_EXIT || in->imm == INTRINSIC_LOG || in->imm == INTRINSIC_WARN;

	if (!(info->effects & EFFECT_ACTS))
		return;
	for (uint32_t i = 0; i < in->nargs; i++)
		args = arena_printf(t->texts, "%s%s%s", args, i ? ", " : "",
				    reg_value(t, regs, in->args[i]));
	add(t, REPLAY_STEP, in->loc,
	    arena_printf(t->texts, "%s(%s)%s", info->name, args,
			 harmless ? "" : ", which is not done here"));
}

static void printed(struct trace *t, const struct pending *p)
{
	const struct output *o = &t->md->m->out;

	if (o->n > p->printed)
		add(t, REPLAY_STEP, p->in->loc,
		    arena_printf(t->texts, "prints %s",
				 string_text(t, o->buf + p->printed, o->n - p->printed)));
}

static void wrote(struct trace *t, const struct ir_inst *in, const struct run_value *regs)
{
	const char *element = element_now(t, in, regs), *format = "%s = %s";
	uint32_t from = in->nargs ? in->args[in->nargs - 1] : IR_NONE;

	if (in->op == OP_MDEL || in->op == OP_GCLEAR) {
		add(t, REPLAY_STEP, in->loc, arena_printf(t->texts, "delete %s", element));
		return;
	}
	if (in->op == OP_SADD)
		format = "%s <<< %s";
	add(t, REPLAY_STEP, in->loc,
	    arena_printf(t->texts, format, element, reg_value(t, regs, from)));
}

/* Gives a variable a first value that no read sees. */
static bool is_unread(const struct trace *t, const struct ir_inst *in)
{
	const struct obligation *all = t->goal->p->obligations.v;

	return in->nobligations && all[in->obligation].kind == OBL_INITIALISED &&
	       proven_verdict(t->md->m->pv, in->obligation)->status == VERDICT_PROVED;
}

/* The instruction p is done: what it did. */
static void done(struct trace *t, const struct pending *p)
{
	const struct ir_inst *in = p->in;

	if (is_unread(t, in))
		return;
	if (in->op == OP_GSTORE || in->op == OP_MSET || in->op == OP_SADD || in->op == OP_MDEL ||
	    in->op == OP_GCLEAR)
		wrote(t, in, p->regs);
	else if (in->op == OP_PRINT || (in->op == OP_HPRINT && in->dst == IR_NONE))
		printed(t, p);
	else if (in->op == OP_INTRINSIC && in->dst == IR_NONE)
		acted(t, in, p->regs);
	else if (in->op == OP_STORE)
		add(t, REPLAY_STEP, in->loc,
		    arena_printf(t->texts, "%s = %s, in memory",
				 in->mem->what ? in->mem->what : "memory",
				 reg_value(t, p->regs, in->args[1])));
	else if (in->dst != IR_NONE && (t->func->regs.v[in->dst].name || worth_telling(in)))
		assigned(t, in, p->regs);
}

/* --- before one --- */

static void tested(struct trace *t, const struct ir_inst *in, const struct run_value *regs)
{
	const struct ir_inst *by = maker_of(t, in->args[0]);
	const char *what = describe(t, in->args[0], 0), *values = "";

	if (t->func->regs.v[in->args[0]].name)
		by = NULL;
	for (uint32_t i = 0; by && by->global == IR_NONE && symbol_of(by->op) && i < by->nargs; i++)
		values = arena_printf(t->texts, "%s%s%s", values,
				      i ? arena_printf(t->texts, " %s ", symbol_of(by->op)) : ": ",
				      reg_value(t, regs, by->args[i]));
	add(t, REPLAY_STEP, in->loc,
	    arena_printf(t->texts, "%s%s is %s", what, values,
			 regs[in->args[0]].n ? "true" : "false"));
}

static void called(struct trace *t, const struct ir_inst *in, const struct run_value *regs)
{
	const char *args = "";

	for (uint32_t i = 0; i < in->nargs; i++)
		args = arena_printf(t->texts, "%s%s%s", args, i ? ", " : "",
				    reg_value(t, regs, in->args[i]));
	add(t, REPLAY_STEP, in->loc,
	    arena_printf(t->texts, "calls %s(%s)", t->goal->p->funcs.v[in->callees[0]].name, args));
}

static void visited(struct trace *t, const struct pending *p, const struct run_watch *w)
{
	const struct ir_iter *it = &t->func->iters.v[p->in->imm];
	const char *keys = "";

	if (w->block != p->in->target[0] || p->in->target[0] == p->in->target[1]) {
		add(t, REPLAY_STEP, p->in->loc, "the foreach has no more elements");
		return;
	}
	for (uint32_t i = 0; i < it->nkeys; i++)
		if (it->key_regs[i] != IR_NONE)
			keys = arena_printf(t->texts, "%s%s%s = %s", keys, *keys ? ", " : "",
					    describe(t, it->key_regs[i], 0),
					    reg_value(t, w->regs, it->key_regs[i]));
	if (it->value_reg != IR_NONE)
		keys = arena_printf(t->texts, "%s%s%s = %s", keys, *keys ? ", " : "",
				    describe(t, it->value_reg, 0),
				    reg_value(t, w->regs, it->value_reg));
	add(t, REPLAY_STEP, p->in->loc,
	    *keys ? arena_printf(t->texts, "the foreach takes %s", keys)
		  : "the foreach takes an element");
}

static void new_round(struct trace *t)
{
	const struct goal *g = t->goal;

	if (g->repeats && !t->told_repeat) {
		t->told_repeat = true;
		add(t, REPLAY_REMARK, (struct loc){0},
		    "the same loop again, and nothing has changed since the round before");
	} else if (g->rounds > 0 && g->rounds < ROUNDS_SHOWN) {
		add(t, REPLAY_REMARK, (struct loc){0},
		    arena_printf(t->texts, "round %lld of the loop", (long long)g->rounds + 1));
	}
}

void trace_begin(struct trace *t, const struct model *md, const struct ir_attach *at,
		 uint32_t event)
{
	t->md = md;
	t->event = event;
	t->frames.n = 0;
	add(t, REPLAY_EVENT, at->loc,
	    at->text ? at->text : md->m->program->funcs.v[at->handler].name);
}

/* Is next what follows in, in the same block? */
static bool follows(const struct ir_inst *in, const struct run_watch *w)
{
	return !ir_op_ends(in->op) && w->in == in + 1;
}

static void look_at(struct trace *t, uint32_t func)
{
	t->index = func;
	t->func = &t->goal->p->funcs.v[func];
}

void trace_step(struct trace *t, const struct run_watch *w)
{
	struct machine *m = t->md->m;
	const struct pending none = {0};
	struct pending *p;

	while (t->frames.n > w->depth + 1)
		t->frames.n--;
	while (t->frames.n < w->depth + 1)
		vec_push(t->arena, &t->frames, none);
	p = &t->frames.v[w->depth];
	look_at(t, w->func);
	if (p->in && follows(p->in, w))
		done(t, p);
	else if (p->in && p->in->op == OP_NEXT_)
		visited(t, p, w);
	if (goal_new_round(t->goal, w))
		new_round(t);
	if (w->in->op == OP_PRINT || w->in->op == OP_HPRINT)
		output_flush(&m->out);
	*p = (struct pending){w->in, w->regs, m->out.n};
	if (w->in->op == OP_BRANCH)
		tested(t, w->in, w->regs);
	else if (w->in->op == OP_CALL)
		called(t, w->in, w->regs);
}

/* The operands of what failed. */
static void operands(struct trace *t, const struct ir_inst *in, const struct run_value *regs)
{
	const char *what = NULL;

	if (in->op == OP_DIV || in->op == OP_MOD)
		what = arena_printf(t->texts, "%s: the divisor is %s", operation(t, in, 0),
				    reg_value(t, regs, in->args[1]));
	else if (in->op == OP_INDEX || in->op == OP_HGET)
		what = arena_printf(
			t->texts, "the index is %s",
			reg_value(t, regs, in->args[in->op == OP_INDEX ? 0 : in->nargs - 1]));
	else if (in->op == OP_LOAD || in->op == OP_LOADSTR || in->op == OP_STORE)
		what = arena_printf(
			t->texts, "%s %s at address %s", in->op == OP_STORE ? "writes" : "reads",
			in->mem->what ? in->mem->what : "memory", reg_value(t, regs, in->args[0]));
	else if (in->op == OP_MSET || in->op == OP_SADD)
		what = arena_printf(t->texts, "%s is new, and there are %lld elements",
				    element_now(t, in, regs),
				    (long long)t->md->m->globals[in->global].array->count);
	else if (in->op == OP_SGET || in->op == OP_HPRINT)
		what = arena_printf(t->texts, "%s has no sample", element_now(t, in, regs));
	if (what)
		add(t, REPLAY_STEP, in->loc, what);
}

void trace_fault(struct trace *t, const struct ir_inst *in)
{
	char line[PRINTER_MAX];
	struct printer p = {.buf = line, .cap = sizeof line - 1};
	struct machine *m = t->md->m;
	uint32_t depth = m->depth - 1;

	if (m->fault == FAULT_ABORT || m->fault == FAULT_STOPPED)
		return;
	if (depth < t->frames.n && t->frames.v[depth].in == in) {
		look_at(t, m->frames[depth]->code->index);
		operands(t, in, t->frames.v[depth].regs);
		t->frames.v[depth].in = NULL;
	}
	fault_describe(m, &p);
	t->error = arena_strndup(t->arena, line, p.n);
	add(t, REPLAY_ERROR, in->loc, arena_printf(t->texts, "ERROR: %s", t->error));
}

void trace_wraps(struct trace *t, const struct run_watch *w)
{
	const struct ir_inst *in = w->in;
	const char *left, *right;

	if (in->nargs < 2)
		return;
	look_at(t, w->func);
	left = reg_value(t, w->regs, in->args[0]);
	right = reg_value(t, w->regs, in->args[1]);
	add(t, REPLAY_STEP, in->loc,
	    arena_printf(t->texts, "%s: %s %s %s, of which 64 bits are kept", operation(t, in, 0),
			 left, symbol_of(in->op), right));
}

void trace_cut(struct trace *t, const struct ir_inst *in)
{
	add(t, REPLAY_STEP, in->loc,
	    arena_printf(t->texts, "the string is longer than %u bytes and is cut",
			 t->md->m->max_text));
}

const char *trace_finish(struct trace *t, struct replay_result *r)
{
	uint64_t tail = t->n > HEAD ? t->n - HEAD : 0, kept = tail < TAIL ? tail : TAIL;

	r->omitted = tail - kept;
	r->omitted_at = HEAD;
	r->trace = arena_alloc(t->arena, (HEAD + TAIL) * sizeof *r->trace);
	for (uint64_t i = 0; i < t->n && i < HEAD; i++)
		r->trace[r->ntrace++] = t->head[i];
	for (uint64_t i = 0; i < kept; i++) {
		struct replay_entry e = t->tail[(r->omitted + i) % TAIL];

		e.text = arena_strdup(t->arena, e.text);
		r->trace[r->ntrace++] = e;
	}
	arena_free(t->past);
	arena_free(t->texts);
	return t->error;
}
