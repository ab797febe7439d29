/*
 * Rules about what holds on one kernel, machine or distribution and not on the next.  Conditionals
 * are gone from the tree, so the rules about them read the text of the file; the rest asks the
 * tree.
 */
#include "lint/rules.h"

#include <stdlib.h>
#include <string.h>

static bool is_probe(const struct decl *d)
{
	return d->kind == DECL_PROBE || d->kind == DECL_ALIAS;
}

/* --- probe points --- */

static void ask_point(struct lint *l, const struct probe_point *p)
{
	const struct expr *arg = p->nparts > 1 ? p->parts[1].arg : NULL;
	const char *name = arg && arg->kind == EXPR_STRING ? arg->string : "";
	const char *at = strchr(name, '@'), *line = at ? strpbrk(at, ":+") : NULL;

	if (strcmp(p->parts[0].name, "kernel") != 0 && strcmp(p->parts[0].name, "module") != 0)
		return;
	if (line && strspn(line + 1, "0123456789-") == strlen(line + 1) && line[1])
		rule_report(l, p->parts[1].span,
			    "line %s is another statement in the next release of the kernel",
			    line + 1);
}

/* kernel.statement("f@fs/read_write.c:312") */
void portable_line(struct lint *l)
{
	for (uint32_t i = 0; is_probe(l->decl) && i < l->decl->probe.points.n; i++)
		ask_point(l, l->decl->probe.points.v[i]);
}

/* kernel.function("f.isra.3"): the compiler's own copies. */
void portable_compiler_suffix(struct lint *l)
{
	static const char *const SUFFIXES[] = {".isra.", ".constprop.", ".part.", ".cold", NULL};

	for (uint32_t i = 0; is_probe(l->decl) && i < l->decl->probe.points.n; i++) {
		const struct probe_point *p = l->decl->probe.points.v[i];

		for (uint32_t k = 0; k < p->nparts; k++) {
			const struct expr *arg = p->parts[k].arg;

			for (const char *const *s = SUFFIXES; *s; s++)
				if (arg && arg->kind == EXPR_STRING && strstr(arg->string, *s))
					rule_report(l, arg->span,
						    "'%s' is a copy that one build of the kernel "
						    "has: probe the function without '%s...'",
						    arg->string, *s);
		}
	}
}

/* kernel.statement(0xffffffff81000000).absolute */
void portable_address(struct lint *l)
{
	for (uint32_t i = 0; is_probe(l->decl) && i < l->decl->probe.points.n; i++) {
		const struct probe_point *p = l->decl->probe.points.v[i];
		const struct expr *arg = p->nparts > 2 ? p->parts[1].arg : NULL;

		if (strcmp(p->parts[0].name, "kernel") == 0 && arg && arg->kind == EXPR_NUMBER &&
		    strcmp(p->parts[2].name, "absolute") == 0)
			rule_report(
				l, p->parts[1].span,
				"the kernel lies elsewhere in every build, and after each start");
	}
}

/* timer.jiffies(N) */
void portable_ticks(struct lint *l)
{
	for (uint32_t i = 0; is_probe(l->decl) && i < l->decl->probe.points.n; i++) {
		const struct probe_point *p = l->decl->probe.points.v[i];

		if (p->nparts > 1 && strcmp(p->parts[0].name, "timer") == 0 &&
		    strcmp(p->parts[1].name, "jiffies") == 0)
			rule_report(l, p->span,
				    "a jiffy is 1, 3.3, 4 or 10 ms, as the kernel was built: use "
				    "timer.ms(N)");
	}
}

/* kernel.mark and the probes of Python 2 */
void portable_removed_kind(struct lint *l)
{
	for (uint32_t i = 0; is_probe(l->decl) && i < l->decl->probe.points.n; i++) {
		const struct probe_point *p = l->decl->probe.points.v[i];

		if (p->optional || p->sufficient ||
		    (i && l->decl->probe.points.v[i - 1]->sufficient))
			continue;
		if (p->nparts > 1 && strcmp(p->parts[0].name, "kernel") == 0 &&
		    strcmp(p->parts[1].name, "mark") == 0)
			rule_report(
				l, p->span,
				"kernels since 2.6.32 have no markers: use kernel.trace(\"...\")");
		else if (strcmp(p->parts[0].name, "python2") == 0)
			rule_report(l, p->span, "Python 2 is no longer shipped: use python3");
	}
}

static bool of_distribution(const char *path)
{
	static const char *const FOLDERS[] = {"/lib64/", "-linux-gnu/", "/usr/local/", NULL};

	for (const char *const *f = FOLDERS; *path == '/' && *f; f++)
		if (strstr(path, *f))
			return true;
	return false;
}

/* process("/usr/lib64/libc.so.6") */
void portable_path(struct lint *l)
{
	for (uint32_t i = 0; is_probe(l->decl) && i < l->decl->probe.points.n; i++) {
		const struct probe_point *p = l->decl->probe.points.v[i];

		for (uint32_t k = 0; k < p->nparts; k++) {
			const struct expr *arg = p->parts[k].arg;

			if (arg && arg->kind == EXPR_STRING && of_distribution(arg->string) &&
			    (strcmp(p->parts[k].name, "process") == 0 ||
			     strcmp(p->parts[k].name, "library") == 0))
				rule_report(l, arg->span,
					    "other distributions keep it elsewhere: take the path "
					    "from the command line (@1), or a pattern");
		}
	}
}

/* --- expressions --- */

/* register("rdi") */
void portable_register(struct lint *l)
{
	static const char *const READERS[] = {"register", "u_register", "s_register", "uregister",
					      NULL};
	const struct expr *e = l->expr;

	if ((e->kind == EXPR_CALL && rule_is_one_of(e->call.name, READERS) && e->call.args.n &&
	     e->call.args.v[0]->kind == EXPR_STRING) ||
	    e->kind == EXPR_REGISTER)
		rule_report(l, e->span,
			    "registers have other names, and other uses, on other processors");
}

static bool is_jiffies(const struct expr *e)
{
	return rule_is_call(e, "jiffies", 0) || rule_is_call(e, "get_jiffies", 0);
}

static bool has_jiffies(const struct expr *e, void *ctx)
{
	(void)ctx;
	return is_jiffies(e);
}

/* jiffies() / 1000 */
void portable_tick_rate(struct lint *l)
{
	static const int64_t RATES[] = {4, 10, 100, 250, 300, 1000};
	const struct expr *e = l->expr;

	if (e->kind != EXPR_BINARY || (e->binary.op != BINARY_DIV && e->binary.op != BINARY_MUL) ||
	    e->binary.b->kind != EXPR_NUMBER || !rule_find(e->binary.a, has_jiffies, NULL))
		return;
	for (size_t i = 0; i < sizeof RATES / sizeof *RATES; i++)
		if (e->binary.b->number == RATES[i])
			rule_report(l, e->span,
				    "how many jiffies make a second is up to the kernel's build: "
				    "gettimeofday_ms() is not");
}

/* A script that calls what the library keeps to itself. */
void portable_internal(struct lint *l)
{
	const struct expr *e = l->expr;

	if (!l->script || l->in->library || e->kind != EXPR_CALL || e->call.name[0] != '_' ||
	    map_get(&l->functions, e->call.name) || !rule_typed(l, e->span))
		return;
	rule_report(l, e->call.name_span,
		    "'%s' is the library's own: it may change or go with the next release",
		    e->call.name);
}

static bool is_number_of_call(const struct expr *e)
{
	if (rule_is_call(e, "_stp_syscall_nr", 0) || rule_is_call(e, "syscall_nr", 0))
		return true;
	return e->kind == EXPR_TARGET && e->target.base == TARGET_VAR && !e->target.ncomponents &&
	       (strcmp(e->target.name, "$syscall_nr") == 0 ||
		strcmp(e->target.name, "$syscall") == 0);
}

static bool in_raw_syscalls(const struct lint *l)
{
	const struct expr *arg;

	return rule_point(l->decl, "kernel.trace", &arg) && arg && arg->kind == EXPR_STRING &&
	       (strstr(arg->string, "sys_enter") || strstr(arg->string, "sys_exit"));
}

/* $syscall == 59 */
void portable_syscall_number(struct lint *l)
{
	const struct expr *e = l->expr;
	int64_t n;

	if (!rule_compares(e) || (e->binary.op != BINARY_EQ && e->binary.op != BINARY_NE) ||
	    !rule_number(e->binary.b, &n) || n < 0)
		return;
	const struct expr *a = e->binary.a;
	bool id = a->kind == EXPR_TARGET && a->target.base == TARGET_VAR &&
		  strcmp(a->target.name, "$id") == 0 && in_raw_syscalls(l);

	if (id || is_number_of_call(a))
		rule_report(l, e->span,
			    "system call %lld is another one on other processors: probe "
			    "syscall.NAME",
			    (long long)n);
}

static bool is_address(const struct expr *e)
{
	return e->kind == EXPR_TARGET && e->target.base != TARGET_CAST && !e->target.address_of;
}

/* kernel_long($sk + 24) */
void portable_offset(struct lint *l)
{
	static const char *const READERS[] = {
		"kernel_char",   "kernel_short",    "kernel_int", "kernel_long", "kernel_pointer",
		"kernel_string", "kernel_string_n", "user_char",  "user_short",  "user_int",
		"user_long",     "user_string",     NULL};
	const struct expr *e = l->expr, *a;

	if (e->kind != EXPR_CALL || !e->call.args.n || !rule_is_one_of(e->call.name, READERS))
		return;
	a = e->call.args.v[0];
	if (a->kind == EXPR_BINARY && a->binary.op == BINARY_ADD && is_address(a->binary.a) &&
	    a->binary.b->kind == EXPR_NUMBER && a->binary.b->number > 0)
		rule_report(l, a->span,
			    "where a member lies changes with the kernel: write "
			    "@cast(POINTER, \"TYPE\")->MEMBER");
}

static bool is_pages(const struct expr *e)
{
	const char *name = e->kind == EXPR_NAME ? e->name.name
			   : e->kind == EXPR_TARGET && e->target.ncomponents &&
					   e->target.components[e->target.ncomponents - 1].member
				   ? e->target.components[e->target.ncomponents - 1].member
			   : e->kind == EXPR_TARGET && e->target.base == TARGET_VAR ? e->target.name
			   : e->kind == EXPR_CALL                                   ? e->call.name
			   : e->kind == EXPR_INDEX && e->index.base->kind == EXPR_NAME
				   ? e->index.base->name.name
				   : "";

	return strstr(name, "page") != NULL;
}

/* pages * 4096, pages << 12 */
void portable_page_size(struct lint *l)
{
	const struct expr *e = l->expr;
	int64_t n;

	if (e->kind != EXPR_BINARY || !is_pages(e->binary.a) || !rule_number(e->binary.b, &n))
		return;
	if (((e->binary.op == BINARY_MUL || e->binary.op == BINARY_DIV) && n == 4096) ||
	    (e->binary.op == BINARY_SHL && n == 12))
		rule_report(
			l, e->span,
			"a page is 4096 bytes on some machines: pages_to_str() and mem_page_size() "
			"know");
}

/* --- conditionals, in the text --- */

/* Past a comment or string that begins at s; s itself if none does. */
static const char *skip_aside(const char *s, const char *end)
{
	const char *to;

	if (s[0] == '#' || (s[0] == '/' && s[1] == '/'))
		return (to = memchr(s, '\n', (size_t)(end - s))) ? to : end;
	if (s[0] == '/' && s[1] == '*')
		return (to = memmem(s + 2, (size_t)(end - s) - 2, "*/", 2)) ? to + 2 : end;
	if (s[0] == '%' && s[1] == '{')
		return (to = memmem(s + 2, (size_t)(end - s) - 2, "%}", 2)) ? to + 2 : end;
	if (*s != '"')
		return s;
	for (to = s + 1; to < end && *to != '"' && *to != '\n'; to++)
		to += *to == '\\' && to + 1 < end;
	return to < end ? to + 1 : end;
}

struct conditional {
	const char *open; /* the %( */
	const char *ask;  /* the %? ; NULL: a macro's body */
	bool other;       /* has a %: */
};

/* Calls f for each %( %) of the file, inner ones first. */
static void each_conditional(struct lint *l, void (*f)(struct lint *l, const struct conditional *c))
{
	enum { DEEPEST = 32 };
	const struct source *src = l->ast->source;
	const char *end = src->text + src->len;
	struct conditional open[DEEPEST];
	uint32_t n = 0;

	for (const char *s = src->text; s + 1 < end;) {
		bool mark = s[0] == '%' && strchr("(?:)", s[1]) && s[1];
		/* the string of a condition is part of it */
		const char *past = mark ? s : skip_aside(s, end);

		if (past != s) {
			s = past;
			continue;
		}
		if (mark && s[1] == '(' && n < DEEPEST)
			open[n++] = (struct conditional){s, NULL, false};
		else if (mark && s[1] == '?' && n && !open[n - 1].ask)
			open[n - 1].ask = s;
		else if (mark && s[1] == ':' && n)
			open[n - 1].other = true;
		else if (mark && s[1] == ')' && n)
			f(l, &open[--n]);
		s += mark ? 2 : 1;
	}
}

static struct span span_of(const struct lint *l, const struct conditional *c)
{
	const struct source *src = l->ast->source;
	uint32_t at = src->base + (uint32_t)(c->open - src->text);

	return (struct span){{at}, {at + (uint32_t)(c->ask - c->open)}};
}

static bool asks_for(const struct conditional *c, const char *word)
{
	return c->ask && memmem(c->open, (size_t)(c->ask - c->open), word, strlen(word));
}

static void ask_version(struct lint *l, const struct conditional *c)
{
	if (asks_for(c, "kernel_v"))
		rule_report(l, span_of(l, c),
			    "a kernel may have what a later version brought, or lack it: ask for "
			    "the thing itself with @defined, or mark probe points with ? or !");
}

/* %( kernel_v >= "5.14" %? */
void portable_version(struct lint *l)
{
	each_conditional(l, ask_version);
}

static void ask_else(struct lint *l, const struct conditional *c)
{
	if (asks_for(c, "arch") && asks_for(c, "==") && !c->other)
		rule_report(l, span_of(l, c),
			    "nothing is left on other processors: say so after %%:");
}

/* %( arch == "x86_64" %? ... %) */
void portable_no_else(struct lint *l)
{
	each_conditional(l, ask_else);
}
