/*
 * Loop bounds.  A loop ends if some exit that every iteration passes compares
 * a variable that moves steadily with something bounded, and nothing wraps on
 * the way; or if it walks an array or a histogram; or if it cannot go round.
 * All arithmetic is in 128 bits.  The bound is the number of times the exit is
 * passed without leaving, so no iteration is missed; it may be too high.
 */
#include "verifier/bound.h"
#include "verifier/extent.h"
#include "verifier/phase.h"

#include <string.h>

typedef __int128 wide;

int64_t bound_elements(const struct ir_program *p, const struct ir_iter *it)
{
	const struct ir_global *g = &p->globals.v[it->global];
	wide n;

	if (!it->hist)
		return g->capacity > 0 ? g->capacity : p->limits.maxmapentries;
	if (g->hist_log)
		return 128;
	if (g->hist_step <= 0)
		return COUNT_NONE;
	n = ((wide)g->hist_high - g->hist_low) / g->hist_step + 3;
	return n < 0 ? 0 : n > INT64_MAX ? INT64_MAX : (int64_t)n;
}

static int64_t count_walk(struct former *fm, const struct invariants *inv, uint32_t func,
			  uint32_t loop, uint32_t iter)
{
	const struct ir_iter *it = &inv->p->funcs.v[func].iters.v[iter];
	int64_t n = bound_elements(inv->p, it);
	struct interval limit;

	if (form_restarts(fm, loop, iter))
		return COUNT_NONE;
	if (it->limit == IR_NONE)
		return n;
	limit = form_limit(fm, iter, it->limit);
	if (interval_empty(limit) || limit.high < 0)
		return 0;
	return limit.high < n ? limit.high : n;
}

/* --- verdicts --- */

/* A loop that counts in steps of `by` or more, at most n times: what makes n large or small? */
struct counted {
	bool known;
	int64_t n, by;
	struct test test;
};

struct bounder {
	struct arena *arena;
	const struct invariants *inv;
	uint32_t func;
	struct former *fm;
	struct extents *extents;
	struct ranking *rankings;
	struct counted *counted; /* by natural loop, like the totals */
	int64_t *totals;
};

static const char *slot_name(const struct bounder *b, uint32_t slot)
{
	const struct shape *sh = b->inv->shapes[b->func];
	uint32_t owner = sh->slot_owner[slot];
	const char *name = slot < sh->global_slot0 ? b->inv->p->funcs.v[b->func].regs.v[owner].name
						   : b->inv->p->globals.v[owner].name;

	return name ? name : "a value";
}

static const char *range_text(struct arena *a, struct interval r)
{
	if (interval_single(r))
		return arena_printf(a, "%lld", (long long)r.low);
	if (r.low == INT64_MIN && r.high == INT64_MAX)
		return "any number";
	if (r.high == INT64_MAX)
		return arena_printf(a, "%lld or more", (long long)r.low);
	if (r.low == INT64_MIN)
		return arena_printf(a, "%lld or less", (long long)r.high);
	return arena_printf(a, "%lld .. %lld", (long long)r.low, (long long)r.high);
}

static void explain_test(struct bounder *b, const struct iteration *it, const struct test *t,
			 struct verdict *v)
{
	uint32_t i = t->x.kind == FORM_LINEAR || t->x.kind == FORM_SHRINK
			     ? count_slot(it, t->x.base)
			     : IR_NONE;

	if (i != IR_NONE && it->step[i].kind == FORM_NONE)
		verdict_step(v, t->loc,
			     arena_printf(b->arena,
					  "%s does not move by a known amount on every iteration",
					  slot_name(b, t->x.base)));
	else if (i != IR_NONE && it->step[i].kind == FORM_LINEAR)
		verdict_step(v, t->loc,
			     arena_printf(b->arena,
					  "%s changes by %s an iteration and is compared with %s",
					  slot_name(b, t->x.base),
					  range_text(b->arena, interval_make(it->step[i].low,
									     it->step[i].high)),
					  range_text(b->arena, t->yr)));
	else
		verdict_step(v, t->loc,
			     arena_printf(b->arena, "the condition compares %s with %s",
					  range_text(b->arena, t->xr),
					  range_text(b->arena, t->yr)));
}

static struct verdict open_loop(struct bounder *b, const struct iteration *it)
{
	struct verdict v = verdict_make(
		VERDICT_GUARDED,
		"no exit that every iteration passes compares a variable that moves steadily "
		"with something bounded; MAXACTION ends the loop if it goes on");

	for (uint32_t i = 0; i < it->ntests; i++)
		if (!interval_single(it->tests[i].xr) || !interval_single(it->tests[i].yr))
			explain_test(b, it, &it->tests[i], &v);
	return v;
}

/* How often the body is started: once more than it is finished when the way out is inside it. */
static int64_t count_starts(const struct test *t, int64_t rounds)
{
	return t->late && rounds < COUNT_ENDS ? rounds + 1 : rounds;
}

/* The least bound found, and what gave it: a test, or if x names nothing a walk. */
struct best {
	int64_t n;
	bool walk, gap; /* gap: both sides of the test move */
	uint32_t iter;
	struct test test;
};

static void try_test(struct bounder *b, uint32_t loop, const struct iteration *it,
		     const struct test *t, struct best *best)
{
	int64_t n = count_test(b->fm, loop, it, t, b->inv->p->limits.maxstringlen - 1);
	struct interval step;
	bool gap = false;

	if (count_closing(it, t, &step)) {
		int64_t meet = count_gap(t, form_apart(b->fm, loop, t->x.base, t->y.base), step);

		gap = meet < n;
		n = gap ? meet : n;
	}
	/* that it ends some day is worth saying only where what it waits for stands still */
	if (n == COUNT_ENDS && t->y.kind != FORM_STEADY)
		return;
	n = count_starts(t, n);
	if (n < best->n)
		*best = (struct best){.n = n, .gap = gap, .test = *t};
}

static struct best best_bound(struct bounder *b, uint32_t loop, const struct iteration *it)
{
	struct best best = {.n = COUNT_NONE};

	for (uint32_t i = 0; i < it->ntests; i++) {
		struct test m = count_mirrored(&it->tests[i]);

		try_test(b, loop, it, &it->tests[i], &best);
		try_test(b, loop, it, &m, &best);
	}
	for (uint32_t i = 0; i < it->nwalks; i++) {
		int64_t n = count_walk(b->fm, b->inv, b->func, loop, it->walks[i]);

		if (n < best.n)
			best = (struct best){.n = n, .walk = true, .iter = it->walks[i]};
	}
	return best;
}

static const char *relation_words(enum interval_relation rel)
{
	switch (rel) {
	case REL_EQ: return "equal to";
	case REL_NE: return "other than";
	case REL_LT: return "less than";
	case REL_LE: return "at most";
	case REL_GT: return "greater than";
	case REL_GE: return "at least";
	}
	return "";
}

/* "i goes from 0 by 1 while less than 10"; limit: in words, or NULL */
static const char *explain_bound(struct bounder *b, uint32_t loop, const struct iteration *it,
				 const struct test *t, const char *limit)
{
	const struct form *d = &it->step[count_slot(it, t->x.base)];
	struct interval step = interval_make(d->low, d->high);
	const char *name = slot_name(b, t->x.base);
	const char *from = range_text(b->arena, form_entry(b->fm, loop, t->x.base));
	const char *to = arena_printf(b->arena, "while %s %s", relation_words(t->rel),
				      limit ? limit : range_text(b->arena, t->yr));

	if (d->kind == FORM_TOKEN)
		return arena_printf(b->arena,
				    "%s is the next token of a text on each iteration, and a text "
				    "has no more tokens than bytes",
				    name);
	if (d->kind == FORM_CUT)
		return arena_printf(
			b->arena,
			"%s gets shorter by %lld or more on each iteration, until it is "
			"empty",
			name, (long long)d->low);
	if (d->kind == FORM_GROW)
		return arena_printf(b->arena, "%s is multiplied by %s or more, from %s on, %s",
				    name, range_text(b->arena, interval_constant(d->low)), from,
				    to);
	if (d->kind == FORM_SHRINK)
		return arena_printf(b->arena, "%s is %s on each iteration, from %s on, %s", name,
				    d->how == SHRINK_DIVIDE ? "divided" : "shifted right", from,
				    to);
	return arena_printf(b->arena, "%s goes from %s by %s %s", name, from,
			    range_text(b->arena, step), to);
}

/* "it ends when i, which goes from 0 by 1, reaches n; nothing bounds n" */
static const char *explain_end(struct bounder *b, uint32_t loop, const struct iteration *it,
			       const struct test *t)
{
	const struct form *d = &it->step[count_slot(it, t->x.base)];
	const char *limit = t->y.base == SLOT_NONE ? "its limit" : slot_name(b, t->y.base);

	return arena_printf(b->arena,
			    "it ends when %s, which goes from %s by %s, reaches %s; how long that "
			    "takes, %s alone says",
			    slot_name(b, t->x.base),
			    range_text(b->arena, form_entry(b->fm, loop, t->x.base)),
			    range_text(b->arena, interval_make(d->low, d->high)), limit, limit);
}

static const char *explain_phases(const struct bounder *b, const struct phases *p)
{
	const char *x = p->first.x.kind == FORM_NONE ? "nothing" : slot_name(b, p->first.x.base);
	const char *y = p->then.x.kind == FORM_NONE ? "nothing" : slot_name(b, p->then.x.base);

	switch (p->kind) {
	case PHASE_EITHER:
		return arena_printf(b->arena,
				    "each iteration moves %s and %s, until neither of them allows "
				    "another",
				    x, y);
	case PHASE_BOTH:
		return arena_printf(b->arena,
				    "each iteration moves %s or %s towards where it allows no more",
				    x, y);
	case PHASE_CLOSING:
		return arena_printf(b->arena,
				    "each iteration brings %s and %s nearer to each other", x, y);
	case PHASE_NESTED:
		return arena_printf(b->arena, "%s runs out, and %s between any two of its moves", x,
				    y);
	case PHASE_NONE: break;
	}
	return "";
}

/*
 * By how much the iteration moves the slot at least, whichever way; 0: not always, or n times might
 * take it round 2^64.
 */
static int64_t least_move(const struct iteration *it, uint32_t slot, int64_t n)
{
	uint32_t i = count_slot(it, slot);
	const struct form *d = i == IR_NONE ? NULL : &it->step[i];

	if (!d || d->kind != FORM_LINEAR || d->base != slot)
		return 0;
	if ((wide)n * d->high > INT64_MAX || (wide)n * d->low < INT64_MIN)
		return 0;
	return d->low > 0 ? d->low : d->high < 0 ? -d->high : 0;
}

static void remember(struct bounder *b, uint32_t loop, const struct iteration *it,
		     const struct best *best)
{
	struct counted *c = &b->counted[loop];

	if (best->walk || best->test.x.kind != FORM_LINEAR)
		return;
	c->by = least_move(it, best->test.x.base, best->n);
	c->known = c->by > 0 && (best->test.rel != REL_NE || c->by == 1);
	c->n = best->n - (best->test.late && best->n > 0);
	c->test = best->test;
}

/*
 * All rounds in `outer` runs, if those start or end at numbers that are `apart` or more from each
 * other: the longest has n, each next one apart / by fewer.
 */
static int64_t sum_of_runs(const struct counted *c, int64_t apart, int64_t outer)
{
	wide longest = (wide)(c->n - 1) * c->by + (c->by - 1), runs = longest / apart + 1, all;

	if (c->n <= 0)
		return 0;
	if (runs > outer)
		runs = outer;
	if (longest >= (wide)1 << 60 || runs >= (wide)1 << 40)
		return COUNT_NONE;
	all = runs + (runs * longest - (wide)apart * (runs * (runs - 1) / 2)) / c->by;
	if (c->test.late)
		all += outer;
	return all >= COUNT_ENDS ? COUNT_NONE : (int64_t)all;
}

/* The loops directly in this one that start or stop at a variable this one moves. */
static void add_up(struct bounder *b, uint32_t loop, const struct iteration *it, int64_t n)
{
	const struct shape *sh = b->inv->shapes[b->func];

	for (uint32_t l = loop + 1;
	     l < sh->nloops && sh->loops[l].parent != IR_NONE && sh->loops[l].parent >= loop; l++) {
		const struct counted *c = &b->counted[l];

		if (sh->loops[l].parent != loop || !c->known)
			continue;
		for (uint32_t i = 0; i < it->nslots; i++) {
			uint32_t y = it->slots[i];
			int64_t apart = least_move(it, y, n), all;
			bool ends = c->test.y.kind == FORM_STEADY && c->test.y.base == y;

			if (!apart || !form_steady(b->fm, l, y) ||
			    !(ends || form_starts_at(b->fm, l, c->test.x.base, y)))
				continue;
			all = sum_of_runs(c, apart, n + 1);
			if (all < b->totals[l])
				b->totals[l] = all;
		}
	}
}

static struct change change_of(const struct form *f)
{
	static const enum change_kind shrinks[] = {
		[SHRINK_DIVIDE] = CHANGE_DIVIDED,
		[SHRINK_SHIFT] = CHANGE_SHIFTED,
		[SHRINK_LOGICAL] = CHANGE_USHIFTED,
	};

	switch (f->kind) {
	case FORM_NONE:
	case FORM_STEADY: return change_none();
	case FORM_LINEAR: return (struct change){CHANGE_ADDED, f->low, f->high};
	case FORM_SHRINK: return (struct change){shrinks[f->how], f->low, 0};
	case FORM_CUT: return (struct change){CHANGE_CUT, f->low, 0};
	case FORM_TOKEN: return (struct change){CHANGE_TOKEN, 0, 0};
	case FORM_GROW: return (struct change){CHANGE_TIMES, f->low, f->high};
	}
	return change_none();
}

/* What the re-check is told of a bound that a test gave. */
static struct ranking ranking_of(struct bounder *b, uint32_t loop, const struct iteration *it,
				 const struct test *t)
{
	struct ranking r = {.kind = RANKING_COUNT,
			    .block = t->block,
			    .inst = t->inst,
			    .swapped = t->swapped,
			    .measure = t->x.base,
			    .rel = t->rel,
			    .first = form_entry(b->fm, loop, t->x.base),
			    .limit = t->yr,
			    .step = change_of(&it->step[count_slot(it, t->x.base)]),
			    .at = change_of(&t->x),
			    .steady = t->y.kind == FORM_STEADY || interval_single(t->yr),
			    .late = t->late,
			    .below = t->rel == REL_NE && t->xr.high <= t->yr.low,
			    .above = t->rel == REL_NE && t->xr.low >= t->yr.high};

	for (uint32_t i = 0; i < it->nslots; i++)
		if (it->slots[i] != r.measure)
			r.carriers[r.ncarriers++] = it->slots[i];
	return r;
}

static struct ranking part_of(struct bounder *b, uint32_t loop, const struct iteration *it,
			      const struct test *t)
{
	struct ranking none = {.kind = RANKING_NONE}, r;

	if (!it->back || t->x.kind == FORM_NONE)
		return none;
	r = ranking_of(b, loop, it, t);
	r.late = true;          /* whether the loop is left late is another question */
	r.step = change_none(); /* it is not the same on both sides: the re-check finds it */
	return r;
}

/* What the re-check is told of a bound that two variables gave. */
static struct ranking ranking_of_two(struct bounder *b, uint32_t loop, const struct phases *p)
{
	static const enum ranking_order orders[] = {[PHASE_EITHER] = RANKING_EITHER,
						    [PHASE_BOTH] = RANKING_BOTH,
						    [PHASE_CLOSING] = RANKING_CLOSING,
						    [PHASE_NESTED] = RANKING_NESTED};
	struct ranking r = {.kind = RANKING_PHASES,
			    .order = orders[p->kind],
			    .branch = p->branch,
			    .seldom = p->seldom};
	uint32_t first = p->kind == PHASE_NESTED ? p->seldom : 0;
	/* two variables that close in are compared on either side */
	uint32_t one = p->kind != PHASE_CLOSING || p->side[0].back ? 0 : 1;

	r.part = arena_alloc(b->arena, 2 * sizeof *r.part);
	if (p->kind == PHASE_CLOSING) {
		r.part[0] = part_of(b, loop, &p->side[one], &p->first);
		r.part[1] = part_of(b, loop, &p->side[one], &p->then);
	} else {
		r.part[first] = part_of(b, loop, &p->side[first], &p->first);
		r.part[!first] = part_of(b, loop, &p->side[!first], &p->then);
	}
	return r;
}

/* No one variable bounds it; perhaps two do. */
static struct verdict phased(struct bounder *b, uint32_t loop, const struct iteration *it)
{
	struct phases p = phase_bound(b->fm, loop, b->inv->p->limits.maxstringlen - 1);

	if (p.n >= COUNT_ENDS)
		return open_loop(b, it);
	b->rankings[loop] = ranking_of_two(b, loop, &p);
	b->rankings[loop].bound = p.n;
	return verdict_bounded(VERDICT_PROVED, p.n, explain_phases(b, &p));
}

static void rank(struct bounder *b, uint32_t loop, const struct iteration *it,
		 const struct best *best)
{
	struct ranking *r = &b->rankings[loop];

	if (best->walk)
		*r = (struct ranking){
			.kind = RANKING_WALK, .iter = best->iter, .measure = SLOT_NONE};
	else if (best->gap)
		*r = ranking_of_two(b, loop,
				    &(struct phases){.kind = PHASE_CLOSING,
						     .first = best->test,
						     .then = count_mirrored(&best->test),
						     .branch = IR_NONE,
						     .side = {*it, *it}});
	else
		*r = ranking_of(b, loop, it, &best->test);
	r->bound = best->n == COUNT_ENDS ? INT64_MAX : best->n;
	r->weight[0] = r->weight[1] = r->total[0] = r->total[1] = INT64_MAX;
}

/* --- in the words of the source --- */

enum { MOST_PARTS = 3 };

/* What bounds a loop, of which the least holds. */
struct parts {
	const char *v[MOST_PARTS]; /* as expressions */
	uint32_t n;
	int64_t number;    /* beside them */
	const char *limit; /* of the test that gave the best number, if it is an expression */
};

static void add_part(struct parts *p, const char *text)
{
	for (uint32_t i = 0; i < p->n; i++)
		if (strcmp(p->v[i], text) == 0)
			return;
	if (p->n < MOST_PARTS)
		p->v[p->n++] = text;
}

static bool same_test(const struct test *a, const struct test *b)
{
	return a->block == b->block && a->inst == b->inst && a->swapped == b->swapped;
}

static void add_test(struct bounder *b, uint32_t loop, const struct iteration *it,
		     const struct test *t, const struct best *best, struct parts *p)
{
	int64_t n = count_test(b->fm, loop, it, t, b->inv->p->limits.maxstringlen - 1);
	struct extent e;

	if (n == COUNT_NONE || count_slot(it, t->x.base) == IR_NONE)
		return;
	e = extent_of_test(b->extents, loop, t, &it->step[count_slot(it, t->x.base)],
			   form_entry(b->fm, loop, t->x.base));
	if (e.rounds)
		add_part(p, e.rounds);
	else if (n < COUNT_ENDS && count_starts(t, n) < p->number)
		p->number = count_starts(t, n);
	if (e.rounds && !best->walk && same_test(t, &best->test))
		p->limit = e.limit;
}

static void add_walk(struct bounder *b, uint32_t iter, struct parts *p)
{
	const struct ir_iter *it = &b->inv->p->funcs.v[b->func].iters.v[iter];
	int64_t n = bound_elements(b->inv->p, it);
	struct interval limit;
	const char *text = NULL;

	if (it->limit != IR_NONE) {
		limit = form_limit(b->fm, iter, it->limit);
		if (!interval_empty(limit) && !interval_single(limit))
			text = extent_of_limit(b->extents, iter);
	}
	if (text)
		add_part(p, text);
	if (n < p->number && !(text && limit.high <= n))
		p->number = n;
}

static struct parts find_parts(struct bounder *b, uint32_t loop, const struct iteration *it,
			       const struct best *best)
{
	struct parts p = {.number = COUNT_NONE};

	if (best->walk)
		add_walk(b, best->iter, &p);
	for (uint32_t i = 0; i < it->ntests; i++) {
		struct test m = count_mirrored(&it->tests[i]);

		add_test(b, loop, it, &it->tests[i], best, &p);
		add_test(b, loop, it, &m, best, &p);
	}
	return p;
}

/* "at most min($count, 64) iterations: ", or nothing where a number says it all */
static const char *say_parts(struct bounder *b, const struct parts *p)
{
	const char *all = p->n ? p->v[0] : "";
	bool several = p->n > 1 || p->number < COUNT_ENDS;

	if (!p->n)
		return "";
	for (uint32_t i = 1; i < p->n; i++)
		all = arena_printf(b->arena, "%s, %s", all, p->v[i]);
	if (p->number < COUNT_ENDS)
		all = arena_printf(b->arena, "%s, %lld", all, (long long)p->number);
	return arena_printf(
		b->arena,
		several ? "at most min(%s) iterations: " : "at most %s iterations: ", all);
}

static struct verdict bounded(struct bounder *b, uint32_t loop, const struct iteration *it,
			      const struct best *best)
{
	struct parts p = find_parts(b, loop, it, best);
	const char *why = best->walk ? "it visits each element once"
			  : best->n == COUNT_ENDS && !p.limit
				  ? explain_end(b, loop, it, &best->test)
				  : explain_bound(b, loop, it, &best->test, p.limit);

	why = arena_printf(b->arena, "%s%s", say_parts(b, &p), why);
	return best->n == COUNT_ENDS ? verdict_make(VERDICT_PROVED, why)
				     : verdict_bounded(VERDICT_PROVED, best->n, why);
}

static struct verdict judge(struct bounder *b, uint32_t loop)
{
	struct iteration it = form_loop(b->fm, loop);
	struct verdict v;
	struct best best;

	if (!it.back)
		b->rankings[loop] = (struct ranking){.kind = RANKING_ONCE,
						     .bound = 1,
						     .weight = {INT64_MAX, INT64_MAX},
						     .total = {INT64_MAX, INT64_MAX}};
	if (!it.back)
		return verdict_bounded(VERDICT_PROVED, 1, "it never comes round a second time");
	if (!it.exits)
		return verdict_make(VERDICT_REFUTED,
				    "nothing in the loop can end it: no condition that may turn "
				    "false, no break, return or error");
	best = best_bound(b, loop, &it);
	if (best.n == COUNT_NONE)
		return phased(b, loop, &it);
	rank(b, loop, &it, &best);
	v = bounded(b, loop, &it, &best);
	if (v.has_bound) {
		remember(b, loop, &it, &best);
		add_up(b, loop, &it, best.n);
	}
	return v;
}

/* A loop of the script that has no way back: its body runs at most once. */
static struct verdict straight(const struct bounder *b, uint32_t header)
{
	const struct claims *c = &b->inv->claims[b->func];

	if (!c->at || !c->at[header].reachable)
		return verdict_bounded(VERDICT_PROVED, 0, "it is never reached");
	return verdict_bounded(VERDICT_PROVED, 1, "it never comes round a second time");
}

static void judge_all(struct bounder *b, struct verdict *natural)
{
	const struct shape *sh = b->inv->shapes[b->func];
	const struct claims *c = &b->inv->claims[b->func];

	for (uint32_t l = sh->nloops; l-- > 0;)
		if (!c->at || !c->at[sh->loops[l].header].reachable)
			natural[l] = straight(b, sh->loops[l].header);
		else
			natural[l] = judge(b, l);
}

struct verdict *bound_function(struct arena *a, const struct invariants *inv, uint32_t func,
			       int64_t **totals, struct ranking *rankings)
{
	const struct ir_func *f = &inv->p->funcs.v[func];
	const struct shape *sh = inv->shapes[func];
	struct bounder b = {.arena = a, .inv = inv, .func = func, .rankings = rankings};
	struct verdict *out = arena_alloc(a, f->loops.n * sizeof *out);
	struct verdict *natural = arena_alloc(a, sh->nloops * sizeof *natural);
	bool odd = sh->irreducible || inv->claims[func].blank;

	*totals = b.totals = arena_alloc(a, sh->nloops * sizeof *b.totals);
	for (uint32_t l = 0; l < sh->nloops; l++)
		b.totals[l] = COUNT_NONE;
	if (!odd && sh->nloops) {
		struct arena *scratch = arena_scratch(a);

		b.fm = form_new(scratch, inv, func);
		b.extents = extent_new(a, inv, func);
		b.counted = arena_alloc(scratch, sh->nloops * sizeof *b.counted);
		judge_all(&b, natural);
		arena_free(scratch);
	}
	vec_each(i, &f->loops) {
		uint32_t h = f->loops.v[i].header;

		if (odd)
			out[i] = verdict_make(VERDICT_GUARDED, "the loop was not analysed");
		else if (sh->rank[h] == IR_NONE || sh->loop_at[h] == IR_NONE)
			out[i] = straight(&b, h);
		else
			out[i] = natural[sh->loop_at[h]];
	}
	return out;
}
