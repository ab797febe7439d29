/*
 * begin, end and error, with or without an order, and never: the probes of the
 * session itself.  They always exist and have no context variables.
 */
#include "sema/family.h"

static const struct shape shapes[] = {
	{"begin", FAMILY_BEGIN}, {"begin(N)", FAMILY_BEGIN}, {"end", FAMILY_END},
	{"end(N)", FAMILY_END},  {"error", FAMILY_ERROR},    {"error(N)", FAMILY_ERROR},
	{"never", FAMILY_NEVER},
};

static void expand(struct expansion *x, const struct shape *shape, const struct probe_point *p)
{
	struct site *site = probe_site(x, (enum family)shape->variant, p);

	site->exists = ANSWER_YES;
	site->evidence = "part of every session";
	if (p->parts[0].arg)
		site->number = p->parts[0].arg->number;
	probe_found(x, site);
}

const struct family_group family_session = {
	shapes, sizeof shapes / sizeof *shapes, expand, family_no_variable, family_no_variable_at,
	NULL,
};
