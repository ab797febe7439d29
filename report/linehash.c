/*
 * The hash of each line that code scanning knows alerts by ("primaryLocationLineHash"): over the
 * next 100 characters from the start of the line, white space within lines left out, in 64 bits, a
 * polynomial in 37; equal ones of one file are counted.  A window of 100 characters runs over the
 * text, which makes it linear.  Characters are UTF-16 units; what is not UTF-8 is U+FFFD.
 */
#include "base/map.h"
#include "report/report.h"

#include <stdio.h>

enum { BLOCK = 100, FACTOR = 37, END = 65535 };

struct roll {
	struct arena *arena;
	struct linehashes *out;
	struct map counts;
	uint32_t window[BLOCK], lines[BLOCK]; /* lines: that begin there, from 1; 0: none */
	uint64_t hash, first;
	uint32_t at, line;
	bool starts, after_return;
};

static void give(struct roll *r)
{
	char *text = arena_printf(r->arena, "%llx", (unsigned long long)r->hash);
	uint32_t *n = map_get(&r->counts, text);

	if (!n) {
		n = arena_make(r->arena, uint32_t);
		map_put(&r->counts, text, n);
	}
	vec_push(r->arena, r->out, arena_printf(r->arena, "%s:%u", text, ++*n));
	r->lines[r->at] = 0;
}

static void push(struct roll *r, uint32_t c)
{
	uint32_t gone = r->window[r->at];

	r->window[r->at] = c;
	r->hash = FACTOR * r->hash + c - r->first * gone;
	r->at = (r->at + 1) % BLOCK;
}

static void take(struct roll *r, uint32_t c)
{
	bool skipped = c == ' ' || c == '\t' || (r->after_return && c == '\n');

	r->after_return = !skipped && c == '\r';
	if (skipped)
		return;
	if (c == '\r')
		c = '\n';
	if (r->lines[r->at])
		give(r);
	if (r->starts)
		r->lines[r->at] = ++r->line;
	r->starts = c == '\n';
	push(r, c);
}

void linehash_all(struct arena *a, const char *text, size_t len, struct linehashes *out)
{
	struct roll *r = arena_make(a, struct roll);
	size_t at = 0;

	*r = (struct roll){.arena = a, .out = out, .counts.arena = a, .first = 1, .starts = true};
	for (int i = 0; i < BLOCK; i++)
		r->first *= FACTOR;
	while (at < len) {
		uint32_t c = json_character(text, len, &at);

		if (c >= 0x10000) {
			take(r, 0xd800 + ((c - 0x10000) >> 10));
			take(r, 0xdc00 + ((c - 0x10000) & 0x3ff));
		} else {
			take(r, c);
		}
	}
	take(r, END);
	for (int i = 0; i < BLOCK; i++) {
		if (r->lines[r->at])
			give(r);
		push(r, 0);
	}
}
