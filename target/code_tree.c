/*
 * The entries inside a function.  A walk is over bytes in order, with the depth counted, so hostile
 * nesting costs no stack; chains of entries that stand for others are followed a few steps.
 */
#include "target/code_tree.h"

#include <dwarf.h>

enum { MOST_HOPS = 6 };

static void take(struct code_tree_entry *e, const struct dwspec *s, struct dwvalue v)
{
	switch (s->name) {
	case DW_AT_name: e->name = v.text; return;
	case DW_AT_decl_file: e->file = (uint32_t)v.u; return;
	case DW_AT_decl_line: e->line = (uint32_t)v.u; return;
	case DW_AT_external: e->external = v.u != 0; return;
	case DW_AT_location:
		e->in_frame = v.class == DWCLASS_BLOCK && v.block.n && v.block.p[0] == DW_OP_fbreg;
		return;
	case DW_AT_abstract_origin:
	case DW_AT_specification:
	case DW_AT_call_origin:
		if (v.class == DWCLASS_REF)
			e->origin = v.u;
		return;
	}
	dwrange_attribute(&e->range, s, v);
}

bool code_tree_read(const struct dwunit *u, struct dwread *r, struct code_tree_entry *e,
		    const struct dwabbrev **ab, uint64_t *sibling)
{
	*e = (struct code_tree_entry){.die = dwunit_offset(u, r)};
	*sibling = 0;
	*ab = dwunit_entry(u, r);
	if (!*ab)
		return false;
	e->tag = (*ab)->tag;
	for (uint32_t i = 0; i < (*ab)->n && !r->bad; i++) {
		const struct dwspec *s = dwunit_specs(u, *ab) + i;
		struct dwvalue v = dwunit_value(u, s, r);

		if (s->name == DW_AT_sibling)
			*sibling = v.u;
		else
			take(e, s, v);
	}
	return !r->bad;
}

bool code_tree_each(struct code_search *s, uint64_t die,
		    enum code_tree_step (*visit)(const struct code_tree_entry *e, void *data),
		    void *data)
{
	struct dwread r = dwunit_read(&s->u, die);
	struct code_tree_entry e;
	const struct dwabbrev *ab;
	uint64_t sibling;
	uint32_t depth = 1, over = UINT32_MAX; /* over: entries deeper are not visited */

	if (r.bad || !code_tree_read(&s->u, &r, &e, &ab, &sibling))
		return false;
	if (!ab->children)
		return true;
	while (depth && r.p < r.end) {
		if (!code_tree_read(&s->u, &r, &e, &ab, &sibling)) {
			if (r.bad)
				return false;
			depth--;
			continue;
		}
		if (depth <= over)
			over = UINT32_MAX;
		enum code_tree_step step = over == UINT32_MAX ? visit(&e, data) : CODE_TREE_OVER;

		if (step == CODE_TREE_STOP)
			return true;
		if (!ab->children)
			continue;
		if (step == CODE_TREE_OVER && sibling > dwunit_offset(&s->u, &r) &&
		    sibling < s->u.end) {
			r.p = s->u.dw->info.p + sibling;
			continue;
		}
		if (step == CODE_TREE_OVER && over == UINT32_MAX)
			over = depth;
		depth++;
	}
	return depth == 0;
}

struct inner {
	struct code_search *s;
	uint64_t address, die;
};

static enum code_tree_step find_inner(const struct code_tree_entry *e, void *data)
{
	struct inner *in = data;
	bool copy = e->tag == DW_TAG_inlined_subroutine;

	if (!copy && e->tag != DW_TAG_lexical_block)
		return CODE_TREE_OVER;
	if (copy && !dwrange_covers(&e->range, &in->s->u, in->address))
		return CODE_TREE_OVER;
	if (copy)
		in->die = e->die;
	return CODE_TREE_INTO;
}

uint64_t code_tree_innermost(struct code_search *s, uint64_t die, uint64_t address)
{
	struct inner in = {s, address, die};

	code_tree_each(s, die, find_inner, &in);
	return in.die;
}

bool code_tree_resolve(struct code_search *s, struct code_tree_entry *e, uint32_t *unit)
{
	struct dwabbrevs abbrevs = {.arena = s->scratch};
	struct dwunit other;
	uint32_t opened = UINT32_MAX;
	bool had_line = e->line != 0;
	uint64_t next = e->origin;

	*unit = s->unit;
	for (int hop = 0; next && hop < MOST_HOPS; hop++) {
		uint32_t in = code_search_unit_of(s, next);
		const struct dwunit *u = &s->u;
		struct code_tree_entry o;
		const struct dwabbrev *ab;
		uint64_t sibling;

		if (in != s->unit && in != opened &&
		    !code_index_unit(s->c, s->ix, in, &abbrevs, &other))
			return false;
		if (in != s->unit) {
			opened = in;
			u = &other;
		}
		struct dwread r = dwunit_read(u, next);

		if (r.bad || !code_tree_read(u, &r, &o, &ab, &sibling))
			return false;
		e->name = e->name ? e->name : o.name;
		e->external = e->external || o.external;
		if (!had_line && o.line) {
			had_line = true;
			e->line = o.line;
			e->file = o.file;
			*unit = in;
		}
		next = o.origin;
	}
	return e->name != NULL;
}
