/* The commands: each takes the session and returns the exit status. */
#ifndef DRIVER_COMMAND_H
#define DRIVER_COMMAND_H

#include "driver/compile.h"

enum exit_status stap_run(const struct session *s);
enum exit_status checker_files(const struct session *s);
enum exit_status verify_files(const struct session *s);
enum exit_status facts_record(const struct session *s);
enum exit_status formatter_files(const struct session *s);
enum exit_status listing_run(const struct session *s);
enum exit_status dump_run(const struct session *s);
enum exit_status caches_run(const struct session *s);
enum exit_status explain_tags(const struct options *o);

/*
 * Writes text over the file at path, whole or not at all, keeping its mode; what path links to is
 * what is replaced.  False after saying why on standard error.
 */
bool rewrite_file(const char *path, const char *text, size_t len);
/*
 * Applies the fixes of the script at path until none is left (at most a few rounds); returns how
 * many were applied.
 */
uint32_t rewrite_fixes(const struct session *s, const char *path, enum stage last);

#endif
