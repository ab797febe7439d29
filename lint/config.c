/*
 * The schema of .stapvet.yaml: a table of keys for each place in the file, each with the function
 * that takes its value.  What is not in the table is refused, so that a misspelt key is never a
 * setting that silently does nothing.
 */
#include "lint/config.h"
#include "base/near.h"
#include "base/text.h"
#include "lint/lint.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct taker {
	struct arena *arena;
	struct yaml_error *e;
	struct config *config;
	struct config_rules *rules;       /* being filled: the file's, or an override's */
	struct config_override *override; /* NULL: outside */
	enum diag_tag rule;               /* whose options are being read */
};

struct key {
	const char *name;
	enum yaml_kind kind;
	bool (*take)(struct taker *t, const struct yaml *value);
};

static const struct {
	enum diag_tag rule;
	const char *name;
	int64_t value, least, most;
} OPTIONS[] = {
#define OPTION(id, rule, name, value, least, most, text) {DIAG_##rule, name, value, least, most},
#include "lint/option.def"
#undef OPTION
};

static bool fail(struct taker *t, const struct yaml *at, const char *what, const char *word,
		 const char *best)
{
	return yaml_fail(t->arena, t->e, at, "%s '%s'%s%s%s", what, word,
			 best ? "; did you mean '" : "", best ? best : "", best ? "'?" : "");
}

static const char *kind_word(enum yaml_kind k)
{
	switch (k) {
	case YAML_TEXT: return "one value";
	case YAML_LIST: return "a list";
	case YAML_MAP: return "keys with values";
	}
	return "";
}

static bool take_keys(struct taker *t, const struct yaml *map, const struct key *keys)
{
	vec_each(i, &map->list) {
		const struct yaml *value = map->list.v[i];
		struct near near = near_start(value->key->text);
		const struct key *k = keys;

		for (; k->name && strcmp(k->name, value->key->text) != 0; k++)
			near_offer(&near, k->name);
		if (!k->name)
			return fail(t, value->key, "unknown key", value->key->text, near.best);
		if (value->kind != k->kind)
			return yaml_fail(t->arena, t->e, value, "'%s' takes %s", k->name,
					 kind_word(k->kind));
		if (!k->take(t, value))
			return false;
	}
	return true;
}

static bool take_bool(struct taker *t, const struct yaml *value, bool *out)
{
	*out = strcmp(value->text, "true") == 0;
	return *out || strcmp(value->text, "false") == 0 ||
	       yaml_fail(t->arena, t->e, value, "'%s' is true or false, not '%s'", value->key->text,
			 value->text);
}

static bool take_words(struct taker *t, const struct yaml *list, struct config_words *out)
{
	vec_each(i, &list->list) {
		const struct yaml *y = list->list.v[i];

		if (y->kind != YAML_TEXT || !*y->text)
			return yaml_fail(t->arena, t->e, y, "'%s' is a list of words",
					 list->key->text);
		struct config_word word = {y->text, y->line};

		vec_push(t->arena, out, word);
	}
	return true;
}

/* --- rules --- */

/* The tag of an obligation's finding: it has a severity of its own at each place. */
static bool of_verdict(enum diag_tag tag)
{
	for (int k = 0; k < OBL_COUNT; k++)
		if (ir_obligation_policy((enum obligation_kind)k) != POLICY_ADVISE &&
		    verdicts_tag((enum obligation_kind)k) == tag)
			return true;
	return false;
}

static bool is_group(const char *word)
{
	struct lint_rule rule;

	for (uint32_t i = 0; lint_rule_at(i, &rule); i++)
		if (strcmp(lint_group_word(rule.group), word) == 0)
			return true;
	return strcmp(word, "all") == 0;
}

/* Rules, obligations, and what is no error to begin with. */
static bool is_tag(const char *word, enum diag_tag *tag)
{
	struct lint_rule rule;

	return diag_find(word, tag) &&
	       (lint_find(*tag, &rule) || of_verdict(*tag) || diag_severity(*tag) != SEV_ERROR);
}

bool config_is_word(const char *word)
{
	enum diag_tag tag;

	return is_tag(word, &tag) || is_group(word);
}

static bool unknown_rule(struct taker *t, const struct yaml *at, const char *word)
{
	struct near near = near_start(word);
	struct lint_rule rule;
	enum diag_tag tag;

	for (uint32_t i = 0; lint_rule_at(i, &rule); i++)
		near_offer(&near, lint_group_word(rule.group));
	for (int k = 0; k < DIAG_COUNT; k++)
		if (is_tag(diag_word((enum diag_tag)k), &tag))
			near_offer(&near, diag_word((enum diag_tag)k));
	return fail(t, at, "there is no rule and no group of rules", word, near.best);
}

static bool add_rule(struct taker *t, const struct yaml *at, const char *word, enum config_act act,
		     enum severity severity)
{
	struct config_rule r = {{word, at->line}, act, severity};

	if (!config_is_word(word))
		return unknown_rule(t, at, word);
	vec_push(t->arena, &t->rules->list, r);
	return true;
}

static bool take_list(struct taker *t, const struct yaml *list, enum config_act act)
{
	struct config_words words = {0};

	if (!take_words(t, list, &words))
		return false;
	vec_each(i, &words)
		if (!add_rule(t, list->list.v[i], words.v[i].text, act, SEV_NOTE))
			return false;
	return true;
}

static bool take_enable(struct taker *t, const struct yaml *value)
{
	return take_list(t, value, CONFIG_ENABLE);
}

static bool take_disable(struct taker *t, const struct yaml *value)
{
	return take_list(t, value, CONFIG_DISABLE);
}

bool config_severity_word(const char *word, enum severity *out)
{
	for (int s = SEV_NOTE; s <= SEV_ERROR; s++) {
		*out = (enum severity)s;
		if (strcmp(diag_severity_word(*out), word) == 0)
			return true;
	}
	return false;
}

static bool bad_severity(struct taker *t, const struct yaml *y)
{
	return yaml_fail(t->arena, t->e, y, "a severity is note, warning or error");
}

static bool take_severities(struct taker *t, const struct yaml *map)
{
	vec_each(i, &map->list) {
		const struct yaml *y = map->list.v[i];
		enum severity severity;

		if (y->kind != YAML_TEXT || !config_severity_word(y->text, &severity))
			return bad_severity(t, y);
		if (!add_rule(t, y->key, y->key->text, CONFIG_SEVERITY, severity))
			return false;
	}
	return true;
}

static bool take_rules(struct taker *t, const struct yaml *value)
{
	static const struct key KEYS[] = {{"enable", YAML_LIST, take_enable},
					  {"disable", YAML_LIST, take_disable},
					  {"severity", YAML_MAP, take_severities},
					  {NULL, YAML_TEXT, NULL}};

	return take_keys(t, value, KEYS);
}

/* --- options of rules --- */

static bool set_option(struct taker *t, const struct yaml *y, int i)
{
	char *end;

	errno = 0;
	long long n = y->kind == YAML_TEXT ? strtoll(y->text, &end, 10) : 0;

	if (y->kind != YAML_TEXT || errno || end == y->text || *end || n < OPTIONS[i].least ||
	    n > OPTIONS[i].most)
		return yaml_fail(t->arena, t->e, y, "'%s' is a number from %lld to %lld",
				 OPTIONS[i].name, (long long)OPTIONS[i].least,
				 (long long)OPTIONS[i].most);
	t->rules->options[i] = n;
	t->rules->lines[i] = y->line;
	return true;
}

static bool take_rule_options(struct taker *t, const struct yaml *map, enum diag_tag tag)
{
	vec_each(i, &map->list) {
		const struct yaml *y = map->list.v[i];
		struct near near = near_start(y->key->text);
		int found = -1;

		for (int k = 0; k < LINT_OPTIONS; k++) {
			if (OPTIONS[k].rule != tag)
				continue;
			near_offer(&near, OPTIONS[k].name);
			if (strcmp(OPTIONS[k].name, y->key->text) == 0)
				found = k;
		}
		if (found < 0)
			return fail(t, y->key,
				    arena_printf(t->arena, "%s has no option", diag_word(tag)),
				    y->key->text, near.best);
		if (!set_option(t, y, found))
			return false;
	}
	return true;
}

static bool take_options(struct taker *t, const struct yaml *map)
{
	vec_each(i, &map->list) {
		const struct yaml *y = map->list.v[i];
		struct lint_rule rule;
		enum diag_tag tag;

		if (!diag_find(y->key->text, &tag) || !lint_find(tag, &rule))
			return unknown_rule(t, y->key, y->key->text);
		if (y->kind != YAML_MAP)
			return yaml_fail(t->arena, t->e, y, "'%s' takes %s", y->key->text,
					 kind_word(YAML_MAP));
		if (!take_rule_options(t, y, tag))
			return false;
	}
	return true;
}

/* --- the rest --- */

static bool take_paths(struct taker *t, const struct yaml *value)
{
	return take_words(t, value, &t->override->paths);
}

static bool take_overrides(struct taker *t, const struct yaml *list)
{
	static const struct key KEYS[] = {{"paths", YAML_LIST, take_paths},
					  {"rules", YAML_MAP, take_rules},
					  {"options", YAML_MAP, take_options},
					  {NULL, YAML_TEXT, NULL}};

	vec_each(i, &list->list) {
		struct config_override o = {0};
		struct taker inner = *t;

		inner.override = &o;
		inner.rules = &o.rules;
		if (list->list.v[i]->kind != YAML_MAP)
			return yaml_fail(t->arena, t->e, list->list.v[i],
					 "an override has 'paths' and 'rules' or 'options'");
		if (!take_keys(&inner, list->list.v[i], KEYS))
			return false;
		if (!o.paths.n)
			return yaml_fail(t->arena, t->e, list->list.v[i],
					 "an override needs 'paths'");
		vec_push(t->arena, &t->config->overrides, o);
	}
	return true;
}

static bool take_targets(struct taker *t, const struct yaml *value)
{
	return take_words(t, value, &t->config->targets);
}

static bool take_libraries(struct taker *t, const struct yaml *value)
{
	return take_words(t, value, &t->config->libraries);
}

static bool take_strict(struct taker *t, const struct yaml *value)
{
	t->config->strict_line = value->line;
	return take_bool(t, value, &t->config->strict);
}

static bool take_minimum(struct taker *t, const struct yaml *value)
{
	enum severity severity;

	t->config->minimum = (struct config_word){value->text, value->line};
	return config_severity_word(value->text, &severity) || bad_severity(t, value);
}

static bool take_suppress(struct taker *t, const struct yaml *value)
{
	bool allowed;

	if (!take_bool(t, value, &allowed))
		return false;
	t->config->no_waivers = !allowed;
	t->config->waivers_line = value->line;
	return true;
}

static bool take_privilege(struct taker *t, const struct yaml *value)
{
	t->config->privilege = (struct config_word){value->text, value->line};
	return strcmp(value->text, "stapusr") == 0 || strcmp(value->text, "stapsys") == 0 ||
	       strcmp(value->text, "stapdev") == 0 ||
	       yaml_fail(t->arena, t->e, value, "a privilege is stapusr, stapsys or stapdev");
}

static bool take_policy(struct taker *t, const struct yaml *value)
{
	static const struct key KEYS[] = {{"minimum-severity", YAML_TEXT, take_minimum},
					  {"inline-suppress", YAML_TEXT, take_suppress},
					  {"maximum-privilege", YAML_TEXT, take_privilege},
					  {NULL, YAML_TEXT, NULL}};

	return take_keys(t, value, KEYS);
}

static const char *folder_of(struct arena *a, const char *path)
{
	const char *slash = strrchr(path, '/');

	return !slash ? "." : slash == path ? "/" : arena_strndup(a, path, (size_t)(slash - path));
}

struct config *config_read(struct arena *a, const char *path, const char *text, size_t len,
			   struct yaml_error *e)
{
	static const struct key KEYS[] = {
		{"rules", YAML_MAP, take_rules},          {"options", YAML_MAP, take_options},
		{"overrides", YAML_LIST, take_overrides}, {"targets", YAML_LIST, take_targets},
		{"libraries", YAML_LIST, take_libraries}, {"policy", YAML_MAP, take_policy},
		{"strict", YAML_TEXT, take_strict},       {NULL, YAML_TEXT, NULL}};
	struct config *c = arena_make(a, struct config);
	struct taker t = {.arena = a, .e = e, .config = c, .rules = &c->rules};
	const struct yaml *root = yaml_read(a, text, len, e);

	c->path = path;
	c->folder = folder_of(a, path);
	if (root && root->kind != YAML_MAP)
		yaml_fail(a, e, root, "a configuration is %s", kind_word(YAML_MAP));
	else if (root)
		take_keys(&t, root, KEYS);
	return e->why ? NULL : c;
}

/* --- asking --- */

bool config_matches(const struct config_override *o, const char *file)
{
	vec_each(i, &o->paths) {
		const char *glob = o->paths.v[i].text;
		size_t n = strlen(glob);

		if (text_glob(glob, file) ||
		    (n && glob[n - 1] == '/' && strncmp(file, glob, n) == 0))
			return true;
	}
	return false;
}

/* 0: it does not speak of the tag; 1: of its group; 2: of itself. */
static int speaks(const struct config_rule *r, enum diag_tag tag)
{
	struct lint_rule rule;

	if (strcmp(r->word.text, diag_word(tag)) == 0)
		return 2;
	return lint_find(tag, &rule) && (strcmp(r->word.text, "all") == 0 ||
					 strcmp(r->word.text, lint_group_word(rule.group)) == 0);
}

/* What of a level counts for the tag: the last of its own, else the last of its group. */
static const struct config_rule *said(const struct config_rules *rules, enum diag_tag tag,
				      bool severity)
{
	const struct config_rule *best = NULL;
	int how = 0;

	vec_each(i, &rules->list) {
		const struct config_rule *r = &rules->list.v[i];
		int s = (r->act == CONFIG_SEVERITY) == severity ? speaks(r, tag) : 0;

		if (s && s >= how) {
			best = r;
			how = s;
		}
	}
	return best;
}

const struct config_rule *config_said(const struct config_levels *l, enum diag_tag tag,
				      bool severity, uint32_t *level)
{
	const struct config_rule *r = NULL;

	for (uint32_t i = l->n; i > 0 && !r; i--) {
		r = said(l->v[i - 1], tag, severity);
		*level = i - 1;
	}
	return r;
}

bool config_wanted(const struct config_levels *l, enum diag_tag tag, bool on)
{
	uint32_t level;
	const struct config_rule *r = config_said(l, tag, false, &level);

	return r ? r->act == CONFIG_ENABLE : on;
}

enum severity config_severity(const struct config_levels *l, enum diag_tag tag, enum severity own)
{
	uint32_t level;
	const struct config_rule *r = config_said(l, tag, true, &level);

	return r ? r->severity : own;
}

int64_t config_option(const struct config_levels *l, enum lint_option o)
{
	int64_t value = OPTIONS[o].value;

	vec_each(i, l)
		if (l->v[i]->lines[o])
			value = l->v[i]->options[o];
	return value;
}

enum diag_tag config_option_rule(enum lint_option o)
{
	return OPTIONS[o].rule;
}

const char *config_option_name(enum lint_option o)
{
	return OPTIONS[o].name;
}
