/*
 * Statically defined marks (sys/sdt.h): the notes of a program's section
 * .note.stapsdt, and how the arguments of a mark are read where it stands.
 */
#ifndef TARGET_SDT_H
#define TARGET_SDT_H

#include "target/code.h"

struct sdt_argument {
	const char *text;             /* "-4@-12(%rbp)" */
	const struct code_term *term; /* its value, as wide as a number; NULL: not readable */
	const char *why;              /* term NULL: "it is in a floating-point register" */
	uint32_t size;                /* in bytes */
	bool is_signed;
};

struct sdt_mark {
	const char *provider, *name;
	const char *text;   /* of its arguments, as the note has it */
	uint64_t address;   /* as linked, moved by what prelinking moved */
	uint64_t semaphore; /* as linked; 0: it has none */
	struct sdt_argument *arguments;
	uint32_t narguments;
};

struct sdt_marks {
	struct sdt_mark *v;
	uint32_t n, cap;
};

enum { SDT_MAX_MARKS = 100000, SDT_MAX_ARGUMENTS = 12 };

/*
 * Appends the marks of the program or library at path, in the order of the file; strings live in
 * the arena.  NO: it has none; UNKNOWN: it cannot tell, *why in words.  Notes that are damaged are
 * left out, and *damaged counts them.
 */
enum answer sdt_read(const char *path, struct arena *a, struct sdt_marks *out, uint32_t *damaged,
		     const char **why);

/* How one argument is read, for a machine of elfsec_machine(); elf is looked into for symbols. */
struct bytes;
void sdt_argument(const struct bytes *elf, const char *machine, const char *text, struct arena *a,
		  struct sdt_argument *out);

#endif
