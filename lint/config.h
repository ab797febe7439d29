/* What a .stapvet.yaml says. */
#ifndef LINT_CONFIG_H
#define LINT_CONFIG_H

#include "base/diag.h"
#include "base/yaml.h"

enum lint_option {
#define OPTION(id, rule, name, value, least, most, text) LINT_OPTION_##id,
#include "lint/option.def"
#undef OPTION
	LINT_OPTIONS
};

/* Where a setting stands; line 0: it is not set. */
struct config_word {
	const char *text;
	uint32_t line;
};
struct config_words {
	struct config_word *v;
	uint32_t n, cap;
};

enum config_act { CONFIG_ENABLE, CONFIG_DISABLE, CONFIG_SEVERITY };

/* One thing said about a rule, a group of rules, or all. */
struct config_rule {
	struct config_word word;
	enum config_act act;
	enum severity severity; /* SEVERITY */
};

struct config_rules {
	VEC(struct config_rule) list; /* in order */
	int64_t options[LINT_OPTIONS];
	uint32_t lines[LINT_OPTIONS]; /* of the options; 0: not set */
};

/* For the files that match one of the globs. */
struct config_override {
	struct config_words paths;
	struct config_rules rules;
};

struct config {
	const char *path, *folder;
	struct config_rules rules;
	VEC(struct config_override) overrides;
	struct config_words targets, libraries;
	struct config_word privilege; /* the most a script may ask for */
	struct config_word minimum;   /* severity: what is less is not told */
	uint32_t waivers_line, strict_line;
	bool no_waivers, strict;
};

/*
 * Reads the text of the file at path.  NULL after setting *e: unknown keys, rules and words are
 * refused, with the nearest that there is.
 */
struct config *config_read(struct arena *a, const char *path, const char *text, size_t len,
			   struct yaml_error *e);
/* Is it a tag that may be switched off (errors may not), a group of rules, or "all"? */
bool config_is_word(const char *word);
/* Does the override speak of the file, named from the folder of the configuration? */
bool config_matches(const struct config_override *o, const char *file);

/* What is said about the rules, level by level: a later one beats an earlier one. */
struct config_levels {
	const struct config_rules **v;
	uint32_t n, cap;
};
/* The last word on whether the tag is asked for, or (severity) on its severity; NULL: none. */
const struct config_rule *config_said(const struct config_levels *l, enum diag_tag tag,
				      bool severity, uint32_t *level);
/* Is the rule asked for?  on: is it by default.  In a level a tag beats its group. */
bool config_wanted(const struct config_levels *l, enum diag_tag tag, bool on);
/* The severity given to the tag, or `own`. */
enum severity config_severity(const struct config_levels *l, enum diag_tag tag, enum severity own);
int64_t config_option(const struct config_levels *l, enum lint_option o);
/* The rule and the name of an option, and its default. */
enum diag_tag config_option_rule(enum lint_option o);
const char *config_option_name(enum lint_option o);
bool config_severity_word(const char *word, enum severity *out);

#endif
