/*
 * Types and variables of DWARF, from a program compiled here with and without optimisation, and
 * DWARF expressions: random programs give the same value when run on a stack and when their tree
 * is evaluated.
 */
#include "fixture.h"
#include "target/dwarfterm.h"
#include "target/dwarftype.h"

#include <spawn.h>
#include <sys/wait.h>

static const char source[] =
	"enum colour { RED = 1, BLUE = 7 };\n"
	"enum level { LOW = -1, HIGH = 1 };\n"
	"struct later;\n"
	"struct inner { int a : 3; unsigned b : 5; long c; };\n"
	"struct outer { char name[16]; struct inner in; union { int x; float f; }; int m[3][4];\n"
	"  struct outer *next; enum colour col; const char *const text; struct later *l;\n"
	"  int (*call)(struct outer *, ...); unsigned char tail[]; };\n"
	"typedef struct outer outer_t;\n"
	"int total = 3; static long hidden = 4; __thread int per_thread = 5;\n"
	"enum level lev; volatile const int limit = 9;\n"
	"__attribute__((noinline)) int seven(int a, long b, outer_t *o, char d, unsigned e,\n"
	"  short g, long h) { return (int)(a + b + o->in.a + d + e + g + h + total + hidden); }\n"
	"__attribute__((noinline)) int work(int a, struct outer *o) {\n"
	"  int sum = a * 3;\n"
	"  if (o->next) { long sum = o->in.c; total += sum + lev; per_thread++; }\n"
	"  return sum + o->m[1][2] + seven(1, 2, o, 4, 5, 6, 7) + limit; }\n"
	"int main(int argc, char **argv) { (void)argv; outer_t o = {0};\n"
	"  return work(argc, &o); }\n";

static const char second[] = "struct later { int found; };\nstruct later it;\n";

extern char **environ;

/* Compiles both files; NULL when there is no compiler. */
static const char *compile(struct fixture *f, const char *optimise, const char *version)
{
	const char *a = arena_printf(f->a, "%s/a.c", f->dir);
	const char *b = arena_printf(f->a, "%s/b.c", f->dir);
	const char *out = arena_printf(f->a, "%s/a%s%s", f->dir, optimise, version);
	const char *args[] = {"gcc", "-g", version, optimise, "-fno-pie", "-no-pie",
			      "-w",  "-o", out,     a,        b,          NULL};
	FILE *file;
	pid_t pid;
	int status;

	file = fopen(a, "w");
	fputs(source, file);
	fclose(file);
	file = fopen(b, "w");
	fputs(second, file);
	fclose(file);
	if (posix_spawnp(&pid, "gcc", NULL, NULL, (char **)(uintptr_t)args, environ) != 0 ||
	    waitpid(pid, &status, 0) != pid || status != 0)
		return NULL;
	return out;
}

/* The function of that name as a place at its entry, or some bytes behind it. */
static struct code_place place_in(const struct code *c, const char *name, uint64_t behind)
{
	struct code_place p = {.code = c, .function = name};
	Dwarf *dw = codefile_dwarf(c);
	Dwarf_CU *cu = NULL;
	Dwarf_Die unit, die;
	Dwarf_Addr entry;

	while (dw && dwarf_get_units(dw, cu, &cu, NULL, NULL, &unit, NULL) == 0)
		for (int more = dwarf_child(&unit, &die); more == 0;
		     more = dwarf_siblingof(&die, &die))
			if (dwarf_tag(&die) == DW_TAG_subprogram && dwarf_diename(&die) &&
			    !strcmp(dwarf_diename(&die), name) &&
			    dwarf_entrypc(&die, &entry) == 0) {
				p.scope = dwarf_dieoffset(&die);
				p.address = entry + c->bias + behind;
			}
	return p;
}

/* --- a machine for terms --- */

struct world {
	int64_t registers[64];
	uint64_t memory_base;
	int64_t memory[8];
	bool divided_by_zero;
};

static int64_t eval(struct world *w, const struct code_term *t)
{
	int64_t a = t->a ? eval(w, t->a) : 0, b = t->b ? eval(w, t->b) : 0;
	uint64_t ua = (uint64_t)a, ub = (uint64_t)b;

	switch (t->kind) {
	case CODE_NUMBER:
	case CODE_ENTRY:
	case CODE_LINKED:
	case CODE_THREAD: return t->number;
	case CODE_REGISTER: return w->registers[t->number & 63];
	case CODE_LOAD: {
		int64_t value = 0;

		if (ua - w->memory_base + t->size > sizeof w->memory)
			return 0;
		memcpy(&value, (char *)w->memory + (ua - w->memory_base), t->size);
		return value;
	}
	case CODE_ADD: return (int64_t)(ua + ub);
	case CODE_SUB: return (int64_t)(ua - ub);
	case CODE_MUL: return (int64_t)(ua * ub);
	case CODE_DIV:
		w->divided_by_zero |= b == 0;
		return b == 0 ? 0 : b == -1 ? (int64_t)(0 - ua) : a / b;
	case CODE_MOD: w->divided_by_zero |= b == 0; return b ? (int64_t)(ua % ub) : 0;
	case CODE_AND: return a & b;
	case CODE_OR: return a | b;
	case CODE_XOR: return a ^ b;
	case CODE_SHL: return (int64_t)(ua << (b & 63));
	case CODE_SHR: return (int64_t)(ua >> (b & 63));
	case CODE_SAR: return a >> (b & 63);
	case CODE_NEG: return (int64_t)(0 - ua);
	case CODE_NOT: return ~a;
	case CODE_ABS: return a < 0 ? (int64_t)(0 - ua) : a;
	case CODE_EQ: return a == b;
	case CODE_NE: return a != b;
	case CODE_LT: return a < b;
	case CODE_LE: return a <= b;
	case CODE_GT: return a > b;
	case CODE_GE: return a >= b;
	}
	return 0;
}

static const Dwarf_Op two[] = {{DW_OP_plus, 0, 0, 0}, {DW_OP_minus, 0, 0, 0}, {DW_OP_mul, 0, 0, 0},
			       {DW_OP_div, 0, 0, 0},  {DW_OP_mod, 0, 0, 0},   {DW_OP_and, 0, 0, 0},
			       {DW_OP_or, 0, 0, 0},   {DW_OP_xor, 0, 0, 0},   {DW_OP_eq, 0, 0, 0},
			       {DW_OP_ne, 0, 0, 0},   {DW_OP_lt, 0, 0, 0},    {DW_OP_le, 0, 0, 0},
			       {DW_OP_gt, 0, 0, 0},   {DW_OP_ge, 0, 0, 0}};

static int64_t two_values(unsigned op, int64_t a, int64_t b)
{
	uint64_t ua = (uint64_t)a, ub = (uint64_t)b;

	switch (op) {
	case DW_OP_plus: return (int64_t)(ua + ub);
	case DW_OP_minus: return (int64_t)(ua - ub);
	case DW_OP_mul: return (int64_t)(ua * ub);
	case DW_OP_div: return b == 0 ? 0 : b == -1 ? (int64_t)(0 - ua) : a / b;
	case DW_OP_mod: return b ? (int64_t)(ua % ub) : 0;
	case DW_OP_and: return a & b;
	case DW_OP_or: return a | b;
	case DW_OP_xor: return a ^ b;
	case DW_OP_eq: return a == b;
	case DW_OP_ne: return a != b;
	case DW_OP_lt: return a < b;
	case DW_OP_le: return a <= b;
	case DW_OP_gt: return a > b;
	}
	return a >= b;
}

/* A random program, run as it is written. */
static size_t random_program(struct world *w, Dwarf_Op *ops, size_t max, int64_t *value)
{
	int64_t stack[64];
	size_t n = 0, depth = 0;

	while (n < max) {
		unsigned choice = (unsigned)rand() % 8;
		int64_t number = rand() % 3 ? rand() % 64 : (int64_t)((uint64_t)rand() << 40);
		Dwarf_Op op = {DW_OP_consts, (Dwarf_Word)number, 0, 0};

		if (depth >= 2 && choice < 4) {
			op = two[(unsigned)rand() % (sizeof two / sizeof *two)];
			stack[depth - 2] = two_values(op.atom, stack[depth - 2], stack[depth - 1]);
			depth--;
		} else if (depth >= 2 && choice == 4) {
			op = (Dwarf_Op){DW_OP_swap, 0, 0, 0};
			number = stack[depth - 1];
			stack[depth - 1] = stack[depth - 2];
			stack[depth - 2] = number;
		} else if (depth >= 3 && choice == 5) {
			op = (Dwarf_Op){DW_OP_rot, 0, 0, 0};
			number = stack[depth - 1];
			stack[depth - 1] = stack[depth - 2];
			stack[depth - 2] = stack[depth - 3];
			stack[depth - 3] = number;
		} else if (depth >= 1 && choice == 6) {
			op = (Dwarf_Op){DW_OP_neg, 0, 0, 0};
			stack[depth - 1] = (int64_t)(0 - (uint64_t)stack[depth - 1]);
		} else if (depth < 20 && choice == 7) {
			unsigned r = (unsigned)rand() % 16;

			op = (Dwarf_Op){(uint8_t)(DW_OP_breg0 + r), 5, 0, 0};
			stack[depth++] = (int64_t)((uint64_t)w->registers[r] + 5);
		} else if (depth < 20) {
			stack[depth++] = number;
		} else {
			continue;
		}
		ops[n++] = op;
	}
	*value = stack[depth - 1];
	return n;
}

static void test_expressions(struct fixture *f)
{
	struct code c = {.arena = f->a};
	struct world w = {.memory_base = 1000};

	for (int i = 0; i < 64; i++)
		w.registers[i] = (int64_t)((uint64_t)rand() * 0x123456789u);
	for (int i = 0; i < 2000; i++) {
		struct dwarfterm_at at = {.code = &c, .arena = f->a, .budget = DWARFTERM_BUDGET};
		Dwarf_Op ops[40];
		int64_t value;
		size_t n = random_program(&w, ops, 1 + (size_t)i % 40, &value);
		struct dwarfterm_result r = dwarfterm_run(&at, NULL, ops, n);

		if (!r.term || !r.in_memory || eval(&w, r.term) != value)
			CHECK(f, !"a tree differs from its program");
	}
	CHECK(f, true);
}

static const char *why_of(struct fixture *f, const Dwarf_Op *ops, size_t n)
{
	struct code c = {.arena = f->a};
	struct dwarfterm_at at = {.code = &c, .arena = f->a, .budget = DWARFTERM_BUDGET};
	struct dwarfterm_result r = dwarfterm_run(&at, NULL, ops, n);

	return r.term ? NULL : r.why;
}

static void test_refused(struct fixture *f)
{
	static const Dwarf_Op branch[] = {{DW_OP_lit1, 0, 0, 0}, {DW_OP_bra, 3, 0, 0}};
	static const Dwarf_Op empty[] = {{DW_OP_plus, 0, 0, 0}};
	static const Dwarf_Op piece[] = {{DW_OP_reg0, 0, 0, 0}, {DW_OP_piece, 8, 0, 0}};
	static const Dwarf_Op after[] = {{DW_OP_reg0, 0, 0, 0}, {DW_OP_lit1, 0, 0, 0}};
	static const Dwarf_Op frame[] = {{DW_OP_fbreg, 8, 0, 0}};
	static const Dwarf_Op odd[] = {{DW_OP_breg7, 0, 0, 0}, {DW_OP_deref_size, 3, 0, 0}};
	Dwarf_Op doubled[60] = {{DW_OP_breg7, 0, 0, 0}};

	for (int i = 1; i < 59; i += 2) {
		doubled[i] = (Dwarf_Op){DW_OP_dup, 0, 0, 0};
		doubled[i + 1] = (Dwarf_Op){DW_OP_plus, 0, 0, 0};
	}
	CHECK(f, why_of(f, branch, 2) && strstr(why_of(f, branch, 2), "branches"));
	CHECK(f, why_of(f, empty, 1) && strstr(why_of(f, empty, 1), "damaged"));
	CHECK(f, why_of(f, piece, 2) && strstr(why_of(f, piece, 2), "pieces"));
	CHECK(f, why_of(f, after, 2) && why_of(f, frame, 1) && why_of(f, odd, 2));
	CHECK(f, why_of(f, doubled, 59) && strstr(why_of(f, doubled, 59), "too large"));
	CHECK(f, why_of(f, empty, 0) != NULL);
}

/* --- types --- */

static void test_types(struct fixture *f, const struct target *t, const struct code *c)
{
	struct ttype outer, ty;
	struct ttype_info info;
	struct target_member m;
	int64_t value;

	CHECK(f, code_type_named(c, "struct outer", &outer));
	info = target_type(t, outer);
	CHECK(f, info.kind == TTYPE_STRUCT && info.nmembers == 10 && info.size == 128);
	CHECK(f, target_member(t, outer, "x", &m) && m.bit_offset == 32 * 8 && !m.bit_size);
	CHECK(f, target_member(t, outer, "in", &m) && m.bit_offset == 16 * 8);
	CHECK(f, target_type(t, m.type).kind == TTYPE_STRUCT);
	ty = m.type;
	CHECK(f, target_member(t, ty, "a", &m) && m.bit_offset == 0 && m.bit_size == 3);
	CHECK(f, target_type(t, m.type).is_signed);
	CHECK(f, target_member(t, ty, "b", &m) && m.bit_offset == 3 && m.bit_size == 5);
	CHECK(f, target_member(t, outer, "m", &m));
	info = target_type(t, m.type);
	CHECK(f, info.kind == TTYPE_ARRAY && info.nelements == 3 && info.size == 48);
	CHECK(f, !strcmp(target_type_text(t, m.type, f->a), "int[3][4]"));
	info = target_type(t, info.element);
	CHECK(f, info.kind == TTYPE_ARRAY && info.nelements == 4 && info.size == 16);
	CHECK(f, target_type(t, info.element).kind == TTYPE_INT);
	CHECK(f, target_member(t, outer, "name", &m) && target_type(t, m.type).size == 16);
	CHECK(f, target_type(t, target_type(t, m.type).element).is_char);
	CHECK(f, target_member(t, outer, "col", &m) && target_type(t, m.type).kind == TTYPE_ENUM);
	CHECK(f, !target_type(t, m.type).is_signed);
	CHECK(f, target_member(t, outer, "text", &m));
	CHECK(f, !strcmp(target_type_text(t, m.type, f->a), "const char *const"));
	CHECK(f, !strcmp(target_type_listed(t, m.type, f->a), "char const* const"));
	CHECK(f, target_member(t, outer, "call", &m));
	CHECK(f, !strcmp(target_type_text(t, m.type, f->a), "int (*)(struct outer *, ...)"));
	CHECK(f, target_member(t, outer, "tail", &m) && target_type(t, m.type).nelements == 0);
	/* declared in one file, defined in another */
	CHECK(f, target_member(t, outer, "l", &m));
	CHECK(f, target_member(t, target_type(t, m.type).element, "found", &m));
	CHECK(f, !target_member(t, outer, "nothing", &m));
	CHECK(f, !strcmp(target_near_member(t, outer, "nam"), "name"));
	CHECK(f, code_type_named(c, "outer_t", &ty) && target_type(t, ty).kind == TTYPE_STRUCT);
	CHECK(f, code_type_named(c, "enum level", &ty) && target_type(t, ty).is_signed);
	CHECK(f, !code_type_named(c, "struct nothing", &ty));
	CHECK(f, code_enumerator(c, "BLUE", &value) && value == 7);
	CHECK(f, code_enumerator(c, "LOW", &value) && value == -1);
	CHECK(f, !code_enumerator(c, "GREEN", &value));
}

/* --- variables --- */

static void test_globals(struct fixture *f, const struct target *t, const struct code *c)
{
	struct code_variable v;

	CHECK(f, code_global(c, "total", NULL, f->a, &v) && v.in_memory && v.kind == CODE_GLOBAL);
	CHECK(f, v.term && v.term->kind == CODE_LINKED && target_type(t, v.type).is_signed);
	CHECK(f, code_global(c, "hidden", "a.c", f->a, &v) && (v.term || v.why));
	CHECK(f, !code_global(c, "hidden", "b.c", f->a, &v));
	CHECK(f, code_global(c, "per_thread", NULL, f->a, &v));
	CHECK(f, v.term && v.term->kind == CODE_THREAD);
	CHECK(f, code_global(c, "limit", NULL, f->a, &v) && v.term);
	CHECK(f, code_global(c, "it", "b.c", f->a, &v) && target_type(t, v.type).size == 4);
	CHECK(f, !code_global(c, "sum", NULL, f->a, &v));
}

static void test_at_entry(struct fixture *f, const struct target *t, const struct code *c)
{
	static const char *const names[] = {"a", "b", "o", "d", "e", "g", "h"};
	static const int registers[] = {5, 4, 1, 2, 8, 9};
	struct code_place p = place_in(c, "seven", 0);
	struct world w = {.memory_base = 5000, .memory = {11, 12, 13}};
	struct code_variable v;

	w.registers[7] = 5000;
	CHECK(f, p.scope != 0);
	for (uint32_t i = 0; i < 6; i++) {
		w.registers[registers[i]] = 100 + i;
		CHECK(f, code_variable_at(&p, i, f->a, &v) && !strcmp(v.name, names[i]));
		CHECK(f, code_variable(&p, names[i], f->a, &v) && v.kind == CODE_PARAMETER);
		CHECK(f, v.term && !v.in_memory && eval(&w, v.term) == 100 + i);
	}
	/* the seventh is on the stack, above the return address */
	CHECK(f, code_variable(&p, "h", f->a, &v) && v.in_memory && v.term);
	CHECK(f, v.term && eval(&w, v.term) == 5008);
	CHECK(f, !strcmp(target_type_text(t, code_result(&p), f->a), "int"));
	CHECK(f, !code_variable(&p, "nothing", f->a, &v));
	CHECK(f, code_variable(&p, "total", f->a, &v) && v.kind == CODE_GLOBAL);
}

static void test_locals(struct fixture *f, const struct target *t, const struct code *c)
{
	struct code_place p = place_in(c, "work", 0);
	struct world w = {.memory_base = 5000};
	struct code_variable v;
	Dwarf_Die scope, block;
	Dwarf_Addr low = 0;

	p.address += 20; /* behind the prologue: rbp is the frame */
	w.registers[6] = 9000;
	CHECK(f, code_variable(&p, "sum", f->a, &v) && v.in_memory && v.term);
	CHECK(f, target_type(t, v.type).size == 4);
	CHECK(f, v.term && eval(&w, v.term) < 9000 && eval(&w, v.term) > 8900);
	CHECK(f, codefile_die(c, p.scope, &scope));
	for (int more = dwarf_child(&scope, &block); more == 0;
	     more = dwarf_siblingof(&block, &block))
		if (dwarf_tag(&block) == DW_TAG_lexical_block)
			dwarf_lowpc(&block, &low);
	p.address = low + c->bias;
	/* the inner one hides the outer */
	CHECK(f, low && code_variable(&p, "sum", f->a, &v) && target_type(t, v.type).size == 8);
	CHECK(f, code_variable_at(&p, 0, f->a, &v) && !strcmp(v.name, "sum"));
	CHECK(f, code_variable_at(&p, 2, f->a, &v) && !strcmp(v.name, "o"));
	CHECK(f, !code_variable_at(&p, 3, f->a, &v));
}

static void test_program(struct fixture *f, const char *optimise, const char *version)
{
	struct target_request request = {0};
	const struct target *t = target_open(f->a, f->ds, &request);
	const char *path = compile(f, optimise, version);
	const struct code *c;

	CHECK(f, path != NULL);
	if (!path)
		return;
	c = code_of_program(t, path);
	CHECK(f, code_source(c) == CODE_DWARF);
	test_types(f, t, c);
	test_globals(f, t, c);
	if (!strcmp(optimise, "-O2"))
		test_at_entry(f, t, c);
	else
		test_locals(f, t, c);
	target_close(t);
}

/* --- damage --- */

static void ask_everything(struct fixture *f, const struct target *t, const struct code *c)
{
	static const char *const types[] = {"struct outer", "outer_t", "enum level",
					    "struct later"};
	static const char *const globals[] = {"total", "hidden", "per_thread", "limit", "it"};
	static const char *const functions[] = {"seven", "work", "main"};
	struct code_variable v;
	struct ttype ty;
	int64_t value;

	for (size_t i = 0; i < sizeof types / sizeof *types; i++)
		if (code_type_named(c, types[i], &ty))
			ask_type(f, t, ty);
	for (size_t i = 0; i < sizeof globals / sizeof *globals; i++)
		if (code_global(c, globals[i], NULL, f->a, &v))
			ask_type(f, t, v.type);
	for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
		for (uint64_t behind = 0; behind < 60; behind += 12) {
			struct code_place p = place_in(c, functions[i], behind);

			code_variable(&p, "sum", f->a, &v);
			ask_type(f, t, code_result(&p));
			for (uint32_t k = 0; k < 8; k++)
				if (code_variable_at(&p, k, f->a, &v))
					ask_type(f, t, v.type);
		}
	}
	code_enumerator(c, "BLUE", &value);
}

static struct blob read_file(struct fixture *f, const char *path)
{
	struct blob b = {arena_alloc(f->a, 1 << 20), 0};
	FILE *file = fopen(path, "r");

	b.n = fread(b.p, 1, 1 << 20, file);
	fclose(file);
	return b;
}

static void test_damage(struct fixture *f, const char *path)
{
	struct blob whole = read_file(f, path);
	unsigned char *copy = arena_alloc(f->a, whole.n);
	struct target_request request = {0};

	for (int round = 0; round < 150; round++) {
		const struct target *t = target_open(f->a, f->ds, &request);
		const char *name = arena_printf(f->a, "%s/damaged%d", f->dir, round);
		FILE *file = fopen(name, "w");

		memcpy(copy, whole.p, whole.n);
		/* behind the code are debug sections, then the symbols and section headers */
		for (int i = 0; i < 1 + round % 40; i++)
			copy[0x3000 + (size_t)rand() % (whole.n - 0x3000 - 0x1000)] ^=
				(unsigned char)(1 + rand() % 255);
		fwrite(copy, 1, whole.n, file);
		fclose(file);
		ask_everything(f, t, code_of_program(t, name));
		target_close(t);
		unlink(name);
	}
	CHECK(f, true);
}

int main(void)
{
	struct fixture f;

	fixture_start(&f);
	test_expressions(&f);
	test_refused(&f);
	test_program(&f, "-O0", "-gdwarf-5");
	test_program(&f, "-O2", "-gdwarf-5");
	test_program(&f, "-O0", "-gdwarf-4");
	test_program(&f, "-O2", "-gdwarf-2");
	if (compile(&f, "-O2", "-gdwarf-5"))
		test_damage(&f, arena_printf(f.a, "%s/a-O2-gdwarf-5", f.dir));
	if (compile(&f, "-O0", "-gdwarf-4"))
		test_damage(&f, arena_printf(f.a, "%s/a-O0-gdwarf-4", f.dir));
	return fixture_end(&f);
}
