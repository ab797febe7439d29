/*
 * The objects that probes stand on, each made once: by module for the kernel's, by path for
 * programs.  A program without a slash in its name is looked up along PATH, as SystemTap does.
 */
#include "target/codefile.h"
#include "target/dwarfvar.h"
#include "target/place.h"

#include <stdlib.h>
#include <string.h>

static struct code *add(struct target *t, const char *asked, bool kernel)
{
	struct code *c = arena_make(t->st.arena, struct code);

	c->t = t;
	c->arena = t->st.arena;
	c->asked = arena_strdup(c->arena, asked);
	c->kernel = kernel;
	c->next = t->codes;
	t->codes = c;
	return c;
}

static struct code *known(struct target *t, const char *asked, bool kernel)
{
	for (struct code *c = t->codes; c; c = c->next)
		if (c->kernel == kernel && !strcmp(c->asked, asked))
			return c;
	return NULL;
}

const struct code *code_of_kernel(const struct target *t, const char *module)
{
	struct target *s = lazy_of(t);
	struct module *m = module ? modules_find(lazy_modules(s), module) : NULL;
	const char *name = m ? m->name : module ? module : "kernel";
	struct code *c = known(s, name, true);

	if (!c) {
		c = add(s, name, true);
		c->module = module ? c->asked : NULL;
	}
	return c;
}

/* The file that path names; PATH's folders are looked through for one without a slash. */
static const char *find_program(struct target *t, const char *path)
{
	const char *root = t->root ? t->root : "", *found = NULL;
	const char *folders = strchr(path, '/') ? NULL : getenv("PATH");

	if (!folders)
		return place_inside(t->st.arena, root, path);
	for (const char *s = folders; *s && !found;) {
		size_t n = strcspn(s, ":");

		if (n && *s == '/')
			found = place_inside(t->st.arena, root,
					     arena_printf(t->st.arena, "%.*s/%s", (int)n, s, path));
		s += n + (s[n] == ':');
	}
	return found;
}

const struct code *code_of_program(const struct target *t, const char *path)
{
	struct target *s = lazy_of(t);
	struct code *c = known(s, path, false);

	if (!c) {
		c = add(s, path, false);
		c->path = find_program(s, path);
	}
	return c;
}

enum code_source code_source(const struct code *c)
{
	codefile_look(codefile_of(c));
	return c->source;
}

bool code_is_i386(const struct code *c)
{
	codefile_look(codefile_of(c));
	return c->i386;
}

const char *code_describe(const struct code *c)
{
	codefile_look(codefile_of(c));
	if (c->debug)
		return c->debug;
	if (c->symbols)
		return c->symbols;
	return c->path ? c->path : c->asked;
}

const char *code_remedy(const struct code *c)
{
	codefile_look(codefile_of(c));
	return c->source == CODE_DWARF ? NULL : c->remedy;
}

/* --- variables and names: dwarfvar.c --- */

bool code_variable(const struct code_place *p, const char *name, struct arena *a,
		   struct code_variable *out)
{
	return dwarfvar_variable(p, name, a, out);
}

bool code_variable_at(const struct code_place *p, uint32_t i, struct arena *a,
		      struct code_variable *out)
{
	return dwarfvar_variable_at(p, i, a, out);
}

bool code_global(const struct code *c, const char *name, const char *file, struct arena *a,
		 struct code_variable *out)
{
	return dwarfvar_global(c, name, file, a, out);
}

struct ttype code_result(const struct code_place *p)
{
	return dwarfvar_result(p);
}

bool code_type_named(const struct code *c, const char *name, struct ttype *out)
{
	return dwarfvar_type_named(c, name, out);
}

bool code_enumerator(const struct code *c, const char *name, int64_t *value)
{
	return dwarfvar_enumerator(c, name, value);
}
