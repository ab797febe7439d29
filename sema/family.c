/*
 * The table of probe families, and the names of those that SystemTap knows but
 * that are not supported yet: such a point is refused by name, never taken for
 * a misspelling.
 */
#include "sema/family.h"

#include "base/bug.h"

#include <string.h>

const struct family_group *family_at(uint32_t i)
{
	static const struct family_group *const groups[FAMILY_GROUPS] = {
		&family_session,   &family_timer,      &family_function,
		&family_netfilter, &family_tracepoint,
	};

	return groups[i];
}

const struct family_group *family_of(enum family f)
{
	switch (f) {
	case FAMILY_BEGIN:
	case FAMILY_END:
	case FAMILY_ERROR:
	case FAMILY_NEVER: return &family_session;
	case FAMILY_TIMER:
	case FAMILY_PROFILE: return &family_timer;
	case FAMILY_FUNCTION: return &family_function;
	case FAMILY_NETFILTER: return &family_netfilter;
	case FAMILY_TRACEPOINT: return &family_tracepoint;
	case FAMILY_COUNT: break;
	}
	bug("no such family %d", f);
}

const char *family_word(enum family f)
{
	static const char *const words[] = {
#define FAMILY(id, word) [FAMILY_##id] = word,
#include "sema/family.def"
#undef FAMILY
	};

	return words[f];
}

/* Is the dotted name that of the point's first words? */
static bool starts(const struct probe_point *p, const char *dotted)
{
	for (uint32_t i = 0; i < p->nparts; i++) {
		size_t len = strcspn(dotted, ".");

		if (strlen(p->parts[i].name) != len || memcmp(p->parts[i].name, dotted, len) != 0)
			return false;
		if (!dotted[len])
			return true;
		dotted += len + 1;
	}
	return false;
}

const char *family_absent(const struct probe_point *p)
{
	static const char *const names[] = {
		"process",
		"perf",
		"procfs",
		"java",
		"python2",
		"python3",
		"debuginfod",
		"lsm",
		"kprobe.statement",
		"kprobe.module",
		"kernel.statement",
		"kernel.data",
		"kernel.mark",
		"kernel.lsm",
		"kernel.tracepoint",
		"module.statement",
		"module.tracepoint",
	};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (starts(p, names[i]))
			return names[i];
	return NULL;
}

bool family_no_variable(const struct scope *sc, const char *name, struct access *out)
{
	(void)sc, (void)name, (void)out;
	return false;
}

const char *family_no_variable_at(const struct scope *sc, uint32_t i)
{
	(void)sc, (void)i;
	return NULL;
}
