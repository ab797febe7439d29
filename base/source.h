/*
 * Source text and locations.  All texts of a compilation share one 32-bit
 * offset space, so a location is one number; a token that came out of a macro
 * lies in an expansion, which remembers where it was spelt and who asked for it.
 */
#ifndef BASE_SOURCE_H
#define BASE_SOURCE_H

#include "base/arena.h"

#include <stdbool.h>

/* A place in the offset space; {0} is "nowhere". */
struct loc {
	uint32_t at;
};

/* Half open: [start, end).  Both ends lie in the same source. */
struct span {
	struct loc start, end;
};

enum source_kind {
	SOURCE_SCRIPT,   /* what the user asked to check */
	SOURCE_TAPSET,   /* a library file */
	SOURCE_ARGUMENT, /* the text of a script argument ($1) */
};

struct source {
	const char *name; /* as the user wrote it; "<input>" for -e */
	const char *text; /* NUL-terminated; NUL bytes may occur inside */
	uint32_t len;     /* in bytes */
	uint32_t base;    /* offset of text[0] in the offset space, >= 1 */
	enum source_kind kind;
};

/* A location made readable.  Lines and columns count from 1; columns are bytes. */
struct pos {
	const struct source *source; /* NULL for "nowhere" */
	uint32_t line, column;
	const char *line_text; /* not NUL-terminated */
	uint32_t line_len;
};

struct sources;

struct sources *sources_new(struct arena *a);
/* Adds a text of at most 64 MiB; name and text must outlive the sources.  NULL when the offset
 * space is full. */
const struct source *sources_add(struct sources *ss, const char *name, const char *text,
				 uint32_t len, enum source_kind kind);
/*
 * Reads a regular file ("-": standard input) of at most 64 MiB into the arena.  Folders, FIFOs,
 * devices and unreadable files give NULL and *why, a sentence for the user.
 */
const struct source *sources_read(struct sources *ss, struct arena *a, const char *path,
				  enum source_kind kind, const char **why);
/* The i-th text, in the order of reading; NULL past the last. */
const struct source *sources_at(const struct sources *ss, uint32_t i);
/*
 * Makes an expansion of n tokens: the i-th returned location (base.at + i) was spelt at
 * spelling[i] and exists because of invocation.  A zero loc when the offset space is full.
 */
struct loc sources_expand(struct sources *ss, const struct loc *spelling, uint32_t n,
			  struct loc invocation);
/* True if loc lies in an expansion; then *invocation says who asked for it. */
bool sources_origin(const struct sources *ss, struct loc loc, struct loc *invocation);
/* Where the token at loc is spelt: follows expansions down to a source text. */
struct loc sources_spelling(const struct sources *ss, struct loc loc);
/* The readable form of the spelling of loc. */
struct pos sources_pos(const struct sources *ss, struct loc loc);
/* The span [start of a, end of b). */
struct span source_join(struct span a, struct span b);

#endif
