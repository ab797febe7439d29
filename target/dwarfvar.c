/*
 * Variables of DWARF: those of the function a place lies in (its parameters, and the locals of the
 * blocks around the address), what is global in its compilation unit, and globals by name.  A
 * function's own copy may leave out what was optimised away; then its abstract description still
 * has the name.
 */
#include "target/dwarfvar.h"
#include "target/dwarfloc.h"
#include "target/dwarfname.h"

#include <string.h>

enum { MAX_VARIABLES = 512, MAX_NESTING = 64, MAX_ROWS = 200000 };

/* The variables seen so far at a place. */
struct seen {
	Dwarf_Addr address;
	const char *name; /* the one that is looked for; NULL: all */
	Dwarf_Die v[MAX_VARIABLES];
	uint32_t n, left;
	bool blocks;    /* look into those of the function */
	bool any_block; /* of a function without code: its blocks have no addresses */
};

struct dwarfvar_list {
	uint64_t scope, address; /* scope 0: of none */
	bool after_prologue;
	struct seen seen;
};

static bool is_block(int tag)
{
	return tag == DW_TAG_lexical_block || tag == DW_TAG_try_block || tag == DW_TAG_catch_block;
}

static bool same_name(Dwarf_Die *a, const char *name)
{
	const char *mine = dwarf_diename(a);

	return mine && !strcmp(mine, name);
}

/* An inner variable hides an outer one of its name. */
static void add(struct seen *s, Dwarf_Die *die)
{
	const char *name = dwarfdie_name(die);

	if (!name || (s->name && strcmp(s->name, name)))
		return;
	for (uint32_t i = 0; i < s->n; i++)
		if (same_name(&s->v[i], name))
			return;
	if (s->n < MAX_VARIABLES)
		s->v[s->n++] = *die;
	else
		s->left = 0;
}

/* Of inner blocks first. */
static void look(struct seen *s, Dwarf_Die *scope, unsigned depth)
{
	Dwarf_Die die;

	for (int more = dwarf_child(scope, &die); more == 0 && s->left && s->blocks;
	     more = dwarf_siblingof(&die, &die)) {
		s->left--;
		if (is_block(dwarf_tag(&die)) && depth < MAX_NESTING &&
		    (s->any_block || dwarf_haspc(&die, s->address) > 0))
			look(s, &die, depth + 1);
	}
	for (int more = dwarf_child(scope, &die); more == 0 && s->left;
	     more = dwarf_siblingof(&die, &die)) {
		int tag = dwarf_tag(&die);

		s->left--;
		if (tag == DW_TAG_formal_parameter || tag == DW_TAG_variable)
			add(s, &die);
	}
}

/* What is visible at a place; where its function begins that is nothing of an inner block. */
static bool look_at(struct seen *s, const struct code_place *p, Dwarf_Die *scope)
{
	Dwarf_Addr entry;

	if (!p->code || !codefile_die(p->code, p->scope, scope))
		return false;
	s->left = MAX_ROWS;
	s->address = p->address - p->code->bias;
	s->blocks =
		!p->after_prologue && !(dwarf_entrypc(scope, &entry) == 0 && entry == s->address);
	look(s, scope, 0);
	return true;
}

static bool origin_of(Dwarf_Die *die, Dwarf_Die *out)
{
	Dwarf_Attribute a;

	return dwarf_attr(die, DW_AT_abstract_origin, &a) && dwarf_formref_die(&a, out);
}

/* --- one variable --- */

static void describe(const struct code *c, Dwarf_Die *die, enum code_kind kind,
		     struct code_variable *out)
{
	*out = (struct code_variable){.name = dwarfdie_name(die), .kind = kind};
	out->type = dwarfdie_type(dwarfdie_unit(c), die);
}

static void describe_global(const struct code *c, Dwarf_Die *die, struct arena *a,
			    struct code_variable *out)
{
	Dwarf_Addr address;
	Dwarf_Die cu;

	describe(c, die, CODE_GLOBAL, out);
	if (dwarf_diecu(die, &cu, NULL, NULL))
		out->file = dwarf_diename(&cu);
	dwarfloc_find(c, NULL, 0, die, a, out);
	if (!out->term && out->name && dwarfdie_flag(die, DW_AT_external) &&
	    !dwarf_hasattr_integrate(die, DW_AT_location) &&
	    dwarfname_symbol(c, out->name, &address)) {
		out->term = dwarfterm_number(a, CODE_LINKED, (int64_t)address);
		out->in_memory = true;
		out->why = NULL;
	}
}

/* `extern int x;` inside of a function names a global. */
static bool is_declared(Dwarf_Die *die)
{
	return dwarfdie_flag(die, DW_AT_declaration) &&
	       !dwarf_hasattr_integrate(die, DW_AT_location);
}

static bool take(const struct code_place *p, Dwarf_Die *scope, Dwarf_Die *die, struct arena *a,
		 struct code_variable *out)
{
	if (is_declared(die))
		return dwarfvar_global(p->code, dwarfdie_name(die), NULL, a, out);
	describe(p->code, die,
		 dwarf_tag(die) == DW_TAG_formal_parameter ? CODE_PARAMETER : CODE_LOCAL, out);
	dwarfloc_find(p->code, scope, p->address - p->code->bias, die, a, out);
	return true;
}

/* What was optimised away altogether. */
static bool in_origin(const struct code_place *p, Dwarf_Die *scope, const char *name,
		      struct code_variable *out)
{
	struct seen s = {.name = name, .left = MAX_ROWS, .blocks = true, .any_block = true};
	Dwarf_Die origin;

	if (!origin_of(scope, &origin))
		return false;
	look(&s, &origin, 0);
	if (!s.n)
		return false;
	describe(p->code, &s.v[0],
		 dwarf_tag(&s.v[0]) == DW_TAG_formal_parameter ? CODE_PARAMETER : CODE_LOCAL, out);
	out->why = "it was optimised away";
	return true;
}

static bool in_unit(const struct code_place *p, Dwarf_Die *scope, const char *name, struct arena *a,
		    struct code_variable *out)
{
	Dwarf_Die cu, die;

	if (!dwarf_diecu(scope, &cu, NULL, NULL))
		return false;
	if (dwarfname_find_in(&cu, DWARFNAME_VARIABLE, name, &die)) {
		describe_global(p->code, &die, a, out);
		return true;
	}
	return false;
}

bool dwarfvar_variable(const struct code_place *p, const char *name, struct arena *a,
		       struct code_variable *out)
{
	struct seen s = {.name = name};
	Dwarf_Die scope;

	if (!look_at(&s, p, &scope))
		return false;
	if (s.n && take(p, &scope, &s.v[0], a, out))
		return true;
	return in_origin(p, &scope, name, out) || in_unit(p, &scope, name, a, out);
}

/* Listing goes from one to the next: all of a place are kept. */
static const struct seen *all_at(const struct code_place *p, Dwarf_Die *scope)
{
	struct code *c = codefile_of(p->code);
	struct dwarfvar_list *l = c ? c->variables : NULL;

	if (!c || (l && l->scope == p->scope && l->address == p->address &&
		   l->after_prologue == p->after_prologue))
		return l && codefile_die(c, p->scope, scope) ? &l->seen : NULL;
	if (!l)
		l = c->variables = arena_make(c->arena, struct dwarfvar_list);
	*l = (struct dwarfvar_list){.address = p->address, .after_prologue = p->after_prologue};
	if (!look_at(&l->seen, p, scope))
		return NULL;
	l->scope = p->scope;
	return &l->seen;
}

bool dwarfvar_variable_at(const struct code_place *p, uint32_t i, struct arena *a,
			  struct code_variable *out)
{
	Dwarf_Die scope, die;
	const struct seen *s = all_at(p, &scope);

	if (!s || i >= s->n)
		return false;
	die = s->v[i];
	return take(p, &scope, &die, a, out);
}

struct ttype dwarfvar_result(const struct code_place *p)
{
	Dwarf_Die scope;

	if (!p->code || !codefile_die(p->code, p->scope, &scope))
		return (struct ttype){0};
	return dwarfdie_type(dwarfdie_unit(p->code), &scope);
}

/* --- by name --- */

bool dwarfvar_global(const struct code *c, const char *name, const char *file, struct arena *a,
		     struct code_variable *out)
{
	Dwarf_Die die;

	if (!name || !codefile_dwarf(c) || !dwarfname_find(c, DWARFNAME_VARIABLE, name, file, &die))
		return false;
	describe_global(c, &die, a, out);
	return true;
}

bool dwarfvar_type_named(const struct code *c, const char *name, struct ttype *out)
{
	static const struct {
		const char *word;
		enum dwarfname_class class;
	} words[] = {{"struct ", DWARFNAME_STRUCT},
		     {"class ", DWARFNAME_STRUCT},
		     {"union ", DWARFNAME_UNION},
		     {"enum ", DWARFNAME_ENUM}};
	enum dwarfname_class class = DWARFNAME_PLAIN;
	Dwarf_Die die;

	if (!codefile_dwarf(c))
		return false;
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		size_t len = strlen(words[i].word);

		if (strncmp(name, words[i].word, len))
			continue;
		class = words[i].class;
		name += len + strspn(name + len, " ");
		break;
	}
	if (!dwarfname_find(c, class, name, NULL, &die))
		return false;
	*out = dwarfdie_ttype(dwarfdie_unit(c), &die);
	return out->id != 0;
}

bool dwarfvar_enumerator(const struct code *c, const char *name, int64_t *value)
{
	Dwarf_Die die;

	return codefile_dwarf(c) && dwarfname_find(c, DWARFNAME_ENUMERATOR, name, NULL, &die) &&
	       dwarfdie_number(&die, DW_AT_const_value, value);
}
