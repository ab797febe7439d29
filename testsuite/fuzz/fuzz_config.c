/* The files beside a kernel: its configuration, or its System.map; the first byte says which. */
#include "testsuite/fuzz/facts.h"

static const char RELEASE[] = "6.18.1";

static void start(void)
{
	struct btf *kernel = kernel_btf();
	struct blob elf = make_vmlinux(&facts, take_btf(&facts, kernel), RELEASE);

	put_file(&facts, "boot/vmlinuz-6.18.1", make_vmlinuz(&facts, GZIP, elf, RELEASE, false));
	btf__free(kernel);
}

static void ask(void)
{
	struct fixture f = facts;
	const char *why;
	uint64_t address;

	f.a = arena_new(0, NULL);
	f.ds = diags_new(f.a, sources_new(f.a));
	const struct target *t = open_target(&f, in_dir(&f, "boot/vmlinuz-6.18.1"));

	if (!t)
		fuzz_finding("what lies beside a kernel made it unreadable");
	target_config(t, "CONFIG_HZ");
	target_config(t, "CONFIG_");
	target_symbol(t, "jiffies", &address);
	target_symbol(t, "vfs_read", &address);
	target_probeable(t, NULL, "vfs_read", &why);
	target_probeable(t, NULL, "do_nmi", &why);
	target_symbol_source(t);
	target_close(t);
	arena_free(f.a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (facts_start())
		start();
	if (!size)
		return 0;
	put_file(&facts, *data & 1 ? "boot/System.map-6.18.1" : "boot/config-6.18.1",
		 (struct blob){(unsigned char *)(uintptr_t)data + 1, size - 1});
	ask();
	return 0;
}
