/* Our own mistakes: never the user's, never the world's. */
#ifndef BASE_BUG_H
#define BASE_BUG_H

/* Says what went wrong on standard error and ends the process with status 4 (internal error). */
_Noreturn void bug_at(const char *file, int line, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
#define bug(...) bug_at(__FILE__, __LINE__, __VA_ARGS__)

#endif
