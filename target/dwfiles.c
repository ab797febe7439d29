/*
 * What an entry declares its file to be is a number in the unit's line table, whose header lists
 * the files before the rows.  Reading the headers costs a tenth of reading the entries.  A unit
 * that is damaged is taken for one that fits, so that its reader counts it.
 */
#include "target/dwfiles.h"
#include "target/dwline.h"

enum { UNITS_AN_ARENA = 64 };

static bool has_file(const struct dwunit *u, bool (*fits)(const char *data, const char *path),
		     const char *data, struct arena *a)
{
	struct dwline l;

	if (!dwline_open(&l, u, a))
		return false;
	for (uint32_t i = l.first; i < l.files.n; i++) {
		const char *path = dwline_path(&l, i, a);

		if (path && fits(data, path))
			return true;
	}
	return false;
}

bool dwfiles_find(const struct dwsections *dw, bool (*fits)(const char *data, const char *path),
		  const char *data, struct arena *a, struct dwscan_hits *out)
{
	struct dwabbrevs abbrevs = {.arena = a};
	struct arena *scratch = NULL;
	struct dwunit u;
	struct dwread r;
	uint64_t at = 0;
	uint32_t units = 0, before = out->n;
	bool damaged = false;

	if (dwunit_cross(dw))
		return false;
	for (; dwunit_next(dw, &abbrevs, &at, &u, &damaged); units++) {
		if (units % UNITS_AN_ARENA == 0) {
			arena_free(scratch);
			scratch = arena_scratch(a);
		}
		if (!dwunit_abbrevs(&u, NULL) || !dwunit_root(&u, &r) ||
		    has_file(&u, fits, data, scratch))
			vec_push(a, out, u.at);
	}
	arena_free(scratch);
	return !damaged && out->n - before <= units / 2;
}
