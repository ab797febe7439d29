/*
 * What a syntax error was probably meant to be: operators, words and statements
 * that other languages have.  Looks only at text that the grammar has refused
 * already, so nothing that is legal is ever taken for a mistake.  Where one
 * edit surely mends it, the diagnostic has the fix.
 */
#include "parser/stages.h"
#include "parser/grammar.h"

#include <string.h>

/* Two tokens that touch, read as one operator of another language. */
static const struct {
	int first, second;
	const char *written, *meant; /* meant NULL: advice says what to do */
	const char *advice;
} operators[] = {
	{'=', '<', "=<", "<=", NULL},
	{'=', '>', "=>", ">=", NULL},
	{'<', '>', "<>", "!=", NULL},
	{T_EQ, '=', "===", "==", NULL},
	{T_NE, '=', "!==", "!=", NULL},
	{':', '=', ":=", "=", NULL},
	{T_LAND, '=', "&&=", NULL, "write x = x && y"},
	{T_LOR, '=', "||=", NULL, "write x = x || y"},
	{T_USHR, '=', ">>>=", NULL, "write x = x >>> y"},
	{'*', '*', "**", NULL, "multiply, or shift: 1 << n"},
	{'?', '?', "??", NULL, "write x ? x : y"},
	{'?', ':', "?:", NULL, "write x ? x : y"},
	{'.', '.', "..", NULL, "strings are joined with one '.'; there are no ranges"},
};

/* Words that are operators elsewhere. */
static const struct {
	const char *word, *meant;
} words[] = {
	{"and", "&&"}, {"or", "||"}, {"eq", "=="}, {"ne", "!="}, {"lt", "<"},  {"gt", ">"},
	{"le", "<="},  {"ge", ">="}, {"is", "=="}, {"mod", "%"}, {"xor", "^"},
};

static const char *const types[] = {"int",   "let",    "var",  "char", "unsigned", "auto",
				    "const", "static", "bool", "void", "my",       "local"};

/* What is wrong, in a sentence, and the edit that mends it, if there is one. */
struct advice {
	struct span span;
	const char *text, *fix, *label;
	struct span fix_span;
};

static bool has(const int *kinds, int n, int kind)
{
	for (int i = 0; i < n; i++) {
		if (kinds[i] == kind)
			return true;
	}
	return false;
}

static bool is_word(const struct token *t, const char *word)
{
	return t->kind == T_IDENT && t->text && strcmp(t->text, word) == 0;
}

static void replace(struct feed *f, struct advice *a, struct span span, const char *text)
{
	a->fix_span = span;
	a->fix = text;
	a->label = *text ? arena_printf(f->arena, "write '%s'", text) : "delete it";
}

static bool operator_of(struct feed *f, const struct token *one, const struct token *two,
			struct advice *a)
{
	for (size_t i = 0; i < sizeof operators / sizeof *operators; i++) {
		if (one->kind != operators[i].first || two->kind != operators[i].second ||
		    !(two->flags & TOKEN_ADJACENT))
			continue;
		a->span = feed_join(f, one->span, two->span);
		if (operators[i].meant) {
			a->text = arena_printf(f->arena,
					       "there is no operator '%s'; did you mean '%s'?",
					       operators[i].written, operators[i].meant);
			replace(f, a, a->span, operators[i].meant);
		} else {
			a->text = arena_printf(f->arena, "there is no operator '%s'; %s",
					       operators[i].written, operators[i].advice);
		}
		return true;
	}
	return false;
}

static bool word_operator(struct feed *f, struct advice *a)
{
	const struct token *t = &f->current;

	if (is_word(&f->before, "not") && f->open.n) {
		a->span = f->before.span;
		a->text = "there is no operator 'not'; did you mean '!'?";
		replace(f, a, a->span, "!");
		return true;
	}
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		if (!is_word(t, words[i].word) || !feed_ends_operand(f->before.kind))
			continue;
		a->text = arena_printf(f->arena, "there is no operator '%s'; did you mean '%s'?",
				       words[i].word, words[i].meant);
		replace(f, a, t->span, words[i].meant);
		return true;
	}
	return false;
}

static bool is_type_word(const struct token *t)
{
	for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
		if (is_word(t, types[i]))
			return true;
	}
	return t->kind == T_LONG_TYPE || t->kind == T_STRING_TYPE;
}

/* "long x = 1", "for (int i = 0; ...". */
static bool typed_variable(struct feed *f, struct advice *a)
{
	const struct token *t = &f->current, *word = NULL;

	if ((t->kind == T_LONG_TYPE || t->kind == T_STRING_TYPE) &&
	    feed_peek(f, 0)->kind == T_IDENT)
		word = t;
	else if (t->kind == T_IDENT && is_type_word(&f->before) && feed_inside(f) == '(')
		word = &f->before;
	if (!word || !f->open.n)
		return false;
	a->span = word->span;
	a->text = arena_printf(f->arena,
			       "variables are not declared: leave '%s' out; an assignment makes "
			       "one and gives it its type",
			       word->text);
	replace(f, a, word->span, "");
	return true;
}

static bool in_header(const struct feed *f, int keyword)
{
	const struct bracket *b = f->nopen ? &f->open.v[f->nopen - 1] : NULL;

	return b && b->kind == '(' && b->before == keyword;
}

static bool foreach_header(struct feed *f, const int *expected, int n, struct advice *a)
{
	const struct token *t = &f->current;

	if (has(expected, n, T_IN) && (t->kind == ':' || is_word(t, "of")) &&
	    feed_ends_operand(f->before.kind)) {
		a->text = "foreach goes over an array with 'in': foreach (key in array)";
		replace(f, a, t->span, t->kind == ':' && t->flags & TOKEN_ADJACENT ? " in" : "in");
		return true;
	}
	if (has(expected, n, T_IN) && (t->kind == ',' || t->kind == T_ARROW)) {
		a->text = "several keys stand in brackets: foreach ([a, b] in array); the value "
			  "comes first: foreach (value = key in array)";
		return true;
	}
	if (f->before.kind == '(' && t->kind == '(' && has(expected, n, '[')) {
		a->text = "several keys stand in brackets: foreach ([a, b] in array)";
		return true;
	}
	return false;
}

static bool for_header(struct feed *f, const int *expected, int n, struct advice *a)
{
	const struct token *t = &f->current;
	bool ends = t->kind == ')' && has(expected, n, ';');

	if (!ends || !f->nopen || f->open.n >= f->nopen)
		return false;
	if (f->closed.before != T_FOR)
		return false;
	if (f->closed.semicolons == 1) {
		a->text = "a for has three parts: for (start; condition; step)";
		replace(f, a, (struct span){t->span.start, t->span.start}, ";");
		a->label = "insert ';'";
	} else {
		a->text = "a for has three parts: for (start; condition; step); what goes over an "
			  "array is foreach (key in array)";
	}
	return true;
}

/* Would the line, up to a '{' or its end, do as the condition in parentheses? */
static bool line_as_condition(struct feed *f, struct span *end)
{
	*end = f->current.span;
	for (uint32_t i = 0; i < 100; i++) {
		const struct token *t = feed_peek(f, i);

		if (t->kind == '{')
			return true;
		if (!t->kind || t->kind == ';' || t->kind == '}' || t->flags & TOKEN_LINE_START ||
		    feed_starts_statement(t->kind))
			return false;
		*end = t->span;
	}
	return false;
}

static bool missing_parentheses(struct feed *f, const int *expected, int n, struct advice *a)
{
	const struct token *t = &f->current;
	int before = f->before.kind;
	struct span end;
	bool sure;

	if (n != 1 || expected[0] != '(')
		return false;
	if (before == T_PRINT) {
		a->text = arena_printf(f->arena, "%s is a function: its arguments stand in '( )'",
				       f->before.text);
		return true;
	}
	if (before != T_IF && before != T_WHILE && before != T_FOREACH && before != T_FOR)
		return false;
	sure = line_as_condition(f, &end);
	a->text = arena_printf(f->arena, "what follows '%s' stands in '( )'", f->before.text);
	if (sure && end.end.at > t->span.start.at) {
		a->fix_span = (struct span){t->span.start, t->span.start};
		a->fix = "(";
		a->label = "put it in parentheses";
		a->span = (struct span){t->span.start, end.end};
	}
	return true;
}

static bool other_statement(struct feed *f, const int *expected, int n, struct advice *a)
{
	const struct token *t = &f->current;

	if (n == 1 && expected[0] == T_CATCH && t->kind == T_IDENT) {
		a->text = "after try comes catch: try { ... } catch (message) { ... }";
		if (is_word(t, "except") || is_word(t, "rescue"))
			replace(f, a, t->span, "catch");
		return true;
	}
	if (t->kind == ':' && feed_inside(f) == '{' && feed_ends_operand(f->before.kind)) {
		a->text = "':' belongs to c ? a : b only; there is no switch and there are no "
			  "labels, write if ... else if";
		return true;
	}
	if (t->kind == ',' && feed_inside(f) == '{' && feed_ends_operand(f->before.kind) &&
	    !f->points) {
		a->text = "there is no comma between statements; write ';'";
		replace(f, a, t->span, ";");
		return true;
	}
	if (has(expected, n, T_WHILE) && f->before.kind == ')' && f->closed.before == T_WHILE) {
		a->text = "this while has no body; there is no do ... while";
		return true;
	}
	if (t->kind == '{' && f->before.kind == '=') {
		a->text = "there are no array literals; assign the elements one by one";
		return true;
	}
	return false;
}

static bool recognise(struct feed *f, const int *expected, int n, struct advice *a)
{
	const struct token *t = &f->current;

	return operator_of(f, &f->before, t, a) || operator_of(f, t, feed_peek(f, 0), a) ||
	       (in_header(f, T_FOREACH) && foreach_header(f, expected, n, a)) ||
	       for_header(f, expected, n, a) || word_operator(f, a) || typed_variable(f, a) ||
	       missing_parentheses(f, expected, n, a) || other_statement(f, expected, n, a);
}

bool foreign_error(struct feed *f, enum diag_tag tag, const int *expected, int n)
{
	struct advice a = {.span = f->current.span};
	struct diag *d;

	if (f->points || !recognise(f, expected, n, &a))
		return false;
	d = syntax_report(f, tag, a.span, "%s", a.text);
	if (!d || !a.fix)
		return true;
	diag_fix(f->diags, d, a.fix_span, a.fix, a.label);
	if (strcmp(a.fix, "(") == 0)
		diag_fix(f->diags, d, (struct span){a.span.end, a.span.end}, ")", a.label);
	return true;
}
