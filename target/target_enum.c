/* The constants of an enumeration, in order, out of BTF or DWARF. */
#include "target/code.h"
#include "target/dwarfdie.h"
#include "target/dwarftype.h"
#include "target/lazy.h"

enum { STEPS = 64 };

static bool dwarf_row(struct ttype ty, uint32_t i, const char **name, int64_t *value)
{
	Dwarf_Die die, row;

	if (!dwarfdie_of(ty, &die, NULL) || dwarf_tag(&die) != DW_TAG_enumeration_type)
		return false;
	for (int more = dwarf_child(&die, &row); more == 0; more = dwarf_siblingof(&row, &row)) {
		if (dwarf_tag(&row) != DW_TAG_enumerator || i-- > 0)
			continue;
		*name = dwarfdie_name(&row);
		return *name && dwarfdie_number(&row, DW_AT_const_value, value);
	}
	return false;
}

static bool btf_row(const struct target_unit *u, const struct btf_type *e, uint32_t i,
		    const char **name, int64_t *value)
{
	const struct btf_enum *n = (const struct btf_enum *)unit_rest(e) + i;
	const struct btf_enum64 *w = (const struct btf_enum64 *)unit_rest(e) + i;

	if (i >= unit_vlen(e))
		return false;
	if (unit_kind(e) == BTF_KIND_ENUM64) {
		*name = unit_str(u, w->name_off);
		*value = (int64_t)((uint64_t)w->val_hi32 << 32 | w->val_lo32);
	} else {
		*name = unit_str(u, n->name_off);
		*value = BTF_INFO_KFLAG(e->info) ? n->val : (int64_t)(uint32_t)n->val;
	}
	return true;
}

bool target_enumerator_at(const struct target *t, struct ttype ty, uint32_t i, const char **name,
			  int64_t *value)
{
	for (int step = 0; step < STEPS; step++) {
		if (dwarftype_is(ty))
			ty = dwarftype_settle(t, ty);
		if (dwarftype_is(ty))
			return dwarf_row(ty, i, name, value);
		const struct btf_type *b = unit_type(ty.unit, ty.id);

		if (!b || ty.id == 0)
			return false;
		switch (unit_kind(b)) {
		case BTF_KIND_ENUM:
		case BTF_KIND_ENUM64: return btf_row(unit_home(ty.unit, ty.id), b, i, name, value);
		case BTF_KIND_TYPEDEF:
		case BTF_KIND_CONST:
		case BTF_KIND_VOLATILE:
		case BTF_KIND_TYPE_TAG: ty.id = b->type; break;
		default: return false;
		}
	}
	return false;
}
