/* Which library file defines which names: kept by the cache, and asked instead of the files. */
#ifndef SEMA_LIBINDEX_H
#define SEMA_LIBINDEX_H

#include "base/cache.h"
#include "parser/parser.h"

#include <stdio.h>

struct libindex;

enum { LIBINDEX_NONE = UINT32_MAX };

/*
 * The index of these files, in this order.  NULL when there is none yet; one is made in the second
 * run that asks, for a first run may be the only one.  The cache may be NULL.
 */
const struct libindex *libindex_open(struct arena *a, struct cache *c, const char *const *paths,
				     uint32_t n);
/* The index in the file at `path`, which libindex_ship() wrote; NULL when there is none, or when
 * these files are not, by last name, size and time, those that it was made of. */
const struct libindex *libindex_shipped(struct arena *a, const char *path, const char *const *paths,
					uint32_t n);
/* Writes the index of these files; false when one cannot be read, or the writing failed. */
bool libindex_ship(struct arena *a, FILE *out, const char *const *paths, uint32_t n);
/* The first file that defines the name so, by its place among the paths; *at goes to
 * libindex_next(). */
uint32_t libindex_first(const struct libindex *x, enum defined_kind kind, const char *name,
			uint32_t *at);
uint32_t libindex_next(const struct libindex *x, uint32_t *at);
/* The i-th name that a file defines, in the order of the text; false behind the last. */
bool libindex_name(const struct libindex *x, uint32_t file, uint32_t i, struct defined *out);

#endif
