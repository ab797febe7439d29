/*
 * What scripts/kallsyms.c of the kernel writes, each part aligned to 8 bytes: the number of
 * symbols; their names, each a length and that many codes of tokens, whose text begins with the
 * symbol's type; markers, the place of each 256th name; (6.2 and 6.3: the order by name;) 256
 * tokens, each ended by NUL; where each begins, as 16-bit numbers; and before all that (until 6.3)
 * or behind it (since 6.4) a 32-bit number for each symbol's address, and the base of those.
 *
 * The tokens are found by their index, which they must fit, and by most letters and digits standing
 * for themselves; the names, backwards from there, as the only place from which walking them meets
 * every marker and ends where the tokens begin.  Addresses count if they never fall and lie in the
 * upper half.  All of it is input: each step is bounded, and work in all is too.  It does not find
 * the tables of kernels before 4.20 or of other byte orders.
 */
#include "target/kallsyms.h"

#include <ctype.h>
#include <string.h>

enum {
	TOKENS = 256,
	LONGEST_TOKEN = 64,
	FEWEST = 100,
	MAX_TABLE = 48 * 1024 * 1024, /* names, markers and order */
	MAX_TRIES = 4,                /* places that look like tokens with their index */
	MAX_STEPS = 32 * 1000 * 1000, /* names walked in search of their begin */
};

static uint32_t u16(struct bytes b, size_t at)
{
	return (uint32_t)b.p[at] | (uint32_t)b.p[at + 1] << 8;
}

static uint32_t u32(struct bytes b, size_t at)
{
	uint32_t v;

	memcpy(&v, b.p + at, sizeof v);
	return v;
}

static uint64_t u64(struct bytes b, size_t at)
{
	uint64_t v;

	memcpy(&v, b.p + at, sizeof v);
	return v;
}

static size_t up8(size_t n)
{
	return (n + 7) & ~(size_t)7;
}

/* --- tokens --- */

static bool is_index(struct bytes b, size_t at)
{
	uint32_t last = u16(b, at);

	if (last != 0)
		return false;
	for (size_t i = 1; i < TOKENS; i++) {
		uint32_t next = u16(b, at + 2 * i);

		if (next < last + 2 || next > last + LONGEST_TOKEN)
			return false;
		last = next;
	}
	return true;
}

static bool is_text(struct bytes b, size_t at, size_t end)
{
	if (end <= at + 1 || b.p[end - 1])
		return false;
	for (size_t i = at; i + 1 < end; i++)
		if (b.p[i] <= ' ' || b.p[i] >= 0x7f)
			return false;
	return true;
}

/* A character that no symbol has gives its code away to a token. */
static bool letters_stand(struct bytes b, size_t tokens, size_t index)
{
	unsigned stand = 0, all = 0;

	for (unsigned c = 0; c < 128; c++) {
		if (!islower((int)c) && !isdigit((int)c) && c != '_')
			continue;
		size_t at = tokens + u16(b, index + 2 * c);

		all++;
		stand += b.p[at] == c && b.p[at + 1] == 0;
	}
	return stand >= all - 4;
}

/* The tokens that end before their index: each where it says, and nothing between. */
static bool find_tokens(struct bytes b, size_t index, size_t *tokens)
{
	size_t last = u16(b, index + 2 * (TOKENS - 1));

	for (size_t back = up8(last + 2); back <= last + LONGEST_TOKEN + 8; back += 8) {
		if (back > index)
			return false;
		size_t at = index - back, end = at + last;
		bool good = true;

		for (size_t i = 0; good && i + 1 < TOKENS; i++)
			good = is_text(b, at + u16(b, index + 2 * i),
				       at + u16(b, index + 2 * (i + 1)));
		while (end < index && b.p[end])
			end++;
		good = good && end < index && up8(end + 1) == index && end - at - last > 0 &&
		       is_text(b, at + last, end + 1);
		for (size_t i = end; good && i < index; i++)
			good = !b.p[i];
		if (!good || !letters_stand(b, at, index))
			continue;
		*tokens = at;
		return true;
	}
	return false;
}

/* --- names --- */

/* The place behind the name at `at`, *codes where its codes begin; 0 when it does not end by `end`.
 */
static size_t skip_name(struct bytes b, size_t at, size_t end, size_t *codes)
{
	size_t n;

	if (at >= end)
		return 0;
	n = b.p[at++];
	if (n & 0x80) {
		if (at >= end)
			return 0;
		n = (n & 0x7f) | (size_t)b.p[at++] << 7;
	}
	*codes = at;
	return n && n <= KALLSYMS_MAX_NAME && n <= end - at ? at + n : 0;
}

/* Do n names from `at` on, and their markers, fill the space up to the tokens? */
static bool fits(struct kallsyms *k, size_t at, uint32_t n, uint32_t *steps)
{
	struct bytes b = k->image;
	size_t end = at, codes, nmarkers = (n + 255) / 256;

	for (uint32_t i = 0; i < n; i++) {
		/* of no use once the rest cannot fit */
		if (++*steps > MAX_STEPS || end + 2 * (size_t)(n - i) > k->tokens)
			return false;
		end = skip_name(b, end, k->tokens, &codes);
		if (!end)
			return false;
	}
	size_t markers = up8(end), behind = up8(markers + 4 * nmarkers);

	if (behind != k->tokens && up8(behind + 3 * (size_t)n) != k->tokens)
		return false;
	k->names_end = end;
	end = at;
	for (uint32_t i = 0; i < n; i++) {
		if (i % 256 == 0 && u32(b, markers + i / 256 * 4) != end - at)
			return false;
		end = skip_name(b, end, k->tokens, &codes);
	}
	return true;
}

/* The number of symbols stands before the names, as 64 bits or filled up to them. */
static bool find_names(struct kallsyms *k, size_t *number)
{
	struct bytes b = k->image;
	size_t low = k->tokens > MAX_TABLE ? k->tokens - MAX_TABLE : 0;
	uint32_t steps = 0;

	for (size_t at = k->tokens; at >= low + 8 && steps < MAX_STEPS;) {
		at -= 8;
		uint64_t n = u64(b, at);

		if (n < FEWEST || n > KALLSYMS_MAX_SYMBOLS || at + 8 + 2 * n > k->tokens ||
		    !fits(k, at + 8, (uint32_t)n, &steps))
			continue;
		k->n = (uint32_t)n;
		k->names = at + 8;
		*number = at;
		return true;
	}
	return false;
}

/* --- addresses --- */

static uint64_t address_at(const struct kallsyms *k, uint32_t i)
{
	uint32_t offset = u32(k->image, k->offsets + 4 * (size_t)i);

	if (!k->percpu)
		return k->base + offset;
	return (int32_t)offset >= 0 ? offset : k->base - 1 - (uint64_t)(int64_t)(int32_t)offset;
}

static bool in_order(const struct kallsyms *k)
{
	uint64_t last = 0, first = 0;

	for (uint32_t i = 0; i < k->n; i++) {
		uint64_t address = address_at(k, i);

		if (address < last || (address >> 63 == 0 && !k->percpu))
			return false;
		if (!first && address >> 63)
			first = address;
		last = address;
	}
	return first && last > first;
}

static bool try_addresses(struct kallsyms *k, size_t offsets, size_t base)
{
	if (base > k->image.n || k->image.n - base < 8 || offsets + 4 * (size_t)k->n > k->image.n)
		return false;
	k->offsets = offsets;
	k->base = u64(k->image, base);
	k->percpu = true;
	if (k->base >> 63 && in_order(k))
		return true;
	k->percpu = false;
	return k->base >> 63 && in_order(k);
}

static bool find_addresses(struct kallsyms *k, size_t number)
{
	size_t size = up8(4 * (size_t)k->n), behind = k->index + 2 * TOKENS;

	if (number >= size + 8 && try_addresses(k, number - 8 - size, number - 8))
		return true;
	return try_addresses(k, behind, behind + size);
}

bool kallsyms_find(struct bytes image, struct kallsyms *out)
{
	unsigned tries = 0;

	for (size_t at = 0; image.n >= 2 * TOKENS && at <= image.n - 2 * TOKENS; at += 8) {
		size_t number;

		if (image.p[at] || image.p[at + 1] || !is_index(image, at))
			continue;
		*out = (struct kallsyms){.image = image, .index = at};
		if (!find_tokens(image, at, &out->tokens))
			continue;
		if (++tries > MAX_TRIES)
			return false;
		if (!find_names(out, &number))
			continue;
		out->has_addresses = find_addresses(out, number);
		return true;
	}
	return false;
}

/* --- reading --- */

struct kallsyms_walk kallsyms_start(const struct kallsyms *k)
{
	return (struct kallsyms_walk){.k = k, .at = k->names};
}

bool kallsyms_next(struct kallsyms_walk *w, struct kallsyms_symbol *out)
{
	const struct kallsyms *k = w->k;
	struct bytes b = k->image;
	size_t codes, end, n = 0;

	if (w->i >= k->n || !(end = skip_name(b, w->at, k->names_end, &codes)))
		return false;
	for (; codes < end; codes++) {
		const uint8_t *s = b.p + k->tokens + u16(b, k->index + 2 * (size_t)b.p[codes]);

		/* what is longer than any symbol is cut; no name is looked for that long */
		while (*s && n < KALLSYMS_MAX_NAME)
			w->text[n++] = (char)*s++;
	}
	w->text[n] = '\0';
	out->type = w->text[0];
	out->name = w->text + 1;
	out->len = (uint32_t)n - 1;
	out->address = k->has_addresses ? address_at(k, w->i) : 0;
	w->at = end;
	w->i++;
	return true;
}
