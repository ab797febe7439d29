/*
 * The functions that a function calls, as call sites name them, and those inlined into it; calls
 * through pointers have no name.  A callee deeper than asked for is not followed, and none twice
 * under one caller, so recursion ends.
 */
#include "target/code_labels.h"
#include "target/code_tree.h"
#include "base/map.h"
#include "base/text.h"

#include <dwarf.h>

struct callees {
	struct code_search *s;
	struct map *seen;  /* of those followed under this caller */
	struct map called; /* direct calls of this function */
	const struct dwindex_function *caller;
	uint32_t depth;
	VEC(struct code_pick) next; /* functions to follow */
	bool room;
	bool calls; /* a call site was seen */
};

static bool wanted(const struct callees *w, const char *name)
{
	return !w->s->q->callee || text_glob(w->s->q->callee, name);
}

static void add(struct callees *w, struct code_place p)
{
	const struct dwindex *ix = w->s->ix;

	p.caller = dwindex_text(ix, w->caller->name);
	p.caller_file = dwindex_text(ix, w->caller->file);
	p.caller_line = w->caller->line;
	w->room = code_search_add(w->s, &p);
}

static void add_copy(struct callees *w, const struct code_tree_entry *e)
{
	struct code_search *s = w->s;
	struct code_tree_entry copy = *e;
	uint64_t address;
	uint32_t unit;

	if (s->q->inlines == CODE_CALLS_ONLY || s->q->exported_only)
		return;
	copy.line = copy.file = 0; /* those of the call */
	if (!dwrange_entry(&e->range, &s->u, &address) || !code_tree_resolve(s, &copy, &unit) ||
	    !wanted(w, copy.name))
		return;
	struct code_place p = {.code = s->c, .function = copy.name, .line = copy.line};

	p.file = code_labels_file(s, unit, copy.file);
	p.address = p.entry = address;
	p.inlined = true;
	p.scope = e->die;
	add(w, p);
}

/* The function that a call names: in its own file if it is static there, else any. */
static struct code_pick called(struct code_search *s, const struct code_tree_entry *e,
			       uint32_t unit)
{
	uint32_t first, n = dwindex_find(s->ix, e->name, &first);
	struct code_pick best = {0};

	for (uint32_t i = 0; i < n; i++) {
		const struct dwindex_function *f = dwindex_function(s->ix, first + i);
		const struct dwindex_place *p;

		for (uint32_t j = 0; (p = dwindex_place(s->ix, f, j)); j++) {
			if (p->flags & DWINDEX_INLINED || (p->flags & DWINDEX_SYMBOL && best.place))
				continue;
			if (e->external ? (p->flags & DWINDEX_EXTERNAL) != 0 : p->unit == unit)
				best = (struct code_pick){f, p};
		}
	}
	return best;
}

static void add_call(struct callees *w, const struct code_tree_entry *e)
{
	struct code_search *s = w->s;
	struct code_tree_entry call = *e;
	struct code_pick pick;
	uint32_t unit;

	if (!e->origin || !code_tree_resolve(s, &call, &unit) || map_get(&w->called, call.name))
		return;
	map_put(&w->called, call.name, w);
	pick = called(s, &call, code_search_unit_of(s, e->origin));
	if (!pick.place)
		return;
	if (w->depth > 1 && pick.place->die && !map_get(w->seen, call.name)) {
		map_put(w->seen, call.name, w);
		vec_push(s->scratch, &w->next, pick);
	}
	if (s->q->inlines == CODE_INLINES_ONLY || !wanted(w, call.name) ||
	    (s->q->exported_only && !(pick.place->flags & DWINDEX_EXTERNAL)))
		return;
	add(w, code_search_place(s, &pick));
}

static enum code_tree_step visit(const struct code_tree_entry *e, void *data)
{
	struct callees *w = data;

	switch (e->tag) {
	case DW_TAG_lexical_block: return CODE_TREE_INTO;
	case DW_TAG_inlined_subroutine:
		add_copy(w, e);
		/* a copy's own callees are one call deeper */
		return w->room && w->depth > 1 ? CODE_TREE_INTO : CODE_TREE_OVER;
	case DW_TAG_call_site:
	case DW_TAG_GNU_call_site:
		w->calls = true;
		add_call(w, e);
		break;
	}
	return w->room ? CODE_TREE_OVER : CODE_TREE_STOP;
}

/* Looks through one function; those to follow are left in w->next. */
static bool look(struct callees *w, const struct code_pick *pick)
{
	struct code_search *s = w->s;

	w->called = (struct map){.arena = s->scratch};
	w->calls = false;
	if (!code_search_unit(s, pick->place->unit) ||
	    !code_tree_each(s, pick->place->die, visit, w))
		return false;
	if (!w->calls && pick->place->flags & DWINDEX_UNOPTIMISED && !s->why)
		s->why = "without optimisation compilers do not record which functions are "
			 "called: compile with -O1 or more";
	return true;
}

/* Level by level. */
static bool follow(struct code_search *s, const struct code_pick *pick)
{
	struct map seen = {.arena = s->scratch};
	struct callees w = {.s = s, .seen = &seen, .depth = s->q->depth, .room = true};
	bool whole;

	w.caller = pick->function;
	map_put(&seen, dwindex_text(s->ix, pick->function->name), s);
	whole = look(&w, pick);
	for (uint32_t from = 0; w.room && w.depth > 1 && from < w.next.n;) {
		uint32_t to = w.next.n;

		w.depth--;
		for (; w.room && from < to; from++) {
			struct code_pick next = w.next.v[from];

			w.caller = next.function;
			whole = look(&w, &next) && whole;
		}
	}
	return whole && w.room;
}

bool code_callees_run(struct code_search *s)
{
	bool whole = true;

	for (uint32_t i = 0; i < s->picks.n && !s->out->cut; i++)
		whole = follow(s, &s->picks.v[i]) && whole;
	return whole;
}
