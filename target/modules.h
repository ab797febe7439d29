/* The modules of a kernel: all their names, and the BTF of those that were asked for. */
#ifndef TARGET_MODULES_H
#define TARGET_MODULES_H

#include "base/map.h"
#include "target/unit.h"

/* A part of a facts file. */
struct facts_part {
	struct bytes packed;
	uint32_t size; /* unpacked; 0: not there */
};

struct module {
	const char *name;           /* with "_" for "-" */
	const char *path;           /* its file; NULL: the name alone is known */
	struct facts_part recorded; /* its BTF in a facts file */
	struct target_unit *unit;   /* NULL: not loaded */
	struct image *held;         /* the bytes of the unit */
	bool failed;
};

struct modules {
	bool known;         /* every module there is, is listed */
	const char *folder; /* where they were found; NULL: nowhere */
	struct map by_name;
	VEC(struct module *) list; /* by name, after modules_sort() */
	size_t loaded;             /* bytes of BTF held */
};

/* Lists the module files under folder; links are not followed. */
void modules_scan(struct modules *ms, struct arena *a, const char *folder);
/* Adds the modules whose BTF lies in folder under their names (/sys/kernel/btf). */
void modules_scan_loaded(struct modules *ms, struct arena *a, const char *folder);
/* The entry of that name, made if need be.  The name is not copied. */
struct module *modules_add(struct modules *ms, struct arena *a, const char *name);
void modules_sort(struct modules *ms);
/* NULL when there is none; "-" and "_" are one. */
struct module *modules_find(const struct modules *ms, const char *name);
/* Does the name match the glob, "-" and "_" being one. */
bool modules_match(const struct module *m, const char *glob);
/* Forgets the BTF of a module that turned out not to be needed. */
void modules_unload(struct modules *ms, struct store *st, struct module *m);

#endif
