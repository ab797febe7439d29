/*
 * The .ir files beside this test are named KIND.STATUS.WHAT.ir: the obligation
 * of that kind (of loops the first, of all others the last) must have that
 * status.  WHAT may end in .bound-N, the exact bound; those in the folder
 * interleaved are for that memory model.  Every proof must pass the re-check, and with no
 * budget nothing may be proved.
 */
#include "ir/irtext.h"
#include "verifier/verifier.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct tally {
	long checks, failures, files;
};

static void check(struct tally *t, bool ok, const char *file, const char *what)
{
	t->checks++;
	if (ok)
		return;
	t->failures++;
	printf("%s: %s\n", file, what);
}

static int64_t wanted_bound(const char *name)
{
	const char *at = strstr(name, ".bound-");

	return at ? atoll(at + strlen(".bound-")) : -1;
}

static void check_verdict(struct tally *t, const struct proven *pv, const char *path,
			  const char *kind, const char *status)
{
	const struct ir_program *p = proven_program(pv);
	const struct verdict *v = NULL;

	vec_each(i, &p->obligations) {
		enum obligation_kind k = p->obligations.v[i].kind;

		if (strcmp(ir_obligation_word(k), kind))
			continue;
		if (v && k == OBL_LOOP_BOUNDED)
			break;
		v = proven_verdict(pv, i);
	}
	check(t, v != NULL, path, "has no such obligation");
	if (!v)
		return;
	check(t, !strcmp(verdict_word(v->status), status), path, verdict_word(v->status));
	check(t, v->reason && v->reason[0], path, "no reason is given");
	if (wanted_bound(path) >= 0)
		check(t, v->has_bound && v->bound == wanted_bound(path), path, "another bound");
}

/* Splits the name; false: it is the input of another test. */
static bool split_name(const char *name, char kind[128], char status[32])
{
	if (sscanf(name, "%127[^.].%31[^.].", kind, status) != 2)
		return false;
	for (int i = VERDICT_PROVED; i <= VERDICT_REFUTED; i++)
		if (!strcmp(status, verdict_word((enum verdict_status)i)))
			return true;
	return false;
}

static void try_file(struct tally *t, const char *folder, const char *name, const char *kind,
		     const char *status)
{
	char path[512];
	struct arena *a = arena_new(0, NULL);
	struct sources *ss = sources_new(a);
	struct diags *ds = diags_new(a, ss);
	struct verify_options opt = {.model = MODEL_ATOMIC};
	const struct source *src;
	struct ir_program *p;
	const char *why = "it cannot be read";

	snprintf(path, sizeof path, "%s/%s", folder, name);
	t->files++;
	if (strstr(folder, "/interleaved"))
		opt.model = MODEL_INTERLEAVED;
	src = sources_read(ss, a, path, SOURCE_SCRIPT, &why);
	p = src ? irread_program(a, ds, ss, src) : NULL;
	check(t, p != NULL, path, "is not a program");
	if (p) {
		struct proven *pv = prove_program(a, p, &opt);

		check_verdict(t, pv, path, kind, status);
		why = recheck_proven(pv, a);
		check(t, !why, path, why ? why : "");
		opt.budget = 1;
		pv = prove_program(a, p, &opt);
		vec_each(i, &p->obligations)
			check(t,
			      proven_guard(pv, i) || p->obligations.v[i].kind == OBL_PROBE_EXISTS ||
				      p->obligations.v[i].kind == OBL_PROBE_PERMITTED,
			      path, "proved without a budget");
	}
	arena_free(a);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void try_folder(struct tally *t, const char *folder)
{
	DIR *dir = opendir(folder);
	char *names[1024];
	size_t n = 0;
	long before = t->files;

	for (struct dirent *e; dir && (e = readdir(dir)) && n < 1024;) {
		size_t len = strlen(e->d_name);

		if (len > 3 && !strcmp(e->d_name + len - 3, ".ir"))
			names[n++] = strdup(e->d_name);
	}
	if (dir)
		closedir(dir);
	qsort(names, n, sizeof *names, by_name);
	for (size_t i = 0; i < n; i++) {
		char kind[128], status[32];

		if (split_name(names[i], kind, status))
			try_file(t, folder, names[i], kind, status);
		free(names[i]);
	}
	check(t, t->files > before, folder, "no .ir files found");
}

int main(void)
{
	struct tally t = {0};

	try_folder(&t, "testsuite/verifier");
	try_folder(&t, "testsuite/verifier/interleaved");
	printf("ok %ld\n", t.checks);
	return t.failures != 0;
}
