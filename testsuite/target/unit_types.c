/* Functions, types, members and names out of a raw BTF. */
#include "fixture.h"

static void test_functions(struct fixture *f, const struct target *t)
{
	struct target_fns fns = {0};
	const char *name;

	CHECK(f, target_match(t, NULL, "vfs_read", f->a, &fns) == ANSWER_YES && fns.n == 1);
	CHECK(f, fns.v[0].nparams == 3 && !fns.v[0].module && !strcmp(fns.v[0].name, "vfs_read"));
	struct ttype p = target_param(t, &fns.v[0], 0, &name);

	CHECK(f, !strcmp(name, "file"));
	CHECK(f, !strcmp(target_type_text(t, p, f->a), "struct file *"));
	CHECK(f, !strcmp(target_type_text(t, target_param(t, &fns.v[0], 1, &name), f->a),
			 "const char *"));
	CHECK(f, target_type(t, target_return(t, &fns.v[0])).size == 8);
	CHECK(f, target_param(t, &fns.v[0], 3, &name).id == 0 && !name);
	fns.n = 0;
	/* a name that occurs twice is given once, and in name order */
	CHECK(f, target_match(t, NULL, "vfs_*", f->a, &fns) == ANSWER_YES && fns.n == 2);
	CHECK(f, !strcmp(fns.v[0].name, "vfs_read") && !strcmp(fns.v[1].name, "vfs_write"));
	CHECK(f, target_match(t, NULL, "nothing", f->a, &fns) == ANSWER_NO && fns.n == 2);
	CHECK(f, target_match(t, NULL, "nothing*", f->a, &fns) == ANSWER_NO);
	CHECK(f, !strcmp(target_near_function(t, NULL, "vfs_raed"), "vfs_read"));
	CHECK(f, !target_near_function(t, NULL, "quite_something_else"));
	/* nothing says which modules a bare BTF has */
	CHECK(f, target_match(t, "card", "*", f->a, &fns) == ANSWER_UNKNOWN);
	CHECK(f, target_module(t, "card") == ANSWER_UNKNOWN);
}

static void test_types(struct fixture *f, const struct target *t)
{
	struct ttype ty;
	struct ttype_info info;

	CHECK(f, target_type_named(t, NULL, "struct file", &ty));
	info = target_type(t, ty);
	CHECK(f, info.kind == TTYPE_STRUCT && info.size == 48 && info.nmembers == 5);
	CHECK(f, target_type_named(t, NULL, "size_t", &ty));
	info = target_type(t, ty);
	CHECK(f, info.kind == TTYPE_INT && info.size == 8 && !info.is_signed);
	CHECK(f, !strcmp(info.name, "unsigned long"));
	CHECK(f, !strcmp(target_type_text(t, ty, f->a), "size_t"));
	CHECK(f, target_type_named(t, NULL, "int", &ty) && target_type(t, ty).is_signed);
	CHECK(f, target_type_named(t, NULL, "char", &ty) && target_type(t, ty).is_char);
	CHECK(f, target_type_named(t, NULL, "enum colour", &ty));
	CHECK(f, target_type(t, ty).kind == TTYPE_ENUM);
	CHECK(f, !target_type_named(t, NULL, "struct colour", &ty));
	CHECK(f, !target_type_named(t, NULL, "file", &ty));
	CHECK(f, !strcmp(target_near_type(t, NULL, "struct fiel"), "struct file"));
	CHECK(f, !strcmp(target_near_type(t, NULL, "siz_t"), "size_t"));
	CHECK(f, target_type(t, (struct ttype){0}).kind == TTYPE_VOID);
	CHECK(f, target_type(t, (struct ttype){ty.unit, 100000}).kind == TTYPE_UNDEFINED);
}

static void test_members(struct fixture *f, const struct target *t)
{
	struct ttype file;
	struct target_member m;

	CHECK(f, target_type_named(t, NULL, "struct file", &file));
	CHECK(f, target_member(t, file, "f_pos", &m) && m.bit_offset == 0 && m.bit_size == 0);
	CHECK(f, target_member(t, file, "count", &m) && m.bit_offset == 64);
	CHECK(f, target_member(t, file, "next", &m) && m.bit_offset == 64);
	CHECK(f, target_type(t, m.type).kind == TTYPE_PTR);
	CHECK(f, target_member(t, file, "high", &m) && m.bit_offset == 131 && m.bit_size == 5);
	CHECK(f, target_member(t, file, "name", &m));
	struct ttype_info info = target_type(t, m.type);

	CHECK(f, info.kind == TTYPE_ARRAY && info.nelements == 16 && info.size == 16);
	CHECK(f, target_type(t, info.element).is_char);
	CHECK(f, !strcmp(target_type_text(t, m.type, f->a), "char[16]"));
	CHECK(f, target_member_at(t, file, 1, &m) && !m.name && m.bit_offset == 64);
	CHECK(f, !target_member_at(t, file, 5, &m));
	CHECK(f, !target_member(t, file, "absent", &m));
	CHECK(f, !strcmp(target_near_member(t, file, "hihg"), "high"));
}

static void test_others(struct fixture *f, const struct target *t)
{
	struct target_fn fn;
	const char *name;
	int64_t value = 0;

	CHECK(f, target_enumerator(t, "COLOUR_BLUE", &value) && value == 9);
	CHECK(f, !target_enumerator(t, "COLOUR_GREEN", &value));
	CHECK(f, target_tracepoint(t, "open", &fn) == ANSWER_YES && fn.nparams == 2);
	CHECK(f, !strcmp(fn.name, "open"));
	CHECK(f, target_type(t, target_param(t, &fn, 1, &name)).kind == TTYPE_INT);
	CHECK(f, target_tracepoint(t, "close", &fn) == ANSWER_UNKNOWN);
	CHECK(f, target_known(t) && !target_release(t) && !target_config(t, "CONFIG_HZ"));
}

/* Types that contain themselves, in every way there is. */
static void test_cycles(struct fixture *f)
{
	struct btf *b = btf__new_empty();
	int i = btf__add_int(b, "int", 4, BTF_INT_SIGNED), ring, self, huge, proto;
	struct ttype ty;
	struct target_member m;

	ring = btf__add_typedef(b, "ring", (int)btf__type_cnt(b) + 1);
	btf__add_const(b, ring);
	self = btf__add_struct(b, "self", 8);
	btf__add_field(b, NULL, self, 0, 0);
	btf__add_field(b, NULL, self, 0, 0);
	btf__add_field(b, "outside", i, 4096, 0);
	huge = btf__add_array(b, i, i, UINT32_MAX);
	huge = btf__add_array(b, i, huge, UINT32_MAX);
	btf__add_typedef(b, "huge", huge);
	proto = btf__add_func_proto(b, (int)btf__type_cnt(b));
	btf__add_func_param(b, "p", proto);
	btf__add_func_param(b, "q", proto);
	btf__add_func(b, "turn", BTF_FUNC_STATIC, proto);
	const char *path = put_file(f, "cycles", take_btf(f, b));
	const struct target *t = open_target(f, path);

	btf__free(b);
	CHECK(f, t);
	CHECK(f, target_type_named(t, NULL, "ring", &ty));
	CHECK(f, target_type(t, ty).kind == TTYPE_UNDEFINED);
	CHECK(f, target_type_named(t, NULL, "huge", &ty));
	CHECK(f, target_type(t, ty).kind == TTYPE_UNDEFINED);
	CHECK(f, target_type_named(t, NULL, "struct self", &ty));
	CHECK(f, !target_member(t, ty, "absent", &m));
	CHECK(f, !target_member(t, ty, "outside", &m));
	ask_all(f, t);
	target_close(t);
}

/* Anonymous structs in structs, so many that looking at all would never end; and a name too long.
 */
static void test_limits(struct fixture *f)
{
	struct btf *b = btf__new_empty();
	char *name = arena_alloc(f->a, 5001);
	struct target_member m;
	struct ttype ty;

	btf__add_int(b, "int", 4, BTF_INT_SIGNED);
	for (int depth = 0; depth < 12; depth++) {
		int self = btf__add_struct(b, depth ? NULL : "top", 8);

		for (int i = 0; i < 300; i++)
			btf__add_field(b, NULL, self + 1, 0, 0);
	}
	btf__add_struct(b, "bottom", 8);
	const struct target *t = open_target(f, put_file(f, "deep", take_btf(f, b)));

	CHECK(f, t && target_type_named(t, NULL, "struct top", &ty));
	CHECK(f, !target_member(t, ty, "absent", &m));
	CHECK(f, !target_near_member(t, ty, "absent"));
	target_close(t);
	memset(name, 'n', 5000);
	btf__add_struct(b, name, 8);
	CHECK(f, refused(f, put_file(f, "long", take_btf(f, b)), "target-damaged"));
	btf__free(b);
}

static void test_nothing(struct fixture *f)
{
	struct target_request req = {0};
	const struct target *t = target_open(f->a, f->ds, &req);
	struct target_fns fns = {0};
	struct target_fn fn;

	CHECK(f, t && !target_known(t) && !target_release(t) && *target_describe(t));
	CHECK(f, target_match(t, NULL, "vfs_read", f->a, &fns) == ANSWER_UNKNOWN && fns.n == 0);
	CHECK(f, target_module(t, "card") == ANSWER_UNKNOWN);
	CHECK(f, target_tracepoint(t, "open", &fn) == ANSWER_UNKNOWN);
	CHECK(f, !target_record(t, f->ds, in_dir(f, "none")));
	CHECK(f, !strcmp(last_tag(f), "target-not-recorded"));
	ask_all(f, t);
	target_close(t);
}

int main(void)
{
	struct fixture f;
	struct btf *b = kernel_btf();

	fixture_start(&f);
	const struct target *t = open_target(&f, put_file(&f, "kernel", take_btf(&f, b)));

	btf__free(b);
	CHECK(&f, t);
	if (t) {
		test_functions(&f, t);
		test_types(&f, t);
		test_members(&f, t);
		test_others(&f, t);
		ask_all(&f, t);
	}
	CHECK(&f, f.ds->list.n == 0);
	target_close(t);
	test_cycles(&f);
	test_nothing(&f);
	test_limits(&f);
	return fixture_end(&f);
}
