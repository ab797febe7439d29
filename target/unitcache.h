/* What the cache keeps of a file with BTF: its kind and release, the BTF itself, where its types
 * begin, and tables of names. */
#ifndef TARGET_UNITCACHE_H
#define TARGET_UNITCACHE_H

#include "target/unit.h"

enum { UNITCACHE_WORD = 72 };

/* The fixed part of an entry. */
struct unitcache_head {
	uint32_t form, codec;         /* enum origin_form, enum unpack_codec */
	char release[UNITCACHE_WORD]; /* "": not known */
	char machine[UNITCACHE_WORD], module[UNITCACHE_WORD];
	uint64_t base;                     /* of a module: a hash of its kernel's key */
	uint32_t ntypes, btf_len, own_btf; /* own_btf 0: the BTF is the file itself */
	uint32_t zero;
};

struct unitcache_kept {
	const struct unitcache_head *head; /* NULL: nothing is kept */
	const uint32_t *offsets;
	struct bytes btf; /* {NULL, 0} when it is the file itself */
};

/*
 * What the cache knows the file by: its identity, or the build-id of the running kernel.  NULL when
 * there is no cache or the file has no lasting identity.
 */
const char *unitcache_key(const struct store *st, const char *path);
bool unitcache_get(const struct store *st, const char *key, struct unitcache_kept *out);
/* The unit of what is kept; raw: its BTF.  NULL when it is of another base, or does not hold. */
struct target_unit *unitcache_unit(struct store *st, const struct unitcache_kept *k,
				   struct bytes raw, struct target_unit *base);
/* Keeps a unit, or the head alone (u NULL); head says what it came from, the rest of it is filled in here. */
void unitcache_put(const struct store *st, const char *key, struct unitcache_head *head,
		   const struct target_unit *u);
/* The table of that class; false when it is not kept. */
bool unitcache_get_names(const struct target_unit *u, enum unit_class class,
			 struct unit_names *out);
void unitcache_put_names(const struct target_unit *u, enum unit_class class,
			 const struct unit_names *names);

#endif
