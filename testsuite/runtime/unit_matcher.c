/* Regular expressions: POSIX extended, leftmost and longest, never slow. */
#include "base/matcher.h"

#include "check.h"

struct test {
	struct checks c;
	struct arena *a;
	struct matcher_result r;
};

/* "start-end" of the match, or "no", or what is wrong with the pattern. */
static void search(struct test *t, const char *pattern, const char *text, char *out, size_t size)
{
	const char *why = NULL;
	struct matcher *re = matcher_compile(t->a, pattern, &why);

	if (!re)
		snprintf(out, size, "%s", why);
	else if (!matcher_search(re, text, (uint32_t)strlen(text), &t->r))
		snprintf(out, size, "no");
	else
		snprintf(out, size, "%d-%d", t->r.groups[0].start, t->r.groups[0].end);
}

#define FINDS(t, pattern, text, want)                          \
	do {                                                   \
		char got_[80];                                 \
		search(t, pattern, text, got_, sizeof got_);   \
		CHECK_TEXT(&(t)->c, got_, strlen(got_), want); \
	} while (0)

static void test_plain(struct test *t)
{
	FINDS(t, "b", "abc", "1-2");
	FINDS(t, "", "abc", "0-0");
	FINDS(t, "x", "abc", "no");
	FINDS(t, "a.c", "xabc", "1-4");
	FINDS(t, "^b", "abc", "no");
	FINDS(t, "^a", "abc", "0-1");
	FINDS(t, "c$", "abc", "2-3");
	FINDS(t, "b$", "abc", "no");
	FINDS(t, "^$", "", "0-0");
	FINDS(t, "a\\.c", "abc a.c", "4-7");
	FINDS(t, "\\\\", "a\\b", "1-2");
}

static void test_repeats(struct test *t)
{
	FINDS(t, "a*", "aaab", "0-3");
	FINDS(t, "a+b", "caaab", "1-5");
	FINDS(t, "ab?c", "ac abc", "0-2");
	FINDS(t, "a{2}", "aaab", "0-2");
	FINDS(t, "^a{2}$", "aaa", "no");
	FINDS(t, "^a{2,}$", "aaa", "0-3");
	FINDS(t, "^a{0,2}$", "aa", "0-2");
	FINDS(t, "^a{0,2}$", "aaa", "no");
	FINDS(t, "^(ab){1,3}$", "ababab", "0-6");
	FINDS(t, "^(ab){1,3}$", "abababab", "no");
	FINDS(t, "x{0}y", "xy", "1-2");
	FINDS(t, "(a*)*b", "aaab", "0-4");
	FINDS(t, "(a|b*)*c", "abbac", "0-5");
}

static void test_longest(struct test *t)
{
	FINDS(t, "a|ab|abc", "abcd", "0-3");
	FINDS(t, "(a|ab)(c|bcd)", "abcd", "0-4");
	FINDS(t, "b|abc", "abc", "0-3"); /* leftmost first */
	FINDS(t, "foo|", "xfoo", "0-0");
}

static void test_sets(struct test *t)
{
	FINDS(t, "[abc]+", "xxcabx", "2-5");
	FINDS(t, "[^abc]", "abx", "2-3");
	FINDS(t, "[a-c0-9]+", "x1b9x", "1-4");
	FINDS(t, "[]]", "a]", "1-2");
	FINDS(t, "[^]]", "]a", "1-2");
	FINDS(t, "[a-]+", "x-a", "1-3");
	FINDS(t, "[[:digit:]]+", "ab12", "2-4");
	FINDS(t, "[[:alpha:]_]+", "1a_b", "1-4");
	FINDS(t, "[\x80-\xff]", "a\xc3", "1-2");
}

static void test_groups(struct test *t)
{
	FINDS(t, "(a)|(b)", "b", "0-1");
	CHECK(&t->c, t->r.ngroups == 3);
	CHECK(&t->c, t->r.groups[1].start == -1);
	CHECK(&t->c, t->r.groups[2].start == 0 && t->r.groups[2].end == 1);
	FINDS(t, "([a-z]+)=([0-9]+)", "  x=42;", "2-6");
	CHECK(&t->c, t->r.groups[1].start == 2 && t->r.groups[1].end == 3);
	CHECK(&t->c, t->r.groups[2].start == 4 && t->r.groups[2].end == 6);
	FINDS(t, "((a)(b))+", "ab", "0-2");
	CHECK(&t->c, t->r.ngroups == 4 && t->r.groups[3].start == 1);
}

static void test_rejects(struct test *t)
{
	char deep[300] = "";

	FINDS(t, "(a", "a", "'(' without ')'");
	FINDS(t, "a)", "a", "')' without '('");
	FINDS(t, "[a", "a", "'[' without ']'");
	FINDS(t, "*a", "a", "nothing to repeat");
	FINDS(t, "a|*", "a", "nothing to repeat");
	FINDS(t, "a\\", "a", "it ends in a backslash");
	FINDS(t, "a{2", "a", "'{' without '}'");
	FINDS(t, "a{x}", "a", "'{' without a count");
	FINDS(t, "a{3,2}", "a", "counts that run backwards");
	FINDS(t, "a{999}", "a", "a count above 255");
	FINDS(t, "[z-a]", "a", "a range that runs backwards");
	FINDS(t, "[[:no:]]", "a", "no such character class");
	FINDS(t, "((a{200}){200}){200}", "a", "it is too large");
	memset(deep, '(', 290);
	FINDS(t, deep, "a", "too many groups");
}

/* Patterns that take exponential time elsewhere. */
static void test_hostile(struct test *t)
{
	char text[500] = "";

	memset(text, 'a', 490);
	FINDS(t, "(a*)*(a*)*(a*)*b", text, "no");
	FINDS(t, "(a|a)*(a|aa)*b", text, "no");
	FINDS(t, "^(a{1,100}){1,9}$", text, "0-490");
}

int main(void)
{
	struct test t = {.a = arena_new(0, NULL)};

	test_plain(&t);
	test_repeats(&t);
	test_longest(&t);
	test_sets(&t);
	test_groups(&t);
	test_rejects(&t);
	test_hostile(&t);
	arena_free(t.a);
	return checks_end(&t.c);
}
