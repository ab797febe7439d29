/* A small YAML file as a tree, with the place of everything in it. */
#ifndef BASE_YAML_H
#define BASE_YAML_H

#include "base/arena.h"

#include <stdbool.h>

enum yaml_kind { YAML_TEXT, YAML_LIST, YAML_MAP };

struct yaml {
	enum yaml_kind kind;
	uint32_t line, column;   /* from 1 */
	const char *text;        /* TEXT, and the key of a member of a MAP */
	struct yaml *key;        /* of a member of a MAP: {TEXT}; else NULL */
	VEC(struct yaml *) list; /* LIST: elements; MAP: values, in order */
};

/* What is wrong with a file, and where. */
struct yaml_error {
	uint32_t line, column;
	const char *why; /* NULL: nothing */
};

enum { YAML_LARGEST = 64 * 1024, YAML_DEEPEST = 16, YAML_MOST = 10000 };

/*
 * Reads one document, NULL for an empty one.  Refused, with *e set: more bytes, depth or nodes than
 * the above, anchors and aliases, tags, keys that are no plain text or occur twice.
 */
struct yaml *yaml_read(struct arena *a, const char *text, size_t len, struct yaml_error *e);
/* Sets *e, unless something was wrong before.  Always false. */
bool yaml_fail(struct arena *a, struct yaml_error *e, const struct yaml *at, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

#endif
