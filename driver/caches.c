/* `stapvet cache`: what is kept between runs, and away with it. */
#include "base/cache.h"
#include "driver/command.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static enum exit_status show(const struct session *s)
{
	struct cache_tally t;

	if (!s->cache) {
		puts("no cache: there is no folder of your own that nobody else may write to");
		return STATUS_OK;
	}
	cache_tally(s->cache, &t);
	printf("%s: %u entr%s, %.1f of %.0f MiB\n", cache_folder(s->cache), t.entries,
	       t.entries == 1 ? "y" : "ies", (double)t.bytes / (1 << 20),
	       (double)t.limit / (1 << 20));
	return STATUS_OK;
}

static enum exit_status clean(const struct session *s)
{
	uint32_t removed;

	if (cache_clean(s->cache, &removed)) {
		printf("removed %u entr%s\n", removed, removed == 1 ? "y" : "ies");
		return STATUS_OK;
	}
	fprintf(stderr, "stapvet: can't empty %s: %s\n", cache_folder(s->cache), strerror(errno));
	return STATUS_INPUT;
}

enum exit_status caches_run(const struct session *s)
{
	const struct words *words = &s->options->files;
	const char *what = words->n ? words->v[0] : "show";

	if (words->n <= 1 && !strcmp(what, "show"))
		return show(s);
	if (words->n <= 1 && !strcmp(what, "clean"))
		return clean(s);
	fprintf(stderr, "stapvet: cache knows 'show' and 'clean', not '%s'\n",
		words->v[words->n - 1]);
	return STATUS_USAGE;
}
