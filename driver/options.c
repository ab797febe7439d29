/*
 * Options, from one table.  stap's own spelling is kept for all it has; what
 * stapvet does not do yet is recognised and refused by name, never ignored.
 */
#include "driver/options.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	OPT_TARGET = 256,
	OPT_TAPSET,
	OPT_FORMAT,
	OPT_FIX,
	OPT_STRICT,
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
	{"fix", no_argument, NULL, OPT_FIX},
	{"strict", no_argument, NULL, OPT_STRICT},
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
	/* these change only how fast or how colourful stap is */
	{"vp", required_argument, NULL, OPT_IGNORED},
	{"color", optional_argument, NULL, OPT_IGNORED},
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

static bool set_word(struct options *o, int opt, const char *arg)
{
	if (opt == OPT_FORMAT) {
		if (strcmp(arg, "text") != 0 && strcmp(arg, "json") != 0)
			return fail("--format is text or json, not '%s'", arg);
		o->json = strcmp(arg, "json") == 0;
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
	case OPT_HELP: o->command = COMMAND_HELP; return true;
	case 'V':
	case OPT_VERSION: o->command = COMMAND_VERSION; return true;
	case 'k': /* there is no temporary folder to keep */
	case 'P':
	case 'd': /* unwind data and symbols of one more object, for a run */
	case OPT_IGNORED: return true;
	}
	return false;
}

static bool set_list(struct options *o, struct arena *a, int opt, const char *arg)
{
	switch (opt) {
	case 'E': vec_push(a, &o->extra_scripts, arg); return true;
	case 'I': vec_push(a, &o->folders, arg); return true;
	case 'D': vec_push(a, &o->defines, arg); return true;
	case 'G': vec_push(a, &o->globals, arg); return true;
	case OPT_CLEAN_CACHE: /* "cache clean" in stap's words */
		o->command = COMMAND_CACHE;
		vec_push(a, &o->files, "clean");
		return true;
	case 'e': o->script = arg; return true;
	case 'r': o->release = arg; return true;
	case 'o': o->output = arg; return true;
	case 'c': o->command_line = arg; return true;
	case 'a': o->arch = arg; return true;
	case OPT_TARGET: o->target = arg; return true;
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
		{"explain", COMMAND_EXPLAIN}, {"cache", COMMAND_CACHE},   {"help", COMMAND_HELP},
		{"fmt", COMMAND_FMT},
	};

	for (size_t i = 0; word && i < sizeof COMMANDS / sizeof *COMMANDS; i++)
		if (strcmp(word, COMMANDS[i].word) == 0)
			return COMMANDS[i].command;
	return COMMAND_STAP;
}

static void take_rest(struct options *o, struct arena *a, int argc, char **argv, int from)
{
	bool stap = o->command == COMMAND_STAP || o->command == COMMAND_LIST ||
		    o->command == COMMAND_DUMP;
	bool script_first = o->command == COMMAND_STAP && !o->script;

	for (int i = from; i < argc; i++) {
		bool file = !stap || (script_first && i == from);

		if (file)
			vec_push(a, &o->files, argv[i]);
		else
			vec_push(a, &o->args, argv[i]);
	}
}

/* A command's operands and options may mix; stap's options end at the script. */
static bool read_words(struct options *o, struct arena *a, int argc, char **argv)
{
	const char *letters = o->command == COMMAND_STAP ? SHORT : SHORT + 1;
	int opt, index = 0;

	optind = 1;
	while ((opt = getopt_long(argc, argv, letters, LONG, &index)) != -1)
		if (!set_option(o, a, opt, index, optarg))
			return false;
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
	if ((o->check || o->diff) && o->command != COMMAND_FMT)
		return fail("%s", "--check and --diff belong to fmt");
	if (o->command == COMMAND_EXPLAIN && !o->files.n)
		return fail("%s",
			    "explain needs a tag, for example: stapvet explain missing-comma");
	return levels_agree(o) && defines_sound(o);
}

bool options_read(struct options *o, struct arena *a, int argc, char **argv)
{
	*o = (struct options){.last_pass = 5};
	o->command = command_of(argv[1]);
	if (o->command != COMMAND_STAP) {
		argv[1] = argv[0];
		argc--;
		argv++;
	}
	return read_words(o, a, argc, argv) && complete(o);
}

const char *options_help(void)
{
	return "usage: stapvet [OPTIONS] FILE | -e SCRIPT | - [ARGS]   as stap: check, then run\n"
	       "       stapvet check  [OPTIONS] FILES|FOLDERS|-e SCRIPT  all findings, one list\n"
	       "       stapvet verify [OPTIONS] FILES|FOLDERS|-e SCRIPT  what is proved, and what "
	       "is not\n"
	       "       stapvet fmt    [--check|--diff] FILES|FOLDERS|-|-e SCRIPT  canonical form\n"
	       "       stapvet facts  [--target WHAT | -r RELEASE] [-o FILE] [MODULES]  record a "
	       "kernel\n"
	       "       stapvet explain TAG                        what a finding means\n"
	       "       stapvet cache [show | clean]               what is kept between runs\n"
	       "\n"
	       "  -p N            stop after pass 1 (parse), 2 (elaborate), 5 (run)\n"
	       "  -e SCRIPT       the script itself          -E SCRIPT  one more script\n"
	       "  --target WHAT   kernel facts: vmlinux, vmlinuz, BTF, module or facts file\n"
	       "  -r RELEASE      facts of an installed kernel\n"
	       "  -I DIR          one more library folder    --tapset DIR  instead of ours;\n"
	       "                                             --tapset system  SystemTap's, "
	       "installed\n"
	       "  -g              guru mode                  -D NAME[=VALUE]  a limit, e.g. "
	       "MAXACTION=5000\n"
	       "  -G VAR=VALUE    start value of a global    -o FILE  output goes there\n"
	       "  -c CMD          run CMD after begin        -x PID  target()\n"
	       "  -w / -W         no warnings / warnings are errors    -v  say more    -u  keep "
	       "unused\n"
	       "  --format text|json      --fix  apply the fixes      --strict  only proofs will "
	       "do\n"
	       "  -l POINT        the probe points it stands for, one a line; -L also their "
	       "variables\n"
	       "  --dump-functions, --dump-probe-aliases, --dump-probe-types   what there is\n"
	       "  -j N            check and verify: N files at a time\n"
	       "  --no-cache      read everything anew, keep nothing\n"
	       "  --dry-run       everything but run, and the plan    --dump ir  the lowered "
	       "program\n"
	       "\n"
	       "check exits with 0 clean, 1 findings, 2 usage, 3 unreadable input, 4 internal "
	       "error.\n";
}
