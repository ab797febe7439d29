/* Rules about scripts that stop by themselves, or stop the machine's work. */
#include "lint/rules.h"

#include <string.h>

static bool in_probe(const struct lint *l)
{
	return l->decl && (l->decl->kind == DECL_PROBE || l->decl->kind == DECL_ALIAS);
}

/* foreach in a handler that runs thousands of times a second. */
void safety_foreach(struct lint *l)
{
	const struct stmt *s = l->stmt;

	if (s->kind == STMT_FOREACH && in_probe(l) && heat_of(l->decl) == HEAT_HOT &&
	    !s->foreach->limit)
		rule_report(l, s->keyword,
			    "every hit of this busy probe walks '%s', which stays locked meanwhile",
			    rule_text(l, s->foreach->array->span));
}

/* Does a timer or a condition end the session soon? */
static bool is_short(const struct lint *l)
{
	for (uint32_t i = 0; i < l->ast->decls.n; i++) {
		const struct decl *d = l->ast->decls.v[i];

		if (d->kind == DECL_PROBE && heat_of(d) >= HEAT_EVENT)
			return false;
	}
	return true;
}

/* user_string(p) without what to give when the memory is not there. */
void safety_user_read(struct lint *l)
{
	static const char *const READERS[] = {
		"user_string",     "user_string_n",     "user_string_quoted", "kernel_string",
		"kernel_string_n", "user_string_utf16", "user_string_utf32",  NULL};
	const struct expr *e = l->expr;

	if (e->kind != EXPR_CALL || !rule_is_one_of(e->call.name, READERS) || l->tries ||
	    !in_probe(l) || heat_of(l->decl) < HEAT_EVENT || is_short(l))
		return;
	uint32_t plain = strstr(e->call.name, "_n") ? 2 : 1;

	if (e->call.args.n != plain || strcmp(e->call.name, "user_string_quoted") == 0)
		return;
	struct diag *d =
		rule_report(l, e->span,
			    "a page that is not in memory makes this an error, which ends the "
			    "script");
	const struct expr *last = e->call.args.v[plain - 1];

	if (strcmp(e->call.name, "user_string") != 0 && strcmp(e->call.name, "kernel_string") != 0)
		return;
	diag_fix(l->in->diags, d, (struct span){last->span.end, last->span.end}, ", \"?\"",
		 "give a default");
	d->fix->unsafe = true;
}

static bool acts_at_all(const struct stmt *s)
{
	struct stmt *part;

	if (s->kind == STMT_EMPTY)
		return false;
	if (s->kind != STMT_BLOCK)
		return true;
	for (uint32_t i = 0; tree_part(s, i, &part); i++)
		if (acts_at_all(part))
			return true;
	return false;
}

/* catch {} around more than one statement. */
void safety_catch(struct lint *l)
{
	const struct stmt *s = l->stmt;

	if (s->kind != STMT_TRY || acts_at_all(s->try_.handler) ||
	    s->try_.body->kind != STMT_BLOCK || s->try_.body->block.n < 2)
		return;
	rule_report(l, s->keyword,
		    "whatever fails here, and be it a mistake of the script, is hidden");
}

/* The first line's options raise or lift a limit. */
void safety_limits(struct lint *l)
{
	static const char *const LIFTED[] = {"MAXACTION",
					     "MAXSKIPPED",
					     "MAXERRORS",
					     "STP_NO_OVERLOAD",
					     "STP_OVERLOAD_THRESHOLD",
					     "--suppress-time-limits",
					     "--suppress-handler-errors",
					     "MAXTRYLOCK",
					     NULL};
	const struct source *src = l->ast->source;
	size_t n = strcspn(src->text, "\n");

	if (src->text[0] != '#' || src->text[1] != '!')
		return;
	const char *line = arena_strndup(l->in->arena, src->text, n);

	for (const char *const *w = LIFTED; *w; w++) {
		const char *at = strstr(line, *w);
		uint32_t from = at ? src->base + (uint32_t)(at - line) : 0;

		if (at)
			rule_report(
				l, (struct span){{from}, {from + (uint32_t)strlen(*w)}},
				"the first line lifts a limit that keeps the script from harm: %s",
				*w);
	}
}

/* A global of millions of elements is allocated before the first probe runs. */
void safety_size(struct lint *l)
{
	const struct decl *d = l->decl;

	if (d->kind == DECL_GLOBAL && d->global.size > rule_option(l, LINT_OPTION_ARRAY_ELEMENTS))
		rule_report(l, d->span, "room for %lld elements is taken when the script starts",
			    (long long)d->global.size);
}

/* .return of a function that sleeps, with as many slots as processors. */
void safety_maxactive(struct lint *l)
{
	static const char *const SLEEPERS[] = {"schedule",
					       "do_nanosleep",
					       "do_wait",
					       "futex_wait",
					       "do_futex",
					       "ep_poll",
					       "do_select",
					       "do_sys_poll",
					       "vfs_read",
					       "vfs_fsync",
					       "inet_accept",
					       "tcp_recvmsg",
					       "sock_recvmsg",
					       "pipe_read",
					       "tty_read",
					       "io_schedule",
					       "wait_for_completion",
					       NULL};
	const struct expr *arg;
	const struct probe_point *p =
		l->decl->kind == DECL_PROBE ? rule_point(l->decl, "kernel.function", &arg) : NULL;

	if (!p || p->nparts != 3 || strcmp(p->parts[2].name, "return") != 0 || !arg ||
	    arg->kind != EXPR_STRING || !rule_is_one_of(arg->string, SLEEPERS))
		return;
	rule_report(l, p->span,
		    "'%s' sleeps: when more threads are in it than return slots, returns "
		    "are missed",
		    arg->string);
}
