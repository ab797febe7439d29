/* Strings with an owner: storage in power-of-two classes that is used again. */
#ifndef RUNTIME_VALUE_H
#define RUNTIME_VALUE_H

#include "base/arena.h"
#include "runtime/runtime.h"

enum { VALUE_CLASSES = 48 };

struct value_pool {
	struct arena *arena;
	struct value_slab *free[VALUE_CLASSES];
};

/* An owned string: s[0..len] with its NUL, in storage of cap bytes (0: none, s is ""). */
struct value_text {
	char *s;
	uint32_t len;
	size_t cap;
};

/* Storage of at least *size bytes; *size becomes what there is.  Not zeroed. */
void *value_take(struct value_pool *pool, size_t *size);
void value_give(struct value_pool *pool, void *block, size_t size);

/* Replaces the text; s may lie inside it. */
void value_text_set(struct value_pool *pool, struct value_text *t, const char *s, uint32_t len);
void value_text_drop(struct value_pool *pool, struct value_text *t);
struct run_value value_of_text(const struct value_text *t);

struct run_value value_int(int64_t n);
struct run_value value_str(const char *s);
/* -1, 0 or 1 by unsigned bytes. */
int value_compare(const struct run_value *a, const struct run_value *b);

#endif
