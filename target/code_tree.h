/* Walking over what lies inside a function's entry. */
#ifndef TARGET_CODE_TREE_H
#define TARGET_CODE_TREE_H

#include "target/code_search.h"

struct code_tree_entry {
	uint64_t die;
	uint16_t tag;
	const char *name;    /* NULL: it has none of its own */
	uint64_t origin;     /* the entry that says more (abstract, specified or called); 0: none */
	uint32_t file, line; /* of the declaration; line 0: not said */
	bool external;
	bool in_frame; /* its location is one place in the function's frame */
	struct dwrange range;
};

enum code_tree_step { CODE_TREE_INTO, CODE_TREE_OVER, CODE_TREE_STOP };

/* Reads one entry; false at an end of siblings or when damaged. */
bool code_tree_read(const struct dwunit *u, struct dwread *r, struct code_tree_entry *e,
		    const struct dwabbrev **ab, uint64_t *sibling);
/* Calls with every entry below `die`, which the unit under the eye holds. */
bool code_tree_each(struct code_search *s, uint64_t die,
		    enum code_tree_step (*visit)(const struct code_tree_entry *e, void *data),
		    void *data);
/* The innermost inlined copy below `die` that has code at address, or die. */
uint64_t code_tree_innermost(struct code_search *s, uint64_t die, uint64_t address);
/*
 * Completes name, file number, line and `external` from the entries that e stands for, in whatever
 * unit; *unit becomes that of the file number.
 */
bool code_tree_resolve(struct code_search *s, struct code_tree_entry *e, uint32_t *unit);

#endif
