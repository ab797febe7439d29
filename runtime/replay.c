/*
 * The search for a failing run.  Cases are taken from two lists: orders of events
 * with each way of answering, and cases derived from runs already made, in which
 * one answer is changed so that a branch goes the other way or the operand of the
 * goal becomes bad.  Those that lead nearer to the goal, over edges not yet seen,
 * come first.  The same seed gives the same search; it ends with its budget of
 * interpreter steps, never with the clock.
 */
#include "runtime/replay.h"

#include "runtime/schedule.h"
#include "runtime/trace.h"

#include <string.h>

enum {
	MAX_TRIES = 4000,
	MAX_QUEUE = 4096,
	RUN_STEPS = 2000000,
	RUN_COST = 2000, /* what a run costs before its first step */
	DOUBTS = 100,    /* runs made after a failing one, of what is refuted */
	LONG = 20,
	MAX_AMPLIFIED = 16,
	MAX_LEFT_OUT = 6,
	SHORT = 64, /* hits of a run that is worth deriving from */
	TURN = 4,   /* one case in so many is taken in order */
	FILTER = 1 << 16,
};
static const int64_t BUDGET = 60000000;
static const size_t RUN_MEMORY = (size_t)256 << 20;

struct derived {
	const struct model_case *c;
	uint32_t score;
};

struct search {
	struct arena *arena;
	const struct proven *pv;
	const struct ir_program *p;
	struct goal *goal;
	struct run_options opt;
	struct model_pool pool;
	uint8_t **pointers;
	struct schedules schedules;
	uint32_t next_plain; /* of schedules times modes */
	uint64_t seed;
	VEC(struct derived) queue;
	uint8_t **covered; /* by function: two edges a block */
	uint8_t *filter;   /* of cases tried, by hash */
	int64_t left, instructions;
	uint32_t tries, amplified;
	bool asked; /* some run asked the world something */

	/* of the run being made */
	struct model *md;
	struct shadow *sh;
	struct trace *trace;
	const char *misfit;
};

/* --- one run --- */

static void on_step(void *ctx, const struct run_watch *w)
{
	struct search *s = ctx;

	if (s->sh)
		shadow_step(s->sh, w);
	goal_step(s->goal, w);
	if (s->trace)
		trace_step(s->trace, w);
	if (!s->goal->hit)
		return;
	if (s->trace)
		trace_wraps(s->trace, w);
	s->md->stop = true;
}

static void on_answer(void *ctx, uint32_t input, bool again)
{
	struct search *s = ctx;

	if (s->sh)
		shadow_answer(s->sh, input, again);
}

static void on_fault(void *ctx, const struct ir_inst *in)
{
	struct search *s = ctx;

	goal_fault(s->goal, in);
	if (s->trace)
		trace_fault(s->trace, in);
	if (s->goal->hit)
		s->md->stop = true;
}

static void on_cut(void *ctx, const struct ir_inst *in)
{
	struct search *s = ctx;

	goal_cut(s->goal, in);
	if (s->trace && s->goal->hit)
		trace_cut(s->trace, in);
	s->md->stop |= s->goal->hit;
}

static void on_begin(void *ctx, const struct ir_attach *at, uint32_t event)
{
	struct search *s = ctx;

	s->goal->active = false;
	if (s->sh)
		shadow_begin(s->sh);
	if (s->trace)
		trace_begin(s->trace, s->md, at, event);
}

static uint32_t hits_of(const struct model_case *c)
{
	uint32_t n = 0;

	vec_each(i, &c->events)
		n += c->events.v[i].times;
	return n;
}

static void set_model(struct search *s, const struct model_case *c, struct model *md)
{
	*md = (struct model){.given = c,
			     .pool = &s->pool,
			     .pointers = (const uint8_t *const *)s->pointers,
			     .max_steps = RUN_STEPS,
			     .watch = {on_step, on_answer, on_cut, on_fault, on_begin, s}};
}

static void derive(struct search *s, const struct model_case *c);
static void amplify(struct search *s, const struct model_case *c);

static void keep_recording(struct search *s, const struct model_case *c, struct replay_result *r)
{
	vec_each(i, &c->events) {
		struct replay_recording *rec = &r->recording;

		rec->events = arena_room_(s->arena, rec->events, rec->nevents, &rec->cap_events,
					  sizeof *rec->events);
		rec->events[rec->nevents].attach = c->events.v[i].attach;
		rec->events[rec->nevents++].times = c->events.v[i].times;
	}
	vec_each(i, &s->md->inputs) {
		struct replay_input in = s->md->inputs.v[i];

		if (in.written)
			continue;
		in.label = arena_strdup(s->arena, in.label);
		if (in.value.text)
			in.value.text = arena_strdup(s->arena, in.value.text);
		vec_push(s->arena, &r->recording.inputs, in);
	}
}

/* Runs c; true: the goal failed.  With r, what happened is told and kept there. */
static bool run_case(struct search *s, const struct model_case *c, struct replay_result *r)
{
	jmp_buf full;
	struct arena *a = arena_new(RUN_MEMORY, &full);
	struct model *md = arena_make(s->arena, struct model);

	set_model(s, c, md);
	s->md = md;
	s->trace = r ? trace_new(s->arena, s->goal) : NULL;
	s->tries++;
	if (setjmp(full) == 0) {
		s->sh = !r && hits_of(c) <= SHORT ? shadow_new(a, md) : NULL;
		goal_start(s->goal, md, s->sh);
		model_run(md, s->pv, &s->opt, a);
		s->asked |= md->inputs.n > 0;
		if (s->sh && !s->goal->hit) {
			derive(s, c);
			amplify(s, c);
		}
		if (r)
			keep_recording(s, c, r);
	}
	if (r)
		r->error = trace_finish(s->trace, r);
	s->misfit = md->misfit ? arena_strdup(s->arena, md->misfit) : NULL;
	s->left -= md->steps + RUN_COST + s->instructions;
	arena_free(a);
	return s->goal->hit;
}

/* --- deriving cases --- */

static uint64_t hash_case(const struct model_case *c)
{
	uint64_t h = model_mix(c->mode, c->seed);

	vec_each(i, &c->events)
		h = model_mix(model_mix(h, c->events.v[i].attach), c->events.v[i].times);
	vec_each(i, &c->given) {
		const struct replay_input *in = &c->given.v[i];
		const char *text = in->value.text ? in->value.text : "";

		h = model_mix(model_mix(h, in->event), in->occurrence);
		h = model_mix(model_mix(h, map_hash(in->label, strlen(in->label))),
			      (uint64_t)in->value.n);
		h = model_mix(model_mix(h, in->value.kind), map_hash(text, strlen(text)));
	}
	return h;
}

/* Was a case like this made before?  Remembers it. */
static bool known(struct search *s, const struct model_case *c)
{
	uint64_t bit = hash_case(c) % (8 * (uint64_t)FILTER);
	bool was = s->filter[bit / 8] >> (bit % 8) & 1;

	s->filter[bit / 8] |= (uint8_t)(1u << (bit % 8));
	return was;
}

static bool same_question(const struct replay_input *a, const struct replay_input *b)
{
	return a->event == b->event && a->occurrence == b->occurrence &&
	       strcmp(a->label, b->label) == 0;
}

static bool allowed(const struct replay_input *in, const struct replay_value *v)
{
	if (in->written)
		return false;
	switch (v->kind) {
	case REPLAY_NUMBER:
		return in->value.kind == REPLAY_NUMBER && v->n >= in->low && v->n <= in->high;
	case REPLAY_TEXT:
		return in->value.kind == REPLAY_TEXT && (int64_t)strlen(v->text) <= in->high;
	case REPLAY_FAULT: return in->may_fault;
	}
	return false;
}

static void enqueue(struct search *s, const struct model_case *c, uint32_t score)
{
	const struct derived d = {c, score > c->given.n ? score - c->given.n : 0};

	if (s->queue.n < MAX_QUEUE && !known(s, c))
		vec_push(s->arena, &s->queue, d);
}

/* c with one answer changed, for later. */
static void derive_one(struct search *s, const struct model_case *c, uint32_t input,
		       struct replay_value v, uint32_t score)
{
	const struct replay_input *asked = &s->md->inputs.v[input];
	struct model_case *to;
	struct replay_input in = *asked;

	if (s->queue.n >= MAX_QUEUE || !allowed(asked, &v))
		return;
	to = arena_make(s->arena, struct model_case);
	*to = *c;
	memset(&to->given, 0, sizeof to->given);
	vec_each(i, &c->given)
		if (!same_question(&c->given.v[i], asked))
			vec_push(s->arena, &to->given, c->given.v[i]);
	in.label = arena_strdup(s->arena, asked->label);
	in.value = v;
	if (v.text)
		in.value.text = arena_strdup(s->arena, v.text);
	vec_push(s->arena, &to->given, in);
	enqueue(s, to, score);
}

static uint8_t *edge(struct search *s, const struct shadow_branch *b, bool taken)
{
	uint8_t **of = &s->covered[b->index];

	if (!*of)
		*of = arena_alloc(s->arena, 2 * (size_t)b->func->blocks.n);
	return &(*of)[2 * b->block + taken];
}

static uint32_t distance_after(const struct search *s, const struct shadow_branch *b, bool taken)
{
	const struct ir_block *from = &b->func->blocks.v[b->block];
	uint32_t to = from->insts.v[from->insts.n - 1].target[taken ? 0 : 1];

	return s->goal->distance[s->goal->first_block[b->index] + to];
}

enum {
	AMPLIFIED = 90000,
	WISH = 100000,
	NEWS = 50000,
	FARTHEST = 1000,
	AGAIN = 20000,
	ASIDE = 10000,
	FAILING = 5000
};

static uint32_t score_of(const struct search *s, const struct shadow_branch *b, bool covered)
{
	uint32_t far = distance_after(s, b, !b->taken);

	if (far == UINT32_MAX)
		return covered ? 0 : ASIDE;
	return (covered ? AGAIN : NEWS) + FARTHEST - (far < FARTHEST ? far : FARTHEST);
}

static void derive_branch(struct search *s, const struct model_case *c,
			  const struct shadow_branch *b)
{
	uint32_t input, score;
	struct replay_value v;

	if (!b->cond) {
		derive_one(s, c, b->input, (struct replay_value){.kind = REPLAY_FAULT}, FAILING);
		return;
	}
	score = score_of(s, b, *edge(s, b, !b->taken));
	for (unsigned pick = 0; score && pick < 2; pick++)
		if (shadow_solve(s->arena, b->cond, !b->taken, pick, &input, &v))
			derive_one(s, c, input, v, score - pick);
}

static void derive(struct search *s, const struct model_case *c)
{
	uint32_t n;
	const struct shadow_branch *b = shadow_branches(s->sh, &n);

	for (uint32_t i = 0; i < n; i++)
		if (b[i].cond)
			*edge(s, &b[i], b[i].taken) = 1;
	vec_each(i, &s->goal->wishes)
		derive_one(s, c, s->goal->wishes.v[i].input, s->goal->wishes.v[i].value, WISH);
	for (uint32_t i = 0; i < n; i++)
		derive_branch(s, c, &b[i]);
}

/* What fills up or adds up over many events. */
static bool accumulates(enum obligation_kind k)
{
	return k == OBL_MAP_HAS_ROOM || k == OBL_STRING_FITS || k == OBL_COST_BOUNDED ||
	       k == OBL_LOOP_BOUNDED;
}

/* The answers of c each time they are asked for, but for one, over the events of sc. */
static void amplify_over(struct search *s, const struct model_case *c, const struct schedule *sc,
			 enum model_mode mode, uint32_t without)
{
	struct model_case *to = arena_make(s->arena, struct model_case);

	to->mode = mode;
	to->seed = c->seed;
	vec_each(i, &sc->events)
		vec_push(s->arena, &to->events, sc->events.v[i]);
	vec_each(i, &c->given) {
		struct replay_input in = c->given.v[i];

		in.event = MODEL_ANY_EVENT;
		if (i != without)
			vec_push(s->arena, &to->given, in);
	}
	enqueue(s, to, AMPLIFIED - sc->length);
}

/* The same as c for many events. */
static void lengthen(struct search *s, const struct model_case *c)
{
	vec_each(i, &s->schedules.list) {
		const struct schedule *sc = &s->schedules.list.v[i];

		if (sc->length < LONG)
			continue;
		for (uint32_t k = 0; k <= c->given.n && k < MAX_LEFT_OUT; k++) {
			amplify_over(s, c, sc, MODEL_FRESH, c->given.n - k);
			amplify_over(s, c, sc, MODEL_PLAIN, c->given.n - k);
		}
	}
}

/* c reached the goal and nothing failed. */
static void amplify(struct search *s, const struct model_case *c)
{
	if (!s->goal->reached || !accumulates(s->goal->o->kind) || s->amplified >= MAX_AMPLIFIED)
		return;
	s->amplified++;
	lengthen(s, c);
}

/* --- choosing cases --- */

static const struct model_case *best_derived(struct search *s)
{
	uint32_t best = 0;
	const struct model_case *c;

	if (!s->queue.n)
		return NULL;
	vec_each(i, &s->queue)
		if (s->queue.v[i].score > s->queue.v[best].score)
			best = i;
	c = s->queue.v[best].c;
	memmove(&s->queue.v[best], &s->queue.v[best + 1],
		(s->queue.n - best - 1) * sizeof *s->queue.v);
	s->queue.n--;
	return c;
}

static void set_events(struct search *s, const struct schedule *from, struct model_case *c)
{
	vec_each(i, &from->events)
		vec_push(s->arena, &c->events, from->events.v[i]);
}

/* Each order of events with each way of answering; then at random, if answers matter. */
static const struct model_case *next_in_order(struct search *s)
{
	uint32_t i = s->next_plain, n = s->schedules.list.n * MODEL_MODES;
	struct model_case *c;

	if (i >= n && !s->asked)
		return NULL;
	c = arena_make(s->arena, struct model_case);
	s->next_plain++;
	c->mode = i < n ? (enum model_mode)(i % MODEL_MODES) : MODEL_MIXED;
	c->seed = s->seed + i;
	set_events(s, &s->schedules.list.v[i < n ? i / MODEL_MODES : i % s->schedules.list.n], c);
	return c;
}

static const struct model_case *next_case(struct search *s)
{
	const struct model_case *c = NULL;

	if (s->tries % TURN != 0)
		c = best_derived(s);
	if (!c)
		c = next_in_order(s);
	return c ? c : best_derived(s);
}

/* A case that fails; or, of what is said to fail always, one that does not. */
static const struct model_case *look(struct search *s)
{
	const struct model_case *found = NULL;
	uint32_t most = MAX_TRIES;

	while (s->left > 0 && s->tries < most) {
		const struct model_case *c = next_case(s);
		bool hit = c && run_case(s, c, NULL);

		if (!c)
			break;
		if (s->goal->refuted && s->goal->passed)
			return c;
		if (hit && !s->goal->refuted)
			return c;
		if (hit && !found) {
			found = c;
			most = s->tries + DOUBTS < most ? s->tries + DOUBTS : most;
		}
	}
	return found;
}

/* --- the door --- */

static void set_up(struct search *s, struct arena *a, const struct proven *pv, uint32_t o,
		   const struct replay_options *opt)
{
	const struct ir_program *p = proven_program(pv);

	*s = (struct search){.arena = a,
			     .pv = pv,
			     .p = p,
			     .goal = goal_new(a, p, &p->obligations.v[o]),
			     .opt = {.out_fd = -1, .err_fd = -1, .sources = opt->sources},
			     .pool = model_constants(p, a),
			     .pointers = model_pointers(p, a),
			     .covered = arena_alloc(a, p->funcs.n * sizeof *s->covered),
			     .filter = arena_alloc(a, FILTER),
			     .seed = opt->seed,
			     .left = opt->budget > 0 ? opt->budget : BUDGET};
	vec_each(f, &p->funcs)
		vec_each(b, &p->funcs.v[f].blocks)
			s->instructions += p->funcs.v[f].blocks.v[b].insts.n;
	s->goal->refuted = proven_verdict(pv, o)->status == VERDICT_REFUTED;
	s->schedules = schedule_all(a, s->goal);
	if (accumulates(s->goal->o->kind))
		lengthen(s, &(struct model_case){.mode = MODEL_FRESH});
}

static void show(struct search *s, const struct model_case *c, struct replay_result *r)
{
	bool shown = run_case(s, c, r);

	if (s->goal->refuted && s->goal->passed && !s->misfit) {
		r->answer = REPLAY_CONTRADICTED;
		r->why = "this run passes it and nothing fails, so it should not be refuted";
	} else if (s->misfit) {
		r->answer = REPLAY_BAD_INPUT;
		r->why = s->misfit;
	} else if (shown) {
		r->answer = REPLAY_SHOWN;
		r->why = s->goal->how;
	} else {
		r->answer = REPLAY_NOT_FOUND;
		r->why = s->goal->reached ? "the run of these inputs reaches it and does not fail"
					  : "the run of these inputs does not reach it";
	}
	r->tries = s->tries;
}

static const struct model_case *case_of(struct search *s, const struct replay_recording *given)
{
	struct model_case *c = arena_make(s->arena, struct model_case);

	c->given = given->inputs;
	c->given_is_all = true;
	c->seed = s->seed;
	for (uint32_t i = 0; i < given->nevents; i++) {
		const struct model_event e = {given->events[i].attach, given->events[i].times};

		vec_push(s->arena, &c->events, e);
	}
	return c;
}

struct replay_result replay_search(struct arena *a, const struct proven *pv, uint32_t o,
				   const struct replay_options *opt)
{
	struct search *s = arena_make(a, struct search);
	struct replay_result r = {.answer = REPLAY_NOT_FOUND};
	const struct model_case *c;

	if (!ir_obligation_has_run(proven_program(pv)->obligations.v[o].kind)) {
		r.answer = REPLAY_NO_RUN;
		r.why = "no run decides it: it is a fact about the target or the script's text";
		return r;
	}
	set_up(s, a, pv, o, opt);
	if (!s->schedules.reachable) {
		r.answer = REPLAY_NO_RUN;
		r.why = "no probe that leads there can be hit on this target";
		return r;
	}
	c = opt->given ? case_of(s, opt->given) : look(s);
	if (c) {
		show(s, c, &r);
		return r;
	}
	r.tries = s->tries;
	r.why = arena_printf(a, "no failing run found in %u tries%s", s->tries,
			     s->left > 0 ? "" : ", which is all the budget allows");
	return r;
}
