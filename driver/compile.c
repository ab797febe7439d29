/*
 * The passes in order.  A script that would need more memory than it may have
 * leaves through the arena's recovery point and becomes one diagnostic.
 */
#include "driver/compile.h"
#include "base/text.h"
#include "ir/irtext.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <sys/utsname.h>

/* A text that may yet be refused; what was accepted may take in proportion to its size. */
enum { MEMORY_LIMIT = 150 * 1024 * 1024 };

static const char *config_value(const void *target, const char *name)
{
	return target_config(target, name);
}

/* The machine's name as kernels spell architectures. */
static const char *arch_name(struct arena *a, const struct options *o)
{
	struct utsname u;

	if (o->arch)
		return o->arch;
	if (uname(&u) != 0)
		return "x86_64";
	if (strcmp(u.machine, "aarch64") == 0)
		return "arm64";
	return arena_strdup(a, u.machine);
}

static void set_predefined(struct compilation *c)
{
	const struct options *o = c->session->options;
	const char *release = target_release(c->session->target);

	c->predefined = (struct predefined){
		.kernel_vr = release,
		.kernel_v =
			release ? arena_strndup(c->arena, release, strcspn(release, "-")) : NULL,
		.systemtap_v = o->compatible ? o->compatible : OPTIONS_LANGUAGE,
		.arch = arch_name(c->arena, o),
		.runtime = o->runtime && strcmp(o->runtime, "user") != 0 ? o->runtime : "kernel",
		.privilege = o->privilege ? o->privilege : "stapdev",
		.guru = o->guru,
		.config = config_value,
		.target = c->session->target,
	};
}

static void set_input(struct compilation *c)
{
	const struct options *o = c->session->options;
	struct map *macros = arena_make(c->arena, struct map);

	macros->arena = c->arena;
	set_predefined(c);
	c->parse = (struct parse_input){
		.arena = c->arena,
		.names = intern_new(c->arena),
		.sources = c->sources,
		.diags = c->diags,
		.predefined = &c->predefined,
		.args = o->args.v,
		.nargs = o->args.n,
		.args_used = arena_alloc(c->arena, o->args.n + 1),
		.waivers = o->no_waivers ? NULL : waivers_new(c->arena),
		.macros = macros,
	};
}

static const struct source *read_script(struct compilation *c, const char *path)
{
	const char *text = c->session->options->script, *why = NULL;
	const struct source *src;

	const struct overlay *over = c->session->overlay;

	if (path && over)
		src = sources_add(c->sources, path, over->text, over->len, SOURCE_SCRIPT);
	else if (path)
		src = sources_read(c->sources, c->arena, path, SOURCE_SCRIPT, &why);
	else
		src = sources_add(c->sources, "<input>", text, (uint32_t)strlen(text),
				  SOURCE_SCRIPT);
	if (!src) {
		c->unreadable = true;
		diag_report(c->diags, DIAG_UNREADABLE_FILE, (struct span){{0}, {0}},
			    "can't read '%s': %s", path ? path : "-e", why ? why : "too large");
	}
	return src;
}

static void parse_extra(struct compilation *c)
{
	const struct words *extra = &c->session->options->extra_scripts;

	vec_each(i, extra) {
		const struct source *src =
			sources_add(c->sources, "<input>", extra->v[i],
				    (uint32_t)strlen(extra->v[i]), SOURCE_SCRIPT);

		if (src)
			vec_push(c->arena, &c->asts, parser_parse(&c->parse, src));
	}
}

static bool has_suffix(const char *path, const char *suffix)
{
	size_t n = path ? strlen(path) : 0, k = strlen(suffix);

	return n > k && strcmp(path + n - k, suffix) == 0;
}

static void parse(struct compilation *c, const char *path)
{
	c->script = read_script(c, path);
	if (c->diags->errors)
		return;
	if (has_suffix(path, ".stpm")) {
		parser_macros(&c->parse, c->script);
		return;
	}
	if (has_suffix(path, ".ir")) {
		c->ir = irread_program(c->arena, c->diags, c->sources, c->script);
		return;
	}
	vec_push(c->arena, &c->asts, parser_parse(&c->parse, c->script));
	parse_extra(c);
}

static struct decl *find_global(struct compilation *c, const char *name, size_t n)
{
	vec_each(i, &c->asts) {
		const struct decl_list *ds = &c->asts.v[i]->decls;

		vec_each(k, ds) {
			if (ds->v[k]->kind == DECL_GLOBAL && strlen(ds->v[k]->name) == n &&
			    strncmp(ds->v[k]->name, name, n) == 0)
				return ds->v[k];
		}
	}
	return NULL;
}

/* A number if it reads as one, else a string; false if it is a number too large. */
static bool read_value(struct arena *a, struct expr *e, const char *value)
{
	char *end;

	errno = 0;
	e->number = *value == '-' ? strtoll(value, &end, 0) : (int64_t)strtoull(value, &end, 0);
	e->kind = *value && !*end ? EXPR_NUMBER : EXPR_STRING;
	if (e->kind == EXPR_STRING)
		e->string = text_escape(a, value, strlen(value));
	return e->kind == EXPR_STRING || !errno;
}

/* -G name=value */
static void set_global(struct compilation *c, const char *setting)
{
	const struct span nowhere = {{0}, {0}};
	size_t n = strcspn(setting, "=");
	struct decl *d = setting[n] ? find_global(c, setting, n) : NULL;
	struct expr *e = arena_make(c->arena, struct expr);

	if (!d) {
		diag_report(c->diags, DIAG_UNKNOWN_OPTION_GLOBAL, nowhere,
			    setting[n] ? "-G %s: the script has no such global"
				       : "-G %s: it is written -G NAME=VALUE",
			    setting);
		return;
	}
	if (d->global.size || d->global.wrap) {
		diag_report(c->diags, DIAG_BAD_GLOBAL, d->name_span,
			    "-G %s: an array cannot be given a value", setting);
		return;
	}
	e->span = d->name_span;
	e->depth = 1;
	if (d->global.init && d->global.init->kind == EXPR_STRING) {
		e->kind = EXPR_STRING;
		e->string = text_escape(c->arena, setting + n + 1, strlen(setting + n + 1));
	} else if (!read_value(c->arena, e, setting + n + 1))
		diag_report(c->diags, DIAG_BAD_NUMBER, nowhere,
			    "-G %s: the number does not fit into 64 bits", setting);
	d->global.init = e;
}

static void set_globals(struct compilation *c)
{
	const struct words *gs = &c->session->options->globals;

	vec_each(i, gs)
		set_global(c, gs->v[i]);
}

static bool is_inside(const char *file, const char *folder)
{
	char *real = realpath(folder, NULL);
	size_t n = real ? strlen(real) : 0;
	bool inside = n && strncmp(file, real, n) == 0 && file[n] == '/';

	free(real);
	return inside;
}

/* A file of the library is read with the library's rights, also when it is what is checked. */
bool compile_of_library(const struct session *s, const char *path)
{
	char *real = path ? realpath(path, NULL) : NULL;
	bool inside = false;

	vec_each(i, &s->folders)
		inside |= real && is_inside(real, s->folders.v[i]);
	free(real);
	return inside;
}

/* The program of a command line; a quoted one keeps its spaces. */
static const char *first_word(struct arena *a, const char *command)
{
	size_t quoted;

	command += strspn(command, " \t\n");
	quoted = *command == '\'' || *command == '"';
	return arena_strndup(a, command + quoted,
			     strcspn(command + quoted, !quoted           ? " \t\n;|&<>"
						       : *command == '"' ? "\""
									 : "'"));
}

static const struct target *facts_of(const struct compilation *c)
{
	return c->of_library ? c->session->nothing : c->session->target;
}

static void elaborate(struct compilation *c, const char *path)
{
	const struct options *o = c->session->options;
	struct sema_options so = {
		.guru = o->guru || compile_of_library(c->session, path),
		.unoptimised = o->unoptimised,
		.no_autoprint = o->no_autoprint,
		.places = o->command == COMMAND_LIST,
		.command = o->command_line ? first_word(c->arena, o->command_line) : NULL,
		.target_pid = o->target_pid,
		.maxmapentries = c->session->limits.maxmapentries,
	};
	struct sema_input in = {c->arena, &c->parse, facts_of(c), c->library, &so, c->diags};

	c->program = sema_elaborate(&in, c->asts.v, c->asts.n);
	if (c->program->existence_unknown && !c->of_library)
		diag_report(
			c->diags, DIAG_TARGET_UNKNOWN, (struct span){{0}, {0}},
			target_known(c->session->target)
				? "the facts at hand do not tell about every probe point: some are "
				  "neither confirmed nor refused; give --target FILE or -r RELEASE "
				  "of the whole kernel with its modules"
				: "no facts about the kernel are at hand: probe points and target "
				  "variables are neither confirmed nor refused; give --target FILE "
				  "or -r RELEASE");
}

enum memory_model compile_model(const struct options *o)
{
	return o->runtime && strcmp(o->runtime, "bpf") == 0 ? MODEL_INTERLEAVED : MODEL_ATOMIC;
}

static void lower(struct compilation *c)
{
	const struct options *o = c->session->options;

	arena_allow(c->arena, MEMORY_LIMIT + 2 * arena_used(c->arena));
	if (!c->ir)
		c->ir = lower_program(c->arena, c->program, facts_of(c), &c->session->limits,
				      o->guru);
	c->ir->session = "stapvet";
	if (o->privilege)
		c->ir->privilege = o->privilege;
}

static void prove(struct compilation *c)
{
	const struct options *o = c->session->options;
	struct verify_options vo = {.model = compile_model(o)};

	clock_t start = clock();

	c->proven = prove_program(c->arena, c->ir, &vo);
	c->prove_ms = (double)(clock() - start) * 1e3 / CLOCKS_PER_SEC;
}

/* Arguments that no file read; only the user's own script may read them. */
static void warn_unused_args(struct compilation *c)
{
	for (uint32_t i = 0; i < c->parse.nargs; i++)
		if (!c->parse.args_used[i])
			diag_report(c->diags, DIAG_UNUSED_ARGUMENT, (struct span){{0}, {0}},
				    "unused command line option $%u/@%u", i + 1, i + 1);
}

static bool has_probes(const struct compilation *c)
{
	return c->program && c->program->probes.n;
}

/* The folders of a library that are for one run-time or architecture: their files are read so. */
static void set_place(struct compilation *c, const char *path)
{
	static const char *const RUNTIMES[] = {"bpf", "dyninst", NULL};
	static const char *const ARCHS[] = {"x86_64", "i386",	"arm",	"arm64", "powerpc",
					    "s390",   "ia64",	"mips", "riscv", NULL};
	const char *stop;

	for (const char *s = path; (stop = strchr(s, '/')); s = stop + 1) {
		for (const char *const *r = RUNTIMES; *r; r++)
			if (strlen(*r) == (size_t)(stop - s) && strncmp(*r, s, strlen(*r)) == 0)
				c->predefined.runtime = *r;
		for (const char *const *a = ARCHS; *a; a++)
			if (strlen(*a) == (size_t)(stop - s) && strncmp(*a, s, strlen(*a)) == 0)
				c->predefined.arch = *a;
	}
}

static void run_stages(struct compilation *c, const char *path, enum stage last)
{
	set_input(c);
	c->of_library = c->session->options->command == COMMAND_CHECK && compile_of_library(c->session, path);
	if (c->of_library)
		set_place(c, path);
	/* before the script, which may use the library's macros */
	c->library = library_open(&c->parse, c->session->folders.v, c->session->folders.n);
	library_keep(c->library, c->session->index, c->session->cache);
	if (c->of_library)
		library_leave_out(c->library, path);
	parse(c, path);
	c->unparsed = c->diags->errors > 0;
	if (!c->diags->errors)
		set_globals(c);
	if (c->asts.n && !c->diags->errors && last != STAGE_PARSE) {
		elaborate(c, path);
		warn_unused_args(c);
	}
	if (!c->diags->errors && last >= STAGE_LOWER && (c->ir || has_probes(c)))
		lower(c);
	if (!c->diags->errors && last == STAGE_PROVE && c->ir)
		prove(c);
}

static struct compilation *compilation_new(const struct session *s, size_t limit)
{
	struct compilation *c = calloc(1, sizeof *c);

	if (!c)
		abort();
	c->session = s;
	c->arena = arena_new(limit, limit ? &c->on_limit : NULL);
	c->sources = sources_new(c->arena);
	c->diags = diags_new(c->arena, c->sources);
	return c;
}

static struct compilation *too_large(const struct session *s, const char *path)
{
	struct compilation *c = compilation_new(s, 0);

	c->waived = waived_find(c->arena, NULL, c->sources, NULL);
	diag_report(c->diags, DIAG_INPUT_TOO_LARGE, (struct span){{0}, {0}},
		    "'%s' needs more memory than a script of its size may take",
		    path ? path : "<input>");
	return c;
}

struct compilation *compile_script(const struct session *s, const char *path, enum stage last)
{
	struct compilation *const c = compilation_new(s, MEMORY_LIMIT);

	if (setjmp(c->on_limit) == 0) {
		run_stages(c, path, last);
		diags_sort(c->diags);
		c->waived = waived_find(c->arena, c->parse.waivers, c->sources, c->proven);
		arena_settle(c->arena);
		return c;
	}
	compile_free(c);
	return too_large(s, path);
}

void compile_waive(struct compilation *c,
		   bool (*asked)(const void *ctx, enum diag_tag tag, bool on), const void *ctx)
{
	const struct waivers *ws = c->parse.waivers;

	if (!ws)
		return;
	waived_drop(c->diags, ws);
	if (c->proven || (asked && !c->diags->errors))
		waived_review(c->diags, ws, asked, ctx);
	diags_sort(c->diags);
}

void compile_free(struct compilation *c)
{
	arena_free(c->arena);
	free(c);
}
