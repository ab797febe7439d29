/*
 * Types out of DWARF, of C and of what C++ shares with it: base classes are members without a
 * name, references are pointers.  Chains are followed for a bounded number of steps; what makes no
 * sense is TTYPE_UNDEFINED.  A member whose place is computed (a virtual base) is not found.
 */
#include "target/dwarftype.h"
#include "target/dwarfdie.h"

#include <string.h>

static const uint64_t LARGEST = (uint64_t)1 << 40;

bool dwarftype_is(struct ttype ty)
{
	return ty.unit && ty.unit->code;
}

static bool is_qualifier(int tag)
{
	switch (tag) {
	case DW_TAG_typedef:
	case DW_TAG_const_type:
	case DW_TAG_volatile_type:
	case DW_TAG_restrict_type:
	case DW_TAG_atomic_type:
	case DW_TAG_packed_type:
	case DW_TAG_shared_type:
	case DW_TAG_immutable_type:
	case DW_TAG_template_alias: return true;
	}
	return false;
}

/* "struct x" for a DIE of that kind; NULL for others and for those without a name. */
static const char *tagged_name(Dwarf_Die *die, struct arena *a)
{
	const char *name = dwarfdie_name(die), *word;

	switch (dwarf_tag(die)) {
	case DW_TAG_structure_type:
	case DW_TAG_class_type:
	case DW_TAG_interface_type: word = "struct"; break;
	case DW_TAG_union_type: word = "union"; break;
	case DW_TAG_enumeration_type: word = "enum"; break;
	default: return NULL;
	}
	return name ? arena_printf(a, "%s %s", word, name) : NULL;
}

/* The definition of what the DIE only declares; the same type when there is none. */
static struct ttype complete(const struct target *t, struct ttype ty, Dwarf_Die *die)
{
	const struct code *c = ty.unit->code;
	const char *name = tagged_name(die, ty.unit->arena);
	struct ttype found;
	Dwarf_Die other;

	if (!name)
		return ty;
	/* the kernel's BTF has them all, and is much faster to ask */
	if (codefile_of(c)->kernel && target_type_recorded(t, codefile_of(c)->module, name, &found))
		return found;
	if (code_type_named(c, name, &found) && dwarfdie_of(found, &other, NULL) &&
	    !dwarfdie_flag(&other, DW_AT_declaration))
		return found;
	return ty;
}

struct ttype dwarftype_settle(const struct target *t, struct ttype ty)
{
	for (int i = 0; i < DWARFDIE_STEPS; i++) {
		Dwarf_Die die;
		uint32_t dim;

		if (ty.id == 0)
			return (struct ttype){0};
		if (!dwarfdie_of(ty, &die, &dim))
			return (struct ttype){ty.unit, UINT32_MAX};
		if (dim == 0 && is_qualifier(dwarf_tag(&die)))
			ty = dwarfdie_type(ty.unit, &die);
		else if (dim == 0 && dwarfdie_flag(&die, DW_AT_declaration))
			return complete(t, ty, &die);
		else
			return ty;
	}
	return (struct ttype){ty.unit, UINT32_MAX};
}

static uint64_t byte_size(Dwarf_Die *die)
{
	int64_t n;

	if (dwarfdie_number(die, DW_AT_byte_size, &n) && n >= 0 && (uint64_t)n <= LARGEST)
		return (uint64_t)n;
	if (dwarfdie_number(die, DW_AT_bit_size, &n) && n > 0 && n <= 64)
		return (uint64_t)(n + 7) / 8;
	return 0;
}

/* --- base types and enumerations --- */

static void base_info(Dwarf_Die *die, struct ttype_info *info)
{
	int64_t encoding = 0;

	dwarfdie_number(die, DW_AT_encoding, &encoding);
	info->kind = TTYPE_INT;
	switch (encoding) {
	case DW_ATE_signed: info->is_signed = true; break;
	case DW_ATE_signed_char: info->is_signed = true; break;
	case DW_ATE_boolean:
	case DW_ATE_unsigned:
	case DW_ATE_unsigned_char:
	case DW_ATE_UTF:
	case DW_ATE_address: break;
	case DW_ATE_float:
	case DW_ATE_complex_float:
	case DW_ATE_imaginary_float:
	case DW_ATE_decimal_float: info->kind = TTYPE_FLOAT; break;
	default: info->kind = TTYPE_UNDEFINED; break;
	}
	info->is_char = info->kind == TTYPE_INT && info->size == 1 && encoding != DW_ATE_boolean;
	if (info->size == 0 || info->size > (info->kind == TTYPE_FLOAT ? 32 : 16))
		info->kind = TTYPE_UNDEFINED;
}

static bool has_negative(Dwarf_Die *die)
{
	Dwarf_Die row;
	int64_t value;
	int left = 10000;

	for (int more = dwarf_child(die, &row); more == 0 && left--;
	     more = dwarf_siblingof(&row, &row)) {
		Dwarf_Attribute a;

		if (dwarf_tag(&row) == DW_TAG_enumerator &&
		    dwarf_attr(&row, DW_AT_const_value, &a) &&
		    dwarf_whatform(&a) == DW_FORM_sdata &&
		    dwarfdie_number(&row, DW_AT_const_value, &value) && value < 0)
			return true;
	}
	return false;
}

static void enum_info(const struct target *t, struct ttype ty, Dwarf_Die *die,
		      struct ttype_info *info)
{
	struct ttype under = dwarftype_settle(t, dwarfdie_type(ty.unit, die));
	struct ttype_info base = {0};
	Dwarf_Die base_die;

	if (under.id && dwarftype_is(under) && dwarfdie_of(under, &base_die, NULL) &&
	    dwarf_tag(&base_die) == DW_TAG_base_type) {
		base.size = byte_size(&base_die);
		base_info(&base_die, &base);
	}
	info->kind = TTYPE_ENUM;
	info->size = info->size ? info->size : base.size;
	info->is_signed = base.kind == TTYPE_INT ? base.is_signed : has_negative(die);
	if (info->size != 1 && info->size != 2 && info->size != 4 && info->size != 8)
		info->kind = TTYPE_UNDEFINED;
}

/* --- arrays --- */

/* The dim-th subrange; false past the last. */
static bool subrange(Dwarf_Die *array, uint32_t dim, Dwarf_Die *out)
{
	int more = dwarf_child(array, out), left = 256;

	for (; more == 0 && left--; more = dwarf_siblingof(out, out)) {
		int tag = dwarf_tag(out);

		if ((tag == DW_TAG_subrange_type || tag == DW_TAG_enumeration_type) && dim-- == 0)
			return true;
	}
	return false;
}

/* How many elements it has; 0: not known, or known at run time only. */
static uint64_t count_of(Dwarf_Die *range)
{
	int64_t n, low = 0;

	if (dwarfdie_number(range, DW_AT_count, &n))
		return n > 0 ? (uint64_t)n : 0;
	if (!dwarfdie_number(range, DW_AT_upper_bound, &n))
		return 0;
	dwarfdie_number(range, DW_AT_lower_bound, &low);
	/* [0] of older compilers has the bound -1, in however many bytes */
	if (n < low || n == UINT32_MAX || n == INT64_MAX)
		return 0;
	return (uint64_t)n - (uint64_t)low + 1;
}

/* The size in bytes from dimension dim on; false when it is not sane. */
static bool array_size(const struct target *t, struct ttype ty, Dwarf_Die *die, uint32_t dim,
		       unsigned depth, uint64_t *size);

static bool element_size(const struct target *t, struct ttype ty, unsigned depth, uint64_t *size)
{
	Dwarf_Die die;
	uint32_t dim;

	ty = dwarftype_settle(t, ty);
	if (!ty.id || depth > DWARFDIE_STEPS)
		return false;
	if (dwarftype_is(ty) && dwarfdie_of(ty, &die, &dim) && dwarf_tag(&die) == DW_TAG_array_type)
		return array_size(t, ty, &die, dim, depth + 1, size);
	struct ttype_info info = target_type(t, ty);

	*size = info.size;
	return info.kind != TTYPE_UNDEFINED && info.kind != TTYPE_FUNC && info.kind != TTYPE_VOID;
}

static bool array_size(const struct target *t, struct ttype ty, Dwarf_Die *die, uint32_t dim,
		       unsigned depth, uint64_t *size)
{
	Dwarf_Die range;
	uint64_t n = 1, one;

	for (; subrange(die, dim, &range); dim++)
		if (__builtin_mul_overflow(n, count_of(&range), &n))
			return false;
	if (!element_size(t, dwarfdie_type(ty.unit, die), depth, &one))
		return false;
	return !__builtin_mul_overflow(n, one, size) && *size <= LARGEST;
}

void dwarftype_array(struct ttype ty, struct ttype *element, uint64_t *n)
{
	Dwarf_Die die, range;
	uint32_t dim;

	*element = (struct ttype){ty.unit, UINT32_MAX};
	*n = 0;
	if (!dwarfdie_of(ty, &die, &dim))
		return;
	if (subrange(&die, dim, &range))
		*n = count_of(&range);
	*element = subrange(&die, dim + 1, &range) ? dwarfdie_inner(ty, &die, dim + 1)
						   : dwarfdie_type(ty.unit, &die);
}

static void array_info(const struct target *t, struct ttype ty, Dwarf_Die *die, uint32_t dim,
		       struct ttype_info *info)
{
	info->kind = TTYPE_ARRAY;
	info->name = NULL;
	dwarftype_array(ty, &info->element, &info->nelements);
	if (!array_size(t, ty, die, dim, 0, &info->size))
		*info = (struct ttype_info){.kind = TTYPE_UNDEFINED};
}

/* --- all --- */

static void pointer_info(const struct target_unit *u, Dwarf_Die *die, struct ttype_info *info)
{
	info->kind = TTYPE_PTR;
	info->size = u->code->narrow ? 4 : sizeof(void *);
	info->element = dwarfdie_type(u, die);
	info->user_pointer = !u->code->kernel; /* a program points to its own memory */
}

static void composite_info(struct ttype ty, Dwarf_Die *die, enum ttype_kind kind,
			   struct ttype_info *info)
{
	info->kind = dwarfdie_flag(die, DW_AT_declaration) ? TTYPE_UNDEFINED : kind;
	if (info->kind != TTYPE_UNDEFINED)
		info->nmembers = dwarfdie_nmembers(ty);
}

struct ttype_info dwarftype_info(const struct target *t, struct ttype ty)
{
	struct ttype_info info = {.kind = TTYPE_UNDEFINED};
	Dwarf_Die die;
	uint32_t dim;

	if (ty.id == 0)
		return (struct ttype_info){.kind = TTYPE_VOID};
	if (!dwarfdie_of(ty, &die, &dim))
		return info;
	info.name = dwarfdie_name(&die);
	info.size = byte_size(&die);
	switch (dwarf_tag(&die)) {
	case DW_TAG_base_type: base_info(&die, &info); break;
	case DW_TAG_enumeration_type: enum_info(t, ty, &die, &info); break;
	case DW_TAG_structure_type:
	case DW_TAG_class_type:
	case DW_TAG_interface_type: composite_info(ty, &die, TTYPE_STRUCT, &info); break;
	case DW_TAG_union_type: composite_info(ty, &die, TTYPE_UNION, &info); break;
	case DW_TAG_pointer_type:
	case DW_TAG_reference_type:
	case DW_TAG_rvalue_reference_type: pointer_info(ty.unit, &die, &info); break;
	case DW_TAG_array_type: array_info(t, ty, &die, dim, &info); break;
	case DW_TAG_subroutine_type:
	case DW_TAG_subprogram: info.kind = TTYPE_FUNC; break;
	default: info.size = 0; break;
	}
	if (info.kind == TTYPE_UNDEFINED || info.kind == TTYPE_FUNC)
		info.size = 0;
	return info;
}

/* --- members --- */

/* The offset in bytes of a member; false when it must be computed at run time. */
static bool place_of(Dwarf_Die *die, int64_t *bytes)
{
	Dwarf_Attribute a;
	Dwarf_Op *ops;
	size_t n;

	*bytes = 0; /* of a union, or given in bits */
	if (!dwarf_attr_integrate(die, DW_AT_data_member_location, &a))
		return true;
	if (dwarfdie_number(die, DW_AT_data_member_location, bytes))
		return *bytes >= 0;
	if (dwarf_getlocation(&a, &ops, &n) != 0 || n != 1 || ops[0].atom != DW_OP_plus_uconst)
		return false;
	*bytes = (int64_t)ops[0].number;
	return *bytes >= 0;
}

/*
 * A bit field: DWARF 4 and 5 count its bits from the start of the struct; before, from the most
 * significant bit of the integer that holds it.
 */
static bool bits_of(Dwarf_Die *die, uint64_t holder, struct target_member *m)
{
	int64_t size, at;

	if (!dwarfdie_number(die, DW_AT_bit_size, &size))
		return true;
	if (size <= 0 || size > 64)
		return false;
	m->bit_size = (uint32_t)size;
	if (dwarfdie_number(die, DW_AT_data_bit_offset, &at)) {
		m->bit_offset = (uint64_t)at;
		return at >= 0;
	}
	if (!dwarfdie_number(die, DW_AT_bit_offset, &at))
		return true;
	holder = byte_size(die) ? byte_size(die) : holder;
	if (__builtin_sub_overflow((int64_t)(holder * 8) - size, at, &at))
		return false;
	return !__builtin_add_overflow((int64_t)m->bit_offset, at, &at) &&
	       (m->bit_offset = (uint64_t)at, at >= 0);
}

bool dwarftype_member_at(const struct target *t, struct ttype ty, uint32_t i,
			 struct target_member *out)
{
	struct ttype_info info;
	Dwarf_Die of, die;
	uint64_t size;
	int64_t bytes;

	if (!dwarfdie_of(ty, &of, NULL) || !dwarfdie_member(ty, i, &die) || !place_of(&die, &bytes))
		return false;
	*out = (struct target_member){.name = dwarfdie_name(&die)};
	if (dwarf_tag(&die) == DW_TAG_inheritance)
		out->name = NULL;
	out->type = dwarfdie_type(ty.unit, &die);
	size = byte_size(&of) * 8;
	if ((uint64_t)bytes > LARGEST)
		return false;
	out->bit_offset = (uint64_t)bytes * 8;
	info = target_type(t, out->type);
	if (!bits_of(&die, info.size, out))
		return false;
	uint64_t bits = out->bit_size ? out->bit_size : info.size * 8;

	return out->bit_offset <= size && bits <= size - out->bit_offset;
}
