/*
 * Reading a certificate.  Nothing in it is believed: this file only sees that
 * every line has its form, that what a line names is there in the program, and
 * that nothing is missing at the end, so that the re-check can walk what was
 * read.  A line can only claim; what it leaves out is claimed to be unknown,
 * or never reached.
 */
#include "verifier/certificate_text.h"
#include "verifier/verdict.h"
#include "base/text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_DEPTH = 8, MAX_KEYS = 16, MAX_DIGITS = 24, MAX_DIFFS = 16 };

const char *const certificate_read_changes[] = {"lost",  "plus",    "over",  "shr", "ushr",
						"times", "shorter", "token", NULL};
const char *const certificate_read_rankings[] = {"open", "once", "walk", "count", "phases", NULL};
const char *const certificate_read_orders[] = {"either", "both", "closing", "nested", NULL};
const char *const certificate_read_relations[] = {"eq", "ne", "lt", "le", "gt", "ge", NULL};
static const char *const states[] = {"idle", "blank", "claims", NULL};
static const char *const statuses[] = {"proved", "assumed", "guarded", "unknown", "refuted", NULL};

struct reader {
	struct arena *arena;
	struct certificate *c;
	const struct ir_program *p;
	const char *at, *end;
	uint32_t line;
	const char *why;
	uint32_t nglobals, nfuncs, nobligations; /* read so far */
	/* the function being read */
	uint32_t func;
	bool claims;
	uint32_t ninsts;
	struct space sp;
	struct state *st;          /* the block being read, or NULL */
	struct ranking *r, *whole; /* the loop or part being read, and the loop */
	VEC(const struct fact *) facts;
	VEC(const struct pred *) preds;
};

/* --- words --- */

static bool fail(struct reader *r, const char *what)
{
	if (!r->why)
		r->why = arena_printf(r->arena, "line %u: %s", r->line, what);
	r->at = r->end;
	return false;
}

static bool more(const struct reader *r)
{
	return r->at < r->end && *r->at == ' ';
}

/* The next word of the line; of a quoted one the text between the quotes. */
static bool word(struct reader *r, const char **s, size_t *n)
{
	const char *at = r->at + 1;
	bool quoted = more(r) && at < r->end && *at == '"';

	if (!more(r))
		return fail(r, "the line is too short");
	at += quoted;
	*s = at;
	while (at < r->end && *at != '\n' && *at != (quoted ? '"' : ' '))
		at += *at == '\\' && quoted && at + 1 < r->end && at[1] != '\n' ? 2 : 1;
	if (at > r->end)
		at = r->end;
	*n = (size_t)(at - *s);
	if (quoted && (at == r->end || *at != '"'))
		return fail(r, "a quote is not closed");
	r->at = at + quoted;
	return *n || quoted || fail(r, "a word is missing");
}

static bool is_word(const char *s, size_t n, const char *w)
{
	return strlen(w) == n && memcmp(s, w, n) == 0;
}

static bool number_in(struct reader *r, const char *s, size_t n, int64_t *out)
{
	char text[MAX_DIGITS], *end;

	*out = is_word(s, n, "max") ? INT64_MAX : INT64_MIN;
	if (is_word(s, n, "max") || is_word(s, n, "min"))
		return true;
	if (n == 0 || n >= sizeof text || !strchr("-0123456789", *s))
		return fail(r, "a number is expected");
	memcpy(text, s, n);
	text[n] = '\0';
	errno = 0;
	*out = strtoll(text, &end, 10);
	return (!errno && !*end) || fail(r, "a number is expected");
}

static int64_t number(struct reader *r)
{
	const char *s;
	size_t n;
	int64_t v = 0;

	return word(r, &s, &n) && number_in(r, s, n, &v) ? v : 0;
}

static int64_t count(struct reader *r)
{
	int64_t v = number(r);

	if (v < 0)
		fail(r, "a number is negative");
	return v < 0 ? 0 : v;
}

/* A number below limit, after a letter if there is one. */
static uint32_t number_below(struct reader *r, char letter, uint32_t limit)
{
	const char *s;
	size_t n;
	int64_t v;

	if (!word(r, &s, &n))
		return 0;
	if (letter && (n < 2 || *s != letter)) {
		fail(r, "a reference is expected");
		return 0;
	}
	if (!number_in(r, s + !!letter, n - !!letter, &v))
		return 0;
	if (v >= 0 && v < limit)
		return (uint32_t)v;
	fail(r, "it names what the program does not have");
	return 0;
}

static uint64_t hex(struct reader *r, const char *letter)
{
	const char *s;
	size_t n, skip = strlen(letter);
	char text[MAX_DIGITS], *end;

	if (!word(r, &s, &n))
		return 0;
	if (n <= skip || n - skip > 16 || memcmp(s, letter, skip) != 0 ||
	    !strchr("0123456789abcdef", s[skip])) {
		fail(r, "a hexadecimal number is expected");
		return 0;
	}
	memcpy(text, s + skip, n - skip);
	text[n - skip] = '\0';
	uint64_t v = strtoull(text, &end, 16);

	if (*end)
		fail(r, "a hexadecimal number is expected");
	return v;
}

static uint32_t choice(struct reader *r, const char *const *words)
{
	const char *s;
	size_t n;

	if (!word(r, &s, &n))
		return 0;
	for (uint32_t i = 0; words[i]; i++)
		if (is_word(s, n, words[i]))
			return i;
	fail(r, "an unknown word");
	return 0;
}

/* Is the next word this one?  Then it is taken. */
static bool taken(struct reader *r, const char *w)
{
	size_t n = strlen(w);

	if (!more(r) || (size_t)(r->end - r->at) <= n + 1 || memcmp(r->at + 1, w, n) != 0 ||
	    (r->at[n + 1] != ' ' && r->at[n + 1] != '\n'))
		return false;
	r->at += n + 1;
	return true;
}

static bool at_quote(const struct reader *r)
{
	return more(r) && r->at + 1 < r->end && r->at[1] == '"';
}

static const char *text(struct reader *r)
{
	const char *s;
	size_t n;

	if (!at_quote(r))
		fail(r, "a text in quotes is expected");
	if (!word(r, &s, &n))
		return "";
	return text_unescape(r->arena, arena_strndup(r->arena, s, n), NULL);
}

/* "KNOWN/MASK": the bits that are not of the mask are those of the first number. */
static struct bits bits(struct reader *r)
{
	struct bits b;

	b.value = hex(r, "=");
	b.mask = hex(r, "~");
	if (b.value & b.mask)
		fail(r, "a bit is both known and unknown");
	return b;
}

static struct interval range(struct reader *r)
{
	const char *s, *comma, *close;
	size_t n;
	struct interval v = interval_bottom();
	int64_t low, high;

	if (!word(r, &s, &n) || is_word(s, n, "[]"))
		return v;
	comma = memchr(s, ',', n);
	close = memchr(s, ']', n);
	if (*s != '[' || !comma || !close || close < comma) {
		fail(r, "a range is expected");
		return v;
	}
	if (!number_in(r, s + 1, (size_t)(comma - s) - 1, &low) ||
	    !number_in(r, comma + 1, (size_t)(close - comma) - 1, &high))
		return v;
	v = interval_make(low, high);
	if (is_word(close + 1, (size_t)(s + n - close) - 1, "!0"))
		v = interval_exclude_zero(v);
	else if (close + 1 != s + n)
		fail(r, "a range is expected");
	if (interval_empty(v))
		fail(r, "a range ends before it begins");
	return v;
}

/* A slot that lives between blocks; none: "-" is allowed. */
static uint32_t slot(struct reader *r, bool none)
{
	const struct shape *sh = r->sp.sh;
	uint32_t v;

	if (none && taken(r, "-"))
		return SLOT_NONE;
	if (more(r) && r->at + 1 < r->end && r->at[1] == 'g')
		v = shape_global(sh, number_below(r, 'g', r->p->globals.n));
	else
		v = r->sp.f->regs.n ? sh->slot_of_reg[number_below(r, 'r', r->sp.f->regs.n)]
				    : SLOT_NONE;
	if (v == SLOT_NONE || v & SLOT_LOCAL) {
		fail(r, "it names what does not live between blocks");
		return 0;
	}
	return v;
}

/* The name of a value: "v", and a number that names where it was made, or where values met. */
static version made(struct reader *r)
{
	version v = hex(r, "v");
	uint32_t at = (uint32_t)(v >> 32) & INT32_MAX, s = (uint32_t)v;
	bool place = s & SLOT_LOCAL ? (s & ~SLOT_LOCAL) < r->sp.f->regs.n : s < r->sp.sh->nslots;

	if (v >> 63 ? at == 0 || at > r->ninsts : at >= r->sp.sh->nblocks)
		place = false;
	place |= state_is_told(v);
	if (!place)
		fail(r, "no such value is ever made");
	return place ? v : 0;
}

static struct change change(struct reader *r)
{
	struct change c = {.kind = (enum change_kind)choice(r, certificate_read_changes)};

	c.low = number(r);
	c.high = number(r);
	if (c.high && c.kind != CHANGE_ADDED && c.kind != CHANGE_TIMES)
		fail(r, "such a change has no upper end");
	return c;
}

/* --- facts and predicates --- */

static void fact_line(struct reader *r)
{
	struct fact *f = arena_make(r->arena, struct fact);
	struct key keys[MAX_KEYS];

	if (number_below(r, 0, UINT32_MAX) != r->facts.n)
		fail(r, "facts are not in order");
	f->slot = slot(r, true);
	if (f->slot != SLOT_NONE && f->slot < r->sp.sh->global_slot0)
		fail(r, "a fact is of a global");
	f->ver = made(r);
	f->iter = IR_NONE;
	if (f->slot != SLOT_NONE && taken(r, "iter"))
		f->iter = number_below(r, 0, r->sp.f->iters.n);
	else if (!taken(r, f->slot == SLOT_NONE ? "sum" : "sample"))
		fail(r, "an unknown word");
	while (more(r) && f->nkeys < MAX_KEYS) {
		struct key *k = &keys[f->nkeys++];

		*k = (struct key){.kind = KEY_INT};
		if (at_quote(r))
			*k = (struct key){.kind = KEY_TEXT, .text = text(r)};
		else if (r->at + 1 < r->end && r->at[1] == 'v')
			*k = (struct key){.kind = KEY_VERSION, .ver = made(r)};
		else
			k->number = number(r);
	}
	if (f->slot == SLOT_NONE && (f->nkeys != 1 || keys[0].kind != KEY_VERSION))
		fail(r, "a sum is of two values");
	f->keys = arena_alloc(r->arena, f->nkeys * sizeof *f->keys);
	memcpy((void *)(uintptr_t)f->keys, keys, f->nkeys * sizeof *f->keys);
	vec_push(r->arena, &r->facts, f);
}

static struct operand operand(struct reader *r, uint32_t *depth)
{
	struct operand o = {.slot = slot(r, true)};

	o.ver = made(r);
	o.range = range(r);
	o.bits = bits(r);
	if (taken(r, "-"))
		return o;
	uint32_t n = number_below(r, 'p', r->preds.n);

	if (n < r->preds.n) {
		o.pred = r->preds.v[n];
		*depth = o.pred->depth + 1 > *depth ? o.pred->depth + 1 : *depth;
	}
	return o;
}

static void pred_line(struct reader *r)
{
	struct pred *p = arena_make(r->arena, struct pred);
	uint32_t f;

	if (number_below(r, 0, UINT32_MAX) != r->preds.n)
		fail(r, "predicates are not in order");
	if (taken(r, "holds")) {
		p->kind = PRED_HOLDS;
		f = number_below(r, 'f', r->facts.n);
		p->fact = f < r->facts.n ? r->facts.v[f] : NULL;
	} else if (taken(r, "masked")) {
		p->kind = PRED_MASKED;
		p->mask = hex(r, "~");
		p->a = operand(r, &p->depth);
	} else if (taken(r, "compare")) {
		p->kind = PRED_COMPARE;
		p->rel = (enum interval_relation)choice(r, certificate_read_relations);
		p->a = operand(r, &p->depth);
		p->b = operand(r, &p->depth);
	} else {
		fail(r, "an unknown word");
	}
	if (p->depth > MAX_DEPTH)
		fail(r, "predicates nest too deep");
	if (!r->why)
		vec_push(r->arena, &r->preds, p);
}

/* --- blocks --- */

static void block_line(struct reader *r)
{
	const struct shape *sh = r->sp.sh;
	struct state *at = r->c->claims[r->func].at;
	uint32_t b = number_below(r, 0, sh->nblocks), like;

	if (r->why)
		return;
	if (sh->rank[b] == IR_NONE || at[b].reachable) {
		fail(r, "the block is claimed twice, or cannot be reached");
		return;
	}
	r->st = &at[b];
	if (taken(r, "like")) {
		like = number_below(r, 0, sh->nblocks);
		if (!at[like].reachable)
			fail(r, "the block it is like was not read before");
		*r->st = state_copy(&r->sp, &at[like]);
	}
	r->st->reachable = true;
}

/* How far the value is from an older one. */
static const struct diff *difference(struct reader *r, uint32_t before)
{
	struct diff *d = arena_make(r->arena, struct diff);

	d->ver = made(r);
	d->slot = slot(r, true);
	d->by = range(r);
	if (before == MAX_DIFFS)
		fail(r, "too many differences");
	else if (taken(r, "from"))
		d->next = difference(r, before + 1);
	return d;
}

static void value_line(struct reader *r)
{
	struct value v = {.source = SLOT_NONE};
	uint32_t s = slot(r, false), n;

	v.range = range(r);
	v.bits = interval_empty(v.range) ? bits_unknown() : bits_of(v.range);
	v.ver = made(r);
	if (interval_empty(v.range))
		fail(r, "a claim is empty");
	if (taken(r, "bits"))
		v.bits = bits(r);
	if (taken(r, "like"))
		v.source = slot(r, false);
	if (taken(r, "says")) {
		n = number_below(r, 'p', r->preds.n);
		v.pred = n < r->preds.n ? r->preds.v[n] : NULL;
	}
	if (taken(r, "text"))
		v.text = text(r);
	if (taken(r, "from"))
		v.diffs = difference(r, 0);
	if (!r->why)
		state_set(&r->sp, r->st, s, &v);
}

static void knows_line(struct reader *r)
{
	r->st->facts = NULL;
	r->st->nfacts = 0;
	while (more(r)) {
		uint32_t n = number_below(r, 'f', r->facts.n);

		if (n < r->facts.n)
			state_learn(&r->sp, r->st, r->facts.v[n]);
	}
}

/* "ORDER BRANCH SELDOM": two parts follow, those left out claim that no round takes that side. */
static void order_words(struct reader *r)
{
	r->r->part = arena_alloc(r->arena, 2 * sizeof *r->r->part);
	r->r->order = (enum ranking_order)choice(r, certificate_read_orders);
	r->r->branch = taken(r, "-") ? IR_NONE : number_below(r, 0, r->sp.f->blocks.n);
	r->r->seldom = number_below(r, 0, 2);
}

static void part_line(struct reader *r)
{
	uint32_t i = number_below(r, 0, 2);

	if (!r->whole || r->whole->kind != RANKING_PHASES)
		fail(r, "the line is out of place");
	if (r->why)
		return;
	r->r = &r->whole->part[i];
	*r->r = (struct ranking){.kind = RANKING_COUNT};
}

static void loop_line(struct reader *r)
{
	uint32_t b = number_below(r, 0, r->sp.sh->nblocks);

	if (r->why)
		return;
	if (r->sp.sh->loop_at[b] == IR_NONE) {
		fail(r, "no loop begins at the block");
		return;
	}
	r->r = r->whole = &r->c->rankings[r->func][r->sp.sh->loop_at[b]];
	*r->r = (struct ranking){.kind = (enum ranking_kind)choice(r, certificate_read_rankings)};
	r->r->bound = count(r);
	for (int w = 0; w < RANKING_WEIGHTS; w++) {
		r->r->weight[w] = count(r);
		r->r->total[w] = INT64_MAX;
	}
	if (r->r->kind == RANKING_WALK && taken(r, "iter"))
		r->r->iter = number_below(r, 0, r->sp.f->iters.n);
	else if (r->r->kind == RANKING_WALK)
		fail(r, "an unknown word");
	if (r->r->kind == RANKING_PHASES)
		order_words(r);
	if (!taken(r, "total"))
		return;
	for (int w = 0; w < RANKING_WEIGHTS; w++)
		r->r->total[w] = count(r);
	if (r->sp.sh->loops[r->sp.sh->loop_at[b]].parent == IR_NONE)
		fail(r, "there is no loop around it");
}

static void moves_line(struct reader *r)
{
	r->r->measure = slot(r, false);
	r->r->first = range(r);
	r->r->step = change(r);
	if (r->r != r->whole && r->r->step.kind != CHANGE_LOST)
		fail(r, "of a part no change is claimed");
	while (more(r) && r->r->ncarriers < RANKING_CARRIERS)
		r->r->carriers[r->r->ncarriers++] = slot(r, false);
}

static void while_line(struct reader *r)
{
	static const char *const places[] = {"first", "second", NULL};
	const struct ir_func *f = r->sp.f;

	r->r->block = number_below(r, 0, f->blocks.n);
	if (r->why)
		return;
	r->r->inst = number_below(r, 0, f->blocks.v[r->r->block].insts.n);
	r->r->swapped = choice(r, places) == 1;
	if (r->r->swapped && f->blocks.v[r->r->block].insts.v[r->r->inst].nargs < 2)
		fail(r, "the test has no second operand");
	r->r->rel = (enum interval_relation)choice(r, certificate_read_relations);
	r->r->limit = range(r);
	r->r->at = change(r);
	r->r->steady = taken(r, "steady");
	r->r->late = taken(r, "late");
	r->r->below = taken(r, "below");
	r->r->above = taken(r, "above");
}

/* --- the program --- */

static void global_line(struct reader *r)
{
	uint32_t g = number_below(r, 0, r->p->globals.n);

	if (r->why)
		return;
	if (g != r->nglobals++ || r->nfuncs) {
		fail(r, "globals are not in order");
		return;
	}
	text(r);
	r->c->w->global[g] = range(r);
	r->c->w->element[g] = range(r);
	for (uint32_t k = 0; k < r->p->globals.v[g].nkeys; k++)
		r->c->w->keys[g][k] = range(r);
}

static void claim_all(struct reader *r, struct claims *cl, uint32_t kind)
{
	const struct shape *sh = r->sp.sh;

	r->c->w->entered[r->func] = kind != 0;
	if (!kind)
		return;
	cl->blank = kind == 1;
	cl->at = arena_alloc(r->arena, sh->nblocks * sizeof *cl->at);
	for (uint32_t b = 0; cl->blank && b < sh->nblocks; b++)
		cl->at[b].reachable = true;
	r->claims = !cl->blank;
	if (r->claims && sh->irreducible)
		fail(r, "nothing can be claimed of such a function");
}

static void function_line(struct reader *r)
{
	uint32_t f = number_below(r, 0, r->p->funcs.n), kind = choice(r, states), m;

	if (r->why)
		return;
	if (f != r->nfuncs++ || r->nglobals != r->p->globals.n) {
		fail(r, "functions are not in order, or before globals");
		return;
	}
	r->func = f;
	r->st = NULL;
	r->r = r->whole = NULL;
	r->claims = false;
	r->facts.n = r->preds.n = 0;
	state_space(&r->sp, r->arena, r->p, &r->p->funcs.v[f], r->c->shapes[f], r->c->w);
	r->ninsts = 0;
	vec_each(b, &r->sp.f->blocks)
		r->ninsts += r->sp.f->blocks.v[b].insts.n;
	claim_all(r, &r->c->claims[f], kind);
	text(r);
	r->c->level[f] = count(r);
	r->c->cost[f] = count(r);
	r->c->output[f] = count(r);
	if (!taken(r, "measure"))
		return;
	m = number_below(r, 0, r->p->funcs.v[f].nparams);
	if (!r->why && r->p->funcs.v[f].regs.v[m].type != IR_INT)
		fail(r, "a measure is a number");
	r->c->measure[f] = r->why ? IR_NONE : m;
}

static void result_line(struct reader *r)
{
	struct outcome *o = &r->c->w->results[r->func];

	o->returns = taken(r, "returns") || !taken(r, "-");
	o->passes = taken(r, "passes") || !taken(r, "-");
	o->value = range(r);
}

static void param_line(struct reader *r)
{
	const struct ir_func *f = r->sp.f;
	struct interval **params = &r->c->w->params[r->func];
	uint32_t i = number_below(r, 0, f->nparams);

	if (r->why)
		return;
	if (!*params) {
		*params = arena_alloc(r->arena, f->nparams * sizeof **params);
		for (uint32_t k = 0; k < f->nparams; k++)
			(*params)[k] = interval_bottom();
	}
	(*params)[i] = range(r);
}

static void room_line(struct reader *r)
{
	static const char *const kinds[] = {"ranges", "sites", NULL};
	uint32_t g = number_below(r, 0, r->p->globals.n);

	if (r->why)
		return;
	r->c->rooms[g].by_sites = choice(r, kinds) == 1;
	r->c->rooms[g].needed = count(r);
}

static void site_line(struct reader *r)
{
	uint32_t g = number_below(r, 0, r->p->globals.n), nkeys;
	struct room_site s;

	if (r->why)
		return;
	nkeys = r->p->globals.v[g].nkeys;
	s.parts = arena_alloc(r->arena, nkeys * sizeof *s.parts);
	for (uint32_t k = 0; k < nkeys; k++) {
		struct room_part *p = &s.parts[k];

		p->literal = at_quote(r);
		p->counted = !taken(r, "-");
		if (p->literal)
			p->text = text(r);
		else if (p->counted)
			p->range = range(r);
	}
	if (!r->why)
		vec_push(r->arena, &r->c->rooms[g].sites, s);
}

static void recursion_line(struct reader *r)
{
	static const char *const ways[] = {"up", "down", NULL};
	const struct effects *e = r->c->e;
	uint32_t f = number_below(r, 0, r->p->funcs.n), c;
	struct recursion rec;

	if (r->why)
		return;
	c = e->cycle[f];
	rec.up = choice(r, ways) == 0;
	rec.depth = count(r);
	rec.first = number(r);
	rec.last = number(r);
	rec.step = number(r);
	if (!e->recursive[c] || rec.step < 1)
		fail(r, "it is no recursion, or does not move");
	r->c->recursion[c] = rec;
}

static void obligation_line(struct reader *r)
{
	uint32_t i = number_below(r, 0, r->p->obligations.n);
	struct verdict *v;
	const char *s;
	size_t n;

	if (r->why || !word(r, &s, &n))
		return;
	if (i != r->nobligations++ ||
	    !is_word(s, n, ir_obligation_word(r->p->obligations.v[i].kind))) {
		fail(r, "obligations are not those of the program, in order");
		return;
	}
	v = &r->c->verdicts[i];
	v->status = (enum verdict_status)choice(r, statuses);
	v->has_bound = more(r);
	if (v->has_bound)
		v->bound = count(r);
}

static void read_line(struct reader *r)
{
	static const struct {
		const char *word;
		void (*fn)(struct reader *);
		enum { ANYWHERE, IN_FUNCTION, IN_CLAIMS, IN_BLOCK, IN_LOOP } where;
	} lines[] = {
		{"value", value_line, IN_BLOCK},
		{"block", block_line, IN_CLAIMS},
		{"knows", knows_line, IN_BLOCK},
		{"pred", pred_line, IN_CLAIMS},
		{"fact", fact_line, IN_CLAIMS},
		{"loop", loop_line, IN_CLAIMS},
		{"moves", moves_line, IN_LOOP},
		{"while", while_line, IN_LOOP},
		{"part", part_line, IN_CLAIMS},
		{"function", function_line, ANYWHERE},
		{"result", result_line, IN_FUNCTION},
		{"param", param_line, IN_FUNCTION},
		{"global", global_line, ANYWHERE},
		{"room", room_line, ANYWHERE},
		{"site", site_line, ANYWHERE},
		{"recursion", recursion_line, ANYWHERE},
		{"obligation", obligation_line, ANYWHERE},
	};
	size_t n = 0;

	while (r->at + n < r->end && r->at[n] != ' ' && r->at[n] != '\n')
		n++;
	for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
		if (!is_word(r->at, n, lines[i].word))
			continue;
		if ((lines[i].where >= IN_FUNCTION && !r->nfuncs) ||
		    (lines[i].where >= IN_CLAIMS && !r->claims) ||
		    (lines[i].where == IN_BLOCK && !r->st) ||
		    (lines[i].where == IN_LOOP && (!r->r || r->r->kind != RANKING_COUNT))) {
			fail(r, "the line is out of place");
			return;
		}
		r->at += n;
		lines[i].fn(r);
		return;
	}
	if (is_word(r->at, n, "depth")) {
		r->at += n;
		r->c->depth = count(r);
	} else {
		fail(r, "an unknown line");
	}
}

static void end_line(struct reader *r)
{
	if (!r->why && (r->at >= r->end || *r->at != '\n'))
		fail(r, "the line is too long, or cut short");
	r->at += r->at < r->end;
	r->line++;
}

/* "WORD HASH", then perhaps a text; what: what else it is for, if the hash differs. */
static bool identity(struct reader *r, const char *what, uint64_t want, const char **other)
{
	size_t n = strlen(what);

	if (r->why)
		return false;
	if ((size_t)(r->end - r->at) <= n || memcmp(r->at, what, n) != 0)
		return fail(r, "a line that says what it is for is missing");
	r->at += n;
	uint64_t got = hex(r, "");

	if (at_quote(r))
		text(r);
	end_line(r);
	if (!r->why && got != want && !*other)
		*other = arena_printf(r->arena, "it is for another %s", what);
	return !r->why;
}

static void read_head(struct reader *r, const struct certificate_identity *id, const char **other)
{
	static const char *const models[] = {"atomic", "interleaved", NULL};
	static const char magic[] = "stapvet-certificate", model[] = "model";

	if ((size_t)(r->end - r->at) < sizeof magic ||
	    memcmp(r->at, magic, sizeof magic - 1) != 0) {
		fail(r, "it is not a certificate");
		return;
	}
	r->at += sizeof magic - 1;
	if (number(r) != CERTIFICATE_VERSION)
		fail(r, "it has another version");
	end_line(r);
	if (!identity(r, "script", id->script, other) || !identity(r, "facts", id->facts, other) ||
	    !identity(r, "program", id->ir, other))
		return;
	if ((size_t)(r->end - r->at) < sizeof model ||
	    memcmp(r->at, model, sizeof model - 1) != 0) {
		fail(r, "the memory model is missing");
		return;
	}
	r->at += sizeof model - 1;
	if (choice(r, models) != (r->c->model == MODEL_ATOMIC ? 0u : 1u) && !*other)
		*other = "it is for another memory model";
	end_line(r);
}

struct certificate *certificate_read(struct arena *a, const struct ir_program *p,
				     enum memory_model model, const struct certificate_identity *id,
				     const char *bytes, size_t len, const char **why, bool *other)
{
	struct reader r = {.arena = a, .p = p, .at = bytes, .end = bytes + len, .line = 1};
	const char *foreign = NULL;

	*other = false;
	r.c = certificate_new(a, p, model);
	read_head(&r, id, &foreign);
	*other = !r.why && foreign;
	while (!r.why && !foreign && r.end - r.at > 4 - 1 && memcmp(r.at, "end\n", 4) != 0) {
		read_line(&r);
		end_line(&r);
	}
	if (!r.why && !foreign &&
	    (r.end - r.at != 4 || r.nglobals != p->globals.n || r.nfuncs != p->funcs.n ||
	     r.nobligations != p->obligations.n))
		fail(&r, "it ends too early, or goes on after its end");
	*why = r.why ? r.why : foreign;
	return *why ? NULL : r.c;
}
