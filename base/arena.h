/*
 * Memory: one arena a compilation, a scratch arena a pass.  Nothing is freed
 * singly; arena_free() releases all.  An arena has a ceiling, so that hostile
 * input ends in a clear error and not in a machine that swaps: the allocation
 * that would cross it jumps to the owner's recovery point.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;

/*
 * Makes an arena that may hand out at most `limit` bytes (0: no ceiling).  When the ceiling is
 * crossed, or the host is out of memory, control leaves by longjmp(*on_limit, 1);
 * with on_limit NULL that is an internal error.
 */
struct arena *arena_new(size_t limit, jmp_buf *on_limit);
/* Makes an arena with the ceiling and recovery point of `parent`, for one pass. */
struct arena *arena_scratch(const struct arena *parent);
void arena_free(struct arena *a);
/* Moves the ceiling, of this arena and the scratch arenas made of it from now on. */
void arena_allow(struct arena *a, size_t limit);
/* Lifts the ceiling: the recovery point is about to go, and what follows needs little. */
void arena_settle(struct arena *a);

/* Zeroed memory, aligned for any type; size 0 is allowed.  Never NULL. */
void *arena_alloc(struct arena *a, size_t size);
/* A NUL-terminated copy of s[0..len). */
char *arena_strndup(struct arena *a, const char *s, size_t len);
char *arena_strdup(struct arena *a, const char *s);
char *arena_printf(struct arena *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
char *arena_vprintf(struct arena *a, const char *fmt, va_list ap);
/* Bytes handed out so far. */
size_t arena_used(const struct arena *a);
/* Does p point into what the arena handed out? */
bool arena_owns(const struct arena *a, const void *p);

#define arena_make(a, T) ((T *)arena_alloc((a), sizeof(T)))

/* A growable array whose storage lives in an arena: VEC(int) xs = {0}; vec_push(a, &xs, 1). */
#define VEC(T)                   \
	struct {                 \
		T *v;            \
		uint32_t n, cap; \
	}
#define vec_push(a, vec, item)                                                                  \
	do {                                                                                    \
		(vec)->v = arena_room_((a), (vec)->v, (vec)->n, &(vec)->cap, sizeof *(vec)->v); \
		(vec)->v[(vec)->n++] = (item);                                                  \
	} while (0)
/* vec_each(i, &xs) runs the statement with i = 0 .. n-1. */
#define vec_each(i, vec) for (uint32_t i = 0; i < (vec)->n; i++)

void *arena_room_(struct arena *a, void *v, uint32_t n, uint32_t *cap, size_t item);

#endif
