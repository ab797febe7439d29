/* The printf family, corner by corner: section 10.1 of the language reference. */
#include "runtime/printer.h"
#include "runtime/value.h"

#include "check.h"

struct test {
	struct checks c;
	struct arena *a;
	char buf[PRINTER_MAX + 16];
	size_t n;
};

static void render(struct test *t, const char *raw, const struct run_value *args, size_t cap)
{
	const char *why = NULL;
	size_t offset = 0;
	struct format *f = format_parse(t->a, raw, &why, &offset);
	const struct run_value *argv[16];
	struct printer p = {.buf = t->buf, .cap = cap};

	for (int i = 0; i < 16; i++)
		argv[i] = &args[i];
	t->n = 0;
	if (!f || !printer_format(&p, f, argv))
		p.n = 0;
	t->n = p.n;
}

#define INT(v) value_int(v)
#define STR(v) value_str(v)
#define EXPECT(t, want, format, ...)                              \
	do {                                                      \
		const struct run_value args_[16] = {__VA_ARGS__}; \
		render(t, format, args_, PRINTER_MAX);            \
		CHECK_TEXT(&(t)->c, (t)->buf, (t)->n, want);      \
	} while (0)

static void test_signed(struct test *t)
{
	EXPECT(t, "0", "%d", INT(0));
	EXPECT(t, "-1", "%i", INT(-1));
	EXPECT(t, "-9223372036854775808", "%d", INT(INT64_MIN));
	EXPECT(t, "9223372036854775807", "%ld", INT(INT64_MAX));
	EXPECT(t, "-000000000000001", "%016d", INT(-1));
	EXPECT(t, "+5", "%+d", INT(5));
	EXPECT(t, "-5", "%+d", INT(-5));
	EXPECT(t, "+0", "%+d", INT(0));
	EXPECT(t, " 5", "% d", INT(5));
	EXPECT(t, "-5", "% d", INT(-5));
	EXPECT(t, "    5", "%5d", INT(5));
	EXPECT(t, "5    |", "%-5d|", INT(5));
	EXPECT(t, "-5   |", "%-5d|", INT(-5));
	EXPECT(t, "007", "%.3d", INT(7));
	EXPECT(t, "  -007", "%6.3d", INT(-7));
	EXPECT(t, "   007", "%6.3d", INT(7));
	EXPECT(t, "000007", "%06.3d", INT(7));
	EXPECT(t, "5", "%#d", INT(5));
	EXPECT(t, "0", "%.0d", INT(0));
}

static void test_unsigned(struct test *t)
{
	EXPECT(t, "18446744073709551615", "%u", INT(-1));
	EXPECT(t, "5", "%+u", INT(5));
	EXPECT(t, "5", "% u", INT(5));
	EXPECT(t, "1777777777777777777777", "%o", INT(-1));
	EXPECT(t, "010", "%#o", INT(8));
	EXPECT(t, "00", "%#o", INT(0));
	EXPECT(t, "ffffffffffffffff", "%x", INT(-1));
	EXPECT(t, "0xff", "%#x", INT(255));
	EXPECT(t, "0XFF", "%#X", INT(255));
	EXPECT(t, "0x0", "%#x", INT(0));
	EXPECT(t, "FF", "%X", INT(255));
	EXPECT(t, "0x0", "%p", INT(0));
	EXPECT(t, "0xffffffff81000000", "%p", INT((int64_t)0xffffffff81000000));
	EXPECT(t, "    0x1f", "%#8x", INT(31));
	EXPECT(t, "  0x001f", "%#8.4x", INT(31));
	EXPECT(t, "0x0000001f", "%010p", INT(31));
}

static void test_char(struct test *t)
{
	EXPECT(t, "A", "%c", INT('A'));
	EXPECT(t, "A", "%c", INT(0x141));
	EXPECT(t, "   A", "%4c", INT('A'));
	EXPECT(t, "A   |", "%-4c|", INT('A'));
	EXPECT(t, "   A", "%04c", INT('A'));
	EXPECT(t, "\0", "%c", INT(0));
	EXPECT(t, "\\n", "%#c", INT('\n'));
	EXPECT(t, "\\a\\b\\f\\r\\t\\v", "%#c%#c%#c%#c%#c%#c", INT('\a'), INT('\b'), INT('\f'),
	       INT('\r'), INT('\t'), INT('\v'));
	EXPECT(t, "\\'\\\\", "%#c%#c", INT('\''), INT('\\'));
	EXPECT(t, "\"", "%#c", INT('"'));
	EXPECT(t, "\\000\\377\\033", "%#c%#c%#c", INT(0), INT(255), INT(27));
	EXPECT(t, "x", "%#c", INT('x'));
}

static void test_string(struct test *t)
{
	EXPECT(t, "", "%s", STR(""));
	EXPECT(t, "hello", "%s", STR("hello"));
	EXPECT(t, "hel", "%.3s", STR("hello"));
	EXPECT(t, "", "%.0s", STR("hello"));
	EXPECT(t, "   hello", "%8s", STR("hello"));
	EXPECT(t, "hello   |", "%-8s|", STR("hello"));
	EXPECT(t, "   he", "%5.2s", STR("hello"));
	EXPECT(t, "hello\0|", "%0s|", STR("hello"));
	EXPECT(t, "  hello\0", "%07s", STR("hello"));
	EXPECT(t, "a%b", "a%%b", INT(0));
	EXPECT(t, "1 two 3", "%d %s %d", INT(1), STR("two"), INT(3));
}

static void test_stars(struct test *t)
{
	EXPECT(t, "    5", "%*d", INT(5), INT(5));
	EXPECT(t, "5|", "%*d|", INT(-4), INT(5));
	EXPECT(t, "he", "%.*s", INT(2), STR("hello"));
	EXPECT(t, "", "%.*s", INT(-1), STR("hello"));
	EXPECT(t, "   00005", "%*.*d", INT(8), INT(5), INT(5));
	EXPECT(t, "5    |", "%-*d|", INT(5), INT(5));
}

static void test_binary(struct test *t)
{
	EXPECT(t, "\x88\x77\x66\x55\x44\x33\x22\x11", "%b", INT(0x1122334455667788));
	EXPECT(t, "\x88\x77\x66\x55", "%4b", INT(0x1122334455667788));
	EXPECT(t, "\x88\x77", "%2b", INT(0x1122334455667788));
	EXPECT(t, "\x88", "%1b", INT(0x1122334455667788));
	EXPECT(t, "\x88", "%.1b", INT(0x1122334455667788));
	EXPECT(t, "\0\0\x88\x77", "%4.2b", INT(0x1122334455667788));
	EXPECT(t, "\x88\x77\0\0", "%-4.2b", INT(0x1122334455667788));
	EXPECT(t, "\x88\x77\x66\x55\x44\x33\x22\x11", "%3b", INT(0x1122334455667788));
	EXPECT(t, "\0\0\x88\x77\x66\x55\x44\x33\x22\x11", "%10b", INT(0x1122334455667788));
	EXPECT(t, "\x88\x77\x66\x55\x44\x33\x22\x11", "%.3b", INT(0x1122334455667788));
}

static void test_limits(struct test *t)
{
	const struct run_value wide[16] = {INT(100000), INT(1), INT(2)};
	const struct run_value one[16] = {STR("hello")};
	const struct run_value word[16] = {INT(0x0102030405060708)};

	render(t, "%*d%d", wide, PRINTER_MAX);
	CHECK(&t->c, t->n == PRINTER_MAX);
	CHECK(&t->c, t->buf[PRINTER_MAX - 1] == '1');
	render(t, "%s world", one, 7);
	CHECK_TEXT(&t->c, t->buf, t->n, "hello w");
	render(t, "abcd%b", word, 8);
	CHECK_TEXT(&t->c, t->buf, t->n, "abcd");
}

static void test_memory(struct test *t)
{
	const char *why;
	size_t offset;
	struct format *f = format_parse(t->a, "%4m", &why, &offset);

	CHECK(&t->c, f && printer_needs_kernel(f));
	f = format_parse(t->a, "%.4M", &why, &offset);
	CHECK(&t->c, f && printer_needs_kernel(f));
	f = format_parse(t->a, "%d%s", &why, &offset);
	CHECK(&t->c, f && !printer_needs_kernel(f));
	EXPECT(t, "", "%m", INT(4096));
}

static void test_int(struct test *t)
{
	struct printer p = {.buf = t->buf, .cap = 64};

	printer_int(&p, INT64_MIN);
	printer_byte(&p, ' ');
	printer_int(&p, 0);
	CHECK_TEXT(&t->c, t->buf, p.n, "-9223372036854775808 0");
}

int main(void)
{
	struct test t = {.a = arena_new(0, NULL)};

	test_signed(&t);
	test_unsigned(&t);
	test_char(&t);
	test_string(&t);
	test_stars(&t);
	test_binary(&t);
	test_limits(&t);
	test_memory(&t);
	test_int(&t);
	arena_free(t.a);
	return checks_end(&t.c);
}
