/* The formatter: only white space changes; of a sound script the result is laid out the same again. */
#include "parser/layout.h"
#include "testsuite/fuzz/script.h"

static bool lay(struct script *s, const char *text, size_t size, struct layout *out)
{
	const struct source *src =
		sources_add(s->in.sources, "x", text, (uint32_t)size, SOURCE_SCRIPT);
	enum layout_status status = src ? layout_text(&s->in, src, out) : LAYOUT_BROKEN;

	if (status == LAYOUT_UNSAFE)
		fuzz_finding("more than white space would change");
	return status == LAYOUT_OK;
}

static void look(struct script *s, const uint8_t *data, size_t size)
{
	char *text = arena_strndup(s->arena, (const char *)data, size);
	struct layout once = {0}, twice = {0};

	memcpy(text, data, size); /* NUL bytes as well */
	script_parse(s, text, size);
	if (!lay(s, text, size, &once) || s->in.diags->errors)
		return;
	if (!lay(s, once.text, once.len, &twice))
		fuzz_finding("what was laid out can't be laid out");
	if (once.len != twice.len || memcmp(once.text, twice.text, once.len) != 0)
		fuzz_finding("laid out twice it differs");
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
