/* Tracepoints by pattern, and their systems from the headers of the kernel. */
#include "fixture.h"

#define RELEASE "6.1.0-9-test"

static const char header[] = "#undef TRACE_SYSTEM\n"
			     "#define TRACE_SYSTEM files\n"
			     "TRACE_EVENT(open,\n\tTP_PROTO(int how));\n"
			     "#define TRACE_SYSTEM disks\n"
			     "DECLARE_EVENT_CLASS(disk, TP_PROTO(int n));\n"
			     "DEFINE_EVENT(disk, spin,\n\tTP_PROTO(int n));\n"
			     "TRACE_EVENT_CONDITION( \\\n\tstop, TP_PROTO(int n));\n"
			     "TRACE_EVENT(";

static void make_files(struct fixture *f)
{
	struct btf *k = kernel_btf();
	struct blob elf = make_vmlinux(f, take_btf(f, k), RELEASE);

	put_file(f, "boot/vmlinuz-" RELEASE, make_vmlinuz(f, ZSTD, elf, RELEASE, true));
	put_file(f, "lib/modules/" RELEASE "/build/include/trace/events/x.h",
		 text_blob(header, sizeof header - 1));
	btf__free(k);
}

static uint32_t count(struct fixture *f, const struct target *t, const char *glob, bool want)
{
	struct target_fns fns = {0};

	CHECK(f, (target_tracepoints(t, NULL, glob, f->a, &fns) == ANSWER_YES) == want);
	return fns.n;
}

static bool system_is(const struct target *t, const char *name, const char *want)
{
	const char *got = target_tracepoint_system(t, name);

	return want ? got && strcmp(got, want) == 0 : got == NULL;
}

int main(void)
{
	struct fixture f;
	const struct target *t;

	fixture_start(&f);
	make_files(&f);
	t = open_target(&f, in_dir(&f, "boot/vmlinuz-" RELEASE));
	CHECK(&f, t != NULL);
	CHECK(&f, count(&f, t, "*", true) == 1);
	CHECK(&f, count(&f, t, "op?n", true) == 1);
	CHECK(&f, count(&f, t, "vfs*", false) == 0);
	CHECK(&f, system_is(t, "open", "files"));
	CHECK(&f, system_is(t, "spin", "disks"));
	CHECK(&f, system_is(t, "stop", "disks"));
	CHECK(&f, system_is(t, "disk", NULL));
	CHECK(&f, system_is(t, "how", NULL));
	target_close(t);
	return fixture_end(&f);
}
