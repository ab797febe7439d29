/* A review as JSON; the shape is a contract with readers: doc/json.md. */
#include "report/review.h"

static void put(struct json_object *o, const char *key, struct json_object *v)
{
	json_object_object_add(o, key, v);
}

static void put_text(struct json_object *o, const char *key, const char *s)
{
	put(o, key, s ? json_text(s) : NULL);
}

static void put_number(struct json_object *o, const char *key, int64_t n)
{
	put(o, key, n == INT64_MAX ? NULL : json_object_new_int64(n));
}

static void put_place(struct json_object *o, const struct review_place *p)
{
	put_text(o, "file", p->file);
	put_number(o, "line", p->line);
	put_number(o, "column", p->column);
	if (p->library)
		put(o, "library", json_object_new_boolean(true));
}

/* A new object at the end of the list. */
static struct json_object *add(struct json_object *list)
{
	struct json_object *o = json_object_new_object();

	json_object_array_add(list, o);
	return o;
}

static struct json_object *put_list(struct json_object *o, const char *key)
{
	struct json_object *list = json_object_new_array();

	put(o, key, list);
	return list;
}

static void put_steps(struct json_object *o, const char *key, const struct review_steps *steps)
{
	struct json_object *list = put_list(o, key);

	vec_each(i, steps) {
		struct json_object *s = add(list);

		put_text(s, "text", steps->v[i].text);
		put_place(s, &steps->v[i].place);
	}
}

static void put_act(struct json_object *o, const struct review_act *a)
{
	put_text(o, "kind", review_kind_word(a->kind));
	put_text(o, "what", a->what);
	put_place(o, &a->place);
}

static void put_abilities(struct json_object *o, const struct review *r)
{
	struct json_object *all = json_object_new_object();

	for (int g = 0; g < REVIEW_GROUPS; g++) {
		struct json_object *list = put_list(all, review_group_word((enum review_group)g));

		vec_each(i, &r->acts)
			if (review_group_of(r->acts.v[i].kind) == (enum review_group)g)
				put_act(add(list), &r->acts.v[i]);
	}
	put(o, "abilities", all);
}

static void put_flows(struct json_object *o, const struct review *r)
{
	struct json_object *list = put_list(o, "flows");

	vec_each(i, &r->flows) {
		const struct review_flow *f = &r->flows.v[i];
		struct json_object *one = add(list), *from;

		put_act(one, &f->sink);
		put(one, "complete", json_object_new_boolean(!f->given_up));
		from = put_list(one, "from");
		vec_each(k, &f->origins) {
			struct json_object *source = add(from);

			put_act(source, &f->origins.v[k].source);
			put_steps(source, "through", &f->origins.v[k].path);
		}
	}
}

static void put_privilege(struct json_object *o, const struct review *r)
{
	struct json_object *p = json_object_new_object(), *list;

	put_text(p, "level", r->level);
	put(p, "guru", json_object_new_boolean(r->guru));
	list = put_list(p, "demands");
	vec_each(i, &r->demands) {
		struct json_object *d = add(list);

		put_text(d, "level", r->demands.v[i].level);
		put_text(d, "why", r->demands.v[i].why);
		put_place(d, &r->demands.v[i].place);
	}
	put(o, "privilege", p);
}

static void put_handlers(struct json_object *o, const struct review *r)
{
	struct json_object *list = put_list(o, "probes");

	vec_each(i, &r->handlers) {
		const struct review_handler *h = &r->handlers.v[i];
		struct json_object *one = add(list), *sites;

		put_text(one, "name", h->name);
		put_place(one, &h->place);
		put_text(one, "heat", review_heat_word(h->heat));
		put_number(one, "sites", h->nsites);
		put_number(one, "cost", h->cost);
		put_text(one, "output", h->output);
		put_text(one, "stack", h->stack);
		put_text(one, "locks", h->locks);
		sites = put_list(one, "first_sites");
		vec_each(k, &h->sites) {
			struct json_object *s = add(sites);

			put_text(s, "point", h->sites.v[k].text);
			put_text(s, "exists", h->sites.v[k].exists);
			put_text(s, "evidence", h->sites.v[k].evidence);
			put_text(s, "assumed", h->sites.v[k].trust);
			put_text(s, "context", h->sites.v[k].context);
		}
	}
}

static void put_memory(struct json_object *o, const struct review *r)
{
	struct json_object *m = json_object_new_object(), *list;

	put_text(m, "bound", r->memory);
	list = put_list(m, "globals");
	vec_each(i, &r->globals) {
		struct json_object *g = add(list);

		put_text(g, "name", r->globals.v[i].name);
		put_text(g, "shape", r->globals.v[i].shape);
		put_number(g, "bytes", r->globals.v[i].bytes);
		put_place(g, &r->globals.v[i].place);
	}
	put(o, "memory", m);
}

static void put_tree(struct json_object *list, const struct review_node *n)
{
	static const char *const KINDS[] = {"probe", "loop", "call"};
	struct json_object *o = add(list), *children;

	put_text(o, "kind", KINDS[n->kind]);
	put_text(o, "name", n->name);
	put_text(o, "bound", n->bound);
	put_place(o, &n->place);
	if (!n->children.n)
		return;
	children = put_list(o, "children");
	vec_each(i, &n->children)
		put_tree(children, n->children.v[i]);
}

static void put_claims(struct json_object *o, const struct review *r)
{
	struct json_object *list = put_list(o, "obligations");

	vec_each(i, &r->claims) {
		const struct review_claim *c = &r->claims.v[i];
		struct json_object *one = add(list);

		put_number(one, "number", c->number);
		put_text(one, "kind", c->kind);
		put_text(one, "status", verdict_word(c->status));
		put_text(one, "policy", ir_policy_word(c->policy));
		put_place(one, &c->place);
		put_text(one, "reason", c->reason);
		if (c->has_bound)
			put_number(one, "bound", c->bound);
		if (c->steps.n)
			put_steps(one, "steps", &c->steps);
		if (c->replay)
			put_text(one, "replay", c->replay);
		if (c->waived)
			put_text(one, "waived", c->waived);
	}
}

static void put_words(struct json_object *o, const struct review *r)
{
	struct json_object *list = put_list(o, "embedded_c");

	vec_each(i, &r->codes) {
		struct json_object *c = add(list);

		put_text(c, "name", r->codes.v[i].name);
		put_text(c, "text", r->codes.v[i].text);
		put_place(c, &r->codes.v[i].place);
	}
	put_steps(o, "assumptions", &r->assumptions);
	list = put_list(o, "waivers");
	vec_each(i, &r->waivers) {
		struct json_object *w = add(list);

		put_text(w, "tag", r->waivers.v[i].tag);
		put_text(w, "where", r->waivers.v[i].where);
		put_text(w, "reason", r->waivers.v[i].reason);
		put(w, "used", json_object_new_boolean(r->waivers.v[i].used));
		put_place(w, &r->waivers.v[i].place);
	}
	list = put_list(o, "findings");
	vec_each(i, &r->findings) {
		struct json_object *f = add(list);

		put_text(f, "tag", r->findings.v[i].tag);
		put_text(f, "severity", r->findings.v[i].severity);
		put_text(f, "message", r->findings.v[i].message);
		put_place(f, &r->findings.v[i].place);
		put_steps(f, "notes", &r->findings.v[i].notes);
	}
}

struct json_object *review_json(const struct review *r)
{
	struct json_object *o = json_object_new_object(), *list;

	put_number(o, "version", 1);
	put_text(o, "file", r->file);
	put_text(o, "verdict", r->verdict);
	put_text(o, "headline", r->headline);
	list = put_list(o, "attention");
	vec_each(i, &r->attention)
		json_object_array_add(list, json_text(r->attention.v[i]));
	if (r->verified) {
		put_privilege(o, r);
		put_abilities(o, r);
		put_flows(o, r);
		put_handlers(o, r);
		put_memory(o, r);
		list = put_list(o, "tree");
		vec_each(i, &r->tree)
			put_tree(list, r->tree.v[i]);
		put_claims(o, r);
	}
	put_words(o, r);
	return o;
}
