/*
 * @enumname(value, "type", "module"): the name of an enumeration's constant, or
 * the number where none fits.  It becomes a call of a function that is written
 * here as text and parsed, so that everything after treats it as any other.
 * Without a type, that of the value is taken: of a target variable.
 */
#include "sema/access.h"

#include <string.h>

enum { MAX_CONSTANTS = 2000 };

static void write_text(struct sema *s, struct ttype ty, uint32_t n, struct text_out *out)
{
	const char *name, *text;
	int64_t value;

	text = arena_printf(s->arena, "function __enumname_%u:string (v:long) {\n", n);
	for (uint32_t i = 0; text; i++) {
		for (; *text; text++)
			vec_push(s->arena, &out->text, *text);
		if (i >= MAX_CONSTANTS || !target_enumerator_at(s->target, ty, i, &name, &value))
			break;
		text = arena_printf(s->arena, "\tif (v == %lld)\n\t\treturn \"%s\"\n",
				    (long long)value, name);
	}
	for (text = "\treturn sprintf(\"%d\", v)\n}\n"; *text; text++)
		vec_push(s->arena, &out->text, *text);
	vec_push(s->arena, &out->text, '\0');
}

/* Declares the function; NULL when there is no room for more text. */
static const char *declare(struct sema *s, const struct expr *e, struct ttype ty)
{
	struct parse_input in = *s->in->parse;
	struct text_out out = {.arena = s->arena};
	const struct source *src;
	struct ast *ast;
	struct decl *d;

	write_text(s, ty, s->files.n, &out);
	src = sources_add(in.sources, "<@enumname>", out.text.v, out.text.n - 1, SOURCE_SCRIPT);
	in.diags = diags_new(s->arena, s->diags->sources);
	if (!src)
		return NULL;
	ast = parser_parse(&in, src);
	if (in.diags->errors || ast->decls.n != 1)
		return NULL;
	d = ast->decls.v[0];
	seek_move(d->function.body, e->span);
	d->span = d->name_span = e->span;
	symbols_add(s, ast, false);
	return d->name;
}

/* The enumeration that is meant; UNKNOWN: no facts can tell. */
static enum answer find_type(struct scope *sc, struct expr *e, struct ttype *out)
{
	struct sema *s = sc->sema;
	struct walk w = {.sc = sc, .e = arena_make(s->arena, struct expr)};
	const char *text = e->enumname.type_name;
	enum answer answer;

	if (!text) {
		*out = autocast_detail(e->enumname.value).type;
		return out->unit                 ? ANSWER_YES
		       : target_known(s->target) ? ANSWER_NO
						 : ANSWER_UNKNOWN;
	}
	*w.e = *e;
	w.e->target = (struct target_ref){.module = e->enumname.module};
	text = text_unescape(s->arena, text, NULL);
	if (strncmp(text, "enum ", 5) == 0)
		text += 5;
	answer = access_base_type(&w, arena_printf(s->arena, "enum %s", text));
	if (answer == ANSWER_NO)
		answer = access_base_type(&w, text);
	*out = w.type;
	return answer;
}

void enumname_make(struct scope *sc, struct expr *e)
{
	struct sema *s = sc->sema;
	struct expr *value = e->enumname.value;
	const char *text = e->enumname.type_name, *name, *function;
	struct ttype ty = {0};
	int64_t number;

	resolve_expr(sc, value);
	if (value->kind == EXPR_POISON) {
		access_poison(e);
		return;
	}
	switch (find_type(sc, e, &ty)) {
	case ANSWER_UNKNOWN: ty = (struct ttype){0}; break;
	case ANSWER_NO:
		access_refuse(sc, e, DIAG_UNKNOWN_TYPE,
			      text ? "@enumname: there is no enumeration \"%s\""
				   : "@enumname: it is not known of which enumeration the value "
				     "is%s; name it as the second argument",
			      text ? text : "");
		return;
	case ANSWER_YES:
		if (target_enumerator_at(s->target, ty, 0, &name, &number))
			break;
		access_refuse(sc, e, DIAG_UNKNOWN_TYPE, "@enumname: %s is no enumeration",
			      target_type_text(s->target, ty, s->arena));
		return;
	}
	function = sc->silent ? NULL : declare(s, e, ty);
	if (!function) {
		access_poison(e);
		return;
	}
	e->kind = EXPR_CALL;
	memset(&e->call, 0, sizeof e->call);
	e->call.name = function;
	e->call.name_span = e->span;
	vec_push(s->arena, &e->call.args, value);
	resolve_expr(sc, e);
}
