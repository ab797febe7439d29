/*
 * The i-th relocation of .rela.plt (i386: .rel.plt) belongs to the i-th entry of
 * the table.  On x86 that is in .plt.sec when there is one (for branch tracking), else
 * behind the first entry of .plt; on arm64 behind a first entry of twice the
 * size.
 */
#include "target/plt.h"

#include "target/elfsec.h"
#include "target/program.h"

#include <elf.h>
#include <string.h>

enum { X86_ENTRY = 16, ARM_ENTRY = 16, ARM_FIRST = 32 };

/* Where entry 0 is, and how far apart they are; false: there is no table. */
static bool layout(struct bytes elf, uint64_t *first, uint64_t *size)
{
	const char *machine = elfsec_machine(elf);
	struct elfsec_section plt;

	if (machine && (strcmp(machine, "x86_64") == 0 || strcmp(machine, "i386") == 0)) {
		*size = X86_ENTRY;
		if (elfsec_section(elf, ".plt.sec", &plt)) {
			*first = plt.address;
			return true;
		}
		*first = X86_ENTRY;
	} else if (machine && strcmp(machine, "aarch64") == 0) {
		*size = ARM_ENTRY;
		*first = ARM_FIRST;
	} else {
		return false;
	}
	if (!elfsec_section(elf, ".plt", &plt))
		return false;
	*first += plt.address;
	return true;
}

/* The name of a symbol of .dynsym; NULL: it has none. */
static const char *symbol_name(struct bytes elf, struct bytes syms, struct bytes strings,
			       uint64_t i, struct arena *a)
{
	Elf64_Sym s;
	size_t n;

	if (!i || !elfsec_symbol(elf, syms, i, &s) || !s.st_name || s.st_name >= strings.n)
		return NULL;
	n = strnlen((const char *)strings.p + s.st_name, strings.n - s.st_name);
	if (n == strings.n - s.st_name || n > 4096)
		return NULL;
	return arena_strndup(a, (const char *)strings.p + s.st_name, n);
}

static void read_entries(struct bytes elf, uint64_t first, uint64_t size, struct arena *a,
			 struct plt_entries *out)
{
	struct bytes rela = elfsec_find(elf, ".rela.plt"), rel = elfsec_find(elf, ".rel.plt"),
		     syms = elfsec_find(elf, ".dynsym"), strings = elfsec_find(elf, ".dynstr");
	struct bytes table = rela.n ? rela : rel;
	uint64_t symbol;

	for (uint64_t i = 0; i < PLT_MAX_ENTRIES; i++) {
		struct plt_entry e = {.address = first + i * size};

		if (!elfsec_relocation(elf, table, i, rela.n > 0, &symbol))
			break;
		e.name = symbol_name(elf, syms, strings, symbol, a);
		if (e.name)
			vec_push(a, out, e);
	}
}

enum answer plt_read(const char *path, struct arena *a, struct plt_entries *out, const char **why)
{
	struct store st = {.arena = a};
	struct bytes elf;
	uint64_t first, size;
	uint32_t before = out->n;
	enum answer got = ANSWER_UNKNOWN;

	if (program_open(&st, path, &elf, why)) {
		if (layout(elf, &first, &size))
			read_entries(elf, first, size, a, out);
		got = out->n > before ? ANSWER_YES : ANSWER_NO;
	}
	store_close(&st);
	return got;
}
