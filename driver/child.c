/*
 * Programs that do what need not be done again here: diff(1) and git(1).  They are named by their
 * whole path and get their arguments one by one, so that no name of a file is ever taken for a
 * command; what they read and print goes through files in memory, so that nobody waits for the
 * other.
 */
#include "driver/child.h"
#include "report/report.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

bool child_write(int fd, const char *text, size_t n)
{
	while (n) {
		ssize_t done = write(fd, text, n);

		if (done < 0 && errno != EINTR)
			return false;
		if (done > 0) {
			text += done;
			n -= (size_t)done;
		}
	}
	return true;
}

static int input_of(const struct child *c)
{
	int fd = c->in ? memfd_create("stapvet", MFD_CLOEXEC)
		       : open("/dev/null", O_RDONLY | O_CLOEXEC);

	if (fd >= 0 && c->in &&
	    (!child_write(fd, c->in, c->in_len) || lseek(fd, 0, SEEK_SET) != 0)) {
		close(fd);
		return -1;
	}
	return fd;
}

static bool spawn(const struct child *c, int in, int out, pid_t *pid)
{
	posix_spawn_file_actions_t actions;

	if (in < 0 || posix_spawn_file_actions_init(&actions) != 0)
		return false;
	bool ok = posix_spawn_file_actions_adddup2(&actions, in, STDIN_FILENO) == 0;

	if (ok && out >= 0)
		ok = posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO) == 0 &&
		     posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null",
						      O_WRONLY, 0) == 0;
	ok = ok &&
	     posix_spawn(pid, c->program, &actions, NULL, (char *const *)c->argv, environ) == 0;
	posix_spawn_file_actions_destroy(&actions);
	return ok;
}

static bool take_output(struct child *c, int fd)
{
	off_t n = lseek(fd, 0, SEEK_END);
	ssize_t got;

	if (n < 0)
		return false;
	c->out = arena_alloc(c->keep, (size_t)n + 1);
	while (c->out_len < (size_t)n &&
	       (got = pread(fd, c->out + c->out_len, (size_t)n - c->out_len, (off_t)c->out_len)) >
		       0)
		c->out_len += (size_t)got;
	return c->out_len == (size_t)n;
}

bool child_run(struct child *c)
{
	int in = input_of(c), wstatus = -1;
	int out = c->keep ? memfd_create("stapvet", MFD_CLOEXEC) : -1;
	pid_t pid;

	fflush(stdout);
	c->out_len = 0;
	bool ok = (!c->keep || out >= 0) && spawn(c, in, out, &pid);

	while (ok && waitpid(pid, &wstatus, 0) < 0)
		ok = errno == EINTR;
	ok = ok && WIFEXITED(wstatus);
	c->status = ok ? WEXITSTATUS(wstatus) : -1;
	if (ok && c->keep)
		ok = take_output(c, out);
	if (in >= 0)
		close(in);
	if (out >= 0)
		close(out);
	return ok;
}

bool child_diff(const char *path, const char *text, size_t len)
{
	const char *argv[] = {"diff", "-u", "--label", path, "--label",
			      path,   "--", path,      "-",  NULL};
	struct child c = {.program = "/usr/bin/diff", .argv = argv, .in = text, .in_len = len};

	if (child_run(&c) && c.status <= 1)
		return true;
	fputs("stapvet: diff of '", stderr);
	render_text(stderr, path);
	fputs("' failed\n", stderr);
	return false;
}
