/* What the targets over facts share: a folder for the input, made once, and every question asked.
 */
#ifndef TESTSUITE_FUZZ_FACTS_H
#define TESTSUITE_FUZZ_FACTS_H

#include "testsuite/fuzz/fuzz.h"
#include "testsuite/target/fixture.h"

static struct fixture facts;

static inline void facts_clean(void)
{
	char command[128];

	snprintf(command, sizeof command, "rm -rf '%s'", facts.dir);
	if (system(command) != 0)
		fprintf(stderr, "%s stays\n", facts.dir);
}

/* True the first time, when the folder was made. */
static inline bool facts_start(void)
{
	if (facts.a)
		return false;
	fixture_start(&facts);
	atexit(facts_clean);
	return true;
}

/* Puts the input where `asked` will lead to, and asks. */
static inline void facts_ask(const char *name, const uint8_t *data, size_t size, const char *asked)
{
	struct fixture f = facts;

	put_file(&f, name, (struct blob){(unsigned char *)(uintptr_t)data, size});
	f.a = arena_new(0, NULL);
	f.ds = diags_new(f.a, sources_new(f.a));
	const struct target *t = open_target(&f, in_dir(&f, asked));

	if (t)
		ask_all(&f, t);
	else if (!f.ds->errors)
		fuzz_finding("refused without a word");
	target_close(t);
	arena_free(f.a);
}

#endif
