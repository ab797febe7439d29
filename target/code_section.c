/* Where an address of a relocatable object lies in its file. */
#include "target/codefile.h"

#include <gelf.h>

const char *code_section(const struct code *c, uint64_t address, uint64_t *offset)
{
	Dwarf *dw = codefile_dwarf(c);
	Elf *elf = dw ? dwarf_getelf(dw) : NULL;
	GElf_Ehdr eh;
	GElf_Shdr sh;
	size_t names;

	if (!elf || !gelf_getehdr(elf, &eh) || eh.e_type != ET_REL ||
	    elf_getshdrstrndx(elf, &names) != 0)
		return NULL;
	for (Elf_Scn *scn = NULL; (scn = elf_nextscn(elf, scn));) {
		if (!gelf_getshdr(scn, &sh) || !(sh.sh_flags & SHF_ALLOC) ||
		    address - sh.sh_addr >= sh.sh_size)
			continue;
		*offset = address - sh.sh_addr;
		return elf_strptr(elf, names, sh.sh_name);
	}
	return NULL;
}
