/*
 * Library functions in user space, one case a row of intrinsic.def.  The world
 * they see is that of this process: pid() and execname() are its own.  HZ comes
 * from the coarse clock, jiffies from it and the kernel's first value.
 * Functions that need the kernel were refused before anything ran.
 */
#include "runtime/machine.h"

#include "base/bug.h"

#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>
#if defined(__x86_64__) || defined(__i386__)
#include <x86intrin.h>
#endif

enum { MAX_COMMANDS = 1000, MAX_RANDINT = 1 << 20 };

static const int64_t SECOND = 1000000000;

/* Fails at the place of the call, which ops_intrinsic() left. */
static bool fail(struct machine *m, const char *text)
{
	const struct ir_inst *in = m->fault_in;
	struct loc at = m->fault_loc;

	fault_raise(m, NULL, "%s", text);
	m->fault_loc = at;
	m->fault_in = in;
	return false;
}

static int64_t clock_ns(clockid_t id)
{
	struct timespec t;

	clock_gettime(id, &t);
	return t.tv_sec * SECOND + t.tv_nsec;
}

static int64_t cycles(void)
{
#if defined(__x86_64__) || defined(__i386__)
	return (int64_t)__rdtsc();
#else
	return clock_ns(CLOCK_MONOTONIC_RAW);
#endif
}

static int64_t ticks_per_second(void)
{
	struct timespec t;

	if (clock_getres(CLOCK_MONOTONIC_COARSE, &t) != 0 || t.tv_sec != 0 || t.tv_nsec <= 0)
		return 100;
	return (SECOND + t.tv_nsec / 2) / t.tv_nsec;
}

static int64_t jiffies(void)
{
	int64_t hz = ticks_per_second(), now = clock_ns(CLOCK_MONOTONIC_COARSE);
	uint32_t first = 0u - (uint32_t)(300 * hz); /* the kernel starts 5 minutes before a wrap */

	return (int64_t)first + now / SECOND * hz + now % SECOND * hz / SECOND;
}

static void set_text(struct machine *m, const char *s, struct run_value *out)
{
	size_t len = strlen(s);

	if (len > m->max_text)
		len = m->max_text;
	memmove(m->scratch, s, len);
	m->scratch[len] = '\0';
	*out = (struct run_value){.s = m->scratch, .len = (uint32_t)len};
}

static bool ctime_text(struct machine *m, int64_t seconds, struct run_value *out)
{
	static const char days[][4] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
	static const char months[][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
					 "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
	time_t t = (time_t)seconds;
	struct tm tm;
	char text[64];

	if (seconds > INT32_MAX)
		return fail(m, "Time too far in the future to be converted");
	if (seconds < INT32_MIN)
		return fail(m, "Time too far in the past to be converted");
	gmtime_r(&t, &tm);
	snprintf(text, sizeof text, "%s %s%3d %.2d:%.2d:%.2d %d", days[tm.tm_wday],
		 months[tm.tm_mon], tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec,
		 1900 + tm.tm_year);
	set_text(m, text, out);
	return true;
}

static void own_name(struct machine *m, struct run_value *out)
{
	char name[17] = "";

	prctl(PR_GET_NAME, name);
	set_text(m, name, out);
}

static void parent_name(struct machine *m, struct run_value *out)
{
	char path[48], name[17] = "";
	int fd;

	snprintf(path, sizeof path, "/proc/%d/comm", (int)getppid());
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd >= 0) {
		ssize_t n = read(fd, name, sizeof name - 1);

		name[n > 0 ? n : 0] = '\0';
		name[strcspn(name, "\n")] = '\0';
		close(fd);
	}
	set_text(m, name, out);
}

static const char *probe_type(const struct ir_attach *at)
{
	switch (at->when) {
	case WHEN_BEGIN:
	case WHEN_END:
	case WHEN_ERROR:
	case WHEN_NEVER: return "begin_end";
	case WHEN_TIMER: return strncmp(at->text, "timer.jiffies(", 14) == 0 ? "timer" : "hrtimer";
	case WHEN_KERNEL: break;
	}
	return "";
}

/* The name in function("NAME@...") or statement("NAME@...") of pp(). */
static void function_name(struct machine *m, const char *pp, struct run_value *out)
{
	static const char *const words[] = {"function(\"", "statement(\""};
	const char *at = NULL;

	for (int i = 0; i < 2 && !at; i++) {
		at = strstr(pp, words[i]);
		at = at ? at + strlen(words[i]) : NULL;
	}
	if (!at)
		return;
	set_text(m, at, out);
	out->len = (uint32_t)strcspn(m->scratch, "@\"");
	m->scratch[out->len] = '\0';
}

static bool stringat(struct machine *m, const struct run_value *args, struct run_value *out)
{
	int64_t at = args[1].n;

	if (at < 0 || at >= args[0].len)
		return fail(m, "Position out of bounds");
	out->n = (unsigned char)args[0].s[at];
	return true;
}

static bool matched(struct machine *m, int64_t n, struct run_value *out)
{
	char text[96];

	if (!m->match.matched || n < 0 || n >= m->match.ngroups) {
		snprintf(text, sizeof text,
			 m->match.matched ? "Attempted to get nonexistent subexpression %lld"
					  : "Attempted to get subexpression %lld from failed match",
			 (long long)n);
		return fail(m, text);
	}
	if (m->match.groups[n].start < 0)
		return true;
	*out = (struct run_value){
		.s = m->match_subject.s + m->match.groups[n].start,
		.len = (uint32_t)(m->match.groups[n].end - m->match.groups[n].start)};
	return true;
}

static bool group_count(struct machine *m, struct run_value *out)
{
	if (!m->match.matched)
		return fail(m, "Attempted to get subexpression count from failed match");
	out->n = m->match.ngroups;
	return true;
}

static bool randint(struct machine *m, int64_t n, struct run_value *out)
{
	if ((uint64_t)n > MAX_RANDINT)
		return fail(m, "range too wide");
	out->n = n ? (int64_t)(lifecycle_random(m) % (uint64_t)n) : 0;
	return true;
}

static void ask_exit(struct machine *m)
{
	if (m->state == MACHINE_STARTING || m->state == MACHINE_RUNNING)
		m->state = MACHINE_STOPPING;
}

static void queue_command(struct machine *m, const struct run_value *v)
{
	if (m->commands.n >= MAX_COMMANDS) {
		output_complain(&m->out, "WARNING", "too many system() commands, one is dropped");
		return;
	}
	struct value_text *t = &m->command_texts[m->commands.n];

	value_text_set(&m->pool, t, v->s, v->len);
	vec_push(m->arena, &m->commands, t->s);
}

static bool print_line(struct machine *m, const struct run_value *v)
{
	output_text(&m->out, v->s, v->len);
	output_text(&m->out, "\n", 1);
	return true;
}

static bool number(struct run_value *out, int64_t n)
{
	out->n = n;
	return true;
}

static bool text(struct machine *m, const char *s, struct run_value *out)
{
	set_text(m, s, out);
	return true;
}

bool intrinsic_call(struct machine *m, enum intrinsic which, const struct run_value *args,
		    struct run_value *out)
{
	switch (which) {
	case INTRINSIC_EXIT: ask_exit(m); return true;
	case INTRINSIC_LOG: return print_line(m, &args[0]);
	case INTRINSIC_WARN: output_complain(&m->out, "WARNING", args[0].s); return true;
	case INTRINSIC_SYSTEM: queue_command(m, &args[0]); return true;
	case INTRINSIC_STRLEN:
	case INTRINSIC_SUBSTR:
	case INTRINSIC_ISINSTR:
	case INTRINSIC_STRPOS:
	case INTRINSIC_STRTOL:
	case INTRINSIC_STR_REPLACE:
	case INTRINSIC_STRING_QUOTED:
	case INTRINSIC_TEXT_STR:
	case INTRINSIC_TEXT_STRN:
	case INTRINSIC_TOKENIZE: textfn_call(m, which, args, out); return true;
	case INTRINSIC_STRINGAT: return stringat(m, args, out);
	case INTRINSIC_MATCHED: return matched(m, args[0].n, out);
	case INTRINSIC_NGROUPS: return group_count(m, out);
	case INTRINSIC_GETTIMEOFDAY_NS: return number(out, clock_ns(CLOCK_REALTIME));
	case INTRINSIC_GET_CYCLES: return number(out, cycles());
	case INTRINSIC_KTIME_GET_NS:
	case INTRINSIC_CPU_CLOCK_NS: return number(out, clock_ns(CLOCK_MONOTONIC));
	case INTRINSIC_JIFFIES: return number(out, jiffies());
	case INTRINSIC_HZ: return number(out, ticks_per_second());
	case INTRINSIC_CTIME: return ctime_text(m, args[0].n, out);
	case INTRINSIC_TZ_OFFSET: return number(out, m->tz_west);
	case INTRINSIC_TZ_NAME: return text(m, m->tz_name, out);
	case INTRINSIC_PID: return number(out, getpid());
	case INTRINSIC_TID: return number(out, gettid());
	case INTRINSIC_PPID: return number(out, getppid());
	case INTRINSIC_PGRP: return number(out, getpgrp());
	case INTRINSIC_SID: return number(out, getsid(0));
	case INTRINSIC_UID: return number(out, getuid());
	case INTRINSIC_EUID: return number(out, geteuid());
	case INTRINSIC_GID: return number(out, getgid());
	case INTRINSIC_EGID: return number(out, getegid());
	case INTRINSIC_EXECNAME: own_name(m, out); return true;
	case INTRINSIC_PEXECNAME: parent_name(m, out); return true;
	case INTRINSIC_CPU: return number(out, sched_getcpu() < 0 ? 0 : sched_getcpu());
	case INTRINSIC_TARGET: return number(out, m->target_pid);
	case INTRINSIC_IS_MYPROC: return number(out, 1);
	case INTRINSIC_RANDINT: return randint(m, args[0].n, out);
	case INTRINSIC_PN:
	case INTRINSIC_PP: return text(m, m->attach->text ? m->attach->text : "", out);
	case INTRINSIC_PPFUNC:
		function_name(m, m->attach->text ? m->attach->text : "", out);
		return true;
	case INTRINSIC_PROBE_TYPE: return text(m, probe_type(m->attach), out);
	case INTRINSIC_MODULE_NAME:
		return text(m, m->program->session ? m->program->session : "stapvet", out);
/* every row that needs the kernel */
#define KERNEL_ROW_ANY(id)
#define KERNEL_ROW_KERNEL(id) case INTRINSIC_##id:
#define INTRINSIC(id, name, sig, effects, contexts, low, high, text) KERNEL_ROW_##contexts(id)
#include "ir/intrinsic.def"
#undef INTRINSIC
	case INTRINSIC_COUNT: break;
	}
	bug("intrinsic %u in user space", (unsigned)which);
}
