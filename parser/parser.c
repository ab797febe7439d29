/*
 * The door to the parser: opens the chain of stages over one file and runs the
 * grammar.  Also reads macro libraries (.stpm), which hold nothing but
 * definitions.
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
