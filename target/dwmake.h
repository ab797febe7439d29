/* The index in the making: what the walk saw, until it is sorted and written. */
#ifndef TARGET_DWMAKE_H
#define TARGET_DWMAKE_H

#include "target/dwscan.h"

/* What the entry of a function says. */
struct dwmake_def {
	uint64_t die, origin; /* origin 0: none */
	uint64_t entry;       /* 0: it has no code */
	const char *name, *linkage;
	uint32_t file; /* by its number in the unit; made a text when the unit is done */
	uint32_t line;
	uint32_t unit;
	bool external, cplus;
	uint32_t function; /* once known: its position + 1 */
};

/* An array that grows in a mapping of its own. */
struct dwmake_array {
	struct image *m;
	uint32_t n, most;
};

#define DWMAKE_ITEMS(array, T) ((T *)(array).m->data)

struct dwmake {
	struct store *st;
	struct arena *arena;
	struct dwmake_array defs, places, origins, ranges, units, functions;
	struct dwmake_array def_slots;  /* of def_mask + 1: positions + 1 by die */
	struct dwmake_array text_slots; /* offsets in texts by content */
	struct dwmake_array name_slots; /* functions by name, file, line: positions + 1 */
	uint32_t def_mask, text_mask, name_mask, ntexts;
	struct image *texts;
	uint32_t unit_first; /* the first def of the unit under way */
	uint32_t damaged;
};

/* bytes: of .debug_info that will be read. */
bool dwmake_start(struct dwmake *mk, uint32_t most_defs, uint32_t most_places, size_t bytes);
void dwmake_drop(struct dwmake *mk);
/* Each is false after store_fail(). */
bool dwmake_unit(struct dwmake *mk, uint64_t at);
bool dwmake_def(struct dwmake *mk, const struct dwmake_def *def);
/* origin: the entry that says what function it is, or that of another that does. */
bool dwmake_place(struct dwmake *mk, const struct dwindex_place *p, uint64_t origin);
bool dwmake_range(struct dwmake *mk, uint64_t low, uint64_t high, uint32_t place);
/* Turns the unit's file numbers into texts. */
bool dwmake_unit_done(struct dwmake *mk, const struct dwunit *u);
/* The offset of a text in the index; 0: none, UINT32_MAX: after store_fail(). */
uint32_t dwmake_text(struct dwmake *mk, const char *s);
/* The position + 1 of the function, made if need be; 0 after store_fail(). */
uint32_t dwmake_function(struct dwmake *mk, const char *name, uint32_t file, uint32_t line,
			 uint32_t flags);
/* Finds out what functions the places are of: from here on `function` is a position + 1, or 0. */
bool dwmake_name_places(struct dwmake *mk);
/* Adds the symbols that name no place yet, as functions or as other names of a place. */
bool dwmake_symbols(struct dwmake *mk, struct dwscan_symbols *symbols);
/* Sorts and writes it all. */
struct image *dwmake_finish(struct dwmake *mk);

#endif
