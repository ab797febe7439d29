/*
 * Timers.  Periods are kept in nanoseconds; jiffies need CONFIG_HZ, and where
 * the configuration is not known 250 is assumed and the evidence says so.  The
 * ranges are SystemTap's.  timer.profile samples every CPU and needs the kernel.
 */
#include "sema/family.h"

#include <stdlib.h>
#include <string.h>

enum variant { UNIT, HZ, PROFILE };

/* The units: length in ns, and the range of N.  jiffies: length 0. */
static const struct unit {
	const char *name;
	int64_t ns, low, high;
} units[] = {
	{"jiffies", 0, 1, 1000000},          {"s", 1000000000, 1, 86400},
	{"sec", 1000000000, 1, 86400},       {"ms", 1000000, 1, 86400000},
	{"msec", 1000000, 1, 86400000},      {"us", 1000, 100, 86400000000},
	{"usec", 1000, 100, 86400000000},    {"ns", 1, 100000, 86400000000000},
	{"nsec", 1, 100000, 86400000000000},
};

#define UNIT_SHAPES(u)                              \
	{"timer." u "(N)", UNIT},                   \
	{                                           \
		"timer." u "(N).randomize(N)", UNIT \
	}

static const struct shape shapes[] = {
	/* in the order that wildcards give them */
	{"timer.hz(N)", HZ},
	UNIT_SHAPES("jiffies"),
	UNIT_SHAPES("ms"),
	UNIT_SHAPES("msec"),
	UNIT_SHAPES("ns"),
	UNIT_SHAPES("nsec"),
	UNIT_SHAPES("s"),
	UNIT_SHAPES("sec"),
	UNIT_SHAPES("us"),
	UNIT_SHAPES("usec"),
	{"timer.profile", PROFILE},
	{"timer.profile.tick", PROFILE},
	{"timer.profile.freq.hz(N)", PROFILE},
};

static const struct unit *unit_named(const char *name)
{
	for (size_t i = 0; i < sizeof units / sizeof *units; i++)
		if (strcmp(units[i].name, name) == 0)
			return &units[i];
	return NULL;
}

/* Ticks a second; *how says where the number is from. */
static int64_t tick_rate(struct expansion *x, const char **how)
{
	const char *hz = target_config(probe_sema(x)->target, "CONFIG_HZ");
	int64_t rate = hz ? strtoll(hz, NULL, 10) : 0;

	if (rate > 0 && rate <= 10000) {
		*how = arena_printf(probe_sema(x)->arena, "jiffies at CONFIG_HZ=%lld",
				    (long long)rate);
		return rate;
	}
	*how = "jiffies at 250 a second; CONFIG_HZ is not known";
	return 250;
}

static bool in_range(struct expansion *x, const struct pp_part *part, int64_t low, int64_t high)
{
	int64_t n = part->arg->number;

	if (n >= low && n <= high)
		return true;
	probe_failed(x, DIAG_INVALID_INTERVAL, part->arg->span,
		     "invalid interval for timer: %s(%lld) must be between %lld and %lld",
		     part->name, (long long)n, (long long)low, (long long)high);
	return false;
}

static void expand_unit(struct expansion *x, const struct probe_point *p)
{
	const struct pp_part *part = &p->parts[1], *jitter = words_part(p, "randomize");
	const struct unit *unit = unit_named(part->name);
	struct site *site = probe_site(x, FAMILY_TIMER, p);
	const char *how = "timers are part of every session";
	int64_t ns = unit->ns ? unit->ns : 1000000000 / tick_rate(x, &how);

	if (!in_range(x, part, unit->low, unit->high))
		return;
	if (jitter && !in_range(x, jitter, 0, part->arg->number))
		return;
	site->number = part->arg->number * ns;
	site->randomize = jitter ? jitter->arg->number * ns : 0;
	site->exists = ANSWER_YES;
	site->evidence = how;
	probe_found(x, site);
}

static void expand_hz(struct expansion *x, const struct probe_point *p)
{
	struct site *site = probe_site(x, FAMILY_TIMER, p);

	if (!in_range(x, &p->parts[1], 1, 10000))
		return;
	site->number = 1000000000 / p->parts[1].arg->number;
	site->exists = ANSWER_YES;
	site->evidence = "timers are part of every session";
	probe_found(x, site);
}

/* Kernels since 2.6.30 have no hook at the tick; timer.profile does without. */
static bool has_tick(struct expansion *x, const struct probe_point *p)
{
	struct sema *s = probe_sema(x);
	struct target_fns fns = {0};
	enum answer there = target_match(s->target, NULL, "register_timer_hook", s->arena, &fns);
	struct cause *c;

	if (there == ANSWER_UNKNOWN || (there == ANSWER_YES && fns.n))
		return true;
	c = probe_failed(x, DIAG_UNKNOWN_PROBE_POINT, p->span,
			 "timer.profile.tick needs register_timer_hook, which is not part of %s",
			 probe_kernel(x));
	c->hint = "did you mean timer.profile";
	return false;
}

static void expand_profile(struct expansion *x, const struct probe_point *p)
{
	struct site *site = probe_site(x, FAMILY_PROFILE, p);
	const struct pp_part *hz = words_part(p, "hz");
	const char *how = "a profiling timer of every kernel";

	if (hz && !in_range(x, hz, 1, 10000))
		return;
	if (words_part(p, "tick") && !has_tick(x, p))
		return;
	site->number = 1000000000 / (hz ? hz->arg->number : tick_rate(x, &how));
	site->exists = ANSWER_YES;
	site->evidence = how;
	probe_found(x, site);
}

static void expand(struct expansion *x, const struct shape *shape, const struct probe_point *p)
{
	switch ((enum variant)shape->variant) {
	case UNIT: expand_unit(x, p); return;
	case HZ: expand_hz(x, p); return;
	case PROFILE: expand_profile(x, p); return;
	}
}

const struct family_group family_timer = {
	shapes, sizeof shapes / sizeof *shapes, expand, family_no_variable, family_no_variable_at,
	NULL,
};
