/* A file that facts come from: its form, found by content, and the BTF in it. */
#ifndef TARGET_ORIGIN_H
#define TARGET_ORIGIN_H

#include "target/unitcache.h"
#include "target/unpack.h"

enum origin_form {
	ORIGIN_NONE,
	ORIGIN_RAW,     /* a whole BTF */
	ORIGIN_SPLIT,   /* a module's BTF */
	ORIGIN_VMLINUX, /* ELF */
	ORIGIN_VMLINUZ, /* bzImage */
	ORIGIN_MODULE,  /* .ko */
	ORIGIN_FACTS,   /* from target_record() */
};

struct origin {
	enum origin_form form;
	const char *path;
	struct image *file; /* its bytes, unpacked if the file as a whole was packed */
	enum unpack_codec codec;
	const char *release, *machine; /* NULL: not known */
	const char *module;            /* ORIGIN_SPLIT, ORIGIN_MODULE */
	/* ORIGIN_VMLINUZ */
	struct bytes whole, payload; /* what its checksum covers; the packed kernel */
	size_t payload_size;         /* unpacked */
	bool verified;               /* the checksum is good */
	const char *build_id;        /* of the packed kernel, once it was unpacked for its BTF */
	const char *key;             /* what the cache knows it by; NULL: not kept */
	struct unitcache_kept kept;  /* from an earlier run: file is NULL */
};

/* Opens path and finds its form, by itself or from what is kept of it; false after store_fail(). */
bool origin_open(struct store *st, const char *path, struct origin *o);
/* Checks what a form's own checksum covers; false after store_fail(). */
bool origin_verify(struct store *st, struct origin *o);
/* Opens a file anew that was kept, because that does not serve. */
bool origin_reopen(struct store *st, struct origin *o);
/*
 * Its unit, with its base if it is a module's: from what is kept, or else read, checked and kept.
 * *held: what to give back together with the unit; NULL: nothing.  NULL after store_fail().
 */
struct target_unit *origin_unit(struct store *st, struct origin *o, struct target_unit *base,
				struct image **held);
/*
 * The BTF in it, as an image of its own; the origin's file is gone afterwards.  NULL after
 * store_fail().
 */
struct image *origin_btf(struct store *st, struct origin *o);
/* "vmlinuz, xz" */
const char *origin_text(const struct origin *o, struct arena *a);
/* The name of a module from that of its file: "/x/snd-pcm.ko.xz" is snd_pcm. */
char *origin_module_name(struct arena *a, const char *path);

#endif
