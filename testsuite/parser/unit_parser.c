/*
 * The parser through its door: what fixes mend, where expansions are located,
 * what a dump reads back as, and what the other rooms ask of it.
 */
#include "parser/parser.h"

#include <stdio.h>
#include <string.h>

static int checks, failed;

#define CHECK(cond, ...)                                       \
	do {                                                   \
		checks++;                                      \
		if (!(cond)) {                                 \
			failed++;                              \
			printf("%s:%d: ", __FILE__, __LINE__); \
			printf(__VA_ARGS__);                   \
			printf("\n");                          \
		}                                              \
	} while (0)

struct bench {
	struct arena *arena;
	struct parse_input in;
	const struct source *src;
	struct ast *ast;
};

static const char *config(const void *target, const char *name)
{
	(void)target;
	if (strcmp(name, "CONFIG_SMP") == 0)
		return "y";
	return strcmp(name, "CONFIG_NR_CPUS") == 0 ? "64" : "";
}

static const struct predefined known = {.kernel_v = "6.1.0",
					.kernel_vr = "6.1.0-9-amd64",
					.systemtap_v = "5.2",
					.arch = "x86_64",
					.runtime = "kernel",
					.privilege = "stapdev",
					.config = config};

static void start(struct bench *b, const struct predefined *p)
{
	*b = (struct bench){.arena = arena_new(0, NULL)};
	struct sources *ss = sources_new(b->arena);
	struct map *macros = arena_make(b->arena, struct map);

	macros->arena = b->arena;
	b->in = (struct parse_input){.arena = b->arena,
				     .names = intern_new(b->arena),
				     .sources = ss,
				     .diags = diags_new(b->arena, ss),
				     .predefined = p,
				     .macros = macros};
}

static void parse(struct bench *b, const char *text)
{
	b->src = sources_add(b->in.sources, "x.stp", text, (uint32_t)strlen(text), SOURCE_SCRIPT);
	b->ast = parser_parse(&b->in, b->src);
}

static const char *dump(struct bench *b, const struct ast *ast)
{
	struct text_out out = {.arena = b->arena};

	print_ast(&out, ast);
	vec_push(b->arena, &out.text, '\0');
	return out.text.v;
}

static const struct diag *find(const struct bench *b, enum diag_tag tag)
{
	vec_each(i, &b->in.diags->list) {
		if (b->in.diags->list.v[i]->tag == tag)
			return b->in.diags->list.v[i];
	}
	return NULL;
}

/* text with the edits of d made; they are in order of place */
static const char *mended(struct bench *b, const char *text, const struct diag *d)
{
	const char *out = "";
	uint32_t at = 0;

	vec_each(i, &d->fix->edits) {
		const struct edit *e = &d->fix->edits.v[i];
		uint32_t from = e->span.start.at - b->src->base, to = e->span.end.at - b->src->base;

		out = arena_printf(b->arena, "%s%.*s%s", out, (int)(from - at), text + at, e->text);
		at = to;
	}
	return arena_printf(b->arena, "%s%s", out, text + at);
}

/* The one mistake of text is found, and mending it gives want, which has none. */
static void check_fix(const char *text, enum diag_tag tag, const char *want)
{
	struct bench b, again;

	start(&b, &known);
	parse(&b, text);
	const struct diag *d = find(&b, tag);

	CHECK(b.in.diags->list.n == 1, "%u findings in: %s", b.in.diags->list.n, text);
	CHECK(d && d->fix, "no fix for %s in: %s", diag_word(tag), text);
	if (d && d->fix) {
		const char *got = mended(&b, text, d);

		CHECK(strcmp(got, want) == 0, "mended to: %s", got);
		start(&again, &known);
		parse(&again, got);
		CHECK(again.in.diags->list.n == 0, "still wrong: %s", got);
		/* the repaired parse is that of the mended text, but for error nodes */
		if (d->severity == SEV_ERROR && tag != DIAG_UNKNOWN_OPERATOR)
			CHECK(strcmp(dump(&b, b.ast), dump(&again, again.ast)) == 0,
			      "went on with: %s", dump(&b, b.ast));
		arena_free(again.arena);
	}
	arena_free(b.arena);
}

static void check_fixes(void)
{
	check_fix("probe k.f(\"a\")\n  k.f(\"b\") { }", DIAG_MISSING_COMMA,
		  "probe k.f(\"a\"),\n  k.f(\"b\") { }");
	check_fix("probe k.f(\"a\") k.f(\"b\") { }", DIAG_MISSING_COMMA,
		  "probe k.f(\"a\"), k.f(\"b\") { }");
	check_fix("probe k.f(\"a\") return { }", DIAG_BAD_PROBE_POINT,
		  "probe k.f(\"a\"). return { }");
	check_fix("probe b { printf(\"%d\" x) }", DIAG_MISSING_COMMA,
		  "probe b { printf(\"%d\", x) }");
	check_fix("probe b { if (a == 1 { c } }", DIAG_MISSING_PAREN,
		  "probe b { if (a == 1) { c } }");
	check_fix("probe b { a = (1 + 2; c }", DIAG_MISSING_PAREN, "probe b { a = (1 + 2); c }");
	check_fix("probe b { a = c[1; d }", DIAG_MISSING_BRACKET, "probe b { a = c[1]; d }");
	check_fix("probe b { a = f(1)); c }", DIAG_STRAY_PAREN, "probe b { a = f(1); c }");
	check_fix("probe b {\n  if (a) {\n    c\n  }\nprobe d { }", DIAG_MISSING_BRACE,
		  "probe b {\n  if (a) {\n    c\n  }\n}\nprobe d { }");
	check_fix("probe b {\n  if (a) {\n    c", DIAG_MISSING_BRACE,
		  "probe b {\n  if (a) {\n    c\n  }\n}");
	check_fix("probe b { if (a = 1) c }", DIAG_ASSIGN_IN_CONDITION,
		  "probe b { if (a == 1) c }");
	check_fix("probe b { a = @coutn(c) }", DIAG_UNKNOWN_OPERATOR, "probe b { a = @count(c) }");
	check_fix("prob b { }", DIAG_SYNTAX_ERROR, "probe b { }");
	check_fix("probe b { a = 'x' }", DIAG_BAD_CHARACTER, "probe b { a = \"x\" }");
	check_fix("probe b { if (a) c elseif (d) e }", DIAG_ELSE_IF_WORD,
		  "probe b { if (a) c else if (d) e }");
}

/* What is printed parses to what prints the same. */
static void check_round_trip(const char *text)
{
	struct bench b;

	start(&b, &known);
	parse(&b, text);
	CHECK(!b.in.diags->errors, "errors in: %s", text);
	const char *first = dump(&b, b.ast);

	parse(&b, first);
	CHECK(!b.in.diags->errors, "does not read back: %s", first);
	CHECK(strcmp(first, dump(&b, b.ast)) == 0, "differs when read back: %s", first);
	arena_free(b.arena);
}

static void check_round_trips(void)
{
	check_round_trip("probe b { if (a) return_; else c; {}; ;; try { {} } catch { x } }");
	check_round_trip("function f() { if (a) while (c) return; else return 1 }");
	check_round_trip("private function long:string (a:long) : 7 { return $x->y$ . &$z }");
	check_round_trip(
		"probe a = b.{c,d}?, e(-1) if (g) { } , { } probe h += i { } global g%[3]");
	check_round_trip("probe b { x = 9223372036854775808 - - -1 + %{ c %} . @const(\"d\") }");
	check_round_trip(
		"probe b { x = a . b . c . (d . e) printd(\"\\t\", 1, 2) y = [a, *] in c }");
}

static void check_locations(void)
{
	static const char text[] = "@define m(x) %( 1 + @x %)\nprobe b { y = @m(z[2]) }\n";
	struct bench b;
	struct loc at, origin;

	start(&b, &known);
	parse(&b, text);
	const struct expr *e = b.ast->decls.v[0]->probe.body->block.v[0]->expr->assign.rhs;
	const struct expr *z = e->binary.b;
	struct pos p = sources_pos(b.in.sources, e->span.start);

	CHECK(p.line == 1 && p.column == 17, "the sum is spelt at %u:%u", p.line, p.column);
	CHECK(sources_origin(b.in.sources, e->span.start, &origin), "the sum has no origin");
	p = sources_pos(b.in.sources, origin);
	CHECK(p.line == 2 && p.column == 15, "the sum comes from %u:%u", p.line, p.column);
	p = sources_pos(b.in.sources, z->span.start);
	CHECK(p.line == 2 && p.column == 18, "z is spelt at %u:%u", p.line, p.column);
	p = sources_pos(b.in.sources, z->span.end);
	CHECK(p.line == 2 && p.column == 22, "z[2] ends at %u:%u", p.line, p.column);
	at = b.ast->decls.v[0]->probe.body->block.v[0]->span.end;
	p = sources_pos(b.in.sources, at);
	CHECK(p.line == 2 && p.column == 17, "the statement ends at %u:%u", p.line, p.column);
	arena_free(b.arena);
}

static void check_arguments(void)
{
	static const char *const args[] = {"a + 1", "q\"\\", "unused"};
	bool used[3] = {false};
	struct bench b;

	start(&b, &known);
	b.in.args = args;
	b.in.nargs = 3;
	b.in.args_used = used;
	parse(&b, "probe b { x = $1 y = @2 z = $# }");
	CHECK(used[0] && used[1] && !used[2], "used: %d %d %d", used[0], used[1], used[2]);
	CHECK(strstr(dump(&b, b.ast), "(x) = ((a) + (1));\n(y) = (\"q\\\"\\\\\");\n(z) = (3);"),
	      "pasted as: %s", dump(&b, b.ast));
	arena_free(b.arena);
}

static void check_conditional(const char *cond, bool want)
{
	struct bench b;

	start(&b, &known);
	parse(&b, arena_printf(b.arena, "probe %%( %s %%? yes %%: no %%) { }", cond));
	CHECK(!b.in.diags->list.n, "findings for %s", cond);
	CHECK(strstr(dump(&b, b.ast), want ? "probe yes{" : "probe no{"), "%s", cond);
	arena_free(b.arena);
}

static void check_conditionals(void)
{
	check_conditional("kernel_v >= \"2.6.30\"", true);
	check_conditional("kernel_v >= \"6.10\"", false);
	check_conditional("kernel_v == \"6.*\"", true);
	check_conditional("kernel_vr == \"6.1.0-9-amd64\"", true);
	check_conditional("arch == \"x86*\" && runtime != \"bpf\"", true);
	check_conditional("arch == \"arm\" || CONFIG_SMP == \"y\"", true);
	check_conditional("CONFIG_NR_CPUS > 8", true);
	check_conditional("CONFIG_NONE == \"\"", true);
	check_conditional("CONFIG_NR_CPUS < CONFIG_SMP", true);
	check_conditional("guru_mode == 1", false);
	check_conditional("systemtap_v > \"5.10\"", false);
	check_conditional("systemtap_privilege == \"stapusr\"", false);
	check_conditional("1 == 1 || 1 == 2 && 1 == 2", true);
}

static void check_unknown_target(void)
{
	static const struct predefined nothing;
	struct bench b;

	start(&b, &nothing);
	parse(&b, "%( kernel_v < \"2.6\" %? junk %: probe a { } %)\n"
		  "%( CONFIG_X == \"y\" %? junk %: probe c { } %)");
	CHECK(find(&b, DIAG_UNKNOWN_CONDITION), "a guess was not told");
	CHECK(b.in.diags->list.n == 1, "%u findings", b.in.diags->list.n);
	CHECK(b.ast->decls.n == 2, "%u declarations", b.ast->decls.n);
	arena_free(b.arena);
}

static void check_library(void)
{
	static const char library[] =
		"/* doc */ @define choose(a, b) %( (@defined(@a) ? @a : @b) %)";
	struct bench b;

	start(&b, &known);
	parser_macros(&b.in, sources_add(b.in.sources, "m.stpm", library, (uint32_t)strlen(library),
					 SOURCE_TAPSET));
	parse(&b, "/* the first\n * probe */\nprobe b { x = @choose($y, 1) }\n\n"
		  "# far away\n\nprobe c { }");
	CHECK(!b.in.diags->list.n, "%u findings", b.in.diags->list.n);
	CHECK(strstr(dump(&b, b.ast), "(@defined($y))?($y):(1)"), "%s", dump(&b, b.ast));
	CHECK(b.ast->decls.v[0]->doc && strstr(b.ast->decls.v[0]->doc, "the first"), "no doc");
	CHECK(!b.ast->decls.v[1]->doc, "doc: %s", b.ast->decls.v[1]->doc);
	arena_free(b.arena);
}

struct names {
	struct arena *arena;
	const char *text;
};

static void collect(void *ctx, const struct defined *d)
{
	static const char kinds[] = "fagm";
	struct names *n = ctx;

	n->text = arena_printf(n->arena, "%s%c:%s ", n->text, kinds[d->kind], d->name);
}

static void check_definitions(void)
{
	static const char text[] =
		"global a, b%[3] = 1; private global c\n%( kernel_v < \"1\" %?\n"
		"probe d.e(\"x\").f = begin { g = 1 } %: function h:long (x) { return x }\n%)\n"
		"@define i(x) %( function no() { } %)\nprobe j = k = l.m, n { }\nprobe o { }\n"
		"private function p() %{ function q() %}\n%{ global r %}";
	struct bench b;

	start(&b, &known);
	struct names n = {b.arena, ""};

	outline_definitions(
		&b.in,
		sources_add(b.in.sources, "t.stp", text, (uint32_t)strlen(text), SOURCE_TAPSET),
		collect, &n);
	CHECK(strcmp(n.text, "g:a g:b g:c a:d.e.f f:h m:i a:j a:k f:p ") == 0, "%s", n.text);
	arena_free(b.arena);
}

static void check_copy(void)
{
	struct bench b;
	struct text_out one, two;

	start(&b, &known);
	one = two = (struct text_out){.arena = b.arena};
	parse(&b, "probe b { if (a[1, $x->y[2]]) foreach (v = [k, l+] in m[*, 1] limit 3) "
		  "printf(\"%d%s\", @count(n), f(1) . c . d) else try { x++ } catch (e) { } }");
	print_ast(&one, b.ast);
	b.ast->decls.v[0]->probe.body = ast_copy_stmt(b.arena, b.ast->decls.v[0]->probe.body);
	print_ast(&two, b.ast);
	CHECK(one.text.n == two.text.n && !memcmp(one.text.v, two.text.v, one.text.n),
	      "a copy prints differently");
	arena_free(b.arena);
}

static void check_format(const char *raw, const char *types)
{
	struct arena *a = arena_new(0, NULL);
	const char *why = NULL;
	size_t offset;
	const struct format *f = format_parse(a, raw, &why, &offset);

	CHECK(!types == !f, "%s: %s", raw, why ? why : "accepted");
	if (f && types) {
		CHECK(f->nargs == strlen(types), "%s takes %u", raw, f->nargs);
		for (uint32_t i = 0; i < f->nargs && types[i]; i++)
			CHECK(format_arg_type(f, i) == types[i], "%s: argument %u", raw, i);
	}
	arena_free(a);
}

static void check_formats(void)
{
	check_format("", "");
	check_format("100%%\\n", "");
	check_format("%d%s%c", "dsd");
	check_format("%-*.*s|%05.3ld", "ddsd");
	check_format("%5%", NULL);
	check_format("%", NULL);
	check_format("%-#x", NULL);
	check_format("%lld", NULL);
	check_format("%n", NULL);
}

int main(void)
{
	check_fixes();
	check_round_trips();
	check_locations();
	check_arguments();
	check_conditionals();
	check_unknown_target();
	check_library();
	check_definitions();
	check_copy();
	check_formats();
	if (!failed)
		printf("ok %d\n", checks);
	return failed != 0;
}
