/*
 * Tokens of the text form.  Lines matter, so their ends are tokens; blank
 * lines, comments (#) and what follows a ! are dropped.  Any byte sequence is
 * accepted: what is no token comes out as IRTOKEN_BAD with the reason.
 */
#include "ir/irlex.h"

#include <string.h>

static int peek(const struct irlex *lx)
{
	return lx->pos < lx->src->len ? (unsigned char)lx->src->text[lx->pos] : -1;
}

static bool is_digit(int c)
{
	return c >= '0' && c <= '9';
}

static bool is_word(int c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '-' ||
	       is_digit(c);
}

static struct irtoken bad(struct irlex *lx, struct irtoken t, const char *why)
{
	t.kind = IRTOKEN_BAD;
	t.text = why;
	lx->pos = lx->src->len;
	return t;
}

/* Reads digits into *out; false if there are none or the number is over limit. */
static bool digits(struct irlex *lx, uint64_t limit, uint64_t *out)
{
	uint64_t n = 0;
	bool ok = is_digit(peek(lx));

	for (; is_digit(peek(lx)); lx->pos++) {
		unsigned d = (unsigned)(peek(lx) - '0');

		if (n > (limit - d) / 10)
			ok = false;
		else
			n = n * 10 + d;
	}
	*out = n;
	return ok;
}

/* The digits behind 0x; all 64 bits may be set. */
static struct irtoken address(struct irlex *lx, struct irtoken t)
{
	static const char DIGITS[] = "0123456789abcdef";
	uint64_t n = 0;
	uint32_t start = lx->pos += 2;
	const char *d;

	for (; peek(lx) > 0 && (d = strchr(DIGITS, peek(lx))); lx->pos++)
		n = n << 4 | (uint64_t)(d - DIGITS);
	if (lx->pos == start || lx->pos - start > 16 || is_word(peek(lx)))
		return bad(lx, t, "a number out of range or badly written");
	t.kind = IRTOKEN_NUMBER;
	t.value = (int64_t)n;
	return t;
}

static struct irtoken number(struct irlex *lx, struct irtoken t)
{
	bool negative = peek(lx) == '-';
	uint64_t n;

	if (lx->src->len - lx->pos > 2 && !memcmp(lx->src->text + lx->pos, "0x", 2))
		return address(lx, t);
	lx->pos += negative;
	if (!digits(lx, (uint64_t)INT64_MAX + negative, &n) || is_word(peek(lx)))
		return bad(lx, t, "a number out of range or badly written");
	t.kind = IRTOKEN_NUMBER;
	t.value = (int64_t)(negative ? 0 - n : n);
	return t;
}

static struct irtoken reg(struct irlex *lx, struct irtoken t)
{
	uint64_t n;

	lx->pos++;
	if (!digits(lx, 1000000, &n))
		return bad(lx, t, "a register is % and a number up to 1000000");
	t.kind = IRTOKEN_REG;
	t.value = (int64_t)n;
	return t;
}

static struct irtoken location(struct irlex *lx, struct irtoken t)
{
	uint64_t line, column;

	t.kind = IRTOKEN_LOC;
	lx->pos++;
	if (peek(lx) == '-') {
		lx->pos++;
		return t;
	}
	if (!digits(lx, 1000000, &line) || peek(lx) != ':' || !line)
		return bad(lx, t, "a location is @line:column");
	lx->pos++;
	if (!digits(lx, 100000, &column) || !column)
		return bad(lx, t, "a location is @line:column");
	t.line = (uint32_t)line;
	t.column = (uint32_t)column;
	return t;
}

static struct irtoken string(struct irlex *lx, struct irtoken t)
{
	uint32_t start = ++lx->pos;
	int c;

	while ((c = peek(lx)) != '"') {
		if (c == '\\' && lx->pos + 1 < lx->src->len)
			lx->pos++;
		if (peek(lx) < ' ')
			return bad(lx, t, "a string that does not end on its line");
		lx->pos++;
	}
	t.kind = IRTOKEN_STRING;
	t.text = lx->src->text + start;
	t.len = lx->pos++ - start;
	return t;
}

static struct irtoken word(struct irlex *lx, struct irtoken t)
{
	t.kind = IRTOKEN_WORD;
	t.text = lx->src->text + lx->pos;
	while (is_word(peek(lx)))
		lx->pos++;
	t.len = lx->pos - t.at;
	return t;
}

static void skip_comment(struct irlex *lx)
{
	while (peek(lx) != '\n' && peek(lx) != -1)
		lx->pos++;
}

/* Skips to the next token; true at the end of a line that held one. */
static bool skip(struct irlex *lx)
{
	for (;; lx->pos++) {
		int c = peek(lx);

		if (c == '#' || c == '!')
			skip_comment(lx);
		c = peek(lx);
		if (c == '\n' || c == -1) {
			if (lx->line_open)
				return true;
			if (c == -1)
				return false;
		} else if (c != ' ' && c != '\t' && c != '\r') {
			return false;
		}
	}
}

struct irtoken irlex_next(struct irlex *lx)
{
	bool line = skip(lx);
	struct irtoken t = {.kind = IRTOKEN_END, .at = lx->pos};
	int c = peek(lx);

	lx->line_open = !line && c != -1;
	if (line)
		t.kind = IRTOKEN_LINE;
	if (line || c == -1)
		return t;
	if (c == '%')
		return reg(lx, t);
	if (c == '@')
		return location(lx, t);
	if (c == '"')
		return string(lx, t);
	if (is_digit(c) || c == '-')
		return number(lx, t);
	if (is_word(c))
		return word(lx, t);
	if (!c || !strchr("()[],:=*", c))
		return bad(lx, t, "a character that means nothing here");
	t.kind = IRTOKEN_PUNCT;
	t.text = lx->src->text + lx->pos++;
	t.len = 1;
	return t;
}

bool irlex_is(const struct irtoken *t, const char *word_text)
{
	return (t->kind == IRTOKEN_WORD || t->kind == IRTOKEN_PUNCT) &&
	       strlen(word_text) == t->len && memcmp(t->text, word_text, t->len) == 0;
}
