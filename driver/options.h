/* The command line, read once into one structure. */
#ifndef DRIVER_OPTIONS_H
#define DRIVER_OPTIONS_H

#define OPTIONS_VERSION "0.1"
#define OPTIONS_LANGUAGE "5.6" /* the newest version of the language that is known */

#include "base/arena.h"

#include <stdbool.h>

enum command {
	COMMAND_STAP, /* stapvet [options] FILE [ARGS]: as stap */
	COMMAND_CHECK,
	COMMAND_VERIFY,
	COMMAND_RECHECK, /* a certificate, and its script */
	COMMAND_REPLAY,
	COMMAND_REVIEW,
	COMMAND_FACTS,
	COMMAND_FMT,
	COMMAND_EXPLAIN,
	COMMAND_CACHE,
	COMMAND_LIST, /* -l, -L: what a probe point stands for */
	COMMAND_DUMP, /* --dump-...: what the library declares */
	COMMAND_LIST_RULES,
	COMMAND_SHOW_CONFIG, /* --show-config: what holds for a file, and who says so */
	COMMAND_HELP,
	COMMAND_VERSION,
};

enum exit_status {
	STATUS_OK = 0,
	STATUS_FINDINGS = 1,
	STATUS_USAGE = 2,
	STATUS_INPUT = 3,
	STATUS_INTERNAL = 4,
	STATUS_NOT_SHOWN = 5 /* replay: no run that fails was found */
};

enum output_format {
	FORM_TEXT,
	FORM_JSON,
	FORM_GCC,
	FORM_SARIF,
	FORM_GITHUB,
	FORM_JUNIT,
	FORM_CHECKSTYLE,
	FORM_HTML, /* of review */
};

struct words {
	const char **v;
	uint32_t n, cap;
};

struct options {
	enum command command;
	enum command about; /* HELP: of what */
	int last_pass; /* 1..5 */
	bool guru, quiet, werror, unoptimised, json, fix, strict, dry_run, dump_ir, no_autoprint;
	bool unsafe_fixes;
	bool check, diff; /* fmt: only tell; fmt and check: show what would change */
	bool colour;
	const char *said; /* every option as read, one a line, but not how many at a time */
	bool no_config, exit_zero, silent; /* --silent: --quiet */
	enum output_format form;           /* json says whether it is FORM_JSON */
	bool formatted;                    /* --format was given */
	const char *config;                /* --config FILE */
	const char *baseline, *write_baseline, *new_from;
	int verbose;
	const char *script;         /* -e */
	struct words extra_scripts; /* -E */
	struct words
		files; /* check, verify: FILES; stap: the script; facts: modules; explain: tags */
	struct words args;            /* stap: what follows the script; check, verify, replay, recheck: what follows -- */
	struct words folders;         /* -I */
	struct words rules;           /* --enable, --disable: "+word", "-word" */
	struct words defines;         /* -D NAME[=VALUE] */
	struct words globals;         /* -G var=value */
	const char *target, *release; /* --target, -r */
	const char *tapset;           /* --tapset DIR */
	const char *output;           /* -o */
	const char *certificate;      /* --certificate: verify writes it */
	const char *command_line;     /* -c */
	int64_t target_pid;           /* -x */
	const char *runtime;          /* --runtime */
	const char *privilege, *compatible, *arch;
	bool suppress_errors, no_cache, stats, no_waivers;
	int64_t obligation;           /* replay: --obligation, or -1 */
	uint32_t at_line, at_column;  /* --at; 0: not given */
	const char *input, *record;   /* --input, --record */
	int64_t seed;
	const char *list_point; /* -l, -L */
	bool list_variables;
	enum dump_what { DUMP_NOTHING, DUMP_FUNCTIONS, DUMP_PROBE_ALIASES, DUMP_PROBE_TYPES } dump;
	int64_t jobs;        /* -j; 0: as many as pay */
	const char *unbuilt; /* an option that is known but not built; NULL: none */
};

/*
 * Reads argv.  False after printing what is wrong on standard error; what it points into is argv
 * and the arena.
 */
bool options_read(struct options *o, struct arena *a, int argc, char **argv);
#endif
