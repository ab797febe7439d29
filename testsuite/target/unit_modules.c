/* Modules: the folder of an installation, split BTF and its base, the configuration. */
#include "fixture.h"

static const char RELEASE[] = "6.1.0-9-test";

struct world {
	struct blob kernel, card; /* BTF */
	const char *vmlinuz, *ko;
};

/* An installation under the fixture's folder. */
static void install(struct fixture *f, struct world *w)
{
	struct btf *k = kernel_btf(), *m = module_btf(k);

	w->kernel = take_btf(f, k);
	w->card = take_btf(f, m);
	btf__free(m);
	btf__free(k);
	struct blob elf = make_vmlinux(f, w->kernel, RELEASE);
	struct blob ko = make_module(f, w->card, "card", RELEASE);

	w->vmlinuz =
		put_file(f, "boot/vmlinuz-6.1.0-9-test", make_vmlinuz(f, LZ4, elf, RELEASE, true));
	put_file(f, "boot/config-6.1.0-9-test",
		 text_blob("CONFIG_HZ=250\n# CONFIG_KCOV is not set\nCONFIG_NAME=\"x\"\n", 54));
	w->ko = put_file(f, "lib/modules/6.1.0-9-test/kernel/net/card.ko", ko);
	put_file(f, "lib/modules/6.1.0-9-test/kernel/snd-card.ko.xz",
		 pack(f, XZ, make_module(f, w->card, "snd_card", RELEASE)));
	put_file(f, "lib/modules/6.1.0-9-test/kernel/old.ko",
		 make_module(f, w->card, "old", "5.10.0-1-test"));
	put_file(f, "lib/modules/6.1.0-9-test/kernel/torn.ko.zst",
		 pack(f, ZSTD, text_blob("?", 1)));
	put_file(f, "elsewhere/stray.ko", ko);
	if (symlink("../../../../elsewhere", in_dir(f, "lib/modules/6.1.0-9-test/kernel/out")) ||
	    symlink("/etc/hostname", in_dir(f, "lib/modules/6.1.0-9-test/kernel/link.ko")))
		abort();
}

static void test_list(struct fixture *f, const struct world *w)
{
	const struct target *t = open_target(f, w->vmlinuz);

	CHECK(f, target_module(t, "card") == ANSWER_YES);
	CHECK(f, target_module(t, "snd-card") == ANSWER_YES);
	CHECK(f, target_module(t, "snd_card") == ANSWER_YES);
	CHECK(f, target_module(t, "absent") == ANSWER_NO);
	/* links are not followed */
	CHECK(f, target_module(t, "stray") == ANSWER_NO);
	CHECK(f, target_module(t, "link") == ANSWER_NO);
	CHECK(f, !strcmp(target_near_module(t, "crad"), "card"));
	CHECK(f, strstr(target_evidence(t, "snd-card"), "kernel/snd-card.ko.xz"));
	CHECK(f, strstr(target_evidence(t, "absent"), "lib/modules/6.1.0-9-test"));
	CHECK(f, !strcmp(target_evidence(t, NULL), target_describe(t)));
	CHECK(f, f->ds->list.n == 0);
	target_close(t);
}

static void test_questions(struct fixture *f, const struct world *w)
{
	const struct target *t = open_target(f, w->vmlinuz);
	struct target_fns fns = {0};
	struct ttype ty;
	struct target_member m;

	CHECK(f, target_match(t, "card", "probe_*", f->a, &fns) == ANSWER_YES && fns.n == 1);
	CHECK(f, !strcmp(fns.v[0].name, "probe_card") && !strcmp(fns.v[0].module, "card"));
	ty = target_param(t, &fns.v[0], 0, NULL);
	CHECK(f, !strcmp(target_type_text(t, ty, f->a), "struct card *"));
	ty = target_type(t, ty).element;
	CHECK(f, target_member(t, ty, "file", &m) && m.bit_offset == 64);
	/* the kernel's type through the module, and the kernel's own, are one */
	CHECK(f, target_type_named(t, NULL, "struct file", &ty));
	CHECK(f, ty.unit == m.type.unit && ty.id == m.type.id);
	CHECK(f, target_type_named(t, "card", "struct card", &ty));
	CHECK(f, target_type_named(t, "card", "struct file", &ty));
	CHECK(f, !target_type_named(t, NULL, "struct card", &ty));
	/* the kernel's functions are not a module's, nor the other way round */
	CHECK(f, target_match(t, "card", "vfs_read", f->a, &fns) == ANSWER_NO);
	CHECK(f, target_match(t, NULL, "probe_card", f->a, &fns) == ANSWER_NO);
	CHECK(f, target_match(t, "absent", "*", f->a, &fns) == ANSWER_NO);
	CHECK(f, !strcmp(target_near_function(t, "card", "prob_card"), "probe_card"));
	fns.n = 0;
	CHECK(f, target_match(t, "snd-*", "*", f->a, &fns) == ANSWER_YES && fns.n == 1);
	CHECK(f, f->ds->list.n == 0);
	/* a module that cannot be read makes "no" into "unknown", and is told once */
	CHECK(f, target_match(t, "*", "absent", f->a, &fns) == ANSWER_UNKNOWN);
	CHECK(f, f->ds->list.n == 2 && !strcmp(last_tag(f), "target-module-skipped"));
	CHECK(f, target_match(t, "old", "*", f->a, &fns) == ANSWER_UNKNOWN);
	CHECK(f, target_match(t, "torn", "*", f->a, &fns) == ANSWER_UNKNOWN);
	CHECK(f, f->ds->list.n == 2 && f->ds->errors == 0);
	fns.n = 0;
	CHECK(f, target_match(t, "*", "probe_card", f->a, &fns) == ANSWER_YES && fns.n == 2);
	CHECK(f, !strcmp(fns.v[0].module, "card") && !strcmp(fns.v[1].module, "snd_card"));
	target_close(t);
}

static void test_config(struct fixture *f, const struct world *w)
{
	const struct target *t = open_target(f, w->vmlinuz);

	CHECK(f, !strcmp(target_config(t, "CONFIG_HZ"), "250"));
	CHECK(f, !strcmp(target_config(t, "CONFIG_KCOV"), ""));
	CHECK(f, !strcmp(target_config(t, "CONFIG_H"), ""));
	CHECK(f, !strcmp(target_config(t, "CONFIG_NAME"), "\"x\""));
	target_close(t);
}

/* --target may name a module: its kernel is found by its release. */
static void test_module_given(struct fixture *f, const struct world *w)
{
	const struct target *t = open_target(f, w->ko);
	struct target_fns fns = {0};

	CHECK(f, t && target_match(t, "card", "probe_card", f->a, &fns) == ANSWER_YES);
	CHECK(f, target_match(t, NULL, "vfs_read", f->a, &fns) == ANSWER_YES);
	CHECK(f, !strcmp(target_release(t), RELEASE));
	target_close(t);
	CHECK(f, refused(f, in_dir(f, "elsewhere/stray.ko"), "target-no-base"));
}

/* A kernel of another build: its strings and ids lie elsewhere. */
static struct blob other_kernel(struct fixture *f, bool shorter)
{
	struct btf *b = btf__new_empty();

	btf__add_int(b, "integer_of_another_name", 4, BTF_INT_SIGNED);
	for (int i = 0; !shorter && i < 60; i++)
		btf__add_typedef(b, arena_printf(f->a, "another_type_%d", i), 1);
	struct blob out = take_btf(f, b);

	btf__free(b);
	return out;
}

static void test_bases(struct fixture *f, const struct world *w)
{
	const char *card = put_file(f, "btf/card", w->card);
	struct target_fns fns = {0};

	CHECK(f, refused(f, card, "target-no-base"));
	put_file(f, "btf/vmlinux", w->kernel);
	const struct target *t = open_target(f, card);

	CHECK(f, t && target_match(t, "card", "probe_card", f->a, &fns) == ANSWER_YES);
	target_close(t);
	put_file(f, "btf/vmlinux", other_kernel(f, false));
	CHECK(f, refused(f, card, "target-wrong-base"));
	put_file(f, "btf/vmlinux", other_kernel(f, true));
	CHECK(f, refused(f, card, "target-wrong-base"));
	/* the right strings, but a kernel of another release */
	put_file(f, "elsewhere/vmlinux", make_vmlinux(f, w->kernel, "6.1.0-10-test"));
	CHECK(f, refused(f, in_dir(f, "elsewhere/stray.ko"), "target-wrong-base"));
}

int main(void)
{
	struct fixture f;
	struct world w;

	fixture_start(&f);
	install(&f, &w);
	test_list(&f, &w);
	test_questions(&f, &w);
	test_config(&f, &w);
	test_module_given(&f, &w);
	test_bases(&f, &w);
	return fixture_end(&f);
}
