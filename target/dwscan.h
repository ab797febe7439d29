/* Making the index of an object's functions. */
#ifndef TARGET_DWSCAN_H
#define TARGET_DWSCAN_H

#include "target/dwindex.h"
#include "target/dwunit.h"

/* A function in the symbol table. */
struct dwscan_symbol {
	const char *name;
	uint64_t address;
	bool global;
};

struct dwscan_symbols {
	struct dwscan_symbol *v;
	uint32_t n, cap;
	bool names_only; /* those at the entry of no function that DWARF tells of are left out */
};

/* Offsets in .debug_info, ascending. */
struct dwscan_hits {
	uint64_t *v;
	uint32_t n, cap;
};

/*
 * Reads every unit and makes the index, as an image of the store.  The symbols are sorted by
 * address on the way.  NULL after store_fail() when memory or the index's bounds do not suffice;
 * damaged units are left out and counted.
 * only: units without any of these are counted and not read; NULL: all are.
 */
struct image *dwscan_run(struct store *st, const struct dwsections *dw,
			 struct dwscan_symbols *symbols, const struct dwscan_hits *only);

#endif
