/*
 * Damage: every byte of small BTF and modules, and many of boot images, are changed, and every
 * length is cut. Each result must be refused or serve without a crash; with the sanitizers this
 * finds reads out of bounds as well.
 */
#include "fixture.h"

static const char RELEASE[] = "6.18.1"; /* without a checksum, so that damage gets further in */

struct counts {
	unsigned refused, served;
};

static void try_one(struct fixture *f, struct counts *c, const char *path)
{
	struct arena *all = f->a;
	struct diags *ds = f->ds;

	f->a = arena_new(0, NULL);
	f->ds = diags_new(f->a, sources_new(f->a));
	const struct target *t = open_target(f, path);

	if (t)
		ask_all(f, t);
	/* what was refused was also explained */
	if (!t && !f->ds->errors)
		f->failed++;
	c->refused += !t || !target_known(t);
	c->served += t && target_known(t);
	target_close(t);
	arena_free(f->a);
	f->a = all;
	f->ds = ds;
}

static struct counts torture(struct fixture *f, const char *name, struct blob b, const char *asked,
			     size_t step)
{
	static const unsigned char changes[] = {0x01, 0x80, 0xff};
	struct counts c = {0};

	for (size_t i = 0; i < b.n; i += step)
		for (size_t k = 0; k < sizeof changes; k++) {
			b.p[i] ^= changes[k];
			put_file(f, name, b);
			try_one(f, &c, asked);
			b.p[i] ^= changes[k];
		}
	for (size_t n = 0; n < b.n; n += 1 + b.n / 500) {
		put_file(f, name, (struct blob){b.p, n});
		try_one(f, &c, asked);
	}
	put_file(f, name, b);
	return c;
}

/* Words of the extreme values at every place. */
static void torture_words(struct fixture *f, const char *name, struct blob b, const char *asked)
{
	static const uint32_t words[] = {0, 1, 0x7fffffff, 0xffffffff, 0x0f00ffff};
	struct counts c = {0};
	unsigned char kept[4];

	for (size_t i = 0; i + 4 <= b.n; i += 4)
		for (size_t k = 0; k < sizeof words / sizeof *words; k++) {
			memcpy(kept, b.p + i, 4);
			memcpy(b.p + i, &words[k], 4);
			put_file(f, name, b);
			try_one(f, &c, asked);
			memcpy(b.p + i, kept, 4);
		}
	CHECK(f, c.refused > 0 && c.served > 0);
}

int main(void)
{
	struct fixture f;
	struct btf *k = kernel_btf(), *m = module_btf(k);

	fixture_start(&f);
	struct blob kernel = take_btf(&f, k), card = take_btf(&f, m);
	struct blob elf = make_vmlinux(&f, kernel, RELEASE);
	struct counts c = torture(&f, "raw", kernel, in_dir(&f, "raw"), 1);

	btf__free(m);
	btf__free(k);
	CHECK(&f, c.refused > 0 && c.served > 0);
	torture_words(&f, "raw", kernel, in_dir(&f, "raw"));
	put_file(&f, "btf/vmlinux", kernel);
	c = torture(&f, "btf/card", card, in_dir(&f, "btf/card"), 1);
	CHECK(&f, c.refused > 0 && c.served > 0);
	torture_words(&f, "btf/card", card, in_dir(&f, "btf/card"));
	c = torture(&f, "elf", elf, in_dir(&f, "elf"), 1);
	CHECK(&f, c.refused > 0 && c.served > 0);
	for (enum codec codec = 0; codec < CODECS; codec++) {
		struct blob image = make_vmlinuz(&f, codec, elf, RELEASE, false);

		c = torture(&f, "image", image, in_dir(&f, "image"), 3);
		CHECK(&f, c.refused > 0 && c.served > 0);
	}
	const char *image =
		put_file(&f, "boot/vmlinuz-6.18.1", make_vmlinuz(&f, LZ4, elf, RELEASE, false));
	c = torture(&f, "lib/modules/6.18.1/card.ko", make_module(&f, card, "card", RELEASE), image,
		    1);
	CHECK(&f, c.served > 0);
	return fixture_end(&f);
}
