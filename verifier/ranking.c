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
