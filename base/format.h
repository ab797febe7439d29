/*
 * The printf family's formats, parsed once by the parser and then carried
 * unchanged to the run-time.  Source: section 10.1 of the language reference.
 */
#ifndef BASE_FORMAT_H
#define BASE_FORMAT_H

#include "base/arena.h"

#include <stdbool.h>

enum format_kind {
	FORMAT_LITERAL,    /* text */
	FORMAT_INT,        /* %d %i */
	FORMAT_UNSIGNED,   /* %u */
	FORMAT_OCTAL,      /* %o */
	FORMAT_HEX,        /* %x */
	FORMAT_HEX_UPPER,  /* %X */
	FORMAT_POINTER,    /* %p: as %#x */
	FORMAT_CHAR,       /* %c */
	FORMAT_STRING,     /* %s */
	FORMAT_BINARY,     /* %b */
	FORMAT_MEMORY,     /* %m: raw memory */
	FORMAT_MEMORY_HEX, /* %M: memory as hex digits */
};

enum format_flag {
	FORMAT_ZERO = 1,  /* 0 */
	FORMAT_PLUS = 2,  /* + */
	FORMAT_MINUS = 4, /* - */
	FORMAT_SPACE = 8, /* ' ' */
	FORMAT_ALT = 16,  /* # */
};

enum { FORMAT_NONE = -1, FORMAT_FROM_ARG = -2 }; /* width and precision: absent, or "*" */

struct format_piece {
	enum format_kind kind;
	unsigned flags;
	int width, precision; /* >= 0, FORMAT_NONE or FORMAT_FROM_ARG */
	const char *text;     /* FORMAT_LITERAL: with escapes evaluated and %% as %; else NULL */
	uint32_t text_len;
};

struct format {
	VEC(struct format_piece) pieces;
	VEC(char) arg_types; /* 's' or 'd' for each argument consumed, "*" included */
	uint32_t nargs;      /* of them */
};

/*
 * Parses a format literal (raw: escapes not yet evaluated).  Returns NULL and sets *why and
 * *offset (byte in raw) when a directive is malformed.
 */
struct format *format_parse(struct arena *a, const char *raw, const char **why, size_t *offset);
/* Appends a piece and the arguments it consumes. */
void format_add(struct arena *a, struct format *f, struct format_piece piece);
/* The type an argument must have: 's' string, 'd' number.  i counts consumed arguments from 0. */
char format_arg_type(const struct format *f, uint32_t i);

#endif
