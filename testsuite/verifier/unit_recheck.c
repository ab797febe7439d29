/*
 * The re-check must accept the certificate of every proof, and refuse it once a
 * line claims more than is so.  Every .ir test of the verifier and some of its
 * own are proved, written, read and rechecked; then each line is perturbed in
 * each way that by construction claims something false or concludes too much:
 * a range moved away from what arrives or made one narrower, another version,
 * predicate or fact, a lower bound, weight, cost, level or need, another test,
 * step or limit, an open obligation called proved or refuted.  The text cut
 * short anywhere must be refused as well.  Arguments: other .ir files instead.
 */
#include "ir/irtext.h"
#include "verifier/recheck.h"

#include <glob.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_WORDS = 64, MAX_LINE = 4096 };

struct tally {
	long checks, failures;
};

struct subject {
	const char *name;
	const struct ir_program *p;
	struct certificate_identity id;
	char *text;
	size_t len;
	struct tally *t;
	bool plain; /* nothing always fails, and no two sites insert the same: all is needed */
};

static const struct certificate_identity identity = {1, 2, 3, "facts"};

/* --- a program, its certificate, and what is said of a text --- */

static struct ir_program *read_ir(struct arena *a, const char *name, const char *text)
{
	struct sources *ss = sources_new(a);
	const char *why;
	const struct source *src =
		text ? sources_add(ss, name, text, (uint32_t)strlen(text), SOURCE_SCRIPT)
		     : sources_read(ss, a, name, SOURCE_SCRIPT, &why);

	return src ? irread_program(a, diags_new(a, ss), ss, src) : NULL;
}

/* NULL: accepted. */
static const char *recheck(const struct subject *s, const char *text, size_t len)
{
	static char kept[256];
	struct arena *a = arena_new(0, NULL);
	struct recheck_tally t;
	const char *why;
	bool holds =
		recheck_text(a, s->p, MODEL_ATOMIC, &s->id, text, len, &t, &why) == RECHECK_HOLDS;

	if (!holds)
		snprintf(kept, sizeof kept, "%s", why);
	arena_free(a);
	return holds ? NULL : kept;
}

static void expect(const struct subject *s, bool ok, const char *what, const char *line)
{
	s->t->checks++;
	if (!ok && s->t->failures++ < 20)
		printf("%s: %s: %s: %s\n", __FILE__, s->name, what, line);
}

/* --- perturbing --- */

struct line {
	const char *at;
	size_t len;
	uint32_t n;
	char *words[MAX_WORDS];
	char copy[MAX_LINE];
};

/* Words as the reader takes them; a quoted one keeps its quotes. */
static bool split(const char *at, struct line *l)
{
	const char *end = strchr(at, '\n');
	bool quoted = false;

	l->at = at;
	l->len = (size_t)(end - at);
	l->n = 0;
	if (l->len >= sizeof l->copy)
		return false;
	memcpy(l->copy, at, l->len);
	l->copy[l->len] = '\0';
	for (char *c = l->copy; *c; c++) {
		if (c == l->copy || (c[-1] == '\0' && !quoted)) {
			if (l->n == MAX_WORDS)
				return false;
			l->words[l->n++] = c;
		}
		if (*c == '\\' && quoted)
			c++;
		else if (*c == '"')
			quoted = !quoted;
		else if (*c == ' ' && !quoted)
			*c = '\0';
	}
	return true;
}

/* Must the text with another word, or (NULL) without it, be refused? */
static void refuse(const struct subject *s, const struct line *l, uint32_t word, const char *by)
{
	char *text = malloc(s->len + MAX_LINE + 64), *to = text;

	memcpy(to, s->text, (size_t)(l->at - s->text));
	to += l->at - s->text;
	for (uint32_t i = 0; i < l->n; i++) {
		const char *w = i == word ? by : l->words[i];

		if (w && *w)
			to += sprintf(to, "%s%s", i ? " " : "", w);
	}
	if (word >= l->n)
		to += sprintf(to, " %s", by);
	*to = '\0';
	const char *shown = text + (l->at - s->text);
	const char *rest = l->at + l->len;
	char line[MAX_LINE + 64];

	snprintf(line, sizeof line, "%s", shown);
	memcpy(to, rest, (size_t)(s->text + s->len - rest));
	to += s->text + s->len - rest;
	expect(s, recheck(s, text, (size_t)(to - text)) != NULL, "accepted", line);
	free(text);
}

static bool read_number(const char *w, int64_t *n)
{
	char *end;

	*n = strtoll(w, &end, 10);
	return *w && !*end;
}

/* One less; what is not known, or cannot be less, stays. */
static void lower(const struct subject *s, const struct line *l, uint32_t word)
{
	char by[32];
	int64_t n;

	if (word >= l->n || !read_number(l->words[word], &n) || n <= 0)
		return;
	snprintf(by, sizeof by, "%" PRId64, n - 1);
	refuse(s, l, word, by);
}

static void move(const struct subject *s, const struct line *l, uint32_t word, int64_t step)
{
	char by[32];
	int64_t n;

	if (word >= l->n || !read_number(l->words[word], &n))
		return;
	snprintf(by, sizeof by, "%" PRId64, n + step);
	refuse(s, l, word, by);
}

static bool read_range(const char *w, int64_t *low, int64_t *high)
{
	char a[32], b[32];

	if (sscanf(w, "[%31[^,],%31[^]]", a, b) != 2)
		return false;
	*low = INT64_MIN;
	*high = INT64_MAX;
	return (strcmp(a, "min") == 0 || read_number(a, low)) &&
	       (strcmp(b, "max") == 0 || read_number(b, high));
}

static void put_range(const struct subject *s, const struct line *l, uint32_t word, int64_t low,
		      int64_t high)
{
	char by[96];

	snprintf(by, sizeof by, "[%" PRId64 ",%" PRId64 "]", low, high);
	refuse(s, l, word, by);
}

/* One more of the bits is claimed to be known: to be 0, then to be 1. */
static void know_bit(const struct subject *s, const struct line *l, uint32_t word)
{
	uint64_t value, mask, lowest;
	char *kept = l->words[word], by[64];

	if (sscanf(kept, "=%" SCNx64, &value) != 1 ||
	    sscanf(l->words[word + 1], "~%" SCNx64, &mask) != 1 || !mask)
		return;
	lowest = mask & -mask;
	snprintf(by, sizeof by, "=%" PRIx64 " ~%" PRIx64, value, mask ^ lowest);
	l->words[word + 1][0] = '\0';
	refuse(s, l, word, by);
	snprintf(by, sizeof by, "=%" PRIx64 " ~%" PRIx64, value | lowest, mask ^ lowest);
	refuse(s, l, word, by);
	l->words[word + 1][0] = '~';
}

/* Away from all that was claimed, and if narrow, by one at either end. */
static void tighten(const struct subject *s, const struct line *l, uint32_t word, bool narrow)
{
	int64_t low, high;

	if (word >= l->n || !read_range(l->words[word], &low, &high))
		return;
	if (high < INT64_MAX)
		put_range(s, l, word, high + 1, high + 1);
	if (low > INT64_MIN)
		put_range(s, l, word, low - 1, low - 1);
	if (low == INT64_MIN && high == INT64_MAX)
		put_range(s, l, word, 7, 7);
	if (!narrow || low >= high)
		return;
	if (low > INT64_MIN && low + 1 != 0 && low != 0)
		put_range(s, l, word, low + 1, high);
	if (high < INT64_MAX && high - 1 != 0 && high != 0)
		put_range(s, l, word, low, high - 1);
}

/* --- line by line --- */

static void perturb_value(const struct subject *s, const struct line *l)
{
	tighten(s, l, 2, true);
	if (strcmp(l->words[3], "v8000000100000000") != 0)
		refuse(s, l, 3, "v8000000100000000");
	if (l->n == 4)
		refuse(s, l, 4, "text \"no such text\"");
	for (uint32_t i = 4; i + 2 < l->n; i++)
		if (strcmp(l->words[i], "bits") == 0)
			know_bit(s, l, i + 1);
	for (uint32_t i = 4; i + 1 < l->n; i++)
		if (strcmp(l->words[i], "from") == 0)
			tighten(s, l, i + 3, s->plain);
}

static void perturb_ranking(const struct subject *s, const struct line *l)
{
	static const char *const rels[] = {"eq", "ne", "lt", "le", "gt", "ge"};

	if (strcmp(l->words[0], "loop") == 0) {
		lower(s, l, 3);
		lower(s, l, 4);
		lower(s, l, 5);
		lower(s, l, 6);
		if (strcmp(l->words[2], "open") == 0)
			refuse(s, l, 2, "once");
		if (strcmp(l->words[2], "count") == 0)
			refuse(s, l, 2, "once");
	} else if (strcmp(l->words[0], "moves") == 0) {
		tighten(s, l, 2, true);
		refuse(s, l, 3, strcmp(l->words[3], "plus") == 0 ? "over" : "plus");
		if (strcmp(l->words[3], "lost") == 0)
			return;
		move(s, l, 4, 1);
		move(s, l, 5, -1);
	} else {
		refuse(s, l, 1, "0");
		move(s, l, 2, 1);
		refuse(s, l, 3, strcmp(l->words[3], "first") == 0 ? "second" : "first");
		for (size_t i = 0; i < 6; i++)
			if (strcmp(l->words[4], rels[i]) != 0)
				refuse(s, l, 4, rels[i]);
		tighten(s, l, 5, true);
		move(s, l, 7, 1);
		move(s, l, 8, -1);
	}
}

static void perturb_fact(const struct subject *s, const struct line *l)
{
	bool fact = strcmp(l->words[0], "fact") == 0;

	if (fact)
		refuse(s, l, 3, strcmp(l->words[3], "v0") == 0 ? "v1" : "v0");
	if (fact && l->n == 6)
		refuse(s, l, 5, NULL);
	if (!fact && strcmp(l->words[2], "compare") == 0) {
		refuse(s, l, 3, strcmp(l->words[3], "eq") == 0 ? "ne" : "eq");
		refuse(s, l, 5, strcmp(l->words[5], "v0") == 0 ? "v1" : "v0");
	}
}

static void perturb_program(const struct subject *s, const struct line *l)
{
	const char *kind = l->words[0];

	if (strcmp(kind, "global") == 0)
		for (uint32_t i = 3; i < l->n; i++)
			tighten(s, l, i, false);
	if (strcmp(kind, "param") == 0)
		tighten(s, l, 2, true);
	if (strcmp(kind, "result") == 0 && strcmp(l->words[1], "returns") == 0) {
		refuse(s, l, 1, "-");
		tighten(s, l, 3, false);
	}
	if (strcmp(kind, "function") == 0) {
		if (strcmp(l->words[2], "claims") == 0)
			refuse(s, l, 2, "idle");
		for (uint32_t i = 4; s->plain && i < 7 && strcmp(l->words[2], "claims") == 0; i++)
			lower(s, l, i);
	}
	if (strcmp(kind, "room") == 0)
		lower(s, l, 3);
	if (strcmp(kind, "site") == 0)
		for (uint32_t i = 2; s->plain && i < l->n; i++)
			tighten(s, l, i, false);
	if (strcmp(kind, "depth") == 0)
		lower(s, l, 1);
	if (strcmp(kind, "recursion") == 0) {
		refuse(s, l, 2, strcmp(l->words[2], "up") == 0 ? "down" : "up");
		lower(s, l, 3);
		move(s, l, 4, strcmp(l->words[2], "up") == 0 ? 1 : -1);
		move(s, l, 5, strcmp(l->words[2], "up") == 0 ? -1 : 1);
		move(s, l, 6, 1);
	}
	if (strcmp(kind, "script") == 0 || strcmp(kind, "facts") == 0 ||
	    strcmp(kind, "program") == 0)
		refuse(s, l, 1, "0123456789abcdef");
	if (strcmp(kind, "model") == 0)
		refuse(s, l, 1, "interleaved");
}

static void perturb_obligation(const struct subject *s, const struct line *l)
{
	if (strcmp(l->words[3], "proved") == 0)
		lower(s, l, 4);
	else
		refuse(s, l, 3, "proved");
	if (strcmp(l->words[3], "refuted") != 0)
		refuse(s, l, 3, "refuted");
}

static void perturb_line(const struct subject *s, const struct line *l)
{
	static const struct {
		const char *word;
		void (*fn)(const struct subject *, const struct line *);
	} lines[] = {
		{"value", perturb_value},
		{"loop", perturb_ranking},
		{"moves", perturb_ranking},
		{"while", perturb_ranking},
		{"fact", perturb_fact},
		{"pred", perturb_fact},
		{"obligation", perturb_obligation},
	};

	for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
		if (strcmp(l->words[0], lines[i].word) == 0) {
			lines[i].fn(s, l);
			return;
		}
	perturb_program(s, l);
}

/* --- subjects --- */

static void examine(struct tally *t, const char *name, const char *text)
{
	struct arena *a = arena_new(0, NULL);
	struct subject s = {.name = name, .id = identity, .t = t};
	struct ir_program *p = read_ir(a, name, text);
	const char *why;
	struct line l;

	s.p = p;
	if (!p) {
		arena_free(a);
		return;
	}
	struct proven *pv = prove_program(a, p, NULL);

	expect(&s, recheck_proven(pv, a) == NULL, "refused as it was proved", "");
	FILE *out = open_memstream(&s.text, &s.len);

	recheck_write(out, a, pv, &s.id);
	fclose(out);
	s.plain = !text && !strstr(s.text, " refuted") && strncmp(name, "testsuite/", 10) == 0;
	why = recheck(&s, s.text, s.len);
	expect(&s, !why, "refused", why ? why : "");
	for (const char *at = s.text; !why && at < s.text + s.len; at = strchr(at, '\n') + 1) {
		expect(&s, recheck(&s, s.text, (size_t)(at - s.text)) != NULL,
		       "accepted though cut short", "");
		if (split(at, &l))
			perturb_line(&s, &l);
	}
	free(s.text);
	arena_free(a);
}

static const char counted[] = "global g0 \"n\" int = 3\n"
			      "function f0 \"half\" (%0 int \"v\") int\n"
			      "  temps int %1 %2\n"
			      "b0:\n"
			      "  stmt 1\n"
			      "  %1 = const 2\n"
			      "  %2 = div %0 %1\n"
			      "  return %2\n"
			      "end\n"
			      "handler f1 \"begin\"\n"
			      "  var %0 int \"i\"\n"
			      "  var %1 int \"y\"\n"
			      "  temps int %2 %3 %4 %5 %6 %7 %8\n"
			      "  loop l0 b1\n"
			      "b0:\n"
			      "  %0 = const 0\n"
			      "  %1 = intrinsic pid\n"
			      "  jump b1\n"
			      "b1:\n"
			      "  stmt 1\n"
			      "  %2 = const 10\n"
			      "  %3 = lt %0 %2\n"
			      "  branch %3 b2 b3\n"
			      "b2:\n"
			      "  stmt 1\n"
			      "  %4 = call f0 %0\n"
			      "  gstore g0 %4\n"
			      "  %5 = const 1\n"
			      "  %6 = add %0 %5\n"
			      "  %0 = mov %6\n"
			      "  jump b1\n"
			      "b3:\n"
			      "  %7 = div %0 %1\n"
			      "  print \"%d\" %7\n"
			      "  return\n"
			      "end\n"
			      "attach f1 begin session\n";

int main(int argc, char **argv)
{
	struct tally t = {0, 0};
	glob_t files = {0};

	examine(&t, "counted.ir", counted);
	if (argc < 2)
		glob("testsuite/verifier/*.ir", 0, NULL, &files);
	for (size_t i = 0; i < files.gl_pathc; i++)
		examine(&t, files.gl_pathv[i], NULL);
	for (int i = 1; i < argc; i++)
		examine(&t, argv[i], NULL);
	globfree(&files);
	printf("%s %ld\n", t.failures ? "failed" : "ok", t.failures ? t.failures : t.checks);
	return t.failures != 0;
}
