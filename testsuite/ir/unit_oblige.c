/* What each op owes, and what it does not; loops, handlers, attachments, recursion. */
#include "testsuite/ir/irtest.h"

struct row {
	const char *inst, *owes; /* owes "": nothing */
};

static const char HEAD[] = "global g0 \"n\" int = 0\n"
			   "global g1 \"a\" int [int] capacity 9\n"
			   "global g2 \"w\" int [int] capacity 9 wrap\n"
			   "global g3 \"s\" stats hist log\n"
			   "global g4 \"h\" stats [int] capacity 9 hist log\n"
			   "function f0 \"f\" (%0 int \"n\") int\nb0:\n return %0\nend\n"
			   "handler f1 \"begin\"\n temps int %0 %1\n temps str %2 %3\n"
			   " iter i0 g1 keys *\nb0:\n %0 = const 1\n %2 = str \"s\"\n ";

static const struct row ROWS[] = {
	{"%1 = const 1", ""},
	{"%3 = str \"\"", ""},
	{"%1 = mov %0", ""},
	{"%1 = add %0 %0", ""},
	{"%1 = sub %0 %0", ""},
	{"%1 = mul %0 %0", "arithmetic-intent"},
	{"%1 = div %0 %0", "division-nonzero"},
	{"%1 = mod %0 %0", "division-nonzero"},
	{"%1 = and %0 %0", ""},
	{"%1 = or %0 %0", ""},
	{"%1 = xor %0 %0", ""},
	{"%1 = shl %0 %0", ""},
	{"%1 = shr %0 %0", ""},
	{"%1 = ushr %0 %0", ""},
	{"%1 = neg %0", ""},
	{"%1 = not %0", ""},
	{"%1 = eq %0 %0", ""},
	{"%1 = ne %0 %0", ""},
	{"%1 = lt %0 %0", ""},
	{"%1 = le %0 %0", ""},
	{"%1 = gt %0 %0", ""},
	{"%1 = ge %0 %0", ""},
	{"%1 = strcmp %2 %2", ""},
	{"%3 = concat %2 %2", "string-fits"},
	{"%1 = match \"x\" %2", ""},
	{"%1 = gload g0", ""},
	{"gstore g0 %0", ""},
	{"gclear g0", ""},
	{"%1 = mget g1 %0", ""},
	{"mset g1 %0 %0", "map-has-room"},
	{"mset g2 %0 %0", "map-has-room"},
	{"%1 = min g1 %0", ""},
	{"mdel g1 %0", ""},
	{"mdel g1", ""},
	{"sadd g3 %0", ""},
	{"sadd g4 %0 %0", "map-has-room"},
	{"%1 = sget g3 count", ""},
	{"%1 = sget g3 sum", ""},
	{"%1 = sget g3 min", "aggregate-nonempty"},
	{"%1 = sget g3 max", "aggregate-nonempty"},
	{"%1 = sget g3 avg", "aggregate-nonempty"},
	{"%1 = sget g4 variance %0", "aggregate-nonempty"},
	{"%1 = hget g3 %0", "aggregate-nonempty index-in-range"},
	{"hprint g3", "aggregate-nonempty"},
	{"%3 = hprint g3", "aggregate-nonempty"},
	{"print \"%d\" %0", ""},
	{"%3 = sprint \"%d\" %0", "string-fits"},
	{"%1 = call f0 %0", ""},
	{"%1 = intrinsic pid", ""},
	{"%1 = intrinsic task_current", "context-allows"},
	{"%3 = intrinsic kernel_string %0", "context-allows read-safe"},
	{"%3 = intrinsic user_string_quoted %0", "context-allows"},
	{"%1 = embedded \"\"", "context-allows"},
	{"%1 = context arg 0 \"x\"", "variable-available"},
	{"%1 = index 10 %0", "index-in-range"},
	{"%1 = index 0 %0", ""},
	{"%1 = load 8 %0", "read-safe"},
	{"%3 = loadstr 1 %0", "read-safe"},
	{"store 8 %0 %0", "write-allowed read-safe"},
	{"stmt 1", ""},
	{"iter i0", ""},
};

static const char *owed_by(struct irtest *t, const struct ir_program *p, uint32_t first, uint32_t n)
{
	const char *list = "";

	for (uint32_t i = first; i < first + n; i++)
		list = arena_printf(t->arena, "%s%s%s", list, *list ? " " : "",
				    ir_obligation_word(p->obligations.v[i].kind));
	return list;
}

static void rows(struct irtest *t)
{
	bool covered[OP_COUNT] = {false};

	for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
		const struct ir_program *p = irtest_read(
			t, arena_printf(t->arena, "%s%s\n return\nend\n", HEAD, ROWS[i].inst));
		const struct ir_inst *in;
		const char *owes;

		CHECK(t, p, "%s: %s", ROWS[i].inst, irtest_error(t));
		if (!p)
			continue;
		in = &p->funcs.v[1].blocks.v[0].insts.v[2];
		covered[in->op] = true;
		owes = owed_by(t, p, in->obligation, in->nobligations);
		CHECK(t, strcmp(owes, ROWS[i].owes) == 0, "%s owes '%s', not '%s'", ROWS[i].inst,
		      owes, ROWS[i].owes);
		for (uint32_t k = 0; k < in->nobligations; k++) {
			const struct obligation *o = &p->obligations.v[in->obligation + k];

			CHECK(t,
			      o->func == 1 && o->block == 0 && o->inst == 2 && o->loop == IR_NONE &&
				      o->attach == IR_NONE && o->loc.at == in->loc.at,
			      "%s: the obligation stands elsewhere", ROWS[i].inst);
		}
	}
	for (unsigned op = 0; op < OP_COUNT; op++)
		CHECK(t, covered[op] || ir_op_ends((enum ir_op)op) || op == OP_ERRMSG,
		      "no row for %s", ir_op_word((enum ir_op)op));
}

static unsigned count(const struct ir_program *p, enum obligation_kind kind)
{
	unsigned n = 0;

	for (uint32_t i = 0; i < p->obligations.n; i++)
		n += p->obligations.v[i].kind == kind;
	return n;
}

static void loops_and_handlers(struct irtest *t)
{
	const struct ir_program *p =
		irtest_read(t, "handler f0 \"a\"\n loop l0 b1\n loop l1 b2 parent l0\nb0:\n jump "
			       "b1\nb1:\n jump b2\n"
			       "b2:\n jump b1\nend\nfunction f1 \"f\" ()\nb0:\n return\nend\n"
			       "attach f0 begin session\nattach f0 timer timer number 5\n"
			       "attach f0 kernel any\nattach f0 kernel any\n");
	const struct obligation *o;

	CHECK(t, p, "%s", irtest_error(t));
	if (!p)
		return;
	CHECK(t, count(p, OBL_COST_BOUNDED) == 1, "a function owes its cost");
	CHECK(t, count(p, OBL_LOOP_BOUNDED) == 2, "loops: %u", count(p, OBL_LOOP_BOUNDED));
	CHECK(t, count(p, OBL_PROBE_EXISTS) == 2, "exists: %u", count(p, OBL_PROBE_EXISTS));
	CHECK(t, count(p, OBL_PROBE_PERMITTED) == 2, "permitted: %u",
	      count(p, OBL_PROBE_PERMITTED));
	o = &p->obligations.v[p->funcs.v[0].loops.v[1].obligation];
	CHECK(t, o->kind == OBL_LOOP_BOUNDED && o->loop == 1 && o->inst == IR_NONE && o->block == 2,
	      "the obligation of a loop");
	o = &p->obligations.v[p->attaches.v[3].obligation];
	CHECK(t, o->kind == OBL_PROBE_EXISTS && o->attach == 3 && o->func == 0,
	      "the obligation of an attachment");
	CHECK(t, p->attaches.v[0].nobligations == 0 && p->attaches.v[1].nobligations == 0,
	      "a session or timer attachment owes something");
}

/* Calls between functions 0 .. n-1, a string of "from>to " digits. */
static void calls(struct irtest *t, unsigned n, const char *edges, const char *recursive)
{
	char *text = "";
	const struct ir_program *p;

	for (unsigned f = 0; f < n; f++) {
		text = arena_printf(t->arena, "%sfunction f%u \"f\" ()\nb0:\n", text, f);
		for (const char *e = edges; *e; e += 3)
			if (e[0] == (char)('0' + f))
				text = arena_printf(t->arena, "%s call f%c\n", text, e[1]);
		text = arena_printf(t->arena, "%s return\nend\n", text);
	}
	p = irtest_read(t, text);
	CHECK(t, p, "%s", irtest_error(t));
	for (unsigned f = 0; p && f < n; f++) {
		const struct ir_block *b = &p->funcs.v[f].blocks.v[0];

		for (uint32_t i = 0; i + 1 < b->insts.n; i++) {
			char edge[] = {(char)('0' + f), (char)('0' + b->insts.v[i].callees[0]), ' ',
				       0};

			CHECK(t,
			      (b->insts.v[i].nobligations == 1) ==
				      (strstr(recursive, edge) != NULL),
			      "%s: the call %s", edges, edge);
		}
	}
}

static void recursion(struct irtest *t)
{
	calls(t, 1, "00 ", "00 ");
	calls(t, 2, "01 ", "");
	calls(t, 2, "01 10 ", "01 10 ");
	calls(t, 4, "01 12 20 03 ", "01 12 20 ");
	calls(t, 4, "01 12 21 03 33 ", "12 21 33 ");
	calls(t, 5, "01 02 13 23 34 ", "");
	calls(t, 5, "01 12 23 31 34 42 ", "12 23 31 34 42 ");
}

/* A chain of many functions, with and without a way back; nothing may recurse here. */
static void long_chain(struct irtest *t, bool back)
{
	enum { N = 20000 };
	struct ir_program *p = arena_make(t->arena, struct ir_program);
	char *text;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	for (unsigned i = 0; i < N; i++) {
		fprintf(f, "function f%u \"f\" ()\nb0:\n", i);
		if (i + 1 < N || back)
			fprintf(f, " call f%u\n", (i + 1) % N);
		fprintf(f, " return\nend\n");
	}
	fclose(f);
	p = irtest_read(t, arena_strdup(t->arena, text));
	free(text);
	CHECK(t, p, "%s", irtest_error(t));
	if (p)
		CHECK(t, count(p, OBL_DEPTH_BOUNDED) == (back ? N : 0), "a chain of %d: %u", N,
		      count(p, OBL_DEPTH_BOUNDED));
}

int main(void)
{
	struct irtest t = irtest_new();

	rows(&t);
	loops_and_handlers(&t);
	recursion(&t);
	long_chain(&t, false);
	long_chain(&t, true);
	return irtest_end(&t);
}
