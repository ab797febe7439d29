/* Bytes under the target: files mapped, buffers unpacked, and why something failed. */
#ifndef TARGET_STORE_H
#define TARGET_STORE_H

#include "base/diag.h"

#define MIB (1024u * 1024)
#define STORE_HUGE_PAGE ((size_t)2 * MIB)

enum {
	STORE_MAX_UNPACKED = 128 * 1024 * 1024, /* no compressed file may grow beyond */
	STORE_MAX_BTF = 24 * 1024 * 1024,       /* four times what distributions ship */
};

struct cache;

/* A stretch of bytes that somebody else owns. */
struct bytes {
	const uint8_t *p;
	size_t n;
};

/* A mapping, of a file (never written) or anonymous. */
struct image {
	uint8_t *data;
	size_t len;      /* in use */
	size_t capacity; /* mapped */
	struct image *next;
};

struct store {
	struct arena *arena;
	struct image *images;
	struct cache *cache; /* or NULL */
	enum diag_tag tag;   /* the last failure */
	const char *why;
};

/* Notes why something failed; always false, so that callers can return it. */
bool store_fail(struct store *st, enum diag_tag tag, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* Maps (or reads, where mapping is refused) a regular file of at most max bytes; NULL after
 * store_fail(). */
struct image *store_read(struct store *st, const char *path, size_t max);
/* Writable zeroed memory; len starts at 0.  NULL after store_fail(). */
struct image *store_buffer(struct store *st, size_t capacity);
/* Enlarges a buffer; false after store_fail(). */
bool store_grow(struct store *st, struct image *m, size_t capacity);
/* A buffer that holds a copy of b, aligned for any type. */
struct image *store_copy(struct store *st, struct bytes b);
/* Releases one image early; NULL is allowed. */
void store_drop(struct store *st, struct image *m);
void store_close(struct store *st);

/* The n bytes at `at`, if they lie inside b; else {NULL, 0}. */
struct bytes store_sub(struct bytes b, uint64_t at, uint64_t n);
/* The first occurrence of text in b, or NULL. */
const char *store_text(struct bytes b, const char *text);

#endif
