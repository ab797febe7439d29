/*
 * Marks of programs: notes read from an ELF file made in memory, arguments in
 * both machines' syntax, prelinked addresses, and notes and files that are
 * damaged in every byte.
 */
#include "target/plt.h"
#include "target/sdt.h"

#include "target/store.h"

#include "linked.h"

enum { TEXT = 0x1000, BASE = 0x2000 };

static void note(struct blob *b, uint64_t pc, uint64_t base, uint64_t semaphore,
		 const char *strings, size_t n)
{
	uint64_t numbers[3] = {pc, base, semaphore};
	Elf64_Nhdr nh = {8, (Elf64_Word)(sizeof numbers + n), 3};

	linked_append(b, &nh, sizeof nh);
	linked_append(b, "stapsdt", 8);
	linked_append(b, numbers, sizeof numbers);
	linked_append(b, strings, n);
	linked_pad(b, 4);
}

#define NOTE(b, pc, base, semaphore, strings) note(b, pc, base, semaphore, strings, sizeof strings)

/* A program with two marks and one symbol; linked at `base`. */
static struct blob program(uint64_t base)
{
	static const char strings[] = "\0counter";
	Elf64_Sym symbols[2] = {
		{0}, {.st_name = 1, .st_info = STT_OBJECT, .st_shndx = 1, .st_value = 0x4010}};
	struct blob notes = {0}, file;

	NOTE(&notes, TEXT, BASE, 0, "demo\0start\0");
	NOTE(&notes, TEXT + 16, BASE, 0x5000, "demo\0loop\0-4@%ebx 8@counter(%rip)");
	struct linked_section parts[] = {
		{".note.stapsdt", SHT_NOTE, 0, 0, notes},
		{".stapsdt.base", SHT_PROGBITS, 0, base, {(unsigned char *)"", 1}},
		{".symtab", SHT_SYMTAB, 0, 0, {(unsigned char *)symbols, sizeof symbols}},
		{".strtab", SHT_STRTAB, 0, 0, {(unsigned char *)strings, sizeof strings}},
	};

	file = linked_elf(false, EM_X86_64, parts, 4);
	free(notes.p);
	return file;
}

static enum answer read_blob(struct fixture *f, struct blob b, struct sdt_marks *out,
			     uint32_t *damaged)
{
	char path[128];
	const char *why;
	enum answer got;

	snprintf(path, sizeof path, "%s/program", f->dir);
	FILE *file = fopen(path, "wb");

	fwrite(b.p, 1, b.n, file);
	fclose(file);
	got = sdt_read(path, f->a, out, damaged, &why);
	unlink(path);
	return got;
}

static void test_marks(struct fixture *f)
{
	struct blob b = program(BASE);
	struct sdt_marks marks = {0};
	uint32_t damaged;

	CHECK(f, read_blob(f, b, &marks, &damaged) == ANSWER_YES);
	CHECK(f, marks.n == 2 && damaged == 0);
	CHECK(f, !strcmp(marks.v[0].name, "start") && !strcmp(marks.v[0].provider, "demo"));
	CHECK(f, marks.v[0].address == TEXT && marks.v[0].narguments == 0);
	CHECK(f, marks.v[1].semaphore == 0x5000 && marks.v[1].narguments == 2);
	CHECK(f, marks.v[1].arguments[0].size == 4 && marks.v[1].arguments[0].is_signed);
	const struct code_term *t = marks.v[1].arguments[1].term;

	CHECK(f, t && t->kind == CODE_LOAD && t->size == 8 && t->a->kind == CODE_LINKED &&
			 t->a->number == 0x4010);
	free(b.p);
}

static void test_prelinked(struct fixture *f)
{
	struct blob b = program(BASE + 0x10000);
	struct sdt_marks marks = {0};
	uint32_t damaged;

	CHECK(f, read_blob(f, b, &marks, &damaged) == ANSWER_YES);
	CHECK(f, marks.v[0].address == TEXT + 0x10000 && marks.v[0].semaphore == 0);
	CHECK(f, marks.v[1].semaphore == 0x15000);
	free(b.p);
}

/* No byte may lead to a crash; the sanitizers look on. */
static void test_damage(struct fixture *f)
{
	struct blob b = program(BASE);
	uint32_t damaged;

	for (size_t i = 0; i < b.n; i++) {
		static const unsigned char values[] = {0, 1, 0x7f, 0xff};
		unsigned char old = b.p[i];

		for (size_t k = 0; k < sizeof values; k++) {
			struct sdt_marks marks = {0};

			b.p[i] = values[k];
			read_blob(f, b, &marks, &damaged);
		}
		b.p[i] = old;
	}
	for (size_t n = 0; n < b.n; n += 7) {
		struct sdt_marks marks = {0};

		read_blob(f, (struct blob){b.p, n}, &marks, &damaged);
	}
	free(b.p);
}

static void test_damaged_note(struct fixture *f)
{
	struct blob notes = {0}, b;
	struct sdt_marks marks = {0};
	uint32_t damaged;

	note(&notes, TEXT, 0, 0, "demo\0unended", 12); /* no NUL at the end */
	NOTE(&notes, TEXT, 0, 0, "demo\0good\0");
	struct linked_section parts[] = {{".note.stapsdt", SHT_NOTE, 0, 0, notes}};

	b = linked_elf(false, EM_X86_64, parts, 1);
	CHECK(f, read_blob(f, b, &marks, &damaged) == ANSWER_YES);
	CHECK(f, marks.n == 1 && damaged == 1 && !strcmp(marks.v[0].name, "good"));
	free(notes.p);
	free(b.p);
}

/* --- arguments --- */

/* A term as text: registers rN, loads [..]N, linked @x. */
static const char *shown(struct arena *a, const struct code_term *t)
{
	if (!t)
		return "-";
	switch (t->kind) {
	case CODE_NUMBER: return arena_printf(a, "%lld", (long long)t->number);
	case CODE_REGISTER: return arena_printf(a, "r%lld", (long long)t->number);
	case CODE_LINKED: return arena_printf(a, "@%llx", (long long)t->number);
	case CODE_LOAD: return arena_printf(a, "[%s]%u", shown(a, t->a), t->size);
	case CODE_ADD: return arena_printf(a, "(%s+%s)", shown(a, t->a), shown(a, t->b));
	case CODE_MUL: return arena_printf(a, "(%s*%s)", shown(a, t->a), shown(a, t->b));
	case CODE_AND: return arena_printf(a, "(%s&%s)", shown(a, t->a), shown(a, t->b));
	case CODE_SHL: return arena_printf(a, "(%s<<%s)", shown(a, t->a), shown(a, t->b));
	case CODE_SHR: return arena_printf(a, "(%s>>>%s)", shown(a, t->a), shown(a, t->b));
	case CODE_SAR: return arena_printf(a, "(%s>>%s)", shown(a, t->a), shown(a, t->b));
	case CODE_ENTRY:
	case CODE_THREAD:
	case CODE_SUB:
	case CODE_DIV:
	case CODE_MOD:
	case CODE_OR:
	case CODE_XOR:
	case CODE_NEG:
	case CODE_NOT:
	case CODE_ABS:
	case CODE_EQ:
	case CODE_NE:
	case CODE_LT:
	case CODE_LE:
	case CODE_GT:
	case CODE_GE: break;
	}
	return "?";
}

static void test_arguments(struct fixture *f)
{
	static const struct {
		const char *machine, *text, *want;
	} rows[] = {
		{"x86_64", "8@%rax", "r0"},
		{"x86_64", "-8@%r15", "r15"},
		{"x86_64", "%rdi", "r5"},
		{"x86_64", "4@%edx", "((r1&4294967295)&4294967295)"},
		{"x86_64", "-4@%r8d", "(((r8&4294967295)<<32)>>32)"},
		{"x86_64", "1@%ah", "(((r0>>>8)&255)&255)"},
		{"x86_64", "-4@$-5", "((-5<<32)>>32)"},
		{"x86_64", "8@$0x10", "16"},
		{"x86_64", "8@-16(%rbp)", "[(r6+-16)]8"},
		{"x86_64", "8@(%rsp)", "[r7]8"},
		{"x86_64", "8@8(%rax,%rcx,4)", "[((r0+8)+(r2*4))]8"},
		{"x86_64", "8@16(,%rcx,8)", "[(16+(r2*8))]8"},
		{"x86_64", "2@4(%rax)", "([(r0+4)]2&65535)"},
		{"x86_64", "8@counter(%rip)", "[@4010]8"},
		{"x86_64", "8@counter+8(%rip)", "[@4018]8"},
		{"x86_64", "8@8+counter(%rip)", "[@4018]8"},
		{"x86_64", "8@$counter", "@4010"},
		{"x86_64", "8@absent(%rip)", "-"},
		{"x86_64", "8@counter@GOTPCREL(%rip)", "-"},
		{"x86_64", "8@%xmm0", "-"},
		{"x86_64", "8f@%rax", "-"},
		{"x86_64", "8@%fs:0", "-"},
		{"x86_64", "3@%rax", "-"},
		{"x86_64", "8@8(%rax,%rcx,3)", "-"},
		{"x86_64", "8@(%rax", "-"},
		{"x86_64", "8@%rax)", "-"},
		{"x86_64", "8@", "-"},
		{"x86_64", "", "-"},
		{"x86_64", "@", "-"},
		{"aarch64", "8@x0", "r0"},
		{"aarch64", "-4@w19", "(((r19&4294967295)<<32)>>32)"},
		{"aarch64", "8@sp", "r31"},
		{"aarch64", "8@xzr", "0"},
		{"aarch64", "-4@7", "((7<<32)>>32)"},
		{"aarch64", "8@[sp, 24]", "[(r31+24)]8"},
		{"aarch64", "8@[x29]", "[r29]8"},
		{"aarch64", "8@[x0, x1]", "[(r0+r1)]8"},
		{"aarch64", "8@[x0, x1, lsl 3]", "[(r0+(r1<<3))]8"},
		{"aarch64", "8@[x0, w1, sxtw 2]", "[(r0+((((r1&4294967295)<<32)>>32)<<2))]8"},
		{"aarch64", "8@d0", "-"},
		{"aarch64", "8@x31", "-"},
		{"aarch64", "8@[x0, :lo12:x]", "-"},
		{"riscv64", "8@a0", "-"},
		{NULL, "8@a0", "-"},
	};
	struct blob b = program(BASE);
	struct bytes elf = {b.p, b.n};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct sdt_argument got;
		const char *text;

		sdt_argument(&elf, rows[i].machine, rows[i].text, f->a, &got);
		text = shown(f->a, got.term);
		CHECK(f, !strcmp(text, rows[i].want));
		if (strcmp(text, rows[i].want) != 0)
			printf("  %s: %s, not %s\n", rows[i].text, text, rows[i].want);
		CHECK(f, !got.term == (got.why != NULL));
	}
	free(b.p);
}

/* --- the procedure linkage table --- */

static void test_plt(struct fixture *f, unsigned machine, const char *section, uint64_t first)
{
	static const char strings[] = "\0malloc\0printf";
	Elf64_Sym symbols[3] = {{0}, {.st_name = 1}, {.st_name = 8}};
	Elf64_Rela relocations[3] = {{.r_info = ELF64_R_INFO(2ull, 7)},
				     {.r_info = ELF64_R_INFO(0ull, 37)},
				     {.r_info = ELF64_R_INFO(1ull, 7)}};
	struct linked_section parts[] = {
		{".dynsym", SHT_DYNSYM, 0, 0, {(unsigned char *)symbols, sizeof symbols}},
		{".dynstr", SHT_STRTAB, 0, 0, {(unsigned char *)strings, sizeof strings}},
		{".rela.plt", SHT_RELA, 0, 0, {(unsigned char *)relocations, sizeof relocations}},
		{section, SHT_PROGBITS, 0, 0x1000, {(unsigned char *)"", 1}},
	};
	struct blob b = linked_elf(false, machine, parts, 4);
	struct plt_entries entries = {0};
	const char *why;
	char path[128];

	snprintf(path, sizeof path, "%s/plt", f->dir);
	FILE *file = fopen(path, "wb");

	fwrite(b.p, 1, b.n, file);
	fclose(file);
	CHECK(f, plt_read(path, f->a, &entries, &why) == ANSWER_YES && entries.n == 2);
	CHECK(f, !strcmp(entries.v[0].name, "printf") && entries.v[0].address == first);
	CHECK(f, !strcmp(entries.v[1].name, "malloc") && entries.v[1].address == first + 32);
	for (size_t i = 0; i < b.n; i++) {
		unsigned char old = b.p[i];

		b.p[i] ^= 0xff;
		file = fopen(path, "wb");
		fwrite(b.p, 1, b.n, file);
		fclose(file);
		plt_read(path, f->a, &entries, &why);
		b.p[i] = old;
	}
	unlink(path);
	free(b.p);
}

int main(void)
{
	struct fixture f;

	fixture_start(&f);
	test_marks(&f);
	test_prelinked(&f);
	test_damaged_note(&f);
	test_damage(&f);
	test_arguments(&f);
	test_plt(&f, EM_X86_64, ".plt", 0x1010);
	test_plt(&f, EM_X86_64, ".plt.sec", 0x1000);
	test_plt(&f, EM_AARCH64, ".plt", 0x1020);
	return fixture_end(&f);
}
