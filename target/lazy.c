/*
 * Reading facts when they are first asked for: the kernel's BTF, the list of its modules, a
 * module's BTF, the configuration.  What is wrong with the kernel's facts is an error, reported
 * once; a module that cannot be read is a warning, and its functions stay unknown.  A module must
 * be of the kernel's release, and its BTF must fit.
 */
#include "target/lazy.h"
#include "target/factsfile.h"
#include "target/place.h"

#include <string.h>

enum {
	MAX_CONFIG = 4 * 1024 * 1024,
	MAX_LOADED = 96 * 1024 * 1024, /* BTF of modules held at one time */
};

struct target *lazy_of(const struct target *t)
{
	return (struct target *)(uintptr_t)t;
}

void lazy_report(struct target *t, const char *path)
{
	if (path)
		diag_report(t->ds, t->st.tag, (struct span){0}, "%s: %s", path, t->st.why);
	else
		diag_report(t->ds, t->st.tag, (struct span){0}, "%s", t->st.why);
}

struct target_unit *lazy_kernel(struct target *t)
{
	struct image *btf;

	if (t->kernel_read || t->kernel.form == ORIGIN_NONE)
		return t->unit;
	t->kernel_read = true;
	t->unit = t->kernel.form == ORIGIN_FACTS ? factsfile_unit(t)
						 : origin_unit(&t->st, &t->kernel, NULL, &btf);
	if (t->unit) {
		t->unit->origin = t->kernel.path;
		return t->unit;
	}
	lazy_report(t, t->kernel.path);
	t->description =
		arena_printf(t->st.arena, "no kernel facts (%s: %s)", t->kernel.path, t->st.why);
	return NULL;
}

/* --- modules --- */

static struct target_unit *recorded_unit(struct target *t, struct module *m)
{
	struct target_unit *u;

	m->held = factsfile_part(t, &m->recorded);
	if (!m->held)
		return NULL;
	u = unit_new(&t->st, (struct bytes){m->held->data, m->held->len}, t->unit);
	if (!u)
		store_drop(&t->st, m->held);
	return u;
}

static struct target_unit *module_unit(struct target *t, struct module *m)
{
	struct origin o;

	if (m->recorded.size)
		return recorded_unit(t, m);
	if (!origin_open(&t->st, m->path, &o))
		return NULL;
	if (o.form != ORIGIN_MODULE && o.form != ORIGIN_SPLIT)
		store_fail(&t->st, DIAG_TARGET_UNKNOWN_FORM, "it is not a kernel module");
	else if (o.release && t->release && strcmp(o.release, t->release))
		store_fail(&t->st, DIAG_TARGET_WRONG_BASE,
			   "it belongs to release %s, the kernel is %s", o.release, t->release);
	else
		return origin_unit(&t->st, &o, t->unit, &m->held);
	store_drop(&t->st, o.file);
	return NULL;
}

static bool load_module(struct target *t, struct module *m)
{
	m->unit = module_unit(t, m);
	if (!m->unit)
		return false;
	t->modules.loaded += m->unit->kept ? 0 : m->unit->raw.n;
	if (t->modules.loaded > MAX_LOADED) {
		modules_unload(&t->modules, &t->st, m);
		return store_fail(&t->st, DIAG_TARGET_TOO_LARGE,
				  "the modules read so far take more than %u MiB",
				  MAX_LOADED / MIB);
	}
	m->unit->module = m->name;
	m->unit->origin = m->path ? m->path : t->kernel.path;
	return true;
}

struct target_unit *lazy_module(struct target *t, struct module *m)
{
	if (m->unit || m->failed || (!m->path && !m->recorded.size) || !lazy_kernel(t))
		return m->unit;
	if (load_module(t, m))
		return m->unit;
	m->failed = true;
	if (m->path && m->path == t->asked.path)
		lazy_report(t, m->path);
	else
		diag_report(t->ds, DIAG_TARGET_MODULE_SKIPPED, (struct span){0},
			    "module %s (%s): %s", m->name, m->path ? m->path : t->kernel.path,
			    t->st.why);
	return NULL;
}

/* A module given with --target takes the place of the installed one. */
static void add_asked(struct target *t)
{
	if (t->asked.form == ORIGIN_NONE)
		return;
	struct module *m = modules_add(&t->modules, t->st.arena, t->asked.module);

	m->path = t->asked.path;
	modules_sort(&t->modules);
}

struct modules *lazy_modules(struct target *t)
{
	const char *folder;

	if (t->modules_read)
		return &t->modules;
	t->modules_read = true;
	if (t->release && t->root) {
		folder = place_modules(t->st.arena, t->root, t->release);
		if (folder)
			modules_scan(&t->modules, t->st.arena, folder);
	}
	if (t->running)
		modules_scan_loaded(&t->modules, t->st.arena, "/sys/kernel/btf");
	add_asked(t);
	/* a kernel that cannot load modules has none */
	const char *can = target_config(t, "CONFIG_MODULES");

	if (can && !*can)
		t->modules.known = true;
	return &t->modules;
}

/* --- configuration --- */

static void read_config(struct target *t, const char *path)
{
	struct image *m = store_read(&t->st, path, MAX_CONFIG);

	if (!m)
		return;
	struct bytes b = {m->data, m->len};

	if (unpack_codec(b) == UNPACK_GZIP) {
		struct image *out = unpack_run(&t->st, UNPACK_GZIP, b, 0, MAX_CONFIG, NULL);

		store_drop(&t->st, m);
		if (!out)
			return;
		b = (struct bytes){out->data, out->len};
	}
	t->config = b;
}

struct bytes lazy_config(struct target *t)
{
	const char *path = NULL;

	if (t->config_read)
		return t->config;
	t->config_read = true;
	if (t->kernel.form == ORIGIN_FACTS) {
		struct image *m = t->facts.config.size ? factsfile_part(t, &t->facts.config) : NULL;

		if (m)
			t->config = (struct bytes){m->data, m->len};
		return t->config;
	}
	if (t->root && t->release)
		path = place_config(t->st.arena, t->root, t->release);
	if (path)
		read_config(t, path);
	else if (t->running)
		read_config(t, "/proc/config.gz");
	return t->config;
}
