/* The commands: each takes the session and returns the exit status. */
#ifndef DRIVER_COMMAND_H
#define DRIVER_COMMAND_H

#include "driver/compile.h"

enum exit_status stap_run(const struct session *s);
enum exit_status checker_files(const struct session *s);
/* Compiles the script and asks the verifier and every rule that is wanted: all findings, sorted. */
struct compilation *checker_compile(const struct session *s, const char *path);
/* --show-config: what holds for the first operand, or the folder at hand, and who says so. */
enum exit_status configshow_run(const struct session *s);
enum exit_status verify_files(const struct session *s);
enum exit_status certify_recheck(const struct session *s);
/* Writes the certificate of what was proved to path; false after saying why not. */
bool certify_write(const struct compilation *c, const char *path);
enum exit_status rerun_script(const struct session *s);
enum exit_status reviewer_files(const struct session *s);
enum exit_status facts_record(const struct session *s);
enum exit_status formatter_files(const struct session *s);
enum exit_status listing_run(const struct session *s);
enum exit_status dump_run(const struct session *s);
enum exit_status caches_run(const struct session *s);
enum exit_status explain_tags(const struct options *o);
/* Prints every rule, a line each. */
void explain_list(void);

/*
 * Writes text over the file at path, whole or not at all, keeping its mode; what path links to is
 * what is replaced.  False after saying why on standard error.
 */
bool rewrite_file(const char *path, const char *text, size_t len);
/*
 * Applies the fixes of the script at path, round by round until none is left, and writes the file;
 * returns how many were applied.  0, and nothing written, when the result would not parse.
 */
uint32_t rewrite_fixes(const struct session *s, const char *path, enum stage last);
/* The same in memory: the text, in a, to *out if any was applied. */
uint32_t rewrite_text(const struct session *s, const char *path, enum stage last, struct arena *a,
		      struct overlay *out);
/* Shows what --fix would change; STATUS_FINDINGS if it would. */
enum exit_status rewrite_diff(const struct session *s, const char *path);

#endif
