/*
 * Where in machine code a probe goes, for the back ends: the file and its
 * build-id, the address as linked and where that lies in the file.  A file is
 * looked into once for all the sites of a handler that follow each other in it.
 * Where facts tell a function's name only, the name has to do; of processes as
 * such (begin, end, system calls) there is only the program's path.
 */
#include "ir/lowering.h"
#include "target/code.h"
#include "target/program.h"
#include "target/sdt.h"

#include <string.h>

static void in_code(const struct site *s, struct ir_place *out)
{
	const struct code_place *p = s->place;
	uint64_t at, offset;

	if (s->mark) {
		out->address = s->mark->address;
		out->semaphore = s->mark->semaphore;
		return;
	}
	if (s->family == FAMILY_STATEMENT && !p)
		out->address = (uint64_t)s->number; /* .absolute */
	if (!p)
		return;
	at = out->address = s->is_return && p->entry ? p->entry : p->address;
	if (p->code && s->module && (out->section = code_section(p->code, at, &offset)))
		out->address = offset;
}

static void in_files(struct lowering *lo, struct ir_place *out, uint32_t n)
{
	struct program_spot *spots = arena_alloc(lo->scratch, 2 * n * sizeof *spots);
	const char *id;

	for (uint32_t i = 0; i < n; i++) {
		spots[2 * i].address = out[i].address;
		spots[2 * i + 1].address = out[i].semaphore;
	}
	id = program_spots(out->path, lo->arena, spots, 2 * n);
	for (uint32_t i = 0; i < n; i++) {
		out[i].build_id = id;
		out[i].offset = spots[2 * i].offset;
		out[i].semaphore_offset = out[i].semaphore ? spots[2 * i + 1].offset : 0;
	}
}

void lower_where_sites(struct lowering *lo, const struct sites *sites, struct ir_place *out)
{
	for (uint32_t i = 0; i < sites->n; i++) {
		const struct site *s = sites->v[i];

		out[i].path = s->file ? s->file : s->program;
		in_code(s, &out[i]);
	}
	for (uint32_t i = 0, n; i < sites->n; i += n) {
		for (n = 1; i + n < sites->n && out[i].path && out[i + n].path &&
			    strcmp(out[i].path, out[i + n].path) == 0;)
			n++;
		if (sites->v[i]->file)
			in_files(lo, &out[i], n);
	}
}
