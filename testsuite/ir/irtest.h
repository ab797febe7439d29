/* What the unit tests of ir/ share: checks, and programs out of text. */
#ifndef TESTSUITE_IR_IRTEST_H
#define TESTSUITE_IR_IRTEST_H

#include "base/text.h"
#include "ir/irtext.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct irtest {
	unsigned checks, failed;
	struct arena *arena;
	struct sources *sources;
	struct diags *diags;
};

#define CHECK(t, cond, ...)                                    \
	do {                                                   \
		(t)->checks++;                                 \
		if (!(cond)) {                                 \
			(t)->failed++;                         \
			printf("%s:%d: ", __FILE__, __LINE__); \
			printf(__VA_ARGS__);                   \
			printf("\n");                          \
		}                                              \
	} while (0)

static inline struct irtest irtest_new(void)
{
	struct irtest t = {.arena = arena_new(0, NULL)};

	t.sources = sources_new(t.arena);
	t.diags = diags_new(t.arena, t.sources);
	return t;
}

static inline int irtest_end(struct irtest *t)
{
	arena_free(t->arena);
	printf("ok %u\n", t->checks);
	return t->failed != 0;
}

static inline struct ir_program *irtest_read_n(struct irtest *t, const char *text, size_t len)
{
	const struct source *src =
		sources_add(t->sources, "test.ir", text, (uint32_t)len, SOURCE_SCRIPT);

	t->diags = diags_new(t->arena, t->sources);
	return irread_program(t->arena, t->diags, t->sources, src);
}

/* The program, or NULL with irtest_error() saying why. */
static inline struct ir_program *irtest_read(struct irtest *t, const char *text)
{
	return irtest_read_n(t, text, strlen(text));
}

static inline const char *irtest_error(const struct irtest *t)
{
	return t->diags->list.n ? t->diags->list.v[0]->message : "";
}

static inline char *irtest_print(struct irtest *t, const struct ir_program *p, bool locations)
{
	char *text, *copy;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	irprint_program(f, p, locations ? t->sources : NULL);
	fclose(f);
	copy = arena_strdup(t->arena, text);
	free(text);
	return copy;
}

#endif
