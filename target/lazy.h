/* struct target, and the parts of it that are read when first asked for. */
#ifndef TARGET_LAZY_H
#define TARGET_LAZY_H

#include "target/modules.h"
#include "target/origin.h"
#include "target/target.h"

struct facts {
	struct facts_part btf, config, symbols;
	const char *from; /* what they were recorded from */
};

struct target {
	struct store st;
	struct diags *ds;
	struct origin kernel; /* form ORIGIN_NONE: nothing is known */
	struct origin asked;  /* ORIGIN_MODULE or ORIGIN_SPLIT when --target was one */
	const char *root;     /* of the kernel's installation; NULL: none */
	const char *release, *machine;
	const char *description;
	bool running;     /* the running kernel itself */
	bool kernel_read; /* unit is decided */
	bool modules_read;
	bool config_read;
	struct target_unit *unit; /* the kernel's; NULL: unreadable */
	struct modules modules;
	struct map *trace_systems; /* of tracepoints, by name; NULL: not looked for */
	struct facts facts;
	struct cache *cache; /* NULL: nothing is kept */
	struct symmap *symbols; /* those read so far */
	struct symmap *images;  /* those of symimage_of() read so far */
	struct code *codes;  /* the objects asked about so far */
	struct bytes config; /* {NULL, 0}: not known */
	struct map options;  /* asked before: name -> value */
};

/* The answers never change once given, so the laziness stays hidden behind const. */
struct target *lazy_of(const struct target *t);
/* Reports the store's last failure about path; an unknown path is NULL. */
void lazy_report(struct target *t, const char *path);
/* The kernel's unit; NULL when nothing is known, or after reporting why it is unreadable. */
struct target_unit *lazy_kernel(struct target *t);
struct modules *lazy_modules(struct target *t);
/* The unit of a module; NULL when only its name is known, or after reporting. */
struct target_unit *lazy_module(struct target *t, struct module *m);
/* The kernel's configuration; {NULL, 0} when it is not known. */
struct bytes lazy_config(struct target *t);

#endif
