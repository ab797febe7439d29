/* The SARIF log: the results of all files, and the rules they name with their pages as help. */
#include "lint/lint.h"
#include "report/sarif_place.h"

#include <string.h>

static void put(struct json_object *o, const char *key, struct json_object *v)
{
	json_object_object_add(o, key, v);
}

static struct json_object *level_of(enum severity s)
{
	struct json_object *o = json_object_new_object();

	put(o, "level", json_text(diag_severity_word(s)));
	return o;
}

static struct json_object *help_of(const char *text, const char *page)
{
	struct json_object *o = sarif_place_message(text);

	if (page)
		put(o, "markdown", json_text(page));
	return o;
}

static void put_properties(struct json_object *o, const struct lint_rule *rule)
{
	struct json_object *p = json_object_new_object(), *tags = json_object_new_array();
	static const char *const PRECISION[] = {"very-high", "high", "medium"};

	json_object_array_add(tags, json_text(lint_group_word(rule->group)));
	put(p, "tags", tags);
	put(p, "precision", json_text(PRECISION[rule->precision]));
	put(o, "properties", p);
}

static void describe_tag(struct json_object *o, enum diag_tag tag)
{
	struct lint_rule rule;

	put(o, "shortDescription", sarif_place_message(diag_summary(tag)));
	put(o, "help", help_of(diag_remedy(tag), lint_page(diag_word(tag))));
	put(o, "defaultConfiguration", level_of(diag_severity(tag)));
	if (lint_find(tag, &rule))
		put_properties(o, &rule);
}

static void describe_obligation(struct json_object *o, const char *word)
{
	for (int k = 0; k < OBL_COUNT; k++) {
		enum obligation_kind kind = (enum obligation_kind)k;
		bool advice = ir_obligation_policy(kind) == POLICY_ADVISE;

		if (strcmp(ir_obligation_word(kind), word) != 0)
			continue;
		put(o, "shortDescription", sarif_place_message(ir_obligation_text(kind)));
		put(o, "help", help_of(ir_obligation_text(kind), NULL));
		put(o, "defaultConfiguration", level_of(advice ? SEV_NOTE : SEV_ERROR));
	}
}

static struct json_object *rule_of(const char *word)
{
	struct json_object *o = json_object_new_object();
	enum diag_tag tag;

	put(o, "id", json_text(word));
	if (diag_find(word, &tag))
		describe_tag(o, tag);
	else
		describe_obligation(o, word);
	return o;
}

/* Rules in the order of their first result; each result is told the place of its own. */
static void collect(struct json_object *file, struct json_object *known, struct json_object *rules,
		    struct json_object *results)
{
	struct json_object *mine = json_object_object_get(file, "results");

	for (size_t i = 0; i < json_object_array_length(mine); i++) {
		struct json_object *r = json_object_array_get_idx(mine, i), *index;
		const char *word = json_word(r, "ruleId");

		if (!json_object_object_get_ex(known, word, &index)) {
			index = json_object_new_int64((int64_t)json_object_array_length(rules));
			put(known, word, index);
			json_object_array_add(rules, rule_of(word));
		}
		put(r, "ruleIndex", json_object_get(index));
		json_object_array_add(results, json_object_get(r));
	}
}

static struct json_object *tool_of(struct json_object *rules, const char *version)
{
	struct json_object *tool = json_object_new_object(), *driver = json_object_new_object();

	put(driver, "name", json_text("stapvet"));
	put(driver, "version", json_text(version));
	put(driver, "rules", rules);
	put(tool, "driver", driver);
	return tool;
}

void sarif_log_write(FILE *out, struct json_object *files, const char *version)
{
	struct json_object *log = json_object_new_object(), *runs = json_object_new_array();
	struct json_object *run = json_object_new_object(), *known = json_object_new_object();
	struct json_object *rules = json_object_new_array(), *results = json_object_new_array();

	for (size_t i = 0; i < json_object_array_length(files); i++)
		collect(json_object_array_get_idx(files, i), known, rules, results);
	put(log, "$schema", json_text("https://json.schemastore.org/sarif-2.1.0.json"));
	put(log, "version", json_text("2.1.0"));
	put(run, "tool", tool_of(rules, version));
	put(run, "columnKind", json_text("unicodeCodePoints"));
	put(run, "results", results);
	json_object_array_add(runs, run);
	put(log, "runs", runs);
	json_write(out, log);
	json_object_put(log);
	json_object_put(known);
}
