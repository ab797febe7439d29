/* Library functions in user space, called as a script calls them. */
#include "session.h"

#include <ctype.h>

struct test {
	struct checks c;
	struct ran r;
};

/*
 * Calls an intrinsic and prints its result in brackets.  sig is of intrinsic.def; arguments are
 * literals as the text form writes them.
 */
static void call(struct test *t, const char *name, const char *sig, const char *const *args)
{
	char text[4096], list[64] = "";
	size_t n = 0;
	int i = 0;

	n += (size_t)snprintf(text, sizeof text, "handler f0 \"begin\"\n  var %%0 %s \"r\"\n",
			      sig[0] == 's' ? "str" : "int");
	for (i = 0; sig[2 + i]; i++)
		n += (size_t)snprintf(text + n, sizeof text - n, "  var %%%d %s \"a\"\n", i + 1,
				      sig[2 + i] == 's' ? "str" : "int");
	n += (size_t)snprintf(text + n, sizeof text - n, "b0:\n");
	for (i = 0; sig[2 + i]; i++) {
		n += (size_t)snprintf(text + n, sizeof text - n, "  %%%d = %s %s\n", i + 1,
				      sig[2 + i] == 's' ? "str" : "const", args[i]);
		snprintf(list + strlen(list), sizeof list - strlen(list), " %%%d", i + 1);
	}
	snprintf(text + n, sizeof text - n,
		 "  %%0 = intrinsic %s%s\n  print \"[%s]\" %%0\n  intrinsic exit\n  return\nend\n"
		 "attach f0 begin session point \"begin(7)\"\n",
		 name, list, sig[0] == 's' ? "%s" : "%d");
	run_text(&t->r, text, NULL);
}

#define GIVES(t, want, name, sig, ...)                                         \
	do {                                                                   \
		const char *const args_[] = {__VA_ARGS__, NULL};               \
		call(t, name, sig, args_);                                     \
		CHECK_TEXT(&(t)->c, (t)->r.out, (t)->r.out_len, "[" want "]"); \
	} while (0)
#define FAILS(t, want, name, sig, ...)                                             \
	do {                                                                       \
		const char *const args_[] = {__VA_ARGS__, NULL};                   \
		call(t, name, sig, args_);                                         \
		CHECK(&(t)->c, strncmp((t)->r.err, "ERROR: " want " near ",        \
				       sizeof("ERROR: " want " near ") - 1) == 0); \
		CHECK(&(t)->c, (t)->r.status == 1);                                \
	} while (0)

static void test_parts(struct test *t)
{
	GIVES(t, "5", "strlen", "d:s", "\"hello\"");
	GIVES(t, "0", "strlen", "d:s", "\"\"");
	GIVES(t, "ell", "substr", "s:sdd", "\"hello\"", "1", "3");
	GIVES(t, "lo", "substr", "s:sdd", "\"hello\"", "3", "99");
	GIVES(t, "", "substr", "s:sdd", "\"hello\"", "5", "1");
	GIVES(t, "", "substr", "s:sdd", "\"hello\"", "-1", "1");
	GIVES(t, "", "substr", "s:sdd", "\"hello\"", "1", "0");
	GIVES(t, "", "substr", "s:sdd", "\"hello\"", "1", "-5");
	GIVES(t, "101", "stringat", "d:sd", "\"hello\"", "1");
	FAILS(t, "Position out of bounds", "stringat", "d:sd", "\"hello\"", "5");
	FAILS(t, "Position out of bounds", "stringat", "d:sd", "\"hello\"", "-1");
	GIVES(t, "1", "isinstr", "d:ss", "\"hello\"", "\"ell\"");
	GIVES(t, "1", "isinstr", "d:ss", "\"hello\"", "\"\"");
	GIVES(t, "0", "isinstr", "d:ss", "\"hello\"", "\"elo\"");
	GIVES(t, "2", "strpos", "d:ss", "\"hello\"", "\"l\"");
	GIVES(t, "-1", "strpos", "d:ss", "\"hello\"", "\"x\"");
}

static void test_strtol(struct test *t)
{
	GIVES(t, "42", "strtol", "d:sd", "\"42abc\"", "10");
	GIVES(t, "-42", "strtol", "d:sd", "\"-42\"", "10");
	GIVES(t, "31", "strtol", "d:sd", "\"0x1f\"", "16");
	GIVES(t, "31", "strtol", "d:sd", "\"1F\"", "16");
	GIVES(t, "31", "strtol", "d:sd", "\"0x1f\"", "0");
	GIVES(t, "8", "strtol", "d:sd", "\"010\"", "0");
	GIVES(t, "8", "strtol", "d:sd", "\"010\"", "8");
	GIVES(t, "5", "strtol", "d:sd", "\"101\"", "2");
	GIVES(t, "0", "strtol", "d:sd", "\"\"", "10");
	GIVES(t, "0", "strtol", "d:sd", "\"abc\"", "10");
	GIVES(t, "9223372036854775807", "strtol", "d:sd", "\"9223372036854775807\"", "10");
}

static void test_replace(struct test *t)
{
	GIVES(t, "a--b--c", "str_replace", "s:sss", "\"a.b.c\"", "\".\"", "\"--\"");
	GIVES(t, "abc", "str_replace", "s:sss", "\"abc\"", "\"\"", "\"x\"");
	GIVES(t, "", "str_replace", "s:sss", "\"aaa\"", "\"a\"", "\"\"");
	GIVES(t, "ba", "str_replace", "s:sss", "\"aaa\"", "\"aa\"", "\"b\"");
}

static void test_quotes(struct test *t)
{
	GIVES(t, "\"a\\tb\\\"\\\\\"", "string_quoted", "s:s", "\"a\\tb\\\"\\\\\"");
	GIVES(t, "\"\"", "string_quoted", "s:s", "\"\"");
	GIVES(t, "\\001\\177x", "text_str", "s:s", "\"\\001\\177x\"");
	GIVES(t, "a\\nb", "text_str", "s:s", "\"a\\nb\"");
	GIVES(t, "\\u00e9", "text_str", "s:s", "\"\\303\\251\"");
	GIVES(t, "\\U0001f600", "text_str", "s:s", "\"\\360\\237\\230\\200\"");
	GIVES(t, "\\303x", "text_str", "s:s", "\"\\303x\"");
	GIVES(t, "\\300\\200", "text_str", "s:s", "\"\\300\\200\"");
	GIVES(t, "hel", "text_strn", "s:sdd", "\"hello\"", "3", "0");
	GIVES(t, "hello", "text_strn", "s:sdd", "\"hello\"", "0", "0");
	GIVES(t, "\"hello\"", "text_strn", "s:sdd", "\"hello\"", "7", "1");
	GIVES(t, "\"hel\"...", "text_strn", "s:sdd", "\"hello world\"", "8", "1");
	GIVES(t, "\"hello\"", "text_strn", "s:sdd", "\"hello\"", "8", "1");
	/* an escape is not cut in two to make room */
	GIVES(t, "\"ab\"...", "text_strn", "s:sdd", "\"ab\\ncdefgh\"", "8", "1");
}

static void test_tokens(struct test *t)
{
	run_text(&t->r,
		 "handler f0 \"begin\"\n  locals str %0 %1 %2\nb0:\n  %0 = str \",,a,b c,,d,\"\n"
		 "  %1 = str \", \"\n  %2 = intrinsic tokenize %0 %1\n  print \"[%s]\" %2\n"
		 "  %0 = str \"\"\n  %2 = intrinsic tokenize %0 %1\n  print \"[%s]\" %2\n"
		 "  %2 = intrinsic tokenize %0 %1\n  print \"[%s]\" %2\n"
		 "  %2 = intrinsic tokenize %0 %1\n  print \"[%s]\" %2\n"
		 "  %2 = intrinsic tokenize %0 %1\n  print \"[%s]\" %2\n"
		 "  %0 = str \"xyz\"\n  %1 = str \"\"\n  %2 = intrinsic tokenize %0 %1\n"
		 "  print \"[%s]\" %2\n  intrinsic exit\n  return\nend\nattach f0 begin session\n",
		 NULL);
	CHECK_TEXT(&t->c, t->r.out, t->r.out_len, "[a][b][c][d][][xyz]");
	GIVES(t, "", "tokenize", "s:ss", "\"\"", "\",\"");
}

static void test_match(struct test *t)
{
	run_text(&t->r,
		 "handler f0 \"begin\"\n  locals str %0 %1\n  locals int %2 %3\nb0:\n"
		 "  %0 = str \"key=42\"\n  %2 = match \"([a-z]+)=([0-9]+)\" %0\n  %3 = const 2\n"
		 "  %1 = intrinsic matched %3\n  print \"%d[%s]\" %2 %1\n"
		 "  %3 = intrinsic ngroups\n  print \"%d\" %3\n  %2 = match \"x(y)?\" %0\n"
		 "  print \"%d\" %2\n  %3 = const 0\n  %1 = intrinsic matched %3\n  return\nend\n"
		 "attach f0 begin session\n",
		 NULL);
	CHECK_TEXT(&t->c, t->r.out, t->r.out_len, "1[42]30");
	CHECK(&t->c,
	      strncmp(t->r.err, "ERROR: Attempted to get subexpression 0 from failed match near ",
		      63) == 0);
}

static void test_time(struct test *t)
{
	GIVES(t, "Thu Jan  1 00:00:00 1970", "ctime", "s:d", "0");
	GIVES(t, "Wed Jun 30 21:49:08 1993", "ctime", "s:d", "741476948");
	GIVES(t, "Fri Dec 13 20:45:52 1901", "ctime", "s:d", "-2147483648");
	GIVES(t, "Tue Jan 19 03:14:07 2038", "ctime", "s:d", "2147483647");
	FAILS(t, "Time too far in the future to be converted", "ctime", "s:d", "2147483648");
	FAILS(t, "Time too far in the past to be converted", "ctime", "s:d", "-2147483649");
}

static bool is_number(const char *s)
{
	if (*s++ != '[' || !isdigit((unsigned char)*s))
		return false;
	while (isdigit((unsigned char)*s))
		s++;
	return strcmp(s, "]") == 0;
}

static void test_world(struct test *t)
{
	static const char *const numbers[] = {"gettimeofday_ns",
					      "ktime_get_ns",
					      "jiffies",
					      "HZ",
					      "pid",
					      "tid",
					      "ppid",
					      "pgrp",
					      "sid",
					      "uid",
					      "euid",
					      "gid",
					      "egid",
					      "cpu"};
	const char *const none[] = {NULL};
	char want[64];

	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
		call(t, numbers[i], "d:", none);
		CHECK(&t->c, is_number(t->r.out));
	}
	call(t, "pid", "d:", none);
	snprintf(want, sizeof want, "[%d]", (int)getpid());
	CHECK(&t->c, strcmp(t->r.out, want) == 0);
	call(t, "execname", "s:", none);
	CHECK_TEXT(&t->c, t->r.out, t->r.out_len, "[unit_library]");
	call(t, "pp", "s:", none);
	CHECK_TEXT(&t->c, t->r.out, t->r.out_len, "[begin(7)]");
	call(t, "pn", "s:", none);
	CHECK_TEXT(&t->c, t->r.out, t->r.out_len, "[begin(7)]");
	call(t, "ppfunc", "s:", none);
	CHECK_TEXT(&t->c, t->r.out, t->r.out_len, "[]");
	call(t, "probe_type", "s:", none);
	CHECK_TEXT(&t->c, t->r.out, t->r.out_len, "[begin_end]");
	call(t, "target", "d:", none);
	CHECK_TEXT(&t->c, t->r.out, t->r.out_len, "[0]");
}

static void test_random(struct test *t)
{
	const char *text =
		"handler f0 \"begin\"\n  locals int %0 %1\nb0:\n  %0 = const 1000000\n"
		"  %1 = intrinsic randint %0\n  print \"%d \" %1\n  %1 = intrinsic randint %0\n"
		"  print \"%d\" %1\n  intrinsic exit\n  return\nend\nattach f0 begin session\n";
	struct run_options o = {.seed = 7};
	char first[64];

	run_text(&t->r, text, &o);
	snprintf(first, sizeof first, "%.60s", t->r.out);
	run_text(&t->r, text, &o);
	CHECK(&t->c, strcmp(first, t->r.out) == 0);
	o.seed = 8;
	run_text(&t->r, text, &o);
	CHECK(&t->c, strcmp(first, t->r.out) != 0);
	GIVES(t, "0", "randint", "d:d", "0");
	GIVES(t, "0", "randint", "d:d", "1");
	FAILS(t, "range too wide", "randint", "d:d", "1048577");
	FAILS(t, "range too wide", "randint", "d:d", "-1");
}

int main(void)
{
	static struct test t;

	test_parts(&t);
	test_strtol(&t);
	test_replace(&t);
	test_quotes(&t);
	test_tokens(&t);
	test_match(&t);
	test_time(&t);
	test_world(&t);
	test_random(&t);
	return checks_end(&t.c);
}
