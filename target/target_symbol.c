/*
 * Where symbols of the kernel image lie, and which functions there are by the symbols of the kernel
 * or a module.  A compiler may keep of a function only a clone (x.isra.0), which is then the
 * function; of one that it copied wherever it is called no symbol is left.
 */
#include "target/symimage.h"
#include "base/text.h"

#include <string.h>

enum answer target_symbol(const struct target *t, const char *name, uint64_t *address)
{
	struct target *s = lazy_of(t);
	struct symmap *m = symmap_of(s, NULL, NULL);
	bool all = m != NULL; /* data too, which the kernel's own table may lack */
	const struct symmap_entry *first;

	if (!m) {
		m = symimage_of(s, NULL);
		if (!m || !m->has_addresses)
			return ANSWER_UNKNOWN;
		all = symmap_find(s, m, "init_task", &first) > 0;
	}
	if (symmap_find(s, m, name, &first) > 0) {
		*address = first->address;
		return ANSWER_YES;
	}
	return all ? ANSWER_NO : ANSWER_UNKNOWN;
}

const char *target_symbol_source(const struct target *t)
{
	struct target *s = lazy_of(t);
	const char *stub;
	const struct symmap *m = symmap_of(s, NULL, &stub);

	if (m)
		return m->source;
	m = symimage_of(s, NULL);
	if (m && m->has_addresses)
		return m->source;
	if (stub)
		return arena_printf(s->st.arena,
				    "%s holds no symbols; the real one is in the package with the "
				    "kernel's debug information",
				    stub);
	return "no System.map and no symbol table of this kernel was found";
}

/* --- functions --- */

/* Appends the function that symbol i stands for, unless it is the last one again. */
static void add(const struct symmap *m, uint32_t i, size_t base, struct arena *a,
		struct target_fns *out, uint32_t from)
{
	const char *symbol = symimage_name(m, i);
	struct target_fn *last = out->n > from ? &out->v[out->n - 1] : NULL;
	struct target_fn fn = {.module = m->module};

	if (last && strlen(last->name) == base && !memcmp(last->name, symbol, base))
		return;
	fn.name = arena_strndup(a, symbol, base);
	fn.symbol = symbol[base] ? symbol : NULL;
	vec_push(a, out, fn);
}

enum answer target_symbol_functions(const struct target *t, const char *module, const char *glob,
				    struct arena *a, struct target_fns *out, const char **source)
{
	struct symmap *m = symimage_of(lazy_of(t), module);
	const struct symmap_entry *first;
	uint32_t from = out->n, i = 0;
	bool one = !text_is_glob(glob), whole = strchr(glob, '.') != NULL;
	size_t len = strlen(glob);

	*source = m ? m->source : NULL;
	if (!m)
		return ANSWER_UNKNOWN;
	if (one) {
		symmap_find(lazy_of(t), m, glob, &first);
		i = (uint32_t)(first - m->entries);
	}
	for (; i < m->n; i++) {
		const char *symbol = symimage_name(m, i);
		size_t base;

		/* what begins alike stands together */
		if (one && strncmp(symbol, glob, len) != 0)
			break;
		base = !m->entries[i].code ? 0 : whole ? strlen(symbol) : symimage_base(symbol);
		if (base && (one ? base == len : text_glob(glob, arena_strndup(a, symbol, base))))
			add(m, i, base, a, out, from);
	}
	return out->n > from ? ANSWER_YES : ANSWER_NO;
}

const char *target_symbol_near(const struct target *t, const char *module, const char *name,
			       struct arena *a)
{
	const struct symmap *m = symimage_of(lazy_of(t), module);
	struct near n = near_start(name);

	for (uint32_t i = 0; m && i < m->n; i++) {
		const char *symbol = symimage_name(m, i);
		size_t base = m->entries[i].code ? symimage_base(symbol) : 0;

		if (base) /* what is offered is kept */
			near_offer(&n, symbol[base] ? arena_strndup(a, symbol, base) : symbol);
	}
	return n.best;
}
