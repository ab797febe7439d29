/* --show-config: every setting as it holds for one file, and who says so. */
#include "driver/command.h"
#include "driver/configfile.h"
#include "lint/lint.h"
#include "report/report.h"

#include <string.h>
#include <sys/stat.h>

static void put_source(const struct config *c, uint32_t line, const char *other)
{
	if (line) {
		fputs("  # ", stdout);
		render_text(stdout, c->path);
		printf(":%u\n", line);
	} else {
		printf("  # %s\n", other);
	}
}

static const char *other_source(const struct config_levels *l, uint32_t level, bool said)
{
	return said && level + 1 == l->n ? "command line" : "default";
}

static void show_rules(const struct config *c, const struct config_levels *l)
{
	struct lint_rule r;

	puts("rules:");
	for (uint32_t i = 0; lint_rule_at(i, &r); i++) {
		uint32_t at = 0, severity_at = 0;
		const struct config_rule *on = config_said(l, r.tag, false, &at);
		const struct config_rule *severity = config_said(l, r.tag, true, &severity_at);

		printf("  %s: %s", diag_word(r.tag), config_wanted(l, r.tag, r.on) ? "on" : "off");
		put_source(c, on ? on->word.line : 0, other_source(l, at, on));
		if (severity) {
			printf("    severity: %s", diag_severity_word(severity->severity));
			put_source(c, severity->word.line, other_source(l, severity_at, severity));
		}
	}
}

static void show_options(const struct config *c, const struct config_levels *l)
{
	puts("options:");
	for (int i = 0; i < LINT_OPTIONS; i++) {
		enum lint_option o = (enum lint_option)i;
		uint32_t line = 0;

		vec_each(k, l)
			if (l->v[k]->lines[o])
				line = l->v[k]->lines[o];
		printf("  %s.%s: %lld", diag_word(config_option_rule(o)), config_option_name(o),
		       (long long)config_option(l, o));
		put_source(c, line, "default");
	}
}

static void show_words(const struct config *c, const char *name, const struct config_words *words)
{
	vec_each(i, words) {
		printf("%s: ", name);
		render_text(stdout, words->v[i].text);
		put_source(c, words->v[i].line, "");
	}
}

static void show_value(const struct config *c, const char *name, const char *value, uint32_t line,
		       bool by_option)
{
	printf("%s: %s", name, value);
	put_source(c, by_option ? 0 : line, by_option ? "command line" : "default");
}

static void show_rest(const struct options *given, const struct session *s)
{
	static const struct config none = {0};
	const struct config *c = s->config ? s->config : &none;

	if (given->target)
		show_value(c, "targets", given->target, 0, true);
	else
		show_words(c, "targets", &c->targets);
	show_words(c, "libraries", &c->libraries);
	vec_each(i, &given->folders)
		show_value(c, "libraries", given->folders.v[i], 0, true);
	show_value(c, "policy.minimum-severity", c->minimum.text ? c->minimum.text : "note",
		   c->minimum.line, false);
	show_value(c, "policy.inline-suppress", s->options->no_waivers ? "false" : "true",
		   c->waivers_line, given->no_waivers);
	show_value(c, "policy.maximum-privilege",
		   s->options->privilege ? s->options->privilege : "stapdev", c->privilege.line,
		   given->privilege != NULL);
	show_value(c, "strict", s->options->strict ? "true" : "false", c->strict_line,
		   given->strict);
}

enum exit_status configshow_run(const struct session *base)
{
	const struct words *files = &base->options->files;
	const char *path = files->n ? files->v[0] : NULL;
	struct configs *cs = configfile_open(base);
	struct config_levels levels = {0};
	enum exit_status status;
	struct stat st;

	if (path && stat(path, &st) == 0 && S_ISDIR(st.st_mode))
		path = arena_printf(base->arena, "%s/.", path);
	const struct session *s = configfile_session(cs, path, &status);

	if (s) {
		fputs("# configuration: ", stdout);
		render_text(stdout, s->config ? s->config->path : "none");
		putchar('\n');
		configfile_levels(s, path, base->arena, &levels);
		show_rules(s->config, &levels);
		show_options(s->config, &levels);
		show_rest(base->options, s);
	}
	enum exit_status closed = configfile_close(cs);

	return closed > status ? closed : status;
}
