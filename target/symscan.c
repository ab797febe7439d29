/*
 * Making a table of all symbols takes as long as unpacking the kernel; most scripts ask about a few
 * names.  So the text is passed over, each line's name filtered by its length and three of its
 * bytes, and only lines that get through are read.  One pass answers for all names expected so far,
 * and the first also for the bounds of the areas.
 */
#include "target/symscan.h"
#include "base/map.h"

#include <stdlib.h>
#include <string.h>

enum { FEWEST = 100, LONGEST_NAME = 512, FILTER = 1024, MAX_FOUND = 100000 };

const struct symscan_area symscan_areas[SYMSCAN_AREAS] = {
	{"__init_begin", "__init_end", SYMMAP_INIT},
	{"_sinittext", "_einittext", SYMMAP_INIT},
	{"__kprobes_text_start", "__kprobes_text_end", SYMMAP_KPROBES},
	{"__noinstr_text_start", "__noinstr_text_end", SYMMAP_NOINSTR},
	{"__entry_text_start", "__entry_text_end", SYMMAP_ENTRY},
};

struct wanted {
	const char *name;
	size_t len;
	bool done;
	VEC(struct symmap_entry) found;
};

struct symscan {
	struct arena *arena;
	struct bytes text;
	struct map names; /* name -> struct wanted */
	VEC(struct wanted *) pending;
	struct symscan_bounds bounds;
	uint32_t passes;
};

bool symscan_line(const char *s, size_t n, struct symscan_symbol *out)
{
	uint64_t address = 0;
	size_t at = 0;

	for (; at < n && at < 17; at++) {
		char c = s[at];
		int digit = c >= '0' && c <= '9'   ? c - '0'
			    : c >= 'a' && c <= 'f' ? c - 'a' + 10
						   : -1;

		if (digit < 0)
			break;
		address = address << 4 | (unsigned)digit;
	}
	if (at == 0 || at > 16 || at + 3 >= n || s[at] != ' ' || s[at + 2] != ' ')
		return false;
	char type = s[at + 1];
	const char *name = s + at + 3;
	size_t len = n - at - 3, end = 0, rest;

	while (end < len && (unsigned char)name[end] > ' ')
		end++;
	/* a module in brackets, or no name at all */
	for (rest = end; rest < len && (unsigned char)name[rest] <= ' '; rest++)
		;
	if (rest < len || end == 0 || end > LONGEST_NAME)
		return false;
	*out = (struct symscan_symbol){name, (uint32_t)end, address,
				       type == 't' || type == 'T' || type == 'W' || type == 'w'};
	return true;
}

enum symmap_class symscan_class(const struct symscan_bounds *b, uint64_t address)
{
	enum symmap_class class = SYMMAP_PLAIN;

	for (int i = 0; i < SYMSCAN_AREAS; i++)
		if (b->low[i] && address >= b->low[i] && address < b->high[i])
			class = symscan_areas[i].class;
	return class;
}

/* --- passing over the text --- */

static uint32_t filter_of(const char *name, size_t len)
{
	uint32_t h = (uint32_t)len * 5u + (unsigned char)name[len - 1] * 33u +
		     (unsigned char)name[len / 2] * 129u + (unsigned char)name[0] * 3u;

	return h % FILTER;
}

static void note(struct symscan *s, const struct symscan_symbol *y)
{
	vec_each(i, &s->pending) {
		struct wanted *w = s->pending.v[i];
		struct symmap_entry e = {.address = y->address, .code = y->code};

		if (w->len == y->len && !memcmp(w->name, y->name, y->len) && w->found.n < MAX_FOUND)
			vec_push(s->arena, &w->found, e);
	}
}

/* Where the name begins in a line of the usual form; 0 for another. */
static size_t usual(const char *s, size_t n)
{
	return n > 19 && (unsigned char)s[n - 1] > ' ' && s[n - 1] != ']' && s[16] == ' ' &&
			       s[18] == ' '
		       ? 19
		       : 0;
}

static void pass(struct symscan *s)
{
	const char *at = (const char *)s->text.p, *end = at + s->text.n;
	bool filter[FILTER] = {false};
	struct symscan_symbol y;

	vec_each(i, &s->pending)
		filter[filter_of(s->pending.v[i]->name, s->pending.v[i]->len)] = true;
	while (at < end) {
		const char *nl = memchr(at, '\n', (size_t)(end - at)), *stop = nl ? nl : end;
		size_t n = (size_t)(stop - at), name = usual(at, n);

		if ((!name || filter[filter_of(at + name, n - name)]) && symscan_line(at, n, &y))
			note(s, &y);
		at = stop + 1;
	}
	s->passes++;
}

static int by_address(const void *a, const void *b)
{
	const struct symmap_entry *x = a, *y = b;

	return (x->address > y->address) - (x->address < y->address);
}

/* --- names --- */

static struct wanted *want(struct symscan *s, const char *name)
{
	struct wanted *w = map_get(&s->names, name);

	if (w)
		return w;
	w = arena_make(s->arena, struct wanted);
	w->name = arena_strdup(s->arena, name);
	w->len = strlen(name);
	w->done = w->len == 0 || w->len > LONGEST_NAME;
	map_put(&s->names, w->name, w);
	if (!w->done)
		vec_push(s->arena, &s->pending, w);
	return w;
}

/* The address of the first line with the name. */
static uint64_t first_address(struct symscan *s, const char *name)
{
	struct wanted *w = want(s, name);

	return w->found.n ? w->found.v[0].address : 0;
}

static void answer(struct symscan *s)
{
	if (!s->passes)
		for (int i = 0; i < SYMSCAN_AREAS; i++) {
			want(s, symscan_areas[i].from);
			want(s, symscan_areas[i].to);
		}
	pass(s);
	for (int i = 0; s->passes == 1 && i < SYMSCAN_AREAS; i++) {
		s->bounds.low[i] = first_address(s, symscan_areas[i].from);
		s->bounds.high[i] = first_address(s, symscan_areas[i].to);
	}
	vec_each(i, &s->pending) {
		struct wanted *w = s->pending.v[i];

		w->done = true;
		vec_each(j, &w->found)
			w->found.v[j].class =
				(uint16_t)symscan_class(&s->bounds, w->found.v[j].address);
		if (w->found.n > 1)
			qsort(w->found.v, w->found.n, sizeof *w->found.v, by_address);
	}
	s->pending.n = 0;
}

void symscan_expect(struct symscan *s, const char *name)
{
	want(s, name);
}

uint32_t symscan_find(struct symscan *s, const char *name, const struct symmap_entry **first)
{
	struct wanted *w = want(s, name);

	if (!w->done)
		answer(s);
	*first = w->found.v;
	return w->found.n;
}

uint32_t symscan_passes(const struct symscan *s)
{
	return s->passes;
}

struct symscan *symscan_new(struct arena *a, struct bytes text)
{
	struct symscan *s = arena_make(a, struct symscan);
	const char *at = (const char *)text.p, *end = text.n ? at + text.n : at;
	struct symscan_symbol y;
	bool zeroes = true;
	uint32_t n = 0;

	while (at < end && (n < FEWEST || zeroes)) {
		const char *nl = memchr(at, '\n', (size_t)(end - at)), *stop = nl ? nl : end;

		if (symscan_line(at, (size_t)(stop - at), &y)) {
			n++;
			zeroes &= !y.address;
		}
		at = stop + 1;
	}
	*s = (struct symscan){.arena = a, .text = text, .names.arena = a};
	return n >= FEWEST && !zeroes ? s : NULL;
}
