/*
 * Attachments.  That a probe point exists, and what can be read there, was
 * looked up in the target's facts by the rooms above; here their answers become
 * verdicts, and "not known" stays unknown.  The kernel has the last word on
 * what may be probed; the patterns below are what it is known to refuse.
 */
#include "verifier/attachment.h"
#include "base/text.h"
#include "target/target.h"

#include <string.h>

struct refusal {
	const char *pattern, *fact;
};

/* x86 and generic entry code of kernels with noinstr sections (5.8 and later), and kprobes' own. */
static const struct refusal refusals[] = {
	{"asm_exc_*",
	 "exception entry stubs lie in the section .entry.text, where the kernel allows no probe"},
	{"asm_sysvec_*",
	 "interrupt entry stubs lie in the section .entry.text, where the kernel allows no probe"},
	{"exc_*", "exception handlers are marked noinstr, and the kernel refuses to probe those"},
	{"sysvec_*", "interrupt vectors are marked noinstr, and the kernel refuses to probe those"},
	{"entry_SYSCALL_64*",
	 "system call entry lies in the section .entry.text, where the kernel allows no probe"},
	{"do_syscall_64", "it is marked noinstr, and the kernel refuses to probe such functions"},
	{"irqentry_enter", "it is marked noinstr, and the kernel refuses to probe such functions"},
	{"irqentry_exit", "it is marked noinstr, and the kernel refuses to probe such functions"},
	{"irqentry_nmi_*", "it is marked noinstr, and the kernel refuses to probe such functions"},
	{"notify_die",
	 "it is on the kernel's list NOKPROBE_SYMBOL, because probes themselves run it"},
	{"atomic_notifier_call_chain",
	 "it is on the kernel's list NOKPROBE_SYMBOL, because probes themselves run it"},
	{"get_kprobe",
	 "it is on the kernel's list NOKPROBE_SYMBOL, because probes themselves run it"},
	{"kprobe_int3_handler",
	 "it is on the kernel's list NOKPROBE_SYMBOL, because probes themselves run it"},
};

static bool in_session(const struct ir_attach *at)
{
	return at->when != WHEN_KERNEL;
}

/* Of a process, not of the kernel: what the kernel refuses to probe in itself is no matter. */
static bool in_program(const struct ir_attach *at)
{
	return at->family &&
	       (strncmp(at->family, "process", 7) == 0 || strcmp(at->family, "procfs") == 0);
}

struct verdict attachment_exists(struct arena *a, const struct ir_attach *at)
{
	const char *text = at->text ? at->text : "the probe point";

	if (in_session(at))
		return verdict_make(VERDICT_PROVED, "it belongs to the session itself");
	if (at->exists == ANSWER_YES && !at->trust_reason)
		return verdict_make(VERDICT_PROVED,
				    at->evidence ? at->evidence : "the target has it");
	if (at->exists == ANSWER_NO)
		return verdict_make(VERDICT_REFUTED,
				    at->evidence
					    ? at->evidence
					    : arena_printf(a, "%s is not in the target", text));
	if (at->trust_reason)
		return verdict_make(VERDICT_ASSUMED, at->trust_reason);
	if (at->optional)
		return verdict_make(VERDICT_GUARDED,
				    "it is not known whether the point exists; it is optional, so "
				    "it is left out where it does not");
	if (at->evidence)
		return verdict_make(VERDICT_UNKNOWN, at->evidence);
	return verdict_make(
		VERDICT_UNKNOWN,
		"no facts about the target tell whether the point exists; give --target");
}

struct verdict attachment_permitted(struct arena *a, const struct ir_attach *at)
{
	if (in_session(at))
		return verdict_make(VERDICT_PROVED, "it needs no permission of the kernel");
	if (at->family && strcmp(at->family, "procfs") == 0)
		return verdict_make(VERDICT_PROVED, "the session makes the file itself");
	if (in_program(at))
		return verdict_make(VERDICT_GUARDED,
				    "the kernel decides when the program is loaded: a point that "
				    "it refuses is skipped with a warning");
	if (at->refusal)
		return verdict_make(VERDICT_REFUTED,
				    arena_printf(a, "%s: %s",
						 at->function ? at->function : at->text,
						 at->refusal));
	for (size_t i = 0; at->function && i < sizeof refusals / sizeof refusals[0]; i++)
		if (text_glob(refusals[i].pattern, at->function))
			return verdict_make(VERDICT_REFUTED, arena_printf(a, "%s: %s", at->function,
									  refusals[i].fact));
	if (at->permission)
		return verdict_make(VERDICT_PROVED, at->permission);
	return verdict_make(
		VERDICT_GUARDED,
		"the kernel decides at registration: a point it refuses is skipped with a "
		"warning");
}

static bool runs_for(const struct effects *e, const struct ir_attach *at, uint32_t func)
{
	/* a function runs for a probe if the probe's handler reaches it; contexts are joined upward
	 */
	return at->handler == func || e->contexts[func] & 1u << at->context;
}

struct verdict attachment_variable(struct arena *a, const struct ir_program *p,
				   const struct effects *e, uint32_t func, const struct ir_inst *in)
{
	bool handler = p->funcs.v[func].kind == IR_HANDLER;

	vec_each(i, &p->attaches) {
		const struct ir_attach *at = &p->attaches.v[i];

		if (handler ? at->handler != func : !runs_for(e, at, func))
			continue;
		if (at->exists != ANSWER_YES)
			return verdict_make(VERDICT_UNKNOWN,
					    arena_printf(a,
							 "no facts about the target tell whether "
							 "%s can be read at %s; "
							 "give --target",
							 in->str ? in->str : "the variable",
							 at->text ? at->text : "the probe point"));
	}
	return verdict_make(VERDICT_PROVED, "the target's facts describe it");
}

struct verdict attachment_context(struct arena *a, const struct effects *e, uint32_t func,
				  const struct ir_inst *in)
{
	const struct intrinsic_info *info = ir_intrinsic((enum intrinsic)in->imm);
	unsigned session = 1u << IRCTX_SESSION | 1u << IRCTX_TIMER;

	if (!info->kernel_only)
		return verdict_make(VERDICT_PROVED, "it may be called anywhere");
	if (!(e->contexts[func] & session))
		return verdict_make(VERDICT_PROVED,
				    "every probe that reaches it runs in the kernel");
	return verdict_make(
		VERDICT_ASSUMED,
		arena_printf(a,
			     "%s() needs a run-time in the kernel: it is reached from a begin, end "
			     "or timer "
			     "probe, which the user-space run-time refuses to run with it",
			     info->name));
}
