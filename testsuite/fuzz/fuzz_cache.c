/*
 * Entries of the cache that are damaged inside: the first byte picks one of those that a session
 * makes, by its kind; the rest stands in place of its bytes, behind a header that is right.
 */
#include "base/cache.h"
#include "sema/sema.h"
#include "target/code.h"
#include "testsuite/fuzz/facts.h"
#include "testsuite/fuzz/script.h"

#include <dirent.h>

enum { MOST = 32, LARGEST = 4 << 20 };

struct entry {
	char path[512], kind[64];
	unsigned char *head; /* all before the bytes */
	size_t head_len, len;
	unsigned char *whole;
};

static struct entry entries[MOST];
static unsigned nentries;

/* All that is kept is asked for, in a session of its own. */
static void session(void)
{
	static const char *const folders[] = {"testsuite/fuzz/library"};
	struct fixture f = facts;
	struct script s;

	f.a = arena_new(0, NULL);
	f.ds = diags_new(f.a, sources_new(f.a));
	struct cache *c = cache_open(f.a);
	const struct target_request req = {.what = in_dir(&f, "raw"), .cache = c};
	const struct target *t = target_open(f.a, f.ds, &req);
	struct code_places found = {0};
	const char *why;

	if (!t)
		fuzz_finding("an entry of the cache made a file unreadable");
	ask_all(&f, t);
	target_enumerator(t, "COLOUR_RED", &(int64_t){0});
	char *program = realpath("testsuite/fuzz/corpus/code/O2-4", NULL);

	if (program)
		code_find(code_of_program(t, program),
			  &(struct code_query){.what = CODE_FUNCTIONS, .function = "*"}, f.a,
			  &found, &why);
	free(program);
	if (setjmp(s.on_limit) == 0) {
		script_start(&s);
		struct library *l = library_open(&s.in, folders, 1);
		struct sema_options so = {0};
		struct ast *ast;

		library_keep(l, NULL, c);
		ast = script_parse(&s, "probe small.one { println(small_sum(1, 2)) }", 44);
		sema_elaborate(&(struct sema_input){s.arena, &s.in, t, l, &so, s.in.diags}, &ast,
			       1);
	}
	arena_free(s.arena);
	target_close(t);
	cache_close(c);
	arena_free(f.a);
}

static void take(const char *path)
{
	struct entry *e = &entries[nentries];
	struct blob b = get_file(&facts, path);
	uint32_t words[4]; /* after the magic: lengths of kind, key and writer, where the bytes
			      begin */

	if (nentries == MOST || b.n < 64 || b.n > LARGEST)
		return;
	memcpy(words, b.p + 16, sizeof words);
	snprintf(e->path, sizeof e->path, "%s", path);
	snprintf(e->kind, sizeof e->kind, "%s", (char *)b.p + 48);
	e->head = e->whole = b.p;
	e->head_len = words[3];
	e->len = b.n;
	nentries++;
}

static int by_kind(const void *a, const void *b)
{
	return strcmp(((const struct entry *)a)->kind, ((const struct entry *)b)->kind);
}

static void start(void)
{
	struct btf *kernel = kernel_btf();
	char folder[128], path[512];

	put_file(&facts, "raw", take_btf(&facts, kernel));
	btf__free(kernel);
	snprintf(folder, sizeof folder, "%s/cache", facts.dir);
	mkdir(folder, 0700);
	setenv("XDG_CACHE_HOME", folder, 1);
	/* some entries are made in a second run only */
	for (int i = 0; i < 3; i++)
		session();
	snprintf(folder, sizeof folder, "%s/cache/stapvet", facts.dir);
	DIR *d = opendir(folder);

	for (struct dirent *e; d && (e = readdir(d));) {
		snprintf(path, sizeof path, "%s/%s", folder, e->d_name);
		if (*e->d_name != '.')
			take(path);
	}
	if (d)
		closedir(d);
	qsort(entries, nentries, sizeof *entries, by_kind);
}

static void put_entry(const struct entry *e, const uint8_t *data, size_t size)
{
	uint64_t n = size;
	FILE *f = fopen(e->path, "w");

	if (!f)
		return;
	fwrite(e->head, 1, 32, f);
	fwrite(&n, 1, sizeof n, f);
	fwrite(e->head + 40, 1, e->head_len - 40, f);
	fwrite(data, 1, size, f);
	fclose(f);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (facts_start())
		start();
	if (!size || !nentries)
		return 0;
	const struct entry *e = &entries[*data % nentries];

	put_entry(e, data + 1, size - 1);
	session();
	put_entry(e, e->whole + e->head_len, e->len - e->head_len);
	return 0;
}
