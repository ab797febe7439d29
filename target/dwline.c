/*
 * The state machine of DWARF's line tables.  The work is bounded by the bytes of the table: one
 * opcode makes at most one row.  The header's lists are bounded likewise, so a count that the bytes
 * cannot hold ends as damage.
 */
#include "target/dwline.h"

#include <dwarf.h>

enum { MOST_ENTRIES = 200000 };

/* --- header --- */

static bool old_lists(struct dwline *l, const struct dwunit *u, struct dwread *r, struct arena *a)
{
	const char *s;

	l->first = 1;
	vec_push(a, &l->folders, u->folder ? u->folder : "");
	vec_push(a, &l->files, (struct dwline_file){0});
	while (*(s = dwread_text(r)) && !r->bad && l->folders.n < MOST_ENTRIES)
		vec_push(a, &l->folders, s);
	while (*(s = dwread_text(r)) && !r->bad && l->files.n < MOST_ENTRIES) {
		struct dwline_file f = {s, dwread_uleb(r)};

		dwread_uleb(r);
		dwread_uleb(r);
		vec_push(a, &l->files, f);
	}
	return !r->bad;
}

/* The formats that entries of a list have: pairs of content and form. */
struct format {
	struct dwspec v[16];
	unsigned n;
};

static bool read_format(struct dwread *r, struct format *f)
{
	f->n = (unsigned)dwread_uint(r, 1);
	if (f->n > sizeof f->v / sizeof *f->v)
		r->bad = true;
	for (unsigned i = 0; i < f->n && !r->bad; i++) {
		f->v[i].name = (uint16_t)dwread_uleb(r);
		f->v[i].form = (uint16_t)dwread_uleb(r);
		f->v[i].constant = 0;
	}
	return !r->bad;
}

static struct dwline_file read_entry(const struct dwunit *u, const struct format *f,
				     struct dwread *r)
{
	struct dwline_file e = {0};

	for (unsigned i = 0; i < f->n && !r->bad; i++) {
		struct dwvalue v = dwunit_value(u, &f->v[i], r);

		if (f->v[i].name == DW_LNCT_path && v.class == DWCLASS_TEXT)
			e.name = v.text;
		else if (f->v[i].name == DW_LNCT_directory_index)
			e.folder = v.u;
	}
	return e;
}

static bool new_lists(struct dwline *l, const struct dwunit *u, struct dwread *r, struct arena *a)
{
	struct format f;
	uint64_t n;

	if (!read_format(r, &f))
		return false;
	n = dwread_uleb(r);
	/* an entry without bytes could be repeated without end */
	for (const uint8_t *was = NULL;
	     n-- && !r->bad && r->p != was && l->folders.n < MOST_ENTRIES;) {
		was = r->p;
		vec_push(a, &l->folders, read_entry(u, &f, r).name);
	}
	if (!read_format(r, &f))
		return false;
	n = dwread_uleb(r);
	for (const uint8_t *was = NULL;
	     n-- && !r->bad && r->p != was && l->files.n < MOST_ENTRIES;) {
		was = r->p;
		vec_push(a, &l->files, read_entry(u, &f, r));
	}
	return !r->bad;
}

bool dwline_open(struct dwline *l, const struct dwunit *u, struct arena *a)
{
	struct dwread r = dwread_at(u->dw->line, u->line);
	struct dwunit shape = *u;
	bool wide;
	uint64_t length = dwread_length(&r, &wide), header;

	*l = (struct dwline){0};
	if (r.bad || length > (uint64_t)(r.end - r.p))
		return false;
	r.end = r.p + length;
	l->version = (uint16_t)dwread_uint(&r, 2);
	if (l->version < 2 || l->version > 5)
		return false;
	shape.offset_size = wide ? 8 : 4;
	l->address_size = u->address_size;
	if (l->version >= 5) {
		l->address_size = (uint8_t)dwread_uint(&r, 1);
		dwread_uint(&r, 1);
	}
	header = dwread_uint(&r, shape.offset_size);
	if (r.bad || header > (uint64_t)(r.end - r.p))
		return false;
	l->program = (struct bytes){r.p + header, (size_t)(r.end - r.p - header)};
	r.end = r.p + header;
	l->min_length = (uint8_t)dwread_uint(&r, 1);
	l->most_ops = l->version >= 4 ? (uint8_t)dwread_uint(&r, 1) : 1;
	l->stmt = dwread_uint(&r, 1) != 0;
	l->line_base = (int8_t)dwread_uint(&r, 1);
	l->line_range = (uint8_t)dwread_uint(&r, 1);
	l->opcode_base = (uint8_t)dwread_uint(&r, 1);
	l->lengths = r.p;
	dwread_skip(&r, l->opcode_base ? l->opcode_base - 1u : 0);
	if (r.bad || l->line_range == 0 || l->opcode_base == 0)
		return false;
	return l->version >= 5 ? new_lists(l, &shape, &r, a) : old_lists(l, u, &r, a);
}

const char *dwline_path(const struct dwline *l, uint64_t file, struct arena *a)
{
	const struct dwline_file *f = file < l->files.n ? &l->files.v[file] : NULL;

	if (!f || !f->name)
		return NULL;
	const char *folder = f->folder < l->folders.n ? l->folders.v[f->folder] : NULL;

	if (*f->name == '/' || !folder || !*folder)
		return f->name;
	return arena_printf(a, "%s/%s", folder, f->name);
}

/* --- rows --- */

struct machine {
	const struct dwline *l;
	struct dwread r;
	struct dwline_row row;
	uint64_t op;
};

static void restart(struct machine *m)
{
	m->row = (struct dwline_row){.file = 1, .line = 1, .stmt = m->l->stmt};
	m->op = 0;
}

static void advance(struct machine *m, uint64_t n)
{
	unsigned most = m->l->most_ops ? m->l->most_ops : 1;

	m->row.address += m->l->min_length * (most == 1 ? n : (m->op + n) / most);
	m->op = most == 1 ? 0 : (m->op + n) % most;
}

/* True if the opcode makes a row. */
static bool extended(struct machine *m)
{
	uint64_t n = dwread_uleb(&m->r);
	struct dwread in = m->r;

	dwread_skip(&m->r, n);
	if (m->r.bad || n == 0)
		return false;
	in.end = in.p + n;
	switch (dwread_uint(&in, 1)) {
	case DW_LNE_end_sequence: m->row.end = true; return true;
	case DW_LNE_set_address:
		if (n - 1 == 4 || n - 1 == 8)
			m->row.address = dwread_uint(&in, (unsigned)n - 1);
		m->op = 0;
	}
	return false;
}

static bool standard(struct machine *m, unsigned op)
{
	struct dwread *r = &m->r;

	switch (op) {
	case DW_LNS_copy: return true;
	case DW_LNS_advance_pc: advance(m, dwread_uleb(r)); return false;
	case DW_LNS_advance_line: m->row.line += (uint32_t)dwread_sleb(r); return false;
	case DW_LNS_set_file: m->row.file = (uint32_t)dwread_uleb(r); return false;
	case DW_LNS_set_column: dwread_uleb(r); return false;
	case DW_LNS_negate_stmt: m->row.stmt = !m->row.stmt; return false;
	case DW_LNS_const_add_pc:
		advance(m, (255u - m->l->opcode_base) / m->l->line_range);
		return false;
	case DW_LNS_fixed_advance_pc:
		m->row.address += dwread_uint(r, 2);
		m->op = 0;
		return false;
	}
	for (unsigned i = 0; i < m->l->lengths[op - 1]; i++)
		dwread_uleb(r);
	return false;
}

static bool step(struct machine *m)
{
	unsigned op = (unsigned)dwread_uint(&m->r, 1);

	if (op >= m->l->opcode_base) {
		unsigned n = op - m->l->opcode_base;

		advance(m, n / m->l->line_range);
		m->row.line += (uint32_t)(m->l->line_base + (int)(n % m->l->line_range));
		return true;
	}
	return op == 0 ? extended(m) : standard(m, op);
}

void dwline_each(const struct dwline *l, bool (*row)(const struct dwline_row *row, void *data),
		 void *data)
{
	struct machine m = {.l = l, .r = dwread_at(l->program, 0)};

	restart(&m);
	while (m.r.p < m.r.end && !m.r.bad) {
		if (!step(&m) || m.r.bad)
			continue;
		if (!row(&m.row, data))
			return;
		if (m.row.end)
			restart(&m);
	}
}
