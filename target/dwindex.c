/* Reading the index.  Every number in it is checked where it is used. */
#include "target/dwindex.h"

#include <string.h>

size_t dwindex_layout(const struct dwindex_head *h, size_t at[6])
{
	size_t n = sizeof *h;

	at[0] = n;
	n += (size_t)h->functions * sizeof(struct dwindex_function);
	at[1] = n;
	n += (size_t)h->places * sizeof(struct dwindex_place);
	at[2] = n;
	n += (size_t)h->ranges * sizeof(struct dwindex_range);
	at[3] = n;
	n += (size_t)h->units * sizeof(uint64_t);
	at[4] = n;
	n += h->texts;
	at[5] = n;
	return n;
}

bool dwindex_open(struct dwindex *ix, struct bytes b)
{
	const struct dwindex_head *h = (const struct dwindex_head *)b.p;
	size_t at[6];

	_Static_assert(sizeof(struct dwindex_function) % 8 == 0, "parts stay aligned");
	if (b.n < sizeof *h || memcmp(h->magic, "code  1", 8) || h->size != b.n ||
	    dwindex_layout(h, at) != b.n || h->texts == 0 || b.p[at[4]] || b.p[at[5] - 1])
		return false;
	ix->head = h;
	ix->functions = (const struct dwindex_function *)(b.p + at[0]);
	ix->places = (const struct dwindex_place *)(b.p + at[1]);
	ix->ranges = (const struct dwindex_range *)(b.p + at[2]);
	ix->units = (const uint64_t *)(b.p + at[3]);
	ix->texts = (const char *)b.p + at[4];
	return true;
}

const char *dwindex_text(const struct dwindex *ix, uint32_t at)
{
	return at && at < ix->head->texts ? ix->texts + at : NULL;
}

const struct dwindex_function *dwindex_function(const struct dwindex *ix, uint32_t i)
{
	return i < ix->head->functions ? &ix->functions[i] : NULL;
}

static int compare(const struct dwindex *ix, uint32_t i, const char *name)
{
	const char *s = dwindex_text(ix, ix->functions[i].name);

	return strcmp(s ? s : "", name);
}

uint32_t dwindex_find(const struct dwindex *ix, const char *name, uint32_t *first)
{
	uint32_t low = 0, high = ix->head->functions, n = 0;

	while (low < high) {
		uint32_t mid = low + (high - low) / 2;

		if (compare(ix, mid, name) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	*first = low;
	while (low + n < ix->head->functions && compare(ix, low + n, name) == 0)
		n++;
	return n;
}

const struct dwindex_place *dwindex_place(const struct dwindex *ix,
					  const struct dwindex_function *f, uint32_t i)
{
	uint64_t at = (uint64_t)f->first + i;

	return i < f->n && at < ix->head->places ? &ix->places[at] : NULL;
}

const struct dwindex_place *dwindex_around(const struct dwindex *ix, uint64_t address)
{
	uint32_t low = 0, high = ix->head->ranges;

	while (low < high) {
		uint32_t mid = low + (high - low) / 2;

		if (ix->ranges[mid].low <= address)
			low = mid + 1;
		else
			high = mid;
	}
	if (low == 0 || address >= ix->ranges[low - 1].high ||
	    ix->ranges[low - 1].place >= ix->head->places)
		return NULL;
	return &ix->places[ix->ranges[low - 1].place];
}
