/*
 * Is there a header of that name among those installed for the kernel?  It is
 * looked for where the kernel's own build looks; nothing in it is read.
 */
#include "target/lazy.h"
#include "target/place.h"

#include <glob.h>
#include <string.h>
#include <unistd.h>

/* A name as #include has it, which leads nowhere else and is no pattern. */
static bool is_name(const char *s)
{
	return *s && *s != '/' && strlen(s) < 256 && !strstr(s, "..") && !strpbrk(s, "*?[{~\\");
}

static bool exists(const char *pattern)
{
	glob_t g;
	bool found = glob(pattern, 0, NULL, &g) == 0 && g.gl_pathc > 0;

	globfree(&g);
	return found;
}

enum answer target_header(const struct target *t, const char *name)
{
	static const char *const includes[] = {
		"include",
		"include/uapi",
		"include/generated/uapi",
		"arch/*/include",
		"arch/*/include/uapi",
		"arch/*/include/generated",
		"arch/*/include/generated/uapi",
	};
	struct arena *a = lazy_of(t)->st.arena;
	const char *folders[PLACE_HEADERS];
	bool installed = false;

	if (!t->root || !t->release)
		return ANSWER_UNKNOWN;
	place_headers(a, t->root, t->release, folders);
	for (size_t i = 0; i < PLACE_HEADERS; i++) {
		installed |= access(arena_printf(a, "%s/include/linux", folders[i]), R_OK) == 0;
		for (size_t k = 0; is_name(name) && k < sizeof includes / sizeof *includes; k++)
			if (exists(arena_printf(a, "%s/%s/%s", folders[i], includes[k], name)))
				return ANSWER_YES;
	}
	return installed ? ANSWER_NO : ANSWER_UNKNOWN;
}
