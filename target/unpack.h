/* The compressions that kernels, modules and facts files come in. */
#ifndef TARGET_UNPACK_H
#define TARGET_UNPACK_H

#include "target/store.h"

enum unpack_codec { UNPACK_NONE, UNPACK_GZIP, UNPACK_XZ, UNPACK_ZSTD, UNPACK_LZ4 };

/* The codec by its magic; UNPACK_NONE when it is none we know. */
enum unpack_codec unpack_codec(struct bytes b);
const char *unpack_word(enum unpack_codec codec);
/* Is what has been unpacked so far enough?  Asked again and again as it grows. */
struct unpack_stop {
	bool (*enough)(struct unpack_stop *stop, struct bytes so_far);
	bool stopped;
};

/*
 * Unpacks b.  exact: the size it must have, or 0 when that isn't known; never more than max.
 * Bytes after the end of the stream are ignored.  With stop (may be NULL), unpacking may end early,
 * where the codec allows.  NULL after store_fail().
 */
struct image *unpack_run(struct store *st, enum unpack_codec codec, struct bytes b, size_t exact,
			 size_t max, struct unpack_stop *stop);

#endif
