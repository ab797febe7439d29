/*
 * Known bits and differences against the machine at 64 bits, on random operands.
 * Bits: members of random patterns go through each operator.  Differences: two
 * ways that lead to one block are made up, each with variables of known values
 * about which true things are learnt; whatever a state then claims, also the one
 * made where they meet, has to hold of those values.
 *   unit_domains [SEED [ROUNDS]]
 */
#include "ir/irtext.h"
#include "verifier/zone.h"

#include <stdio.h>
#include <stdlib.h>

typedef __int128 wide;

enum { NSLOTS = 6, NHISTORY = 16, WAYS = 2 };

struct tally {
	uint64_t rng, seed;
	long checks, failures;
};

static void check(struct tally *t, bool ok, int line, const char *what)
{
	t->checks++;
	if (ok)
		return;
	if (t->failures++ < 20)
		printf("%s:%d: seed %llu: %s\n", __FILE__, line, (unsigned long long)t->seed, what);
}
#define CHECK(t, cond) check(t, cond, __LINE__, #cond)

static uint64_t draw(struct tally *t)
{
	t->rng ^= t->rng << 13;
	t->rng ^= t->rng >> 7;
	t->rng ^= t->rng << 17;
	return t->rng * 0x2545f4914f6cdd1dull;
}

static uint64_t below(struct tally *t, uint64_t n)
{
	return (draw(t) >> 16) % n;
}

/* Small, near an end, a power of two, or anything. */
static int64_t number(struct tally *t)
{
	int64_t near = (int64_t)below(t, 41) - 20;

	switch (below(t, 5)) {
	case 0: return near;
	case 1: return near < 0 ? INT64_MAX + near : INT64_MIN + near;
	case 2: return (int64_t)((uint64_t)1 << below(t, 64)) ^ near;
	case 3: return near * 1000;
	default: return (int64_t)draw(t);
	}
}

/* --- known bits --- */

static struct bits pattern(struct tally *t)
{
	struct bits b = bits_constant(number(t));
	uint64_t mask = draw(t);

	for (uint64_t n = below(t, 5); n > 0; n--)
		mask &= draw(t);
	b.mask = below(t, 8) ? mask : 0;
	b.value &= ~b.mask;
	return b;
}

static int64_t member(struct tally *t, struct bits b)
{
	return (int64_t)(b.value | (draw(t) & b.mask));
}

static int64_t divided(int64_t a, int64_t b, bool rest)
{
	if (b == -1)
		return rest ? 0 : (int64_t)(0 - (uint64_t)a);
	return rest ? a % b : a / b;
}

static void operators(struct tally *t)
{
	struct bits a = pattern(t), b = pattern(t), both;
	int64_t x = member(t, a), y = member(t, b);
	uint64_t p = (uint64_t)x, q = (uint64_t)y;

	CHECK(t, bits_has(a, x) && bits_has(b, y));
	CHECK(t, bits_has(bits_add(a, b), (int64_t)(p + q)));
	CHECK(t, bits_has(bits_sub(a, b), (int64_t)(p - q)));
	CHECK(t, bits_has(bits_mul(a, b), (int64_t)(p * q)));
	CHECK(t, !y || bits_has(bits_div(a, b), divided(x, y, false)));
	CHECK(t, !y || bits_has(bits_mod(a, b), divided(x, y, true)));
	CHECK(t, bits_has(bits_and(a, b), x & y));
	CHECK(t, bits_has(bits_or(a, b), x | y));
	CHECK(t, bits_has(bits_xor(a, b), x ^ y));
	CHECK(t, bits_has(bits_shl(a, b), (int64_t)(p << (q & 63))));
	CHECK(t, bits_has(bits_shr(a, b), x >> (q & 63)));
	CHECK(t, bits_has(bits_ushr(a, b), (int64_t)(p >> (q & 63))));
	CHECK(t, bits_has(bits_neg(a), (int64_t)(0 - p)));
	CHECK(t, bits_has(bits_not(a), ~x));
	CHECK(t, bits_has(bits_join(a, b), x) && bits_has(bits_join(a, b), y));
	CHECK(t, bits_has(bits_widen(a, b), x) && bits_has(bits_widen(a, b), y));
	CHECK(t, !bits_has(b, x) || (bits_meet(a, b, &both) && bits_has(both, x)));
	CHECK(t, !bits_within(a, b) || bits_has(b, x));
}

/* A range around x. */
static struct interval around(struct tally *t, int64_t x)
{
	int64_t low = number(t), high = number(t);
	struct interval r = interval_make(low < x ? low : x, high > x ? high : x);

	return x && below(t, 3) == 0 ? interval_exclude_zero(r) : r;
}

static void reduction(struct tally *t)
{
	struct bits b = pattern(t);
	int64_t x = member(t, b);
	struct interval r = around(t, x);

	CHECK(t, bits_has(bits_of(r), x));
	CHECK(t, interval_has(bits_tighten(r, b), x));
	CHECK(t, bits_reduce(&r, &b) && interval_has(r, x) && bits_has(b, x));
}

/* --- differences --- */

/* An end that is 64 bits' own is none. */
static bool allows(struct interval by, wide d)
{
	return (by.low == INT64_MIN || d >= by.low) && (by.high == INT64_MAX || d <= by.high) &&
	       !(by.nonzero && d == 0);
}

/* What may be learnt of a difference d. */
static struct interval true_of(struct tally *t, wide d)
{
	wide low = d - (wide)below(t, 4), high = d + (wide)below(t, 4);
	struct interval r;

	if (below(t, 3) == 0)
		low = INT64_MIN;
	if (below(t, 3) == 0)
		high = INT64_MAX;
	r = interval_make(low <= INT64_MIN  ? INT64_MIN
			  : low > INT64_MAX ? INT64_MAX
					    : (int64_t)low,
			  high >= INT64_MAX  ? INT64_MAX
			  : high < INT64_MIN ? INT64_MIN
					     : (int64_t)high);
	return d != 0 && below(t, 4) == 0 ? interval_exclude_zero(r) : r;
}

static void arithmetic(struct tally *t)
{
	int64_t x = number(t), y = number(t), z = number(t);
	wide xy = (wide)x - y, yz = (wide)y - z;
	struct interval a = true_of(t, xy), b = true_of(t, yz);

	if (!allows(a, xy) || !allows(b, yz))
		return; /* it does not fit */
	CHECK(t, allows(zone_of(around(t, x), around(t, y)), xy));
	CHECK(t, allows(zone_negate(a), -xy));
	CHECK(t, allows(zone_add(a, b), xy + yz));
	CHECK(t, interval_has(zone_shift(around(t, y), a), x));
}

/* --- states --- */

static const char program[] =
	"handler f0 \"begin\"\n"
	"  var %0 int \"a\"\n  var %1 int \"b\"\n  var %2 int \"c\"\n"
	"  var %3 int \"d\"\n  var %4 int \"e\"\n  var %5 int \"f\"\n"
	"  temps int %6 %7 %8 %9 %10\n"
	"b0:\n  %0 = const 0\n  %1 = const 0\n  %2 = const 0\n  %3 = const 0\n  %4 = const 0\n"
	"  %5 = const 0\n  %6 = mov %0\n  branch %6 b1 b2\n"
	"b1:\n  %0 = const 1\n  %1 = const 1\n  %2 = const 1\n  %3 = const 1\n  %4 = const 1\n"
	"  %5 = const 1\n  jump b3\n"
	"b2:\n  %0 = const 2\n  %1 = const 2\n  %2 = const 2\n  %3 = const 2\n  %4 = const 2\n"
	"  %5 = const 2\n  jump b3\n"
	"b3:\n  %7 = add %0 %1\n  %8 = add %2 %3\n  %9 = add %4 %5\n  return\n"
	"end\nattach f0 begin session\n";

/* One way: what the variables really hold, and the state that says something of it. */
struct run {
	struct state st;
	int64_t now[NSLOTS];
};

/* The values made so far that any later one may be compared with. */
struct history {
	struct {
		version ver;
		uint32_t slot;
		int64_t number;
	} v[NHISTORY];
	uint32_t n;
};

static void learn(struct tally *t, struct space *sp, const struct history *h, struct value *v,
		  int64_t x)
{
	for (uint32_t i = 0; i < h->n; i++) {
		wide d = (wide)x - h->v[i].number;
		struct interval by = true_of(t, d);

		if (below(t, 2) && h->v[i].ver != v->ver && allows(by, d))
			zone_learn(sp, v, h->v[i].slot, h->v[i].ver, by);
	}
}

/* The variable is set by an instruction of the block. */
static void set(struct tally *t, struct space *sp, struct history *h, struct run *r, uint32_t block,
		uint32_t slot)
{
	struct value v = {.bits = bits_unknown(), .source = SLOT_NONE};
	int64_t x = below(t, 2) ? number(t) : r->now[below(t, NSLOTS)] ^ (int64_t)below(t, 3);

	v.range = around(t, x);
	v.ver = state_made(sp, block, slot, slot);
	learn(t, sp, h, &v, x);
	r->now[slot] = x;
	state_set(sp, &r->st, slot, &v);
	h->v[h->n].ver = v.ver;
	h->v[h->n].slot = slot;
	h->v[h->n++].number = x;
}

static void copied(struct tally *t, struct space *sp, struct run *r)
{
	uint32_t to = (uint32_t)below(t, NSLOTS), from = (uint32_t)below(t, NSLOTS);
	struct value v = state_get(sp, &r->st, from);

	v.source = from;
	r->now[to] = r->now[from];
	state_set(sp, &r->st, to, &v);
}

/* More is learnt of a value that was there before. */
static void refined(struct tally *t, struct space *sp, const struct history *past, struct run *r)
{
	uint32_t slot = (uint32_t)below(t, NSLOTS);
	struct value v = state_get(sp, &r->st, slot);
	struct history older = *past;

	for (older.n = 0; older.n < past->n && past->v[older.n].ver != v.ver;)
		older.n++;
	if (older.n == past->n)
		return;
	learn(t, sp, &older, &v, r->now[slot]);
	state_set(sp, &r->st, slot, &v);
}

/* All that the state says holds of the values. */
static void holds(struct tally *t, const struct space *sp, const struct history *h,
		  const struct state *st, const int64_t *now)
{
	for (uint32_t i = 0; i < NSLOTS; i++) {
		struct value v = state_get(sp, st, i);

		CHECK(t, interval_has(v.range, now[i]));
		CHECK(t, bits_has(v.bits, now[i]));
		CHECK(t, interval_has(zone_range(sp, st, &v), now[i]));
		for (uint32_t k = 0; k < NSLOTS; k++) {
			version ver = state_get(sp, st, k).ver;

			CHECK(t, allows(zone_between(sp, st, &v, k, ver), (wide)now[i] - now[k]));
		}
		for (uint32_t k = 0; k < h->n; k++)
			CHECK(t, allows(zone_between(sp, st, &v, SLOT_NONE, h->v[k].ver),
					(wide)now[i] - h->v[k].number));
	}
}

/* The way through one block: some variables are set, some copied, of some more is learnt. */
static struct run go_on(struct tally *t, struct space *sp, const struct run *from,
			const struct history *past, uint32_t block)
{
	struct run r = {.st = state_copy(sp, &from->st)};
	struct history h = *past;

	for (int i = 0; i < NSLOTS; i++)
		r.now[i] = from->now[i];
	for (uint32_t slot = 0; slot < NSLOTS; slot++)
		if (below(t, 3) == 0)
			set(t, sp, &h, &r, block, slot);
	for (uint64_t n = below(t, 3); n > 0; n--)
		copied(t, sp, &r);
	for (uint64_t n = below(t, 4); n > 0; n--)
		refined(t, sp, past, &r);
	holds(t, sp, &h, &r.st, r.now);
	return r;
}

static void meeting(struct tally *t, struct space *sp)
{
	static const int64_t steps[] = {-100, 0, 7, 100};
	static const struct thresholds thresholds = {steps, 4};
	struct run start = {.st = {.reachable = true}}, way[WAYS], other;
	struct history past = {.n = 0};
	struct state met, claim;

	for (uint32_t slot = 0; slot < NSLOTS; slot++)
		set(t, sp, &past, &start, 0, slot);
	holds(t, sp, &past, &start.st, start.now);
	for (uint32_t i = 0; i < WAYS; i++)
		way[i] = go_on(t, sp, &start, &past, 1 + i);
	met = state_copy(sp, &way[0].st);
	state_join(sp, &met, &way[1].st, 3, below(t, 3) ? NULL : &thresholds, below(t, 4) == 0);
	for (uint32_t i = 0; i < WAYS; i++)
		holds(t, sp, &past, &met, way[i].now);
	/* what is said to fit a claim does */
	other = go_on(t, sp, &start, &past, 1);
	claim = state_copy(sp, &other.st);
	state_join(sp, &claim, &way[1].st, 3, NULL, false);
	for (uint32_t i = 0; i < WAYS; i++)
		if (state_within(sp, &way[i].st, &claim, 3))
			holds(t, sp, &past, &claim, way[i].now);
}

static struct ir_program *read_program(struct arena *a)
{
	struct sources *ss = sources_new(a);
	const struct source *src =
		sources_add(ss, "program", program, sizeof program - 1, SOURCE_SCRIPT);

	return irread_program(a, diags_new(a, ss), ss, src);
}

int main(int argc, char **argv)
{
	struct tally t = {.seed = argc > 1 ? strtoull(argv[1], NULL, 0) : 1};
	long rounds = argc > 2 ? atol(argv[2]) : 20000;
	struct arena *a = arena_new(0, NULL);
	const struct ir_program *p = read_program(a);
	const struct shape *sh = p ? shape_function(a, &p->funcs.v[0]) : NULL;
	const struct world *w = p ? world_new(a, p) : NULL;

	if (!p || sh->nslots != NSLOTS) {
		printf("the program is not what it should be\n");
		return 1;
	}
	for (long i = 0; i < rounds; i++, t.seed++) {
		struct arena *scratch = arena_scratch(a);
		struct space sp;

		t.rng = t.seed * 0x9e3779b97f4a7c15ull | 1;
		for (int k = 0; k < 20; k++) {
			operators(&t);
			reduction(&t);
			arithmetic(&t);
		}
		state_space(&sp, scratch, p, &p->funcs.v[0], sh, w);
		meeting(&t, &sp);
		arena_free(scratch);
	}
	arena_free(a);
	printf("%s %ld\n", t.failures ? "failed:" : "ok", t.failures ? t.failures : t.checks);
	return t.failures != 0;
}
