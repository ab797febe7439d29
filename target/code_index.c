/*
 * Where the index comes from.  It is kept under the identity of the file it was made of (and the
 * build-id, which libraries that are replaced in place change), so another run maps it and opens no
 * DWARF at all for questions about functions.  Symbols are read with libelf, since a relocatable
 * object's have to be moved to where libdwfl laid its sections.
 */
#include "base/cache.h"
#include "target/code_search.h"
#include "target/dwfiles.h"
#include "target/dwnames.h"

#include <elf.h>
#include <fcntl.h>
#include <gelf.h>
#include <unistd.h>

/* --- sections --- */

static struct bytes section_bytes(Elf_Scn *scn)
{
	Elf_Data *d = elf_getdata(scn, NULL);

	return d && d->d_buf ? (struct bytes){d->d_buf, d->d_size} : (struct bytes){0};
}

static void take_section(struct dwsections *s, const char *name, Elf_Scn *scn)
{
	static const struct {
		const char *name;
		size_t at;
	} known[] = {
		{".debug_info", offsetof(struct dwsections, info)},
		{".debug_abbrev", offsetof(struct dwsections, abbrev)},
		{".debug_str", offsetof(struct dwsections, str)},
		{".debug_line", offsetof(struct dwsections, line)},
		{".debug_line_str", offsetof(struct dwsections, line_str)},
		{".debug_ranges", offsetof(struct dwsections, ranges)},
		{".debug_rnglists", offsetof(struct dwsections, rnglists)},
		{".debug_addr", offsetof(struct dwsections, addr)},
		{".debug_str_offsets", offsetof(struct dwsections, str_offsets)},
		{".debug_aranges", offsetof(struct dwsections, aranges)},
	};

	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (!strcmp(name, known[i].name))
			*(struct bytes *)((char *)s + known[i].at) = section_bytes(scn);
}

const struct dwsections *code_index_sections(const struct code *c)
{
	struct code *w = codefile_of(c);
	Dwarf *dw = codefile_dwarf(c);
	Elf *elf = dw && !w->sections ? dwarf_getelf(dw) : NULL;
	size_t names;

	if (!dw || w->sections || !elf || elf_getshdrstrndx(elf, &names) != 0)
		return w->sections;
	w->sections = arena_make(w->arena, struct dwsections);
	for (Elf_Scn *scn = NULL; (scn = elf_nextscn(elf, scn));) {
		GElf_Shdr sh;
		const char *name =
			gelf_getshdr(scn, &sh) ? elf_strptr(elf, names, sh.sh_name) : NULL;

		if (name && sh.sh_type != SHT_NOBITS)
			take_section(w->sections, name, scn);
	}
	return w->sections;
}

/* --- symbols --- */

/* An indirect function (STT_GNU_IFUNC) is code that chooses another: its name would mislead. */
static bool wanted(const GElf_Sym *sym, const char *name)
{
	int type = GELF_ST_TYPE(sym->st_info);

	return type == STT_FUNC && sym->st_shndx != SHN_UNDEF && sym->st_shndx != SHN_ABS && name &&
	       *name;
}

/* How far a relocatable object's section was moved. */
static uint64_t moved(Elf *elf, const GElf_Ehdr *eh, const GElf_Sym *sym)
{
	GElf_Shdr sh;
	Elf_Scn *scn = eh->e_type == ET_REL ? elf_getscn(elf, sym->st_shndx) : NULL;

	return scn && gelf_getshdr(scn, &sh) ? sh.sh_addr : 0;
}

static void read_table(Elf *elf, Elf_Scn *scn, const GElf_Shdr *sh, struct arena *a,
		       struct dwscan_symbols *out)
{
	enum { MOST_SYMBOLS = 2 * 1000 * 1000 };
	Elf_Data *d = elf_getdata(scn, NULL);
	GElf_Ehdr eh;
	GElf_Sym sym;

	if (!d || !gelf_getehdr(elf, &eh))
		return;
	for (int i = 1; i < MOST_SYMBOLS && gelf_getsym(d, i, &sym); i++) {
		const char *name = GELF_ST_TYPE(sym.st_info) == STT_FUNC
					   ? elf_strptr(elf, sh->sh_link, sym.st_name)
					   : NULL;

		if (!wanted(&sym, name))
			continue;
		struct dwscan_symbol s = {name, sym.st_value + moved(elf, &eh, &sym),
					  GELF_ST_BIND(sym.st_info) != STB_LOCAL};

		vec_push(a, out, s);
	}
}

static bool read_symbols(Elf *elf, unsigned type, struct arena *a, struct dwscan_symbols *out)
{
	for (Elf_Scn *scn = NULL; elf && (scn = elf_nextscn(elf, scn));) {
		GElf_Shdr sh;

		if (!gelf_getshdr(scn, &sh) || sh.sh_type != type)
			continue;
		read_table(elf, scn, &sh, a, out);
		return true;
	}
	return false;
}

/* An object's ELF files: the one with DWARF, and its own; opened for symbols only when need be. */
struct files {
	Elf *debug, *own;
	int fd;
	Elf *opened;
};

static struct files open_files(struct code *c)
{
	struct files f = {.fd = -1};
	GElf_Addr bias;

	if (codefile_dwarf(c)) {
		f.debug = dwarf_getelf(c->dwarf);
		f.own = dwfl_module_getelf(c->mod, &bias);
		return f;
	}
	if (!c->symbols)
		return f;
	elf_version(EV_CURRENT);
	f.fd = open(c->symbols, O_RDONLY | O_CLOEXEC);
	if (f.fd >= 0)
		f.own = f.opened = elf_begin(f.fd, ELF_C_READ_MMAP, NULL);
	return f;
}

static void close_files(struct files *f)
{
	if (f->opened)
		elf_end(f->opened);
	if (f->fd >= 0)
		close(f->fd);
}

/* --- the index --- */

/* Leaves the symbols of that name, and of what compilers make of it ("name.isra.0"). */
static void keep_named(struct dwscan_symbols *s, const char *name)
{
	size_t len = strlen(name);
	uint32_t kept = 0;

	vec_each(i, s)
		if (!strncmp(s->v[i].name, name, len) &&
		    (!s->v[i].name[len] || s->v[i].name[len] == '.'))
			s->v[kept++] = s->v[i];
	s->n = kept;
}

/* Texts that stand for files and not for a name begin so. */
static bool is_file(const char *text)
{
	return *text == '@';
}

/* about, only: of one function or of some files; NULL: all of it. */
static struct image *make(struct code *c, const char *about, const struct dwscan_hits *only)
{
	static const struct dwsections none;
	struct arena *a = arena_scratch(c->arena);
	struct dwscan_symbols symbols = {0};
	struct files f = open_files(c);
	const struct dwsections *dw = c->dwarf ? code_index_sections(c) : NULL;
	struct image *m;

	if (!read_symbols(f.debug, SHT_SYMTAB, a, &symbols) &&
	    !read_symbols(f.own, SHT_SYMTAB, a, &symbols))
		read_symbols(f.own, SHT_DYNSYM, a, &symbols);
	symbols.names_only = about && is_file(about);
	if (about && !is_file(about))
		keep_named(&symbols, about);
	m = dwscan_run(&c->t->st, dw ? dw : &none, &symbols, only);
	close_files(&f);
	arena_free(a);
	return m;
}

/* What the index is kept under; NULL: nothing is kept.  about: as for make(). */
static const char *key_of(struct code *c, const char *about)
{
	const char *from = c->debug ? c->debug : c->symbols;
	const char *identity = from ? cache_identity(c->arena, from) : NULL;

	if (!identity)
		return NULL;
	return arena_printf(c->arena, "%s %s %s%s%s", c->debug ? "dwarf" : "elf",
			    c->build_id ? c->build_id : "-", identity, about ? " " : "",
			    about ? about : "");
}

static bool take_kept(struct code *c, const char *key, struct dwindex *ix)
{
	const void *kept;
	size_t n;

	return key && cache_get(c->t->cache, DWINDEX_KIND, key, &kept, &n) &&
	       dwindex_open(ix, (struct bytes){kept, n});
}

static bool take_made(struct code *c, const char *key, struct image *m, struct dwindex *ix)
{
	if (!m || !dwindex_open(ix, (struct bytes){m->data, m->len}))
		return false;
	if (key && !ix->head->damaged)
		cache_put(c->t->cache, DWINDEX_KIND, key, m->data, m->len);
	return true;
}

/* The whole index, if it is at hand. */
static const struct dwindex *at_hand(struct code *c)
{
	struct dwindex *ix;

	codefile_look(c);
	if (c->indexed || c->sought)
		return c->index;
	c->sought = true;
	ix = arena_make(c->arena, struct dwindex);
	if (!take_kept(c, key_of(c, NULL), ix))
		return NULL;
	c->indexed = true;
	return c->index = ix;
}

const struct dwindex *code_index(const struct code *c)
{
	struct code *w = codefile_of(c);
	struct dwindex *ix;

	if (at_hand(w) || w->indexed)
		return w->index;
	w->indexed = true;
	ix = arena_make(w->arena, struct dwindex);
	if (!(w->debug || w->symbols) || !take_made(w, key_of(w, NULL), make(w, NULL, NULL), ix))
		return NULL;
	return w->index = ix;
}

/* --- the index of one name, or of files --- */

/* Does it have code of the name that DWARF knows? */
static bool has_code(const struct dwindex *ix, const char *name)
{
	uint32_t first, n = dwindex_find(ix, name, &first);

	for (uint32_t i = 0; i < n; i++) {
		const struct dwindex_function *f = dwindex_function(ix, first + i);
		const struct dwindex_place *p = f ? dwindex_place(ix, f, 0) : NULL;

		if (p && !(p->flags & DWINDEX_SYMBOL))
			return true;
	}
	return false;
}

static struct code_named *named(struct code *c, const char *name)
{
	struct code_named *n;

	for (n = c->named; n; n = n->next)
		if (!strcmp(n->name, name))
			return n;
	n = arena_make(c->arena, struct code_named);
	n->name = arena_strdup(c->arena, name);
	n->next = c->named;
	return c->named = n;
}

static bool find_units(const struct dwsections *dw, const char *about, struct arena *a,
		       struct dwscan_hits *out)
{
	if (!is_file(about))
		return dwnames_find(dw, about, a, out);
	return dwfiles_find(dw, code_search_file, about + 1, a, out) && out->n > 0;
}

static const struct dwindex *part(const struct code *c, const char *about)
{
	enum { WORTH_IT = 32 * 1024 * 1024, SHORTEST = 4, MOST = 16 };
	struct code *w = codefile_of(c);
	const struct dwindex *all = at_hand(w);
	struct code_named *n, *known = w->named;
	unsigned count = 0;

	/* who asks for many names is better served by the whole */
	for (; known; known = known->next)
		count++;
	if (all || w->indexed || !w->debug || w->module || strlen(about) < SHORTEST || count > MOST)
		return code_index(c);
	n = named(w, about);
	if (n->tried)
		return n->index ? n->index : code_index(c);
	n->tried = true;
	const char *key = key_of(w, about);
	struct dwindex *ix = arena_make(w->arena, struct dwindex);
	struct dwscan_hits hits = {0};
	const struct dwsections *dw;
	bool ok = take_kept(w, key, ix);

	if (!ok && (dw = code_index_sections(c)) && dw->info.n >= WORTH_IT) {
		struct arena *a = arena_scratch(w->arena);

		ok = find_units(dw, about, a, &hits) &&
		     take_made(w, key, make(w, about, &hits), ix);
		arena_free(a);
	}
	if (!ok || (!is_file(about) && !has_code(ix, about)))
		return code_index(c);
	return n->index = ix;
}

const struct dwindex *code_index_named(const struct code *c, const char *name)
{
	return is_file(name) ? code_index(c) : part(c, name);
}

const struct dwindex *code_index_filed(const struct code *c, const char *glob)
{
	return part(c, arena_printf(codefile_of(c)->arena, "@%s", glob));
}

bool code_index_unit(const struct code *c, const struct dwindex *ix, uint32_t unit,
		     struct dwabbrevs *abbrevs, struct dwunit *u)
{
	const struct dwsections *dw = code_index_sections(c);
	struct dwread r;
	bool damaged = false;

	if (!ix || !dw || unit >= ix->head->units)
		return false;
	uint64_t at = ix->units[unit];

	return dwunit_next(dw, abbrevs, &at, u, &damaged) && dwunit_abbrevs(u, NULL) &&
	       dwunit_root(u, &r);
}
