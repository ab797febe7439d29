/*
 * From process("PATH"), process(PID) and process to files.  A bare `process`
 * means the program of -c or the process of -x; families whose probes make
 * sense for every process accept it without either.
 */
#include "sema/userland.h"

#include "target/needed.h"

#include <string.h>

enum userland_kind userland_kind(const struct probe_point *p)
{
	if (!p->parts[0].arg)
		return USERLAND_ANY;
	return p->parts[0].arg->kind == EXPR_NUMBER ? USERLAND_PID : USERLAND_PATH;
}

static bool is_build_id(const char *s)
{
	return strlen(s) == 40 && s[strspn(s, "0123456789abcdef")] == '\0';
}

static void add(struct expansion *x, struct userlands *out, struct userland u)
{
	if (!u.file)
		u.file = u.library ? u.library : u.program;
	vec_push(probe_sema(x)->arena, out, u);
}

/* A file, or what "#!" in it names. */
static void add_program(struct expansion *x, struct userlands *out, const char *path,
			const char *named)
{
	struct arena *a = probe_sema(x)->arena;
	const char *script = program_interpreter(path, a);
	struct userland u = {.program = script ? script : path, .named = named};

	if (!program_is_elf(u.program))
		u.missing = arena_printf(a, "%s is no program: not an ELF file", u.program);
	add(x, out, u);
}

static bool add_pattern(struct expansion *x, const struct expr *arg, const char *pattern,
			struct userlands *out)
{
	struct sema *s = probe_sema(x);
	struct program_paths paths = {0};

	program_match(s->target, pattern, s->arena, &paths);
	for (uint32_t i = 0; i < paths.n; i++) {
		add_program(x, out, paths.v[i], paths.v[i]);
		if (out->v[out->n - 1].missing)
			out->n--;
	}
	if (!out->n)
		probe_failed(x, DIAG_UNKNOWN_PROBE_POINT, arg->span,
			     "no program matches \"%s\" on this machine", pattern);
	return out->n > 0;
}

static bool add_named(struct expansion *x, const struct expr *arg, const char *name, bool tolerant,
		      struct userlands *out)
{
	struct sema *s = probe_sema(x);
	const char *path, *why;
	struct cause *c;

	if (is_build_id(name) && !strchr(name, '/')) {
		add(x, out,
		    (struct userland){
			    .program = name,
			    .named = name,
			    .why = "a program by its build-id is not looked for; name its file"});
		return true;
	}
	switch (program_find(s->target, name, s->arena, &path, &why)) {
	case ANSWER_YES:
		add_program(x, out, path, name);
		why = out->v[out->n - 1].missing;
		if (!why)
			return true;
		out->n--;
		break;
	case ANSWER_UNKNOWN:
		add(x, out,
		    (struct userland){.program = path ? path : name, .named = name, .why = why});
		return true;
	case ANSWER_NO: break;
	}
	if (tolerant) {
		add(x, out, (struct userland){.program = name, .named = name, .missing = why});
		return true;
	}
	c = probe_failed(x, DIAG_UNKNOWN_PROGRAM, arg->span, "%s", why);
	c->hint = "give the path of a program that is installed here";
	return false;
}

static bool add_process(struct expansion *x, struct span span, int64_t pid, struct userlands *out)
{
	struct arena *a = probe_sema(x)->arena;
	const char *named = arena_printf(a, "process %lld", (long long)pid);
	const char *why, *path = program_of_process(pid, a, &why);

	if (path) {
		add(x, out, (struct userland){.program = path, .named = named});
		return true;
	}
	if (strncmp(why, "there is no", 11) != 0) {
		add(x, out, (struct userland){.named = named, .why = why});
		return true;
	}
	probe_failed(x, DIAG_UNKNOWN_PROGRAM, span, "%s", why);
	return false;
}

static bool add_target(struct expansion *x, const struct probe_point *p, bool tolerant,
		       struct userlands *out)
{
	struct sema *s = probe_sema(x);
	const struct sema_options *o = s->in->options;
	struct expr arg = {.span = p->parts[0].span};

	if (o->command && *o->command)
		return add_named(x, &arg, o->command, tolerant, out);
	if (o->target_pid)
		return add_process(x, arg.span, o->target_pid, out);
	if (tolerant) {
		add(x, out, (struct userland){.named = "every process"});
		return true;
	}
	probe_failed(x, DIAG_UNKNOWN_PROGRAM, arg.span,
		     "process without a name is the program of -c COMMAND or the process of "
		     "-x PID; neither is given");
	return false;
}

static bool programs(struct expansion *x, const struct probe_point *p, bool tolerant,
		     struct userlands *out)
{
	struct arena *a = probe_sema(x)->arena;
	const struct expr *arg = p->parts[0].arg;
	const char *name;

	switch (userland_kind(p)) {
	case USERLAND_ANY: return add_target(x, p, tolerant, out);
	case USERLAND_PID: return add_process(x, arg->span, arg->number, out);
	case USERLAND_PATH: break;
	}
	name = text_unescape(a, arg->string, NULL);
	return text_is_glob(name) ? add_pattern(x, arg, name, out)
				  : add_named(x, arg, name, tolerant, out);
}

/* Replaces each program by those of its libraries that are meant. */
static bool libraries(struct expansion *x, const struct pp_part *part, struct userlands *out)
{
	struct sema *s = probe_sema(x);
	const char *name = text_unescape(s->arena, part->arg->string, NULL), *tried = NULL;
	struct userlands found = {0};
	struct cause *c;

	for (uint32_t i = 0; i < out->n; i++) {
		struct program_paths paths = {0};
		struct userland u = out->v[i];
		enum answer got = ANSWER_UNKNOWN;

		u.named = name;
		if (!u.why)
			got = needed_find(s->target, u.program, name, s->arena, &paths, &tried);
		for (uint32_t k = 0; k < paths.n; k++) {
			u.library = u.file = paths.v[k];
			vec_push(s->arena, &found, u);
		}
		if (got != ANSWER_UNKNOWN)
			continue;
		u.why = u.why ? u.why : tried;
		vec_push(s->arena, &found, u);
	}
	*out = found;
	if (found.n)
		return true;
	c = probe_failed(x, DIAG_UNKNOWN_PROGRAM, part->arg->span,
			 "the program loads no library \"%s\"", name);
	c->hint = tried;
	return false;
}

bool userland_files(struct expansion *x, const struct probe_point *p, bool tolerant,
		    struct userlands *out)
{
	const struct pp_part *library = words_part(p, "library");

	return programs(x, p, tolerant, out) && (!library || libraries(x, library, out));
}

struct probe_point *userland_point(struct arena *a, const struct probe_point *p,
				   const struct userland *u, const struct pp_part *part,
				   const char *text)
{
	const char **texts = arena_alloc(a, p->nparts * sizeof *texts);

	for (uint32_t i = 0; i < p->nparts; i++) {
		const struct pp_part *from = &p->parts[i];

		if (from == part)
			texts[i] = text;
		else if (i == 0 && userland_kind(p) != USERLAND_PID)
			texts[i] = u->program;
		else if (strcmp(from->name, "library") == 0 && text_is_glob(from->arg->string))
			texts[i] = u->library;
	}
	return words_with(a, p, texts);
}

void userland_opaque(struct expansion *x, const struct probe_point *p, const struct userland *u,
		     const char *why)
{
	struct cause *c =
		probe_failed(x, DIAG_UNREADABLE_PROGRAM, p->span, "%s cannot be looked up in %s",
			     words_text(probe_sema(x)->arena, p), u->file ? u->file : u->named);

	c->hint = why;
}
