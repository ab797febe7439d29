/*
 * `-l POINT` and `-L POINT`: what a probe point stands for, one line a place, sorted, each once;
 * with -L also the variables that a handler there would have.  What an alias stands for is listed
 * under the alias.  Where several places have one name, the variables that all of them have are
 * told.  Errors are shown under -v only; a point that matches nothing is told by the exit status.
 */
#include "base/map.h"
#include "driver/command.h"
#include "report/report.h"

#include <stdlib.h>
#include <string.h>

/* One line, and what was said about it. */
struct entry {
	const char *name;
	uint32_t places;
	struct words variables; /* in order of appearance */
	struct map counts;      /* variable -> struct entry_count */
};

struct entry_count {
	uint32_t places;
	uint32_t last; /* place that counted it */
};

struct entries {
	struct arena *arena;
	struct map by_name;
	VEC(struct entry *) list;
};

static void say_variable(struct entries *es, struct entry *e, const char *text)
{
	struct entry_count *n = map_get(&e->counts, text);

	if (!n) {
		n = arena_make(es->arena, struct entry_count);
		map_put(&e->counts, text, n);
		vec_push(es->arena, &e->variables, text);
	}
	n->places += n->last != e->places;
	n->last = e->places;
}

static struct entry *entry_of(struct entries *es, const char *name)
{
	struct entry *e = map_get(&es->by_name, name);

	if (e)
		return e;
	e = arena_make(es->arena, struct entry);
	e->name = name;
	e->counts.arena = es->arena;
	map_put(&es->by_name, name, e);
	vec_push(es->arena, &es->list, e);
	return e;
}

static void add_site(struct entries *es, const struct sema_input *in, const struct probe *p,
		     const struct site *site, bool variables)
{
	struct entry *e = entry_of(es, site->head ? site->head : site->text);
	const char *text;

	e->places++;
	if (!variables)
		return;
	for (uint32_t i = 0; (text = describe_made(p, site, i, es->arena)); i++)
		say_variable(es, e, text);
	for (uint32_t i = 0; i < p->locals.n; i++)
		say_variable(es, e,
			     arena_printf(es->arena, "%s:%s", p->locals.v[i]->name,
					  ast_type_word(p->locals.v[i]->type)));
	for (uint32_t i = 0; (text = describe_variable(in, site, i, es->arena)); i++)
		if (*text)
			say_variable(es, e, text);
}

static int by_name(const void *a, const void *b)
{
	return strcmp((*(struct entry *const *)a)->name, (*(struct entry *const *)b)->name);
}

static void print_entry(const struct entry *e)
{
	fputs(e->name, stdout);
	vec_each(i, &e->variables) {
		const struct entry_count *n = map_get(&e->counts, e->variables.v[i]);

		if (n->places == e->places)
			printf(" %s", e->variables.v[i]);
	}
	putchar('\n');
}

/* A point that may exist is none that does: says so, for silence would look like "no". */
static void tell_unknown(const struct compilation *c, uint32_t unknown)
{
	if (unknown)
		fprintf(stderr, "stapvet: %u more may exist; the facts at hand (%s) cannot tell\n",
			unknown, target_describe(c->session->target));
}

static enum exit_status list_program(struct compilation *c, bool variables)
{
	struct entries es = {.arena = c->arena, .by_name.arena = c->arena};
	const struct sema_options so = {0};
	const struct sema_input in = {c->arena,   &c->parse, c->session->target,
				      c->library, &so,       diags_new(c->arena, c->sources)};
	uint32_t unknown = 0;

	for (uint32_t i = 0; c->program && i < c->program->probes.n; i++) {
		const struct probe *p = c->program->probes.v[i];

		for (uint32_t k = 0; !p->synthetic && !p->from_tapset && k < p->sites.n; k++) {
			if (p->sites.v[k]->exists == ANSWER_UNKNOWN)
				unknown++;
			else
				add_site(&es, &in, p, p->sites.v[k], variables);
		}
	}
	if (es.list.n)
		qsort(es.list.v, es.list.n, sizeof *es.list.v, by_name);
	vec_each(i, &es.list)
		print_entry(es.list.v[i]);
	tell_unknown(c, unknown);
	return es.list.n ? STATUS_OK : STATUS_FINDINGS;
}

enum exit_status listing_run(const struct session *s)
{
	struct options o = *s->options;
	struct session quiet = *s;

	o.script = arena_printf(s->arena, "probe %s {}", o.list_point);
	o.unoptimised = o.no_autoprint = true;
	quiet.options = &o;
	struct compilation *c = compile_script(&quiet, NULL, STAGE_ELABORATE);
	enum exit_status status = list_program(c, o.list_variables);

	if (o.verbose)
		render_diags(stderr, c->diags, &(struct render_options){.notes = true});
	compile_free(c);
	return status;
}
