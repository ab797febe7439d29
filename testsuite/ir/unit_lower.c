/*
 * Lowering, by running what it makes: a small interpreter of numbers counts
 * statements and keeps the globals, so that evaluation order, short circuits,
 * loops, errors and the statement count are checked by what they do.
 */
#include "ir/lower.h"
#include "testsuite/ir/irtest.h"

enum { MOST_STEPS = 1000000 };

static struct ir_program *lower(struct irtest *t, const char *script)
{
	struct predefined pre = {.systemtap_v = "5.2", .guru = true};
	struct map macros = {.arena = t->arena};
	struct parse_input in = {.arena = t->arena,
				 .names = intern_new(t->arena),
				 .sources = t->sources,
				 .predefined = &pre,
				 .macros = &macros};
	struct sema_options options = {.guru = true, .unoptimised = true, .maxmapentries = 2048};
	struct sema_input si = {.arena = t->arena, .parse = &in, .options = &options};
	struct ir_limits limits = ir_default_limits();
	struct target_request nothing = {0};
	const struct target *target;
	struct program *p;
	struct ast *ast;

	in.diags = si.diags = t->diags = diags_new(t->arena, t->sources);
	si.target = target = target_open(t->arena, t->diags, &nothing);
	si.library = library_open(&in, NULL, 0);
	ast = parser_parse(&in, sources_add(t->sources, "x.stp", script, (uint32_t)strlen(script),
					    SOURCE_SCRIPT));
	p = t->diags->errors ? NULL : sema_elaborate(&si, &ast, 1);
	limits.maxstringlen = 16;
	if (p && !t->diags->errors)
		return lower_program(t->arena, p, target, &limits, true);
	for (uint32_t i = 0; i < t->diags->list.n; i++)
		CHECK(t, t->diags->list.v[i]->severity != SEV_ERROR, "%.500s: %s", script,
		      t->diags->list.v[i]->message);
	return NULL;
}

struct machine {
	const struct ir_program *p;
	int64_t globals[16], array[16]; /* of every array: element k & 15 */
	int64_t statements, steps;
	bool failed, passed;
};

static int64_t run(struct machine *m, uint32_t func, const int64_t *args);

static int64_t binary(enum ir_op op, int64_t a, int64_t b)
{
	if (op == OP_ADD || op == OP_SUB)
		return op == OP_ADD ? a + b : a - b;
	if (op == OP_MUL || op == OP_AND)
		return op == OP_MUL ? a * b : (a & b);
	if (op == OP_EQ || op == OP_NE)
		return op == OP_EQ ? a == b : a != b;
	if (op == OP_LT || op == OP_LE)
		return op == OP_LT ? a < b : a <= b;
	return op == OP_GT ? a > b : op == OP_GE ? a >= b : a / b;
}

static int64_t call(struct machine *m, const struct ir_inst *in, const int64_t *regs)
{
	int64_t args[8] = {0}, result = 0;

	for (uint32_t i = 0; i < in->nargs && i < 8; i++)
		args[i] = regs[in->args[i]];
	for (uint32_t c = 0; c < in->ncallees; c++) {
		m->passed = false;
		result = run(m, in->callees[c], args);
		if (!m->passed)
			return result;
	}
	m->failed = true;
	return 0;
}

/* What is no number is 0. */
static int64_t value(struct machine *m, const struct ir_inst *in, const int64_t *regs)
{
	int64_t a = in->nargs > 0 ? regs[in->args[0]] : 0,
		b = in->nargs > 1 ? regs[in->args[1]] : 0;

	if (in->op == OP_CONST)
		return in->imm;
	if (in->op == OP_MOV || in->op == OP_NEG)
		return in->op == OP_MOV ? a : -a;
	if (in->op == OP_GLOAD)
		return m->globals[in->global];
	if (in->op == OP_GSTORE || in->op == OP_GCLEAR)
		return m->globals[in->global] = a;
	if (in->op == OP_MGET)
		return m->array[a & 15];
	if (in->op == OP_MSET)
		return m->array[a & 15] = b;
	if (in->op == OP_STMT)
		return m->statements += in->imm;
	if (in->op == OP_CALL)
		return call(m, in, regs);
	if (in->op == OP_DIV && b == 0)
		m->failed = true;
	if ((in->op >= OP_ADD && in->op <= OP_DIV) || in->op == OP_AND ||
	    (in->op >= OP_EQ && in->op <= OP_GE))
		return m->failed ? 0 : binary(in->op, a, b);
	return 0;
}

/* Runs a block; the next one, or IR_NONE when the function is left. */
static uint32_t run_block(struct machine *m, const struct ir_block *b, int64_t *regs,
			  int64_t *result)
{
	const struct ir_inst *in = b->insts.v;

	for (;; in++) {
		if (m->steps++ > MOST_STEPS)
			m->failed = true;
		if (in->op == OP_FAIL)
			m->failed = true;
		if (ir_op_ends(in->op) || m->failed)
			break;
		int64_t v = value(m, in, regs);

		if (in->dst != IR_NONE && !m->failed)
			regs[in->dst] = v;
		if (m->failed)
			break;
	}
	if (m->failed) {
		m->failed = b->catch == IR_NONE;
		return b->catch;
	}
	m->passed = in->op == OP_PASS;
	if (in->op == OP_RETURN && in->nargs)
		*result = regs[in->args[0]];
	if (in->op == OP_BRANCH)
		return in->target[regs[in->args[0]] ? 0 : 1];
	return in->op == OP_JUMP ? in->target[0] : IR_NONE;
}

static int64_t run(struct machine *m, uint32_t func, const int64_t *args)
{
	const struct ir_func *f = &m->p->funcs.v[func];
	int64_t *regs = arena_alloc(m->p->arena, (f->regs.n + 1) * sizeof *regs), result = 0;

	for (uint32_t i = 0; i < f->nparams; i++)
		regs[i] = args[i];
	for (uint32_t b = 0; b != IR_NONE;)
		b = run_block(m, &f->blocks.v[b], regs, &result);
	return result;
}

struct sample {
	const char *what, *body;
	int64_t r; /* of the global r afterwards */
};

static const struct sample VALUES[] = {
	{"left operand before right", "a = 1; r = a + a++ * 10", 11},
	{"left operand kept from an assignment", "a = 1; r = a + (a = 5)", 6},
	{"postfix gives the old value", "a = 1; b = a++; r = b * 10 + a", 12},
	{"prefix gives the new value", "a = 1; b = ++a; r = b * 10 + a", 22},
	{"postfix of a global", "r = 4; a = r--; r = r * 10 + a", 34},
	{"postfix of an element", "t[2] = 7; a = t[2]++; r = a * 10 + t[2]", 78},
	{"key before the right side", "a = 1; t[a] = (a = 3); r = t[1] * 10 + t[3]", 30},
	{"op= reads after the right side", "a = 1; a += (a = 5); r = a", 10},
	{"assignment has a value", "r = (a = 3) + (b = 4)", 7},
	{"chained assignment", "a = b = 3; r = a * 10 + b", 33},
	{"false && skips", "a = 1; b = 0 && (a = 2); r = a * 10 + b", 10},
	{"true || skips", "a = 1; b = 7 || (a = 2); r = a * 10 + b", 11},
	{"&& is 0 or 1", "r = 5 && 7", 1},
	{"|| of zeros", "r = 0 || 0", 0},
	{"not", "r = !5 * 10 + !0", 1},
	{"nested conditions", "if (!(1 && 0) && (0 || 2)) r = 3", 3},
	{"ternary takes one arm", "a = 0; r = 1 ? 5 : (a = 9); r += a", 5},
	{"ternary takes the other", "r = 0 ? 5 : 0 ? 6 : 7", 7},
	{"if without else", "if (0) r = 1", 0},
	{"if with else", "if (0) r = 1; else r = 2", 2},
	{"while", "while (r < 5) r++", 5},
	{"for with continue", "for (i = 0; i < 6; i++) { if (i == 2) continue; r += i }", 13},
	{"break leaves the inner loop", "for (i = 0; i < 3; i++) for (;;) { r++; break }", 3},
	{"while with a condition that assigns", "i = 3; while (i--) r = r * 10 + i", 210},
	{"locals start at zero", "r = x + 4; x = 1", 4},
	{"next leaves the handler", "r = 1; next; r = 2", 1},
	{"next in a loop", "while (1) { r++; if (r == 4) next }", 4},
	{"delete of a scalar", "r = 4; delete r", 0},
	{"delete of a local", "a = 4; delete a; r = a", 0},
	{"an error goes to catch", "try { r = 1; a = 1 / z; r = 2 } catch { r += 10 }", 11},
	{"no error: no catch", "try { r = 1 } catch { r = 2 }", 1},
	{"an error in catch goes out",
	 "try { try { r = 1 / z } catch { r = 1 / z } } catch { r = 3 }", 3},
	{"break out of try", "while (1) { try { break } catch { r = 9 } } r += 2", 2},
	{"after break the outer catch",
	 "try { while (1) { try { break } catch { r = 9 } } r = 1 / z } catch { r = 5 }", 5},
	{"call", "r = add(2, 3)", 5},
	{"arguments left to right", "a = 1; r = add(a, a++) * 10 + a", 22},
	{"recursion", "r = fact(5)", 120},
	{"an error in a function is caught", "try { r = fail(0) } catch { r = 8 }", 8},
	{"overloads: the first takes it", "r = pick(1)", 10},
	{"overloads: the first passes", "r = pick(7)", 20},
	{"falling off the end gives 0", "r = 3; r = nothing(0)", 0},
	{"an effect in a function", "r = 1; bump(); bump()", 3},
};

static const char PRELUDE[] =
	"global r = 0, z = 0, t\n"
	"function add:long(a:long, b:long) { return a + b }\n"
	"function fact:long(n:long) { if (n <= 1) return 1; return n * fact(n - 1) }\n"
	"function fail:long(n:long) { return 1 / n }\n"
	"function pick:long(n:long) { if (n > 5) next; return 10 }\n"
	"function pick:long(n:long) { return 20 }\n"
	"function nothing:long(n:long) { if (n) return n }\n"
	"function bump() { r++ }\n";

static struct machine begin(struct irtest *t, const char *script)
{
	struct machine m = {.p = lower(t, script)};

	if (m.p)
		run(&m, 0, NULL);
	return m;
}

static int64_t global(const struct machine *m, const char *name)
{
	for (uint32_t g = 0; m->p && g < m->p->globals.n; g++)
		if (strcmp(m->p->globals.v[g].name, name) == 0)
			return m->globals[g];
	return -1;
}

static void values(struct irtest *t)
{
	for (size_t i = 0; i < sizeof VALUES / sizeof *VALUES; i++) {
		const struct sample *s = &VALUES[i];
		struct machine m = begin(t, arena_printf(t->arena,
							 "%sprobe begin { %s }\nprobe end { t[0] = "
							 "0; println(r, z, t[0]) }\n",
							 PRELUDE, s->body));

		CHECK(t, m.p && !m.failed && global(&m, "r") == s->r,
		      "%s: '%s' gives %lld, not %lld", s->what, s->body, (long long)global(&m, "r"),
		      (long long)s->r);
	}
}

static const struct sample COSTS[] = {
	{"nothing", "", 0},
	{"blocks and empty statements", "{ ; { ; } }", 0},
	{"one", "r = 1", 1},
	{"if and its arm", "if (1) r = 1", 2},
	{"if not taken", "if (0) r = 1", 1},
	{"an endless loop counts its iterations", "while (r < 3) { r++ }", 1 + 3 * 2},
	{"a for of ten", "for (i = 0; i < 10; i++) { r++ }", 1 + 1 + 10 * 3},
	{"a nest", "for (i = 0; i < 10; i++) { for (j = 0; j < 20; j++) { r++ } }", 642},
	{"a loop that does not start", "while (0) r = 1", 1},
	{"break", "while (1) break", 1 + 1 + 1},
	{"a function's statements", "r = add(1, 2)", 2},
	{"try and catch", "try { r = 1 / z } catch { r = 2 }", 3},
	{"statements after next", "next; r = 1", 1},
};

static void costs(struct irtest *t)
{
	for (size_t i = 0; i < sizeof COSTS / sizeof *COSTS; i++) {
		const struct sample *s = &COSTS[i];
		struct machine m = begin(t, arena_printf(t->arena,
							 "%sprobe begin { %s }\nprobe end { t[0] = "
							 "0; println(r, z, t[0]) }\n",
							 PRELUDE, s->body));

		CHECK(t, m.p && m.statements == s->r, "%s: '%s' counts %lld, not %lld", s->what,
		      s->body, (long long)m.statements, (long long)s->r);
	}
}

static unsigned count(const struct ir_program *p, enum ir_op op)
{
	unsigned n = 0;

	for (uint32_t f = 0; p && f < p->funcs.n; f++)
		vec_each(b, &p->funcs.v[f].blocks) {
			vec_each(i, &p->funcs.v[f].blocks.v[b].insts)
				n += p->funcs.v[f].blocks.v[b].insts.v[i].op == op;
		}
	return n;
}

static void shapes(struct irtest *t)
{
	const struct ir_program *p = lower(t, "global a probe begin { a[1]++; a[2] += 3 }");

	CHECK(t, count(p, OP_MGET) == 2 && count(p, OP_MSET) == 2,
	      "a[k]++ is not one get, one set");
	p = lower(t, "global g probe begin { x = g + g; println(x) }");
	CHECK(t, count(p, OP_GLOAD) == 2, "each mention of a global is one load");
	p = lower(t, "probe begin { next; while (1) { println(1) } }");
	CHECK(t, count(p, OP_PRINT) == 0 && p && p->funcs.v[0].loops.n == 0, "dead code is kept");
	p = lower(t, "probe begin { println(\"0123456789abcdefghij\") }");
	for (uint32_t i = 0; p && i < p->funcs.v[0].blocks.v[0].insts.n; i++) {
		const struct ir_inst *in = &p->funcs.v[0].blocks.v[0].insts.v[i];

		CHECK(t, in->op != OP_STR || strlen(in->str) == 15, "a literal longer than 15: %s",
		      in->str);
	}
	p = lower(t, "function never(n) { while (1) n++ } probe begin { println(1) }");
	CHECK(t, p && p->funcs.n == 1, "a function that nothing calls is there");
}

static void handlers(struct irtest *t)
{
	const struct ir_program *p =
		lower(t, "probe begin { println(1) } probe begin(-3), end { println(2) } "
			 "probe timer.ms(5) { println(3) } probe error { println(4) }");
	static const struct {
		uint32_t handler;
		enum ir_when when;
		int64_t number;
	} want[] = {{0, WHEN_BEGIN, 0},
		    {1, WHEN_BEGIN, -3},
		    {1, WHEN_END, 0},
		    {2, WHEN_TIMER, 5000000},
		    {3, WHEN_ERROR, 0}};

	CHECK(t, p && p->attaches.n == 5, "five sites");
	for (uint32_t i = 0; p && i < p->attaches.n && i < 5; i++) {
		const struct ir_attach *a = &p->attaches.v[i];

		CHECK(t,
		      a->handler == want[i].handler && a->when == want[i].when &&
			      a->number == want[i].number,
		      "attachment %u: handler %u, when %d, number %lld", i, a->handler,
		      (int)a->when, (long long)a->number);
	}
}

static char *repeat(struct irtest *t, const char *head, const char *fmt, unsigned n,
		    const char *tail)
{
	char *text, *copy;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	fputs(head, f);
	for (unsigned i = 0; i < n; i++) {
		fprintf(f,
			fmt[0] == 'f' ? "function f%u:long(n:long) { return f%u(n) }\n"
				      : "r = r + %u; x = %u\n",
			i, fmt[0] == 'f' ? (i + 1) % n : i);
	}
	fputs(tail, f);
	fclose(f);
	copy = arena_strdup(t->arena, text);
	free(text);
	return copy;
}

static void large(struct irtest *t)
{
	const struct ir_program *p = lower(
		t, repeat(t, "global r probe begin {\n", "s", 5000, "} probe end { println(r) }"));

	CHECK(t, count(p, OP_STMT) == 10001, "ten thousand statements: %u", count(p, OP_STMT));
	p = lower(t, repeat(t, "", "f", 20000, "probe begin { println(f0(1)) }"));
	CHECK(t, p && p->funcs.n == 20001, "twenty thousand functions");
	CHECK(t, count(p, OP_CALL) == 20001, "a call each");
}

int main(void)
{
	struct irtest t = irtest_new();

	values(&t);
	costs(&t);
	shapes(&t);
	handlers(&t);
	large(&t);
	return irtest_end(&t);
}
