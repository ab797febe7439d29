/*
 * Upper bounds of formatted lengths, piece by piece, from the ranges of the
 * arguments.  Widths and precisions taken from arguments are clamped as at run
 * time.  Lower bounds are not kept: a NUL byte may end the text anywhere.
 */
#include "verifier/textlen.h"

enum { MAX_WIDTH = 8192 };

static int64_t larger(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static int64_t digits(uint64_t v, unsigned base)
{
	int64_t n = 1;

	while (v /= base)
		n++;
	return n;
}

static int64_t decimal(struct interval v)
{
	int64_t low = digits(v.low < 0 ? 0 - (uint64_t)v.low : (uint64_t)v.low, 10) + (v.low < 0);
	int64_t high =
		digits(v.high < 0 ? 0 - (uint64_t)v.high : (uint64_t)v.high, 10) + (v.high < 0);

	return larger(low, high);
}

/* Negative numbers print as their 64-bit pattern. */
static int64_t pattern(struct interval v, unsigned base)
{
	return v.low < 0 ? digits(UINT64_MAX, base) : digits((uint64_t)v.high, base);
}

static int64_t body(const struct format_piece *p, struct interval v, int64_t precision)
{
	bool given = p->precision != FORMAT_NONE;
	int64_t text;

	switch (p->kind) {
	case FORMAT_LITERAL: return p->text_len;
	case FORMAT_INT: return larger(decimal(v), precision + 1) + 1;
	case FORMAT_UNSIGNED: return larger(pattern(v, 10), precision) + 1;
	case FORMAT_OCTAL: return larger(pattern(v, 8), precision) + 1;
	case FORMAT_HEX:
	case FORMAT_HEX_UPPER:
	case FORMAT_POINTER: return larger(pattern(v, 16), precision) + 2;
	case FORMAT_CHAR: return p->flags & FORMAT_ALT ? 4 : 1;
	case FORMAT_STRING:
		text = given && precision < v.high ? precision : v.high;
		return text + (p->flags & FORMAT_ZERO ? 1 : 0);
	case FORMAT_BINARY: return larger(8, precision);
	case FORMAT_MEMORY: return given ? precision : 1;
	case FORMAT_MEMORY_HEX: return 2 * (given ? precision : 1);
	}
	return MAX_WIDTH;
}

static bool plain_decimal(const struct format_piece *p)
{
	return p->kind == FORMAT_INT && p->precision == FORMAT_NONE &&
	       !(p->flags & (FORMAT_PLUS | FORMAT_SPACE));
}

struct cursor {
	const struct interval *args;
	uint32_t n, at;
};

static struct interval take(struct cursor *c)
{
	return c->at < c->n ? c->args[c->at++] : interval_top();
}

/* The most a width or precision can be. */
static int64_t setting(int given, struct cursor *c)
{
	struct interval v;

	if (given == FORMAT_NONE)
		return 0;
	if (given != FORMAT_FROM_ARG)
		return given;
	v = take(c);
	if (v.low < 0 || v.high > MAX_WIDTH)
		return MAX_WIDTH;
	return v.high;
}

int64_t textlen_format(const struct format *f, const struct interval *args, uint32_t nargs)
{
	struct cursor c = {args, nargs, 0};
	int64_t total = 0;

	vec_each(i, &f->pieces) {
		const struct format_piece *p = &f->pieces.v[i];
		int64_t width = setting(p->width, &c);
		int64_t precision = setting(p->precision, &c);
		struct interval v = p->kind == FORMAT_LITERAL ? interval_top() : take(&c);

		total += larger(width, plain_decimal(p) ? decimal(v) : body(p, v, precision));
	}
	return total;
}
