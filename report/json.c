/*
 * JSON through json-c.  The shapes are a contract with readers: doc/json.md.
 */
#include "report/report.h"

#include <string.h>

static void put(struct json_object *o, const char *key, struct json_object *v)
{
	json_object_object_add(o, key, v);
}

/* Bytes that are not UTF-8 become U+FFFD, so that any reader accepts the report. */
static struct json_object *text(const char *s)
{
	size_t n = strlen(s), at = 0;
	char *out = malloc(n * 3 + 1);

	if (!out)
		return NULL;
	while (*s) {
		unsigned char c = (unsigned char)*s;
		int len = c < 0x80                ? 1
			  : c >= 0xc2 && c < 0xe0 ? 2
			  : c >= 0xe0 && c < 0xf0 ? 3
			  : c >= 0xf0 && c < 0xf5 ? 4
						  : 0;
		int ok = len > 0;

		for (int i = 1; i < len && ok; i++)
			ok = ((unsigned char)s[i] & 0xc0) == 0x80;
		if (ok) {
			memcpy(out + at, s, (size_t)len);
			at += (size_t)len;
			s += len;
		} else {
			memcpy(out + at, "\xef\xbf\xbd", 3);
			at += 3;
			s++;
		}
	}
	struct json_object *v = json_object_new_string_len(out, (int)at);

	free(out);
	return v;
}

static void put_start(struct json_object *o, const struct sources *ss, struct loc loc)
{
	struct pos p = sources_pos(ss, loc);

	put(o, "file", p.source ? text(p.source->name) : NULL);
	put(o, "line", json_object_new_int64(p.line));
	put(o, "column", json_object_new_int64(p.column));
}

static void put_end(struct json_object *o, const struct sources *ss, struct loc loc)
{
	struct pos p = sources_pos(ss, loc);

	put(o, "end_line", json_object_new_int64(p.line));
	put(o, "end_column", json_object_new_int64(p.column));
}

static struct json_object *json_fix(const struct sources *ss, const struct fix *fix)
{
	struct json_object *o = json_object_new_object();
	struct json_object *edits = json_object_new_array();

	put(o, "label", text(fix->label));
	vec_each(i, &fix->edits) {
		struct json_object *e = json_object_new_object();

		put_start(e, ss, fix->edits.v[i].span.start);
		put_end(e, ss, fix->edits.v[i].span.end);
		put(e, "text", text(fix->edits.v[i].text));
		json_object_array_add(edits, e);
	}
	put(o, "edits", edits);
	return o;
}

static struct json_object *json_notes(const struct diag *d)
{
	struct json_object *notes = json_object_new_array();

	vec_each(i, &d->notes)
		json_object_array_add(notes, text(d->notes.v[i].text));
	return notes;
}

static struct json_object *json_finding(const struct diags *ds, const struct diag *d)
{
	struct json_object *o = json_object_new_object();

	put(o, "tag", text(diag_word(d->tag)));
	put(o, "severity", text(diag_severity_word(d->severity)));
	put_start(o, ds->sources, d->span.start);
	put_end(o, ds->sources, d->span.end.at ? d->span.end : d->span.start);
	put(o, "message", text(d->message));
	if (d->notes.n)
		put(o, "notes", json_notes(d));
	if (d->fix)
		put(o, "fix", json_fix(ds->sources, d->fix));
	return o;
}

struct json_object *json_findings(const struct diags *ds)
{
	struct json_object *list = json_object_new_array();

	vec_each(i, &ds->list)
		json_object_array_add(list, json_finding(ds, ds->list.v[i]));
	return list;
}

static struct json_object *json_obligation(const struct sources *ss, const struct obligation *ob,
					   const struct verdict *v)
{
	struct json_object *o = json_object_new_object();

	put(o, "kind", text(ir_obligation_word(ob->kind)));
	put(o, "status", text(verdict_word(v->status)));
	put_start(o, ss, ob->loc);
	put(o, "reason", text(v->reason ? v->reason : ""));
	if (v->has_bound)
		put(o, "bound", json_object_new_int64(v->bound));
	return o;
}

static struct json_object *json_counts(const struct tally *t)
{
	struct json_object *o = json_object_new_object();

	for (int s = VERDICT_PROVED; s <= VERDICT_REFUTED; s++)
		put(o, verdict_word((enum verdict_status)s), json_object_new_int64(t->counts[s]));
	put(o, "total", json_object_new_int64(t->total));
	return o;
}

struct json_object *json_verify(const char *file, const struct proven *pv, const struct diags *ds)
{
	struct json_object *o = json_object_new_object();
	struct json_object *list = json_object_new_array();
	struct tally t = {.worst = VERDICT_UNKNOWN};

	if (pv) {
		const struct ir_program *p = proven_program(pv);

		t = obligations_tally(pv);
		vec_each(i, &p->obligations)
			json_object_array_add(list,
					      json_obligation(ds->sources, &p->obligations.v[i],
							      proven_verdict(pv, i)));
	}
	put(o, "file", text(file));
	put(o, "verdict", text(obligations_verdict(t.worst)));
	put(o, "obligations", list);
	put(o, "counts", json_counts(&t));
	if (!pv)
		put(o, "errors", json_findings(ds));
	return o;
}

void json_write(FILE *out, struct json_object *v)
{
	fprintf(out, "%s\n",
		json_object_to_json_string_ext(v, JSON_C_TO_STRING_PRETTY |
							  JSON_C_TO_STRING_NOSLASHESCAPE));
}
