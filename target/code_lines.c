/*
 * Statements.  A line stands, in each function or copy that has code of it, for the lowest of its
 * addresses there; where several lines begin at one address, the least of those that were asked for
 * has it.  "Every line" begins at the line that the function's first instruction has.  This is how
 * SystemTap reads line tables, is_stmt marks left aside.
 */
#include "target/code_lines.h"
#include "target/code_tree.h"

#include <dwarf.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_ROWS = 4 * 1000 * 1000, MOST_STRETCHES = 4096, MOST_PAIRS = 100 * 1000 * 1000 };

/* --- a unit's rows --- */

struct gather {
	struct code_rows *t;
	struct arena *arena;
};

static bool take_row(const struct dwline_row *row, void *data)
{
	struct gather *g = data;
	struct code_row r = {row->address, row->file, row->line, g->t->rows.n};

	if (row->end)
		return true;
	vec_push(g->arena, &g->t->rows, r);
	return g->t->rows.n < MOST_ROWS;
}

static int by_address(const void *a, const void *b)
{
	const struct code_row *x = a, *y = b;

	if (x->address != y->address)
		return x->address < y->address ? -1 : 1;
	return (x->order > y->order) - (x->order < y->order);
}

static int by_line(const void *a, const void *b)
{
	const struct code_row *x = a, *y = b;

	if (x->line != y->line)
		return x->line < y->line ? -1 : 1;
	return by_address(a, b);
}

bool code_lines_open(struct code_rows *t, struct code_search *s, uint32_t unit)
{
	struct gather g = {t, NULL};

	if (t->arena && t->unit == unit)
		return t->ok;
	code_lines_close(t);
	t->arena = g.arena = arena_scratch(s->scratch);
	t->unit = unit;
	t->ok = code_search_unit(s, unit) && dwline_open(&t->table, &s->u, t->arena);
	if (!t->ok)
		return false;
	dwline_each(&t->table, take_row, &g);
	if (t->rows.n)
		qsort(t->rows.v, t->rows.n, sizeof *t->rows.v, by_address);
	return true;
}

void code_lines_close(struct code_rows *t)
{
	if (t->arena)
		arena_free(t->arena);
	*t = (struct code_rows){0};
}

/* The last row at or before address; NULL: none. */
static const struct code_row *row_at(const struct code_rows *t, uint64_t address)
{
	uint32_t low = 0, high = t->rows.n;

	while (low < high) {
		uint32_t mid = low + (high - low) / 2;

		if (t->rows.v[mid].address <= address)
			low = mid + 1;
		else
			high = mid;
	}
	return low ? &t->rows.v[low - 1] : NULL;
}

/* The rows of the files that the query allows, by line. */
static void sort_by_line(struct code_rows *t, const char *file)
{
	bool *allowed = arena_alloc(t->arena, t->table.files.n);

	if (t->sorted)
		return;
	t->sorted = true;
	vec_each(i, &t->table.files) {
		const char *path = dwline_path(&t->table, i, t->arena);

		allowed[i] = path && code_search_file(file, path);
	}
	vec_each(i, &t->rows)
		if (t->rows.v[i].file < t->table.files.n && allowed[t->rows.v[i].file] &&
		    t->rows.v[i].line)
			vec_push(t->arena, &t->lines, t->rows.v[i]);
	if (t->lines.n)
		qsort(t->lines.v, t->lines.n, sizeof *t->lines.v, by_line);
}

/* --- a function's lines --- */

struct stretch {
	uint64_t low, high;
};

struct stretches {
	struct arena *arena;
	VEC(struct stretch) list;
};

static bool take_stretch(uint64_t low, uint64_t high, void *data)
{
	struct stretches *s = data;
	struct stretch stretch = {low, high};

	vec_push(s->arena, &s->list, stretch);
	return s->list.n < MOST_STRETCHES;
}

static bool covers(const struct stretches *s, uint64_t address)
{
	vec_each(i, &s->list)
		if (address >= s->list.v[i].low && address < s->list.v[i].high)
			return true;
	return false;
}

/* The first of lines.v whose line is not below `line`. */
static uint32_t lower(const struct code_rows *t, uint32_t line)
{
	uint32_t low = 0, high = t->lines.n;

	while (low < high) {
		uint32_t mid = low + (high - low) / 2;

		if (t->lines.v[mid].line < line)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/* Adds, for each line of the range, its lowest address inside the stretches. */
static void collect(struct code_rows *t, const struct stretches *s, struct code_range range,
		    struct code_hits *out)
{
	uint32_t done = 0;

	for (uint32_t i = lower(t, range.first); i < t->lines.n; i++) {
		const struct code_row *r = &t->lines.v[i];

		if (r->line > range.last)
			break;
		if (r->line == done || !covers(s, r->address))
			continue;
		done = r->line;
		vec_push(t->arena, out, *r);
	}
}

/* The line with code that is nearest to `line`; 0: none. */
static uint32_t nearest(struct code_rows *t, const struct stretches *s, uint32_t line)
{
	uint32_t at = lower(t, line), above = 0, below = 0;

	for (uint32_t i = at; i < t->lines.n && !above; i++)
		if (covers(s, t->lines.v[i].address))
			above = t->lines.v[i].line;
	for (uint32_t i = at; i > 0 && !below; i--)
		if (covers(s, t->lines.v[i - 1].address))
			below = t->lines.v[i - 1].line;
	if (!above || !below)
		return above ? above : below;
	return above - line <= line - below ? above : below;
}

/* One address, one line: the first that was found. */
static void one_line_each(struct code_hits *h)
{
	uint32_t kept = 0;

	vec_each(i, h)
		h->v[i].order = i;
	if (h->n)
		qsort(h->v, h->n, sizeof *h->v, by_address);
	for (uint32_t i = 0; i < h->n; i++)
		if (!kept || h->v[kept - 1].address != h->v[i].address)
			h->v[kept++] = h->v[i];
	h->n = kept;
}

static struct code_range moved(const struct code_query *q, struct code_range r, uint32_t line)
{
	uint32_t by = q->lines == CODE_RELATIVE ? line : 0;

	r.first = r.first > UINT32_MAX - by ? UINT32_MAX : r.first + by;
	r.last = r.last > UINT32_MAX - by ? UINT32_MAX : r.last + by;
	return r;
}

/* The line that a function or copy starts with, whatever file it is of. */
static uint32_t first_line(const struct code_rows *t, const struct stretches *s, uint64_t entry)
{
	const struct code_row *r = row_at(t, entry);

	if (r && r->address == entry)
		return r->line;
	vec_each(i, &t->rows)
		if (covers(s, t->rows.v[i].address))
			return t->rows.v[i].line;
	return 0;
}

static struct stretches stretches_of(struct code_search *s, struct code_rows *t,
				     const struct code_pick *pick)
{
	struct stretches out = {.arena = t->arena};
	struct dwrange d = dwrange_of(&s->u, pick->place->die);

	dwrange_each(&d, &s->u, take_stretch, &out);
	return out;
}

/* Adds the lines asked for that the function or copy has code of. */
static void add_hits(struct code_search *s, struct code_rows *t, const struct code_pick *pick,
		     const struct stretches *in, struct code_hits *out)
{
	const struct code_query *q = s->q;

	sort_by_line(t, q->file ? q->file : dwindex_text(s->ix, pick->function->file));
	if (q->lines == CODE_ALL_LINES) {
		struct code_range all = {first_line(t, in, pick->place->address), UINT32_MAX};

		collect(t, in, all, out);
		return;
	}
	for (uint32_t i = 0; i < q->nranges; i++) {
		struct code_range r = moved(q, q->ranges[i], pick->function->line);
		uint32_t was = out->n;

		collect(t, in, r, out);
		if (q->nearest && out->n == was && r.first == r.last &&
		    (r.first = r.last = nearest(t, in, r.first)))
			collect(t, in, r, out);
	}
}

/* The functions that have code of the lines. */
static bool add_functions(struct code_search *s, struct code_rows *t, uint32_t from, uint32_t to)
{
	for (uint32_t i = from; i < to; i++) {
		const struct code_pick *pick = &s->picks.v[i];
		struct stretches in = stretches_of(s, t, pick);
		struct code_hits hits = {0};
		struct code_place p = code_search_place(s, pick);

		add_hits(s, t, pick, &in, &hits);
		if (!hits.n)
			continue;
		code_lines_prologue(s, pick, &p);
		if (!code_search_add(s, &p))
			return false;
	}
	return true;
}

/* The lines' addresses, each for every function and copy that is allowed and has code there. */
static bool add_statements(struct code_search *s, struct code_rows *t, uint32_t from, uint32_t to)
{
	struct stretches *in = arena_alloc(t->arena, (to - from) * sizeof *in);
	struct code_hits hits = {0};

	for (uint32_t i = from; i < to; i++) {
		in[i - from] = stretches_of(s, t, &s->picks.v[i]);
		add_hits(s, t, &s->picks.v[i], &in[i - from], &hits);
	}
	one_line_each(&hits);
	if ((uint64_t)hits.n * (to - from) > MOST_PAIRS)
		return false;
	for (uint32_t i = from; i < to; i++) {
		struct code_place p = code_search_place(s, &s->picks.v[i]);

		for (uint32_t k = 0; k < hits.n; k++) {
			if (!covers(&in[i - from], hits.v[k].address))
				continue;
			p.address = hits.v[k].address;
			p.line = hits.v[k].line;
			p.file = dwline_path(&t->table, hits.v[k].file, s->arena);
			if (!code_search_add(s, &p))
				return false;
		}
	}
	return true;
}

bool code_lines_run(struct code_search *s)
{
	struct code_rows t = {0};
	bool whole = true, room = true;

	for (uint32_t i = 0, to; room && i < s->picks.n; i = to) {
		uint32_t unit = s->picks.v[i].place->unit;

		for (to = i + 1; to < s->picks.n && s->picks.v[to].place->unit == unit; to++)
			;
		if (!code_lines_open(&t, s, unit))
			whole = false;
		else if (s->q->what == CODE_FUNCTIONS)
			room = add_functions(s, &t, i, to);
		else
			room = add_statements(s, &t, i, to);
	}
	code_lines_close(&t);
	return whole && room;
}

/* --- single questions --- */

static enum code_tree_step find_frame(const struct code_tree_entry *e, void *data)
{
	bool *found = data;

	if (e->tag == DW_TAG_formal_parameter || e->tag == DW_TAG_variable)
		*found = *found || e->in_frame;
	return *found ? CODE_TREE_STOP : CODE_TREE_OVER;
}

/* Are variables where they are only once the frame is set up?  GCC's code without -O always is so.
 */
static bool needs_frame(struct code_search *s, uint64_t die)
{
	bool found = false;

	if (s->u.producer && !strncmp(s->u.producer, "GNU", 3))
		return true;
	code_tree_each(s, die, find_frame, &found);
	return found;
}

void code_lines_prologue(struct code_search *s, const struct code_pick *pick, struct code_place *p)
{
	struct code_rows t = {0};
	struct dwrange d;

	if (!(pick->place->flags & DWINDEX_UNOPTIMISED) || pick->place->flags & DWINDEX_INLINED ||
	    !pick->place->die || !code_lines_open(&t, s, pick->place->unit)) {
		code_lines_close(&t);
		return;
	}
	d = dwrange_of(&s->u, pick->place->die);
	for (uint32_t i = 0; needs_frame(s, pick->place->die) && i < t.rows.n; i++) {
		if (t.rows.v[i].address <= p->address)
			continue;
		if (dwrange_covers(&d, &s->u, t.rows.v[i].address)) {
			p->address = t.rows.v[i].address;
			p->after_prologue = true;
		}
		break;
	}
	code_lines_close(&t);
}

bool code_lines_begins(struct code_search *s, uint64_t address, const char **file, uint32_t *line)
{
	struct code_rows t = {0};
	const struct code_row *r = NULL;

	if (code_lines_open(&t, s, s->unit))
		r = row_at(&t, address);
	bool found = r && r->address == address;

	if (found) {
		*line = r->line;
		*file = dwline_path(&t.table, r->file, s->arena);
	}
	code_lines_close(&t);
	return found;
}

const char *code_lines_near(struct code_search *s, const struct code_pick *pick, uint32_t line)
{
	enum { MOST = 4 };
	struct code_rows t = {0};
	const char *text = NULL;

	if (code_lines_open(&t, s, pick->place->unit)) {
		struct stretches in = stretches_of(s, &t, pick);
		struct code_hits h = {0};
		uint32_t from = 0, before;

		add_hits(s, &t, pick, &in, &h);
		if (h.n)
			qsort(h.v, h.n, sizeof *h.v, by_line);
		while (from < h.n && h.v[from].line < line)
			from++;
		before = from;
		from = from > MOST / 2 ? from - MOST / 2 : 0;
		for (uint32_t i = from; i < h.n && i < before + MOST / 2; i++)
			text = arena_printf(s->arena, "%s%s%u", text ? text : "", text ? ", " : "",
					    h.v[i].line);
	}
	code_lines_close(&t);
	return text;
}
