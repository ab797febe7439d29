/*
 * Private to target/dwarf*.c: DWARF entries (DIEs) as types.  The types of one object are one
 * `struct target_unit`, whose ids are offsets of DIEs.
 */
#ifndef TARGET_DWARFDIE_H
#define TARGET_DWARFDIE_H

#include "target/codefile.h"

#include <dwarf.h>

enum { DWARFDIE_STEPS = 64 };

/* The unit of an object's types.  Never NULL. */
const struct target_unit *dwarfdie_unit(const struct code *c);
/* The type that a DIE is; {0} when it cannot be named. */
struct ttype dwarfdie_ttype(const struct target_unit *u, Dwarf_Die *die);
/* The DIE behind a type; false when there is none.  *dim: which dimension of an array it is. */
bool dwarfdie_of(struct ttype ty, Dwarf_Die *die, uint32_t *dim);
/* What is left of an array once its first dimensions, up to dim, were indexed. */
struct ttype dwarfdie_inner(struct ttype array, Dwarf_Die *die, uint32_t dim);
/* The DIE that DW_AT_type names, also through origins: {0} is void. */
struct ttype dwarfdie_type(const struct target_unit *u, Dwarf_Die *die);
/* Its own name; NULL: it has none. */
const char *dwarfdie_name(Dwarf_Die *die);
/* An attribute's value when it is a constant. */
bool dwarfdie_number(Dwarf_Die *die, unsigned attr, int64_t *value);
bool dwarfdie_flag(Dwarf_Die *die, unsigned attr);
/* The i-th data member or base class of a struct, union or class. */
bool dwarfdie_member(struct ttype ty, uint32_t i, Dwarf_Die *out);
uint32_t dwarfdie_nmembers(struct ttype ty);

#endif
