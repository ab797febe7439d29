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
	/* of symimage_of(); what symmap_of() gives always has both: addresses, and all that tells what
	 * cannot be probed */
	bool has_addresses, classified;
	uint32_t n, texts_len;
	const struct symmap_entry *entries; /* by name, then address */
	const char *texts;
	struct symscan *scan; /* finds names in the text; NULL: the table is made */
	struct bytes text;
	const char *key; /* what the cache knows the text by; NULL: not kept */
	struct symmap *next;
};

/* NULL when there is no source of symbols; *stub (may be NULL): a System.map that holds none. */
struct symmap *symmap_of(struct target *t, const char *module, const char **stub);
/* Says that the name will be asked for, so that several may be found at once. */
void symmap_expect(struct symmap *m, const char *name);
/* From *first on, the number of entries of that name, by address. */
uint32_t symmap_find(struct target *t, struct symmap *m, const char *name,
		     const struct symmap_entry **first);
/* Makes the table (m->n, m->entries) if there is none yet; gives m. */
struct symmap *symmap_table(struct target *t, struct symmap *m);

/* --- gathering, for symimage.c too --- */

enum { SYMMAP_MAX = 2 * 1000 * 1000 };

struct symmap_symbol {
	const char *name; /* len bytes, not ended */
	uint32_t len;
	uint16_t class, code;
	uint64_t address;
};

struct symmap_gather {
	struct arena *arena;
	VEC(struct symmap_symbol) list;
	bool has_addresses; /* any but 0 */
};

/* The name is not copied.  A name without length, too long a one or one too many is left out. */
void symmap_add(struct symmap_gather *g, const char *name, size_t len, uint64_t address, bool code,
		enum symmap_class class);
/* Adds the lines of a System.map or of /proc/kallsyms, but those of modules. */
void symmap_read_text(struct symmap_gather *g, struct bytes b);
/* Adds what .symtab has. */
void symmap_read_elf(struct symmap_gather *g, struct bytes elf);
/* Sets the classes by the symbols that stand around the areas of a linked kernel. */
void symmap_classify(struct symmap_gather *g);
/* The table, sorted, as symmap_take() understands it and the cache keeps it; NULL after
 * store_fail(). */
struct image *symmap_write(struct store *st, struct symmap_gather *g);
/* Sets the table of m to what lies in b, checked as far as it must be; false when it is none. */
bool symmap_take(struct symmap *m, struct bytes b);

/* What a file without a size of its own (procfs, debugfs) holds; {NULL, 0}: it cannot be read. */
struct bytes symmap_proc(struct target *t, const char *path, size_t max);

#endif
