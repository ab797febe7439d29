/*
 * DIEs by number.  The id of a type is the offset of its DIE in .debug_info; two bits tell the
 * sections that hold others (.debug_types of DWARF 4, and the file that dwz shares between
 * several).  An array of several dimensions is one DIE, so what remains after an index has no DIE
 * of its own: it gets a number in a table.  So does, for speed, each struct whose members were
 * asked for: DWARF can only be walked from one member to the next.
 */
#include "target/dwarfdie.h"

#include <string.h>

enum {
	SHARED = 0x80000000u, /* in the file of dwz */
	TYPES = 0x40000000u,  /* in .debug_types */
	INNER = SHARED | TYPES,
	MAX_INNER = 65536,
	MAX_MEMBERS = 65536,
};

/* What remains of an array. */
struct inner {
	uint32_t array, dim;
};

struct members {
	uint32_t of, n;
	uint32_t *offsets;
};

struct dwarf_unit {
	struct target_unit unit; /* first, so that one is the other */
	VEC(struct inner) inners;
	struct members *table; /* open addressing; of 0: free */
	uint32_t used, mask;
};

static struct dwarf_unit *state_of(const struct target_unit *u)
{
	return (struct dwarf_unit *)u; /* what it answered does not change */
}

const struct target_unit *dwarfdie_unit(const struct code *c)
{
	struct code *own = codefile_of(c);
	struct dwarf_unit *d;

	if (own->types)
		return own->types;
	d = arena_make(own->arena, struct dwarf_unit);
	d->unit.module = own->module;
	d->unit.origin = own->debug ? own->debug : own->asked;
	d->unit.arena = own->arena;
	d->unit.code = own;
	return own->types = &d->unit;
}

struct ttype dwarfdie_ttype(const struct target_unit *u, Dwarf_Die *die)
{
	Dwarf *own = codefile_dwarf(u->code);
	Dwarf_Off offset = dwarf_dieoffset(die);
	Dwarf_Half version = 0;
	uint8_t kind = 0;
	uint32_t bits = 0;

	if (!own || offset == 0 || offset >= TYPES)
		return (struct ttype){0};
	if (dwarf_cu_info(die->cu, &version, &kind, NULL, NULL, NULL, NULL, NULL) != 0)
		return (struct ttype){0};
	if (kind == DW_UT_type && version < 5)
		bits = TYPES;
	if (dwarf_cu_getdwarf(die->cu) != own) {
		if (bits || dwarf_cu_getdwarf(die->cu) != dwarf_getalt(own))
			return (struct ttype){0};
		bits = SHARED;
	}
	return (struct ttype){u, (uint32_t)offset | bits};
}

bool dwarfdie_of(struct ttype ty, Dwarf_Die *die, uint32_t *dim)
{
	Dwarf *own = ty.unit ? codefile_dwarf(ty.unit->code) : NULL;
	struct dwarf_unit *d = state_of(ty.unit);
	uint32_t id = ty.id, offset;

	if (dim)
		*dim = 0;
	if (!own || id == 0)
		return false;
	if ((id & INNER) == INNER) {
		if ((id & ~(uint32_t)INNER) >= d->inners.n)
			return false;
		if (dim)
			*dim = d->inners.v[id & ~(uint32_t)INNER].dim;
		id = d->inners.v[id & ~(uint32_t)INNER].array;
	}
	offset = id & ~(uint32_t)INNER;
	if (id & TYPES)
		return dwarf_offdie_types(own, offset, die) != NULL;
	if (id & SHARED)
		own = dwarf_getalt(own);
	return own && dwarf_offdie(own, offset, die) != NULL;
}

struct ttype dwarfdie_inner(struct ttype array, Dwarf_Die *die, uint32_t dim)
{
	struct dwarf_unit *d = state_of(array.unit);
	struct inner in = {dwarfdie_ttype(array.unit, die).id, dim};

	for (uint32_t i = 0; i < d->inners.n; i++)
		if (d->inners.v[i].array == in.array && d->inners.v[i].dim == dim)
			return (struct ttype){array.unit, INNER | i};
	if (d->inners.n >= MAX_INNER || !in.array)
		return (struct ttype){array.unit, UINT32_MAX};
	vec_push(d->unit.arena, &d->inners, in);
	return (struct ttype){array.unit, INNER | (d->inners.n - 1)};
}

struct ttype dwarfdie_type(const struct target_unit *u, Dwarf_Die *die)
{
	Dwarf_Attribute attr;
	Dwarf_Die to;

	if (!dwarf_attr_integrate(die, DW_AT_type, &attr))
		return (struct ttype){0};
	if (!dwarf_formref_die(&attr, &to))
		return (struct ttype){u, UINT32_MAX};
	return dwarfdie_ttype(u, &to);
}

const char *dwarfdie_name(Dwarf_Die *die)
{
	const char *name = dwarf_diename(die);

	return name && *name ? name : NULL;
}

bool dwarfdie_number(Dwarf_Die *die, unsigned attr, int64_t *value)
{
	Dwarf_Attribute a;
	Dwarf_Sword s;
	Dwarf_Word u;

	if (!dwarf_attr_integrate(die, attr, &a))
		return false;
	/* data1 to data8 carry no sign; those who write negative numbers write sdata */
	if (dwarf_whatform(&a) == DW_FORM_sdata || dwarf_whatform(&a) == DW_FORM_implicit_const) {
		if (dwarf_formsdata(&a, &s) != 0)
			return false;
		*value = s;
		return true;
	}
	if (dwarf_formudata(&a, &u) != 0)
		return false;
	*value = (int64_t)u;
	return true;
}

bool dwarfdie_flag(Dwarf_Die *die, unsigned attr)
{
	Dwarf_Attribute a;
	bool set = false;

	return dwarf_attr(die, attr, &a) && dwarf_formflag(&a, &set) == 0 && set;
}

/* --- members --- */

static bool is_member(Dwarf_Die *die)
{
	int tag = dwarf_tag(die);

	if (tag == DW_TAG_inheritance)
		return true;
	/* a static member of C++ is declared here and lives elsewhere */
	return tag == DW_TAG_member && !dwarfdie_flag(die, DW_AT_external) &&
	       !dwarfdie_flag(die, DW_AT_declaration);
}

static void read_members(struct dwarf_unit *d, struct ttype ty, Dwarf_Die *of, struct members *out)
{
	VEC(uint32_t) offsets = {0};
	Dwarf_Die die;

	(void)ty;
	for (int more = dwarf_child(of, &die); more == 0; more = dwarf_siblingof(&die, &die)) {
		if (!is_member(&die) || offsets.n >= MAX_MEMBERS)
			continue;
		vec_push(d->unit.arena, &offsets, dwarfdie_ttype(&d->unit, &die).id);
	}
	out->offsets = offsets.v;
	out->n = offsets.n;
}

static struct members *slot_of(const struct dwarf_unit *d, uint32_t id)
{
	uint32_t i = id * 0x9e3779b1u;

	while (d->table[i & d->mask].of && d->table[i & d->mask].of != id)
		i++;
	return &d->table[i & d->mask];
}

static void grow(struct dwarf_unit *d)
{
	struct members *old = d->table;
	uint32_t n = old ? d->mask + 1 : 0;

	d->mask = n ? 2 * n - 1 : 63;
	d->table = arena_alloc(d->unit.arena, (d->mask + 1) * sizeof *d->table);
	for (uint32_t i = 0; i < n; i++)
		if (old[i].of)
			*slot_of(d, old[i].of) = old[i];
}

static const struct members *members_of(struct ttype ty)
{
	struct dwarf_unit *d = state_of(ty.unit);
	struct members *slot;
	Dwarf_Die die;

	if (!ty.id || !dwarfdie_of(ty, &die, NULL))
		return NULL;
	if (!d->table || d->used * 2 > d->mask)
		grow(d);
	slot = slot_of(d, ty.id);
	if (!slot->of) {
		struct members read = {.of = ty.id};

		read_members(d, ty, &die, &read);
		slot = slot_of(d, ty.id);
		*slot = read;
		d->used++;
	}
	return slot;
}

uint32_t dwarfdie_nmembers(struct ttype ty)
{
	const struct members *m = members_of(ty);

	return m ? m->n : 0;
}

bool dwarfdie_member(struct ttype ty, uint32_t i, Dwarf_Die *out)
{
	const struct members *m = members_of(ty);

	return m && i < m->n && dwarfdie_of((struct ttype){ty.unit, m->offsets[i]}, out, NULL);
}
