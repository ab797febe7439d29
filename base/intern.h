/* Interned strings: equal texts have equal pointers. */
#ifndef BASE_INTERN_H
#define BASE_INTERN_H

#include "base/map.h"

struct strtab {
	struct map map;
};

struct strtab *intern_new(struct arena *a);
/* The one copy of s[0..len); bytes after a NUL in it are lost. */
const char *intern_n(struct strtab *t, const char *s, size_t len);
const char *intern(struct strtab *t, const char *s);

#endif
