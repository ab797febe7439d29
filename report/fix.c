/*
 * Applying fixes to a text.  An edit whose ends are not both spelt in this very
 * file (a macro's expansion, a library) is left alone with its whole fix.
 */
#include "report/report.h"

#include <stdlib.h>
#include <string.h>

struct piece {
	uint32_t from, to, order;
	const char *text;
};

struct pieces {
	VEC(struct piece) v;
};

static bool locate(const struct diags *ds, const struct source *src, const struct edit *e,
		   struct piece *out)
{
	struct loc a = sources_spelling(ds->sources, e->span.start);
	struct loc b = sources_spelling(ds->sources, e->span.end);

	if (a.at < src->base || b.at > src->base + src->len || a.at > b.at)
		return false;
	*out = (struct piece){a.at - src->base, b.at - src->base, 0, e->text};
	return true;
}

static bool overlaps(const struct pieces *taken, const struct piece *p)
{
	vec_each(i, &taken->v) {
		const struct piece *q = &taken->v.v[i];

		if ((p->from < q->to && q->from < p->to) || (p->from == q->from && p->to == q->to))
			return true;
	}
	return false;
}

static bool take_fix(struct arena *a, const struct diags *ds, const struct source *src,
		     const struct fix *fix, struct pieces *taken)
{
	uint32_t before = taken->v.n;

	vec_each(i, &fix->edits) {
		struct piece p;

		if (!locate(ds, src, &fix->edits.v[i], &p) || overlaps(taken, &p)) {
			taken->v.n = before;
			return false;
		}
		p.order = taken->v.n;
		vec_push(a, &taken->v, p);
	}
	return true;
}

static int by_place(const void *pa, const void *pb)
{
	const struct piece *a = pa, *b = pb;

	if (a->from != b->from)
		return a->from < b->from ? -1 : 1;
	return a->order < b->order ? -1 : 1;
}

static char *splice(struct arena *a, const struct source *src, const struct pieces *p,
		    uint32_t *len)
{
	size_t total = src->len, at = 0;
	uint32_t from = 0;

	vec_each(i, &p->v)
		total += strlen(p->v.v[i].text);
	char *out = arena_alloc(a, total + 1);

	vec_each(i, &p->v) {
		const struct piece *e = &p->v.v[i];
		size_t n = strlen(e->text);

		memcpy(out + at, src->text + from, e->from - from);
		at += e->from - from;
		memcpy(out + at, e->text, n);
		at += n;
		from = e->to;
	}
	memcpy(out + at, src->text + from, src->len - from);
	*len = (uint32_t)(at + src->len - from);
	return out;
}

char *fix_apply(struct arena *a, const struct diags *ds, const struct source *src, uint32_t *len,
		uint32_t *applied, bool unsafe)
{
	struct pieces taken = {0};

	*applied = 0;
	vec_each(i, &ds->list) {
		if (ds->list.v[i]->fix && (unsafe || !ds->list.v[i]->fix->unsafe))
			*applied += take_fix(a, ds, src, ds->list.v[i]->fix, &taken);
	}
	if (taken.v.n)
		qsort(taken.v.v, taken.v.n, sizeof *taken.v.v, by_place);
	return splice(a, src, &taken, len);
}
