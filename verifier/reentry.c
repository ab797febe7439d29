/*
 * Re-entry: may a probe fire inside its own handler?  Handlers run with
 * preemption and, in a module, interrupts off, so only what the run-time itself
 * calls in the kernel can hit a probe again.  Those calls are listed here by
 * what they are for.  A per-CPU counter skips a hit inside a handler and counts
 * it, so nothing breaks: samples are missing.
 */
#include "verifier/advice.h"
#include "base/text.h"

#include <string.h>

static const struct {
	const char *pattern, *use;
} USED[] = {
	{"_raw_spin_*", "locks"},
	{"_raw_read_*", "locks"},
	{"_raw_write_*", "locks"},
	{"queued_*_lock_slowpath", "locks"},
	{"native_queued_spin_lock_slowpath", "locks"},
	{"copy_from_kernel_nofault*", "reads of memory"},
	{"copy_from_user_nofault*", "reads of memory"},
	{"strncpy_from_*_nofault", "reads of memory"},
	{"__copy_user_*", "reads of memory"},
	{"copy_user_generic*", "reads of memory"},
	{"__access_ok*", "reads of memory"},
	{"ktime_get*", "time"},
	{"sched_clock*", "time"},
	{"local_clock*", "time"},
	{"read_tsc", "time"},
	{"relay_*", "output"},
	{"ring_buffer_*", "output"},
	{"__wake_up*", "output"},
	{"irq_work_*", "output"},
	{"vprintk*", "messages"},
	{"_printk", "messages"},
	{"printk", "messages"},
	{"bpf_*", "maps and output under BPF"},
	{"__bpf_*", "maps and output under BPF"},
	{"htab_*", "maps under BPF"},
	{"__htab_*", "maps under BPF"},
	{"array_map_*", "maps under BPF"},
	{"pcpu_freelist_*", "maps under BPF"},
	{"kprobe_*", "probes themselves"},
	{"kretprobe_*", "probes themselves"},
	{"rethook_*", "probes themselves"},
	{"ftrace_*", "probes themselves"},
	{"trace_call_bpf", "probes themselves"},
	{"get_random_*", "random numbers"},
	{"prandom_*", "random numbers"},
	{"memcpy", "copies"},
	{"memset", "copies"},
	{"strlen", "strings"},
	{"strlcpy", "strings"},
	{"vsnprintf", "formatting"},
	{"kallsyms_lookup*", "symbols"},
	{"contention_*", "locks"},
	{"lock_acquire", "locks"},
	{"lock_release", "locks"},
};

struct verdict reentry_verdict(struct arena *a, const struct ir_attach *at)
{
	if (at->when != WHEN_KERNEL)
		return verdict_make(VERDICT_PROVED, "the session calls it between other handlers");
	if (at->family && (!strncmp(at->family, "process", 7) || !strcmp(at->family, "procfs")))
		return verdict_make(VERDICT_PROVED,
				    "the handler runs in the kernel and executes nothing of the "
				    "program");
	for (size_t i = 0; at->function && i < sizeof USED / sizeof *USED; i++)
		if (text_glob(USED[i].pattern, at->function))
			return verdict_make(
				VERDICT_GUARDED,
				arena_printf(a,
					     "the run-time itself may run %s for its %s; "
					     "a hit inside a handler is skipped and "
					     "counted",
					     at->function, USED[i].use));
	if (at->function)
		return verdict_make(VERDICT_ASSUMED,
				    arena_printf(a,
						 "%s is not among the functions that the run-times "
						 "are known to call",
						 at->function));
	return verdict_make(VERDICT_ASSUMED,
			    "the run-times are not known to pass the point themselves");
}
