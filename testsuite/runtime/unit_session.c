/* Sessions: which probes run, in which order, and how a session ends. */
#include "session.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>

struct test {
	struct checks c;
	struct ran r;
};

#define EXPECT_OUT(t, want) CHECK_TEXT(&(t)->c, (t)->r.out, (t)->r.out_len, want)
#define EXPECT_ERR(t, want) CHECK_TEXT(&(t)->c, (t)->r.err, (t)->r.err_len, want)
#define ERRORS(n) "WARNING: Number of errors: " #n ", skipped probes: 0\n"
/* handler N that prints its text, and perhaps does more */
#define PRINTS(n, text, more)                                                           \
	"handler f" #n " \"p\"\n  locals int %0\n  locals str %1\nb0:\n  print \"" text \
	"\"\n" more "  return\nend\n"
#define EXIT "  intrinsic exit\n"
#define FAIL "  %1 = str \"oops\"\n  fail %1\n"
/* the same for a handler that ends in FAIL */
#define FAILS(n, text) \
	"handler f" #n " \"p\"\n  locals str %1 %0\nb0:\n  print \"" text "\"\n" FAIL "end\n"

static void test_order(struct test *t)
{
	run_text(&t->r,
		 PRINTS(0, "a", "") PRINTS(1, "b", "") PRINTS(2, "c", EXIT) PRINTS(3, "n", "")
			 PRINTS(4, "y", "") PRINTS(5, "z", "") PRINTS(
				 6, "e",
				 "") "attach f0 begin session\nattach f1 begin session number -5\n"
				     "attach f2 begin session number 3\nattach f1 begin session\n"
				     "attach f3 never session\nattach f4 end session number 2\n"
				     "attach f5 end session number 1\nattach f6 error session\n",
		 NULL);
	EXPECT_OUT(t, "babczy");
	CHECK(&t->c, t->r.status == 0);
}

/* After exit() the handler goes on, but no other begin probe starts. */
static void test_exit(struct test *t)
{
	run_text(&t->r,
		 PRINTS(0, "a", EXIT "  print \"still\"\n") PRINTS(1, "b", "")
			 PRINTS(2, "z", "") "attach f0 begin session\nattach f1 begin "
					    "session\nattach f2 end session\n"
					    "attach f1 timer timer number 1\n",
		 NULL);
	EXPECT_OUT(t, "astillz");
}

static void test_error(struct test *t)
{
	static const char body[] = FAILS(0, "a") PRINTS(1, "b", "") PRINTS(2, "end", "") PRINTS(
		3, "error",
		"") "attach f0 begin session\nattach f1 begin session\nattach f2 end session\n"
		    "attach f3 error session\n";
	struct run_options quiet = {.suppress_errors = true};
	static const char soft[] = "limits maxerrors 1\n" FAILS(0, "a") PRINTS(1, "b", EXIT)
		PRINTS(2, "end", "") PRINTS(3, "error", "") "attach f0 begin session\nattach f1 "
							    "begin session\nattach f2 end session\n"
							    "attach f3 error session\n";

	run_text(&t->r, body, NULL);
	EXPECT_OUT(t, "aerror");
	EXPECT_ERR(t, "ERROR: oops\n" ERRORS(1));
	CHECK(&t->c, t->r.status == 1);
	run_text(&t->r, soft, NULL);
	EXPECT_OUT(t, "abend");
	EXPECT_ERR(t, "ERROR: oops\n" ERRORS(1));
	CHECK(&t->c, t->r.status == 1);
	run_text(&t->r, soft, &quiet);
	EXPECT_OUT(t, "abend");
	EXPECT_ERR(t, "");
	CHECK(&t->c, t->r.status == 0);
}

/* An error in an end probe keeps the others from running, and error probes take over. */
static void test_error_at_end(struct test *t)
{
	run_text(&t->r,
		 PRINTS(0, "a", EXIT) FAILS(1, "b") PRINTS(2, "c", "")
			 PRINTS(3, "d", "") "attach f0 begin session\nattach f1 end "
					    "session\nattach f2 end session\n"
					    "attach f3 error session\n",
		 NULL);
	EXPECT_OUT(t, "abd");
	CHECK(&t->c, t->r.status == 1);
}

static const char COUNTER[] =
	"global g0 \"n\" int = 0\n"
	"handler f0 \"timer\"\n  locals int %0 %1\nb0:\n  %0 = gload g0\n  %1 = const 1\n"
	"  %0 = add %0 %1\n  gstore g0 %0\n  print \"%d\" %0\n  %1 = const 3\n  %1 = eq %0 %1\n"
	"  branch %1 b1 b2\nb1:\n  intrinsic exit\n  jump b2\nb2:\n  return\nend\n" PRINTS(
		1, "z",
		"") "attach f0 timer timer number 100000 randomize 50000\nattach f1 end session\n"
		    "attach f1 timer timer number 3600000000000\n";

static void test_timer(struct test *t)
{
	run_text(&t->r, COUNTER, NULL);
	EXPECT_OUT(t, "123z");
	CHECK(&t->c, t->r.status == 0);
}

static void test_command(struct test *t)
{
	static const char *const ok[] = {"sh", "-c", "exit 0", NULL};
	static const char *const bad[] = {"sh", "-c", "exit 3", NULL};
	static const char *const none[] = {"/nonexistent/program", NULL};
	static const char body[] =
		"handler f0 \"begin\"\n  locals int %0 %1\nb0:\n"
		"  %0 = intrinsic target\n  %1 = const 0\n  %0 = gt %0 %1\n  print \"%d\" %0\n"
		"  return\nend\n" PRINTS(1, "z",
					 "") "attach f0 begin session\nattach f1 end session\n";
	struct run_options o = {.command = ok};

	run_text(&t->r, body, &o);
	EXPECT_OUT(t, "1z");
	EXPECT_ERR(t, "");
	CHECK(&t->c, t->r.status == 0);
	o.command = bad;
	run_text(&t->r, body, &o);
	EXPECT_OUT(t, "1z");
	EXPECT_ERR(t, "WARNING: Child process exited with status 3\n");
	CHECK(&t->c, t->r.status == 1);
	o.command = none;
	run_text(&t->r, body, &o);
	EXPECT_OUT(t, "1z");
	EXPECT_ERR(t, "ERROR: cannot run '/nonexistent/program': No such file or directory\n"
		      "WARNING: Child process exited with status 127\n");
	CHECK(&t->c, t->r.status == 1);
	o = (struct run_options){.target_pid = 77};
	run_text(&t->r,
		 "handler f0 \"begin\"\n  locals int %0\nb0:\n  %0 = intrinsic target\n"
		 "  print \"%d\" %0\n  intrinsic exit\n  return\nend\n"
		 "attach f0 begin session\n",
		 &o);
	EXPECT_OUT(t, "77");
}

/* Commands run after their handler, with the output so far before theirs. */
static void test_system(struct test *t)
{
	run_text(&t->r,
		 "handler f0 \"begin\"\n  locals str %0\nb0:\n  %0 = str \"echo shell\"\n"
		 "  intrinsic system %0\n  print \"first\\n\"\n  intrinsic exit\n  return\nend\n"
		 "attach f0 begin session\n",
		 NULL);
	EXPECT_OUT(t, "first\nshell\n");
	CHECK(&t->c, t->r.status == 0);
}

static void test_signal(struct test *t)
{
	static const char *const names[] = {"INT", "TERM", "HUP"};
	char text[600];

	for (int i = 0; i < 3; i++) {
		snprintf(text, sizeof text, "%s%s%s",
			 "handler f0 \"begin\"\n  locals str %0\nb0:\n  %0 = str \"kill -",
			 names[i],
			 " $PPID\"\n  intrinsic system %0\n  return\nend\n" PRINTS(
				 1, "z", "") "attach f0 begin session\nattach f1 end session\n");
		run_text(&t->r, text, NULL);
		EXPECT_OUT(t, "z");
		CHECK(&t->c, t->r.status == 0);
	}
}

/* Whatever was set before a run is so after it. */
static void test_signals_restored(struct test *t)
{
	struct sigaction now;
	sigset_t mask;

	signal(SIGINT, SIG_IGN);
	run_text(&t->r, PRINTS(0, "a", EXIT) "attach f0 begin session\n", NULL);
	sigaction(SIGINT, NULL, &now);
	CHECK(&t->c, now.sa_handler == SIG_IGN);
	sigprocmask(SIG_SETMASK, NULL, &mask);
	CHECK(&t->c, !sigismember(&mask, SIGINT) && !sigismember(&mask, SIGPIPE));
	signal(SIGINT, SIG_DFL);
}

static void test_warn(struct test *t)
{
	run_text(&t->r,
		 "handler f0 \"begin\"\n  locals str %0\nb0:\n  %0 = str \"careful\\n\"\n"
		 "  intrinsic warn %0\n  %0 = str \"careful\"\n  intrinsic warn %0\n"
		 "  intrinsic log %0\n  intrinsic exit\n  return\nend\nattach f0 begin session\n",
		 NULL);
	EXPECT_OUT(t, "careful\n");
	EXPECT_ERR(t, "WARNING: careful\nWARNING: careful\n");
	CHECK(&t->c, t->r.status == 0);
}

/* A reader that went away ends the session, and does not kill the process. */
static void test_broken_pipe(struct test *t)
{
	struct arena *a = arena_new(0, NULL);
	struct sources *ss = sources_new(a);
	struct ir_program *p =
		ran_read(a, ss, PRINTS(0, "x", "") "attach f0 timer timer number 1000000\n");
	struct verify_options how = {.model = MODEL_ATOMIC};
	int ends[2];

	CHECK(&t->c, p != NULL && pipe(ends) == 0);
	close(ends[0]);
	struct run_options o = {.out_fd = ends[1], .err_fd = STDERR_FILENO, .sources = ss};

	CHECK(&t->c, run_program(prove_program(a, p, &how), &o) == 1);
	close(ends[1]);
	arena_free(a);
}

/* One print is cut at 8192 bytes; many make no difference to each other. */
static void test_long_output(struct test *t)
{
	run_text(&t->r,
		 "handler f0 \"begin\"\n  locals int %0 %1\n  locals str %2\nb0:\n"
		 "  %0 = const 100000\n  %1 = const 5\n  print \"%*d\" %0 %1\n  print \"<%d>\" %1\n"
		 "  %2 = sprint \"%*d\" %0 %1\n  %0 = intrinsic strlen %2\n  print \"%d\" %0\n"
		 "  intrinsic exit\n  return\nend\nattach f0 begin session\n",
		 NULL);
	CHECK(&t->c, t->r.out_len == 8192 + 6);
	CHECK(&t->c, strcmp(t->r.out + 8190, " 5<5>511") == 0);
}

static void refused(struct test *t, const char *text, const char *want)
{
	struct arena *a = arena_new(0, NULL);
	struct sources *ss = sources_new(a);
	struct ir_program *p = ran_read(a, ss, text);
	const struct verify_options vo = {.model = MODEL_ATOMIC};
	const char *why = p ? run_refusal(prove_program(a, p, &vo), a) : "no program";

	if (!why)
		why = "";
	check_text(&t->c, __FILE__, __LINE__, why, strlen(why), want, strlen(want));
	arena_free(a);
}

static void test_refusal(struct test *t)
{
	refused(t, PRINTS(0, "a", "") "attach f0 begin session\nattach f0 timer timer number 5\n",
		"");
	refused(t,
		PRINTS(0, "a",
		       "") "attach f0 begin session\n"
			   "attach f0 kernel softirq point \"kernel.function(\\\"ip_rcv\\\")\"\n",
		"probe kernel.function(\"ip_rcv\") needs the kernel; the user-space run-time "
		"serves "
		"begin, end, error, never and timer probes");
	refused(t, PRINTS(0, "a", "  intrinsic print_backtrace\n") "attach f0 begin session\n",
		"probe begin calls print_backtrace(), which the user-space run-time cannot do");
	refused(t, PRINTS(0, "a", "  intrinsic print_backtrace\n") "attach f0 never session\n", "");
	refused(t,
		"function f0 \"g\" ()\nb0:\n  intrinsic print_backtrace\n  return\nend\n"
		"handler f1 \"end\"\nb0:\n  call f0\n  return\nend\nattach f1 end session\n",
		"probe end (in function g) calls print_backtrace(), which the user-space run-time "
		"cannot do");
	refused(t,
		"handler f0 \"begin\"\n  locals int %0\nb0:\n  %0 = const 4096\n  print \"%m\" %0\n"
		"  return\nend\nattach f0 begin session\n",
		"probe begin prints kernel memory, which the user-space run-time cannot do");
	refused(t,
		"handler f0 \"begin\"\n  locals str %0\n  locals int %1\nb0:\n  %0 = str \"a\"\n"
		"  %1 = match \"(a\" %0\n  return\nend\nattach f0 begin session\n",
		"probe begin has a bad regular expression \"(a\" ('(' without ')')");
}

int main(void)
{
	static struct test t;

	test_order(&t);
	test_exit(&t);
	test_error(&t);
	test_error_at_end(&t);
	test_timer(&t);
	test_command(&t);
	test_system(&t);
	test_signal(&t);
	test_signals_restored(&t);
	test_warn(&t);
	test_broken_pipe(&t);
	test_long_output(&t);
	test_refusal(&t);
	return checks_end(&t.c);
}
