/* What the unit tests of the run-time share: checks that say where they failed. */
#ifndef TESTSUITE_RUNTIME_CHECK_H
#define TESTSUITE_RUNTIME_CHECK_H

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

struct checks {
	unsigned made, failed;
};

static inline void check_that(struct checks *c, const char *file, int line, bool ok,
			      const char *what)
{
	c->made++;
	if (ok)
		return;
	c->failed++;
	printf("%s:%d: %s\n", file, line, what);
}

static inline void check_text(struct checks *c, const char *file, int line, const char *got,
			      size_t len, const char *want, size_t want_len)
{
	c->made++;
	if (len == want_len && memcmp(got, want, len) == 0)
		return;
	c->failed++;
	printf("%s:%d: got [%.*s] (%zu bytes), not [%.*s] (%zu bytes)\n", file, line, (int)len, got,
	       len, (int)want_len, want, want_len);
}

static inline int checks_end(const struct checks *c)
{
	printf("ok %u\n", c->made - c->failed);
	return c->failed != 0;
}

#define CHECK(c, condition) check_that(c, __FILE__, __LINE__, condition, #condition)
#define CHECK_TEXT(c, got, len, want) \
	check_text(c, __FILE__, __LINE__, got, len, want, sizeof(want) - 1)

#endif
