/* A text with a symbol a line (System.map, kallsyms), looked through for the names asked. */
#ifndef TARGET_SYMSCAN_H
#define TARGET_SYMSCAN_H

#include "target/symmap.h"

struct symscan_symbol {
	const char *name;
	uint32_t len;
	uint64_t address;
	bool code; /* is it a function's */
};

/* "ffffffff81000000 T _stext"; false for lines of another form and for symbols of modules. */
bool symscan_line(const char *s, size_t n, struct symscan_symbol *out);

/* The parts of a linked kernel that differ for probes, and the symbols around them. */
enum { SYMSCAN_AREAS = 5 };
struct symscan_area {
	const char *from, *to;
	enum symmap_class class;
};
extern const struct symscan_area symscan_areas[SYMSCAN_AREAS];
struct symscan_bounds {
	uint64_t low[SYMSCAN_AREAS], high[SYMSCAN_AREAS]; /* 0: no such symbol */
};
enum symmap_class symscan_class(const struct symscan_bounds *b, uint64_t address);

struct symscan;
/* The text must outlive the scan.  NULL when it holds hardly a symbol, or no address but 0. */
struct symscan *symscan_new(struct arena *a, struct bytes text);
/* Says that the name will be asked for, so that one pass finds several. */
void symscan_expect(struct symscan *s, const char *name);
/* How many symbols have the name; they are in *first, by their address. */
uint32_t symscan_find(struct symscan *s, const char *name, const struct symmap_entry **first);
/* How often the text has been looked through. */
uint32_t symscan_passes(const struct symscan *s);

#endif
