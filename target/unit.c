/*
 * BTF, read in place.  unit_new() checks the header and walks the types once, noting where each
 * begins, so that every later access is an index; ids and string offsets inside a type are checked
 * when they are followed (unit_type(), unit_str()).  For a module's BTF they are all checked up
 * front, because a wrong base shows itself only there: a name that begins in the middle of one of
 * the base's strings, or an id that neither has.  Name tables are built on the first question of
 * their class.  It does not catch a base of another build whose strings happen to agree.
 */
#include "target/unit.h"
#include "base/map.h"
#include "target/unitcache.h"

#include <string.h>

enum {
	HEADER = sizeof(struct btf_header),
	LONGEST_NAME = 1024, /* the kernel's own limit is 512 */
	HASHED = 128,        /* of a name: some have long prefixes, none that long */
	FEW_SCANS = 12,
	MOST_ANSWERS = 40,
	LONGEST_PROBE = 256, /* no honest table has such a run: names were chosen to collide */
};

bool unit_is_btf(struct bytes b)
{
	return b.n >= 4 &&
	       ((b.p[0] == 0x9f && b.p[1] == 0xeb) || (b.p[0] == 0xeb && b.p[1] == 0x9f));
}

static bool damaged(struct store *st, const char *what)
{
	return store_fail(st, DIAG_TARGET_DAMAGED, "its BTF is damaged: %s", what);
}

/* The header, and the type and string sections it points to. */
static bool sections(struct store *st, struct bytes b, struct bytes *types, struct bytes *strs)
{
	struct btf_header h;

	if (b.n < HEADER)
		return damaged(st, "it is shorter than its header");
	memcpy(&h, b.p, HEADER);
	if (h.magic == __builtin_bswap16(BTF_MAGIC))
		return store_fail(st, DIAG_TARGET_UNKNOWN_FORM,
				  "its BTF is of the other byte order");
	if (h.magic != BTF_MAGIC || h.version != BTF_VERSION)
		return damaged(st, "wrong magic or version");
	if (b.n > STORE_MAX_BTF)
		return store_fail(st, DIAG_TARGET_TOO_LARGE, "its BTF is larger than %u MiB",
				  STORE_MAX_BTF / MIB);
	if (h.hdr_len < HEADER || h.hdr_len > b.n || h.hdr_len % 4)
		return damaged(st, "its header is longer than itself");
	struct bytes body = store_sub(b, h.hdr_len, b.n - h.hdr_len);

	*types = store_sub(body, h.type_off, h.type_len);
	*strs = store_sub(body, h.str_off, h.str_len);
	if (!types->p || !strs->p || h.type_off % 4)
		return damaged(st, "a section lies outside, or the file is cut short");
	if (h.str_len && strs->p[h.str_len - 1])
		return damaged(st, "its strings do not end");
	if (h.type_len && h.str_len && (h.type_off < h.str_off + h.str_len) &&
	    (h.str_off < h.type_off + h.type_len))
		return damaged(st, "its sections overlap");
	return true;
}

/* A string of twice the limit would leave a whole stretch of that length without an end. */
static bool short_names(struct bytes strs)
{
	for (size_t at = 0; at + LONGEST_NAME <= strs.n; at += LONGEST_NAME)
		if (!memchr(strs.p + at, '\0', LONGEST_NAME))
			return false;
	return true;
}

bool unit_is_split(struct bytes b)
{
	struct store quiet = {.arena = arena_new(0, NULL)};
	struct bytes types, strs;
	bool split = sections(&quiet, b, &types, &strs) && (strs.n == 0 || strs.p[0]);

	arena_free(quiet.arena);
	return split;
}

/* By kind: how large a type is, and what each of its rows adds. */
struct kind {
	uint8_t size, row;
};

/* What is noted of a type: its offset, a multiple of 4, in words, and its kind. */
enum { KIND_SHIFT = 27, PLACE_MASK = (1 << KIND_SHIFT) - 1 };
_Static_assert(STORE_MAX_BTF / 4 < PLACE_MASK, "an offset must leave room for the kind");

static const struct kind forms[32] = {
	[BTF_KIND_FWD] = {sizeof(struct btf_type)},
	[BTF_KIND_CONST] = {sizeof(struct btf_type)},
	[BTF_KIND_VOLATILE] = {sizeof(struct btf_type)},
	[BTF_KIND_RESTRICT] = {sizeof(struct btf_type)},
	[BTF_KIND_PTR] = {sizeof(struct btf_type)},
	[BTF_KIND_TYPE_TAG] = {sizeof(struct btf_type)},
	[BTF_KIND_TYPEDEF] = {sizeof(struct btf_type)},
	[BTF_KIND_FLOAT] = {sizeof(struct btf_type)},
	[BTF_KIND_FUNC] = {sizeof(struct btf_type)},
	[BTF_KIND_INT] = {sizeof(struct btf_type) + sizeof(uint32_t)},
	[BTF_KIND_ARRAY] = {sizeof(struct btf_type) + sizeof(struct btf_array)},
	[BTF_KIND_STRUCT] = {sizeof(struct btf_type), sizeof(struct btf_member)},
	[BTF_KIND_UNION] = {sizeof(struct btf_type), sizeof(struct btf_member)},
	[BTF_KIND_ENUM] = {sizeof(struct btf_type), sizeof(struct btf_enum)},
	[BTF_KIND_ENUM64] = {sizeof(struct btf_type), sizeof(struct btf_enum64)},
	[BTF_KIND_FUNC_PROTO] = {sizeof(struct btf_type), sizeof(struct btf_param)},
	[BTF_KIND_VAR] = {sizeof(struct btf_type) + sizeof(struct btf_var)},
	[BTF_KIND_DATASEC] = {sizeof(struct btf_type), sizeof(struct btf_var_secinfo)},
	[BTF_KIND_DECL_TAG] = {sizeof(struct btf_type) + sizeof(struct btf_decl_tag)},
};

/* The size of a type with all that follows it; 0 for a kind we do not know. */
static uint32_t type_size(const struct btf_type *t)
{
	const struct kind *k = &forms[unit_kind(t)];

	return k->size + unit_vlen(t) * k->row;
}

/* Walks the types; with offsets, notes where each begins, and its kind. */
static bool walk(struct store *st, const struct target_unit *u, uint32_t *offsets, uint32_t *count)
{
	uint32_t n = 0;

	for (uint32_t at = 0; at < u->types_len; n++) {
		uint32_t left = u->types_len - at;

		if (left < sizeof(struct btf_type))
			return damaged(st, "its last type is cut short");
		const struct btf_type *t = (const struct btf_type *)(const void *)(u->types + at);
		uint32_t size = type_size(t);

		if (size == 0)
			return damaged(st, "a type of an unknown kind");
		if (size > left)
			return damaged(st, "its last type is cut short");
		if (offsets)
			offsets[n] = at / 4 | unit_kind(t) << KIND_SHIFT;
		at += size;
	}
	*count = n;
	return true;
}

const struct target_unit *unit_home(const struct target_unit *u, uint32_t id)
{
	return u && u->base && id < u->first_id ? u->base : u;
}

/* May an offset that was kept be believed: does a whole type lie there? */
static bool holds(const struct target_unit *u, uint32_t at)
{
	if (at > u->types_len || u->types_len - at < sizeof(struct btf_type))
		return false;
	uint32_t size = type_size((const struct btf_type *)(const void *)(u->types + at));

	return size && size <= u->types_len - at;
}

const struct btf_type *unit_type(const struct target_unit *u, uint32_t id)
{
	static const struct btf_type none; /* of no kind */

	u = unit_home(u, id);
	if (!u || id < u->first_id || id >= u->end_id)
		return NULL;
	uint32_t at = (u->offsets[id - u->first_id] & PLACE_MASK) * 4;

	if (u->kept && !holds(u, at))
		return &none;
	return (const struct btf_type *)(const void *)(u->types + at);
}

const char *unit_str(const struct target_unit *u, uint32_t off)
{
	if (u->base && off < u->first_str)
		u = u->base;
	return off - u->first_str < u->strs_len ? u->strs + (off - u->first_str) : "";
}

const char *unit_name(const struct target_unit *u, const struct btf_type *t)
{
	const char *s = unit_str(u, t->name_off);

	return *s ? s : NULL;
}

/* --- does a module's BTF go with its base --- */

static bool good_str(const struct target_unit *u, uint32_t off)
{
	const struct target_unit *home = off < u->first_str ? u->base : u;

	off -= home->first_str;
	return off == 0 || (off < home->strs_len && home->strs[off - 1] == '\0');
}

static bool good_id(const struct target_unit *u, uint32_t id)
{
	return id < u->end_id;
}

/* Members and parameters, enumerators: rows that begin with a name and may have a type. */
static bool good_rows(const struct target_unit *u, const void *rows, uint32_t n, size_t row,
		      size_t type_at)
{
	const char *p = rows;

	for (uint32_t i = 0; i < n; i++, p += row) {
		uint32_t name, type = 0;

		memcpy(&name, p, sizeof name);
		if (type_at)
			memcpy(&type, p + type_at, sizeof type);
		if (!good_str(u, name) || !good_id(u, type))
			return false;
	}
	return true;
}

static bool good_section(const struct target_unit *u, const struct btf_type *t)
{
	const struct btf_var_secinfo *v = unit_rest(t);

	for (uint32_t i = 0; i < unit_vlen(t); i++)
		if (!good_id(u, v[i].type))
			return false;
	return true;
}

static bool good_type(const struct target_unit *u, const struct btf_type *t)
{
	const struct btf_array *array = unit_rest(t);

	if (!good_str(u, t->name_off))
		return false;
	switch (unit_kind(t)) {
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
		return good_rows(u, unit_rest(t), unit_vlen(t), sizeof(struct btf_member),
				 offsetof(struct btf_member, type));
	case BTF_KIND_ENUM:
		return good_rows(u, unit_rest(t), unit_vlen(t), sizeof(struct btf_enum), 0);
	case BTF_KIND_ENUM64:
		return good_rows(u, unit_rest(t), unit_vlen(t), sizeof(struct btf_enum64), 0);
	case BTF_KIND_FUNC_PROTO:
		return good_id(u, t->type) &&
		       good_rows(u, unit_rest(t), unit_vlen(t), sizeof(struct btf_param),
				 offsetof(struct btf_param, type));
	case BTF_KIND_ARRAY: return good_id(u, array->type) && good_id(u, array->index_type);
	case BTF_KIND_DATASEC: return good_section(u, t);
	case BTF_KIND_INT:
	case BTF_KIND_FLOAT:
	case BTF_KIND_FWD: return true;
	}
	return good_id(u, t->type);
}

static bool check_split(struct store *st, const struct target_unit *u)
{
	for (uint32_t id = u->first_id; id < u->end_id; id++) {
		const struct btf_type *t = unit_type(u, id);

		if (!good_type(u, t))
			return store_fail(st, DIAG_TARGET_WRONG_BASE,
					  "its BTF continues that of another build of the kernel");
		if (unit_kind(t) == BTF_KIND_FUNC) {
			const struct btf_type *proto = unit_type(u, t->type);

			if (!proto || unit_kind(proto) != BTF_KIND_FUNC_PROTO)
				return store_fail(st, DIAG_TARGET_WRONG_BASE,
						  "its functions have no prototypes in the BTF of "
						  "the kernel at hand");
		}
	}
	return true;
}

/* Fills in all but the index. */
static bool set_up(struct store *st, struct target_unit *u, struct bytes b,
		   struct target_unit *base)
{
	struct bytes types, strs;

	*u = (struct target_unit){.raw = b, .base = base, .arena = st->arena, .cache = st->cache};
	if (!sections(st, b, &types, &strs))
		return false;
	u->types = types.p;
	u->types_len = (uint32_t)types.n;
	u->strs = (const char *)strs.p;
	u->strs_len = (uint32_t)strs.n;
	u->first_id = base ? base->end_id : 1;
	u->first_str = base ? base->strs_len : 0;
	if (!base && (!strs.n || strs.p[0]))
		return store_fail(st, DIAG_TARGET_NO_BASE, "its BTF continues that of a kernel");
	return true;
}

static bool sound_names(struct store *st, const struct target_unit *u)
{
	return short_names((struct bytes){(const uint8_t *)u->strs, u->strs_len}) ||
	       damaged(st, "a name is too long");
}

bool unit_is_whole(struct store *st, struct bytes b)
{
	struct target_unit u;
	uint32_t n;

	return set_up(st, &u, b, NULL) && sound_names(st, &u) && walk(st, &u, NULL, &n);
}

struct target_unit *unit_new(struct store *st, struct bytes b, struct target_unit *base)
{
	struct target_unit *u = arena_make(st->arena, struct target_unit);
	uint32_t n;

	if (!set_up(st, u, b, base) || !sound_names(st, u))
		return NULL;
	/* as many as there can be: memory that is not touched costs nothing */
	size_t room = u->types_len / sizeof(struct btf_type) * sizeof *u->offsets;

	if (room >= STORE_HUGE_PAGE / 4)
		room = (room + STORE_HUGE_PAGE - 1) & ~(STORE_HUGE_PAGE - 1);
	u->index = store_buffer(st, room);
	if (!u->index)
		return NULL;
	uint32_t *offsets = (uint32_t *)(void *)u->index->data;

	u->offsets = offsets;
	if (!walk(st, u, offsets, &n)) {
		unit_drop(st, u);
		return NULL;
	}
	u->end_id = u->first_id + n;
	if (base && !check_split(st, u)) {
		unit_drop(st, u);
		return NULL;
	}
	return u;
}

struct target_unit *unit_kept(struct store *st, struct bytes b, struct target_unit *base,
			      const uint32_t *offsets, uint32_t n)
{
	struct target_unit *u = arena_make(st->arena, struct target_unit);

	if (!set_up(st, u, b, base) || n > u->types_len / sizeof(struct btf_type))
		return NULL;
	u->kept = true;
	u->offsets = offsets;
	u->end_id = u->first_id + n;
	return u;
}

void unit_drop(struct store *st, struct target_unit *u)
{
	store_drop(st, u->index);
	u->index = NULL;
}

/* --- names --- */

static enum unit_class class_of(const struct btf_type *t)
{
	switch (unit_kind(t)) {
	case BTF_KIND_STRUCT: return UNIT_STRUCT;
	case BTF_KIND_UNION: return UNIT_UNION;
	case BTF_KIND_ENUM:
	case BTF_KIND_ENUM64: return UNIT_ENUM;
	case BTF_KIND_INT:
	case BTF_KIND_FLOAT:
	case BTF_KIND_TYPEDEF: return UNIT_PLAIN;
	}
	return UNIT_FUNC;
}

static uint32_t hash_name(enum unit_class class, const char *s)
{
	return (map_hash(s, strnlen(s, HASHED)) ^ (uint32_t) class * 0x9e3779b1u) * 0x85ebca6bu >>
	       3;
}

/* The slot of (class, s): its own, or the free one where it belongs; NULL when it has none. */
static const struct unit_slot *slot_of(const struct target_unit *u, const struct unit_names *names,
				       enum unit_class class, const char *s)
{
	enum unit_class of_type = class == UNIT_ENUMERATOR ? UNIT_ENUM : class;
	uint32_t h = hash_name(class, s);

	for (uint32_t i = 0; i < LONGEST_PROBE; i++) {
		const struct unit_slot *slot = &names->slots[(h + i) & names->mask];

		if (!slot->name)
			return slot;
		const struct btf_type *t = unit_type(u, slot->id);

		/* a table that was kept may say anything */
		if (t && !strcmp(unit_str(u, slot->name), s) && class_of(t) == of_type)
			return slot;
	}
	return NULL;
}

/* False when the table cannot take it. */
static bool add_name(struct target_unit *u, const struct unit_names *names, struct unit_slot *slots,
		     enum unit_class class, uint32_t name, uint32_t id)
{
	const char *s = unit_str(u, name);
	const struct unit_slot *slot = *s ? slot_of(u, names, class, s) : NULL;

	if (slot && !slot->name)
		slots[slot - names->slots] = (struct unit_slot){name, id};
	return slot || !*s;
}

/* How many names of a type the table takes. */
static uint32_t names_of(const struct btf_type *t, enum unit_class class)
{
	bool func = unit_kind(t) == BTF_KIND_FUNC, is_enum = class_of(t) == UNIT_ENUM;

	if (class == UNIT_ENUMERATOR)
		return is_enum ? unit_vlen(t) : 0;
	if (class == UNIT_FUNC)
		return func;
	return class_of(t) != UNIT_FUNC;
}

/* The name of the i-th enumerator. */
static uint32_t row_name(const struct btf_type *t, uint32_t i)
{
	size_t row = unit_kind(t) == BTF_KIND_ENUM64 ? sizeof(struct btf_enum64)
						     : sizeof(struct btf_enum);
	uint32_t name;

	memcpy(&name, (const char *)unit_rest(t) + i * row, sizeof name);
	return name;
}

static bool add_names(struct target_unit *u, const struct unit_names *names,
		      struct unit_slot *slots, enum unit_class class, uint32_t id)
{
	const struct btf_type *t = unit_type(u, id);
	uint32_t n = names_of(t, class);

	if (class != UNIT_ENUMERATOR)
		return !n || add_name(u, names, slots, class_of(t), t->name_off, id);
	for (uint32_t i = 0; i < n; i++)
		if (!add_name(u, names, slots, class, row_name(t, i), id))
			return false;
	return true;
}

static void build(struct target_unit *u, struct unit_names *names, enum unit_class class)
{
	uint32_t n = 0, size = 16;
	struct unit_slot *slots;

	for (uint32_t id = u->first_id; id < u->end_id; id++)
		n += names_of(unit_type(u, id), class);
	while (size < n * 2)
		size *= 2;
	names->slots = slots = arena_alloc(u->arena, size * sizeof *slots);
	names->mask = size - 1;
	names->built = true;
	for (uint32_t id = u->first_id; id < u->end_id && names->slots; id++)
		if (!add_names(u, names, slots, class, id))
			names->slots = NULL;
	unitcache_put_names(u, class, names);
}

/* --- without a table: where the name stands among the strings, and then who has it --- */

typedef uint8_t lanes __attribute__((vector_size(16), aligned(1), may_alias));

/* May the name begin in the 64 bytes at p: by its first byte, its last, and the end behind it? */
static bool may_begin(const char *p, const char *name, size_t n)
{
	lanes any = {0};
	uint64_t half[2];

	for (int i = 0; i < 4; i++, p += sizeof any) {
		lanes first = *(const lanes *)p, last = *(const lanes *)(p + n - 1),
		      end = *(const lanes *)(p + n);

		any |= (lanes)(first == (uint8_t)name[0]) & (lanes)(last == (uint8_t)name[n - 1]) &
		       (lanes)(end == 0);
	}
	memcpy(half, &any, sizeof half);
	return half[0] | half[1];
}

static void mark(struct unit_spots *spots, uint32_t at)
{
	spots->any = true;
	spots->bits[at / 64 % UNIT_SPOT_WORDS] |= 1ull << at % 64;
}

static bool marked(const struct unit_spots *spots, uint32_t at)
{
	return spots->bits[at / 64 % UNIT_SPOT_WORDS] >> at % 64 & 1;
}

/* Marks where the name stands in u's own strings: as one of them, or as the end of one. */
static void mark_spots(const struct target_unit *u, const char *name, struct unit_spots *spots)
{
	size_t n = strlen(name);
	const char *s = u->strs;

	for (size_t at = 0, step; at + n < u->strs_len; at += step) {
		bool whole = u->strs_len - at >= 64 + n;

		step = whole ? 64 : 1;
		if (whole && !may_begin(s + at, name, n))
			continue;
		for (size_t i = at; i < at + step; i++)
			if (s[i] == name[0] && !memcmp(s + i, name, n + 1))
				mark(spots, u->first_str + (uint32_t)i);
	}
}

/* Several classes are asked for one name, and a module's base by each module. */
static const struct unit_spots *spots_of(struct target_unit *u, const char *name)
{
	struct unit_spots *spots = u->spots;

	if (spots && !strcmp(spots->name, name))
		return spots;
	if (!spots)
		u->spots = spots = arena_make(u->arena, struct unit_spots);
	*spots = (struct unit_spots){0};
	if (u->base)
		*spots = *spots_of(u->base, name);
	mark_spots(u, name, spots);
	spots->name = arena_strdup(u->arena, name);
	return spots;
}

static bool is_called(const struct target_unit *u, uint32_t off, const char *name)
{
	const char *s = unit_str(u, off);

	return *s == *name && !strcmp(s, name);
}

/* Without spots every name is looked at. */
static bool has_name(const struct target_unit *u, const struct btf_type *t, enum unit_class class,
		     const char *name, const struct unit_spots *spots)
{
	uint32_t n = names_of(t, class);

	if (class != UNIT_ENUMERATOR)
		return n && (!spots || marked(spots, t->name_off)) && class_of(t) == class &&
		       is_called(u, t->name_off, name);
	for (uint32_t i = 0; i < n; i++) {
		uint32_t row = row_name(t, i);

		if ((!spots || marked(spots, row)) && is_called(u, row, name))
			return true;
	}
	return false;
}

/* The kinds that have names of the class, as bits. */
static uint32_t kinds_of(enum unit_class class)
{
	const uint32_t enums = 1u << BTF_KIND_ENUM | 1u << BTF_KIND_ENUM64;

	switch (class) {
	case UNIT_FUNC: return 1u << BTF_KIND_FUNC;
	case UNIT_STRUCT: return 1u << BTF_KIND_STRUCT;
	case UNIT_UNION: return 1u << BTF_KIND_UNION;
	case UNIT_ENUM:
	case UNIT_ENUMERATOR: return enums;
	case UNIT_PLAIN: return 1u << BTF_KIND_INT | 1u << BTF_KIND_FLOAT | 1u << BTF_KIND_TYPEDEF;
	}
	return 0;
}

static bool of_kinds(const struct target_unit *u, uint32_t id, uint32_t kinds)
{
	return kinds >> (u->offsets[id - u->first_id] >> KIND_SHIFT) & 1;
}

static uint32_t look_at_all(const struct target_unit *u, enum unit_class class, const char *name,
			    const struct unit_spots *spots)
{
	const uint32_t kinds = kinds_of(class);

	for (uint32_t id = u->first_id; id < u->end_id; id++)
		if (of_kinds(u, id, kinds) && has_name(u, unit_type(u, id), class, name, spots))
			return id;
	return 0;
}

/* The types that may have names of the class: most are of other kinds. */
static const struct unit_ids *list_class(struct target_unit *u, enum unit_class class)
{
	struct unit_ids *l = &u->of_class[class];
	const uint32_t kinds = kinds_of(class);

	for (uint32_t id = u->first_id; !l->cap && id < u->end_id; id++)
		l->n += of_kinds(u, id, kinds);
	if (l->cap)
		return l;
	l->cap = l->n + 1;
	l->v = arena_alloc(u->arena, l->cap * sizeof *l->v);
	l->n = 0;
	for (uint32_t id = u->first_id; id < u->end_id; id++)
		if (of_kinds(u, id, kinds))
			l->v[l->n++] = id;
	return l;
}

/* Looking through the strings pays where many types have names of the class, or few strings are. */
static uint32_t look(struct target_unit *u, enum unit_class class, const char *name)
{
	bool many = u->base || class == UNIT_FUNC || class == UNIT_ENUMERATOR;
	const struct unit_spots *spots = many ? spots_of(u, name) : NULL;
	const struct unit_ids *ids;

	if (spots && !spots->any)
		return 0;
	if (u->base || !(u->looked >> class & 1)) {
		u->looked |= 1u << class;
		return look_at_all(u, class, name, spots);
	}
	ids = list_class(u, class);
	for (uint32_t i = 0; i < ids->n; i++)
		if (has_name(u, unit_type(u, ids->v[i]), class, name, spots))
			return ids->v[i];
	return 0;
}

/* For a module a table is not worth making, and names chosen to collide defeat it. */
static uint32_t scan(struct target_unit *u, struct unit_names *names, enum unit_class class,
		     const char *name)
{
	struct unit_answer a = {class, 0, name};

	vec_each(i, &u->answers)
		if (u->answers.v[i].class == class && !strcmp(u->answers.v[i].name, name))
			return u->answers.v[i].id;
	names->asked += names->asked <= FEW_SCANS;
	a.id = look(u, class, name);
	a.name = arena_strdup(u->arena, name);
	if (u->answers.n < MOST_ANSWERS)
		vec_push(u->arena, &u->answers, a);
	return a.id;
}

/*
 * A table takes as long as a few scans; but what was kept once will be asked again.  A module that
 * is not kept may be forgotten, and would leave its table behind.
 */
static bool pays(const struct target_unit *u, const struct unit_names *names)
{
	if (u->base && !u->kept)
		return false;
	if (!u->base && u->kept)
		return true;
	return names->asked > FEW_SCANS;
}

uint32_t unit_find(struct target_unit *u, enum unit_class class, const char *name)
{
	struct unit_names *names = class == UNIT_FUNC         ? &u->funcs
				   : class == UNIT_ENUMERATOR ? &u->enumerators
							      : &u->named;

	if (!*name)
		return 0;
	if (!names->built && pays(u, names) && !unitcache_get_names(u, class, names))
		build(u, names, class);
	if (!names->slots)
		return scan(u, names, class, name);
	const struct unit_slot *slot = slot_of(u, names, class, name);

	return slot && slot->name ? slot->id : 0;
}
