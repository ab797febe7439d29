/* C labels: those of a function's own code, not of the copies inlined into it, which have theirs.
 */
#include "target/code_labels.h"
#include "target/code_tree.h"
#include "base/text.h"
#include "target/dwline.h"

#include <dwarf.h>

struct labels {
	struct code_search *s;
	const struct code_pick *pick;
	bool room;
};

/* The table of a unit's file names is kept until another's is asked for. */
static void open_names(struct code_search *s, uint32_t unit)
{
	struct dwunit other = s->u;
	struct dwabbrevs abbrevs = {0};

	arena_free(s->names);
	s->names = abbrevs.arena = arena_scratch(s->scratch);
	s->named = unit;
	s->legible = (unit == s->unit || code_index_unit(s->c, s->ix, unit, &abbrevs, &other)) &&
		     dwline_open(&s->table, &other, s->names);
}

const char *code_labels_file(struct code_search *s, uint32_t unit, uint32_t file)
{
	if (!s->names || s->named != unit)
		open_names(s, unit);
	return s->legible ? dwline_path(&s->table, file, s->arena) : NULL;
}

static enum code_tree_step visit(const struct code_tree_entry *e, void *data)
{
	struct labels *l = data;
	struct code_search *s = l->s;
	struct code_tree_entry label = *e;
	uint64_t address;
	uint32_t unit;

	if (e->tag == DW_TAG_lexical_block)
		return CODE_TREE_INTO;
	if (e->tag != DW_TAG_label || !dwrange_entry(&e->range, &s->u, &address))
		return CODE_TREE_OVER;
	if (!code_tree_resolve(s, &label, &unit) ||
	    (s->q->label && !text_glob(s->q->label, label.name)))
		return CODE_TREE_OVER;
	struct code_place p = code_search_place(s, l->pick);

	p.address = address;
	p.label = label.name;
	p.line = label.line;
	p.file = code_labels_file(s, unit, label.file);
	l->room = code_search_add(s, &p);
	return l->room ? CODE_TREE_OVER : CODE_TREE_STOP;
}

bool code_labels_run(struct code_search *s)
{
	bool whole = true;

	vec_each(i, &s->picks) {
		struct labels l = {s, &s->picks.v[i], true};

		if (!code_search_unit(s, l.pick->place->unit) ||
		    !code_tree_each(s, l.pick->place->die, visit, &l))
			whole = false;
		if (!l.room)
			return false;
	}
	return whole;
}
