/*
 * Soundness of the operators on intervals and on known bits at 64 bits by an SMT
 * solver: the code of verifier/interval.c and bits.c runs on symbols, each branch
 * that may go both ways is taken both ways, and at the end of each path z3 is
 * asked for members of the two operands whose result the abstract one leaves
 * out.  "open" counts the paths where z3 found no answer in its time; only a
 * counterexample fails.  What has more paths than fit into the time of an
 * operator is cut off, and says so.
 *
 *   smt [SECONDS [OPERATOR [LIMIT]]]   SECONDS for each question, 5 by default, and LIMIT
 *                              for all of an operator, 120; "relations" stands for comparisons,
 *                              assumptions, join and meet, "bits" for all on known bits
 */
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <vector>
#include <z3++.h>

#define BITS 64

static z3::context solver_context;
typedef z3::expr word;

/* --- paths --- */

struct choice {
	bool taken, other; /* the other way is still to be tried */
};
static std::vector<choice> trail;
static size_t at;
static std::vector<z3::expr> path;
static unsigned milliseconds;
static time_t limit = 120; /* seconds for an operator */

/* Whole questions, one by one: the solver for bit vectors is far quicker than the incremental one. */
static z3::check_result check(const z3::expr &e, unsigned limit, z3::solver &s)
{
	z3::params p(solver_context);

	p.set("timeout", limit);
	s.set(p);
	for (const z3::expr &x : path)
		s.add(x);
	s.add(e);
	return s.check();
}

static z3::solver bit_solver()
{
	return z3::tactic(solver_context, "qfbv").mk_solver();
}

static bool feasible(const z3::expr &e)
{
	z3::solver s = bit_solver();

	return check(e, milliseconds, s) != z3::unsat;
}

static bool decide(z3::expr e)
{
	e = e.simplify();
	if (e.is_true() || e.is_false())
		return e.is_true();
	if (at == trail.size()) {
		bool yes = feasible(e), no = feasible(!e);

		trail.push_back({yes, yes && no});
	}
	bool taken = trail[at++].taken;

	path.push_back(taken ? e : !e);
	return taken;
}

static bool next_path()
{
	while (!trail.empty() && !trail.back().other)
		trail.pop_back();
	if (trail.empty())
		return false;
	trail.back() = {!trail.back().taken, false};
	return true;
}

/* --- what machine.h wants --- */

struct truth {
	z3::expr e;

	truth() : e(solver_context.bool_val(false)) {}
	truth(bool v) : e(solver_context.bool_val(v)) {}
	truth(const z3::expr &x) : e(x) {}
	explicit operator bool() const { return decide(e); }
};
static truth operator&&(const truth &a, const truth &b) { return truth(a.e && b.e); }
static truth operator||(const truth &a, const truth &b) { return truth(a.e || b.e); }
static truth operator!(const truth &a) { return truth(!a.e); }
static truth operator==(const truth &a, const truth &b) { return truth(a.e == b.e); }

static word word_constant(int width, bool, long v)
{
	return solver_context.bv_val((int64_t)v, (unsigned)width);
}
static word word_resize(const word &b, int from, bool is_signed, int width, bool)
{
	if (width <= from)
		return width == from ? b : b.extract((unsigned)width - 1, 0);
	return is_signed ? z3::sext(b, (unsigned)(width - from))
			 : z3::zext(b, (unsigned)(width - from));
}
static word word_op(char op, const word &a, const word &b, int, bool is_signed)
{
	switch (op) {
	case '+': return a + b;
	case '-': return a - b;
	case '*': return a * b;
	case '/': return is_signed ? a / b : z3::udiv(a, b);
	case '%': return is_signed ? z3::srem(a, b) : z3::urem(a, b);
	case '&': return a & b;
	case '|': return a | b;
	case '^': return a ^ b;
	case 'l': return z3::shl(a, b);
	default: return is_signed ? z3::ashr(a, b) : z3::lshr(a, b);
	}
}
static truth word_compare(char rel, const word &a, const word &b, int, bool is_signed)
{
	if (rel == '=')
		return truth(a == b);
	if (rel == '<')
		return truth(is_signed ? a < b : z3::ult(a, b));
	return truth(is_signed ? a <= b : z3::ule(a, b));
}

#include "testsuite/soundness/machine.h"

/* --- questions --- */

static z3::expr contains(const struct interval &r, const num &v)
{
	return r.low.b <= v.b && v.b <= r.high.b && !(r.nonzero.e && v.b == 0);
}

static struct interval any_interval(const char *name)
{
	z3::expr low = solver_context.bv_const((std::string(name) + "_low").c_str(), BITS);
	z3::expr high = solver_context.bv_const((std::string(name) + "_high").c_str(), BITS);
	z3::expr nonzero = solver_context.bool_const((std::string(name) + "_nonzero").c_str());
	struct interval a;

	a.low = val(BITS, true, low);
	a.high = val(BITS, true, high);
	a.nonzero = truth(nonzero);
	return a;
}

/* In normal form and not empty. */
static z3::expr normal_form(const struct interval &a)
{
	return a.low.b <= a.high.b &&
	       a.nonzero.e == (a.nonzero.e || a.low.b > 0 || a.high.b < 0) &&
	       z3::implies(a.nonzero.e, a.low.b != 0 && a.high.b != 0);
}

struct question {
	struct interval a, b;
	num x, y;
};

struct count {
	unsigned proved, open, refuted;
};

static z3::expr members(const struct question &q)
{
	return normal_form(q.a) && normal_form(q.b) && contains(q.a, q.x) && contains(q.b, q.y);
}

static void ask(const char *name, const z3::expr &violation, struct count *n)
{
	z3::solver s = bit_solver();

	switch (check(violation, milliseconds, s)) {
	case z3::unsat: n->proved++; return;
	case z3::unknown: n->open++; return;
	case z3::sat:
		n->refuted++;
		printf("%s:\n", name);
		std::cout << s.get_model() << "\n";
	}
}

template <class Claim>
static struct count explore(const char *name, z3::expr given, Claim claim)
{
	struct count n = {0, 0, 0};
	time_t end = time(NULL) + limit;
	bool more;

	trail.clear();
	do {
		path = {given};
		at = 0;
		z3::expr violation = claim();
		ask(name, violation, &n);
		more = next_path();
	} while (more && time(NULL) < end);
	printf("%-12s %3u paths proved, %u open, %u refuted%s%s\n", name, n.proved, n.open,
	       n.refuted, more ? ", cut off" : "",
	       more || n.open ? ": open, see unit_domains and small.cc" : "");
	fflush(stdout);
	return n;
}

static z3::expr relation(enum interval_relation rel, const word &x, const word &y)
{
	switch (rel) {
	case REL_EQ: return x == y;
	case REL_NE: return x != y;
	case REL_LT: return x < y;
	case REL_LE: return x <= y;
	case REL_GT: return x > y;
	case REL_GE: return x >= y;
	}
	return x == y;
}

/* --- known bits --- */

static z3::expr contains(const struct bits &a, const num &v)
{
	return ((v.b ^ a.value.b) & ~a.mask.b) == 0;
}

static struct bits any_bits(const char *name)
{
	struct bits a;

	a.value = unum(val(BITS, false, solver_context.bv_const((std::string(name) + "_value").c_str(), BITS)));
	a.mask = unum(val(BITS, false, solver_context.bv_const((std::string(name) + "_mask").c_str(), BITS)));
	return a;
}

static z3::expr normal_form(const struct bits &a)
{
	return (a.value.b & a.mask.b) == 0;
}

static unsigned explore_lattice(const struct bits &a, const struct bits &b, const num &x,
				const num &y, const z3::expr &given)
{
	return explore("bits join", given, [&] {
		struct bits both = a;
		truth meets = bits_meet(a, b, &both);

		return !contains(bits_join(a, b), x) || !contains(bits_widen(a, b), y) ||
		       (contains(b, x) && !(meets.e && contains(both, x)));
	}).refuted;
}

static unsigned explore_bits(const char *only, const num &x, const num &y)
{
	struct bits a = any_bits("a"), b = any_bits("b");
	z3::expr given = normal_form(a) && normal_form(b) && contains(a, x) && contains(b, y);
	bool all = !only || !strcmp(only, "bits");
	unsigned refuted = all ? explore_lattice(a, b, x, y, given) : 0;

	for (const struct operation &op : operations) {
		std::string name = std::string("bits ") + op.name;
		z3::expr defined = op.divides ? given && y.b != 0 : given;

		if (!all && name != only)
			continue;
		refuted += explore(name.c_str(), defined, [&] {
				   return !contains(op.on_bits(a, b), num(op.concrete(x, y)));
			   }).refuted;
	}
	return refuted;
}

int main(int argc, char **argv)
{
	static const char *const words[] = {"eq", "ne", "lt", "le", "gt", "ge"};
	unsigned refuted = 0;
	struct question q = {any_interval("a"), any_interval("b"),
			     val(BITS, true, solver_context.bv_const("x", BITS)),
			     val(BITS, true, solver_context.bv_const("y", BITS))};
	z3::expr given = members(q);

	milliseconds = argc > 1 ? (unsigned)atoi(argv[1]) * 1000 : 5000;
	limit = argc > 3 ? atoi(argv[3]) : limit;
	for (const struct operation &op : operations) {
		if (argc > 2 && strcmp(argv[2], op.name))
			continue;
		z3::expr defined = op.divides ? given && q.y.b != 0 : given;

		refuted += explore(op.name, defined, [&] {
				   struct interval r = op.abstract(q.a, q.b);

				   return !contains(r, num(op.concrete(q.x, q.y)));
			   }).refuted;
	}
	bool relations = argc <= 2 || !strcmp(argv[2], "relations");

	for (int i = REL_EQ; i <= REL_GE && relations; i++) {
		enum interval_relation rel = (enum interval_relation)i;

		refuted += explore(words[i], given, [&] {
				   struct interval c = interval_compare(rel, q.a, q.b);
				   struct interval s = interval_assume(rel, q.a, q.b);
				   z3::expr h = relation(rel, q.x.b, q.y.b);
				   z3::expr one = solver_context.bv_val(1, BITS);
				   num truth_value = val(BITS, true, z3::ite(h, one, one - 1));

				   return !contains(c, truth_value) || (h && !contains(s, q.x));
			   }).refuted;
	}
	if (relations)
		refuted += explore("join", given, [&] {
				   return !contains(interval_join(q.a, q.b), q.x) ||
					  !contains(interval_widen(q.a, q.b, NULL), q.y) ||
					  (contains(q.b, q.x) &&
					   !contains(interval_meet(q.a, q.b), q.x));
			   }).refuted;
	refuted += explore_bits(argc > 2 ? argv[2] : NULL, q.x, q.y);
	printf("%u refuted\n", refuted);
	return refuted != 0;
}
