/*
 * Rules for who must say whether a script may run as root: what it changes, what it runs, what it
 * shows of other people's data.  Text that a process can choose (paths, arguments, buffers) is
 * called foreign; it is followed through locals that are assigned once.
 */
#include "base/text.h"
#include "lint/rules.h"

#include <string.h>

static struct span at_word(const struct source *src, const char *at, size_t n)
{
	uint32_t from = src->base + (uint32_t)(at - src->text);

	return (struct span){{from}, {from + (uint32_t)n}};
}

/* --- what needs guru mode --- */

static bool writes_target(const struct expr *e)
{
	const struct expr *lhs = e->kind == EXPR_ASSIGN    ? e->assign.lhs
				 : e->kind == EXPR_CREMENT ? e->crement.a
							   : NULL;

	return lhs && lhs->kind == EXPR_TARGET;
}

static bool is_mighty(const char *name)
{
	static const char *const NAMES[] = {"set_kernel_string",
					    "set_kernel_string_n",
					    "set_kernel_long",
					    "set_kernel_int",
					    "set_kernel_short",
					    "set_kernel_char",
					    "set_kernel_pointer",
					    "set_user_string",
					    "set_user_string_n",
					    "set_user_long",
					    "set_user_int",
					    "set_user_short",
					    "set_user_char",
					    "set_user_pointer",
					    "panic",
					    "raise",
					    "mdelay",
					    "udelay",
					    "override_return",
					    NULL};

	return rule_is_one_of(name, NAMES) || strncmp(name, "set_", 4) == 0;
}

static bool needs_guru(const struct expr *e, void *ctx)
{
	(void)ctx;
	return e->kind == EXPR_EMBEDDED || writes_target(e) ||
	       (e->kind == EXPR_TARGET && e->target.base == TARGET_VAR &&
		strcmp(e->target.name, "$value") == 0) ||
	       (e->kind == EXPR_CALL && is_mighty(e->call.name));
}

static bool decl_needs_guru(const struct decl *d)
{
	if (d->kind == DECL_EMBEDDED || d->embedded)
		return true;
	if (d->kind == DECL_FUNCTION)
		return rule_find_in(d->function.body, needs_guru, NULL) != NULL;
	return (d->kind == DECL_PROBE || d->kind == DECL_ALIAS) &&
	       (rule_find_in(d->probe.body, needs_guru, NULL) ||
		rule_find_in(d->probe.epilogue, needs_guru, NULL));
}

/* "#! stap -g" for a script that only reads. */
void security_guru(struct lint *l)
{
	const struct source *src = l->ast->source;
	size_t n = strcspn(src->text, "\n");
	const char *at = strncmp(src->text, "#!", 2) == 0 ? memmem(src->text, n, " -g", 3) : NULL;

	if (!at || (at[3] != ' ' && at[3] != '\n' && at[3] != '\0' && at[3] != '\t'))
		return;
	for (uint32_t i = 0; i < l->ast->decls.n; i++)
		if (decl_needs_guru(l->ast->decls.v[i]))
			return;
	for (uint32_t i = 0; l->in->program && i < l->in->program->functions.n; i++)
		if (l->in->program->functions.v[i]->reached &&
		    l->in->program->functions.v[i]->pragmas & PRAGMA_GURU)
			return;
	struct diag *d =
		rule_report(l, at_word(src, at + 1, 2), "nothing in this script needs guru mode");

	diag_fix(l->in->diags, d, at_word(src, at, 3), "", "drop -g");
}

void security_embedded(struct lint *l)
{
	const struct decl *d = l->decl;

	if (l->script && (d->kind == DECL_EMBEDDED || d->embedded))
		rule_report(l, d->name_span.start.at ? d->name_span : d->span,
			    "C in a script runs in the kernel unchecked; nothing is known of it "
			    "but what "
			    "its author says");
}

void security_write(struct lint *l)
{
	const struct expr *e = l->expr;

	if (writes_target(e))
		rule_report(l, e->span, "this changes memory of the kernel or of a process: '%s'",
			    rule_text(l, e->kind == EXPR_ASSIGN ? e->assign.lhs->span
								: e->crement.a->span));
	else if (e->kind == EXPR_CALL && is_mighty(e->call.name))
		rule_report(l, e->span, "%s() changes what the kernel or a process does",
			    e->call.name);
}

/* --- commands --- */

static bool is_reader(const char *name)
{
	return strncmp(name, "user_string", 11) == 0 || strncmp(name, "kernel_string", 13) == 0 ||
	       strcmp(name, "cmdline_str") == 0 || strcmp(name, "cmdline_arg") == 0 ||
	       strcmp(name, "env_var") == 0 || strcmp(name, "execname") == 0 ||
	       strcmp(name, "d_name") == 0 || strcmp(name, "d_path") == 0 ||
	       strcmp(name, "fullpath_struct_file") == 0 || strcmp(name, "reverse_path_walk") == 0;
}

static bool is_foreign_name(const char *name)
{
	static const char *const NAMES[] = {
		"filename",  "pathname",          "path", "argstr", "args", "name_uaddr",
		"buf_uaddr", "filename_unquoted", NULL};

	return rule_is_one_of(name, NAMES);
}

static bool is_foreign(const struct expr *e, void *ctx)
{
	const struct lint *l = ctx;

	if (e->kind == EXPR_CALL)
		return is_reader(e->call.name) && !strstr(e->call.name, "quoted");
	return e->kind == EXPR_NAME && is_foreign_name(e->name.name) &&
	       !rule_usage(l, e->name.name) && l->decl && l->decl->kind == DECL_PROBE;
}

static bool is_command(const struct expr *e)
{
	return rule_is_call(e, "system", 1);
}

void security_system(struct lint *l)
{
	const struct expr *e = l->expr;

	if (!is_command(e))
		return;
	const struct expr *f = rule_find(e->call.args.v[0], is_foreign, l);

	if (!f)
		rule_report(l, e->span, "this runs a command as the user who runs the script");
}

void security_injection(struct lint *l)
{
	const struct expr *e = l->expr;
	const struct expr *f = is_command(e) ? rule_find(e->call.args.v[0], is_foreign, l) : NULL;

	if (f)
		rule_report(l, f->span,
			    "any process can choose this text, and it becomes part of a command");
}

/* --- what is shown --- */

/* printf("%p", $ptr) with the address itself. */
void security_address(struct lint *l)
{
	const struct expr *e = l->expr;

	if (e->kind != EXPR_PRINT || !e->print.format)
		return;
	for (uint32_t i = 0, arg = 0; i < e->print.format->pieces.n; i++) {
		const struct format_piece *p = &e->print.format->pieces.v[i];

		if (p->kind == FORMAT_LITERAL)
			continue;
		arg += (p->width == FORMAT_FROM_ARG) + (p->precision == FORMAT_FROM_ARG);
		if (p->kind == FORMAT_POINTER && arg < e->print.args.n &&
		    e->print.args.v[arg]->kind == EXPR_TARGET)
			rule_report(l, e->print.args.v[arg]->span,
				    "an address of the kernel is printed, which tells where it was "
				    "loaded");
		arg++;
	}
}

/* Foreign text goes out as it is. */
void security_raw_text(struct lint *l)
{
	const struct expr *e = l->expr;

	if (e->kind != EXPR_PRINT || e->print.flags & PRINT_TO_STRING)
		return;
	for (uint32_t i = 0; i < e->print.args.n; i++) {
		const struct expr *a = e->print.args.v[i];

		if (a->kind != EXPR_CALL || strncmp(a->call.name, "user_string", 11) != 0 ||
		    strstr(a->call.name, "quoted"))
			continue;
		rule_report(l, a->span,
			    "a process can put escape sequences into this text, and it is printed raw");
	}
}

/* What people type, read and send. */
void security_secrets(struct lint *l)
{
	static const char *const PLACES[] = {"tty_read",
					     "n_tty_read",
					     "tty_write",
					     "n_tty_write",
					     "kbd_event",
					     "input_event",
					     "tty_insert_flip_string*",
					     "keyctl_*",
					     "pty_write",
					     NULL};
	static const char *const CALLS[] = {"read",   "write",    "send",    "sendto",
					    "recv",   "recvfrom", "sendmsg", "recvmsg",
					    "pwrite", "pread",    NULL};
	const struct decl *d = l->decl;
	const struct expr *arg = NULL, *e = l->expr;

	if (!d || d->kind != DECL_PROBE || e->kind != EXPR_CALL ||
	    (strncmp(e->call.name, "user_string", 11) != 0 &&
	     strncmp(e->call.name, "user_buffer", 11) != 0 &&
	     strncmp(e->call.name, "kernel_string", 13) != 0))
		return;
	if (rule_point(d, "kernel.function", &arg) && arg && arg->kind == EXPR_STRING) {
		for (const char *const *p = PLACES; *p; p++)
			if (text_glob(*p, arg->string))
				rule_report(l, e->span, "this reads what somebody types or sees");
		return;
	}
	for (uint32_t i = 0; i < d->probe.points.n; i++) {
		const struct probe_point *p = d->probe.points.v[i];

		if (p->nparts > 1 && strstr(p->parts[0].name, "syscall") &&
		    rule_is_one_of(p->parts[1].name, CALLS)) {
			rule_report(l, e->span,
				    "this reads what processes write, send or receive, "
				    "passwords among it");
			return;
		}
	}
}

/* A file under /proc that everybody may write to. */
void security_procfs(struct lint *l)
{
	const struct decl *d = l->decl;

	if (d->kind != DECL_PROBE)
		return;
	for (uint32_t i = 0; i < d->probe.points.n; i++) {
		const struct probe_point *p = d->probe.points.v[i];
		bool masked = false, writes = false;

		if (!p->nparts || strcmp(p->parts[0].name, "procfs") != 0)
			continue;
		for (uint32_t k = 1; k < p->nparts; k++) {
			masked |= strcmp(p->parts[k].name, "umask") == 0;
			writes |= strcmp(p->parts[k].name, "write") == 0;
		}
		if (writes && !masked)
			rule_report(l, p->span,
				    "who may write to this file is left open: say .umask(0077)");
	}
}

/* --- what is hidden --- */

static bool is_bidi(const unsigned char *s, size_t n)
{
	if (n < 3 || s[0] != 0xe2)
		return false;
	return (s[1] == 0x80 && (s[2] >= 0xaa && s[2] <= 0xae)) ||
	       (s[1] == 0x81 && (s[2] >= 0xa6 && s[2] <= 0xa9)) ||
	       (s[1] == 0x80 && (s[2] == 0x8b || s[2] == 0x8e || s[2] == 0x8f));
}

/* Characters that make text look like other text. */
void security_hidden(struct lint *l)
{
	const struct source *src = l->ast->source;

	for (uint32_t i = 0; i + 2 < src->len; i++) {
		const unsigned char *s = (const unsigned char *)src->text + i;

		if (!is_bidi(s, src->len - i))
			continue;
		struct diag *d =
			rule_report(l, at_word(src, src->text + i, 3),
				    "an invisible character changes how this line looks, not what "
				    "it does");

		diag_fix(l->in->diags, d, at_word(src, src->text + i, 3), "", "remove it");
		d->fix->unsafe = true;
	}
}
