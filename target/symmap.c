/*
 * Symbols from /proc/kallsyms (of the running kernel, where it shows addresses), System.map, or the
 * symbol table of an ELF file.  Debian ships a System.map in /boot that holds one line of text;
 * such a stub is noticed by what it lacks.  The sorted table is kept between runs.  The text may be
 * anything: lines of another form are passed over, and their number is bounded.
 */
#include "target/symmap.h"
#include "base/cache.h"
#include "target/codefile.h"
#include "target/elfsec.h"
#include "target/place.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MAX_MAP = 64 * 1024 * 1024, MAX_SYMBOLS = 2 * 1000 * 1000, FEWEST = 100 };

#define KIND "symbols1"

/* --- gathering --- */

struct symbol {
	const char *name;
	uint32_t len;
	uint16_t class, code;
	uint64_t address;
};

struct gather {
	struct arena *arena;
	VEC(struct symbol) list;
	bool zeroes; /* no address but 0 so far */
};

static void add(struct gather *g, const char *name, size_t len, uint64_t address, bool code,
		enum symmap_class class)
{
	struct symbol s = {name, (uint32_t)len, (uint16_t) class, code, address};

	if (len == 0 || len > 512 || g->list.n >= MAX_SYMBOLS)
		return;
	vec_push(g->arena, &g->list, s);
	if (address)
		g->zeroes = false;
}

/* "ffffffff81000000 T _stext", and in kallsyms a module in brackets behind it. */
static void read_line(struct gather *g, const char *s, size_t n)
{
	uint64_t address = 0;
	size_t at = 0;

	for (; at < n && at < 17; at++) {
		char c = s[at];
		int digit = c >= '0' && c <= '9'   ? c - '0'
			    : c >= 'a' && c <= 'f' ? c - 'a' + 10
						   : -1;

		if (digit < 0)
			break;
		address = address << 4 | (unsigned)digit;
	}
	if (at == 0 || at > 16 || at + 3 >= n || s[at] != ' ' || s[at + 2] != ' ')
		return;
	char type = s[at + 1];
	const char *name = s + at + 3;
	size_t len = n - at - 3, end = 0;

	while (end < len && (unsigned char)name[end] > ' ')
		end++;
	if (end < len && memchr(name, '[', len))
		return;
	add(g, name, end, address, type == 't' || type == 'T' || type == 'W' || type == 'w',
	    SYMMAP_PLAIN);
}

static void read_text(struct gather *g, struct bytes b)
{
	const char *s = (const char *)b.p, *end = b.n ? s + b.n : s;

	while (s < end) {
		const char *nl = memchr(s, '\n', (size_t)(end - s));
		const char *stop = nl ? nl : end;

		read_line(g, s, (size_t)(stop - s));
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

static void read_elf(struct gather *g, struct bytes elf)
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
		add(g, name, strnlen(name, strs.n - sym.st_name), sym.st_value,
		    type == STT_FUNC || type == STT_NOTYPE,
		    elfsec_relocatable(elf)
			    ? class_of_section(elfsec_section_name(elf, sym.st_shndx))
			    : SYMMAP_PLAIN);
	}
}

/* --- classes of a linked kernel --- */

static uint64_t address_of(const struct gather *g, const char *name)
{
	size_t len = strlen(name);

	vec_each(i, &g->list)
		if (g->list.v[i].len == len && !memcmp(g->list.v[i].name, name, len))
			return g->list.v[i].address;
	return 0;
}

static void classify(struct gather *g)
{
	static const struct {
		const char *from, *to;
		enum symmap_class class;
	} areas[] = {
		{"__init_begin", "__init_end", SYMMAP_INIT},
		{"_sinittext", "_einittext", SYMMAP_INIT},
		{"__kprobes_text_start", "__kprobes_text_end", SYMMAP_KPROBES},
		{"__noinstr_text_start", "__noinstr_text_end", SYMMAP_NOINSTR},
		{"__entry_text_start", "__entry_text_end", SYMMAP_ENTRY},
	};

	for (size_t a = 0; a < sizeof areas / sizeof *areas; a++) {
		uint64_t low = address_of(g, areas[a].from), high = address_of(g, areas[a].to);

		if (!low || low >= high)
			continue;
		vec_each(i, &g->list)
			if (g->list.v[i].address >= low && g->list.v[i].address < high)
				g->list.v[i].class = (uint16_t)areas[a].class;
	}
}

/* --- the table --- */

static int by_name(const void *a, const void *b)
{
	const struct symbol *x = a, *y = b;
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

static bool take(struct symmap *m, struct bytes b)
{
	struct head h;

	if (b.n < sizeof h)
		return false;
	memcpy(&h, b.p, sizeof h);
	uint64_t entries = (uint64_t)h.n * sizeof(struct symmap_entry);

	if (h.n > MAX_SYMBOLS || h.texts_len == 0 || sizeof h + entries + h.texts_len != b.n ||
	    b.p[b.n - 1])
		return false;
	m->n = h.n;
	m->texts_len = h.texts_len;
	m->entries = (const struct symmap_entry *)(b.p + sizeof h);
	m->texts = (const char *)b.p + sizeof h + entries;
	return true;
}

static struct image *write_table(struct store *st, struct gather *g)
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
		const struct symbol *s = &g->list.v[i];

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

/* Reads the source at path; false when it holds no symbols. */
static bool read_source(struct target *t, struct symmap *m, const char *path, bool proc)
{
	struct store *st = &t->st;
	struct arena *scratch = arena_scratch(st->arena);
	struct gather g = {.arena = scratch, .zeroes = true};
	struct image *file = proc ? read_proc(st, path, MAX_MAP)
				  : store_read(st, path, 2040u * MIB),
		     *out;
	struct bytes b = file ? (struct bytes){file->data, file->len} : (struct bytes){0};
	const char *key = proc ? NULL : cache_identity(st->arena, path);
	bool ok = false;

	if (elfsec_class(b) == ELFSEC_OURS)
		read_elf(&g, b);
	else if (b.n <= MAX_MAP)
		read_text(&g, b);
	if (g.list.n >= FEWEST && !g.zeroes) {
		if (elfsec_class(b) != ELFSEC_OURS || !elfsec_relocatable(b))
			classify(&g);
		out = write_table(st, &g);
		ok = out && take(m, (struct bytes){out->data, out->len});
		if (ok && key)
			cache_put(t->cache, KIND, key, out->data, out->len);
	}
	store_drop(st, file);
	arena_free(scratch);
	return ok;
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
	      take(m, (struct bytes){kept, n})) &&
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

const struct symmap *symmap_of(struct target *t, const char *module, const char **stub)
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

uint32_t symmap_find(const struct symmap *m, const char *name, uint32_t *first)
{
	uint32_t low = 0, high = m->n, n = 0;

	while (low < high) {
		uint32_t mid = low + (high - low) / 2, at = m->entries[mid].name;

		if (strcmp(at < m->texts_len ? m->texts + at : "", name) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	*first = low;
	while (low + n < m->n && m->entries[low + n].name < m->texts_len &&
	       !strcmp(m->texts + m->entries[low + n].name, name))
		n++;
	return n;
}
