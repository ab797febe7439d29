/* What the targets over scripts share: one compilation that no input may make large. */
#ifndef TESTSUITE_FUZZ_SCRIPT_H
#define TESTSUITE_FUZZ_SCRIPT_H

#include "base/waiver.h"
#include "parser/parser.h"
#include "testsuite/fuzz/fuzz.h"

#include <setjmp.h>

enum { SCRIPT_MEMORY = 64 << 20 };

struct script {
	jmp_buf on_limit;
	struct arena *arena;
	struct parse_input in;
};

static inline const char *script_config(const void *target, const char *name)
{
	(void)target;
	return strcmp(name, "CONFIG_SMP") == 0 ? "y" : "";
}

static const struct predefined script_known = {.kernel_v = "6.1.0",
					       .kernel_vr = "6.1.0-9-amd64",
					       .systemtap_v = "5.2",
					       .arch = "x86_64",
					       .runtime = "kernel",
					       .privilege = "stapdev",
					       .guru = true,
					       .config = script_config};

/* Everything of one input lies in the arena of s. */
static inline void script_start(struct script *s)
{
	static const char *const args[] = {"1", "begin", "7"};
	struct sources *ss;
	struct map *macros;

	s->arena = arena_new(SCRIPT_MEMORY, &s->on_limit);
	ss = sources_new(s->arena);
	macros = arena_make(s->arena, struct map);
	macros->arena = s->arena;
	s->in = (struct parse_input){.arena = s->arena,
				     .names = intern_new(s->arena),
				     .sources = ss,
				     .diags = diags_new(s->arena, ss),
				     .predefined = &script_known,
				     .args = args,
				     .nargs = 3,
				     .waivers = waivers_new(s->arena),
				     .macros = macros};
}

/* The tree of a text; NULL when the sources are full. */
static inline struct ast *script_parse(struct script *s, const char *text, size_t n)
{
	const struct source *src =
		sources_add(s->in.sources, "x.stp", text, (uint32_t)n, SOURCE_SCRIPT);

	return src ? parser_parse(&s->in, src) : NULL;
}

#endif
