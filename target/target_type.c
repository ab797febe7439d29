/*
 * Types out of BTF.  Chains of typedefs and qualifiers, and arrays of arrays, are followed for a
 * bounded number of steps, so a cycle ends as TTYPE_UNDEFINED; so do ids out of range and sizes
 * that no kernel has.  A type is always given with the unit that defines it, so equal types of one
 * kernel compare equal.
 */
#include "target/code.h"
#include "target/dwarftype.h"
#include "target/lazy.h"
#include "target/typetext.h"

#include <string.h>

enum { STEPS = 64 };

static const uint64_t LARGEST = (uint64_t)1 << 40;

static struct ttype at_home(const struct target_unit *u, uint32_t id)
{
	if (id == 0)
		return (struct ttype){0};
	return (struct ttype){unit_home(u, id), id};
}

/* Past typedefs, qualifiers and tags; NULL for damage; *tagged if a "user" tag was met. */
static const struct btf_type *resolve(struct ttype *ty, bool *tagged)
{
	for (int i = 0; i < STEPS; i++) {
		const struct btf_type *t = unit_type(ty->unit, ty->id);

		if (!t)
			return NULL;
		switch (unit_kind(t)) {
		case BTF_KIND_TYPE_TAG:
			if (!strcmp(unit_str(ty->unit, t->name_off), "user"))
				*tagged = true;
			break;
		case BTF_KIND_TYPEDEF:
		case BTF_KIND_CONST:
		case BTF_KIND_VOLATILE:
		case BTF_KIND_RESTRICT: break;
		default: return t;
		}
		*ty = at_home(ty->unit, t->type);
		if (ty->id == 0)
			return NULL;
	}
	ty->id = UINT32_MAX;
	return NULL;
}

static bool points_to_user(const struct target_unit *u, uint32_t id)
{
	struct ttype ty = at_home(u, id);
	bool tagged = false;

	for (int i = 0; i < STEPS; i++) {
		const struct btf_type *t = unit_type(ty.unit, ty.id);

		if (!t || unit_kind(t) != BTF_KIND_TYPE_TAG)
			break;
		tagged |= !strcmp(unit_str(ty.unit, t->name_off), "user");
		ty = at_home(ty.unit, t->type);
	}
	return tagged;
}

/* The size of an array: its elements may be arrays again. */
static bool array_size(struct ttype ty, uint64_t *size)
{
	uint64_t n = 1;
	bool tagged;

	for (int i = 0; i < STEPS; i++) {
		const struct btf_type *t = resolve(&ty, &tagged);

		if (!t)
			return false;
		if (unit_kind(t) != BTF_KIND_ARRAY) {
			unsigned kind = unit_kind(t);
			uint64_t one = kind == BTF_KIND_PTR ? sizeof(void *) : t->size;

			if (kind == BTF_KIND_FWD || kind == BTF_KIND_FUNC ||
			    kind == BTF_KIND_FUNC_PROTO)
				return false;
			return !__builtin_mul_overflow(n, one, size) && *size <= LARGEST;
		}
		const struct btf_array *a = unit_rest(t);

		if (__builtin_mul_overflow(n, (uint64_t)a->nelems, &n))
			return false;
		ty = at_home(ty.unit, a->type);
	}
	return false;
}

static void array_info(struct ttype ty, const struct btf_type *t, struct ttype_info *info)
{
	const struct btf_array *a = unit_rest(t);

	info->kind = TTYPE_ARRAY;
	info->name = NULL;
	info->element = at_home(ty.unit, a->type);
	info->nelements = a->nelems;
	if (!array_size(ty, &info->size))
		*info = (struct ttype_info){.kind = TTYPE_UNDEFINED};
}

static void int_info(const struct btf_type *t, struct ttype_info *info)
{
	uint32_t bits;

	memcpy(&bits, unit_rest(t), sizeof bits);
	info->kind = TTYPE_INT;
	info->is_signed = BTF_INT_ENCODING(bits) & BTF_INT_SIGNED;
	info->is_char = t->size == 1 && !(BTF_INT_ENCODING(bits) & BTF_INT_BOOL);
	if (t->size == 0 || t->size > 16)
		info->kind = TTYPE_UNDEFINED;
}

static struct ttype_info type_info(struct ttype ty, const struct btf_type *t)
{
	struct ttype_info info = {.kind = TTYPE_UNDEFINED, .name = unit_name(ty.unit, t)};

	info.size = t->size;
	switch (unit_kind(t)) {
	case BTF_KIND_INT: int_info(t, &info); break;
	case BTF_KIND_FLOAT: info.kind = TTYPE_FLOAT; break;
	case BTF_KIND_ENUM:
	case BTF_KIND_ENUM64:
		info.kind = t->size == 1 || t->size == 2 || t->size == 4 || t->size == 8
				    ? TTYPE_ENUM
				    : TTYPE_UNDEFINED;
		info.is_signed = BTF_INFO_KFLAG(t->info);
		break;
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
		info.kind = unit_kind(t) == BTF_KIND_STRUCT ? TTYPE_STRUCT : TTYPE_UNION;
		info.nmembers = unit_vlen(t);
		break;
	case BTF_KIND_PTR:
		info.kind = TTYPE_PTR;
		info.size = sizeof(void *);
		info.element = at_home(ty.unit, t->type);
		info.user_pointer = points_to_user(ty.unit, t->type);
		break;
	case BTF_KIND_ARRAY: array_info(ty, t, &info); break;
	case BTF_KIND_FUNC:
	case BTF_KIND_FUNC_PROTO:
		info.kind = TTYPE_FUNC;
		info.size = 0;
		break;
	default: info.size = 0; break;
	}
	return info;
}

struct ttype_info target_type(const struct target *t, struct ttype ty)
{
	bool tagged = false;

	if (dwarftype_is(ty)) {
		ty = dwarftype_settle(t, ty);
		if (dwarftype_is(ty))
			return dwarftype_info(t, ty);
	}
	if (ty.id == 0)
		return (struct ttype_info){.kind = TTYPE_VOID};
	const struct btf_type *b = resolve(&ty, &tagged);

	if (!b)
		return (struct ttype_info){.kind = ty.id ? TTYPE_UNDEFINED : TTYPE_VOID};
	return type_info(ty, b);
}

static bool named_in(struct target_unit *u, const char *name, struct ttype *out)
{
	static const struct {
		const char *word;
		enum unit_class class;
	} words[] = {{"struct ", UNIT_STRUCT}, {"union ", UNIT_UNION}, {"enum ", UNIT_ENUM}};
	enum unit_class class = UNIT_PLAIN;

	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		if (strncmp(name, words[i].word, strlen(words[i].word)))
			continue;
		class = words[i].class;
		name += strlen(words[i].word);
		name += strspn(name, " ");
		break;
	}
	uint32_t id = unit_find(u, class, name);

	*out = (struct ttype){u, id};
	return id != 0;
}

/* What BTF lacks, or all of it where there is no BTF, may be in DWARF. */
static bool kernel_code_named(const struct target *t, const char *module, const char *name,
			      struct ttype *out)
{
	return (module && code_type_named(code_of_kernel(t, module), name, out)) ||
	       code_type_named(code_of_kernel(t, NULL), name, out);
}

bool target_type_recorded(const struct target *t, const char *module, const char *name,
			  struct ttype *out)
{
	struct target *s = lazy_of(t);
	struct target_unit *kernel = lazy_kernel(s);
	struct module *m = module && kernel ? modules_find(lazy_modules(s), module) : NULL;
	struct target_unit *u = m ? lazy_module(s, m) : NULL;

	return (u && named_in(u, name, out)) || (kernel && named_in(kernel, name, out));
}

/* Does BTF have a struct, union or enum of a name that is given without its keyword? */
static bool lacks_keyword(const struct target *t, const char *module, const char *name)
{
	static const char *const words[] = {"struct", "union", "enum"};
	struct arena *a = lazy_of(t)->st.arena;
	struct ttype found;

	for (size_t i = 0; i < sizeof words / sizeof *words && !strchr(name, ' '); i++)
		if (target_type_recorded(t, module, arena_printf(a, "%s %s", words[i], name),
					 &found))
			return true;
	return false;
}

bool target_type_named(const struct target *t, const char *module, const char *name,
		       struct ttype *out)
{
	if (target_type_recorded(t, module, name, out))
		return true;
	return !lacks_keyword(t, module, name) && kernel_code_named(t, module, name, out);
}

const char *target_type_text(const struct target *t, struct ttype ty, struct arena *a)
{
	(void)t;
	return typetext_run(ty, a);
}

const char *target_type_listed(const struct target *t, struct ttype ty, struct arena *a)
{
	(void)t;
	return typetext_listed(ty, a);
}
