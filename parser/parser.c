/*
 * The door to the parser: opens the chain of stages over one file and runs the
 * grammar.  Also reads macro libraries (.stpm), which hold nothing but
 * definitions, and lists what a library file defines without parsing it.
 */
#include "parser/stages.h"
#include "parser/grammar.h"

#include <string.h>

static bool is_blank(const struct source *src)
{
	return strspn(src->text, " \t\r\n\v\f") == src->len;
}

bool parser_older(const struct parse_input *in, const struct source *src, const char *version)
{
	const char *asked = in->predefined ? in->predefined->systemtap_v : NULL;

	return src->kind == SOURCE_SCRIPT && asked && strverscmp(asked, version) < 0;
}

struct ast *parser_parse(const struct parse_input *in, const struct source *src)
{
	struct feed *f = arena_make(in->arena, struct feed);
	uint32_t errors = in->diags->errors;
	struct span start = {{src->base}, {src->base}};

	feed_open(f, in, src);
	if (grammar_parse(f) == 2 && !f->deep)
		syntax_too_deep(f, f->current.span);
	if (!f->ast->decls.n && in->diags->errors == errors && src->kind == SOURCE_SCRIPT)
		diag_report_as(in->diags, DIAG_EMPTY_SCRIPT,
			       is_blank(src) ? SEV_ERROR : SEV_WARNING, start, "%s",
			       is_blank(src) ? "the script is empty"
					     : "nothing is left after preprocessing");
	return f->ast;
}

void parser_macros(const struct parse_input *in, const struct source *src)
{
	struct macros *m = macro_open(in, src, lexer_open(in, src, false), true);
	struct conditional *c = conditional_open(in, src, m);
	struct token t;

	conditional_next(c, &t);
	if (t.kind)
		diag_report(in->diags, DIAG_BAD_MACRO, t.span,
			    "a macro library may hold only '@define's");
}

/* --- what a library file defines --- */

struct scan {
	struct lexer *lexer;
	const struct parse_input *in;
	void (*found)(void *ctx, const struct defined *d);
	void *ctx;
	struct token t;
	int before;     /* the kind of the token before t */
	unsigned depth; /* of braces */
};

static void step(struct scan *s)
{
	s->before = s->t.kind;
	lexer_next(s->lexer, &s->t);
	s->depth += s->t.kind == '{';
	s->depth -= s->t.kind == '}' && s->depth;
}

static void tell(struct scan *s, enum defined_kind kind, const char *name)
{
	struct defined d = {kind, name};

	s->found(s->ctx, &d);
}

static bool is_name(const struct token *t)
{
	return t->kind == T_IDENT || t->kind == T_TARGET || t->kind == T_PRINT ||
	       lexer_is_keyword(t->kind) || t->kind == '*';
}

/* probe a.b("x").c = ... : the dotted head, without arguments. */
static void scan_alias(struct scan *s)
{
	const char *head = "";

	step(s);
	for (;;) {
		while (is_name(&s->t)) {
			head = arena_printf(s->in->arena, "%s%s", head,
					    s->t.text ? s->t.text : "*");
			step(s);
		}
		if (s->t.kind == '(') {
			while (s->t.kind && s->t.kind != ')')
				step(s);
			step(s);
		}
		if ((s->t.kind == '=' || s->t.kind == T_ADD_ASSIGN) && *head) {
			tell(s, DEFINED_ALIAS, intern(s->in->names, head));
			head = "";
		} else if (s->t.kind == '.') {
			head = arena_printf(s->in->arena, "%s.", head);
		} else {
			return;
		}
		step(s);
	}
}

static void scan_globals(struct scan *s)
{
	do {
		step(s);
		if (s->t.kind != T_IDENT)
			return;
		tell(s, DEFINED_GLOBAL, s->t.text);
		do
			step(s);
		while (s->t.kind && s->t.kind != ',' && s->t.kind != ';' && s->depth == 0 &&
		       !feed_starts_declaration(s->t.kind));
	} while (s->t.kind == ',');
}

static void scan_function(struct scan *s)
{
	step(s);
	if (is_name(&s->t))
		tell(s, DEFINED_FUNCTION, s->t.text);
}

static void scan_macro(struct scan *s)
{
	unsigned depth = 0;

	step(s);
	if (!s->t.text)
		return;
	tell(s, DEFINED_MACRO, s->t.text);
	while (s->t.kind && s->t.kind != T_PP_OPEN)
		step(s);
	do {
		depth += s->t.kind == T_PP_OPEN;
		depth -= s->t.kind == T_PP_CLOSE;
		step(s);
	} while (s->t.kind && depth);
	s->depth = 0;
}

/*
 * A keyword starts a declaration wherever it stands: braces tell nothing, since both branches of
 * a condition may open the same block.  After a dot it is part of a probe point.
 */
static bool scan_declaration(struct scan *s)
{
	if (s->before == '.' || s->before == T_ARROW)
		return false;
	switch (s->t.kind) {
	case T_PROBE: scan_alias(s); return true;
	case T_GLOBAL: scan_globals(s); return true;
	case T_FUNCTION: scan_function(s); return true;
	case T_AT:
		if (strcmp(s->t.text, "define") != 0)
			return false;
		scan_macro(s);
		return true;
	}
	return false;
}

void parser_definitions(const struct parse_input *in, const struct source *src,
			void (*found)(void *ctx, const struct defined *d), void *ctx)
{
	struct scan s = {lexer_open(in, src, true), in, found, ctx, {0}, 0, 0};

	step(&s);
	while (s.t.kind) {
		if (!scan_declaration(&s))
			step(&s);
	}
}
