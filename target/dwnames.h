/* Where a name is mentioned in .debug_info, without reading its entries. */
#ifndef TARGET_DWNAMES_H
#define TARGET_DWNAMES_H

#include "target/dwscan.h"

/*
 * Appends offsets such that every unit that says anything of a function of that name holds one of
 * them.  False when that cannot be told without reading all: names in the entries themselves,
 * indexed strings, units that name entries of other units, too many mentions.
 */
bool dwnames_find(const struct dwsections *dw, const char *name, struct arena *a,
		  struct dwscan_hits *out);

#endif
