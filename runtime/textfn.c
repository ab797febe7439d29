/*
 * The string functions of the library, with what SystemTap's observably do:
 * positions from 0, results cut to the limit, numbers read as the kernel reads
 * them (no blanks, no '+', digits up to f, wrapping).  Results that are made
 * here lie in the machine's scratch.
 */
#include "runtime/machine.h"

#include "base/bug.h"

#include <ctype.h>
#include <string.h>

static void set_scratch(struct machine *m, const char *s, size_t len, struct run_value *out)
{
	if (len > m->max_text)
		len = m->max_text;
	memmove(m->scratch, s, len);
	m->scratch[len] = '\0';
	*out = (struct run_value){.s = m->scratch, .len = (uint32_t)len};
}

static void substr(struct machine *m, const struct run_value *args, struct run_value *out)
{
	int64_t start = args[1].n, length = args[2].n;

	if (start < 0 || start >= args[0].len || length <= 0)
		return;
	int64_t rest = (int64_t)args[0].len - start;

	set_scratch(m, args[0].s + start, (size_t)(length < rest ? length : rest), out);
}

static int64_t strpos(const struct run_value *args)
{
	const char *at = strstr(args[0].s, args[1].s);

	return at ? at - args[0].s : -1;
}

static unsigned digit_of(char c)
{
	if (isdigit((unsigned char)c))
		return (unsigned)(c - '0');
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? (unsigned)(c - 'a') + 10 : 99;
}

static int64_t parse_number(const char *s, int64_t base_arg)
{
	bool negative = *s == '-', hex;
	unsigned base = (unsigned)base_arg;
	uint64_t n = 0;

	s += negative;
	hex = s[0] == '0' && (s[1] == 'x' || s[1] == 'X');
	if (base == 0)
		base = hex && digit_of(s[2]) < 16 ? 16 : *s == '0' ? 8 : 10;
	if (base == 16 && hex)
		s += 2;
	for (; digit_of(*s) < base && digit_of(*s) < 16; s++)
		n = n * base + digit_of(*s);
	return (int64_t)(negative ? 0 - n : n);
}

static void str_replace(struct machine *m, const struct run_value *args, struct run_value *out)
{
	struct printer p = {.buf = m->scratch, .cap = m->max_text};
	const char *at = args[0].s, *hit;

	if (args[1].len == 0) {
		*out = args[0];
		return;
	}
	for (; (hit = strstr(at, args[1].s)); at = hit + args[1].len) {
		printer_text(&p, at, (size_t)(hit - at));
		printer_text(&p, args[2].s, args[2].len);
	}
	printer_text(&p, at, strlen(at));
	p.buf[p.n] = '\0';
	*out = (struct run_value){.s = p.buf, .len = (uint32_t)p.n};
}

/* The code point at s, and in *len its bytes; a byte that begins none stands for itself. */
static uint32_t code_point(const char *s, size_t left, size_t *len)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	const unsigned char *b = (const unsigned char *)s;
	size_t n = (b[0] & 0xe0) == 0xc0   ? 2
		   : (b[0] & 0xf0) == 0xe0 ? 3
		   : (b[0] & 0xf8) == 0xf0 ? 4
					   : 1;
	uint32_t c = n == 1 ? b[0] : b[0] & (0x7fu >> n);

	*len = 1;
	if (n == 1 || n > left)
		return b[0];
	for (size_t i = 1; i < n; i++) {
		if ((b[i] & 0xc0) != 0x80)
			return b[0];
		c = c << 6 | (b[i] & 0x3f);
	}
	if (c < least[n] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return b[0];
	*len = n;
	return c;
}

/* What a code point is written as; `bytes` is how many it took in the text. */
static int escape_point(uint32_t c, size_t bytes, char out[12])
{
	static const char from[] = "\a\b\f\n\r\t\v\"\\", to[] = "abfnrtv\"\\";
	static const char hex[] = "0123456789abcdef";
	const char *known = c && c < 128 ? strchr(from, (int)c) : NULL;
	int n = 0;

	if (bytes > 1) {
		int digits = c <= 0xffff ? 4 : 8;

		out[n++] = '\\';
		out[n++] = c <= 0xffff ? 'u' : 'U';
		while (digits-- > 0)
			out[n++] = hex[c >> (4 * digits) & 15];
		return n;
	}
	if (c >= 0x20 && c < 0x7f && !known) {
		out[n++] = (char)c;
		return n;
	}
	out[n++] = '\\';
	if (known) {
		out[n++] = to[known - from];
		return n;
	}
	out[n++] = (char)('0' + (c >> 6 & 3));
	out[n++] = (char)('0' + (c >> 3 & 7));
	out[n++] = (char)('0' + (c & 7));
	return n;
}

/*
 * The text escaped, in at most `limit` bytes.  Quoted text that does not fit
 * ends in "..." after the quote, and no escape is cut in two for it.
 */
static void escape_text(struct machine *m, const struct run_value *v, int64_t limit, bool quoted,
			struct run_value *out)
{
	int64_t room = limit <= 0 || limit > m->max_text ? m->max_text : limit;
	struct printer p = {.buf = m->scratch, .cap = m->scratch_room - 1};
	size_t at = 0, bytes, safe = 0; /* safe: the longest prefix that leaves room for "..." */
	bool cut = false;

	if (quoted) {
		room = (room < 5 ? 5 : room) - 2;
		printer_byte(&p, '"');
	}
	safe = p.n;
	while (at < v->len) {
		char text[12];
		uint32_t c = code_point(v->s + at, v->len - at, &bytes);
		int n = escape_point(c, bytes, text);

		if (n > room) {
			cut = true;
			break;
		}
		printer_text(&p, text, (size_t)n);
		room -= n;
		at += bytes;
		if (room >= 3)
			safe = p.n;
	}
	if (cut && quoted)
		p.n = safe;
	if (quoted)
		printer_byte(&p, '"');
	if (cut && quoted)
		printer_text(&p, "...", 3);
	p.buf[p.n] = '\0';
	*out = (struct run_value){.s = p.buf, .len = (uint32_t)p.n};
}

static void tokenize(struct machine *m, const struct run_value *args, struct run_value *out)
{
	struct value_text *rest = &m->token_rest;

	if (args[0].len > 0) {
		value_text_set(&m->pool, rest, args[0].s, args[0].len);
		m->token_done = false;
	}
	if (m->token_done || !rest->s)
		return;
	size_t skip = strspn(rest->s, args[1].s);
	size_t len = strcspn(rest->s + skip, args[1].s);

	set_scratch(m, rest->s + skip, len, out);
	if (skip + len >= rest->len) {
		m->token_done = true;
		return;
	}
	skip += len + 1; /* the delimiter goes with its token */
	value_text_set(&m->pool, rest, rest->s + skip, rest->len - (uint32_t)skip);
}

void textfn_call(struct machine *m, enum intrinsic which, const struct run_value *args,
		 struct run_value *out)
{
	if (which == INTRINSIC_STRLEN)
		out->n = args[0].len;
	else if (which == INTRINSIC_SUBSTR)
		substr(m, args, out);
	else if (which == INTRINSIC_ISINSTR)
		out->n = strstr(args[0].s, args[1].s) != NULL;
	else if (which == INTRINSIC_STRPOS)
		out->n = strpos(args);
	else if (which == INTRINSIC_STRTOL)
		out->n = parse_number(args[0].s, args[1].n);
	else if (which == INTRINSIC_STR_REPLACE)
		str_replace(m, args, out);
	else if (which == INTRINSIC_STRING_QUOTED)
		escape_text(m, &args[0], 0, true, out);
	else if (which == INTRINSIC_TEXT_STR)
		escape_text(m, &args[0], 0, false, out);
	else if (which == INTRINSIC_TEXT_STRN)
		escape_text(m, &args[0], args[1].n, args[2].n != 0, out);
	else if (which == INTRINSIC_TOKENIZE)
		tokenize(m, args, out);
	else
		bug("'%s' is no string function", ir_intrinsic(which)->name);
}
