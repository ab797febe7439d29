/* The text form: exact round trips, locations, and input that is damaged in every place. */
#include "testsuite/ir/irtest.h"

static const char EVERYTHING[] =
	"limits maxaction 10 maxnesting 3 maxmapentries 7 maxerrors 1 maxstringlen 64 maxskipped "
	"2 maxmemory 2048\n"
	"session \"mod\\\"ule\"\n"
	"guru\n"
	"privilege \"stapsys\"\n"
	"file \"x.stp\"\n"
	"global g0 \"n\" int = -9223372036854775808 @1:8\n"
	"global g1 \"a\" int [int str] capacity 100 wrap tapset @2:8\n"
	"global g2 \"s\" stats hist linear -5 100 10 bits 2 @3:8\n"
	"global g3 \"h\" stats [str] capacity 2048 hist log @3:11\n"
	"global g4 \"t\" str = \"a\\n\\\"\\001\" @-\n"
	"function f0 \"f\" (%0 int \"n\", %1 str \"s\") int tapset @5:10\n"
	"  temps int %2 %3\n"
	"b0:\n"
	"  %2 = context arg 3 \"skb\" @6:1  ! variable-available\n"
	"  %3 = call f0 f1 %2 %1 @6:9  ! depth-bounded\n"
	"  return %3 @6:2\n"
	"end\n"
	"function f1 \"g\" (%0 int \"n\", %1 str \"s\") int @7:10\n"
	"b0:\n"
	"  pass @7:12\n"
	"end\n"
	"handler f2 \"kernel.function(\\\"x\\\")\" @9:1  ! cost-bounded\n"
	"  var %0 int \"i\"\n"
	"  var %1 str \"e\"\n"
	"  temps int %2 %3 %4 %5\n"
	"  temps str %6 %7 %8\n"
	"  loop l0 b1 @10:3  ! loop-bounded\n"
	"  loop l1 b3 parent l0 iter i0 @11:3  ! loop-bounded\n"
	"  iter i0 g1 keys %0 * value %2 slice * %1 sort key 1 descending limit %4 @11:3\n"
	"  iter i1 g3 hist %1 keys %3 sort value @12:3\n"
	"b0:\n"
	"  %0 = const 0 @10:1\n"
	"  %1 = str \"\" @10:1\n"
	"  %4 = const -3 @10:1\n"
	"  jump b1 @10:3\n"
	"b1: catch b5\n"
	"  branch %0 b2 b6 @10:4\n"
	"b2:\n"
	"  stmt 1 @11:3\n"
	"  iter i0 @11:3\n"
	"  jump b3 @11:3\n"
	"b3:\n"
	"  next i0 b4 b1 @11:3\n"
	"b4:\n"
	"  print \"%5d %-8s%%|%*.*d%c\\n\" %0 %1 %0 %0 %0 %0 @12:5\n"
	"  %5 = load 4 signed user bits 3 5 \"p->x\" %0 @12:7  ! read-safe\n"
	"  %0 = index 10 %5 @12:8  ! index-in-range\n"
	"  %7 = intrinsic kernel_string of user %5 @12:9  ! context-allows read-safe\n"
	"  %8 = intrinsic user_string_n of kernel %5 %0 @12:9  ! context-allows read-safe\n"
	"  jump b3 @12:3\n"
	"b5:\n"
	"  %6 = errmsg @13:1\n"
	"  fail %6 @13:1\n"
	"b6:\n"
	"file \"tap.stp\"\n"
	"  %1 = embedded \"STAP_RETVALUE = 1; /* \\\"pure\\\" */\" %0 @1:1  ! context-allows\n"
	"  return @1:2\n"
	"end\n"
	"file \"x.stp\"\n"
	"attach f2 kernel any number -1 randomize 2 point \"p\" family \"kernel.function\" exists "
	"2 "
	"evidence \"e\" trust \"t\" module \"m\" function \"x\" return optional @9:7  "
	"! probe-exists probe-permitted\n"
	"attach f2 kernel process number 0 randomize 0 point \"q\" family \"process.mark\" exists 1 "
	"refused \"r\" permitted \"p\" path \"/bin/x y\" build-id \"0aff\" section \".text\" "
	"address 0xffffffffffffffff offset 0x10 semaphore 0x9 semaphore-offset 0xabcdef @9:7  "
	"! probe-exists probe-permitted\n";

static void round_trip(struct irtest *t)
{
	const struct ir_program *p = irtest_read(t, EVERYTHING);
	const char *once;

	CHECK(t, p, "not read: %s", irtest_error(t));
	if (!p)
		return;
	once = irtest_print(t, p, true);
	CHECK(t, strcmp(once, EVERYTHING) == 0, "printed otherwise:\n%s", once);
	p = irtest_read(t, irtest_print(t, p, false));
	CHECK(t, p, "without locations: %s", irtest_error(t));
}

static void locations(struct irtest *t)
{
	const struct ir_program *p = irtest_read(t, EVERYTHING);
	struct pos pos;

	if (!p)
		return;
	pos = sources_pos(t->sources, p->funcs.v[2].blocks.v[4].insts.v[1].loc);
	CHECK(t, pos.line == 12 && pos.column == 7 && strcmp(pos.source->name, "x.stp") == 0,
	      "a location of x.stp lies at %u:%u", pos.line, pos.column);
	pos = sources_pos(t->sources, p->funcs.v[2].blocks.v[6].insts.v[0].loc);
	CHECK(t, pos.line == 1 && strcmp(pos.source->name, "tap.stp") == 0, "not in tap.stp");
	CHECK(t, p->globals.v[4].loc.at == 0, "@- is somewhere");
	p = irtest_read(t, "# one\n\nhandler f0 \"begin\"\nb0:\n   return\nend\n");
	pos = sources_pos(t->sources, p->funcs.v[0].blocks.v[0].insts.v[0].loc);
	CHECK(t, pos.line == 5 && pos.column == 4 && strcmp(pos.source->name, "test.ir") == 0,
	      "an instruction without @ lies at %u:%u", pos.line, pos.column);
}

struct sample {
	const char *text, *says;
};

static const struct sample BAD[] = {
	{"nonsense\n", "expected global"},
	{"global g1 \"x\" int\n", "numbers follow each other"},
	{"global g0 \"x\n", "does not end"},
	{"global g0 x int\n", "expected a string"},
	{"global g0 \"x\" int = 9223372036854775808\n", "out of range"},
	{"global g0 \"x\" int = 99999999999999999999999\n", "out of range"},
	{"global g0 \"x\" int [int int int int int int int int int int int int int int int int "
	 "int]\n",
	 "more than 16 keys"},
	{"global g0 \"x\" int [int] capacity 0\n", "expected a number from 1"},
	{"handler f0 \"h\"\n return\nend\n", "before the first block"},
	{"handler f0 \"h\"\nb0:\n frobnicate\nend\n", "no such instruction"},
	{"handler f0 \"h\"\nb0:\n %0 = const 1\n return\nend\n", "no register %0"},
	{"handler f0 \"h\"\n temps int %5\nb0:\n return\nend\n", "%0 is not declared"},
	{"handler f0 \"h\"\n temps int %0 %0\nb0:\n return\nend\n", "declared twice"},
	{"handler f0 \"h\"\n temps stats %0\nb0:\n return\nend\n", "int or str"},
	{"handler f0 \"h\"\n temps int %99999999\nb0:\n return\nend\n", "up to 1000000"},
	{"handler f0 \"h\"\nb0:\n return\n", "expected"},
	{"handler f0 \"h\"\nb1:\n return\nend\n", "expected b0"},
	{"handler f0 \"h\"\nb0:\n intrinsic nope\n return\nend\n", "no such intrinsic"},
	{"handler f0 \"h\"\n temps int %0\nb0:\n %0 = const 0\n intrinsic user_string of it %0\n"
	 " return\nend\n",
	 "expected user or kernel"},
	{"handler f0 \"h\"\nb0:\n return @0:1\nend\n", "@line:column"},
	{"handler f0 \"h\"\nb0:\n return @1\nend\n", "@line:column"},
	{"function f0 \"f\" (%1 int \"x\")\nb0:\n return\nend\n", "the first registers"},
	{"attach f0 sometimes session\n", "expected begin"},
	{"attach f0 kernel any address 0x\n", "out of range"},
	{"attach f0 kernel any address 0x10000000000000000\n", "out of range"},
	{"attach f0 kernel any address 0xABC\n", "out of range"},
	{"handler f0 \"h\"\nb0:\n return extra\nend\n", "end of the line"},
	{"\x01\n", "means nothing here"},
};

static void malformed(struct irtest *t)
{
	for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++) {
		const struct ir_program *p = irtest_read(t, BAD[i].text);

		CHECK(t, !p && strstr(irtest_error(t), BAD[i].says), "'%s': '%s' without '%s'",
		      BAD[i].text, irtest_error(t), BAD[i].says);
	}
}

/* Cut anywhere, and with any byte changed: read, or an error; what is read prints and is read. */
static void damaged(struct irtest *t)
{
	size_t len = sizeof EVERYTHING - 1;
	unsigned seed = 1;

	for (size_t i = 0; i < len; i++) {
		struct irtest one = irtest_new();
		char *text = arena_strdup(one.arena, EVERYTHING);
		const struct ir_program *p = irtest_read_n(&one, text, i);

		CHECK(t, p || one.diags->errors == 1, "cut at %zu: no error", i);
		seed = seed * 1103515245 + 12345;
		text[i] = (char)(seed >> 16);
		p = irtest_read_n(&one, text, len);
		CHECK(t, p || one.diags->errors == 1, "byte %zu changed: no error", i);
		if (p)
			CHECK(t, irtest_read(&one, irtest_print(&one, p, true)),
			      "byte %zu changed: %s", i, irtest_error(&one));
		arena_free(one.arena);
	}
}

int main(void)
{
	struct irtest t = irtest_new();

	round_trip(&t);
	locations(&t);
	malformed(&t);
	damaged(&t);
	return irtest_end(&t);
}
