/*
 * Plants mistakes.  Reads a script that is right, and writes copies of it into
 * a folder, each with one mistake, of which it tells what has to be said:
 *
 *   plant SCRIPT FOLDER SEED EACH
 *
 * A line of standard output a copy: its file, the kind of mistake, the first
 * and last line where it may be reported, the tags it may have, and the
 * suggestion ("-": none).  EACH says how many of a kind; which, SEED.  Its own
 * small scanner knows words, strings, comments and where probe points end; it
 * shares nothing with the parser under test.
 */
#include <ctype.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum kind { IDENT, TARGET, AT, NUMBER, STRING, PUNCT };
enum region { TOP, POINTS, GLOBALS, HEAD, PROBE, ALIAS, FUNCTION };

struct token {
	enum kind kind;
	enum region region;
	int start, end, line, depth;
	bool fixed; /* in a conditional, a macro, an optional point or near @defined */
};

struct script {
	const char *path, *folder;
	char *text;
	int len, lines, n, written;
	struct token *tokens;
	uint64_t random;
};

static unsigned draw(struct script *s, unsigned n)
{
	s->random = s->random * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(s->random >> 33) % n;
}

/* --- the scanner --- */

static int skip_to(const struct script *s, int i, const char *end)
{
	const char *at = strstr(s->text + i, end);

	return at ? (int)(at - s->text) + (int)strlen(end) : s->len;
}

static int skip_blank(const struct script *s, int i)
{
	for (;;) {
		const char *t = s->text + i;

		if (isspace((unsigned char)*t))
			i++;
		else if (*t == '#' || (t[0] == '/' && t[1] == '/'))
			i = skip_to(s, i, "\n");
		else if (t[0] == '/' && t[1] == '*')
			i = skip_to(s, i + 2, "*/");
		else if (t[0] == '%' && t[1] == '{')
			i = skip_to(s, i + 2, "%}");
		else
			return i;
	}
}

static int string_end(const struct script *s, int i)
{
	for (i++; i < s->len && s->text[i] != '"'; i++)
		i += s->text[i] == '\\';
	return i + 1;
}

static void scan_token(const struct script *s, struct token *t)
{
	static const char *const longer[] = {
		"<<<", ">>>", "->", "==", "!=", "<=", ">=", "&&", "||", "++", "--",
		"<<",  ">>",  "=~", "!~", "+=", "-=", "%(", "%)", "%?", "%:"};
	const char *p = s->text + t->start;
	int n = 1;

	if (isalpha((unsigned char)*p) || *p == '_' || *p == '$' || *p == '@') {
		t->kind = *p == '$' ? TARGET : *p == '@' ? AT : IDENT;
		while (isalnum((unsigned char)p[n]) || p[n] == '_' ||
		       (*p == '$' && n == 1 && p[n] == '$'))
			n++;
	} else if (isdigit((unsigned char)*p)) {
		t->kind = NUMBER;
		while (isalnum((unsigned char)p[n]))
			n++;
	} else if (*p == '"') {
		t->kind = STRING;
		n = string_end(s, t->start) - t->start;
	} else {
		t->kind = PUNCT;
		for (size_t i = 0; i < sizeof longer / sizeof *longer && n == 1; i++)
			if (strncmp(p, longer[i], strlen(longer[i])) == 0)
				n = (int)strlen(longer[i]);
	}
	t->end = t->start + n;
}

static bool is(const struct script *s, int i, const char *word)
{
	const struct token *t = s->tokens + i;

	return i >= 0 && i < s->n && (int)strlen(word) == t->end - t->start &&
	       memcmp(s->text + t->start, word, strlen(word)) == 0;
}

static enum region next_region(const struct script *s, int i, enum region now, int depth,
			       bool alias)
{
	if (depth)
		return now;
	if (is(s, i, "probe"))
		return POINTS;
	if (is(s, i, "global"))
		return GLOBALS;
	if (is(s, i, "function"))
		return HEAD;
	if (is(s, i, "{"))
		return now == HEAD ? FUNCTION : now == POINTS && alias ? ALIAS : PROBE;
	return now;
}

static void fix(struct script *s, int from, int to)
{
	for (int i = from; i < to; i++)
		s->tokens[i].fixed = true;
}

static void scan(struct script *s)
{
	enum region region = TOP;
	int line = 1, at = 0, depth = 0, nested = 0, points = 0;
	bool alias = false;

	s->tokens = calloc((size_t)s->len + 1, sizeof *s->tokens);
	for (int i = skip_blank(s, 0); i < s->len; i = skip_blank(s, s->tokens[s->n - 1].end)) {
		struct token *t = &s->tokens[s->n++];

		for (; at < i; at++)
			line += s->text[at] == '\n';
		t->start = i;
		t->line = line;
		scan_token(s, t);
		int k = s->n - 1;
		bool group = is(s, k, "{") && region == POINTS &&
			     (is(s, k - 1, ".") || is(s, k - 1, "probe"));

		region = group ? region : next_region(s, k, region, depth, alias);
		if (is(s, k, "probe") && !depth) {
			alias = false;
			points = k;
		}
		if (region == POINTS && (is(s, k, "=") || is(s, k, "+="))) {
			alias = true; /* nothing may use it */
			fix(s, points, k + 1);
		}
		nested += is(s, k, "%(") - is(s, k, "%)");
		t->fixed = nested || is(s, k, "%)");
		t->region = region;
		depth += is(s, k, "{") - is(s, k, "}");
		t->depth = depth;
		alias |= region == POINTS &&
			 (is(s, k, "?") || is(s, k, "!")); /* perhaps nothing is probed */
		if (region == POINTS &&
		    (is(s, k, "?") || is(s, k, "!") || is(s, k, "*") || is(s, k, "{")))
			fix(s, points, k + 1);
		if (is(s, k, "}") && !depth)
			region = TOP;
	}
	s->lines = line;
}

/* Members that a nearby @defined tests may be missing; so may what stands on its other side. */
static bool guarded(const struct script *s, int i)
{
	int start = s->tokens[i].start - 300, end = s->tokens[i].end + 100;

	for (int k = start < 0 ? 0 : start; k < end && k < s->len; k++)
		if (strncmp(s->text + k, "defined", 7) == 0)
			return true;
	return false;
}

/* --- writing a copy --- */

static void tell(struct script *s, const char *kind, int first, int last, const char *tags,
		 const char *suggestion, int n)
{
	printf("%d.stp\t%s\t%d\t%d\t%s\t%.*s\n", s->written, kind, first, last, tags, n,
	       suggestion);
}

/* A copy in which [from, to) is replaced. */
static void copy(struct script *s, int from, int to, const char *with)
{
	char path[4096];

	snprintf(path, sizeof path, "%s/%d.stp", s->folder, ++s->written);
	FILE *f = fopen(path, "w");

	if (!f) {
		perror(path);
		exit(2);
	}
	fwrite(s->text, 1, (size_t)from, f);
	fputs(with, f);
	fwrite(s->text + to, 1, (size_t)(s->len - to), f);
	fclose(f);
}

/* A misspelling of the n bytes at word: a swap, a letter less, doubled, changed or in the other
 * case. */
static const char *misspell(struct script *s, const char *word, int n, char out[128])
{
	int i = 1 + (int)draw(s, (unsigned)(n - 1));

	snprintf(out, 128, "%.*s", n, word);
	switch (draw(s, 5)) {
	case 0:
		if (i + 1 < n && out[i] != out[i + 1]) {
			char c = out[i];

			out[i] = out[i + 1];
			out[i + 1] = c;
			break;
		}
		/* fall through */
	case 1: memmove(out + i, out + i + 1, (size_t)(n - i)); break;
	case 2: memmove(out + i + 1, out + i, (size_t)(n - i + 1)); break;
	case 3: out[i] = out[i] == 'y' ? 'w' : 'y'; break;
	case 4:
		out[n - 1] = (char)(isupper((unsigned char)out[n - 1]) ? tolower(out[n - 1])
								       : toupper(out[n - 1]));
		break;
	}
	return out;
}

/* --- mistakes at a token --- */

struct edit {
	const char *kind, *tags;
	bool (*here)(const struct script *s, int i);
	const char *with; /* NULL: misspelt */
};

static bool in_body(const struct script *s, int i)
{
	enum region r = s->tokens[i].region;

	return (r == PROBE || r == FUNCTION) && !s->tokens[i].fixed;
}

static int length(const struct script *s, int i)
{
	return s->tokens[i].end - s->tokens[i].start;
}

static bool is_keyword(const struct script *s, int i)
{
	static const char *const words[] = {"if",       "else",  "while",  "for",      "foreach",
					    "in",       "limit", "return", "delete",   "break",
					    "continue", "next",  "try",    "catch",    "string",
					    "long",     "probe", "global", "function", "private"};

	for (size_t k = 0; k < sizeof words / sizeof *words; k++)
		if (is(s, i, words[k]))
			return true;
	return false;
}

static bool is_print(const struct script *s, int i)
{
	return is(s, i, "print") || is(s, i, "println") || is(s, i, "printf") ||
	       is(s, i, "printd") || is(s, i, "printdln") || is(s, i, "sprint") ||
	       is(s, i, "sprintf") || is(s, i, "sprintln") || is(s, i, "sprintd") ||
	       is(s, i, "sprintdln");
}

static bool point_word(const struct script *s, int i)
{
	const struct token *t = s->tokens + i;

	return t->kind == IDENT && t->region == POINTS && !t->fixed && length(s, i) > 2 &&
	       !is_keyword(s, i) && !is(s, i + 1, "*") && !is(s, i - 1, "*") &&
	       !is(s, i + 1, "=") && !is(s, i + 1, "+=");
}

static bool point_name(const struct script *s, int i)
{
	const struct token *t = s->tokens + i;

	return t->kind == STRING && t->region == POINTS && !t->fixed && length(s, i) > 5 &&
	       is(s, i - 1, "(") &&
	       (is(s, i - 2, "function") || is(s, i - 2, "trace") || is(s, i - 2, "module")) &&
	       !memchr(s->text + t->start, '*', (size_t)length(s, i)) &&
	       !memchr(s->text + t->start, '@', (size_t)length(s, i));
}

static bool call(const struct script *s, int i)
{
	return s->tokens[i].kind == IDENT && in_body(s, i) && is(s, i + 1, "(") &&
	       length(s, i) > 2 && !is_keyword(s, i) && !is(s, i - 1, "->");
}

static bool function_call(const struct script *s, int i)
{
	return call(s, i) && !is_print(s, i) && !guarded(s, i);
}

/* A letter more or less makes another of them. */
static bool print_call(const struct script *s, int i)
{
	return call(s, i) && is(s, i, "printf");
}

static bool field(const struct script *s, int i)
{
	return s->tokens[i].kind == IDENT && in_body(s, i) && is(s, i - 1, "->") &&
	       length(s, i) > 2 && !guarded(s, i);
}

static bool target(const struct script *s, int i)
{
	return s->tokens[i].kind == TARGET && in_body(s, i) && length(s, i) > 3 &&
	       !isdigit((unsigned char)s->text[s->tokens[i].start + 1]) && !guarded(s, i);
}

static bool operator(const struct script *s, int i)
{
	return s->tokens[i].kind == AT && in_body(s, i) && length(s, i) > 3 && is(s, i + 1, "(") &&
	       !isdigit((unsigned char)s->text[s->tokens[i].start + 1]);
}

static bool global_array(const struct script *s, int i)
{
	if (s->tokens[i].kind != IDENT || !in_body(s, i) || !is(s, i + 1, "[") ||
	    length(s, i) < 3 || is(s, i - 1, "->"))
		return false;
	for (int k = 0; k < s->n; k++)
		if (s->tokens[k].region == GLOBALS && length(s, k) == length(s, i) &&
		    memcmp(s->text + s->tokens[k].start, s->text + s->tokens[i].start,
			   (size_t)length(s, i)) == 0)
			return true;
	return false;
}

static bool statement_word(const struct script *s, int i)
{
	return is_keyword(s, i) && in_body(s, i) && length(s, i) > 2 && !is(s, i, "long") &&
	       !is(s, i, "string") && !is(s, i, "limit");
}

static bool declaration_word(const struct script *s, int i)
{
	return !s->tokens[i].depth && !s->tokens[i].fixed && !is(s, i - 1, ".") &&
	       (is(s, i, "probe") || is(s, i, "global") || is(s, i, "function"));
}

static bool comparison(const struct script *s, int i)
{
	if (!is(s, i, "==") || !in_body(s, i) || !(is(s, i - 2, "(") || is(s, i - 4, "(")))
		return false;
	return is(s, i - 2, "(") && (is(s, i - 3, "if") || is(s, i - 3, "while")) &&
	       s->tokens[i - 1].kind == IDENT;
}

static bool closing_paren(const struct script *s, int i)
{
	return is(s, i, ")") && in_body(s, i);
}

static bool opening_paren(const struct script *s, int i)
{
	return is(s, i, "(") && in_body(s, i) &&
	       (is_print(s, i - 1) || is(s, i - 1, "if") || is(s, i - 1, "foreach"));
}

static bool closing_bracket(const struct script *s, int i)
{
	return is(s, i, "]") && in_body(s, i);
}

static bool closing_brace(const struct script *s, int i)
{
	return is(s, i, "}") && in_body(s, i);
}

static bool body_end(const struct script *s, int i)
{
	return closing_brace(s, i) && !s->tokens[i].depth;
}

static bool format_comma(const struct script *s, int i)
{
	return is(s, i, ",") && in_body(s, i) && s->tokens[i + 1].kind != STRING &&
	       is(s, i - 2, "(") && (is(s, i - 3, "printf") || is(s, i - 3, "sprintf"));
}

static bool format(const struct script *s, int i)
{
	return s->tokens[i].kind == STRING && in_body(s, i) && is(s, i - 1, "(") &&
	       s->tokens[i + 1].kind != STRING &&
	       (is(s, i - 2, "printf") || is(s, i - 2, "sprintf"));
}

static bool plain_string(const struct script *s, int i)
{
	return s->tokens[i].kind == STRING && in_body(s, i) && length(s, i) > 3;
}

static bool arrow(const struct script *s, int i)
{
	return is(s, i, "->") && in_body(s, i) && !guarded(s, i) &&
	       s->tokens[i + 1].kind == IDENT &&
	       (s->tokens[i - 1].kind == TARGET || s->tokens[i - 1].kind == IDENT);
}

static bool and (const struct script *s, int i)
{
	return is(s, i, "&&") && in_body(s, i);
}

static bool statistic(const struct script *s, int i)
{
	return is(s, i, "<<<") && in_body(s, i);
}

static bool no_argument_call(const struct script *s, int i)
{
	return is(s, i, ")") && in_body(s, i) && is(s, i - 1, "(") && function_call(s, i - 2);
}

static bool key_start(const struct script *s, int i)
{
	return is(s, i, "[") && i && global_array(s, i - 1);
}

static bool global_name(const struct script *s, int i)
{
	if (s->tokens[i].kind != IDENT || s->tokens[i].region != GLOBALS || s->tokens[i].fixed ||
	    is_keyword(s, i) || is(s, i + 1, "["))
		return false;
	for (int k = i; k < s->n; k++)
		if (in_body(s, k) && is(s, k + 1, "[") && !is(s, k - 1, "->") &&
		    length(s, k) == length(s, i) &&
		    memcmp(s->text + s->tokens[k].start, s->text + s->tokens[i].start,
			   (size_t)length(s, i)) == 0)
			return true;
	return false;
}

static bool number(const struct script *s, int i)
{
	return s->tokens[i].kind == NUMBER && in_body(s, i);
}

static bool person(const struct script *s, int i)
{
	return is(s, i, "pid") && function_call(s, i) && is(s, i + 2, ")") && is(s, i + 3, "==");
}

static bool named(const struct script *s, int i)
{
	return is(s, i, "execname") && function_call(s, i) &&
	       (is(s, i + 3, "==") || is(s, i + 3, "!=")) && s->tokens[i + 4].kind == STRING;
}

static bool else_if(const struct script *s, int i)
{
	return is(s, i, "else") && is(s, i + 1, "if") && in_body(s, i);
}

static bool body_start(const struct script *s, int i)
{
	return is(s, i, "{") && s->tokens[i].depth == 1 && in_body(s, i);
}

static const struct edit edits[] = {
	{"probe-word", "unknown-probe-point|unsupported-probe", point_word, NULL},
	{"probe-name", "unknown-probe-point|unknown-module", point_name, NULL},
	{"function", "unknown-function", function_call, NULL},
	{"print-function", "unknown-function", print_call, NULL},
	{"field", "unknown-member", field, NULL},
	{"target-variable", "unknown-variable", target, NULL},
	{
		"operator",
		"unknown-operator",
		operator,
		NULL },
		{"array", "undeclared-array", global_array, NULL},
		{"keyword",
		 "syntax-error|unknown-function|never-assigned|useless-statement|orphan-branch|"
		 "missing-paren|missing-brace",
		 statement_word, NULL},
		{"declaration", "syntax-error", declaration_word, NULL},
		{"equals", "assign-in-condition|type-mismatch", comparison, "="},
		{"no-paren", "missing-paren|syntax-error", closing_paren, ""},
		{"no-open-paren", "missing-paren|missing-brace|stray-paren|syntax-error",
		 opening_paren, " "},
		{"no-bracket", "missing-bracket", closing_bracket, ""},
		{"no-brace", "missing-brace|orphan-branch", closing_brace, ""},
		{"two-braces", "stray-brace", body_end, "}}"},
		{"two-parens", "stray-paren|format-arity", closing_paren, "))"},
		{"no-body", "missing-brace|stray-brace", body_start, ""},
		{"no-comma", "missing-comma", format_comma, " "},
		{"arity-more", "wrong-arity", no_argument_call, "1, 2, 3)"},
		{"keys", "inconsistent-keys", key_start, "[1, "},
		{"global", "undeclared-array", global_name, "planted"},
		{"number", "bad-number", number, "09"},
		{"long-string", "type-mismatch", person, "execname"},
		{"string-long", "type-mismatch", named, "pid"},
		{"dot", "type-mismatch|syntax-error|invalid-access|bad-member|unknown-member",
		 arrow, "."},
		{"and", "syntax-error|missing-paren", and, "and"},
		{"statistic", "stats-misuse", statistic, "="},
		{"elseif", "else-if-word|orphan-branch", else_if, "elif"},
	};

static void edit_at(struct script *s, const struct edit *e, int i)
{
	const struct token *t = s->tokens + i;
	int from = t->start, to = t->end,
	    sigil = t->kind == STRING || t->kind == AT ? 1
		    : t->kind == TARGET                ? (s->text[from + 1] == '$' ? 2 : 1)
						       : 0;
	char word[128];
	const char *with = e->with, *suggestion = "-";
	int n = 1;

	if (!with) {
		from += sigil;
		to -= t->kind == STRING;
		if (to - from < 2 || to - from > 100)
			return;
		with = misspell(s, s->text + from, to - from, word);
		bool same = (int)strlen(with) == to - from &&
			    memcmp(with, s->text + from, strlen(with)) == 0;

		if (same || strcmp(with, "print") == 0)
			return;
		suggestion = s->text + from;
		n = to - from;
	}
	if (e->here == else_if)
		to = t[1].end;
	copy(s, from, to, with);
	/* what is not declared shows where it is used, what is not closed after the token before */
	bool anywhere = e->here == global_name || e->here == body_start;
	int first = anywhere ? 1 : with[0] || !i ? t->line : t[-1].line;

	tell(s, e->kind, first, anywhere ? s->lines : t->line, e->tags, suggestion, n);
}

static void edit_some(struct script *s, const struct edit *e, int each)
{
	int found = 0;

	for (int i = 0; i < s->n; i++)
		found += e->here(s, i);
	for (int k = 0; k < each && k < found; k++) {
		int wanted = found <= each ? k : (int)draw(s, (unsigned)found);

		for (int i = 0; i < s->n; i++)
			if (e->here(s, i) && wanted-- == 0)
				edit_at(s, e, i);
	}
}

/* --- mistakes within a string: formats --- */

static void edit_format(struct script *s, int i)
{
	const char *text = s->text;
	int start = s->tokens[i].start, end = s->tokens[i].end, line = s->tokens[i].line, k = start;

	while (k < end && (text[k] != '%' || text[k + 1] == '%'))
		k += text[k] == '%' ? 2 : 1;
	if (k < end) {
		copy(s, k, k + 1, "");
		tell(s, "format-less", line, line, "format-arity", "-", 1);
		copy(s, k, k, "%d ");
		tell(s, "format-more", line, line, "format-arity", "-", 1);
		copy(s, k, k + 1, "%y");
		tell(s, "format-letter", line, line, "bad-format", "-", 1);
	}
	copy(s, end - 1, end, "");
	tell(s, "no-quote", line, line, "unterminated-string", "-", 1);
}

static void edit_formats(struct script *s, int each)
{
	int found = 0, k = 0;

	for (int i = 0; i < s->n; i++)
		found += format(s, i);
	for (int i = 0; i < s->n && found; i++)
		if (format(s, i) && k++ % (found / each + 1) == 0)
			edit_format(s, i);
	for (int i = 0, done = 0; i < s->n && done < each; i++)
		if (plain_string(s, i) && draw(s, 4) == 0) {
			copy(s, s->tokens[i].end - 1, s->tokens[i].end, "");
			tell(s, "no-quote", s->tokens[i].line, s->tokens[i].line,
			     "unterminated-string", "-", 1);
			done++;
		}
}

/* --- mistakes put in: rows of planted.def, "@" before each line that may be reported --- */

static const struct row {
	char where; /* p: first in a probe, f: in a function, d: a declaration at the end */
	const char *kind, *tags, *suggestion, *text;
} rows[] = {
#define PLANT(where, kind, tags, suggestion, text) {where, kind, tags, suggestion, text},
#include "planted.def"
#undef PLANT
};

static void insert(struct script *s, const struct row *r, int at, int line)
{
	char text[1024];
	int n = 0, first = 0, last = 0;

	text[n++] = '\n';
	line++;
	for (const char *p = r->text; *p; p++) {
		if (*p == '`') { /* marks a line */
			first = first ? first : line;
			last = line;
		} else {
			text[n++] = *p;
		}
		line += *p == '\n';
	}
	text[n++] = '\n';
	text[n] = 0;
	copy(s, at, at, text);
	tell(s, r->kind, first, last, r->tags, r->suggestion, (int)strlen(r->suggestion));
}

static void insert_row(struct script *s, const struct row *r)
{
	enum region where = r->where == 'f' ? FUNCTION : PROBE;
	int found = 0;

	if (r->where == 'd') {
		int lines = 1;

		for (int i = 0; i < s->len; i++)
			lines += s->text[i] == '\n';
		insert(s, r, s->len, lines);
		return;
	}
	for (int i = 0; i < s->n; i++)
		found += body_start(s, i) && s->tokens[i].region == where;
	if (!found)
		return;
	int wanted = (int)draw(s, (unsigned)found);

	for (int i = 0; i < s->n; i++)
		if (body_start(s, i) && s->tokens[i].region == where && wanted-- == 0)
			insert(s, r, s->tokens[i].end, s->tokens[i].line);
}

static void read_script(struct script *s)
{
	FILE *f = fopen(s->path, "r");

	if (!f) {
		perror(s->path);
		exit(2);
	}
	s->text = calloc(1, 1 << 20);
	s->len = (int)fread(s->text, 1, (1 << 20) - 1, f);
	fclose(f);
	/* the end of the file is a line's end */
	if (s->len && s->text[s->len - 1] == '\n')
		s->text[--s->len] = 0;
}

int main(int argc, char **argv)
{
	if (argc != 5) {
		fputs("usage: plant SCRIPT FOLDER SEED EACH\n", stderr);
		return 2;
	}
	struct script s = {
		.path = argv[1], .folder = argv[2], .random = strtoull(argv[3], NULL, 10)};
	int each = atoi(argv[4]);

	read_script(&s);
	for (const char *p = s.path; *p; p++)
		s.random = s.random * 31 + (unsigned char)*p;
	scan(&s);
	for (size_t i = 0; i < sizeof edits / sizeof *edits; i++)
		edit_some(&s, &edits[i], each);
	edit_formats(&s, each);
	/* of those that need no place in the script, a few each time */
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (rows[i].where != 'd' || draw(&s, 8) == 0)
			insert_row(&s, &rows[i]);
	return 0;
}
