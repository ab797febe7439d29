/*
 * Many files, some at a time in a process of their own: what a file does to the process that reads
 * it, its death included, costs that file only; the rest of its stretch goes to another process.  The
 * facts that all share are read before the first fork.  Each child writes into files in memory and
 * notes where each script's part ends; the parent passes the parts on in the order of the files.
 * What children say about the facts is the same for many, and told once at the end, as in a run of
 * one process.
 */
#include "driver/jobs.h"
#include "base/map.h"
#include "report/report.h"

#include <errno.h>
#include <json-c/json.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
	MANY_FILES = 8,
	AHEAD = 4,    /* finished stretches that wait for their turn, a job */
	STRETCH = 64, /* files a process, at most */
	SHARES = 8    /* stretches a job, at least, so that all end at about the same time */
};

enum stream { STREAM_OUT, STREAM_ERR, STREAM_FACTS, STREAMS, STREAM_FRAMES = STREAMS, ALL_STREAMS };

/* Where a script's part of each stream ends. */
struct frame {
	int32_t status;
	int32_t failed; /* the facts could not be read */
	uint64_t ends[STREAMS];
};

/* A stretch of files. */
struct job {
	uint32_t from, to;
	pid_t pid; /* 0: finished */
	int wstatus;
	int fds[ALL_STREAMS];
};

struct jobs {
	const struct scripts *scripts;
	walk_fn fn;
	struct json_object *list;
	struct arena *arena;
	struct job *jobs;
	uint32_t n;
	struct map told;
	VEC(const char *) facts;
	enum exit_status status;
	bool progress;
	uint64_t shown; /* when progress was, in milliseconds */
};

uint32_t jobs_wanted(const struct session *s, uint32_t n)
{
	long cores = sysconf(_SC_NPROCESSORS_ONLN);
	int64_t most = s->options->jobs;

	if (!most)
		most = n > MANY_FILES && cores > 0 ? cores : 1;
	return most < n ? (uint32_t)most : n;
}

/* --- the child --- */

static void give_list(struct json_object *list)
{
	fputs(json_object_to_json_string_ext(list, JSON_C_TO_STRING_PLAIN), stdout);
}

static void work_one(struct jobs *js, const struct job *j, uint32_t i, FILE *facts)
{
	const struct session *s = js->scripts->v[i].session;
	uint32_t before = s->facts->list.n, errors = s->facts->errors;
	struct json_object *list = js->list ? json_object_new_array() : NULL;
	struct frame f = {.status = (int32_t)js->fn(s, js->scripts->v[i].path, list)};

	if (list)
		give_list(list);
	json_object_put(list);
	for (uint32_t k = before; k < s->facts->list.n; k++)
		render_diag(facts, s->facts, s->facts->list.v[k]);
	f.failed = s->facts->errors > errors;
	fflush(stdout);
	fflush(stderr);
	fflush(facts);
	for (int k = 0; k < STREAMS; k++)
		f.ends[k] = (uint64_t)lseek(j->fds[k], 0, SEEK_CUR);
	if (write(j->fds[STREAM_FRAMES], &f, sizeof f) != (ssize_t)sizeof f)
		_exit(STATUS_INTERNAL);
}

static void work(struct jobs *js, const struct job *j)
{
	FILE *facts = fdopen(j->fds[STREAM_FACTS], "w");

	if (!facts || dup2(j->fds[STREAM_OUT], STDOUT_FILENO) < 0 ||
	    dup2(j->fds[STREAM_ERR], STDERR_FILENO) < 0)
		_exit(STATUS_INTERNAL);
	for (uint32_t i = j->from; i < j->to; i++)
		work_one(js, j, i, facts);
	_exit(0);
}

/* --- the parent --- */

static void close_all(struct job *j)
{
	for (int k = 0; k < ALL_STREAMS; k++)
		if (j->fds[k] >= 0)
			close(j->fds[k]);
}

/* False when the system gives no process or no memory. */
static bool start(struct jobs *js, struct job *j)
{
	bool ok = true;

	for (int k = 0; k < ALL_STREAMS; k++) {
		j->fds[k] = memfd_create("stapvet", MFD_CLOEXEC);
		ok &= j->fds[k] >= 0;
	}
	fflush(stdout);
	fflush(stderr);
	j->pid = ok ? fork() : -1;
	if (j->pid == 0)
		work(js, j);
	if (j->pid > 0)
		return true;
	close_all(j);
	j->pid = 0;
	return false;
}

/* What was written to fd, NUL-terminated, to be freed; NULL for nothing. */
static char *take_text(int fd, size_t *len)
{
	off_t n = lseek(fd, 0, SEEK_END);
	char *text = n > 0 ? malloc((size_t)n + 1) : NULL;
	size_t at = 0;

	while (text && at < (size_t)n) {
		ssize_t got = pread(fd, text + at, (size_t)n - at, (off_t)at);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			break;
		at += (size_t)got;
	}
	if (text)
		text[at] = '\0';
	*len = at;
	return text;
}

static void take_list(struct jobs *js, const char *text, size_t n)
{
	struct json_tokener *reader = json_tokener_new();
	struct json_object *mine =
		reader ? json_tokener_parse_ex(reader, text, (int)n) : NULL;
	size_t count = mine && json_object_is_type(mine, json_type_array)
			       ? json_object_array_length(mine)
			       : 0;

	for (size_t i = 0; i < count; i++)
		json_object_array_add(js->list,
				      json_object_get(json_object_array_get_idx(mine, i)));
	json_object_put(mine);
	if (reader)
		json_tokener_free(reader);
}

/* Each finding about the facts once. */
static void take_facts(struct jobs *js, const char *text, size_t n)
{
	text = arena_strndup(js->arena, text, n);
	if (map_get(&js->told, text))
		return;
	map_put(&js->told, text, js);
	vec_push(js->arena, &js->facts, text);
}

static void worsen(struct jobs *js, enum exit_status status)
{
	js->status = status > js->status ? status : js->status;
}

static uint64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

/* A line on the terminal that the next output replaces. */
static void show_progress(struct jobs *js, uint32_t done)
{
	uint64_t now = js->progress ? now_ms() : 0;

	if (!js->progress || now - js->shown < 100)
		return;
	js->shown = now;
	fprintf(stderr, "\r\033[K%u of %u scripts", done, js->scripts->n);
	fflush(stderr);
}

static void clear_progress(const struct jobs *js)
{
	if (js->progress && js->shown)
		fputs("\r\033[K", stderr);
}

/* The parts of one script; list: there is one to read, and not the remains of a dead process. */
static void pass_on(struct jobs *js, char *const *texts, const uint64_t *from, const uint64_t *to,
		    bool whole)
{
	if (to[STREAM_OUT] > from[STREAM_OUT] || to[STREAM_ERR] > from[STREAM_ERR])
		clear_progress(js);
	if (to[STREAM_OUT] > from[STREAM_OUT]) {
		const char *text = texts[STREAM_OUT] + from[STREAM_OUT];
		size_t n = to[STREAM_OUT] - from[STREAM_OUT];

		if (!js->list)
			fwrite(text, 1, n, stdout);
		else if (whole)
			take_list(js, text, n);
	}
	if (to[STREAM_ERR] > from[STREAM_ERR]) {
		fflush(stdout);
		fwrite(texts[STREAM_ERR] + from[STREAM_ERR], 1, to[STREAM_ERR] - from[STREAM_ERR],
		       stderr);
	}
	if (to[STREAM_FACTS] > from[STREAM_FACTS])
		take_facts(js, texts[STREAM_FACTS] + from[STREAM_FACTS],
			   to[STREAM_FACTS] - from[STREAM_FACTS]);
}

static void tell_death(struct jobs *js, const struct job *j, const char *path)
{
	path = path ? path : "-e";
	fflush(stdout);
	if (WIFSIGNALED(j->wstatus))
		fprintf(stderr,
			"stapvet: internal error: '%s': its process ended by signal %d (%s)\n", path,
			WTERMSIG(j->wstatus), strsignal(WTERMSIG(j->wstatus)));
	else
		fprintf(stderr, "stapvet: internal error: '%s': its process ended early\n", path);
	worsen(js, STATUS_INTERNAL);
}

/* Passes on what a finished job has to say, and moves its start behind that. */
static void settle(struct jobs *js, struct job *j)
{
	char *texts[ALL_STREAMS];
	size_t lens[ALL_STREAMS];
	uint64_t from[STREAMS] = {0}, rest[STREAMS];

	for (int k = 0; k < ALL_STREAMS; k++)
		texts[k] = take_text(j->fds[k], &lens[k]);
	const struct frame *frames = (const struct frame *)texts[STREAM_FRAMES];
	size_t n = frames ? lens[STREAM_FRAMES] / sizeof *frames : 0;

	for (size_t i = 0; i < n; i++) {
		pass_on(js, texts, from, frames[i].ends, true);
		memcpy(from, frames[i].ends, sizeof from);
		worsen(js, (enum exit_status)frames[i].status);
		if (frames[i].failed)
			worsen(js, STATUS_INPUT);
	}
	j->from += (uint32_t)n;
	if (j->from < j->to) {
		for (int k = 0; k < STREAMS; k++)
			rest[k] = lens[k];
		pass_on(js, texts, from, rest, false);
		tell_death(js, j, js->scripts->v[j->from].path);
		j->from++;
	}
	for (int k = 0; k < ALL_STREAMS; k++)
		free(texts[k]);
	close_all(j);
	show_progress(js, j->from);
}

/* Waits for any of the jobs [from, to). */
static bool reap(struct jobs *js, uint32_t from, uint32_t to)
{
	int wstatus;
	pid_t pid;

	do
		pid = waitpid(-1, &wstatus, 0);
	while (pid < 0 && errno == EINTR);
	for (uint32_t i = from; i < to; i++) {
		if (pid <= 0 || js->jobs[i].pid != pid)
			continue;
		js->jobs[i].pid = 0;
		js->jobs[i].wstatus = wstatus;
		return true;
	}
	return false;
}

/* No process to be had: here, then. */
static void work_here(struct jobs *js, struct job *j)
{
	for (; j->from < j->to; j->from++)
		worsen(js, js->fn(js->scripts->v[j->from].session, js->scripts->v[j->from].path,
				  js->list));
}

/* Cuts the files into stretches, and reads the kernel's facts. */
static void divide(struct jobs *js, uint32_t jobs)
{
	uint32_t n = js->scripts->n, size = n / (jobs * SHARES);
	const struct target *read = NULL;
	int64_t none;

	size = size < 1 ? 1 : size > STRETCH ? STRETCH : size;
	js->jobs = arena_alloc(js->arena, (n / size + 1) * sizeof *js->jobs);
	for (uint32_t from = 0; from < n; from += size)
		js->jobs[js->n++] =
			(struct job){.from = from, .to = from + size < n ? from + size : n};
	for (uint32_t i = 0; i < n; i++) {
		if (js->scripts->v[i].session->target != read)
			target_enumerator(js->scripts->v[i].session->target, "", &none);
		read = js->scripts->v[i].session->target;
	}
}

enum exit_status jobs_run(struct arena *a, const struct scripts *scripts, walk_fn fn,
			  struct json_object *list, uint32_t jobs)
{
	struct jobs js = {.scripts = scripts, .fn = fn, .list = list, .arena = a, .told.arena = a};
	uint32_t started = 0, done = 0, running = 0;

	js.progress = scripts->n >= STRETCH && isatty(STDERR_FILENO) &&
		      !scripts->v[0].session->options->silent;
	divide(&js, jobs);
	while (done < js.n) {
		while (running < jobs && started < js.n && started - done < jobs * AHEAD) {
			if (!start(&js, &js.jobs[started]))
				break;
			started++;
			running++;
		}
		if (!running && started == done) {
			work_here(&js, &js.jobs[done++]);
			started++;
			continue;
		}
		running -= running && reap(&js, done, started);
		while (done < started && !js.jobs[done].pid) {
			settle(&js, &js.jobs[done]);
			if (js.jobs[done].from == js.jobs[done].to)
				done++;
			else if (start(&js, &js.jobs[done]))
				running++;
			else
				work_here(&js, &js.jobs[done++]);
		}
	}
	clear_progress(&js);
	fflush(stdout);
	vec_each(i, &js.facts)
		fputs(js.facts.v[i], stderr);
	return js.status;
}
