/* Matching of probe points: words, wildcards, "**", kinds of arguments; and renaming. */
#include "sema/family.h"

#include <stdio.h>
#include <string.h>

static int checks, failures;

/* A point from "a.b(N).c(S)"; arguments are made up. */
static struct probe_point *point(struct arena *a, const char *text)
{
	struct words w = words_shape(a, text);
	struct probe_point *p = arena_make(a, struct probe_point);

	p->nparts = w.n;
	p->parts = arena_alloc(a, w.n * sizeof *p->parts);
	for (uint32_t i = 0; i < w.n; i++) {
		p->parts[i].name = w.v[i].name;
		if (!w.v[i].arg)
			continue;
		p->parts[i].arg = arena_make(a, struct expr);
		p->parts[i].arg->kind = w.v[i].arg == 'S' ? EXPR_STRING : EXPR_NUMBER;
		p->parts[i].arg->number = i;
	}
	return p;
}

static void fits(struct arena *a, const char *pattern, const char *name, bool want, int line)
{
	struct probe_point *p = point(a, pattern);
	struct words w = words_shape(a, name);

	checks++;
	if (words_fit(a, p, p->nparts, &w) == want)
		return;
	failures++;
	printf("%s:%d: %s %s %s\n", __FILE__, line, pattern, want ? "must fit" : "must not fit",
	       name);
}

#define FITS(pattern, name) fits(a, pattern, name, true, __LINE__)
#define MISSES(pattern, name) fits(a, pattern, name, false, __LINE__)

static void renamed(struct arena *a)
{
	struct probe_point *p = point(a, "**.hz(N)");
	struct words w = words_shape(a, "timer.profile.freq.hz(N)");
	struct probe_point *q = words_renamed(a, p, &w);

	checks++;
	if (q->nparts == 4 && !q->parts[0].arg && q->parts[3].arg == p->parts[1].arg)
		return;
	failures++;
	printf("%s:%d: renaming lost the argument\n", __FILE__, __LINE__);
}

int main(void)
{
	struct arena *a = arena_new(64u << 20, NULL);

	FITS("begin", "begin");
	MISSES("begin", "begin(N)");
	MISSES("begin(S)", "begin(N)");
	MISSES("begin", "end");
	MISSES("begin.x", "begin");
	FITS("b*", "begin");
	FITS("timer.*", "timer.profile");
	MISSES("timer.*", "timer.ms(N)");
	FITS("timer.*(N)", "timer.ms(N)");
	FITS("timer.ms(N).randomize(N)", "timer.ms(N).randomize(N)");
	FITS("a.**", "a.b.c.d");
	FITS("a.**", "a.b");
	MISSES("a.**", "a");
	FITS("a.**.d", "a.b.c.d");
	MISSES("a.**.e", "a.b.c.d");
	FITS("a.b**", "a.bc.d");
	MISSES("a.**", "a.b(N)");
	FITS("**.**.**.**.**.**.**.**.**.**.**.**.**.**.**.**.x",
	     "a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.x");
	MISSES("**.**.**.**.**.**.**.**.**.**.**.**.**.**.**.**.x",
	       "a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.y");
	renamed(a);
	arena_free(a);
	printf("ok %d\n", checks);
	return failures != 0;
}
