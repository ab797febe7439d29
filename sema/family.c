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
	static const struct family_group *const groups[] = {
		&family_session,    &family_timer,   &family_function, &family_netfilter,
		&family_tracepoint, &family_process, &family_program,  &family_mark,
		&family_procfs,     &family_data,    &family_perf,     &family_statement,
		&family_kprobe,     &family_udata,
	};

	_Static_assert(sizeof groups / sizeof *groups == FAMILY_GROUPS, "an entry for each");
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
	case FAMILY_STATEMENT: return &family_statement;
	case FAMILY_KPROBE: return &family_kprobe;
	case FAMILY_DATA: return &family_data;
	case FAMILY_PERF: return &family_perf;
	case FAMILY_NETFILTER: return &family_netfilter;
	case FAMILY_TRACEPOINT: return &family_tracepoint;
	case FAMILY_PROCESS:
	case FAMILY_SYSCALL: return &family_process;
	case FAMILY_PROGRAM: return &family_program;
	case FAMILY_MARK:
	case FAMILY_PLT: return &family_mark;
	case FAMILY_UDATA: return &family_udata;
	case FAMILY_PROCFS: return &family_procfs;
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

const char *family_absent(const struct probe_point *p, const char **instead)
{
	static const struct {
		const char *name, *instead;
	} absent[] = {
		{"java", "HotSpot has marks: process(\"/PATH/libjvm.so\").mark(\"method__entry\")"},
		{"python2", "CPython has marks: process(\"PYTHON\").mark(\"function__entry\")"},
		{"python3", "CPython has marks: process(\"PYTHON\").mark(\"function__entry\")"},
		{"debuginfod", "name the file itself: process(\"PATH\")"},
		{"lsm", "probe the kernel's function: kernel.function(\"security_HOOK\")"},
		{"kernel.lsm", "probe the kernel's function: kernel.function(\"security_HOOK\")"},
		{"kernel.mark",
		 "kernels since 2.6.32 have tracepoints instead: kernel.trace(\"NAME\")"},
	};

	*instead = NULL;
	for (size_t i = 0; i < sizeof absent / sizeof *absent; i++) {
		if (!starts(p, absent[i].name))
			continue;
		*instead = absent[i].instead;
		return absent[i].name;
	}
	return NULL;
}

bool family_allowed(const char *shape, const char *privilege)
{
	/* what shows a user nothing but their own processes */
	static const char *const own[] = {"begin", "end",     "error",     "never",
					  "timer", "process", "python2",   "python3",
					  "java",  "oneshot", "debuginfod"};
	size_t first = strcspn(shape, ".(");

	if (!privilege || strcmp(privilege, "stapusr") != 0)
		return true;
	if (strncmp(shape, "timer.profile", 13) == 0 || strstr(shape, ".insn"))
		return false;
	for (size_t i = 0; i < sizeof own / sizeof *own; i++)
		if (strlen(own[i]) == first && strncmp(shape, own[i], first) == 0)
			return true;
	return false;
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
