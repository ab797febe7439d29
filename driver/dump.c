/*
 * `--dump-functions`, `--dump-probe-aliases`, `--dump-probe-types`, in stap's formats: what the
 * library declares, read from its trees alone, so that nothing is elaborated.  A type is told
 * where it is declared.  Private names, and those that begin with an underscore (but under -v),
 * are the library's own affair.
 */
#include "driver/command.h"
#include "report/report.h"

#include <stdlib.h>
#include <string.h>

struct line {
	const char *key, *text;
};

struct dump {
	struct arena *arena;
	const struct options *options;
	struct text_out out; /* scratch */
	struct map overloads;
	VEC(struct line) lines;
};

static void add_line(struct dump *d, const char *key, const char *text)
{
	struct line l = {key, text};

	vec_push(d->arena, &d->lines, l);
}

static const char *marks_of(const struct dump *d, const struct decl *f)
{
	static const char *const marks[] = {"/* unprivileged */", "/* myproc-unprivileged */",
					    "/* guru */"};
	const char *text = "";

	for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
		if (describe_marked(f, marks[i]))
			text = arena_printf(d->arena, "%s %s", text, marks[i]);
	return text;
}

/* "ctime:string (epochsecs:long)"; stap sorts by the name that its C code would have. */
static void add_function(struct dump *d, const struct decl *f)
{
	struct arena *a = d->arena;
	const char *text = arena_printf(a, "%s:%s (", f->name, ast_type_word(f->function.type));
	uintptr_t before = (uintptr_t)map_get(&d->overloads, f->name);

	for (uint32_t i = 0; i < f->function.nparams; i++)
		text = arena_printf(a, "%s%s%s:%s", text, i ? ", " : "", f->function.params[i].name,
				    ast_type_word(f->function.params[i].type));
	map_put(&d->overloads, f->name, (void *)(before + 1));
	add_line(d, arena_printf(a, "%s__overload_%04u", f->name, (unsigned)before),
		 arena_printf(a, "%s)%s", text, marks_of(d, f)));
}

static void add_functions(void *ctx, const struct ast *ast)
{
	struct dump *d = ctx;

	vec_each(i, &ast->decls) {
		const struct decl *f = ast->decls.v[i];

		if (f->kind == DECL_FUNCTION && !f->is_private &&
		    (*f->name != '_' || d->options->verbose))
			add_function(d, f);
	}
}

static void join_points(struct dump *d, const struct point_list *ps, const char *between)
{
	vec_each(i, ps) {
		for (const char *s = i ? between : ""; *s; s++)
			vec_push(d->arena, &d->out.text, *s);
		print_point(&d->out, ps->v[i]);
	}
}

/* "vfs.read = kernel.function("vfs_read"), other?" */
static void add_alias(struct dump *d, const struct decl *p)
{
	d->out = (struct text_out){.arena = d->arena};
	join_points(d, &p->probe.names, " = ");
	for (const char *s = p->probe.is_epilogue ? " += " : " = "; *s; s++)
		vec_push(d->arena, &d->out.text, *s);
	join_points(d, &p->probe.points, ", ");
	vec_push(d->arena, &d->out.text, '\0');
	if (*d->out.text.v != '_' || d->options->verbose)
		add_line(d, d->out.text.v, d->out.text.v);
}

static void add_aliases(void *ctx, const struct ast *ast)
{
	struct dump *d = ctx;

	vec_each(i, &ast->decls)
		if (ast->decls.v[i]->kind == DECL_ALIAS)
			add_alias(d, ast->decls.v[i]);
}

static int by_key(const void *a, const void *b)
{
	const struct line *x = a, *y = b;
	int c = strcmp(x->key, y->key);

	return c ? c : strcmp(x->text, y->text);
}

static void print_lines(struct dump *d)
{
	if (d->lines.n)
		qsort(d->lines.v, d->lines.n, sizeof *d->lines.v, by_key);
	vec_each(i, &d->lines)
		if (i == 0 || by_key(&d->lines.v[i - 1], &d->lines.v[i]))
			puts(d->lines.v[i].text);
}

/* Part by part; of one name, what takes nothing is first, then what takes a number. */
static const char *shape_key(struct arena *a, const char *text)
{
	char *key = arena_strdup(a, text), *to = key;

	for (; *text; text++) {
		bool number = !strncmp(text, "(number)", 8);

		if (number || !strncmp(text, "(string)", 8)) {
			*to++ = number ? '\2' : '\3';
			text += 7;
		} else {
			*to++ = *text == '.' ? '\1' : *text;
		}
	}
	*to = '\0';
	return key;
}

enum exit_status dump_run(const struct session *s)
{
	struct dump d = {.arena = s->arena, .options = s->options, .overloads.arena = s->arena};
	const char *text;

	if (s->options->dump == DUMP_PROBE_TYPES) {
		for (uint32_t i = 0; (text = describe_shape(i, s->arena)); i++)
			add_line(&d, shape_key(s->arena, text), text);
		print_lines(&d);
		return STATUS_OK;
	}
	struct options o = *s->options;
	struct session quiet = *s;

	o.script = "";
	quiet.options = &o;
	/* for the library: the script itself is nothing */
	struct compilation *c = compile_script(&quiet, NULL, STAGE_PARSE);
	const struct sema_options so = {0};
	const struct sema_input in = {c->arena,   &c->parse, s->target,
				      c->library, &so,       diags_new(c->arena, c->sources)};

	d.arena = c->arena;
	d.overloads.arena = c->arena;
	library_trees(&in, o.dump == DUMP_FUNCTIONS ? add_functions : add_aliases, &d);
	print_lines(&d);
	if (o.verbose)
		render_diags(stderr, in.diags, &(struct render_options){.notes = true});
	compile_free(c);
	return STATUS_OK;
}
