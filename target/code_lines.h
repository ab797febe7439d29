/* The rows of a unit's line table. */
#ifndef TARGET_CODE_LINES_H
#define TARGET_CODE_LINES_H

#include "target/code_search.h"
#include "target/dwline.h"

struct code_row {
	uint64_t address;
	uint32_t file, line;
	uint32_t order; /* in the table */
};

struct code_hits {
	struct code_row *v;
	uint32_t n, cap;
};

/* Starts zeroed. */
struct code_rows {
	struct arena *arena; /* NULL: not open */
	uint32_t unit;
	bool ok, sorted;
	struct dwline table;
	VEC(struct code_row) rows;  /* by address */
	VEC(struct code_row) lines; /* those of the files asked for, by line */
};

/* Reads the rows of a unit, which is then under the eye of s; keeps them if they are there. */
bool code_lines_open(struct code_rows *t, struct code_search *s, uint32_t unit);
void code_lines_close(struct code_rows *t);

#endif
