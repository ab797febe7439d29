/*
 * `stapvet review`: what somebody must know who has to say whether a script may run as root.  The
 * facts are collected from the same findings and proofs that check and verify report; what only
 * the trees tell (how hot a probe is, C outside functions) is added here.
 */
#include "driver/command.h"
#include "driver/walk.h"
#include "report/review.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The declaration of a probe by its keyword. */
static const struct decl *probe_at(const struct compilation *c, struct loc loc)
{
	vec_each(i, &c->asts) {
		const struct decl_list *ds = &c->asts.v[i]->decls;

		vec_each(k, ds)
			if (ds->v[k]->kind == DECL_PROBE && ds->v[k]->name_span.start.at == loc.at)
				return ds->v[k];
	}
	return NULL;
}

/* Of handlers that nobody wrote (the display of globals at the end): once. */
static const enum heat *heats(const struct compilation *c)
{
	const struct ir_program *p = proven_program(c->proven);
	enum heat *heat = arena_alloc(c->arena, (p->funcs.n + 1) * sizeof *heat);

	vec_each(f, &p->funcs) {
		const struct decl *d =
			p->funcs.v[f].kind == IR_HANDLER ? probe_at(c, p->funcs.v[f].loc) : NULL;

		heat[f] = d ? heat_of(d) : HEAT_ONCE;
	}
	return heat;
}

/* C that the script declares outside functions; that of functions is found where it is called. */
static const struct review_code *codes(const struct compilation *c, uint32_t *n)
{
	VEC(struct review_code) list = {0};

	vec_each(i, &c->asts) {
		const struct decl_list *ds = &c->asts.v[i]->decls;

		vec_each(k, ds) {
			struct review_code one = {
				"%{ ... %}", ds->v[k]->embedded,
				review_place_of(c->sources, ds->v[k]->span.start)};

			if (ds->v[k]->kind == DECL_EMBEDDED)
				vec_push(c->arena, &list, one);
		}
	}
	*n = list.n;
	return list.v;
}

static const char *add_words(struct arena *a, const char *so_far, const char *option,
			     const struct words *ws)
{
	vec_each(i, ws)
		so_far =
			arena_printf(a, "%s %s %s", so_far, option, review_shell_word(a, ws->v[i]));
	return so_far;
}

/* The options that decide what the script means, as they were given. */
static const char *options_given(struct arena *a, const struct options *o)
{
	const struct {
		const char *option, *value;
	} single[] = {{"--target", o->target},
		      {"-r", o->release},
		      {"--tapset", o->tapset},
		      {"--runtime", o->runtime},
		      {"--compatible", o->compatible}};
	const char *text = o->guru ? " -g" : "";

	for (size_t i = 0; i < sizeof single / sizeof *single; i++)
		if (single[i].value)
			text = arena_printf(a, "%s %s %s", text, single[i].option,
					    review_shell_word(a, single[i].value));
	text = add_words(a, text, "-I", &o->folders);
	text = add_words(a, text, "-D", &o->defines);
	return add_words(a, text, "-G", &o->globals);
}

static struct review *collect(struct compilation *c, const char *file)
{
	struct review_input in = {.arena = c->arena,
				  .file = file,
				  .options = options_given(c->arena, c->session->options),
				  .script = c->script,
				  .diags = c->diags,
				  .proven = c->proven,
				  .waived = c->waived};

	if (c->proven)
		in.heat = heats(c);
	in.codes = codes(c, &in.ncodes);
	return review_collect(&in);
}

/* A page, unless something else was asked for or a person is looking. */
static enum output_format form_of(const struct options *o)
{
	if (o->formatted)
		return o->form;
	return !o->output && isatty(STDOUT_FILENO) ? FORM_TEXT : FORM_HTML;
}

static void write_review(FILE *out, const struct options *o, const struct review *r)
{
	enum output_format form = form_of(o);

	if (form == FORM_HTML) {
		review_html_write(out, r);
	} else if (form == FORM_JSON) {
		struct json_object *v = review_json(r);

		json_write(out, v);
		json_object_put(v);
	} else {
		review_text_write(out, r);
	}
}

static bool same_file(const char *x, const char *y)
{
	struct stat a, b;

	return stat(x, &a) == 0 && stat(y, &b) == 0 && a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

/* False after saying why not. */
static bool deliver(const struct options *o, const char *path, const struct review *r)
{
	FILE *out;
	bool ok;

	if (!o->output) {
		write_review(stdout, o, r);
		return true;
	}
	if (path && same_file(path, o->output)) {
		fprintf(stderr, "stapvet: '%s' is the script itself\n", o->output);
		return false;
	}
	out = fopen(o->output, "w");
	ok = out != NULL;
	if (out) {
		write_review(out, o, r);
		ok = !ferror(out);
		ok &= fclose(out) == 0;
	}
	if (!ok)
		fprintf(stderr, "stapvet: can't write '%s': %s\n", o->output, strerror(errno));
	return ok;
}

static enum exit_status status_of(const struct compilation *c)
{
	if (c->unreadable)
		return STATUS_INPUT;
	if (!c->proven || c->diags->errors)
		return STATUS_FINDINGS;
	return obligations_tally(c->proven, c->waived).worst == VERDICT_REFUTED ? STATUS_FINDINGS
										: STATUS_OK;
}

static enum exit_status review_one(const struct session *s, const char *path,
				   struct json_object *list)
{
	struct compilation *c = checker_compile(s, path);
	enum exit_status status = status_of(c);

	(void)list;
	if (!deliver(s->options, path, collect(c, path ? path : "<input>")))
		status = STATUS_INPUT;
	compile_free(c);
	return status;
}

enum exit_status reviewer_files(const struct session *s)
{
	return walk_scripts(s, review_one, NULL);
}
