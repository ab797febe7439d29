/*
 * Which functions cannot be probed: kprobes refuse the code that handles them, code marked noinstr,
 * the entry code, and what the kernel lists by name (NOKPROBE_SYMBOL leaves a symbol _kbl_addr_x).
 * Init code is gone when a probe could be set.  A name that several functions have is probeable if
 * one of them is.  That one can be is certain of the kernel image only, where all of the lists are
 * at hand.
 */
#include "target/symimage.h"

#include <string.h>

static const char *class_text(enum symmap_class class, bool module)
{
	switch (class) {
	case SYMMAP_PLAIN: return NULL;
	case SYMMAP_INIT:
		return module ? "it runs only while the module is loaded or removed (.init.text)"
			      : "it is init code, whose memory is freed once the kernel has booted";
	case SYMMAP_KPROBES:
		return "it is part of what handles probes (.kprobes.text), and cannot be probed";
	case SYMMAP_NOINSTR: return "it must not be instrumented (noinstr)";
	case SYMMAP_ENTRY: return "it is entry code (.entry.text), which cannot be probed";
	}
	return NULL;
}

/* The running kernel's own list: "0x…-0x…\tname" a line.  False: it cannot be read. */
static bool in_running_list(struct target *t, const char *function, bool *found)
{
	enum { LONGEST = 4 * 1024 * 1024 };
	struct bytes b = symmap_proc(t, "/sys/kernel/debug/kprobes/blacklist", LONGEST);
	size_t n = strlen(function);

	*found = false;
	for (const char *s = (const char *)b.p, *end = s + b.n; s && s < end;) {
		const char *nl = memchr(s, '\n', (size_t)(end - s)), *stop = nl ? nl : end;
		const char *tab = memchr(s, '\t', (size_t)(stop - s));

		if (tab && (size_t)(stop - tab - 1) == n && !memcmp(tab + 1, function, n))
			*found = true;
		s = stop + 1;
	}
	return b.p != NULL;
}

/* All symbols of the image only where they were read anyway, since BTF did not list the function.
 */
static struct symmap *symbols_of(struct target *t, const char *module, const char *function)
{
	struct symmap *m = symmap_of(t, module, NULL);
	struct target_unit *u = m || module ? NULL : lazy_kernel(t);

	if (m || !u || unit_find(u, UNIT_FUNC, function))
		return m;
	m = symimage_of(t, NULL);
	return m && m->classified ? m : NULL;
}

/*
 * The one function of that name lies in plain code and is not excluded by name: if that is certain,
 * in words, else NULL.  Every kernel with kprobes excludes get_kprobe(), so symbols that have its
 * mark have those of others.
 */
static const char *proof(struct target *t, struct symmap *m, bool running)
{
	const struct symmap_entry *first;

	symmap_expect(m, "_kbl_addr_get_kprobe");
	if (m->module || !m->source ||
	    (!running && !symmap_find(t, m, "_kbl_addr_get_kprobe", &first)))
		return NULL;
	return arena_printf(t->st.arena,
			    "it lies outside of the code that kprobes refuse (entry, noinstr and "
			    "kprobes sections), and is not on %s: %s",
			    running ? "the running kernel's list of exclusions"
				    : "the list NOKPROBE_SYMBOL",
			    m->source);
}

enum answer target_probeable(const struct target *t, const char *module, const char *function,
			     const char **why)
{
	struct target *s = lazy_of(t);
	const char *can = target_config(t, "CONFIG_KPROBES"), *reason = NULL;
	const struct symmap_entry *first;
	const char *excluded;
	struct symmap *m;
	bool listed, running = false;
	uint32_t n;

	*why = NULL;
	if (can && !*can) {
		*why = "the kernel is built without kprobes (CONFIG_KPROBES)";
		return ANSWER_NO;
	}
	if (!module && s->running)
		running = in_running_list(s, function, &listed);
	if (running && listed) {
		*why = "the running kernel's list of what cannot be probed has it";
		return ANSWER_NO;
	}
	m = symbols_of(s, module, function);
	if (!m)
		return ANSWER_UNKNOWN;
	excluded = arena_printf(s->st.arena, "_kbl_addr_%s", function);
	symmap_expect(m, function);
	if (symmap_find(s, m, excluded, &first)) {
		*why = "the kernel's source excludes it from probing (NOKPROBE_SYMBOL)";
		return ANSWER_NO;
	}
	n = symmap_find(s, m, function, &first);
	for (uint32_t i = 0; i < n; i++) {
		reason = class_text((enum symmap_class)first[i].class, module != NULL);
		if (!reason) {
			*why = n == 1 ? proof(s, m, running) : NULL;
			return ANSWER_YES;
		}
	}
	*why = reason;
	if (n == 0)
		return ANSWER_UNKNOWN;
	return module && first->class == SYMMAP_INIT ? ANSWER_YES : ANSWER_NO;
}
