/*
 * Facts files.  One line of text ("stapvet facts 1 LENGTH CRC") covers the length and the CRC-32 of
 * all that follows, so any cut or flipped bit is noticed on opening; then come zstd frames, each
 * with its own checksum: a directory in lines of text, and what it lists, in its order.  Opening
 * unpacks the directory only.  Writing goes to a temporary file in the same folder that is renamed
 * at the end, and the same facts give the same bytes.
 */
#include "target/factsfile.h"
#include "target/place.h"
#include "target/symimage.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

enum { LEVEL = 19, MAX_DIRECTORY = 4 * 1024 * 1024, MAX_LINE = 64 };

#define FIRST_LINE "stapvet facts 1 %" PRIu64 " %08x\n"

/* --- reading --- */

struct reader {
	struct target *t;
	struct bytes file;
	size_t at; /* of the next frame */
};

static bool damaged(struct target *t, const char *what)
{
	return store_fail(&t->st, DIAG_TARGET_DAMAGED, "the facts file is damaged: %s", what);
}

/* The first line: length and checksum of the rest. */
static bool check_cover(struct target *t, struct bytes file, size_t *at)
{
	char line[MAX_LINE + 1] = "", again[MAX_LINE + 1];
	unsigned version = 0, crc;
	uint64_t length;
	int used;

	memcpy(line, file.p, file.n < MAX_LINE ? file.n : MAX_LINE);
	if (sscanf(line, "stapvet facts %u", &version) == 1 && version != 1)
		return store_fail(&t->st, DIAG_TARGET_UNKNOWN_FORM,
				  "it is a facts file of version %u, only 1 is known", version);
	if (sscanf(line, "stapvet facts 1 %12" SCNu64 " %8x", &length, &crc) != 2)
		return damaged(t, "its first line");
	/* only the one way of writing it is right, else a changed bit might pass */
	used = snprintf(again, sizeof again, FIRST_LINE, length, crc);
	if (strncmp(line, again, (size_t)used))
		return damaged(t, "its first line");
	*at = (size_t)used;
	struct bytes body = store_sub(file, *at, length);

	if (!body.p || file.n - *at != length)
		return damaged(t, "it has another length than it says");
	if (crc32_z(0, body.p, body.n) != crc)
		return damaged(t, "its checksum is wrong");
	return true;
}

static bool next_frame(struct reader *r, struct bytes *frame)
{
	size_t left = r->file.n - r->at;
	size_t n = ZSTD_findFrameCompressedSize(r->file.p + r->at, left);

	if (ZSTD_isError(n) || n > left)
		return damaged(r->t, "a part is cut short");
	*frame = (struct bytes){r->file.p + r->at, n};
	r->at += n;
	return true;
}

static bool part(struct reader *r, const char *size, struct facts_part *p)
{
	char *end;
	unsigned long n = strtoul(size, &end, 10);

	if (*end || n == 0 || n > STORE_MAX_BTF)
		return damaged(r->t, "a size in its directory");
	p->size = (uint32_t)n;
	return next_frame(r, &p->packed);
}

static bool read_module(struct reader *r, char *name)
{
	char *size = strchr(name, ' ');

	if (size)
		*size++ = '\0';
	if (!*name || strlen(name) > MAX_LINE)
		return damaged(r->t, "a module's name");
	struct module *m = modules_add(&r->t->modules, r->t->st.arena, name);

	return !size || part(r, size, &m->recorded);
}

static bool read_entry(struct reader *r, char *line)
{
	struct target *t = r->t;
	char *value = strchr(line, ' ');

	if (!value)
		return damaged(t, "its directory");
	*value++ = '\0';
	if (!strcmp(line, "module"))
		return read_module(r, value);
	if (!strcmp(line, "btf"))
		return part(r, value, &t->facts.btf);
	if (!strcmp(line, "config"))
		return part(r, value, &t->facts.config);
	if (!strcmp(line, "symbols"))
		return part(r, value, &t->facts.symbols);
	if (!strcmp(line, "release") && place_is_release(value))
		t->kernel.release = value;
	else if (!strcmp(line, "machine"))
		t->kernel.machine = value;
	else if (!strcmp(line, "from"))
		t->facts.from = value;
	else if (!strcmp(line, "modules"))
		t->modules.known = !strcmp(value, "all");
	else
		return damaged(t, "its directory");
	return true;
}

bool factsfile_open(struct target *t)
{
	struct reader r = {t, {t->kernel.file->data, t->kernel.file->len}, 0};
	struct image *dir;
	struct bytes frame;

	if (!check_cover(t, r.file, &r.at) || !next_frame(&r, &frame))
		return false;
	dir = unpack_run(&t->st, UNPACK_ZSTD, frame, 0, MAX_DIRECTORY, NULL);
	if (!dir)
		return false;
	char *text = arena_strndup(t->st.arena, (const char *)dir->data, dir->len), *rest = text;

	store_drop(&t->st, dir);
	for (char *line; (line = strsep(&rest, "\n")) && *line;)
		if (!read_entry(&r, line))
			return false;
	t->modules_read = true;
	modules_sort(&t->modules);
	if (!t->facts.btf.size || r.at != r.file.n)
		return damaged(t, "it has more or fewer parts than its directory says");
	return true;
}

struct image *factsfile_part(struct target *t, const struct facts_part *p)
{
	return unpack_run(&t->st, UNPACK_ZSTD, p->packed, p->size, STORE_MAX_BTF, NULL);
}

struct target_unit *factsfile_unit(struct target *t)
{
	struct unitcache_head head = {.form = ORIGIN_FACTS, .own_btf = 1};
	struct unitcache_kept kept;
	struct target_unit *u = NULL;
	const char *key = t->kernel.key;
	struct image *m;

	if (unitcache_get(&t->st, key, &kept) && kept.head->form == ORIGIN_FACTS && kept.btf.p)
		u = unitcache_unit(&t->st, &kept, kept.btf, NULL);
	if (!u && (m = factsfile_part(t, &t->facts.btf))) {
		u = unit_new(&t->st, (struct bytes){m->data, m->len}, NULL);
		if (u)
			unitcache_put(&t->st, key, &head, u);
	}
	if (u)
		u->key = key;
	return u;
}

/* --- writing --- */

struct writer {
	struct target *t;
	struct store st; /* scratch */
	VEC(char) directory;
	VEC(struct image *) frames;
};

static void __attribute__((format(printf, 2, 3))) entry(struct writer *w, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	for (const char *s = arena_vprintf(w->st.arena, fmt, ap); *s; s++)
		vec_push(w->st.arena, &w->directory, *s);
	va_end(ap);
	vec_push(w->st.arena, &w->directory, '\n');
}

static struct image *pack(struct writer *w, struct bytes b)
{
	struct image *m = store_buffer(&w->st, ZSTD_compressBound(b.n));
	ZSTD_CCtx *z = ZSTD_createCCtx();
	size_t n = 0;

	if (m && z) {
		ZSTD_CCtx_setParameter(z, ZSTD_c_compressionLevel, LEVEL);
		ZSTD_CCtx_setParameter(z, ZSTD_c_checksumFlag, 1);
		n = ZSTD_compress2(z, m->data, m->capacity, b.p, b.n);
	}
	ZSTD_freeCCtx(z);
	if (!m || n == 0 || ZSTD_isError(n)) {
		store_fail(&w->st, DIAG_TARGET_NOT_RECORDED, "not enough memory to pack it");
		return NULL;
	}
	m->len = n;
	return m;
}

static bool add_part(struct writer *w, struct bytes b)
{
	struct image *m = pack(w, b);

	if (m)
		vec_push(w->st.arena, &w->frames, m);
	return m != NULL;
}

static bool add_module(struct writer *w, struct module *m)
{
	/* what a facts file already holds is passed on */
	if (m->recorded.size)
		lazy_module(w->t, m);
	if (!m->unit) {
		entry(w, "module %s", m->name);
		return true;
	}
	entry(w, "module %s %zu", m->name, m->unit->raw.n);
	return add_part(w, m->unit->raw);
}

static const char *source_text(const struct writer *w)
{
	const struct origin *o = &w->t->kernel;
	const char *slash = strrchr(o->path, '/');

	if (w->t->facts.from)
		return w->t->facts.from;
	return arena_printf(w->st.arena, "%s (%s)", slash ? slash + 1 : o->path,
			    origin_text(o, w->st.arena));
}

static bool add_symbols(struct writer *w)
{
	struct image *m = symimage_record(w->t, &w->st);

	if (!m)
		return true;
	entry(w, "symbols %zu", m->len);
	return add_part(w, (struct bytes){m->data, m->len});
}

static bool add_all(struct writer *w)
{
	struct target *t = w->t;
	struct modules *ms = lazy_modules(t);
	struct bytes config = lazy_config(t);

	if (t->release)
		entry(w, "release %s", t->release);
	if (t->machine)
		entry(w, "machine %s", t->machine);
	entry(w, "from %s", source_text(w));
	entry(w, "modules %s", ms->known ? "all" : "some");
	entry(w, "btf %zu", t->unit->raw.n);
	if (!add_part(w, t->unit->raw))
		return false;
	if (config.n) {
		entry(w, "config %zu", config.n);
		if (!add_part(w, config))
			return false;
	}
	if (!add_symbols(w))
		return false;
	vec_each(i, &ms->list)
		if (!add_module(w, ms->list.v[i]))
			return false;
	return true;
}

static bool write_parts(struct writer *w, FILE *f, const struct image *dir)
{
	uint64_t length = dir->len;
	uLong crc = crc32_z(0, dir->data, dir->len);

	vec_each(i, &w->frames) {
		length += w->frames.v[i]->len;
		crc = crc32_z(crc, w->frames.v[i]->data, w->frames.v[i]->len);
	}
	fprintf(f, FIRST_LINE, length, (unsigned)crc);
	fwrite(dir->data, 1, dir->len, f);
	vec_each(i, &w->frames)
		fwrite(w->frames.v[i]->data, 1, w->frames.v[i]->len, f);
	return fflush(f) == 0 && !ferror(f) && fchmod(fileno(f), 0644) == 0;
}

static bool write_file(struct writer *w, const char *path, const struct image *dir)
{
	char *temp = arena_printf(w->st.arena, "%s.XXXXXX", path);
	int fd = mkostemp(temp, O_CLOEXEC);
	FILE *f = fd < 0 ? NULL : fdopen(fd, "w");
	bool ok;

	if (!f) {
		store_fail(&w->st, DIAG_TARGET_NOT_RECORDED, "%s", strerror(errno));
		if (fd >= 0) {
			close(fd);
			unlink(temp);
		}
		return false;
	}
	ok = write_parts(w, f, dir);
	ok = fclose(f) == 0 && ok && rename(temp, path) == 0;
	if (!ok) {
		store_fail(&w->st, DIAG_TARGET_NOT_RECORDED, "%s", strerror(errno));
		unlink(temp);
	}
	return ok;
}

bool factsfile_write(struct target *t, const char *path)
{
	struct writer w = {.t = t, .st.arena = arena_scratch(t->st.arena)};
	struct image *dir;
	bool ok = false;

	if (add_all(&w)) {
		dir = pack(&w, (struct bytes){(const uint8_t *)w.directory.v, w.directory.n});
		ok = dir && write_file(&w, path, dir);
	}
	if (!ok)
		store_fail(&t->st, w.st.tag, "%s", w.st.why);
	store_close(&w.st);
	arena_free(w.st.arena);
	return ok;
}
