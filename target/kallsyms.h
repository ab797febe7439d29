/*
 * The table of symbols that a kernel with CONFIG_KALLSYMS carries in its read-only data.  It is
 * found by its structure, since a kernel as it is shipped has no symbol that tells where it lies.
 */
#ifndef TARGET_KALLSYMS_H
#define TARGET_KALLSYMS_H

#include "target/store.h"

enum { KALLSYMS_MAX_NAME = 512, KALLSYMS_MAX_SYMBOLS = 2 * 1000 * 1000 };

/* Where the parts of the table lie in the image: offsets in bytes. */
struct kallsyms {
	struct bytes image;
	uint32_t n; /* symbols */
	size_t names, names_end, tokens, index;
	bool has_addresses;
	bool percpu; /* numbers that are not negative stand for themselves
			(KALLSYMS_ABSOLUTE_PERCPU) */
	size_t offsets;
	uint64_t base;
};

/* A walk over the symbols, in the table's order, which is that of their addresses. */
struct kallsyms_symbol {
	char type;        /* as nm has it: "tTwW" are functions */
	const char *name; /* valid until the next one is asked for */
	uint32_t len;
	uint64_t address; /* as linked; 0 when the table's addresses are not understood */
};
struct kallsyms_walk {
	const struct kallsyms *k;
	uint32_t i;
	size_t at;
	char text[KALLSYMS_MAX_NAME + 1];
};

/*
 * Finds the table in a kernel's image (unpacked, ELF or flat) for this machine's byte order. False:
 * there is none, or what looks like one contradicts itself.
 */
bool kallsyms_find(struct bytes image, struct kallsyms *out);
struct kallsyms_walk kallsyms_start(const struct kallsyms *k);
/* False after the last one. */
bool kallsyms_next(struct kallsyms_walk *w, struct kallsyms_symbol *out);

#endif
