/*
 * Programs and shared libraries that process probes name: finding them, and
 * looking into their files.  All of it is hostile input.
 */
#ifndef TARGET_PROGRAM_H
#define TARGET_PROGRAM_H

#include "target/store.h"
#include "target/target.h"

struct program_paths {
	const char **v;
	uint32_t n, cap;
};

enum { PROGRAM_MAX_PATHS = 5000 };

/*
 * The file of a program: a path, or a name to be looked up along PATH (its folders that are
 * relative or that others may write are passed over), links followed.  NO: *why says what was
 * tried; UNKNOWN: it cannot be read, *why says so, and what would help.
 */
enum answer program_find(const struct target *t, const char *name, struct arena *a,
			 const char **path, const char **why);
/* Appends the programs (executable files) that match the pattern, in order, at most the maximum. */
void program_match(const struct target *t, const char *pattern, struct arena *a,
		   struct program_paths *out);
/* The program that a process runs; NULL, *why: there is no such process, or one may not look. */
const char *program_of_process(int64_t pid, struct arena *a, const char **why);
/* For a script, the interpreter that "#!" names; else NULL. */
const char *program_interpreter(const char *path, struct arena *a);
/* Does the file begin as ELF files do? */
bool program_is_elf(const char *path);
struct program_spot {
	uint64_t address; /* as linked */
	uint64_t offset;  /* in the file; 0: it holds no such address */
};

/*
 * The file's build-id, in hex and in the arena, or NULL; and the offsets of the addresses.  Of a
 * file that cannot be read nothing is known.
 */
const char *program_spots(const char *path, struct arena *a, struct program_spot *spots,
			  uint32_t n);
/*
 * Maps the file.  False: *why says why it is no program that can be looked into.  What is read
 * lives until store_close(st).
 */
bool program_open(struct store *st, const char *path, struct bytes *elf, const char **why);

#endif
