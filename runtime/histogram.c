/*
 * Histograms by section 10.2 of the language reference: a bar of `@` for each
 * bucket from the first to the last that holds something, two more on each
 * side, with runs of empty rows elided.  Drawing needs at least one sample;
 * the layout is a contract, byte for byte.
 */
#include "runtime/histogram.h"

enum { WIDTH = 50, ELISION = 2, ZERO_BUCKET = 64 };

static unsigned log2_floor(uint64_t v)
{
	return 63 - (unsigned)__builtin_clzll(v);
}

static uint32_t log_bucket(int64_t v)
{
	if (v == 0)
		return ZERO_BUCKET;
	if (v < 0)
		return ZERO_BUCKET - 1 - log2_floor(0 - (uint64_t)v);
	return ZERO_BUCKET + 1 + log2_floor((uint64_t)v);
}

static uint32_t linear_bucket(const struct aggregate_shape *sh, int64_t v)
{
	if (v < sh->low)
		return 0;
	uint64_t i = ((uint64_t)v - (uint64_t)sh->low) / (uint64_t)sh->step;

	return i >= sh->nbuckets - 2 ? sh->nbuckets - 1 : (uint32_t)i + 1;
}

uint32_t histogram_bucket(const struct aggregate_shape *sh, int64_t v)
{
	return sh->log ? log_bucket(v) : linear_bucket(sh, v);
}

static int64_t linear_label(const struct aggregate_shape *sh, int64_t steps)
{
	return (int64_t)((uint64_t)sh->low + (uint64_t)steps * (uint64_t)sh->step);
}

int64_t histogram_label(const struct aggregate_shape *sh, uint32_t bucket)
{
	if (!sh->log) {
		if (bucket == 0)
			return sh->low;
		return linear_label(sh, bucket == sh->nbuckets - 1 ? (int64_t)bucket - 2
								   : (int64_t)bucket - 1);
	}
	if (bucket == ZERO_BUCKET)
		return 0;
	if (bucket < ZERO_BUCKET)
		return INT64_MIN >> bucket;
	return (int64_t)1 << (bucket - ZERO_BUCKET - 1);
}

static int digits(int64_t v)
{
	uint64_t u = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;
	int n = v < 0;

	do
		n++;
	while (u /= 10);
	return n;
}

static int max_int(int a, int b)
{
	return a > b ? a : b;
}

struct picture {
	const struct aggregate_shape *sh;
	const int64_t *buckets;
	uint32_t first, last;
	int64_t most, scale;
	int label_width, count_width;
};

static void find_range(struct picture *p)
{
	bool found = false;

	for (uint32_t i = 0; i < p->sh->nbuckets; i++) {
		if (p->buckets[i] <= 0)
			continue;
		p->first = found ? p->first : i;
		p->last = i;
		found = true;
		p->most = p->buckets[i] > p->most ? p->buckets[i] : p->most;
	}
}

static void widen_range(struct picture *p)
{
	uint32_t top = p->sh->nbuckets - 1;

	for (int i = 0; i < 2; i++) {
		if (p->first > 0 && !(p->sh->log && p->first == ZERO_BUCKET))
			p->first--;
		if (p->last < top)
			p->last++;
	}
	if (p->sh->log)
		return;
	if (p->first == 0 && p->buckets[0] == 0)
		p->first++;
	if (p->last == top && p->buckets[top] == 0)
		p->last--;
}

static void measure(struct picture *p)
{
	const struct aggregate_shape *sh = p->sh;

	p->scale = p->most <= WIDTH ? 1 : p->most / WIDTH + (p->most % WIDTH != 0);
	p->count_width = digits(p->most);
	if (sh->log)
		p->label_width = max_int(digits(histogram_label(sh, p->last)),
					 digits(histogram_label(sh, p->first)));
	else
		p->label_width =
			max_int(digits(sh->low) + (p->first == 0),
				digits(linear_label(sh, p->last)) + (p->last == sh->nbuckets - 1));
	p->label_width = max_int(p->label_width, 5);
}

static void pad(struct printer *out, int64_t n, char c)
{
	while (n-- > 0)
		printer_byte(out, c);
}

static void draw_label(struct printer *out, const struct picture *p, uint32_t i)
{
	int64_t label = histogram_label(p->sh, i);
	char mark = 0;

	if (!p->sh->log)
		mark = i == 0 ? '<' : i == p->sh->nbuckets - 1 ? '>' : 0;
	pad(out, p->label_width - digits(label) - (mark != 0), ' ');
	if (mark)
		printer_byte(out, mark);
	printer_int(out, label);
}

static void draw_row(struct printer *out, const struct picture *p, uint32_t i)
{
	int64_t bar = p->buckets[i] / p->scale;

	draw_label(out, p, i);
	printer_text(out, " |", 2);
	pad(out, bar, '@');
	pad(out, WIDTH - bar + 1 + p->count_width - digits(p->buckets[i]), ' ');
	printer_int(out, p->buckets[i]);
	printer_byte(out, '\n');
}

/* Is the row empty, and everything within ELISION of it too? */
static bool is_elided(const struct picture *p, uint32_t i)
{
	uint32_t from = i < p->first + ELISION ? p->first : i - ELISION;
	uint32_t to = i + ELISION > p->last ? p->last : i + ELISION;

	for (uint32_t k = from; k <= to; k++)
		if (p->buckets[k] != 0)
			return false;
	return true;
}

void histogram_draw(struct printer *out, const struct aggregate_shape *sh, const int64_t *buckets)
{
	struct picture p = {.sh = sh, .buckets = buckets};
	bool eliding = false;

	find_range(&p);
	widen_range(&p);
	measure(&p);
	pad(out, p.label_width - 5, ' ');
	printer_text(out, "value |", 7);
	pad(out, WIDTH, '-');
	printer_text(out, " count\n", 7);
	for (uint32_t i = p.first; i <= p.last; i++) {
		if (is_elided(&p, i)) {
			eliding = true;
			continue;
		}
		if (eliding) {
			pad(out, p.label_width, ' ');
			printer_text(out, " ~\n", 3);
		}
		eliding = false;
		draw_row(out, &p, i);
	}
	printer_byte(out, '\n');
}
