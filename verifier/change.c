/*
 * Arithmetic on changes, for the re-check alone: it shares nothing with the
 * forms of form.c, by which rankings are found.  Sums are exact modulo 2^64;
 * that nothing wraps is shown by ranking.c, where a ranking is counted.
 */
#include "verifier/change.h"

struct change change_none(void)
{
	return (struct change){CHANGE_LOST, 0, 0};
}

struct change change_zero(void)
{
	return (struct change){CHANGE_ADDED, 0, 0};
}

bool change_is_zero(const struct change *c)
{
	return c->kind == CHANGE_ADDED && c->low == 0 && c->high == 0;
}

static bool two_sided(enum change_kind k)
{
	return k == CHANGE_ADDED || k == CHANGE_TIMES;
}

struct change change_join(struct change a, struct change b)
{
	if (a.kind != b.kind)
		return change_none();
	a.low = a.low < b.low ? a.low : b.low;
	if (two_sided(a.kind))
		a.high = a.high > b.high ? a.high : b.high;
	return a;
}

bool change_within(const struct change *a, const struct change *claim)
{
	if (a->kind != claim->kind || a->kind == CHANGE_LOST)
		return false;
	return a->low >= claim->low && (!two_sided(a->kind) || a->high <= claim->high);
}

struct change change_add(struct change c, struct interval by)
{
	if (c.kind != CHANGE_ADDED || interval_empty(by) || by.low < -CHANGE_FAR ||
	    by.high > CHANGE_FAR)
		return change_none();
	c.low += by.low;
	c.high += by.high;
	return c.low < -CHANGE_FAR || c.high > CHANGE_FAR ? change_none() : c;
}

struct change change_divide(struct change c, enum change_kind kind, int64_t by)
{
	if (by < 2 || (c.kind != kind && !change_is_zero(&c)))
		return change_none();
	if (c.kind == kind && c.low < by)
		by = c.low;
	return (struct change){kind, by, 0};
}

struct change change_multiply(struct change c, int64_t low, int64_t high)
{
	if (low < 2 || high > CHANGE_FAR)
		return change_none();
	if (change_is_zero(&c))
		return (struct change){CHANGE_TIMES, low, high};
	if (c.kind != CHANGE_TIMES || c.high > CHANGE_FAR / high)
		return change_none();
	return (struct change){CHANGE_TIMES, c.low * low, c.high * high};
}

struct change change_cut(struct change c, int64_t by)
{
	if (by < 1 || (c.kind != CHANGE_CUT && !change_is_zero(&c)))
		return change_none();
	if (c.kind == CHANGE_CUT && c.low > by)
		by = c.low;
	return (struct change){CHANGE_CUT, by, 0};
}
