/* One BTF: the kernel's own, or a module's, whose ids and strings go on where the kernel's end. */
#ifndef TARGET_UNIT_H
#define TARGET_UNIT_H

#include "target/store.h"

#include <linux/btf.h>

struct code;

struct unit_slot {
	uint32_t name; /* string offset; 0: free */
	uint32_t id;
};

/* Names to type ids; built when first asked; slots NULL: no table, look at every type. */
struct unit_names {
	const struct unit_slot *slots;
	uint32_t mask;
	bool built;
	uint8_t asked;
};

/* Where a name stands among the strings: bits of the offsets, several of which share one. */
enum { UNIT_SPOT_WORDS = 64 };
struct unit_spots {
	const char *name;
	uint64_t bits[UNIT_SPOT_WORDS];
	bool any;
};

enum unit_class { UNIT_FUNC, UNIT_STRUCT, UNIT_UNION, UNIT_ENUM, UNIT_PLAIN, UNIT_ENUMERATOR };

/* What a look at every type gave. */
struct unit_answer {
	enum unit_class class;
	uint32_t id;
	const char *name;
};

struct unit_ids {
	uint32_t *v;
	uint32_t n, cap;
};

struct target_unit {
	const char *module; /* NULL: the kernel image */
	const char *origin; /* the file it came from */
	struct bytes raw;   /* the whole BTF */
	struct target_unit *base;
	const uint8_t *types;
	const char *strs;
	uint32_t types_len, strs_len;
	uint32_t first_id, end_id; /* its own ids: first_id <= id < end_id */
	uint32_t first_str;        /* offset of its first string */
	const uint32_t
		*offsets;    /* of the type id - first_id, in types; with its kind: see unit.c */
	struct image *index; /* holds them; NULL: they are kept */
	bool kept;           /* offsets are checked when used */
	struct cache *cache;
	const char *key; /* what the cache knows it by; NULL: not kept */
	struct arena *arena;
	struct unit_names funcs, named, enumerators;
	struct unit_spots *spots; /* of the last name asked for without a table; NULL: none yet */
	VEC(struct unit_answer) answers;
	uint32_t looked; /* classes, as bits, that were looked through */
	struct unit_ids of_class[UNIT_ENUMERATOR + 1]; /* then listed: types of its kinds */
	const struct code *code; /* the types of an object's DWARF (dwarfdie.c), no BTF at all */
};

/* Is it BTF: by its magic, in either byte order. */
bool unit_is_btf(struct bytes b);
/* True if it can only be the continuation of another BTF. */
bool unit_is_split(struct bytes b);
/* Is it a whole, well-formed BTF that continues no other. */
bool unit_is_whole(struct store *st, struct bytes b);
/*
 * Checks and indexes a BTF; its bytes must be 4-byte aligned and outlive the unit.  With a base, it
 * is checked that both belong together.  NULL after store_fail().
 */
struct target_unit *unit_new(struct store *st, struct bytes b, struct target_unit *base);

/*
 * The unit of a BTF that was checked in an earlier run, with the offsets found then, which must
 * outlive it and are checked when they are used.  NULL when the BTF has no sound header.
 */
struct target_unit *unit_kept(struct store *st, struct bytes b, struct target_unit *base,
			      const uint32_t *offsets, uint32_t n);

/* Gives back the index; the name tables stay in the arena. */
void unit_drop(struct store *st, struct target_unit *u);
/* The type id of u or its base; NULL for void and for what is out of range. */
const struct btf_type *unit_type(const struct target_unit *u, uint32_t id);
/* The unit in which id is defined. */
const struct target_unit *unit_home(const struct target_unit *u, uint32_t id);
/* Never NULL: "" for offsets out of range. */
const char *unit_str(const struct target_unit *u, uint32_t off);
/* Its name, or NULL when it has none. */
const char *unit_name(const struct target_unit *u, const struct btf_type *t);
/* The first type of that class and name among u's own; 0: none. */
uint32_t unit_find(struct target_unit *u, enum unit_class class, const char *name);

static inline unsigned unit_kind(const struct btf_type *t)
{
	return BTF_INFO_KIND(t->info);
}
static inline uint32_t unit_vlen(const struct btf_type *t)
{
	return BTF_INFO_VLEN(t->info);
}
/* What follows the fixed part of a type. */
static inline const void *unit_rest(const struct btf_type *t)
{
	return t + 1;
}

#endif
