/*
 * Places in SARIF: URIs, and regions whose columns count characters (the log says
 * "unicodeCodePoints"), where ours count bytes.
 */
#include "report/sarif_place.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static void put(struct json_object *o, const char *key, struct json_object *v)
{
	json_object_object_add(o, key, v);
}

struct json_object *sarif_place_message(const char *text)
{
	struct json_object *o = json_object_new_object();

	put(o, "text", json_text(text));
	return o;
}

struct json_object *sarif_place_artifact(const char *path)
{
	static const char HEX[] = "0123456789ABCDEF";
	struct json_object *o = json_object_new_object();
	char *uri = malloc(strlen(path) * 3 + 8);
	size_t n = 0;

	while (strncmp(path, "./", 2) == 0)
		path += 2;
	if (*path == '/')
		n = (size_t)sprintf(uri, "file://");
	for (; uri && *path; path++) {
		unsigned char c = (unsigned char)*path;

		if (isalnum(c) || strchr("-._~/", c)) {
			uri[n++] = (char)c;
		} else {
			uri[n++] = '%';
			uri[n++] = HEX[c >> 4];
			uri[n++] = HEX[c & 15];
		}
	}
	put(o, "uri", json_object_new_string_len(uri ? uri : "", (int)n));
	free(uri);
	return o;
}

static int64_t column_of(const struct pos *p)
{
	size_t at = 0, n = p->column - 1 < p->line_len ? p->column - 1 : p->line_len;
	int64_t column = 1 + (p->column - 1 - (int64_t)n);

	for (; at < n; column++)
		json_character(p->line_text, n, &at);
	return column;
}

struct json_object *sarif_place_region(const struct sources *ss, struct span span)
{
	struct json_object *o = json_object_new_object();
	struct pos from = sources_pos(ss, span.start);
	struct pos to = sources_pos(ss, span.end.at ? span.end : span.start);

	put(o, "startLine", json_object_new_int64(from.line));
	put(o, "startColumn", json_object_new_int64(column_of(&from)));
	if (to.source == from.source &&
	    (to.line > from.line || (to.line == from.line && to.column >= from.column))) {
		put(o, "endLine", json_object_new_int64(to.line));
		put(o, "endColumn", json_object_new_int64(column_of(&to)));
	}
	return o;
}

struct json_object *sarif_place_location(const struct sources *ss, struct span span,
					 const char *message)
{
	struct pos from = sources_pos(ss, span.start);

	if (!from.source)
		return NULL;
	struct json_object *o = json_object_new_object();
	struct json_object *place = json_object_new_object();

	put(place, "artifactLocation", sarif_place_artifact(from.source->name));
	put(place, "region", sarif_place_region(ss, span));
	put(o, "physicalLocation", place);
	if (message)
		put(o, "message", sarif_place_message(message));
	return o;
}
