/* Escapes and globs. */
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
