/*
 * The order of elaboration, and the print of its result.  From the user's files
 * come declarations; their probes are expanded and resolved; what these name is
 * loaded from the library, whose files may bring more.  Then pointer types,
 * marks of what has no effect, value types, rules, and synthetic probes.
 *
 * Functions of the user that nothing calls are looked at last and on their own,
 * in a program that is thrown away: SystemTap never sees them, so what is wrong
 * with them is a warning here.
 */
#include "sema/internal.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

const struct source *sema_file(const struct sema *s, struct loc at)
{
	const struct sources *all = s->in->parse->sources;
	struct loc asked;

	while (sources_origin(all, at, &asked))
		at = asked;
	for (uint32_t i = s->files.n; i-- > 0;) {
		const struct source *f = s->files.v[i];

		if (at.at >= f->base && at.at - f->base <= f->len)
			return f;
	}
	return NULL;
}

struct diag *sema_report(struct sema *s, enum diag_tag tag, struct span span, const char *fmt, ...)
{
	const char *text;
	va_list ap;

	va_start(ap, fmt);
	text = arena_vprintf(s->arena, fmt, ap);
	va_end(ap);
	return diag_report(s->diags, tag, span, "%s", text);
}

static struct sema *start(const struct sema_input *in)
{
	struct sema *s = arena_make(in->arena, struct sema);

	s->in = in;
	s->arena = in->arena;
	s->diags = in->diags;
	s->target = in->target;
	s->program = arena_make(in->arena, struct program);
	s->program->unoptimised = in->options->unoptimised;
	s->counters.arena = s->undebugged.arena = in->arena;
	s->globals.arena = s->functions.arena = s->function_names.arena = s->private_names.arena =
		in->arena;
	return s;
}

/* Probes bring functions and library files; those bring probes. */
static void resolve_reachable(struct sema *s)
{
	uint32_t expanded = 0, probes = 0, functions = 0;

	while (expanded < s->pending_probes.n || functions < s->pending_functions.n) {
		while (expanded < s->pending_probes.n) {
			probe_expand(s, s->pending_probes.v[expanded++]);
			while (probes < s->program->probes.n)
				resolve_probe(s, s->program->probes.v[probes++]);
		}
		if (functions < s->pending_functions.n) {
			struct function *f = s->pending_functions.v[functions++];

			f->index = s->nfunctions++;
			vec_push(s->arena, &s->program->functions, f);
			resolve_function(s, f);
		}
	}
	s->pending_probes.n = s->pending_functions.n = 0;
}

static void number_globals(struct program *p)
{
	for (uint32_t i = 0; i < p->globals.n; i++)
		p->globals.v[i]->index = i;
}

/* What s->diags has becomes warnings in `to`. */
static void demote(struct diags *from, struct diags *to)
{
	for (uint32_t i = 0; i < from->list.n; i++) {
		struct diag *d = from->list.v[i];

		if (d->severity == SEV_ERROR)
			d->severity = SEV_WARNING;
		to->warnings += d->severity == SEV_WARNING;
		vec_push(to->arena, &to->list, d);
	}
}

static void look_at_idle_functions(struct sema *s)
{
	struct program *real = s->program;
	struct diags *diags = s->diags;

	s->program = arena_make(s->arena, struct program);
	s->diags = diags_new(s->arena, diags->sources);
	s->idle = true;
	for (uint32_t i = 0; i < s->idle_functions.n; i++) {
		struct function *f = s->idle_functions.v[i];

		if (!f->reached) {
			f->reached = f->elided = true;
			vec_push(s->arena, &s->pending_functions, f);
		}
	}
	resolve_reachable(s);
	resolve_blame(s);
	autocast_run(s);
	infer_run(s);
	check_run(s);
	demote(s->diags, diags);
	s->program = real;
	s->diags = diags;
}

static void count_probes(struct sema *s, uint32_t declared)
{
	bool any = false;

	for (uint32_t i = 0; i < s->program->probes.n; i++)
		any |= !s->program->probes.v[i]->from_tapset && !s->program->probes.v[i]->synthetic;
	if (any || s->diags->errors || (declared && s->in->options->unoptimised))
		return;
	diag_report(s->diags, DIAG_NO_PROBES, (struct span){0},
		    declared ? "no probe of the script does anything" : "the script has no probes");
}

struct program *sema_elaborate(const struct sema_input *in, struct ast *const *asts, uint32_t n)
{
	struct sema *s = start(in);
	uint32_t declared;

	for (uint32_t i = 0; i < n; i++)
		symbols_add(s, asts[i], asts[i]->source->kind == SOURCE_TAPSET);
	declared = s->pending_probes.n;
	resolve_reachable(s);
	resolve_blame(s);
	autocast_run(s);
	elide_mark(s);
	infer_run(s);
	check_run(s);
	if (!s->diags->errors && !in->options->no_autoprint)
		autoprint_run(s);
	number_globals(s->program);
	elide_run(s);
	count_probes(s, declared);
	look_at_idle_functions(s);
	unknown_tell_found(s);
	return s->program;
}

/* --- printing --- */

static void say(struct text_out *out, const char *text)
{
	for (; *text; text++)
		vec_push(out->arena, &out->text, *text);
}

static void say_variable(struct text_out *out, const struct variable *v)
{
	say(out, v->name);
	if (v->wrap)
		say(out, "%");
	if (v->size)
		say(out, arena_printf(out->arena, "[%lld]", (long long)v->size));
	say(out, ":");
	say(out, ast_type_word(v->type));
	for (uint32_t i = 0; i < v->arity; i++) {
		say(out, i ? ", " : " [");
		say(out, ast_type_word(v->keys[i]));
	}
	if (v->arity)
		say(out, "]");
}

static void say_locals(struct text_out *out, const struct variables *vs, bool all)
{
	bool any = false;

	for (uint32_t i = 0; i < vs->n; i++) {
		if (vs->v[i]->elided && !all)
			continue;
		if (!any)
			say(out, "  # locals\n");
		any = true;
		say(out, "  ");
		say_variable(out, vs->v[i]);
		say(out, "\n");
	}
}

static void say_globals(struct text_out *out, const struct program *p)
{
	bool any = false;

	for (uint32_t i = 0; i < p->globals.n; i++) {
		if (p->globals.v[i]->elided && !p->unoptimised)
			continue;
		if (!any)
			say(out, "# globals\n");
		any = true;
		say_variable(out, p->globals.v[i]);
		say(out, "\n");
	}
}

static int by_name(const void *a, const void *b)
{
	const struct function *x = *(struct function *const *)a;
	const struct function *y = *(struct function *const *)b;
	int c = x->is_private - y->is_private;

	c = c ? c : strcmp(x->name, y->name);
	return c ? c : (x->index > y->index) - (x->index < y->index);
}

static void say_function(struct text_out *out, const struct function *f, bool all)
{
	say(out, f->name);
	say(out, ":");
	say(out, ast_type_word(f->type));
	say(out, " (");
	for (uint32_t i = 0; i < f->params.n; i++) {
		say(out, i ? ", " : "");
		say_variable(out, f->params.v[i]);
	}
	say(out, ")\n");
	say_locals(out, &f->locals, all);
}

/* Copies of one function for several sites are said once. */
static bool is_said(struct function *const *sorted, uint32_t i)
{
	const struct function *origin = sorted[i]->origin;

	for (uint32_t j = i; origin && j-- > 0 && sorted[j]->name == origin->name;)
		if (sorted[j]->origin == origin)
			return true;
	return false;
}

static void say_functions(struct text_out *out, const struct program *p)
{
	struct function **sorted = arena_alloc(out->arena, p->functions.n * sizeof *sorted);
	uint32_t n = 0;

	for (uint32_t i = 0; i < p->functions.n; i++)
		if (!p->functions.v[i]->elided || p->unoptimised)
			sorted[n++] = p->functions.v[i];
	if (!n)
		return;
	qsort(sorted, n, sizeof *sorted, by_name);
	say(out, "# functions\n");
	for (uint32_t i = 0; i < n; i++)
		if (!is_said(sorted, i))
			say_function(out, sorted[i], p->unoptimised);
}

/* Globals in conditions are printed with the prefix that SystemTap gives them. */
static void prefix_globals(struct arena *a, const struct expr *from, struct expr *to)
{
	struct expr *x, *y;

	if (from->kind == EXPR_NAME && from->name.sym && from->name.sym->kind == VAR_GLOBAL)
		to->name.name = arena_printf(a, "__global_%s", from->name.name);
	for (uint32_t i = 0; tree_child(from, i, &x) && tree_child(to, i, &y); i++)
		if (x && y)
			prefix_globals(a, x, y);
}

static void say_condition(struct text_out *out, const struct expr *cond)
{
	struct expr *named = ast_copy_expr(out->arena, cond);

	prefix_globals(out->arena, cond, named);
	say(out, " if (");
	print_expr(out, named);
	say(out, ")");
}

static bool starts_name(const char *text, const char *at)
{
	return (isalpha((unsigned char)*at) || *at == '_') &&
	       !(at > text && (isalnum((unsigned char)at[-1]) || at[-1] == '_'));
}

/* A chain without aliases shows its conditions as resolved: every name in them is a global. */
static void say_chain(struct text_out *out, const char *chain)
{
	uint32_t parens = 0;
	bool quoted = false;

	if (strstr(chain, " = ") || strstr(chain, " += ") || !strstr(chain, " if (")) {
		say(out, chain);
		return;
	}
	for (const char *at = chain; *at; at++) {
		if (strncmp(at, " if (", 5) == 0 && parens == 0) {
			say(out, " if (");
			at += 4;
			parens = 1;
			continue;
		}
		quoted ^= *at == '"' && at[-1] != '\\';
		if (parens && !quoted)
			parens += (*at == '(') - (*at == ')');
		if (parens && !quoted && starts_name(chain, at))
			say(out, "__global_");
		vec_push(out->arena, &out->text, *at);
	}
}

static void say_probe(struct text_out *out, const struct probe *pr, bool all)
{
	for (uint32_t i = 0; i < pr->sites.n; i++) {
		const struct site *site = pr->sites.v[i];

		say(out, site->text);
		if (pr->cond)
			say_condition(out, pr->cond);
		say(out, " /* ");
		say_chain(out, site->chain);
		say(out, " */\n");
		say_locals(out, &pr->locals, all);
	}
}

void sema_print(struct text_out *out, const struct program *p)
{
	bool any = false;

	say_globals(out, p);
	say_functions(out, p);
	for (uint32_t i = 0; i < p->probes.n; i++) {
		if (p->probes.v[i]->elided && !p->unoptimised)
			continue;
		if (!any)
			say(out, "# probes\n");
		any = true;
		say_probe(out, p->probes.v[i], p->unoptimised);
	}
}
