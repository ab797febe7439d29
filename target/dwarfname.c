/*
 * Names outside of functions.  Small objects are walked.  In large ones (a kernel has 150 MB of
 * DIEs) the name is looked for in .debug_str, then the bytes of its offset in .debug_info: each
 * place where they stand may be the name of a DIE that begins a few bytes before, and libdw says
 * whether it is.  So no index is needed and the cost is that of two searches through memory.
 * Compilers that write names as indices (DW_FORM_strx) are walked in any case.  It does not catch
 * definitions of C++ inside of functions and classes.
 */
#include "target/dwarfname.h"
#include "base/cache.h"
#include "base/text.h"

#include <string.h>

enum {
	SMALL = 8 * 1024 * 1024, /* of .debug_info: is walked */
	MAX_DIES = 30000000,     /* of a walk */
	MAX_NESTING = 8,
	MAX_HITS = 20000,
};

/* One search. */
struct search {
	Dwarf *dw;
	enum dwarfname_class class;
	const char *name, *file;
	const uint8_t *info; /* .debug_info */
	size_t info_len;
	uint32_t left; /* hits or DIEs still to look at */
	Dwarf_Die *out;
	bool has_symbol;    /* VARIABLE: a global one of that name */
	Dwarf_Die declared; /* the first declaration of it */
	bool any_declared;
};

bool dwarfname_file(const char *glob, const char *path)
{
	if (!path)
		return false;
	if (text_glob(glob, path))
		return true;
	for (const char *tail = strchr(path, '/'); tail; tail = strchr(tail + 1, '/'))
		if (text_glob(glob, tail + 1))
			return true;
	return false;
}

static bool has_class(Dwarf_Die *die, enum dwarfname_class class)
{
	int tag = dwarf_tag(die);

	switch (class) {
	case DWARFNAME_VARIABLE: return tag == DW_TAG_variable;
	case DWARFNAME_STRUCT:
		return tag == DW_TAG_structure_type || tag == DW_TAG_class_type ||
		       tag == DW_TAG_interface_type;
	case DWARFNAME_UNION: return tag == DW_TAG_union_type;
	case DWARFNAME_ENUM: return tag == DW_TAG_enumeration_type;
	case DWARFNAME_PLAIN: return tag == DW_TAG_typedef || tag == DW_TAG_base_type;
	case DWARFNAME_ENUMERATOR: return tag == DW_TAG_enumerator;
	}
	return false;
}

static bool is_definition(Dwarf_Die *die, enum dwarfname_class class)
{
	if (class == DWARFNAME_VARIABLE)
		return dwarf_hasattr(die, DW_AT_location) || !dwarfdie_flag(die, DW_AT_declaration);
	return !dwarfdie_flag(die, DW_AT_declaration);
}

bool dwarfname_symbol(const struct code *c, const char *name, Dwarf_Addr *address)
{
	int n = codefile_dwarf(c) ? dwfl_module_getsymtab(c->mod) : 0;

	for (int i = 1; i < n; i++) {
		GElf_Sym sym;
		GElf_Addr at;
		const char *s = dwfl_module_getsym_info(c->mod, i, &sym, &at, NULL, NULL, NULL);

		if (!s || strcmp(s, name) || sym.st_shndx == SHN_UNDEF ||
		    GELF_ST_BIND(sym.st_info) == STB_LOCAL ||
		    GELF_ST_TYPE(sym.st_info) == STT_FUNC || GELF_ST_TYPE(sym.st_info) == STT_TLS)
			continue;
		*address = at;
		return true;
	}
	return false;
}

/* A declaration serves where a symbol tells the place. */
static void declares(struct search *s, Dwarf_Die *die)
{
	if (!s->has_symbol || s->any_declared || !dwarfdie_flag(die, DW_AT_external))
		return;
	s->declared = *die;
	s->any_declared = true;
}

static bool settle_declared(struct search *s)
{
	if (s->any_declared)
		*s->out = s->declared;
	return s->any_declared;
}

/* --- walking --- */

/* Those whose children are outside of functions, too. */
static bool opens(Dwarf_Die *die, enum dwarfname_class class)
{
	switch (dwarf_tag(die)) {
	case DW_TAG_namespace:
	case DW_TAG_module: return true;
	case DW_TAG_enumeration_type: return class == DWARFNAME_ENUMERATOR;
	}
	return false;
}

static bool walk(struct search *s, Dwarf_Die *parent, unsigned depth)
{
	Dwarf_Die die;

	for (int more = dwarf_child(parent, &die); more == 0 && s->left;
	     more = dwarf_siblingof(&die, &die)) {
		const char *name;

		s->left--;
		if (has_class(&die, s->class) && (name = dwarf_diename(&die)) &&
		    !strcmp(name, s->name)) {
			if (is_definition(&die, s->class)) {
				*s->out = die;
				return true;
			}
			declares(s, &die);
		}
		if (depth < MAX_NESTING && opens(&die, s->class) && walk(s, &die, depth + 1))
			return true;
	}
	return false;
}

static bool file_fits(const struct search *s, Dwarf_Die *cu)
{
	return !s->file || dwarfname_file(s->file, dwarf_diename(cu));
}

static bool walk_all(struct search *s)
{
	Dwarf_CU *cu = NULL;
	Dwarf_Die die;

	while (dwarf_get_units(s->dw, cu, &cu, NULL, NULL, &die, NULL) == 0)
		if (file_fits(s, &die) && walk(s, &die, 0))
			return true;
	return false;
}

bool dwarfname_find_in(Dwarf_Die *cu, enum dwarfname_class class, const char *name, Dwarf_Die *out)
{
	struct search s = {.class = class, .name = name, .left = MAX_DIES, .out = out};

	return walk(&s, cu, 0);
}

/* --- searching --- */

/* The unit around a DIE: its root, and where it ends in .debug_info. */
static bool unit_of(const struct search *s, Dwarf_Die *die, Dwarf_Die *cu, size_t *start,
		    size_t *end)
{
	uint32_t len;

	*start = dwarf_dieoffset(die) - dwarf_cuoffset(die);
	if (!dwarf_cu_die(die->cu, cu, NULL, NULL, NULL, NULL, NULL, NULL) ||
	    *start + 4 > s->info_len)
		return false;
	memcpy(&len, s->info + *start, sizeof len);
	*end = *start + 4 + len; /* units of 4 GB and more are not looked into */
	return *end <= s->info_len;
}

/* Is the DIE a child of its unit or of a namespace: neither local nor in a class. */
static bool is_outside(struct search *s, Dwarf_Die *cu, Dwarf_Die *die, unsigned depth)
{
	Dwarf_Off want = dwarf_dieoffset(die);
	Dwarf_Die row, last;
	bool any = false;

	for (int more = dwarf_child(cu, &row); more == 0 && dwarf_dieoffset(&row) <= want;
	     more = dwarf_siblingof(&row, &row)) {
		last = row;
		any = true;
	}
	if (!any)
		return false;
	if (dwarf_dieoffset(&last) == want)
		return true;
	return depth < MAX_NESTING && opens(&last, s->class) &&
	       is_outside(s, &last, die, depth + 1);
}

/* The DIE whose first attributes hold the bytes at `at`, by an attribute of that name. */
static bool die_around(const struct search *s, size_t at, unsigned attr, Dwarf_Die *die)
{
	Dwarf_Attribute a;

	/* before the first attribute is the abbreviation code, of few bytes */
	for (size_t back = 1; back <= 3 && back <= at; back++)
		if (dwarf_offdie(s->dw, at - back, die) && has_class(die, s->class) &&
		    dwarf_attr(die, attr, &a) && a.valp == s->info + at)
			return true;
	return false;
}

/* The DIE that defines what `declared` declares in the same unit. */
static bool defined_by(struct search *s, Dwarf_Die *declared, size_t start, size_t end)
{
	uint32_t offset = (uint32_t)(dwarf_dieoffset(declared) - start);
	size_t at = dwarf_dieoffset(declared);
	const uint8_t *hit;

	for (; at < end && (hit = memmem(s->info + at, end - at, &offset, sizeof offset));
	     at = (size_t)(hit - s->info) + 1) {
		if (!s->left)
			return false;
		s->left--;
		if (die_around(s, (size_t)(hit - s->info), DW_AT_specification, s->out) &&
		    is_definition(s->out, s->class))
			return true;
	}
	return false;
}

/* Is what stands at `at` the name of what is looked for? */
static bool look_at(struct search *s, size_t at)
{
	Dwarf_Die die, cu;
	size_t start, end;

	if (!die_around(s, at, DW_AT_name, &die) || !unit_of(s, &die, &cu, &start, &end) ||
	    !file_fits(s, &cu))
		return false;
	if (is_definition(&die, s->class)) {
		if (s->class == DWARFNAME_VARIABLE && !is_outside(s, &cu, &die, 0))
			return false;
		*s->out = die;
		return true;
	}
	if (s->class != DWARFNAME_VARIABLE)
		return false;
	if (s->has_symbol && !s->file && dwarfdie_flag(&die, DW_AT_external)) {
		*s->out = die;
		return true;
	}
	if (defined_by(s, &die, start, end))
		return true;
	declares(s, &die);
	return false;
}

static bool look_for(struct search *s, const void *bytes, size_t n)
{
	const uint8_t *at = s->info, *end = s->info + s->info_len, *hit;

	for (; (hit = memmem(at, (size_t)(end - at), bytes, n)) && s->left; at = hit + 1) {
		s->left--;
		if (look_at(s, (size_t)(hit - s->info)))
			return true;
	}
	return false;
}

/* The section of that name as libdw sees it: unpacked. */
static bool section(Dwarf *dw, const char *name, const uint8_t **p, size_t *n)
{
	Elf *elf = dwarf_getelf(dw);
	Elf_Scn *scn = NULL;
	size_t names;

	if (!elf || elf_getshdrstrndx(elf, &names) != 0)
		return false;
	while ((scn = elf_nextscn(elf, scn))) {
		GElf_Shdr head;
		const char *s = gelf_getshdr(scn, &head) ? elf_strptr(elf, names, head.sh_name) : 0;
		Elf_Data *data;

		if (!s || strcmp(s, name))
			continue;
		data = head.sh_flags & SHF_COMPRESSED ? NULL : elf_rawdata(scn, NULL);
		if (!data || !data->d_buf)
			return false;
		*p = data->d_buf;
		*n = data->d_size;
		return true;
	}
	return false;
}

/* Every place in .debug_info where one of the marked offsets stands. */
static bool look_for_marked(struct search *s, const uint8_t *marks, size_t n)
{
	for (size_t at = 0; at + 4 <= s->info_len && s->left; at++) {
		uint32_t v;

		memcpy(&v, s->info + at, sizeof v);
		if (v >= n || !(marks[v / 8] >> v % 8 & 1))
			continue;
		s->left--;
		if (look_at(s, at))
			return true;
	}
	return false;
}

/*
 * The name stands in .debug_str once, but as strings share their tails it may be the end of any
 * that ends so, and only one of those ends is used.
 */
static bool look_for_strings(struct search *s, struct arena *parent)
{
	size_t len = strlen(s->name) + 1, n;
	const uint8_t *strs, *hit;
	struct arena *scratch;
	uint8_t *marks;
	bool found;

	if (!section(s->dw, ".debug_str", &strs, &n))
		return false;
	scratch = arena_scratch(parent);
	marks = arena_alloc(scratch, n / 8 + 1);
	for (const uint8_t *at = strs; (hit = memmem(at, (size_t)(strs + n - at), s->name, len));
	     at = hit + 1) {
		uint32_t offset = (uint32_t)(hit - strs);

		if (hit == strs || !hit[-1]) {
			arena_free(scratch);
			return look_for(s, &offset, sizeof offset);
		}
		marks[offset / 8] |= (uint8_t)(1u << offset % 8);
	}
	found = look_for_marked(s, marks, n);
	arena_free(scratch);
	return found;
}

/* Are the bytes of .debug_info at hand, and are names offsets in it? */
static bool searchable(struct search *s)
{
	Dwarf_CU *unit = NULL;
	Dwarf_Attribute a;
	Dwarf_Die cu;

	if (!section(s->dw, ".debug_info", &s->info, &s->info_len) || s->info_len < SMALL)
		return false;
	if (dwarf_get_units(s->dw, unit, &unit, NULL, NULL, &cu, NULL) != 0 ||
	    (const uint8_t *)cu.addr != s->info + dwarf_dieoffset(&cu) ||
	    !dwarf_attr(&cu, DW_AT_producer, &a))
		return false;
	return dwarf_whatform(&a) == DW_FORM_strp || dwarf_whatform(&a) == DW_FORM_string;
}

/* What an earlier run found: the DIE, or that there is none; false: it did not look. */
static bool known(struct search *s, struct cache *cache, const char *key, bool *found)
{
	const void *kept;
	uint64_t offset;
	size_t n;

	if (!key || !cache_get(cache, "dwarfname1", key, &kept, &n) || n != sizeof offset)
		return false;
	memcpy(&offset, kept, sizeof offset);
	*found = offset != 0;
	return !*found || (dwarf_offdie(s->dw, offset, s->out) && has_class(s->out, s->class) &&
			   dwarf_diename(s->out) && !strcmp(dwarf_diename(s->out), s->name));
}

static bool search(struct search *s, const struct code *c)
{
	const char *id = cache_identity(c->arena, c->debug), *key = NULL;
	struct cache *cache = c->t->cache;
	uint64_t offset;
	bool found;

	if (id)
		key = arena_printf(c->arena, "%s %d %s@%s", id, s->class, s->name,
				   s->file ? s->file : "");
	if (known(s, cache, key, &found))
		return found;
	s->left = MAX_HITS;
	/* names shorter than an offset stand in place */
	found = look_for_strings(s, c->arena) || look_for(s, s->name, strlen(s->name) + 1) ||
		settle_declared(s);
	offset = found ? dwarf_dieoffset(s->out) : 0;
	if (key)
		cache_put(cache, "dwarfname1", key, &offset, sizeof offset);
	return found;
}

bool dwarfname_find(const struct code *c, enum dwarfname_class class, const char *name,
		    const char *file, Dwarf_Die *out)
{
	struct search s = {
		.dw = codefile_dwarf(c), .class = class, .name = name, .file = file, .out = out};
	Dwarf_Addr address;

	if (!s.dw || !*name)
		return false;
	s.has_symbol = class == DWARFNAME_VARIABLE && dwarfname_symbol(c, name, &address);
	if (searchable(&s))
		return search(&s, c);
	s.left = MAX_DIES;
	return walk_all(&s) || settle_declared(&s);
}
