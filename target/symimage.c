/*
 * Unpacking a whole kernel takes ten times as long as unpacking it up to its BTF, so it is done
 * only when a function is asked for that BTF does not list; the sorted table is kept like
 * System.map's. What a facts file holds is names and classes, front-coded: how many bytes the name
 * has in common with the one before, its class, the rest, a newline.  What is damaged counts as not
 * there.
 */
#include "target/symimage.h"
#include "base/cache.h"
#include "target/elfsec.h"
#include "target/factsfile.h"
#include "target/kallsyms.h"
#include "target/place.h"

#include <ctype.h>
#include <string.h>
#include <unistd.h>

#define KIND "kallsyms1"
#define EXCLUDED "_kbl_addr_" /* from probing: see target_probeable() */

enum { MAX_FILE = 2040 * 1024 * 1024, MAX_PROC = 64 * 1024 * 1024, FEWEST = 100 };

/* --- names --- */

const char *symimage_name(const struct symmap *m, uint32_t i)
{
	return m->entries[i].name < m->texts_len ? m->texts + m->entries[i].name : "";
}

size_t symimage_base(const char *symbol)
{
	static const char *const words[] = {"isra", "constprop", "part", "lto_priv", "llvm"};
	size_t base = strcspn(symbol, ".");
	const char *s = symbol + base;

	while (*s == '.') {
		size_t n = strcspn(++s, "."), i = 0;

		while (i < sizeof words / sizeof *words &&
		       (strlen(words[i]) != n || memcmp(words[i], s, n)))
			i++;
		if (i == sizeof words / sizeof *words)
			return 0;
		s += n;
		if (*s == '.' && isdigit((unsigned char)s[1]))
			s += 1 + strspn(s + 1, "0123456789");
	}
	return *s ? 0 : base;
}

/* --- what the tables are read from --- */

static bool read_kallsyms(struct symmap_gather *g, struct bytes image)
{
	struct kallsyms k;
	struct kallsyms_symbol s;

	if (!kallsyms_find(image, &k))
		return false;
	for (struct kallsyms_walk w = kallsyms_start(&k); kallsyms_next(&w, &s);)
		symmap_add(g, arena_strndup(g->arena, s.name, s.len), s.len, s.address,
			   s.type && strchr("tTwW", s.type), SYMMAP_PLAIN);
	if (k.has_addresses)
		symmap_classify(g);
	return true;
}

/* The kernel or module in the file at path, unpacked. */
static bool read_file(struct target *t, struct symmap_gather *g, const char *path)
{
	struct store st = {.arena = g->arena};
	struct origin o = {.path = path};
	struct image *m = NULL;
	struct bytes b = {0};

	if (origin_reopen(&st, &o) && o.form == ORIGIN_VMLINUZ && origin_verify(&st, &o)) {
		m = unpack_run(&st, o.codec, o.payload, o.payload_size, STORE_MAX_UNPACKED, NULL);
		b = m ? (struct bytes){m->data, m->len} : b;
	} else if (o.file && (o.form == ORIGIN_VMLINUX || o.form == ORIGIN_MODULE)) {
		b = (struct bytes){o.file->data, o.file->len};
	}
	/* of another kernel than the one that is asked about */
	if (o.release && t->release && strcmp(o.release, t->release))
		b = (struct bytes){0};
	if (elfsec_class(b) == ELFSEC_OURS && elfsec_find(b, ".symtab").n) {
		symmap_read_elf(g, b);
		if (!elfsec_relocatable(b))
			symmap_classify(g);
		/* names point into what is about to be closed */
		vec_each(i, &g->list)
			g->list.v[i].name =
				arena_strndup(g->arena, g->list.v[i].name, g->list.v[i].len);
	} else if (b.n && o.form != ORIGIN_MODULE) {
		read_kallsyms(g, b);
	}
	store_close(&st);
	return g->list.n > 0;
}

/* The recorded form; false when it is damaged. */
static bool read_recorded(struct symmap_gather *g, struct bytes b)
{
	char name[KALLSYMS_MAX_NAME + 1] = "";
	size_t at = 0, len = 0;

	while (at + 2 < b.n) {
		size_t common = b.p[at], class = b.p[at + 1];
		const uint8_t *rest = b.p + at + 2, *nl = memchr(rest, '\n', b.n - at - 2);
		size_t n = nl ? (size_t)(nl - rest) : 0;

		if (!nl || common > len || common + n > KALLSYMS_MAX_NAME || common + n == 0 ||
		    class > SYMMAP_ENTRY || memchr(rest, '\0', n))
			return false;
		memcpy(name + common, rest, n);
		len = common + n;
		name[len] = '\0';
		symmap_add(g, arena_strndup(g->arena, name, len), len, 0,
			   strncmp(name, EXCLUDED, strlen(EXCLUDED)) != 0,
			   (enum symmap_class) class);
		at += 2 + n + 1;
	}
	return at == b.n;
}

/* --- which of them --- */

/* Does it tell what cannot be probed?  Names for that are data, which not every kernel lists. */
static bool tells_excluded(const struct target *t, struct symmap *m)
{
	const struct symmap_entry *first;

	symmap_find(lazy_of(t), m, EXCLUDED, &first);
	return first < m->entries + m->n &&
	       !strncmp(symimage_name(m, (uint32_t)(first - m->entries)), EXCLUDED,
			strlen(EXCLUDED));
}

static bool finish(struct target *t, struct symmap *m, struct symmap_gather *g, const char *key)
{
	struct image *out;
	bool functions = false;

	vec_each(i, &g->list)
		functions = functions || g->list.v[i].code;
	if (!functions || (!m->module && g->list.n < FEWEST))
		return false;
	m->has_addresses = g->has_addresses;
	out = symmap_write(&t->st, g);
	if (!out || !symmap_take(m, (struct bytes){out->data, out->len}))
		return false;
	if (key)
		cache_put(t->cache, KIND, key, out->data, out->len);
	return true;
}

static bool from_file(struct target *t, struct symmap *m, const char *path)
{
	const char *key = t->cache ? cache_identity(t->st.arena, path) : NULL;
	struct symmap_gather g = {0};
	const void *kept;
	bool ok = false;
	size_t n;

	if (key && cache_get(t->cache, KIND, key, &kept, &n) &&
	    symmap_take(m, (struct bytes){kept, n}) && m->n) {
		for (uint32_t i = 0; i < m->n && !m->has_addresses; i++)
			m->has_addresses = m->entries[i].address != 0;
		ok = true;
	} else {
		g.arena = arena_scratch(t->st.arena);
		ok = read_file(t, &g, path) && finish(t, m, &g, key);
		arena_free(g.arena);
	}
	if (ok)
		m->source = arena_printf(t->st.arena, "%s (symbols)", path);
	m->classified = ok && m->has_addresses && tells_excluded(t, m);
	return ok;
}

/* What the running kernel shows to everybody is names without addresses. */
static bool from_proc(struct target *t, struct symmap *m)
{
	struct symmap_gather g = {.arena = arena_scratch(t->st.arena)};
	bool ok;

	symmap_read_text(&g, symmap_proc(t, "/proc/kallsyms", MAX_PROC));
	ok = finish(t, m, &g, NULL);
	if (ok)
		m->source = "/proc/kallsyms";
	arena_free(g.arena);
	return ok;
}

static bool from_facts(struct target *t, struct symmap *m)
{
	struct symmap_gather g = {.arena = arena_scratch(t->st.arena)};
	struct image *part = t->facts.symbols.size ? factsfile_part(t, &t->facts.symbols) : NULL;
	bool ok = part && read_recorded(&g, (struct bytes){part->data, part->len}) &&
		  finish(t, m, &g, NULL);

	m->classified = ok && tells_excluded(t, m);
	if (ok)
		m->source = arena_printf(t->st.arena, "%s (symbols)", t->kernel.path);
	store_drop(&t->st, part);
	arena_free(g.arena);
	return ok;
}

static bool read_kernel(struct target *t, struct symmap *m)
{
	const char *path = NULL;

	switch (t->kernel.form) {
	case ORIGIN_FACTS: return from_facts(t, m);
	case ORIGIN_VMLINUX:
	case ORIGIN_VMLINUZ: return from_file(t, m, t->kernel.path);
	case ORIGIN_RAW:
		if (t->running && from_proc(t, m))
			return true;
		if (t->root && t->release)
			path = place_kernel(t->st.arena, t->root, t->release);
		return path && from_file(t, m, path);
	case ORIGIN_NONE:
	case ORIGIN_SPLIT:
	case ORIGIN_MODULE: break;
	}
	return false;
}

struct symmap *symimage_of(struct target *t, const char *module)
{
	struct symmap *cheap = symmap_of(t, module, NULL);
	const struct module *file = module ? modules_find(lazy_modules(t), module) : NULL;
	struct symmap *m;

	if (cheap)
		return symmap_table(t, cheap);
	for (m = t->images; m; m = m->next)
		if (module ? m->module && !strcmp(m->module, module) : !m->module)
			return m->source ? m : NULL;
	m = arena_make(t->st.arena, struct symmap);
	m->module = module ? arena_strdup(t->st.arena, module) : NULL;
	m->next = t->images;
	t->images = m;
	if (module ? file && file->path && from_file(t, m, file->path) : read_kernel(t, m))
		return m;
	m->source = NULL;
	return NULL;
}

/* --- recording --- */

struct image *symimage_record(struct target *t, struct store *st)
{
	const struct symmap *cheap = symmap_of(t, NULL, NULL), *m = symimage_of(t, NULL);
	struct image *out;
	const char *last = "";
	size_t room = 0;

	if (m && !cheap && !m->classified)
		return NULL;
	for (uint32_t i = 0; m && i < m->n; i++)
		room += strlen(symimage_name(m, i)) + 3;
	out = room && room <= STORE_MAX_BTF ? store_buffer(st, room) : NULL;
	for (uint32_t i = 0; out && i < m->n; i++) {
		const char *name = symimage_name(m, i);
		size_t common = 0, n = strlen(name);

		if ((!m->entries[i].code && strncmp(name, EXCLUDED, strlen(EXCLUDED))) || n == 0 ||
		    n > KALLSYMS_MAX_NAME || strchr(name, '\n'))
			continue;
		while (common < 255 && name[common] && name[common] == last[common])
			common++;
		if (common == n)
			common--;
		out->data[out->len++] = (uint8_t)common;
		out->data[out->len++] = (uint8_t)m->entries[i].class;
		memcpy(out->data + out->len, name + common, n - common);
		out->len += n - common;
		out->data[out->len++] = '\n';
		last = name;
	}
	return out;
}
