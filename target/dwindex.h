/*
 * The index of an object's functions: names, declarations, and every place where they have code,
 * inlined copies included.  One block of bytes, made by dwscan_run() and kept between runs, so it
 * is hostile input: what is asked for by number is checked, and damage answers "nothing".
 */
#ifndef TARGET_DWINDEX_H
#define TARGET_DWINDEX_H

#include "target/store.h"

#define DWINDEX_KIND "code2" /* for the cache: to be changed with the layout */

enum dwindex_flag {
	DWINDEX_INLINED = 1,
	DWINDEX_EXTERNAL = 2,
	DWINDEX_SYMBOL = 4, /* from the symbol table */
	DWINDEX_CPLUS = 8,
	DWINDEX_UNOPTIMISED = 16, /* compiled without optimisation, or it cannot be told */
};

/* A function by one of its names; sorted by name, file and line. */
struct dwindex_function {
	uint32_t name, file; /* offsets of texts; 0: none */
	uint32_t line;
	uint32_t flags;
	uint32_t first, n; /* places, by address */
};

/* A place where a function has code. */
struct dwindex_place {
	uint64_t address;
	uint64_t die; /* 0: known from the symbol table only */
	uint32_t function;
	uint32_t symbol; /* the linker's name, where it differs; 0: none */
	uint32_t unit;
	uint32_t flags;
};

/* The code of a function that is not an inlined copy; sorted by low. */
struct dwindex_range {
	uint64_t low, high;
	uint32_t place;
	uint32_t zero;
};

struct dwindex_head {
	char magic[8];
	uint32_t size; /* of it all */
	uint32_t functions, places, ranges, units, texts;
	uint32_t damaged; /* units that could not be read to their end */
	uint32_t zero;
};

struct dwindex {
	const struct dwindex_head *head;
	const struct dwindex_function *functions;
	const struct dwindex_place *places;
	const struct dwindex_range *ranges;
	const uint64_t *units; /* offsets of their headers */
	const char *texts;
};

/* Takes the bytes, aligned to 8, as an index; false when they are none. */
bool dwindex_open(struct dwindex *ix, struct bytes b);
/* Its size, and where its parts are, from the counts in head. */
size_t dwindex_layout(const struct dwindex_head *head, size_t at[6]);
/* The text at an offset; NULL for 0 and for what is out of range. */
const char *dwindex_text(const struct dwindex *ix, uint32_t at);
/* The functions of that name: from *first, the number of them. */
uint32_t dwindex_find(const struct dwindex *ix, const char *name, uint32_t *first);
const struct dwindex_function *dwindex_function(const struct dwindex *ix, uint32_t i);
/* The i-th place of a function; NULL when there are no more. */
const struct dwindex_place *dwindex_place(const struct dwindex *ix,
					  const struct dwindex_function *f, uint32_t i);
/* The place of the function, not inlined, whose code is at address; NULL: none. */
const struct dwindex_place *dwindex_around(const struct dwindex *ix, uint64_t address);

#endif
