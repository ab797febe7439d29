/* Every form that facts come in, told apart by content, and what is refused. */
#include "fixture.h"

static const char RELEASE[] = "6.1.0-9-test";

static bool has_vfs_read(struct fixture *f, const struct target *t)
{
	struct target_fns fns = {0};

	return t && target_match(t, NULL, "vfs_read", f->a, &fns) == ANSWER_YES && fns.n == 1;
}

/* Opens a kernel, asks it, closes it. */
static bool serves(struct fixture *f, const char *path, const char *release)
{
	const struct target *t = open_target(f, path);
	bool ok = has_vfs_read(f, t);

	if (ok && release)
		ok = target_release(t) && !strcmp(target_release(t), release);
	if (ok)
		ok = strstr(target_describe(t), path) != NULL;
	target_close(t);
	return ok;
}

/* A BTF of more than a quarter of a megabyte of types, as a real kernel's. */
static struct blob large_btf(struct fixture *f)
{
	struct btf *b = kernel_btf();
	char name[32];

	for (int i = 0; i < 26000; i++) {
		snprintf(name, sizeof name, "type_%d", i);
		btf__add_typedef(b, name, 1);
	}
	struct blob out = take_btf(f, b);

	btf__free(b);
	return out;
}

static void test_boot_images(struct fixture *f, struct blob btf)
{
	static const char *const names[] = {"gzip", "xz", "zstd", "lz4"};
	struct blob elf = make_vmlinux(f, btf, RELEASE);

	for (enum codec c = 0; c < CODECS; c++) {
		struct blob image = make_vmlinuz(f, c, elf, RELEASE, true);
		const char *path = put_file(f, "image", image);

		CHECK(f, serves(f, path, RELEASE));
		const struct target *t = open_target(f, path);

		CHECK(f, t && strstr(target_describe(t), names[c]));
		target_close(t);
		/* the checksum notices damage that the packing does not */
		image.p[0x1f8] ^= 4;
		CHECK(f, refused(f, put_file(f, "image", image), "target-damaged"));
		image.n -= 64;
		CHECK(f, refused(f, put_file(f, "image", image), "target-damaged"));
		/* newer kernels have no checksum, and serve without */
		image = make_vmlinuz(f, c, elf, "6.18.1", false);
		CHECK(f, serves(f, put_file(f, "image", image), "6.18.1"));
	}
}

static void test_sizes(struct fixture *f, struct blob btf)
{
	struct blob image = make_vmlinuz(f, ZSTD, make_vmlinux(f, btf, RELEASE), "6.18.1", false);
	size_t payload =
		(size_t)image.p[0x24c] | (size_t)image.p[0x24d] << 8 | (size_t)image.p[0x24e] << 16;

	put_number(image.p + 1024 + payload - 4, 0xfffffff0, 4);
	CHECK(f, refused(f, put_file(f, "size", image), "target-damaged"));
	put_number(image.p + 1024 + payload - 4, 100, 4);
	const struct target *t = open_target(f, put_file(f, "size", image));

	/* found out when it is unpacked */
	CHECK(f, t && !has_vfs_read(f, t) && !target_known(t));
	CHECK(f, f->ds->errors > 0);
	target_close(t);
	put_number(image.p + 0x24c, 0x7fffffff, 4);
	CHECK(f, refused(f, put_file(f, "size", image), "target-damaged"));
	put_number(image.p + 0x206, 0x203, 2);
	CHECK(f, refused(f, put_file(f, "size", image), "target-unknown-form"));
}

static void test_plain(struct fixture *f, struct blob btf)
{
	struct blob elf = make_vmlinux(f, btf, RELEASE);
	struct part none = {".text", text_blob("x", 1)};

	CHECK(f, serves(f, put_file(f, "raw", btf), NULL));
	CHECK(f, serves(f, put_file(f, "elf", elf), RELEASE));
	CHECK(f, serves(f, put_file(f, "elf.gz", pack(f, GZIP, elf)), RELEASE));
	CHECK(f, serves(f, put_file(f, "elf.zst", pack(f, ZSTD, elf)), RELEASE));
	CHECK(f, refused(f, put_file(f, "empty_elf", make_elf(f, ET_EXEC, &none, 1)),
			 "target-no-btf"));
	elf.n /= 2;
	CHECK(f, refused(f, put_file(f, "half", elf), "target-damaged"));
	elf.p[4] = 1;
	CHECK(f, refused(f, put_file(f, "narrow", elf), "target-unknown-form"));
	btf.n -= 7;
	CHECK(f, refused(f, put_file(f, "cut", btf), "target-damaged"));
	unsigned char swapped[24] = {0xeb, 0x9f, 1};

	CHECK(f, refused(f, put_file(f, "swapped", (struct blob){swapped, 24}),
			 "target-unknown-form"));
}

static void test_not_files(struct fixture *f)
{
	const char *fifo = in_dir(f, "fifo");

	CHECK(f, refused(f, f->dir, "target-unreadable"));
	CHECK(f, refused(f, in_dir(f, "absent"), "target-unreadable"));
	CHECK(f, mkfifo(fifo, 0600) == 0 && refused(f, fifo, "target-unreadable"));
	CHECK(f, refused(f, "/dev/zero", "target-unreadable"));
	CHECK(f, refused(f, put_file(f, "none", (struct blob){0}), "target-unreadable"));
	CHECK(f, refused(f, put_file(f, "text", text_blob("hello\n", 6)), "target-unknown-form"));
	CHECK(f, refused(f, put_file(f, "b.gz", pack(f, GZIP, text_blob("hello\n", 6))),
			 "target-unknown-form"));
}

/* A small file that unpacks to more than is allowed. */
static void test_bomb(struct fixture *f)
{
	size_t n = 160u << 20;
	struct blob zeroes = {calloc(1, n), n};

	CHECK(f, refused(f, put_file(f, "bomb.zst", pack(f, ZSTD, zeroes)), "target-too-large"));
	CHECK(f, refused(f, put_file(f, "bomb.gz", pack(f, GZIP, zeroes)), "target-too-large"));
	free(zeroes.p);
}

static void test_releases(struct fixture *f, struct blob btf)
{
	struct target_request req = {.release = "no-such-release"};

	CHECK(f, !target_open(f->a, f->ds, &req) && !strcmp(last_tag(f), "target-no-release"));
	req.release = "../../etc";
	CHECK(f, !target_open(f->a, f->ds, &req) && !strcmp(last_tag(f), "target-no-release"));
	req.what = put_file(f, "elf", make_vmlinux(f, btf, RELEASE));
	req.release = "6.2";
	CHECK(f, !target_open(f->a, f->ds, &req) && !strcmp(last_tag(f), "target-wrong-release"));
	req.release = RELEASE;
	const struct target *t = target_open(f->a, f->ds, &req);

	CHECK(f, has_vfs_read(f, t));
	target_close(t);
}

int main(void)
{
	struct fixture f;
	struct btf *b = kernel_btf();

	fixture_start(&f);
	struct blob btf = take_btf(&f, b);

	btf__free(b);
	test_boot_images(&f, btf);
	test_boot_images(&f, large_btf(&f));
	test_sizes(&f, btf);
	test_not_files(&f);
	test_bomb(&f);
	test_releases(&f, btf);
	test_plain(&f, btf);
	return fixture_end(&f);
}
