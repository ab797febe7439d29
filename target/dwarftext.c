/*
 * The links of a DWARF type for its text.  Names of C++ are given without the namespaces and
 * classes around them, as DWARF has no way up.
 */
#include "target/dwarftext.h"
#include "target/dwarfdie.h"
#include "target/dwarftype.h"

enum { MAX_PARAMS = 64 };

static struct typetext_node named(const char *keyword, Dwarf_Die *die)
{
	const char *name = dwarfdie_name(die);

	return (struct typetext_node){
		.kind = TYPETEXT_NAMED, .keyword = keyword, .name = name ? name : ""};
}

/* The i-th parameter of a subroutine type; false past the last. */
static bool parameter(Dwarf_Die *proto, uint32_t i, Dwarf_Die *out)
{
	uint32_t left = 1000;

	for (int more = dwarf_child(proto, out); more == 0 && left--;
	     more = dwarf_siblingof(out, out)) {
		int tag = dwarf_tag(out);

		if ((tag == DW_TAG_formal_parameter || tag == DW_TAG_unspecified_parameters) &&
		    i-- == 0)
			return true;
	}
	return false;
}

bool dwarftext_param(struct ttype ty, uint32_t i, struct ttype *out)
{
	Dwarf_Die proto, die;

	if (!dwarfdie_of(ty, &proto, NULL) || !parameter(&proto, i, &die) ||
	    dwarf_tag(&die) == DW_TAG_unspecified_parameters)
		return false;
	*out = dwarfdie_type(ty.unit, &die);
	return true;
}

static struct typetext_node array(struct ttype ty)
{
	struct typetext_node n = {.kind = TYPETEXT_ARRAY};

	dwarftype_array(ty, &n.of, &n.count);
	return n;
}

static struct typetext_node proto(Dwarf_Die *die)
{
	struct typetext_node n = {.kind = TYPETEXT_PROTO};
	Dwarf_Die row;

	while (n.count < MAX_PARAMS && parameter(die, (uint32_t)n.count, &row))
		n.count++;
	return n;
}

static struct typetext_node with(enum typetext_kind kind, const char *mark)
{
	return (struct typetext_node){.kind = kind, .mark = mark};
}

/* All but where the chain goes on. */
static struct typetext_node link_of(struct ttype ty, Dwarf_Die *die)
{
	switch (dwarf_tag(die)) {
	case DW_TAG_structure_type:
	case DW_TAG_interface_type: return named("struct ", die);
	case DW_TAG_class_type: return named("class ", die);
	case DW_TAG_union_type: return named("union ", die);
	case DW_TAG_enumeration_type: return named("enum ", die);
	case DW_TAG_base_type:
	case DW_TAG_typedef:
	case DW_TAG_template_alias:
	case DW_TAG_unspecified_type: return named("", die);
	case DW_TAG_const_type: return with(TYPETEXT_QUALIFIED, "const");
	case DW_TAG_volatile_type: return with(TYPETEXT_QUALIFIED, "volatile");
	case DW_TAG_restrict_type: return with(TYPETEXT_QUALIFIED, "restrict");
	case DW_TAG_atomic_type: return with(TYPETEXT_QUALIFIED, "_Atomic");
	case DW_TAG_pointer_type: return with(TYPETEXT_POINTER, "*");
	case DW_TAG_reference_type: return with(TYPETEXT_POINTER, "&");
	case DW_TAG_rvalue_reference_type: return with(TYPETEXT_POINTER, "&&");
	case DW_TAG_array_type: return array(ty);
	case DW_TAG_subroutine_type:
	case DW_TAG_subprogram: return proto(die);
	case DW_TAG_packed_type:
	case DW_TAG_shared_type:
	case DW_TAG_immutable_type: return with(TYPETEXT_THROUGH, NULL);
	}
	return (struct typetext_node){.kind = TYPETEXT_UNKNOWN};
}

struct typetext_node dwarftext_node(struct ttype ty)
{
	struct typetext_node n = {.kind = TYPETEXT_UNKNOWN};
	Dwarf_Die die;

	if (!dwarfdie_of(ty, &die, NULL))
		return n;
	n = link_of(ty, &die);
	if (n.kind != TYPETEXT_ARRAY)
		n.of = dwarfdie_type(ty.unit, &die);
	return n;
}
