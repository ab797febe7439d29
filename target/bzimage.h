/* The x86 boot image: its header, its checksum, and the kernel packed in it. */
#ifndef TARGET_BZIMAGE_H
#define TARGET_BZIMAGE_H

#include "target/origin.h"

bool bzimage_is(struct bytes b);
/* Reads the header into o; false after store_fail(). */
bool bzimage_open(struct store *st, struct origin *o, struct bytes b);
/*
 * Checks the checksum over the whole image, which kernels before 6.15 carry; signing changes two
 * fields that it leaves out.  False after store_fail().
 */
bool bzimage_verify(struct store *st, struct origin *o);
/* Unpacks the kernel's ELF, or as much as holds its BTF: then *btf is set.  NULL after
 * store_fail(). */
struct image *bzimage_unpack(struct store *st, const struct origin *o, struct bytes *btf);

#endif
