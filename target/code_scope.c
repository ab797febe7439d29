/*
 * The function that a place lies in may be a copy of another, and defined
 * outside the class that declares it: the scopes are those of the declaration.
 */
#include "target/code_scope.h"

#include "target/codefile.h"

#include <dwarf.h>
#include <stdlib.h>

enum { MAX_STEPS = 8, MAX_SCOPES = 64 };

static bool follow(Dwarf_Die *die, unsigned name)
{
	Dwarf_Attribute attr;
	Dwarf_Die to;

	if (!dwarf_attr(die, name, &attr) || !dwarf_formref_die(&attr, &to))
		return false;
	*die = to;
	return true;
}

void code_scope_names(const struct code_place *p, struct arena *a, struct code_scopes *out)
{
	Dwarf_Die die, *scopes = NULL;
	int n;

	if (!p->code || !codefile_dwarf(p->code) || !codefile_die(p->code, p->scope, &die))
		return;
	for (int i = 0; i < MAX_STEPS; i++)
		if (!follow(&die, DW_AT_abstract_origin) && !follow(&die, DW_AT_specification))
			break;
	n = dwarf_getscopes_die(&die, &scopes);
	for (int i = 1; i < n && out->n < MAX_SCOPES; i++) {
		const char *name = dwarf_diename(&scopes[i]);

		switch (dwarf_tag(&scopes[i])) {
		case DW_TAG_namespace:
		case DW_TAG_class_type:
		case DW_TAG_structure_type:
		case DW_TAG_union_type: vec_push(a, out, name ? arena_strdup(a, name) : ""); break;
		default: break;
		}
	}
	free(scopes);
}
