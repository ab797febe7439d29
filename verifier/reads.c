/*
 * Reads of memory.  Every read goes through an accessor of its address space
 * that survives a bad address; that is what the operation means, and no proof
 * takes it away.  What is asked here is whether a bad address can end the
 * handler.  It cannot where a catch follows, nor where the kernel guarantees
 * the object: the current task, the registers a system call was entered with.
 * The address is traced to the instruction that made it, by the version of its
 * value, through sums with offsets; what came through a join, a parameter or a
 * global has no known origin.  An address of the wrong space is refuted: what a
 * program passed to a system call is none of the kernel's, and the other way
 * round.
 */
#include "verifier/reads.h"
#include "base/text.h"

#include <string.h>

enum { FIRST_PAGE = 4096, TASK_BYTES = 8192, REGISTERS_BYTES = 168, MAX_HOPS = 64 };

struct origin {
	const struct ir_inst *made; /* NULL: not known */
	uint32_t block;
	int64_t offset; /* added since, where steady */
	bool steady;    /* nothing but constants was added */
};

/* --- where an address comes from --- */

static bool made_by(const struct flow *fl, uint32_t reg, struct origin *o)
{
	uint32_t block, inst;
	uint32_t serial;

	if (!state_maker(transfer_reg(fl, reg).ver, &serial))
		return false;
	block = shape_block_at(fl->sp.sh, serial);
	inst = serial - fl->sp.sh->serial[block];
	if (inst >= fl->sp.f->blocks.v[block].insts.n)
		return false;
	o->block = block;
	o->made = &fl->sp.f->blocks.v[block].insts.v[inst];
	return true;
}

static bool constant(const struct flow *fl, uint32_t reg, int64_t *n)
{
	struct interval r = transfer_reg(fl, reg).range;

	*n = r.low;
	return interval_single(r);
}

/* Has the register the value still that the instruction of this block saw? */
static bool unchanged_since(const struct flow *fl, const struct ir_inst *made, uint32_t reg)
{
	const struct ir_block *b = &fl->sp.f->blocks.v[fl->block];

	for (const struct ir_inst *in = made; in < b->insts.v + fl->inst; in++)
		if (in->dst == reg)
			return false;
	return true;
}

static struct origin origin_of(const struct flow *fl, uint32_t reg)
{
	struct origin o = {.steady = true}, unknown = {0};

	for (int hops = 0; hops < MAX_HOPS; hops++) {
		int64_t n;

		if (!made_by(fl, reg, &o))
			return unknown;
		if (o.made->op != OP_ADD)
			return o;
		if (o.block != fl->block || !unchanged_since(fl, o.made, o.made->args[0]) ||
		    !unchanged_since(fl, o.made, o.made->args[1]))
			return unknown;
		reg = o.made->args[0];
		o.steady = o.steady && constant(fl, o.made->args[1], &n) &&
			   !__builtin_add_overflow(o.offset, n, &o.offset);
	}
	return unknown;
}

static bool within(const struct origin *o, int64_t bytes)
{
	return o->steady && o->offset >= 0 && o->offset < bytes;
}

/* --- system calls --- */

/* Entered by nothing but the system call itself, with the caller's registers. */
static const char *const ENTRIES[] = {"__x64_sys_*",         "__ia32_sys_*",
				      "__ia32_compat_sys_*", "__x64_compat_sys_*",
				      "__arm64_sys_*",       "__arm64_compat_sys_*"};
/* Called by those, with what the caller passed. */
static const char *const BODIES[] = {"__do_sys_*", "__se_sys_*", "__do_compat_sys_*",
				     "__se_compat_sys_*"};
/* Parameters of system calls that are addresses, where a name is all that is known. */
static const char *const POINTERS[] = {"filename", "pathname",  "oldname", "newname",
				       "dir_name", "dev_name",  "buf",     "ubuf",
				       "statbuf",  "statxbuf",  "argv",    "envp",
				       "uaddr",    "uservaddr", "umyaddr", "upeer_sockaddr",
				       "dirent",   "rqtp",      "rmtp",    "optval",
				       "optlen",   "tz",        "tv",      "how"};

static bool listed(const char *const *patterns, size_t n, const char *name)
{
	for (size_t i = 0; name && i < n; i++)
		if (text_glob(patterns[i], name))
			return true;
	return false;
}

#define LISTED(patterns, name) listed(patterns, sizeof patterns / sizeof *patterns, name)

/* Is every place the handler runs for such a function?  Other functions run for anything. */
static bool runs_only_in(const struct flow *fl, const char *const *patterns, size_t n)
{
	const struct ir_program *p = fl->sp.p;
	bool any = false;

	vec_each(i, &p->attaches) {
		const struct ir_attach *at = &p->attaches.v[i];

		if (at->handler != fl->func)
			continue;
		if (at->when != WHEN_KERNEL || at->module || at->is_return ||
		    strcmp(at->family ? at->family : "", "kernel.function") != 0 ||
		    !listed(patterns, n, at->function))
			return false;
		any = true;
	}
	return any;
}

#define RUNS_ONLY_IN(fl, patterns) runs_only_in(fl, patterns, sizeof patterns / sizeof *patterns)

bool reads_system_call(const struct flow *fl)
{
	return RUNS_ONLY_IN(fl, ENTRIES);
}

static bool is_argument(const struct origin *o, int64_t n)
{
	return o->made && o->made->op == OP_CONTEXT && o->made->imm2 == CONTEXT_ARG &&
	       (n < 0 || o->made->imm == n);
}

static bool named_pointer(const struct origin *o)
{
	const char *name = o->made && o->made->str ? o->made->str : "";

	return o->made && o->made->op == OP_CONTEXT && o->made->imm2 == CONTEXT_NAMED &&
	       *name == '$' && LISTED(POINTERS, name + 1);
}

/* The registers a system call was entered with: a load from them gives what the program passed. */
static bool of_caller(const struct flow *fl, const struct origin *o)
{
	const char *what =
		o->made && o->made->op == OP_LOAD && o->made->mem->what ? o->made->mem->what : "";

	return RUNS_ONLY_IN(fl, ENTRIES) && o->made && o->made->op == OP_LOAD &&
	       o->made->mem->size == 8 && strncmp(what, "$regs->", 7) == 0 &&
	       !strchr(what + 7, '>');
}

static bool passed_by_program(const struct flow *fl, const struct origin *o)
{
	if (is_argument(o, -1) || named_pointer(o)) {
		if (RUNS_ONLY_IN(fl, BODIES))
			return true;
		return named_pointer(o) && RUNS_ONLY_IN(fl, ENTRIES);
	}
	return of_caller(fl, o);
}

/* --- address spaces --- */

static bool in_user(const struct ir_inst *in)
{
	if (in->op != OP_INTRINSIC)
		return in->mem->user;
	return in->imm == INTRINSIC_USER_STRING || in->imm == INTRINSIC_USER_STRING_N ||
	       in->imm == INTRINSIC_USER_BUFFER_QUOTED;
}

static bool is_current(const struct origin *o)
{
	return o->made && o->made->op == OP_INTRINSIC && o->made->imm == INTRINSIC_TASK_CURRENT;
}

static const char *wrong_space(const struct flow *fl, const struct ir_inst *in,
			       const struct origin *o)
{
	struct interval at = transfer_reg(fl, in->args[0]).range;
	const struct ir_mem *told = in->op == OP_INTRINSIC ? in->mem : NULL;

	if (!in_user(in))
		return passed_by_program(fl, o) || (told && told->user)
			       ? "the address is one that the program passed, in user memory, and "
				 "kernel memory is read: use a user_ function"
			       : NULL;
	if (is_current(o) || (told && !told->user))
		return "the address is that of a kernel object, and user memory is read: use a "
		       "kernel_ function";
	if (!interval_empty(at) && at.high < 0)
		return "the address is always in the kernel's half, and user memory is read: use a "
		       "kernel_ function";
	return NULL;
}

bool reads_wrong_space(const struct flow *fl, const struct ir_inst *in)
{
	struct origin o = origin_of(fl, in->args[0]);

	return wrong_space(fl, in, &o) != NULL;
}

/* --- links that are often null --- */

static const struct {
	const char *member, *fact;
} OPTIONAL[] = {
	{"mm", "kernel threads have no mm"},
	{"exe_file", "kernel threads have none"},
	{"files", "a task that exits has none"},
	{"fs", "a task that exits has none"},
	{"sighand", "a task that exits has none"},
	{"nsproxy", "a task that exits has none"},
	{"d_inode", "a negative dentry has no inode"},
	{"i_private", "many file systems leave it null"},
	{"private_data", "many drivers leave it null"},
	{"f_mapping", "some files have none"},
	{"sk_socket", "a socket without a file has none"},
	{"sk", "a packet may belong to no socket"},
	{"dev", "a packet that was not received yet has no device"},
	{"bi_bdev", "a request that is being made has none"},
	{"rq_disk", "a passthrough request has none"},
	{"vm_file", "an anonymous mapping has no file"},
	{"driver", "a device without a driver has none"},
	{"next", "a list may end with null"},
	{"prev", "a list may begin with null"},
	{"first", "a list may be empty"},
	{"parent", "the topmost has none"},
};

static const char *last_member(const struct ir_inst *load)
{
	const char *what = load->mem->what ? load->mem->what : "", *at = strrchr(what, '>');

	return at ? at + 1 : what;
}

static const char *optional(const struct ir_inst *load)
{
	for (size_t i = 0; i < sizeof OPTIONAL / sizeof *OPTIONAL; i++)
		if (!strcmp(OPTIONAL[i].member, last_member(load)))
			return OPTIONAL[i].fact;
	return NULL;
}

static struct verdict through_link(struct arena *a, const struct flow *fl, const struct ir_inst *in,
				   const struct origin *o)
{
	const char *what = o->made->mem->what ? o->made->mem->what : "the pointer";
	const char *fact = optional(o->made);
	struct interval at = transfer_reg(fl, o->made->dst).range;
	struct verdict v;

	if (!interval_has(at, 0))
		return verdict_make(
			VERDICT_GUARDED,
			arena_printf(a,
				     "%s was tested, but may point to what is gone; then "
				     "the read is an error of the script",
				     what));
	v = verdict_make(VERDICT_GUARDED,
			 arena_printf(a,
				      "%s is not tested%s%s; if it is null or bad, the read is an "
				      "error of the script",
				      what, fact ? ", and likely null: " : " before it is followed",
				      fact ? fact : ""));
	verdict_step(&v, o->made->loc, arena_printf(a, "%s is loaded here", what));
	verdict_step(&v, in->loc,
		     in->op == OP_INTRINSIC
			     ? "test it, give a default as second argument, or catch the error: "
			       "try { ... } catch { ... }"
			     : arena_printf(a,
					    "test it: if (%s) ..., or catch the error: try { ... } "
					    "catch { ... }",
					    what));
	return v;
}

/* --- */

static struct verdict refuted(const char *why)
{
	return verdict_make(VERDICT_REFUTED, why);
}

struct verdict reads_safe(struct arena *a, const struct flow *fl, const struct ir_inst *in)
{
	struct interval at = transfer_reg(fl, in->args[0]).range;
	struct origin o = origin_of(fl, in->args[0]);
	const char *wrong = wrong_space(fl, in, &o);

	if (interval_single(at) && at.low == 0)
		return refuted("the address is always 0 here");
	if (!interval_empty(at) && at.low >= 0 && at.high < FIRST_PAGE && !in_user(in))
		return refuted("the address is always in the first page, which the kernel never "
			       "maps: a member of a null pointer");
	if (wrong)
		return refuted(wrong);
	if (fl->sp.f->blocks.v[fl->block].catch != IR_NONE)
		return verdict_make(VERDICT_PROVED, "if the address is bad, the error is caught");
	if (!in_user(in) && is_current(&o) && within(&o, TASK_BYTES))
		return verdict_make(VERDICT_PROVED,
				    "it is a member of the current task, which is always there");
	if (!in_user(in) && is_argument(&o, 0) && RUNS_ONLY_IN(fl, ENTRIES) &&
	    within(&o, REGISTERS_BYTES))
		return verdict_make(VERDICT_PROVED,
				    "it is one of the registers that the system call was entered "
				    "with, which are always there");
	if (o.made && o.made->op == OP_LOAD)
		return through_link(a, fl, in, &o);
	if (o.made && o.made->op == OP_CONTEXT && o.made->str && *o.made->str)
		return verdict_make(VERDICT_GUARDED,
				    arena_printf(a,
						 "%s is the probed code's own, and may be null or "
						 "bad; then the read is an error of the script",
						 o.made->str));
	return verdict_make(VERDICT_GUARDED,
			    "the address may be bad: the access faults safely, and that becomes an "
			    "error of the script");
}
