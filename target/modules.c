/*
 * The list of a kernel's modules is what really lies in its folder, found by a walk: modules.dep
 * may be missing (a package that was only unpacked) or stale.  The walk goes by folder handles and
 * never through a symbolic link, so it cannot leave the folder; depth and count are bounded.  Of
 * two files of one name, that under updates/ wins, as it does for modprobe.
 */
#include "target/modules.h"
#include "base/text.h"
#include "target/origin.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { DEPTH = 16, MAX_MODULES = 20000, MAX_ENTRIES = 200000, LONGEST_NAME = 64 };

struct scan {
	struct modules *ms;
	struct arena *a;
	uint32_t entries;
};

struct module *modules_add(struct modules *ms, struct arena *a, const char *name)
{
	struct module *m = map_get(&ms->by_name, name);

	if (m)
		return m;
	ms->by_name.arena = a;
	m = arena_make(a, struct module);
	m->name = name;
	map_put(&ms->by_name, name, m);
	vec_push(a, &ms->list, m);
	return m;
}

static bool is_module_file(const char *name)
{
	static const char *const ends[] = {".ko", ".ko.xz", ".ko.zst", ".ko.gz"};
	size_t n = strlen(name);

	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
		size_t len = strlen(ends[i]);

		if (n > len && n <= LONGEST_NAME + len && !strcmp(name + n - len, ends[i]))
			return true;
	}
	return false;
}

static void add_file(struct scan *s, const char *folder, const char *file)
{
	char *name = origin_module_name(s->a, file);

	if (!*name || s->ms->list.n >= MAX_MODULES)
		return;
	struct module *m = modules_add(s->ms, s->a, name);

	if (!m->path || strstr(folder, "/updates"))
		m->path = arena_printf(s->a, "%s/%s", folder, file);
}

static unsigned char entry_type(int dir, const struct dirent *e)
{
	struct stat sb;

	if (e->d_type != DT_UNKNOWN)
		return e->d_type;
	if (fstatat(dir, e->d_name, &sb, AT_SYMLINK_NOFOLLOW) < 0)
		return DT_UNKNOWN;
	return S_ISDIR(sb.st_mode) ? DT_DIR : S_ISREG(sb.st_mode) ? DT_REG : DT_UNKNOWN;
}

static void walk(struct scan *s, int fd, const char *folder, unsigned depth);

static void visit(struct scan *s, int dir, const struct dirent *e, const char *folder,
		  unsigned depth)
{
	unsigned char type = entry_type(dir, e);

	if (type == DT_REG && is_module_file(e->d_name))
		add_file(s, folder, e->d_name);
	if (type != DT_DIR || depth >= DEPTH || !strcmp(e->d_name, ".") || !strcmp(e->d_name, ".."))
		return;
	int fd = openat(dir, e->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (fd >= 0)
		walk(s, fd, arena_printf(s->a, "%s/%s", folder, e->d_name), depth + 1);
}

/* Takes over fd. */
static void walk(struct scan *s, int fd, const char *folder, unsigned depth)
{
	DIR *d = fdopendir(fd);

	if (!d) {
		close(fd);
		return;
	}
	for (struct dirent *e; s->entries < MAX_ENTRIES && (e = readdir(d)); s->entries++)
		visit(s, fd, e, folder, depth);
	closedir(d);
}

static int by_name(const void *a, const void *b)
{
	return strcmp((*(struct module *const *)a)->name, (*(struct module *const *)b)->name);
}

void modules_sort(struct modules *ms)
{
	if (ms->list.n)
		qsort(ms->list.v, ms->list.n, sizeof *ms->list.v, by_name);
}

void modules_scan(struct modules *ms, struct arena *a, const char *folder)
{
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return;
	struct scan s = {ms, a, 0};

	walk(&s, fd, folder, 0);
	/* a folder without one module is what a removed kernel leaves behind */
	ms->known = ms->list.n > 0 && s.entries < MAX_ENTRIES;
	ms->folder = folder;
	modules_sort(ms);
}

void modules_scan_loaded(struct modules *ms, struct arena *a, const char *folder)
{
	DIR *d = opendir(folder);

	for (struct dirent *e; d && ms->list.n < MAX_MODULES && (e = readdir(d));) {
		if (e->d_name[0] == '.' || !strcmp(e->d_name, "vmlinux"))
			continue;
		struct module *m = modules_add(ms, a, origin_module_name(a, e->d_name));

		if (!m->path)
			m->path = arena_printf(a, "%s/%s", folder, e->d_name);
	}
	if (d)
		closedir(d);
	modules_sort(ms);
}

struct module *modules_find(const struct modules *ms, const char *name)
{
	char plain[LONGEST_NAME + 1];
	size_t n = strlen(name);

	if (n > LONGEST_NAME)
		return NULL;
	for (size_t i = 0; i <= n; i++)
		plain[i] = name[i] == '-' ? '_' : name[i];
	return map_get(&ms->by_name, plain);
}

bool modules_match(const struct module *m, const char *glob)
{
	char plain[256];
	bool in_set = false;
	size_t n = strlen(glob);

	if (n >= sizeof plain)
		return false;
	for (size_t i = 0; i <= n; i++) {
		plain[i] = glob[i] == '-' && !in_set ? '_' : glob[i];
		in_set = glob[i] == '[' || (in_set && glob[i] != ']');
	}
	return text_glob(plain, m->name);
}

void modules_unload(struct modules *ms, struct store *st, struct module *m)
{
	if (!m->unit)
		return;
	ms->loaded -= m->unit->kept ? 0 : m->unit->raw.n;
	unit_drop(st, m->unit);
	store_drop(st, m->held);
	m->held = NULL;
	m->unit = NULL;
}
