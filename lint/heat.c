/*
 * How often the handlers of a probe point run, judged by its name: counts on real machines differ
 * by orders of magnitude, but schedulers, allocators and locks are busy on all of them.
 */
#include "lint/rule.h"
#include "base/text.h"

#include <string.h>

static const char *const HOT_FUNCTIONS[] = {"*",
					    "schedule",
					    "__schedule*",
					    "try_to_wake_up*",
					    "*kmalloc*",
					    "kfree*",
					    "kmem_cache_*",
					    "*spin_*lock*",
					    "mutex_*lock*",
					    "*rcu_read*",
					    "handle_mm_fault",
					    "*page_fault*",
					    "do_syscall_64",
					    "vfs_read*",
					    "vfs_write*",
					    "*timer_interrupt*",
					    "update_process_times",
					    "tick_*",
					    "irq_enter*",
					    "irq_exit*",
					    "__alloc_pages*",
					    "copy_*_user*",
					    "memcpy",
					    "fget*",
					    "fput*",
					    "dput*",
					    "path_*",
					    "lookup_fast",
					    "pick_next_task*",
					    "update_curr*",
					    "net_rx_action",
					    "__netif_receive_skb*",
					    "ip_rcv*",
					    "tcp_v4_rcv*",
					    "*xmit*",
					    "*softirq*",
					    "hrtimer_*",
					    "ktime_get*",
					    NULL};
static const char *const HOT_TRACEPOINTS[] = {
	"*",           "sched_switch", "sched_wak*", "sched_stat*",  "kmalloc*",
	"kfree*",      "kmem_cache*",  "mm_page_*",  "irq_*",        "softirq_*",
	"timer_*",     "hrtimer_*",    "sys_*",      "lock_*",       "rcu_*",
	"page_fault*", "writeback_*",  "*:*",        "contention_*", "local_timer*",
	"cpu_idle",    "net_dev_*",    "netif_*",    "napi_*",       NULL};
static const char *const HOT_CALLS[] = {
	"*",     "read*", "write*",  "futex*",        "poll*",  "select*", "epoll*",
	"recv*", "send*", "clock_*", "gettimeofday*", "lseek*", "stat*",   "newfstat*",
	"mmap*", "any*",  NULL};
static const char *const HOT_ALIASES[] = {
	"scheduler", "vm",  "irq", "softirq",   "netdev", "netfilter",      "ip",
	"tcp",       "udp", "vfs", "workqueue", "perf",   "nd_syscall_any", NULL};

static bool matches(const char *text, const char *const *globs)
{
	for (; text && *globs; globs++)
		if (text_glob(*globs, text))
			return true;
	return false;
}

/* The string argument of the point's i-th part. */
static const char *word_of(const struct probe_point *p, uint32_t i)
{
	const struct expr *arg = i < p->nparts ? p->parts[i].arg : NULL;

	return arg && arg->kind == EXPR_STRING ? arg->string : NULL;
}

/* The function of "name@file", without the file. */
static bool hot_function(const char *name)
{
	char bare[256];
	size_t n = name ? strcspn(name, "@") : 0;

	if (!n || n >= sizeof bare)
		return false;
	memcpy(bare, name, n);
	bare[n] = '\0';
	return strcmp(bare, "*") == 0 || matches(bare, HOT_FUNCTIONS + 1);
}

static bool hot_trace(const char *name)
{
	const char *colon = name ? strchr(name, ':') : NULL;
	const char *bare = colon ? colon + 1 : name;

	return bare && (strcmp(bare, "*") == 0 || matches(bare, HOT_TRACEPOINTS + 1));
}

/* timer.ms(n) and its kin: a tenth of a second and more is slow. */
static enum heat timer_heat(const struct probe_point *p)
{
	static const struct {
		const char *unit;
		int64_t ns;
	} UNITS[] = {{"s", 1000000000}, {"sec", 1000000000}, {"ms", 1000000},
		     {"msec", 1000000}, {"us", 1000},        {"usec", 1000},
		     {"ns", 1},         {"nsec", 1},         {"jiffies", 4000000}};
	const struct expr *arg = p->nparts > 1 ? p->parts[1].arg : NULL;

	if (!arg || arg->kind != EXPR_NUMBER)
		return p->nparts > 1 && strcmp(p->parts[1].name, "profile") == 0 ? HEAT_EVENT
										 : HEAT_TIMER;
	for (size_t i = 0; i < sizeof UNITS / sizeof *UNITS; i++)
		if (strcmp(UNITS[i].unit, p->parts[1].name) == 0)
			return arg->number < 10000000 / UNITS[i].ns ? HEAT_EVENT : HEAT_TIMER;
	return HEAT_TIMER;
}

static enum heat point_heat(const struct probe_point *p)
{
	static const char *const ONCE[] = {"begin",   "end",  "error", "never",
					   "oneshot", "init", NULL};
	const char *head = p->nparts ? p->parts[0].name : "";
	const char *second = p->nparts > 1 ? p->parts[1].name : "";
	bool traces = strcmp(second, "trace") == 0 || strcmp(second, "tracepoint") == 0;

	if (rule_is_one_of(head, ONCE))
		return HEAT_ONCE;
	if (strcmp(head, "timer") == 0)
		return timer_heat(p);
	if (strcmp(head, "kernel") == 0 || strcmp(head, "module") == 0 ||
	    strcmp(head, "kprobe") == 0) {
		const char *name = word_of(p, 1);

		return (traces ? hot_trace(name) : hot_function(name)) ? HEAT_HOT : HEAT_EVENT;
	}
	if (strstr(head, "syscall"))
		return matches(second, HOT_CALLS + (strcmp(second, "*") != 0)) ? HEAT_HOT
									       : HEAT_EVENT;
	return rule_is_one_of(head, HOT_ALIASES) ? HEAT_HOT : HEAT_EVENT;
}

enum heat heat_of(const struct decl *d)
{
	enum heat most = HEAT_ONCE;

	if (d->kind != DECL_PROBE && d->kind != DECL_ALIAS)
		return HEAT_ONCE;
	for (uint32_t i = 0; i < d->probe.points.n; i++) {
		enum heat h = point_heat(d->probe.points.v[i]);

		most = h > most ? h : most;
	}
	return most;
}
