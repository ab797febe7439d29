/* Private to target/dwarf*.c: where a variable is at a place. */
#ifndef TARGET_DWARFLOC_H
#define TARGET_DWARFLOC_H

#include "target/dwarfterm.h"

/*
 * Sets term, in_memory and why of a variable's DIE.  scope: the DIE of the function or inlined
 * copy around it, NULL for a global.  address: as in the DWARF.
 */
void dwarfloc_find(const struct code *c, Dwarf_Die *scope, Dwarf_Addr address, Dwarf_Die *var,
		   struct arena *a, struct code_variable *out);

#endif
