/* Where symbols of the kernel image lie. */
#include "target/symmap.h"

enum answer target_symbol(const struct target *t, const char *name, uint64_t *address)
{
	const struct symmap *m = symmap_of(lazy_of(t), NULL, NULL);
	uint32_t first, n = m ? symmap_find(m, name, &first) : 0;

	if (n)
		*address = m->entries[first].address;
	return !m ? ANSWER_UNKNOWN : n ? ANSWER_YES : ANSWER_NO;
}

const char *target_symbol_source(const struct target *t)
{
	struct target *s = lazy_of(t);
	const char *stub;
	const struct symmap *m = symmap_of(s, NULL, &stub);

	if (m)
		return m->source;
	if (stub)
		return arena_printf(s->st.arena,
				    "%s holds no symbols; the real one is in the package with the "
				    "kernel's debug information",
				    stub);
	return "no System.map and no symbol table of this kernel was found";
}
