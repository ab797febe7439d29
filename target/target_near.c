/*
 * "Did you mean": the nearest name among functions, modules, types and members.  Each looks through
 * all names there are, which takes milliseconds and happens only on the way to an error message.
 */
#include "target/lazy.h"
#include "base/text.h"

#include <string.h>

/* The unit that a question about `module` is about; NULL when it is not known. */
static struct target_unit *unit_of(struct target *t, const char *module)
{
	struct target_unit *kernel = lazy_kernel(t);
	struct module *m = module && kernel ? modules_find(lazy_modules(t), module) : NULL;

	if (!module || !kernel)
		return kernel;
	return m ? lazy_module(t, m) : NULL;
}

const char *target_near_function(const struct target *t, const char *module, const char *name)
{
	const struct target_unit *u = unit_of(lazy_of(t), module);
	struct near n = near_start(name);

	for (uint32_t id = u ? u->first_id : 0; u && id < u->end_id; id++) {
		const struct btf_type *b = unit_type(u, id);

		if (unit_kind(b) == BTF_KIND_FUNC)
			near_offer(&n, unit_str(u, b->name_off));
	}
	return n.best;
}

const char *target_near_module(const struct target *t, const char *name)
{
	struct modules *ms = lazy_modules(lazy_of(t));
	struct near n = near_start(name);

	vec_each(i, &ms->list)
		near_offer(&n, ms->list.v[i]->name);
	return n.best;
}

/* `any`: of every kind, for a struct may be named without its keyword. */
static void offer_types(struct near *n, const struct target_unit *u, unsigned kind, bool any)
{
	for (uint32_t id = u->first_id; id < u->end_id; id++) {
		const struct btf_type *b = unit_type(u, id);
		unsigned k = unit_kind(b);
		bool any_kind,
			plain = k == BTF_KIND_TYPEDEF || k == BTF_KIND_INT || k == BTF_KIND_FLOAT;

		any_kind =
			any && (k == BTF_KIND_STRUCT || k == BTF_KIND_UNION || k == BTF_KIND_ENUM);
		if (k == kind || any_kind || (kind == BTF_KIND_TYPEDEF && plain) ||
		    (kind == BTF_KIND_ENUM && k == BTF_KIND_ENUM64))
			near_offer(n, unit_str(u, b->name_off));
	}
}

const char *target_near_type(const struct target *t, const char *module, const char *name)
{
	struct target *s = lazy_of(t);
	const struct target_unit *kernel = lazy_kernel(s), *u = unit_of(s, module);
	const char *space = strchr(name, ' ');
	size_t word = space ? (size_t)(space - name) : 0;
	unsigned kind = !space                         ? BTF_KIND_TYPEDEF
			: !strncmp(name, "struct ", 7) ? BTF_KIND_STRUCT
			: !strncmp(name, "union ", 6)  ? BTF_KIND_UNION
			: !strncmp(name, "enum ", 5)   ? BTF_KIND_ENUM
						       : BTF_KIND_TYPEDEF;
	struct near n = near_start(kind == BTF_KIND_TYPEDEF ? name : name + word + 1);

	if (kernel)
		offer_types(&n, kernel, kind, !space);
	if (u && u != kernel)
		offer_types(&n, u, kind, !space);
	if (!n.best || kind == BTF_KIND_TYPEDEF)
		return n.best;
	return arena_printf(s->st.arena, "%.*s %s", (int)word, name, n.best);
}

static void offer_members(struct near *n, const struct target *t, struct ttype ty, unsigned depth,
			  uint32_t *budget)
{
	struct ttype_info info = target_type(t, ty);
	struct target_member m;

	if (depth > 8 || (info.kind != TTYPE_STRUCT && info.kind != TTYPE_UNION))
		return;
	for (uint32_t i = 0; i < info.nmembers && *budget; i++) {
		--*budget;
		if (!target_member_at(t, ty, i, &m))
			continue;
		if (m.name)
			near_offer(n, m.name);
		else
			offer_members(n, t, m.type, depth + 1, budget);
	}
}

const char *target_near_member(const struct target *t, struct ttype ty, const char *name)
{
	struct near n = near_start(name);
	uint32_t budget = 20000;

	offer_members(&n, t, ty, 0, &budget);
	return n.best;
}
