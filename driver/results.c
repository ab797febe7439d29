/*
 * The result of a script rests on its text, the options, the configuration, the library, the facts
 * and the program.  The text stands in the entry and is compared, so that no two texts of one hash
 * are taken for each other; all else is in the key, files by their identity.  What may look at
 * other files of the machine is not kept: scripts that name a program, or whose library files do (a
 * library file by itself is checked without facts and names one by a path, or probes it), and what
 * ended in errors, which may come of what was not found.
 */
#include "driver/results.h"
#include "base/cache.h"
#include "lint/config.h"

#include <fts.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define KIND "check1"
enum { LARGEST = 1 << 20 }; /* bytes of a script */

struct results {
	const struct session *session;
	struct arena *arena;
	struct cache *cache;
	const char *key;
};

/* Two hashes of 64 bits: enough for names and times, which nobody chooses to collide. */
struct digest {
	uint64_t a, b;
};

static void add(struct digest *d, const void *p, size_t n)
{
	const unsigned char *s = p;

	for (size_t i = 0; i < n; i++) {
		d->a = (d->a ^ s[i]) * 0x100000001b3u;
		d->b = (d->b + s[i] + 1) * 0x9e3779b97f4a7c15u;
	}
	d->b ^= d->b >> 29;
}

static void add_text(struct digest *d, const char *s)
{
	add(d, s ? s : "-", s ? strlen(s) + 1 : 2);
}

/* What is missing has an identity, too; false: it changes right now. */
static bool add_file(struct digest *d, struct arena *a, const char *path)
{
	const char *id = cache_identity(a, path);

	add_text(d, path);
	add_text(d, id);
	return id || access(path, F_OK) != 0;
}

static bool add_folder(struct digest *d, const char *path)
{
	char *roots[] = {(char *)path, NULL};
	FTS *fts = fts_open(roots, FTS_LOGICAL | FTS_NOCHDIR, NULL);
	struct digest sum = {0};
	bool ok = fts != NULL;
	FTSENT *e;

	add_text(d, path);
	while (fts && (e = fts_read(fts))) {
		struct digest one = {1, 1};

		if (e->fts_info != FTS_F)
			continue;
		ok &= cache_settled(e->fts_statp);
		add_text(&one, e->fts_path);
		add(&one, &e->fts_statp->st_ino, sizeof e->fts_statp->st_ino);
		add(&one, &e->fts_statp->st_size, sizeof e->fts_statp->st_size);
		add(&one, &e->fts_statp->st_mtim, sizeof e->fts_statp->st_mtim);
		add(&one, &e->fts_statp->st_ctim, sizeof e->fts_statp->st_ctim);
		sum.a += one.a; /* in whatever order */
		sum.b += one.b;
	}
	if (fts)
		fts_close(fts);
	add(d, &sum, sizeof sum);
	return ok;
}

static void add_contents(struct digest *d, const char *path)
{
	FILE *in = fopen(path, "re");
	char bytes[4096];
	size_t n;

	while (in && (n = fread(bytes, 1, sizeof bytes, in)) > 0)
		add(d, bytes, n);
	if (in)
		fclose(in);
}

/* The facts: a file, or what is installed for a kernel. */
static bool add_facts(struct digest *d, const struct session *s, struct arena *a)
{
	static const char *const PLACES[] = {"/lib/modules/%s",
					     "/lib/modules/%s/modules.dep",
					     "/lib/modules/%s/build",
					     "/usr/src/linux-headers-%s",
					     "/boot/vmlinuz-%s",
					     "/boot/System.map-%s",
					     "/usr/lib/debug/boot/vmlinux-%s",
					     "/usr/lib/debug/lib/modules/%s",
					     "/usr/lib/debug/lib/modules/%s/kernel"};
	const char *release = target_release(s->target);
	bool ok = !s->options->target || add_file(d, a, s->options->target);

	add_text(d, target_describe(s->target));
	for (size_t i = 0; release && !strchr(release, '/') && i < sizeof PLACES / sizeof *PLACES;
	     i++)
		ok &= add_file(d, a,
			       arena_printf(a, "%.*s%s%s", (int)strcspn(PLACES[i], "%"), PLACES[i],
					    release, strchr(PLACES[i], '%') + 2));
	add_contents(d, "/proc/sys/kernel/random/boot_id");
	if (!s->options->target)
		add_contents(d, "/proc/modules");
	return ok;
}

static bool may_keep(const struct options *o)
{
	return o->command == COMMAND_CHECK && !o->fix && !o->diff && !o->stats && !o->new_from &&
	       !o->write_baseline && !o->command_line && !o->target_pid;
}

struct results *results_open(const struct session *s)
{
	const struct options *o = s->options;
	struct arena *a = s->arena;
	struct digest d = {0xcbf29ce484222325u, 1};
	char here[4096];
	bool ok = s->cache && may_keep(o) && getcwd(here, sizeof here);

	if (!ok)
		return NULL;
	add_text(&d, here);
	add_text(&d, o->said);
	add(&d, &o->colour, sizeof o->colour);
	if (s->config)
		ok &= add_file(&d, a, s->config->path);
	if (o->baseline)
		ok &= add_file(&d, a, o->baseline);
	vec_each(i, &s->folders)
		ok &= add_folder(&d, s->folders.v[i]);
	for (const struct session *t = s; ok && t; t = t->another)
		ok = add_facts(&d, t, a);
	if (!ok)
		return NULL;
	struct results *r = arena_make(a, struct results);

	*r = (struct results){s, a, s->cache,
			      arena_printf(a, "%016llx%016llx", (unsigned long long)d.a,
					   (unsigned long long)d.b)};
	return r;
}

/* The entry: this, the script, what was printed. */
struct header {
	uint32_t text, status;
	uint64_t out;
};

static const char *key_of(const struct results *r, struct arena *a, const struct source *src)
{
	struct digest d = {0xcbf29ce484222325u, 1};

	add(&d, src->text, src->len);
	return arena_printf(a, "%s:%016llx:%s", r->key, (unsigned long long)d.a, src->name);
}

static bool is_whole(const struct header *h, size_t n, const struct source *src)
{
	return n >= sizeof *h && h->text == src->len && h->out <= n &&
	       n == sizeof *h + h->text + h->out + 1 && h->status <= STATUS_FINDINGS &&
	       memcmp(h + 1, src->text, src->len) == 0 && ((const char *)h)[n - 1] == '\0';
}

/* Types of programs, headers, and probes in programs. */
static bool may_ask(const struct source *src)
{
	static const char *const WORDS[] = {"process", "@cast", "@var", "@enum", "@const"};

	for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++)
		if (memmem(src->text, src->len, WORDS[i], strlen(WORDS[i])))
			return true;
	return false;
}

/* A library file with a probe point in a program; that its comments name processes is no reason. */
static bool has_program(const struct source *src)
{
	const char *at = src->text, *end = at + src->len;

	while ((at = memmem(at, (size_t)(end - at), "process", 7))) {
		at += 7;
		if (*at == '(' || (*at == '.' && ((at[1] >= 'a' && at[1] <= 'z') || at[1] == '*')))
			return true;
	}
	return false;
}

static bool reads_programs(const struct compilation *c)
{
	const struct source *src;

	for (uint32_t i = 0; (src = sources_at(c->sources, i)); i++)
		if (src != c->script && has_program(src))
			return true;
	return false;
}

/* A library file is checked without facts; only a path in it leads to another file. */
static bool is_alone(const struct results *r, const struct source *src)
{
	return !memmem(src->text, src->len, "\"/", 2) && compile_of_library(r->session, src->name);
}

static bool probes_programs(const struct program *p)
{
	for (uint32_t i = 0; p && i < p->probes.n; i++)
		for (uint32_t k = 0; k < p->probes.v[i]->sites.n; k++) {
			const enum family f = p->probes.v[i]->sites.v[k]->family;

			if (f == FAMILY_PERF || (f >= FAMILY_PROCESS && f <= FAMILY_UDATA))
				return true;
		}
	return false;
}

bool results_find(struct results *r, struct arena *a, const char *path, const struct source **text,
		  struct kept *out)
{
	const char *why;
	const void *p;
	size_t n;

	*text = NULL;
	if (!r || !path || strcmp(path, "-") == 0)
		return false;
	const struct source *src = sources_read(sources_new(a), a, path, SOURCE_SCRIPT, &why);

	if (!src || src->len > LARGEST || (may_ask(src) && !is_alone(r, src)))
		return false;
	*text = src;
	if (!cache_get(r->cache, KIND, key_of(r, a, src), &p, &n) || !is_whole(p, n, src))
		return false;
	const struct header *h = p;

	*out = (struct kept){(enum exit_status)h->status, (const char *)(h + 1) + h->text,
			     (size_t)h->out};
	return true;
}

void results_keep(struct results *r, const struct compilation *c, const struct source *text,
		  const struct kept *k)
{
	struct header h = {text->len, (uint32_t)k->status, k->len};
	struct cache_part parts[] = {
		{&h, sizeof h}, {text->text, text->len}, {k->out, k->len}, {"", 1}};

	if (k->status > STATUS_FINDINGS || c->diags->errors || !c->script ||
	    c->script->len != text->len || memcmp(c->script->text, text->text, text->len) != 0)
		return;
	if (is_alone(r, text) ? probes_programs(c->program) : reads_programs(c))
		return;
	cache_put_parts(r->cache, KIND, key_of(r, c->arena, text), parts, 4);
}
