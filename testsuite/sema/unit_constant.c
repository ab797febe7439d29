/* The evaluator behind @const: values as a C compiler gives them, refusals with their reason. */
#include "sema/access.h"

#include <stdio.h>
#include <string.h>

static int checks, failures;

static struct sema *new_sema(void)
{
	struct arena *a = arena_new(64u << 20, NULL);
	struct sema *s = arena_make(a, struct sema);
	struct target_request nothing = {0};

	s->arena = a;
	s->diags = diags_new(a, sources_new(a));
	s->target = target_open(a, s->diags, &nothing);
	return s;
}

static void gives(struct sema *s, const char *text, int64_t want, int line)
{
	const char *why, *unknown;
	int64_t value;

	checks++;
	if (constant_value(s, text, &value, &why, &unknown) && value == want)
		return;
	failures++;
	printf("%s:%d: %s is %lld, expected %lld (%s)\n", __FILE__, line, text, (long long)value,
	       (long long)want, why ? why : "no reason");
}

static void refuses(struct sema *s, const char *text, const char *because, int line)
{
	const char *why = NULL, *unknown;
	int64_t value;

	checks++;
	if (!constant_value(s, text, &value, &why, &unknown) && strstr(why, because))
		return;
	failures++;
	printf("%s:%d: %s: %s, expected a refusal with \"%s\"\n", __FILE__, line, text,
	       why ? why : "accepted", because);
}

#define GIVES(text, want) gives(s, text, want, __LINE__)
#define REFUSES(text, because) refuses(s, text, because, __LINE__)

static char *repeat(struct sema *s, const char *what, uint32_t n, const char *end)
{
	VEC(char) text = {0};

	for (uint32_t i = 0; i < n; i++)
		for (const char *c = what; *c; c++)
			vec_push(s->arena, &text, *c);
	for (const char *c = end; *c; c++)
		vec_push(s->arena, &text, *c);
	vec_push(s->arena, &text, '\0');
	return text.v;
}

static void values(struct sema *s)
{
	GIVES("5", 5);
	GIVES(" 0x10 ", 16);
	GIVES("010", 8);
	GIVES("10UL", 10);
	GIVES("18446744073709551615", -1);
	GIVES("'a'", 97);
	GIVES("'\\n'", 10);
	GIVES("'\\''", 39);
	GIVES("AF_INET", 2);
	GIVES("AF_INET6", 10);
	GIVES("O_CREAT|O_EXCL", 0300);
	GIVES("O_LARGEFILE", 0100000);
	GIVES("SIGKILL", 9);
	GIVES("-EAGAIN", -11);
	GIVES("__NR_read", 0);
	GIVES("IPPROTO_UDP", 17);
}

static void operators(struct sema *s)
{
	GIVES("1<<3", 8);
	GIVES("1 + 2 * 3", 7);
	GIVES("(1 + 2) * 3", 9);
	GIVES("10 - 3 - 2", 5);
	GIVES("-7 / 2", -3);
	GIVES("-7 % 3", -1);
	GIVES("(-9223372036854775807 - 1) / -1", INT64_MIN);
	GIVES("(-9223372036854775807 - 1) % -1", 0);
	GIVES("9223372036854775807 + 1", INT64_MIN);
	GIVES("~0", -1);
	GIVES("!5", 0);
	GIVES("1 | 2 ^ 3 & 1", 1 | (2 ^ (3 & 1)));
	GIVES("1 == 1 == 1", 1);
	GIVES("2 < 1 || 3 >= 3", 1);
	GIVES("1 ? 2 : 3 ? 4 : 5", 2);
	GIVES("0 ? 2 : 0 ? 4 : 5", 5);
	GIVES("0 && 1 / 0", 0);
	GIVES("1 || 1 / 0", 1);
	GIVES("1 ? 7 : 1 / 0", 7);
}

static void refusals(struct sema *s)
{
	REFUSES("", "missing");
	REFUSES("1 +", "missing");
	REFUSES("(1", "not closed");
	REFUSES("1 ? 2", ": of a ?:");
	REFUSES("1 / 0", "divides by zero");
	REFUSES("1 % (2 - 2)", "divides by zero");
	REFUSES("NO_SUCH_NAME + 1", "NO_SUCH_NAME");
	REFUSES("1.5", "not a C integer");
	REFUSES("99999999999999999999", "not a C integer");
	REFUSES("sizeof(int)", "sizeof");
	REFUSES("1; evil()", "not a C expression");
	REFUSES("'ab'", "more than one");
	REFUSES("'a", "does not end");
	REFUSES(repeat(s, "(", 1000000, "1"), "nested too deeply");
	REFUSES(repeat(s, "!", 1000000, "1"), "nested too deeply");
	REFUSES(repeat(s, "1?", 1000000, "1"), "nested too deeply");
}

int main(void)
{
	struct sema *s = new_sema();

	values(s);
	operators(s);
	refusals(s);
	target_close(s->target);
	arena_free(s->arena);
	printf("ok %d\n", checks);
	return failures != 0;
}
