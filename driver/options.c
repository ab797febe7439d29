/*
 * Options, from one table.  stap's own spelling is kept for all it has; what
 * stapvet does not do yet is recognised and refused by name, never ignored.
 */
#include "driver/options.h"
#include "lint/config.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	OPT_TARGET = 256,
	OPT_TAPSET,
	OPT_FORMAT,
	OPT_CERTIFICATE,
	OPT_FIX,
	OPT_STRICT,
	OPT_ENABLE,
	OPT_LIST_RULES,
	OPT_DISABLE,
	OPT_UNSAFE_FIXES,
	OPT_STATS,
	OPT_COLOUR,
	OPT_CONFIG,
	OPT_NO_CONFIG,
	OPT_SHOW_CONFIG,
	OPT_BASELINE,
	OPT_WRITE_BASELINE,
	OPT_NEW_FROM,
	OPT_EXIT_ZERO,
	OPT_QUIET,
	OPT_NO_WAIVERS,
	OPT_OBLIGATION,
	OPT_AT,
	OPT_INPUT,
	OPT_RECORD,
	OPT_SEED,
	OPT_CHECK,
	OPT_DIFF,
	OPT_DRY_RUN,
	OPT_DUMP,
	OPT_RUNTIME,
	OPT_BPF,
	OPT_PRIVILEGE,
	OPT_UNPRIVILEGED,
	OPT_COMPATIBLE,
	OPT_SUPPRESS,
	OPT_NO_AUTOPRINT,
	OPT_NO_CACHE,
	OPT_CLEAN_CACHE,
	OPT_DUMP_TYPES,
	OPT_DUMP_ALIASES,
	OPT_DUMP_FUNCTIONS,
	OPT_HELP,
	OPT_VERSION,
	OPT_IGNORED,
	OPT_UNBUILT
};

static const struct option LONG[] = {
	{"target", required_argument, NULL, OPT_TARGET},
	{"tapset", required_argument, NULL, OPT_TAPSET},
	{"format", required_argument, NULL, OPT_FORMAT},
	{"certificate", required_argument, NULL, OPT_CERTIFICATE},
	{"fix", no_argument, NULL, OPT_FIX},
	{"strict", no_argument, NULL, OPT_STRICT},
	{"list-rules", no_argument, NULL, OPT_LIST_RULES},
	{"enable", required_argument, NULL, OPT_ENABLE},
	{"disable", required_argument, NULL, OPT_DISABLE},
	{"unsafe-fixes", no_argument, NULL, OPT_UNSAFE_FIXES},
	{"stats", no_argument, NULL, OPT_STATS},
	{"color", optional_argument, NULL, OPT_COLOUR},
	{"config", required_argument, NULL, OPT_CONFIG},
	{"no-config", no_argument, NULL, OPT_NO_CONFIG},
	{"show-config", no_argument, NULL, OPT_SHOW_CONFIG},
	{"baseline", required_argument, NULL, OPT_BASELINE},
	{"write-baseline", required_argument, NULL, OPT_WRITE_BASELINE},
	{"new-from-rev", required_argument, NULL, OPT_NEW_FROM},
	{"exit-zero", no_argument, NULL, OPT_EXIT_ZERO},
	{"quiet", no_argument, NULL, OPT_QUIET},
	{"no-inline-suppress", no_argument, NULL, OPT_NO_WAIVERS},
	{"obligation", required_argument, NULL, OPT_OBLIGATION},
	{"at", required_argument, NULL, OPT_AT},
	{"input", required_argument, NULL, OPT_INPUT},
	{"record", required_argument, NULL, OPT_RECORD},
	{"seed", required_argument, NULL, OPT_SEED},
	{"check", no_argument, NULL, OPT_CHECK},
	{"diff", no_argument, NULL, OPT_DIFF},
	{"dry-run", no_argument, NULL, OPT_DRY_RUN},
	{"dump", required_argument, NULL, OPT_DUMP},
	{"runtime", required_argument, NULL, OPT_RUNTIME},
	{"bpf", no_argument, NULL, OPT_BPF},
	{"privilege", required_argument, NULL, OPT_PRIVILEGE},
	{"unprivileged", no_argument, NULL, OPT_UNPRIVILEGED},
	{"compatible", required_argument, NULL, OPT_COMPATIBLE},
	{"suppress-handler-errors", no_argument, NULL, OPT_SUPPRESS},
	{"no-global-var-display", no_argument, NULL, OPT_NO_AUTOPRINT},
	{"dump-probe-types", no_argument, NULL, OPT_DUMP_TYPES},
	{"dump-probe-aliases", no_argument, NULL, OPT_DUMP_ALIASES},
	{"dump-functions", no_argument, NULL, OPT_DUMP_FUNCTIONS},
	{"no-cache", no_argument, NULL, OPT_NO_CACHE},
	{"disable-cache", no_argument, NULL, OPT_NO_CACHE},
	{"clean-cache", no_argument, NULL, OPT_CLEAN_CACHE},
	{"help", no_argument, NULL, OPT_HELP},
	{"version", no_argument, NULL, OPT_VERSION},
	/* these change only how fast stap is */
	{"vp", required_argument, NULL, OPT_IGNORED},
	{"poison-cache", no_argument, NULL, OPT_IGNORED},
	{"tmpdir", required_argument, NULL, OPT_IGNORED},
	{"prologue-searching", optional_argument, NULL, OPT_IGNORED},
	/* these add unwind data and symbols to a run */
	{"ldd", no_argument, NULL, OPT_IGNORED},
	{"all-modules", no_argument, NULL, OPT_IGNORED},
	/* known, and not built */
	{"dyninst", no_argument, NULL, OPT_UNBUILT},
	{"monitor", optional_argument, NULL, OPT_UNBUILT},
	{"interactive", no_argument, NULL, OPT_UNBUILT},
	{"example", required_argument, NULL, OPT_UNBUILT},
	{"language-server", no_argument, NULL, OPT_UNBUILT},
	{"modinfo", required_argument, NULL, OPT_UNBUILT},
	{"remote", required_argument, NULL, OPT_UNBUILT},
	{"remote-prefix", no_argument, NULL, OPT_UNBUILT},
	{"sysroot", required_argument, NULL, OPT_UNBUILT},
	{"sysenv", required_argument, NULL, OPT_UNBUILT},
	{"use-server", optional_argument, NULL, OPT_UNBUILT},
	{"suppress-time-limits", no_argument, NULL, OPT_UNBUILT},
	{"skip-badvars", no_argument, NULL, OPT_UNBUILT},
	{"save-uprobes", no_argument, NULL, OPT_UNBUILT},
	{"target-namespaces", required_argument, NULL, OPT_UNBUILT},
	{"download-debuginfo", optional_argument, NULL, OPT_UNBUILT},
	{"check-version", no_argument, NULL, OPT_UNBUILT},
	{NULL, 0, NULL, 0},
};

static const char SHORT[] = "+hVvgwWuktbFiqp:j:e:E:I:D:G:r:o:c:x:l:L:m:s:S:T:d:a:B:R:P";

static bool fail(const char *fmt, const char *what)
{
	fputs("stapvet: ", stderr);
	fprintf(stderr, fmt, what);
	fputs("\nTry 'stapvet --help'.\n", stderr);
	return false;
}

static bool read_number(const char *text, long low, long high, int64_t *out)
{
	char *end;

	errno = 0;
	long n = strtol(text, &end, 10);

	if (errno || end == text || *end || n < low || n > high)
		return false;
	*out = n;
	return true;
}

static bool set_number(struct options *o, int opt, const char *arg)
{
	int64_t n;

	if (opt == 'p') {
		if (!read_number(arg, 1, 5, &n))
			return fail("invalid pass number '%s' (should be 1-5)", arg);
		o->last_pass = (int)n;
		return true;
	}
	if (opt == 'j')
		return read_number(arg, 1, 1024, &o->jobs) ||
		       fail("-j needs a number of processes (1-1024), not '%s'", arg);
	if (!read_number(arg, 1, INT32_MAX, &o->target_pid))
		return fail("-x needs a process id, not '%s'", arg);
	return true;
}

/* LINE or LINE:COLUMN */
static bool set_place(struct options *o, const char *arg)
{
	char *end;
	unsigned long line = strtoul(arg, &end, 10), column = 0;

	if (*arg < '1' || *arg > '9' || line > INT32_MAX)
		return fail("--at needs LINE or LINE:COLUMN, not '%s'", arg);
	if (*end == ':' && end[1] >= '1' && end[1] <= '9')
		column = strtoul(end + 1, &end, 10);
	if (*end || column > INT32_MAX)
		return fail("--at needs LINE or LINE:COLUMN, not '%s'", arg);
	o->at_line = (uint32_t)line;
	o->at_column = (uint32_t)column;
	return true;
}

/* What chooses and repeats a run of replay. */
static bool set_replay(struct options *o, int opt, const char *arg)
{
	if (opt == OPT_AT)
		return set_place(o, arg);
	if (opt == OPT_OBLIGATION)
		return read_number(arg, 0, UINT32_MAX, &o->obligation) ||
		       fail("--obligation needs a number as verify shows it, not '%s'", arg);
	return read_number(arg, 0, INT64_MAX, &o->seed) ||
	       fail("--seed needs a number, not '%s'", arg);
}

static bool set_format(struct options *o, const char *arg)
{
	static const char *const WORDS[] = {"text",   "json",  "gcc",       "sarif",
					    "github", "junit", "checkstyle", "html"};

	for (int i = 0; i <= FORM_HTML; i++) {
		if (strcmp(WORDS[i], arg) != 0)
			continue;
		o->form = (enum output_format)i;
		o->json = o->form == FORM_JSON;
		o->formatted = true;
		return true;
	}
	return fail("--format is text, json, gcc, sarif, github, junit, checkstyle or html, not "
		    "'%s'",
		    arg);
}

static bool on_terminal(void)
{
	const char *none = getenv("NO_COLOR"), *term = getenv("TERM");

	return (!none || !*none) && term && strcmp(term, "dumb") != 0 && isatty(STDOUT_FILENO);
}

static bool set_colour(struct options *o, const char *arg)
{
	if (!arg || strcmp(arg, "auto") == 0)
		o->colour = on_terminal();
	else if (strcmp(arg, "always") == 0 || strcmp(arg, "never") == 0)
		o->colour = *arg == 'a';
	else
		return fail("--color is auto, always or never, not '%s'", arg);
	return true;
}

static bool set_word(struct options *o, int opt, const char *arg)
{
	if (opt == OPT_FORMAT) {
		return set_format(o, arg);
	} else if (opt == OPT_DUMP) {
		if (strcmp(arg, "ir") != 0)
			return fail("--dump knows only 'ir', not '%s'", arg);
		o->dump_ir = true;
	} else if (opt == OPT_RUNTIME) {
		if (strcmp(arg, "user") != 0 && strcmp(arg, "kernel") != 0 &&
		    strcmp(arg, "bpf") != 0 && strcmp(arg, "dyninst") != 0)
			return fail("unknown run-time '%s' (user, kernel, bpf)", arg);
		o->runtime = arg;
	} else if (opt == OPT_PRIVILEGE) {
		if (strcmp(arg, "stapusr") != 0 && strcmp(arg, "stapsys") != 0 &&
		    strcmp(arg, "stapdev") != 0)
			return fail("unknown privilege level '%s'", arg);
		o->privilege = arg;
	}
	return true;
}

static void set_dump(struct options *o, enum dump_what what)
{
	o->command = COMMAND_DUMP;
	o->dump = what;
}

static bool set_flag(struct options *o, int opt)
{
	switch (opt) {
	case 'g': o->guru = true; return true;
	case 'v': o->verbose++; return true;
	case 'w': o->quiet = true; return true;
	case 'W': o->werror = true; return true;
	case 'u': o->unoptimised = true; return true;
	case OPT_FIX: o->fix = true; return true;
	case OPT_STRICT: o->strict = true; return true;
	case OPT_UNSAFE_FIXES: o->fix = o->unsafe_fixes = true; return true;
	case OPT_LIST_RULES: o->command = COMMAND_LIST_RULES; return true;
	case OPT_NO_CONFIG: o->no_config = true; return true;
	case OPT_SHOW_CONFIG: o->command = COMMAND_SHOW_CONFIG; return true;
	case OPT_EXIT_ZERO: o->exit_zero = true; return true;
	case OPT_QUIET: o->silent = true; return true;
	case OPT_STATS: o->stats = true; return true;
	case OPT_NO_WAIVERS: o->no_waivers = true; return true;
	case OPT_CHECK: o->check = true; return true;
	case OPT_DIFF: o->diff = true; return true;
	case OPT_DRY_RUN: o->dry_run = true; return true;
	case OPT_BPF: o->runtime = "bpf"; return true;
	case OPT_UNPRIVILEGED: o->privilege = "stapusr"; return true;
	case OPT_SUPPRESS: o->suppress_errors = true; return true;
	case OPT_NO_AUTOPRINT: o->no_autoprint = true; return true;
	case OPT_DUMP_TYPES: set_dump(o, DUMP_PROBE_TYPES); return true;
	case OPT_DUMP_ALIASES: set_dump(o, DUMP_PROBE_ALIASES); return true;
	case OPT_DUMP_FUNCTIONS: set_dump(o, DUMP_FUNCTIONS); return true;
	case OPT_NO_CACHE: o->no_cache = true; return true;
	case 'h':
	case OPT_HELP:
		o->about = o->command;
		o->command = COMMAND_HELP;
		return true;
	case 'V':
	case OPT_VERSION: o->command = COMMAND_VERSION; return true;
	case 'k': /* there is no temporary folder to keep */
	case 'P':
	case 'd': /* unwind data and symbols of one more object, for a run */
	case OPT_IGNORED: return true;
	}
	return false;
}

/* "tag,group,all" */
static bool add_rules(struct options *o, struct arena *a, char sign, const char *arg)
{
	for (size_t n; *arg; arg += n + (arg[n] == ',')) {
		n = strcspn(arg, ",");
		const char *word = arena_printf(a, "%c%.*s", sign, (int)n, arg);

		if (!config_is_word(word + 1))
			return fail("no rule and no group of rules is called '%s'; see --list-rules",
				    word + 1);
		vec_push(a, &o->rules, word);
	}
	return true;
}

static bool set_list(struct options *o, struct arena *a, int opt, const char *arg)
{
	switch (opt) {
	case 'E': vec_push(a, &o->extra_scripts, arg); return true;
	case 'I': vec_push(a, &o->folders, arg); return true;
	case 'D': vec_push(a, &o->defines, arg); return true;
	case 'G': vec_push(a, &o->globals, arg); return true;
	case OPT_ENABLE: return add_rules(o, a, '+', arg);
	case OPT_DISABLE: return add_rules(o, a, '-', arg);
	case OPT_CLEAN_CACHE: /* "cache clean" in stap's words */
		o->command = COMMAND_CACHE;
		vec_push(a, &o->files, "clean");
		return true;
	case 'e': o->script = arg; return true;
	case 'r': o->release = arg; return true;
	case 'o': o->output = arg; return true;
	case 'c': o->command_line = arg; return true;
	case 'a': o->arch = arg; return true;
	case OPT_CONFIG: o->config = arg; return true;
	case OPT_BASELINE: o->baseline = arg; return true;
	case OPT_WRITE_BASELINE: o->write_baseline = arg; return true;
	case OPT_NEW_FROM: o->new_from = arg; return true;
	case OPT_TARGET: o->target = arg; return true;
	case OPT_CERTIFICATE: o->certificate = arg; return true;
	case OPT_INPUT: o->input = arg; return true;
	case OPT_RECORD: o->record = arg; return true;
	case OPT_TAPSET: o->tapset = arg; return true;
	case OPT_COMPATIBLE: o->compatible = arg; return true;
	}
	return false;
}

static bool set_option(struct options *o, struct arena *a, int opt, int index, const char *arg)
{
	switch (opt) {
	case 'p':
	case 'j':
	case 'x': return set_number(o, opt, arg);
	case 'l':
	case 'L':
		if (o->list_point)
			return fail("%s", "only one -l or -L");
		o->command = COMMAND_LIST;
		o->list_point = arg;
		o->list_variables = opt == 'L';
		return true;
	case OPT_FORMAT:
	case OPT_DUMP:
	case OPT_RUNTIME:
	case OPT_PRIVILEGE: return set_word(o, opt, arg);
	case OPT_COLOUR: return set_colour(o, arg);
	case OPT_OBLIGATION:
	case OPT_AT:
	case OPT_SEED: return set_replay(o, opt, arg);
	case OPT_UNBUILT: o->unbuilt = arena_printf(a, "--%s", LONG[index].name); return true;
	case '?':
	case ':': fputs("Try 'stapvet --help'.\n", stderr); return false;
	}
	if (set_flag(o, opt) || set_list(o, a, opt, arg))
		return true;
	o->unbuilt = arena_printf(a, "-%c", opt);
	return true;
}

static enum command command_of(const char *word)
{
	static const struct {
		const char *word;
		enum command command;
	} COMMANDS[] = {
		{"check", COMMAND_CHECK},     {"verify", COMMAND_VERIFY}, {"facts", COMMAND_FACTS},
		{"recheck", COMMAND_RECHECK},
		{"explain", COMMAND_EXPLAIN}, {"cache", COMMAND_CACHE},   {"help", COMMAND_HELP},
		{"fmt", COMMAND_FMT},         {"replay", COMMAND_REPLAY},
		{"review", COMMAND_REVIEW},
	};

	for (size_t i = 0; word && i < sizeof COMMANDS / sizeof *COMMANDS; i++)
		if (strcmp(word, COMMANDS[i].word) == 0)
			return COMMANDS[i].command;
	return COMMAND_STAP;
}

/* Has the command scripts as operands, so that what follows `--` is for them? */
static bool takes_scripts(enum command c)
{
	return c == COMMAND_CHECK || c == COMMAND_VERIFY || c == COMMAND_REPLAY ||
	       c == COMMAND_RECHECK;
}

static void take_rest(struct options *o, struct arena *a, int argc, char **argv, int from)
{
	bool stap = o->command == COMMAND_STAP || o->command == COMMAND_LIST ||
		    o->command == COMMAND_DUMP;
	bool script_first = o->command == COMMAND_STAP && !o->script;
	bool scripts = takes_scripts(o->command);

	for (int i = from; i < argc; i++) {
		bool file = !(stap || scripts) || (script_first && i == from);

		if (file)
			vec_push(a, &o->files, argv[i]);
		else
			vec_push(a, &o->args, argv[i]);
		if (scripts)
			o->said = arena_printf(a, "%s argument %zu:%s\n", o->said, strlen(argv[i]),
					       argv[i]);
	}
}

/* A command's operands and options may mix, up to `--`; stap's options end at the script. */
static bool read_words(struct options *o, struct arena *a, int argc, char **argv)
{
	char letters[sizeof SHORT];
	int opt, index = 0;

	memcpy(letters, SHORT, sizeof SHORT);
	if (o->command != COMMAND_STAP)
		letters[0] = '-';
	optind = 1;
	o->said = "";
	while ((opt = getopt_long(argc, argv, letters, LONG, &index)) != -1) {
		if (opt == 1) {
			vec_push(a, &o->files, optarg);
			continue;
		}
		if (!set_option(o, a, opt, index, optarg))
			return false;
		if (opt != 'j')
			o->said = arena_printf(a, "%s%d=%s\n", o->said, opt, optarg ? optarg : "");
	}
	take_rest(o, a, argc, argv, optind);
	return true;
}

/* NAME or NAME=NUMBER_OR_WORD, as it would go into a C text. */
static bool is_define(const char *arg)
{
	static const char word[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789";
	size_t n = strspn(arg, word);

	if (!n || (*arg >= '0' && *arg <= '9'))
		return false;
	if (arg[n] == '=') {
		n++;
		n += arg[n] == '-';
		n += strspn(arg + n, word);
	}
	return !arg[n];
}

static bool defines_sound(const struct options *o)
{
	vec_each(i, &o->defines) {
		if (!is_define(o->defines.v[i]))
			return fail("-D takes NAME or NAME=VALUE, not '%s'", o->defines.v[i]);
	}
	return true;
}

static bool levels_agree(const struct options *o)
{
	if (o->guru && o->privilege && strcmp(o->privilege, "stapdev") != 0)
		return fail("-g and --privilege=%s exclude each other", o->privilege);
	if (o->compatible && strverscmp(o->compatible, OPTIONS_LANGUAGE) > 0)
		return fail(
			"--compatible=%s is newer than the language known here, " OPTIONS_LANGUAGE,
			o->compatible);
	return true;
}

/* What only check can do, and what excludes what. */
static bool check_agrees(const struct options *o)
{
	bool check = o->command == COMMAND_CHECK;

	if (o->form == FORM_HTML && o->command != COMMAND_REVIEW)
		return fail("%s", "html is a format of review");
	if (!check && o->form > FORM_JSON && o->form != FORM_HTML)
		return fail("%s", "gcc, sarif, github, junit and checkstyle are formats of check");
	if (!check &&
	    (o->baseline || o->write_baseline || o->new_from || o->exit_zero || o->silent))
		return fail("%s", "--baseline, --write-baseline, --new-from-rev, --exit-zero and "
				  "--quiet belong to check");
	if (o->new_from && (*o->new_from == '-' || !*o->new_from))
		return fail("--new-from-rev needs a revision, not '%s'", o->new_from);
	if (o->config && o->no_config)
		return fail("%s", "--config and --no-config exclude each other");
	if (o->write_baseline && (o->baseline || o->fix || o->diff))
		return fail("%s", "--write-baseline goes alone: without --baseline, --fix, --diff");
	return true;
}

/* A certificate is of one script. */
static bool certificate_agrees(const struct options *o)
{
	if (o->certificate && o->command != COMMAND_VERIFY)
		return fail("%s", "--certificate goes with verify");
	if (o->certificate && o->files.n + (o->script != NULL) != 1)
		return fail("%s", "--certificate is of one script");
	if (o->command == COMMAND_RECHECK && o->files.n != (o->script ? 1 : 2))
		return fail("%s", "recheck needs a certificate and its script");
	return true;
}

static bool complete(const struct options *o)
{
	bool nothing = !o->script && !o->files.n;

	if (o->command == COMMAND_STAP && nothing && !o->unbuilt)
		return fail("%s", "a script must be specified");
	if ((o->command == COMMAND_CHECK || o->command == COMMAND_VERIFY ||
	     o->command == COMMAND_FMT) &&
	    nothing)
		return fail("nothing to %s: give files, folders or -e SCRIPT",
			    o->command == COMMAND_FMT ? "format" : "check");
	if (o->check && o->command != COMMAND_FMT)
		return fail("%s", "--check belongs to fmt");
	if (o->diff && o->command != COMMAND_FMT && o->command != COMMAND_CHECK)
		return fail("%s", "--diff belongs to fmt and check");
	if (o->command == COMMAND_REPLAY && (o->files.n + (o->script != NULL) != 1))
		return fail("%s", "replay takes one script");
	if (o->command == COMMAND_REVIEW && (o->files.n + (o->script != NULL) != 1))
		return fail("%s", "review takes one script");
	if (o->command == COMMAND_EXPLAIN && !o->files.n)
		return fail("%s",
			    "explain needs a tag, for example: stapvet explain missing-comma");
	return check_agrees(o) && certificate_agrees(o) && levels_agree(o) && defines_sound(o);
}

bool options_read(struct options *o, struct arena *a, int argc, char **argv)
{
	*o = (struct options){.last_pass = 5, .obligation = -1, .colour = on_terminal()};
	o->command = command_of(argv[1]);
	if (o->command != COMMAND_STAP) {
		argv[1] = argv[0];
		argc--;
		argv++;
	}
	return read_words(o, a, argc, argv) && complete(o);
}
