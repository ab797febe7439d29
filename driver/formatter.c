/*
 * `stapvet fmt`: scripts in canonical form, in place; --check only says which are not, --diff shows
 * what would change, "-" is a filter.  A script with errors is left alone and its errors are told.
 */
#include "driver/child.h"
#include "driver/command.h"
#include "driver/walk.h"
#include "parser/layout.h"
#include "report/report.h"

#include <string.h>

static bool is_filter(const char *path)
{
	return !path || strcmp(path, "-") == 0;
}

static enum exit_status tell_layout(const struct session *s, const char *path,
				    const struct compilation *c, const struct layout *new)
{
	bool same = new->len == c->script->len &&memcmp(new->text, c->script->text, new->len) == 0;

	if (s->options->check) {
		if (!same)
			printf("%s: not in canonical form; 'stapvet fmt' rewrites it\n",
			       c->script->name);
		return same ? STATUS_OK : STATUS_FINDINGS;
	}
	if (s->options->diff && !is_filter(path)) {
		if (!same && !child_diff(path, new->text, new->len))
			return STATUS_INTERNAL;
		return same ? STATUS_OK : STATUS_FINDINGS;
	}
	if (is_filter(path))
		fwrite(new->text, 1, new->len, stdout);
	else if (!same && !rewrite_file(path, new->text, new->len))
		return STATUS_INPUT;
	return STATUS_OK;
}

/*
 * Is the script wrong in itself?  Macros of another file and arguments that were not given leave
 * that open, and the layout does not ask.
 */
static bool is_wrong(const struct compilation *c)
{
	vec_each(i, &c->diags->list) {
		enum diag_tag tag = c->diags->list.v[i]->tag;

		if (tag == DIAG_UNKNOWN_OPERATOR || tag == DIAG_ARGUMENT_OUT_OF_RANGE)
			return false;
	}
	return c->diags->errors > 0;
}

static enum exit_status format_compiled(const struct session *s, const char *path,
					struct compilation *c)
{
	struct layout new = {0};

	if (c->unreadable || is_wrong(c)) {
		render_diags(stderr, c->diags, &(struct render_options){.notes = true});
		return c->unreadable ? STATUS_INPUT : STATUS_FINDINGS;
	}
	switch (layout_text(&c->parse, c->script, &new)) {
	case LAYOUT_OK: return tell_layout(s, path, c, &new);
	case LAYOUT_BROKEN:
		fprintf(stderr, "%s:%u: left alone: %s\n", c->script->name,
			sources_pos(c->sources, new.where.start).line, new.why);
		return STATUS_FINDINGS;
	case LAYOUT_UNSAFE:
		fprintf(stderr,
			"%s: left alone: the result would differ in more than white space; "
			"this is a bug of stapvet\n",
			c->script->name);
		return STATUS_INTERNAL;
	}
	return STATUS_INTERNAL;
}

static enum exit_status format_one(const struct session *s, const char *path,
				   struct json_object *list)
{
	struct compilation *c = compile_script(s, path, STAGE_PARSE);
	enum exit_status status = format_compiled(s, path, c);

	(void)list;
	compile_free(c);
	return status;
}

enum exit_status formatter_files(const struct session *s)
{
	return walk_scripts(s, format_one, NULL);
}
