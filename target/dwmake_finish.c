/* Sorting what was gathered and writing it as one block. */
#include "target/dwmake.h"

#include <stdlib.h>

struct orders {
	const struct dwmake *mk;
	const struct dwindex_function *functions;
	const struct dwindex_place *places;
	uint32_t *function, *place;           /* old positions in the new order */
	uint32_t *function_rank, *place_rank; /* new positions */
	uint32_t *first;                      /* places of a function, in the new order */
	uint32_t nplaces;                     /* those that have a name */
};

static int by_name(const void *a, const void *b, void *data)
{
	const struct orders *o = data;
	const struct dwindex_function *x = &o->functions[*(const uint32_t *)a];
	const struct dwindex_function *y = &o->functions[*(const uint32_t *)b];
	const char *texts = (const char *)o->mk->texts->data;

	if (x->name != y->name)
		return strcmp(texts + x->name, texts + y->name);
	if (x->file != y->file)
		return strcmp(texts + x->file, texts + y->file);
	return (x->line > y->line) - (x->line < y->line);
}

static int by_address(const void *a, const void *b, void *data)
{
	const struct orders *o = data;
	const struct dwindex_place *x = &o->places[*(const uint32_t *)a];
	const struct dwindex_place *y = &o->places[*(const uint32_t *)b];

	if (x->address != y->address)
		return x->address < y->address ? -1 : 1;
	return (x->die > y->die) - (x->die < y->die);
}

static int by_low(const void *a, const void *b)
{
	const struct dwindex_range *x = a, *y = b;

	if (x->low != y->low)
		return x->low < y->low ? -1 : 1;
	return (x->high > y->high) - (x->high < y->high);
}

static void sort_functions(struct orders *o)
{
	uint32_t n = o->mk->functions.n;

	for (uint32_t i = 0; i < n; i++)
		o->function[i] = i;
	if (n)
		qsort_r(o->function, n, sizeof *o->function, by_name, o);
	for (uint32_t i = 0; i < n; i++)
		o->function_rank[o->function[i]] = i;
}

/* By function, counting how many each has, then by address among one's. */
static void sort_places(struct orders *o)
{
	uint32_t nf = o->mk->functions.n, *first = o->first;

	for (uint32_t i = 0; i < o->mk->places.n; i++)
		if (o->places[i].function)
			first[o->function_rank[o->places[i].function - 1] + 1]++;
	for (uint32_t i = 0; i < nf; i++)
		first[i + 1] += first[i];
	o->nplaces = first[nf];
	for (uint32_t i = 0; i < o->mk->places.n; i++) {
		o->place_rank[i] = UINT32_MAX;
		if (o->places[i].function)
			o->place[first[o->function_rank[o->places[i].function - 1]]++] = i;
	}
	/* each first[] now is where the next function's begin */
	for (uint32_t i = 0, from = 0; i < nf; from = first[i++])
		if (first[i] - from > 1)
			qsort_r(o->place + from, first[i] - from, sizeof *o->place, by_address, o);
	for (uint32_t i = 0; i < o->nplaces; i++)
		o->place_rank[o->place[i]] = i;
}

/* Copies the places in their new order, and counts them for their functions. */
static void write_places(const struct orders *o, struct dwindex_function *f,
			 struct dwindex_place *to)
{
	for (uint32_t i = 0; i < o->nplaces; i++) {
		to[i] = o->places[o->place[i]];
		to[i].function = o->function_rank[to[i].function - 1];
		if (f[to[i].function].n++ == 0)
			f[to[i].function].first = i;
	}
}

static uint32_t write_ranges(const struct orders *o, struct dwindex_range *to)
{
	const struct dwindex_range *r = DWMAKE_ITEMS(o->mk->ranges, struct dwindex_range);
	uint32_t n = 0;

	for (uint32_t i = 0; i < o->mk->ranges.n; i++) {
		if (o->place_rank[r[i].place] == UINT32_MAX)
			continue;
		to[n] = r[i];
		to[n++].place = o->place_rank[r[i].place];
	}
	if (n)
		qsort(to, n, sizeof *to, by_low);
	return n;
}

static uint32_t count_ranges(const struct orders *o)
{
	const struct dwindex_range *r = DWMAKE_ITEMS(o->mk->ranges, struct dwindex_range);
	uint32_t n = 0;

	for (uint32_t i = 0; i < o->mk->ranges.n; i++)
		n += o->place_rank[r[i].place] != UINT32_MAX;
	return n;
}

static struct image *write_all(const struct orders *o)
{
	const struct dwmake *mk = o->mk;
	struct dwindex_head h = {
		.magic = "code  1",
		.functions = mk->functions.n,
		.places = o->nplaces,
		.ranges = count_ranges(o),
		.units = mk->units.n,
		.texts = mk->ntexts,
		.damaged = mk->damaged,
	};
	size_t at[6], n = dwindex_layout(&h, at);
	struct image *m = n <= UINT32_MAX ? store_buffer(mk->st, n) : NULL;

	if (!m)
		return NULL;
	h.size = (uint32_t)n;
	m->len = n;
	memcpy(m->data, &h, sizeof h);
	struct dwindex_function *f = (struct dwindex_function *)(m->data + at[0]);

	for (uint32_t i = 0; i < h.functions; i++)
		f[i] = o->functions[o->function[i]];
	write_places(o, f, (struct dwindex_place *)(m->data + at[1]));
	write_ranges(o, (struct dwindex_range *)(m->data + at[2]));
	memcpy(m->data + at[3], mk->units.m->data, (size_t)h.units * sizeof(uint64_t));
	memcpy(m->data + at[4], mk->texts->data, h.texts);
	return m;
}

struct image *dwmake_finish(struct dwmake *mk)
{
	size_t nf = mk->functions.n, np = mk->places.n;
	struct image *held = store_buffer(mk->st, (3 * nf + 2 * np + 2) * sizeof(uint32_t)), *out;
	struct orders o = {
		.mk = mk,
		.functions = DWMAKE_ITEMS(mk->functions, struct dwindex_function),
		.places = DWMAKE_ITEMS(mk->places, struct dwindex_place),
	};

	if (!held)
		return NULL;
	o.function = (uint32_t *)held->data;
	o.function_rank = o.function + nf;
	o.place = o.function_rank + nf;
	o.place_rank = o.place + np;
	o.first = o.place_rank + np;
	sort_functions(&o);
	sort_places(&o);
	out = write_all(&o);
	store_drop(mk->st, held);
	return out;
}
