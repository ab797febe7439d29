/*
 * The operands that a compiler wrote for the arguments of a mark: "SIZE@" and
 * an operand in the syntax of the machine's assembler.  The size is negative
 * for a signed value, and an "f" behind it says floating point, which scripts
 * cannot read.  Understood are registers, numbers and memory; a symbol is
 * looked up in the program.  What is not understood says so.
 */
#include "target/sdt.h"

#include "target/elfsec.h"

#include <elf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WORD = 8, MAX_OPERAND = 512, X86_RSP = 7, ARM_SP = 31 };

struct parse {
	const struct bytes *elf;
	struct arena *arena;
	const char *at;
	const char *why;
	bool narrow; /* addresses have 4 bytes */
	bool i386;   /* ...and so have registers */
};

struct code_register {
	int number;           /* DWARF's; -1: none of that name */
	uint32_t size, shift; /* the bytes it names, and how far up they begin, in bits */
};

static const struct code_term *term(struct parse *p, enum code_term_kind kind, int64_t number,
				    const struct code_term *a, const struct code_term *b)
{
	struct code_term *t = arena_make(p->arena, struct code_term);

	*t = (struct code_term){.kind = kind, .number = number, .a = a, .b = b};
	return t;
}

static const struct code_term *number(struct parse *p, int64_t n)
{
	return term(p, CODE_NUMBER, n, NULL, NULL);
}

/* a + b, where either may be NULL. */
static const struct code_term *sum(struct parse *p, const struct code_term *a,
				   const struct code_term *b)
{
	if (!a || !b)
		return a ? a : b;
	return term(p, CODE_ADD, 0, a, b);
}

static const struct code_term *fail(struct parse *p, const char *why)
{
	if (!p->why)
		p->why = why;
	return NULL;
}

static bool take(struct parse *p, char c)
{
	p->at += strspn(p->at, " \t");
	if (*p->at != c)
		return false;
	p->at++;
	return true;
}

/* A number, "-8" or "0x10"; false when there is none. */
static bool take_number(struct parse *p, int64_t *n)
{
	const char *digits = p->at + (*p->at == '-' || *p->at == '+');
	char *end;

	if (*digits < '0' || *digits > '9')
		return false;
	*n = *p->at == '-' ? (int64_t)(0 - strtoull(digits, &end, 0))
			   : (int64_t)strtoull(digits, &end, 0);
	p->at = end;
	return true;
}

/* The value of the low `size` bytes, extended to a word. */
static const struct code_term *extended(struct parse *p, const struct code_term *t, uint32_t size,
					bool is_signed)
{
	const struct code_term *bits;

	if (!t || size >= WORD)
		return t;
	if (!is_signed)
		return term(p, CODE_AND, 0, t, number(p, (int64_t)((1ull << (8 * size)) - 1)));
	bits = number(p, 64 - 8 * (int64_t)size);
	return term(p, CODE_SAR, 0, term(p, CODE_SHL, 0, t, bits), bits);
}

/* --- symbols --- */

static bool symbol_in(struct bytes elf, const char *table, const char *strings, const char *name,
		      uint64_t *address)
{
	struct bytes syms = elfsec_find(elf, table), strs = elfsec_find(elf, strings);
	size_t len = strlen(name) + 1;

	Elf64_Sym s;

	for (uint64_t i = 0; elfsec_symbol(elf, syms, i, &s); i++) {
		struct bytes n;

		n = store_sub(strs, s.st_name, len);
		if (!n.p || s.st_shndx == SHN_UNDEF || memcmp(n.p, name, len) != 0)
			continue;
		*address = s.st_value;
		return ELF64_ST_TYPE(s.st_info) != STT_TLS;
	}
	return false;
}

/* "sym", "sym+4", "4+sym", "sym-4": an address as linked. */
static const struct code_term *symbol(struct parse *p)
{
	size_t n = strcspn(p->at, "+-(,) \t");
	const char *name = arena_strndup(p->arena, p->at, n);
	uint64_t address;
	int64_t more = 0;

	if (!n || *name == '%' || *name == '$')
		return fail(p, "its operand is not understood");
	if (strchr(name, '@'))
		return fail(p, "it is reached through a table of the loader");
	p->at += n;
	if ((*p->at == '+' || *p->at == '-') && !take_number(p, &more))
		return fail(p, "its operand is not understood");
	if (!symbol_in(*p->elf, ".symtab", ".strtab", name, &address) &&
	    !symbol_in(*p->elf, ".dynsym", ".dynstr", name, &address))
		return fail(p, arena_printf(p->arena,
					    "the program has no symbol \"%s\"; is it stripped?",
					    name));
	return term(p, CODE_LINKED, (int64_t)(address + (uint64_t)more), NULL, NULL);
}

/* --- x86-64 --- */

static struct code_register x86_named(const char *s, size_t n)
{
	/* in DWARF's order */
	static const char *const NAMES[][5] = {
		{"rax", "eax", "ax", "al", "ah"}, {"rdx", "edx", "dx", "dl", "dh"},
		{"rcx", "ecx", "cx", "cl", "ch"}, {"rbx", "ebx", "bx", "bl", "bh"},
		{"rsi", "esi", "si", "sil", ""},  {"rdi", "edi", "di", "dil", ""},
		{"rbp", "ebp", "bp", "bpl", ""},  {"rsp", "esp", "sp", "spl", ""},
	};
	static const uint32_t SIZES[] = {8, 4, 2, 1, 1};
	int high;
	char width = 'q';

	for (int i = 0; i < 8; i++)
		for (int k = 0; k < 5; k++)
			if (strlen(NAMES[i][k]) == n && n && memcmp(NAMES[i][k], s, n) == 0)
				return (struct code_register){i, SIZES[k], k == 4 ? 8 : 0};
	if (n < 2 || n > 4 || *s != 'r' || s[1] < '0' || s[1] > '9')
		return (struct code_register){.number = -1};
	high = s[1] - '0';
	for (size_t i = 2; i < n; i++) {
		if (i == 2 && s[i] >= '0' && s[i] <= '9')
			high = high * 10 + s[i] - '0';
		else if (i == n - 1 && strchr("dwb", s[i]))
			width = s[i];
		else
			return (struct code_register){.number = -1};
	}
	if (high < 8 || high > 15)
		return (struct code_register){.number = -1};
	return (struct code_register){high,
				      width == 'q'   ? 8
				      : width == 'd' ? 4
				      : width == 'w' ? 2
						     : 1,
				      0};
}

/* "%rax"; the value of the bytes it names. */
static const struct code_term *x86_register(struct parse *p)
{
	size_t n = strcspn(p->at + 1, ",):( \t");
	struct code_register r = x86_named(p->at + 1, n);
	const struct code_term *t;

	if (r.number < 0 || (p->i386 && (r.number > 7 || r.size == 8)))
		return fail(p, strncmp(p->at + 1, "xmm", 3) == 0 || strncmp(p->at + 1, "st", 2) == 0
				       ? "it is in a floating-point register"
				       : "it is in a register that scripts cannot read");
	p->at += 1 + n;
	t = term(p, CODE_REGISTER, r.number, NULL, NULL);
	if (r.shift)
		t = term(p, CODE_SHR, 0, t, number(p, r.shift));
	return extended(p, t, r.size, false);
}

/* "(%rax,%rbx,4)" behind disp, which may be NULL; pc-relative when the base is %rip. */
static const struct code_term *x86_indexed(struct parse *p, const struct code_term *disp)
{
	const struct code_term *index;
	int64_t scale = 1;

	if (!take(p, '('))
		return disp;
	if (strncmp(p->at, "%rip", 4) == 0) {
		p->at += 4;
		if (!disp || disp->kind != CODE_LINKED)
			return fail(p, "its place is relative to the instruction");
	} else if (*p->at == '%') {
		const struct code_term *base = x86_register(p);

		if (!base)
			return NULL;
		disp = sum(p, base, disp);
	}
	if (take(p, ',')) {
		index = *p->at == '%' ? x86_register(p) : NULL;
		if (!index)
			return fail(p, "its operand is not understood");
		if (take(p, ',') &&
		    (!take_number(p, &scale) || (scale & (scale - 1)) || scale < 1 || scale > 8))
			return fail(p, "its operand is not understood");
		if (scale > 1)
			index = term(p, CODE_MUL, 0, index, number(p, scale));
		disp = sum(p, disp, index);
	}
	return take(p, ')') ? disp : fail(p, "its operand is not understood");
}

static const struct code_term *load(struct parse *p, const struct code_term *address, uint32_t size)
{
	struct code_term *t;

	if (!address)
		return fail(p, "its operand is not understood");
	if (p->narrow && address->kind != CODE_LINKED)
		address = extended(p, address, 4, false);
	t = arena_make(p->arena, struct code_term);
	*t = (struct code_term){.kind = CODE_LOAD, .a = address, .size = size};
	return t;
}

static const struct code_term *x86_operand(struct parse *p, uint32_t size)
{
	const struct code_term *disp = NULL;
	int64_t n;

	if (*p->at == '$') {
		p->at++;
		return take_number(p, &n) ? number(p, n) : symbol(p);
	}
	if (strncmp(p->at, "%fs:", 4) == 0 || strncmp(p->at, "%gs:", 4) == 0)
		return fail(p, "it is in thread-local storage");
	if (*p->at == '%' && p->i386 && size == WORD)
		return fail(p, "it is in two registers");
	if (*p->at == '%')
		return x86_register(p);
	if (take_number(p, &n)) {
		disp = number(p, n);
		if (*p->at == '+' && p->at[1] != '%') {
			p->at++;
			disp = symbol(p);
			if (!disp)
				return NULL;
			disp = term(p, CODE_LINKED, disp->number + n, NULL, NULL);
		}
	} else if (*p->at != '(') {
		disp = symbol(p);
		if (!disp)
			return NULL;
	}
	disp = x86_indexed(p, disp);
	return p->why ? NULL : load(p, disp, size);
}

/* --- arm64 --- */

static struct code_register arm_named(const char *s, size_t n)
{
	struct code_register r = {-1, s[0] == 'w' ? 4 : 8, 0};

	if ((n == 2 && memcmp(s, "sp", 2) == 0) || (n == 3 && memcmp(s, "wsp", 3) == 0))
		return (struct code_register){ARM_SP, n == 2 ? 8 : 4, 0};
	if (n < 2 || n > 3 || (s[0] != 'x' && s[0] != 'w') || s[1] < '0' || s[1] > '9')
		return r;
	if (n == 3 && (s[2] < '0' || s[2] > '9'))
		return r;
	r.number = n == 2 ? s[1] - '0' : 10 * (s[1] - '0') + s[2] - '0';
	if (r.number > 30)
		r.number = -1;
	return r;
}

static const struct code_term *arm_register(struct parse *p)
{
	size_t n = strcspn(p->at, ",] \t");
	struct code_register r = arm_named(p->at, n);

	if (n == 3 && (memcmp(p->at, "xzr", 3) == 0 || memcmp(p->at, "wzr", 3) == 0)) {
		p->at += n;
		return number(p, 0);
	}
	if (r.number < 0)
		return fail(p, n && strchr("vqdsh", *p->at) ? "it is in a floating-point register"
							    : "its operand is not understood");
	p->at += n;
	return extended(p, term(p, CODE_REGISTER, r.number, NULL, NULL), r.size, false);
}

/* ", lsl 3" and ", sxtw 2" behind an index. */
static const struct code_term *arm_shifted(struct parse *p, const struct code_term *index)
{
	int64_t shift = 0;
	bool is_signed;

	p->at += strspn(p->at, " \t");
	is_signed = strncmp(p->at, "sxtw", 4) == 0;
	if (!is_signed && strncmp(p->at, "uxtw", 4) != 0 && strncmp(p->at, "lsl", 3) != 0)
		return fail(p, "its operand is not understood");
	p->at += *p->at == 'l' ? 3 : 4;
	p->at += strspn(p->at, " \t#");
	if (take_number(p, &shift) && (shift < 0 || shift > 4))
		return fail(p, "its operand is not understood");
	index = is_signed ? extended(p, index, 4, true) : index;
	return shift ? term(p, CODE_SHL, 0, index, number(p, shift)) : index;
}

/* "[x0, 16]", "[x0, x1, lsl 3]" */
static const struct code_term *arm_memory(struct parse *p, uint32_t size)
{
	const struct code_term *base, *index = NULL;
	int64_t n;

	p->at += 1 + strspn(p->at + 1, " \t");
	base = arm_register(p);
	if (base && take(p, ',')) {
		p->at += strspn(p->at, " \t#");
		index = take_number(p, &n) ? number(p, n) : arm_register(p);
		if (index && take(p, ','))
			index = arm_shifted(p, index);
	}
	if (p->why || !take(p, ']'))
		return fail(p, "its operand is not understood");
	return load(p, sum(p, base, index), size);
}

static const struct code_term *arm_operand(struct parse *p, uint32_t size)
{
	int64_t n;

	if (*p->at == '[')
		return arm_memory(p, size);
	p->at += *p->at == '#';
	return take_number(p, &n) ? number(p, n) : arm_register(p);
}

/* --- both --- */

/* "-4@": false when the size is none. */
static bool take_size(struct parse *p, struct sdt_argument *out)
{
	const char *at = strchr(p->at, '@');
	int64_t n;

	out->size = p->narrow ? 4 : WORD;
	out->is_signed = true;
	if (!at || strspn(p->at, "-0123456789f") != (size_t)(at - p->at))
		return true; /* the form before sizes were written */
	if (!take_number(p, &n))
		return false;
	if (*p->at == 'f') {
		fail(p, "it is a floating-point number");
		p->at++;
	}
	if (*p->at != '@')
		return false;
	p->at++;
	out->is_signed = n < 0;
	n = n < 0 ? -n : n;
	out->size = (uint32_t)n;
	return n == 1 || n == 2 || n == 4 || n == 8;
}

void sdt_argument(const struct bytes *elf, const char *machine, const char *text, struct arena *a,
		  struct sdt_argument *out)
{
	struct parse p = {.elf = elf, .arena = a, .at = text};
	const struct code_term *t = NULL;

	*out = (struct sdt_argument){.text = text};
	p.narrow = elf && elfsec_class(*elf) == ELFSEC_NARROW;
	p.i386 = machine && strcmp(machine, "i386") == 0;
	if (strlen(text) > MAX_OPERAND || !take_size(&p, out))
		fail(&p, "its size is not understood");
	else if (p.why)
		;
	else if (p.i386 || (machine && strcmp(machine, "x86_64") == 0))
		t = x86_operand(&p, out->size);
	else if (machine && strcmp(machine, "aarch64") == 0)
		t = arm_operand(&p, out->size);
	else
		fail(&p, "operands of this machine are not known");
	if (!p.why && *p.at)
		fail(&p, "its operand is not understood");
	out->why = p.why;
	out->term = p.why ? NULL : extended(&p, t, out->size, out->is_signed);
}
