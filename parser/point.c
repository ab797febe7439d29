/*
 * Builders of probe points.  Braces are expanded here, a.{b,c}.d to a.b.d and
 * a.c.d, within a limit; what leaves is a plain list of points.  ?, ! and a
 * condition may stand only at the end of a point, once.
 */
#include "parser/node.h"

#include <string.h>

struct pp_part *point_part(struct feed *f, struct span at, const char *name, struct expr *arg)
{
	struct pp_part *part = arena_make(f->arena, struct pp_part);

	*part = (struct pp_part){name, at, arg};
	return part;
}

static struct probe_point *extended(struct feed *f, const struct probe_point *p,
				    const struct pp_part *parts, uint32_t n, struct span at)
{
	struct probe_point *q = arena_make(f->arena, struct probe_point);

	q->nparts = p->nparts + n;
	q->parts = arena_alloc(f->arena, q->nparts * sizeof *q->parts);
	if (p->nparts)
		memcpy(q->parts, p->parts, p->nparts * sizeof *q->parts);
	memcpy(q->parts + p->nparts, parts, n * sizeof *q->parts);
	q->span = feed_join(f, p->span.start.at ? p->span : at, at);
	return q;
}

static bool is_final(const struct probe_point *p)
{
	return p->optional || p->sufficient || p->cond;
}

/* Reports a ? ! or condition before the last part. */
static bool check_open(struct feed *f, const struct chains *c)
{
	for (uint32_t i = 0; c && i < c->v.n; i++) {
		if (is_final(c->v.v[i])) {
			syntax_report(f, DIAG_BAD_PROBE_POINT, c->v.v[i]->span,
				      "'?', '!' and a condition may stand only at the end of a "
				      "probe point");
			return false;
		}
	}
	return true;
}

static bool too_many(struct feed *f, struct span at, uint64_t n, uint64_t parts)
{
	f->expanded += parts;
	if (n <= POINT_MAX_EXPANSION && f->expanded <= 100 * (uint64_t)POINT_MAX_EXPANSION)
		return false;
	syntax_report(f, DIAG_TOO_MANY_POINTS, at,
		      "the braces of this probe point make more than %d points",
		      POINT_MAX_EXPANSION);
	feed_stop(f);
	return true;
}

static const struct probe_point nothing;

struct chains *point_append(struct feed *f, struct chains *c, struct span at, struct pp_part *part)
{
	struct chains *out = arena_make(f->arena, struct chains);

	check_open(f, c);
	if (!c) {
		struct probe_point *p = extended(f, &nothing, part, 1, at);

		vec_push(f->arena, &out->v, p);
		return out;
	}
	if (c->v.n && too_many(f, at, c->v.n, (uint64_t)c->v.n * (c->v.v[0]->nparts + 1)))
		return c;
	vec_each(i, &c->v) {
		struct probe_point *p = extended(f, c->v.v[i], part, 1, at);

		vec_push(f->arena, &out->v, p);
	}
	return out;
}

static struct probe_point *combined(struct feed *f, const struct probe_point *head,
				    const struct probe_point *tail)
{
	struct probe_point *p = extended(f, head, tail->parts, tail->nparts, tail->span);

	p->optional = tail->optional;
	p->sufficient = tail->sufficient;
	p->cond = ast_copy_expr(f->arena, tail->cond);
	return p;
}

struct chains *point_group(struct feed *f, struct chains *c, struct span at, struct chains *group)
{
	struct chains *out = arena_make(f->arena, struct chains);

	if (!c)
		return group;
	check_open(f, c);
	uint64_t n = (uint64_t)c->v.n * group->v.n;

	if (too_many(f, at, n, n * (c->v.n ? c->v.v[0]->nparts + 2 : 1)))
		return c;
	vec_each(i, &c->v) {
		vec_each(j, &group->v) {
			struct probe_point *p = combined(f, c->v.v[i], group->v.v[j]);

			vec_push(f->arena, &out->v, p);
		}
	}
	return out;
}

struct chains *point_union(struct feed *f, struct chains *a, struct chains *b)
{
	if (too_many(f, b->v.n ? b->v.v[0]->span : (struct span){{0}, {0}},
		     (uint64_t)a->v.n + b->v.n, b->v.n))
		return a;
	vec_each(i, &b->v)
		vec_push(f->arena, &a->v, b->v.v[i]);
	return a;
}

struct chains *point_finish(struct feed *f, struct span at, struct chains *c, struct span flag_at,
			    int flag, struct expr *cond)
{
	node_condition(f, cond);
	vec_each(i, &c->v) {
		struct probe_point *p = c->v.v[i];

		if (flag && (p->optional || p->sufficient)) {
			syntax_report(f, DIAG_BAD_PROBE_POINT, flag_at,
				      "'?' or '!' is given twice for this probe point");
			flag = 0;
		}
		if (cond && p->cond) {
			syntax_report(f, DIAG_BAD_PROBE_POINT, cond->span,
				      "this probe point has two conditions");
			cond = NULL;
		}
		if (flag || cond)
			p->span = feed_join(f, p->span, at);
		p->optional |= flag == '?';
		p->sufficient |= flag == '!';
		if (cond) /* each point has a tree of its own */
			p->cond = i ? ast_copy_expr(f->arena, cond) : cond;
	}
	return c;
}

struct point_list *point_list(struct feed *f, struct point_list *list, struct chains *c)
{
	if (!list)
		list = arena_make(f->arena, struct point_list);
	vec_each(i, &c->v)
		vec_push(f->arena, list, c->v.v[i]);
	return list;
}

struct heads *point_heads(struct feed *f, struct heads *heads, struct span at,
			  struct point_list *points, bool is_epilogue)
{
	if (!heads)
		heads = arena_make(f->arena, struct heads);
	heads->is_epilogue |= is_epilogue;
	if (points->n != 1) {
		syntax_report(f, DIAG_BAD_ALIAS, at,
			      "an alias has one name; several are joined by '='");
		return heads;
	}
	if (points->v[0]->optional || points->v[0]->sufficient)
		syntax_report(f, DIAG_BAD_ALIAS, points->v[0]->span,
			      "the name of an alias cannot be optional or sufficient");
	vec_push(f->arena, &heads->names, points->v[0]);
	return heads;
}
