/*
 * The library: folders of .stp and .stpm files.  Macro files are read when the
 * library is opened.  A script file is read at the first question, its names
 * listed only when its text looks as if it defined the name asked for, parsed
 * when a name in it is wanted, and then taken whole: functions, globals,
 * aliases and probes.  A file with errors is skipped with a warning.
 *
 * Below each folder the variants for a kernel, run-time and architecture are
 * searched before the general ones, all of them.  A file that an earlier folder
 * has at the same place is skipped.  Below PATH lies a copy of the tree of
 * programs, where `process` means the program a file is named for.
 */
#include "sema/family.h"
#include "sema/libindex.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

struct names {
	struct defined *v;
	uint32_t n, cap;
};

struct library_file {
	const char *path;
	const char *program; /* below PATH: what `process` means there, "/usr/bin/bash"; or NULL */
	const struct source *source; /* NULL: not read yet, or unreadable */
	const struct ast *ast;
	struct names names;
	uint32_t number; /* in the index that was kept */
	bool read, listed, parsed, broken, taken;
};

/* The files that define one name. */
struct owners {
	VEC(struct library_file *) files;
};

/* An alias that a file defines. */
struct offer {
	struct library_file *file;
	const char *name; /* dotted */
};

struct offers {
	struct offer *v;
	uint32_t n, cap;
};

enum {
	FEW_ALIASES = 6,
	FEW_QUESTIONS = 24, /* after so many it pays to list the names of every file */
	MAX_PATH_DEPTH = 16
};

struct library {
	struct arena *arena;
	VEC(struct library_file *) files;
	struct map places; /* "/linux/x.stp": an earlier folder has a file there */
	struct map asked_functions, asked_globals, asked_aliases; /* names looked up before */
	bool aliases_indexed;
	struct map aliases;          /* once indexed: first word -> struct offers */
	const struct libindex *kept; /* from an earlier run; NULL: the files are asked */
	bool indexed;
	struct map functions, globals; /* once indexed: name -> struct owners */
};

/* --- finding the files --- */

static bool has_suffix(const char *name, const char *suffix)
{
	size_t n = strlen(name), m = strlen(suffix);

	return n > m && strcmp(name + n - m, suffix) == 0;
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

struct listing {
	const char **v;
	uint32_t n, cap;
};

/* The .stp and .stpm files of a folder, in the order of their names. */
static struct listing list_folder(struct arena *a, const char *path)
{
	struct listing l = {0};
	struct dirent *entry;
	DIR *dir = opendir(path);

	if (!dir)
		return l;
	while ((entry = readdir(dir)))
		if (has_suffix(entry->d_name, ".stp") || has_suffix(entry->d_name, ".stpm"))
			vec_push(a, &l, arena_strdup(a, entry->d_name));
	closedir(dir);
	if (l.n)
		qsort(l.v, l.n, sizeof *l.v, by_text);
	return l;
}

static const struct diag *first_error(const struct diags *ds)
{
	for (uint32_t i = 0; i < ds->list.n; i++)
		if (ds->list.v[i]->severity == SEV_ERROR)
			return ds->list.v[i];
	return NULL;
}

static void skipped(struct diags *ds, const char *path, const struct diag *first)
{
	struct diag *d = diag_report(ds, DIAG_LIBRARY_SKIPPED, (struct span){0},
				     "%s is skipped: it has errors", path);

	diag_note(ds, d, first->span, "%s", first->message);
}

/* The name of both that came first in the library, or NULL. */
static const char *common_name(const struct map *a, const struct map *b)
{
	for (uint32_t i = 0; i < b->n; i++)
		if (map_get(a, b->entries[i].key))
			return b->entries[i].key;
	return NULL;
}

/* A macro file counts as a whole: not at all when one of its macros is wrong, or is there before.
 */
static void add_macros(const struct parse_input *in, const char *path)
{
	const char *why, *twice;
	const struct source *src = sources_read(in->sources, in->arena, path, SOURCE_TAPSET, &why);
	struct parse_input own = *in;
	struct map macros = {.arena = in->arena};

	if (!src) {
		diag_report(in->diags, DIAG_LIBRARY_SKIPPED, (struct span){0}, "%s is skipped: %s",
			    path, why);
		return;
	}
	own.diags = diags_new(in->arena, in->diags->sources);
	own.macros = &macros;
	parser_macros(&own, src);
	twice = common_name(in->macros, &macros);
	if (own.diags->errors)
		skipped(in->diags, path, first_error(own.diags));
	else if (twice)
		diag_report(in->diags, DIAG_LIBRARY_SKIPPED, (struct span){0},
			    "%s is skipped: an earlier library file defines its macro '@%s'", path,
			    twice);
	for (uint32_t i = 0; !own.diags->errors && !twice && i < macros.n; i++)
		map_put(in->macros, macros.entries[i].key, macros.entries[i].value);
}

static struct library_file *add_file(struct library *l, const char *path)
{
	struct library_file *f = arena_make(l->arena, struct library_file);

	f->path = path;
	vec_push(l->arena, &l->files, f);
	return f;
}

/* Is the file at this place of its folder the first one there?  Later ones are skipped. */
static bool is_first(struct library *l, const struct parse_input *in, const char *folder,
		     const char *place)
{
	const char *path = arena_printf(l->arena, "%s%s", folder, place), *old;

	/* in stap's eyes the places in "folder/" are others than those in "folder" */
	place += has_suffix(folder, "/");
	old = map_get(&l->places, place);
	if (!old)
		map_put(&l->places, place, (void *)path);
	else
		diag_report_as(in->diags, DIAG_LIBRARY_SKIPPED, SEV_NOTE, (struct span){0},
			       "%s is skipped: %s comes before it at the same place", path, old);
	return !old;
}

static void add_folder(struct library *l, const struct parse_input *in, const char *folder,
		       const char *variant)
{
	const char *path = arena_printf(l->arena, "%s%s", folder, variant);
	struct listing names = list_folder(l->arena, path);

	for (uint32_t i = 0; i < names.n; i++) {
		const char *place = arena_printf(l->arena, "%s/%s", variant, names.v[i]);

		path = arena_printf(l->arena, "%s%s", folder, place);
		if (has_suffix(path, ".stpm"))
			add_macros(in, path);
		else if (is_first(l, in, folder, place))
			add_file(l, path);
	}
}

/* Below PATH folders are programs' folders, and x.stp is about the program x. */
static void add_programs(struct library *l, const struct parse_input *in, const char *folder,
			 const char *below, uint32_t depth)
{
	struct dirent *entry;
	struct listing names = {0};
	DIR *dir = depth < MAX_PATH_DEPTH
			   ? opendir(arena_printf(l->arena, "%s/PATH%s", folder, below))
			   : NULL;

	if (!dir)
		return;
	while ((entry = readdir(dir)))
		if (entry->d_name[0] != '.')
			vec_push(l->arena, &names, arena_strdup(l->arena, entry->d_name));
	closedir(dir);
	if (names.n)
		qsort(names.v, names.n, sizeof *names.v, by_text);
	for (uint32_t i = 0; i < names.n; i++) {
		const char *at = arena_printf(l->arena, "%s/%s", below, names.v[i]);
		const char *place = arena_printf(l->arena, "/PATH%s", at);

		if (!has_suffix(at, ".stp"))
			add_programs(l, in, folder, at, depth + 1);
		else if (is_first(l, in, folder, place))
			add_file(l, arena_printf(l->arena, "%s%s", folder, place))->program =
				arena_strndup(l->arena, at, strlen(at) - strlen(".stp"));
	}
}

/* "/6.1.0-56", "/6.1.0", "/6.1", "": the folders of one kernel, most special first. */
static uint32_t release_suffixes(struct arena *a, const struct predefined *p, const char *out[8])
{
	const char *release = p ? p->kernel_vr : NULL;
	const char *version = p ? p->kernel_v : NULL;
	uint32_t n = 0;
	char *v, *dot;

	if (release && (!version || strcmp(release, version) != 0))
		out[n++] = arena_printf(a, "/%s", release);
	if (version) {
		v = arena_printf(a, "/%s", version);
		out[n++] = v;
		while (n < 7 && (dot = strrchr(v, '.')) && strchr(v, '.') != dot) {
			v = arena_strndup(a, v, (size_t)(dot - v));
			out[n++] = v;
		}
	}
	out[n++] = "";
	return n;
}

static void add_variants(struct library *l, const struct parse_input *in, const char *folder)
{
	const char *run = in->predefined && in->predefined->runtime ? in->predefined->runtime : "";
	const bool bpf = strcmp(run, "bpf") == 0, dyninst = strcmp(run, "dyninst") == 0;
	const char *const runtimes[] = {bpf ? "/bpf" : dyninst ? "/dyninst" : "/linux", ""};
	const char *suffixes[8];
	uint32_t n = release_suffixes(l->arena, in->predefined, suffixes);
	const char *arch = in->predefined ? in->predefined->arch : NULL;

	for (uint32_t r = 0; r < 2; r++)
		for (uint32_t i = 0; i < n; i++) {
			const char *variant =
				arena_printf(l->arena, "%s%s", runtimes[r], suffixes[i]);

			if (arch)
				add_folder(l, in, folder,
					   arena_printf(l->arena, "%s/%s", variant, arch));
			add_folder(l, in, folder, variant);
		}
	add_programs(l, in, folder, "", 0);
}

struct library *library_open(const struct parse_input *in, const char *const *folders, uint32_t n)
{
	struct library *l = arena_make(in->arena, struct library);

	l->arena = in->arena;
	l->asked_functions.arena = l->asked_globals.arena = in->arena;
	l->functions.arena = l->globals.arena = l->places.arena = in->arena;
	l->aliases.arena = l->asked_aliases.arena = in->arena;
	for (uint32_t i = 0; i < n; i++)
		add_variants(l, in, folders[i]);
	return l;
}

static const char **paths_of(const struct library *l)
{
	const char **paths = arena_alloc(l->arena, l->files.n * sizeof *paths);

	for (uint32_t i = 0; i < l->files.n; i++)
		paths[i] = l->files.v[i]->path;
	return paths;
}

bool library_ship(const struct library *l, FILE *out)
{
	return libindex_ship(l->arena, out, paths_of(l), l->files.n);
}

void library_keep(struct library *l, const char *shipped, struct cache *c)
{
	const char **paths = paths_of(l);

	l->kept = shipped ? libindex_shipped(l->arena, shipped, paths, l->files.n) : NULL;
	if (!l->kept)
		l->kept = libindex_open(l->arena, c, paths, l->files.n);
	for (uint32_t i = 0; l->kept && i < l->files.n; i++)
		l->files.v[i]->number = i;
}

static bool is_same(const char *a, const char *b)
{
	char *x = realpath(a, NULL), *y = realpath(b, NULL);
	bool same = x && y && strcmp(x, y) == 0;

	free(x);
	free(y);
	return same;
}

static const char *last_part(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

void library_leave_out(struct library *l, const char *path)
{
	for (uint32_t i = 0; i < l->files.n; i++) {
		struct library_file *f = l->files.v[i];

		if (strcmp(last_part(f->path), last_part(path)) == 0 && is_same(f->path, path))
			f->parsed = f->broken = true;
	}
}

/* --- reading, listing and parsing one --- */

static const char *text_of(struct sema *s, struct library_file *f)
{
	const char *why;

	if (!f->read) {
		f->read = true;
		f->source =
			sources_read(s->in->parse->sources, s->arena, f->path, SOURCE_TAPSET, &why);
		if (!f->source)
			diag_report(s->diags, DIAG_LIBRARY_SKIPPED, (struct span){0},
				    "%s is skipped: %s", f->path, why);
	}
	return f->source ? f->source->text : NULL;
}

struct collect {
	struct arena *arena;
	struct names *names;
};

static void collect(void *ctx, const struct defined *d)
{
	struct collect *c = ctx;

	vec_push(c->arena, c->names, *d);
}

static const struct names *names_of(struct sema *s, struct library_file *f)
{
	const struct libindex *kept = s->in->library->kept;
	struct collect c = {s->arena, &f->names};
	struct defined d;

	if (!f->listed && kept) {
		f->listed = true;
		for (uint32_t i = 0; libindex_name(kept, f->number, i, &d); i++)
			vec_push(s->arena, &f->names, d);
	}
	if (!f->listed && text_of(s, f)) {
		f->listed = true;
		outline_definitions(s->in->parse, f->source, collect, &c);
	}
	return &f->names;
}

static const struct ast *ast_of(struct sema *s, struct library_file *f)
{
	struct parse_input in = *s->in->parse;

	if (f->parsed || !text_of(s, f))
		return f->broken ? NULL : f->ast;
	f->parsed = true;
	in.diags = diags_new(s->arena, s->diags->sources);
	f->ast = parser_parse(&in, f->source);
	if (in.diags->errors == 0)
		return f->ast;
	f->broken = true;
	skipped(s->diags, f->path, first_error(in.diags));
	return NULL;
}

/* In a file about a program, `process` without a path is that program. */
static void name_program(struct sema *s, const struct library_file *f, struct probe_point *p)
{
	struct expr *path = p->parts[0].arg;

	if (strcmp(p->parts[0].name, "process") != 0 || p->nparts < 2 ||
	    (path && (path->kind != EXPR_STRING || strchr(path->string, '/'))))
		return;
	if (!path && strcmp(p->parts[1].name, "begin") == 0)
		return;
	p->parts[0].arg = arena_make(s->arena, struct expr);
	*p->parts[0].arg = (struct expr){.kind = EXPR_STRING, .span = p->parts[0].span, .depth = 1};
	p->parts[0].arg->string =
		path ? arena_printf(s->arena, "%.*s%s",
				    (int)(strrchr(f->program, '/') + 1 - f->program), f->program,
				    path->string)
		     : f->program;
}

static void name_programs(struct sema *s, const struct library_file *f, const struct ast *ast)
{
	for (uint32_t i = 0; i < ast->decls.n; i++) {
		const struct decl *d = ast->decls.v[i];

		if (d->kind != DECL_PROBE && d->kind != DECL_ALIAS)
			continue;
		for (uint32_t j = 0; j < d->probe.points.n; j++)
			name_program(s, f, d->probe.points.v[j]);
	}
}

static bool take(struct sema *s, struct library_file *f)
{
	const struct ast *ast = f->taken ? NULL : ast_of(s, f);

	if (!ast)
		return f->taken;
	f->taken = true;
	if (f->program)
		name_programs(s, f, ast);
	symbols_add(s, ast, true);
	return true;
}

void library_trees(const struct sema_input *in, void (*fn)(void *ctx, const struct ast *ast),
		   void *ctx)
{
	struct sema s = {.in = in, .arena = in->arena, .diags = in->diags};
	const struct ast *ast;

	for (uint32_t i = 0; i < in->library->files.n; i++)
		if ((ast = ast_of(&s, in->library->files.v[i])))
			fn(ctx, ast);
}

/* --- a guess from the text alone, before listing names --- */

static bool in_word(char c)
{
	return c == '_' || c == '$' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
	       (c >= 'A' && c <= 'Z');
}

/* Does the word before `at`, blanks apart, equal `word`; or is there a comment's end? */
static bool follows(const char *text, const char *at, const char *word)
{
	size_t n = strlen(word);

	while (at > text && (at[-1] == ' ' || at[-1] == '\t' || at[-1] == '\n'))
		at--;
	if (at - text >= 2 && at[-1] == '/' && at[-2] == '*')
		return true;
	return (size_t)(at - text) >= n && memcmp(at - n, word, n) == 0 &&
	       ((size_t)(at - text) == n || !in_word(at[-(ptrdiff_t)n - 1]));
}

/* May the text define a function of that name? */
static bool may_define(const char *text, const char *name)
{
	size_t n = strlen(name);

	for (const char *at = text; (at = strstr(at, name)); at += n)
		if (!in_word(at[n]) && (at == text || !in_word(at[-1])) &&
		    follows(text, at, "function"))
			return true;
	return false;
}

static bool defines(const struct names *names, enum defined_kind kind, const char *name)
{
	for (uint32_t i = 0; i < names->n; i++)
		if (names->v[i].kind == kind && strcmp(names->v[i].name, name) == 0)
			return true;
	return false;
}

/* --- the questions --- */

static void own(struct library *l, struct map *m, const char *name, struct library_file *f)
{
	struct owners *o = map_get(m, name);

	if (!o) {
		o = arena_make(l->arena, struct owners);
		map_put(m, name, o);
	}
	vec_push(l->arena, &o->files, f);
}

static void build_index(struct sema *s, struct library *l)
{
	l->indexed = true;
	for (uint32_t i = 0; i < l->files.n; i++) {
		const struct names *names = names_of(s, l->files.v[i]);

		for (uint32_t j = 0; j < names->n; j++) {
			if (names->v[j].kind == DEFINED_FUNCTION)
				own(l, &l->functions, names->v[j].name, l->files.v[i]);
			if (names->v[j].kind == DEFINED_GLOBAL)
				own(l, &l->globals, names->v[j].name, l->files.v[i]);
		}
	}
}

/* Is this the first question for the name?  Many questions bring an index. */
static bool ask(struct sema *s, struct library *l, struct map *asked, const char *name)
{
	if (!l || map_get(asked, name))
		return false;
	map_put(asked, name, l);
	if (!l->indexed && !l->kept && l->asked_functions.n + l->asked_globals.n > FEW_QUESTIONS)
		build_index(s, l);
	return true;
}

static bool take_function(struct sema *s, struct library_file *f, const char *name)
{
	const char *text = f->taken ? NULL : text_of(s, f);

	return text && may_define(text, name) && defines(names_of(s, f), DEFINED_FUNCTION, name) &&
	       take(s, f);
}

bool library_load_function(struct sema *s, const char *name)
{
	struct library *l = s->in->library;
	const struct owners *o;
	bool found = false;
	uint32_t at, file;

	if (!l || !ask(s, l, &l->asked_functions, name))
		return false;
	if (l->kept) {
		file = libindex_first(l->kept, DEFINED_FUNCTION, name, &at);
		for (; file != LIBINDEX_NONE; file = libindex_next(l->kept, &at))
			found |= !l->files.v[file]->taken && take(s, l->files.v[file]);
		return found;
	}
	if (l->indexed) {
		o = map_get(&l->functions, name);
		for (uint32_t i = 0; o && i < o->files.n; i++)
			found |= !o->files.v[i]->taken && take(s, o->files.v[i]);
		return found;
	}
	for (uint32_t i = 0; i < l->files.n; i++)
		found |= take_function(s, l->files.v[i], name);
	return found;
}

static bool has_public_global(const struct ast *ast, const char *name)
{
	for (uint32_t i = 0; i < ast->decls.n; i++) {
		const struct decl *d = ast->decls.v[i];

		if (d->kind == DECL_GLOBAL && !d->is_private && strcmp(d->name, name) == 0)
			return true;
	}
	return false;
}

static bool take_global(struct sema *s, struct library_file *f, const char *name)
{
	const char *text = f->taken ? NULL : text_of(s, f);
	const struct ast *ast;

	if (!text || !strstr(text, "global") || !strstr(text, name) ||
	    !defines(names_of(s, f), DEFINED_GLOBAL, name))
		return false;
	ast = ast_of(s, f);
	return ast && has_public_global(ast, name) && take(s, f);
}

bool library_load_global(struct sema *s, const char *name)
{
	struct library *l = s->in->library;
	const struct owners *o;
	bool found = false;
	uint32_t at, file;

	if (!l || !ask(s, l, &l->asked_globals, name))
		return false;
	if (l->kept) {
		file = libindex_first(l->kept, DEFINED_GLOBAL, name, &at);
		for (; file != LIBINDEX_NONE; file = libindex_next(l->kept, &at))
			found |= take_global(s, l->files.v[file], name);
		return found;
	}
	if (l->indexed) {
		o = map_get(&l->globals, name);
		for (uint32_t i = 0; o && i < o->files.n; i++)
			found |= take_global(s, o->files.v[i], name);
		return found;
	}
	for (uint32_t i = 0; i < l->files.n; i++)
		found |= take_global(s, l->files.v[i], name);
	return found;
}

/* Does the dotted name of an alias fit the first parts of the point? */
static bool leads(const struct probe_point *p, const char *dotted)
{
	char part[256];

	for (uint32_t i = 0; *dotted; i++) {
		size_t n = strcspn(dotted, ".");

		if (i >= p->nparts || n >= sizeof part)
			return false;
		if (strstr(p->parts[i].name, "**"))
			return true;
		memcpy(part, dotted, n);
		part[n] = '\0';
		if (!text_glob(p->parts[i].name, part))
			return false;
		dotted += n + (dotted[n] == '.');
	}
	return true;
}

/* May the text define an alias that starts with the word: is it followed by '=' somewhere? */
static bool may_alias(const char *text, const char *word)
{
	size_t n = strlen(word);

	for (const char *at = text; (at = strstr(at, word)); at += n) {
		const char *end = at + n;

		if (in_word(*end) || (at > text && in_word(at[-1])))
			continue;
		end += strcspn(end, "={,\n;");
		end += strspn(end, " \t\n");
		if (*end == '=' || (end > text && end[-1] == '\n'))
			return true;
	}
	return false;
}

/* Under its first word: who defines the alias. */
static void index_alias(struct library *l, const char *name, struct library_file *f)
{
	const char *first = arena_strndup(l->arena, name, strcspn(name, "."));
	struct offers *o = map_get(&l->aliases, first);

	if (!o) {
		o = arena_make(l->arena, struct offers);
		map_put(&l->aliases, first, o);
	}
	vec_push(l->arena, o, ((struct offer){f, name}));
}

static void index_aliases(struct sema *s, struct library *l)
{
	l->aliases_indexed = true;
	for (uint32_t i = 0; i < l->files.n; i++) {
		struct library_file *f = l->files.v[i];
		const struct names *names;

		if (!l->kept && (!text_of(s, f) || !strstr(f->source->text, "probe")))
			continue;
		names = names_of(s, f);
		for (uint32_t j = 0; j < names->n; j++)
			if (names->v[j].kind == DEFINED_ALIAS)
				index_alias(l, names->v[j].name, f);
	}
}

static void take_offers(struct sema *s, const struct offers *o, const struct probe_point *p)
{
	for (uint32_t i = 0; o && i < o->n; i++)
		if (!o->v[i].file->taken && leads(p, o->v[i].name))
			take(s, o->v[i].file);
}

/* A few questions are not worth an index: the texts are looked through. */
static void take_leading(struct sema *s, struct library_file *f, const struct probe_point *p)
{
	const char *text = f->taken ? NULL : text_of(s, f);
	const struct names *names;

	if (!text || !may_alias(text, p->parts[0].name))
		return;
	names = names_of(s, f);
	for (uint32_t j = 0; j < names->n; j++)
		if (names->v[j].kind == DEFINED_ALIAS && leads(p, names->v[j].name)) {
			take(s, f);
			return;
		}
}

/* Is this the first question for aliases of these words? */
static bool ask_alias(struct library *l, const struct probe_point *p)
{
	char key[256];

	if (!words_key(p, p->nparts, key, sizeof key))
		return true;
	if (map_get(&l->asked_aliases, key))
		return false;
	map_put(&l->asked_aliases, arena_strdup(l->arena, key), l);
	return true;
}

void library_load_aliases(struct sema *s, const struct probe_point *p)
{
	struct library *l = s->in->library;
	bool glob = text_is_glob(p->parts[0].name);

	if (!l || !ask_alias(l, p))
		return;
	if (!l->aliases_indexed && (l->kept || glob || l->asked_aliases.n > FEW_ALIASES))
		index_aliases(s, l);
	if (!l->aliases_indexed)
		for (uint32_t i = 0; i < l->files.n; i++)
			take_leading(s, l->files.v[i], p);
	else if (!glob)
		take_offers(s, map_get(&l->aliases, p->parts[0].name), p);
	else
		for (uint32_t i = 0; i < l->aliases.n; i++)
			take_offers(s, l->aliases.entries[i].value, p);
}

void library_offer(const struct sema *s, enum defined_kind kind, struct near *near)
{
	struct library *l = s->in->library;
	struct sema copy = *s;

	for (uint32_t i = 0; l && i < l->files.n; i++) {
		const struct names *names = names_of(&copy, l->files.v[i]);

		for (uint32_t j = 0; j < names->n; j++)
			if (names->v[j].kind == kind)
				near_offer(near, names->v[j].name);
	}
}
