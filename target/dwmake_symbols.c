/*
 * The symbol table's part of the index.  A symbol at the entry of a function that DWARF knows is
 * another name of it ("memcpy" of __memcpy, "x.isra.0" of x); any other is a function by itself,
 * of which nothing but its address is known.
 */
#include "target/dwmake.h"

#include <stdlib.h>

static int by_address(const void *a, const void *b)
{
	const struct dwscan_symbol *x = a, *y = b;

	if (x->address != y->address)
		return x->address < y->address ? -1 : 1;
	/* the global name first: it is the better known */
	if (x->global != y->global)
		return x->global ? -1 : 1;
	return strcmp(x->name, y->name);
}

/* A place that is no copy. */
struct entry {
	uint64_t address;
	uint32_t place;
};

static int by_entry(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	if (x->address != y->address)
		return x->address < y->address ? -1 : 1;
	return (x->place > y->place) - (x->place < y->place);
}

static struct image *entries(struct dwmake *mk, uint32_t *n)
{
	const struct dwindex_place *p = DWMAKE_ITEMS(mk->places, struct dwindex_place);
	struct image *m = store_buffer(mk->st, ((size_t)mk->places.n + 1) * sizeof(struct entry));
	struct entry *v = m ? (struct entry *)m->data : NULL;

	*n = 0;
	for (uint32_t i = 0; v && i < mk->places.n; i++)
		if (!(p[i].flags & DWINDEX_INLINED) && p[i].function)
			v[(*n)++] = (struct entry){p[i].address, i};
	if (v)
		qsort(v, *n, sizeof *v, by_entry);
	return m;
}

static bool add(struct dwmake *mk, const struct dwscan_symbol *s, struct dwindex_place p)
{
	uint32_t f = dwmake_function(mk, s->name, 0, 0, DWINDEX_SYMBOL);

	p.address = s->address;
	p.function = f;
	p.flags |= DWINDEX_SYMBOL | (s->global ? DWINDEX_EXTERNAL : 0);
	return f && dwmake_place(mk, &p, 0);
}

/* The symbols at the entry of a known function. */
static bool add_names(struct dwmake *mk, const struct dwscan_symbol *s, uint32_t n, uint32_t place)
{
	struct dwindex_place *p = DWMAKE_ITEMS(mk->places, struct dwindex_place) + place;
	uint32_t name = DWMAKE_ITEMS(mk->functions, struct dwindex_function)[p->function - 1].name;
	uint32_t other = 0;
	bool own = false;

	for (uint32_t i = 0; i < n; i++) {
		uint32_t text = dwmake_text(mk, s[i].name);

		if (text == UINT32_MAX)
			return false;
		own = own || text == name;
		other = other ? other : text;
		if (text != name) {
			struct dwindex_place new =
				DWMAKE_ITEMS(mk->places, struct dwindex_place)[place];

			new.symbol = text;
			if (!add(mk, &s[i], new))
				return false;
		}
	}
	if (!own)
		DWMAKE_ITEMS(mk->places, struct dwindex_place)[place].symbol = other;
	return true;
}

bool dwmake_symbols(struct dwmake *mk, struct dwscan_symbols *s)
{
	uint32_t n, at = 0;
	struct image *held = entries(mk, &n);
	const struct entry *v = held ? (const struct entry *)held->data : NULL;
	bool ok = v != NULL;

	if (s->n)
		qsort(s->v, s->n, sizeof *s->v, by_address);
	for (uint32_t i = 0, same; ok && i < s->n; i += same) {
		uint64_t address = s->v[i].address;

		for (same = 1; i + same < s->n && s->v[i + same].address == address; same++)
			;
		while (at < n && v[at].address < address)
			at++;
		if (at < n && v[at].address == address) {
			ok = add_names(mk, &s->v[i], same, v[at].place);
			continue;
		}
		for (uint32_t j = 0; ok && !s->names_only && j < same; j++)
			ok = add(mk, &s->v[i + j], (struct dwindex_place){0});
	}
	store_drop(mk->st, held);
	return ok;
}
