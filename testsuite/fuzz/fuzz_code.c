/* Programs: their symbols, debug information, places and variables. */
#include "target/code.h"
#include "testsuite/fuzz/facts.h"

static void ask_variables(const struct code_place *p, struct arena *a)
{
	struct code_variable v = {0};

	for (uint32_t i = 0; i < 50 && code_variable_at(p, i, a, &v); i++)
		;
	code_variable(p, "x", a, &v);
	code_result(p);
}

static void ask_places(const struct code *c, struct arena *a)
{
	static const struct code_query queries[] = {
		{.what = CODE_FUNCTIONS, .function = "*"},
		{.what = CODE_FUNCTIONS, .function = "main"},
		{.what = CODE_FUNCTIONS, .by_address = true, .address = 0x1139},
		{.what = CODE_STATEMENTS, .function = "*", .file = "*", .lines = CODE_ALL_LINES},
		{.what = CODE_LABELS, .function = "*", .label = "*"},
		{.what = CODE_CALLEES, .function = "*", .callee = "*", .depth = 2},
	};

	for (size_t i = 0; i < sizeof queries / sizeof *queries; i++) {
		struct code_places found = {0};
		const char *why = NULL;

		code_find(c, &queries[i], a, &found, &why);
		for (uint32_t k = 0; k < found.n && k < 20; k++)
			ask_variables(&found.v[k], a);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct target_request nothing = {0};
	struct fixture f;
	struct code_variable v = {0};
	struct ttype type;
	int64_t value;

	facts_start();
	f = facts;
	put_file(&f, "program", (struct blob){(unsigned char *)(uintptr_t)data, size});
	f.a = arena_new(0, NULL);
	f.ds = diags_new(f.a, sources_new(f.a));
	const struct target *t = target_open(f.a, f.ds, &nothing);

	if (!t)
		fuzz_finding("no target");
	const struct code *c = code_of_program(t, in_dir(&f, "program"));

	ask_places(c, f.a);
	code_global(c, "counter", NULL, f.a, &v);
	code_type_named(c, "struct pair", &type);
	code_enumerator(c, "RED", &value);
	code_near_function(c, "mian");
	code_describe(c);
	code_remedy(c);
	target_close(t);
	arena_free(f.a);
	return 0;
}
