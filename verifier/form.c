/*
 * Forms: a small relational analysis beside the intervals.  Over one iteration
 * of a loop, with inner loops collapsed to "may change what they change", it
 * says by how much a variable moves, and at an exit that every iteration
 * passes, what is compared with what.  Integer offsets are taken modulo 2^64;
 * that nothing wraps is for the user of the form to show.  It follows values
 * through registers, and through globals under the atomic model.
 */
#include "verifier/form.h"
#include "verifier/zone.h"

#include <string.h>

enum mode { MODE_BLOCK /* forms are relative to the start of the block */, MODE_LOOP };

#define FAR ((int64_t)1 << 40) /* offsets beyond this are not followed */

struct forms {
	bool reached;
	struct form v[FORM_SLOTS];
};

struct cell { /* what a slot holds now, if set in this block */
	uint32_t stamp;
	bool tested;
	struct form form;
	struct test test; /* it is the truth of this */
};

struct escape {
	bool function, splits; /* out of the function; splits: see struct iteration */
	VEC(uint32_t) blocks;
};

struct jump {
	uint32_t slot; /* SLOT_NONE: none is under way */
	struct form form;
	struct interval range; /* before */
};

struct former {
	struct arena *arena;
	const struct invariants *inv;
	uint32_t func, loop, now;
	enum mode mode;
	struct flow fl;
	struct cell *cells; /* slots, then local registers */
	uint32_t *spine;    /* block: 1 + the last loop in which every iteration passes it */
	uint32_t *nodes;
	uint32_t *modified;  /* slot: 1 + the last loop found to change it */
	struct forms *entry; /* block */
	struct forms cur, failing;
	struct jump jump;
	struct escape *escapes; /* loop: ways out that may be taken */
	struct iteration *it;
	struct forms latch;
	form_call_fn on_call;
	void *ctx;
	uint32_t branch; /* form_side: only this branch's one side is taken, or IR_NONE */
	int side;
	struct interval found; /* of form_entry and form_limit */
	uint32_t want, want_reg;
	bool named; /* of form_apart: the other's value at the header of the loop around */
};

static const struct form none = {.kind = FORM_NONE};

/* --- forms --- */

static bool same_form(const struct form *a, const struct form *b)
{
	return a->kind == b->kind && a->base == b->base &&
	       (a->kind != FORM_STEADY || a->low == b->low);
}

static struct form join_form(struct form a, struct form b)
{
	if (!same_form(&a, &b) || (a.kind == FORM_SHRINK && a.how != b.how))
		return none;
	if (b.low < a.low)
		a.low = b.low;
	if ((a.kind == FORM_LINEAR || a.kind == FORM_GROW) && b.high > a.high)
		a.high = b.high;
	return a;
}

static void join_forms(struct forms *into, const struct forms *from, uint32_t n)
{
	if (!into->reached) {
		*into = *from;
		into->reached = true;
		return;
	}
	for (uint32_t i = 0; i < n; i++)
		into->v[i] = join_form(into->v[i], from->v[i]);
}

static struct form moved(struct form f, struct interval by)
{
	if (f.kind != FORM_LINEAR || by.low < -FAR || by.high > FAR)
		return none;
	f.low += by.low;
	f.high += by.high;
	return f.low < -FAR || f.high > FAR ? none : f;
}

static bool fresh(const struct form *f)
{
	return f->kind == FORM_LINEAR && f->low == 0 && f->high == 0;
}

static struct form shrunk(struct form f, enum shrink how, int64_t by)
{
	bool first = fresh(&f);

	if (by < 2 || (!first && !(f.kind == FORM_SHRINK && f.how == how)))
		return none;
	f.low = first || by < f.low ? by : f.low;
	f.high = 0;
	f.kind = FORM_SHRINK;
	f.how = how;
	return f;
}

static struct form grown(struct form f, int64_t low, int64_t high)
{
	bool first = fresh(&f);

	if (low < 2 || high > FAR || (!first && f.kind != FORM_GROW))
		return none;
	f.low = first ? low : f.low > FAR / low ? FAR : f.low * low;
	if (!first && f.high > FAR / high)
		return none;
	f.high = first ? high : f.high * high;
	f.kind = FORM_GROW;
	return f;
}

static struct form cut(struct form f, int64_t by)
{
	if (by < 1 || (!fresh(&f) && f.kind != FORM_CUT))
		return none;
	f.low = f.kind == FORM_CUT && f.low > by ? f.low : by;
	f.high = 0;
	f.kind = FORM_CUT;
	return f;
}

/* --- cells --- */

static uint32_t candidate(const struct former *fm, uint32_t slot)
{
	for (uint32_t i = 0; fm->it && i < fm->it->nslots; i++)
		if (fm->it->slots[i] == slot)
			return i;
	return IR_NONE;
}

static struct cell *cell_of(struct former *fm, uint32_t slot)
{
	return &fm->cells[slot & SLOT_LOCAL ? fm->fl.sp.sh->nslots + (slot & ~SLOT_LOCAL) : slot];
}

static struct form slot_form(struct former *fm, uint32_t slot)
{
	struct cell *c = cell_of(fm, slot);
	uint32_t i;

	if (c->stamp == fm->now)
		return c->form;
	if (slot & SLOT_LOCAL)
		return none;
	if (fm->mode == MODE_BLOCK)
		return (struct form){.kind = FORM_LINEAR, .base = slot};
	i = candidate(fm, slot);
	if (i != IR_NONE)
		return fm->cur.v[i];
	if (fm->modified[slot] == fm->loop + 1)
		return none;
	return (struct form){.kind = FORM_STEADY, .base = slot};
}

static struct cell *set_form(struct former *fm, uint32_t slot, struct form f)
{
	struct cell *c = cell_of(fm, slot);
	uint32_t i = slot & SLOT_LOCAL ? IR_NONE : candidate(fm, slot);

	c->stamp = fm->now;
	c->tested = false;
	c->form = f;
	if (i != IR_NONE)
		fm->cur.v[i] = f;
	return c;
}

static uint32_t slot_of(const struct former *fm, uint32_t reg)
{
	return fm->fl.sp.sh->slot_of_reg[reg];
}

static struct form form_of(struct former *fm, uint32_t reg)
{
	return slot_form(fm, slot_of(fm, reg));
}

static struct interval range_of(const struct former *fm, uint32_t reg)
{
	return transfer_reg(&fm->fl, reg).range;
}

/* --- instructions --- */

static void copy(struct former *fm, uint32_t to, uint32_t from)
{
	struct cell old = *cell_of(fm, from);
	struct cell *c = set_form(fm, to, slot_form(fm, from));

	if (old.stamp == fm->now && old.tested) {
		c->tested = true;
		c->test = old.test;
	}
}

static struct form sum(struct former *fm, const struct ir_inst *in)
{
	struct form f = form_of(fm, in->args[0]);

	if (f.kind == FORM_LINEAR)
		return moved(f, range_of(fm, in->args[1]));
	return moved(form_of(fm, in->args[1]), range_of(fm, in->args[0]));
}

static struct form difference(struct former *fm, const struct ir_inst *in)
{
	struct interval by = range_of(fm, in->args[1]);

	if (by.low <= -FAR || by.high >= FAR)
		return none;
	return moved(form_of(fm, in->args[0]), interval_neg(by));
}

static struct form quotient(struct former *fm, const struct ir_inst *in)
{
	struct interval by = range_of(fm, in->args[1]);
	struct form f = form_of(fm, in->args[0]);

	if (in->op == OP_DIV) {
		if (by.low >= 2)
			return shrunk(f, SHRINK_DIVIDE, by.low);
		return by.high <= -2 && by.low > INT64_MIN ? shrunk(f, SHRINK_DIVIDE, -by.high)
							   : none;
	}
	by = interval_count(by);
	if (by.low < 1)
		return none;
	return shrunk(f, in->op == OP_SHR ? SHRINK_SHIFT : SHRINK_LOGICAL,
		      (int64_t)1 << (by.low < 62 ? by.low : 62));
}

static bool range_factor(struct interval by, int64_t *low, int64_t *high)
{
	*low = by.low;
	*high = by.high;
	return by.low >= 2 && by.high <= FAR;
}

static struct form product(struct former *fm, const struct ir_inst *in)
{
	struct interval count;
	int64_t low, high;

	if (in->op == OP_SHL) {
		count = interval_count(range_of(fm, in->args[1]));
		if (count.low < 1 || count.high > 40)
			return none;
		return grown(form_of(fm, in->args[0]), (int64_t)1 << count.low,
			     (int64_t)1 << count.high);
	}
	if (range_factor(range_of(fm, in->args[1]), &low, &high))
		return grown(form_of(fm, in->args[0]), low, high);
	if (range_factor(range_of(fm, in->args[0]), &low, &high))
		return grown(form_of(fm, in->args[1]), low, high);
	return none;
}

static bool is_steady(struct former *fm, uint32_t reg)
{
	return form_of(fm, reg).kind == FORM_STEADY || interval_single(range_of(fm, reg));
}

/* What is computed from what does not change does not change. */
static struct form computed(struct former *fm, const struct ir_inst *in, struct form f)
{
	if (f.kind == FORM_NONE && is_steady(fm, in->args[0]) && is_steady(fm, in->args[1]))
		return (struct form){.kind = FORM_STEADY,
				     .base = SLOT_NONE,
				     .low = fm->fl.sp.sh->serial[fm->fl.block] + fm->fl.inst};
	return f;
}

static bool relation(enum ir_op op, enum interval_relation *rel)
{
	static const struct {
		enum ir_op op;
		enum interval_relation rel;
	} table[] = {
		{OP_EQ, REL_EQ}, {OP_NE, REL_NE}, {OP_LT, REL_LT},
		{OP_LE, REL_LE}, {OP_GT, REL_GT}, {OP_GE, REL_GE},
	};

	for (uint32_t i = 0; i < 6; i++)
		if (table[i].op == op) {
			*rel = table[i].rel;
			return true;
		}
	return false;
}

static bool zero(struct interval v)
{
	return interval_single(v) && v.low == 0;
}

static bool inherited(struct former *fm, uint32_t reg, bool same, struct test *out)
{
	struct cell *c = cell_of(fm, slot_of(fm, reg));

	if (c->stamp != fm->now || !c->tested)
		return false;
	*out = c->test;
	if (!same)
		out->rel = interval_negate(out->rel);
	return true;
}

static void compare(struct former *fm, const struct ir_inst *in, enum interval_relation rel)
{
	uint32_t a = in->args[0], b = in->args[1];
	struct test t = {.rel = rel, .loc = in->loc, .block = fm->fl.block, .inst = fm->fl.inst};
	bool logical = rel == REL_EQ || rel == REL_NE;
	struct cell *c;

	t.xr = range_of(fm, a);
	t.yr = range_of(fm, b);
	t.x = form_of(fm, a);
	t.y = form_of(fm, b);
	/* a condition compared with zero is that condition, or its negation */
	if (logical && zero(t.yr) && inherited(fm, a, rel == REL_NE, &t))
		;
	else if (logical && zero(t.xr))
		inherited(fm, b, rel == REL_NE, &t);
	c = set_form(fm, slot_of(fm, in->dst), none);
	c->tested = true;
	c->test = t;
}

static bool empty_text(const struct former *fm, uint32_t reg)
{
	struct interval r = range_of(fm, reg);

	return interval_single(r) && r.low == 0;
}

/* Whether a string is the empty one is a test of its length. */
static void compare_text(struct former *fm, const struct ir_inst *in)
{
	uint32_t a = in->args[0], b = in->args[1];
	struct cell *c = set_form(fm, slot_of(fm, in->dst), none);

	if (empty_text(fm, a) == empty_text(fm, b))
		return;
	if (empty_text(fm, a))
		a = b;
	c->tested = true;
	c->test = (struct test){.rel = REL_GT, .loc = in->loc, .yr = interval_constant(0)};
	c->test.block = fm->fl.block;
	c->test.inst = fm->fl.inst;
	c->test.swapped = a != in->args[0];
	c->test.x = form_of(fm, a);
	c->test.xr = range_of(fm, a);
}

static struct form of_intrinsic(struct former *fm, const struct ir_inst *in)
{
	const struct ir_block *b = &fm->fl.sp.f->blocks.v[fm->fl.block];

	if (in->imm == INTRINSIC_STRLEN)
		return form_of(fm, in->args[0]);
	if (in->imm == INTRINSIC_SUBSTR)
		return cut(form_of(fm, in->args[0]), range_of(fm, in->args[1]).low);
	if (fm->inv->model == MODEL_ATOMIC && effects_next_token(b, in))
		return (struct form){.kind = FORM_TOKEN, .base = SLOT_NONE};
	return none;
}

static struct form of_call(const struct former *fm, const struct ir_inst *in)
{
	if (fm->inv->model == MODEL_ATOMIC && in->ncallees == 1 &&
	    fm->inv->e->token[in->callees[0]])
		return (struct form){.kind = FORM_TOKEN, .base = SLOT_NONE};
	return none;
}

static struct form of_context(const struct former *fm, const struct ir_inst *in)
{
	if (fm->mode != MODE_LOOP || !effects_keeps(fm->inv->e, fm->func, in))
		return none;
	return (struct form){.kind = FORM_STEADY,
			     .base = SLOT_NONE,
			     .low = fm->fl.sp.sh->serial[fm->fl.block] + fm->fl.inst};
}

static void clear_slots(void *ctx, uint32_t reg)
{
	struct former *fm = ctx;

	set_form(fm, slot_of(fm, reg), none);
}

static void clear_changed(struct former *fm, const struct ir_inst *in)
{
	const struct shape *sh = fm->fl.sp.sh;

	for (uint32_t c = 0; c < in->ncallees; c++)
		for (uint32_t i = 0;
		     (i = effects_next_change(fm->inv->e, in->callees[c], sh, i)) != IR_NONE; i++)
			set_form(fm, sh->global_slot0 + i, none);
	if (in->op == OP_EMBEDDED && shape_embedded_writes(in->str))
		for (uint32_t i = 0; i < sh->nglobals; i++)
			set_form(fm, sh->global_slot0 + i, none);
}

static void apply(struct former *fm, const struct ir_inst *in)
{
	const struct shape *sh = fm->fl.sp.sh;
	bool atomic = fm->inv->model == MODEL_ATOMIC;
	enum interval_relation rel;

	if (relation(in->op, &rel))
		compare(fm, in, rel);
	else if (in->op == OP_MOV || in->op == OP_INDEX)
		copy(fm, slot_of(fm, in->dst), slot_of(fm, in->args[0]));
	else if (in->op == OP_GLOAD && atomic)
		copy(fm, slot_of(fm, in->dst), shape_global(sh, in->global));
	else if (in->op == OP_GSTORE && atomic)
		copy(fm, shape_global(sh, in->global), slot_of(fm, in->args[0]));
	else if (in->op == OP_ADD)
		set_form(fm, slot_of(fm, in->dst), computed(fm, in, sum(fm, in)));
	else if (in->op == OP_SUB)
		set_form(fm, slot_of(fm, in->dst), computed(fm, in, difference(fm, in)));
	else if (in->op == OP_MUL || in->op == OP_SHL)
		set_form(fm, slot_of(fm, in->dst), computed(fm, in, product(fm, in)));
	else if (in->op == OP_DIV || in->op == OP_SHR || in->op == OP_USHR)
		set_form(fm, slot_of(fm, in->dst), computed(fm, in, quotient(fm, in)));
	else if (in->op == OP_STRCMP)
		compare_text(fm, in);
	else if (in->op == OP_INTRINSIC && in->dst != IR_NONE)
		set_form(fm, slot_of(fm, in->dst), of_intrinsic(fm, in));
	else if (in->op == OP_CONTEXT)
		set_form(fm, slot_of(fm, in->dst), of_context(fm, in));
	else if (in->op == OP_CALL && in->dst != IR_NONE)
		set_form(fm, slot_of(fm, in->dst), of_call(fm, in));
	else
		shape_defs(fm->fl.sp.f, in, clear_slots, fm);
	if (in->op == OP_CALL || in->op == OP_EMBEDDED)
		clear_changed(fm, in);
	if (in->op == OP_GCLEAR || (in->op == OP_GSTORE && !atomic))
		set_form(fm, shape_global(sh, in->global), none);
}

/*
 * A variable set to what has no form, but a range, has moved by as much as that differs from what
 * it held when the iteration began.  The range is there when the instruction has run, so the
 * visit of the next one, which there always is, settles it.
 */
static void land(struct former *fm)
{
	struct jump j = fm->jump;
	struct interval by;
	struct value v;
	__int128 least, most;

	fm->jump.slot = SLOT_NONE;
	if (j.slot == SLOT_NONE)
		return;
	v = state_get(&fm->fl.sp, &fm->fl.cur, j.slot);
	least = (__int128)j.range.low - j.form.high;
	most = (__int128)j.range.high - j.form.low;
	if (interval_empty(j.range) || interval_empty(v.range) || least < INT64_MIN ||
	    most > INT64_MAX)
		return;
	/* the loop's header named what the variable held there */
	by = zone_between(&fm->fl.sp, &fm->fl.cur, &v, SLOT_NONE,
			  state_met(fm->fl.sp.sh->loops[fm->loop].header, j.slot));
	least = v.range.high - least < by.high ? v.range.high - least : by.high;
	most = v.range.low - most > by.low ? v.range.low - most : by.low;
	if (most < -FAR || least > FAR || most > least)
		return;
	j.form.low = (int64_t)most;
	j.form.high = (int64_t)least;
	set_form(fm, j.slot, j.form);
}

static void follow(struct former *fm, const struct ir_inst *in)
{
	uint32_t slot = in->op == OP_GSTORE  ? shape_global(fm->fl.sp.sh, in->global)
			: in->dst != IR_NONE ? slot_of(fm, in->dst)
					     : SLOT_NONE;
	uint32_t i = fm->mode != MODE_LOOP || slot == SLOT_NONE || slot & SLOT_LOCAL
			     ? IR_NONE
			     : candidate(fm, slot);
	struct jump j = {.slot = SLOT_NONE};

	if (i != IR_NONE && fm->cur.v[i].kind == FORM_LINEAR && fm->cur.v[i].base == slot)
		j = (struct jump){slot, fm->cur.v[i],
				  state_get(&fm->fl.sp, &fm->fl.cur, slot).range};
	apply(fm, in);
	if (j.slot != SLOT_NONE && fm->cur.v[i].kind == FORM_NONE)
		fm->jump = j;
}

/* --- exits --- */

static bool inside(const struct former *fm, uint32_t block)
{
	return shape_in_loop(fm->fl.sp.sh, block, fm->loop);
}

static bool has_statement(const struct ir_block *b)
{
	vec_each(i, &b->insts) {
		if (b->insts.v[i].op == OP_STMT)
			return true;
	}
	return false;
}

/* Does an iteration pass a statement on its way to the block? */
static bool is_late(const struct former *fm, uint32_t block)
{
	const struct shape *sh = fm->fl.sp.sh;
	uint32_t header = sh->loops[fm->loop].header;

	for (; !has_statement(&fm->fl.sp.f->blocks.v[block]); block = sh->idom[block])
		if (block == header)
			return false;
	return true;
}

static void note_exit(struct former *fm, uint32_t to)
{
	struct escape *e = &fm->escapes[fm->loop];

	fm->it->exits = true;
	if (fm->branch != IR_NONE && !fm->it->late)
		fm->it->late = fm->fl.sp.sh->loop_of[fm->fl.block] != fm->loop ||
			       is_late(fm, fm->fl.block);
	vec_push(fm->arena, &e->blocks, to);
}

static void note_leaving(struct former *fm, const struct ir_inst *in)
{
	const struct effects *e = fm->inv->e;
	uint32_t up = fm->fl.sp.f->blocks.v[fm->fl.block].catch;
	bool leaves = in->op == OP_RETURN || in->op == OP_PASS || in->op == OP_ABORT ||
		      in->op == OP_EMBEDDED;
	bool fails = effects_fails(e, fm->func, in);

	for (uint32_t c = 0; c < in->ncallees; c++) {
		leaves |= e->aborts[in->callees[c]];
		fails |= e->raises[in->callees[c]];
	}
	if (leaves || (fails && up == IR_NONE)) {
		fm->it->exits = fm->it->late = true;
		fm->escapes[fm->loop].function = true;
	}
}

/* Does it begin to split another text into tokens? */
static void note_split(struct former *fm, const struct ir_inst *in)
{
	const struct ir_block *b = &fm->fl.sp.f->blocks.v[fm->fl.block];
	bool splits = in->op == OP_INTRINSIC && in->imm == INTRINSIC_TOKENIZE &&
		      !effects_next_token(b, in);

	for (uint32_t c = 0; c < in->ncallees; c++)
		splits |= fm->inv->e->splits[in->callees[c]];
	if (splits)
		fm->escapes[fm->loop].splits = true;
}

static bool every_time(const struct former *fm, uint32_t block)
{
	return fm->spine[block] == fm->loop + 1;
}

/* The blocks that dominate every way back. */
static void mark_spine(struct former *fm)
{
	const struct shape *sh = fm->fl.sp.sh;
	const struct natural *l = &sh->loops[fm->loop];
	uint32_t x = l->latches[0];

	for (uint32_t i = 1; i < l->nlatches; i++)
		x = shape_common(sh, x, l->latches[i]);
	for (;; x = sh->idom[x]) {
		fm->spine[x] = fm->loop + 1;
		if (x == l->header)
			return;
	}
}

/* What holds of the branch's condition on the side taken if it is true, or if it is false. */
static void condition_of(struct former *fm, const struct ir_inst *in, bool truth, struct test *t)
{
	uint32_t reg = in->args[0];

	if (inherited(fm, reg, truth, t))
		return;
	*t = (struct test){.rel = truth ? REL_NE : REL_EQ, .loc = in->loc};
	t->block = fm->fl.block;
	t->inst = fm->fl.inst;
	t->x = form_of(fm, reg);
	t->xr = range_of(fm, reg);
	t->yr = interval_constant(0);
}

static bool condition(struct former *fm, const struct ir_inst *in, struct test *t)
{
	bool stay_if_true = inside(fm, in->target[0]);
	bool forced = fm->fl.block == fm->branch;

	if (stay_if_true == inside(fm, in->target[1]) && !forced)
		return false;
	condition_of(fm, in, forced ? fm->side == 0 : stay_if_true, t);
	return true;
}

static void note_slot(struct former *fm, struct form f)
{
	if (f.kind != FORM_LINEAR && f.kind != FORM_SHRINK)
		return;
	if (fm->modified[f.base] != fm->loop + 1 || candidate(fm, f.base) != IR_NONE)
		return;
	if (fm->it->nslots < FORM_SLOTS)
		fm->it->slots[fm->it->nslots++] = f.base;
}

static void note_test(struct former *fm, const struct ir_inst *in)
{
	struct test t;

	if (in->op == OP_NEXT_) {
		if (fm->mode == MODE_LOOP && inside(fm, in->target[0]) &&
		    !inside(fm, in->target[1]) && fm->it->nwalks < FORM_TESTS)
			fm->it->walks[fm->it->nwalks++] = (uint32_t)in->imm;
		return;
	}
	if (!condition(fm, in, &t))
		return;
	if (fm->mode == MODE_BLOCK) {
		note_slot(fm, t.x);
		note_slot(fm, t.y);
	} else if (fm->fl.block == fm->branch) {
		fm->it->tests[0] = t;
	} else if (fm->it->ntests < FORM_TESTS) {
		t.late = is_late(fm, fm->fl.block);
		fm->it->tests[fm->it->ntests++] = t;
	}
}

/* --- walking --- */

static void loop_visit(struct flow *fl, const struct ir_inst *in)
{
	struct former *fm = fl->ctx;
	bool fails = shape_may_fail(in);

	land(fm);
	if (fm->mode == MODE_LOOP)
		note_split(fm, in);
	if (fails)
		join_forms(&fm->failing, &fm->cur, FORM_SLOTS);
	if ((in->op == OP_BRANCH || in->op == OP_NEXT_) && every_time(fm, fl->block))
		note_test(fm, in);
	if (fm->mode == MODE_LOOP)
		note_leaving(fm, in);
	follow(fm, in);
	if (fails && (in->op == OP_CALL || in->op == OP_EMBEDDED))
		join_forms(&fm->failing, &fm->cur, FORM_SLOTS);
}

/* Along an edge that may be taken, or out of an inner loop as a whole. */
static void arrive(struct former *fm, uint32_t to, const struct forms *forms)
{
	const struct shape *sh = fm->fl.sp.sh;

	if (to == sh->loops[fm->loop].header) {
		fm->it->back = true;
		join_forms(&fm->latch, forms, fm->it->nslots);
	} else if (!inside(fm, to)) {
		note_exit(fm, to);
	} else {
		join_forms(&fm->entry[to], forms, fm->it->nslots);
	}
}

/* Is the edge to the branch's other side? */
static bool turned_away(const struct former *fm, uint32_t to)
{
	const struct ir_block *b = &fm->fl.sp.f->blocks.v[fm->fl.block];

	return fm->fl.block == fm->branch && to == b->insts.v[b->insts.n - 1].target[!fm->side];
}

static void loop_edge(struct flow *fl, uint32_t to, const struct state *st)
{
	struct former *fm = fl->ctx;

	(void)st;
	if (fm->mode == MODE_BLOCK || turned_away(fm, to))
		return;
	arrive(fm, to, &fm->cur);
	if (to == fl->sp.f->blocks.v[fl->block].catch && fm->failing.reached)
		arrive(fm, to, &fm->failing);
}

static void run_block(struct former *fm, uint32_t block)
{
	const struct state *st = &fm->inv->claims[fm->func].at[block];

	if (!st->reachable)
		return;
	fm->now++;
	fm->jump.slot = SLOT_NONE;
	fm->failing.reached = false;
	transfer_block(&fm->fl, block, st);
}

static void run_inner(struct former *fm, uint32_t loop)
{
	const struct natural *l = &fm->fl.sp.sh->loops[loop];
	struct forms f = fm->entry[l->header];

	for (uint32_t m = 0; m < l->nmods; m++) {
		uint32_t i = candidate(fm, l->mods[m]);

		if (i != IR_NONE)
			f.v[i] = none;
	}
	vec_each(i, &fm->escapes[loop].blocks)
		arrive(fm, fm->escapes[loop].blocks.v[i], &f);
	fm->escapes[fm->loop].splits |= fm->escapes[loop].splits;
	if (fm->escapes[loop].function) {
		fm->it->exits = fm->it->late = true;
		fm->escapes[fm->loop].function = true;
	}
}

/* The blocks of the loop and the headers of the loops directly in it, in order. */
static uint32_t list_nodes(struct former *fm, uint32_t *out)
{
	const struct shape *sh = fm->fl.sp.sh;
	const struct natural *l = &sh->loops[fm->loop];
	uint32_t n = 0, own = 0, in = fm->loop + 1;

	while (own < l->nblocks || in < l->inner_end) {
		while (in < l->inner_end && sh->loops[in].parent != fm->loop)
			in++;
		if (in < l->inner_end && (own == l->nblocks || sh->rank[sh->loops[in].header] <
								       sh->rank[l->blocks[own]]))
			out[n++] = sh->loops[in++].header;
		else if (own < l->nblocks)
			out[n++] = l->blocks[own++];
	}
	return n;
}

static void mark_modified(struct former *fm)
{
	const struct natural *l = &fm->fl.sp.sh->loops[fm->loop];

	for (uint32_t i = 0; i < l->nmods; i++)
		fm->modified[l->mods[i]] = fm->loop + 1;
}

/* First pass: which variables do the exits that every iteration passes look at? */
static void find_slots(struct former *fm)
{
	const struct shape *sh = fm->fl.sp.sh;
	const struct natural *l = &sh->loops[fm->loop];

	fm->mode = MODE_BLOCK;
	for (uint32_t i = 0; i < l->nblocks; i++) {
		const struct ir_block *b = &fm->fl.sp.f->blocks.v[l->blocks[i]];

		if (b->insts.v[b->insts.n - 1].op == OP_BRANCH && every_time(fm, l->blocks[i]))
			run_block(fm, l->blocks[i]);
	}
	fm->mode = MODE_LOOP;
}

static void walk_nodes(struct former *fm, uint32_t n)
{
	const struct shape *sh = fm->fl.sp.sh;
	struct forms *first = &fm->entry[sh->loops[fm->loop].header];

	for (uint32_t i = 0; i < n; i++)
		fm->entry[fm->nodes[i]].reached = false;
	first->reached = true;
	for (uint32_t i = 0; i < fm->it->nslots; i++)
		first->v[i] = (struct form){.kind = FORM_LINEAR, .base = fm->it->slots[i]};
	for (uint32_t i = 0; i < n; i++) {
		if (!fm->entry[fm->nodes[i]].reached)
			continue;
		fm->cur = fm->entry[fm->nodes[i]];
		if (sh->loop_of[fm->nodes[i]] == fm->loop)
			run_block(fm, fm->nodes[i]);
		else
			run_inner(fm, sh->loop_at[fm->nodes[i]]);
	}
}

/* One walk; the loop's blocks that every iteration passes are marked, and it->slots are chosen. */
static void iterate(struct former *fm, struct iteration *it)
{
	fm->it = it;
	fm->latch.reached = false;
	walk_nodes(fm, list_nodes(fm, fm->nodes));
	memcpy(it->step, fm->latch.v, sizeof it->step);
	it->splits = fm->escapes[fm->loop].splits;
	fm->it = NULL;
}

static void choose_slots(struct former *fm, struct iteration *it)
{
	fm->it = it;
	fm->fl.visit = loop_visit;
	fm->fl.edge = loop_edge;
	find_slots(fm);
}

struct iteration form_loop(struct former *fm, uint32_t loop)
{
	struct iteration it = {0};

	fm->loop = loop;
	fm->branch = IR_NONE;
	mark_modified(fm);
	mark_spine(fm);
	choose_slots(fm, &it);
	iterate(fm, &it);
	return it;
}

/* --- sides of a branch --- */

uint32_t form_branches(struct former *fm, uint32_t loop, uint32_t out[FORM_BRANCHES])
{
	const struct natural *l = &fm->fl.sp.sh->loops[loop];
	uint32_t n = 0;

	fm->loop = loop;
	for (uint32_t i = 0; i < l->nblocks && n < FORM_BRANCHES; i++) {
		const struct ir_block *b = &fm->fl.sp.f->blocks.v[l->blocks[i]];
		const struct ir_inst *last = &b->insts.v[b->insts.n - 1];

		if (last->op == OP_BRANCH && every_time(fm, l->blocks[i]) &&
		    last->target[0] != last->target[1] && inside(fm, last->target[0]) &&
		    inside(fm, last->target[1]))
			out[n++] = l->blocks[i];
	}
	return n;
}

/* Where every iteration that is in the block goes on, if it stays in the loop: or IR_NONE. */
static uint32_t only_way_on(const struct former *fm, uint32_t block)
{
	const struct ir_block *b = &fm->fl.sp.f->blocks.v[block];
	const struct ir_inst *last = &b->insts.v[b->insts.n - 1];

	if (last->op == OP_JUMP)
		return last->target[0];
	if (last->op != OP_BRANCH || inside(fm, last->target[0]) == inside(fm, last->target[1]))
		return IR_NONE;
	return last->target[!inside(fm, last->target[0])];
}

/* Marks the blocks that iterations on the side pass, as far as they have one way on only. */
static uint32_t mark_side(struct former *fm, uint32_t *marked, uint32_t most)
{
	const struct shape *sh = fm->fl.sp.sh;
	const struct ir_block *b = &fm->fl.sp.f->blocks.v[fm->branch];
	uint32_t n = 0, x = b->insts.v[b->insts.n - 1].target[fm->side];

	while (n < most && x != IR_NONE && x != sh->loops[fm->loop].header &&
	       sh->loop_of[x] == fm->loop && sh->preds_at[x + 1] - sh->preds_at[x] == 1) {
		uint32_t up = fm->fl.sp.f->blocks.v[x].catch;

		if (every_time(fm, x) || (up != IR_NONE && inside(fm, up)))
			break;
		fm->spine[x] = fm->loop + 1;
		marked[n++] = x;
		x = only_way_on(fm, x);
	}
	return n;
}

void form_sides(struct former *fm, uint32_t loop, uint32_t branch, struct iteration out[2])
{
	enum { MOST = 32 };
	struct escape kept = fm->escapes[loop];
	struct iteration seen = {0};
	uint32_t marked[MOST];

	fm->loop = loop;
	fm->branch = branch;
	/* the slots of both sides' conditions first, then what either side does to them */
	for (int pass = 0; pass < 4; pass++) {
		uint32_t n;

		fm->side = pass & 1;
		n = mark_side(fm, marked, MOST);
		if (pass < 2) {
			choose_slots(fm, &seen);
		} else {
			seen.ntests = 1;
			out[fm->side] = seen;
			iterate(fm, &out[fm->side]);
		}
		while (n > 0)
			fm->spine[marked[--n]] = 0;
	}
	fm->branch = IR_NONE;
	fm->escapes[loop] = kept;
}

struct interval form_around(struct former *fm, uint32_t loop, uint32_t slot)
{
	const struct state *at = fm->inv->claims[fm->func].at;

	return state_get(&fm->fl.sp, &at[fm->fl.sp.sh->loops[loop].header], slot).range;
}

/* --- ranges at places --- */

static void entry_edge(struct flow *fl, uint32_t to, const struct state *st)
{
	struct former *fm = fl->ctx;

	if (to == fl->sp.sh->loops[fm->loop].header)
		fm->found = interval_join(fm->found, state_get(&fl->sp, st, fm->want).range);
}

/* Runs the blocks from which the loop is entered, up to that edge. */
static void walk_in(struct former *fm, uint32_t loop, uint32_t slot,
		    void (*edge)(struct flow *, uint32_t, const struct state *))
{
	const struct shape *sh = fm->fl.sp.sh;
	uint32_t h = sh->loops[loop].header;

	fm->loop = loop;
	fm->want = slot;
	fm->found = interval_bottom();
	fm->fl.visit = NULL;
	fm->fl.edge = edge;
	for (uint32_t j = sh->preds_at[h]; j < sh->preds_at[h + 1]; j++)
		if (!shape_in_loop(sh, sh->preds[j], loop))
			run_block(fm, sh->preds[j]);
}

struct interval form_entry(struct former *fm, uint32_t loop, uint32_t slot)
{
	const struct shape *sh = fm->fl.sp.sh;

	if (sh->loops[loop].header == sh->order[0]) /* entered by the call itself */
		return state_any(&fm->fl.sp, slot);
	walk_in(fm, loop, slot, entry_edge);
	return fm->found;
}

static version around(const struct former *fm, uint32_t loop, uint32_t y)
{
	const struct shape *sh = fm->fl.sp.sh;

	return state_met(sh->loops[sh->loops[loop].parent].header, y);
}

/* fm->found: the slots' difference on the ways into the loop; the other's value has a name. */
static void apart_edge(struct flow *fl, uint32_t to, const struct state *st)
{
	struct former *fm = fl->ctx;
	struct value v;
	version ver;

	if (to != fl->sp.sh->loops[fm->loop].header)
		return;
	v = state_get(&fl->sp, st, fm->want);
	ver = fm->named ? around(fm, fm->loop, fm->want_reg)
			: state_get(&fl->sp, st, fm->want_reg).ver;
	fm->found = interval_join(fm->found, zone_between(&fl->sp, st, &v, fm->want_reg, ver));
}

static struct interval apart(struct former *fm, uint32_t loop, uint32_t x, uint32_t y, bool named)
{
	fm->want_reg = y;
	fm->named = named;
	walk_in(fm, loop, x, apart_edge);
	return fm->found;
}

struct interval form_apart(struct former *fm, uint32_t loop, uint32_t x, uint32_t y)
{
	if (fm->fl.sp.sh->loops[loop].header == fm->fl.sp.sh->order[0])
		return interval_top();
	return apart(fm, loop, x, y, false);
}

bool form_starts_at(struct former *fm, uint32_t loop, uint32_t x, uint32_t y)
{
	struct interval by = apart(fm, loop, x, y, true);

	return !interval_empty(by) && interval_single(by);
}

bool form_steady(struct former *fm, uint32_t loop, uint32_t y)
{
	const struct shape *sh = fm->fl.sp.sh;
	const struct state *at = fm->inv->claims[fm->func].at;

	return state_get(&fm->fl.sp, &at[sh->loops[loop].header], y).ver == around(fm, loop, y) &&
	       !state_modifies(&sh->loops[loop], y);
}

static void limit_visit(struct flow *fl, const struct ir_inst *in)
{
	struct former *fm = fl->ctx;

	if (in->op == OP_ITER && (uint32_t)in->imm == fm->want)
		fm->found = interval_join(fm->found, transfer_reg(fl, fm->want_reg).range);
}

static void no_edge(struct flow *fl, uint32_t to, const struct state *st)
{
	(void)fl;
	(void)to;
	(void)st;
}

static bool starts(const struct ir_block *b, uint32_t it)
{
	vec_each(i, &b->insts)
		if (b->insts.v[i].op == OP_ITER && (uint32_t)b->insts.v[i].imm == it)
			return true;
	return false;
}

struct interval form_limit(struct former *fm, uint32_t it, uint32_t reg)
{
	fm->want = it;
	fm->want_reg = reg;
	fm->found = interval_bottom();
	fm->fl.visit = limit_visit;
	fm->fl.edge = no_edge;
	vec_each(b, &fm->fl.sp.f->blocks)
		if (fm->fl.sp.sh->rank[b] != IR_NONE && starts(&fm->fl.sp.f->blocks.v[b], it))
			run_block(fm, b);
	return fm->found;
}

bool form_restarts(struct former *fm, uint32_t loop, uint32_t it)
{
	vec_each(b, &fm->fl.sp.f->blocks)
		if (fm->fl.sp.sh->rank[b] != IR_NONE && shape_in_loop(fm->fl.sp.sh, b, loop) &&
		    starts(&fm->fl.sp.f->blocks.v[b], it))
			return true;
	return false;
}

/* --- calls --- */

/* The parameter whose value on entry the slot still holds at the start of the block. */
static uint32_t parameter(const struct former *fm, uint32_t block, uint32_t slot)
{
	const struct shape *sh = fm->fl.sp.sh;
	const struct state *st = &fm->inv->claims[fm->func].at[block];
	version v = state_get(&fm->fl.sp, st, slot).ver;

	if (sh->irreducible || sh->loop_at[sh->order[0]] != IR_NONE)
		return IR_NONE;
	for (uint32_t i = 0; i < fm->fl.sp.f->nparams; i++)
		if (v == state_met(0, sh->slot_of_reg[i]))
			return i;
	return IR_NONE;
}

static void call_visit(struct flow *fl, const struct ir_inst *in)
{
	struct former *fm = fl->ctx;

	if (in->op == OP_CALL) {
		struct argument *args = arena_alloc(fl->sp.arena, in->nargs * sizeof *args);

		for (uint32_t i = 0; i < in->nargs; i++) {
			struct form f = form_of(fm, in->args[i]);
			uint32_t slot = f.base;

			args[i].range = range_of(fm, in->args[i]);
			if (f.kind == FORM_LINEAR)
				f.base = parameter(fm, fl->block, slot);
			if (f.kind != FORM_LINEAR || f.base == IR_NONE)
				f = none;
			else
				args[i].before =
					state_get(&fl->sp, &fm->inv->claims[fm->func].at[fl->block],
						  slot)
						.range;
			args[i].form = f;
		}
		fm->on_call(fm->ctx, in, fl->block, fl->inst, args);
	}
	follow(fm, in);
}

void form_calls(struct former *fm, form_call_fn fn, void *ctx)
{
	const struct shape *sh = fm->fl.sp.sh;

	fm->on_call = fn;
	fm->ctx = ctx;
	fm->mode = MODE_BLOCK;
	fm->fl.visit = call_visit;
	fm->fl.edge = no_edge;
	for (uint32_t i = 0; i < sh->norder; i++) {
		const struct ir_block *b = &fm->fl.sp.f->blocks.v[sh->order[i]];
		bool calls = false;

		vec_each(k, &b->insts)
			calls |= b->insts.v[k].op == OP_CALL;
		if (calls)
			run_block(fm, sh->order[i]);
	}
}

struct former *form_new(struct arena *a, const struct invariants *inv, uint32_t func)
{
	struct former *fm = arena_make(a, struct former);
	const struct ir_func *f = &inv->p->funcs.v[func];
	const struct shape *sh = inv->shapes[func];

	fm->arena = a;
	fm->inv = inv;
	fm->func = func;
	fm->branch = IR_NONE;
	fixpoint_walk(inv, &fm->fl, a, func);
	fm->fl.sink = NULL;
	fm->fl.ctx = fm;
	fm->cells = arena_alloc(a, (sh->nslots + f->regs.n) * sizeof *fm->cells);
	fm->modified = arena_alloc(a, sh->nslots * sizeof *fm->modified);
	fm->entry = arena_alloc(a, sh->nblocks * sizeof *fm->entry);
	fm->spine = arena_alloc(a, sh->nblocks * sizeof *fm->spine);
	fm->nodes = arena_alloc(a, (sh->norder + sh->nloops) * sizeof *fm->nodes);
	fm->escapes = arena_alloc(a, sh->nloops * sizeof *fm->escapes);
	return fm;
}
