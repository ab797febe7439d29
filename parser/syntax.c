/*
 * Words for syntax errors: what was found, and what was expected, grouped so
 * that "an expression" stands for the thirty tokens that may begin one.  After
 * each report the feed is in panic: mend_resync() finds where to go on.
 * Errors that follow from one already reported (TOKEN_BROKEN, TOKEN_VIRTUAL)
 * are not reported again.
 */
#include "base/text.h"
#include "parser/stages.h"
#include "parser/grammar.h"

#include <string.h>

struct diag *syntax_report(struct feed *f, enum diag_tag tag, struct span where, const char *fmt,
			   ...)
{
	va_list ap;

	va_start(ap, fmt);
	const char *text = arena_vprintf(f->arena, fmt, ap);

	va_end(ap);
	if (f->stopped)
		return NULL;
	struct diag *d = diag_report(f->diags, tag, where, "%s", text);

	if (d->severity == SEV_ERROR && ++f->errors == FEED_MAX_ERRORS) {
		diag_report(f->diags, DIAG_TOO_MANY_ERRORS, where,
			    "%d errors; the rest of the file is not read", FEED_MAX_ERRORS);
		feed_stop(f);
	}
	return d;
}

void syntax_too_deep(struct feed *f, struct span where)
{
	if (!f->deep)
		syntax_report(f, DIAG_NESTING_TOO_DEEP, where,
			      "this is nested more than %d levels deep", AST_MAX_DEPTH);
	f->deep = true;
}

struct symbol {
	int kind;
	const char *text;
};

static const struct symbol symbols[] = {
	{T_STAT_ASSIGN, "<<<"}, {T_USHR, ">>>"},
	{T_ADD_ASSIGN, "+="},   {T_EQ, "=="},
	{T_NE, "!="},           {T_LE, "<="},
	{T_GE, ">="},           {T_MATCH, "=~"},
	{T_NOMATCH, "!~"},      {T_LAND, "&&"},
	{T_LOR, "||"},          {T_INC, "++"},
	{T_DEC, "--"},          {T_ARROW, "->"},
	{T_SHL, "<<"},          {T_SHR, ">>"},
	{T_PROBE, "probe"},     {T_GLOBAL, "global"},
	{T_PRIVATE, "private"}, {T_FUNCTION, "function"},
	{T_IF, "if"},           {T_ELSE, "else"},
	{T_FOR, "for"},         {T_FOREACH, "foreach"},
	{T_IN, "in"},           {T_LIMIT, "limit"},
	{T_RETURN, "return"},   {T_RETURN_VOID, "return"},
	{T_DELETE, "delete"},   {T_WHILE, "while"},
	{T_BREAK, "break"},     {T_CONTINUE, "continue"},
	{T_NEXT, "next"},       {T_STRING_TYPE, "string"},
	{T_LONG_TYPE, "long"},  {T_TRY, "try"},
	{T_CATCH, "catch"},
};

static const char *symbol_text(struct feed *f, int kind)
{
	for (size_t i = 0; i < sizeof symbols / sizeof *symbols; i++) {
		if (symbols[i].kind == kind)
			return symbols[i].text;
	}
	return kind > ' ' && kind < 0x7f ? arena_printf(f->arena, "%c", kind) : NULL;
}

static const char *shortened(struct feed *f, const char *text)
{
	return strlen(text) > 40 ? arena_printf(f->arena, "%.37s...", text) : text;
}

const char *syntax_token(struct feed *f, const struct token *t)
{
	const char *symbol = symbol_text(f, t->kind);

	if (!t->kind)
		return "the end of the file";
	if (lexer_is_keyword(t->kind) || t->kind == T_RETURN_VOID)
		return arena_printf(f->arena, "keyword '%s'", symbol);
	if (symbol)
		return arena_printf(f->arena, "'%s'", symbol);
	const char *text = t->text ? shortened(f, t->text) : "";

	if (t->kind == T_NUMBER)
		return arena_printf(f->arena, "number '%s'", text);
	if (t->kind == T_STRING)
		return arena_printf(f->arena, "string \"%s\"", text);
	if (t->kind == T_EMBEDDED)
		return "embedded C code";
	if (t->kind == T_AT)
		return arena_printf(f->arena, "operator '@%s'", text);
	return arena_printf(f->arena, "'%s'", text);
}

static bool has(const int *kinds, int n, int kind)
{
	for (int i = 0; i < n; i++) {
		if (kinds[i] == kind)
			return true;
	}
	return false;
}

/* What closes or separates; named when an expression could have ended. */
static const int structural[] = {',', ')', ']', ';', '}', '{', ':', T_CATCH};

static const char *list_of(struct feed *f, const char *const *words, int n)
{
	const char *text = words[0];

	for (int i = 1; i < n; i++)
		text = arena_printf(f->arena, "%s%s%s", text, i + 1 < n ? ", " : " or ", words[i]);
	return text;
}

static const char *quoted_list(struct feed *f, const int *kinds, int n)
{
	const char *words[8];
	int used = 0;

	for (int i = 0; i < n && used < 8; i++) {
		const char *symbol = symbol_text(f, kinds[i]);

		if (symbol)
			words[used++] = arena_printf(f->arena, "'%s'", symbol);
		else if (kinds[i] == T_IDENT)
			words[used++] = "a name";
		else if (kinds[i] == T_STRING)
			words[used++] = "a string";
		else if (kinds[i] == T_NUMBER)
			words[used++] = "a number";
		else if (kinds[i] == T_COMPONENT)
			words[used++] = "a probe point";
	}
	return used ? list_of(f, words, used) : NULL;
}

static const char *expectation(struct feed *f, const int *kinds, int n)
{
	int named[8], used = 0;

	if (has(kinds, n, T_PROBE))
		return "'probe', 'global', 'private' or 'function'";
	if (has(kinds, n, T_WHILE))
		return "a statement";
	if (has(kinds, n, T_NUMBER) && has(kinds, n, T_IDENT))
		return "an expression";
	for (size_t i = 0; i < sizeof structural / sizeof *structural && n > 4; i++) {
		if (has(kinds, n, structural[i]))
			named[used++] = structural[i];
	}
	return used ? quoted_list(f, named, used) : quoted_list(f, kinds, n);
}

static enum diag_tag tag_for(struct feed *f, const int *expected, int n)
{
	if (has(expected, n, T_COMPONENT) || (f->points && feed_inside(f) != '{'))
		return DIAG_BAD_PROBE_POINT;
	if (n == 1 && expected[0] == '[')
		return DIAG_BAD_HISTOGRAM;
	if (n == 1 && (expected[0] == '(' || expected[0] == ')'))
		return DIAG_MISSING_PAREN;
	return DIAG_SYNTAX_ERROR;
}

/* A declaration keyword in a body is worth a sentence of its own. */
static const char *explain(struct feed *f, const struct token *t, const int *expected, int n)
{
	if (feed_starts_declaration(t->kind) && (has(expected, n, T_WHILE) || f->open.n))
		return arena_printf(f->arena, "'%s' cannot stand inside a body",
				    symbol_text(f, t->kind));
	if (n == 1 && expected[0] == '[')
		return "a histogram is no value: print it, index it or loop over it";
	if (!t->kind && has(expected, n, '}'))
		return "the file ends inside a body";
	const char *wanted = expectation(f, expected, n);

	if (!wanted)
		return arena_printf(f->arena, "%s cannot stand here", syntax_token(f, t));
	return arena_printf(f->arena, "expected %s, found %s", wanted, syntax_token(f, t));
}

void syntax_error(struct feed *f, const int *expected, int n)
{
	const struct token *t = &f->current;

	f->panic = !f->stopped;
	if (((t->flags | f->last_flags) & (TOKEN_BROKEN | TOKEN_VIRTUAL)) || mend_broken_line(f))
		return;
	if (!foreign_error(f, tag_for(f, expected, n), expected, n))
		syntax_report(f, tag_for(f, expected, n), t->span, "%s",
			      explain(f, t, expected, n));
}
