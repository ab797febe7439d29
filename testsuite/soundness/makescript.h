/*
 * Random scripts: well-typed texts, biased to loops, nests, arrays, strings and
 * aggregates, to tests before uses and what may come between, and to numbers
 * near the ends.  The same seed makes the same script.
 */
#ifndef SOUNDNESS_MAKESCRIPT_H
#define SOUNDNESS_MAKESCRIPT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { NFUNCS = 4 };

/* The library such a script needs. */
static const char MAKESCRIPT_LIBRARY[] =
	"function exit() %{ /* intrinsic:exit */ /* unprivileged */ %}\n"
	"function error(msg:string) %{ /* intrinsic:error */ /* unprivileged */ %}\n"
	"function strlen:long(s:string) %{ /* intrinsic:strlen */ /* pure */ %}\n"
	"function substr:string(s:string, a:long, n:long) %{ /* intrinsic:substr */ /* pure */ %}\n"
	"function stringat:long(s:string, a:long) %{ /* intrinsic:stringat */ /* pure */ %}\n"
	"function isinstr:long(s:string, t:string) %{ /* intrinsic:isinstr */ /* pure */ %}\n"
	"function strtol:long(s:string, b:long) %{ /* intrinsic:strtol */ /* pure */ %}\n"
	"function tokenize:string(s:string, d:string) %{ /* intrinsic:tokenize */ %}\n"
	"function more:string(d:string) { return tokenize(\"\", d) }\n"
	"function randint:long(n:long) %{ /* intrinsic:randint */ %}\n"
	"function str_replace:string(s:string, a:string, b:string)\n"
	"%{ /* intrinsic:str_replace */ /* pure */ %}\n";

/* --- making scripts --- */

struct gen {
	FILE *out;
	uint64_t rng;
	int left;     /* statements that may still be made */
	int loops;    /* around the statement being made */
	int tries;    /* those inside the innermost loop count too */
	int func;     /* being written, or -1 */
	int params;   /* of it */
	bool in_body; /* `next` makes sense */
	bool hist_linear;
	bool calls; /* scripts may call their functions */
};

static uint64_t next_random(uint64_t *s)
{
	uint64_t z = *s += 0x9e3779b97f4a7c15u;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return z ^ z >> 31;
}

static int pick(struct gen *g, int n)
{
	return (int)(next_random(&g->rng) % (uint64_t)n);
}

static bool chance(struct gen *g, int percent)
{
	return pick(g, 100) < percent;
}

static void put(struct gen *g, const char *text)
{
	fputs(text, g->out);
}

#define PICK(g, list) (list)[pick(g, (int)(sizeof(list) / sizeof *(list)))]

static void number(struct gen *g)
{
	static const char *const odd[] = {"9223372036854775807",
					  "9223372036854775806",
					  "9223372036854775800",
					  "(-9223372036854775807 - 1)",
					  "-9223372036854775807",
					  "-9223372036854775800",
					  "4294967296",
					  "2147483648",
					  "511",
					  "512",
					  "64",
					  "63",
					  "65",
					  "4611686018427387904"};

	if (chance(g, 12))
		put(g, PICK(g, odd));
	else
		fprintf(g->out, "%d", pick(g, 14) - 3);
}

/* A variable that can be assigned: a local, a parameter or a global. */
static const char *int_name(struct gen *g)
{
	static const char *const names[] = {"i", "i",  "j",  "j",  "k", "n",
					    "m", "g0", "g1", "g2", "g3"};
	static const char *const given[] = {"a", "b", "c"};

	if (g->params && chance(g, 35))
		return given[pick(g, g->params)];
	return PICK(g, names);
}

static const char *str_name(struct gen *g)
{
	static const char *const names[] = {"s", "t", "u", "h0", "h1"};

	return PICK(g, names);
}

static void ints(struct gen *g, int depth);
static void strs(struct gen *g, int depth);

static void stat_name(struct gen *g, int depth)
{
	int which = pick(g, 3);

	if (which == 0) {
		put(g, "st");
	} else if (which == 1) {
		put(g, "sa[");
		if (chance(g, 60))
			put(g, int_name(g));
		else
			ints(g, depth);
		put(g, "]");
	} else {
		put(g, "ss[");
		if (chance(g, 60))
			put(g, str_name(g));
		else
			strs(g, depth);
		put(g, "]");
	}
}

static void call(struct gen *g, int depth)
{
	int f = pick(g, NFUNCS);

	if (!g->calls) {
		number(g);
		return;
	}
	fprintf(g->out, "f%d(", f);
	for (int i = 0; i < 1 + f % 3; i++) {
		if (i)
			put(g, ", ");
		if (g->params && chance(g, 40))
			fprintf(g->out, "%c %s %d", "abc"[pick(g, g->params)],
				chance(g, 70) ? "-" : "+", 1 + pick(g, 3));
		else
			ints(g, depth);
	}
	put(g, ")");
}

static void element(struct gen *g, int depth)
{
	static const char *const open[] = {"x[", "y[", "z["};
	int which = pick(g, 3);

	put(g, open[which]);
	if (which == 1)
		strs(g, depth);
	else
		ints(g, depth);
	if (which == 2) {
		put(g, ", ");
		ints(g, depth);
	}
	put(g, "]");
}

static void paired(struct gen *g, int depth, const char *op)
{
	put(g, "(");
	ints(g, depth);
	fprintf(g->out, " %s ", op);
	ints(g, depth);
	put(g, ")");
}

static void divisor(struct gen *g, int depth)
{
	static const char *const after[] = {" & 7) + 1", " | 1)", " % 5) + 4", " % 5) + 5",
					    " ^ 3)"};
	const char *tail = PICK(g, after);

	if (chance(g, 40)) {
		ints(g, depth);
		return;
	}
	put(g, tail[strlen(tail) - 1] == ')' ? "(" : "((");
	ints(g, depth);
	put(g, tail);
	if (tail[strlen(tail) - 1] != ')')
		put(g, ")");
}

static void test(struct gen *g, int depth)
{
	static const char *const rel[] = {"<", "<=", ">", ">=", "==", "!="};

	if (depth > 0 && chance(g, 20))
		paired(g, depth - 1, chance(g, 50) ? "&&" : "||");
	else if (chance(g, 60))
		fprintf(g->out, "%s %s %d", int_name(g), PICK(g, rel), pick(g, 12) - 2);
	else
		paired(g, depth, PICK(g, rel));
}

static void more_ints(struct gen *g, int depth)
{
	static const char *const extractors[] = {"avg", "min", "max", "sum", "variance"};

	switch (pick(g, 16)) {
	case 14:
		put(g, "(");
		strs(g, depth);
		put(g, " =~ \"[0-9]t*\")");
		return;
	case 15:
		put(g, "([");
		if (chance(g, 50)) {
			put(g, "*, ");
			ints(g, depth);
		} else {
			ints(g, depth);
			put(g, ", *");
		}
		put(g, "] in z)");
		return;
	case 0:
		fprintf(g->out, "(%s = ", int_name(g));
		ints(g, depth);
		put(g, ")");
		return;
	case 1: fprintf(g->out, "%s%s", int_name(g), chance(g, 50) ? "++" : "--"); return;
	case 2: fprintf(g->out, "%s%s", chance(g, 50) ? "++" : "--", int_name(g)); return;
	case 3: element(g, depth); return;
	case 4:
		fprintf(g->out, "@%s(", chance(g, 60) ? "count" : PICK(g, extractors));
		stat_name(g, depth);
		put(g, ")");
		return;
	case 5:
		put(g, "strlen(");
		strs(g, depth);
		put(g, ")");
		return;
	case 6: call(g, depth); return;
	case 7:
		put(g, "([");
		ints(g, depth);
		put(g, "] in x)");
		return;
	case 8:
		put(g, g->hist_linear ? "@hist_linear(st, -4, 8, 3)[" : "@hist_log(st)[");
		ints(g, depth);
		put(g, "]");
		return;
	case 9:
		put(g, "(");
		test(g, depth);
		put(g, " ? ");
		ints(g, depth);
		put(g, " : ");
		ints(g, depth);
		put(g, ")");
		return;
	case 10:
		put(g, "randint(");
		ints(g, depth);
		put(g, ")");
		return;
	case 11:
		put(g, "(");
		strs(g, depth);
		put(g, chance(g, 50) ? " == " : " < ");
		strs(g, depth);
		put(g, ")");
		return;
	case 12:
		put(g, "strtol(");
		strs(g, depth);
		put(g, ", 10)");
		return;
	default:
		put(g, chance(g, 50) ? "(-(" : chance(g, 50) ? "(~(" : "(!(");
		ints(g, depth);
		put(g, "))");
	}
}

static void ints(struct gen *g, int depth)
{
	static const char *const ops[] = {"+", "-", "*", "&",  "|",  "^",  "<<", ">>",
					  "+", "-", "<", "<=", "==", "!=", "&&", "||"};

	if (depth <= 0 || chance(g, 30)) {
		if (chance(g, 55))
			put(g, int_name(g));
		else
			number(g);
		return;
	}
	if (chance(g, 35)) {
		paired(g, depth - 1, PICK(g, ops));
	} else if (chance(g, 15)) {
		put(g, "(");
		ints(g, depth - 1);
		put(g, chance(g, 50) ? " / " : " % ");
		divisor(g, depth - 1);
		put(g, ")");
	} else {
		more_ints(g, depth - 1);
	}
}

static void formatted(struct gen *g, int depth)
{
	static const char *const formats[] = {"%d", "%x",  "[%d]", "%5d",  "%o",    "%u",
					      "%c", "%#x", "%+d",  "%.9d", "%-12d|"};

	if (chance(g, 30)) {
		put(g, "sprintf(\"%*d\", ");
		ints(g, depth);
		put(g, ", ");
	} else if (chance(g, 30)) {
		put(g, "sprintf(\"%.*s\", ");
		ints(g, depth);
		put(g, ", ");
		strs(g, depth);
		put(g, ")");
		return;
	} else {
		fprintf(g->out, "sprintf(\"%s\", ", PICK(g, formats));
	}
	ints(g, depth);
	put(g, ")");
}

static void strs(struct gen *g, int depth)
{
	static const char *const literals[] = {"\"\"",
					       "\"a\"",
					       "\"one two three\"",
					       "\"0123456789\"",
					       "\"0123456789abcdefghij\"",
					       "\"0123456789abcdefghik\""};

	if (depth <= 0 || chance(g, 30)) {
		put(g, chance(g, 60) ? str_name(g) : PICK(g, literals));
		return;
	}
	depth--;
	switch (pick(g, 7)) {
	case 0:
	case 1:
		put(g, "(");
		strs(g, depth);
		put(g, " . ");
		strs(g, depth);
		put(g, ")");
		return;
	case 2: formatted(g, depth); return;
	case 3:
		put(g, "substr(");
		strs(g, depth);
		put(g, ", ");
		ints(g, depth);
		put(g, ", ");
		ints(g, depth);
		put(g, ")");
		return;
	case 4:
		put(g, "tokenize(");
		strs(g, depth);
		put(g, ", \" 5\")");
		return;
	case 5:
		put(g, "w[");
		ints(g, depth);
		put(g, "]");
		return;
	default:
		put(g, "str_replace(");
		strs(g, depth);
		put(g, ", \"1\", ");
		strs(g, depth);
		put(g, ")");
	}
}

static void statement(struct gen *g);

static void block(struct gen *g, int most)
{
	put(g, "{\n");
	for (int n = 1 + pick(g, most); n > 0; n--)
		statement(g);
	put(g, "}\n");
}

static void step_of(struct gen *g, const char *v)
{
	switch (pick(g, 11)) {
	case 8: fprintf(g->out, "%s *= %d", v, pick(g, 5)); return;
	case 9: fprintf(g->out, "%s = %s << %d", v, v, pick(g, 4)); return;
	case 10: fprintf(g->out, "%s -= 3 * (%s & 1) + 2", v, int_name(g)); return;
	case 0: fprintf(g->out, "%s--", v); return;
	case 1: fprintf(g->out, "%s += %d", v, 1 + pick(g, 4)); return;
	case 2: fprintf(g->out, "%s -= %d", v, 1 + pick(g, 4)); return;
	case 3:
		fprintf(g->out, "%s %s %d", v, chance(g, 50) ? ">>=" : "/=", 1 + pick(g, 3));
		return;
	case 4: fprintf(g->out, "%s += (%s & 1) + 1", v, int_name(g)); return;
	case 5: fprintf(g->out, "%s = %s + %s", v, v, int_name(g)); return;
	default: fprintf(g->out, "%s++", v);
	}
}

static void limit_of(struct gen *g, const char *v)
{
	static const char *const rel[] = {"<", "<", "<=", "!=", ">", ">="};
	int how = pick(g, 8);

	if (how == 0)
		fprintf(g->out, "%s++ %s ", v, PICK(g, rel));
	else if (how == 1)
		fprintf(g->out, "(%s = %s + %d) %s ", v, v, pick(g, 4) - 1, PICK(g, rel));
	else if (how == 2) {
		put(g, v);
		return;
	} else
		fprintf(g->out, "%s %s ", v, PICK(g, rel));
	if (chance(g, 60))
		number(g);
	else
		ints(g, 1);
	if (chance(g, 15)) {
		put(g, chance(g, 70) ? " && " : " || ");
		test(g, 1);
	}
}

static void body(struct gen *g)
{
	g->loops++;
	block(g, 3);
	g->loops--;
}

static void for_loop(struct gen *g)
{
	const char *v = int_name(g);

	fprintf(g->out, "for (%s = ", v);
	if (chance(g, 75))
		number(g);
	else
		ints(g, 1);
	put(g, "; ");
	limit_of(g, v);
	put(g, "; ");
	step_of(g, chance(g, 95) ? v : int_name(g));
	put(g, ") ");
	body(g);
}

static void while_loop(struct gen *g)
{
	const char *v = int_name(g);

	if (chance(g, 50)) {
		fprintf(g->out, "%s = ", v);
		number(g);
		put(g, "\n");
	}
	put(g, "while (");
	if (chance(g, 8))
		put(g, "1");
	else if (chance(g, 20))
		fprintf(g->out, "%s--", v);
	else
		limit_of(g, v);
	put(g, ") {\n");
	g->loops++;
	if (chance(g, 40))
		statement(g);
	if (chance(g, 70)) {
		if (chance(g, 15))
			put(g, "if (g0) ");
		step_of(g, v);
		put(g, "\n");
	}
	if (chance(g, 40))
		statement(g);
	g->loops--;
	put(g, "}\n");
}

/* A loop whose inner one begins or ends where the outer one is. */
static void triangle(struct gen *g)
{
	static const char *const forms[] = {
		"for (%s = %d; %s < %d; %s++) for (%s = %s; %s < %d; %s++) ",
		"for (%s = %d; %s < %d; %s++) for (%s = %s; %s > %d; %s--) ",
		"for (%s = %d; %s < %d; %s++) for (%s = %s; %s != %d; %s /= 2) ",
	};
	const char *out = int_name(g), *in = int_name(g);
	int from = pick(g, 6) - 2, to = pick(g, 12);

	if (chance(g, 30))
		fprintf(g->out, "for (%s = %d; %s <= %d; %s += 2) for (%s = 0; %s < %s; %s++) ",
			out, from, out, to, out, in, in, out, in);
	else
		fprintf(g->out, PICK(g, forms), out, from, out, to, out, in, out, in, pick(g, 3),
			in);
	body(g);
}

/* A variable that is moved, and set outright on some paths. */
static void jumping_loop(struct gen *g)
{
	const char *v = int_name(g);
	bool up = chance(g, 50);

	fprintf(g->out, "%s = %d\nwhile (%s %s %d) {\n", v, up ? 0 : 20, v, up ? "<" : ">",
		up ? 20 : 0);
	g->loops++;
	if (chance(g, 30))
		statement(g);
	put(g, "if (");
	test(g, 1);
	fprintf(g->out, ") %s = %d\n", v, pick(g, 50) - 15);
	if (chance(g, 80))
		fprintf(g->out, "%s %s %d\n", v, up ? "+=" : "-=", 1 + pick(g, 3));
	g->loops--;
	put(g, "}\n");
}

/* A loop that eats a string. */
static void text_loop(struct gen *g)
{
	static const char *const tests[] = {"%s != \"\"", "strlen(%s)", "strlen(%s) > 0",
					    "!(\"\" == %s)", "strlen(%s) > 2"};
	const char *v = str_name(g), *c = PICK(g, tests);

	fprintf(g->out, "%s = ", v);
	if (chance(g, 50))
		put(g, "tokenize(\"1 5 one two\", \" 5\")");
	else
		strs(g, 2);
	put(g, "\nwhile (");
	for (; *c; c++)
		if (*c == '%')
			put(g, v), c++;
		else
			fputc(*c, g->out);
	put(g, ") {\n");
	g->loops++;
	if (chance(g, 30))
		statement(g);
	switch (pick(g, 4)) {
	case 0: fprintf(g->out, "%s = tokenize(\"\", \" 5\")\n", v); break;
	case 1: fprintf(g->out, "%s = more(\" \")\n", v); break;
	case 2: fprintf(g->out, "%s = substr(%s, %d, 511)\n", v, v, pick(g, 5)); break;
	default:
		fprintf(g->out, "%s = substr(%s, 1, ", v, v);
		ints(g, 1);
		put(g, ")\n");
	}
	if (chance(g, 30))
		statement(g);
	g->loops--;
	put(g, "}\n");
}

static void foreach_loop(struct gen *g)
{
	switch (pick(g, 8)) {
	case 6: fprintf(g->out, "foreach ([i, j] in z[*, %d]", pick(g, 4)); break;
	case 7:
		fprintf(g->out, "foreach (%s in %s", int_name(g),
			g->hist_linear ? "@hist_linear(st, -4, 8, 3)" : "@hist_log(st)");
		break;
	case 0: fprintf(g->out, "foreach (%s in x", int_name(g)); break;
	case 1: fprintf(g->out, "foreach (%s in y+", str_name(g)); break;
	case 2: put(g, "foreach ([i, j] in z-"); break;
	case 3: fprintf(g->out, "foreach (%s = [i, j] in z", int_name(g)); break;
	case 4: fprintf(g->out, "foreach (%s in ss", str_name(g)); break;
	default: fprintf(g->out, "foreach (%s in sa", int_name(g));
	}
	if (chance(g, 40)) {
		put(g, " limit ");
		ints(g, 1);
	}
	put(g, ") ");
	body(g);
}

/* A loop over samples, or a test for them, with a use behind what comes between. */
static void guarded_use(struct gen *g)
{
	const char *v = int_name(g), *s = str_name(g);

	switch (pick(g, 6)) {
	case 0: put(g, "if (@count(st)) {\n"); break;
	case 1: fprintf(g->out, "if (%s in sa) {\n", v); break;
	case 2: fprintf(g->out, "if (@count(ss[%s]) > 0) {\n", s); break;
	case 3: fprintf(g->out, "foreach (%s in sa) {\n", v); break;
	case 4: fprintf(g->out, "foreach (%s in ss) {\n", s); break;
	default: fprintf(g->out, "{ sa[%s] <<< 3\n", v); break;
	}
	if (chance(g, 60))
		statement(g);
	switch (pick(g, 3)) {
	case 0: fprintf(g->out, "n = @max(st)\n"); break;
	case 1: fprintf(g->out, "n = @avg(sa[%s])\n", v); break;
	default: fprintf(g->out, "n = @min(ss[%s])\n", s); break;
	}
	put(g, "}\n");
}

static void guarded_division(struct gen *g)
{
	static const char *const tests[] = {"%s",     "%s != 0",  "%s > 0",           "!(%s == 0)",
					    "%s < 0", "%s && g0", "%s > 3 || %s < -3"};
	const char *v = int_name(g), *c = PICK(g, tests);

	put(g, "if (");
	for (; *c; c++)
		if (*c == '%' && c[1] == 's')
			put(g, v), c++;
		else
			fputc(*c, g->out);
	put(g, ") {\n");
	if (chance(g, 50))
		statement(g);
	fprintf(g->out, "m = n %s %s\n}\n", chance(g, 50) ? "/" : "%", v);
}

static void try_block(struct gen *g)
{
	put(g, "try ");
	block(g, 3);
	if (chance(g, 10)) {
		put(g, " catch (u) { n++; error(u) }\n");
		return;
	}
	fprintf(g->out, " catch%s ", chance(g, 30) ? " (s)" : "");
	block(g, 2);
}

static void assign(struct gen *g)
{
	static const char *const ops[] = {
		"=", "=", "=", "+=", "-=", "*=", "&=", "|=", "^=", "<<=", ">>="};

	if (chance(g, 25)) {
		fprintf(g->out, "%s %s ", str_name(g), chance(g, 60) ? "=" : ".=");
		strs(g, 2);
	} else {
		fprintf(g->out, "%s %s ", int_name(g), PICK(g, ops));
		ints(g, 3);
	}
	put(g, "\n");
}

static void store_text(struct gen *g)
{
	put(g, "w[");
	ints(g, 1);
	put(g, "] = ");
	strs(g, 2);
	put(g, "\n");
}

static void add_sample(struct gen *g)
{
	stat_name(g, 1);
	put(g, " <<< ");
	ints(g, 1);
	put(g, "\n");
}

static void remove_some(struct gen *g)
{
	static const char *const whole[] = {"x",  "y", "st", "sa",      "ss",
					    "g1", "w", "h0", "z[*, 1]", "z"};

	put(g, "delete ");
	switch (pick(g, 4)) {
	case 0:
		put(g, "sa[");
		ints(g, 1);
		put(g, "]\n");
		return;
	case 1:
		put(g, "x[");
		ints(g, 1);
		put(g, "]\n");
		return;
	case 2:
		put(g, "ss[");
		strs(g, 1);
		put(g, "]\n");
		return;
	default: fprintf(g->out, "%s\n", PICK(g, whole));
	}
}

static void leave(struct gen *g)
{
	if (g->loops && chance(g, 70))
		put(g, chance(g, 50) ? "break\n" : "continue\n");
	else if (g->func < 0)
		put(g, "next\n");
	else if (chance(g, 20))
		put(g, "next\n");
	else {
		put(g, "return ");
		ints(g, 2);
		put(g, "\n");
	}
}

static void condition(struct gen *g)
{
	put(g, "if (");
	test(g, 1);
	put(g, ") ");
	if (chance(g, 30)) {
		put(g, "{ ");
		if (chance(g, 25))
			put(g, "error(\"mine\")\n");
		else
			leave(g);
		put(g, "}\n");
		return;
	}
	block(g, 3);
	if (chance(g, 40)) {
		put(g, "else ");
		block(g, 2);
	}
}

static void store(struct gen *g)
{
	static const char *const arrays[] = {"x", "z"};
	const char *array = PICK(g, arrays);

	if (chance(g, 25)) {
		store_text(g);
		return;
	}
	if (chance(g, 25)) {
		put(g, "y[");
		strs(g, 1);
		put(g, "]");
	} else {
		fprintf(g->out, "%s[", array);
		ints(g, 1);
		if (chance(g, 30))
			put(g, " & 3");
		if (*array == 'z') {
			put(g, ", ");
			number(g);
		}
		put(g, "]");
	}
	put(g, chance(g, 70) ? " = " : " += ");
	ints(g, 2);
	put(g, "\n");
}

static void statement(struct gen *g)
{
	int what = pick(g, 100);

	if (g->left-- <= 0 || what < 32) {
		assign(g);
		return;
	}
	if (g->loops > 3 && what < 56)
		what = 60;
	if (what < 42)
		for_loop(g);
	else if (what < 47)
		while_loop(g);
	else if (what < 49)
		chance(g, 50) ? jumping_loop(g) : triangle(g);
	else if (what < 51)
		text_loop(g);
	else if (what < 56)
		foreach_loop(g);
	else if (what < 66)
		condition(g);
	else if (what < 71)
		try_block(g);
	else if (what < 77)
		store(g);
	else if (what < 81)
		add_sample(g);
	else if (what < 85)
		remove_some(g);
	else if (what < 90)
		guarded_use(g);
	else if (what < 95)
		guarded_division(g);
	else if (what < 98) {
		call(g, 2);
		put(g, "\n");
	} else {
		put(g, "print(");
		strs(g, 1);
		put(g, ")\n");
	}
}

/* A call of itself, or through another, that moves the first argument. */
static void recurse(struct gen *g)
{
	int to = chance(g, 60) ? g->func : pick(g, NFUNCS);

	fprintf(g->out, "%s f%d(%c %s %d%s%s)\n", chance(g, 50) ? "n +=" : "return", to,
		"abc"[chance(g, 85) ? 0 : pick(g, g->params)], chance(g, 75) ? "-" : "+",
		1 + pick(g, 3),
		to % 3 == 0     ? ""
		: g->params > 1 ? ", b"
				: ", a",
		to % 3 > 1 ? ", 4" : "");
}

/* How functions of the language recurse, most often. */
static void base_case(struct gen *g)
{
	static const char *const tests[] = {"a <= 0", "a > 9",   "a == 0",
					    "a < 1",  "a >= 12", "g0 > 5"};

	if (chance(g, 70))
		fprintf(g->out, "if (%s) return %d\n", PICK(g, tests), pick(g, 5));
	if (chance(g, 15))
		statement(g);
	if (chance(g, 40))
		recurse(g);
}

static void function(struct gen *g, int f)
{
	int copies = 1 + chance(g, 15);

	for (int i = 0; i < copies; i++) {
		g->func = f;
		g->params = 1 + f % 3;
		g->left = 4;
		fprintf(g->out, "function f%d:long(a:long%s%s) {\n", f, f % 3 > 0 ? ", b:long" : "",
			f % 3 > 1 ? ", c:long" : "");
		base_case(g);
		if (copies == 2 && i == 0 && chance(g, 70))
			put(g, "if (a > 2) next\n");
		for (int n = pick(g, 4); n > 0; n--)
			statement(g);
		put(g, "return ");
		ints(g, 2);
		put(g, "\n}\n");
		g->func = -1;
		g->params = 0;
	}
}

/* Variables that are read only need a type; sometimes all keep their first value. */
static void know_types(struct gen *g)
{
	if (chance(g, 92))
		put(g, "if (g3 == 77) { i = j = k = n = m = 0; s = t = u = \"\" }\n");
}

static void handler(struct gen *g, const char *point)
{
	fprintf(g->out, "probe %s {\n", point);
	know_types(g);
	g->left = 10;
	for (int n = 1 + pick(g, 6); n > 0; n--)
		statement(g);
	put(g, "}\n");
}

static void globals(struct gen *g)
{
	static const char *const arrays[] = {"x", "y", "z", "w", "sa", "ss"};

	for (int i = 0; i < 4; i++) {
		fprintf(g->out, "global g%d", i);
		if (chance(g, 50)) {
			put(g, " = ");
			fprintf(g->out, "%d", pick(g, 8) - 1);
		}
		put(g, "\n");
	}
	put(g, "global h0 = \"xy\", h1, st\n");
	for (int i = 0; i < 6; i++)
		fprintf(g->out, "global %s%s[%d]\n", arrays[i], chance(g, 30) ? "%" : "",
			2 + pick(g, 7));
}

static char *makescript(uint64_t seed, bool calls)
{
	struct gen g = {.rng = seed * 0x2545f4914f6cdd1du + 77, .func = -1, .calls = calls};
	bool timer = seed % 4 == 0 || chance(&g, 20);
	size_t size;
	char *text;

	g.out = open_memstream(&text, &size);
	g.hist_linear = chance(&g, 50);
	globals(&g);
	for (int f = 0; f < NFUNCS; f++)
		if (calls)
			function(&g, f);
	if (chance(&g, 30)) {
		handler(&g, "al = begin(1)");
		handler(&g, "al");
	}
	handler(&g, "begin(2)");
	if (chance(&g, 50))
		handler(&g, "begin(3)");
	if (timer) {
		handler(&g, chance(&g, 50) ? "timer.us(100)" : "timer.us(100) if (g1 < 5)");
		if (chance(&g, 50))
			handler(&g, "timer.us(120)");
		put(&g, "global hits\nprobe timer.us(110) { if (hits++ > 5) exit() }\n");
	} else {
		put(&g, "probe begin(1000) { exit() }\n");
	}
	handler(&g, "end(1)");
	/* so that every type is known and every name is read */
	put(&g,
	    "probe end(1000) { x[0] = g0 + g1 + g2 + g3; y[\"a\"] = 1; z[0, 0] = 1; w[0] = h0 . h1"
	    "\n st <<< 1; sa[0] <<< 1; ss[\"a\"] <<< 1\n"
	    " println(x[0] + y[\"a\"] + z[0, 0], w[0], @count(st), @count(sa[0]), "
	    "@count(ss[\"a\"]))"
	    " }\n");
	if (calls)
		put(&g, "probe end(1001) { println(f0(1) + f1(1, 1) + f2(1, 1, 1) + f3(1)) }\n");
	else
		put(&g, "function more:string(d:string) { return tokenize(\"\", d) }\n");
	fclose(g.out);
	return text;
}

#endif
