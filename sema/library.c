/*
 * The library: folders of .stp and .stpm files.  Macro files are read when the
 * library is opened.  A script file is read at the first question, its names
 * listed only when its text looks as if it defined the name asked for, parsed
 * when a name in it is wanted, and then taken whole: functions, globals,
 * aliases and probes.  A file with errors is skipped with a warning.
 *
 * Below each folder the variants for a kernel, run-time and architecture are
 * searched before the general ones; of files with the same name in one folder's
 * variants the first counts.
 */
#include "sema/internal.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

struct names {
	struct defined *v;
	uint32_t n, cap;
};

struct library_file {
	const char *path;
	const struct source *source; /* NULL: not read yet, or unreadable */
	const struct ast *ast;
	struct names names;
	bool read, listed, parsed, broken, taken;
};

/* The files that define one name. */
struct owners {
	VEC(struct library_file *) files;
};

enum { FEW_QUESTIONS = 24 }; /* after so many it pays to list the names of every file */

struct library {
	struct arena *arena;
	VEC(struct library_file *) files;
	struct map asked_functions, asked_globals; /* names looked up before */
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

static void add_file(struct library *l, const struct parse_input *in, const char *path)
{
	struct library_file *f;
	const struct source *src;
	const char *why;

	if (has_suffix(path, ".stpm")) {
		src = sources_read(in->sources, l->arena, path, SOURCE_TAPSET, &why);
		if (src)
			parser_macros(in, src);
		return;
	}
	f = arena_make(l->arena, struct library_file);
	f->path = path;
	vec_push(l->arena, &l->files, f);
}

static void add_folder(struct library *l, const struct parse_input *in, struct map *seen,
		       const char *path)
{
	struct listing names = list_folder(l->arena, path);

	for (uint32_t i = 0; i < names.n; i++) {
		if (map_get(seen, names.v[i]))
			continue;
		map_put(seen, names.v[i], l);
		add_file(l, in, arena_printf(l->arena, "%s/%s", path, names.v[i]));
	}
}

/* "/6.1.0-56", "/6.1.0", "/6.1", "/6", "": the folders of one kernel, most special first. */
static uint32_t release_suffixes(struct arena *a, const struct predefined *p, const char *out[8])
{
	uint32_t n = 0;
	char *v, *dot;

	if (p && p->kernel_vr)
		out[n++] = arena_printf(a, "/%s", p->kernel_vr);
	if (p && p->kernel_v) {
		v = arena_printf(a, "/%s", p->kernel_v);
		out[n++] = v;
		while (n < 7 && (dot = strrchr(v, '.'))) {
			v = arena_strndup(a, v, (size_t)(dot - v));
			out[n++] = v;
		}
	}
	out[n++] = "";
	return n;
}

static void add_variants(struct library *l, const struct parse_input *in, const char *folder)
{
	static const char *const runtimes[] = {"/linux", ""};
	const char *suffixes[8];
	uint32_t n = release_suffixes(l->arena, in->predefined, suffixes);
	const char *arch = in->predefined ? in->predefined->arch : NULL;
	struct map seen = {.arena = l->arena};

	for (uint32_t r = 0; r < 2; r++)
		for (uint32_t i = 0; i < n; i++) {
			const char *base =
				arena_printf(l->arena, "%s%s%s", folder, runtimes[r], suffixes[i]);

			if (arch)
				add_folder(l, in, &seen,
					   arena_printf(l->arena, "%s/%s", base, arch));
			add_folder(l, in, &seen, base);
		}
}

struct library *library_open(const struct parse_input *in, const char *const *folders, uint32_t n)
{
	struct library *l = arena_make(in->arena, struct library);

	l->arena = in->arena;
	l->asked_functions.arena = l->asked_globals.arena = in->arena;
	l->functions.arena = l->globals.arena = in->arena;
	for (uint32_t i = 0; i < n; i++)
		add_variants(l, in, folders[i]);
	return l;
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
	struct collect c = {s->arena, &f->names};

	if (!f->listed && text_of(s, f)) {
		f->listed = true;
		parser_definitions(s->in->parse, f->source, collect, &c);
	}
	return &f->names;
}

static const struct ast *ast_of(struct sema *s, struct library_file *f)
{
	struct parse_input in = *s->in->parse;
	const struct diag *first;
	struct diag *d;

	if (f->parsed || !text_of(s, f))
		return f->broken ? NULL : f->ast;
	f->parsed = true;
	in.diags = diags_new(s->arena, s->diags->sources);
	f->ast = parser_parse(&in, f->source);
	if (in.diags->errors == 0)
		return f->ast;
	f->broken = true;
	first = in.diags->list.v[0];
	for (uint32_t i = 0; i < in.diags->list.n && first->severity != SEV_ERROR; i++)
		first = in.diags->list.v[i];
	d = diag_report(s->diags, DIAG_LIBRARY_SKIPPED, (struct span){0},
			"%s is skipped: it has errors", f->path);
	diag_note(s->diags, d, first->span, "%s", first->message);
	return NULL;
}

static bool take(struct sema *s, struct library_file *f)
{
	const struct ast *ast = f->taken ? NULL : ast_of(s, f);

	if (!ast)
		return f->taken;
	f->taken = true;
	symbols_add(s, ast, true);
	return true;
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
	if (!l->indexed && l->asked_functions.n + l->asked_globals.n > FEW_QUESTIONS)
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

	if (!l || !ask(s, l, &l->asked_functions, name))
		return false;
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

	if (!l || !ask(s, l, &l->asked_globals, name))
		return false;
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

void library_load_aliases(struct sema *s, const struct probe_point *p)
{
	struct library *l = s->in->library;
	bool glob = text_is_glob(p->parts[0].name);

	for (uint32_t i = 0; l && i < l->files.n; i++) {
		struct library_file *f = l->files.v[i];
		const char *text = f->taken ? NULL : text_of(s, f);
		const struct names *names;

		if (!text ||
		    !(glob ? strstr(text, "probe") != NULL : may_alias(text, p->parts[0].name)))
			continue;
		names = names_of(s, f);
		for (uint32_t j = 0; j < names->n; j++)
			if (names->v[j].kind == DEFINED_ALIAS && leads(p, names->v[j].name)) {
				take(s, f);
				break;
			}
	}
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
