/*
 * netfilter hooks.  Hook and protocol names are checked against the kernel's
 * tables, which are the same in all releases; that the target has netfilter at
 * all is shown by its registration function.  Context: $skb, $in, $out, $sk,
 * $hooknum and $verdict, typed by the members of the kernel's own structs.
 */
#include "sema/family.h"

#include <stdlib.h>
#include <string.h>

static const struct shape shapes[] = {
	{"netfilter.hook(S).pf(S)", 0},
	{"netfilter.hook(S).pf(S).priority(S)", 0},
	{"netfilter.pf(S).hook(S)", 0},
	{"netfilter.pf(S).hook(S).priority(S)", 0},
};

/* What SystemTap lets anybody name; in guru mode any name will do. */
static const char *const families[] = {"NFPROTO_IPV4", "NFPROTO_IPV6", "NFPROTO_ARP",
				       "NFPROTO_BRIDGE", NULL};
static const char *const ip_hooks[] = {
	"NF_INET_PRE_ROUTING",
	"NF_INET_LOCAL_IN",
	"NF_INET_FORWARD",
	"NF_INET_LOCAL_OUT",
	"NF_INET_POST_ROUTING",
	"NF_IP_PRE_ROUTING",
	"NF_IP_LOCAL_IN",
	"NF_IP_FORWARD",
	"NF_IP_LOCAL_OUT",
	"NF_IP_POST_ROUTING",
	NULL,
};
static const char *const ip6_hooks[] = {
	"NF_IP6_PRE_ROUTING", "NF_IP6_LOCAL_IN",     "NF_IP6_FORWARD",
	"NF_IP6_LOCAL_OUT",   "NF_IP6_POST_ROUTING", NULL,
};
static const char *const arp_hooks[] = {"NF_ARP_IN", "NF_ARP_OUT", "NF_ARP_FORWARD", NULL};
static const char *const bridge_hooks[] = {
	"NF_BR_PRE_ROUTING", "NF_BR_LOCAL_IN",     "NF_BR_FORWARD",
	"NF_BR_LOCAL_OUT",   "NF_BR_POST_ROUTING", NULL,
};
static const char *const ip_priorities[] = {
	"NF_IP_PRI_FIRST",        "NF_IP_PRI_CONNTRACK_DEFRAG",
	"NF_IP_PRI_RAW",          "NF_IP_PRI_SELINUX_FIRST",
	"NF_IP_PRI_CONNTRACK",    "NF_IP_PRI_MANGLE",
	"NF_IP_PRI_NAT_DST",      "NF_IP_PRI_FILTER",
	"NF_IP_PRI_SECURITY",     "NF_IP_PRI_NAT_SRC",
	"NF_IP_PRI_SELINUX_LAST", "NF_IP_PRI_CONNTRACK_CONFIRM",
	"NF_IP_PRI_LAST",         NULL,
};
static const char *const ip6_priorities[] = {
	"NF_IP6_PRI_FIRST",
	"NF_IP6_PRI_CONNTRACK_DEFRAG",
	"NF_IP6_PRI_RAW",
	"NF_IP6_PRI_SELINUX_FIRST",
	"NF_IP6_PRI_CONNTRACK",
	"NF_IP6_PRI_MANGLE",
	"NF_IP6_PRI_NAT_DST",
	"NF_IP6_PRI_FILTER",
	"NF_IP6_PRI_SECURITY",
	"NF_IP6_PRI_NAT_SRC",
	"NF_IP6_PRI_SELINUX_LAST",
	"NF_IP6_PRI_LAST",
	NULL,
};
static const char *const no_names[] = {NULL};

/* Context variables: the member whose type is theirs, since a pointer type has no name. */
static const struct context {
	const char *name, *type, *member;
} contexts[] = {
	{"skb", "struct sk_buff", "next"},
	{"in", "struct nf_hook_state", "in"},
	{"out", "struct nf_hook_state", "out"},
	{"hooknum", "struct nf_hook_state", "hook"},
	{"verdict", NULL, NULL},
};
enum { NCONTEXTS = sizeof contexts / sizeof *contexts };

static const char *const *hooks_of(const char *pf)
{
	if (strcmp(pf, "NFPROTO_ARP") == 0)
		return arp_hooks;
	if (strcmp(pf, "NFPROTO_BRIDGE") == 0)
		return bridge_hooks;
	return strcmp(pf, "NFPROTO_IPV6") == 0 ? ip6_hooks : ip_hooks;
}

static const char *const *priorities_of(const char *pf)
{
	if (strcmp(pf, "NFPROTO_IPV4") == 0)
		return ip_priorities;
	return strcmp(pf, "NFPROTO_IPV6") == 0 ? ip6_priorities : no_names;
}

/* A decimal number of 32 bits. */
static bool is_number(const char *s)
{
	const char *digits = s + (*s == '-');
	size_t n = strspn(digits, "0123456789");
	int64_t value;

	if (!n || n > 10 || digits[n])
		return false;
	value = strtoll(s, NULL, 10);
	return value >= INT32_MIN && value <= INT32_MAX;
}

/* Is the argument of the part one of the names? */
static bool known_name(struct expansion *x, const struct pp_part *part, const char *what,
		       const char *const *names)
{
	struct sema *s = probe_sema(x);
	const char *text = text_unescape(s->arena, part->arg->string, NULL);
	struct near near = near_start(text);
	struct cause *c;

	for (; *names; names++) {
		if (strcmp(*names, text) == 0)
			return true;
		near_offer(&near, *names);
	}
	if (s->in->options->guru)
		return true;
	c = probe_failed(x, DIAG_UNKNOWN_PROBE_POINT, part->arg->span,
			 "unknown netfilter %s \"%s\"", what, text);
	c->hint = "with -g any name may be used";
	if (near.best) {
		c->hint = arena_printf(s->arena, "did you mean %s", near.best);
		probe_mend(c, part->arg, near.best);
	}
	return false;
}

static bool names_known(struct expansion *x, const struct probe_point *p)
{
	struct arena *a = probe_sema(x)->arena;
	const struct pp_part *pf = words_part(p, "pf"), *priority = words_part(p, "priority");

	if (!known_name(x, pf, "protocol family", families))
		return false;
	if (!known_name(x, words_part(p, "hook"), "hook of this protocol family",
			hooks_of(text_unescape(a, pf->arg->string, NULL))))
		return false;
	if (!priority || is_number(text_unescape(a, priority->arg->string, NULL)))
		return true;
	return known_name(x, priority, "priority of this protocol family",
			  priorities_of(text_unescape(a, pf->arg->string, NULL)));
}

static void expand(struct expansion *x, const struct shape *shape, const struct probe_point *p)
{
	struct sema *s = probe_sema(x);
	struct site *site = probe_site(x, FAMILY_NETFILTER, p);
	struct target_fns fns = {0};

	(void)shape;
	if (!names_known(x, p))
		return;
	site->exists = target_match(s->target, NULL, "nf_register_net_hook", s->arena, &fns);
	if (site->exists == ANSWER_YES && fns.n) {
		site->evidence = arena_printf(s->arena, "nf_register_net_hook in %s",
					      target_describe(s->target));
	} else if (site->exists == ANSWER_UNKNOWN) {
		s->program->existence_unknown = true;
		site->evidence =
			"no facts about the target tell whether the point exists; give --target";
	} else {
		probe_failed(x, DIAG_UNKNOWN_PROBE_POINT, p->span,
			     "netfilter is not part of %s: it has no nf_register_net_hook",
			     probe_kernel(x));
		return;
	}
	probe_found(x, site);
}

static bool variable(const struct scope *sc, const char *name, struct access *out)
{
	const struct target *t = sc->sema->target;
	struct target_member m;
	struct ttype type;

	for (uint32_t i = 0; i < NCONTEXTS; i++) {
		const struct context *c = &contexts[i];

		if (strcmp(c->name, name) != 0)
			continue;
		out->base = ACCESS_CONTEXT;
		out->n = i;
		out->fixed = !c->type;
		out->guru = !c->type;
		out->read_only = c->type;
		if (c->type && target_type_named(t, NULL, c->type, &type) &&
		    target_member(t, type, c->member, &m))
			out->type = m.type;
		return true;
	}
	return false;
}

static const char *variable_at(const struct scope *sc, uint32_t i)
{
	(void)sc;
	return i < NCONTEXTS ? contexts[i].name : NULL;
}

static bool text(const struct scope *sc, const char *name, const char **out)
{
	(void)sc, (void)name, (void)out;
	return false; /* there are no $$ ones */
}

const struct family_group family_netfilter = {
	shapes, sizeof shapes / sizeof *shapes, expand, variable, variable_at, text,
};
