/*
 * The index in the making.  Arrays live in mappings that grow in place; tables of positions are
 * open-addressed and doubled.  All places of one function, in whatever unit, come together under
 * its name, file and line: a static inline function of a header is one function.
 */
#include "target/dwmake.h"
#include "base/map.h"
#include "target/dwline.h"

#include <stdlib.h>

enum { MAX_TEXTS = 64 * 1024 * 1024, MAX_HOPS = 6 };

/* --- arrays --- */

static void *push(struct dwmake *mk, struct dwmake_array *a, size_t item)
{
	size_t want = ((size_t)a->n + 1) * item;

	if (a->n >= a->most) {
		store_fail(mk->st, DIAG_TARGET_TOO_LARGE,
			   "its debug information has more than %u entries of one kind", a->most);
		return NULL;
	}
	if (want > a->m->capacity && !store_grow(mk->st, a->m, 2 * a->m->capacity))
		return NULL;
	return a->m->data + (size_t)a->n++ * item;
}

static bool start(struct dwmake *mk, struct dwmake_array *a, uint32_t most)
{
	a->m = store_buffer(mk->st, 64 * 1024);
	a->most = most;
	return a->m != NULL;
}

static bool slots(struct dwmake *mk, struct dwmake_array *a, uint32_t *mask, uint32_t n)
{
	a->m = store_buffer(mk->st, (size_t)n * sizeof(uint32_t));
	*mask = n - 1;
	return a->m != NULL;
}

static uint32_t *slot_of(const struct dwmake_array *a)
{
	return (uint32_t *)a->m->data;
}

bool dwmake_start(struct dwmake *mk, uint32_t most_defs, uint32_t most_places, size_t bytes)
{
	uint32_t first = 1024;

	/* about as many as a kernel has by its size */
	while (first < bytes / 512 && first < 1024 * 1024)
		first *= 2;

	mk->texts = store_buffer(mk->st, 1024 * 1024);
	mk->ntexts = 1;
	return mk->texts && start(mk, &mk->defs, most_defs) &&
	       start(mk, &mk->places, most_places) && start(mk, &mk->origins, most_places) &&
	       start(mk, &mk->ranges, most_places) && start(mk, &mk->units, most_defs) &&
	       start(mk, &mk->functions, most_places) &&
	       slots(mk, &mk->def_slots, &mk->def_mask, first) &&
	       slots(mk, &mk->text_slots, &mk->text_mask, first) &&
	       slots(mk, &mk->name_slots, &mk->name_mask, first);
}

void dwmake_drop(struct dwmake *mk)
{
	struct dwmake_array *all[] = {&mk->defs,      &mk->places,     &mk->origins,
				      &mk->ranges,    &mk->units,      &mk->functions,
				      &mk->def_slots, &mk->text_slots, &mk->name_slots};

	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		store_drop(mk->st, all[i]->m);
	store_drop(mk->st, mk->texts);
}

static uint32_t mix(uint64_t v)
{
	return (uint32_t)((v * 0x9e3779b97f4a7c15ull) >> 32);
}

/* Doubles a table; hash tells where the position p belongs. */
static bool widen(struct dwmake *mk, struct dwmake_array *a, uint32_t *mask,
		  uint32_t (*hash)(const struct dwmake *mk, uint32_t p))
{
	struct image *old = a->m;
	uint32_t n = *mask + 1;

	if (!slots(mk, a, mask, 2 * n)) {
		a->m = old;
		return false;
	}
	for (uint32_t i = 0; i < n; i++) {
		uint32_t p = ((uint32_t *)old->data)[i], at;

		if (!p)
			continue;
		for (at = hash(mk, p) & *mask; slot_of(a)[at]; at = (at + 1) & *mask)
			;
		slot_of(a)[at] = p;
	}
	store_drop(mk->st, old);
	return true;
}

/* --- texts --- */

static uint32_t text_hash(const struct dwmake *mk, uint32_t p)
{
	const char *s = (const char *)mk->texts->data + p;

	return map_hash(s, strlen(s));
}

uint32_t dwmake_text(struct dwmake *mk, const char *s)
{
	size_t n = s ? strlen(s) : 0;
	uint32_t at, *slot = slot_of(&mk->text_slots);

	if (!n)
		return 0;
	for (at = map_hash(s, n) & mk->text_mask; slot[at]; at = (at + 1) & mk->text_mask)
		if (!strcmp((const char *)mk->texts->data + slot[at], s))
			return slot[at];
	size_t end = (size_t)mk->ntexts + n + 1;

	if (end > MAX_TEXTS) {
		store_fail(mk->st, DIAG_TARGET_TOO_LARGE, "its names take more than %u MiB",
			   MAX_TEXTS / MIB);
		return UINT32_MAX;
	}
	if (end > mk->texts->capacity && !store_grow(mk->st, mk->texts, 2 * end))
		return UINT32_MAX;
	memcpy(mk->texts->data + mk->ntexts, s, n + 1);
	uint32_t p = mk->ntexts;

	slot[at] = p;
	mk->ntexts = (uint32_t)end;
	if (++mk->text_slots.n > mk->text_mask / 2 &&
	    !widen(mk, &mk->text_slots, &mk->text_mask, text_hash))
		return UINT32_MAX;
	return p;
}

/* --- what the walk gives --- */

bool dwmake_unit(struct dwmake *mk, uint64_t at)
{
	uint64_t *u = push(mk, &mk->units, sizeof *u);

	mk->unit_first = mk->defs.n;
	if (u)
		*u = at;
	return u != NULL;
}

static uint32_t def_hash(const struct dwmake *mk, uint32_t p)
{
	return mix(DWMAKE_ITEMS(mk->defs, struct dwmake_def)[p - 1].die);
}

bool dwmake_def(struct dwmake *mk, const struct dwmake_def *def)
{
	struct dwmake_def *d = push(mk, &mk->defs, sizeof *d);
	uint32_t *slot, at;

	if (!d)
		return false;
	*d = *def;
	slot = slot_of(&mk->def_slots);
	for (at = mix(d->die) & mk->def_mask; slot[at]; at = (at + 1) & mk->def_mask)
		;
	slot[at] = mk->defs.n;
	return mk->defs.n <= mk->def_mask / 2 || widen(mk, &mk->def_slots, &mk->def_mask, def_hash);
}

static struct dwmake_def *def_at(struct dwmake *mk, uint64_t die)
{
	const uint32_t *slot = slot_of(&mk->def_slots);

	for (uint32_t at = mix(die) & mk->def_mask; slot[at]; at = (at + 1) & mk->def_mask) {
		struct dwmake_def *d = &DWMAKE_ITEMS(mk->defs, struct dwmake_def)[slot[at] - 1];

		if (d->die == die)
			return d;
	}
	return NULL;
}

bool dwmake_place(struct dwmake *mk, const struct dwindex_place *p, uint64_t origin)
{
	struct dwindex_place *new = push(mk, &mk->places, sizeof *new);
	uint64_t *o = new ? push(mk, &mk->origins, sizeof *o) : NULL;

	if (!o)
		return false;
	*new = *p;
	*o = origin;
	return true;
}

bool dwmake_range(struct dwmake *mk, uint64_t low, uint64_t high, uint32_t place)
{
	struct dwindex_range *r = push(mk, &mk->ranges, sizeof *r);

	if (r)
		*r = (struct dwindex_range){low, high, place, 0};
	return r != NULL;
}

/* Functions without a declaration, as assemblers describe theirs: the first line of their code. */
struct undeclared {
	struct dwmake *mk;
	struct dwmake_def **v; /* by entry */
	uint32_t n;
};

static int by_entry(const void *a, const void *b)
{
	const struct dwmake_def *x = *(struct dwmake_def *const *)a;
	const struct dwmake_def *y = *(struct dwmake_def *const *)b;

	return (x->entry > y->entry) - (x->entry < y->entry);
}

static bool take_line(const struct dwline_row *row, void *data)
{
	struct undeclared *d = data;
	uint32_t low = 0, high = d->n;

	while (!row->end && low < high) {
		uint32_t mid = low + (high - low) / 2;

		if (d->v[mid]->entry < row->address)
			low = mid + 1;
		else
			high = mid;
	}
	for (; !row->end && low < d->n && d->v[low]->entry == row->address && !d->v[low]->line;
	     low++) {
		d->v[low]->line = row->line;
		d->v[low]->file = row->file;
	}
	return true;
}

static bool is_undeclared(const struct dwmake_def *d)
{
	return d->entry && !d->line && !d->origin;
}

/* Looks for the lines of the unit's undeclared functions. */
static void find_lines(struct dwmake *mk, const struct dwline *l, struct arena *a)
{
	struct dwmake_def *defs = DWMAKE_ITEMS(mk->defs, struct dwmake_def);
	struct undeclared d = {.mk = mk};

	for (uint32_t i = mk->unit_first; i < mk->defs.n; i++)
		d.n += is_undeclared(&defs[i]);
	if (!d.n)
		return;
	d.v = arena_alloc(a, d.n * sizeof *d.v);
	d.n = 0;
	for (uint32_t i = mk->unit_first; i < mk->defs.n; i++)
		if (is_undeclared(&defs[i]))
			d.v[d.n++] = &defs[i];
	qsort(d.v, d.n, sizeof *d.v, by_entry);
	dwline_each(l, take_line, &d);
}

/* Makes a text of each file number; the first ones are remembered. */
static bool name_files(struct dwmake *mk, const struct dwline *l, struct arena *a)
{
	enum { REMEMBERED = 64 };
	uint32_t known[REMEMBERED] = {0}; /* the text + 1 */

	for (uint32_t i = mk->unit_first; i < mk->defs.n; i++) {
		struct dwmake_def *d = &DWMAKE_ITEMS(mk->defs, struct dwmake_def)[i];
		uint32_t number = d->file, text;

		if (number < REMEMBERED && known[number]) {
			d->file = known[number] - 1;
			continue;
		}
		text = l && d->line ? dwmake_text(mk, dwline_path(l, number, a)) : 0;
		if (text == UINT32_MAX)
			return false;
		DWMAKE_ITEMS(mk->defs, struct dwmake_def)[i].file = text;
		if (number < REMEMBERED && d->line)
			known[number] = text + 1;
	}
	return true;
}

bool dwmake_unit_done(struct dwmake *mk, const struct dwunit *u)
{
	struct arena *a;
	struct dwline l;
	bool lines, ok;

	if (mk->defs.n == mk->unit_first)
		return true;
	a = arena_scratch(mk->arena);
	lines = dwline_open(&l, u, a);
	if (lines)
		find_lines(mk, &l, a);
	ok = name_files(mk, lines ? &l : NULL, a);
	arena_free(a);
	return ok;
}

/* --- functions --- */

static uint32_t name_mix(uint32_t name, uint32_t file, uint32_t line)
{
	return mix((uint64_t)name << 32 ^ (uint64_t)file << 14 ^ line);
}

static uint32_t name_hash(const struct dwmake *mk, uint32_t p)
{
	const struct dwindex_function *f =
		&DWMAKE_ITEMS(mk->functions, struct dwindex_function)[p - 1];

	return name_mix(f->name, f->file, f->line);
}

uint32_t dwmake_function(struct dwmake *mk, const char *name, uint32_t file, uint32_t line,
			 uint32_t flags)
{
	uint32_t text = dwmake_text(mk, name), at, *slot = slot_of(&mk->name_slots);

	if (text == UINT32_MAX)
		return 0;
	for (at = name_mix(text, file, line) & mk->name_mask; slot[at];
	     at = (at + 1) & mk->name_mask) {
		struct dwindex_function *f =
			&DWMAKE_ITEMS(mk->functions, struct dwindex_function)[slot[at] - 1];

		if (f->name == text && f->file == file && f->line == line) {
			f->flags |= flags;
			return slot[at];
		}
	}
	struct dwindex_function *f = push(mk, &mk->functions, sizeof *f);

	if (!f)
		return 0;
	*f = (struct dwindex_function){text, file, line, flags, 0, 0};
	slot[at] = mk->functions.n;
	if (mk->functions.n > mk->name_mask / 2 &&
	    !widen(mk, &mk->name_slots, &mk->name_mask, name_hash))
		return 0;
	return mk->functions.n;
}

/* The function that an entry is of; 0: it has no name; UINT32_MAX after store_fail(). */
static uint32_t function_of(struct dwmake *mk, uint64_t die)
{
	struct dwmake_def *d = def_at(mk, die), *o = d;
	const char *name = NULL, *linkage = NULL;
	uint32_t file = 0, line = 0, flags = 0;

	if (!d || d->function)
		return d ? d->function : 0;
	for (int hop = 0; o && hop < MAX_HOPS; hop++) {
		name = name ? name : o->name;
		linkage = linkage ? linkage : o->linkage;
		if (!line && o->line) {
			file = o->file;
			line = o->line;
		}
		flags |= (o->external ? DWINDEX_EXTERNAL : 0) | (o->cplus ? DWINDEX_CPLUS : 0);
		o = o->origin ? def_at(mk, o->origin) : NULL;
	}
	name = name ? name : linkage;
	if (!name || !*name)
		return 0;
	d->function = dwmake_function(mk, name, file, line, flags);
	return d->function ? d->function : UINT32_MAX;
}

bool dwmake_name_places(struct dwmake *mk)
{
	for (uint32_t i = 0; i < mk->places.n; i++) {
		struct dwindex_place *p = &DWMAKE_ITEMS(mk->places, struct dwindex_place)[i];
		uint32_t f = function_of(mk, DWMAKE_ITEMS(mk->origins, uint64_t)[i]);

		if (f == UINT32_MAX)
			return false;
		p->function = f;
		if (f)
			p->flags |=
				DWMAKE_ITEMS(mk->functions, struct dwindex_function)[f - 1].flags;
	}
	return true;
}
