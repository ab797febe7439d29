/*
 * Systems of tracepoints.  The running kernel tells them by the folders of
 * tracefs, where that is mounted and readable.  Else the headers that are
 * installed for the kernel are read as text: TRACE_SYSTEM names the system of
 * the macros that follow, each of which names a tracepoint.  What is in neither
 * is not known.
 */
#include "target/tracesystem.h"

#include "base/map.h"
#include "base/text.h"
#include "target/place.h"

#include <glob.h>
#include <string.h>
#include <unistd.h>

enum { MAX_FILES = 3000, MAX_HEADER = 2 * MIB, MAX_NAME = 128 };

static const char *tracefs(struct target *t, const char *name)
{
	static const char *const PLACES[] = {"/sys/kernel/tracing", "/sys/kernel/debug/tracing"};

	for (size_t i = 0; t->running && i < sizeof PLACES / sizeof *PLACES; i++) {
		const char *found = NULL;
		glob_t g;

		if (strlen(name) < MAX_NAME && !strpbrk(name, "/*?[") &&
		    glob(arena_printf(t->st.arena, "%s/events/*/%s", PLACES[i], name), 0, NULL,
			 &g) == 0) {
			const char *at = g.gl_pathv[0] + strlen(PLACES[i]) + strlen("/events/");

			found = arena_strndup(t->st.arena, at, strcspn(at, "/"));
			globfree(&g);
		}
		if (found)
			return found;
	}
	return NULL;
}

/* --- headers --- */

static size_t identifier(const char *s)
{
	return strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");
}

static const char *blanks(const char *s)
{
	return s + strspn(s, " \t\n\r\\");
}

/* Which argument of the macro names a tracepoint, from 1; 0: none. */
static int naming_argument(const char *s, size_t n)
{
	static const struct {
		const char *start;
		int argument;
	} MACROS[] = {{"TRACE_EVENT", 1}, {"DECLARE_TRACE", 1}, {"DEFINE_EVENT", 2}};

	for (size_t i = 0; i < sizeof MACROS / sizeof *MACROS; i++)
		if (n >= strlen(MACROS[i].start) &&
		    strncmp(s, MACROS[i].start, strlen(MACROS[i].start)) == 0)
			return MACROS[i].argument;
	return 0;
}

static void read_header(struct target *t, const char *text)
{
	const char *system = NULL;

	while (*text) {
		size_t n = identifier(text);
		int argument = naming_argument(text, n);
		const char *at = blanks(text + n);

		if (n == 12 && strncmp(text, "TRACE_SYSTEM", n) == 0 && identifier(at)) {
			system = arena_strndup(t->st.arena, at, identifier(at));
		} else if (argument && system && *at == '(') {
			at = blanks(at + 1);
			if (argument == 2) {
				at = blanks(at + identifier(at));
				at = *at == ',' ? blanks(at + 1) : "";
			}
			if (identifier(at) && identifier(at) < MAX_NAME)
				map_put(t->trace_systems,
					arena_strndup(t->st.arena, at, identifier(at)),
					(void *)(uintptr_t)system);
		}
		text += n ? n : 1;
	}
}

static void read_folder(struct target *t, const char *pattern)
{
	glob_t g;

	if (glob(pattern, 0, NULL, &g) != 0)
		return;
	for (size_t i = 0; i < g.gl_pathc && i < MAX_FILES; i++) {
		struct store st = {.arena = t->st.arena};
		struct image *m = store_read(&st, g.gl_pathv[i], MAX_HEADER);

		if (m)
			read_header(t, arena_strndup(t->st.arena, (char *)m->data, m->len));
		store_close(&st);
	}
	globfree(&g);
}

static void read_headers(struct target *t)
{
	struct arena *a = t->st.arena;
	static const char *const HEADERS[] = {"include/trace/events", "arch/*/include/asm/trace"};
	const char *folders[PLACE_HEADERS];

	if (!t->root || !t->release)
		return;
	place_headers(a, t->root, t->release, folders);
	for (size_t i = 0; i < PLACE_HEADERS; i++)
		for (size_t k = 0; k < sizeof HEADERS / sizeof *HEADERS; k++)
			read_folder(t, arena_printf(a, "%s/%s/*.h", folders[i], HEADERS[k]));
}

const char *tracesystem_of(struct target *t, const char *name)
{
	const char *system = tracefs(t, name);

	if (system)
		return system;
	if (!t->trace_systems) {
		t->trace_systems = arena_make(t->st.arena, struct map);
		t->trace_systems->arena = t->st.arena;
		read_headers(t);
	}
	return map_get(t->trace_systems, name);
}
