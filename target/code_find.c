/*
 * Finding places.  Functions come from the index alone; statements, labels and callees look into
 * the units of the functions that the query's names allow.  Where only symbols are known, a
 * function's entry can be answered, and nothing that needs source files or copies.
 */
#include "target/code_search.h"
#include "target/code_tree.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_TWINS = 64 }; /* looked at, at one address */

/* --- picking --- */

static bool allowed(const struct code_query *q, const struct dwindex_place *p)
{
	bool inlined = p->flags & DWINDEX_INLINED;

	if (q->exported_only && (inlined || !(p->flags & DWINDEX_EXTERNAL)))
		return false;
	return q->inlines == CODE_BOTH || inlined == (q->inlines == CODE_INLINES_ONLY);
}

/* The function that a symbol is another name of, for one asked for by that name alone. */
static struct code_pick real_one(const struct code_search *s, struct code_pick pick)
{
	const struct dwindex_place *p = dwindex_around(s->ix, pick.place->address);
	const struct dwindex_function *f = p ? dwindex_function(s->ix, p->function) : NULL;

	if (!f || p->address != pick.place->address)
		return pick;
	return (struct code_pick){f, p};
}

/* Is the answer the picks themselves? */
static bool entries(const struct code_query *q)
{
	return q->what == CODE_FUNCTIONS && q->lines == CODE_NO_LINE;
}

static void pick_places(struct code_search *s, const struct dwindex_function *f, bool exact)
{
	const struct dwindex_place *p;

	for (uint32_t i = 0; (p = dwindex_place(s->ix, f, i)); i++) {
		struct code_pick pick = {f, p};

		/* none of these is left out later, but for twins */
		if (entries(s->q) && s->picks.n > CODE_MAX_PLACES)
			return;
		if (!allowed(s->q, p))
			continue;
		if (exact && p->flags & DWINDEX_SYMBOL && p->die)
			pick = real_one(s, pick);
		vec_push(s->scratch, &s->picks, pick);
		if (s->q->once)
			return;
	}
}

/* Symbols have no file, so one that is asked for leaves them out. */
static void pick_function(struct code_search *s, const struct dwindex_function *f, bool exact)
{
	const char *file = dwindex_text(s->ix, f->file);

	if (s->q->file && (!file || !code_search_file(s->q->file, file)))
		return;
	pick_places(s, f, exact);
}

static void pick_all(struct code_search *s)
{
	const char *name = s->q->function;
	uint32_t first = 0, n = s->ix->head->functions;
	bool exact = name && !text_is_glob(name);

	if (exact)
		n = dwindex_find(s->ix, name, &first);
	for (uint32_t i = first; i < first + n; i++) {
		const struct dwindex_function *f = dwindex_function(s->ix, i);
		const char *text = dwindex_text(s->ix, f->name);

		if (text && (exact || !name || text_glob(name, text)))
			pick_function(s, f, exact);
	}
}

/* --- functions --- */

static bool add_functions(struct code_search *s)
{
	vec_each(i, &s->picks) {
		const struct code_pick *pick = &s->picks.v[i];
		struct code_place p = code_search_place(s, pick);

		code_lines_prologue(s, pick, &p);
		if (!code_search_add(s, &p))
			return false;
	}
	return true;
}

static bool add_around(struct code_search *s, const char **reason)
{
	const struct dwindex_place *p = dwindex_around(s->ix, s->q->address);
	const struct dwindex_function *f = p ? dwindex_function(s->ix, p->function) : NULL;
	struct code_pick pick = {f, p};

	if (!f) {
		*reason = "no function has code at that address";
		return true;
	}
	vec_push(s->scratch, &s->picks, pick);
	return add_functions(s);
}

static bool add_statement_at(struct code_search *s, const char **reason)
{
	const struct dwindex_place *p = dwindex_around(s->ix, s->q->address);
	const struct dwindex_function *f = p ? dwindex_function(s->ix, p->function) : NULL;
	struct code_pick pick = {f, p};
	struct code_place place;

	if (!f) {
		*reason = "no function has code at that address";
		return true;
	}
	if (!code_search_unit(s, p->unit))
		return false;
	place = code_search_place(s, &pick);
	place.address = s->q->address;
	place.scope = code_tree_innermost(s, p->die, place.address);
	if (!code_lines_begins(s, place.address, &place.file, &place.line)) {
		*reason = "no line's code begins at that address";
		return true;
	}
	return code_search_add(s, &place);
}

/* --- all --- */

static int by_unit(const void *a, const void *b)
{
	const struct code_pick *x = a, *y = b;

	if (x->place->unit != y->place->unit)
		return x->place->unit < y->place->unit ? -1 : 1;
	/* functions before copies: where lines compete for an address theirs win */
	if ((x->place->flags ^ y->place->flags) & DWINDEX_INLINED)
		return x->place->flags & DWINDEX_INLINED ? 1 : -1;
	return (x->place->die > y->place->die) - (x->place->die < y->place->die);
}

/* Leaves what DWARF knows, in the order of units. */
static void keep_dwarf(struct code_search *s)
{
	uint32_t kept = 0;

	vec_each(i, &s->picks)
		if (s->picks.v[i].place->die && !(s->picks.v[i].place->flags & DWINDEX_SYMBOL))
			s->picks.v[kept++] = s->picks.v[i];
	s->picks.n = kept;
	if (kept)
		qsort(s->picks.v, kept, sizeof *s->picks.v, by_unit);
}

static int text_order(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "");
}

static int by_address(const void *a, const void *b)
{
	const struct code_place *x = a, *y = b;
	int order;

	if (x->address != y->address)
		return x->address < y->address ? -1 : 1;
	if ((order = text_order(x->function, y->function)))
		return order;
	if ((order = text_order(x->label, y->label)) || (order = text_order(x->caller, y->caller)))
		return order;
	if (x->line != y->line)
		return x->line < y->line ? -1 : 1;
	return (x->scope > y->scope) - (x->scope < y->scope);
}

/* Are they one place, or is one a symbol for what the other names better? */
static bool same(const struct code_place *a, const struct code_place *b)
{
	return a->address == b->address && (a->scope == b->scope || !a->scope || !b->scope) &&
	       !text_order(a->label, b->label) && !text_order(a->caller, b->caller) &&
	       (a->line == b->line || !a->line || !b->line);
}

/* Sorts what was found from `from` on; each place stays once, under the name that has a file. */
static void settle(struct code_places *out, uint32_t from)
{
	uint32_t kept = from;

	if (out->n > from)
		qsort(out->v + from, out->n - from, sizeof *out->v, by_address);
	for (uint32_t i = from; i < out->n; i++) {
		struct code_place *p = &out->v[i], *twin = NULL;

		for (uint32_t j = kept;
		     j > from && kept - j < MOST_TWINS && out->v[j - 1].address == p->address; j--)
			if (same(&out->v[j - 1], p))
				twin = &out->v[j - 1];
		if (!twin)
			out->v[kept++] = *p;
		else if (!twin->file && p->file)
			*twin = *p;
	}
	out->n = kept;
}

static bool needs_dwarf(const struct code_query *q)
{
	return q->file || q->lines != CODE_NO_LINE || q->what == CODE_LABELS ||
	       q->what == CODE_CALLEES || q->inlines == CODE_INLINES_ONLY ||
	       (q->what == CODE_STATEMENTS && q->by_address);
}

static bool run(struct code_search *s, const char **reason)
{
	const struct code_query *q = s->q;

	if (q->by_address)
		return q->what == CODE_STATEMENTS ? add_statement_at(s, reason)
						  : add_around(s, reason);
	pick_all(s);
	if (q->what == CODE_LABELS || q->what == CODE_CALLEES || q->lines != CODE_NO_LINE)
		keep_dwarf(s);
	switch (q->what) {
	case CODE_LABELS: return code_labels_run(s);
	case CODE_CALLEES: return code_callees_run(s);
	case CODE_FUNCTIONS:
	case CODE_STATEMENTS: break;
	}
	return q->lines == CODE_NO_LINE ? add_functions(s) : code_lines_run(s);
}

/* Callees and addresses may lead to functions of any name, in any file. */
static const struct dwindex *index_for(const struct code *c, const struct code_query *q)
{
	bool any = !q->function || text_is_glob(q->function);

	if (q->by_address || q->what == CODE_CALLEES || (any && !q->file))
		return code_index(c);
	if (any)
		return code_index_filed(c, q->file);
	return code_index_named(c, q->function);
}

enum answer code_find(const struct code *c, const struct code_query *q, struct arena *a,
		      struct code_places *out, const char **why)
{
	struct code_search s = {.c = c, .q = q, .arena = a, .out = out};
	enum code_source source = code_source(c);
	const char *reason = NULL;
	uint32_t from = out->n;
	bool whole;

	s.ix = source == CODE_MISSING ? NULL : index_for(c, q);
	source = code_source(c);
	if (!s.ix || (source != CODE_DWARF && needs_dwarf(q))) {
		if (why)
			*why = code_remedy(c);
		return ANSWER_UNKNOWN;
	}
	s.scratch = arena_scratch(a);
	s.abbrevs.arena = s.scratch;
	whole = run(&s, &reason) && s.ix->head->damaged == 0 && !s.why;
	arena_free(s.names);
	arena_free(s.scratch);
	settle(out, from);
	if (s.why)
		reason = s.why;
	if (!whole && !reason)
		reason = out->cut ? "there are too many such places"
				  : "the debug information is damaged";
	if (source != CODE_DWARF && !reason)
		reason = code_remedy(c);
	if (why)
		*why = reason;
	if (out->n > from)
		return ANSWER_YES;
	return whole && source == CODE_DWARF ? ANSWER_NO : ANSWER_UNKNOWN;
}
