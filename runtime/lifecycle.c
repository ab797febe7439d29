/*
 * A session: the begin probes in order, then timers and the command of -c
 * until exit(), a signal or an error stops it, then the end probes, or after
 * an error the error probes.  Signals are blocked and read from a descriptor,
 * so no handler is ever interrupted half way and nothing is kept in globals; a
 * second signal stops a handler that runs long.  SIGINT and SIGTERM count even
 * where a shell made them ignored, as for SystemTap; an ignored SIGHUP stays
 * ignored.  Children are waited for before the session ends.
 */
#include "runtime/machine.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { NSIGNALS = 5 };
static const int SIGNALS[NSIGNALS] = {SIGINT, SIGTERM, SIGCHLD, SIGHUP, SIGPIPE};
enum { HANDLED = 3 }; /* the first of them get the default action meanwhile */

static const int64_t SECOND = 1000000000;

struct timer {
	const struct ir_attach *attach;
	int64_t due;
};

struct session {
	int signals; /* descriptor */
	sigset_t old_mask;
	struct sigaction old_actions[HANDLED];
	unsigned stops; /* signals that asked to stop */
	pid_t target;   /* of -c, or 0 */
	int release;    /* the pipe that holds it back, or -1 */
	int target_status;
	bool target_started;
	VEC(pid_t) children;
	VEC(struct timer) timers;
	struct arena *arena;
};

static int64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * SECOND + t.tv_nsec;
}

uint64_t lifecycle_random(struct machine *m)
{
	uint64_t z = m->random += 0x9e3779b97f4a7c15u; /* splitmix64 */

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return z ^ z >> 31;
}

static bool take_signals(struct session *ss)
{
	const struct sigaction standard = {.sa_handler = SIG_DFL};
	sigset_t mask;

	sigemptyset(&mask);
	for (int i = 0; i < NSIGNALS; i++)
		sigaddset(&mask, SIGNALS[i]);
	sigprocmask(SIG_BLOCK, &mask, &ss->old_mask);
	for (int i = 0; i < HANDLED; i++)
		sigaction(SIGNALS[i], &standard, &ss->old_actions[i]);
	sigdelset(&mask, SIGPIPE);
	ss->signals = signalfd(-1, &mask, SFD_CLOEXEC | SFD_NONBLOCK);
	return ss->signals >= 0;
}

static void give_signals_back(struct session *ss)
{
	const struct timespec at_once = {0};
	sigset_t pipes;

	sigemptyset(&pipes);
	sigaddset(&pipes, SIGPIPE);
	if (!sigismember(&ss->old_mask, SIGPIPE))
		while (sigtimedwait(&pipes, NULL, &at_once) > 0)
			; /* from our own writes: must not kill us now */
	if (ss->signals >= 0)
		close(ss->signals);
	for (int i = 0; i < HANDLED; i++)
		sigaction(SIGNALS[i], &ss->old_actions[i], NULL);
	sigprocmask(SIG_SETMASK, &ss->old_mask, NULL);
}

static void reap_children(struct session *ss)
{
	uint32_t kept = 0;
	int status;

	vec_each(i, &ss->children) {
		if (waitpid(ss->children.v[i], &status, WNOHANG) == 0) {
			ss->children.v[kept++] = ss->children.v[i];
		} else if (ss->children.v[i] == ss->target) {
			ss->target_status = status;
			ss->target = 0;
		}
	}
	ss->children.n = kept;
}

static void stop(struct machine *m)
{
	if (m->state == MACHINE_STARTING || m->state == MACHINE_RUNNING)
		m->state = MACHINE_STOPPING;
}

/* Waits for a signal until `timeout` (NULL: for ever) and acts on all there are. */
static void wait_signals(struct machine *m, const struct timespec *timeout)
{
	struct session *ss = m->session;
	struct pollfd p = {.fd = ss->signals, .events = POLLIN};
	struct signalfd_siginfo info;
	bool had_target = ss->target != 0;

	if (ppoll(&p, 1, timeout, NULL) <= 0)
		return;
	while (read(ss->signals, &info, sizeof info) == sizeof info) {
		if (info.ssi_signo == SIGCHLD)
			continue;
		ss->stops++;
		stop(m);
	}
	reap_children(ss);
	if (had_target && ss->target == 0)
		stop(m);
}

bool lifecycle_poll(struct machine *m)
{
	const struct timespec at_once = {0};

	wait_signals(m, &at_once);
	return m->session->stops < 2;
}

static pid_t spawn_shell(struct machine *m, const char *command)
{
	char *argv[] = {(char *)"sh", (char *)"-c", (char *)command, NULL};
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attr;
	sigset_t standard;
	pid_t pid = 0;

	posix_spawn_file_actions_init(&files);
	posix_spawnattr_init(&attr);
	if (m->out.fd != STDOUT_FILENO)
		posix_spawn_file_actions_adddup2(&files, m->out.fd, STDOUT_FILENO);
	if (m->out.err_fd != STDERR_FILENO)
		posix_spawn_file_actions_adddup2(&files, m->out.err_fd, STDERR_FILENO);
	sigemptyset(&standard);
	sigaddset(&standard, SIGPIPE);
	posix_spawnattr_setsigmask(&attr, &m->session->old_mask);
	posix_spawnattr_setsigdefault(&attr, &standard);
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	if (posix_spawn(&pid, "/bin/sh", &files, &attr, argv, environ) != 0)
		pid = 0;
	posix_spawnattr_destroy(&attr);
	posix_spawn_file_actions_destroy(&files);
	return pid;
}

static void run_commands(struct machine *m)
{
	vec_each(i, &m->commands) {
		pid_t pid = spawn_shell(m, m->commands.v[i]);

		if (pid > 0)
			vec_push(m->arena, &m->session->children, pid);
		else
			output_complain(&m->out, "WARNING", "system(): cannot start /bin/sh");
	}
	m->commands.n = 0;
}

static void count_error(struct machine *m)
{
	if (m->opt->suppress_errors)
		return;
	fault_report(m);
	m->errors++;
	if (m->errors > m->program->limits.maxerrors)
		m->state = MACHINE_ERROR;
}

static void run_handler(struct machine *m, const struct ir_attach *at)
{
	const struct timespec at_once = {0};

	m->attach = at;
	if (!interp_run(m, at->handler)) {
		if (m->fault == FAULT_ABORT || m->fault == FAULT_STOPPED)
			stop(m);
		else
			count_error(m);
	}
	output_flush(&m->out);
	run_commands(m);
	if (m->out.failure)
		stop(m);
	wait_signals(m, &at_once);
}

void lifecycle_sort(struct machine *m, enum ir_when when, lifecycle_order *out)
{
	const struct ir_program *p = m->program;

	vec_each(i, &p->attaches) {
		const struct ir_attach *at = &p->attaches.v[i];

		if (at->when != when)
			continue;
		vec_push(m->arena, out, at);
		for (uint32_t k = out->n - 1; k > 0 && out->v[k - 1]->number > at->number; k--) {
			out->v[k] = out->v[k - 1];
			out->v[k - 1] = at;
		}
	}
}

/* Runs the probes of one kind while the session is in `state`. */
static void run_kind(struct machine *m, enum ir_when when, enum machine_state state)
{
	lifecycle_order order = {0};

	lifecycle_sort(m, when, &order);
	for (uint32_t i = 0; i < order.n && m->state == state; i++)
		run_handler(m, order.v[i]);
}

static _Noreturn void exec_target(const struct machine *m, int hold)
{
	const char *const *argv = m->opt->command;
	struct session *ss = m->session;
	char go;

	close(ss->release);
	sigprocmask(SIG_SETMASK, &ss->old_mask, NULL);
	if (read(hold, &go, 1) != 1)
		_exit(0); /* the session ended before it began */
	execvp(argv[0], (char *const *)argv);
	dprintf(m->out.err_fd, "ERROR: cannot run '%s': %s\n", argv[0], strerror(errno));
	_exit(127);
}

/* Makes the process of -c; it waits for release_target(). */
static bool hold_target(struct machine *m)
{
	struct session *ss = m->session;
	int ends[2];

	if (!m->opt->command || !m->opt->command[0])
		return true;
	if (pipe2(ends, O_CLOEXEC) != 0)
		return false;
	ss->release = ends[1];
	ss->target = fork();
	if (ss->target == 0)
		exec_target(m, ends[0]);
	close(ends[0]);
	if (ss->target < 0) {
		ss->target = 0;
		return false;
	}
	m->target_pid = ss->target;
	vec_push(m->arena, &ss->children, ss->target);
	return true;
}

static void release_target(struct session *ss, bool go)
{
	if (ss->release < 0)
		return;
	if (go && write(ss->release, "g", 1) == 1)
		ss->target_started = true;
	close(ss->release);
	ss->release = -1;
}

static int64_t next_interval(struct machine *m, const struct ir_attach *at)
{
	int64_t jitter = at->randomize, interval = at->number;

	if (jitter > 0 && jitter < INT64_MAX / 4)
		interval += (int64_t)(lifecycle_random(m) % (uint64_t)(2 * jitter + 1)) - jitter;
	if (interval < 1)
		return 1;
	return interval > INT64_MAX / 4 ? INT64_MAX / 4 : interval;
}

static void start_timers(struct machine *m)
{
	int64_t now = now_ns();

	vec_each(i, &m->program->attaches) {
		const struct ir_attach *at = &m->program->attaches.v[i];

		if (at->when != WHEN_TIMER)
			continue;
		struct timer t = {at, now + next_interval(m, at)};

		vec_push(m->arena, &m->session->timers, t);
	}
}

/* The timer that is due first, or NULL. */
static struct timer *first_timer(struct session *ss)
{
	struct timer *first = NULL;

	vec_each(i, &ss->timers)
		if (!first || ss->timers.v[i].due < first->due)
			first = &ss->timers.v[i];
	return first;
}

static void fire(struct machine *m, struct timer *t)
{
	int64_t now = now_ns();

	t->due += next_interval(m, t->attach);
	if (t->due <= now) /* late by a whole period: those are lost */
		t->due = now + next_interval(m, t->attach);
	run_handler(m, t->attach);
}

static void run_timers(struct machine *m)
{
	while (m->state == MACHINE_RUNNING) {
		struct timer *t = first_timer(m->session);
		int64_t left = t ? t->due - now_ns() : 0;

		if (t && left <= 0) {
			fire(m, t);
			continue;
		}
		struct timespec ts = {left / SECOND, left % SECOND};

		wait_signals(m, t ? &ts : NULL);
	}
}

/* Children end before the session does, unless a signal says not to wait. */
static void wait_children(struct machine *m)
{
	struct session *ss = m->session;
	unsigned stops = ss->stops;

	reap_children(ss);
	while (ss->children.n > 0 && ss->stops == stops)
		wait_signals(m, NULL);
}

static bool target_failed(struct machine *m)
{
	const struct session *ss = m->session;
	char text[96];

	if (!ss->target_started || ss->target || ss->target_status == 0)
		return false;
	if (WIFSIGNALED(ss->target_status))
		snprintf(text, sizeof text, "Child process exited with signal %d (%s)",
			 WTERMSIG(ss->target_status), strsignal(WTERMSIG(ss->target_status)));
	else
		snprintf(text, sizeof text, "Child process exited with status %d",
			 WEXITSTATUS(ss->target_status));
	output_complain(&m->out, "WARNING", text);
	return true;
}

static void run_probes(struct machine *m)
{
	run_kind(m, WHEN_BEGIN, MACHINE_STARTING);
	if (m->state == MACHINE_STARTING) {
		m->state = MACHINE_RUNNING;
		release_target(m->session, true);
		start_timers(m);
		run_timers(m);
	}
	release_target(m->session, false);
	run_kind(m, WHEN_END, MACHINE_STOPPING);
	run_kind(m, WHEN_ERROR, MACHINE_ERROR);
}

static int finish(struct machine *m)
{
	bool failed = target_failed(m);
	char text[96];

	if (m->errors > 0) {
		snprintf(text, sizeof text, "Number of errors: %u, skipped probes: 0", m->errors);
		output_complain(&m->out, "WARNING", text);
	}
	if (m->out.failure && m->out.failure != EPIPE) {
		snprintf(text, sizeof text, "cannot write output: %s", strerror(m->out.failure));
		output_complain(&m->out, "ERROR", text);
	}
	return m->errors > 0 || m->out.failure || failed ? 1 : 0;
}

void lifecycle_abandon(struct machine *m)
{
	if (!m->session)
		return;
	release_target(m->session, false);
	give_signals_back(m->session);
}

static void seed(struct machine *m)
{
	m->random = m->opt->seed;
	if (m->random == 0 &&
	    getrandom(&m->random, sizeof m->random, GRND_NONBLOCK) != sizeof m->random)
		m->random = (uint64_t)now_ns();
}

int lifecycle_run(struct machine *m)
{
	struct session *ss = m->session = arena_make(m->arena, struct session);
	int status = 1;

	ss->release = -1;
	seed(m);
	if (take_signals(ss) && hold_target(m)) {
		run_probes(m);
		wait_children(m);
		status = finish(m);
	} else {
		output_complain(&m->out, "ERROR", strerror(errno));
	}
	give_signals_back(ss);
	return status;
}
