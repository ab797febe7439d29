/*
 * Run-time errors of the script: raised here, carried in the machine to the
 * nearest catch or out of the handler, and reported in SystemTap's words with
 * the token they happened at.  Errors that a script makes with error() name no
 * place.  What counts as too many errors is decided in lifecycle.c.
 */
#include "runtime/machine.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void set_fault(struct machine *m, enum fault_kind kind, const struct step *s)
{
	m->fault = kind;
	m->fault_loc = s ? s->in->loc : (struct loc){0};
	m->fault_in = s ? s->in : NULL;
}

bool fault_raise(struct machine *m, const struct step *s, const char *fmt, ...)
{
	va_list ap;

	set_fault(m, FAULT_ERROR, s);
	va_start(ap, fmt);
	vsnprintf(m->fault_text, m->fault_room, fmt, ap);
	va_end(ap);
	return false;
}

bool fault_limit(struct machine *m, const struct step *s, const char *text)
{
	fault_raise(m, s, "%s", text);
	m->fault = FAULT_LIMIT;
	return false;
}

static bool is_keyword(const char *s, size_t len)
{
	static const char *const words[] = {"probe",  "global", "private", "function", "if",
					    "else",   "for",    "foreach", "in",       "limit",
					    "return", "delete", "while",   "break",    "continue",
					    "next",   "string", "long",    "try",      "catch"};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strlen(words[i]) == len && memcmp(words[i], s, len) == 0)
			return true;
	return false;
}

static size_t operator_length(const char *s, size_t len)
{
	static const char *const ops[] = {"<<<", ">>>", "<<=", ">>=", "==", "!=", "<=", ">=", "=~",
					  "!~",  "+=",  "-=",  "*=",  "/=", "%=", "&=", "^=", "|=",
					  ".=",  "&&",  "||",  "++",  "--", "->", "<<", ">>"};

	for (size_t i = 0; i < sizeof ops / sizeof *ops; i++)
		if (strlen(ops[i]) <= len && strncmp(s, ops[i], strlen(ops[i])) == 0)
			return strlen(ops[i]);
	return 1;
}

static bool in_word(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '$';
}

static size_t string_length(const char *s, size_t len)
{
	size_t n = 1;

	while (n < len && s[n] != '"')
		n += s[n] == '\\' ? 2 : 1;
	return n < len ? n : len;
}

/* "operator '/'": the token that begins at s. */
static void describe_token(char *out, size_t size, const char *s, size_t len)
{
	const char *kind = "identifier";
	size_t n = 1;

	if (*s == '"') {
		n = string_length(s, len) - 1;
		kind = "string";
		s++;
	} else if (in_word(*s) || *s == '@') {
		while (n < len && in_word(s[n]))
			n++;
		if (*s == '@')
			kind = "operator";
		else if (isdigit((unsigned char)*s))
			kind = "number";
		else if (is_keyword(s, n))
			kind = NULL;
	} else {
		n = operator_length(s, len);
		kind = "operator";
	}
	if (kind)
		snprintf(out, size, "%s '%.*s'", kind, (int)n, s);
	else
		snprintf(out, size, "keyword");
}

static void append_place(struct machine *m, struct printer *p)
{
	char token[128], place[64];
	struct pos pos = {0};

	if (m->opt->sources && m->fault_loc.at != 0)
		pos = sources_pos(m->opt->sources, m->fault_loc);
	if (!pos.source || pos.column == 0)
		return;
	printer_text(p, " near ", 6);
	if (pos.column - 1 < pos.line_len) {
		describe_token(token, sizeof token, pos.line_text + pos.column - 1,
			       pos.line_len - (pos.column - 1));
		printer_text(p, token, strlen(token));
		printer_byte(p, ' ');
	}
	printer_text(p, "at ", 3);
	printer_text(p, pos.source->name, strlen(pos.source->name));
	snprintf(place, sizeof place, ":%u:%u", pos.line, pos.column);
	printer_text(p, place, strlen(place));
}

void fault_describe(struct machine *m, struct printer *p)
{
	printer_text(p, m->fault_text, strlen(m->fault_text));
	append_place(m, p);
}

void fault_report(struct machine *m)
{
	char line[PRINTER_MAX];
	struct printer p = {.buf = line, .cap = sizeof line - 1};

	fault_describe(m, &p);
	line[p.n] = '\0';
	output_complain(&m->out, "ERROR", line);
}
