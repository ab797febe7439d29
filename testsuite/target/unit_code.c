/*
 * Places in machine code: programs compiled here, with and without optimisation, in two versions of
 * DWARF, stripped, with separate debug files, and damaged in many ways.
 */
#include "fixture.h"
#include "base/cache.h"
#include "target/code.h"
#include "target/code_index.h"
#include "target/code_search.h"
#include "target/dwfiles.h"
#include "target/dwnames.h"
#include "target/symmap.h"

#include <spawn.h>
#include <sys/wait.h>

extern char **environ;

static const char SOURCE[] = "int volatile sink;\n"
			     "static inline __attribute__((always_inline)) int sq(int x)\n"
			     "{\n"
			     "	sink = x;\n"
			     "	return x * x + 1;\n"
			     "}\n"
			     "__attribute__((noinline)) int helper(int a, int b)\n"
			     "{\n"
			     "	int r = sq(a);\n"
			     "	if (r > b)\n"
			     "		goto out;\n"
			     "	r += b;\n"
			     "	sink = b;\n"
			     "out:\n"
			     "	sink = r;\n"
			     "	return r;\n"
			     "}\n"
			     "static __attribute__((noinline)) int twice(int a)\n"
			     "{\n"
			     "	return helper(a, 1) + helper(a, 2);\n"
			     "}\n"
			     "int main(int argc, char **argv)\n"
			     "{\n"
			     "	int n = twice(argc);\n"
			     "	return n + sq(argc) + (argv == 0);\n"
			     "}\n";

static void run(struct fixture *f, const char *const *argv)
{
	pid_t pid;
	int status = -1;

	if (posix_spawnp(&pid, argv[0], NULL, NULL, (char **)(uintptr_t)argv, environ) == 0)
		waitpid(pid, &status, 0);
	CHECK(f, status == 0);
}

static const char *in(struct fixture *f, const char *name)
{
	return arena_printf(f->a, "%s/%s", f->dir, name);
}

static void compile(struct fixture *f, const char *o, const char *dwarf, const char *out)
{
	const char *argv[] = {"gcc", "-g", o, dwarf, "-o", in(f, out), in(f, "p.c"), NULL};

	run(f, argv);
}

static struct target *bare_target(struct fixture *f)
{
	struct target *t = arena_make(f->a, struct target);

	t->st.arena = f->a;
	t->ds = f->ds;
	t->description = "none";
	return t;
}

struct asked {
	enum answer answer;
	const char *why;
	struct code_places found;
};

static struct asked ask(struct fixture *f, const struct code *c, struct code_query q)
{
	struct asked a = {0};

	q.depth = q.depth ? q.depth : 1;
	a.answer = code_find(c, &q, f->a, &a.found, &a.why);
	return a;
}

/* The i-th place of that function; NULL: there are not so many. */
static const struct code_place *nth(const struct asked *a, const char *function, unsigned i)
{
	for (uint32_t k = 0; k < a->found.n; k++)
		if (!strcmp(a->found.v[k].function, function) && i-- == 0)
			return &a->found.v[k];
	return NULL;
}

static struct code_query lines(const char *function, enum code_lines how, struct code_range *r)
{
	return (struct code_query){.what = CODE_STATEMENTS,
				   .function = function,
				   .file = "p.c",
				   .lines = how,
				   .ranges = r,
				   .nranges = r != NULL};
}

static void check_functions(struct fixture *f, const struct code *c, bool optimised)
{
	struct asked all = ask(f, c, (struct code_query){.function = "*"});
	struct asked one = ask(f, c, (struct code_query){.function = "helper"});
	struct asked none = ask(f, c, (struct code_query){.function = "helpr"});
	struct asked exported =
		ask(f, c, (struct code_query){.function = "t*", .exported_only = true});
	struct asked copies =
		ask(f, c, (struct code_query){.function = "sq", .inlines = CODE_INLINES_ONLY});
	struct asked calls =
		ask(f, c, (struct code_query){.function = "sq", .inlines = CODE_CALLS_ONLY});
	const struct code_place *p = nth(&one, "helper", 0);

	CHECK(f, all.answer == ANSWER_YES && nth(&all, "main", 0) && nth(&all, "twice", 0));
	CHECK(f, nth(&all, "_start", 0)); /* from the symbol table */
	CHECK(f, one.answer == ANSWER_YES && one.found.n == 1 && p && p->line == 7);
	CHECK(f, p && p->file && strstr(p->file, "/p.c") && p->exported && !p->inlined && p->scope);
	CHECK(f, p && p->after_prologue == !optimised && (p->address > p->entry) == !optimised);
	CHECK(f, none.answer == ANSWER_NO && none.found.n == 0);
	CHECK(f, !strcmp(code_near_function(c, "helpr"), "helper"));
	CHECK(f, exported.answer == ANSWER_NO || !nth(&exported, "twice", 0));
	CHECK(f, copies.found.n == 2 && copies.found.v[0].inlined && copies.found.v[0].line == 2);
	CHECK(f, calls.answer == ANSWER_NO);
	one = ask(f, c, (struct code_query){.by_address = true, .address = p ? p->entry + 3 : 0});
	CHECK(f, one.answer == ANSWER_YES && nth(&one, "helper", 0));
	one = ask(f, c, (struct code_query){.by_address = true, .address = 1});
	CHECK(f, one.answer == ANSWER_NO && one.why);
	one = ask(f, c, (struct code_query){.function = "helper", .file = "q.c"});
	CHECK(f, one.answer == ANSWER_NO && !strcmp(code_near_file(c, "q.c"), "p.c"));
	one = ask(f, c, (struct code_query){.function = "helper", .file = "p.?"});
	CHECK(f, one.answer == ANSWER_YES);
}

static void check_lines(struct fixture *f, const struct code *c)
{
	struct code_range at = {13, 13}, rel = {6, 6}, span = {9, 16}, off = {999, 999};
	struct asked a = ask(f, c, lines("helper", CODE_ABSOLUTE, &at));
	struct asked b = ask(f, c, lines("helper", CODE_RELATIVE, &rel));
	struct asked s = ask(f, c, lines("helper", CODE_ABSOLUTE, &span));
	struct asked all = ask(f, c, lines("helper", CODE_ALL_LINES, NULL));
	struct asked no = ask(f, c, lines("helper", CODE_ABSOLUTE, &off));
	struct code_query q = lines("helper", CODE_ABSOLUTE, &off);
	struct asked by;

	CHECK(f, a.answer == ANSWER_YES && a.found.n == 1 && a.found.v[0].line == 13);
	CHECK(f, b.found.n == 1 && b.found.v[0].address == a.found.v[0].address);
	CHECK(f, s.found.n > 2 && all.found.n >= s.found.n);
	CHECK(f, no.answer == ANSWER_NO);
	q.nearest = true;
	no = ask(f, c, q);
	CHECK(f, no.answer == ANSWER_YES && no.found.v[0].line <= 17);
	q = lines("*", CODE_ABSOLUTE, &at);
	q.what = CODE_FUNCTIONS;
	by = ask(f, c, q);
	CHECK(f, by.found.n == 1 && nth(&by, "helper", 0) && by.found.v[0].line == 7);
	CHECK(f, code_near_lines(c, &a.found.v[0], 14, f->a) &&
			 strstr(code_near_lines(c, &a.found.v[0], 14, f->a), "13"));
	by = ask(f, c,
		 (struct code_query){.what = CODE_STATEMENTS,
				     .by_address = true,
				     .address = a.found.v[0].address});
	CHECK(f, by.answer == ANSWER_YES && by.found.v[0].line == 13);
	by = ask(f, c,
		 (struct code_query){.what = CODE_STATEMENTS,
				     .by_address = true,
				     .address = a.found.v[0].address + 1});
	CHECK(f, by.answer == ANSWER_NO && by.why);
}

static void check_inside(struct fixture *f, const struct code *c, bool optimised)
{
	struct asked l = ask(f, c, (struct code_query){.what = CODE_LABELS, .function = "*"});
	struct asked m = ask(
		f, c, (struct code_query){.what = CODE_LABELS, .function = "*", .label = "in*"});
	struct asked e = ask(f, c, (struct code_query){.what = CODE_CALLEES, .function = "main"});
	struct asked d = ask(
		f, c, (struct code_query){.what = CODE_CALLEES, .function = "main", .depth = 3});

	CHECK(f, l.found.n == 1 && !strcmp(l.found.v[0].label, "out") && l.found.v[0].line == 14);
	CHECK(f, m.answer == ANSWER_NO);
	CHECK(f, nth(&e, "sq", 0) && nth(&e, "sq", 0)->inlined);
	if (!optimised)
		return;
	CHECK(f, nth(&e, "twice", 0) && !strcmp(nth(&e, "twice", 0)->caller, "main"));
	CHECK(f, !nth(&e, "helper", 0) && nth(&d, "helper", 0));
}

static void test_programs(struct fixture *f)
{
	static const char *const versions[] = {"-gdwarf-3", "-gdwarf-4", "-gdwarf-5"};
	FILE *source = fopen(in(f, "p.c"), "w");

	fputs(SOURCE, source);
	fclose(source);
	for (size_t i = 0; i < sizeof versions / sizeof *versions; i++) {
		struct target *t = bare_target(f);
		const struct code *plain, *fast;

		compile(f, "-O0", versions[i], "p0");
		compile(f, "-O2", versions[i], "p2");
		plain = code_of_program(t, in(f, "p0"));
		fast = code_of_program(t, in(f, "p2"));
		CHECK(f, code_source(plain) == CODE_DWARF && !code_remedy(plain));
		CHECK(f, plain == code_of_program(t, in(f, "p0")));
		check_functions(f, plain, false);
		check_functions(f, fast, true);
		check_lines(f, plain);
		check_lines(f, fast);
		check_inside(f, plain, false);
		check_inside(f, fast, true);
		target_close(t);
	}
}

/* Without DWARF: symbols, and what would help. */
static void test_stripped(struct fixture *f)
{
	const char *strip[] = {"strip", "-g", "-o", in(f, "ps"), in(f, "p2"), NULL};
	struct target *t = bare_target(f);
	const struct code *c;
	struct asked a;

	run(f, strip);
	c = code_of_program(t, in(f, "ps"));
	CHECK(f, code_source(c) == CODE_SYMBOLS && strstr(code_remedy(c), "-g"));
	a = ask(f, c, (struct code_query){.function = "helper"});
	CHECK(f, a.answer == ANSWER_YES && !a.found.v[0].file && !a.found.v[0].scope);
	a = ask(f, c, (struct code_query){.function = "nothing"});
	CHECK(f, a.answer == ANSWER_UNKNOWN && a.why);
	a = ask(f, c, (struct code_query){.function = "helper", .file = "p.c"});
	CHECK(f, a.answer == ANSWER_UNKNOWN && a.why);
	c = code_of_program(t, in(f, "p.c"));
	CHECK(f, code_source(c) == CODE_MISSING && strstr(code_remedy(c), "not ELF"));
	c = code_of_program(t, in(f, "nowhere"));
	CHECK(f, code_source(c) == CODE_MISSING && strstr(code_remedy(c), "no file"));
	target_close(t);
}

/* Separate debug files: by debug link, and one of another build, which must not be used. */
static void test_separate(struct fixture *f)
{
	const char *keep[] = {"objcopy", "--only-keep-debug", in(f, "p2"), in(f, "pl.debug"), NULL};
	const char *other[] = {"objcopy", "--only-keep-debug", in(f, "p0"), in(f, "pl.debug"),
			       NULL};
	const char *link[] = {"objcopy",
			      "-g",
			      arena_printf(f->a, "--add-gnu-debuglink=%s", in(f, "pl.debug")),
			      in(f, "p2"),
			      in(f, "pl"),
			      NULL};
	struct target *t = bare_target(f);
	const struct code *c;

	run(f, keep);
	run(f, link);
	c = code_of_program(t, in(f, "pl"));
	CHECK(f, code_source(c) == CODE_DWARF && strstr(code_describe(c), "pl.debug"));
	check_functions(f, c, true);
	check_lines(f, c);
	target_close(t);
	/* where the user says */
	const char *folder = in(f, arena_printf(f->a, "else%s", f->dir));
	const char *mkdir_p[] = {"mkdir", "-p", folder, NULL};
	const char *mv[] = {"mv", in(f, "pl.debug"), folder, NULL};

	run(f, mkdir_p);
	run(f, mv);
	t = bare_target(f);
	CHECK(f, code_source(code_of_program(t, in(f, "pl"))) == CODE_SYMBOLS);
	target_close(t);
	setenv("SYSTEMTAP_DEBUGINFO_PATH", arena_printf(f->a, "+:-.debug:%s", in(f, "else")), 1);
	t = bare_target(f);
	c = code_of_program(t, in(f, "pl"));
	CHECK(f, code_source(c) == CODE_DWARF && strstr(code_describe(c), "/else/"));
	target_close(t);
	unsetenv("SYSTEMTAP_DEBUGINFO_PATH");
	run(f, other);
	t = bare_target(f);
	c = code_of_program(t, in(f, "pl"));
	CHECK(f, code_source(c) == CODE_SYMBOLS && strstr(code_remedy(c), "another build"));
	target_close(t);
}

/* Debug sections that are packed, and some that claim to unpack to more than there is memory. */
static void test_packed(struct fixture *f)
{
	const char *pack[] = {"objcopy", "--compress-debug-sections", in(f, "p2"), in(f, "pz"),
			      NULL};
	struct target *t = bare_target(f);
	const struct code *c;
	struct blob b;
	Elf64_Ehdr eh;

	run(f, pack);
	c = code_of_program(t, in(f, "pz"));
	CHECK(f, code_source(c) == CODE_DWARF);
	check_functions(f, c, true);
	check_lines(f, c);
	target_close(t);
	b = get_file(f, in(f, "pz"));
	memcpy(&eh, b.p, sizeof eh);
	for (unsigned i = 0; i < eh.e_shnum; i++) {
		Elf64_Shdr sh;
		uint64_t huge = 1ull << 40;

		memcpy(&sh, b.p + eh.e_shoff + i * sizeof sh, sizeof sh);
		if (sh.sh_flags & SHF_COMPRESSED)
			memcpy(b.p + sh.sh_offset + offsetof(Elf64_Chdr, ch_size), &huge,
			       sizeof huge);
	}
	put_file(f, "pz", b);
	t = bare_target(f);
	CHECK(f, code_source(code_of_program(t, in(f, "pz"))) == CODE_SYMBOLS);
	target_close(t);
}

/* A kernel's image in another root, and programs there behind links. */
static void test_root(struct fixture *f)
{
	const char *release = "6.1.0-test";
	const char *cp[] = {"cp", in(f, "p2"), in(f, "usr/lib/debug/boot/vmlinux-6.1.0-test"),
			    NULL};
	const char *mkdir_p[] = {"mkdir",          "-p", in(f, "usr/lib/debug/boot"), in(f, "boot"),
				 in(f, "usr/bin"), NULL};
	const char *mv[] = {"cp", in(f, "p2"), in(f, "usr/bin/tool"), NULL};
	const char *ln[] = {"ln", "-sfn", "/usr/bin", in(f, "bin"), NULL};
	struct target *t = bare_target(f);
	const struct code *c;

	run(f, mkdir_p);
	run(f, cp);
	run(f, mv);
	run(f, ln);
	t->root = f->dir;
	t->release = release;
	t->kernel.form = ORIGIN_RAW;
	t->kernel.path = in(f, "boot/none");
	c = code_of_kernel(t, NULL);
	CHECK(f, code_source(c) == CODE_DWARF &&
			 ask(f, c, (struct code_query){.function = "twice"}).answer == ANSWER_YES);
	c = code_of_kernel(t, "nosuch");
	CHECK(f, code_source(c) == CODE_MISSING && strstr(code_remedy(c), "6.1.0-test"));
	c = code_of_program(t, "/bin/tool");
	CHECK(f, code_source(c) == CODE_DWARF);
	c = code_of_program(t, "/bin/../../../bin/tool");
	CHECK(f, code_source(c) == CODE_DWARF);
	setenv("PATH", arena_printf(f->a, "/bin:%s", getenv("PATH")), 1);
	c = code_of_program(t, "tool");
	CHECK(f, code_source(c) == CODE_DWARF);
	target_close(t);
}

/* --- symbols of the kernel --- */

static void write_text(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	fputs(text, file);
	fclose(file);
}

static const char *many_symbols(struct fixture *f)
{
	const char *s = "ffffffff81000000 T _stext\n"
			"ffffffff81000010 T plain\n"
			"ffffffff81000100 T __noinstr_text_start\n"
			"ffffffff81000110 t quiet\n"
			"ffffffff81000110 t twin\n"
			"ffffffff81000200 T __noinstr_text_end\n"
			"ffffffff81000300 T __entry_text_start\n"
			"ffffffff81000310 T entry\n"
			"ffffffff81000400 T __entry_text_end\n"
			"ffffffff81000500 T twin\n"
			"ffffffff82000000 T _sinittext\n"
			"ffffffff82000010 T starter\n"
			"ffffffff82000100 T _einittext\n"
			"ffffffff81000600 T listed\n"
			"ffffffff83000000 d _kbl_addr_listed\n"
			"nonsense\n\n \n123\nffffffffffffffffffffffff T x\n"
			"ffffffff81000700 t in_module\t[some]\n";

	for (int i = 0; i < 120; i++)
		s = arena_printf(f->a, "%sffffffff84000%03x D filler_%d\n", s, i, i);
	return s;
}

static void test_symbols(struct fixture *f)
{
	struct target *t = bare_target(f);
	const char *map = in(f, "boot/System.map-6.1.0-test"), *why;
	uint64_t address = 0;

	write_text(map, "ffffffffffffffff B The real System.map is in the linux-image-x-dbg\n");
	t->root = f->dir;
	t->release = "6.1.0-none";
	CHECK(f, target_probeable(t, NULL, "plain", &why) == ANSWER_UNKNOWN);
	CHECK(f, target_symbol(t, "plain", &address) == ANSWER_UNKNOWN);
	rename(map, in(f, "boot/System.map-6.1.0-none"));
	t = bare_target(f);
	t->root = f->dir;
	t->release = "6.1.0-none";
	CHECK(f, strstr(target_symbol_source(t), "holds no symbols"));
	write_text(in(f, "boot/System.map-6.1.0-none"), many_symbols(f));
	t = bare_target(f);
	t->root = f->dir;
	t->release = "6.1.0-none";
	CHECK(f,
	      target_symbol(t, "plain", &address) == ANSWER_YES && address == 0xffffffff81000010);
	CHECK(f, target_symbol(t, "absent", &address) == ANSWER_NO);
	CHECK(f, target_symbol(t, "in_module", &address) == ANSWER_NO);
	CHECK(f, target_probeable(t, NULL, "plain", &why) == ANSWER_YES && !why);
	CHECK(f, target_probeable(t, NULL, "twin", &why) == ANSWER_YES);
	CHECK(f, target_probeable(t, NULL, "quiet", &why) == ANSWER_NO && strstr(why, "noinstr"));
	CHECK(f, target_probeable(t, NULL, "entry", &why) == ANSWER_NO && strstr(why, "entry"));
	CHECK(f, target_probeable(t, NULL, "starter", &why) == ANSWER_NO && strstr(why, "init"));
	CHECK(f, target_probeable(t, NULL, "listed", &why) == ANSWER_NO && strstr(why, "NOKPROBE"));
	CHECK(f, target_probeable(t, NULL, "absent", &why) == ANSWER_UNKNOWN);
	target_close(t);
	/* with all that is excluded by name at hand, the rest is certain */
	write_text(
		in(f, "boot/System.map-6.1.0-all"),
		arena_printf(f->a, "%sffffffff83000010 d _kbl_addr_get_kprobe\n", many_symbols(f)));
	t = bare_target(f);
	t->root = f->dir;
	t->release = "6.1.0-all";
	CHECK(f, target_probeable(t, NULL, "plain", &why) == ANSWER_YES && why &&
			 strstr(why, "NOKPROBE_SYMBOL") && strstr(why, "System.map-6.1.0-all"));
	CHECK(f, target_probeable(t, NULL, "twin", &why) == ANSWER_YES && !why);
	CHECK(f, target_probeable(t, NULL, "listed", &why) == ANSWER_NO);
	CHECK(f, target_probeable(t, NULL, "quiet", &why) == ANSWER_NO);
	target_close(t);
}

/* --- the index between runs --- */

static void test_kept(struct fixture *f)
{
	struct target *t = bare_target(f);
	const struct code *c;

	setenv("XDG_CACHE_HOME", in(f, "cache"), 1);
	t->cache = cache_open(f->a);
	CHECK(f, ask(f, code_of_program(t, in(f, "p2")), (struct code_query){.function = "main"})
				 .answer == ANSWER_YES);
	target_close(t);
	cache_close(t->cache);
	t = bare_target(f);
	t->cache = cache_open(f->a);
	c = code_of_program(t, in(f, "p2"));
	check_functions(f, c, true);
	check_lines(f, c);
	check_inside(f, c, true);
	target_close(t);
	cache_close(t->cache);
}

/* Units found by the offset of a name alone give the same as reading all of them. */
static void test_names(struct fixture *f)
{
	struct target *t = bare_target(f);
	const struct code *c = code_of_program(t, in(f, "p2"));
	const struct dwsections *dw = code_index_sections(c);
	const struct dwindex *whole = code_index(c);
	struct dwscan_symbols none = {0};
	struct dwscan_hits hits = {0}, no = {0};
	struct dwindex part;
	struct image *m;
	uint32_t a, b;

	CHECK(f, dw && whole && dwnames_find(dw, "helper", f->a, &hits) && hits.n > 0);
	CHECK(f, !dwnames_find(dw, "nothing_such", f->a, &no) && no.n == 0);
	m = dwscan_run(&t->st, dw, &none, &hits);
	CHECK(f, m && dwindex_open(&part, (struct bytes){m->data, m->len}));
	CHECK(f, part.head->units == whole->head->units);
	CHECK(f, dwindex_find(&part, "helper", &a) == 1 && dwindex_find(whole, "helper", &b) == 1);
	CHECK(f, dwindex_place(&part, dwindex_function(&part, a), 0)->die ==
			 dwindex_place(whole, dwindex_function(whole, b), 0)->die);
	m = dwscan_run(&t->st, dw, &none, &no);
	CHECK(f, m && dwindex_open(&part, (struct bytes){m->data, m->len}));
	CHECK(f, part.head->functions == 0 && part.head->units == whole->head->units);
	target_close(t);
}

/* So do those found by the files that they name. */
static void test_files(struct fixture *f)
{
	struct target *t = bare_target(f);
	const struct code *c = code_of_program(t, in(f, "p2"));
	const struct dwsections *dw = code_index_sections(c);
	const struct dwindex *whole = code_index(c);
	struct dwscan_symbols none = {.names_only = true};
	struct dwscan_hits hits = {0}, no = {0};
	struct dwindex part;
	struct image *m;
	uint32_t a, b;

	CHECK(f, dw && whole);
	dwfiles_find(dw, code_search_file, "p.c", f->a, &hits);
	CHECK(f, hits.n > 0);
	CHECK(f, dwfiles_find(dw, code_search_file, "nothing_such.c", f->a, &no) && no.n == 0);
	m = dwscan_run(&t->st, dw, &none, &hits);
	CHECK(f, m && dwindex_open(&part, (struct bytes){m->data, m->len}));
	CHECK(f, part.head->units == whole->head->units);
	CHECK(f, dwindex_find(&part, "helper", &a) == 1 && dwindex_find(whole, "helper", &b) == 1);
	CHECK(f, dwindex_place(&part, dwindex_function(&part, a), 0)->die ==
			 dwindex_place(whole, dwindex_function(whole, b), 0)->die);
	target_close(t);
}

/* --- damage --- */

static void ask_all_places(struct fixture *f, const struct code *c)
{
	const struct dwsections *dw = code_index_sections(c);
	struct dwscan_hits hits = {0};
	struct code_range r = {1, 20};
	struct code_query q = {.function = "*", .file = "p.c", .ranges = &r, .nranges = 1};

	if (dw)
		dwfiles_find(dw, code_search_file, "*p.c", f->a, &hits);
	q.depth = 2;
	for (int what = CODE_FUNCTIONS; what <= CODE_CALLEES; what++)
		for (int how = CODE_NO_LINE; how <= CODE_ALL_LINES; how++) {
			struct code_places found = {0};

			q.what = (enum code_what)what;
			q.lines = (enum code_lines)how;
			q.nearest = how == CODE_RELATIVE;
			code_find(c, &q, f->a, &found, NULL);
			for (uint32_t i = 0; i < found.n && i < 3; i++)
				code_near_lines(c, &found.v[i], 12, f->a);
		}
	code_near_function(c, "man");
	code_near_file(c, "q.c");
}

static void try_damaged(struct fixture *f, const char *path, struct blob b)
{
	struct arena *all = f->a;
	struct target *t;

	put_file(f, path, b);
	f->a = arena_new(512 * 1024 * 1024, NULL);
	t = bare_target(f);
	ask_all_places(f, code_of_program(t, arena_printf(f->a, "%s/%s", f->dir, path)));
	target_close(t);
	arena_free(f->a);
	f->a = all;
}

static void test_damage(struct fixture *f, const char *name)
{
	static const unsigned char changes[] = {0x01, 0x80, 0xff};
	struct blob b = get_file(f, in(f, name));
	size_t from = b.n > 12000 ? 12000 : 0; /* the headers, then what lies behind the code */
	unsigned seed = 1;

	for (size_t i = 0; i < 64; i++) {
		b.p[i] ^= 0xff;
		try_damaged(f, "d", b);
		b.p[i] ^= 0xff;
	}
	for (size_t i = from; i < b.n; i += 1 + (seed = seed * 1103515245 + 12345) / 65536 % 16) {
		unsigned char change = changes[i % sizeof changes];

		b.p[i] ^= change;
		try_damaged(f, "d", b);
		b.p[i] ^= change;
	}
	for (size_t n = 0; n < b.n; n += 1 + b.n / 150)
		try_damaged(f, "d", (struct blob){b.p, n});
}

/* Every byte of an index: what is read from it must stay inside. */
static void test_index_damage(struct fixture *f)
{
	struct target *t = bare_target(f);
	const struct code *c = code_of_program(t, in(f, "p2"));
	const struct dwindex *good = code_index(c);
	size_t n = good ? good->head->size : 0;
	uint8_t *copy = malloc(n ? n : 1);
	struct code *damaged = codefile_of(c);

	CHECK(f, n > 0);
	for (size_t i = 0; i < n; i++)
		for (int bit = 0; bit < 8; bit += 7) {
			struct dwindex ix;

			memcpy(copy, good->head, n);
			copy[i] ^= (uint8_t)(1 << bit);
			if (!dwindex_open(&ix, (struct bytes){copy, n}))
				continue;
			damaged->index = &ix;
			ask_all_places(f, c);
		}
	damaged->index = good;
	free(copy);
	target_close(t);
}

int main(void)
{
	struct fixture f;

	fixture_start(&f);
	unsetenv("DEBUGINFOD_URLS");
	unsetenv("SYSTEMTAP_DEBUGINFO_PATH");
	test_programs(&f);
	test_stripped(&f);
	test_separate(&f);
	test_packed(&f);
	test_root(&f);
	test_symbols(&f);
	test_kept(&f);
	test_names(&f);
	test_files(&f);
	test_index_damage(&f);
	test_damage(&f, "p2");
	compile(&f, "-O1", "-gdwarf-4", "p1");
	test_damage(&f, "p1");
	return fixture_end(&f);
}
