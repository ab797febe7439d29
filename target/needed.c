/*
 * The libraries that a program needs, transitively, by the DT_NEEDED entries in
 * their .dynamic sections.  Nothing is run: the loader would be asked by
 * starting the program, which a checker must not do.
 */
#include "target/needed.h"

#include "target/elfsec.h"
#include "target/lazy.h"

#include "base/map.h"
#include "base/text.h"

#include <elf.h>
#include <glob.h>
#include <stdio.h>
#include <string.h>

enum { MAX_LIBRARIES = 2000, MAX_ENTRIES = 20000, MAX_CONF = 64 * 1024, MAX_CONFS = 200 };

struct walk {
	const struct target *t;
	struct arena *a;
	struct map seen;             /* by name */
	struct program_paths list;   /* found, the program itself first */
	struct program_paths system; /* folders of ld.so.conf; read when first needed */
	bool have_system;
};

/* What one file says about its libraries. */
struct dynamic {
	struct program_paths needed;
	const char *run_path; /* DT_RUNPATH, else DT_RPATH */
};

static const char *string_at(struct bytes strings, uint64_t at, struct arena *a)
{
	const char *s = (const char *)strings.p + at;

	if (at >= strings.n || strnlen(s, strings.n - at) == strings.n - at)
		return "";
	return arena_strdup(a, s);
}

static void read_dynamic(const char *path, struct arena *a, struct dynamic *out)
{
	struct store st = {.arena = a};
	struct bytes elf, dynamic, strings;
	const char *why, *old = NULL;

	if (program_open(&st, path, &elf, &why)) {
		dynamic = elfsec_find(elf, ".dynamic");
		strings = elfsec_find(elf, ".dynstr");
		for (uint32_t i = 0; i < MAX_ENTRIES; i++) {
			Elf64_Dyn d;

			if (!elfsec_dynamic(elf, dynamic, i, &d) || d.d_tag == DT_NULL)
				break;
			if (d.d_tag == DT_NEEDED && out->needed.n < MAX_LIBRARIES)
				vec_push(a, &out->needed, string_at(strings, d.d_un.d_val, a));
			else if (d.d_tag == DT_RUNPATH)
				out->run_path = string_at(strings, d.d_un.d_val, a);
			else if (d.d_tag == DT_RPATH)
				old = string_at(strings, d.d_un.d_val, a);
		}
	}
	if (!out->run_path)
		out->run_path = old ? old : "";
	store_close(&st);
}

/* --- folders --- */

static const char *root_of(const struct walk *w)
{
	return w->t->root ? w->t->root : "";
}

static void read_conf(struct walk *w, const char *path, int depth);

static void include(struct walk *w, const char *pattern, int depth)
{
	glob_t found;

	if (depth > 3 || *pattern != '/' ||
	    glob(arena_printf(w->a, "%s%s", root_of(w), pattern), 0, NULL, &found) != 0)
		return;
	for (size_t i = 0; i < found.gl_pathc && i < MAX_CONFS; i++)
		read_conf(w, found.gl_pathv[i], depth + 1);
	globfree(&found);
}

static void read_conf(struct walk *w, const char *path, int depth)
{
	struct store st = {.arena = w->a};
	struct image *image = store_read(&st, path, MAX_CONF);
	const char *text = image ? arena_strndup(w->a, (char *)image->data, image->len) : "";

	store_close(&st);
	while (*text) {
		size_t n = strcspn(text, "\n"), start = strspn(text, " \t");
		const char *line = arena_strndup(w->a, text, n) + (start < n ? start : n);
		const char *word = arena_strndup(w->a, line, strcspn(line, " \t\r#=,:"));

		if (strcmp(word, "include") == 0)
			include(w, line + 7 + strspn(line + 7, " \t"), depth);
		else if (*word == '/' && w->system.n < MAX_CONFS)
			vec_push(w->a, &w->system, word);
		text += n + (text[n] == '\n');
	}
}

static void find_system(struct walk *w)
{
	static const char *const PLACES[] = {"/lib64", "/usr/lib64", "/lib", "/usr/lib"};

	if (w->have_system)
		return;
	w->have_system = true;
	read_conf(w, arena_printf(w->a, "%s/etc/ld.so.conf", root_of(w)), 0);
	for (size_t i = 0; i < sizeof PLACES / sizeof *PLACES; i++)
		vec_push(w->a, &w->system, PLACES[i]);
}

/* An entry of a run path, where "$ORIGIN" is the folder of the file that has it. */
static const char *run_folder(struct arena *a, const char *entry, const char *of)
{
	const char *slash = strrchr(of, '/');
	const char *origin = slash ? arena_strndup(a, of, (size_t)(slash - of)) : ".";

	if (strncmp(entry, "$ORIGIN", 7) == 0)
		return arena_printf(a, "%s%s", origin, entry + 7);
	if (strncmp(entry, "${ORIGIN}", 9) == 0)
		return arena_printf(a, "%s%s", origin, entry + 9);
	return entry;
}

static bool try(struct walk *w, const char *folder, const char *name, const char **path)
{
	const char *why;

	return *folder == '/' && program_find(w->t, arena_printf(w->a, "%s/%s", folder, name), w->a,
					      path, &why) == ANSWER_YES;
}

static const char *locate(struct walk *w, const struct dynamic *d, const char *of, const char *name)
{
	const char *path, *why, *at = d->run_path;

	if (strchr(name, '/'))
		return program_find(w->t, name, w->a, &path, &why) == ANSWER_YES ? path : NULL;
	while (*at) {
		size_t n = strcspn(at, ":");

		if (try(w, run_folder(w->a, arena_strndup(w->a, at, n), of), name, &path))
			return path;
		at += n + (at[n] == ':');
	}
	find_system(w);
	for (uint32_t i = 0; i < w->system.n; i++)
		if (try(w, w->system.v[i], name, &path))
			return path;
	return NULL;
}

/* --- the search --- */

static bool fits(const char *name, const char *soname, const char *path)
{
	const char *base = strrchr(path, '/');

	if (!text_is_glob(name))
		return strcmp(name, path) == 0 || strcmp(name, soname) == 0 ||
		       (base && strcmp(name, base + 1) == 0);
	return text_glob(name, path) || text_glob(name, soname) ||
	       (base && text_glob(name, base + 1));
}

static const char *list_text(struct walk *w, const struct program_paths *sonames)
{
	const char *text = NULL;

	for (uint32_t i = 0; i < sonames->n && i < 20; i++)
		text = text ? arena_printf(w->a, "%s, %s", text, sonames->v[i]) : sonames->v[i];
	return text ? arena_printf(w->a, "it loads %s%s", text, sonames->n > 20 ? ", ..." : "")
		    : "it loads no libraries";
}

enum answer needed_find(const struct target *t, const char *program, const char *name,
			struct arena *a, struct program_paths *out, const char **tried)
{
	struct walk w = {.t = t, .a = a, .seen = {.arena = a}};
	struct program_paths sonames = {0};
	const char *path;
	uint32_t before = out->n;
	enum answer got;

	if (strchr(name, '/') && !text_is_glob(name)) {
		got = program_find(t, name, a, &path, tried);
		if (got == ANSWER_YES)
			vec_push(a, out, path);
		return got;
	}
	vec_push(a, &w.list, program);
	for (uint32_t i = 0; i < w.list.n; i++) {
		struct dynamic d = {0};

		read_dynamic(w.list.v[i], a, &d);
		for (uint32_t k = 0; k < d.needed.n && w.list.n < MAX_LIBRARIES; k++) {
			const char *soname = d.needed.v[k];

			if (!*soname || map_get(&w.seen, soname))
				continue;
			map_put(&w.seen, soname, &w);
			path = locate(&w, &d, w.list.v[i], soname);
			vec_push(a, &sonames, soname);
			if (!path)
				continue;
			vec_push(a, &w.list, path);
			if (fits(name, soname, path))
				vec_push(a, out, path);
		}
	}
	*tried = list_text(&w, &sonames);
	return out->n > before ? ANSWER_YES : ANSWER_NO;
}
