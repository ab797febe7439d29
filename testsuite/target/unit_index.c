/*
 * What the cache keeps of BTF: every answer is the same as without it, from a first run, a second
 * and a third; and an entry that says anything at all leads to no crash.
 */
#include "base/cache.h"
#include "fixture.h"

#include <dirent.h>

static const char FACTS[] = "testsuite/facts/cloud-6.1.facts";

struct opened {
	struct cache *cache;
	const struct target *t;
};

static struct opened open_cached(struct fixture *f, const char *path)
{
	struct opened o = {.cache = cache_open(f->a)};
	struct target_request req = {.what = path, .cache = o.cache};

	o.t = target_open(f->a, f->ds, &req);
	return o;
}

static void close_cached(struct opened *o)
{
	target_close(o->t);
	cache_close(o->cache);
}

/* FNV-1a: all answers as one number. */
static uint64_t mix(uint64_t h, const char *s)
{
	for (; s && *s; s++)
		h = (h ^ (unsigned char)*s) * 0x100000001b3u;
	return (h ^ 0xff) * 0x100000001b3u;
}

static uint64_t about(const struct target *t, const char *module, const char *name, struct arena *a)
{
	struct target_fns one = {0};
	uint64_t h = mix(1, name);

	target_match(t, module, name, a, &one);
	if (!one.n)
		return h;
	h = mix(h, target_type_text(t, target_return(t, &one.v[0]), a));
	for (uint32_t k = 0; k < one.v[0].nparams; k++) {
		const char *param;
		struct ttype ty = target_param(t, &one.v[0], k, &param), again;
		struct ttype_info info = target_type(t, ty);
		const char *text = target_type_text(t, ty, a);

		h = mix(mix(h, param), text) ^ (info.size + info.nmembers);
		if (target_type_named(t, module, text, &again))
			h = h * 31 + again.id;
	}
	return h;
}

static uint64_t answers(struct fixture *f, const struct target *t, const char *module)
{
	struct target_fns fns = {0};
	struct arena *a = arena_scratch(f->a), *b = arena_scratch(f->a);
	uint64_t h = mix(1, target_describe(t));

	target_match(t, module, "*", a, &fns);
	for (uint32_t i = 0; i < fns.n; i++) {
		h = h * 31 + about(t, module, fns.v[i].name, b);
		if (i % 1024 == 0) {
			arena_free(b);
			b = arena_scratch(f->a);
		}
	}
	arena_free(b);
	arena_free(a);
	h = mix(h, target_near_function(t, module, "vfs_raed"));
	return mix(h, target_near_type(t, module, "struct task_strukt"));
}

static uint64_t more(const struct target *t)
{
	static const char *const names[] = {"TCP_ESTABLISHED", "NF_DROP", "no_such", "PIDTYPE_PID"};
	static const char *const types[] = {
		"struct task_struct", "union nf_inet_addr", "enum pid_type", "size_t", "int",
		"struct none"};
	struct target_fn fn;
	uint64_t h = 7;

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		int64_t v = -1;

		h = h * 31 + target_enumerator(t, names[i], &v);
		h = h * 31 + (uint64_t)v;
	}
	for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
		struct ttype ty = {0};

		h = h * 31 + target_type_named(t, NULL, types[i], &ty);
		h = h * 31 + ty.id;
	}
	h = h * 31 + target_tracepoint(t, "sched_switch", &fn);
	return mix(h, target_release(t));
}

static void test_same(struct fixture *f, const char *path, const char *module)
{
	const struct target *plain = open_target(f, path);
	uint64_t want = answers(f, plain, module), wanted = more(plain);

	target_close(plain);
	for (int run = 0; run < 4; run++) {
		struct opened o = open_cached(f, path);

		CHECK(f, answers(f, o.t, module) == want);
		CHECK(f, more(o.t) == wanted);
		close_cached(&o);
	}
}

/* Entries of the cache, by path. */
static uint32_t entries(struct fixture *f, const char **out, uint32_t max)
{
	const char *folder = in_dir(f, "stapvet");
	DIR *d = opendir(folder);
	uint32_t n = 0;

	for (struct dirent *e; d && n < max && (e = readdir(d));)
		if (e->d_name[0] != '.')
			out[n++] = arena_printf(f->a, "%s/%s", folder, e->d_name);
	if (d)
		closedir(d);
	return n;
}

static void ask(struct fixture *f, const char *path, const char *module)
{
	struct opened o = open_cached(f, path);

	if (o.t) {
		answers(f, o.t, module);
		more(o.t);
	}
	close_cached(&o);
}

/* Bytes of every entry changed at random, a few at a time, and put back. */
static void test_hostile(struct fixture *f, const char *path, const char *module)
{
	const char *files[32];
	uint32_t n = entries(f, files, 32), seed = 1;

	CHECK(f, n >= 3);
	for (uint32_t i = 0; i < n; i++) {
		struct blob good = get_file(f, files[i]);

		for (int round = 0; round < 60; round++) {
			struct blob bad = {arena_alloc(f->a, good.n + 1), good.n};

			memcpy(bad.p, good.p, good.n);
			for (int k = 0; k < 12; k++) {
				seed = seed * 1103515245 + 12345;
				bad.p[(seed >> 8) % good.n] = (unsigned char)(seed >> 3);
			}
			/* sometimes a whole stretch */
			if (round % 5 == 0)
				memset(bad.p + good.n / 2, round % 2 ? 0xff : 0x7f, good.n / 4);
			if (round % 7 == 0)
				bad.n = good.n - 1 - seed % (good.n / 2);
			FILE *out = fopen(files[i], "wb");

			if (!out || fwrite(bad.p, 1, bad.n, out) != bad.n || fclose(out))
				abort();
			ask(f, path, module);
		}
		FILE *out = fopen(files[i], "wb");

		if (!out || fwrite(good.p, 1, good.n, out) != good.n || fclose(out))
			abort();
	}
	CHECK(f, true);
}

static void empty(struct fixture *f)
{
	struct cache *c = cache_open(f->a);
	uint32_t removed;

	CHECK(f, cache_clean(c, &removed));
	cache_close(c);
}

/* A kernel that is replaced by another of the same name is read anew. */
static void test_replaced(struct fixture *f, const char *vmlinuz)
{
	struct btf *k = btf__new_empty();
	int i = btf__add_int(k, "int", 4, BTF_INT_SIGNED);
	struct target_fns fns = {0};

	btf__add_func_proto(k, i);
	btf__add_func(k, "quite_other", BTF_FUNC_STATIC, 2);
	struct blob elf = make_vmlinux(f, take_btf(f, k), "6.1.0-9-test");

	btf__free(k);
	put_file(f, "boot/vmlinuz-6.1.0-9-test", make_vmlinuz(f, LZ4, elf, "6.1.0-9-test", true));
	struct opened o = open_cached(f, vmlinuz);

	CHECK(f, target_match(o.t, NULL, "quite_other", f->a, &fns) == ANSWER_YES);
	CHECK(f, target_match(o.t, NULL, "vfs_read", f->a, &fns) == ANSWER_NO);
	close_cached(&o);
}

int main(void)
{
	struct fixture f;

	fixture_start(&f);
	setenv("XDG_CACHE_HOME", f.dir, 1);
	struct btf *k = kernel_btf(), *m = module_btf(k);
	struct blob kernel = take_btf(&f, k), card = take_btf(&f, m);

	btf__free(m);
	btf__free(k);
	struct blob elf = make_vmlinux(&f, kernel, "6.1.0-9-test");
	const char *vmlinuz = put_file(&f, "boot/vmlinuz-6.1.0-9-test",
				       make_vmlinuz(&f, LZ4, elf, "6.1.0-9-test", true));
	const char *ko = put_file(&f, "lib/modules/6.1.0-9-test/kernel/card.ko.xz",
				  pack(&f, XZ, make_module(&f, card, "card", "6.1.0-9-test")));
	const char *raw = put_file(&f, "kernel.btf", kernel);
	const char *vmlinux = put_file(&f, "vmlinux", elf);

	usleep(50000); /* what is new this moment is not kept */
	test_same(&f, vmlinuz, NULL);
	test_same(&f, vmlinuz, "card");
	test_same(&f, ko, "card");
	test_same(&f, raw, NULL);
	test_same(&f, vmlinux, NULL);
	empty(&f);
	test_same(&f, vmlinuz, "card");
	test_hostile(&f, vmlinuz, "card");
	test_replaced(&f, vmlinuz);
	empty(&f);
	test_same(&f, raw, NULL);
	test_hostile(&f, raw, NULL);
	empty(&f);
	test_same(&f, FACTS, NULL);
	return fixture_end(&f);
}
