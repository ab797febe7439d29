/*
 * Units of .debug_info read in place: their headers, abbreviations, and the entries (DIEs) in them.
 * DWARF 2 to 5.  Any bytes may be given; what is damaged ends the unit.
 */
#ifndef TARGET_DWUNIT_H
#define TARGET_DWUNIT_H

#include "target/dwread.h"

/* The sections of one object, relocated and unpacked; those that are missing are {NULL, 0}. */
struct dwsections {
	struct bytes info, abbrev, str, line, line_str, ranges, rnglists, addr, str_offsets,
		aranges;
};

struct dwspec {
	uint16_t name, form;
	int32_t size;     /* in bytes; -1: it varies */
	int64_t constant; /* DW_FORM_implicit_const */
};

/* What a walk does with an entry. */
enum dwuse {
	DWUSE_SKIP, /* steps over it, and over its children where it says where they end */
	DWUSE_STEP, /* steps over the entry, into its children */
	DWUSE_READ,
};

struct dwabbrev {
	uint16_t tag;
	uint8_t children;
	uint8_t use;    /* enum dwuse */
	uint32_t first; /* of specs */
	uint32_t n;
	uint32_t fixed;   /* bytes of its attributes; DWABBREV_VARIES */
	uint32_t sibling; /* which of its attributes is DW_AT_sibling; n or more: none */
	uint32_t jump;    /* where in its attributes that stands, as 4 bytes; DWABBREV_VARIES */
};

enum { DWABBREV_VARIES = 0xffffffff };

/* The abbreviations of a unit; kept from one unit to the next that shares them. */
struct dwabbrevs {
	struct arena *arena;
	VEC(struct dwabbrev) list;
	VEC(struct dwspec) specs;
	VEC(uint32_t) by_code; /* position in list + 1; codes beyond are looked for in `codes` */
	VEC(uint64_t) codes;   /* of list */
	uint64_t at;           /* where they were read from */
	bool any;
	uint8_t offset_size, address_size;
	uint16_t version;
	uint64_t work; /* bytes read so far: a bound on what hostile files may cost */
};

struct dwunit {
	const struct dwsections *dw;
	struct dwabbrevs *abbrevs;
	uint64_t at, first, end; /* of the header, of the first entry, behind the last */
	uint64_t abbrev_at;
	uint16_t version;
	uint8_t type; /* DW_UT_* */
	uint8_t offset_size, address_size;
	/* what its root entry says; set by dwunit_root() */
	const char *name, *folder, *producer; /* NULL: missing */
	uint64_t low;
	uint64_t line; /* offset in .debug_line; UINT64_MAX: none */
	uint64_t str_base, addr_base, rnglists_base;
	bool root_read;
};

enum dwclass {
	DWCLASS_NONE,
	DWCLASS_ADDRESS,
	DWCLASS_NUMBER,
	DWCLASS_SIGNED, /* DW_FORM_sdata, DW_FORM_implicit_const */
	DWCLASS_REF,    /* offset in .debug_info */
	DWCLASS_TEXT,
	DWCLASS_BLOCK,
	DWCLASS_OFFSET, /* in some section */
	DWCLASS_LIST,   /* index of a range or location list */
	DWCLASS_OTHER,  /* what lies in other files, or is not looked at */
};

struct dwvalue {
	enum dwclass class;
	uint64_t u;
	const char *text;
	struct bytes block;
};

/* Reads the header of the unit at *at and moves *at behind it; false at the end or when damaged. */
bool dwunit_next(const struct dwsections *dw, struct dwabbrevs *abbrevs, uint64_t *at,
		 struct dwunit *u, bool *damaged);
/* Reads its abbreviations; use: what a walk does with a tag, or NULL. */
bool dwunit_abbrevs(struct dwunit *u, enum dwuse (*use)(uint16_t tag));
/* Can entries of one unit name those of another, as far as abbreviations tell? */
bool dwunit_cross(const struct dwsections *dw);
/* Reads what the root entry says, and leaves r behind it. */
bool dwunit_root(struct dwunit *u, struct dwread *r);
/* The entries from offset `at` to the unit's end. */
struct dwread dwunit_read(const struct dwunit *u, uint64_t at);
static inline uint64_t dwunit_offset(const struct dwunit *u, const struct dwread *r)
{
	return (uint64_t)(r->p - u->dw->info.p);
}
/* The abbreviation with that code; NULL, and r is bad, when there is none such. */
const struct dwabbrev *dwunit_find(const struct dwunit *u, uint64_t code, struct dwread *r);
/* The abbreviation of the entry at r, which moves to its attributes; NULL: end of siblings, or bad.
 */
static inline const struct dwabbrev *dwunit_entry(const struct dwunit *u, struct dwread *r)
{
	const struct dwabbrevs *t = u->abbrevs;
	uint64_t code;

	if (r->p < r->end && *r->p < 0x80)
		code = *r->p++;
	else
		code = dwread_uleb(r);
	if (!code)
		return NULL;
	if (code < t->by_code.n && t->by_code.v[code])
		return &t->list.v[t->by_code.v[code] - 1];
	return dwunit_find(u, code, r);
}
/* Moves over attributes; *sibling, if not NULL, becomes DW_AT_sibling's offset (0: none). */
void dwunit_skip(const struct dwunit *u, const struct dwabbrev *ab, struct dwread *r,
		 uint64_t *sibling);
/*
 * Moves behind an entry and its children; false, and only behind the entry, when it does not say
 * where they end.  What leads backwards or out of the unit makes r bad.
 */
bool dwunit_pass(const struct dwunit *u, const struct dwabbrev *ab, struct dwread *r);
/* Reads one attribute. */
struct dwvalue dwunit_value(const struct dwunit *u, const struct dwspec *s, struct dwread *r);
/* The attribute `name` of the entry at `at`; class NONE: it has none. */
struct dwvalue dwunit_attribute(const struct dwunit *u, uint64_t at, uint16_t name);
static inline const struct dwspec *dwunit_specs(const struct dwunit *u, const struct dwabbrev *ab)
{
	return ab->first ? u->abbrevs->specs.v + ab->first : u->abbrevs->specs.v;
}

#endif
