/*
 * Unpacking, into one buffer that grows up to a ceiling.  What is held at any moment is the output
 * and the codec's window; the input is a mapped file.  LZ4 is the legacy frame that the kernel
 * uses.  Each codec's own checksum is verified, where the stream has one; legacy LZ4 has none, so
 * damage in it is caught only when it breaks the format or what was packed.
 */
#include "target/unpack.h"

#include <lz4.h>
#include <lzma.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>
#include <zstd_errors.h>

enum {
	LZ4_MAGIC = 0x184c2102,
	LZ4_BLOCK = 8 * 1024 * 1024,
	FIRST = 1024 * 1024,
	STEP = 1024 * 1024,         /* between two questions whether it is enough */
	MEMORY = 176 * 1024 * 1024, /* output and window together */
};

struct job {
	struct store *st;
	struct bytes in;
	struct image *out;
	size_t max;
	struct unpack_stop *stop;
};

static uint32_t u32_at(const uint8_t *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

enum unpack_codec unpack_codec(struct bytes b)
{
	if (b.n >= 2 && !memcmp(b.p, "\x1f\x8b", 2))
		return UNPACK_GZIP;
	if (b.n >= 6 && !memcmp(b.p,
				"\xfd"
				"7zXZ",
				6))
		return UNPACK_XZ;
	if (b.n >= 4 && !memcmp(b.p, "\x28\xb5\x2f\xfd", 4))
		return UNPACK_ZSTD;
	if (b.n >= 4 && u32_at(b.p) == LZ4_MAGIC)
		return UNPACK_LZ4;
	return UNPACK_NONE;
}

const char *unpack_word(enum unpack_codec codec)
{
	switch (codec) {
	case UNPACK_NONE: return "uncompressed";
	case UNPACK_GZIP: return "gzip";
	case UNPACK_XZ: return "xz";
	case UNPACK_ZSTD: return "zstd";
	case UNPACK_LZ4: return "lz4";
	}
	return "?";
}

static bool damaged(struct job *j, const char *codec)
{
	return store_fail(j->st, DIAG_TARGET_DAMAGED, "its %s data are damaged or cut short",
			  codec);
}

/* Makes room for more output, up to the ceiling. */
static bool more_room(struct job *j)
{
	size_t want = j->out->capacity * 2;

	if (j->out->capacity >= j->max)
		return store_fail(j->st, DIAG_TARGET_TOO_LARGE,
				  "it unpacks to more than the %zu bytes it may have", j->max);
	return store_grow(j->st, j->out, want > j->max ? j->max : want);
}

/* How much to unpack next, once there is room; 0 after store_fail(). */
static size_t next_step(struct job *j)
{
	if (j->out->len == j->out->capacity && !more_room(j))
		return 0;
	size_t room = j->out->capacity - j->out->len;

	return j->stop && room > STEP ? STEP : room;
}

static bool enough(struct job *j)
{
	struct bytes b = {j->out->data, j->out->len};

	if (j->stop && j->stop->enough(j->stop, b))
		j->stop->stopped = true;
	return j->stop && j->stop->stopped;
}

static bool run_gzip(struct job *j)
{
	z_stream z = {.next_in = (uint8_t *)(uintptr_t)j->in.p, .avail_in = (uInt)j->in.n};
	size_t step = 1;
	int r = inflateInit2(&z, 15 + 16);

	while (r == Z_OK && (step = next_step(j)) && !enough(j)) {
		z.next_out = j->out->data + j->out->len;
		z.avail_out = (uInt)step;
		r = inflate(&z, Z_NO_FLUSH);
		j->out->len += step - z.avail_out;
	}
	inflateEnd(&z);
	if (!step)
		return false;
	return r == Z_STREAM_END || (j->stop && j->stop->stopped) || damaged(j, "gzip");
}

static bool run_xz(struct job *j)
{
	lzma_stream x = LZMA_STREAM_INIT;
	uint64_t window = j->out->capacity > MEMORY / 2 ? MEMORY - j->out->capacity : MEMORY;
	lzma_ret r = lzma_stream_decoder(&x, window, 0);
	size_t step = 1;

	x.next_in = j->in.p;
	x.avail_in = j->in.n;
	while (r == LZMA_OK && (step = next_step(j)) && !enough(j)) {
		x.next_out = j->out->data + j->out->len;
		x.avail_out = step;
		r = lzma_code(&x, x.avail_in ? LZMA_RUN : LZMA_FINISH);
		j->out->len += step - x.avail_out;
	}
	lzma_end(&x);
	if (!step)
		return false;
	if (r == LZMA_MEMLIMIT_ERROR)
		return store_fail(j->st, DIAG_TARGET_TOO_LARGE,
				  "its xz data ask for a window of "
				  "more than %u MiB",
				  (unsigned)(window / MIB));
	return r == LZMA_STREAM_END || (j->stop && j->stop->stopped) || damaged(j, "xz");
}

/* One shot a frame, since that needs no window beside the output. */
static bool run_zstd(struct job *j)
{
	size_t n = ZSTD_findFrameCompressedSize(j->in.p, j->in.n);

	if (ZSTD_isError(n))
		return damaged(j, "zstd");
	unsigned long long size = ZSTD_getFrameContentSize(j->in.p, n);

	if (size != ZSTD_CONTENTSIZE_UNKNOWN && size <= j->max &&
	    !store_grow(j->st, j->out, (size_t)size))
		return false;
	size_t got = ZSTD_decompress(j->out->data, j->out->capacity, j->in.p, n);

	while (ZSTD_getErrorCode(got) == ZSTD_error_dstSize_tooSmall) {
		if (!more_room(j))
			return false;
		got = ZSTD_decompress(j->out->data, j->out->capacity, j->in.p, n);
	}
	if (ZSTD_isError(got))
		return damaged(j, "zstd");
	j->out->len = got;
	return true;
}

static bool run_lz4(struct job *j)
{
	size_t at = 4;

	/* the kernel's packers leave the unpacked size, four bytes, after the last block */
	while (j->in.n - at > 4 && !enough(j)) {
		uint32_t n = u32_at(j->in.p + at);

		at += 4;
		if (n == LZ4_MAGIC)
			continue;
		if (n == 0 || n > j->in.n - at)
			return damaged(j, "lz4");
		while (j->out->capacity - j->out->len < LZ4_BLOCK && j->out->capacity < j->max)
			if (!more_room(j))
				return false;
		size_t room = j->out->capacity - j->out->len;
		int got = LZ4_decompress_safe((const char *)j->in.p + at,
					      (char *)j->out->data + j->out->len, (int)n,
					      room > LZ4_BLOCK ? LZ4_BLOCK : (int)room);
		if (got < 0)
			return damaged(j, "lz4");
		j->out->len += (size_t)got;
		at += n;
	}
	return j->out->len > 0 || damaged(j, "lz4");
}

static bool run_codec(struct job *j, enum unpack_codec codec)
{
	switch (codec) {
	case UNPACK_GZIP: return run_gzip(j);
	case UNPACK_XZ: return run_xz(j);
	case UNPACK_ZSTD: return run_zstd(j);
	case UNPACK_LZ4: return run_lz4(j);
	case UNPACK_NONE: break;
	}
	return store_fail(j->st, DIAG_TARGET_UNKNOWN_FORM, "its compression is not known");
}

struct image *unpack_run(struct store *st, enum unpack_codec codec, struct bytes b, size_t exact,
			 size_t max, struct unpack_stop *stop)
{
	if (exact > max) {
		store_fail(st, DIAG_TARGET_TOO_LARGE, "it says that it unpacks to %zu MiB",
			   exact / MIB);
		return NULL;
	}
	/* one byte more than the exact size, so that a codec can come to the end of its stream */
	struct job j = {st, b, store_buffer(st, exact ? exact + 1 : FIRST), exact ? exact + 1 : max,
			stop};

	if (!j.out)
		return NULL;
	if (!run_codec(&j, codec)) {
		store_drop(st, j.out);
		return NULL;
	}
	if (exact && j.out->len != exact && !(stop && stop->stopped)) {
		store_drop(st, j.out);
		store_fail(st, DIAG_TARGET_DAMAGED,
			   "it unpacks to another size than it says it has");
		return NULL;
	}
	return j.out;
}
