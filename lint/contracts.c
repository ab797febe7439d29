/*
 * Rules about the C code of functions: what its markers promise against what it does.  The code
 * is looked at as text, its comments and strings blanked out; a word in it counts where it stands
 * as a word.  Needs the tree alone.  What C does through a macro or another function of the file is
 * not seen.
 */
#include "lint/rules.h"
#include "base/near.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

/* The C code of a function, once as typed and once without comments and strings. */
struct code {
	const struct decl *d;
	const char *text, *bare;
};

static bool is_part(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

/* The end of what a comment, string or character at s takes; s itself if none begins there. */
static const char *skip_aside(const char *s)
{
	const char *end = s;

	if (s[0] == '/' && s[1] == '*') {
		end = strstr(s + 2, "*/");
		return end ? end + 2 : s + strlen(s);
	}
	if (s[0] == '/' && s[1] == '/')
		return s + strcspn(s, "\n");
	if (*s != '"' && *s != '\'')
		return s;
	for (end = s + 1; *end && *end != *s; end++)
		end += *end == '\\' && end[1];
	return end + (*end != '\0');
}

static const char *make_bare(struct arena *a, const char *text)
{
	size_t n = strlen(text);
	char *bare = arena_strndup(a, text, n);

	for (const char *s = text; *s;) {
		const char *end = skip_aside(s);
		bool quoted = *s == '"';

		if (end == s) {
			s++;
			continue;
		}
		memset(bare + (s - text), ' ', (size_t)(end - s));
		if (quoted)
			bare[s - text] = '"';
		s = end;
	}
	return bare;
}

/* Is the declaration in hand a function of C code that is compiled for the kernel? */
static bool code_here(struct lint *l, struct code *c)
{
	const struct decl *d = l->decl;

	if (d->kind != DECL_FUNCTION || !d->embedded || strstr(d->embedded, "/* bpf */") ||
	    strstr(d->embedded, "intrinsic:"))
		return false;
	*c = (struct code){d, d->embedded, make_bare(l->in->arena, d->embedded)};
	return true;
}

/* The stretch of the file that c->text[at..at+n) is. */
static struct span place(struct lint *l, const struct decl *d, const char *at, size_t n)
{
	const struct sources *ss = l->in->diags->sources;
	const struct pos pos = sources_pos(ss, d->name_span.start);
	uint32_t start = sources_spelling(ss, d->name_span.start).at;
	size_t len = strlen(d->embedded);

	if (pos.source != l->ast->source)
		return d->name_span;
	const char *text = pos.source->text, *end = text + pos.source->len;

	for (const char *s = text + (start - pos.source->base); (s = strstr(s, "%{")); s++) {
		if ((size_t)(end - s) < len + 2 || memcmp(s + 2, d->embedded, len) != 0)
			continue;
		start = pos.source->base + (uint32_t)(s + 2 - text) + (uint32_t)(at - d->embedded);
		return (struct span){{start}, {start + (uint32_t)n}};
	}
	return d->name_span;
}

/* The first place from `from` on where the word stands; one that ends with _ may go on. */
static const char *find_word(const struct code *c, const char *from, const char *word)
{
	size_t n = strlen(word);

	for (const char *s = from; (s = strstr(s, word)); s++)
		if ((s == c->bare || !is_part(s[-1])) && (word[n - 1] == '_' || !is_part(s[n])))
			return s;
	return NULL;
}

static const char *in_text(const struct code *c, const char *at)
{
	return c->text + (at - c->bare);
}

static bool marked(const struct code *c, const char *marker)
{
	return strstr(c->text, marker) != NULL;
}

static const char *name_after(struct lint *l, const char *at)
{
	size_t n = 0;

	while (is_part(at[n]))
		n++;
	return arena_strndup(l->in->arena, at, n);
}

/* --- markers --- */

static const char *const MARKERS[] = {"pure",
				      "stable",
				      "unprivileged",
				      "myproc-unprivileged",
				      "guru",
				      "bpf",
				      "string",
				      "userspace",
				      "deprecated",
				      "unmangled",
				      "unmodified-fnargs",
				      "pragma:symbols",
				      "pragma:unwind",
				      "pragma:vma",
				      "pragma:lines",
				      "pragma:uprobes",
				      "pragma:tagged_dfa",
				      "pragma:suffix",
				      NULL};

static bool is_marker(const char *word)
{
	return rule_is_one_of(word, MARKERS) || strncmp(word, "intrinsic:", 10) == 0 ||
	       strncmp(word, "pragma:read:", 12) == 0 || strncmp(word, "pragma:write:", 13) == 0;
}

/* What a word that is no marker was meant to be; NULL: it is but a comment. */
static const char *meant(struct lint *l, const char *word)
{
	size_t key = strcspn(word, ":"),
	       sub = word[key] ? key + 1 + strcspn(word + key + 1, ":") : 0;
	struct near n = near_start(word);

	if (strlen(word) < 4 || strcmp(word, "impure") == 0)
		return NULL;
	if (sub && word[sub]) { /* pragma:raed:NAME */
		struct near two = near_start(arena_strndup(l->in->arena, word, sub));

		near_offer(&two, "pragma:read");
		near_offer(&two, "pragma:write");
		return two.best ? arena_printf(l->in->arena, "%s%s", two.best, word + sub) : NULL;
	}
	for (const char *const *m = MARKERS; *m; m++)
		near_offer(&n, *m);
	return n.best;
}

/* The comment as markers, "" if it is none: "pure, guru" becomes both, each in its own. */
static const char *as_markers(struct lint *l, const char *inner)
{
	const char *out = "";
	uint32_t words = 0;

	for (const char *s = inner; *s; words++) {
		size_t n = strcspn(s, " \t,;");
		const char *word = arena_strndup(l->in->arena, s, n), *right = word;

		s += n;
		s += strspn(s, " \t,;");
		if (!is_marker(word) && !(right = words || *s ? NULL : meant(l, word)))
			return "";
		out = arena_printf(l->in->arena, "%s%s/* %s */", out, *out ? " " : "", right);
	}
	return out;
}

static void ask_marker(struct lint *l, const struct decl *d, const char *at, size_t n)
{
	const char *whole = arena_strndup(l->in->arena, at, n);
	const char *inner = arena_strndup(l->in->arena, at + 2, n - 4), *right;

	inner += strspn(inner, " \t");
	inner = arena_strndup(l->in->arena, inner, strcspn(inner, "\n"));
	while (*inner && strchr(" \t", inner[strlen(inner) - 1]))
		inner = arena_strndup(l->in->arena, inner, strlen(inner) - 1);
	right = as_markers(l, inner);
	if (*right && strcmp(right, whole) != 0) {
		struct diag *f =
			rule_report(l, place(l, d, at, n),
				    "'%s' has no meaning: a marker is written %s", whole, right);

		diag_fix(l->in->diags, f, place(l, d, at, n), right, right);
		f->fix->unsafe = true; /* what it marks becomes what it says */
	} else if (!*right && strncmp(inner, "pragma:", 7) == 0 && !strpbrk(inner, " \t")) {
		rule_report(l, place(l, d, at, n), "there is no %s", inner);
	}
}

/* A comment that was to be a marker. */
void contracts_marker(struct lint *l)
{
	enum { LONGEST = 80 }; /* no marker is longer: a comment of prose */
	const struct decl *d = l->decl;

	if (d->kind != DECL_FUNCTION || !d->embedded)
		return;
	for (const char *s = d->embedded; *s;) {
		const char *end = skip_aside(s);

		if (end - s >= 5 && end - s < LONGEST && s[1] == '*' && end[-1] == '/')
			ask_marker(l, d, s, (size_t)(end - s));
		s = end == s ? s + 1 : end;
	}
}

/* --- promises --- */

struct act {
	const char *word, *what;
};

static const struct act WRITES[] = {{"store_kderef", "writes the kernel's memory"},
				    {"store_uderef", "writes the process's memory"},
				    {"store_deref", "writes memory"},
				    {"kwrite", "writes the kernel's memory"},
				    {"uwrite", "writes the process's memory"},
				    {"copy_to_user", "writes the process's memory"},
				    {"__copy_to_user", "writes the process's memory"},
				    {"put_user", "writes the process's memory"},
				    {"panic", "stops the kernel"},
				    {"BUG", "stops the kernel"},
				    {"mdelay", "holds the processor up"},
				    {"udelay", "holds the processor up"},
				    {"send_sig", "sends a signal"},
				    {"force_sig", "sends a signal"},
				    {"kill_pid", "sends a signal"},
				    {NULL, NULL}};
static const struct act EFFECTS[] = {{"STAP_GLOBAL_SET_", "writes a global"},
				     {"_stp_printf", "prints"},
				     {"_stp_print", "prints"},
				     {"_stp_print_", "prints"},

				     {"printk", "writes the kernel's log"},
				     {"trace_printk", "writes the trace buffer"},
				     {"_stp_exit", "ends the session"},
				     {"_stp_system", "runs a command"},
				     {NULL, NULL}};

static const struct act *act_of(const struct code *c, const struct act *acts, const char **at)
{
	for (; acts->word; acts++)
		if ((*at = find_word(c, c->bare, acts->word)))
			return acts;
	return NULL;
}

/* Reads of the kernel at an address that the caller chose. */
static const char *reads_kernel(const struct code *c)
{
	static const char *const READS[] = {"kread", "kderef", "kderef_string", "_stp_deref", NULL};
	const char *at;

	for (const char *const *w = READS; *w; w++)
		for (const char *s = c->bare; (s = find_word(c, s, *w)); s++) {
			size_t n = strcspn(s, ";");

			at = strstr(s, "STAP_ARG_");
			if (at && at < s + n)
				return s;
		}
	return NULL;
}

/* A marker promises what the code does not keep. */
void contracts_broken(struct lint *l)
{
	struct code c;
	const struct act *act;
	const char *at;

	if (!code_here(l, &c))
		return;
	if (marked(&c, "/* pure */") &&
	    ((act = act_of(&c, EFFECTS, &at)) || (act = act_of(&c, WRITES, &at))))
		rule_report(l, place(l, c.d, in_text(&c, at), strlen(name_after(l, at))),
			    "the code is marked /* pure */ and %s: a call whose value is not used "
			    "is left out",
			    act->what);
	if (!marked(&c, "/* unprivileged */"))
		return;
	if ((at = strstr(c.text, "/* guru */")))
		rule_report(l, place(l, c.d, at, 10),
			    "the code is for everybody (unprivileged) and for guru mode only");
	else if ((at = reads_kernel(&c)) && !strstr(c.bare, "myproc"))
		rule_report(l, place(l, c.d, in_text(&c, at), strlen(name_after(l, at))),
			    "the code is marked /* unprivileged */ and reads the kernel at an "
			    "address that the caller chooses");
}

/* What only a guru may do. */
void contracts_guru(struct lint *l)
{
	struct code c;
	const struct act *act;
	const char *at;

	if (!code_here(l, &c) || marked(&c, "/* guru */") || !(act = act_of(&c, WRITES, &at)))
		return;
	struct diag *d = rule_report(l, place(l, c.d, in_text(&c, at), strlen(act->word)),
				     "the code %s and is not marked /* guru */: any script may "
				     "call it",
				     act->what);

	diag_fix(l->in->diags, d, place(l, c.d, c.text, 0), " /* guru */", "insert /* guru */");
	d->fix->unsafe = true;
}

/* --- arguments and result --- */

static bool has_param(const struct decl *d, const char *name)
{
	for (uint32_t i = 0; i < d->function.nparams; i++)
		if (strcmp(d->function.params[i].name, name) == 0)
			return true;
	return false;
}

/* THIS->x, which translators before 1.8 gave. */
void contracts_old_access(struct lint *l)
{
	struct code c;

	if (!code_here(l, &c))
		return;
	for (const char *s = c.bare; (s = find_word(&c, s, "THIS")); s++) {
		const char *name = s[4] == '-' && s[5] == '>' ? name_after(l, s + 6) : "";
		bool result = strcmp(name, "__retvalue") == 0;
		const char *now =
			result ? "STAP_RETVALUE" : arena_printf(l->in->arena, "STAP_ARG_%s", name);

		if (!*name || (!result && !has_param(c.d, name)))
			continue;
		struct span at = place(l, c.d, in_text(&c, s), 6 + strlen(name));
		struct diag *d =
			rule_report(l, at, "THIS->%s is how it was up to 1.7: write %s", name, now);

		diag_fix(l->in->diags, d, at, now, arena_printf(l->in->arena, "write %s", now));
	}
}

/* STAP_ARG_x where there is no x: it does not compile. */
void contracts_argument(struct lint *l)
{
	struct code c;

	if (!code_here(l, &c))
		return;
	for (const char *s = c.bare; (s = find_word(&c, s, "STAP_ARG_")); s++) {
		const char *name = name_after(l, s + 9);
		struct near near = near_start(name);

		if (!*name || has_param(c.d, name))
			continue;
		for (uint32_t i = 0; i < c.d->function.nparams; i++)
			near_offer(&near, c.d->function.params[i].name);
		struct diag *d = rule_report(
			l, place(l, c.d, in_text(&c, s), 9 + strlen(name)),
			"'%s' has no parameter '%s': the code does not compile", c.d->name, name);

		if (near.best)
			diag_note(l->in->diags, d, (struct span){{0}, {0}}, "did you mean '%s'?",
				  near.best);
	}
}

/* Some macro or type of the file's own C code may do it. */
static bool file_has(const struct lint *l, const char *word)
{
	for (uint32_t i = 0; i < l->ast->decls.n; i++) {
		const struct decl *d = l->ast->decls.v[i];

		if (d->kind == DECL_EMBEDDED && strstr(d->embedded, word))
			return true;
	}
	return false;
}

static bool is_empty(const char *bare)
{
	return !bare[strspn(bare, " \t\n;{}")];
}

/* A function with a type whose code never says the value. */
void contracts_result(struct lint *l)
{
	struct code c;

	if (!code_here(l, &c) || c.d->function.type == TYPE_UNKNOWN || strstr(c.bare, "STAP_RET") ||
	    strstr(c.bare, "THIS->__retvalue") || strstr(c.bare, "STAP_NEXT") || is_empty(c.bare) ||
	    file_has(l, "STAP_RET"))
		return;
	rule_report(l, c.d->name_span,
		    "'%s' is declared to give a %s and its code sets no STAP_RETVALUE", c.d->name,
		    ast_type_word(c.d->function.type));
}

/* --- memory --- */

/* From the place on back to the beginning of its statement. */
static const char *statement(const struct code *c, const char *at)
{
	while (at > c->bare && !strchr(";{}", at[-1]))
		at--;
	return at;
}

/* Is the place within a checked read, or where nothing is read? */
static bool is_checked(const struct code *c, const char *at)
{
	static const char *const CHECKED[] = {
		"kread",      "uread",      "kderef",   "uderef",          "deref",     "sizeof",
		"typeof",     "__typeof__", "offsetof", "lookup_bad_addr", "access_ok", "get_user",
		"__get_user", "kwrite",     "uwrite",   "container_of",    NULL};

	for (const char *s = statement(c, at); s < at; s++) {
		if (*s == '&' && s[1] != '&' && (s == c->bare || s[-1] != '&'))
			return true;
		if (!is_part(*s) || (s > c->bare && is_part(s[-1])))
			continue;
		for (const char *const *w = CHECKED; *w; w++)
			if (strncmp(s, *w, strlen(*w)) == 0 && !is_part(s[strlen(*w)]))
				return true;
	}
	return false;
}

/* The bracket that the ')' at `at` closes, or NULL. */
static const char *opening(const struct code *c, const char *at)
{
	int depth = 0;

	for (const char *s = at; s >= c->bare; s--) {
		depth += (*s == ')') - (*s == '(');
		if (!depth)
			return s;
	}
	return NULL;
}

static const char *back(const struct code *c, const char *at)
{
	while (at > c->bare && isspace((unsigned char)at[-1]))
		at--;
	return at > c->bare ? at - 1 : NULL;
}

/* *(TYPE *)...STAP_ARG_x: `at` is the ')' of the cast. */
static bool is_star(const struct code *c, const char *at)
{
	const char *open = opening(c, at), *star = open ? back(c, open) : NULL;
	const char *before = star && *star == '*' ? back(c, star) : NULL;
	const char *arg = strstr(at, "STAP_ARG_");

	return before && !is_part(*before) && *before != ')' && *before != ']' && arg &&
	       !memchr(at, ';', (size_t)(arg - at)) && !memchr(at, ',', (size_t)(arg - at));
}

/* ((TYPE *)...STAP_ARG_x)->m: `at` is the "->". */
static bool is_arrow(const struct code *c, const char *at)
{
	const char *close = back(c, at), *open;
	const char *arg, *cast;

	if (!close || *close != ')' || !(open = opening(c, close)))
		return false;
	arg = strstr(open, "STAP_ARG_");
	cast = strstr(open, "*)");
	return arg && cast && arg < close && cast < arg;
}

/* A member of what the caller gave is read as if the address could be trusted. */
void contracts_raw(struct lint *l)
{
	struct code c;

	if (!code_here(l, &c))
		return;
	for (const char *s = c.bare; *s; s++) {
		bool star = s[0] == ')' && s > c.bare && *back(&c, s) == '*' && is_star(&c, s);
		bool arrow = s[0] == '-' && s[1] == '>' && is_arrow(&c, s);

		if ((!star && !arrow) || is_checked(&c, s))
			continue;
		rule_report(l, place(l, c.d, in_text(&c, s), arrow ? 2 : 1),
			    "an address that the caller chooses is followed without a check: a bad "
			    "one stops the kernel");
		return;
	}
}

/* strcpy(STAP_RETVALUE, ...) and its like. */
void contracts_copy(struct lint *l)
{
	static const struct {
		const char *word, *now;
	} COPIES[] = {{"strcpy", "strlcpy(STAP_RETVALUE, ..., MAXSTRINGLEN)"},
		      {"strcat", "strlcat(STAP_RETVALUE, ..., MAXSTRINGLEN)"},
		      {"sprintf", "snprintf(STAP_RETVALUE, MAXSTRINGLEN, ...)"},
		      {"vsprintf", "vsnprintf(STAP_RETVALUE, MAXSTRINGLEN, ...)"}};
	struct code c;

	if (!code_here(l, &c))
		return;
	for (size_t i = 0; i < sizeof COPIES / sizeof *COPIES; i++)
		for (const char *s = c.bare; (s = find_word(&c, s, COPIES[i].word)); s++) {
			const char *to = s + strlen(COPIES[i].word);

			to += strspn(to, " \t(");
			if (strncmp(to, "STAP_RETVALUE", 13) != 0)
				continue;
			to += 13;
			to += strspn(to, " \t\n,");
			if (*to == '"' && COPIES[i].word[3] == 'c')
				continue; /* a literal is as long as it is */
			rule_report(l, place(l, c.d, in_text(&c, s), strlen(COPIES[i].word)),
				    "the text may be longer than the %s of a string: write %s",
				    "MAXSTRINGLEN bytes", COPIES[i].now);
		}
}

/* --- what the session has to bring --- */

/* Facilities of the session that code asks for by a marker. */
void contracts_facility(struct lint *l)
{
	static const struct {
		const char *word, *marker;
	} NEEDS[] = {{"_stp_stack_", "unwind"},           {"_stp_print_addr", "symbols"},
		     {"_stp_snprint_addr", "symbols"},    {"_stp_kallsyms_lookup", "symbols"},
		     {"_stp_mod_sec_lookup", "symbols"},  {"_stp_filename_lookup", "lines"},
		     {"_stp_linenumber_lookup", "lines"}, {"stap_find_vma_map_info", "vma"},
		     {"_stp_umodule_relocate", "vma"}};
	struct code c;

	if (!code_here(l, &c))
		return;
	for (size_t i = 0; i < sizeof NEEDS / sizeof *NEEDS; i++) {
		const char *at = find_word(&c, c.bare, NEEDS[i].word);
		const char *marker = arena_printf(l->in->arena, "/* pragma:%s */", NEEDS[i].marker);

		if (!at || marked(&c, marker))
			continue;
		struct diag *d = rule_report(
			l, place(l, c.d, in_text(&c, at), strlen(name_after(l, at))),
			"the session brings what this needs only where the code says %s", marker);

		diag_fix(l->in->diags, d, place(l, c.d, c.text, 0),
			 arena_printf(l->in->arena, " %s", marker),
			 arena_printf(l->in->arena, "insert %s", marker));
	}
}

/* Globals that the code uses unannounced are not locked, and left out if nothing else has them. */
void contracts_globals(struct lint *l)
{
	static const struct {
		const char *word, *marker;
	} USES[] = {{"STAP_GLOBAL_GET_", "read"}, {"STAP_GLOBAL_SET_", "write"}};
	struct code c;
	struct map said = {.arena = l->in->arena};

	if (!code_here(l, &c))
		return;
	for (size_t i = 0; i < 2; i++)
		for (const char *s = c.bare; (s = find_word(&c, s, USES[i].word)); s++) {
			const char *name = name_after(l, s + 16);
			const char *marker = arena_printf(l->in->arena, "/* pragma:%s:%s */",
							  USES[i].marker, name);

			if (marked(&c, marker) || map_get(&said, marker))
				continue;
			map_put(&said, marker, (void *)marker);
			struct diag *d = rule_report(
				l, place(l, c.d, in_text(&c, s), 16 + strlen(name)),
				"the global is neither locked nor kept without %s", marker);

			diag_fix(l->in->diags, d, place(l, c.d, c.text, 0),
				 arena_printf(l->in->arena, " %s", marker),
				 arena_printf(l->in->arena, "insert %s", marker));
		}
}

/* A global is announced and not used: each call locks it for nothing. */
void contracts_unused_global(struct lint *l)
{
	static const struct {
		const char *marker, *word;
	} USES[] = {{"/* pragma:read:", "STAP_GLOBAL_GET_"},
		    {"/* pragma:write:", "STAP_GLOBAL_SET_"}};
	struct code c;

	if (!code_here(l, &c) || file_has(l, "STAP_GLOBAL_"))
		return;
	for (size_t i = 0; i < 2; i++)
		for (const char *s = c.text; (s = strstr(s, USES[i].marker)); s++) {
			size_t n = strlen(USES[i].marker);
			const char *name = name_after(l, s + n);

			if (!find_word(&c, c.bare,
				       arena_printf(l->in->arena, "%s%s", USES[i].word, name)) &&
			    !strstr(c.bare, "STAP_GLOBAL_DEL_"))
				rule_report(l, place(l, c.d, s, n + strlen(name) + 3),
					    "the code does not use '%s' so", name);
		}
}

/* kmalloc(n, GFP_KERNEL), not a table of the flags. */
static bool allocates(const struct code *c, const char *at)
{
	const char *s = statement(c, at), *alloc = strstr(s, "alloc");

	return alloc && alloc < at;
}

/* What may sleep, in code that any probe may call. */
void contracts_sleeps(struct lint *l)
{
	static const char *const SLEEPS[] = {
		"mutex_lock",      "down_read",    "down_write", "down",
		"msleep",          "GFP_KERNEL",   "vmalloc",    "schedule",
		"copy_from_user",  "copy_to_user", "get_user",   "access_process_vm",
		"synchronize_rcu", "kern_path",    "wait_event", NULL};
	struct code c;
	const char *at;

	if (!code_here(l, &c))
		return;
	for (const char *const *w = SLEEPS; *w; w++)
		if ((at = find_word(&c, c.bare, *w)) &&
		    ((*w)[0] == 'G' ? allocates(&c, at)
				    : at[strlen(*w) + strspn(at + strlen(*w), " ")] == '('))
			rule_report(l, place(l, c.d, in_text(&c, at), strlen(*w)),
				    "%s may sleep, and most probes run where nothing may", *w);
}
