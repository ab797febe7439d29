/* A map from each text to itself. */
#include "base/intern.h"

#include <string.h>

struct strtab *intern_new(struct arena *a)
{
	struct strtab *t = arena_make(a, struct strtab);

	t->map.arena = a;
	return t;
}

const char *intern(struct strtab *t, const char *s)
{
	const char *known = map_get(&t->map, s);

	if (known)
		return known;
	char *copy = arena_strdup(t->map.arena, s);

	map_put(&t->map, copy, copy);
	return copy;
}

const char *intern_n(struct strtab *t, const char *s, size_t len)
{
	char local[256];

	if (len < sizeof local) {
		memcpy(local, s, len);
		local[len] = '\0';
		return intern(t, local);
	}
	return intern(t, arena_strndup(t->map.arena, s, len));
}
