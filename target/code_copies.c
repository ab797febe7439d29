/*
 * A function with external linkage can only be inlined in the unit that defines it, and a compiler
 * that did so describes it abstractly and lets its entry refer to that.  So the one unit tells,
 * which is found by the function's symbol and .debug_aranges; nothing else of a large file is
 * read.  (Another unit's static function of the same name is not thought of.)
 */
#include "target/code_copies.h"
#include "base/cache.h"
#include "target/code_index.h"

#include <dwarf.h>
#include <string.h>

#define COPIES_KIND "copies1"

/* The address of the only function symbol of that name, when it is global. */
static bool only_global(const Elf64_Sym *syms, size_t n, const char *strs, size_t len,
			const char *name, uint64_t *address)
{
	size_t want = strlen(name) + 1;
	unsigned found = 0;
	bool global = false;

	for (size_t i = 0; i < n && found < 2; i++) {
		const Elf64_Sym *s = &syms[i];

		if (ELF64_ST_TYPE(s->st_info) != STT_FUNC || s->st_name >= len ||
		    len - s->st_name < want || memcmp(strs + s->st_name, name, want))
			continue;
		found++;
		global = ELF64_ST_BIND(s->st_info) == STB_GLOBAL;
		*address = s->st_value;
	}
	return found == 1 && global;
}

static bool find_symbol(Elf *elf, const char *name, uint64_t *address)
{
	for (Elf_Scn *scn = NULL; (scn = elf_nextscn(elf, scn));) {
		GElf_Shdr sh;
		Elf_Data *syms, *strs;
		Elf_Scn *names;

		if (!gelf_getshdr(scn, &sh) || sh.sh_type != SHT_SYMTAB ||
		    gelf_getclass(elf) != ELFCLASS64)
			continue;
		names = elf_getscn(elf, sh.sh_link);
		syms = elf_getdata(scn, NULL);
		strs = names ? elf_getdata(names, NULL) : NULL;
		return syms && strs && syms->d_buf && strs->d_buf &&
		       only_global(syms->d_buf, syms->d_size / sizeof(Elf64_Sym), strs->d_buf,
				   strs->d_size, name, address);
	}
	return false;
}

/* One set of .debug_aranges (DWARF 5, 6.1.2): is the address in it? */
static bool in_set(struct dwread *r, const uint8_t *start, const uint8_t *end, bool wide,
		   uint64_t address, uint64_t *unit)
{
	uint64_t version = dwread_uint(r, 2), low, length;

	*unit = dwread_uint(r, wide ? 8 : 4);
	if (version != 2 || dwread_uint(r, 1) != 8 || dwread_uint(r, 1) != 0)
		return false;
	dwread_skip(r, (16 - (uint64_t)(r->p - start) % 16) % 16);
	while (!r->bad && end - r->p >= 16) {
		low = dwread_uint(r, 8);
		length = dwread_uint(r, 8);
		if (!low && !length)
			return false;
		if (address - low < length)
			return true;
	}
	return false;
}

static bool find_unit(const struct dwsections *dw, uint64_t address, uint64_t *unit)
{
	struct dwread r = dwread_at(dw->aranges, 0);

	while (r.p < r.end && !r.bad) {
		const uint8_t *start = r.p;
		bool wide;
		uint64_t length = dwread_length(&r, &wide);

		if (r.bad || length > (uint64_t)(r.end - r.p))
			return false;
		const uint8_t *end = r.p + length;

		if (in_set(&r, start, end, wide, address, unit))
			return true;
		r.p = end;
	}
	return false;
}

static enum dwuse use_of(uint16_t tag)
{
	if (tag == DW_TAG_subprogram)
		return DWUSE_READ;
	return tag == DW_TAG_compile_unit ? DWUSE_STEP : DWUSE_SKIP;
}

/* Is the entry the concrete function at the address, and does it refer to an abstract one? */
static bool is_at(const struct dwunit *u, const struct dwabbrev *ab, struct dwread r,
		  uint64_t address, bool *origin)
{
	const struct dwspec *specs = dwunit_specs(u, ab);
	bool here = false;

	*origin = false;
	for (uint32_t i = 0; i < ab->n && !r.bad; i++) {
		struct dwvalue v = dwunit_value(u, &specs[i], &r);

		here |= specs[i].name == DW_AT_low_pc && v.class == DWCLASS_ADDRESS &&
			v.u == address;
		*origin |= specs[i].name == DW_AT_abstract_origin;
	}
	return here && !r.bad;
}

static bool stands_alone(const struct dwsections *dw, uint64_t at, uint64_t address,
			 struct arena *a)
{
	struct dwabbrevs abbrevs = {.arena = a};
	struct dwunit u;
	bool damaged = false, origin;

	if (!dwunit_next(dw, &abbrevs, &at, &u, &damaged) || damaged || !dwunit_abbrevs(&u, use_of))
		return false;
	struct dwread r = dwunit_read(&u, u.first);

	while (r.p < r.end && !r.bad) {
		const struct dwabbrev *ab = dwunit_entry(&u, &r);

		if (!ab)
			continue;
		if (ab->use == DWUSE_READ && is_at(&u, ab, r, address, &origin))
			return !origin;
		if (ab->use == DWUSE_STEP)
			dwunit_skip(&u, ab, &r, NULL);
		else if (!dwunit_pass(&u, ab, &r))
			return false;
	}
	return false;
}

static bool look(struct code *c, const char *name)
{
	const struct dwsections *dw = code_index_sections(c);
	Elf *elf = dw ? dwarf_getelf(c->dwarf) : NULL;
	struct arena *a = arena_scratch(c->arena);
	uint64_t address = 0, unit = 0;
	bool alone = elf && find_symbol(elf, name, &address) && find_unit(dw, address, &unit) &&
		     stands_alone(dw, unit, address, a);

	arena_free(a);
	return alone;
}

bool code_copies_none(const struct code *c, const char *name)
{
	struct code *w = codefile_of(c);
	const char *identity, *key;
	const void *kept;
	uint8_t alone;
	size_t n;

	codefile_look(w);
	if (!w->debug || !w->kernel || w->module || strchr(name, '.'))
		return false;
	identity = cache_identity(w->arena, w->debug);
	key = identity ? arena_printf(w->arena, "%s %s %s", w->build_id ? w->build_id : "-",
				      identity, name)
		       : NULL;
	if (key && cache_get(w->t->cache, COPIES_KIND, key, &kept, &n) && n == 1)
		return *(const uint8_t *)kept == 1;
	alone = look(w, name);
	if (key)
		cache_put(w->t->cache, COPIES_KIND, key, &alone, 1);
	return alone;
}
