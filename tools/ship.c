/*
 * ship FOLDER FILE: writes the index of the library in the folder that is installed beside it
 * (sema/libindex.c).
 */
#include "sema/sema.h"

#include <stdio.h>

int main(int argc, char **argv)
{
	struct arena *a = arena_new(0, NULL);
	struct sources *sources = sources_new(a);
	struct map macros = {.arena = a};
	struct parse_input in = {.arena = a,
				 .names = intern_new(a),
				 .sources = sources,
				 .diags = diags_new(a, sources),
				 .macros = &macros};
	FILE *out = argc == 3 ? fopen(argv[2], "wb") : NULL;

	if (!out) {
		fprintf(stderr, "usage: ship FOLDER FILE\n");
		return 2;
	}
	const char *folder = argv[1];
	bool good = library_ship(library_open(&in, &folder, 1), out);

	if (fclose(out) != 0 || !good) {
		fprintf(stderr, "ship: cannot index %s\n", folder);
		remove(argv[2]);
		return 1;
	}
	arena_free(a);
	return 0;
}
