/*
 * Components over the target's types: members add offsets, indexes scale, a
 * pointer on the way is loaded.  What is left at the end is loaded with the
 * size and sign of its type; arrays stay addresses, as in C.  Types that
 * nobody knows give loads of eight bytes in an access marked unresolved.
 */
#include "sema/access.h"

#include <string.h>

static struct ttype_info info_of(const struct walk *w)
{
	return target_type(w->sc->sema->target, w->type);
}

static const char *type_text(const struct walk *w)
{
	return target_type_text(w->sc->sema->target, w->type, w->sc->sema->arena);
}

/* A step says what the user wrote since the step before. */
static void push(struct walk *w, struct access_step step)
{
	step.what = w->what;
	w->what = NULL;
	vec_push(w->sc->sema->arena, &w->steps, step);
}

static void wrote(struct walk *w, const char *what)
{
	w->what = w->what ? arena_printf(w->sc->sema->arena, "%s%s", w->what, what) : what;
}

void access_btf_add(struct walk *w, int64_t amount, struct span span, const char *what)
{
	wrote(w, what);
	if (amount)
		push(w, (struct access_step){.kind = STEP_ADD, .span = span, .amount = amount});
}

/* Loads what is in hand; size 0 was refused before. */
static void load(struct walk *w, struct span span, uint32_t size, bool is_signed)
{
	push(w, (struct access_step){.kind = STEP_LOAD,
				     .span = span,
				     .size = size,
				     .is_signed = is_signed,
				     .user = w->user});
	w->object = false;
	w->held = false;
}

void access_btf_string(struct walk *w, struct span span)
{
	load(w, span, 1, false);
	w->steps.v[w->steps.n - 1].as_string = true;
}

static void load_unknown(struct walk *w, struct span span)
{
	w->access.unresolved = true;
	load(w, span, 8, false);
}

bool access_btf_follow(struct walk *w, struct span span)
{
	struct ttype_info info = info_of(w);

	if (info.kind != TTYPE_PTR)
		return false;
	if (w->object)
		load(w, span, info.size == 4 ? 4 : 8, false); /* 4: of a 32-bit program */
	w->user = w->user || info.user_pointer;
	w->type = info.element;
	w->object = true;
	w->held = false;
	return true;
}

/* A forward declaration stands for the type of its name, if the kernel has it. */
static struct ttype_info complete(struct walk *w)
{
	struct ttype_info info = info_of(w);
	struct sema *s = w->sc->sema;
	struct ttype found;

	if (info.kind != TTYPE_UNDEFINED || !info.name)
		return info;
	if (target_type_named(s->target, NULL, arena_printf(s->arena, "struct %s", info.name),
			      &found) ||
	    target_type_named(s->target, NULL, arena_printf(s->arena, "union %s", info.name),
			      &found))
		w->type = found;
	return info_of(w);
}

void access_btf_member(struct walk *w, const struct target_member *m, struct span span,
		       const char *what)
{
	access_btf_add(w, (int64_t)(m->bit_offset / 8), span, what);
	if (!w->held) {
		w->holder = w->type;
		w->held = true;
	}
	w->bit_offset = (uint32_t)(m->bit_offset % 8);
	w->bit_size = m->bit_size;
	w->type = m->type;
}

/* In hand is a struct that fits a register and is in one. */
static bool in_register(const struct walk *w)
{
	struct ttype_info info = info_of(w);

	return !w->object && !w->steps.n && w->access.base == ACCESS_TERM &&
	       (info.kind == TTYPE_STRUCT || info.kind == TTYPE_UNION) && info.size <= 8;
}

static void member(struct walk *w, const struct component *c, const char *what)
{
	const struct target *t = w->sc->sema->target;
	const char *pointer = type_text(w);
	struct target_member m;
	struct ttype_info info;
	struct diag *d;

	if (in_register(w) && target_member(t, w->type, c->member, &m)) {
		access_dwarf_part(w, &m);
		wrote(w, what);
		return;
	}
	if (!access_btf_follow(w, c->span) && !w->object) {
		access_fail(w, DIAG_INVALID_ACCESS, c->span,
			    "->%s: a value of type %s has no members", c->member, pointer);
		return;
	}
	info = complete(w);
	if (info.kind != TTYPE_STRUCT && info.kind != TTYPE_UNION) {
		d = access_fail(w, DIAG_INVALID_ACCESS, c->span,
				"->%s: %s is not a struct or union", c->member, type_text(w));
		if (info.kind == TTYPE_VOID || info.kind == TTYPE_UNDEFINED)
			access_hint(w, d, "its type must be said with", "@cast");
		return;
	}
	if (target_member(t, w->type, c->member, &m)) {
		access_btf_member(w, &m, c->span, what);
		return;
	}
	d = access_fail(w, DIAG_UNKNOWN_MEMBER, c->span, "%s has no member %s", type_text(w),
			c->member);
	access_hint(w, d, "did you mean", target_near_member(t, w->type, c->member));
}

static void element(struct walk *w, const struct component *c, const char *what)
{
	struct ttype_info info = info_of(w), item;
	uint64_t nelements = 0;

	if (info.kind == TTYPE_ARRAY && w->object) {
		nelements = info.nelements;
		w->type = info.element;
	} else if (!access_btf_follow(w, c->span)) {
		if (!w->object || w->e->target.base != TARGET_CAST || w->steps.n) {
			access_fail(w, DIAG_INVALID_ACCESS, c->span,
				    "[...]: %s is neither an array nor a pointer", type_text(w));
			return;
		}
	}
	item = complete(w);
	if (item.size == 0) {
		access_fail(w, DIAG_INVALID_ACCESS, c->span,
			    "[...]: the size of an element (%s) is not known", type_text(w));
		return;
	}
	wrote(w, what);
	push(w, (struct access_step){.kind = STEP_INDEX,
				     .span = c->span,
				     .amount = (int64_t)item.size,
				     .index = c->index,
				     .nelements = nelements});
	w->bit_size = 0;
}

static const char *component_text(const struct walk *w, const struct component *c)
{
	if (c->kind == COMPONENT_MEMBER)
		return arena_printf(w->sc->sema->arena, "->%s", c->member);
	if (c->index->kind == EXPR_NUMBER)
		return arena_printf(w->sc->sema->arena, "[%lld]", (long long)c->index->number);
	return "[...]";
}

void access_btf_component(struct walk *w, const struct component *c)
{
	const char *what = component_text(w, c);

	if (c->kind == COMPONENT_INDEX && !w->sc->silent)
		resolve_expr(w->sc, c->index);
	if (w->bit_size) {
		access_fail(w, DIAG_INVALID_ACCESS, c->span, "%s: a bit field has no parts", what);
		return;
	}
	if (!w->known) {
		wrote(w, what);
		if (c->kind == COMPONENT_INDEX)
			push(w, (struct access_step){.kind = STEP_INDEX,
						     .span = c->span,
						     .amount = 8,
						     .index = c->index});
		load_unknown(w, c->span);
	} else if (c->kind == COMPONENT_MEMBER) {
		member(w, c, what);
	} else {
		element(w, c, what);
	}
}

/* A bit field: the naturally aligned word of its type that holds it, or eight bytes. */
static void load_bits(struct walk *w, struct span span, const struct ttype_info *info)
{
	uint32_t size = (uint32_t)info->size, bit = w->bit_offset;
	int64_t offset = 0;
	struct access_step *last = w->steps.n ? &w->steps.v[w->steps.n - 1] : NULL;

	if (last && last->kind == STEP_ADD)
		offset = last->amount % size;
	else
		last = NULL;
	if (bit + 8 * (uint32_t)offset + w->bit_size > 8 * size)
		offset = 0, size = 8;
	if (last) {
		last->amount -= offset;
		if (!last->amount)
			w->steps.n--;
	}
	load(w, span, size, info->is_signed);
	last = &w->steps.v[w->steps.n - 1];
	last->bit_offset = bit + 8 * (uint32_t)offset;
	last->bit_size = w->bit_size;
}

static void load_scalar(struct walk *w, struct span span, const struct ttype_info *info)
{
	bool whole = info->size == 1 || info->size == 2 || info->size == 4 || info->size == 8;

	if (!whole)
		access_fail(w, DIAG_UNSUPPORTED_ACCESS, w->e->span,
			    "a value of %llu bytes (%s) does not fit a number",
			    (unsigned long long)info->size, type_text(w));
	else if (w->bit_size)
		load_bits(w, span, info);
	else
		load(w, span, (uint32_t)info->size, info->is_signed);
}

/* What the probe hands over is a whole register, of which a short type means the low part. */
static void narrow(struct walk *w, const struct ttype_info *info)
{
	switch (w->access.base) {
	case ACCESS_ARG:
	case ACCESS_RETURN:
	case ACCESS_ENTRY:
	case ACCESS_CONTEXT: break;
	case ACCESS_REGISTER:
	case ACCESS_TERM: /* debug information's are narrow already */
	case ACCESS_VALUE:
	case ACCESS_CONSTANT: return;
	}
	if (w->steps.n || info->kind == TTYPE_FLOAT || info->size >= 8)
		return;
	w->access.size = (uint32_t)info->size;
	w->access.is_signed = info->is_signed;
}

/* Has it a member of a kind that no struct shared with programs has? */
static bool is_internal(const struct target *t, struct ttype type)
{
	static const char *const kinds[] = {"list_head",   "hlist_node", "rb_node",
					    "spinlock",    "lockref",    "raw_spinlock",
					    "mutex",       "kref",       "refcount_struct",
					    "callback_head", "rw_semaphore", "wait_queue_head",
					    "work_struct", "hlist_bl_node", "seqcount_spinlock"};
	struct ttype_info info = target_type(t, type);
	struct target_member m;

	for (uint32_t i = 0; i < info.nmembers && target_member_at(t, type, i, &m); i++) {
		const char *name = target_type(t, m.type).name;

		for (size_t k = 0; name && k < sizeof kinds / sizeof *kinds; k++)
			if (!strcmp(name, kinds[k]))
				return true;
	}
	return false;
}

/* An address is known to be the kernel's when it is that of a part of a kernel object. */
static enum memory_space space_of(const struct walk *w)
{
	struct ttype_info info;

	if (!w->known)
		return SPACE_UNKNOWN;
	if (w->points) {
		if (w->user)
			return SPACE_USER;
		return w->held && is_internal(w->sc->sema->target, w->holder) ? SPACE_KERNEL
									      : SPACE_UNKNOWN;
	}
	info = info_of(w);
	return info.kind == TTYPE_PTR && info.user_pointer ? SPACE_USER : SPACE_UNKNOWN;
}

static void finish_value(struct walk *w, const struct ttype_info *info)
{
	struct span span = w->e->span;
	struct diag *d;

	switch (info->kind) {
	case TTYPE_INT:
	case TTYPE_PTR:
	case TTYPE_ENUM:
	case TTYPE_FLOAT:
		if (w->object)
			load_scalar(w, span, info);
		else
			narrow(w, info);
		return;
	case TTYPE_ARRAY:
		w->object = false; /* its address */
		w->points = true;
		return;
	case TTYPE_STRUCT:
	case TTYPE_UNION:
		d = access_fail(w, DIAG_INVALID_ACCESS, span, "%s cannot be a value", type_text(w));
		access_hint(w, d, "name a member, or use", "& for its address or $ to print it");
		return;
	case TTYPE_VOID:
	case TTYPE_FUNC:
	case TTYPE_UNDEFINED:
		access_fail(w, DIAG_INVALID_ACCESS, span, "a value of type %s cannot be read",
			    type_text(w));
		return;
	}
}

static void finish_address(struct walk *w)
{
	if (!w->known) {
		if (w->steps.n && w->steps.v[w->steps.n - 1].kind == STEP_LOAD)
			w->steps.n--;
		return;
	}
	if (w->bit_size)
		access_fail(w, DIAG_INVALID_ACCESS, w->e->span, "a bit field has no address");
	else if (!w->object)
		access_fail(w, DIAG_INVALID_ACCESS, w->e->span,
			    "&%s: a parameter or value itself has no address", w->access.name);
	w->object = false;
	w->points = true;
}

void access_btf_finish(struct walk *w, bool address_of)
{
	struct ttype_info info;

	if (address_of) {
		finish_address(w);
		return;
	}
	if (!w->known)
		return;
	info = info_of(w);
	finish_value(w, &info);
}

const struct access *access_btf_made(struct walk *w)
{
	struct access *a = arena_make(w->sc->sema->arena, struct access);

	*a = w->access;
	a->steps = w->steps.v;
	a->nsteps = w->steps.n;
	a->type = w->known ? w->type : (struct ttype){0};
	a->points = w->points;
	a->in_user = w->points && w->user;
	a->space = space_of(w);
	a->opaque |= a->unresolved;
	a->is_store_target = a->nsteps && a->steps[a->nsteps - 1].kind == STEP_LOAD &&
			     !a->steps[a->nsteps - 1].as_string;
	return a;
}

struct walk access_btf_fork(const struct walk *w)
{
	struct walk f = *w;

	f.steps.v = NULL;
	f.steps.n = f.steps.cap = 0;
	for (uint32_t i = 0; i < w->steps.n; i++)
		vec_push(w->sc->sema->arena, &f.steps, w->steps.v[i]);
	return f;
}
