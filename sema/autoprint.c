/*
 * Globals of the script that are written but never read are printed when the
 * session ends: one synthetic `probe end` each, after all other probes, as
 * section 10.5 of the language reference gives them.  The tree is built here
 * with its names resolved, and typed by infer.c like any other.
 */
#include "sema/internal.h"

#include <string.h>

struct maker {
	struct sema *s;
	struct probe *probe;
	struct span span; /* of the global's declaration: where all of it stands */
};

static struct expr *make(const struct maker *m, enum expr_kind kind)
{
	struct expr *e = arena_make(m->s->arena, struct expr);

	e->kind = kind;
	e->span = m->span;
	e->at = m->span.start;
	e->depth = 1;
	return e;
}

static struct stmt *make_stmt(const struct maker *m, enum stmt_kind kind)
{
	struct stmt *s = arena_make(m->s->arena, struct stmt);

	s->kind = kind;
	s->span = s->keyword = m->span;
	s->depth = 1;
	return s;
}

static struct expr *make_name(const struct maker *m, struct variable *v)
{
	struct expr *e = make(m, EXPR_NAME);

	e->name.name = v->name;
	e->name.sym = v;
	return e;
}

static struct variable *make_local(const struct maker *m, const char *name)
{
	struct variable *v = arena_make(m->s->arena, struct variable);

	v->kind = VAR_LOCAL;
	v->name = intern(m->s->in->parse->names, name);
	v->span = m->span;
	v->arity_known = v->assigned = v->read = true;
	v->index = m->probe->locals.n;
	vec_push(m->s->arena, &m->probe->locals, v);
	return v;
}

static void append(struct text_out *out, const char *text)
{
	for (; *text; text++)
		vec_push(out->arena, &out->text, *text);
}

/* A printf statement; the arguments are added by the caller. */
static struct expr *make_printf(const struct maker *m, const char *raw)
{
	struct expr *e = make(m, EXPR_PRINT);
	const char *why;
	size_t offset;

	e->print.flags = PRINT_FORMAT;
	e->print.word = "printf";
	e->print.format_text = raw;
	e->print.format = format_parse(m->s->arena, raw, &why, &offset);
	return e;
}

static void add_arg(const struct maker *m, struct expr *print, struct expr *arg)
{
	vec_push(m->s->arena, &print->print.args, arg);
}

static struct stmt *make_expr_stmt(const struct maker *m, struct expr *e)
{
	struct stmt *s = make_stmt(m, STMT_EXPR);

	s->expr = e;
	return s;
}

/* The global, or its element under the loop's keys. */
static struct expr *make_element(const struct maker *m, struct variable *v,
				 const struct expr_list *keys)
{
	struct expr *e;

	if (!v->is_array)
		return make_name(m, v);
	e = make(m, EXPR_INDEX);
	e->index.base = make_name(m, v);
	for (uint32_t i = 0; i < keys->n; i++)
		vec_push(m->s->arena, &e->index.keys, make_name(m, keys->v[i]->name.sym));
	return e;
}

static void add_stats(const struct maker *m, struct expr *print, struct variable *v,
		      const struct expr_list *keys)
{
	static const enum stat_op ops[] = {STAT_COUNT, STAT_MIN, STAT_MAX, STAT_SUM, STAT_AVG};

	for (size_t i = 0; i < sizeof ops / sizeof *ops; i++) {
		struct expr *e = make(m, EXPR_STAT);

		e->stat.op = ops[i];
		e->stat.stat = make_element(m, v, keys);
		add_arg(m, print, e);
	}
}

/* "name", or "name[%#d,\"%#s\"]". */
static void name_format(struct text_out *out, const struct variable *v)
{
	append(out, v->name);
	for (uint32_t i = 0; i < v->arity; i++) {
		append(out, i ? "," : "[");
		append(out, v->keys[i] == TYPE_STRING ? "\\\"%#s\\\"" : "%#d");
	}
	append(out, v->arity ? "]" : "");
}

static const char *value_format(const struct variable *v)
{
	if (v->type == TYPE_STATS)
		return " @count=%#d @min=%#d @max=%#d @sum=%#d @avg=%#d\\n";
	if (v->type == TYPE_STRING)
		return "=\\\"%#s\\\"\\n";
	return v->detail.type.unit ? "=%#x\\n" : "=%d\\n";
}

static const char *whole_format(const struct maker *m, const struct variable *v)
{
	struct text_out out = {.arena = m->s->arena};

	name_format(&out, v);
	append(&out, value_format(v));
	vec_push(out.arena, &out.text, '\0');
	return out.text.v;
}

static struct stmt *print_array(const struct maker *m, struct variable *v)
{
	struct stmt *s = make_stmt(m, STMT_FOREACH);
	struct foreach *f = s->foreach = arena_make(m->s->arena, struct foreach);
	struct expr *print = make_printf(m, whole_format(m, v));

	f->array = make_name(m, v);
	f->bracketed = true;
	f->sort = SORT_VALUE;
	f->descending = true;
	for (uint32_t i = 0; i < v->arity; i++) {
		struct variable *key = make_local(m, arena_printf(m->s->arena, "__idx%u", i));

		vec_push(m->s->arena, &f->keys, make_name(m, key));
		add_arg(m, print, make_name(m, key));
	}
	if (v->type == TYPE_STATS) {
		add_stats(m, print, v, &f->keys);
	} else {
		f->value = make_name(m, make_local(m, "__val"));
		add_arg(m, print, make_name(m, f->value->name.sym));
	}
	f->body = make_expr_stmt(m, print);
	return s;
}

/* Asking for the minimum of nothing is an error, so the count is asked first. */
static struct stmt *print_stats(const struct maker *m, struct variable *v)
{
	struct stmt *s = make_stmt(m, STMT_IF);
	struct expr *print = make_printf(m, whole_format(m, v));
	struct expr *count = make(m, EXPR_STAT), *zero = make(m, EXPR_NUMBER);
	struct expr *cond = make(m, EXPR_BINARY);

	count->stat.op = STAT_COUNT;
	count->stat.stat = make_name(m, v);
	cond->binary.op = BINARY_EQ;
	cond->binary.a = count;
	cond->binary.b = zero;
	s->branch.cond = cond;
	s->branch.yes = make_expr_stmt(
		m, make_printf(m, arena_printf(m->s->arena, "%s @count=0x0\\n", v->name)));
	add_stats(m, print, v, NULL);
	s->branch.no = make_expr_stmt(m, print);
	return s;
}

static struct stmt *print_scalar(const struct maker *m, struct variable *v)
{
	struct expr *print = make_printf(m, whole_format(m, v));

	add_arg(m, print, make_name(m, v));
	return make_expr_stmt(m, print);
}

static struct site *make_site(const struct maker *m)
{
	struct site *site = arena_make(m->s->arena, struct site);

	site->family = FAMILY_END;
	site->text = "end";
	site->chain = "<- end";
	site->span = m->span;
	site->exists = ANSWER_YES;
	site->evidence = "part of every session";
	return site;
}

static void print_at_end(struct sema *s, struct variable *v)
{
	struct probe *p = arena_make(s->arena, struct probe);
	struct maker m = {s, p, v->span};
	struct stmt *st;

	p->span = v->span;
	p->synthetic = true;
	vec_push(s->arena, &p->sites, make_site(&m));
	if (v->is_array)
		st = print_array(&m, v);
	else
		st = v->type == TYPE_STATS ? print_stats(&m, v) : print_scalar(&m, v);
	vec_push(s->arena, &p->parts, st);
	vec_push(s->arena, &s->program->probes, p);
	infer_probe(s, p);
}

void autoprint_run(struct sema *s)
{
	for (uint32_t i = 0; i < s->program->globals.n; i++) {
		struct variable *v = s->program->globals.v[i];

		if (v->live_assigned && !v->live_read && !v->from_tapset)
			print_at_end(s, v);
	}
}
