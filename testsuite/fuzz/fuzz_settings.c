/* A .stapvet.yaml: whatever it is, it is read or refused with a place in it. */
#include "base/bug.h"
#include "lint/config.h"
#include "testsuite/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new(0, NULL);
	struct yaml_error e;
	struct config *c = config_read(a, "dir/.stapvet.yaml", (const char *)data, size, &e);
	struct config_levels levels = {0};

	if ((c == NULL) != (e.why != NULL) || (e.why && (!e.line || !e.column)))
		abort();
	if (c) {
		vec_push(a, &levels, &c->rules);
		for (int tag = 0; tag < DIAG_COUNT; tag++) {
			config_wanted(&levels, (enum diag_tag)tag, true);
			config_severity(&levels, (enum diag_tag)tag, SEV_NOTE);
		}
		for (int o = 0; o < LINT_OPTIONS; o++)
			if (config_option(&levels, (enum lint_option)o) < 1)
				abort();
		vec_each(i, &c->overrides)
			config_matches(&c->overrides.v[i], "old/x.stp");
	}
	arena_free(a);
	return 0;
}
