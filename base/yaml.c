/*
 * YAML through libyaml's events.  Only what a settings file needs is let through: plain nesting,
 * bounded in size, depth and number.  Without aliases a file cannot stand for more than it is.
 */
#include "base/yaml.h"

#include <stdio.h>
#include <string.h>
#include <yaml.h>

struct reader {
	struct arena *arena;
	struct yaml_error *e;
	yaml_parser_t parser;
	yaml_event_t event;
	uint32_t depth, nodes;
};

bool yaml_fail(struct arena *a, struct yaml_error *e, const struct yaml *at, const char *fmt, ...)
{
	va_list ap;

	if (e->why)
		return false;
	va_start(ap, fmt);
	e->why = arena_vprintf(a, fmt, ap);
	va_end(ap);
	e->line = at ? at->line : 1;
	e->column = at ? at->column : 1;
	return false;
}

static bool next(struct reader *r)
{
	struct yaml at;

	yaml_event_delete(&r->event);
	if (yaml_parser_parse(&r->parser, &r->event))
		return true;
	at.line = (uint32_t)r->parser.problem_mark.line + 1;
	at.column = (uint32_t)r->parser.problem_mark.column + 1;
	return yaml_fail(r->arena, r->e, &at, "this is not YAML: %s",
			 r->parser.problem ? r->parser.problem : "out of memory");
}

static struct yaml *read_node(struct reader *r);

static bool read_members(struct reader *r, struct yaml *of)
{
	while (next(r) && r->event.type != YAML_SEQUENCE_END_EVENT &&
	       r->event.type != YAML_MAPPING_END_EVENT) {
		struct yaml *key = of->kind == YAML_MAP ? read_node(r) : NULL, *value;

		if (of->kind == YAML_MAP) {
			if (!key || key->kind != YAML_TEXT)
				return yaml_fail(r->arena, r->e, key ? key : of,
						 "a key has to be a word");
			vec_each(i, &of->list)
				if (strcmp(of->list.v[i]->key->text, key->text) == 0)
					return yaml_fail(r->arena, r->e, key, "'%s' is there twice",
							 key->text);
			if (!next(r))
				return false;
		}
		value = read_node(r);
		if (!value)
			return false;
		value->key = key;
		vec_push(r->arena, &of->list, value);
	}
	return !r->e->why;
}

static bool is_plain(struct reader *r, const struct yaml *y)
{
	const yaml_event_t *ev = &r->event;
	const yaml_char_t *anchor = NULL, *tag = NULL;

	if (ev->type == YAML_SCALAR_EVENT) {
		anchor = ev->data.scalar.anchor;
		tag = ev->data.scalar.tag;
	} else if (ev->type == YAML_SEQUENCE_START_EVENT) {
		anchor = ev->data.sequence_start.anchor;
		tag = ev->data.sequence_start.tag;
	} else if (ev->type == YAML_MAPPING_START_EVENT) {
		anchor = ev->data.mapping_start.anchor;
		tag = ev->data.mapping_start.tag;
	}
	if (ev->type == YAML_ALIAS_EVENT || anchor)
		return yaml_fail(r->arena, r->e, y, "anchors and aliases are not taken here");
	if (tag)
		return yaml_fail(r->arena, r->e, y, "tags (!...) are not taken here");
	return true;
}

static bool read_text(struct reader *r, struct yaml *y)
{
	const char *text = (const char *)r->event.data.scalar.value;
	size_t len = r->event.data.scalar.length;

	if (strlen(text) != len)
		return yaml_fail(r->arena, r->e, y, "there is a NUL byte in this text");
	y->text = arena_strndup(r->arena, text, len);
	return true;
}

/* The node that the event at hand begins. */
static struct yaml *read_node(struct reader *r)
{
	struct yaml *y = arena_make(r->arena, struct yaml);
	bool ok = true;

	y->line = (uint32_t)r->event.start_mark.line + 1;
	y->column = (uint32_t)r->event.start_mark.column + 1;
	if (++r->nodes > YAML_MOST)
		yaml_fail(r->arena, r->e, y, "this file has more than %d entries", YAML_MOST);
	else if (++r->depth > YAML_DEEPEST)
		yaml_fail(r->arena, r->e, y, "this is nested deeper than %d", YAML_DEEPEST);
	else
		is_plain(r, y);
	if (r->e->why)
		return NULL;
	y->kind = r->event.type == YAML_SCALAR_EVENT           ? YAML_TEXT
		  : r->event.type == YAML_SEQUENCE_START_EVENT ? YAML_LIST
							       : YAML_MAP;
	ok = y->kind == YAML_TEXT ? read_text(r, y) : read_members(r, y);
	r->depth--;
	return ok ? y : NULL;
}

static struct yaml *read_document(struct reader *r)
{
	struct yaml *root = NULL;

	if (!next(r) || !next(r) || r->event.type == YAML_STREAM_END_EVENT)
		return NULL;
	if (!next(r) || !(root = read_node(r)))
		return NULL;
	if (next(r) && next(r) && r->event.type != YAML_STREAM_END_EVENT)
		yaml_fail(
			r->arena, r->e,
			&(struct yaml){.line = (uint32_t)r->event.start_mark.line + 1, .column = 1},
			"one document is enough");
	/* an empty document is one text without a letter */
	return root->kind == YAML_TEXT && !*root->text ? NULL : root;
}

struct yaml *yaml_read(struct arena *a, const char *text, size_t len, struct yaml_error *e)
{
	struct reader r = {.arena = a, .e = e};

	*e = (struct yaml_error){0};
	if (len > YAML_LARGEST) {
		yaml_fail(a, e, NULL, "this file has more than %d bytes", YAML_LARGEST);
		return NULL;
	}
	if (!yaml_parser_initialize(&r.parser)) {
		yaml_fail(a, e, NULL, "out of memory");
		return NULL;
	}
	yaml_parser_set_encoding(&r.parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&r.parser, (const unsigned char *)text, len);
	struct yaml *root = read_document(&r);

	yaml_event_delete(&r.event);
	yaml_parser_delete(&r.parser);
	return e->why ? NULL : root;
}
