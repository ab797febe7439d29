/* The common part of searches: picking functions from the index, and opening their units. */
#include "target/code_search.h"
#include "base/text.h"

#include <string.h>

bool code_search_file(const char *glob, const char *path)
{
	if (!glob)
		return true;
	for (const char *s = path; s; s = strchr(s, '/')) {
		s += *s == '/';
		if (text_glob(glob, s))
			return true;
		if (!*s)
			break;
	}
	return path && text_glob(glob, path);
}

bool code_search_unit(struct code_search *s, uint32_t unit)
{
	if (s->open && s->unit == unit)
		return true;
	s->open = code_index_unit(s->c, s->ix, unit, &s->abbrevs, &s->u);
	s->unit = unit;
	return s->open;
}

uint32_t code_search_unit_of(const struct code_search *s, uint64_t die)
{
	uint32_t low = 0, high = s->ix->head->units;

	while (low < high) {
		uint32_t mid = low + (high - low) / 2;

		if (s->ix->units[mid] <= die)
			low = mid + 1;
		else
			high = mid;
	}
	return low - 1;
}

bool code_search_add(struct code_search *s, const struct code_place *p)
{
	s->out->cut = s->out->n >= CODE_MAX_PLACES;
	if (s->out->cut)
		return false;
	vec_push(s->arena, s->out, *p);
	return true;
}

struct code_place code_search_place(const struct code_search *s, const struct code_pick *pick)
{
	const struct dwindex_function *f = pick->function;
	const struct dwindex_place *p = pick->place;

	return (struct code_place){
		.code = s->c,
		.function = dwindex_text(s->ix, f->name),
		.symbol = dwindex_text(s->ix, p->symbol),
		.file = dwindex_text(s->ix, f->file),
		.line = f->line,
		.address = p->address,
		.entry = p->address,
		.inlined = p->flags & DWINDEX_INLINED,
		.exported = p->flags & DWINDEX_EXTERNAL,
		.scope = p->die,
	};
}
