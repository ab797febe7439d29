/*
 * The questions about functions, modules and the kernel as a whole, and the choice of a source for
 * the answers.  target_open() looks at headers only; see state.c for what is read later.  A
 * function that BTF does not list may still exist under a name with a compiler's suffix
 * (.isra.0); file names and addresses are not in BTF at all.
 */
#include "target/codefile.h"
#include "target/lazy.h"
#include "target/factsfile.h"
#include "target/match.h"
#include "target/tracesystem.h"
#include "target/place.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char RUNNING_BTF[] = "/sys/kernel/btf/vmlinux";

/* --- opening --- */

static bool is_module(enum origin_form form)
{
	return form == ORIGIN_MODULE || form == ORIGIN_SPLIT;
}

static bool same_release(struct target *t, const char *release)
{
	const char *running = place_running_release(t->st.arena);

	return running && release && !strcmp(running, release);
}

/* Opens the kernel at path, which must be one. */
static bool open_kernel(struct target *t, const char *path)
{
	if (!origin_open(&t->st, path, &t->kernel))
		return false;
	if (is_module(t->kernel.form)) {
		t->kernel.form = ORIGIN_NONE;
		return store_fail(&t->st, DIAG_TARGET_UNKNOWN_FORM, "it is not a kernel");
	}
	return true;
}

/* The kernel that a module's BTF continues. */
static const char *base_of(struct target *t, const struct origin *o)
{
	struct arena *a = t->st.arena;
	const char *root = place_root(a, o->path), *folder = place_folder(a, o->path);
	const char *beside = arena_printf(a, "%s/vmlinux", folder), *found;

	if (o->form == ORIGIN_SPLIT)
		return access(beside, R_OK) == 0 ? beside : NULL;
	if (!o->release)
		return NULL;
	if ((!root || !*root) && same_release(t, o->release) && access(RUNNING_BTF, R_OK) == 0)
		return RUNNING_BTF;
	if (root && (found = place_kernel(a, root, o->release)))
		return found;
	found = arena_printf(a, "%s/vmlinuz-%s", folder, o->release);
	if (access(found, R_OK) == 0)
		return found;
	return access(beside, R_OK) == 0 ? beside : place_kernel(a, "", o->release);
}

/* Opens the kernel of the module that --target names. */
static bool open_base(struct target *t)
{
	const char *path = base_of(t, &t->asked);

	if (!path)
		return store_fail(&t->st, DIAG_TARGET_NO_BASE,
				  "the kernel that this module belongs to (%s) was not found",
				  t->asked.release ? t->asked.release : "a vmlinux beside it");
	if (!open_kernel(t, path)) {
		t->st.why = arena_printf(t->st.arena, "its kernel, %s: %s", path, t->st.why);
		return false;
	}
	if (t->kernel.release && t->asked.release && strcmp(t->kernel.release, t->asked.release))
		return store_fail(&t->st, DIAG_TARGET_WRONG_BASE,
				  "it belongs to release %s, the kernel found (%s) is %s",
				  t->asked.release, path, t->kernel.release);
	return true;
}

static void describe(struct target *t)
{
	struct arena *a = t->st.arena;
	const char *release = t->release ? t->release : "release not known";

	if (t->kernel.form == ORIGIN_FACTS)
		t->description = arena_printf(a, "%s, recorded in %s from %s", release,
					      t->kernel.path, t->facts.from ? t->facts.from : "?");
	else
		t->description = arena_printf(a, "%s, BTF from %s (%s)", release, t->kernel.path,
					      origin_text(&t->kernel, a));
}

/* What follows from the file that was found. */
static bool settle(struct target *t, const struct target_request *req)
{
	t->release = t->kernel.release ? t->kernel.release : t->asked.release;
	t->machine = t->kernel.machine ? t->kernel.machine : t->asked.machine;
	t->running = place_is_running(t->st.arena, t->kernel.path);
	if (req->release && t->release && strcmp(req->release, t->release))
		return store_fail(&t->st, DIAG_TARGET_WRONG_RELEASE,
				  "it is release %s, but -r asks for %s", t->release, req->release);
	if (!t->release && req->release && place_is_release(req->release)) {
		t->release = req->release;
		t->root = "";
	}
	if (t->running)
		t->root = "";
	else if (!t->root)
		t->root = place_root(t->st.arena, t->asked.form ? t->asked.path : t->kernel.path);
	describe(t);
	return true;
}

/* The module that --target names must fit its kernel. */
static bool check_asked(struct target *t)
{
	struct module *m;

	if (!lazy_kernel(t))
		return false;
	m = modules_find(lazy_modules(t), t->asked.module);
	return m && lazy_module(t, m);
}

/* Reads at once what costs little, so that damage in what the user named is told at once. */
static bool check_early(struct target *t)
{
	if (t->asked.form != ORIGIN_NONE)
		return check_asked(t);
	switch (t->kernel.form) {
	case ORIGIN_RAW:
	case ORIGIN_VMLINUX: return lazy_kernel(t) != NULL;
	case ORIGIN_VMLINUZ:
		if (origin_verify(&t->st, &t->kernel))
			return true;
		lazy_report(t, t->kernel.path);
		return false;
	case ORIGIN_NONE:
	case ORIGIN_SPLIT:
	case ORIGIN_MODULE:
	case ORIGIN_FACTS: break;
	}
	return true;
}

static bool open_what(struct target *t, const struct target_request *req)
{
	bool ok = origin_open(&t->st, req->what, &t->kernel);

	if (ok && is_module(t->kernel.form)) {
		t->asked = t->kernel;
		t->kernel = (struct origin){0};
		store_drop(&t->st, t->asked.file);
		ok = open_base(t);
	}
	if (ok && t->kernel.form == ORIGIN_FACTS)
		ok = factsfile_open(t);
	ok = ok && settle(t, req);
	if (!ok)
		lazy_report(t, req->what);
	return ok && check_early(t);
}

static bool open_release(struct target *t, const struct target_request *req)
{
	const char *path = NULL;

	if (place_is_release(req->release)) {
		if (same_release(t, req->release) && access(RUNNING_BTF, R_OK) == 0)
			path = RUNNING_BTF;
		else
			path = place_kernel(t->st.arena, "", req->release);
	}
	if (!path) {
		diag_report(t->ds, DIAG_TARGET_NO_RELEASE, (struct span){0},
			    "no kernel image of release '%s' is installed", req->release);
		return false;
	}
	if (open_kernel(t, path) && settle(t, req))
		return true;
	lazy_report(t, path);
	return false;
}

static void open_running(struct target *t, const struct target_request *req)
{
	if (access(RUNNING_BTF, R_OK) != 0 || !open_kernel(t, RUNNING_BTF) || !settle(t, req))
		t->kernel = (struct origin){0};
}

const struct target *target_open(struct arena *a, struct diags *ds,
				 const struct target_request *req)
{
	struct target *t = arena_make(a, struct target);
	bool ok = true;

	t->st.arena = a;
	t->st.cache = req->cache;
	t->ds = ds;
	t->cache = req->cache;
	t->description = "no kernel facts";
	if (req->what)
		ok = open_what(t, req);
	else if (req->release)
		ok = open_release(t, req);
	else if (req->running)
		open_running(t, req);
	if (ok)
		return t;
	target_close(t);
	return NULL;
}

void target_close(const struct target *t)
{
	if (!t)
		return;
	codefile_close(lazy_of(t));
	store_close(&lazy_of(t)->st);
}

/* --- the kernel as a whole --- */

bool target_record(const struct target *t, struct diags *ds, const char *path)
{
	struct target *s = lazy_of(t);

	if (!lazy_kernel(s)) {
		diag_report(ds, DIAG_TARGET_NOT_RECORDED, (struct span){0},
			    "%s: there are no kernel facts to record", path);
		return false;
	}
	if (factsfile_write(s, path))
		return true;
	diag_report(ds, s->st.tag, (struct span){0}, "%s: %s", path, s->st.why);
	return false;
}

bool target_known(const struct target *t)
{
	return t->kernel.form != ORIGIN_NONE && !(t->kernel_read && !t->unit);
}

const char *target_release(const struct target *t)
{
	return t->release;
}

const char *target_describe(const struct target *t)
{
	return t->description;
}

const char *target_evidence(const struct target *t, const char *module)
{
	struct target *s = lazy_of(t);
	const struct module *m = module ? modules_find(lazy_modules(s), module) : NULL;

	if (module && !m && s->modules.folder)
		return s->modules.folder;
	return m && m->path ? m->path : t->description;
}

/* The text after "NAME=" on a line of its own. */
static const char *option_value(struct bytes config, const char *name, struct arena *a)
{
	const char *start = (const char *)config.p, *end = start + config.n;
	size_t len = strlen(name);

	for (const char *line = start; line < end;) {
		const char *stop = memchr(line, '\n', (size_t)(end - line));

		stop = stop ? stop : end;
		if ((size_t)(stop - line) > len && !memcmp(line, name, len) && line[len] == '=')
			return arena_strndup(a, line + len + 1, (size_t)(stop - line) - len - 1);
		line = stop + 1;
	}
	return "";
}

const char *target_config(const struct target *t, const char *name)
{
	struct target *s = lazy_of(t);
	struct bytes config = lazy_config(s);

	const char *value;

	if (!config.p)
		return NULL;
	value = map_get(&s->options, name);
	if (value)
		return value;
	value = option_value(config, name, s->st.arena);
	s->options.arena = s->st.arena;
	map_put(&s->options, arena_strdup(s->st.arena, name), (void *)(uintptr_t)value);
	return value;
}

/* --- functions --- */

enum answer target_module(const struct target *t, const char *name)
{
	struct modules *ms = lazy_modules(lazy_of(t));

	if (modules_find(ms, name))
		return ANSWER_YES;
	return ms->known ? ANSWER_NO : ANSWER_UNKNOWN;
}

enum answer target_modules(const struct target *t, const char *glob, struct arena *a,
			   struct target_modules *out)
{
	struct modules *ms = lazy_modules(lazy_of(t));

	vec_each(i, &ms->list)
		if (modules_match(ms->list.v[i], glob))
			vec_push(a, out, ms->list.v[i]->name);
	return ms->known ? ANSWER_YES : ANSWER_UNKNOWN;
}

enum answer target_match(const struct target *t, const char *module, const char *glob,
			 struct arena *a, struct target_fns *out)
{
	return match_run(lazy_of(t), module, glob, a, out);
}

enum answer target_tracepoint(const struct target *t, const char *name, struct target_fn *out)
{
	return match_tracepoint(lazy_of(t), name, out);
}

enum answer target_tracepoints(const struct target *t, const char *module, const char *glob,
			       struct arena *a, struct target_fns *out)
{
	return match_tracepoints(lazy_of(t), module, glob, a, out);
}

const char *target_tracepoint_system(const struct target *t, const char *name)
{
	return tracesystem_of(lazy_of(t), name);
}

static const struct btf_type *proto_of(const struct target_fn *f)
{
	const struct btf_type *p = unit_type(f->proto.unit, f->proto.id);

	return p && unit_kind(p) == BTF_KIND_FUNC_PROTO ? p : NULL;
}

static struct ttype type_at(const struct target_unit *u, uint32_t id)
{
	return id ? (struct ttype){unit_home(u, id), id} : (struct ttype){0};
}

struct ttype target_param(const struct target *t, const struct target_fn *f, uint32_t i,
			  const char **name)
{
	const struct btf_type *proto = proto_of(f);

	(void)t;
	if (name)
		*name = NULL;
	if (!proto || i >= unit_vlen(proto))
		return (struct ttype){0};
	const struct btf_param *p = (const struct btf_param *)unit_rest(proto) + i;
	const char *s = unit_str(f->proto.unit, p->name_off);

	if (name && *s)
		*name = s;
	return type_at(f->proto.unit, p->type);
}

struct ttype target_return(const struct target *t, const struct target_fn *f)
{
	const struct btf_type *proto = proto_of(f);

	(void)t;
	return proto ? type_at(f->proto.unit, proto->type) : (struct ttype){0};
}

bool target_enumerator(const struct target *t, const char *name, int64_t *value)
{
	struct target_unit *u = lazy_kernel(lazy_of(t));
	uint32_t id = u ? unit_find(u, UNIT_ENUMERATOR, name) : 0;
	const struct btf_type *e = id ? unit_type(u, id) : NULL;

	for (uint32_t i = 0; e && i < unit_vlen(e); i++) {
		const struct btf_enum *n = (const struct btf_enum *)unit_rest(e) + i;
		const struct btf_enum64 *w = (const struct btf_enum64 *)unit_rest(e) + i;
		bool wide = unit_kind(e) == BTF_KIND_ENUM64;

		if (strcmp(unit_str(u, wide ? w->name_off : n->name_off), name))
			continue;
		if (wide)
			*value = (int64_t)((uint64_t)w->val_hi32 << 32 | w->val_lo32);
		else
			*value = BTF_INFO_KFLAG(e->info) ? n->val : (int64_t)(uint32_t)n->val;
		return true;
	}
	return false;
}
