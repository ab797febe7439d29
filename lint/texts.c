/* Rules about text: what its escapes mean, what it is compared with, and in which place it stands.
 */
#include "lint/rules.h"
#include "base/text.h"

#include <string.h>

/* --- needless-escape --- */

/* The first backslash that is dropped in the literals that a text begins with; NULL: none. */
static const char *dropped(const char *typed)
{
	for (bool in = false; *typed; typed++) {
		if (*typed == '"')
			in = !in;
		else if (!in && !strchr(" \t\n", *typed))
			return NULL;
		if (*typed != '\\' || !typed[1])
			continue;
		if (!strchr("abtnvfrx01234567\\\"'?\n", typed[1]))
			return typed;
		typed++;
	}
	return NULL;
}

/* "%\s": the backslash goes, and a conversion is left. */
void texts_escape(struct lint *l)
{
	const struct expr *e = l->expr;
	bool format = e->kind == EXPR_PRINT && e->print.format_text;

	if ((!format && e->kind != EXPR_STRING) || !rule_typed(l, e->span))
		return;
	const char *typed = rule_text(l, e->span), *open = strchr(typed, '"');
	const char *at = open ? dropped(open) : NULL;

	if (!at)
		return;
	struct span span = {{e->span.start.at + (uint32_t)(at - typed)}, {0}};

	span.end.at = span.start.at + 1;
	struct diag *d = rule_report(l, span,
				     format && at[-1] == '%'
					     ? "'\\%c' is '%c', so this is the conversion %%%c"
					     : "'\\%c' is just '%c'",
				     at[1], at[1], at[1]);

	diag_fix(l->in->diags, d, span, "", "leave out the backslash");
}

/* --- format-in-print --- */

static bool converts(const char *raw)
{
	for (const char *p = strchr(raw, '%'); p; p = strchr(p + 1, '%')) {
		p += 1 + strspn(p + 1, "-0123456789.");
		if (*p && strchr("dsxXup", *p) && !(p[1] >= 'a' && p[1] <= 'z'))
			return true;
		if (!*p)
			return false;
	}
	return false;
}

/* print("%d\n"), log("%s") */
void texts_format(struct lint *l)
{
	const struct expr *e = l->expr;
	const struct expr_list *args = NULL;

	if (e->kind == EXPR_PRINT && !(e->print.flags & PRINT_FORMAT))
		args = &e->print.args;
	else if (rule_is_call(e, "log", 1) || rule_is_call(e, "warn", 1) ||
		 rule_is_call(e, "error", 1))
		args = &e->call.args;
	if (args && args->n && args->v[0]->kind == EXPR_STRING && converts(args->v[0]->string))
		rule_report(
			l, args->v[0]->span,
			"this is printed as it stands: only the functions with an f take a format");
}

/* --- long-execname --- */

enum { COMM_LEN = 15 }; /* what the kernel keeps of a program's name */

static bool gives_name(const struct expr *e)
{
	static const char *const NAMES[] = {"execname", "task_execname", "pid2execname",
					    "pexecname", NULL};

	return e->kind == EXPR_CALL && rule_is_one_of(e->call.name, NAMES);
}

/* execname() == "systemd-journald" */
void texts_execname(struct lint *l)
{
	const struct expr *e = l->expr, *name = NULL;

	if (rule_compares(e))
		name = gives_name(rule_meaning(l, l->body, e->binary.a)) ? e->binary.b
									 : e->binary.a;
	if (!name || name->kind != EXPR_STRING ||
	    !gives_name(rule_meaning(l, l->body, name == e->binary.b ? e->binary.a : e->binary.b)))
		return;
	size_t len;
	const char *text = text_unescape(l->in->arena, name->string, &len);

	if (len <= COMM_LEN)
		return;
	struct diag *d = rule_report(l, name->span,
				     "the kernel keeps %d bytes of a program's name, this has %zu",
				     COMM_LEN, len);

	if (!rule_typed(l, name->span))
		return;
	diag_fix(l->in->diags, d, name->span,
		 arena_printf(l->in->arena, "\"%s\"", text_escape(l->in->arena, text, COMM_LEN)),
		 "cut it");
	d->fix->unsafe = true;
}

/* --- swapped-arguments --- */

/* isinstr("x", text): what is looked for comes second. */
void texts_swapped(struct lint *l)
{
	const struct expr *e = l->expr;
	bool cuts = rule_is_call(e, "tokenize", 2);

	if (!cuts && !rule_is_call(e, "isinstr", 2) && !rule_is_call(e, "strpos", 2))
		return;
	const struct expr *a = e->call.args.v[0], *b = e->call.args.v[1];

	if (a->kind != EXPR_STRING || b->kind == EXPR_STRING || !a->string[0] ||
	    (cuts ? strlen(a->string) > 2 : strpbrk(a->string, " ,;:|") != NULL))
		return; /* a list of words to look for a name in is no mistake */
	struct diag *d = rule_report(l, a->span, "%s() takes the text first, and what is %s second",
				     e->call.name, cuts ? "between its parts" : "looked for");

	if (!rule_typed(l, e->span))
		return;
	diag_fix(l->in->diags, d, a->span, rule_text(l, b->span), "change places");
	diag_fix(l->in->diags, d, b->span, rule_text(l, a->span), "change places");
	d->fix->unsafe = true;
}

/* --- numbers-as-text --- */

static bool digits(const char *s)
{
	return *s && s[strspn(s, "0123456789")] == '\0';
}

/* sprint(n) > "9": "10" is less. */
void texts_numbers(struct lint *l)
{
	const struct expr *e = l->expr;

	if (!rule_compares(e) || e->binary.op == BINARY_EQ || e->binary.op == BINARY_NE)
		return;
	for (int i = 0; i < 2; i++) {
		const struct expr *side = rule_meaning(l, l->body, i ? e->binary.b : e->binary.a);
		const struct format *f = side->kind == EXPR_PRINT ? side->print.format : NULL;
		bool number = side->kind == EXPR_STRING && digits(side->string);
		bool printed = f && f->pieces.n == 1 && f->pieces.v[0].kind == FORMAT_INT &&
			       f->pieces.v[0].width == FORMAT_NONE;

		if (!number && !printed)
			continue;
		rule_report(l, e->span,
			    "this compares text, letter by letter: \"10\" comes before \"9\"");
		return;
	}
}

/* --- key-never-stored --- */

/* The keys as text, if all are constants; NULL: they are not. */
static const char *constant_keys(const struct lint *l, const struct expr_list *keys)
{
	const char *text = "";
	int64_t n;

	for (uint32_t i = 0; keys && i < keys->n; i++) {
		const struct expr *k = keys->v[i];

		if (k && k->kind == EXPR_STRING)
			text = arena_printf(l->in->arena, "%s, \"%s\"", text, k->string);
		else if (k && rule_number(k, &n))
			text = arena_printf(l->in->arena, "%s, %lld", text, (long long)n);
		else
			return NULL;
	}
	return *text ? text + 2 : NULL;
}

/* Every key that something is stored under; NULL: not all are constants. */
static struct map *stored_keys(const struct lint *l, const struct usage *u)
{
	struct map *keys = arena_make(l->in->arena, struct map);

	keys->arena = l->in->arena;
	for (uint32_t i = 0; i < u->uses.n; i++) {
		const struct use *s = &u->uses.v[i];

		if (s->kind != USE_SET && s->kind != USE_UPDATE)
			continue;
		const char *text = s->keys && s->keys->n <= 4 ? constant_keys(l, s->keys) : NULL;

		if (!text)
			return NULL;
		map_put(keys, text, (void *)s);
	}
	return keys;
}

/* n["raed"] is read, where all that is ever stored is under "read" and "write". */
void texts_key(struct lint *l)
{
	const struct decl *d = l->decl;
	const struct usage *u = d->kind == DECL_GLOBAL && l->script ? rule_usage(l, d->name) : NULL;
	const struct map *stored = u ? stored_keys(l, u) : NULL;

	for (uint32_t i = 0; stored && stored->n && i < u->uses.n; i++) {
		const struct use *r = &u->uses.v[i];
		bool reads = r->kind == USE_READ || r->kind == USE_TEST || r->kind == USE_ASK;
		const char *text = reads ? constant_keys(l, r->keys) : NULL;

		if (!text || map_get(stored, text))
			continue;
		struct near near = near_start(text);

		for (uint32_t k = 0; k < stored->n && k < 1000; k++)
			near_offer(&near, stored->entries[k].key);
		struct diag *f =
			rule_report(l, r->whole ? r->whole->span : r->expr->span,
				    "nothing is ever stored in '%s' under %s", d->name, text);

		if (near.best)
			diag_note(l->in->diags, f, (struct span){{0}, {0}}, "did you mean %s?",
				  near.best);
		return;
	}
}
