/*
 * The files behind an object.  Looking finds them and opens none for good; what needs DWARF opens
 * it then, through libdwfl, because that relocates what was never linked (modules).  A relocatable
 * object gets its sections laid out one after the other, so that each of its addresses means one
 * place; code_section() leads back.
 */
#include "target/codefile.h"
#include "target/debugfile.h"
#include "target/elfsec.h"
#include "target/place.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MAX_FILE = 2040 * 1024 * 1024 };

struct code *codefile_of(const struct code *c)
{
	return (struct code *)(uintptr_t)c;
}

/* --- looking --- */

/* How the package with a kernel's debug information is called where releases look like this. */
static const char *kernel_package(struct arena *a, const char *release)
{
	if (strstr(release, ".fc") || strstr(release, ".el"))
		return arena_printf(a, "kernel-debuginfo-%s", release);
	if (strstr(release, "-generic") || strstr(release, "-lowlatency"))
		return arena_printf(a, "linux-image-%s-dbgsym", release);
	return arena_printf(a, "linux-image-%s-dbg", release);
}

static const char *kernel_remedy(struct code *c, const struct debugfile *d)
{
	struct target *t = c->t;
	const char *package = t->release ? kernel_package(c->arena, t->release) : NULL;

	if (t->kernel.form == ORIGIN_FACTS)
		return "a facts file has no debug information: name the kernel with -r or --target";
	if (t->kernel.form == ORIGIN_NONE)
		return "no kernel was named: use -r or --target";
	if (d->refused)
		return arena_printf(c->arena,
				    "%s is of another build (%.16s…, not %.16s…): install the %s "
				    "that goes with %s",
				    d->refused, d->refused_id, d->build_id,
				    package ? package : "debug information",
				    c->path ? c->path : c->asked);
	if (!package)
		return "the kernel's release is not known: name it with -r";
	return arena_printf(c->arena, "install %s", package);
}

static const char *program_remedy(struct code *c, const struct debugfile *d)
{
	if (d->refused)
		return arena_printf(
			c->arena,
			"%s is of another build (%.16s…, not %.16s…): install the one that fits",
			d->refused, d->refused_id, d->build_id);
	return arena_printf(c->arena, "compile %s with -g, or install its debug symbols", c->path);
}

/* Takes over what was found. */
static void settle(struct code *c, const struct debugfile *d)
{
	c->build_id = d->build_id;
	c->debug = d->dwarf;
	c->symbols = d->dwarf ? d->dwarf : d->symbols;
	c->source = d->dwarf ? CODE_DWARF : d->symbols ? CODE_SYMBOLS : CODE_MISSING;
}

static void look_kernel(struct code *c)
{
	struct target *t = c->t;
	struct debugfile d = {.t = t, .root = t->root ? t->root : ""};
	struct module *m = c->module ? modules_find(lazy_modules(t), c->module) : NULL;

	c->path = c->module ? (m ? m->path : NULL) : t->kernel.path;
	if (t->kernel.form == ORIGIN_FACTS || t->kernel.form == ORIGIN_NONE || (c->module && !m)) {
		c->remedy = kernel_remedy(c, &d);
		return;
	}
	if (!c->module)
		d.build_id = debugfile_kernel_id(t);
	else if (c->path && !strncmp(c->path, "/sys/", 5))
		d.build_id = debugfile_module_id(t, m->name);
	else if (c->path)
		d.build_id = debugfile_packed_module_id(t, c->path);
	if (c->module)
		debugfile_module(&d, t->root ? t->release : NULL, c->path);
	else if (t->kernel.form != ORIGIN_VMLINUX || !debugfile_try(&d, t->kernel.path))
		debugfile_kernel(&d, t->root ? t->release : NULL);
	settle(c, &d);
	if (c->source != CODE_DWARF)
		c->remedy = kernel_remedy(c, &d);
}

static void look_program(struct code *c)
{
	struct store *st = &c->t->st;
	struct debugfile d = {.t = c->t, .root = c->t->root ? c->t->root : ""};
	struct image *m = NULL;

	if (!c->path || !(m = store_read(st, c->path, MAX_FILE))) {
		c->remedy = c->path ? arena_printf(c->arena, "%s: %s", c->path, st->why)
				    : arena_printf(c->arena, "there is no file %s", c->asked);
		c->path = NULL;
		return;
	}
	struct bytes b = {m->data, m->len};

	switch (elfsec_class(b)) {
	case ELFSEC_NONE: c->remedy = arena_printf(c->arena, "%s is not ELF", c->path); break;
	case ELFSEC_FOREIGN:
		c->remedy = arena_printf(c->arena,
					 "%s is ELF of another machine or byte order, or cut short",
					 c->path);
		break;
	case ELFSEC_NARROW:
	case ELFSEC_OURS:
		c->narrow = d.narrow = elfsec_class(b) == ELFSEC_NARROW;
		c->i386 = elfsec_machine(b) && strcmp(elfsec_machine(b), "i386") == 0;
		debugfile_program(&d, c->path, b);
		settle(c, &d);
		if (c->source == CODE_MISSING && elfsec_has(b, ".dynsym")) {
			c->source = CODE_SYMBOLS;
			c->symbols = c->path;
		}
		if (c->source != CODE_DWARF)
			c->remedy = program_remedy(c, &d);
		break;
	}
	store_drop(st, m);
}

void codefile_look(struct code *c)
{
	if (c->looked)
		return;
	c->looked = true;
	if (c->kernel)
		look_kernel(c);
	else
		look_program(c);
}

/* --- opening --- */

/* Debug files are looked for in debugfile.c only. */
static int no_debuginfo(Dwfl_Module *mod, void **data, const char *name, Dwarf_Addr base,
			const char *file, const char *link, GElf_Word crc, char **path)
{
	struct code *c = *data;
	int fd;

	(void)mod, (void)name, (void)base, (void)file, (void)link, (void)crc;
	if (!c || !c->debug || c->debug == c->opened_as)
		return -1;
	fd = open(c->debug, O_RDONLY | O_CLOEXEC);
	if (fd >= 0)
		*path = strdup(c->debug);
	return fd;
}

static void **user_data(Dwfl_Module *mod)
{
	void **data;

	return dwfl_module_info(mod, &data, NULL, NULL, NULL, NULL, NULL, NULL) ? data : NULL;
}

/* The file to open first: a program itself, for what its debug file has not (.eh_frame). */
static const char *main_file(const struct code *c)
{
	return c->kernel || !c->path ? c->debug : c->path;
}

static void open_dwarf(struct code *c)
{
	static const Dwfl_Callbacks calls = {.find_debuginfo = no_debuginfo,
					     .section_address = dwfl_offline_section_address};
	void **data;

	c->opened_as = main_file(c);
	c->dwfl = dwfl_begin(&calls);
	if (!c->dwfl)
		return;
	/* a program where it is linked; modules are laid out by libdw */
	c->mod = c->kernel ? dwfl_report_offline(c->dwfl, "object", c->opened_as, -1)
			   : dwfl_report_elf(c->dwfl, "object", c->opened_as, -1, 0, true);
	dwfl_report_end(c->dwfl, NULL, NULL);
	data = c->mod ? user_data(c->mod) : NULL;
	if (!data)
		return;
	*data = c;
	c->dwarf = dwfl_module_getdwarf(c->mod, &c->bias);
}

Dwarf *codefile_dwarf(const struct code *c)
{
	struct code *w = codefile_of(c);

	codefile_look(w);
	if (w->opened || !w->debug)
		return w->dwarf;
	w->opened = true;
	open_dwarf(w);
	if (!w->dwarf) {
		w->remedy = arena_printf(w->arena, "%s: its debug information is damaged (%s)",
					 w->debug, dwfl_errmsg(-1));
		w->source = CODE_SYMBOLS;
	}
	return w->dwarf;
}

bool codefile_die(const struct code *c, uint64_t scope, Dwarf_Die *die)
{
	Dwarf *dw = scope ? codefile_dwarf(c) : NULL;

	return dw && dwarf_offdie(dw, scope, die) != NULL;
}

void codefile_close(struct target *t)
{
	for (struct code *c = t->codes; c; c = c->next) {
		if (c->dwfl)
			dwfl_end(c->dwfl);
		c->dwfl = NULL;
		c->dwarf = NULL;
	}
	t->codes = NULL;
}
