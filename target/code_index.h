/* An object's index of functions, made or taken from the cache; and its sections. */
#ifndef TARGET_CODE_INDEX_H
#define TARGET_CODE_INDEX_H

#include "target/codefile.h"
#include "target/dwindex.h"
#include "target/dwunit.h"

/* NULL when the object has neither DWARF nor symbols, or they are too damaged. */
const struct dwindex *code_index(const struct code *c);
/*
 * One that has all about the functions of that name (no glob), and maybe of no others; far cheaper
 * for a large object that has no index yet.
 */
const struct dwindex *code_index_named(const struct code *c, const char *name);
/* The same of the functions declared in files that fit the glob (code_search_file()). */
const struct dwindex *code_index_filed(const struct code *c, const char *glob);
/* The sections with debug information, relocated; NULL when there are none. */
const struct dwsections *code_index_sections(const struct code *c);
/*
 * Opens a unit that the index has, abbreviations and root included.  abbrevs is kept from call to
 * call; its arena must be set.
 */
bool code_index_unit(const struct code *c, const struct dwindex *ix, uint32_t unit,
		     struct dwabbrevs *abbrevs, struct dwunit *u);

#endif
