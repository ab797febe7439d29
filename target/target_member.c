/*
 * Members of structs and unions, by place and by name.  Looking for a name goes down into anonymous
 * structs and unions, bounded in depth and in members seen, so that a type which contains itself
 * ends the search.  A member that lies outside its struct is damage and is not found.
 */
#include "target/dwarftype.h"
#include "target/lazy.h"

#include <string.h>

enum { DEPTH = 16, BUDGET = 100000, STEPS = 64 };

struct search {
	const struct target *t;
	const char *name;
	uint32_t budget;
};

/* The struct or union behind ty, and the unit it is in. */
static const struct btf_type *composite(struct ttype *ty)
{
	for (int i = 0; i < STEPS; i++) {
		const struct btf_type *b = unit_type(ty->unit, ty->id);
		unsigned kind = b ? unit_kind(b) : BTF_KIND_UNKN;

		ty->unit = unit_home(ty->unit, ty->id);
		if (kind == BTF_KIND_STRUCT || kind == BTF_KIND_UNION)
			return b;
		if (kind != BTF_KIND_TYPEDEF && kind != BTF_KIND_CONST &&
		    kind != BTF_KIND_VOLATILE && kind != BTF_KIND_RESTRICT &&
		    kind != BTF_KIND_TYPE_TAG)
			return NULL;
		ty->id = b->type;
	}
	return NULL;
}

/* A bit field as compilers wrote it before the kind flag: in the integer type itself. */
static void old_bit_field(const struct target *t, struct ttype ty, struct target_member *m)
{
	const struct btf_type *b = unit_type(ty.unit, ty.id);
	uint32_t bits;

	if (!b || unit_kind(b) != BTF_KIND_INT || target_type(t, ty).kind != TTYPE_INT)
		return;
	memcpy(&bits, unit_rest(b), sizeof bits);
	if (BTF_INT_BITS(bits) == b->size * 8)
		return;
	m->bit_offset += BTF_INT_OFFSET(bits);
	m->bit_size = BTF_INT_BITS(bits);
}

/* The i-th member of a composite, offsets from its start. */
static bool member_of(const struct target *t, struct ttype ty, const struct btf_type *s, uint32_t i,
		      struct target_member *out)
{
	const struct btf_member *m = (const struct btf_member *)unit_rest(s) + i;
	const char *name = unit_str(ty.unit, m->name_off);
	bool kflag = BTF_INFO_KFLAG(s->info);

	*out = (struct target_member){.name = *name ? name : NULL};
	out->type = (struct ttype){m->type ? unit_home(ty.unit, m->type) : NULL, m->type};
	out->bit_offset = kflag ? BTF_MEMBER_BIT_OFFSET(m->offset) : m->offset;
	out->bit_size = kflag ? BTF_MEMBER_BITFIELD_SIZE(m->offset) : 0;
	if (!kflag)
		old_bit_field(t, out->type, out);
	struct ttype_info info = target_type(t, out->type);
	uint64_t bits = out->bit_size ? out->bit_size : info.size * 8;

	if (info.kind == TTYPE_UNDEFINED || info.kind == TTYPE_VOID || info.kind == TTYPE_FUNC)
		return out->bit_offset <= (uint64_t)s->size * 8;
	return out->bit_offset + bits <= (uint64_t)s->size * 8;
}

bool target_member_at(const struct target *t, struct ttype ty, uint32_t i,
		      struct target_member *out)
{
	if (dwarftype_is(ty))
		ty = dwarftype_settle(t, ty);
	if (dwarftype_is(ty))
		return dwarftype_member_at(t, ty, i, out);
	const struct btf_type *s = composite(&ty);

	return s && i < unit_vlen(s) && member_of(t, ty, s, i, out);
}

static bool find(struct search *q, struct ttype ty, uint64_t at, unsigned depth,
		 struct target_member *out);

static bool find_dwarf(struct search *q, struct ttype ty, uint64_t at, unsigned depth,
		       struct target_member *out)
{
	uint32_t n = depth < DEPTH ? dwarftype_info(q->t, ty).nmembers : 0;
	struct target_member m;

	for (uint32_t i = 0; i < n && q->budget; i++) {
		q->budget--;
		if (!dwarftype_member_at(q->t, ty, i, &m) || (m.name && strcmp(m.name, q->name)))
			continue;
		m.bit_offset += at;
		if (m.name) {
			*out = m;
			return true;
		}
		if (find(q, m.type, m.bit_offset, depth + 1, out))
			return true;
	}
	return false;
}

static bool find(struct search *q, struct ttype ty, uint64_t at, unsigned depth,
		 struct target_member *out)
{
	if (dwarftype_is(ty))
		ty = dwarftype_settle(q->t, ty);
	if (dwarftype_is(ty))
		return find_dwarf(q, ty, at, depth, out);
	const struct btf_type *s = depth < DEPTH ? composite(&ty) : NULL;
	struct target_member m;

	for (uint32_t i = 0; s && i < unit_vlen(s) && q->budget; i++) {
		q->budget--;
		const struct btf_member *raw = (const struct btf_member *)unit_rest(s) + i;
		const char *name = unit_str(ty.unit, raw->name_off);

		if ((*name && strcmp(name, q->name)) || !member_of(q->t, ty, s, i, &m))
			continue;
		m.bit_offset += at;
		if (*name) {
			*out = m;
			return true;
		}
		if (find(q, m.type, m.bit_offset, depth + 1, out))
			return true;
	}
	return false;
}

bool target_member(const struct target *t, struct ttype ty, const char *name,
		   struct target_member *out)
{
	struct search q = {t, name, BUDGET};

	return find(&q, ty, 0, 0, out);
}
