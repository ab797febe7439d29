/* Line tables (.debug_line) read in place: the names of files, and the rows.  DWARF 2 to 5. */
#ifndef TARGET_DWLINE_H
#define TARGET_DWLINE_H

#include "target/dwunit.h"

struct dwline_file {
	const char *name;
	uint64_t folder; /* position in folders */
};

struct dwline {
	uint16_t version;
	uint8_t offset_size, address_size;
	uint8_t min_length, most_ops, opcode_base, line_range;
	int8_t line_base;
	bool stmt;
	const uint8_t *lengths; /* of the standard opcodes' arguments; opcode_base - 1 of them */
	struct bytes program;
	VEC(const char *) folders;
	VEC(struct dwline_file) files; /* by the numbers that DWARF uses: version < 5 has no 0 */
	uint32_t first;                /* the least number */
};

struct dwline_row {
	uint64_t address;
	uint32_t file, line;
	bool stmt, end; /* end: the first address behind a sequence */
};

/* Reads the header of a unit's table; false when it has none, or a damaged one. */
bool dwline_open(struct dwline *l, const struct dwunit *u, struct arena *a);
/* The path of a file: its folder as it stands, and its name; NULL: no such number. */
const char *dwline_path(const struct dwline *l, uint64_t file, struct arena *a);
/* Calls with each row in the table's order; stops when `row` returns false. */
void dwline_each(const struct dwline *l, bool (*row)(const struct dwline_row *row, void *data),
		 void *data);

#endif
