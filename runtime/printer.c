/*
 * The printf family by section 10.1 of the language reference.  It writes into
 * a buffer of fixed size and drops the rest: that is what a print does.  Widths
 * and precisions are clamped to the size of a print, so that none costs more
 * than that.  It differs from C where SystemTap does: `#` always adds its
 * prefix, `%b` is raw bytes, `%0s` appends a NUL.
 */
#include "runtime/printer.h"

#include <string.h>

struct directive {
	enum format_kind kind;
	unsigned flags;
	int width, precision; /* FORMAT_NONE: not given */
};

void printer_byte(struct printer *p, char c)
{
	if (p->n < p->cap)
		p->buf[p->n++] = c;
}

void printer_text(struct printer *p, const char *s, size_t len)
{
	size_t room = p->cap - p->n;

	if (len > room)
		len = room;
	memcpy(p->buf + p->n, s, len);
	p->n += len;
}

static void fill(struct printer *p, int64_t n, char c)
{
	while (n-- > 0 && p->n < p->cap)
		p->buf[p->n++] = c;
}

void printer_int(struct printer *p, int64_t n)
{
	char tmp[24];
	size_t i = sizeof tmp;
	uint64_t u = n < 0 ? 0 - (uint64_t)n : (uint64_t)n;

	do
		tmp[--i] = (char)('0' + u % 10);
	while (u /= 10);
	if (n < 0)
		tmp[--i] = '-';
	printer_text(p, tmp + i, sizeof tmp - i);
}

static unsigned base_of(enum format_kind k)
{
	if (k == FORMAT_OCTAL)
		return 8;
	return k == FORMAT_HEX || k == FORMAT_HEX_UPPER || k == FORMAT_POINTER ? 16 : 10;
}

/* Sign and radix prefix into out; returns how many bytes. */
static int prefix_of(const struct directive *d, int64_t n, char out[4])
{
	int len = 0;

	if (d->kind == FORMAT_INT) {
		if (n < 0)
			out[len++] = '-';
		else if (d->flags & FORMAT_PLUS)
			out[len++] = '+';
		else if (d->flags & FORMAT_SPACE)
			out[len++] = ' ';
	}
	if (!(d->flags & FORMAT_ALT) && d->kind != FORMAT_POINTER)
		return len;
	if (base_of(d->kind) != 10)
		out[len++] = '0';
	if (base_of(d->kind) == 16)
		out[len++] = d->kind == FORMAT_HEX_UPPER ? 'X' : 'x';
	return len;
}

static void put_number(struct printer *p, const struct directive *d, int64_t n)
{
	const char *set = d->kind == FORMAT_HEX_UPPER ? "0123456789ABCDEF" : "0123456789abcdef";
	uint64_t u = d->kind == FORMAT_INT && n < 0 ? 0 - (uint64_t)n : (uint64_t)n;
	bool left = d->flags & FORMAT_MINUS, zero = d->flags & FORMAT_ZERO;
	char prefix[4], tmp[66];
	int len = 0, npre = prefix_of(d, n, prefix);

	do
		tmp[len++] = set[u % base_of(d->kind)];
	while (u /= base_of(d->kind));
	int precision = d->precision > len ? d->precision : len;
	int64_t space = (int64_t)d->width - npre - precision;

	if (!left && !zero)
		fill(p, space, ' ');
	printer_text(p, prefix, (size_t)npre);
	if (!left && zero)
		fill(p, space, '0');
	fill(p, precision - len, '0');
	while (len > 0)
		printer_byte(p, tmp[--len]);
	if (left)
		fill(p, space, ' ');
}

static bool is_plain(unsigned char c)
{
	return c >= 0x20 && c < 0x7f && c != '\'' && c != '\\';
}

/* The escape of c into out; returns its length. */
static int escape_char(unsigned char c, char out[4])
{
	static const char from[] = "\a\b\f\n\r\t\v'\\", to[] = "abfnrtv'\\";
	const char *at = c ? strchr(from, c) : NULL;

	out[0] = '\\';
	if (at) {
		out[1] = to[at - from];
		return 2;
	}
	out[1] = (char)('0' + (c >> 6));
	out[2] = (char)('0' + (c >> 3 & 7));
	out[3] = (char)('0' + (c & 7));
	return 4;
}

static void put_padded(struct printer *p, const struct directive *d, const char *s, size_t len)
{
	int64_t space = (int64_t)d->width - (int64_t)len;
	bool left = d->flags & FORMAT_MINUS;

	if (!left)
		fill(p, space, ' ');
	printer_text(p, s, len);
	if (left)
		fill(p, space, ' ');
}

static void put_char(struct printer *p, const struct directive *d, int64_t n)
{
	unsigned char c = (unsigned char)n;
	char text[4] = {(char)c};
	int len = 1;

	if ((d->flags & FORMAT_ALT) && !is_plain(c))
		len = escape_char(c, text);
	put_padded(p, d, text, (size_t)len);
}

static void put_string(struct printer *p, const struct directive *d, const struct run_value *v)
{
	size_t len = v->len;

	if (d->precision >= 0 && (size_t)d->precision < len)
		len = (size_t)d->precision;
	put_padded(p, d, v->s, len);
	if (d->flags & FORMAT_ZERO)
		printer_byte(p, '\0');
}

static int binary_size(int n)
{
	return n == 1 || n == 2 || n == 4 || n == 8 ? n : -1;
}

static void put_binary(struct printer *p, const struct directive *d, int64_t n)
{
	int size = binary_size(d->precision);
	bool left = d->flags & FORMAT_MINUS;
	char bytes[8];
	uint16_t n16 = (uint16_t)n;
	uint32_t n32 = (uint32_t)n;

	if (size < 0)
		size = d->width < 0 ? 8 : binary_size(d->width);
	if (size < 0)
		size = 8;
	memcpy(bytes, &n, 8);
	if (size == 4)
		memcpy(bytes, &n32, 4);
	else if (size == 2)
		memcpy(bytes, &n16, 2);
	else if (size == 1)
		bytes[0] = (char)n;
	if (!left)
		fill(p, d->width - size, '\0');
	if (p->cap - p->n >= (size_t)size)
		printer_text(p, bytes, (size_t)size);
	if (left)
		fill(p, d->width - size, '\0');
}

static int clamp_count(int64_t n)
{
	return n < 0 ? 0 : n > PRINTER_MAX ? PRINTER_MAX : (int)n;
}

/* Width or precision: given, absent, or the next argument. */
static int count_of(int given, const struct run_value *const *args, uint32_t *next)
{
	if (given == FORMAT_NONE)
		return FORMAT_NONE;
	return clamp_count(given == FORMAT_FROM_ARG ? args[(*next)++]->n : given);
}

static bool put_piece(struct printer *p, const struct directive *d, const struct run_value *v)
{
	switch (d->kind) {
	case FORMAT_LITERAL: break;
	case FORMAT_INT:
	case FORMAT_UNSIGNED:
	case FORMAT_OCTAL:
	case FORMAT_HEX:
	case FORMAT_HEX_UPPER:
	case FORMAT_POINTER: put_number(p, d, v->n); break;
	case FORMAT_CHAR: put_char(p, d, v->n); break;
	case FORMAT_STRING: put_string(p, d, v); break;
	case FORMAT_BINARY: put_binary(p, d, v->n); break;
	case FORMAT_MEMORY:
	case FORMAT_MEMORY_HEX: return false;
	}
	return true;
}

bool printer_format(struct printer *p, const struct format *f, const struct run_value *const *args)
{
	uint32_t next = 0;

	vec_each(i, &f->pieces) {
		const struct format_piece *piece = &f->pieces.v[i];

		if (piece->kind == FORMAT_LITERAL) {
			printer_text(p, piece->text, piece->text_len);
			continue;
		}
		struct directive d = {.kind = piece->kind, .flags = piece->flags};

		d.width = count_of(piece->width, args, &next);
		d.precision = count_of(piece->precision, args, &next);
		if (!put_piece(p, &d, args[next++]))
			return false;
	}
	return true;
}

bool printer_needs_kernel(const struct format *f)
{
	vec_each(i, &f->pieces)
		if (f->pieces.v[i].kind == FORMAT_MEMORY ||
		    f->pieces.v[i].kind == FORMAT_MEMORY_HEX)
			return true;
	return false;
}
