/*
 * Address ranges.  A list's cost is bounded by the bytes behind its offset; lists in honest files
 * are short, and a cap keeps many entries that name one endless list from costing more than they
 * could be worth.
 */
#include "target/dwrange.h"

#include <dwarf.h>

enum { MOST_RANGES = 65536 };

bool dwrange_attribute(struct dwrange *d, const struct dwspec *s, struct dwvalue v)
{
	switch (s->name) {
	case DW_AT_low_pc: d->low = v; return true;
	case DW_AT_high_pc: d->high = v; return true;
	case DW_AT_entry_pc: d->entry = v; return true;
	case DW_AT_ranges: d->ranges = v; return true;
	}
	return false;
}

struct lister {
	const struct dwunit *u;
	bool (*range)(uint64_t, uint64_t, void *);
	void *data;
	uint64_t base;
	unsigned left;
};

/* False: stop. */
static bool give(struct lister *l, uint64_t low, uint64_t high)
{
	if (l->left-- == 0)
		return false;
	return low >= high || l->range(low, high, l->data);
}

/* .debug_ranges */
static bool old_list(struct lister *l, uint64_t at)
{
	struct dwread r = dwread_at(l->u->dw->ranges, at);
	unsigned size = l->u->address_size;
	uint64_t all = size == 8 ? UINT64_MAX : UINT32_MAX;

	while (!r.bad) {
		uint64_t low = dwread_uint(&r, size), high = dwread_uint(&r, size);

		if (r.bad || (low == 0 && high == 0))
			break;
		if (low == all)
			l->base = high;
		else if (!give(l, l->base + low, l->base + high))
			break;
	}
	return !r.bad;
}

static uint64_t indexed(const struct dwunit *u, struct dwread *r)
{
	static const struct dwspec s = {.form = DW_FORM_addrx, .size = -1};

	return dwunit_value(u, &s, r).u;
}

/* .debug_rnglists */
static bool new_list(struct lister *l, uint64_t at)
{
	struct dwread r = dwread_at(l->u->dw->rnglists, at);
	unsigned size = l->u->address_size;

	while (!r.bad) {
		uint64_t kind = dwread_uint(&r, 1), low, high;

		switch (kind) {
		case DW_RLE_base_addressx: l->base = indexed(l->u, &r); continue;
		case DW_RLE_base_address: l->base = dwread_uint(&r, size); continue;
		case DW_RLE_startx_endx:
			low = indexed(l->u, &r);
			high = indexed(l->u, &r);
			break;
		case DW_RLE_startx_length:
			low = indexed(l->u, &r);
			high = low + dwread_uleb(&r);
			break;
		case DW_RLE_offset_pair:
			low = l->base + dwread_uleb(&r);
			high = l->base + dwread_uleb(&r);
			break;
		case DW_RLE_start_end:
			low = dwread_uint(&r, size);
			high = dwread_uint(&r, size);
			break;
		case DW_RLE_start_length:
			low = dwread_uint(&r, size);
			high = low + dwread_uleb(&r);
			break;
		default: return kind == DW_RLE_end_of_list && !r.bad;
		}
		if (!r.bad && !give(l, low, high))
			return true;
	}
	return false;
}

/* The offset of the list with number i. */
static uint64_t list_at(const struct dwunit *u, uint64_t i)
{
	struct dwread r = {NULL, NULL, true};

	if (i < u->dw->rnglists.n)
		r = dwread_at(u->dw->rnglists, u->rnglists_base + i * u->offset_size);
	uint64_t off = dwread_uint(&r, u->offset_size);

	return r.bad ? UINT64_MAX : u->rnglists_base + off;
}

bool dwrange_each(const struct dwrange *d, const struct dwunit *u,
		  bool (*range)(uint64_t low, uint64_t high, void *data), void *data)
{
	struct lister l = {u, range, data, u->low, MOST_RANGES};

	if (d->ranges.class == DWCLASS_LIST)
		return new_list(&l, list_at(u, d->ranges.u));
	if (d->ranges.class == DWCLASS_OFFSET || d->ranges.class == DWCLASS_NUMBER)
		return u->version >= 5 ? new_list(&l, d->ranges.u) : old_list(&l, d->ranges.u);
	if (d->low.class != DWCLASS_ADDRESS)
		return true;
	give(&l, d->low.u,
	     d->high.class == DWCLASS_ADDRESS ? d->high.u
	     : d->high.class == DWCLASS_NONE  ? d->low.u + 1
					      : d->low.u + d->high.u);
	return true;
}

static bool take_first(uint64_t low, uint64_t high, void *data)
{
	(void)high;
	*(uint64_t *)data = low;
	return false;
}

bool dwrange_entry(const struct dwrange *d, const struct dwunit *u, uint64_t *address)
{
	uint64_t first = UINT64_MAX;

	if (d->entry.class == DWCLASS_ADDRESS) {
		*address = d->entry.u;
		return true;
	}
	if (d->low.class == DWCLASS_ADDRESS && d->ranges.class == DWCLASS_NONE)
		first = d->low.u;
	else
		dwrange_each(d, u, take_first, &first);
	*address = first;
	if (first != UINT64_MAX &&
	    (d->entry.class == DWCLASS_NUMBER || d->entry.class == DWCLASS_SIGNED))
		*address += d->entry.u;
	return first != UINT64_MAX;
}

struct cover {
	uint64_t address;
	bool found;
};

static bool look(uint64_t low, uint64_t high, void *data)
{
	struct cover *c = data;

	c->found = c->address >= low && c->address < high;
	return !c->found;
}

bool dwrange_covers(const struct dwrange *d, const struct dwunit *u, uint64_t address)
{
	struct cover c = {address, false};

	dwrange_each(d, u, look, &c);
	return c.found;
}

struct dwrange dwrange_of(const struct dwunit *u, uint64_t at)
{
	struct dwrange d = {0};
	struct dwread r = dwunit_read(u, at);
	const struct dwabbrev *ab = r.bad ? NULL : dwunit_entry(u, &r);

	for (uint32_t i = 0; ab && i < ab->n && !r.bad; i++) {
		const struct dwspec *s = dwunit_specs(u, ab) + i;

		dwrange_attribute(&d, s, dwunit_value(u, s, &r));
	}
	return r.bad ? (struct dwrange){0} : d;
}
