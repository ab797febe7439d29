/*
 * JSON through json-c.  The shapes are a contract with readers: doc/json.md.
 */
#include "report/report.h"

#include <string.h>

static void put(struct json_object *o, const char *key, struct json_object *v)
{
	json_object_object_add(o, key, v);
}

uint32_t json_character(const char *s, size_t n, size_t *at)
{
	static const uint32_t LEAST[] = {0, 0, 0x80, 0x800, 0x10000};
	unsigned char c = (unsigned char)s[*at];
	int len = c < 0x80                ? 1
		  : c >= 0xc2 && c < 0xe0 ? 2
		  : c >= 0xe0 && c < 0xf0 ? 3
		  : c >= 0xf0 && c < 0xf5 ? 4
					  : 0;
	uint32_t value = len > 1 ? c & (0x7fu >> len) : c;

	for (int i = 1; i < len; i++) {
		c = *at + (size_t)i < n ? (unsigned char)s[*at + (size_t)i] : 0;
		value = value << 6 | (c & 0x3f);
		if ((c & 0xc0) != 0x80)
			len = 0;
	}
	if (!len || value < LEAST[len] || value > 0x10ffff || (value >= 0xd800 && value < 0xe000)) {
		++*at;
		return 0xfffd;
	}
	*at += (size_t)len;
	return value;
}

struct json_object *json_text(const char *s)
{
	size_t n = strlen(s), from = 0, len = 0;
	char *out = malloc(n * 3 + 1);

	if (!out)
		return NULL;
	for (size_t at = 0; at < n; from = at) {
		uint32_t c = json_character(s, n, &at);

		if (c == 0xfffd) {
			memcpy(out + len, "\xef\xbf\xbd", 3);
			len += 3;
		} else {
			memcpy(out + len, s + from, at - from);
			len += at - from;
		}
	}
	struct json_object *v = json_object_new_string_len(out, (int)len);

	free(out);
	return v;
}

const char *json_word(struct json_object *o, const char *key)
{
	struct json_object *v = json_object_object_get(o, key);

	return v ? json_object_get_string(v) : "-";
}

int64_t json_number(struct json_object *o, const char *key)
{
	return json_object_get_int64(json_object_object_get(o, key));
}

static void put_start(struct json_object *o, const struct sources *ss, struct loc loc)
{
	struct pos p = sources_pos(ss, loc);

	put(o, "file", p.source ? json_text(p.source->name) : NULL);
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

	put(o, "label", json_text(fix->label));
	vec_each(i, &fix->edits) {
		struct json_object *e = json_object_new_object();

		put_start(e, ss, fix->edits.v[i].span.start);
		put_end(e, ss, fix->edits.v[i].span.end);
		put(e, "text", json_text(fix->edits.v[i].text));
		json_object_array_add(edits, e);
	}
	put(o, "edits", edits);
	return o;
}

static struct json_object *json_notes(const struct diag *d)
{
	struct json_object *notes = json_object_new_array();

	vec_each(i, &d->notes)
		json_object_array_add(notes, json_text(d->notes.v[i].text));
	return notes;
}

static struct json_object *json_finding(const struct diags *ds, const struct diag *d)
{
	struct json_object *o = json_object_new_object();

	put(o, "tag", json_text(diag_word(d->tag)));
	put(o, "severity", json_text(diag_severity_word(d->severity)));
	put_start(o, ds->sources, d->span.start);
	put_end(o, ds->sources, d->span.end.at ? d->span.end : d->span.start);
	put(o, "message", json_text(d->message));
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

static struct json_object *json_waiver(const struct sources *ss, const struct waiver *w)
{
	static const char *const SCOPES[] = {"line", "block", "file"};
	struct json_object *o = json_object_new_object();

	put(o, "tag", json_text(w->tag));
	put_start(o, ss, w->span.start);
	put(o, "reason", json_text(w->reason));
	put(o, "scope", json_text(SCOPES[w->scope]));
	if (w->scope != WAIVER_FILE) {
		put(o, "first_line", json_object_new_int64(w->first));
		put(o, "last_line", json_object_new_int64(w->last));
	}
	return o;
}

/* Those in force. */
static struct json_object *json_waivers(const struct sources *ss, const struct waived *w)
{
	struct json_object *list = json_object_new_array();

	for (uint32_t i = 0; w && w->comments && i < w->comments->list.n; i++)
		if (w->comments->list.v[i].used)
			json_object_array_add(list, json_waiver(ss, &w->comments->list.v[i]));
	return list;
}

static struct json_object *json_row(const struct counts *c, bool check)
{
	struct json_object *o = json_object_new_object();

	put(o, "inserted", json_object_new_int64(c->owed));
	put(o, "proved", json_object_new_int64(c->proved));
	put(o, "waived", json_object_new_int64(c->waived));
	put(o, check ? "kept" : "open", json_object_new_int64(c->open));
	return o;
}

static struct json_object *json_stats(const struct proven *pv, const struct waived *w)
{
	struct json_object *o = json_object_new_object(), *checks = json_object_new_object(),
			   *others = json_object_new_object();
	struct counts total = counts_total(pv, w, true);

	for (int i = 0; i < OBL_COUNT; i++) {
		enum obligation_kind k = (enum obligation_kind)i;
		struct counts c = counts_of(pv, w, k);
		bool check = ir_obligation_policy(k) == POLICY_GUARD;

		if (c.owed)
			put(check ? checks : others, ir_obligation_word(k), json_row(&c, check));
	}
	put(checks, "total", json_row(&total, true));
	put(o, "checks", checks);
	put(o, "unchecked", others);
	return o;
}

static struct json_object *json_obligation(const struct sources *ss, const struct obligation *ob,
					   const struct verdict *v, const struct waiver *by)
{
	struct json_object *o = json_object_new_object();

	put(o, "kind", json_text(ir_obligation_word(ob->kind)));
	put(o, "status", json_text(verdict_word(v->status)));
	put(o, "policy", json_text(ir_policy_word(ir_obligation_policy(ob->kind))));
	put_start(o, ss, ob->loc);
	put(o, "reason", json_text(v->reason ? v->reason : ""));
	if (v->has_bound)
		put(o, "bound", json_object_new_int64(v->bound));
	if (by)
		put(o, "waived", json_text(by->reason));
	return o;
}

static struct json_object *json_counts(const struct tally *t)
{
	struct json_object *o = json_object_new_object();

	for (int s = VERDICT_PROVED; s <= VERDICT_REFUTED; s++)
		put(o, verdict_word((enum verdict_status)s), json_object_new_int64(t->counts[s]));
	put(o, "total", json_object_new_int64(t->total));
	put(o, "waived", json_object_new_int64(t->waived));
	return o;
}

struct json_object *json_verify(const char *file, const struct proven *pv, const struct waived *w,
				const struct diags *ds, bool stats)
{
	struct json_object *o = json_object_new_object();
	struct json_object *list = json_object_new_array();
	struct tally t = {.worst = VERDICT_UNKNOWN};

	if (pv) {
		const struct ir_program *p = proven_program(pv);

		t = obligations_tally(pv, w);
		vec_each(i, &p->obligations)
			json_object_array_add(
				list, json_obligation(ds->sources, &p->obligations.v[i],
						      proven_verdict(pv, i), waived_by(w, i)));
	}
	put(o, "file", json_text(file));
	put(o, "verdict", json_text(obligations_verdict(t.worst)));
	put(o, "obligations", list);
	put(o, "counts", json_counts(&t));
	put(o, "waivers", json_waivers(ds->sources, w));
	if (stats && pv)
		put(o, "stats", json_stats(pv, w));
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
