/* Escapes, globs and "did you mean". */
#include "base/text.h"

#include <stdio.h>
#include <string.h>

static const char ESCAPES[] = "abtnvfr", VALUES[] = "\a\b\t\n\v\f\r";

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* Decodes the escape after a backslash at p; *out gets its byte; returns what follows. */
static const char *unescape_one(const char *p, char *out)
{
	const char *named = *p ? strchr(ESCAPES, *p) : NULL;
	unsigned value = 0;

	if (named) {
		*out = VALUES[named - ESCAPES];
		return p + 1;
	}
	if (*p >= '0' && *p <= '7') {
		for (int i = 0; i < 3 && *p >= '0' && *p <= '7'; i++)
			value = value * 8 + (unsigned)(*p++ - '0');
		*out = (char)value;
		return p;
	}
	if (*p == 'x' && hex_digit(p[1]) >= 0) {
		for (p++; hex_digit(*p) >= 0; p++)
			value = value * 16 + (unsigned)hex_digit(*p);
		*out = (char)value;
		return p;
	}
	*out = *p;
	return *p ? p + 1 : p;
}

char *text_unescape(struct arena *a, const char *raw, size_t *len)
{
	char *out = arena_alloc(a, strlen(raw) + 1), *o = out;

	while (*raw) {
		if (*raw == '\\')
			raw = unescape_one(raw + 1, o);
		else
			*o = *raw++;
		if (!*o)
			break;
		o++;
	}
	*o = '\0';
	if (len)
		*len = (size_t)(o - out);
	return out;
}

char *text_escape(struct arena *a, const char *s, size_t len)
{
	char *out = arena_alloc(a, len * 4 + 1), *o = out;

	for (size_t i = 0; i < len; i++) {
		const char *value = s[i] ? strchr(VALUES, s[i]) : NULL;

		if (value)
			o += sprintf(o, "\\%c", ESCAPES[value - VALUES]);
		else if (s[i] == '"' || s[i] == '\\')
			o += sprintf(o, "\\%c", s[i]);
		else if (s[i] >= 0x20 && s[i] < 0x7f)
			*o++ = s[i];
		else
			o += sprintf(o, "\\%03o", (unsigned char)s[i]);
	}
	*o = '\0';
	return out;
}

bool text_is_glob(const char *text)
{
	return strpbrk(text, "*?[") != NULL;
}

/* Matches one set "[...]" against c; returns what follows it, or NULL for no match. */
static const char *match_set(const char *p, char c)
{
	bool negate = p[1] == '!' || p[1] == '^', hit = false;
	const char *q = p + 1 + negate;

	do {
		if (!*q)
			return c == '[' ? p + 1 : NULL; /* unclosed: an ordinary bracket */
		if (q[1] == '-' && q[2] && q[2] != ']') {
			hit |= (unsigned char)*q <= (unsigned char)c &&
			       (unsigned char)c <= (unsigned char)q[2];
			q += 3;
		} else {
			hit |= *q++ == c;
		}
	} while (*q != ']');
	return hit != negate ? q + 1 : NULL;
}

static const char *match_one(const char *p, char c)
{
	if (*p == '?')
		return p + 1;
	if (*p == '[')
		return match_set(p, c);
	return *p == c && *p ? p + 1 : NULL;
}

bool text_glob(const char *pattern, const char *text)
{
	const char *star = NULL, *resume = NULL;

	while (*text) {
		const char *next;

		if (*pattern == '*') {
			star = ++pattern;
			resume = text;
		} else if ((next = match_one(pattern, *text))) {
			pattern = next;
			text++;
		} else if (star) {
			pattern = star;
			text = ++resume;
		} else {
			return false;
		}
	}
	while (*pattern == '*')
		pattern++;
	return !*pattern;
}

enum { LONGEST = 64 };

static unsigned min3(unsigned a, unsigned b, unsigned c)
{
	unsigned m = a < b ? a : b;

	return m < c ? m : c;
}

/* Optimal string alignment distance (Damerau-Levenshtein without repeats), 3 rows. */
static unsigned distance(const char *a, size_t n, const char *b, size_t m)
{
	unsigned rows[3][LONGEST + 1], *two = rows[0], *one = rows[1], *now = rows[2];

	for (size_t j = 0; j <= m; j++)
		one[j] = (unsigned)j;
	for (size_t i = 1; i <= n; i++) {
		now[0] = (unsigned)i;
		for (size_t j = 1; j <= m; j++) {
			unsigned cost = a[i - 1] != b[j - 1];

			now[j] = min3(one[j] + 1, now[j - 1] + 1, one[j - 1] + cost);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
			    two[j - 2] + 1 < now[j])
				now[j] = two[j - 2] + 1;
		}
		unsigned *spare = two;

		two = one;
		one = now;
		now = spare;
	}
	return one[m];
}

struct near near_start(const char *word)
{
	size_t n = strlen(word);

	return (struct near){word, NULL, (unsigned)(n < 3 ? 2 : n / 3 + 1)};
}

void near_offer(struct near *n, const char *candidate)
{
	size_t a = strlen(n->word), b = strlen(candidate);
	size_t gap = a > b ? a - b : b - a;

	if (gap >= n->distance || a > LONGEST || b > LONGEST || a == 0)
		return;
	unsigned d = distance(n->word, a, candidate, b);

	if (d < n->distance) {
		n->distance = d;
		n->best = candidate;
	}
}
