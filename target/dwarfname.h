/* Private to target/dwarf*.c: what stands outside of functions, by name. */
#ifndef TARGET_DWARFNAME_H
#define TARGET_DWARFNAME_H

#include "target/dwarfdie.h"

enum dwarfname_class {
	DWARFNAME_VARIABLE,
	DWARFNAME_STRUCT, /* and class */
	DWARFNAME_UNION,
	DWARFNAME_ENUM,
	DWARFNAME_PLAIN, /* typedefs and base types */
	DWARFNAME_ENUMERATOR,
};

/*
 * The definition of a name; of a variable that has none (a linker script made it) a declaration,
 * when there is a symbol.  file: a glob over the name of its compilation unit
 * or a tail of it, or NULL.
 */
bool dwarfname_find(const struct code *c, enum dwarfname_class class, const char *name,
		    const char *file, Dwarf_Die *out);
/* The same among one compilation unit. */
bool dwarfname_find_in(Dwarf_Die *cu, enum dwarfname_class class, const char *name, Dwarf_Die *out);
/* The address as linked of a global symbol of that name. */
bool dwarfname_symbol(const struct code *c, const char *name, Dwarf_Addr *address);
/* Does the file of a unit match: the whole path, or a tail of it after a "/". */
bool dwarfname_file(const char *glob, const char *path);

#endif
