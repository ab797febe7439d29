/* Private to target/dwarf*.c: DWARF expressions as trees. */
#ifndef TARGET_DWARFTERM_H
#define TARGET_DWARFTERM_H

#include "target/dwarfdie.h"

/* Where an expression is evaluated. */
struct dwarfterm_at {
	const struct code *code;
	struct arena *arena;
	Dwarf_Addr address;                 /* as in the DWARF, without the bias */
	bool x86;                           /* the calling convention of x86-64 */
	bool i386;                          /* registers are i386's */
	bool narrow;                        /* addresses, and numbers without a type, have 4 bytes */
	bool at_entry;                      /* ...is the first instruction of the function */
	const struct code_term *frame_base; /* NULL: not known, for this reason: */
	const char *no_frame;
	/* the canonical frame address; NULL after setting *why */
	const struct code_term *(*cfa)(struct dwarfterm_at *at, const char **why);
	uint32_t budget; /* operations left */
};

struct dwarfterm_result {
	const struct code_term *term; /* NULL: why */
	bool in_memory;               /* term is its address; else its value */
	bool plain;                   /* ...a value without a type: no wider than an address */
	const char *why;
};

enum { DWARFTERM_BUDGET = 2000 };

/*
 * The location that an expression of an attribute describes.  As a frame base a register stands
 * for its contents.
 */
struct dwarfterm_result dwarfterm_run(struct dwarfterm_at *at, Dwarf_Attribute *attr,
				      const Dwarf_Op *ops, size_t n);
struct code_term *dwarfterm_number(struct arena *a, enum code_term_kind kind, int64_t number);

#endif
