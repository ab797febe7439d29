/* Lexer, preprocessor and parser: what parses is printed, parses again, and prints the same. */
#include "testsuite/fuzz/script.h"

static const char *printed(struct script *s, const struct ast *ast)
{
	struct text_out out = {.arena = s->arena};

	print_ast(&out, ast);
	vec_push(s->arena, &out.text, '\0');
	return out.text.v;
}

static void look(struct script *s, const uint8_t *data, size_t size)
{
	char *text = arena_strndup(s->arena, (const char *)data, size);
	struct ast *ast;
	const char *first;

	memcpy(text, data, size); /* NUL bytes as well */
	ast = script_parse(s, text, size);
	diags_sort(s->in.diags);
	if (!ast || s->in.diags->errors)
		return;
	first = printed(s, ast);
	ast = script_parse(s, first, strlen(first));
	if (!ast || s->in.diags->errors)
		fuzz_finding("what was printed does not parse");
	if (strcmp(first, printed(s, ast)) != 0)
		fuzz_finding("what was printed prints differently");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct script s;

	if (setjmp(s.on_limit) == 0) {
		script_start(&s);
		look(&s, data, size);
	}
	arena_free(s.arena);
	return 0;
}
