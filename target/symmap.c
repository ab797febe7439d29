/*
 * Symbols from /proc/kallsyms (of the running kernel, where it shows addresses), System.map, or the
 * symbol table of an ELF file.  Debian ships a System.map in /boot that holds one line of text;
 * such a stub is noticed by what it lacks.  A text is only looked through for the names asked; the
 * sorted table is made when they are many, or when the file was asked in an earlier run, and then
 * kept.  The text may be anything: lines of another form are passed over, and their number is
 * bounded.
 */
#include "target/symmap.h"
#include "base/cache.h"
#include "target/codefile.h"
#include "target/elfsec.h"
#include "target/place.h"
#include "target/symscan.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	MAX_MAP = 64 * 1024 * 1024,
	FEWEST = 100,
	FEW_PASSES = 6, /* after so many a table is the cheaper way */
};

static const char KIND[] = "symbols1", ASKED[] = "symbols-asked1";

/* --- gathering --- */

void symmap_add(struct symmap_gather *g, const char *name, size_t len, uint64_t address, bool code,
		enum symmap_class class)
{
	struct symmap_symbol s = {name, (uint32_t)len, (uint16_t) class, code, address};

	if (len == 0 || len > 512 || g->list.n >= SYMMAP_MAX)
		return;
	vec_push(g->arena, &g->list, s);
	if (address)
		g->has_addresses = true;
}

void symmap_read_text(struct symmap_gather *g, struct bytes b)
{
	const char *s = (const char *)b.p, *end = b.n ? s + b.n : s;

	while (s < end) {
		const char *nl = memchr(s, '\n', (size_t)(end - s));
		const char *stop = nl ? nl : end;
		struct symscan_symbol y;

		if (symscan_line(s, (size_t)(stop - s), &y))
			symmap_add(g, y.name, y.len, y.address, y.code, SYMMAP_PLAIN);
		s = stop + 1;
	}
}

static enum symmap_class class_of_section(const char *name)
{
	if (!strncmp(name, ".init.text", 10) || !strncmp(name, ".exit.text", 10))
		return SYMMAP_INIT;
	if (!strcmp(name, ".kprobes.text"))
		return SYMMAP_KPROBES;
	if (!strcmp(name, ".noinstr.text"))
		return SYMMAP_NOINSTR;
	if (!strcmp(name, ".entry.text"))
		return SYMMAP_ENTRY;
	return SYMMAP_PLAIN;
}

void symmap_read_elf(struct symmap_gather *g, struct bytes elf)
{
	struct bytes syms = elfsec_find(elf, ".symtab"), strs = elfsec_find(elf, ".strtab");
	Elf64_Sym sym;

	for (uint64_t at = sizeof sym; at + sizeof sym <= syms.n; at += sizeof sym) {
		memcpy(&sym, syms.p + at, sizeof sym);
		int type = ELF64_ST_TYPE(sym.st_info);
		const char *name = (const char *)strs.p + sym.st_name;

		if (sym.st_shndx == SHN_UNDEF || sym.st_name >= strs.n || type == STT_SECTION ||
		    type == STT_FILE)
			continue;
		const char *section = elfsec_section_name(elf, sym.st_shndx);

		symmap_add(g, name, strnlen(name, strs.n - sym.st_name), sym.st_value,
			   type == STT_FUNC || (type == STT_NOTYPE && strstr(section, ".text")),
			   elfsec_relocatable(elf) ? class_of_section(section) : SYMMAP_PLAIN);
	}
}

/* --- classes of a linked kernel --- */

static uint64_t address_of(const struct symmap_gather *g, const char *name)
{
	size_t len = strlen(name);

	vec_each(i, &g->list)
		if (g->list.v[i].len == len && !memcmp(g->list.v[i].name, name, len))
			return g->list.v[i].address;
	return 0;
}

void symmap_classify(struct symmap_gather *g)
{
	struct symscan_bounds b;

	for (int i = 0; i < SYMSCAN_AREAS; i++) {
		b.low[i] = address_of(g, symscan_areas[i].from);
		b.high[i] = address_of(g, symscan_areas[i].to);
	}
	vec_each(i, &g->list)
		g->list.v[i].class = (uint16_t)symscan_class(&b, g->list.v[i].address);
}

/* --- the table --- */

static int by_name(const void *a, const void *b)
{
	const struct symmap_symbol *x = a, *y = b;
	size_t n = x->len < y->len ? x->len : y->len;
	int order = memcmp(x->name, y->name, n);

	if (order)
		return order;
	if (x->len != y->len)
		return x->len < y->len ? -1 : 1;
	return (x->address > y->address) - (x->address < y->address);
}

struct head {
	uint32_t n, texts_len;
	uint64_t zero;
};

bool symmap_take(struct symmap *m, struct bytes b)
{
	struct head h;

	if (b.n < sizeof h)
		return false;
	memcpy(&h, b.p, sizeof h);
	uint64_t entries = (uint64_t)h.n * sizeof(struct symmap_entry);

	if (h.n > SYMMAP_MAX || h.texts_len == 0 || sizeof h + entries + h.texts_len != b.n ||
	    b.p[b.n - 1])
		return false;
	m->n = h.n;
	m->texts_len = h.texts_len;
	m->entries = (const struct symmap_entry *)(b.p + sizeof h);
	m->texts = (const char *)b.p + sizeof h + entries;
	return true;
}

struct image *symmap_write(struct store *st, struct symmap_gather *g)
{
	struct head h = {.n = g->list.n, .texts_len = 1};
	struct image *out;

	if (h.n)
		qsort(g->list.v, h.n, sizeof *g->list.v, by_name);
	vec_each(i, &g->list)
		h.texts_len += g->list.v[i].len + 1;
	size_t entries = h.n * sizeof(struct symmap_entry);

	out = store_buffer(st, sizeof h + entries + h.texts_len);
	if (!out)
		return NULL;
	out->len = sizeof h + entries + h.texts_len;
	memcpy(out->data, &h, sizeof h);
	struct symmap_entry *e = (struct symmap_entry *)(out->data + sizeof h);
	char *texts = (char *)out->data + sizeof h + entries;
	uint32_t at = 1;

	vec_each(i, &g->list) {
		const struct symmap_symbol *s = &g->list.v[i];

		e[i] = (struct symmap_entry){s->address, at, s->class, s->code};
		memcpy(texts + at, s->name, s->len);
		at += s->len + 1;
	}
	return out;
}

/* --- sources --- */

/* procfs tells no sizes. */
static struct image *read_proc(struct store *st, const char *path, size_t max)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct image *m = fd >= 0 ? store_buffer(st, MIB) : NULL;
	ssize_t n = 1;

	while (m && n > 0 && m->len < max) {
		if (m->len == m->capacity && !store_grow(st, m, 2 * m->capacity))
			break;
		n = read(fd, m->data + m->len, m->capacity - m->len);
		if (n < 0 && errno == EINTR)
			n = 1;
		else if (n > 0)
			m->len += (size_t)n;
	}
	if (fd >= 0)
		close(fd);
	return m;
}

struct bytes symmap_proc(struct target *t, const char *path, size_t max)
{
	struct image *m = read_proc(&t->st, path, max);

	return m && m->len ? (struct bytes){m->data, m->len} : (struct bytes){0};
}

/* Makes the table of what was gathered, and keeps it. */
static bool tabulate(struct target *t, struct symmap *m, struct symmap_gather *g, const char *key)
{
	struct image *out = symmap_write(&t->st, g);
	bool ok = out && symmap_take(m, (struct bytes){out->data, out->len});

	if (ok && key)
		cache_put(t->cache, KIND, key, out->data, out->len);
	return ok;
}

static bool tabulate_elf(struct target *t, struct symmap *m, struct bytes elf, const char *key)
{
	struct symmap_gather g = {.arena = arena_scratch(t->st.arena)};
	bool ok = false;

	symmap_read_elf(&g, elf);
	if (g.list.n >= FEWEST && g.has_addresses) {
		if (!elfsec_relocatable(elf))
			symmap_classify(&g);
		ok = tabulate(t, m, &g, key);
	}
	arena_free(g.arena);
	return ok;
}

struct symmap *symmap_table(struct target *t, struct symmap *m)
{
	struct symmap_gather g = {0};

	if (!m->scan)
		return m;
	g.arena = arena_scratch(t->st.arena);
	symmap_read_text(&g, m->text);
	symmap_classify(&g);
	if (tabulate(t, m, &g, m->key))
		m->scan = NULL;
	arena_free(g.arena);
	return m;
}

/* Was the file asked in an earlier run, so that it will be again? */
static bool asked_before(struct target *t, const char *key)
{
	const void *p;
	size_t n;

	if (!key || cache_get(t->cache, ASKED, key, &p, &n))
		return key != NULL;
	cache_put(t->cache, ASKED, key, "", 0);
	return false;
}

/* Reads the source at path; false when it holds no symbols. */
static bool read_source(struct target *t, struct symmap *m, const char *path, bool proc)
{
	struct store *st = &t->st;
	struct image *file =
		proc ? read_proc(st, path, MAX_MAP) : store_read(st, path, 2040u * MIB);
	struct bytes b = file ? (struct bytes){file->data, file->len} : (struct bytes){0};
	const char *key = proc ? NULL : cache_identity(st->arena, path);
	bool ok = false;

	if (elfsec_class(b) == ELFSEC_OURS) {
		ok = tabulate_elf(t, m, b, key);
		store_drop(st, file);
		return ok;
	}
	if (b.n <= MAX_MAP)
		m->scan = symscan_new(st->arena, b);
	if (!m->scan) {
		store_drop(st, file);
		return false;
	}
	m->text = b;
	m->key = key;
	if (asked_before(t, key))
		symmap_table(t, m);
	return true;
}

static bool try_source(struct target *t, struct symmap *m, const char *path)
{
	const char *key;
	const void *kept;
	size_t n;

	if (access(path, R_OK) != 0)
		return false;
	key = cache_identity(t->st.arena, path);
	if (!(key && cache_get(t->cache, KIND, key, &kept, &n) &&
	      symmap_take(m, (struct bytes){kept, n})) &&
	    !read_source(t, m, path, false))
		return false;
	m->source = path;
	return true;
}

static bool read_kernel(struct target *t, struct symmap *m, const char **stub)
{
	static const char *const maps[] = {"/boot/System.map-", "/usr/lib/debug/boot/System.map-",
					   NULL};
	static const char *const inside[] = {"/lib/modules/", "/usr/lib/modules/", NULL};
	struct arena *a = t->st.arena;

	if (t->running && read_source(t, m, "/proc/kallsyms", true)) {
		m->source = "/proc/kallsyms";
		return true;
	}
	for (int i = 0; t->root && t->release && maps[i]; i++) {
		const char *path = arena_printf(a, "%s%s%s", t->root, maps[i], t->release);

		if (try_source(t, m, path))
			return true;
		if (access(path, R_OK) == 0)
			*stub = path;
	}
	for (int i = 0; t->root && t->release && inside[i]; i++)
		if (try_source(
			    t, m,
			    arena_printf(a, "%s%s%s/System.map", t->root, inside[i], t->release)))
			return true;
	const struct code *c = code_of_kernel(t, NULL);

	return code_source(c) != CODE_MISSING && c->symbols && try_source(t, m, c->symbols);
}

/* A module's own file tells its sections; the one in the kernel's folder may be packed. */
static bool read_module(struct target *t, struct symmap *m)
{
	const struct code *c = code_of_kernel(t, m->module);

	return code_source(c) != CODE_MISSING && c->symbols && try_source(t, m, c->symbols);
}

struct symmap *symmap_of(struct target *t, const char *module, const char **stub)
{
	const char *noticed = NULL;
	struct symmap *m;

	for (m = t->symbols; m; m = m->next)
		if (module ? m->module && !strcmp(m->module, module) : !m->module)
			break;
	if (!m) {
		m = arena_make(t->st.arena, struct symmap);
		m->module = module ? arena_strdup(t->st.arena, module) : NULL;
		m->next = t->symbols;
		t->symbols = m;
		if (module)
			read_module(t, m);
		else if (!read_kernel(t, m, &noticed))
			m->source = NULL;
		m->stub = noticed;
	}
	if (stub)
		*stub = m->stub;
	return m->source ? m : NULL;
}

void symmap_expect(struct symmap *m, const char *name)
{
	if (m->scan)
		symscan_expect(m->scan, name);
}

uint32_t symmap_find(struct target *t, struct symmap *m, const char *name,
		     const struct symmap_entry **first)
{
	uint32_t low = 0, high, n = 0;

	if (m->scan && symscan_passes(m->scan) >= FEW_PASSES)
		symmap_table(t, m);
	if (m->scan)
		return symscan_find(m->scan, name, first);
	for (high = m->n; low < high;) {
		uint32_t mid = low + (high - low) / 2, at = m->entries[mid].name;

		if (strcmp(at < m->texts_len ? m->texts + at : "", name) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	*first = m->entries + low;
	while (low + n < m->n && m->entries[low + n].name < m->texts_len &&
	       !strcmp(m->texts + m->entries[low + n].name, name))
		n++;
	return n;
}
