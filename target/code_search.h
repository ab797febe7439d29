/* A search for places: what the parts of code_find() share. */
#ifndef TARGET_CODE_SEARCH_H
#define TARGET_CODE_SEARCH_H

#include "target/code_index.h"
#include "target/dwline.h"
#include "target/dwrange.h"

/* A place that the query's function and file allow. */
struct code_pick {
	const struct dwindex_function *function;
	const struct dwindex_place *place;
};

struct code_search {
	const struct code *c;
	const struct code_query *q;
	const struct dwindex *ix;
	struct arena *arena, *scratch;
	struct code_places *out;
	VEC(struct code_pick) picks; /* by unit, where units are looked into */
	/* the unit under the eye; opened by code_search_unit() */
	struct dwabbrevs abbrevs;
	struct dwunit u;
	uint32_t unit;
	bool open;
	/* the file names of a unit: code_labels_file() */
	struct arena *names;
	struct dwline table;
	uint32_t named;
	bool legible;
	const char *why; /* the answer is not all there is; NULL: it is */
};

/* Does the glob match the path, or a tail of it behind a slash? */
bool code_search_file(const char *glob, const char *path);
/* Opens the unit, if it isn't; false when it is damaged. */
bool code_search_unit(struct code_search *s, uint32_t unit);
/* The number of the unit that an entry lies in; UINT32_MAX: none. */
uint32_t code_search_unit_of(const struct code_search *s, uint64_t die);
/* Appends a place; false when there are too many. */
bool code_search_add(struct code_search *s, const struct code_place *p);
/* A place as the index has it: the function's entry. */
struct code_place code_search_place(const struct code_search *s, const struct code_pick *pick);

/* Statements and functions by lines; labels; callees.  Each false when something is damaged. */
bool code_lines_run(struct code_search *s);
bool code_labels_run(struct code_search *s);
bool code_callees_run(struct code_search *s);
/* Moves p behind the prologue where its unit was compiled without optimisation. */
void code_lines_prologue(struct code_search *s, const struct code_pick *pick, struct code_place *p);
/* Appends to near the lines of the place's function around `line` that have code. */
const char *code_lines_near(struct code_search *s, const struct code_pick *pick, uint32_t line);
/* Does the code of some line of the unit begin at address? */
bool code_lines_begins(struct code_search *s, uint64_t address, const char **file, uint32_t *line);

#endif
