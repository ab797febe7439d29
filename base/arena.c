/*
 * The arena: a chain of chunks, bump-allocated, zeroed.  Large requests get a chunk of their own,
 * by calloc, so that they waste nothing.  An arena that has grown takes chunks of a huge page, for
 * which the kernel then works once and not at each of its 512 small ones.  A scratch arena that is
 * freed leaves those to its relatives: a pass that goes on emptying its arenas would else have the
 * kernel clear the same pages again and again.  It does not catch use after arena_free(); the
 * sanitizer builds do, which leave nothing.
 */
#include "base/arena.h"
#include "base/bug.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum {
	CHUNK = 32 * 1024, /* the first; the second is twice as large */
	ALIGN = 16,
	HUGE = 2 * 1024 * 1024 /* a huge page, and then the size of a chunk */
};

#ifndef __has_feature
#define __has_feature(x) 0
#endif
#if defined __SANITIZE_ADDRESS__ || __has_feature(address_sanitizer)
enum { SANITIZED = true };
#else
enum { SANITIZED = false };
#endif

struct chunk {
	struct chunk *next;
	size_t size, used;
	bool dirty; /* is zeroed as it is handed out */
	_Alignas(ALIGN) char data[];
};

/* What an arena and the scratch arenas made of it have left, all of huge pages. */
struct pool {
	struct chunk *free;
	unsigned users; /* arenas; the last one frees it */
	bool closed;    /* the first arena is gone, and keeps nothing */
};

struct arena {
	struct chunk *chunks;
	struct pool *pool;
	bool first; /* of those that share the pool */
	size_t used, limit, next_size;
	jmp_buf *on_limit;
};

static struct arena *make(size_t limit, jmp_buf *on_limit, struct pool *pool)
{
	struct arena *a = calloc(1, sizeof *a);

	if (!a || !pool)
		bug("out of memory");
	a->limit = limit & ~(size_t)(ALIGN - 1);
	a->on_limit = on_limit;
	a->next_size = CHUNK;
	a->pool = pool;
	a->first = pool->users++ == 0;
	return a;
}

struct arena *arena_new(size_t limit, jmp_buf *on_limit)
{
	return make(limit, on_limit, calloc(1, sizeof(struct pool)));
}

struct arena *arena_scratch(const struct arena *parent)
{
	return make(parent->limit, parent->on_limit, parent->pool);
}

static void leave(struct pool *pool, struct chunk *c)
{
	if (!SANITIZED && c->dirty && !pool->closed) {
		c->next = pool->free;
		pool->free = c;
	} else
		free(c);
}

static void free_chunks(struct chunk *c)
{
	for (struct chunk *next; c; c = next) {
		next = c->next;
		free(c);
	}
}

void arena_free(struct arena *a)
{
	if (!a)
		return;
	if (a->first) { /* scratch arenas may be left behind by a jump to the recovery point */
		free_chunks(a->pool->free);
		a->pool->free = NULL;
		a->pool->closed = true;
	}
	for (struct chunk *c = a->chunks, *next; c; c = next) {
		next = c->next;
		leave(a->pool, c);
	}
	if (--a->pool->users == 0)
		free(a->pool);
	free(a);
}

void arena_allow(struct arena *a, size_t limit)
{
	a->limit = limit & ~(size_t)(ALIGN - 1);
}

void arena_settle(struct arena *a)
{
	a->limit = 0;
	a->on_limit = NULL;
}

static _Noreturn void overrun(struct arena *a)
{
	if (!a->on_limit)
		bug("out of memory");
	longjmp(*a->on_limit, 1);
}

/* Of a huge page; where the host has none, of small ones. */
static struct chunk *huge_chunk(struct pool *pool)
{
	struct chunk *c = pool->free;

	if (c) {
		pool->free = c->next;
		c->used = 0;
		return c;
	}
	c = aligned_alloc(HUGE, HUGE);
	if (!c)
		return NULL;
	madvise(c, HUGE, MADV_HUGEPAGE);
	*c = (struct chunk){.size = HUGE - sizeof *c, .dirty = true};
	return c;
}

static struct chunk *plain_chunk(size_t size)
{
	struct chunk *c = calloc(1, sizeof *c + size);

	if (c)
		c->size = size;
	return c;
}

/* A chunk for what is as large as that, and for more when it is small. */
static struct chunk *add_chunk(struct arena *a, size_t size)
{
	struct chunk *head = a->chunks, *c;
	bool own = size > a->next_size / 4;

	c = own                   ? plain_chunk(size)
	    : a->next_size < HUGE ? plain_chunk(a->next_size)
				  : huge_chunk(a->pool);
	if (!c)
		overrun(a);
	/* the head keeps its room for small ones */
	c->next = own && head ? head->next : head;
	*(own && head ? &head->next : &a->chunks) = c;
	if (!own)
		a->next_size = a->next_size == CHUNK ? 2 * CHUNK : HUGE;
	return c;
}

void *arena_alloc(struct arena *a, size_t size)
{
	struct chunk *c = a->chunks;

	if (size > SIZE_MAX / 2)
		overrun(a);
	size = (size + ALIGN - 1) & ~(size_t)(ALIGN - 1);
	if (a->limit && size > a->limit - a->used)
		overrun(a);
	a->used += size;
	if (!c || c->size - c->used < size)
		c = add_chunk(a, size);
	c->used += size;
	void *p = c->data + c->used - size;

	return c->dirty ? memset(p, 0, size) : p;
}

char *arena_strndup(struct arena *a, const char *s, size_t len)
{
	char *copy = arena_alloc(a, len + 1);

	if (len)
		memcpy(copy, s, len);
	return copy;
}

char *arena_strdup(struct arena *a, const char *s)
{
	return arena_strndup(a, s, strlen(s));
}

char *arena_vprintf(struct arena *a, const char *fmt, va_list ap)
{
	va_list again;
	int n;

	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	if (n < 0)
		bug("bad format '%s'", fmt);
	char *s = arena_alloc(a, (size_t)n + 1);

	vsnprintf(s, (size_t)n + 1, fmt, ap);
	return s;
}

char *arena_printf(struct arena *a, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	char *s = arena_vprintf(a, fmt, ap);

	va_end(ap);
	return s;
}

size_t arena_used(const struct arena *a)
{
	return a->used;
}

bool arena_owns(const struct arena *a, const void *p)
{
	for (const struct chunk *c = a->chunks; c; c = c->next)
		if ((uintptr_t)p - (uintptr_t)c->data < c->used)
			return true;
	return false;
}

void *arena_room_(struct arena *a, void *v, uint32_t n, uint32_t *cap, size_t item)
{
	if (n < *cap)
		return v;
	uint32_t want = *cap ? *cap * 2 : 4;

	if (want <= *cap)
		overrun(a);
	void *grown = arena_alloc(a, want * item);

	if (n)
		memcpy(grown, v, n * item);
	*cap = want;
	return grown;
}
