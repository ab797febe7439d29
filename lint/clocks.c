/*
 * Rules about times.  Every clock of the library has a unit and an epoch; both follow a value
 * through sums, differences, the usual divisors, locals that are assigned once, and globals that
 * are given one kind of time only.  A value whose unit that does not tell has none, and nothing is
 * said about it.
 */
#include "lint/rules.h"

#include <string.h>

enum unit { UNIT_NONE, UNIT_NS, UNIT_US, UNIT_MS, UNIT_S, UNIT_CYCLES, UNIT_JIFFIES };

/* From when a clock counts; of another, differences mean nothing. */
enum epoch { EPOCH_NONE, EPOCH_REAL, EPOCH_CPU, EPOCH_LOCAL, EPOCH_BOOT };

struct time {
	enum unit unit;
	enum epoch epoch; /* NONE: a duration */
};

static const struct {
	const char *name;
	struct time time;
} CLOCKS[] = {
	{"gettimeofday_ns", {UNIT_NS, EPOCH_REAL}}, {"gettimeofday_us", {UNIT_US, EPOCH_REAL}},
	{"gettimeofday_ms", {UNIT_MS, EPOCH_REAL}}, {"gettimeofday_s", {UNIT_S, EPOCH_REAL}},
	{"cpu_clock_ns", {UNIT_NS, EPOCH_CPU}},     {"cpu_clock_us", {UNIT_US, EPOCH_CPU}},
	{"cpu_clock_ms", {UNIT_MS, EPOCH_CPU}},     {"cpu_clock_s", {UNIT_S, EPOCH_CPU}},
	{"local_clock_ns", {UNIT_NS, EPOCH_LOCAL}}, {"local_clock_us", {UNIT_US, EPOCH_LOCAL}},
	{"local_clock_ms", {UNIT_MS, EPOCH_LOCAL}}, {"local_clock_s", {UNIT_S, EPOCH_LOCAL}},
	{"ktime_get_ns", {UNIT_NS, EPOCH_BOOT}},    {"get_cycles", {UNIT_CYCLES, EPOCH_CPU}},
	{"jiffies", {UNIT_JIFFIES, EPOCH_BOOT}},
};

static const char *unit_word(enum unit u)
{
	switch (u) {
	case UNIT_NONE: break;
	case UNIT_NS: return "nanoseconds";
	case UNIT_US: return "microseconds";
	case UNIT_MS: return "milliseconds";
	case UNIT_S: return "seconds";
	case UNIT_CYCLES: return "cycles";
	case UNIT_JIFFIES: return "jiffies";
	}
	return "";
}

static struct time clock_of(const struct expr *e)
{
	for (size_t i = 0; e->kind == EXPR_CALL && i < sizeof CLOCKS / sizeof *CLOCKS; i++)
		if (strcmp(CLOCKS[i].name, e->call.name) == 0)
			return CLOCKS[i].time;
	return (struct time){UNIT_NONE, EPOCH_NONE};
}

bool clocks_is_one(const struct expr *e)
{
	return clock_of(e).unit != UNIT_NONE;
}

static struct time time_of(const struct lint *l, const struct stmt *body, const struct expr *e,
			   int hops);

/* What an update adds: <<< or +=. */
static const struct expr *added(const struct use *s)
{
	const struct expr *e = s->whole;

	return s->kind == USE_UPDATE && e->kind == EXPR_ASSIGN &&
			       (e->assign.op == ASSIGN_STAT ||
				(e->assign.op == ASSIGN_ARITH && e->assign.arith == BINARY_ADD))
		       ? e->assign.rhs
		       : NULL;
}

/* What all that a global is given have in common; @count and foreach are no matter here. */
static struct time held_by(const struct lint *l, const struct expr *e, int hops)
{
	const struct usage *u = rule_usage(l, rule_base(e));
	struct time t = {UNIT_NONE, EPOCH_NONE};

	for (uint32_t i = 0; u && u->uses.n <= 40 && i < u->uses.n; i++) {
		const struct use *s = &u->uses.v[i];

		const struct expr *given = added(s);

		if (s->kind == USE_UPDATE && !given)
			return (struct time){UNIT_NONE, EPOCH_NONE};
		if (s->kind == USE_SET)
			given = s->whole->assign.rhs;
		if (!given || rule_is_number(given, 0))
			continue;
		struct time mine = time_of(l, s->body, given, hops + 1);

		if (!mine.unit || (t.unit && (t.unit != mine.unit || t.epoch != mine.epoch)))
			return (struct time){UNIT_NONE, EPOCH_NONE};
		t = mine;
	}
	return t;
}

/* Multiplied (up) or divided by a power of a thousand. */
static enum unit scaled(enum unit unit, const struct expr *by, bool up)
{
	int steps = rule_is_number(by, 1000)         ? 1
		    : rule_is_number(by, 1000000)    ? 2
		    : rule_is_number(by, 1000000000) ? 3
						     : 0;
	int to = (int)unit + (up ? -steps : steps);

	return unit && unit <= UNIT_S && steps && to >= UNIT_NS && to <= UNIT_S ? (enum unit)to
										: UNIT_NONE;
}

static struct time of_binary(const struct lint *l, const struct stmt *body, const struct expr *e,
			     int hops)
{
	struct time a = time_of(l, body, e->binary.a, hops + 1), none = {UNIT_NONE, EPOCH_NONE};
	bool up = e->binary.op == BINARY_MUL;

	if (!a.unit)
		return none;
	if (up || e->binary.op == BINARY_DIV)
		return (struct time){scaled(a.unit, e->binary.b, up), a.epoch};
	if (e->binary.op != BINARY_SUB)
		return none;
	struct time b = time_of(l, body, e->binary.b, hops + 1);

	return a.unit == b.unit && a.epoch == b.epoch ? (struct time){a.unit, EPOCH_NONE} : none;
}

static struct time time_of(const struct lint *l, const struct stmt *body, const struct expr *e,
			   int hops)
{
	if (hops > 4 || !e)
		return (struct time){UNIT_NONE, EPOCH_NONE};
	if (e->kind == EXPR_NAME && !rule_usage(l, e->name.name))
		e = rule_meaning(l, body, e);
	if (e->kind == EXPR_ENTRY)
		return time_of(l, body, e->operand, hops + 1);
	if (e->kind == EXPR_BINARY)
		return of_binary(l, body, e, hops);
	if (e->kind == EXPR_STAT && e->stat.op != STAT_COUNT && e->stat.op != STAT_VARIANCE)
		return held_by(l, e->stat.stat, hops);
	if (e->kind == EXPR_INDEX || e->kind == EXPR_NAME)
		return held_by(l, e, hops);
	return clock_of(e);
}

/* The unit that a word means. */
static enum unit unit_of_word(const char *w, size_t n)
{
	static const struct {
		const char *word;
		enum unit unit;
	} WORDS[] = {{"ns", UNIT_NS},          {"nsec", UNIT_NS},         {"nsecs", UNIT_NS},
		     {"nanoseconds", UNIT_NS}, {"us", UNIT_US},           {"usec", UNIT_US},
		     {"usecs", UNIT_US},       {"microseconds", UNIT_US}, {"ms", UNIT_MS},
		     {"msec", UNIT_MS},        {"msecs", UNIT_MS},        {"milliseconds", UNIT_MS},
		     {"sec", UNIT_S},          {"secs", UNIT_S},          {"seconds", UNIT_S},
		     {"cycles", UNIT_CYCLES},  {"jiffies", UNIT_JIFFIES}};

	for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++)
		if (strlen(WORDS[i].word) == n && memcmp(WORDS[i].word, w, n) == 0)
			return WORDS[i].unit;
	return UNIT_NONE;
}

/* start_ns = gettimeofday_us() */
void clocks_misnamed(struct lint *l)
{
	const struct expr *e = l->expr;

	if (e->kind != EXPR_ASSIGN || e->assign.op == ASSIGN_CONCAT ||
	    (e->assign.op == ASSIGN_ARITH && e->assign.arith != BINARY_ADD))
		return;
	const char *name = rule_base(e->assign.lhs), *tail = name ? strrchr(name, '_') : NULL;
	enum unit said = name ? unit_of_word(tail ? tail + 1 : name, strlen(tail ? tail + 1 : name))
			      : UNIT_NONE;
	enum unit given = said ? time_of(l, l->body, e->assign.rhs, 0).unit : UNIT_NONE;

	if (given && given != said)
		rule_report(l, e->assign.lhs->span, "'%s' is named for %s, but is given %s", name,
			    unit_word(said), unit_word(given));
}

/* A difference between, or a comparison of, times that do not go together. */
void clocks_mixed(struct lint *l)
{
	const struct expr *e = l->expr;

	if (e->kind != EXPR_BINARY || (e->binary.op != BINARY_SUB && !rule_compares(e)))
		return;
	struct time a = time_of(l, l->body, e->binary.a, 0);
	struct time b = a.unit ? time_of(l, l->body, e->binary.b, 0) : a;

	if (!a.unit || !b.unit)
		return;
	if (a.unit != b.unit)
		rule_report(l, e->span, "the left side is in %s, the right in %s",
			    unit_word(a.unit), unit_word(b.unit));
	else if (a.epoch && b.epoch && a.epoch != b.epoch)
		rule_report(l, e->span,
			    "the two times are of different clocks, which count from different "
			    "moments");
}

/* The unit in " us, ..." that a literal begins with. */
static enum unit unit_behind(const struct format_piece *p)
{
	size_t skip = 0, n = 0;

	while (skip < p->text_len && strchr(" ([", p->text[skip]))
		skip++;
	while (skip + n < p->text_len && p->text[skip + n] >= 'a' && p->text[skip + n] <= 'z')
		n++;
	return unit_of_word(p->text + skip, n);
}

/* The unit in "time (ns): " or "time_ns=" that a literal ends with. */
static enum unit unit_before(const struct format_piece *p)
{
	uint32_t end = p->text_len, start;
	bool labels = false;

	for (; end && strchr(" :=)]\t", p->text[end - 1]); end--)
		labels = labels || strchr(":=", p->text[end - 1]);
	for (start = end; start && p->text[start - 1] >= 'a' && p->text[start - 1] <= 'z';)
		start--;
	return labels ? unit_of_word(p->text + start, end - start) : UNIT_NONE;
}

/* printf("%d ns", gettimeofday_us() - start) */
void clocks_misprinted(struct lint *l)
{
	const struct expr *e = l->expr;
	const struct format *f = e->kind == EXPR_PRINT ? e->print.format : NULL;
	uint32_t arg = 0;

	for (uint32_t i = 0; f && i < f->pieces.n; i++) {
		const struct format_piece *p = &f->pieces.v[i];

		if (p->kind == FORMAT_LITERAL)
			continue;
		arg += (p->width == FORMAT_FROM_ARG) + (p->precision == FORMAT_FROM_ARG);
		if (arg >= e->print.args.n)
			return;
		const struct expr *value = e->print.args.v[arg++];
		const struct format_piece *next = i + 1 < f->pieces.n ? p + 1 : NULL;
		enum unit said =
			next && next->kind == FORMAT_LITERAL ? unit_behind(next) : UNIT_NONE;

		if (!said && i && p[-1].kind == FORMAT_LITERAL)
			said = unit_before(p - 1);
		enum unit given = said ? time_of(l, l->body, value, 0).unit : UNIT_NONE;

		if (given && given != said)
			rule_report(l, value->span, "this is in %s, and printed as %s",
				    unit_word(given), unit_word(said));
	}
}

static bool is_cpu(const struct expr *e, void *ctx)
{
	(void)ctx;
	return rule_is_call(e, "cpu", 0);
}

/* get_cycles() - start[tid()]: the thread may have moved to another processor in between. */
void clocks_across(struct lint *l)
{
	const struct expr *e = l->expr;

	if (e->kind != EXPR_BINARY || e->binary.op != BINARY_SUB)
		return;
	const struct expr *now = rule_meaning(l, l->body, e->binary.a), *then = e->binary.b;
	bool cycles = rule_is_call(now, "get_cycles", 0);
	bool local = now->kind == EXPR_CALL && strncmp(now->call.name, "local_clock_", 12) == 0;

	if (!cycles && !local)
		return;
	bool kept = then->kind == EXPR_ENTRY || rule_usage(l, rule_base(then));
	struct time t = kept ? time_of(l, l->body, then, 0) : (struct time){0};

	if (!t.unit || t.epoch != clock_of(now).epoch || rule_find(then, is_cpu, NULL))
		return;
	rule_report(l, e->span,
		    "%s() counts on its own on each processor, and the start may have been taken "
		    "on another",
		    now->call.name);
}
