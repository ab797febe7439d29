/*
 * Storage for strings that live longer than a register: array elements, keys
 * and iterator snapshots.  Blocks come in powers of two from the arena of the
 * run and go back to a free list of their class, so a script that rewrites its
 * arrays for a week does not grow.  Register strings are not here; they lie in
 * the buffers of their frame.
 */
#include "runtime/value.h"

#include "base/bug.h"

#include <string.h>

struct value_slab {
	struct value_slab *next;
};

static unsigned class_of(size_t size)
{
	unsigned c = 4; /* 16 bytes: room for the free list's link */

	while (((size_t)1 << c) < size)
		c++;
	if (c >= VALUE_CLASSES)
		bug("a block of %zu bytes", size);
	return c;
}

void *value_take(struct value_pool *pool, size_t *size)
{
	unsigned c = class_of(*size);
	struct value_slab *slab = pool->free[c];

	*size = (size_t)1 << c;
	if (!slab)
		return arena_alloc(pool->arena, *size);
	pool->free[c] = slab->next;
	return slab;
}

void value_give(struct value_pool *pool, void *block, size_t size)
{
	struct value_slab *slab = block;

	if (!block)
		return;
	unsigned c = class_of(size);

	slab->next = pool->free[c];
	pool->free[c] = slab;
}

void value_text_set(struct value_pool *pool, struct value_text *t, const char *s, uint32_t len)
{
	char *old = t->s;
	size_t old_cap = t->cap;

	if ((size_t)len + 1 > t->cap) {
		t->cap = (size_t)len + 1;
		t->s = value_take(pool, &t->cap);
	} else {
		old = NULL;
	}
	memmove(t->s, s, len);
	t->s[len] = '\0';
	t->len = len;
	value_give(pool, old, old_cap);
}

void value_text_drop(struct value_pool *pool, struct value_text *t)
{
	value_give(pool, t->s, t->cap);
	*t = (struct value_text){0};
}

struct run_value value_of_text(const struct value_text *t)
{
	return (struct run_value){.s = t->s ? t->s : "", .len = t->len};
}

struct run_value value_int(int64_t n)
{
	return (struct run_value){.n = n, .s = ""};
}

struct run_value value_str(const char *s)
{
	return (struct run_value){.s = s, .len = (uint32_t)strlen(s)};
}

int value_compare(const struct run_value *a, const struct run_value *b)
{
	uint32_t n = a->len < b->len ? a->len : b->len;
	int c = memcmp(a->s, b->s, n);

	if (c == 0)
		c = a->len < b->len ? -1 : a->len > b->len;
	return c < 0 ? -1 : c > 0;
}
