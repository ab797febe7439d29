/*
 * The notes of marks.  A note holds where the mark stands, where .stapsdt.base
 * was linked then, its semaphore, and three strings.  Where that base is now
 * elsewhere, a prelinker moved everything by as much.  Every length is checked;
 * a note that does not add up is counted and left out.
 */
#include "target/sdt.h"

#include "target/elfsec.h"
#include "target/program.h"

#include <elf.h>
#include <string.h>

enum { NOTE_TYPE = 3, MAX_TEXT = 4096 };

/* The string at *at, which moves behind it; NULL when it does not end inside b. */
static const char *take_string(struct bytes b, size_t *at, struct arena *a)
{
	const char *s = (const char *)b.p + *at;
	size_t left = b.n - *at, n = strnlen(s, left);

	if (n == left || n > MAX_TEXT)
		return NULL;
	*at += n + 1;
	return arena_strndup(a, s, n);
}

/* Where the next argument ends: at a space that is not inside brackets. */
static size_t argument_length(const char *s)
{
	int depth = 0;
	size_t n;

	for (n = 0; s[n] && (s[n] != ' ' || depth > 0); n++) {
		depth += s[n] == '(' || s[n] == '[';
		depth -= s[n] == ')' || s[n] == ']';
	}
	return n;
}

static void read_arguments(struct bytes elf, const char *machine, struct arena *a,
			   struct sdt_mark *m)
{
	const char *at = m->text + strspn(m->text, " ");

	m->arguments = arena_alloc(a, SDT_MAX_ARGUMENTS * sizeof *m->arguments);
	while (*at && m->narguments < SDT_MAX_ARGUMENTS) {
		size_t n = argument_length(at);

		sdt_argument(&elf, machine, arena_strndup(a, at, n), a,
			     &m->arguments[m->narguments++]);
		at += n;
		at += strspn(at, " ");
	}
}

/* The three addresses at the start of a note; *at becomes what is behind them. */
static bool take_addresses(struct bytes elf, struct bytes desc, uint64_t numbers[3], size_t *at)
{
	size_t size = elfsec_class(elf) == ELFSEC_NARROW ? 4 : 8;

	*at = 3 * size;
	if (desc.n <= *at)
		return false;
	for (size_t i = 0; i < 3; i++) {
		numbers[i] = 0;
		memcpy(&numbers[i], desc.p + i * size, size);
	}
	return true;
}

static bool read_mark(struct bytes elf, const char *machine, struct bytes desc,
		      const struct elfsec_section *base, struct arena *a, struct sdt_mark *m)
{
	uint64_t numbers[3];
	size_t at;

	if (!take_addresses(elf, desc, numbers, &at))
		return false;
	m->provider = take_string(desc, &at, a);
	m->name = m->provider ? take_string(desc, &at, a) : NULL;
	m->text = m->name ? take_string(desc, &at, a) : NULL;
	if (!m->text || !*m->name)
		return false;
	m->address = numbers[0];
	m->semaphore = numbers[2];
	if (base && numbers[1]) {
		m->address += base->address - numbers[1];
		m->semaphore += m->semaphore ? base->address - numbers[1] : 0;
	}
	read_arguments(elf, machine, a, m);
	return true;
}

static void read_notes(struct bytes elf, struct bytes notes, struct arena *a, struct sdt_marks *out,
		       uint32_t *damaged)
{
	const char *machine = elfsec_machine(elf);
	struct elfsec_section base;
	bool based = elfsec_section(elf, ".stapsdt.base", &base);
	uint64_t at = 0, more;

	for (; at + sizeof(Elf64_Nhdr) <= notes.n && out->n < SDT_MAX_MARKS; at = more) {
		Elf64_Nhdr nh;
		struct sdt_mark m = {0};

		memcpy(&nh, notes.p + at, sizeof nh);
		uint64_t name = at + sizeof nh, desc = name + ((nh.n_namesz + 3ull) & ~3ull);
		struct bytes d = store_sub(notes, desc, nh.n_descsz);

		more = desc + ((nh.n_descsz + 3ull) & ~3ull);
		if (nh.n_type != NOTE_TYPE || nh.n_namesz != sizeof "stapsdt" ||
		    !store_sub(notes, name, nh.n_namesz).p ||
		    memcmp(notes.p + name, "stapsdt", sizeof "stapsdt") != 0) {
			*damaged += !d.p;
			continue;
		}
		if (d.p && read_mark(elf, machine, d, based ? &base : NULL, a, &m))
			vec_push(a, out, m);
		else
			++*damaged;
	}
	*damaged += at < notes.n && out->n < SDT_MAX_MARKS;
}

enum answer sdt_read(const char *path, struct arena *a, struct sdt_marks *out, uint32_t *damaged,
		     const char **why)
{
	struct store st = {.arena = a};
	struct bytes elf, notes;
	uint32_t before = out->n;

	*damaged = 0;
	if (!program_open(&st, path, &elf, why)) {
		store_close(&st);
		return ANSWER_UNKNOWN;
	}
	notes = elfsec_find(elf, ".note.stapsdt");
	read_notes(elf, notes, a, out, damaged);
	store_close(&st);
	return out->n > before ? ANSWER_YES : ANSWER_NO;
}
