/* Reading DWARF's primitive values, bounds-checked: past the end everything is 0 and `bad` is set.
 */
#ifndef TARGET_DWREAD_H
#define TARGET_DWREAD_H

#include "target/store.h"

#include <string.h>

struct dwread {
	const uint8_t *p, *end;
	bool bad;
};

/* Reads b from offset `at` on. */
static inline struct dwread dwread_at(struct bytes b, uint64_t at)
{
	if (at > b.n || !b.p)
		return (struct dwread){NULL, NULL, at > b.n};
	return (struct dwread){b.p + at, b.p + b.n, false};
}

static inline void dwread_skip(struct dwread *r, uint64_t n)
{
	if (n > (uint64_t)(r->end - r->p)) {
		r->bad = true;
		r->p = r->end;
	} else {
		r->p += n;
	}
}

/* A number of n bytes (1 to 8), little endian. */
static inline uint64_t dwread_uint(struct dwread *r, unsigned n)
{
	uint64_t v = 0;

	if (n > (uint64_t)(r->end - r->p)) {
		r->bad = true;
		r->p = r->end;
		return 0;
	}
	memcpy(&v, r->p, n);
	r->p += n;
	return v;
}

static inline uint64_t dwread_uleb(struct dwread *r)
{
	uint64_t v = 0;

	for (unsigned shift = 0; r->p < r->end; shift += 7) {
		uint8_t b = *r->p++;

		if (shift < 64)
			v |= (uint64_t)(b & 0x7f) << shift;
		if (!(b & 0x80))
			return v;
	}
	r->bad = true;
	return 0;
}

static inline int64_t dwread_sleb(struct dwread *r)
{
	uint64_t v = 0;

	for (unsigned shift = 0; r->p < r->end;) {
		uint8_t b = *r->p++;

		if (shift < 64)
			v |= (uint64_t)(b & 0x7f) << shift;
		shift += 7;
		if (b & 0x80)
			continue;
		if (b & 0x40 && shift < 64)
			v |= ~0ull << shift;
		return (int64_t)v;
	}
	r->bad = true;
	return 0;
}

/* A NUL-terminated text in place; "" when it has no end. */
static inline const char *dwread_text(struct dwread *r)
{
	const char *s = (const char *)r->p;
	const uint8_t *nul = r->p < r->end ? memchr(r->p, 0, (size_t)(r->end - r->p)) : NULL;

	if (!nul) {
		r->bad = true;
		r->p = r->end;
		return "";
	}
	r->p = nul + 1;
	return s;
}

/* A unit's length, and whether its offsets have 8 bytes. */
static inline uint64_t dwread_length(struct dwread *r, bool *wide)
{
	uint64_t n = dwread_uint(r, 4);

	*wide = n == 0xffffffff;
	return *wide ? dwread_uint(r, 8) : n;
}

#endif
