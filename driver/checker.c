/* `stapvet check`: every analysis, one list of findings, and an exit status for scripts and CI. */
#include "driver/baseline.h"
#include "driver/command.h"
#include "driver/configfile.h"
#include "driver/results.h"
#include "driver/revision.h"
#include "driver/walk.h"
#include "lint/lint.h"
#include "report/report.h"

#include <stdlib.h>
#include <string.h>

static enum exit_status status_of(const struct compilation *c)
{
	if (c->unreadable)
		return STATUS_INPUT;
	return c->diags->errors || c->diags->warnings ? STATUS_FINDINGS : STATUS_OK;
}

/* A file of the library, or one below a folder "tapset" that has no probes of its own. */
static bool is_of_library(const struct compilation *c, const char *path)
{
	bool apart = path && (strstr(path, "/tapset/") || strncmp(path, "tapset/", 7) == 0);

	for (uint32_t i = 0; apart && c->asts.n && i < c->asts.v[0]->decls.n; i++)
		apart = c->asts.v[0]->decls.v[i]->kind != DECL_PROBE;
	return c->of_library || (apart && c->asts.n && c->asts.v[0]->decls.n);
}

/*
 * What says nothing of a library file by itself: that another kernel lacks what it asks for, or
 * that it is empty here.
 */
static bool is_for_scripts(const struct diag *d)
{
	static const enum diag_tag TAGS[] = {DIAG_NEVER_ASSIGNED, DIAG_NEVER_EXITS,           DIAG_LIBRARY_INTERNAL,
					     DIAG_REGISTER_BY_NAME,      DIAG_NO_PROBES,
					     DIAG_EMPTY_SCRIPT,          DIAG_EMPTY_PROBE,
					     DIAG_UNKNOWN_TYPE,          DIAG_UNKNOWN_MEMBER,
					     DIAG_INVALID_ACCESS,        DIAG_CONST_FOLDED,
					     DIAG_UNKNOWN_CONSTANT,      DIAG_HEADER_NOT_READ,
					     DIAG_UNKNOWN_MODULE,        DIAG_UNKNOWN_PROBE_POINT,
					     DIAG_UNKNOWN_VARIABLE,      DIAG_TARGET_UNKNOWN,
					     DIAG_NEEDS_DEBUGINFO,       DIAG_UNKNOWN_PROGRAM,
					     DIAG_KERNEL_MEMORY_WRITTEN, DIAG_EMBEDDED_C,
					     DIAG_EMBEDDED_NEEDS_GURU,   DIAG_FUNCTION_NEEDS_GURU,
					     DIAG_WRITE_NEEDS_GURU};

	for (size_t i = 0; i < sizeof TAGS / sizeof *TAGS; i++)
		if (d->tag == TAGS[i])
			return true;
	return false;
}

static void excuse_own_library(struct compilation *c)
{
	uint32_t kept = 0;

	vec_each(i, &c->diags->list) {
		struct diag *d = c->diags->list.v[i];

		if (!is_for_scripts(d)) {
			c->diags->list.v[kept++] = d;
			continue;
		}
		c->diags->errors -= d->severity == SEV_ERROR;
		c->diags->warnings -= d->severity == SEV_WARNING;
	}
	c->diags->list.n = kept;
}

/* A library file has no probe of its own; only running one without is an error. */
static void excuse_library(struct compilation *c)
{
	bool declares = c->asts.n && c->asts.v[0]->decls.n;

	vec_each(i, &c->diags->list) {
		struct diag *d = c->diags->list.v[i];

		if (d->tag != DIAG_NO_PROBES || d->severity != SEV_ERROR || !declares)
			continue;
		d->severity = SEV_NOTE;
		c->diags->errors--;
	}
}

/* -w leaves errors only. */
static void drop_quiet(struct compilation *c)
{
	uint32_t kept = 0;

	vec_each(i, &c->diags->list) {
		if (c->diags->list.v[i]->severity == SEV_ERROR)
			c->diags->list.v[kept++] = c->diags->list.v[i];
	}
	c->diags->list.n = kept;
	c->diags->warnings = 0;
}

static bool is_wanted(const void *ctx, enum diag_tag tag, bool on)
{
	return config_wanted(ctx, tag, on);
}

/* What could not be parsed is mended first: its tree has holes. */
static void ask_rules(const struct session *s, struct compilation *c,
		      const struct config_levels *levels, bool sound, bool library)
{
	struct lint_input in = {.arena = c->arena,
				.library = library,
				.diags = c->diags,
				.asts = c->asts.v,
				.nasts = c->asts.n,
				.program = sound ? c->program : NULL,
				.proven = sound ? c->proven : NULL,
				.target = c->of_library ? s->nothing : s->target,
				.wanted = is_wanted,
				.ctx = levels,
				.levels = levels};

	if (!c->unparsed)
		lint_run(&in);
}

static void set_severity(struct diags *ds, struct diag *d, enum severity to)
{
	ds->errors += (to == SEV_ERROR) - (d->severity == SEV_ERROR);
	ds->warnings += (to == SEV_WARNING) - (d->severity == SEV_WARNING);
	d->severity = to;
}

/*
 * What the configuration says of findings, once it is known which are waived.  An error stays one;
 * what is no rule's finding is switched off by its own tag only.
 */
static void configure(const struct session *s, struct compilation *c,
		      const struct config_levels *levels)
{
	const struct config *config = s->config;
	enum severity least = SEV_NOTE;
	uint32_t kept = 0;

	if (config && config->minimum.text)
		config_severity_word(config->minimum.text, &least);
	vec_each(i, &c->diags->list) {
		struct diag *d = c->diags->list.v[i];
		bool fixed = d->severity == SEV_ERROR;

		if (!fixed)
			set_severity(c->diags, d, config_severity(levels, d->tag, d->severity));
		if (fixed || (d->severity >= least && config_wanted(levels, d->tag, true)))
			c->diags->list.v[kept++] = d;
		else
			set_severity(c->diags, d, SEV_NOTE);
	}
	c->diags->list.n = kept;
}

static struct compilation *compile_for(const struct session *s, const char *path)
{
	struct compilation *c = compile_script(s, path, STAGE_PROVE);
	struct config_levels levels = {0};
	bool sound = !c->diags->errors, library = is_of_library(c, path);

	configfile_levels(s, path, c->arena, &levels);
	ask_rules(s, c, &levels, sound, library);
	if (c->proven)
		verdicts_lint(c->diags, c->proven, c->waived, s->options->strict);
	if (library)
		excuse_own_library(c);
	excuse_library(c);
	compile_waive(c, is_wanted, &levels);
	configure(s, c, &levels);
	diags_sort(c->diags);
	return c;
}

/* The place of a script's text in another compilation of it; {0}: it is not of the script. */
static struct span moved(const struct compilation *from, const struct compilation *to,
			 struct span span)
{
	struct loc start = sources_spelling(from->sources, span.start);
	struct loc end = sources_spelling(from->sources, span.end);

	if (!from->script || !to->script ||
	    sources_pos(from->sources, start).source != from->script)
		return (struct span){{0}, {0}};
	start.at += to->script->base - from->script->base;
	end.at = end.at ? end.at + to->script->base - from->script->base : start.at;
	return (struct span){start, end};
}

static bool is_told(const struct compilation *c, const struct diag *d, struct span span)
{
	vec_each(i, &c->diags->list) {
		const struct diag *other = c->diags->list.v[i];

		if (other->tag == d->tag && strcmp(other->message, d->message) == 0 &&
		    sources_spelling(c->sources, other->span.start).at == span.start.at)
			return true;
	}
	return false;
}

/* Adds what only the facts of another kernel make a finding. */
static void add_target(struct compilation *c, const struct session *s, const char *path)
{
	struct compilation *more = compile_for(s, path);

	vec_each(i, &more->diags->list) {
		const struct diag *d = more->diags->list.v[i];
		struct span span = moved(more, c, d->span);

		if (is_told(c, d, span))
			continue;
		struct diag *copy =
			diag_report_as(c->diags, d->tag, d->severity, span, "%s", d->message);

		vec_each(k, &d->notes)
			diag_note(c->diags, copy, moved(more, c, d->notes.v[k].span), "%s",
				  d->notes.v[k].text);
		diag_note(c->diags, copy, (struct span){{0}, {0}}, "for the kernel of %s",
			  s->options->target);
	}
	compile_free(more);
}

struct compilation *checker_compile(const struct session *s, const char *path)
{
	struct compilation *c = compile_for(s, path);

	for (const struct session *t = s->another; t; t = t->another) {
		struct session other = *t;

		other.overlay = s->overlay;
		add_target(c, &other, path);
	}
	if (s->another)
		diags_sort(c->diags);
	return c;
}

/* --- one script --- */

/* The text before the body, on one line. */
static const char *head_of(struct arena *a, const struct source *src, const struct decl *d)
{
	const struct stmt *body = d->kind == DECL_FUNCTION ? d->function.body : d->probe.body;
	uint32_t from = d->span.start.at - src->base, n = 0;
	uint32_t to = body ? body->span.start.at - src->base : from;
	char *head = arena_alloc(a, to > from && to <= src->len ? to - from + 1 : 1);

	for (; from < to && to <= src->len; from++)
		if (!strchr(" \t\r\n", src->text[from]))
			head[n++] = src->text[from];
	return head;
}

static void find_scopes(const struct compilation *c, struct scopes *out)
{
	vec_each(i, &c->asts) {
		const struct decl_list *ds = &c->asts.v[i]->decls;

		vec_each(k, ds) {
			const struct decl *d = ds->v[k];
			struct scope one = {d->span, NULL};

			if (d->kind != DECL_FUNCTION && d->kind != DECL_PROBE &&
			    d->kind != DECL_ALIAS)
				continue;
			one.head = head_of(c->arena, c->asts.v[i]->source, d);
			vec_push(c->arena, out, one);
		}
	}
}

static struct json_object *sarif_of(struct compilation *c, const char *name)
{
	struct scopes scopes = {0};
	struct sarif_input in = {.arena = c->arena,
				 .file = name,
				 .diags = c->diags,
				 .proven = c->proven,
				 .waived = c->waived,
				 .scopes = &scopes};

	find_scopes(c, &scopes);
	return sarif_file(&in);
}

static struct json_object *file_of(const struct compilation *c, const char *name)
{
	struct json_object *o = json_object_new_object();

	json_object_object_add(o, "file", json_text(name));
	json_object_object_add(o, "findings", json_findings(c->diags));
	return o;
}

static void append(struct json_object *list, struct json_object *more)
{
	for (size_t i = 0; i < json_object_array_length(more); i++)
		json_object_array_add(list, json_object_get(json_object_array_get_idx(more, i)));
	json_object_put(more);
}

/* To list, in the formats that are one document; else to out. */
static void report(const struct session *s, struct compilation *c, const char *path,
		   struct json_object *list, FILE *out)
{
	const struct options *o = s->options;
	struct render_options ro = {.notes = true, .all = o->verbose > 0, .colour = o->colour};
	const char *name = path ? path : "<input>";

	if (o->write_baseline) {
		baseline_note(c, path, list);
		return;
	}
	switch (o->form) {
	case FORM_TEXT: render_diags(out, c->diags, &ro); break;
	case FORM_GCC: brief_gcc(out, c->diags); break;
	case FORM_GITHUB: brief_github(out, c->diags); break;
	case FORM_JSON: append(list, json_findings(c->diags)); break;
	case FORM_SARIF: json_object_array_add(list, sarif_of(c, name)); break;
	case FORM_JUNIT:
	case FORM_CHECKSTYLE: json_object_array_add(list, file_of(c, name)); break;
	case FORM_HTML: break; /* of review only */
	}
}

/* Only what is asked about: not what was there before, and with -w errors only. */
static void narrow(const struct session *s, struct compilation *c, const char *path)
{
	if (s->options->quiet)
		drop_quiet(c);
	if (s->baseline)
		baseline_drop(s->baseline, c, path);
	if (s->revision && path && strcmp(path, "-") != 0)
		revision_drop(s->revision, c, path);
}

static void give(const struct session *s, const struct kept *k, struct json_object *list)
{
	if (list)
		append(list, json_tokener_parse(k->out));
	else if (!s->options->silent)
		fwrite(k->out, 1, k->len, stdout);
}

/* Checks the script and says what came of it; the output in memory, as it is also kept. */
static enum exit_status check_anew(const struct session *s, const char *path,
				   struct json_object *list, const struct source *text)
{
	struct json_object *mine = list ? json_object_new_array() : NULL;
	struct compilation *c = checker_compile(s, path);
	struct kept k = {0};
	char *bytes = NULL;
	FILE *out = list ? NULL : open_memstream(&bytes, &k.len);

	narrow(s, c, path);
	report(s, c, path, mine, out);
	if (s->options->stats && c->proven)
		counts_print(list ? stderr : out, c->proven, c->waived);
	if (out)
		fclose(out);
	k.out = list ? json_object_to_json_string_length(mine, JSON_C_TO_STRING_PLAIN, &k.len)
		     : bytes;
	k.status = status_of(c);
	if (text)
		results_keep(s->results, c, text, &k);
	if (list)
		append(list, json_object_get(mine));
	else
		give(s, &k, NULL);
	json_object_put(mine);
	free(bytes);
	compile_free(c);
	return k.status;
}

static enum exit_status check_one(const struct session *s, const char *path,
				  struct json_object *list)
{
	const struct options *o = s->options;
	bool file = path && strcmp(path, "-") != 0;
	const struct source *text = NULL;
	struct kept k;

	if (o->diff && file)
		return rewrite_diff(s, path);
	if (o->fix && file)
		rewrite_fixes(s, path, STAGE_PROVE);
	struct arena *a = arena_new(0, NULL);

	if (results_find(s->results, a, path, &text, &k))
		give(s, &k, list);
	else
		k.status = check_anew(s, path, list, text);
	arena_free(a);
	return k.status;
}

/* --- all of them --- */

static bool is_document(const struct options *o)
{
	return o->write_baseline ||
	       (o->form != FORM_TEXT && o->form != FORM_GCC && o->form != FORM_GITHUB);
}

static enum exit_status finish(const struct options *o, struct json_object *list)
{
	if (o->write_baseline)
		return baseline_write(o->write_baseline, list) ? STATUS_OK : STATUS_INPUT;
	if (o->silent)
		return STATUS_OK;
	switch (o->form) {
	case FORM_TEXT:
	case FORM_GCC:
	case FORM_GITHUB:
	case FORM_HTML: break;
	case FORM_JSON: json_write(stdout, list); break;
	case FORM_SARIF: sarif_log_write(stdout, list, OPTIONS_VERSION); break;
	case FORM_JUNIT: junit_write(stdout, list); break;
	case FORM_CHECKSTYLE: checkstyle_write(stdout, list); break;
	}
	return STATUS_OK;
}

/* What the options name has to be there before the first script is looked at. */
static enum exit_status prepare(struct session *s)
{
	const struct options *o = s->options;

	if (o->baseline && !(s->baseline = baseline_read(s->arena, o->baseline)))
		return STATUS_INPUT;
	if (o->new_from && !(s->revision = revision_find(s->arena, o->new_from,
							 o->files.n ? o->files.v[0] : NULL)))
		return STATUS_USAGE;
	return STATUS_OK;
}

enum exit_status checker_files(const struct session *base)
{
	const struct options *o = base->options;
	struct json_object *list = is_document(o) ? json_object_new_array() : NULL;
	struct session s = *base;
	enum exit_status status = prepare(&s), written = STATUS_OK;

	if (status == STATUS_OK) {
		status = walk_scripts(&s, check_one, list);
		if (list && status != STATUS_USAGE)
			written = finish(o, list);
	}
	json_object_put(list);
	if (status == STATUS_FINDINGS && (o->exit_zero || o->write_baseline))
		status = STATUS_OK;
	return written > status ? written : status;
}
