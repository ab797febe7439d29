/*
 * A baseline holds, of each finding, what stays when other lines of its file come and go: the rule,
 * the file, a hash of the line without white space and comments, and which of equal ones it is.  A
 * second line like the first is new.  Errors of the language are never in force as a baseline: a
 * script that cannot run is not one that was accepted.
 */
#include "driver/baseline.h"
#include "base/map.h"
#include "driver/command.h"
#include "report/report.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct baseline {
	struct map known; /* key -> the baseline itself */
};

static const char *plain(const char *path)
{
	while (path && strncmp(path, "./", 2) == 0)
		path += 2;
	return path ? path : "<input>";
}

static const char *key_of(struct arena *a, const char *rule, const char *path, const char *hash,
			  int64_t occurrence)
{
	return arena_printf(a, "%s\n%s\n%s\n%lld", rule, path, hash, (long long)occurrence);
}

static bool refuse(const char *path, const char *why)
{
	fputs("stapvet: ", stderr);
	render_text(stderr, path);
	fprintf(stderr, " is no baseline: %s\n", why);
	return false;
}

static bool has(struct json_object *o, const char *name, enum json_type type)
{
	return json_object_is_type(json_object_object_get(o, name), type);
}

static bool take_entry(struct baseline *b, struct json_object *o)
{
	struct arena *a = b->known.arena;

	if (!json_object_is_type(o, json_type_object) || !has(o, "rule", json_type_string) ||
	    !has(o, "path", json_type_string) || !has(o, "line_hash", json_type_string) ||
	    !has(o, "occurrence", json_type_int))
		return false;
	map_put(&b->known,
		key_of(a, json_word(o, "rule"), json_word(o, "path"), json_word(o, "line_hash"),
		       json_number(o, "occurrence")),
		b);
	return true;
}

static bool take_all(struct baseline *b, const char *path, struct json_object *root)
{
	struct json_object *list;

	if (!json_object_is_type(root, json_type_object) || !has(root, "version", json_type_int) ||
	    json_number(root, "version") != 1)
		return refuse(path, "it does not say \"version\": 1");
	if (!has(root, "findings", json_type_array))
		return refuse(path, "it has no \"findings\"");
	list = json_object_object_get(root, "findings");
	for (size_t i = 0; i < json_object_array_length(list); i++)
		if (!take_entry(b, json_object_array_get_idx(list, i)))
			return refuse(path, "a finding needs rule, path, line_hash and occurrence");
	return true;
}

const struct baseline *baseline_read(struct arena *a, const char *path)
{
	struct baseline *b = arena_make(a, struct baseline);
	const char *why = "it cannot be read";
	const struct source *src = sources_read(sources_new(a), a, path, SOURCE_SCRIPT, &why);
	struct json_object *root = src ? json_tokener_parse(src->text) : NULL;

	b->known.arena = a;
	bool ok = root ? take_all(b, path, root) : refuse(path, src ? "it is not JSON" : why);

	json_object_put(root);
	return ok ? b : NULL;
}

static const char *place_key(struct arena *a, struct map *seen, struct compilation *c,
			     const struct diag *d, const char *path, struct fingerprint *f)
{
	*f = fingerprint_of(seen, c->sources, diag_word(d->tag), d->span.start,
			    d->span.start.at ? "" : d->message);
	return key_of(a, diag_word(d->tag), plain(path), f->hash, f->occurrence);
}

/* Kept are errors that no severity of a configuration made such. */
static bool may_drop(const struct diag *d)
{
	return d->severity != SEV_ERROR || diag_severity(d->tag) != SEV_ERROR;
}

void baseline_drop(const struct baseline *b, struct compilation *c, const char *path)
{
	struct map seen = {.arena = c->arena};
	struct diags *ds = c->diags;
	struct fingerprint f;
	uint32_t kept = 0;

	vec_each(i, &ds->list) {
		struct diag *d = ds->list.v[i];
		const char *key = place_key(c->arena, &seen, c, d, path, &f);

		if (!may_drop(d) || !map_get(&b->known, key)) {
			ds->list.v[kept++] = d;
			continue;
		}
		ds->errors -= d->severity == SEV_ERROR;
		ds->warnings -= d->severity == SEV_WARNING;
	}
	ds->list.n = kept;
}

void baseline_note(struct compilation *c, const char *path, struct json_object *list)
{
	struct map seen = {.arena = c->arena};
	struct fingerprint f;

	vec_each(i, &c->diags->list) {
		const struct diag *d = c->diags->list.v[i];
		struct json_object *o = json_object_new_object();

		place_key(c->arena, &seen, c, d, path, &f);
		json_object_object_add(o, "rule", json_text(diag_word(d->tag)));
		json_object_object_add(o, "path", json_text(plain(path)));
		json_object_object_add(o, "line_hash", json_text(f.hash));
		json_object_object_add(o, "occurrence", json_object_new_int64(f.occurrence));
		json_object_array_add(list, o);
	}
}

bool baseline_write(const char *path, struct json_object *list)
{
	struct json_object *root = json_object_new_object();
	FILE *out = fopen(path, "we");

	json_object_object_add(root, "version", json_object_new_int64(1));
	json_object_object_add(root, "findings", json_object_get(list));
	if (out)
		json_write(out, root);
	bool ok = out && !ferror(out);

	ok = (!out || fclose(out) == 0) && ok;
	if (ok)
		printf("%zu finding%s written to %s\n", json_object_array_length(list),
		       json_object_array_length(list) == 1 ? "" : "s", path);
	else
		fprintf(stderr, "stapvet: can't write '%s': %s\n", path, strerror(errno));
	json_object_put(root);
	return ok;
}
