/* Where an installed kernel keeps its files. */
#ifndef TARGET_PLACE_H
#define TARGET_PLACE_H

#include "base/arena.h"

#include <stdbool.h>

/* Can the text be a release ("6.1.0-9-amd64"), and hence part of a path. */
bool place_is_release(const char *s);
/* The first word of s[0..n), if it can be a release; else NULL. */
const char *place_release_word(const char *s, size_t n, struct arena *a);
/* The running kernel's release and machine. */
const char *place_running_release(struct arena *a);
const char *place_running_machine(struct arena *a);
/* Is path one of the running kernel's own, under /sys/kernel/btf. */
bool place_is_running(struct arena *a, const char *path);
/*
 * The root ("" for /) of the installation that path belongs to: …/boot/x, …/lib/modules/REL/x,
 * …/usr/lib/debug/boot/x.  NULL when path is in no such place.
 */
const char *place_root(struct arena *a, const char *path);
/* The folder of path, "." at least. */
const char *place_folder(struct arena *a, const char *path);
/* A readable kernel image of that release under root; NULL when there is none. */
const char *place_kernel(struct arena *a, const char *root, const char *release);
/* Its configuration; NULL when there is none. */
const char *place_config(struct arena *a, const char *root, const char *release);
/*
 * The file that path names inside root ("" for /), with links followed there; NULL when there is
 * none.
 */
const char *place_inside(struct arena *a, const char *root, const char *path);
/* Its folder of modules, which must not lead out of root by a link; NULL when there is none. */
const char *place_modules(struct arena *a, const char *root, const char *release);

enum { PLACE_HEADERS = 4 };
/* The folders, there or not, that may hold the headers installed for it, root first. */
void place_headers(struct arena *a, const char *root, const char *release,
		   const char *folders[PLACE_HEADERS]);

#endif
