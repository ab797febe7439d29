/*
 * Regular expressions in POSIX extended syntax, searched for anywhere in a
 * string: leftmost, and of those the longest.  Compiled to a small program that
 * is run over all its states at once, so a match costs text times program and
 * no pattern hangs.  No back references and no [:classes:] beyond the POSIX
 * names; counted repetitions are written out, within a limit on the program.
 */
#include "base/matcher.h"

#include <ctype.h>
#include <stdint.h>
#include <string.h>

enum { MAX_PROGRAM = 4000, MAX_DEPTH = 60, MAX_REPEAT = 255, UNSET = -1 };

enum kind { RE_BYTE, RE_ANY, RE_SET, RE_BOL, RE_EOL, RE_SAVE, RE_SPLIT, RE_JUMP, RE_MATCH };

struct node {
	enum kind kind;
	uint32_t x, y;      /* SPLIT: preferred and other; JUMP: x; SAVE: x = slot; BYTE: x */
	const uint8_t *set; /* 32 bytes */
};

struct thread_list {
	uint32_t n;
	uint32_t *pcs;
	int32_t *caps; /* nslots for each state */
};

struct matcher {
	VEC(struct node) prog;
	uint32_t nslots, ngroups;
	struct thread_list *lists; /* this byte's states and the next one's */
	uint32_t *seen;            /* state -> the step that last reached it */
	struct pending *stack;
};

/* Work of the closure: a state to follow, or a slot to restore. */
struct pending {
	bool restore;
	uint32_t at;
	int32_t old;
};

struct compiler {
	struct arena *a;
	const char *at;
	struct matcher *re;
	const char *why;
	unsigned depth;
};

static bool reject(struct compiler *c, const char *why)
{
	if (!c->why)
		c->why = why;
	return false;
}

static struct node *emit(struct compiler *c, enum kind kind, uint32_t x)
{
	struct matcher *re = c->re;

	if (re->prog.n >= MAX_PROGRAM) {
		reject(c, "it is too large");
		re->prog.n--;
	}
	vec_push(c->a, &re->prog, ((struct node){.kind = kind, .x = x}));
	return &re->prog.v[re->prog.n - 1];
}

static bool has_targets(const struct node *p)
{
	return p->kind == RE_SPLIT || p->kind == RE_JUMP;
}

/* Puts a SPLIT before the nodes from `at` on; targets among them follow. */
static bool insert_split(struct compiler *c, uint32_t at)
{
	uint32_t n = c->re->prog.n;

	emit(c, RE_SPLIT, 0);
	if (c->why)
		return false;
	struct node *v = c->re->prog.v;

	memmove(v + at + 1, v + at, (n - at) * sizeof *v);
	for (uint32_t i = at + 1; i <= n; i++)
		if (has_targets(&v[i]))
			v[i].x += v[i].x >= at, v[i].y += v[i].y >= at;
	v[at] = (struct node){.kind = RE_SPLIT, .x = at + 1};
	return true;
}

static bool parse_alternatives(struct compiler *c);

static void set_byte(uint8_t *set, unsigned b)
{
	set[b / 8] |= (uint8_t)(1u << b % 8);
}

static bool class_has(const char *name, size_t len, int b)
{
	static const struct {
		const char *name;
		int (*is)(int);
	} classes[] = {{"alpha", isalpha}, {"digit", isdigit}, {"alnum", isalnum},
		       {"upper", isupper}, {"lower", islower}, {"space", isspace},
		       {"blank", isblank}, {"punct", ispunct}, {"print", isprint},
		       {"graph", isgraph}, {"cntrl", iscntrl}, {"xdigit", isxdigit}};

	for (size_t i = 0; i < sizeof classes / sizeof *classes; i++)
		if (strlen(classes[i].name) == len && memcmp(classes[i].name, name, len) == 0)
			return b < 128 && classes[i].is(b);
	return false;
}

static bool parse_class(struct compiler *c, uint8_t *set)
{
	const char *end = strstr(c->at, ":]");
	bool any = false;

	if (!end)
		return reject(c, "'[:' without ':]'");
	for (int b = 1; b < 256; b++) {
		if (!class_has(c->at + 2, (size_t)(end - c->at - 2), b))
			continue;
		set_byte(set, (unsigned)b);
		any = true;
	}
	c->at = end + 2;
	return any || reject(c, "no such character class");
}

/* One byte of a set; a backslash quotes. */
static unsigned set_member(struct compiler *c)
{
	if (*c->at == '\\' && c->at[1])
		c->at++;
	return (unsigned char)*c->at++;
}

static bool parse_range(struct compiler *c, uint8_t *set)
{
	unsigned low = set_member(c), high = low;

	if (*c->at == '-' && c->at[1] && c->at[1] != ']') {
		c->at++;
		high = set_member(c);
	}
	if (high < low)
		return reject(c, "a range that runs backwards");
	for (unsigned b = low; b <= high; b++)
		set_byte(set, b);
	return true;
}

static bool parse_set(struct compiler *c)
{
	uint8_t *set = arena_alloc(c->a, 32);
	bool negated = *c->at == '^', first = true;

	c->at += negated;
	while (*c->at && (*c->at != ']' || first)) {
		bool named = c->at[0] == '[' && c->at[1] == ':';

		if (!(named ? parse_class(c, set) : parse_range(c, set)))
			return false;
		first = false;
	}
	if (*c->at != ']')
		return reject(c, "'[' without ']'");
	c->at++;
	for (int i = 0; negated && i < 32; i++)
		set[i] = (uint8_t)~set[i];
	emit(c, RE_SET, 0)->set = set;
	return !c->why;
}

static bool parse_group(struct compiler *c)
{
	uint32_t group = c->re->ngroups++;

	if (group >= MATCHER_GROUPS || ++c->depth > MAX_DEPTH)
		return reject(c, "too many groups");
	emit(c, RE_SAVE, 2 * group);
	if (!parse_alternatives(c))
		return false;
	if (*c->at != ')')
		return reject(c, "'(' without ')'");
	c->at++;
	c->depth--;
	emit(c, RE_SAVE, 2 * group + 1);
	return !c->why;
}

static bool parse_atom(struct compiler *c)
{
	char b = *c->at++;

	switch (b) {
	case '(': return parse_group(c);
	case '[': return parse_set(c);
	case '.': emit(c, RE_ANY, 0); return !c->why;
	case '^': emit(c, RE_BOL, 0); return !c->why;
	case '$': emit(c, RE_EOL, 0); return !c->why;
	case '*':
	case '+':
	case '?': return reject(c, "nothing to repeat");
	case '\\':
		if (!*c->at)
			return reject(c, "it ends in a backslash");
		b = *c->at++;
		break;
	}
	emit(c, RE_BYTE, (uint8_t)b);
	return !c->why;
}

/* Appends the n nodes of an atom that were compiled at `from`. */
static void emit_atom(struct compiler *c, const struct node *atom, uint32_t n, uint32_t from)
{
	uint32_t to = c->re->prog.n;

	for (uint32_t i = 0; i < n && !c->why; i++) {
		struct node *p = emit(c, RE_JUMP, 0);

		*p = atom[i];
		if (has_targets(p))
			p->x += to - from, p->y += to - from;
	}
}

/* The nodes from `at` on become optional, and with `loop` repeatable. */
static void make_optional(struct compiler *c, uint32_t at, bool loop)
{
	if (c->why || !insert_split(c, at))
		return;
	if (loop)
		emit(c, RE_JUMP, at);
	c->re->prog.v[at].y = c->re->prog.n;
}

static bool parse_count(struct compiler *c, int *n)
{
	*n = 0;
	if (!isdigit((unsigned char)*c->at))
		return reject(c, "'{' without a count");
	while (isdigit((unsigned char)*c->at) && *n <= MAX_REPEAT)
		*n = *n * 10 + (*c->at++ - '0');
	return *n <= MAX_REPEAT || reject(c, "a count above 255");
}

/* {low}, {low,} or {low,high}; high -1: no end. */
static bool parse_bounds(struct compiler *c, int *low, int *high)
{
	if (!parse_count(c, low))
		return false;
	*high = *low;
	if (*c->at == ',') {
		c->at++;
		*high = -1;
		if (*c->at != '}' && !parse_count(c, high))
			return false;
	}
	if (*c->at++ != '}')
		return reject(c, "'{' without '}'");
	return *high < 0 || *low <= *high || reject(c, "counts that run backwards");
}

/* Writes the atom compiled from `from` on out, low times and then up to high (-1: no end). */
static bool apply_bounds(struct compiler *c, uint32_t from, int low, int high)
{
	uint32_t n = c->re->prog.n - from;
	struct node *atom = arena_alloc(c->a, n * sizeof *atom);

	if (n)
		memcpy(atom, c->re->prog.v + from, n * sizeof *atom);
	c->re->prog.n = from;
	for (int i = 0; i < low && !c->why; i++)
		emit_atom(c, atom, n, from);
	for (int i = low; (i < high || (high < 0 && i == low)) && !c->why; i++) {
		uint32_t at = c->re->prog.n;

		emit_atom(c, atom, n, from);
		make_optional(c, at, high < 0);
	}
	return !c->why;
}

static bool parse_repeats(struct compiler *c, uint32_t from)
{
	int low, high;

	for (;;) {
		switch (*c->at) {
		case '*': low = 0, high = -1; break;
		case '+': low = 1, high = -1; break;
		case '?': low = 0, high = 1; break;
		case '{':
			c->at++;
			if (!parse_bounds(c, &low, &high))
				return false;
			c->at--;
			break;
		default: return true;
		}
		c->at++;
		if (!apply_bounds(c, from, low, high))
			return false;
	}
}

static bool parse_sequence(struct compiler *c)
{
	while (*c->at && *c->at != '|' && *c->at != ')') {
		uint32_t from = c->re->prog.n;

		if (!parse_atom(c) || !parse_repeats(c, from))
			return false;
	}
	return true;
}

static bool parse_alternatives(struct compiler *c)
{
	uint32_t start = c->re->prog.n;
	VEC(uint32_t) jumps = {0};

	for (;;) {
		if (!parse_sequence(c))
			return false;
		if (*c->at != '|')
			break;
		c->at++;
		if (!insert_split(c, start))
			return false;
		vec_push(c->a, &jumps, c->re->prog.n);
		emit(c, RE_JUMP, 0);
		c->re->prog.v[start].y = c->re->prog.n;
		start = c->re->prog.n;
	}
	vec_each(i, &jumps)
		c->re->prog.v[jumps.v[i]].x = c->re->prog.n;
	return !c->why;
}

static void make_lists(struct arena *a, struct matcher *re)
{
	uint32_t n = re->prog.n;

	re->nslots = 2 * re->ngroups;
	re->lists = arena_alloc(a, 2 * sizeof *re->lists);
	for (int i = 0; i < 2; i++) {
		re->lists[i].pcs = arena_alloc(a, n * sizeof *re->lists[i].pcs);
		re->lists[i].caps = arena_alloc(a, (size_t)n * re->nslots * sizeof(int32_t));
	}
	re->seen = arena_alloc(a, n * sizeof *re->seen);
	re->stack = arena_alloc(a, (2 * (size_t)n + 1) * sizeof *re->stack);
}

struct matcher *matcher_compile(struct arena *a, const char *pattern, const char **why)
{
	struct matcher *re = arena_make(a, struct matcher);
	struct compiler c = {.a = a, .at = pattern, .re = re};

	re->ngroups = 1;
	emit(&c, RE_SAVE, 0);
	if (parse_alternatives(&c) && *c.at == ')')
		reject(&c, "')' without '('");
	emit(&c, RE_SAVE, 1);
	emit(&c, RE_MATCH, 0);
	if (c.why) {
		*why = c.why;
		return NULL;
	}
	make_lists(a, re);
	return re;
}

struct search {
	const struct matcher *re;
	const char *s;
	uint32_t len, at, step;
	int32_t best[2 * MATCHER_GROUPS];
	bool found;
};

static void add_state(struct thread_list *l, const struct matcher *re, uint32_t pc,
		      const int32_t *caps)
{
	memcpy(l->caps + (size_t)l->n * re->nslots, caps, re->nslots * sizeof *caps);
	l->pcs[l->n++] = pc;
}

/* Adds to l what is reached from state pc without reading a byte. */
static void follow(struct search *q, struct thread_list *l, uint32_t pc, int32_t *caps)
{
	struct pending *stack = q->re->stack;
	uint32_t n = 0;

	stack[n++] = (struct pending){.at = pc};
	while (n > 0) {
		struct pending p = stack[--n];

		if (p.restore) {
			caps[p.at] = p.old;
			continue;
		}
		if (q->re->seen[p.at] == q->step)
			continue;
		q->re->seen[p.at] = q->step;
		const struct node *node = &q->re->prog.v[p.at];

		switch (node->kind) {
		case RE_JUMP: stack[n++] = (struct pending){.at = node->x}; break;
		case RE_SPLIT:
			stack[n++] = (struct pending){.at = node->y};
			stack[n++] = (struct pending){.at = node->x};
			break;
		case RE_SAVE:
			stack[n++] = (struct pending){true, node->x, caps[node->x]};
			caps[node->x] = (int32_t)q->at;
			stack[n++] = (struct pending){.at = p.at + 1};
			break;
		case RE_BOL:
			if (q->at == 0)
				stack[n++] = (struct pending){.at = p.at + 1};
			break;
		case RE_EOL:
			if (q->at == q->len)
				stack[n++] = (struct pending){.at = p.at + 1};
			break;
		case RE_BYTE:
		case RE_ANY:
		case RE_SET:
		case RE_MATCH: add_state(l, q->re, p.at, caps); break;
		}
	}
}

static bool accepts(const struct node *node, unsigned char b)
{
	if (node->kind == RE_BYTE)
		return node->x == b;
	return node->kind == RE_ANY || (node->set[b / 8] >> b % 8 & 1);
}

/* Goes one byte on: from the states of l to those of next. */
static void advance(struct search *q, const struct thread_list *l, struct thread_list *next)
{
	const struct matcher *re = q->re;
	int32_t caps[2 * MATCHER_GROUPS];

	next->n = 0;
	q->at++;
	q->step++;
	for (uint32_t i = 0; i < l->n; i++) {
		const struct node *node = &re->prog.v[l->pcs[i]];
		const int32_t *mine = l->caps + (size_t)i * re->nslots;

		if (q->found && mine[0] > q->best[0])
			continue;
		if (node->kind == RE_MATCH) {
			if (!q->found || mine[1] > q->best[1])
				memcpy(q->best, mine, re->nslots * sizeof *mine);
			q->found = true;
		} else if (q->at <= q->len && accepts(node, (unsigned char)q->s[q->at - 1])) {
			memcpy(caps, mine, re->nslots * sizeof *mine);
			follow(q, next, l->pcs[i] + 1, caps);
		}
	}
}

static void report_groups(const struct search *q, struct matcher_result *out)
{
	out->matched = q->found;
	out->ngroups = q->re->ngroups;
	for (uint32_t g = 0; g < q->re->ngroups; g++) {
		bool set = q->found && q->best[2 * g] >= 0 && q->best[2 * g + 1] >= 0;

		out->groups[g].start = set ? q->best[2 * g] : UNSET;
		out->groups[g].end = set ? q->best[2 * g + 1] : UNSET;
	}
}

bool matcher_search(const struct matcher *re, const char *s, uint32_t len,
		    struct matcher_result *out)
{
	struct search q = {.re = re, .s = s, .len = len, .step = 1};
	struct thread_list *l = &re->lists[0], *next = &re->lists[1], *swap;
	int32_t caps[2 * MATCHER_GROUPS];

	memset(re->seen, 0, re->prog.n * sizeof *re->seen);
	l->n = 0;
	for (;;) {
		if (!q.found) {
			for (uint32_t i = 0; i < re->nslots; i++)
				caps[i] = UNSET;
			follow(&q, l, 0, caps);
		}
		if (q.at > len || (q.found && l->n == 0))
			break;
		advance(&q, l, next);
		swap = l, l = next, next = swap;
	}
	report_groups(&q, out);
	return q.found;
}
