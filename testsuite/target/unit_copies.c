/*
 * Whether a function was never inlined: a small "kernel" compiled here, with functions that are
 * only called, inlined and called, static, or missing; two versions of DWARF, and one without
 * .debug_aranges.  What is said to have no copies must have none by the full search.
 */
#include "fixture.h"
#include "target/code.h"
#include "target/code_copies.h"
#include "target/lazy.h"

static const char SOURCE[] =
	"int volatile sink;\n"
	"__attribute__((noinline)) int called(int a) { sink = a; return a + sink; }\n"
	"int both(int a) { sink = a; return a * 2; }\n"
	"static __attribute__((noinline)) int local(int a) { return called(a) + 1; }\n"
	"__attribute__((always_inline)) inline int alone(int a) { return a + sink; }\n"
	"int main(int argc, char **argv)\n"
	"{\n"
	"	(void)argv;\n"
	"	return called(argc) + both(argc) + local(argc) + alone(argc);\n"
	"}\n";

static bool compile(struct fixture *f, const char *options)
{
	char line[512];

	snprintf(line, sizeof line, "gcc -g -O2 -w %s -o %s/vmlinux %s/k.c 2>/dev/null", options,
		 f->dir, f->dir);
	return system(line) == 0;
}

static struct target *kernel(struct fixture *f)
{
	struct target *t = arena_make(f->a, struct target);

	t->st.arena = f->a;
	t->ds = f->ds;
	t->description = "none";
	t->kernel.form = ORIGIN_VMLINUX;
	t->kernel.path = in_dir(f, "vmlinux");
	return t;
}

static uint32_t copies(struct fixture *f, const struct code *c, const char *name)
{
	struct code_query q = {
		.what = CODE_FUNCTIONS, .function = name, .inlines = CODE_INLINES_ONLY, .depth = 1};
	struct code_places found = {0};
	const char *why;

	code_find(c, &q, f->a, &found, &why);
	return found.n;
}

/* aranges: the file says which unit an address is of; without that nothing is certain. */
static void check(struct fixture *f, const char *options, bool aranges)
{
	struct target *t;
	const struct code *c;

	if (!compile(f, options)) {
		CHECK(f, !"gcc compiles");
		return;
	}
	t = kernel(f);
	c = code_of_kernel(t, NULL);
	CHECK(f, code_source(c) == CODE_DWARF);
	CHECK(f, code_copies_none(c, "called") == aranges && copies(f, c, "called") == 0);
	CHECK(f, code_copies_none(c, "main") == aranges);
	CHECK(f, !code_copies_none(c, "both") && copies(f, c, "both") == 1);
	CHECK(f, !code_copies_none(c, "alone") && copies(f, c, "alone") == 1);
	CHECK(f, !code_copies_none(c, "local")); /* another unit may have one of that name */
	CHECK(f, !code_copies_none(c, "absent"));
	CHECK(f, !code_copies_none(c, "called.part.0"));
	/* the second answer is the first */
	CHECK(f, code_copies_none(c, "called") == aranges && !code_copies_none(c, "both"));
	target_close(t);
}

int main(void)
{
	struct fixture f;

	fixture_start(&f);
	unsetenv("DEBUGINFOD_URLS");
	unsetenv("SYSTEMTAP_DEBUGINFO_PATH");
	put_file(&f, "k.c", text_blob(SOURCE, sizeof SOURCE - 1));
	check(&f, "-gdwarf-5", true);
	check(&f, "-gdwarf-4", true);
	check(&f, "-gdwarf-5 -fno-dwarf2-cfi-asm -Wl,--build-id=none", true);
	return fixture_end(&f);
}
