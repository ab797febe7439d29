/*
 * What was computed from large files once and is mapped afterwards.  One file
 * an entry, in a folder of the user's own; written beside its name and renamed,
 * so parallel runs and crashes leave whole entries or none.  What is in an
 * entry is checked by its reader like any input.
 */
#ifndef BASE_CACHE_H
#define BASE_CACHE_H

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>

struct cache;
struct stat;

/*
 * $XDG_CACHE_HOME/stapvet or $HOME/.cache/stapvet, made when first written to.  NULL when there is
 * no such place, or one that is not the user's own or that others may write to.
 */
struct cache *cache_open(struct arena *a);
/*
 * What a file is known by: its device, inode, size and times.  NULL when it cannot be read, or was
 * changed this very moment, so that it may change again without another time.
 */
const char *cache_identity(struct arena *a, const char *path);
/* Was the file last changed long enough ago for its times to tell it from what it is next? */
bool cache_settled(const struct stat *sb);
/*
 * Maps the entry read-only.  kind: who wrote it and in which form ("btf2"); key: what it was made
 * from.  False when there is none, it is cut short, or another version of stapvet made it.  The
 * bytes are aligned to 16 and stay until cache_close().  A NULL cache has nothing.
 */
bool cache_get(struct cache *c, const char *kind, const char *key, const void **p, size_t *n);
struct cache_part {
	const void *p;
	size_t n;
};
/* Keeps the parts, one after the other; silent when that fails.  A NULL cache keeps nothing. */
void cache_put_parts(struct cache *c, const char *kind, const char *key,
		     const struct cache_part *parts, uint32_t n);
/* The same with one part. */
void cache_put(struct cache *c, const char *kind, const char *key, const void *p, size_t n);
/* Says that processes of ours kept about n bytes more, so that the folder is looked over in time. */
void cache_grew(struct cache *c, size_t n);
/* Where the entries are, or will be. */
const char *cache_folder(const struct cache *c);

struct cache_tally {
	uint32_t entries;
	uint64_t bytes, limit; /* on disk; past the limit the oldest entries go */
};
/* What is in the folder; a NULL cache has nothing. */
void cache_tally(struct cache *c, struct cache_tally *out);
/* Removes every entry; false (errno) when some stayed. */
bool cache_clean(struct cache *c, uint32_t *removed);
void cache_close(struct cache *c);

#endif
