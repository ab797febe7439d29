/* The formatter: a script in canonical form. */
#ifndef PARSER_LAYOUT_H
#define PARSER_LAYOUT_H

#include "parser/parser.h"

enum layout_status {
	LAYOUT_OK,
	LAYOUT_BROKEN, /* the text can't be cut into tokens */
	LAYOUT_UNSAFE, /* the result would not hold the same tokens: a bug of ours */
};

struct layout {
	const char *text; /* NUL-terminated; in the arena of the input */
	uint32_t len;
	struct span where; /* if broken */
	const char *why;
};

/*
 * Lays src out: tabs for indentation, one statement a line, braces as in C's kernel style; tokens,
 * comments and embedded C stay as they are, lines the author broke stay broken, and blank lines
 * stay, one for several.  What comes out is laid out the same again.
 */
enum layout_status layout_text(const struct parse_input *in, const struct source *src,
			       struct layout *out);

#endif
