/*
 * Rules about how a script reads; nothing here changes what it does.  Some ask the tree, some the
 * text, line by line.  Layout itself is the formatter's: `stapvet fmt`.
 */
#include "lint/rules.h"

#include <ctype.h>
#include <string.h>

static struct span at_text(const struct lint *l, const char *at, size_t n)
{
	const struct source *src = l->ast->source;
	uint32_t start = src->base + (uint32_t)(at - src->text);

	return (struct span){{start}, {start + (uint32_t)n}};
}

/* --- the text --- */

/* #!/usr/local/bin/stap */
void style_shebang(struct lint *l)
{
	const struct source *src = l->ast->source;
	const char *path;
	size_t n, lead;

	if (strncmp(src->text, "#!", 2) != 0)
		return;
	path = src->text + 2 + strspn(src->text + 2, " \t");
	n = strcspn(path, " \t\r\n");
	lead = strspn(path + n, " \t\r");
	bool env = n >= 4 && memcmp(path + n - 4, "/env", 4) == 0;
	bool stap = n >= 5 && memcmp(path + n - 5, "/stap", 5) == 0;
	bool usual = n == 13 && memcmp(path, "/usr/bin/stap", 13) == 0;

	if (env || usual || !stap)
		return;
	bool bare = path[n + lead] == '\n' || !path[n + lead];
	struct diag *d =
		rule_report(l, at_text(l, path, n), "most machines have stap elsewhere: write %s",
			    bare ? "/usr/bin/env stap" : "/usr/bin/stap");

	diag_fix(l->in->diags, d, at_text(l, path, n), bare ? "/usr/bin/env stap" : "/usr/bin/stap",
		 "write the usual path");
}

/* Calls f for each line until it says true. */
static void each_line(struct lint *l, bool (*f)(struct lint *l, const char *line, size_t n))
{
	const struct source *src = l->ast->source;
	const char *end = src->text + src->len, *stop;

	for (const char *s = src->text; s < end; s = stop + 1) {
		stop = memchr(s, '\n', (size_t)(end - s));
		if (!stop)
			stop = end;
		if (f(l, s, (size_t)(stop - s)))
			return;
	}
}

static bool ask_long(struct lint *l, const char *line, size_t n)
{
	enum { TAB = 8 };
	size_t width = 0;

	for (size_t i = 0; i < n; i++)
		if (line[i] == '\t')
			width += TAB - width % TAB;
		else
			width += ((unsigned char)line[i] & 0xc0) != 0x80;
	if (width > (size_t)rule_option(l, LINT_OPTION_LINE_COLUMNS))
		rule_report(l, at_text(l, line + n - 1, 1), "the line has %zu columns", width);
	return false;
}

void style_long_line(struct lint *l)
{
	each_line(l, ask_long);
}

/* A script that begins without a word on what it is for. */
void style_header(struct lint *l)
{
	const struct source *src = l->ast->source;
	const char *s = src->text;

	if (strncmp(s, "#!", 2) == 0)
		s += strcspn(s, "\n");
	s += strspn(s, " \t\r\n");
	if (l->ast->decls.n && *s != '#' && strncmp(s, "//", 2) != 0 && strncmp(s, "/*", 2) != 0)
		rule_report(
			l, at_text(l, s, strcspn(s, "\n")),
			"the script begins without a comment on what it shows and how it is run");
}

/* begin after the events it prepares, end before them */
void style_order(struct lint *l)
{
	const struct decl *event = NULL, *end = NULL;

	for (uint32_t i = 0; i < l->ast->decls.n; i++) {
		const struct decl *d = l->ast->decls.v[i];

		if (d->kind != DECL_PROBE)
			continue;
		if (rule_point(d, "begin", NULL)) {
			if (event)
				rule_report(l, d->name_span,
					    "begin comes first when the script runs: let it stand "
					    "first");
		} else if (rule_point(d, "end", NULL) || rule_point(d, "error", NULL)) {
			end = d;
		} else {
			if (end)
				rule_report(l, end->name_span,
					    "end comes last when the script runs: let it stand "
					    "last");
			event = d;
			end = NULL;
		}
	}
}

/* --- names --- */

static bool is_mixed(const char *name)
{
	bool lower = false, upper = false;

	for (; *name; name++) {
		lower |= islower((unsigned char)*name) != 0;
		upper |= isupper((unsigned char)*name) != 0;
	}
	return lower && upper;
}

void style_name(struct lint *l)
{
	const struct decl *d = l->decl;

	if ((d->kind == DECL_GLOBAL || d->kind == DECL_FUNCTION) && is_mixed(d->name) &&
	    rule_typed(l, d->name_span))
		rule_report(l, d->name_span,
			    "names are written in small letters, words apart with _");
}

static bool is_array(const struct usage *u)
{
	for (uint32_t i = 0; i < u->uses.n; i++)
		if (u->uses.v[i].keys || u->uses.v[i].kind == USE_WALK)
			return true;
	return false;
}

void style_unsized(struct lint *l)
{
	const struct decl *d = l->decl;
	const struct usage *u = d->kind == DECL_GLOBAL ? rule_usage(l, d->name) : NULL;

	if (u && !d->global.size && !d->global.wrap && is_array(u))
		rule_report(l, d->name_span,
			    "how many elements '%s' may have is left to MAXMAPENTRIES", d->name);
}

static bool is_name(const struct expr *e, void *ctx)
{
	return rule_base(e) && strcmp(rule_base(e), ctx) == 0;
}

static bool is_text_of(const struct expr *e, void *ctx)
{
	(void)ctx;
	return e->kind == EXPR_EMBEDDED || e->kind == EXPR_DEFINED || e->kind == EXPR_ENTRY;
}

void style_parameter(struct lint *l)
{
	const struct decl *d = l->decl;

	if (d->kind != DECL_FUNCTION || !d->function.body ||
	    rule_find_in(d->function.body, is_text_of, NULL))
		return;
	for (uint32_t i = 0; i < d->function.nparams; i++)
		if (!rule_find_in(d->function.body, is_name, (void *)d->function.params[i].name))
			rule_report(l, d->function.params[i].span, "'%s' is never used",
				    d->function.params[i].name);
}

/* --- expressions and statements --- */

/* $return == -2 */
void style_errno(struct lint *l)
{
	enum { LARGEST = 133 };
	const struct expr *e = l->expr, *a;
	int64_t n;

	if (!rule_compares(e) || (e->binary.op != BINARY_EQ && e->binary.op != BINARY_NE) ||
	    !rule_number(e->binary.b, &n) || n > -2 || n < -LARGEST)
		return;
	a = e->binary.a;
	if ((a->kind == EXPR_TARGET && a->target.base == TARGET_VAR &&
	     strcmp(a->target.name, "$return") == 0) ||
	    rule_is_call(a, "returnval", 0) ||
	    (a->kind == EXPR_NAME && strcmp(a->name.name, "retval") == 0))
		rule_report(
			l, e->binary.b->span,
			"which error is %lld? compare errno_str(...) with its name, or say it in "
			"a comment",
			(long long)n);
}

static bool is_print(const struct expr *e, const char *word)
{
	return e->kind == EXPR_PRINT && strcmp(e->print.word, word) == 0;
}

/* print(sprintf(...)) */
void style_print(struct lint *l)
{
	const struct expr *e = l->expr, *a;

	if ((!is_print(e, "print") && !is_print(e, "println")) || e->print.args.n != 1)
		return;
	a = e->print.args.v[0];
	if (!is_print(a, "sprintf") || !rule_typed(l, e->span) || !rule_typed(l, a->span))
		return;
	bool line = is_print(e, "println");
	struct diag *d =
		rule_report(l, e->span, "printf(...) does the same without a string between");

	if (line)
		return;
	diag_fix(l->in->diags, d, (struct span){e->span.start, a->span.start}, "", "write printf");
	diag_fix(l->in->diags, d, (struct span){a->span.start, {a->span.start.at + 1}}, "", "");
	diag_fix(l->in->diags, d, (struct span){a->span.end, e->span.end}, "", "");
}

/* printf("%s\n", x) */
void style_println(struct lint *l)
{
	const struct expr *e = l->expr;

	if (!is_print(e, "printf") || e->print.args.n != 1 || !e->print.format_text ||
	    (strcmp(e->print.format_text, "%s\\n") != 0 &&
	     strcmp(e->print.format_text, "%d\\n") != 0) ||
	    !rule_typed(l, e->span) || !rule_typed(l, e->print.args.v[0]->span))
		return;
	struct diag *d = rule_report(l, e->span, "println(...) does the same");

	diag_fix(l->in->diags, d, (struct span){e->span.start, e->print.args.v[0]->span.start},
		 e->print.args.v[0]->paren ? "println((" : "println(", "write println");
}

/* a = 1;; */
void style_empty(struct lint *l)
{
	const struct stmt *s = l->stmt;

	if (s->kind != STMT_BLOCK)
		return;
	for (uint32_t i = 0; i < s->block.n; i++) {
		const struct stmt *one = s->block.v[i];

		if (one->kind != STMT_EMPTY || !rule_typed(l, one->span))
			continue;
		struct diag *d =
			rule_report(l, one->span, "this ';' is a statement that does nothing");

		if (s->block.n > 1)
			diag_fix(l->in->diags, d, one->span, "", "delete it");
	}
}

/* if ((x)), return (x) */
void style_parentheses(struct lint *l)
{
	const struct stmt *s = l->stmt;
	const struct expr *e = s->kind == STMT_IF                         ? s->branch.cond
			       : s->kind == STMT_LOOP && s->loop.is_while ? s->loop.cond
			       : s->kind == STMT_RETURN                   ? s->expr
									  : NULL;

	if (!e || !e->paren || e->kind == EXPR_ASSIGN || !rule_typed(l, e->span))
		return;
	const char *text = rule_text(l, e->span);

	/* the span may be that of what is inside */
	rule_report(l, e->span,
		    *text == '(' ? "the outer parentheses say nothing"
				 : "the parentheses around this say nothing");
}
