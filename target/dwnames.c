/*
 * Linkers keep each name once in .debug_str, so a unit that mentions it holds its offset, four
 * bytes that can be searched for at the speed of memory.  What merely looks like it costs the
 * reading of a unit and nothing else.  A name may also be the tail of a longer one.  Bytes are
 * compared eight words at a time, at each of the four places in a word where they can begin.
 */
#include "target/dwnames.h"

#include <dwarf.h>

enum { MOST_TEXTS = 8, MOST_HITS = 200000 };

typedef uint32_t words __attribute__((vector_size(32), aligned(1), may_alias));
typedef uint64_t halves __attribute__((vector_size(32)));

static bool any(words a)
{
	halves h = (halves)a;

	return (h[0] | h[1] | h[2] | h[3]) != 0;
}

/* Could one of the four-byte values begin in the 32 bytes at p?  35 are readable. */
static bool could(const uint8_t *p, const uint32_t *values, unsigned n)
{
	words found = {0};

	for (unsigned k = 0; k < n; k++) {
		uint32_t v = values[k];
		words needle = {v, v, v, v, v, v, v, v};

		found |= (words)(*(const words *)p == needle) |
			 (words)(*(const words *)(p + 1) == needle) |
			 (words)(*(const words *)(p + 2) == needle) |
			 (words)(*(const words *)(p + 3) == needle);
	}
	return any(found);
}

static bool is_one(const uint8_t *p, const uint32_t *values, unsigned n)
{
	uint32_t v;

	memcpy(&v, p, sizeof v);
	for (unsigned k = 0; k < n; k++)
		if (values[k] == v)
			return true;
	return false;
}

static bool search(struct bytes b, const uint32_t *values, unsigned n, struct arena *a,
		   struct dwscan_hits *out)
{
	size_t at = 0;

	while (at + 4 <= b.n) {
		size_t end = at + 32 <= b.n ? at + 32 : b.n - 3;

		if (at + 36 <= b.n && !could(b.p + at, values, n)) {
			at += 32;
			continue;
		}
		for (; at < end && at + 4 <= b.n; at++) {
			if (!is_one(b.p + at, values, n))
				continue;
			if (out->n >= MOST_HITS)
				return false;
			vec_push(a, out, at);
		}
	}
	return true;
}

/* The offsets at which the section has the name, to its NUL; false when there are too many. */
static bool texts(struct bytes b, const char *name, uint32_t *values, unsigned *n)
{
	size_t len = strlen(name) + 1;
	const uint8_t *p = b.p, *end = b.p + b.n;

	for (*n = 0; p && (p = memmem(p, (size_t)(end - p), name, len)); p++) {
		if (*n == MOST_TEXTS || (uint64_t)(p - b.p) > UINT32_MAX)
			return false;
		values[(*n)++] = (uint32_t)(p - b.p);
	}
	return true;
}

bool dwnames_find(const struct dwsections *dw, const char *name, struct arena *a,
		  struct dwscan_hits *out)
{
	uint32_t values[MOST_TEXTS];
	unsigned n;

	return !dw->str_offsets.n && !dwunit_cross(dw) && texts(dw->str, name, values, &n) &&
	       n > 0 && search(dw->info, values, n, a, out);
}
