/*
 * Counting, for the re-check alone: from a ranking whose parts were confirmed,
 * the number of times its test can be passed without leaving the loop.  All
 * arithmetic is in 128 bits.  A variable that might wrap before it meets its
 * limit is no argument.
 */
#include "verifier/ranking.h"

typedef __int128 wide;

#define NO_ARGUMENT INT64_MAX
#define ENDS (INT64_MAX - 1)
#define LARGEST ((wide)1 << 62)

static int64_t number(wide n)
{
	return n < 0 ? 0 : n >= LARGEST ? ENDS : (int64_t)n;
}

/* It stays while x <= limit, or with down while x >= limit: then all signs are turned. */
static int64_t towards(const struct ranking *r, wide limit, bool down)
{
	wide slowest = down ? -(wide)r->step.high : r->step.low;
	wide fastest = down ? -(wide)r->step.low : r->step.high;
	wide start = down ? -(wide)r->first.high : r->first.low;
	wide end = down ? -(wide)r->first.low : r->first.high;
	wide least = down ? -(wide)r->at.high : r->at.low;
	wide most = down ? -(wide)r->at.low : r->at.high;
	wide floor = down ? -(wide)INT64_MAX : INT64_MIN,
	     roof = down ? -(wide)INT64_MIN : INT64_MAX;

	limit = down ? -limit : limit;
	start += least;
	/* neither the first value tested wraps, nor any that follows one within the limit */
	if (slowest < 1 || start < floor || end + most > roof ||
	    limit - least + fastest + most > roof)
		return NO_ARGUMENT;
	return start > limit ? 0 : number((limit - start) / slowest + 1);
}

/* It stays while x differs from the limit. */
static int64_t meets(const struct ranking *r)
{
	wide low = (wide)r->first.low + r->at.low, high = (wide)r->first.high + r->at.low;
	wide step = r->step.low, away;

	if (r->step.high != step || r->at.low != r->at.high || step == 0 || low < INT64_MIN ||
	    high > INT64_MAX)
		return NO_ARGUMENT;
	if (r->steady && step == 1 && high <= r->limit.low)
		return number(r->limit.high - low);
	if (r->steady && step == -1 && low >= r->limit.high)
		return number(high - r->limit.low);
	away = (wide)r->limit.low - low;
	if (!interval_single(r->limit) || !interval_single(r->first) || away % step ||
	    away / step < 0)
		return NO_ARGUMENT;
	return number(away / step);
}

static int64_t shrinkings(wide from, wide by, wide limit)
{
	int64_t n = 0;

	for (; from > limit; from /= by)
		n++;
	return n;
}

/* It stays only while x is above 0, or just not 0. */
static int64_t shrinks(const struct ranking *r)
{
	bool above =
		(r->rel == REL_GT && r->limit.low >= 0) || (r->rel == REL_GE && r->limit.low >= 1);
	bool differs = r->rel == REL_NE && interval_single(r->limit) && r->limit.low == 0;
	wide limit = above ? (wide)r->limit.low - (r->rel == REL_GE) : 0;
	wide below = r->first.low < 0 ? -(wide)r->first.low : 0;
	wide high = r->first.high > 0 ? r->first.high : 0;

	if ((!above && !differs) || (!change_is_zero(&r->at) && r->at.kind != r->step.kind))
		return NO_ARGUMENT;
	if (below && r->step.kind == CHANGE_USHIFTED)
		return shrinkings(UINT64_MAX, r->step.low, limit);
	if (above)
		return shrinkings(high, r->step.low, limit);
	if (below && r->step.kind == CHANGE_SHIFTED)
		return NO_ARGUMENT; /* -1 >> 1 is -1 */
	return shrinkings(below > high ? below : high, r->step.low, 0);
}

static int64_t grows(const struct ranking *r)
{
	wide limit = (wide)r->limit.high - (r->rel == REL_LT);
	int64_t n = 0;

	if (!change_is_zero(&r->at) || (r->rel != REL_LT && r->rel != REL_LE) || r->first.low < 1 ||
	    limit * r->step.high > INT64_MAX)
		return NO_ARGUMENT;
	for (wide x = r->first.low; x <= limit; x *= r->step.low)
		n++;
	return n;
}

/* It stays only while the string has a byte. */
static int64_t empties(const struct ranking *r, int64_t longest, bool splits)
{
	bool some = (r->rel == REL_GT && r->limit.low >= 0) ||
		    (r->rel == REL_GE && r->limit.low >= 1) ||
		    (r->rel == REL_NE && interval_single(r->limit) && r->limit.low == 0);

	if (!some || !change_is_zero(&r->at))
		return NO_ARGUMENT;
	if (r->step.kind == CHANGE_TOKEN)
		return splits ? NO_ARGUMENT : longest + 1;
	return r->first.high == INT64_MAX
		       ? NO_ARGUMENT
		       : number(((wide)r->first.high + r->step.low - 1) / r->step.low);
}

static int64_t compares(const struct ranking *r)
{
	int64_t n, ordered;

	if (r->at.kind != CHANGE_ADDED)
		return NO_ARGUMENT;
	switch (r->rel) {
	case REL_LT: return towards(r, (wide)r->limit.high - 1, false);
	case REL_LE: return towards(r, r->limit.high, false);
	case REL_GT: return towards(r, (wide)r->limit.low + 1, true);
	case REL_GE: return towards(r, r->limit.low, true);
	case REL_NE: break;
	case REL_EQ: return NO_ARGUMENT;
	}
	/* a variable that never is beyond its limit differs from it while it is short of it */
	n = meets(r);
	ordered = r->above   ? towards(r, (wide)r->limit.low + 1, true)
		  : r->below ? towards(r, (wide)r->limit.high - 1, false)
			     : NO_ARGUMENT;
	return ordered < n ? ordered : n;
}

int64_t ranking_rounds(const struct ranking *r, int64_t longest, bool splits)
{
	switch (r->step.kind) {
	case CHANGE_LOST: return NO_ARGUMENT;
	case CHANGE_TOKEN: return empties(r, longest, splits);
	case CHANGE_ADDED:
	case CHANGE_DIVIDED:
	case CHANGE_SHIFTED:
	case CHANGE_USHIFTED:
	case CHANGE_TIMES:
	case CHANGE_CUT: break;
	}
	if (interval_empty(r->first) || interval_empty(r->limit))
		return 0; /* it is never entered, or the test never reached */
	if (r->step.kind == CHANGE_ADDED)
		return compares(r);
	if (r->step.low < 1 || (r->step.kind != CHANGE_CUT && r->step.low < 2))
		return NO_ARGUMENT;
	if (r->step.kind == CHANGE_CUT)
		return empties(r, longest, splits);
	return r->step.kind == CHANGE_TIMES ? grows(r) : shrinks(r);
}

/* --- two variables --- */

static int64_t plus(int64_t a, int64_t b)
{
	return a >= ENDS || b >= ENDS ? NO_ARGUMENT : number((wide)a + b);
}

static int64_t times(int64_t a, int64_t b)
{
	return a >= ENDS || b >= ENDS ? NO_ARGUMENT : number((wide)a * b);
}

/* What any round adds to the part's variable. */
static bool moves(const struct ranking_sides *s, int part, struct change *out)
{
	*out = s->step[part][!s->back[0]];
	for (int side = 0; side < 2; side++)
		if (s->back[side])
			*out = change_join(*out, s->step[part][side]);
	return out->kind == CHANGE_ADDED;
}

/* Rounds of the side in a row, from wherever it begins. */
static int64_t in_a_row(const struct ranking *r, const struct ranking_sides *s, int side,
			int64_t longest, bool splits)
{
	struct ranking p = r->part[side];

	p.step = s->step[side][side];
	p.first = s->around[side];
	return s->passed[side][side] ? ranking_rounds(&p, longest, splits) : NO_ARGUMENT;
}

/* Rounds of the side in all; along: every round moves its variable, else those of its side. */
static int64_t in_all(const struct ranking *r, const struct ranking_sides *s, int side, bool along)
{
	struct ranking p = r->part[side];
	struct change own = s->step[side][side];

	if (!s->back[side])
		return 0;
	/* what a variable has passed it may be unequal to again */
	if (!s->passed[side][side] || own.kind != CHANGE_ADDED || !moves(s, side, &p.step) ||
	    p.rel == REL_NE || p.rel == REL_EQ)
		return NO_ARGUMENT;
	if (!along && own.low > 0 && p.step.low >= 0)
		p.step.low = own.low;
	else if (!along && own.high < 0 && p.step.high <= 0)
		p.step.high = own.high;
	else if (!along)
		return NO_ARGUMENT;
	return ranking_rounds(&p, 0, true);
}

/* Does the side's variable stay within 64 bits for n rounds of either side? */
static bool stays_within(const struct ranking *r, const struct ranking_sides *s, int side,
			 int64_t n)
{
	const struct ranking *p = &r->part[side];
	struct change step;

	if (n == 0 || !s->back[side] || interval_empty(p->first))
		return true;
	if (n >= ENDS || !moves(s, side, &step))
		return false;
	return (wide)p->first.low + p->at.low + (wide)n * (step.low < 0 ? step.low : 0) >=
		       INT64_MIN &&
	       (wide)p->first.high + p->at.high + (wide)n * (step.high > 0 ? step.high : 0) <=
		       INT64_MAX;
}

/* May a number in `tested`, which has changed by at, leave 64 bits when it changes by step? */
static bool may_leave(struct interval tested, const struct change *at, const struct change *step)
{
	return (wide)tested.low - at->high + step->low < INT64_MIN ||
	       (wide)tested.high - at->low + step->high > INT64_MAX;
}

/* The difference is what moves; each variable is what the other is tested against. */
static int64_t closing(const struct ranking *r, const struct ranking_sides *s)
{
	const struct ranking *x = &r->part[0], *y = &r->part[1];
	struct ranking gap = {.rel = x->rel, .first = s->apart, .limit = interval_constant(0)};

	if (x->kind != RANKING_COUNT || y->kind != RANKING_COUNT)
		return NO_ARGUMENT;
	if (interval_empty(s->apart))
		return 0;
	if (x->at.kind != CHANGE_ADDED || y->at.kind != CHANGE_ADDED ||
	    y->rel != interval_mirror(x->rel) || x->rel == REL_NE)
		return NO_ARGUMENT;
	gap.at = (struct change){CHANGE_ADDED, x->at.low - y->at.high, x->at.high - y->at.low};
	for (int side = 0, first = 1; side < 2; side++) {
		struct change dx = s->step[0][side], dy = s->step[1][side], by;

		if (!s->back[side])
			continue;
		if (dx.kind != CHANGE_ADDED || dy.kind != CHANGE_ADDED || !s->passed[0][side] ||
		    !s->passed[1][side] || may_leave(y->limit, &x->at, &dx) ||
		    may_leave(x->limit, &y->at, &dy))
			return NO_ARGUMENT;
		by = (struct change){CHANGE_ADDED, dx.low - dy.high, dx.high - dy.low};
		gap.step = first ? by : change_join(gap.step, by);
		first = 0;
	}
	return compares(&gap);
}

int64_t ranking_phases(const struct ranking *r, const struct ranking_sides *s, int64_t longest,
		       bool splits)
{
	int64_t a, b, n;

	if (!s->back[0] && !s->back[1])
		return 1;
	if (r->order == RANKING_CLOSING)
		return plus(closing(r, s), s->late);
	if (r->order == RANKING_NESTED) {
		a = in_all(r, s, (int)r->seldom, false);
		b = in_a_row(r, s, !r->seldom, longest, splits);
		n = times(a, plus(b, 1));
		/* unless those meet the condition that has run out, more of them may follow */
		if (!s->passed[r->seldom][!r->seldom])
			n = plus(n, b);
		return stays_within(r, s, (int)r->seldom, n) ? plus(n, s->late) : NO_ARGUMENT;
	}
	a = in_all(r, s, 0, r->order == RANKING_EITHER);
	b = in_all(r, s, 1, r->order == RANKING_EITHER);
	n = plus(a, b);
	if (n != NO_ARGUMENT && r->order == RANKING_EITHER)
		n = a > b ? a : b;
	return stays_within(r, s, 0, n) && stays_within(r, s, 1, n) ? plus(n, s->late)
								    : NO_ARGUMENT;
}

int64_t ranking_nesting(const struct recursion *r)
{
	wide way = r->up ? (wide)r->last - r->first : (wide)r->first - r->last;

	if (r->step < 1)
		return INT64_MAX;
	if (way < 0)
		return 0;
	way = way / r->step + 1;
	return way > LARGEST ? INT64_MAX : (int64_t)way;
}
