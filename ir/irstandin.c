/*
 * Stand-ins for the scripts that a text form was made from: blank texts with as
 * many and as wide lines as the locations in it need, so that @line:column
 * means something again.  Found by a first pass over all tokens; their size is
 * bounded.
 */
#include "ir/irreader.h"

#include <string.h>

enum { STAND_IN_LIMIT = 16 * 1024 * 1024 };

static struct irstandin *standin(struct irreader *r, const char *name)
{
	struct irstandin *s = map_get(&r->standins, name);

	if (!s) {
		s = arena_make(r->arena, struct irstandin);
		map_put(&r->standins, name, s);
	}
	return s;
}

static bool widen(struct irreader *r, struct irstandin *s, const struct irtoken *t)
{
	while (s->widths.n < t->line && r->standin_size <= STAND_IN_LIMIT) {
		vec_push(r->arena, &s->widths, 0);
		r->standin_size++;
	}
	if (s->widths.n >= t->line && s->widths.v[t->line - 1] < t->column) {
		r->standin_size += t->column - s->widths.v[t->line - 1];
		s->widths.v[t->line - 1] = t->column;
	}
	return r->standin_size <= STAND_IN_LIMIT;
}

static void lay_out(struct irreader *r, const char *name, struct irstandin *s)
{
	uint32_t len = 0, at = 0;
	char *text;

	s->starts = arena_alloc(r->arena, (s->widths.n + 1) * sizeof(uint32_t));
	vec_each(i, &s->widths) {
		s->starts[i] = len;
		len += s->widths.v[i] + 1;
	}
	text = arena_alloc(r->arena, len + 1);
	vec_each(i, &s->widths) {
		memset(text + at, ' ', s->widths.v[i]);
		at += s->widths.v[i];
		text[at++] = '\n';
	}
	s->source = sources_add(r->sources, name, text, len, SOURCE_SCRIPT);
}

bool irstandin_measure(struct irreader *r)
{
	struct irlex lx = {.src = r->lex.src};
	struct irstandin *now = NULL;
	bool starts = true, names = false;

	for (struct irtoken t = irlex_next(&lx); t.kind != IRTOKEN_END && t.kind != IRTOKEN_BAD;
	     t = irlex_next(&lx)) {
		if (names && t.kind == IRTOKEN_STRING)
			now = standin(r, irread_unescape(r, &t));
		names = starts && irlex_is(&t, "file");
		starts = t.kind == IRTOKEN_LINE;
		if (t.kind == IRTOKEN_LOC && t.line && !now)
			now = standin(r, "script.stp");
		if (t.kind == IRTOKEN_LOC && t.line && !widen(r, now, &t))
			return false;
	}
	for (uint32_t i = 0; i < r->standins.n; i++) {
		struct irstandin *s = r->standins.entries[i].value;

		lay_out(r, r->standins.entries[i].key, s);
		if (!s->source)
			return false;
	}
	return true;
}
