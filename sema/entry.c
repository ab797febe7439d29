/*
 * @entry(expression): a probe at the function's entry evaluates it and keeps
 * the value in an array by thread and depth of recursion; the return handler
 * takes it from there before anything else.  The probe is written as text,
 * parsed, and given the user's expression and place, so that everything after
 * treats it as if the user had written it.  A plain target variable needs none
 * of this: access_op.c reads it as it was at entry.
 */
#include "sema/access.h"

/* What the text of one @entry is parsed to. */
struct pieces {
	struct ast *ast; /* two globals and the probe at entry */
	struct stmt *at_entry, *at_return;
	const char *local; /* holds the value in the return handler */
};

/* The point of entry of the site's function. */
static const char *entry_point(struct arena *a, const struct site *site)
{
	const char *kprobe = site->family == FAMILY_KPROBE ? "kprobe." : "";
	const char *name = site->function;

	if (site->place && site->place->file)
		name = arena_printf(a, "%s@%s", name, site->place->file);
	if (site->program)
		return arena_printf(a, "process(\"%s\").function(\"%s\").call", site->program,
				    name);
	if (site->module)
		return arena_printf(a, "%smodule(\"%s\").function(\"%s\").call", kprobe,
				    site->module, name);
	return arena_printf(a, "%s.function(\"%s\").call", *kprobe ? "kprobe" : "kernel", name);
}

static const char *text_of(struct arena *a, const struct site *site, uint32_t n)
{
	return arena_printf(a,
			    "global __entry_value_%u, __entry_depth_%u\n"
			    "probe %s%s {\n"
			    "	__entry_value_%u[tid(), ++__entry_depth_%u[tid()]] = 0\n"
			    "}\n"
			    "probe never {\n"
			    "	__entry_%u = __entry_value_%u[tid(), __entry_depth_%u[tid()]]\n"
			    "	delete __entry_value_%u[tid(), __entry_depth_%u[tid()]]\n"
			    "	if (--__entry_depth_%u[tid()] <= 0)\n"
			    "		delete __entry_depth_%u[tid()]\n"
			    "}\n",
			    n, n, entry_point(a, site), site->optional ? " ?" : "", n, n, n, n, n,
			    n, n, n, n);
}

static bool parse(struct sema *s, const struct site *site, enum source_kind kind,
		  struct pieces *out)
{
	struct parse_input in = *s->in->parse;
	const char *text = text_of(s->arena, site, s->files.n);
	const struct source *src =
		sources_add(in.sources, "<@entry>", text, (uint32_t)__builtin_strlen(text), kind);
	struct decl_list *decls;

	in.diags = diags_new(s->arena, s->diags->sources);
	if (!src)
		return false;
	out->ast = parser_parse(&in, src);
	decls = &out->ast->decls;
	if (in.diags->errors || decls->n != 4)
		return false;
	out->at_entry = decls->v[2]->probe.body;
	out->at_return = decls->v[3]->probe.body;
	out->local = out->at_return->block.v[0]->expr->assign.lhs->name.name;
	decls->n = 3;
	return true;
}

static void put_first(struct arena *a, struct probe *p, struct stmt *s)
{
	vec_push(a, &p->parts, s);
	for (uint32_t i = p->parts.n; --i > 0;)
		p->parts.v[i] = p->parts.v[i - 1];
	p->parts.v[0] = s;
}

static void make_one(struct sema *s, struct probe *p, const struct site *site, struct expr *e)
{
	const struct source *file = sema_file(s, e->span.start);
	bool library = file && file->kind == SOURCE_TAPSET;
	struct pieces pieces;
	struct decl *probe;

	if (!parse(s, site, library ? SOURCE_TAPSET : SOURCE_SCRIPT, &pieces))
		return;
	seek_move(pieces.at_entry, e->span);
	seek_move(pieces.at_return, e->span);
	pieces.at_entry->block.v[0]->expr->assign.rhs = e->operand;
	probe = pieces.ast->decls.v[2];
	probe->span = probe->name_span = e->span;
	probe->probe.points.v[0]->span = e->span;
	symbols_add(s, pieces.ast, library);
	put_first(s->arena, p, pieces.at_return);
	e->kind = EXPR_NAME;
	e->name.name = pieces.local;
	e->name.sym = NULL;
}

void entry_make(struct sema *s, struct probe *p, const struct site *site)
{
	struct expr_list entries = {0};

	if (site->family != FAMILY_FUNCTION && site->family != FAMILY_KPROBE &&
	    site->family != FAMILY_PROGRAM)
		return;
	for (uint32_t i = 0; i < p->parts.n; i++)
		seek_entries(s->arena, p->parts.v[i], &entries);
	for (uint32_t i = 0; i < entries.n; i++)
		if (!access_op_plain_entry(entries.v[i]->operand))
			make_one(s, p, site, entries.v[i]);
}
