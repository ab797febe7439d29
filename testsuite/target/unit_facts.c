/* Facts files: what is recorded is what is read again, and any damage is noticed. */
#include "fixture.h"

static const char RELEASE[] = "6.1.0-9-test";

/* A kernel with two modules on disk, recorded after one of them was asked for. */
static const char *record(struct fixture *f)
{
	struct btf *k = kernel_btf(), *m = module_btf(k);
	struct blob elf = make_vmlinux(f, take_btf(f, k), RELEASE), card = take_btf(f, m);
	const char *path = in_dir(f, "recorded");
	struct target_fns fns = {0};

	btf__free(m);
	btf__free(k);
	put_file(f, "boot/config-6.1.0-9-test", text_blob("CONFIG_HZ=250\n", 14));
	put_file(f, "lib/modules/6.1.0-9-test/card.ko", make_module(f, card, "card", RELEASE));
	put_file(f, "lib/modules/6.1.0-9-test/more.ko", make_module(f, card, "more", RELEASE));
	const char *image =
		put_file(f, "boot/vmlinuz-6.1.0-9-test", make_vmlinuz(f, ZSTD, elf, RELEASE, true));
	const struct target *t = open_target(f, image);

	CHECK(f, target_match(t, "card", "*", f->a, &fns) == ANSWER_YES);
	CHECK(f, target_record(t, f->ds, path));
	target_close(t);
	return path;
}

static void test_answers(struct fixture *f, const char *path)
{
	const struct target *t = open_target(f, path);
	struct target_fns fns = {0};
	struct target_fn fn;

	CHECK(f, t && target_known(t) && !strcmp(target_release(t), RELEASE));
	CHECK(f, strstr(target_describe(t), path) && strstr(target_describe(t), "vmlinuz, zstd"));
	CHECK(f, target_match(t, NULL, "vfs_read", f->a, &fns) == ANSWER_YES);
	CHECK(f, target_match(t, NULL, "absent", f->a, &fns) == ANSWER_NO);
	CHECK(f, target_match(t, "card", "probe_card", f->a, &fns) == ANSWER_YES && fns.n == 2);
	CHECK(f, !strcmp(target_config(t, "CONFIG_HZ"), "250"));
	/* every name was recorded, the facts of those asked for only */
	CHECK(f, target_module(t, "more") == ANSWER_YES);
	CHECK(f, target_module(t, "absent") == ANSWER_NO);
	CHECK(f, target_match(t, "more", "probe_card", f->a, &fns) == ANSWER_UNKNOWN);
	CHECK(f, target_tracepoint(t, "absent", &fn) == ANSWER_UNKNOWN);
	CHECK(f, target_tracepoint(t, "open", &fn) == ANSWER_YES);
	CHECK(f, f->ds->list.n == 0);
	target_close(t);
}

/* Facts recorded from facts are the same bytes. */
static void test_again(struct fixture *f, const char *path)
{
	const struct target *t = open_target(f, path);
	const char *again = in_dir(f, "again");
	struct stat sb;

	CHECK(f, t && target_record(t, f->ds, again));
	target_close(t);
	struct blob a = get_file(f, path), b = get_file(f, again);

	CHECK(f, a.n > 0 && a.n == b.n && !memcmp(a.p, b.p, a.n));
	CHECK(f, stat(again, &sb) == 0 && (sb.st_mode & 0777) == 0644);
}

static void test_unwritable(struct fixture *f, const char *path)
{
	const struct target *t = open_target(f, path);

	CHECK(f, !target_record(t, f->ds, in_dir(f, "no/such/folder")));
	CHECK(f, !strcmp(last_tag(f), "target-not-recorded"));
	CHECK(f, !target_record(t, f->ds, f->dir));
	target_close(t);
}

static void test_version(struct fixture *f, const char *path)
{
	struct blob b = get_file(f, path);

	b.p[14] = '7';
	CHECK(f, refused(f, put_file(f, "newer", b), "target-unknown-form"));
}

/* Each bit of each byte, and each length: opening must refuse it. */
static void test_damage(struct fixture *f, const char *path)
{
	struct blob b = get_file(f, path);
	unsigned opened = 0;

	for (size_t i = 0; i < b.n * 8; i++) {
		b.p[i / 8] ^= (unsigned char)(1 << i % 8);
		const struct target *t = open_target(f, put_file(f, "flipped", b));

		opened += t != NULL;
		target_close(t);
		b.p[i / 8] ^= (unsigned char)(1 << i % 8);
	}
	CHECK(f, opened == 0);
	for (size_t n = b.n; n-- > 0;) {
		const struct target *t = open_target(f, put_file(f, "cut", (struct blob){b.p, n}));

		opened += t != NULL;
		target_close(t);
	}
	CHECK(f, opened == 0);
	struct blob longer = {arena_alloc(f->a, b.n + 1), b.n + 1};

	memcpy(longer.p, b.p, b.n);
	CHECK(f, refused(f, put_file(f, "longer", longer), "target-damaged"));
}

int main(void)
{
	struct fixture f;

	fixture_start(&f);
	const char *path = record(&f);

	test_answers(&f, path);
	test_again(&f, path);
	test_unwritable(&f, path);
	test_version(&f, path);
	test_damage(&f, path);
	return fixture_end(&f);
}
