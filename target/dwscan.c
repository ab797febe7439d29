/*
 * One pass over .debug_info.  Most of it describes types, and an entry says where its children end,
 * so the walk jumps over those; of functions' bodies it looks at inlined copies and steps over the
 * rest.  What a function's entry says is kept under its offset, since copies name it by that, and
 * made into the index when all has been seen: an abstract function may follow its copies, or lie in
 * another unit.  Names are kept as pointers into the file until they are known to be needed.
 */
#include "target/dwscan.h"
#include "target/dwmake.h"
#include "target/dwrange.h"

#include <dwarf.h>
#include <stdlib.h>

enum { MOST_DEFS = 3 * 1000 * 1000, MOST_PLACES = 3 * 1000 * 1000 };

static enum dwuse use_of(uint16_t tag)
{
	switch (tag) {
	case DW_TAG_subprogram:
	case DW_TAG_inlined_subroutine: return DWUSE_READ;
	case DW_TAG_lexical_block:
	case DW_TAG_try_block:
	case DW_TAG_catch_block:
	case DW_TAG_namespace:
	case DW_TAG_module:
	case DW_TAG_class_type:
	case DW_TAG_structure_type:
	case DW_TAG_compile_unit:
	case DW_TAG_partial_unit: return DWUSE_STEP;
	}
	return DWUSE_SKIP;
}

struct scan {
	struct dwmake *mk;
	struct dwunit *u;
	uint32_t unit;
	bool cplus, unoptimised;
};

/* --- entries --- */

struct entry {
	struct dwmake_def def;
	struct dwrange range;
	bool declaration;
};

static void take(struct entry *e, const struct dwspec *s, struct dwvalue v)
{
	switch (s->name) {
	case DW_AT_name: e->def.name = v.text; break;
	case DW_AT_linkage_name:
	case DW_AT_MIPS_linkage_name: e->def.linkage = v.text; break;
	case DW_AT_decl_file: e->def.file = (uint32_t)v.u; break;
	case DW_AT_decl_line: e->def.line = (uint32_t)v.u; break;
	case DW_AT_external: e->def.external = v.u != 0; break;
	case DW_AT_declaration: e->declaration = true; break;
	case DW_AT_abstract_origin:
	case DW_AT_specification:
		if (v.class == DWCLASS_REF)
			e->def.origin = v.u;
		break;
	default: dwrange_attribute(&e->range, s, v);
	}
}

static bool is_wanted(uint16_t name)
{
	switch (name) {
	case DW_AT_sibling:
	case DW_AT_name:
	case DW_AT_linkage_name:
	case DW_AT_MIPS_linkage_name:
	case DW_AT_decl_file:
	case DW_AT_decl_line:
	case DW_AT_external:
	case DW_AT_declaration:
	case DW_AT_abstract_origin:
	case DW_AT_specification:
	case DW_AT_low_pc:
	case DW_AT_high_pc:
	case DW_AT_entry_pc:
	case DW_AT_ranges: return true;
	}
	return false;
}

struct add_range {
	struct dwmake *mk;
	uint32_t place;
	bool ok;
};

static bool add_range(uint64_t low, uint64_t high, void *data)
{
	struct add_range *a = data;

	a->ok = dwmake_range(a->mk, low, high, a->place);
	return a->ok;
}

/* Keeps what a function's or a copy's entry says.  *into: has it children worth a look? */
static bool keep(struct scan *s, struct entry *e, uint16_t tag, bool *into)
{
	uint64_t address = 0;
	bool code = dwrange_any(&e->range) && dwrange_entry(&e->range, s->u, &address);
	bool inlined = tag == DW_TAG_inlined_subroutine;

	*into = code;
	e->def.unit = s->unit;
	e->def.entry = code ? address : 0;
	e->def.cplus = s->cplus;
	/* in C no definition names a mere declaration */
	if (!inlined && (s->cplus || !e->declaration) && !dwmake_def(s->mk, &e->def))
		return false;
	/* a linker that dropped a function leaves its entry at address 0 */
	if (!code || address == 0)
		return true;
	struct dwindex_place p = {.address = address, .die = e->def.die, .unit = s->unit};

	p.flags = inlined ? DWINDEX_INLINED : s->unoptimised ? DWINDEX_UNOPTIMISED : 0;
	if (!dwmake_place(s->mk, &p, inlined ? e->def.origin : e->def.die))
		return false;
	if (inlined)
		return true;
	struct add_range a = {s->mk, s->mk->places.n - 1, true};

	dwrange_each(&e->range, s->u, add_range, &a);
	return a.ok;
}

/* --- the walk --- */

/* Reads an entry that matters; moves behind it, or behind its children when nothing is in them. */
static bool read_entry(struct scan *s, const struct dwabbrev *ab, uint64_t at, struct dwread *r)
{
	const struct dwspec *specs = dwunit_specs(s->u, ab);
	struct entry e = {.def.die = at};
	uint64_t sibling = 0;
	bool into;

	for (uint32_t i = 0; i < ab->n; i++) {
		if (specs[i].size >= 0 && !is_wanted(specs[i].name)) {
			dwread_skip(r, (uint64_t)specs[i].size);
			continue;
		}
		struct dwvalue v = dwunit_value(s->u, &specs[i], r);

		if (i == ab->sibling)
			sibling = v.u;
		else
			take(&e, &specs[i], v);
	}
	if (r->bad)
		return true;
	if (!keep(s, &e, ab->tag, &into))
		return false;
	if (!into && ab->children && sibling > dwunit_offset(s->u, r) && sibling < s->u->end)
		r->p = s->u->dw->info.p + sibling;
	return true;
}

/* False: the index's bounds do not suffice. */
static bool walk(struct scan *s, struct dwread *r)
{
	while (r->p < r->end && !r->bad) {
		uint64_t at = dwunit_offset(s->u, r);
		const struct dwabbrev *ab = dwunit_entry(s->u, r);

		if (!ab)
			continue;
		switch (ab->use) {
		case DWUSE_READ:
			if (!read_entry(s, ab, at, r))
				return false;
			break;
		case DWUSE_STEP:
			/* C's types hold no functions */
			if (!s->cplus &&
			    (ab->tag == DW_TAG_structure_type || ab->tag == DW_TAG_class_type))
				dwunit_pass(s->u, ab, r);
			else
				dwunit_skip(s->u, ab, r, NULL);
			break;
		default: dwunit_pass(s->u, ab, r);
		}
	}
	return true;
}

static bool is_cplus(uint64_t language)
{
	switch (language) {
	case DW_LANG_C:
	case DW_LANG_C89:
	case DW_LANG_C99:
	case DW_LANG_C11:
	case DW_LANG_Mips_Assembler: return false;
	}
	return true;
}

/* GCC names its options; of other compilers it is not known. */
static bool is_unoptimised(const char *producer)
{
	const char *o = producer ? strstr(producer, " -O") : NULL;

	for (const char *next = o; next; next = strstr(next + 1, " -O"))
		o = next; /* the last one counts */
	if (!producer || !strncmp(producer, "GNU AS", 6))
		return false;
	return !o || o[3] == '0';
}

static bool scan_unit(struct scan *s, struct dwunit *u)
{
	struct dwread r;

	if (!dwunit_abbrevs(u, use_of) || !dwunit_root(u, &r)) {
		s->mk->damaged++;
		return true;
	}
	s->u = u;
	s->cplus = is_cplus(dwunit_attribute(u, u->first, DW_AT_language).u);
	s->unoptimised = is_unoptimised(u->producer);
	if (!walk(s, &r))
		return false;
	if (r.bad)
		s->mk->damaged++;
	return dwmake_unit_done(s->mk, u);
}

static bool scan_all(struct dwmake *mk, const struct dwsections *dw, struct arena *a,
		     const struct dwscan_hits *only)
{
	struct dwabbrevs abbrevs = {.arena = a};
	struct scan s = {.mk = mk};
	struct dwunit u;
	uint64_t at = 0;
	uint32_t hit = 0;
	bool damaged = false;

	for (; dwunit_next(dw, &abbrevs, &at, &u, &damaged); s.unit++) {
		if (!dwmake_unit(mk, u.at))
			return false;
		while (only && hit < only->n && only->v[hit] < u.at)
			hit++;
		if (only && (hit == only->n || only->v[hit] >= u.end))
			continue;
		if (!scan_unit(&s, &u))
			return false;
	}
	mk->damaged += damaged;
	return true;
}

struct image *dwscan_run(struct store *st, const struct dwsections *dw,
			 struct dwscan_symbols *symbols, const struct dwscan_hits *only)
{
	struct arena *scratch = arena_scratch(st->arena);
	struct dwmake mk = {.st = st, .arena = scratch};
	struct image *out = NULL;

	if (dwmake_start(&mk, MOST_DEFS, MOST_PLACES, only ? 0 : dw->info.n) &&
	    scan_all(&mk, dw, scratch, only) && dwmake_name_places(&mk) &&
	    dwmake_symbols(&mk, symbols))
		out = dwmake_finish(&mk);
	dwmake_drop(&mk);
	arena_free(scratch);
	return out;
}
