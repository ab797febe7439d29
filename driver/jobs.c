/*
 * One process a file: what a file does to the process that reads it, its death included, stays
 * there.  The facts that all share are read before the first fork.  Each child writes into files in
 * memory; the parent passes them on in the order of the files.  What children say about the facts
 * is the same for many, and told once at the end, as in a run of one process.
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
#include <unistd.h>

enum {
	MANY_FILES = 8,
	AHEAD = 4,        /* finished files that wait for their turn, a job */
	FACTS_FAILED = 16 /* beside the exit status */
};

enum stream { STREAM_OUT, STREAM_ERR, STREAM_FACTS, STREAMS };

struct job {
	pid_t pid; /* 0: finished */
	int wstatus;
	int fds[STREAMS];
};

struct jobs {
	const struct session *s;
	const struct words *files;
	walk_fn fn;
	struct json_object *list;
	struct job *jobs; /* one a file */
	struct map told;
	VEC(const char *) facts;
	enum exit_status status;
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

static void work(struct jobs *js, const struct job *j, const char *path)
{
	uint32_t before = js->s->facts->list.n, errors = js->s->facts->errors;
	struct json_object *list = js->list ? json_object_new_array() : NULL;
	int failed = 0;

	if (dup2(j->fds[STREAM_OUT], STDOUT_FILENO) < 0 ||
	    dup2(j->fds[STREAM_ERR], STDERR_FILENO) < 0)
		_exit(STATUS_INTERNAL);
	enum exit_status status = js->fn(js->s, path, list);

	if (list)
		give_list(list);
	fflush(stdout);
	fflush(stderr);
	FILE *out = fdopen(j->fds[STREAM_FACTS], "w");

	for (uint32_t i = before; out && i < js->s->facts->list.n; i++)
		render_diag(out, js->s->facts, js->s->facts->list.v[i]);
	if (out)
		fflush(out);
	if (js->s->facts->errors > errors)
		failed = FACTS_FAILED;
	_exit((int)status | failed);
}

/* --- the parent --- */

/* False when the system gives no process or no memory. */
static bool start(struct jobs *js, uint32_t i)
{
	struct job *j = &js->jobs[i];
	bool ok = true;

	for (int k = 0; k < STREAMS; k++) {
		j->fds[k] = memfd_create("stapvet", MFD_CLOEXEC);
		ok &= j->fds[k] >= 0;
	}
	fflush(stdout);
	fflush(stderr);
	j->pid = ok ? fork() : -1;
	if (j->pid == 0)
		work(js, j, js->files->v[i]);
	if (j->pid > 0)
		return true;
	for (int k = 0; k < STREAMS; k++)
		if (j->fds[k] >= 0)
			close(j->fds[k]);
	j->pid = 0;
	return false;
}

/* What was written to fd, NUL-terminated, to be freed; NULL for nothing.  Closes it. */
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
	close(fd);
	*len = at;
	return text;
}

static void take_list(struct jobs *js, const char *text)
{
	struct json_object *mine = json_tokener_parse(text);
	size_t n = mine && json_object_is_type(mine, json_type_array)
			   ? json_object_array_length(mine)
			   : 0;

	for (size_t i = 0; i < n; i++)
		json_object_array_add(js->list,
				      json_object_get(json_object_array_get_idx(mine, i)));
	json_object_put(mine);
}

/* Each finding about the facts once. */
static void take_facts(struct jobs *js, const char *text)
{
	if (map_get(&js->told, text))
		return;
	text = arena_strdup(js->s->arena, text);
	map_put(&js->told, text, js);
	vec_push(js->s->arena, &js->facts, text);
}

static void worsen(struct jobs *js, enum exit_status status)
{
	js->status = status > js->status ? status : js->status;
}

static void settle(struct jobs *js, uint32_t i)
{
	const struct job *j = &js->jobs[i];
	char *texts[STREAMS];
	size_t n[STREAMS];
	int code = WIFEXITED(j->wstatus) ? WEXITSTATUS(j->wstatus) : -1;

	for (int k = 0; k < STREAMS; k++)
		texts[k] = take_text(j->fds[k], &n[k]);
	if (texts[STREAM_OUT] && js->list)
		take_list(js, texts[STREAM_OUT]);
	else if (texts[STREAM_OUT])
		fwrite(texts[STREAM_OUT], 1, n[STREAM_OUT], stdout);
	fflush(stdout);
	if (texts[STREAM_ERR])
		fwrite(texts[STREAM_ERR], 1, n[STREAM_ERR], stderr);
	if (texts[STREAM_FACTS])
		take_facts(js, texts[STREAM_FACTS]);
	if (code < 0) {
		fprintf(stderr,
			"stapvet: internal error: '%s': its process ended by signal %d (%s)\n",
			js->files->v[i], WTERMSIG(j->wstatus), strsignal(WTERMSIG(j->wstatus)));
		worsen(js, STATUS_INTERNAL);
	} else {
		worsen(js, (enum exit_status)(code & (FACTS_FAILED - 1)));
		if (code & FACTS_FAILED)
			worsen(js, STATUS_INPUT);
	}
	for (int k = 0; k < STREAMS; k++)
		free(texts[k]);
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

enum exit_status jobs_run(const struct session *s, const struct words *files, walk_fn fn,
			  struct json_object *list, uint32_t jobs)
{
	struct jobs js = {.s = s, .files = files, .fn = fn, .list = list, .told.arena = s->arena};
	uint32_t started = 0, done = 0, running = 0;
	int64_t none;

	js.jobs = arena_alloc(s->arena, files->n * sizeof *js.jobs);
	target_enumerator(s->target, "", &none); /* reads the kernel's facts */
	while (done < files->n) {
		while (running < jobs && started < files->n && started - done < jobs * AHEAD) {
			if (!start(&js, started))
				break;
			started++;
			running++;
		}
		if (!running && started == done) { /* no process to be had: do it here */
			worsen(&js, fn(s, files->v[done++], list));
			started++;
			continue;
		}
		running -= running && reap(&js, done, started);
		while (done < started && !js.jobs[done].pid)
			settle(&js, done++);
	}
	vec_each(i, &js.facts)
		fputs(js.facts.v[i], stderr);
	return js.status;
}
