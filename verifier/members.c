/*
 * A set is a sorted row of the 64-bit words that are not empty, each with its
 * index: as small as the set is, whatever the numbers go up to, and no more than
 * twice a plain bit set when it is full.  Thousands of functions that each use a few of
 * thousands of globals would fill a quadratic table otherwise.
 */
#include "verifier/members.h"

#include <string.h>

struct word {
	uint64_t bits;
	uint32_t index;
};

struct members {
	VEC(struct word) words;
};

/* Where the word of that index is, or belongs. */
static uint32_t place(const struct members *s, uint32_t index)
{
	uint32_t low = 0, high = s->words.n;

	while (low < high) {
		uint32_t mid = low + (high - low) / 2;

		if (s->words.v[mid].index < index)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static void insert(struct arena *a, struct members *s, uint32_t at, struct word w)
{
	vec_push(a, &s->words, w);
	memmove(&s->words.v[at + 1], &s->words.v[at], (s->words.n - 1 - at) * sizeof w);
	s->words.v[at] = w;
}

void members_put(struct arena *a, struct members **set, uint32_t number)
{
	uint64_t bit = (uint64_t)1 << number % 64;
	uint32_t at;

	if (!*set)
		*set = arena_make(a, struct members);
	at = place(*set, number / 64);
	if (at == (*set)->words.n || (*set)->words.v[at].index != number / 64)
		insert(a, *set, at, (struct word){bit, number / 64});
	else
		(*set)->words.v[at].bits |= bit;
}

static bool within(const struct members *x, const struct members *y)
{
	uint32_t k = 0;

	if (!x || x == y)
		return true;
	if (!y || x->words.n > y->words.n)
		return false;
	vec_each(i, &x->words) {
		const struct word *w = &x->words.v[i];

		while (k < y->words.n && y->words.v[k].index < w->index)
			k++;
		if (k == y->words.n || y->words.v[k].index != w->index ||
		    w->bits & ~y->words.v[k].bits)
			return false;
	}
	return true;
}

/* The words of both in order, into `out`, which has room; or, without it, counts them. */
static uint32_t merge(const struct members *x, const struct members *y, struct word *out)
{
	uint32_t n = 0;

	for (uint32_t i = 0, k = 0; i < x->words.n || k < y->words.n; n++) {
		bool left = i < x->words.n && (k == y->words.n || x->words.v[i].index <=
									  y->words.v[k].index);
		bool right = k < y->words.n && (i == x->words.n || y->words.v[k].index <=
									   x->words.v[i].index);
		struct word w = left ? x->words.v[i] : y->words.v[k];

		if (left && right)
			w.bits |= y->words.v[k].bits;
		if (out)
			out[n] = w;
		i += left;
		k += right;
	}
	return n;
}

struct members *members_union(struct arena *a, struct members *x, struct members *y)
{
	struct members *all;

	if (within(y, x))
		return x;
	if (within(x, y))
		return y;
	all = arena_make(a, struct members);
	all->words.n = all->words.cap = merge(x, y, NULL);
	all->words.v = arena_alloc(a, all->words.n * sizeof *all->words.v);
	merge(x, y, all->words.v);
	return all;
}

bool members_has(const struct members *set, uint32_t number)
{
	uint32_t at = set ? place(set, number / 64) : 0;

	return set && at < set->words.n && set->words.v[at].index == number / 64 &&
	       set->words.v[at].bits >> number % 64 & 1;
}

uint32_t members_next(const struct members *set, uint32_t from)
{
	for (uint32_t at = set ? place(set, from / 64) : 0; set && at < set->words.n; at++) {
		const struct word *w = &set->words.v[at];
		uint64_t bits = w->bits;

		if (w->index == from / 64)
			bits = bits >> from % 64 << from % 64;
		if (bits)
			return w->index * 64 + (uint32_t)__builtin_ctzll(bits);
	}
	return MEMBERS_NONE;
}
