/* The procedure linkage table: where a program calls functions of its libraries. */
#ifndef TARGET_PLT_H
#define TARGET_PLT_H

#include "target/target.h"

struct plt_entry {
	const char *name; /* of the function */
	uint64_t address; /* as linked */
};

struct plt_entries {
	struct plt_entry *v;
	uint32_t n, cap;
};

enum { PLT_MAX_ENTRIES = 100000 };

/*
 * Appends the entries of the program or library at path that have a name, in the order of the
 * table.  NO: it has none; UNKNOWN: it cannot tell, *why in words.
 */
enum answer plt_read(const char *path, struct arena *a, struct plt_entries *out, const char **why);

#endif
