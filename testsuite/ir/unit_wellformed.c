/* Each rule of the well-formedness check rejects what breaks it, and accepts the like that does
 * not. */
#include "testsuite/ir/irtest.h"

struct rule {
	const char *name, *text, *says; /* says NULL: must be accepted */
};

#define GLOBALS                                             \
	"global g0 \"n\" int = 0\n"                         \
	"global g1 \"a\" int [int str] capacity 9\n"        \
	"global g2 \"s\" stats\n"                           \
	"global g3 \"h\" stats [int] capacity 9 hist log\n" \
	"global g4 \"t\" str = \"x\"\n"
#define BEGIN                                                                                  \
	GLOBALS "handler f0 \"begin\"\n temps int %0 %1 %2 %3\n temps str %4 %5\n var %6 int " \
		"\"v\"\n"
#define HEAD BEGIN "b0:\n %0 = const 1\n %4 = str \"s\"\n"
#define TAIL " return\nend\n"
#define BODY(s) HEAD s TAIL
#define CALLEE                                                                                  \
	"function f0 \"f\" (%0 int \"x\") int\nb0:\n return %0\nend\n"                          \
	"handler f1 \"begin\"\n temps int %0 %1\n temps str %2\nb0:\n %0 = const 1\n %2 = str " \
	"\"\"\n"

static const struct rule RULES[] = {
	{"plain", BODY(""), NULL},
	{"empty block", BEGIN "b0:\nend\n", "is empty"},
	{"no blocks", BEGIN "end\n", "no blocks"},
	{"no terminator", HEAD "end\n", "terminator"},
	{"terminator inside", BODY(" return\n"), "terminator"},
	{"jump out of range", HEAD " jump b7\nend\n", "there is no block b7"},
	{"branch out of range", HEAD " branch %0 b0 b9\nend\n", "there is no block b9"},
	{"branch on a string", HEAD " branch %4 b1 b1\nb1:\n" TAIL, "wrong type"},
	{"catch out of range", BEGIN "b0: catch b9\n" TAIL, "no catch block"},
	{"catch of itself", BEGIN "b0: catch b0\n" TAIL, "no catch block"},
	{"operands of add", BODY(" %1 = add %0\n"), "takes 2 registers"},
	{"type of add", BODY(" %1 = add %0 %4\n"), "wrong type"},
	{"result of add", BODY(" %5 = add %0 %0\n"), "wrong type"},
	{"add into nothing", BODY(" add %0 %0\n"), "leaves its value nowhere"},
	{"no such register", BODY(" %1 = add %0 %77\n"), "no register %77"},
	{"result of a store", BODY(" %1 = gstore g0 %0\n"), "no value"},
	{"strcmp of numbers", BODY(" %1 = strcmp %0 %0\n"), "wrong type"},
	{"mov of another type", BODY(" %1 = mov %4\n"), "wrong type"},
	{"mov", BODY(" %1 = mov %0\n"), NULL},
	{"no such global", BODY(" %1 = gload g9\n"), "no global"},
	{"gload of an array", BODY(" %1 = gload g1\n"), "no such thing"},
	{"gload of an aggregate", BODY(" %1 = gload g2\n"), "no such thing"},
	{"gload type", BODY(" %1 = gload g4\n"), "wrong type"},
	{"gstore type", BODY(" gstore g4 %0\n"), "wrong type"},
	{"gclear of an array", BODY(" gclear g1\n"), "no such thing"},
	{"gclear of an aggregate", BODY(" gclear g2\n"), NULL},
	{"mget keys", BODY(" %1 = mget g1 %0\n"), "takes 2 keys"},
	{"mget key type", BODY(" %1 = mget g1 %0 %0\n"), "wrong type"},
	{"mget star", BODY(" %1 = mget g1 * %4\n"), "no register"},
	{"mget of a scalar", BODY(" %1 = mget g0\n"), "no such thing"},
	{"mset value", BODY(" mset g1 %0 %4 %4\n"), "wrong type"},
	{"mset without", BODY(" mset g1\n"), "stores nothing"},
	{"mset", BODY(" mset g1 %0 %4 %0\n"), NULL},
	{"min star", BODY(" %1 = min g1 * %4\n"), NULL},
	{"mdel all", BODY(" mdel g1\n"), NULL},
	{"mdel keys", BODY(" mdel g1 %0\n"), "takes 2 keys"},
	{"mdel of a scalar", BODY(" mdel g0\n"), "no such thing"},
	{"sadd to a number", BODY(" sadd g0 %0\n"), "no such thing"},
	{"sadd a string", BODY(" sadd g2 %4\n"), "wrong type"},
	{"sadd nothing", BODY(" sadd g2\n"), "takes a number"},
	{"sadd to an element", BODY(" sadd g3 %0 %0\n"), NULL},
	{"sget", BODY(" %1 = sget g3 avg %0\n"), NULL},
	{"sget keys", BODY(" %1 = sget g3 avg\n"), "takes 1 keys"},
	{"hget without histogram", BODY(" %1 = hget g2 %0\n"), "no histogram"},
	{"hget", BODY(" %1 = hget g3 %0 %0\n"), NULL},
	{"hprint into a number", BODY(" %1 = hprint g3 %0\n"), "wrong type"},
	{"hprint", BODY(" hprint g3 %0\n"), NULL},
	{"print count", BODY(" print \"%d %d\" %0\n"), "takes 2 values"},
	{"print type", BODY(" print \"%s\" %0\n"), "wrong type"},
	{"sprint into a number", BODY(" %1 = sprint \"%d\" %0\n"), "wrong type"},
	{"no such callee", BODY(" call f9\n"), "no function"},
	{"call of a handler", BODY(" call f0\n"), "no function"},
	{"calls nothing", BODY(" call %0\n"), "calls nothing"},
	{"call", CALLEE " %1 = call f0 %0\n" TAIL, NULL},
	{"call count", CALLEE " %1 = call f0\n" TAIL, "takes 1 values"},
	{"call type", CALLEE " %1 = call f0 %2\n" TAIL, "wrong type"},
	{"intrinsic count", BODY(" %1 = intrinsic strlen\n"), "takes 1 registers"},
	{"intrinsic type", BODY(" %1 = intrinsic strlen %0\n"), "wrong type"},
	{"intrinsic without value", BODY(" %1 = intrinsic exit\n"), "returns nothing"},
	{"intrinsic result", BODY(" %1 = intrinsic execname\n"), "wrong type"},
	{"load of 3 bytes", BODY(" %1 = load 3 \"x\" %0\n"), "1, 2, 4 or 8"},
	{"bit field", BODY(" %1 = load 1 bits 7 2 %0\n"), "leaves its word"},
	{"loadstr into a number", BODY(" %1 = loadstr 1 %0\n"), "wrong type"},
	{"store", BODY(" store 8 \"x\" %0 %0\n"), NULL},
	{"store one", BODY(" store 8 \"x\" %0\n"), "takes 2 registers"},
	{"index", BODY(" %1 = index -1 %0\n"), "less than no elements"},
	{"stmt", BODY(" stmt -1\n"), "counts backwards"},
	{"errmsg late", HEAD " %5 = errmsg\n" TAIL, "stands first"},
	{"errmsg uncaught", BEGIN "b0:\n %5 = errmsg\n" TAIL, "catches nothing"},
	{"errmsg", BEGIN "b0: catch b1\n return\nb1:\n %5 = errmsg\n" TAIL, NULL},
	{"pass in a handler", HEAD " pass\nend\n", "nothing to pass to"},
	{"return of a value", HEAD " return %0\nend\n", "takes 0 registers"},
	{"return without", "function f0 \"f\" () int\nb0:\n return\nend\n", "takes 1 registers"},
	{"fail with a number", HEAD " fail %0\nend\n", "wrong type"},
	{"no iterator", HEAD " iter i0\n" TAIL, "no iterator"},
	{"iterator over a scalar", BEGIN " iter i0 g0 keys\nb0:\n" TAIL, "nothing to walk over"},
	{"iterator keys", BEGIN " iter i0 g1 keys %0\nb0:\n" TAIL, "1 keys"},
	{"iterator key type", BEGIN " iter i0 g1 keys %0 %1\nb0:\n" TAIL, "wrong type"},
	{"iterator sort", BEGIN " iter i0 g1 keys %0 %4 sort key 2\nb0:\n" TAIL, "not there"},
	{"iterator statistic", BEGIN " iter i0 g1 keys %0 %4 sort stat max\nb0:\n" TAIL,
	 "not there"},
	{"iterator slice type", BEGIN " iter i0 g1 keys %0 %4 slice %4 *\nb0:\n" TAIL,
	 "wrong type"},
	{"iterator limit type", BEGIN " iter i0 g1 keys %0 %4 limit %5\nb0:\n" TAIL, "wrong type"},
	{"iterator value type", BEGIN " iter i0 g1 keys %0 %4 value %5\nb0:\n" TAIL, "wrong type"},
	{"iterator histogram", BEGIN " iter i0 g3 hist %0 keys %1 value %2\nb0:\n" TAIL, NULL},
	{"iterator no histogram", BEGIN " iter i0 g2 hist keys %1\nb0:\n" TAIL,
	 "nothing to walk over"},
	{"read before", BEGIN "b0:\n %1 = add %0 %0\n" TAIL, "need not have been assigned"},
	{"read in one arm only",
	 HEAD " branch %0 b1 b2\nb1:\n %1 = const 2\n jump b2\nb2:\n %2 = neg %1\n" TAIL,
	 "need not have been assigned"},
	{"read after one assignment in front",
	 HEAD
	 " %6 = const 0\n branch %0 b1 b2\nb1:\n %6 = const 2\n jump b2\nb2:\n %2 = neg %6\n" TAIL,
	 NULL},
	{"read in a catch block of what its block assigned",
	 BEGIN "b0: catch b1\n %1 = const 1\n jump b2\nb1:\n %2 = neg %1\n jump b2\nb2:\n" TAIL,
	 "need not have been assigned"},
	{"read in a catch block of what was assigned before",
	 BEGIN "b0:\n %1 = const 1\n jump b1\nb1: catch b2\n jump b3\nb2:\n %2 = neg %1\n jump "
	       "b3\nb3:\n" TAIL,
	 NULL},
	{"key of a foreach in its body",
	 BEGIN
	 " loop l0 b1 iter i0\n iter i0 g3 keys %0\nb0:\n iter i0\n jump b1\nb1:\n next i0 b2 b3\n"
	 "b2:\n %1 = neg %0\n jump b1\nb3:\n" TAIL,
	 NULL},
	{"key of a foreach after it",
	 BEGIN
	 " loop l0 b1 iter i0\n iter i0 g3 keys %0\nb0:\n iter i0\n jump b1\nb1:\n next i0 b2 b3\n"
	 "b2:\n jump b1\nb3:\n %1 = neg %0\n" TAIL,
	 "need not have been assigned"},
	{"limit of an iterator", BEGIN " iter i0 g3 keys * limit %0\nb0:\n iter i0\n" TAIL,
	 "need not have been assigned"},
	{"unreachable reads", HEAD TAIL, NULL},
	{"two assignments", BODY(" %1 = const 1\n %1 = const 2\n"), "two assignments"},
	{"two assignments of a named one", BODY(" %6 = const 1\n %6 = const 2\n"), NULL},
	{"cycle without a loop", HEAD " jump b1\nb1:\n jump b1\nend\n", "heads no loop"},
	{"cycle with a loop", BEGIN " loop l0 b1\nb0:\n jump b1\nb1:\n jump b1\nend\n", NULL},
	{"two ways in",
	 BEGIN " loop l0 b1\n loop l1 b2\nb0:\n %0 = const 1\n branch %0 b1 b2\nb1:\n jump "
	       "b2\nb2:\n jump b1\nend\n",
	 "another way in"},
	{"loop header", BEGIN " loop l0 b9\nb0:\n" TAIL, "no header"},
	{"two loops one header", BEGIN " loop l0 b0\n loop l1 b0\nb0:\n" TAIL, "heads two loops"},
	{"loop parent", BEGIN " loop l0 b0 parent l0\nb0:\n" TAIL, "before its parent"},
	{"loop iterator", BEGIN " loop l0 b0 iter i3\nb0:\n" TAIL, "no iterator"},
	{"attach to nothing", BODY("") "attach f3 begin session\n", "no handler"},
	{"attach to a function", "function f0 \"f\" ()\nb0:\n" TAIL "attach f0 begin session\n",
	 "no handler"},
	{"timer without period", BODY("") "attach f0 timer timer\n", "no period"},
	{"histogram of a number", "global g0 \"x\" int hist log\n", "no samples"},
	{"aggregate as a key", "global g0 \"x\" int [stats]\n", "aggregate as key"},
};

int main(void)
{
	struct irtest t = irtest_new();

	for (size_t i = 0; i < sizeof RULES / sizeof *RULES; i++) {
		const struct rule *r = &RULES[i];
		const struct ir_program *p = irtest_read(&t, r->text);

		if (!r->says)
			CHECK(&t, p, "%s: rejected: %s", r->name, irtest_error(&t));
		else
			CHECK(&t, !p && strstr(irtest_error(&t), r->says), "%s: '%s' without '%s'",
			      r->name, irtest_error(&t), r->says);
	}
	return irtest_end(&t);
}
