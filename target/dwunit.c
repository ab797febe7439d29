/*
 * Units and entries.  Abbreviations are read once a table and compiled to what a walk needs: the
 * size of the attributes where it is fixed, and what to do with the tag.  Entries are never built:
 * a walk goes over the bytes.  What other files hold (split DWARF, alternate files) is stepped over
 * and has no value.
 */
#include "target/dwunit.h"

#include <dwarf.h>

/* --- forms --- */

/* The bytes of a form, or -1 where they vary. */
static int form_size(const struct dwabbrevs *t, unsigned form)
{
	switch (form) {
	case DW_FORM_flag_present:
	case DW_FORM_implicit_const: return 0;
	case DW_FORM_data1:
	case DW_FORM_ref1:
	case DW_FORM_flag:
	case DW_FORM_strx1:
	case DW_FORM_addrx1: return 1;
	case DW_FORM_data2:
	case DW_FORM_ref2:
	case DW_FORM_strx2:
	case DW_FORM_addrx2: return 2;
	case DW_FORM_strx3:
	case DW_FORM_addrx3: return 3;
	case DW_FORM_data4:
	case DW_FORM_ref4:
	case DW_FORM_ref_sup4:
	case DW_FORM_strx4:
	case DW_FORM_addrx4: return 4;
	case DW_FORM_data8:
	case DW_FORM_ref8:
	case DW_FORM_ref_sup8:
	case DW_FORM_ref_sig8: return 8;
	case DW_FORM_data16: return 16;
	case DW_FORM_addr: return t->address_size;
	case DW_FORM_ref_addr: return t->version < 3 ? t->address_size : t->offset_size;
	case DW_FORM_strp:
	case DW_FORM_line_strp:
	case DW_FORM_sec_offset:
	case DW_FORM_strp_sup:
	case DW_FORM_GNU_ref_alt:
	case DW_FORM_GNU_strp_alt: return t->offset_size;
	}
	return -1;
}

static void skip_varying(const struct dwunit *u, unsigned form, struct dwread *r)
{
	switch (form) {
	case DW_FORM_block1: dwread_skip(r, dwread_uint(r, 1)); return;
	case DW_FORM_block2: dwread_skip(r, dwread_uint(r, 2)); return;
	case DW_FORM_block4: dwread_skip(r, dwread_uint(r, 4)); return;
	case DW_FORM_block:
	case DW_FORM_exprloc: dwread_skip(r, dwread_uleb(r)); return;
	case DW_FORM_string: dwread_text(r); return;
	case DW_FORM_sdata:
	case DW_FORM_udata:
	case DW_FORM_ref_udata:
	case DW_FORM_strx:
	case DW_FORM_addrx:
	case DW_FORM_loclistx:
	case DW_FORM_rnglistx:
	case DW_FORM_GNU_addr_index:
	case DW_FORM_GNU_str_index: dwread_uleb(r); return;
	case DW_FORM_indirect: {
		unsigned inner = (unsigned)dwread_uleb(r);
		int n = inner == DW_FORM_indirect ? -1 : form_size(u->abbrevs, inner);

		if (n >= 0)
			dwread_skip(r, (uint64_t)n);
		else if (inner == DW_FORM_indirect)
			r->bad = true;
		else
			skip_varying(u, inner, r);
		return;
	}
	}
	r->bad = true;
}

static void skip_form(const struct dwunit *u, unsigned form, struct dwread *r)
{
	int n = form_size(u->abbrevs, form);

	if (n >= 0)
		dwread_skip(r, (uint64_t)n);
	else
		skip_varying(u, form, r);
}

/* --- abbreviations --- */

static void add_spec(struct dwabbrevs *t, struct dwabbrev *ab, struct dwspec s)
{
	int n = form_size(t, s.form);

	s.size = n;
	if (s.name == DW_AT_sibling && ab->sibling == DWABBREV_VARIES) {
		ab->sibling = ab->n;
		if (s.form == DW_FORM_ref4)
			ab->jump = ab->fixed;
	}
	if (n < 0 || ab->fixed == DWABBREV_VARIES)
		ab->fixed = DWABBREV_VARIES;
	else
		ab->fixed += (uint32_t)n;
	ab->n++;
	vec_push(t->arena, &t->specs, s);
}

static void index_code(struct dwabbrevs *t, uint64_t code)
{
	enum { LARGEST_DENSE = 65536 };

	vec_push(t->arena, &t->codes, code);
	if (code >= LARGEST_DENSE)
		return;
	while (t->by_code.n <= code)
		vec_push(t->arena, &t->by_code, 0);
	if (!t->by_code.v[code])
		t->by_code.v[code] = t->list.n;
}

static bool read_table(struct dwabbrevs *t, struct bytes b, uint64_t at,
		       enum dwuse (*use)(uint16_t))
{
	struct dwread r = dwread_at(b, at);
	uint64_t code;

	t->list.n = t->specs.n = t->by_code.n = t->codes.n = 0;
	while ((code = dwread_uleb(&r)) && !r.bad) {
		struct dwabbrev ab = {
			.first = t->specs.n, .sibling = DWABBREV_VARIES, .jump = DWABBREV_VARIES};

		ab.tag = (uint16_t)dwread_uleb(&r);
		ab.children = dwread_uint(&r, 1) != 0;
		ab.use = use ? (uint8_t)use(ab.tag) : DWUSE_READ;
		for (;;) {
			uint64_t name = dwread_uleb(&r), form = dwread_uleb(&r);
			struct dwspec s = {(uint16_t)name, (uint16_t)form, 0, 0};

			if (form == DW_FORM_implicit_const)
				s.constant = dwread_sleb(&r);
			if ((!name && !form) || r.bad)
				break;
			add_spec(t, &ab, s);
		}
		vec_push(t->arena, &t->list, ab);
		index_code(t, code);
	}
	t->work += (uint64_t)(r.p - b.p) - at;
	return !r.bad;
}

bool dwunit_abbrevs(struct dwunit *u, enum dwuse (*use)(uint16_t tag))
{
	struct dwabbrevs *t = u->abbrevs;
	struct bytes b = u->dw->abbrev;

	if (t->any && t->at == u->abbrev_at && t->version == u->version &&
	    t->offset_size == u->offset_size && t->address_size == u->address_size)
		return true;
	/* honest files share tables or have one a unit, so the section is read about once */
	t->any = false;
	if (u->abbrev_at > b.n || t->work > 16ull * b.n + MIB)
		return false;
	t->at = u->abbrev_at;
	t->version = u->version;
	t->offset_size = u->offset_size;
	t->address_size = u->address_size;
	t->any = read_table(t, b, t->at, use);
	return t->any;
}

bool dwunit_cross(const struct dwsections *dw)
{
	struct dwread r = dwread_at(dw->abbrev, 0);

	while (r.p < r.end && !r.bad) {
		if (!dwread_uleb(&r))
			continue;
		dwread_uleb(&r);
		dwread_uint(&r, 1);
		for (uint64_t name = 1, form = 1; (name || form) && !r.bad;) {
			name = dwread_uleb(&r);
			form = dwread_uleb(&r);
			if (form == DW_FORM_implicit_const)
				dwread_sleb(&r);
			if (form == DW_FORM_ref_addr || form == DW_FORM_indirect)
				return true;
		}
	}
	return r.bad;
}

const struct dwabbrev *dwunit_find(const struct dwunit *u, uint64_t code, struct dwread *r)
{
	const struct dwabbrevs *t = u->abbrevs;

	if (!r->bad && code >= t->by_code.n)
		vec_each(i, &t->codes)
			if (t->codes.v[i] == code)
				return &t->list.v[i];
	r->bad = true;
	return NULL;
}

/* --- units --- */

bool dwunit_next(const struct dwsections *dw, struct dwabbrevs *abbrevs, uint64_t *at,
		 struct dwunit *u, bool *damaged)
{
	struct dwread r = dwread_at(dw->info, *at);
	bool wide;
	uint64_t length, start;

	if (r.bad || r.p == r.end)
		return false;
	*damaged = true;
	length = dwread_length(&r, &wide);
	start = (uint64_t)(r.p - dw->info.p);
	if (r.bad || length > dw->info.n - start)
		return false;
	*u = (struct dwunit){.dw = dw, .abbrevs = abbrevs, .at = *at, .end = start + length};
	u->offset_size = wide ? 8 : 4;
	r.end = r.p + length;
	u->version = (uint16_t)dwread_uint(&r, 2);
	u->type = u->version >= 5 ? (uint8_t)dwread_uint(&r, 1) : DW_UT_compile;
	if (u->version >= 5)
		u->address_size = (uint8_t)dwread_uint(&r, 1);
	u->abbrev_at = dwread_uint(&r, u->offset_size);
	if (u->version < 5)
		u->address_size = (uint8_t)dwread_uint(&r, 1);
	if (u->type == DW_UT_skeleton || u->type == DW_UT_split_compile)
		dwread_skip(&r, 8);
	else if (u->type == DW_UT_type || u->type == DW_UT_split_type)
		dwread_skip(&r, 8u + u->offset_size);
	u->first = (uint64_t)(r.p - dw->info.p);
	u->line = UINT64_MAX;
	*at = u->end;
	if (r.bad || u->version < 2 || u->version > 5 ||
	    (u->address_size != 8 && u->address_size != 4))
		return false;
	*damaged = false;
	return true;
}

struct dwread dwunit_read(const struct dwunit *u, uint64_t at)
{
	const uint8_t *p = u->dw->info.p;

	if (at < u->first || at >= u->end)
		return (struct dwread){NULL, NULL, true};
	return (struct dwread){p + at, p + u->end, false};
}

void dwunit_skip(const struct dwunit *u, const struct dwabbrev *ab, struct dwread *r,
		 uint64_t *sibling)
{
	const struct dwspec *specs = dwunit_specs(u, ab);

	if (sibling)
		*sibling = 0;
	if (ab->fixed != DWABBREV_VARIES && (!sibling || ab->sibling >= ab->n)) {
		dwread_skip(r, ab->fixed);
		return;
	}
	for (uint32_t i = 0; i < ab->n && !r->bad; i++)
		if (sibling && i == ab->sibling)
			*sibling = dwunit_value(u, &specs[i], r).u;
		else if (specs[i].size >= 0)
			dwread_skip(r, (uint64_t)specs[i].size);
		else
			skip_varying(u, specs[i].form, r);
}

bool dwunit_pass(const struct dwunit *u, const struct dwabbrev *ab, struct dwread *r)
{
	uint64_t sibling;

	if (!ab->children || ab->sibling >= ab->n) {
		dwunit_skip(u, ab, r, NULL);
		return !ab->children;
	}
	if (ab->jump != DWABBREV_VARIES) {
		dwread_skip(r, ab->jump);
		sibling = u->at + dwread_uint(r, 4);
	} else {
		dwunit_skip(u, ab, r, &sibling);
	}
	if (sibling > dwunit_offset(u, r) && sibling < u->end)
		r->p = u->dw->info.p + sibling;
	else
		r->bad = true;
	return true;
}

/* --- values --- */

static const char *text_at(struct bytes b, uint64_t at)
{
	struct dwread r = dwread_at(b, at);
	const char *s;

	/* a section that ends with a NUL, as they all do, needs no search for one */
	if (at < b.n && !b.p[b.n - 1])
		return (const char *)b.p + at;
	s = dwread_text(&r);
	return r.bad ? NULL : s;
}

static struct dwvalue text(const char *s)
{
	return (struct dwvalue){.class = s ? DWCLASS_TEXT : DWCLASS_NONE, .text = s};
}

static struct dwvalue number(enum dwclass class, uint64_t u)
{
	return (struct dwvalue){.class = class, .u = u};
}

static struct dwvalue indexed_text(const struct dwunit *u, uint64_t i)
{
	struct dwread r = {NULL, NULL, true};

	if (i < u->dw->str_offsets.n)
		r = dwread_at(u->dw->str_offsets, u->str_base + i * u->offset_size);
	uint64_t at = r.bad ? UINT64_MAX : dwread_uint(&r, u->offset_size);

	return text(r.bad ? NULL : text_at(u->dw->str, at));
}

static struct dwvalue indexed_address(const struct dwunit *u, uint64_t i)
{
	struct dwread r = {NULL, NULL, true};

	if (i < u->dw->addr.n)
		r = dwread_at(u->dw->addr, u->addr_base + i * u->address_size);
	uint64_t at = r.bad ? 0 : dwread_uint(&r, u->address_size);

	return number(r.bad ? DWCLASS_NONE : DWCLASS_ADDRESS, at);
}

static struct dwvalue block(struct dwread *r, uint64_t n)
{
	struct dwvalue v = {.class = DWCLASS_BLOCK, .block = {r->p, n}};

	dwread_skip(r, n);
	return r->bad ? (struct dwvalue){0} : v;
}

struct dwvalue dwunit_value(const struct dwunit *u, const struct dwspec *s, struct dwread *r)
{
	unsigned wide = u->offset_size;
	struct dwspec inner;

	switch (s->form) {
	case DW_FORM_addr: return number(DWCLASS_ADDRESS, dwread_uint(r, u->address_size));
	case DW_FORM_addrx:
	case DW_FORM_GNU_addr_index: return indexed_address(u, dwread_uleb(r));
	case DW_FORM_addrx1: return indexed_address(u, dwread_uint(r, 1));
	case DW_FORM_addrx2: return indexed_address(u, dwread_uint(r, 2));
	case DW_FORM_addrx3: return indexed_address(u, dwread_uint(r, 3));
	case DW_FORM_addrx4: return indexed_address(u, dwread_uint(r, 4));
	case DW_FORM_data1:
	case DW_FORM_flag: return number(DWCLASS_NUMBER, dwread_uint(r, 1));
	case DW_FORM_data2: return number(DWCLASS_NUMBER, dwread_uint(r, 2));
	case DW_FORM_data4: return number(DWCLASS_NUMBER, dwread_uint(r, 4));
	case DW_FORM_data8: return number(DWCLASS_NUMBER, dwread_uint(r, 8));
	case DW_FORM_udata: return number(DWCLASS_NUMBER, dwread_uleb(r));
	case DW_FORM_sdata: return number(DWCLASS_SIGNED, (uint64_t)dwread_sleb(r));
	case DW_FORM_implicit_const: return number(DWCLASS_SIGNED, (uint64_t)s->constant);
	case DW_FORM_flag_present: return number(DWCLASS_NUMBER, 1);
	case DW_FORM_ref1: return number(DWCLASS_REF, u->at + dwread_uint(r, 1));
	case DW_FORM_ref2: return number(DWCLASS_REF, u->at + dwread_uint(r, 2));
	case DW_FORM_ref4: return number(DWCLASS_REF, u->at + dwread_uint(r, 4));
	case DW_FORM_ref8: return number(DWCLASS_REF, u->at + dwread_uint(r, 8));
	case DW_FORM_ref_udata: return number(DWCLASS_REF, u->at + dwread_uleb(r));
	case DW_FORM_ref_addr:
		return number(DWCLASS_REF, dwread_uint(r, u->version < 3 ? u->address_size : wide));
	case DW_FORM_string: return text(dwread_text(r));
	case DW_FORM_strp: return text(text_at(u->dw->str, dwread_uint(r, wide)));
	case DW_FORM_line_strp: return text(text_at(u->dw->line_str, dwread_uint(r, wide)));
	case DW_FORM_strx:
	case DW_FORM_GNU_str_index: return indexed_text(u, dwread_uleb(r));
	case DW_FORM_strx1: return indexed_text(u, dwread_uint(r, 1));
	case DW_FORM_strx2: return indexed_text(u, dwread_uint(r, 2));
	case DW_FORM_strx3: return indexed_text(u, dwread_uint(r, 3));
	case DW_FORM_strx4: return indexed_text(u, dwread_uint(r, 4));
	case DW_FORM_sec_offset: return number(DWCLASS_OFFSET, dwread_uint(r, wide));
	case DW_FORM_loclistx:
	case DW_FORM_rnglistx: return number(DWCLASS_LIST, dwread_uleb(r));
	case DW_FORM_block1: return block(r, dwread_uint(r, 1));
	case DW_FORM_block2: return block(r, dwread_uint(r, 2));
	case DW_FORM_block4: return block(r, dwread_uint(r, 4));
	case DW_FORM_block:
	case DW_FORM_exprloc: return block(r, dwread_uleb(r));
	case DW_FORM_indirect:
		inner = (struct dwspec){s->name, (uint16_t)dwread_uleb(r), -1, 0};
		if (inner.form == DW_FORM_indirect || inner.form == DW_FORM_implicit_const)
			r->bad = true;
		return r->bad ? (struct dwvalue){0} : dwunit_value(u, &inner, r);
	}
	skip_form(u, s->form, r);
	return number(DWCLASS_OTHER, 0);
}

struct dwvalue dwunit_attribute(const struct dwunit *u, uint64_t at, uint16_t name)
{
	struct dwread r = dwunit_read(u, at);
	const struct dwabbrev *ab = r.bad ? NULL : dwunit_entry(u, &r);

	for (uint32_t i = 0; ab && i < ab->n && !r.bad; i++) {
		const struct dwspec *s = dwunit_specs(u, ab) + i;
		struct dwvalue v;

		if (s->name != name) {
			skip_form(u, s->form, &r);
			continue;
		}
		v = dwunit_value(u, s, &r);
		return r.bad ? (struct dwvalue){0} : v;
	}
	return (struct dwvalue){0};
}

/* --- root entries --- */

/* The bases that other attributes of the root stand on come first. */
static void root_bases(struct dwunit *u, const struct dwabbrev *ab, struct dwread r)
{
	const struct dwspec *specs = dwunit_specs(u, ab);

	for (uint32_t i = 0; i < ab->n && !r.bad; i++) {
		unsigned name = specs[i].name;

		if (name == DW_AT_str_offsets_base)
			u->str_base = dwunit_value(u, &specs[i], &r).u;
		else if (name == DW_AT_addr_base || name == DW_AT_GNU_addr_base)
			u->addr_base = dwunit_value(u, &specs[i], &r).u;
		else if (name == DW_AT_rnglists_base)
			u->rnglists_base = dwunit_value(u, &specs[i], &r).u;
		else
			skip_form(u, specs[i].form, &r);
	}
}

bool dwunit_root(struct dwunit *u, struct dwread *r)
{
	*r = dwunit_read(u, u->first);
	const struct dwabbrev *ab = r->bad ? NULL : dwunit_entry(u, r);

	if (!ab)
		return false;
	root_bases(u, ab, *r);
	for (uint32_t i = 0; i < ab->n && !r->bad; i++) {
		const struct dwspec *s = dwunit_specs(u, ab) + i;
		struct dwvalue v = dwunit_value(u, s, r);

		if (s->name == DW_AT_name && v.class == DWCLASS_TEXT)
			u->name = v.text;
		else if (s->name == DW_AT_comp_dir && v.class == DWCLASS_TEXT)
			u->folder = v.text;
		else if (s->name == DW_AT_producer && v.class == DWCLASS_TEXT)
			u->producer = v.text;
		else if (s->name == DW_AT_low_pc && v.class == DWCLASS_ADDRESS)
			u->low = v.u;
		else if (s->name == DW_AT_stmt_list)
			u->line = v.u;
	}
	u->root_read = !r->bad;
	return u->root_read;
}
