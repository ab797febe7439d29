/* What was meant by a name or line that is not there. */
#include "target/code_search.h"
#include "base/near.h"
#include "target/elfsec.h"

#include <string.h>

static bool indirect_in(struct bytes elf, const char *table, const char *strings, const char *name)
{
	struct bytes syms = elfsec_find(elf, table), strs = elfsec_find(elf, strings);
	size_t len = strlen(name) + 1;
	Elf64_Sym s;

	for (uint64_t i = 1; elfsec_symbol(elf, syms, i, &s); i++) {
		struct bytes b = store_sub(strs, s.st_name, len);

		if (ELF64_ST_TYPE(s.st_info) == STT_GNU_IFUNC && b.p && !memcmp(b.p, name, len))
			return true;
	}
	return false;
}

bool code_near_indirect(const struct code *c, const char *name)
{
	enum { MAX_FILE = 2040 * 1024 * 1024 };
	struct store *st = &c->t->st;
	struct image *m = c->kernel || !c->path ? NULL : store_read(st, c->path, MAX_FILE);
	bool found = false;

	if (m) {
		struct bytes elf = {m->data, m->len};

		found = indirect_in(elf, ".dynsym", ".dynstr", name) ||
			indirect_in(elf, ".symtab", ".strtab", name);
		store_drop(st, m);
	}
	return found;
}

const char *code_near_function(const struct code *c, const char *name)
{
	const struct dwindex *ix = code_source(c) == CODE_MISSING ? NULL : code_index(c);
	struct near near = near_start(name);

	for (uint32_t i = 0; ix && i < ix->head->functions; i++) {
		const char *s = dwindex_text(ix, ix->functions[i].name);

		if (s && ix->functions[i].n)
			near_offer(&near, s);
	}
	return near.best;
}

const char *code_near_file(const struct code *c, const char *name)
{
	const struct dwindex *ix = code_source(c) == CODE_DWARF ? code_index(c) : NULL;
	struct near near = near_start(name);
	uint32_t last = 0;

	for (uint32_t i = 0; ix && i < ix->head->functions; i++) {
		uint32_t at = ix->functions[i].file;
		const char *s = at == last ? NULL : dwindex_text(ix, at);
		const char *slash = s && !strchr(name, '/') ? strrchr(s, '/') : NULL;

		last = at;
		if (s)
			near_offer(&near, slash ? slash + 1 : s);
	}
	return near.best;
}

const char *code_near_lines(const struct code *c, const struct code_place *in, uint32_t line,
			    struct arena *a)
{
	const struct dwindex *ix = code_source(c) == CODE_DWARF ? code_index(c) : NULL;
	const struct dwindex_place *p = ix ? dwindex_around(ix, in->entry) : NULL;
	const struct dwindex_function *f = p ? dwindex_function(ix, p->function) : NULL;
	struct code_query q = {.what = CODE_STATEMENTS, .lines = CODE_ALL_LINES};
	struct code_search s = {.c = c, .q = &q, .ix = ix, .arena = a};
	struct code_pick pick = {f, p};
	const char *text;

	if (!f || !p->die)
		return NULL;
	q.file = dwindex_text(ix, f->file);
	s.scratch = arena_scratch(a);
	s.abbrevs.arena = s.scratch;
	text = code_lines_near(&s, &pick, line);
	arena_free(s.scratch);
	return text;
}
