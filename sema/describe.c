/*
 * What listings say about the probe side: the variables of a site with their C types, and the
 * shapes of all probe families, both in SystemTap's words.
 */
#include "sema/access.h"
#include "sema/family.h"
#include "target/typetext.h"

#include <string.h>

static bool type_of(const struct scope *sc, const char *name, struct ttype *out)
{
	const struct site *site = sc->site;
	struct access access = {0};

	if (family_of(site->family)->variable(sc, name, &access)) {
		*out = access.type;
		return true;
	}
	if (!site->place || site->fn.name || strcmp(name, "return") != 0)
		return false;
	*out = code_result(site->place);
	return out->id != 0;
}

/* The i-th variable that debug information has at the site; "" for one that cannot be read there.
 */
static const char *in_place(const struct site *site, uint32_t i, struct arena *a)
{
	struct code_variable v;

	if (!site->place || !code_variable_at(site->place, i, a, &v))
		return NULL;
	if (!v.term || (site->fn.name && v.kind == CODE_PARAMETER))
		return "";
	return arena_printf(a, "$%s:%s", v.name, typetext_listed(v.type, a));
}

static uint32_t names_of(const struct scope *sc)
{
	const struct family_group *g = family_of(sc->site->family);
	uint32_t n = 0;

	while (g->variable_at(sc, n))
		n++;
	return n;
}

/* SystemTap lists these for every event of a process. */
static const char *numbered(uint32_t i, struct arena *a)
{
	if (i == 0)
		return "$syscall:long";
	return i <= 6 ? arena_printf(a, "$arg%u:long", i) : NULL;
}

const char *describe_variable(const struct sema_input *in, const struct site *site, uint32_t i,
			      struct arena *a)
{
	struct sema s = {.in = in, .arena = a, .diags = in->diags, .target = in->target};
	struct program none = {0};
	struct scope sc = {.sema = &s, .site = site, .silent = true};
	struct ttype type;
	const char *name;

	if (site->family == FAMILY_PROCESS || site->family == FAMILY_SYSCALL)
		return numbered(i, a);
	/* what aliases make of them is told */
	if (site->family == FAMILY_NETFILTER || site->family == FAMILY_PROCFS)
		return NULL;
	s.program = &none;
	s.undebugged.arena = s.meant.arena = s.undeclared.arena = a;
	if (site->is_return && type_of(&sc, "return", &type)) {
		if (i == 0)
			return arena_printf(a, "$return:%s", typetext_listed(type, a));
		i--;
	}
	name = family_of(site->family)->variable_at(&sc, i);
	if (!name)
		return in_place(site, i - names_of(&sc), a);
	if (!*name || !type_of(&sc, name, &type))
		return "";
	/* an argument of a mark is as wide as a number */
	return arena_printf(a, "$%s:%s", name,
			    site->mark && !type.unit ? "long" : typetext_listed(type, a));
}

const char *describe_made(const struct probe *p, const struct site *site, uint32_t i,
			  struct arena *a)
{
	const char *prefix = site->family == FAMILY_TRACEPOINT  ? "__tracepoint_arg_"
			     : site->family == FAMILY_NETFILTER ? "__nf_"
								: NULL;
	struct expr_list targets = {0};

	for (uint32_t k = 0; prefix && k < p->parts.n; k++)
		seek_targets(a, p->parts.v[k], &targets);
	return i < targets.n ? arena_printf(a, "%s%s:long", prefix, targets.v[i]->target.name + 1)
			     : NULL;
}

bool describe_marked(const struct decl *function, const char *mark)
{
	if (function->embedded)
		return strstr(function->embedded, mark);
	return seek_mark(function->function.body, mark);
}

const char *describe_shape(uint32_t i, struct arena *a)
{
	for (uint32_t g = 0; g < FAMILY_GROUPS; g++) {
		const struct family_group *group = family_at(g);

		if (i >= group->nshapes) {
			i -= group->nshapes;
			continue;
		}
		const struct words w = words_shape(a, group->shapes[i].text);
		const char *text = "";

		for (uint32_t k = 0; k < w.n; k++)
			text = arena_printf(a, "%s%s%s%s", text, k ? "." : "", w.v[k].name,
					    w.v[k].arg == 'N'   ? "(number)"
					    : w.v[k].arg == 'S' ? "(string)"
								: "");
		return text;
	}
	return NULL;
}
