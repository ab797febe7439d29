/*
 * The file with an object's debug information: the places where distributions and users put it,
 * each candidate opened and looked at.  One whose build-id differs from the object's is refused and
 * remembered, so that it can be told.  Where the object has no build-id, its debug link's checksum
 * is compared, if there is one.  The last resort is debuginfod, which is asked only when
 * DEBUGINFOD_URLS says that the user wants it.
 */
#include "target/debugfile.h"
#include "base/cache.h"
#include "target/bzimage.h"
#include "target/elfsec.h"
#include "target/place.h"

#include <dlfcn.h>
#include <elf.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

enum { MAX_FILE = 2040 * 1024 * 1024, MAX_UNPACKED = 1024 * 1024 * 1024 };

static const char *build_id_folder(struct debugfile *d, const char *top)
{
	const char *id = d->build_id;

	return arena_printf(d->t->st.arena, "%s/.build-id/%.2s/%s.debug", top, id, id + 2);
}

static bool right_crc(const struct debugfile *d, struct bytes b)
{
	return (uint32_t)crc32_z(0, b.p, b.n) == d->crc;
}

/* Is b, at path, of the object's build? */
static bool belongs(struct debugfile *d, const char *path, struct bytes b)
{
	const char *id = elfsec_build_id(b, d->t->st.arena);

	if ((elfsec_class(b) == ELFSEC_NARROW) != d->narrow)
		return false;
	if (d->build_id && id) {
		if (!strcmp(id, d->build_id))
			return true;
		if (!d->refused) {
			d->refused = path;
			d->refused_id = id;
		}
		return false;
	}
	return !d->has_crc || right_crc(d, b);
}

bool debugfile_try(struct debugfile *d, const char *path)
{
	struct store *st = &d->t->st;
	struct image *m;

	if (access(path, R_OK) != 0 || !(m = store_read(st, path, MAX_FILE)))
		return false;
	struct bytes b = {m->data, m->len};
	bool symbols = elfsec_has(b, ".symtab");
	/* libdw unpacks whatever it opens */
	bool dwarf = elfsec_has(b, ".debug_info") && elfsec_unpacked(b) <= MAX_UNPACKED;

	if ((dwarf || (symbols && !d->symbols)) && belongs(d, path, b)) {
		if (dwarf)
			d->dwarf = path;
		if (symbols && !d->symbols)
			d->symbols = path;
	}
	store_drop(st, m);
	return d->dwarf != NULL;
}

/* Tries the patterns, whose @ stands for word, below top. */
static bool try_patterns(struct debugfile *d, const char *const *patterns, const char *top,
			 const char *word)
{
	for (; *patterns; patterns++) {
		const char *p = *patterns, *at = strchr(p, '@');
		int n = at ? (int)(at - p) : (int)strlen(p);

		if (debugfile_try(d, arena_printf(d->t->st.arena, "%s%.*s%s%s", top, n, p,
						  at ? word : "", at ? at + 1 : "")))
			return true;
	}
	return false;
}

/* --- where the user says --- */

/* SYSTEMTAP_DEBUGINFO_PATH takes the place of the usual folders, as it does for stap. */

/* The next entry of it, without its sign; NULL at the end. */
static const char *next_entry(struct debugfile *d, const char **rest)
{
	const char *s = *rest;

	if (!s)
		return NULL;
	size_t n = strcspn(s, ":");

	*rest = s[n] ? s + n + 1 : NULL;
	if (n && (*s == '+' || *s == '-')) {
		s++;
		n--;
	}
	return arena_strndup(d->t->st.arena, s, n);
}

static const char *user_path(void)
{
	const char *s = getenv("SYSTEMTAP_DEBUGINFO_PATH");

	return s && *s ? s : NULL;
}

/* --- debuginfod --- */

/* Asks the servers for the build-id; the library keeps what it got in a cache of the user's own. */
static bool from_server(struct debugfile *d)
{
	typedef struct debuginfod_client *begin_fn(void);
	typedef int find_fn(struct debuginfod_client *, const unsigned char *, int, char **);
	typedef void end_fn(struct debuginfod_client *);
	const char *urls = getenv("DEBUGINFOD_URLS");
	void *lib;
	char *path = NULL;

	if (!urls || !*urls || !d->build_id || !(lib = dlopen("libdebuginfod.so.1", RTLD_NOW)))
		return false;
	begin_fn *begin = (begin_fn *)(uintptr_t)dlsym(lib, "debuginfod_begin");
	find_fn *find = (find_fn *)(uintptr_t)dlsym(lib, "debuginfod_find_debuginfo");
	end_fn *end = (end_fn *)(uintptr_t)dlsym(lib, "debuginfod_end");
	struct debuginfod_client *client = begin && find && end ? begin() : NULL;

	if (client) {
		/* length 0: the id is in hex */
		int fd = find(client, (const unsigned char *)d->build_id, 0, &path);

		if (fd >= 0)
			close(fd);
		end(client);
	}
	bool found = path && debugfile_try(d, arena_strdup(d->t->st.arena, path));

	free(path);
	dlclose(lib);
	return found;
}

/* --- kernels --- */

static bool by_build_id(struct debugfile *d)
{
	struct arena *a = d->t->st.arena;

	return d->build_id &&
	       debugfile_try(d, build_id_folder(d, arena_printf(a, "%s/usr/lib/debug", d->root)));
}

bool debugfile_kernel(struct debugfile *d, const char *release)
{
	static const char *const inside[] = {"/vmlinux-@", "/boot/vmlinux-@",
					     "/lib/modules/@/vmlinux", "/vmlinux", NULL};
	static const char *const installed[] = {
		"/usr/lib/debug/boot/vmlinux-@",
		"/usr/lib/debug/lib/modules/@/vmlinux",
		"/usr/lib/debug/lib/modules/@/vmlinux.debug",
		"/usr/lib/debug/usr/lib/modules/@/vmlinux",
		"/usr/lib/debug/vmlinux-@",
		"/lib/modules/@/vmlinux",
		"/boot/vmlinux-@",
		"/lib/modules/@/build/vmlinux",
		NULL,
	};
	const char *rest = user_path();

	for (const char *top; (top = next_entry(d, &rest));)
		if (*top == '/' && release && try_patterns(d, inside, top, release))
			return true;
	if (!user_path() &&
	    ((release && try_patterns(d, installed, d->root, release)) || by_build_id(d)))
		return true;
	return from_server(d);
}

/* The path of a module below its release's folder, without what packing added: "/kernel/x.ko". */
static const char *module_tail(struct arena *a, const char *release, const char *path)
{
	const char *at = path ? strstr(path, arena_printf(a, "/lib/modules/%s/", release)) : NULL;

	if (!at)
		return NULL;
	at += strlen("/lib/modules/") + strlen(release);
	const char *end = strstr(at, ".ko");

	return end ? arena_strndup(a, at, (size_t)(end + 3 - at)) : NULL;
}

bool debugfile_module(struct debugfile *d, const char *release, const char *path)
{
	static const char *const forms[] = {"@", "@.debug", NULL};
	struct arena *a = d->t->st.arena;
	const char *tail = release ? module_tail(a, release, path) : NULL, *rest = user_path();

	if (path && debugfile_try(d, path))
		return true;
	for (const char *top; tail && (top = next_entry(d, &rest));)
		if (*top == '/' &&
		    try_patterns(d, forms, arena_printf(a, "%s/lib/modules/%s", top, release),
				 tail))
			return true;
	static const char *const tops[] = {"/usr/lib/debug/lib/modules",
					   "/usr/lib/debug/usr/lib/modules", NULL};

	for (int i = 0; !user_path() && tail && tops[i]; i++)
		if (try_patterns(d, forms, arena_printf(a, "%s%s/%s", d->root, tops[i], release),
				 tail))
			return true;
	return (!user_path() && by_build_id(d)) || from_server(d);
}

/* --- programs --- */

/* Looks below one entry of the path of debug folders; folder: the program's own, below the root. */
static bool try_entry(struct debugfile *d, const char *top, const char *folder, const char *link)
{
	struct arena *a = d->t->st.arena;

	if (*top != '/')
		return link && debugfile_try(d, arena_printf(a, "%s%s/%s%s%s", d->root, folder, top,
							     *top ? "/" : "", link));
	if (d->build_id && debugfile_try(d, build_id_folder(d, top)))
		return true;
	return link && debugfile_try(d, arena_printf(a, "%s%s/%s", top, folder, link));
}

/* The name in .gnu_debuglink; NULL when there is none. */
static const char *debug_link(struct debugfile *d, struct bytes elf)
{
	struct bytes b = elfsec_find(elf, ".gnu_debuglink");
	size_t n = b.p ? strnlen((const char *)b.p, b.n) : 0, at = (n + 4) & ~(size_t)3;

	if (n == 0 || at + 4 > b.n || memchr(b.p, '/', n))
		return NULL;
	memcpy(&d->crc, b.p + at, sizeof d->crc);
	d->has_crc = true;
	return arena_strndup(d->t->st.arena, (const char *)b.p, n);
}

bool debugfile_program(struct debugfile *d, const char *path, struct bytes elf)
{
	struct arena *a = d->t->st.arena;
	const char *folder = place_folder(a, path + strlen(d->root)), *rest = user_path();
	const char *link;

	d->build_id = elfsec_build_id(elf, a);
	if (debugfile_try(d, path))
		return true;
	link = debug_link(d, elf);
	for (const char *top; (top = next_entry(d, &rest));)
		if (try_entry(d, top, folder, link))
			return true;
	if (!user_path() &&
	    (try_entry(d, arena_printf(a, "%s/usr/lib/debug", d->root), folder, link) ||
	     try_entry(d, ".debug", folder, link) || try_entry(d, "", folder, link)))
		return true;
	return from_server(d);
}

/* --- build-ids of kernels --- */

/* Stops the unpacking once the notes have been seen. */
struct hunt {
	struct unpack_stop stop;
	struct arena *arena;
	const char *id;
};

static bool seen(struct unpack_stop *stop, struct bytes b)
{
	struct hunt *h = (struct hunt *)stop;

	return (h->id = elfsec_build_id(b, h->arena)) != NULL;
}

static const char *packed_id(struct target *t, const char *path)
{
	struct hunt h = {.stop.enough = seen, .arena = t->st.arena};
	struct origin o = {.path = path};

	if (!origin_reopen(&t->st, &o)) /* the file itself, not what the cache kept of it */
		return NULL;
	if (o.form == ORIGIN_VMLINUZ) {
		struct image *m = unpack_run(&t->st, o.codec, o.payload, o.payload_size,
					     STORE_MAX_UNPACKED, &h.stop);

		if (m && !h.id)
			h.id = elfsec_build_id((struct bytes){m->data, m->len}, h.arena);
		store_drop(&t->st, m);
	} else {
		h.id = elfsec_build_id((struct bytes){o.file->data, o.file->len}, h.arena);
	}
	store_drop(&t->st, o.file);
	return h.id;
}

/* The build-id in a file of bare notes, as sysfs has them. */
static const char *bare_notes_id(struct target *t, const char *path)
{
	struct image *m = store_read(&t->st, path, MIB);
	const char *id = m ? elfsec_note_id((struct bytes){m->data, m->len}, t->st.arena) : NULL;

	store_drop(&t->st, m);
	return id;
}

const char *debugfile_kernel_id(struct target *t)
{
	struct arena *a = t->st.arena;
	const char *path = t->kernel.path, *key, *id;
	const void *kept;
	size_t n;

	if (t->running)
		return bare_notes_id(t, "/sys/kernel/notes");
	if (t->kernel.form != ORIGIN_VMLINUZ && t->kernel.form != ORIGIN_VMLINUX)
		return NULL;
	key = cache_identity(a, path);
	if (key && cache_get(t->cache, "kernelid1", key, &kept, &n) && n > 0 && n <= 128 &&
	    strspn(arena_strndup(a, kept, n), "0123456789abcdef") == n)
		return arena_strndup(a, kept, n);
	id = t->kernel.build_id ? t->kernel.build_id : packed_id(t, path);
	if (id && key)
		cache_put(t->cache, "kernelid1", key, id, strlen(id));
	return id;
}

const char *debugfile_packed_module_id(struct target *t, const char *path)
{
	return packed_id(t, path);
}

const char *debugfile_module_id(struct target *t, const char *name)
{
	return bare_notes_id(
		t, arena_printf(t->st.arena, "/sys/module/%s/notes/.note.gnu.build-id", name));
}
