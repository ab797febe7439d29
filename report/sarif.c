/*
 * SARIF 2.1.0.  A finding is a result of kind "fail" at its severity.  Of the obligations of the
 * script itself, what is proved is "pass", what is refuted "fail"; what only a check at run time
 * answers for is "open", except where it is a warning or an error already: one fact is one result.
 * The steps of a verdict are its code flow, and waivers are suppressions.
 */
#include "base/map.h"
#include "report/sarif_place.h"

#include <string.h>

static void put(struct json_object *o, const char *key, struct json_object *v)
{
	json_object_object_add(o, key, v);
}

/* What the results of one file share. */
struct log {
	const struct sarif_input *in;
	struct map seen;
	const struct source *hashed; /* whose lines these are */
	struct linehashes lines;
};

/* --- parts of a result --- */

static void put_fingerprints(struct log *l, struct json_object *o, const char *rule, struct loc loc)
{
	const struct sources *ss = l->in->diags->sources;
	struct json_object *prints = json_object_new_object();
	struct pos p = sources_pos(ss, loc);
	struct fingerprint f =
		fingerprint_of(&l->seen, ss, rule, loc, fingerprint_head(l->in->scopes, loc));

	if (p.source && p.source != l->hashed) {
		l->hashed = p.source;
		l->lines.n = 0;
		linehash_all(l->in->arena, p.source->text, p.source->len, &l->lines);
	}
	if (p.source && p.line >= 1 && p.line <= l->lines.n)
		put(prints, "primaryLocationLineHash", json_text(l->lines.v[p.line - 1]));
	put(prints, "stapvet/v1",
	    json_text(arena_printf(l->in->arena, "%s:%u", f.hash, f.occurrence)));
	put(o, "partialFingerprints", prints);
}

static struct json_object *result_of(struct log *l, const char *rule, const char *kind,
				     const char *level, const char *message, struct span span)
{
	struct json_object *o = json_object_new_object(), *list = json_object_new_array();
	struct json_object *at = sarif_place_location(l->in->diags->sources, span, NULL);

	if (!at) {
		at = json_object_new_object();
		struct json_object *whole = json_object_new_object();

		put(whole, "artifactLocation", sarif_place_artifact(l->in->file));
		put(at, "physicalLocation", whole);
	}
	put(o, "ruleId", json_text(rule));
	put(o, "kind", json_text(kind));
	put(o, "level", json_text(level));
	put(o, "message", sarif_place_message(message));
	json_object_array_add(list, at);
	put(o, "locations", list);
	put_fingerprints(l, o, rule, span.start);
	return o;
}

static struct json_object *replacement_of(const struct sources *ss, const struct edit *e)
{
	struct json_object *o = json_object_new_object();

	put(o, "deletedRegion", sarif_place_region(ss, e->span));
	put(o, "insertedContent", sarif_place_message(e->text));
	return o;
}

static void put_fix(const struct sources *ss, struct json_object *o, const struct fix *fix)
{
	struct json_object *one = json_object_new_object(), *list = json_object_new_array();
	struct json_object *change = json_object_new_object(), *changes = json_object_new_array();
	struct json_object *edits = json_object_new_array();
	struct pos p = sources_pos(ss, fix->edits.v[0].span.start);

	vec_each(i, &fix->edits)
		json_object_array_add(edits, replacement_of(ss, &fix->edits.v[i]));
	put(change, "artifactLocation", sarif_place_artifact(p.source ? p.source->name : "-"));
	put(change, "replacements", edits);
	json_object_array_add(changes, change);
	put(one, "description", sarif_place_message(fix->label));
	put(one, "artifactChanges", changes);
	json_object_array_add(list, one);
	put(o, "fixes", list);
}

static void put_flow(const struct sources *ss, struct json_object *o, const struct verdict *v)
{
	struct json_object *steps = json_object_new_array();

	for (uint32_t i = 0; i < v->nsteps; i++) {
		struct span span = {v->steps[i].loc, v->steps[i].loc};
		struct json_object *at = sarif_place_location(ss, span, v->steps[i].text);
		struct json_object *step = at ? json_object_new_object() : NULL;

		if (!at)
			continue;
		put(step, "location", at);
		json_object_array_add(steps, step);
	}
	if (!json_object_array_length(steps)) {
		json_object_put(steps);
		return;
	}
	struct json_object *thread = json_object_new_object(), *flow = json_object_new_object();
	struct json_object *threads = json_object_new_array(), *flows = json_object_new_array();

	put(thread, "locations", steps);
	json_object_array_add(threads, thread);
	put(flow, "threadFlows", threads);
	json_object_array_add(flows, flow);
	put(o, "codeFlows", flows);
}

/* Notes with a place; those without go to the end of the message, where they are read. */
static void put_notes(const struct sources *ss, struct json_object *o, const struct diag *d)
{
	struct json_object *list = json_object_new_array();

	vec_each(i, &d->notes) {
		struct json_object *at =
			sarif_place_location(ss, d->notes.v[i].span, d->notes.v[i].text);

		if (at)
			json_object_array_add(list, at);
	}
	if (json_object_array_length(list))
		put(o, "relatedLocations", list);
	else
		json_object_put(list);
}

static const char *message_of(struct arena *a, const struct diag *d)
{
	const char *text = d->message;

	vec_each(i, &d->notes) {
		if (!d->notes.v[i].span.start.at)
			text = arena_printf(a, "%s\n%s", text, d->notes.v[i].text);
	}
	return text;
}

/* --- results --- */

static struct json_object *finding(struct log *l, const struct diag *d)
{
	const struct sarif_input *in = l->in;
	const struct sources *ss = in->diags->sources;
	const struct verdict *v =
		d->obligation && in->proven ? proven_verdict(in->proven, d->obligation - 1) : NULL;
	bool open = v && v->status != VERDICT_REFUTED && d->severity == SEV_NOTE;
	struct json_object *o = result_of(l, diag_word(d->tag), open ? "open" : "fail",
					  open ? "none" : diag_severity_word(d->severity),
					  message_of(in->arena, d), d->span);

	if (d->fix && d->fix->edits.n)
		put_fix(ss, o, d->fix);
	if (v)
		put_flow(ss, o, v);
	else
		put_notes(ss, o, d);
	return o;
}

static void put_suppression(struct json_object *o, const struct waiver *by)
{
	struct json_object *one = json_object_new_object(), *list = json_object_new_array();

	put(one, "kind", json_text("inSource"));
	put(one, "justification", json_text(by->reason));
	json_object_array_add(list, one);
	put(o, "suppressions", list);
}

static struct json_object *obligation(struct log *l, uint32_t i)
{
	const struct sarif_input *in = l->in;
	const struct obligation *ob = &proven_program(in->proven)->obligations.v[i];
	const struct verdict *v = proven_verdict(in->proven, i);
	const char *word = ir_obligation_word(ob->kind);
	bool pass = v->status == VERDICT_PROVED, fail = v->status == VERDICT_REFUTED;
	bool advice = ir_obligation_policy(ob->kind) == POLICY_ADVISE;
	struct json_object *o =
		result_of(l, word,
			  pass   ? "pass"
			  : fail ? "fail"
				 : "open",
			  !fail    ? "none"
			  : advice ? "note"
				   : "error",
			  arena_printf(in->arena, "%s is %s: %s", word, verdict_word(v->status),
				       v->reason ? v->reason : ir_obligation_text(ob->kind)),
			  (struct span){ob->loc, ob->loc});

	put_flow(in->diags->sources, o, v);
	if (waived_by(in->waived, i))
		put_suppression(o, waived_by(in->waived, i));
	return o;
}

static void put_obligations(struct log *l, struct json_object *results)
{
	const struct sarif_input *in = l->in;
	const struct ir_program *p = proven_program(in->proven);
	bool *told = arena_alloc(in->arena, p->obligations.n * sizeof *told);

	vec_each(i, &in->diags->list) {
		if (in->diags->list.v[i]->obligation)
			told[in->diags->list.v[i]->obligation - 1] = true;
	}
	vec_each(i, &p->obligations) {
		const struct source *src =
			sources_pos(in->diags->sources, p->obligations.v[i].loc).source;

		if (!told[i] && src && src->kind != SOURCE_TAPSET)
			json_object_array_add(results, obligation(l, i));
	}
}

struct json_object *sarif_file(const struct sarif_input *in)
{
	struct json_object *o = json_object_new_object(), *results = json_object_new_array();
	struct log l = {.in = in, .seen.arena = in->arena};

	vec_each(i, &in->diags->list)
		json_object_array_add(results, finding(&l, in->diags->list.v[i]));
	if (in->proven)
		put_obligations(&l, results);
	put(o, "file", json_text(in->file));
	put(o, "results", results);
	return o;
}
