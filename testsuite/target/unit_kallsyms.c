/*
 * Kernels' own tables of symbols, written here in each order of their parts that there has been,
 * read back, and damaged byte by byte.  "dump KERNEL" prints the functions' symbols of a kernel,
 * for testsuite/code.sh; "record FILE" makes testsuite/facts/symbols.facts.
 */
#include "fixture.h"
#include "target/kallsyms.h"
#include "target/symimage.h"

enum layout { BEFORE_5_10, ORDERED_6_2, BEHIND_6_4, LAYOUTS };
enum { SYMBOLS = 700, ROOM = 256 * 1024 };

static const uint64_t BASE = 0xffffffff81000000u;

struct writer {
	unsigned char *p;
	size_t n;
};

static void align(struct writer *w)
{
	w->n = (w->n + 7) & ~(size_t)7;
}

static void put(struct writer *w, const void *p, size_t n)
{
	memcpy(w->p + w->n, p, n);
	w->n += n;
}

static const char *name_of(struct fixture *f, int i)
{
	switch (i) {
	case 10: return "D__per_cpu_thing";
	case 300: return "tfinish_task_switch.isra.0";
	case 301: return "tonly_cold.cold";
	case 302: return "Tsys_read";
	case 303: return "d_kbl_addr_sys_read";
	case 304: return arena_printf(f->a, "t%0150d.constprop.0.isra.3", 7);
	case 305: return "Dinit_task";
	case 400: return "T__noinstr_text_start";
	case 401: return "tquiet";
	case 402: return "T__noinstr_text_end";
	case 500: return "Tvfs_read";
	case 501: return "Tvfs_write";
	}
	return arena_printf(f->a, "Tfiller_%d", i);
}

static uint64_t address_of(int i, bool percpu)
{
	return percpu && i <= 10 ? (uint64_t)i * 64 : BASE + (uint64_t)i * 16;
}

static void put_addresses(struct writer *w, bool percpu)
{
	for (int i = 0; i < SYMBOLS; i++) {
		uint64_t address = address_of(i, percpu);
		int32_t offset = percpu && address < BASE ? (int32_t)address
				 : percpu                 ? (int32_t)(BASE - 1 - address)
							  : (int32_t)(address - BASE);

		put(w, &offset, 4);
	}
	align(w);
	put(w, &BASE, 8);
}

/* One code a character, but 0x80 for "sys_". */
static void put_name(struct writer *w, const char *s)
{
	unsigned char codes[512];
	size_t n = 0;

	while (*s) {
		bool token = !strncmp(s, "sys_", 4);

		codes[n++] = token ? 0x80 : (unsigned char)*s;
		s += token ? 4 : 1;
	}
	if (n >= 128)
		w->p[w->n++] = (unsigned char)(n | 0x80);
	w->p[w->n++] = (unsigned char)(n >= 128 ? n >> 7 : n);
	put(w, codes, n);
}

static struct blob make_table(struct fixture *f, enum layout layout, bool percpu)
{
	struct writer w = {arena_alloc(f->a, ROOM), 64};
	uint32_t markers[(SYMBOLS + 255) / 256], number = SYMBOLS;
	uint16_t index[256];
	size_t start;

	memset(w.p, 0xa5, 64);
	if (layout != BEHIND_6_4)
		put_addresses(&w, percpu);
	put(&w, &number, 4);
	align(&w);
	start = w.n;
	for (int i = 0; i < SYMBOLS; i++) {
		if (i % 256 == 0)
			markers[i / 256] = (uint32_t)(w.n - start);
		put_name(&w, name_of(f, i));
	}
	align(&w);
	put(&w, markers, sizeof markers);
	align(&w);
	if (layout == ORDERED_6_2) {
		memset(w.p + w.n, 0x11, 3 * SYMBOLS);
		w.n += 3 * SYMBOLS;
		align(&w);
	}
	start = w.n;
	for (int i = 0; i < 256; i++) {
		const char *token = i == 0x80             ? "sys_"
				    : i > ' ' && i < 0x7f ? arena_printf(f->a, "%c", i)
							  : arena_printf(f->a, "q%dz", i);

		index[i] = (uint16_t)(w.n - start);
		put(&w, token, strlen(token) + 1);
	}
	align(&w);
	put(&w, index, sizeof index);
	align(&w);
	if (layout == BEHIND_6_4)
		put_addresses(&w, percpu);
	return (struct blob){w.p, w.n};
}

static struct bytes bytes_of(struct blob b)
{
	return (struct bytes){b.p, b.n};
}

static void test_layouts(struct fixture *f)
{
	for (int layout = 0; layout < LAYOUTS; layout++)
		for (int percpu = 0; percpu < 2; percpu++) {
			struct blob b = make_table(f, (enum layout)layout, percpu);
			struct kallsyms k;
			struct kallsyms_symbol s;
			int i = 0;

			CHECK(f, kallsyms_find(bytes_of(b), &k) && k.n == SYMBOLS);
			CHECK(f, k.has_addresses && k.percpu == percpu);
			for (struct kallsyms_walk w = kallsyms_start(&k); kallsyms_next(&w, &s);
			     i++) {
				CHECK(f, s.type == *name_of(f, i) &&
						 !strcmp(s.name, name_of(f, i) + 1) &&
						 s.len == strlen(s.name));
				CHECK(f, s.address == address_of(i, percpu));
			}
			CHECK(f, i == SYMBOLS);
		}
}

static bool is_found(struct blob b, bool *addresses)
{
	struct kallsyms k;
	bool found = kallsyms_find(bytes_of(b), &k);

	*addresses = found && k.has_addresses;
	return found;
}

/* What contradicts itself is no table; addresses that do are not given. */
static void test_contradictions(struct fixture *f)
{
	struct blob b = make_table(f, BEFORE_5_10, true);
	struct kallsyms k;
	bool addresses;

	CHECK(f, kallsyms_find(bytes_of(b), &k));
	b.p[k.names]++;
	CHECK(f, !is_found(b, &addresses));
	b.p[k.names]--;
	b.p[k.names - 8]++;
	CHECK(f, !is_found(b, &addresses));
	b.p[k.names - 8]--;
	b.p[k.tokens + 3] = 'x';
	CHECK(f, !is_found(b, &addresses));
	b = make_table(f, BEFORE_5_10, true);
	b.p[k.offsets + 4 * 400] ^= 0x80;
	b.p[k.offsets + 4 * 400 + 1] ^= 0x80;
	CHECK(f, is_found(b, &addresses) && !addresses);
	CHECK(f, !is_found((struct blob){0}, &addresses));
}

static void read_all(struct blob b)
{
	struct kallsyms k;
	struct kallsyms_symbol s;

	if (kallsyms_find(bytes_of(b), &k))
		for (struct kallsyms_walk w = kallsyms_start(&k); kallsyms_next(&w, &s);)
			if (s.len != strlen(s.name) || s.len > KALLSYMS_MAX_NAME)
				abort();
}

static void test_damage(struct fixture *f)
{
	static const unsigned char changes[] = {0x01, 0x80, 0xff};
	struct blob b = make_table(f, BEHIND_6_4, true), copy = b;

	for (size_t i = 0; i < b.n; i += 3)
		for (size_t c = 0; c < sizeof changes; c++) {
			b.p[i] ^= changes[c];
			read_all(b);
			b.p[i] ^= changes[c];
		}
	/* in memory of the exact size, so that reading past the end is noticed */
	for (size_t n = 0; n < b.n; n += 31) {
		copy.p = malloc(n ? n : 1);
		memcpy(copy.p, b.p, n);
		copy.n = n;
		read_all(copy);
		free(copy.p);
	}
}

static void test_bases(struct fixture *f)
{
	CHECK(f, symimage_base("x") == 1 && symimage_base("x.isra.0") == 1);
	CHECK(f, symimage_base("do_x.constprop.0.isra.12") == 4);
	CHECK(f, symimage_base("x.part.0") == 1 && symimage_base("x.lto_priv.0") == 1);
	CHECK(f, symimage_base("x.llvm.123456") == 1);
	CHECK(f, !symimage_base("x.cold") && !symimage_base("x.isra.0.cold"));
	CHECK(f, !symimage_base("x.isra.") && !symimage_base("x."));
	CHECK(f, !symimage_base("") && !symimage_base("x.0"));
}

/* --- as part of a kernel --- */

static const char RELEASE[] = "6.1.0-9-test";

static const char *put_kernel(struct fixture *f, bool with_table)
{
	struct btf *k = kernel_btf();
	char *banner = arena_printf(f->a, "Linux version %s (test)", RELEASE);
	struct part parts[] = {{".rodata", text_blob(banner, strlen(banner) + 1)},
			       {".BTF", take_btf(f, k)},
			       {".rodata2", make_table(f, BEFORE_5_10, true)}};
	struct blob elf = make_elf(f, ET_EXEC, parts, with_table ? 3 : 2);

	btf__free(k);
	return put_file(f, "image/vmlinuz", make_vmlinuz(f, ZSTD, elf, RELEASE, true));
}

static enum answer ask(struct fixture *f, const struct target *t, const char *glob,
		       struct target_fn *out)
{
	struct target_fns fns = {0};
	const char *source;
	enum answer answer = target_symbol_functions(t, NULL, glob, f->a, &fns, &source);

	CHECK(f, (answer == ANSWER_UNKNOWN) == !source && (answer == ANSWER_YES) == (fns.n > 0));
	*out = fns.n ? fns.v[fns.n - 1] : (struct target_fn){0};
	return answer;
}

static void test_answers(struct fixture *f, const char *path, bool addresses)
{
	const struct target *t = open_target(f, path);
	struct target_fn fn;
	uint64_t address = 0;
	const char *why, *near;

	CHECK(f, ask(f, t, "vfs_read", &fn) == ANSWER_YES && !fn.symbol);
	CHECK(f, ask(f, t, "finish_task_switch", &fn) == ANSWER_YES &&
			 !strcmp(fn.name, "finish_task_switch") &&
			 !strcmp(fn.symbol, "finish_task_switch.isra.0"));
	CHECK(f, ask(f, t, "finish_task_switch.isra.0", &fn) == ANSWER_YES && !fn.symbol);
	CHECK(f, ask(f, t, "finish_*", &fn) == ANSWER_YES && fn.symbol);
	CHECK(f, ask(f, t, "only_cold", &fn) == ANSWER_NO);
	CHECK(f, ask(f, t, "init_task", &fn) == ANSWER_NO);
	CHECK(f, ask(f, t, "finish_task", &fn) == ANSWER_NO);
	CHECK(f, ask(f, t, "_kbl_addr_sys_read", &fn) == ANSWER_NO);
	near = target_symbol_near(t, NULL, "finish_task_swich", f->a);
	CHECK(f, near && !strcmp(near, "finish_task_switch"));
	CHECK(f, target_probeable(t, NULL, "quiet", &why) == ANSWER_NO && strstr(why, "noinstr"));
	CHECK(f,
	      target_probeable(t, NULL, "sys_read", &why) == ANSWER_NO && strstr(why, "NOKPROBE"));
	CHECK(f, target_probeable(t, NULL, "filler_1", &why) == ANSWER_YES);
	CHECK(f,
	      target_symbol(t, "init_task", &address) == (addresses ? ANSWER_YES : ANSWER_UNKNOWN));
	CHECK(f, !addresses || address == address_of(305, true));
	CHECK(f, target_symbol(t, "absent", &address) == (addresses ? ANSWER_NO : ANSWER_UNKNOWN));
	target_close(t);
}

static void record(struct fixture *f, const char *image, const char *path)
{
	const struct target *t = open_target(f, image);

	CHECK(f, t && target_record(t, f->ds, path));
	target_close(t);
}

static void test_kernel(struct fixture *f)
{
	const char *image = put_kernel(f, true), *facts = in_dir(f, "facts");
	const struct target *t;
	struct target_fn fn;

	test_answers(f, image, true);
	record(f, image, facts);
	test_answers(f, facts, false);
	record(f, facts, in_dir(f, "again"));
	struct blob a = get_file(f, facts), b = get_file(f, in_dir(f, "again"));

	CHECK(f, a.n && a.n == b.n && !memcmp(a.p, b.p, a.n));
	image = put_kernel(f, false);
	for (int i = 0; i < 2; i++) {
		t = open_target(f, i ? facts : image);
		CHECK(f, ask(f, t, "vfs_read", &fn) == ANSWER_UNKNOWN);
		target_close(t);
		record(f, image, facts);
	}
}

static int dump(struct fixture *f, const char *path)
{
	const struct target *t = open_target(f, path);
	const struct symmap *m = t ? symimage_of((struct target *)(uintptr_t)t, NULL) : NULL;

	for (uint32_t i = 0; m && i < m->n; i++)
		if (m->entries[i].code)
			printf("%016llx %s\n", (unsigned long long)m->entries[i].address,
			       symimage_name(m, i));
	target_close(t);
	return !m;
}

int main(int argc, char **argv)
{
	struct fixture f;
	int status = 0;

	fixture_start(&f);
	if (argc == 3) {
		if (!strcmp(argv[1], "dump"))
			status = dump(&f, argv[2]);
		else
			record(&f, put_kernel(&f, true), argv[2]);
		return fixture_end(&f) | status;
	}
	test_layouts(&f);
	test_contradictions(&f);
	test_damage(&f);
	test_bases(&f);
	test_kernel(&f);
	return fixture_end(&f);
}
