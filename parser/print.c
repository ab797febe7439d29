/*
 * The tree as text, in the layout of stap -p1: every operand in parentheses,
 * while as for, one statement a line.  Where stap's own dump would not read
 * back as the same tree (doubled backslashes, x->$, lost types and priorities,
 * numbers above INT64_MAX, "return" before "else") what does is printed.
 */
#include "base/bug.h"
#include "parser/parser.h"

#include <inttypes.h>
#include <string.h>

static void put_n(struct text_out *out, const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		vec_push(out->arena, &out->text, s[i]);
}

static void put(struct text_out *out, const char *s)
{
	put_n(out, s, strlen(s));
}

static void putf(struct text_out *out, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static void putf(struct text_out *out, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	put(out, arena_vprintf(out->arena, fmt, ap));
	va_end(ap);
}

static void put_string(struct text_out *out, const char *raw)
{
	put(out, "\"");
	put(out, raw);
	put(out, "\"");
}

static void put_paren(struct text_out *out, const struct expr *e)
{
	put(out, "(");
	print_expr(out, e);
	put(out, ")");
}

/* The elements of a list; a missing one is '*'. */
static void put_list(struct text_out *out, const struct expr_list *list)
{
	vec_each(i, list) {
		put(out, i ? ", " : "");
		if (list->v[i])
			print_expr(out, list->v[i]);
		else
			put(out, "*");
	}
}

static const char *const binary_words[] = {
	[BINARY_ADD] = "+",         [BINARY_SUB] = "-",    [BINARY_MUL] = "*",
	[BINARY_DIV] = "/",         [BINARY_MOD] = "%",    [BINARY_AND] = "&",
	[BINARY_OR] = "|",          [BINARY_XOR] = "^",    [BINARY_SHL] = "<<",
	[BINARY_SHR] = ">>",        [BINARY_USHR] = ">>>", [BINARY_LT] = "<",
	[BINARY_GT] = ">",          [BINARY_LE] = "<=",    [BINARY_GE] = ">=",
	[BINARY_EQ] = "==",         [BINARY_NE] = "!=",    [BINARY_LOGICAL_AND] = "&&",
	[BINARY_LOGICAL_OR] = "||",
};

static const char *const unary_words[] = {
	[UNARY_MINUS] = "-", [UNARY_PLUS] = "+", [UNARY_NOT] = "!", [UNARY_COMPLEMENT] = "~"};

static const char *const stat_words[] = {
	[STAT_COUNT] = "@count", [STAT_SUM] = "@sum", [STAT_MIN] = "@min",
	[STAT_MAX] = "@max",     [STAT_AVG] = "@avg", [STAT_VARIANCE] = "@variance"};

static void put_infix(struct text_out *out, const struct expr *a, const char *op,
		      const struct expr *b)
{
	put_paren(out, a);
	putf(out, " %s ", op);
	put_paren(out, b);
}

/* Nested as stap does; long chains flat, so that they stay readable by any parser. */
static void put_concat(struct text_out *out, const struct expr_list *list)
{
	enum { DEEP = 200 };
	bool nested = list->n <= DEEP;

	for (uint32_t i = 2; nested && i < list->n; i++)
		put(out, "(");
	vec_each(i, list) {
		put(out, i ? " . " : "");
		put_paren(out, list->v[i]);
		if (nested && i && i + 1 < list->n)
			put(out, ")");
	}
}

static void put_assign(struct text_out *out, const struct expr *e)
{
	const char *op = "=";

	switch (e->assign.op) {
	case ASSIGN_SET: break;
	case ASSIGN_STAT: op = "<<<"; break;
	case ASSIGN_CONCAT: op = ".="; break;
	case ASSIGN_ARITH:
		op = arena_printf(out->arena, "%s=", binary_words[e->assign.arith]);
		break;
	}
	put_infix(out, e->assign.lhs, op, e->assign.rhs);
}

static void put_crement(struct text_out *out, const struct expr *e)
{
	const char *op = e->crement.increment ? "++" : "--";

	put(out, e->crement.prefix ? op : "");
	put_paren(out, e->crement.a);
	put(out, e->crement.prefix ? "" : op);
}

static void put_print(struct text_out *out, const struct expr *e)
{
	const char *literal = e->print.flags & PRINT_FORMAT ? e->print.format_text : e->print.delim;

	putf(out, "%s(", e->print.word);
	if (e->print.hist)
		print_expr(out, e->print.hist);
	if (literal)
		put_string(out, literal);
	if (literal && e->print.args.n)
		put(out, ", ");
	put_list(out, &e->print.args);
	put(out, ")");
}

static void put_stat(struct text_out *out, const struct expr *e)
{
	putf(out, "%s(", stat_words[e->stat.op]);
	print_expr(out, e->stat.stat);
	if (e->stat.bits)
		putf(out, ", %" PRId64, e->stat.bits);
	put(out, ")");
}

static void put_hist(struct text_out *out, const struct expr *e)
{
	put(out, e->hist.log ? "@hist_log(" : "@hist_linear(");
	print_expr(out, e->hist.stat);
	if (!e->hist.log)
		putf(out, ", %" PRId64 ", %" PRId64 ", %" PRId64, e->hist.low, e->hist.high,
		     e->hist.step);
	put(out, ")");
}

static void put_module(struct text_out *out, const char *module)
{
	if (!module)
		return;
	put(out, ", ");
	put_string(out, module);
}

static void put_base(struct text_out *out, const struct target_ref *t)
{
	switch (t->base) {
	case TARGET_VAR: put(out, t->name); break;
	case TARGET_AT_VAR:
		put(out, "@var(");
		put_string(out, t->name);
		put_module(out, t->module);
		put(out, ")");
		break;
	case TARGET_CAST:
		put(out, "@cast(");
		print_expr(out, t->operand);
		put(out, ", ");
		put_string(out, t->type_name);
		put_module(out, t->module);
		put(out, ")");
		break;
	case TARGET_VALUE: put_paren(out, t->operand); break;
	}
}

static void put_component(struct text_out *out, const struct component *c)
{
	switch (c->kind) {
	case COMPONENT_MEMBER: putf(out, "->%s", c->member); break;
	case COMPONENT_INDEX:
		put(out, "[");
		print_expr(out, c->index);
		put(out, "]");
		break;
	case COMPONENT_PRETTY: put(out, "$"); break;
	case COMPONENT_PRETTY_DEEP: put(out, "$$"); break;
	}
}

static void put_target(struct text_out *out, const struct target_ref *t)
{
	put(out, t->address_of ? "&" : "");
	put_base(out, t);
	for (uint32_t i = 0; i < t->ncomponents; i++)
		put_component(out, &t->components[i]);
}

static void put_in(struct text_out *out, const struct expr *e)
{
	put(out, "[");
	put_list(out, &e->in.keys);
	put(out, "] in ");
	print_expr(out, e->in.array);
}

static void put_word_string(struct text_out *out, const char *word, const char *raw)
{
	putf(out, "%s(", word);
	put_string(out, raw);
	put(out, ")");
}

static void put_word_expr(struct text_out *out, const char *word, const struct expr *e)
{
	putf(out, "%s(", word);
	print_expr(out, e);
	put(out, ")");
}

static void put_enumname(struct text_out *out, const struct expr *e)
{
	put(out, "@enumname(");
	print_expr(out, e->enumname.value);
	put_module(out, e->enumname.type_name);
	put_module(out, e->enumname.module);
	put(out, ")");
}

static void put_deref(struct text_out *out, const struct expr *e)
{
	putf(out, "@%cderef(%" PRId64 ", ", e->machine.user ? 'u' : 'k', e->machine.size);
	print_expr(out, e->machine.addr);
	put(out, ")");
}

static void put_bracketed(struct text_out *out, const struct expr *base,
			  const struct expr_list *keys)
{
	print_expr(out, base);
	put(out, "[");
	put_list(out, keys);
	put(out, "]");
}

static void put_ternary(struct text_out *out, const struct expr *e)
{
	put_paren(out, e->ternary.cond);
	put(out, "?");
	put_paren(out, e->ternary.yes);
	put(out, ":");
	put_paren(out, e->ternary.no);
}

void print_expr(struct text_out *out, const struct expr *e)
{
	switch (e->kind) {
	case EXPR_POISON: put(out, "<error>"); break;
	case EXPR_NUMBER: putf(out, "%" PRIu64, (uint64_t)e->number); break;
	case EXPR_STRING: put_string(out, e->string); break;
	case EXPR_NAME: put(out, e->name.name); break;
	case EXPR_INDEX: put_bracketed(out, e->index.base, &e->index.keys); break;
	case EXPR_CALL:
		putf(out, "%s(", e->call.name);
		put_list(out, &e->call.args);
		put(out, ")");
		break;
	case EXPR_UNARY:
		put(out, unary_words[e->unary.op]);
		put_paren(out, e->unary.a);
		break;
	case EXPR_BINARY:
		put_infix(out, e->binary.a, binary_words[e->binary.op], e->binary.b);
		break;
	case EXPR_CONCAT: put_concat(out, &e->concat); break;
	case EXPR_ASSIGN: put_assign(out, e); break;
	case EXPR_CREMENT: put_crement(out, e); break;
	case EXPR_TERNARY: put_ternary(out, e); break;
	case EXPR_IN: put_in(out, e); break;
	case EXPR_MATCH:
		put_paren(out, e->match.a);
		put(out, e->match.negated ? " !~ " : " =~ ");
		put_string(out, e->match.pattern);
		break;
	case EXPR_PRINT: put_print(out, e); break;
	case EXPR_STAT: put_stat(out, e); break;
	case EXPR_HIST: put_hist(out, e); break;
	case EXPR_TARGET: put_target(out, &e->target); break;
	case EXPR_DEFINED: put_word_expr(out, "@defined", e->operand); break;
	case EXPR_ENTRY: put_word_expr(out, "@entry", e->operand); break;
	case EXPR_PERF: put_word_string(out, "@perf", e->string); break;
	case EXPR_CONST: put_word_string(out, "@const", e->string); break;
	case EXPR_ENUM: put_word_string(out, "@enum", e->string); break;
	case EXPR_ENUMNAME: put_enumname(out, e); break;
	case EXPR_DEREF: put_deref(out, e); break;
	case EXPR_REGISTER:
		putf(out, "@%cregister(%" PRId64 ")", e->machine.user ? 'u' : 'k', e->machine.size);
		break;
	case EXPR_PROBEWRITE: putf(out, "@probewrite(%s)", e->name.name); break;
	case EXPR_EMBEDDED: putf(out, "%%{%s%%}", e->string); break;
	}
}

/* --- statements --- */

static void put_stmt(struct text_out *out, const struct stmt *s, bool before_else);

static void put_block(struct text_out *out, const struct stmt *s)
{
	put(out, "{\n");
	vec_each(i, &s->block) {
		put_stmt(out, s->block.v[i], false);
		put(out, ";\n");
	}
	put(out, "}\n");
}

static void put_if(struct text_out *out, const struct stmt *s)
{
	put(out, "if (");
	print_expr(out, s->branch.cond);
	put(out, ") ");
	put_stmt(out, s->branch.yes, s->branch.no);
	put(out, "\n");
	if (!s->branch.no)
		return;
	put(out, "else ");
	put_stmt(out, s->branch.no, false);
	put(out, "\n");
}

static void put_loop(struct text_out *out, const struct stmt *s, bool before_else)
{
	put(out, "for (");
	if (s->loop.init)
		print_expr(out, s->loop.init);
	put(out, "; ");
	if (s->loop.cond)
		print_expr(out, s->loop.cond);
	else
		put(out, "1");
	put(out, "; ");
	if (s->loop.step)
		print_expr(out, s->loop.step);
	put(out, ") ");
	put_stmt(out, s->loop.body, before_else);
}

static void put_keys(struct text_out *out, const struct foreach *loop)
{
	put(out, "[");
	vec_each(i, &loop->keys) {
		put(out, i ? ", " : "");
		print_expr(out, loop->keys.v[i]);
		if (loop->sort == SORT_KEY && loop->sort_key == i)
			put(out, loop->descending ? "-" : "+");
	}
	put(out, "]");
}

static void put_foreach(struct text_out *out, const struct foreach *loop, bool before_else)
{
	put(out, "foreach (");
	if (loop->value) {
		print_expr(out, loop->value);
		put(out, " = ");
	}
	put_keys(out, loop);
	put(out, " in ");
	print_expr(out, loop->array);
	if (loop->has_slice) {
		put(out, "[");
		put_list(out, &loop->slice);
		put(out, "]");
	}
	if (loop->sort == SORT_VALUE && loop->sort_by_stat)
		putf(out, " %s", stat_words[loop->sort_stat]);
	if (loop->sort == SORT_VALUE)
		put(out, loop->descending ? "-" : "+");
	if (loop->limit) {
		put(out, " limit ");
		print_expr(out, loop->limit);
	}
	put(out, ") ");
	put_stmt(out, loop->body, before_else);
}

static void put_try(struct text_out *out, const struct stmt *s)
{
	put(out, "try {\n");
	put_stmt(out, s->try_.body, false);
	put(out, "\n} catch ");
	if (s->try_.message) {
		put_paren(out, s->try_.message);
		put(out, " ");
	}
	put(out, "{\n");
	put_stmt(out, s->try_.handler, false);
	put(out, "\n}\n");
}

static void put_stmt(struct text_out *out, const struct stmt *s, bool before_else)
{
	switch (s->kind) {
	case STMT_POISON: put(out, "<error>"); break;
	case STMT_EMPTY: put(out, ";"); break;
	case STMT_BLOCK:
		put_block(out, s);
		out->text.n--; /* its line is ended by whoever holds it */
		break;
	case STMT_EXPR: print_expr(out, s->expr); break;
	case STMT_IF: put_if(out, s); break;
	case STMT_LOOP: put_loop(out, s, before_else); break;
	case STMT_FOREACH: put_foreach(out, s->foreach, before_else); break;
	case STMT_RETURN:
		put(out, s->expr ? "return " : "return");
		if (s->expr)
			print_expr(out, s->expr);
		else if (before_else)
			put(out, ";");
		break;
	case STMT_DELETE:
		put(out, "delete ");
		print_expr(out, s->expr);
		break;
	case STMT_BREAK: put(out, "break"); break;
	case STMT_CONTINUE: put(out, "continue"); break;
	case STMT_NEXT: put(out, "next"); break;
	case STMT_TRY: put_try(out, s); break;
	}
}

/* --- declarations --- */

static void put_literal(struct text_out *out, const struct expr *e)
{
	if (e->kind == EXPR_NUMBER)
		putf(out, "%" PRId64, e->number);
	else
		print_expr(out, e);
}

static bool is_address(const struct pp_part *part)
{
	return part->arg->kind == EXPR_NUMBER && (strcmp(part->name, "function") == 0 ||
						  strcmp(part->name, "statement") == 0 ||
						  strcmp(part->name, "data") == 0);
}

void print_point(struct text_out *out, const struct probe_point *p)
{
	for (uint32_t i = 0; i < p->nparts; i++) {
		putf(out, "%s%s", i ? "." : "", p->parts[i].name);
		if (!p->parts[i].arg)
			continue;
		put(out, "(");
		if (is_address(&p->parts[i]))
			putf(out, "0x%" PRIx64, (uint64_t)p->parts[i].arg->number);
		else
			put_literal(out, p->parts[i].arg);
		put(out, ")");
	}
	put(out, p->optional ? "?" : "");
	put(out, p->sufficient ? "!" : "");
	if (!p->cond)
		return;
	put(out, " if (");
	print_expr(out, p->cond);
	put(out, ")");
}

static void put_points(struct text_out *out, const struct point_list *points, const char *between)
{
	vec_each(i, points) {
		put(out, i ? between : "");
		print_point(out, points->v[i]);
	}
}

static void put_global(struct text_out *out, const struct decl *d)
{
	putf(out, "%sglobal %s%s", d->is_private ? "private " : "", d->name,
	     d->global.wrap ? "%" : "");
	if (d->global.size)
		putf(out, "[%" PRId64 "]", d->global.size);
	if (d->global.init) {
		put(out, " = ");
		put_literal(out, d->global.init);
	}
	put(out, "\n");
}

static const char *type_word(enum type type)
{
	return type == TYPE_LONG ? ":long" : type == TYPE_STRING ? ":string" : "";
}

static void put_function(struct text_out *out, const struct decl *d)
{
	putf(out, "%sfunction %s%s (", d->is_private ? "private " : "", d->name,
	     type_word(d->function.type));
	for (uint32_t i = 0; i < d->function.nparams; i++)
		putf(out, "%s%s%s", i ? ", " : "", d->function.params[i].name,
		     type_word(d->function.params[i].type));
	put(out, ")");
	if (d->function.priority)
		putf(out, " : %" PRId64, d->function.priority);
	put(out, "\n");
	if (d->function.body)
		put_block(out, d->function.body);
	else
		putf(out, "%%{%s%%}\n", d->embedded);
}

static void put_alias(struct text_out *out, const struct decl *d)
{
	put(out, "probe ");
	put_points(out, &d->probe.names, " = ");
	put(out, d->probe.is_epilogue ? " += " : " = ");
	put_points(out, &d->probe.points, ", ");
	put_block(out, d->probe.body);
	if (!d->probe.epilogue)
		return;
	out->text.n--;
	put(out, ", ");
	put_block(out, d->probe.epilogue);
}

static void put_decl(struct text_out *out, const struct decl *d)
{
	switch (d->kind) {
	case DECL_GLOBAL: put_global(out, d); break;
	case DECL_FUNCTION: put_function(out, d); break;
	case DECL_PROBE:
		put(out, "probe ");
		put_points(out, &d->probe.points, ",");
		put_block(out, d->probe.body);
		break;
	case DECL_ALIAS: put_alias(out, d); break;
	case DECL_EMBEDDED: putf(out, "%%{%s%%}", d->embedded); break;
	}
}

void print_ast(struct text_out *out, const struct ast *ast)
{
	static const enum decl_kind order[] = {DECL_EMBEDDED, DECL_GLOBAL, DECL_ALIAS, DECL_PROBE,
					       DECL_FUNCTION};

	put(out, "# parse tree dump\n");
	putf(out, "# file %s\n", ast->source->name);
	for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
		vec_each(j, &ast->decls) {
			if (ast->decls.v[j]->kind == order[i])
				put_decl(out, ast->decls.v[j]);
		}
	}
	put(out, "\n");
}
