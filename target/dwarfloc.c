/*
 * From a variable to its location at an address: the entry of its location list that covers the
 * address, the frame base of the function around it, and the canonical frame address, which at a
 * function's first instruction the calling convention tells and elsewhere .eh_frame or
 * .debug_frame.
 */
#include "target/dwarfloc.h"

#include <stdlib.h>
#include <string.h>

/* The function that has code of its own around an inlined copy. */
static bool function_around(Dwarf_Die *scope, Dwarf_Die *out)
{
	Dwarf_Die *scopes = NULL;
	bool found = false;
	int n;

	if (dwarf_tag(scope) == DW_TAG_subprogram) {
		*out = *scope;
		return true;
	}
	n = dwarf_getscopes_die(scope, &scopes);
	for (int i = 0; i < n && !found; i++) {
		found = dwarf_tag(&scopes[i]) == DW_TAG_subprogram;
		if (found)
			*out = scopes[i];
	}
	free(scopes);
	return found;
}

static unsigned machine_of(const struct code *c)
{
	Elf *elf = dwarf_getelf(c->dwarf);
	GElf_Ehdr head;

	return elf && gelf_getehdr(elf, &head) ? head.e_machine : EM_NONE;
}

/* The CFA where a function begins: above the return address that the call pushed. */
static const struct code_term *cfa_at_entry(struct dwarfterm_at *at)
{
	struct code_term *sum;

	if (machine_of(at->code) == EM_AARCH64)
		return dwarfterm_number(at->arena, CODE_REGISTER, 31);
	if (!at->i386 && machine_of(at->code) != EM_X86_64)
		return NULL;
	sum = dwarfterm_number(at->arena, CODE_ADD, 0);
	sum->a = dwarfterm_number(at->arena, CODE_REGISTER, 7);
	sum->b = dwarfterm_number(at->arena, CODE_NUMBER, at->i386 ? 4 : 8);
	return sum;
}

static const struct code_term *cfa_of_frame(struct dwarfterm_at *at, Dwarf_CFI *cfi,
					    Dwarf_Addr address)
{
	struct dwarfterm_at inner = {.code = at->code,
				     .arena = at->arena,
				     .address = at->address,
				     .i386 = at->i386,
				     .narrow = at->narrow,
				     .budget = at->budget};
	struct dwarfterm_result r = {0};
	Dwarf_Frame *frame = NULL;
	Dwarf_Op *ops;
	size_t n;

	if (dwarf_cfi_addrframe(cfi, address, &frame) != 0)
		return NULL;
	if (dwarf_frame_cfa(frame, &ops, &n) == 0 && n)
		r = dwarfterm_run(&inner, NULL, ops, n);
	free(frame);
	return r.term;
}

static const struct code_term *cfa(struct dwarfterm_at *at, const char **why)
{
	const struct code *c = at->code;
	const struct code_term *t = at->at_entry ? cfa_at_entry(at) : NULL;
	Dwarf_Addr bias = 0, address = at->address + c->bias;
	Dwarf_CFI *cfi;

	if (!t && (cfi = dwfl_module_eh_cfi(c->mod, &bias)))
		t = cfa_of_frame(at, cfi, address - bias);
	if (!t && (cfi = dwfl_module_dwarf_cfi(c->mod, &bias)))
		t = cfa_of_frame(at, cfi, address - bias);
	if (!t)
		*why = "the call frame information does not cover this address";
	return t;
}

static void set_frame_base(struct dwarfterm_at *at, Dwarf_Die *function)
{
	struct dwarfterm_result r;
	Dwarf_Attribute a;
	Dwarf_Op *ops;
	size_t n;

	at->no_frame = "the frame of its function is not described at this address";
	if (!dwarf_attr_integrate(function, DW_AT_frame_base, &a) ||
	    dwarf_getlocation_addr(&a, at->address, &ops, &n, 1) != 1)
		return;
	r = dwarfterm_run(at, &a, ops, n);
	at->frame_base = r.term;
	if (r.why)
		at->no_frame = r.why;
}

static void constant(Dwarf_Die *var, struct arena *a, struct code_variable *out)
{
	Dwarf_Attribute attr;
	Dwarf_Block block;
	int64_t value = 0;

	if (dwarfdie_number(var, DW_AT_const_value, &value)) {
		out->term = dwarfterm_number(a, CODE_NUMBER, value);
	} else if (dwarf_attr_integrate(var, DW_AT_const_value, &attr) &&
		   dwarf_formblock(&attr, &block) == 0 && block.length <= sizeof value) {
		memcpy(&value, block.data, block.length);
		out->term = dwarfterm_number(a, CODE_NUMBER, value);
	} else {
		out->why = "its value is a constant that does not fit a number";
	}
}

/* A value of 8 bytes as a number of 4: what its upper half is, is not told. */
static bool too_wide(const struct dwarfterm_at *at, const struct dwarfterm_result *r,
		     Dwarf_Die *var)
{
	Dwarf_Attribute type;
	Dwarf_Die die;
	Dwarf_Word size;

	if (!at->narrow || !r->term || r->in_memory || !r->plain)
		return false;
	return !dwarf_attr_integrate(var, DW_AT_type, &type) || !dwarf_formref_die(&type, &die) ||
	       dwarf_aggregate_size(&die, &size) != 0 || size > 4;
}

static void located(struct dwarfterm_at *at, Dwarf_Attribute *attr, Dwarf_Die *var,
		    struct code_variable *out)
{
	struct dwarfterm_result r;
	Dwarf_Op *ops;
	size_t n;
	int found = dwarf_getlocation_addr(attr, at->address, &ops, &n, 1);

	if (found < 0) {
		out->why = "its location is damaged";
	} else if (found == 0) {
		out->why = "it was optimised away here; elsewhere in the function it has a place";
	} else {
		r = dwarfterm_run(at, attr, ops, n);
		out->term = r.term;
		out->in_memory = r.in_memory;
		out->why = r.why;
		if (too_wide(at, &r, var)) {
			out->term = NULL;
			out->why = "it is wider than the registers of its program";
		}
	}
}

static void set_machine(struct dwarfterm_at *at)
{
	at->x86 = machine_of(at->code) == EM_X86_64;
	at->i386 = at->code->i386;
	at->narrow = at->code->narrow;
}

void dwarfloc_find(const struct code *c, Dwarf_Die *scope, Dwarf_Addr address, Dwarf_Die *var,
		   struct arena *a, struct code_variable *out)
{
	struct dwarfterm_at at = {
		.code = c, .arena = a, .address = address, .cfa = cfa, .budget = DWARFTERM_BUDGET};
	Dwarf_Attribute attr;
	Dwarf_Die function;
	Dwarf_Addr entry;

	out->term = NULL;
	out->in_memory = false;
	out->why = NULL;
	if (!dwarf_attr_integrate(var, DW_AT_location, &attr)) {
		if (dwarf_hasattr_integrate(var, DW_AT_const_value))
			constant(var, a, out);
		else
			out->why = "it was optimised away";
		return;
	}
	set_machine(&at);
	if (scope && function_around(scope, &function)) {
		at.at_entry = dwarf_entrypc(&function, &entry) == 0 && entry == address;
		set_frame_base(&at, &function);
	}
	located(&at, &attr, var, out);
}
