/*
 * Rules for authors of library files: documentation that says what the declaration says, names
 * that stay within the library, aliases that set what they promise.  A doc comment is the block
 * that begins with two stars right above a declaration; its first line may name what it is about
 * ("sfunction NAME - text"), and "@NAME:" begins what it says of a parameter.  Needs the tree.
 */
#include "lint/rules.h"

#include <ctype.h>
#include <string.h>

static bool is_part(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

/* The last block of the comments above the declaration, from its two stars on; NULL: none. */
static const char *doc_of(const struct decl *d)
{
	const char *doc = d->doc ? strstr(d->doc, "/**") : NULL, *next;

	while (doc && (next = strstr(doc + 3, "/**")))
		doc = next;
	return doc;
}

/* Where in the file a stretch of the declaration's comment stands. */
static struct span in_doc(const struct lint *l, const struct decl *d, const char *at, size_t n)
{
	const struct sources *ss = l->in->diags->sources;
	struct pos pos = sources_pos(ss, d->span.start);
	uint32_t end = sources_spelling(ss, d->span.start).at;
	size_t len = strlen(d->doc);

	if (pos.source != l->ast->source)
		return d->name_span;
	const char *text = pos.source->text, *stop = text + (end - pos.source->base);

	while (stop > text &&
	       (isspace((unsigned char)stop[-1]) || islower((unsigned char)stop[-1])))
		stop--; /* "private", "function" */
	if ((size_t)(stop - text) < len || memcmp(stop - len, d->doc, len) != 0)
		return d->name_span;
	uint32_t from = pos.source->base + (uint32_t)(stop - len - text) + (uint32_t)(at - d->doc);

	return (struct span){{from}, {from + (uint32_t)n}};
}

/* The next "@NAME:" at the beginning of a line of the comment; its length in *n. */
static const char *next_tag(const char *s, size_t *n)
{
	while ((s = strchr(s, '\n'))) {
		s++;
		s += strspn(s, " \t*");
		if (*s != '@')
			continue;
		for (*n = 0; is_part(s[1 + *n]); ++*n)
			;
		if (*n && s[1 + *n + strspn(s + 1 + *n, " \t")] == ':')
			return s + 1;
	}
	return NULL;
}

static bool has_param(const struct decl *d, const char *name, size_t n)
{
	for (uint32_t i = 0; i < d->function.nparams; i++)
		if (strlen(d->function.params[i].name) == n &&
		    memcmp(d->function.params[i].name, name, n) == 0)
			return true;
	return false;
}

static bool tells_of(const char *doc, const char *name)
{
	size_t n;

	for (const char *s = doc; (s = next_tag(s, &n));)
		if (strlen(name) == n && memcmp(s, name, n) == 0)
			return true;
	return false;
}

static bool is_public(const struct decl *d)
{
	return !d->is_private && d->name && d->name[0] != '_';
}

/* --- documentation --- */

/* Private, or of a family whose members explain one another: system calls, returns. */
static bool is_hidden(const struct decl *d)
{
	const struct probe_point *p = d->probe.names.v[0];

	if (strstr(p->parts[0].name, "syscall") ||
	    strcmp(p->parts[p->nparts - 1].name, "return") == 0)
		return true;
	for (uint32_t i = 0; i < p->nparts; i++)
		if (p->parts[i].name[0] == '_')
			return true;
	return d->is_private;
}

void authors_undocumented(struct lint *l)
{
	const struct decl *d = l->decl;

	if (d->doc || !rule_typed(l, d->name_span))
		return;
	if (d->kind == DECL_FUNCTION && is_public(d))
		rule_report(l, d->name_span,
			    "'%s' can be called by every script and is nowhere "
			    "explained",
			    d->name);
	else if (d->kind == DECL_ALIAS && !is_hidden(d))
		rule_report(l, d->probe.names.v[0]->span,
			    "this can be probed by every script and is nowhere explained");
}

/* Names that a body may set, and whether the points are all of the kernel or a program. */
static bool sets(const struct expr *e, void *ctx)
{
	const struct expr *lhs = e->kind == EXPR_ASSIGN ? e->assign.lhs : NULL;

	return lhs && lhs->kind == EXPR_NAME && strcmp(lhs->name.name, ctx) == 0;
}

static bool is_direct(const struct probe_point *p)
{
	static const char *const FAMILIES[] = {"kernel", "module", "kprobe", "process",
					       "timer",  "begin",  "never",  NULL};

	return rule_is_one_of(p->parts[0].name, FAMILIES);
}

static bool all_direct(const struct decl *d)
{
	for (uint32_t i = 0; i < d->probe.points.n; i++)
		if (!is_direct(d->probe.points.v[i]))
			return false;
	return true;
}

/* A comment that explains some of the parameters. */
void authors_doc_missing(struct lint *l)
{
	const struct decl *d = l->decl;
	const char *doc = doc_of(d);

	if (!doc || d->kind != DECL_FUNCTION || !is_public(d))
		return;
	for (uint32_t i = 0; i < d->function.nparams; i++)
		if (!tells_of(doc, d->function.params[i].name))
			rule_report(l, d->function.params[i].span,
				    "the comment above says nothing of '%s'",
				    d->function.params[i].name);
}

/* The name that the first line is about; "" if it names none. */
static const char *subject(struct lint *l, const char *doc, const char **at)
{
	static const char *const KINDS[] = {"sfunction ", "function ",  "sprobe ",
					    "probe ",     "tfunction ", NULL};
	const char *s = doc + 3 + strspn(doc + 3, " \t*\n");
	bool kind = false;
	size_t n = 0;

	for (const char *const *k = KINDS; *k && !kind; k++)
		if (strncmp(s, *k, strlen(*k)) == 0) {
			s += strlen(*k);
			kind = true;
		}
	s += strspn(s, " \t");
	while (is_part(s[n]) || (s[n] == '.' && is_part(s[n + 1])) || s[n] == '*')
		n++;
	size_t gap = strspn(s + n, " \t");
	bool dash = gap && s[n + gap] == '-' && strchr(" \t-", s[n + gap + 1]);

	*at = s;
	return n && (kind || dash) ? arena_strndup(l->in->arena, s, n) : "";
}

static const char *dotted(struct lint *l, const struct probe_point *p)
{
	const char *out = "";

	for (uint32_t i = 0; i < p->nparts; i++)
		out = arena_printf(l->in->arena, "%s%s%s", out, i ? "." : "", p->parts[i].name);
	return out;
}

static bool is_about(struct lint *l, const struct decl *d, const char *name)
{
	if (d->kind == DECL_FUNCTION)
		return strcmp(d->name, name) == 0;
	for (uint32_t i = 0; i < d->probe.names.n; i++)
		if (strcmp(dotted(l, d->probe.names.v[i]), name) == 0)
			return true;
	/* the comment of a family stands above its first member */
	return strchr(name, '*') || strstr(dotted(l, d->probe.names.v[0]), name);
}

/* @NAME: of a function that has no such parameter, of an alias that never sets it. */
void authors_doc_unknown(struct lint *l)
{
	const struct decl *d = l->decl;
	const char *doc = doc_of(d), *at, *name;
	size_t n;

	if (!doc || (d->kind != DECL_FUNCTION && (d->kind != DECL_ALIAS || !all_direct(d))))
		return;
	name = subject(l, doc, &at);
	if (d->kind == DECL_ALIAS && *name && strcmp(dotted(l, d->probe.names.v[0]), name) != 0)
		return; /* it is about the family, whose other members may set it */
	for (const char *s = doc; (s = next_tag(s, &n));) {
		name = arena_strndup(l->in->arena, s, n);

		if (d->kind == DECL_FUNCTION && !has_param(d, s, n))
			rule_report(l, in_doc(l, d, s - 1, n + 1), "'%s' has no parameter '%s'",
				    d->name, name);
		else if (d->kind == DECL_ALIAS &&
			 !rule_find_in(d->probe.body, sets, (void *)name) &&
			 !rule_find_in(d->probe.epilogue, sets, (void *)name))
			rule_report(l, in_doc(l, d, s - 1, n + 1), "the alias sets no '%s'", name);
	}
}

/* The comment is about something else: it was copied, or what stood below it was renamed. */
void authors_doc_misnamed(struct lint *l)
{
	const struct decl *d = l->decl;
	const char *doc = doc_of(d), *at;

	if (!doc || (d->kind != DECL_FUNCTION && d->kind != DECL_ALIAS))
		return;
	const char *name = subject(l, doc, &at);
	const char *own = d->kind == DECL_FUNCTION ? d->name : dotted(l, d->probe.names.v[0]);

	if (!*name || is_about(l, d, name))
		return;
	struct diag *f = rule_report(l, in_doc(l, d, at, strlen(name)),
				     "the comment is about '%s' and stands above '%s'", name, own);

	diag_fix(l->in->diags, f, in_doc(l, d, at, strlen(name)), own,
		 arena_printf(l->in->arena, "write %s", own));
	f->fix->unsafe = true;
}

/* --- names --- */

static bool calls(const struct expr *e, void *ctx)
{
	return rule_is_call(e, ctx, -1);
}

/* Does another function or probe of the file call it?  One that none calls is for other files. */
static bool is_called(const struct lint *l, const struct decl *callee)
{
	for (uint32_t i = 0; i < l->ast->decls.n; i++) {
		const struct decl *d = l->ast->decls.v[i];
		bool script = d->kind == DECL_PROBE || d->kind == DECL_ALIAS;

		if ((script && rule_find_in(d->probe.body, calls, (void *)callee->name)) ||
		    (d->kind == DECL_FUNCTION && d != callee &&
		     rule_find_in(d->function.body, calls, (void *)callee->name)))
			return true;
	}
	return false;
}

void authors_public_helper(struct lint *l)
{
	const struct decl *d = l->decl;

	if (d->kind == DECL_FUNCTION && !d->is_private && strncmp(d->name, "__", 2) == 0 &&
	    rule_typed(l, d->name_span) && is_called(l, d))
		rule_report(l, d->name_span,
			    "'%s' is named as a helper and not private: scripts may "
			    "call it, and define it",
			    d->name);
}

/* BIO_READ and its like are constants for scripts. */
static bool is_constant(const char *name)
{
	for (; *name; name++)
		if (islower((unsigned char)*name))
			return false;
	return true;
}

void authors_public_global(struct lint *l)
{
	const struct decl *d = l->decl;

	if (d->kind == DECL_GLOBAL && !d->is_private && !l->script && d->name[0] != '_' &&
	    !is_constant(d->name))
		rule_report(l, d->name_span,
			    "a script's global of the name '%s' is this one: declare it private",
			    d->name);
}

void authors_untyped(struct lint *l)
{
	const struct decl *d = l->decl;

	if (d->kind != DECL_FUNCTION || !is_public(d))
		return;
	for (uint32_t i = 0; i < d->function.nparams; i++)
		if (d->function.params[i].type == TYPE_UNKNOWN && rule_typed(l, d->name_span))
			rule_report(
				l, d->function.params[i].span,
				"which type '%s' has follows from whoever calls first: declare it",
				d->function.params[i].name);
}

/* --- overloads --- */

static bool passes_on(const struct decl *d)
{
	struct stmt *part;

	if (d->embedded)
		return strstr(d->embedded, "STAP_NEXT") != NULL;
	struct {
		const struct stmt *v[64];
		uint32_t n;
	} left = {{d->function.body}, 1};

	while (left.n) {
		const struct stmt *s = left.v[--left.n];

		if (!s)
			continue;
		if (s->kind == STMT_NEXT)
			return true;
		for (uint32_t i = 0; tree_part(s, i, &part); i++) {
			if (left.n == sizeof left.v / sizeof *left.v)
				return true; /* too much to say */
			left.v[left.n++] = part;
		}
	}
	return false;
}

/* Of two with equal parameters the second has its turn only when the first says 'next'. */
void authors_overload(struct lint *l)
{
	struct map firsts = {.arena = l->in->arena};

	for (uint32_t i = 0; i < l->ast->decls.n; i++) {
		const struct decl *d = l->ast->decls.v[i], *first;

		if (d->kind != DECL_FUNCTION)
			continue;
		const char *key = arena_printf(l->in->arena, "%s/%u", d->name, d->function.nparams);

		first = map_get(&firsts, key);
		if (!first || passes_on(first)) {
			map_put(&firsts, key, (void *)d);
			continue;
		}
		if (first->function.priority > 1 || d->function.priority > 1)
			continue;
		struct diag *f = rule_report(l, d->name_span,
					     "this '%s' is never called: the one before never says "
					     "'next'",
					     d->name);

		diag_note(l->in->diags, f, first->name_span, "it is here");
	}
}

/* --- aliases --- */

struct names {
	const char *v[64];
	uint32_t n;
};

static bool has_name(const struct names *s, const char *name)
{
	for (uint32_t i = 0; i < s->n; i++)
		if (strcmp(s->v[i], name) == 0)
			return true;
	return false;
}

static void add_name(struct names *s, const char *name)
{
	if (!has_name(s, name) && s->n < sizeof s->v / sizeof *s->v)
		s->v[s->n++] = name;
}

static const char *set_by(const struct stmt *s)
{
	const struct expr *e = s->kind == STMT_EXPR ? s->expr : NULL;

	return e && e->kind == EXPR_ASSIGN && e->assign.op == ASSIGN_SET &&
			       e->assign.lhs->kind == EXPR_NAME
		       ? e->assign.lhs->name.name
		       : NULL;
}

static void surely_set(const struct stmt *s, struct names *out)
{
	struct names yes = {.n = 0}, no = {.n = 0};

	if (!s)
		return;
	if (set_by(s))
		add_name(out, set_by(s));
	if (s->kind == STMT_BLOCK)
		for (uint32_t i = 0; i < s->block.n; i++)
			surely_set(s->block.v[i], out);
	if (s->kind == STMT_TRY)
		surely_set(s->try_.handler, out);
	if (s->kind != STMT_IF || (!s->branch.no && !rule_leaves(s->branch.yes)))
		return;
	surely_set(s->branch.yes, &yes);
	surely_set(s->branch.no, &no);
	for (uint32_t i = 0; i < yes.n; i++)
		if (has_name(&no, yes.v[i]))
			add_name(out, yes.v[i]);
}

static bool is_defined(const struct expr *e, void *ctx)
{
	(void)ctx;
	return e->kind == EXPR_DEFINED;
}

static bool reads(const struct expr *e, void *ctx)
{
	return e->kind == EXPR_NAME && strcmp(e->name.name, ctx) == 0;
}

/* Is the value used in the body itself? (its assignments are looked through) */
static bool is_local_use(const struct stmt *body, const char *name)
{
	struct expr *held;
	struct stmt *part;

	for (uint32_t i = 0; body && tree_held(body, i, &held); i++) {
		bool own = set_by(body) && strcmp(set_by(body), name) == 0;
		const struct expr *e = own ? held->assign.rhs : held;

		if (rule_find(e, reads, (void *)name))
			return true;
	}
	for (uint32_t i = 0; body && tree_part(body, i, &part); i++)
		if (is_local_use(part, name))
			return true;
	return false;
}

/* Where it was typed: what a macro gives to many aliases is said once. */
static struct span typed_at(const struct lint *l, struct span span)
{
	struct loc at = sources_spelling(l->in->diags->sources, span.start);

	return (struct span){at, {at.at + (span.end.at - span.start.at)}};
}

static void ask_branch(struct lint *l, const struct stmt *s, const struct names *sure,
		       struct names *said)
{
	const char *name = set_by(s);
	struct stmt *part;

	if (name && name[0] != '_' && !has_name(sure, name) && !has_name(said, name) &&
	    !rule_usage(l, name) && !is_local_use(l->decl->probe.body, name)) {
		add_name(said, name);
		rule_report(l,
			    typed_at(l, (struct span){s->expr->assign.lhs->span.start,
						      {s->expr->assign.lhs->span.start.at +
						       (uint32_t)strlen(name)}}),
			    "some ways through the alias leave '%s' without a value", name);
	}
	if (s->kind == STMT_LOOP || s->kind == STMT_FOREACH || s->kind == STMT_TRY ||
	    (s->kind == STMT_IF && rule_find(s->branch.cond, is_defined, NULL)))
		return;
	for (uint32_t i = 0; tree_part(s, i, &part); i++)
		if (part)
			ask_branch(l, part, sure, said);
}

/* A variable that a handler gets from the alias, or does not. */
void authors_branches(struct lint *l)
{
	struct names sure = {.n = 0}, said = {.n = 0};

	if (l->decl->kind != DECL_ALIAS || l->body != l->decl->probe.body)
		return;
	surely_set(l->body, &sure);
	ask_branch(l, l->body, &sure, &said);
}

/* probe a = kernel.function("x"), kernel.function("y"): without both there is no a. */
void authors_fallback(struct lint *l)
{
	const struct decl *d = l->decl;

	if (d->kind != DECL_ALIAS || d->probe.points.n < 2)
		return;
	for (uint32_t i = 0; i < d->probe.points.n; i++) {
		const struct probe_point *p = d->probe.points.v[i];

		if (p->optional || p->sufficient || p->nparts != 2 || !p->parts[1].arg ||
		    p->parts[1].arg->kind != EXPR_STRING || strchr(p->parts[1].arg->string, '*') ||
		    strcmp(p->parts[1].name, "function") != 0)
			return;
	}
	rule_report(l, d->probe.points.v[0]->span,
		    "a kernel that lacks one of these functions has no %s: mark them with ? or !",
		    dotted(l, d->probe.names.v[0]));
}

static bool is_syscall(const struct probe_point *p)
{
	return p->nparts == 2 && (strcmp(p->parts[0].name, "syscall") == 0 ||
				  strcmp(p->parts[0].name, "nd_syscall") == 0);
}

/* Scripts over syscall.* print name and argstr of each. */
void authors_convention(struct lint *l)
{
	static const char *const PROMISED[] = {"name", "argstr", NULL};
	const struct decl *d = l->decl;

	if (d->kind != DECL_ALIAS || !is_syscall(d->probe.names.v[0]) || !all_direct(d))
		return;
	for (const char *const *w = PROMISED; *w; w++)
		if (!rule_find_in(d->probe.body, sets, (void *)*w))
			rule_report(l, d->probe.names.v[0]->span,
				    "scripts that probe syscall.* expect '%s' of each", *w);
}

static bool is_act(const struct expr *e, void *ctx)
{
	struct lint *l = ctx;
	const struct expr *lhs = e->kind == EXPR_ASSIGN    ? e->assign.lhs
				 : e->kind == EXPR_CREMENT ? e->crement.a
							   : NULL;

	if (e->kind == EXPR_PRINT)
		return !(e->print.flags & PRINT_TO_STRING);
	const struct usage *u = lhs ? rule_usage(l, rule_base(lhs)) : NULL;

	/* what is private is the alias's own state, which is its business */
	return (u && !u->decl->is_private) || rule_is_call(e, "system", 1) ||
	       rule_is_call(e, "warn", 1);
}

/* Every script that uses an alias pays for what its body does, and cannot leave it out. */
void authors_alias_acts(struct lint *l)
{
	const struct expr *e;

	if (l->decl->kind != DECL_ALIAS || !(e = rule_find_in(l->body, is_act, l)))
		return;
	rule_report(l, e->span, "the alias does this for every script that uses it, wanted or not");
}
