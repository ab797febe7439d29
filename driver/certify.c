/*
 * Certificates at the command line: `verify --certificate FILE` writes one,
 * `recheck FILE SCRIPT` holds it against the script, which is elaborated anew
 * and not proved again.  A certificate is input: it is read within limits of
 * its own.
 */
#include "driver/command.h"
#include "ir/irtext.h"
#include "report/report.h"
#include "verifier/recheck.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { READ_LIMIT = 512 * 1024 * 1024, CHUNK = 1 << 16 };

static const struct span nowhere = {{0}, {0}};

/* A facts file by its bytes; else what is known by release and form. */
static uint64_t facts_hash(const struct session *s)
{
	const char *what = s->options->target, *text = target_describe(s->target);
	int fd = what ? open(what, O_RDONLY | O_CLOEXEC | O_NONBLOCK) : -1;
	unsigned char buffer[CHUNK];
	uint64_t h = 0;
	struct stat sb;
	ssize_t n;

	if (fd >= 0 && fstat(fd, &sb) == 0 && S_ISREG(sb.st_mode))
		while ((n = read(fd, buffer, sizeof buffer)) > 0)
			h = recheck_hash(h, buffer, (size_t)n);
	if (fd >= 0)
		close(fd);
	return h ? h : recheck_hash(0, text, strlen(text));
}

static struct certificate_identity identity_of(const struct compilation *c)
{
	struct certificate_identity id = {.facts = facts_hash(c->session)};
	char *text = NULL;
	size_t n = 0;
	FILE *out = open_memstream(&text, &n);

	id.facts_text = target_describe(c->session->target);
	id.script = recheck_hash(0, c->script->text, c->script->len);
	if (!out)
		abort();
	irprint_program(out, c->ir, NULL);
	fclose(out);
	id.ir = recheck_hash(0, text, n);
	free(text);
	return id;
}

bool certify_write(const struct compilation *c, const char *path)
{
	struct certificate_identity id = identity_of(c);
	char *text = NULL;
	size_t n = 0;
	FILE *out = open_memstream(&text, &n), *file;

	if (!out)
		abort();
	recheck_write(out, c->arena, c->proven, &id);
	fclose(out);
	file = fopen(path, "we");
	bool ok = file && fwrite(text, 1, n, file) == n;

	ok = file && fclose(file) == 0 && ok;
	if (!ok)
		fprintf(stderr, "stapvet: can't write '%s': %s\n", path, strerror(errno));
	free(text);
	return ok;
}

static void print_tally(const struct compilation *c, const char *path, const char *script,
			const struct recheck_tally *t)
{
	printf("%s: rechecked: %s, %u obligations, %u proved, %u open, %u not covered\n", path,
	       script, c->ir->obligations.n, t->proved, t->open, t->uncovered);
	for (uint32_t k = 0; k < OBL_COUNT; k++)
		if (t->uncovered_of[k])
			printf("  not covered  %-18s %u\n", ir_obligation_word(k),
			       t->uncovered_of[k]);
}

/* Within a's limits. */
static enum exit_status check(struct compilation *c, struct arena *a, const char *path,
			      const char *script)
{
	static const struct {
		enum diag_tag tag;
		enum exit_status status;
	} answers[] = {
		[RECHECK_MALFORMED] = {DIAG_BAD_CERTIFICATE, STATUS_INPUT},
		[RECHECK_OTHER] = {DIAG_CERTIFICATE_MISMATCH, STATUS_FINDINGS},
		[RECHECK_REFUSED] = {DIAG_CERTIFICATE_REFUSED, STATUS_FINDINGS},
	};
	struct certificate_identity id = identity_of(c);
	const char *why = NULL;
	const struct source *src = sources_read(sources_new(a), a, path, SOURCE_SCRIPT, &why);
	enum recheck_answer answer;
	struct recheck_tally t;

	if (!src) {
		diag_report(c->diags, DIAG_UNREADABLE_FILE, nowhere, "can't read '%s': %s", path,
			    why ? why : "too large");
		return STATUS_INPUT;
	}
	answer = recheck_text(a, c->ir, compile_model(c->session->options), &id, src->text,
			      src->len, &t, &why);
	if (answer != RECHECK_HOLDS) {
		diag_report(c->diags, answers[answer].tag, nowhere, "%s: %s", path, why);
		return answers[answer].status;
	}
	print_tally(c, path, script, &t);
	return t.uncovered && c->session->options->strict ? STATUS_FINDINGS : STATUS_OK;
}

static enum exit_status check_limited(struct compilation *c, const char *path, const char *script)
{
	jmp_buf on_limit;
	struct arena *a = arena_new(READ_LIMIT, &on_limit);
	enum exit_status status;

	if (setjmp(on_limit) == 0) {
		status = check(c, a, path, script);
		/* what was reported lies in a */
		render_diags(stderr, c->diags, &(struct render_options){.notes = true});
	} else {
		fprintf(stderr, "stapvet: '%s' needs more memory than a certificate may take\n",
			path);
		status = STATUS_INPUT;
	}
	arena_free(a);
	return status;
}

enum exit_status certify_recheck(const struct session *s)
{
	const struct options *o = s->options;
	const char *script = o->files.n > 1 ? o->files.v[1] : NULL;
	struct compilation *c = compile_script(s, script, STAGE_LOWER);
	enum exit_status status = STATUS_FINDINGS;

	if (c->ir && !c->diags->errors) {
		status = check_limited(c, o->files.v[0], script ? script : "<input>");
	} else {
		if (!c->ir && !c->diags->errors)
			diag_report(c->diags, DIAG_NO_PROBES, nowhere, "no probes found");
		render_diags(stderr, c->diags, &(struct render_options){.notes = true});
		status = c->unreadable ? STATUS_INPUT : STATUS_FINDINGS;
	}
	compile_free(c);
	return status;
}
