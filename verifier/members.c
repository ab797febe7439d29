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

/* How many words of y are not in x. */
static uint32_t missing(const struct members *x, const struct members *y)
{
	uint32_t n = 0, i = 0;

	vec_each(k, &y->words) {
		while (i < x->words.n && x->words.v[i].index < y->words.v[k].index)
			i++;
		n += i == x->words.n || x->words.v[i].index != y->words.v[k].index;
	}
	return n;
}

/* From the back, so that nothing is overwritten before it was moved. */
static void merge(struct arena *a, struct members *s, const struct members *more)
{
	uint32_t i = s->words.n, k = more->words.n, room = missing(s, more);

	for (uint32_t n = 0; n < room; n++)
		vec_push(a, &s->words, (struct word){0});
	for (uint32_t to = s->words.n; k;) {
		const struct word *w = &more->words.v[k - 1];

		if (i && s->words.v[i - 1].index > w->index) {
			s->words.v[--to] = s->words.v[--i];
			continue;
		}
		k--;
		s->words.v[--to] = i && s->words.v[i - 1].index == w->index
					   ? (struct word){s->words.v[--i].bits | w->bits, w->index}
					   : *w;
	}
}

void members_add(struct arena *a, struct members **set, bool *own, struct members *more)
{
	const struct members *old = *set;

	if (within(more, old))
		return;
	if (within(old, more)) {
		*set = more;
		*own = false;
		return;
	}
	if (!*own) {
		*set = arena_make(a, struct members);
		(*set)->words.n = (*set)->words.cap = old->words.n;
		(*set)->words.v = arena_alloc(a, old->words.n * sizeof *old->words.v);
		memcpy((*set)->words.v, old->words.v, old->words.n * sizeof *old->words.v);
	}
	*own = true;
	merge(a, *set, more);
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
