/* Regular expressions, compiled once. */
#ifndef BASE_MATCHER_H
#define BASE_MATCHER_H

#include "base/arena.h"

#include <stdbool.h>

enum { MATCHER_GROUPS = 100 };

struct matcher;

/* What the last match found, for matched() and ngroups(). */
struct matcher_result {
	bool matched;
	uint32_t ngroups; /* the whole match included */
	struct {
		int32_t start, end; /* -1: the group took no part */
	} groups[MATCHER_GROUPS];
};

/* NULL and *why (in the arena) when the pattern is not one. */
struct matcher *matcher_compile(struct arena *a, const char *pattern, const char **why);
/* Looks for the pattern anywhere in s. */
bool matcher_search(const struct matcher *re, const char *s, uint32_t len,
		    struct matcher_result *out);

#endif
