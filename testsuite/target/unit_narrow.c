/*
 * Programs of 32 bits: an ELF file made in memory with marks, linkage table, needed library and
 * symbols, damaged in every byte; and, where gcc has -m32, one with debug information: where its
 * variables are, and damage.
 */
#include "target/code.h"
#include "target/elfsec.h"
#include "target/lazy.h"
#include "target/needed.h"
#include "target/plt.h"
#include "target/sdt.h"

#include "linked.h"

/* Two functions, an indirect one, two entries of the linkage table, two marks, one library. */
static struct blob program(unsigned machine)
{
	static const char strings[] = "\0malloc\0printf\0work\0chosen\0libshelf.so";
	static const char arguments[] = "demo\0turn\0004@%eax -4@8(%ebp) 4@$5 8@work+4 8@%eax";
	Elf32_Sym symbols[] = {
		{0},
		{.st_name = 1, .st_info = ELF32_ST_INFO(STB_GLOBAL, STT_FUNC)},
		{.st_name = 8, .st_info = ELF32_ST_INFO(STB_GLOBAL, STT_FUNC)},
		{.st_name = 15,
		 .st_info = ELF32_ST_INFO(STB_GLOBAL, STT_FUNC),
		 .st_shndx = 1,
		 .st_value = 0x1230},
		{.st_name = 20,
		 .st_info = ELF32_ST_INFO(STB_GLOBAL, STT_GNU_IFUNC),
		 .st_shndx = 1,
		 .st_value = 0x1250},
	};
	Elf32_Rel relocations[] = {{.r_info = ELF32_R_INFO(2u, 7)},
				   {.r_info = ELF32_R_INFO(0u, 42)},
				   {.r_info = ELF32_R_INFO(1u, 7)}};
	Elf32_Dyn dynamic[] = {{.d_tag = DT_NEEDED, .d_un.d_val = 27}, {.d_tag = DT_NULL}};
	struct {
		Elf32_Nhdr head;
		char owner[8];
		uint32_t numbers[3];
		char text[sizeof arguments];
	} note = {{8, 12 + sizeof arguments, 3}, "stapsdt", {0x1234, 0x2000, 0x5000}, ""};
	unsigned char *n = (unsigned char *)&note;

	memcpy(note.text, arguments, sizeof arguments);
	struct linked_section parts[] = {
		{".dynsym", SHT_DYNSYM, 2, 0, {(unsigned char *)symbols, sizeof symbols}},
		{".dynstr",
		 SHT_STRTAB,
		 0,
		 0,
		 {(unsigned char *)(uintptr_t)strings, sizeof strings}},
		{".rel.plt", SHT_REL, 1, 0, {(unsigned char *)relocations, sizeof relocations}},
		{".plt", SHT_PROGBITS, 0, 0x1000, {(unsigned char *)(uintptr_t) "", 1}},
		{".dynamic", SHT_DYNAMIC, 2, 0, {(unsigned char *)dynamic, sizeof dynamic}},
		{".stapsdt.base", SHT_PROGBITS, 0, 0x2000, {(unsigned char *)(uintptr_t) "", 1}},
		{".note.stapsdt", SHT_NOTE, 0, 0, {n, sizeof note}},
	};
	return linked_elf(true, machine, parts, sizeof parts / sizeof *parts);
}

static struct target *bare_target(struct fixture *f, struct arena *a)
{
	struct target *t = arena_make(a, struct target);

	t->st.arena = a;
	t->ds = f->ds;
	t->description = "none";
	return t;
}

static enum answer function(const struct code *c, const char *name, struct arena *a,
			    struct code_places *out)
{
	struct code_query q = {.what = CODE_FUNCTIONS, .function = name};
	const char *why;

	return code_find(c, &q, a, out, &why);
}

/* Everything that can be asked; damage may change the answers, and nothing more. */
static void ask_everything(struct fixture *f, const char *path)
{
	struct arena *a = arena_new(0, NULL);
	struct target *t = bare_target(f, a);
	const struct code *c = code_of_program(t, path);
	struct sdt_marks marks = {0};
	struct plt_entries entries = {0};
	struct program_paths libraries = {0};
	struct code_query lines = {
		.what = CODE_STATEMENTS, .function = "*", .file = "*", .lines = CODE_ALL_LINES};
	struct code_places found = {0};
	struct code_variable v;
	uint32_t damaged;
	const char *why;

	sdt_read(path, a, &marks, &damaged, &why);
	plt_read(path, a, &entries, &why);
	needed_find(t, path, "*", a, &libraries, &why);
	function(c, "*", a, &found);
	code_find(c, &lines, a, &found, &why);
	for (uint32_t i = 0; i < found.n && i < 30; i++)
		for (uint32_t k = 0; k < 20 && code_variable_at(&found.v[i], k, a, &v); k++)
			target_type(t, v.type);
	target_close(t);
	arena_free(a);
}

static void damage(struct fixture *f, struct blob b, size_t step)
{
	static const unsigned char changes[] = {0x01, 0x80, 0xff};
	const char *path = NULL;

	for (size_t i = 0; i < b.n; i += i < 64 ? 1 : step)
		for (size_t k = 0; k < sizeof changes; k++) {
			b.p[i] ^= changes[k];
			path = put_file(f, "damaged", b);
			ask_everything(f, path);
			b.p[i] ^= changes[k];
		}
	for (size_t n = 0; n < b.n; n += 1 + b.n / 150)
		ask_everything(f, put_file(f, "damaged", (struct blob){b.p, n}));
	f->made++;
}

static bool is_masked_load(const struct code_term *t, int64_t reg, int64_t offset)
{
	return t && t->kind == CODE_SAR && t->a->kind == CODE_SHL && t->a->a->kind == CODE_LOAD &&
	       t->a->a->size == 4 && t->a->a->a->kind == CODE_AND &&
	       t->a->a->a->a->kind == CODE_ADD && t->a->a->a->a->a->a->number == reg &&
	       t->a->a->a->a->b->number == offset;
}

static void test_made(struct fixture *f)
{
	struct blob b = program(EM_386);
	const char *path = put_file(f, "program", b), *why;
	struct target *t = bare_target(f, f->a);
	struct sdt_marks marks = {0};
	struct plt_entries entries = {0};
	struct program_paths libraries = {0};
	struct code_places found = {0};
	uint32_t damaged;

	CHECK(f, sdt_read(path, f->a, &marks, &damaged, &why) == ANSWER_YES && marks.n == 1);
	CHECK(f, marks.v[0].address == 0x1234 && marks.v[0].semaphore == 0x5000 && !damaged);
	CHECK(f, marks.v[0].narguments == 5);
	const struct sdt_argument *arg = marks.v[0].arguments;

	CHECK(f, arg[0].term && arg[0].size == 4 && !arg[0].is_signed);
	CHECK(f, is_masked_load(arg[1].term, 6, 8)); /* %ebp has x86-64's number */
	CHECK(f, arg[2].term && arg[2].term->kind == CODE_AND && arg[2].term->a->number == 5);
	CHECK(f, arg[3].term && arg[3].term->kind == CODE_LOAD && arg[3].term->size == 8 &&
			 arg[3].term->a->number == 0x1234);
	CHECK(f, !arg[4].term && strstr(arg[4].why, "two registers"));

	CHECK(f, plt_read(path, f->a, &entries, &why) == ANSWER_YES && entries.n == 2);
	CHECK(f, !strcmp(entries.v[0].name, "printf") && entries.v[0].address == 0x1010);
	CHECK(f, !strcmp(entries.v[1].name, "malloc") && entries.v[1].address == 0x1030);
	CHECK(f, needed_find(t, path, "libshelf.so", f->a, &libraries, &why) == ANSWER_NO &&
			 strstr(why, "it loads libshelf.so"));

	const struct code *c = code_of_program(t, path);

	CHECK(f, code_source(c) == CODE_SYMBOLS && code_is_i386(c));
	CHECK(f, function(c, "w*k", f->a, &found) == ANSWER_YES && found.n == 1 &&
			 found.v[0].address == 0x1230);
	CHECK(f, function(c, "chosen", f->a, &found) != ANSWER_YES);
	CHECK(f, code_near_indirect(c, "chosen") && !code_near_indirect(c, "work"));
	target_close(t);
	damage(f, b, 1);
	free(b.p);
}

/* What no x86 of 64 bits runs is refused. */
static void test_foreign(struct fixture *f)
{
	struct blob b = program(EM_X86_64);
	struct bytes x32 = {b.p, b.n};

	CHECK(f, elfsec_class(x32) == ELFSEC_NARROW && !strcmp(elfsec_machine(x32), "x86_64"));
	b.p[EI_DATA] = ELFDATA2MSB;
	CHECK(f, elfsec_class(x32) == ELFSEC_FOREIGN);
	free(b.p);
	b = program(EM_ARM);
	CHECK(f, elfsec_class((struct bytes){b.p, b.n}) == ELFSEC_FOREIGN);

	struct target *t = bare_target(f, f->a);
	struct sdt_marks marks = {0};
	const char *path = put_file(f, "arm", b), *why = "";
	uint32_t damaged;

	CHECK(f, sdt_read(path, f->a, &marks, &damaged, &why) == ANSWER_UNKNOWN &&
			 strstr(why, "another machine"));
	CHECK(f, code_source(code_of_program(t, path)) == CODE_MISSING);
	target_close(t);
	free(b.p);
}

/* --- debug information --- */

static const char SOURCE[] =
	"struct pair { void *p; long n; long long w; } all; __thread int mine;\n"
	"static void touch(void *p) { __asm__ volatile(\"\" : : \"r\"(p) : \"memory\"); }\n"
	"__attribute__((noinline)) long work(struct pair *p, short n, long long w)\n"
	"{\n"
	"	long sum = n;\n"
	"	touch(&sum);\n"
	"	mine = n;\n"
	"	return sum + p->n + (long)w;\n"
	"}\n"
	"void _start(void) { work(&all, 1, 2); for (;;) ; }\n";

static bool compile(struct fixture *f, const char *o, const char *out)
{
	char line[512];

	snprintf(line, sizeof line,
		 "gcc -m32 -w -g %s -nostdlib -ffreestanding -o %s/%s %s/n.c 2>%s/gcc.err", o,
		 f->dir, out, f->dir, f->dir);
	return system(line) == 0;
}

/* Has the term a load or a value over that register? */
static bool uses(const struct code_term *t, int64_t reg)
{
	return t && ((t->kind == CODE_REGISTER && t->number == reg) || uses(t->a, reg) ||
		     uses(t->b, reg));
}

static void check_variables(struct fixture *f, const char *path)
{
	struct target *t = bare_target(f, f->a);
	const struct code *c = code_of_program(t, path);
	struct code_places found = {0};
	struct code_variable v;
	struct ttype ty;

	CHECK(f, code_source(c) == CODE_DWARF && code_is_i386(c));
	CHECK(f, function(c, "work", f->a, &found) == ANSWER_YES && found.n == 1);
	CHECK(f, code_variable(&found.v[0], "n", f->a, &v) && v.term && v.in_memory);
	CHECK(f, v.term && v.term->kind == CODE_AND && (uses(v.term, 7) || uses(v.term, 6)));
	CHECK(f, target_type(t, v.type).size == 2);
	CHECK(f, code_variable(&found.v[0], "p", f->a, &v) && target_type(t, v.type).size == 4);
	CHECK(f, target_type(t, code_result(&found.v[0])).size == 4);
	CHECK(f, code_type_named(c, "struct pair", &ty) && target_type(t, ty).size == 16);
	CHECK(f, code_global(c, "all", NULL, f->a, &v) && v.term && v.term->kind == CODE_LINKED);
	CHECK(f, code_global(c, "mine", NULL, f->a, &v) && !v.term && strstr(v.why, "thread"));
	target_close(t);
}

static void test_compiled(struct fixture *f)
{
	const char *levels[] = {"-O0", "-O2", "-O2 -gdwarf-4"};

	put_file(f, "n.c", text_blob(SOURCE, sizeof SOURCE - 1));
	for (size_t i = 0; i < sizeof levels / sizeof *levels; i++) {
		if (!compile(f, levels[i], "n")) {
			printf("SKIPPED: gcc -m32 makes no programs\n");
			return;
		}
		check_variables(f, in_dir(f, "n"));
	}
	FILE *file = fopen(in_dir(f, "n"), "rb");
	struct blob b = {arena_alloc(f->a, MIB), 0};

	if (file) {
		b.n = fread(b.p, 1, MIB, file);
		fclose(file);
	}
	damage(f, b, 23);
}

int main(void)
{
	struct fixture f;

	fixture_start(&f);
	unsetenv("DEBUGINFOD_URLS");
	unsetenv("SYSTEMTAP_DEBUGINFO_PATH");
	test_made(&f);
	test_foreign(&f);
	test_compiled(&f);
	return fixture_end(&f);
}
