/*
 * Parsing of printf formats (section 10.1 of the language reference): one
 * optional flag, width, precision, an 'l' that means nothing, a conversion.
 * Escapes are evaluated in literal text only after the directives are found,
 * so "\045d" is text and not a directive.
 */
#include "base/format.h"
#include "base/text.h"

#include <string.h>

struct reader {
	struct arena *arena;
	struct format *format;
	const char *p;
	char *text; /* room for the whole format */
};

static void add_literal(struct reader *r, const char *raw, size_t len)
{
	struct format_piece piece = {
		.kind = FORMAT_LITERAL, .width = FORMAT_NONE, .precision = FORMAT_NONE};
	size_t size;

	piece.text = text_unescape(r->arena, arena_strndup(r->arena, raw, len), &size);
	piece.text_len = (uint32_t)size;
	format_add(r->arena, r->format, piece);
}

/* Text up to the next directive; %% in it becomes %. */
static void read_literal(struct reader *r)
{
	char *text = r->text;
	size_t n = 0;

	while (*r->p && (*r->p != '%' || r->p[1] == '%')) {
		r->p += *r->p == '%';
		if (*r->p == '\\' && r->p[1])
			text[n++] = *r->p++;
		text[n++] = *r->p++;
	}
	if (n)
		add_literal(r, text, n);
}

static unsigned read_flag(struct reader *r)
{
	static const char flags[] = "0+- #";
	const char *hit = *r->p ? strchr(flags, *r->p) : NULL;

	if (!hit)
		return 0;
	r->p++;
	return 1u << (hit - flags);
}

static int read_size(struct reader *r, int otherwise)
{
	int n = 0;

	if (*r->p == '*') {
		r->p++;
		return FORMAT_FROM_ARG;
	}
	if (*r->p < '0' || *r->p > '9')
		return otherwise;
	for (; *r->p >= '0' && *r->p <= '9'; r->p++)
		n = n > 100000 ? n : n * 10 + (*r->p - '0');
	return n;
}

static bool find_kind(char c, enum format_kind *kind)
{
	switch (c) {
	case 'd':
	case 'i': *kind = FORMAT_INT; return true;
	case 'u': *kind = FORMAT_UNSIGNED; return true;
	case 'o': *kind = FORMAT_OCTAL; return true;
	case 'x': *kind = FORMAT_HEX; return true;
	case 'X': *kind = FORMAT_HEX_UPPER; return true;
	case 'p': *kind = FORMAT_POINTER; return true;
	case 'c': *kind = FORMAT_CHAR; return true;
	case 's': *kind = FORMAT_STRING; return true;
	case 'b': *kind = FORMAT_BINARY; return true;
	case 'm': *kind = FORMAT_MEMORY; return true;
	case 'M': *kind = FORMAT_MEMORY_HEX; return true;
	}
	return false;
}

static bool read_directive(struct reader *r)
{
	struct format_piece piece = {.precision = FORMAT_NONE};

	r->p++;
	piece.flags = read_flag(r);
	piece.width = read_size(r, FORMAT_NONE);
	if (*r->p == '.') {
		r->p++;
		piece.precision = read_size(r, 0);
	}
	r->p += *r->p == 'l';
	if (!find_kind(*r->p, &piece.kind))
		return false;
	r->p++;
	format_add(r->arena, r->format, piece);
	return true;
}

struct format *format_parse(struct arena *a, const char *raw, const char **why, size_t *offset)
{
	struct reader r = {a, arena_make(a, struct format), raw, arena_alloc(a, strlen(raw) + 1)};

	for (;;) {
		read_literal(&r);
		const char *start = r.p;

		if (!*r.p)
			return r.format;
		if (!read_directive(&r)) {
			*offset = (size_t)(start - raw);
			*why = *r.p ? arena_printf(a,
						   "invalid or missing conversion specifier "
						   "after '%.*s'",
						   (int)(r.p - start), start)
				    : "the format ends inside a conversion";
			return NULL;
		}
	}
}

void format_add(struct arena *a, struct format *f, struct format_piece piece)
{
	vec_push(a, &f->pieces, piece);
	if (piece.kind == FORMAT_LITERAL)
		return;
	if (piece.width == FORMAT_FROM_ARG)
		vec_push(a, &f->arg_types, 'd');
	if (piece.precision == FORMAT_FROM_ARG)
		vec_push(a, &f->arg_types, 'd');
	vec_push(a, &f->arg_types, piece.kind == FORMAT_STRING ? 's' : 'd');
	f->nargs = f->arg_types.n;
}

char format_arg_type(const struct format *f, uint32_t i)
{
	return i < f->nargs ? f->arg_types.v[i] : 'd';
}
