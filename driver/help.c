/* --help: one page for the whole, one for each command, each fits a screen. */
#include "driver/help.h"

#define LINE(text) text "\n"

static const char WHOLE[] = LINE("usage: stapvet [OPTIONS] FILE | -e SCRIPT | - [ARGS]  as stap: "
				 "check, then run") LINE("       stapvet check   FILES|FOLDERS   "
							 "all findings, one list") LINE(
	"       stapvet verify  FILES|FOLDERS   what is proved, and what is not")
	LINE("       stapvet fmt     FILES|FOLDERS   canonical form") LINE("       stapvet review  "
									   "FILE            may it "
									   "run as root?") LINE(
		"       stapvet replay  FILE            a run that fails where a check may")
		LINE("       stapvet recheck CERTIFICATE FILE  is what verify --certificate wrote "
		     "true") LINE("       stapvet facts   [MODULES]       record a kernel for "
				  "checking elsewhere") LINE("       stapvet explain TAG           "
							     "  what a finding means") LINE(
			"       stapvet cache   [show | clean]  what is kept between runs")
			LINE("'stapvet COMMAND --help' tells its own options.  All that read "
			     "scripts take:") LINE("  -e SCRIPT      the script itself            "
						   "-E SCRIPT  one more script") LINE(
				"  --target WHAT  kernel facts: vmlinux, vmlinuz, BTF, module or "
				"facts file") LINE("  -r RELEASE     facts of an installed kernel  "
						   " -g  guru mode")
				LINE("  -I DIR         one more library folder      -D "
				     "NAME[=VALUE]  a limit") LINE("  --tapset DIR   instead of "
								   "our library; 'system': "
								   "SystemTap's, installed") LINE(
					"Run as stap:  -p N  stop after pass 1, 2 or 5     -w  no "
					"warnings  -v  say more") LINE("  -c CMD  run CMD after "
								       "begin   -x PID  target()  "
								       "-W  warnings are errors")
					LINE("  -G VAR=VALUE  start value     -o FILE  output   -u "
					     " keep unused") LINE(
						"  -l POINT  what a probe point stands for; -L "
						"with variables; --dump-functions,")
						LINE("  --dump-probe-aliases, --dump-probe-types  "
						     "what there is    --list-rules") LINE(
							"  --dry-run  everything but run, and the "
							"plan  --dump ir  the lowered program")
							LINE("  --no-cache  read everything anew   "
							     "          --version");

static const char CHECK[] = LINE("usage: stapvet check [OPTIONS] FILES|FOLDERS|-e SCRIPT|- [-- "
				 "ARGS]") LINE("All findings, one list.  doc/check.md tells more; "
					       "'stapvet --help': other options.") LINE("") LINE(
	"  --format FORM         text, json, gcc, sarif, github, junit or checkstyle")
	LINE("  --color WHEN          --color=auto, always or never; NO_COLOR is heeded") LINE(
		"  --enable, --disable RULES  by tag, group or 'all'; --list-rules lists them")
		LINE("  --strict              only proofs will do") LINE(
			"  --fix                 apply the fixes that are safe; --unsafe-fixes: "
			"all") LINE("  --diff                show what --fix would change, write "
				    "nothing")
			LINE("  --config FILE         instead of the nearest .stapvet.yaml; "
			     "--no-config: none") LINE("  --show-config [FILE]  what is set for a "
						       "file, and who says so") LINE(
				"  --baseline FILE       only what is new since --write-baseline "
				"FILE") LINE("  --new-from-rev REV    only what is on lines that "
					     "changed since that commit")
				LINE("  --no-inline-suppress  '# stapvet: disable=TAG -- reason' "
				     "waives nothing") LINE("  --exit-zero           findings are "
							    "no failure     -w       errors only")
					LINE("  --quiet               the exit status alone       "
					     "--stats  checks kept") LINE(
						"  -j N                  N files at a time         "
						"  -v       all there are")
						LINE("  --no-cache            keep and use no "
						     "results") LINE("") LINE(
							"exits with 0 clean, 1 errors or warnings, "
							"2 usage, 3 unreadable, 4 internal error");

static const char VERIFY[] = LINE(
	"usage: stapvet verify [OPTIONS] FILES|FOLDERS|-e SCRIPT|- [-- ARGS]")
	LINE("What each script owes, and what is proved of it (doc/verification.md).") LINE(
		"") LINE("  --format FORM         text or json")
		LINE("  --strict              whatever is not proved fails, unless waived") LINE(
			"  --stats               checks inserted, proved, waived and kept")
			LINE("  --certificate FILE    write what the verdicts rest on, for recheck")
				LINE("  --no-inline-suppress  comments in scripts waive nothing")
					LINE("  --config FILE, --no-config   as for check") LINE(
						"  -v                    also what is proved     "
						"-j N  N files at a time") LINE("")
						LINE("exits with 0; 1 refuted (--strict: not "
						     "proved), 2 usage, 3 unreadable, 4 internal");

static const char FMT[] = LINE("usage: stapvet fmt [--check | --diff] FILES|FOLDERS|-|-e SCRIPT")
	LINE("Writes scripts in canonical form, in place; '-' and -e: to standard output.") LINE("")
		LINE("  --check  only say which are not     --diff  show what would change")
			LINE("") LINE("exits with 0; 1 wrong script, or not in form under --check "
				      "and --diff; 2, 3, 4");

static const char REPLAY[] = LINE("usage: stapvet replay [OPTIONS] FILE | -e SCRIPT")
	LINE("A run that fails where a check may, line by line.") LINE("") LINE(
		"  --obligation=N, --at=LINE[:COLUMN]  what shall fail; else all that are refuted")
		LINE("  --record=FILE, --input=FILE         write the inputs found, run them again")
			LINE("  --seed=N                            where to begin to look")
				LINE("  --format=json") LINE("")
					LINE("exits with 0 when all asked for is shown, 5 when no "
					     "run that fails was found");

static const char REVIEW[] =
	LINE("usage: stapvet review [--format html|text|json] [-o FILE] FILE | -e SCRIPT") LINE(
		"One page for who must say whether the script may run as root (doc/review.md).");

static const char RECHECK[] = LINE("usage: stapvet recheck CERTIFICATE FILE | -e SCRIPT")
	LINE("Is what 'verify --certificate CERTIFICATE' wrote true of the script?");

static const char FACTS[] =
	LINE("usage: stapvet facts [--target WHAT | -r RELEASE] [-o FILE] [MODULES]")
		LINE("Records what a kernel has, and these modules, for checking elsewhere: "
		     "--target FILE.");

static const char EXPLAIN[] = LINE("usage: stapvet explain TAG...") LINE(
	"What a finding or an obligation means, and how to mend it; --list-rules lists rules.");

static const char CACHE[] = LINE("usage: stapvet cache [show | clean]")
	LINE("What is kept between runs, below $XDG_CACHE_HOME/stapvet; clean forgets it.");

const char *help_page(enum command of)
{
	switch (of) {
	case COMMAND_CHECK:
	case COMMAND_SHOW_CONFIG: return CHECK;
	case COMMAND_VERIFY: return VERIFY;
	case COMMAND_RECHECK: return RECHECK;
	case COMMAND_REPLAY: return REPLAY;
	case COMMAND_FACTS: return FACTS;
	case COMMAND_FMT: return FMT;
	case COMMAND_REVIEW: return REVIEW;
	case COMMAND_EXPLAIN: return EXPLAIN;
	case COMMAND_CACHE: return CACHE;
	case COMMAND_STAP:
	case COMMAND_LIST:
	case COMMAND_DUMP:
	case COMMAND_LIST_RULES:
	case COMMAND_HELP:
	case COMMAND_VERSION: break;
	}
	return WHOLE;
}
