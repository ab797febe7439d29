/*
 * The symbols of the kernel image or a module, with what the section they lie in means for probes.
 */
#ifndef TARGET_SYMMAP_H
#define TARGET_SYMMAP_H

#include "target/lazy.h"

enum symmap_class {
	SYMMAP_PLAIN,
	SYMMAP_INIT,    /* gone once the kernel or module has started */
	SYMMAP_KPROBES, /* the code of kprobes itself */
	SYMMAP_NOINSTR, /* must not be instrumented */
	SYMMAP_ENTRY,   /* entry from user space, interrupts and exceptions */
};

struct symmap_entry {
	uint64_t address;
	uint32_t name; /* offset in texts */
	uint16_t class;
	uint16_t code; /* is it a function's */
};

struct symmap {
	const char *module; /* NULL: the kernel image */
	const char *source; /* the file it was read from; NULL: none */
	const char *stub;   /* a System.map that holds no symbols; NULL: none */
	uint32_t n, texts_len;
	const struct symmap_entry *entries; /* by name, then address */
	const char *texts;
	struct symmap *next;
};

/* NULL when there is no source of symbols; *stub (may be NULL): a System.map that holds none. */
const struct symmap *symmap_of(struct target *t, const char *module, const char **stub);
/* From *first on, the number of entries of that name. */
uint32_t symmap_find(const struct symmap *m, const char *name, uint32_t *first);

/* What a file without a size of its own (procfs, debugfs) holds; {NULL, 0}: it cannot be read. */
struct bytes symmap_proc(struct target *t, const char *path, size_t max);

#endif
