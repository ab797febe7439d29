/*
 * `stapvet replay`: runs that show what the verifier says.  For each obligation asked for, a run
 * of the proven program in a modelled world in which it fails is looked for and told line by line.
 * The exit status never calls something shown that no run has shown.
 */
#include "driver/command.h"
#include "report/report.h"
#include "runtime/recording.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct job {
	const struct session *session;
	struct compilation *c;
	struct arena *arena;
	const char *file;
	const struct replay_recording *given;
	struct json_object *list; /* NULL: text */
	uint32_t chosen;
	enum exit_status status;
	const struct replay_recording *found; /* the last one */
};

static void worsen(struct job *j, enum exit_status status)
{
	if (status > j->status)
		j->status = status;
}

static enum exit_status status_of(const struct replay_result *r)
{
	switch (r->answer) {
	case REPLAY_SHOWN:
	case REPLAY_NO_RUN: return STATUS_OK;
	case REPLAY_NOT_FOUND: return STATUS_NOT_SHOWN;
	case REPLAY_BAD_INPUT: return STATUS_INPUT;
	case REPLAY_CONTRADICTED: return STATUS_INTERNAL;
	}
	return STATUS_INTERNAL;
}

static const char *answer_word(const struct replay_result *r)
{
	switch (r->answer) {
	case REPLAY_SHOWN: return "shown";
	case REPLAY_NO_RUN: return "no run";
	case REPLAY_NOT_FOUND: return "not shown";
	case REPLAY_BAD_INPUT: return "bad input";
	case REPLAY_CONTRADICTED: return "contradicted";
	}
	return "";
}

/* --- text --- */

static void print_place(const struct job *j, struct loc loc)
{
	struct pos p = sources_pos(j->c->sources, loc);

	if (p.source)
		printf("%s:%u:%u", p.source->name, p.line, p.column);
	else
		fputs(j->file, stdout);
}

/* One line of the trace: the same line of the script, read on from left to right. */
static bool same_line(const struct job *j, const struct replay_entry *a,
		      const struct replay_entry *b)
{
	struct pos x = sources_pos(j->c->sources, a->loc), y = sources_pos(j->c->sources, b->loc);

	return a->kind == REPLAY_STEP && b->kind == REPLAY_STEP && x.source == y.source &&
	       x.line == y.line;
}

static void start_line(const struct job *j, const struct replay_entry *e, bool very_first)
{
	struct pos p = sources_pos(j->c->sources, e->loc);

	if (!very_first)
		putchar('\n');
	if (e->kind == REPLAY_EVENT)
		printf("  event %u: probe %s", e->event, e->text);
	else if (e->kind == REPLAY_REMARK || !p.source)
		printf("    (%s)", e->text);
	else
		printf("    %s:%u: %s", p.source->name, p.line, e->text);
}

static void print_trace(const struct job *j, const struct replay_result *r)
{
	uint32_t first = 0; /* of the line being printed */

	for (uint32_t i = 0; i < r->ntrace; i++) {
		bool gap = r->omitted && i == r->omitted_at;
		const struct replay_entry *e = &r->trace[i];

		if (gap)
			printf("\n    ... %llu more", (unsigned long long)r->omitted);
		if (i == 0 || gap || !same_line(j, &r->trace[i - 1], e) ||
		    e->loc.at == r->trace[first].loc.at) {
			start_line(j, e, i == 0);
			first = i;
		} else
			printf("; %s", e->text);
	}
	if (r->ntrace)
		putchar('\n');
}

static void print_result(const struct job *j, uint32_t o, const struct replay_result *r)
{
	const struct obligation *ob = &proven_program(j->c->proven)->obligations.v[o];
	const struct verdict *v = proven_verdict(j->c->proven, o);

	print_place(j, ob->loc);
	printf(": obligation %u, %s, %s: %s\n", o, ir_obligation_word(ob->kind),
	       verdict_word(v->status), v->reason ? v->reason : "");
	print_trace(j, r);
	printf("%s: %s\n", answer_word(r), r->why);
}

/* --- JSON --- */

static void put(struct json_object *o, const char *key, struct json_object *v)
{
	json_object_object_add(o, key, v);
}

static void put_place(const struct job *j, struct json_object *o, struct loc loc)
{
	struct pos p = sources_pos(j->c->sources, loc);

	put(o, "file", json_object_new_string(p.source ? p.source->name : j->file));
	put(o, "line", json_object_new_int64(p.line));
	put(o, "column", json_object_new_int64(p.column));
}

static struct json_object *json_trace(const struct job *j, const struct replay_result *r)
{
	static const char *const words[] = {"event", "step", "error", "remark"};
	struct json_object *list = json_object_new_array();

	for (uint32_t i = 0; i < r->ntrace; i++) {
		struct json_object *e = json_object_new_object();

		put(e, "event", json_object_new_int64(r->trace[i].event));
		put(e, "kind", json_object_new_string(words[r->trace[i].kind]));
		if (r->trace[i].loc.at)
			put_place(j, e, r->trace[i].loc);
		put(e, "text", json_object_new_string(r->trace[i].text));
		json_object_array_add(list, e);
	}
	return list;
}

static struct json_object *json_value(const struct replay_value *v)
{
	switch (v->kind) {
	case REPLAY_NUMBER: return json_object_new_int64(v->n);
	case REPLAY_TEXT: return json_object_new_string(v->text);
	case REPLAY_FAULT: break;
	}
	return NULL;
}

static struct json_object *json_inputs(const struct replay_inputs *inputs)
{
	struct json_object *list = json_object_new_array();

	for (uint32_t i = 0; i < inputs->n; i++) {
		struct json_object *e = json_object_new_object();

		put(e, "event", json_object_new_int64(inputs->v[i].event));
		put(e, "what", json_object_new_string(inputs->v[i].label));
		put(e, "value", json_value(&inputs->v[i].value));
		json_object_array_add(list, e);
	}
	return list;
}

static void add_json(const struct job *j, uint32_t o, const struct replay_result *r)
{
	const struct obligation *ob = &proven_program(j->c->proven)->obligations.v[o];
	const struct verdict *v = proven_verdict(j->c->proven, o);
	struct json_object *e = json_object_new_object();

	put(e, "obligation", json_object_new_int64(o));
	put(e, "kind", json_object_new_string(ir_obligation_word(ob->kind)));
	put(e, "status", json_object_new_string(verdict_word(v->status)));
	put_place(j, e, ob->loc);
	put(e, "reason", json_object_new_string(v->reason ? v->reason : ""));
	put(e, "answer", json_object_new_string(answer_word(r)));
	put(e, "why", json_object_new_string(r->why));
	put(e, "error", r->error ? json_object_new_string(r->error) : NULL);
	put(e, "tries", json_object_new_int64(r->tries));
	put(e, "trace", json_trace(j, r));
	put(e, "omitted", json_object_new_int64((int64_t)r->omitted));
	put(e, "inputs", json_inputs(&r->recording.inputs));
	json_object_array_add(j->list, e);
}

/* --- one obligation --- */

static void proved_already(struct replay_result *r)
{
	r->answer = REPLAY_NOT_FOUND;
	r->why = "it is proved, so no run fails there";
}

static void replay_one(struct job *j, uint32_t o)
{
	const struct options *opt = j->session->options;
	const struct replay_options ro = {
		.sources = j->c->sources, .seed = (uint64_t)opt->seed, .given = j->given};
	struct replay_result *r = arena_make(j->arena, struct replay_result);

	if (proven_verdict(j->c->proven, o)->status == VERDICT_PROVED)
		proved_already(r);
	else
		*r = replay_search(j->arena, j->c->proven, o, &ro);
	j->chosen++;
	worsen(j, status_of(r));
	if (r->answer == REPLAY_SHOWN)
		j->found = &r->recording;
	if (j->list)
		add_json(j, o, r);
	else
		print_result(j, o, r);
}

static bool is_at(const struct job *j, const struct obligation *ob)
{
	const struct options *opt = j->session->options;
	struct pos p = sources_pos(j->c->sources, ob->loc);

	return p.source && p.source->kind == SOURCE_SCRIPT && p.line == opt->at_line &&
	       (!opt->at_column || p.column == opt->at_column);
}

/* The one by number; those of a place that are not proved; or all that are refuted. */
static bool is_chosen(const struct job *j, uint32_t o)
{
	const struct options *opt = j->session->options;
	enum verdict_status status = proven_verdict(j->c->proven, o)->status;

	if (opt->obligation >= 0)
		return (int64_t)o == opt->obligation;
	if (opt->at_line)
		return status != VERDICT_PROVED &&
		       is_at(j, &proven_program(j->c->proven)->obligations.v[o]);
	return status == VERDICT_REFUTED;
}

static enum exit_status nothing_chosen(const struct job *j)
{
	const struct options *opt = j->session->options;

	if (opt->obligation >= 0) {
		fprintf(stderr, "stapvet: %s has no obligation %lld\n", j->file,
			(long long)opt->obligation);
		return STATUS_USAGE;
	}
	if (opt->at_line) {
		fprintf(stderr,
			"stapvet: %s: nothing at line %u is open: all that is owed there is "
			"proved\n",
			j->file, opt->at_line);
		return STATUS_USAGE;
	}
	if (!j->list)
		printf("%s: nothing is refuted; --obligation=N or --at=LINE looks for a run that "
		       "fails a guard\n",
		       j->file);
	return STATUS_OK;
}

/* --- recordings --- */

static bool read_given(struct job *j)
{
	const char *path = j->session->options->input, *why = NULL;
	const struct source *src;

	if (!path)
		return true;
	src = sources_read(sources_new(j->arena), j->arena, path, SOURCE_ARGUMENT, &why);
	if (src)
		j->given = recording_read(j->arena, j->c->ir, src->text, src->len, &why);
	if (!j->given)
		fprintf(stderr, "stapvet: can't use the inputs in '%s': %s\n", path, why);
	return j->given != NULL;
}

static enum exit_status write_found(const struct job *j)
{
	const char *path = j->session->options->record;
	FILE *f;

	if (!path || !j->found)
		return STATUS_OK;
	f = fopen(path, "we");
	if (f)
		recording_write(f, j->c->ir, j->found);
	if (!f || fclose(f) != 0) {
		fprintf(stderr, "stapvet: can't write '%s': %s\n", path, strerror(errno));
		return STATUS_INPUT;
	}
	return STATUS_OK;
}

static enum exit_status choose_and_show(struct job *j)
{
	if (!read_given(j))
		return STATUS_INPUT;
	vec_each(o, &j->c->ir->obligations)
		if (is_chosen(j, o))
			replay_one(j, o);
	if (!j->chosen)
		return nothing_chosen(j);
	worsen(j, write_found(j));
	return j->status;
}

enum exit_status rerun_script(const struct session *s)
{
	const struct options *o = s->options;
	const char *path = o->script ? NULL : o->files.v[0];
	struct job j = {.session = s,
			.c = compile_script(s, path, STAGE_PROVE),
			.arena = arena_new(0, NULL),
			.file = path ? path : "<input>",
			.list = o->json ? json_object_new_array() : NULL};
	enum exit_status status = j.c->unreadable ? STATUS_INPUT : STATUS_FINDINGS;

	if (j.c->proven)
		status = choose_and_show(&j);
	else
		render_diags(stderr, j.c->diags, &(struct render_options){.notes = true});
	if (j.list) {
		json_write(stdout, j.list);
		json_object_put(j.list);
	}
	arena_free(j.arena);
	compile_free(j.c);
	return status;
}
