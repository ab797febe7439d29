/*
 * perf.type(T).config(C): events that the processor or the kernel counts, as
 * perf_event_open() knows them.  A probe samples them, every so many events or
 * so many times a second, or it gives a counter a name that @perf reads.  Which
 * hardware events a machine has is known on that machine only; those that the
 * kernel itself counts are the same everywhere.
 */
#include "sema/family.h"
#include "target/program.h"

enum { SOFTWARE = 1, SOFTWARE_EVENTS = 12, DEFAULT_SAMPLE = 1000000 };

static const struct shape shapes[] = {
	{"perf.type(N).config(N)", 0},
	{"perf.type(N).config(N).sample(N)", 0},
	{"perf.type(N).config(N).hz(N)", 0},
	{"perf.type(N).config(N).counter(S)", 0},
	{"perf.type(N).config(N).process", 0},
	{"perf.type(N).config(N).process(S)", 0},
	{"perf.type(N).config(N).process(S).counter(S)", 0},
};

static bool sample_fits(struct expansion *x, const struct pp_part *sample)
{
	if (!sample || sample->arg->number >= 1)
		return true;
	probe_failed(x, DIAG_INVALID_POINT_NUMBER, sample->arg->span,
		     "invalid sample period %lld: a sample is taken every 1 or more events",
		     (long long)sample->arg->number);
	return false;
}

/* SystemTap takes any rate; the kernel refuses these. */
static void warn_of_rate(struct expansion *x, const struct pp_part *hz)
{
	if (hz && hz->arg->number < 1)
		diag_report_as(probe_sema(x)->diags, DIAG_INVALID_POINT_NUMBER, SEV_WARNING,
			       hz->arg->span,
			       "hz(%lld) is no rate of samples a second; the kernel refuses it",
			       (long long)hz->arg->number);
}

/* The program whose events are counted; SystemTap does not ask whether it is there. */
static bool process_fits(struct expansion *x, const struct pp_part *process, struct site *site)
{
	struct sema *s = probe_sema(x);
	const char *name = s->in->options->command, *path, *why;

	if (!process)
		return true;
	if (process->arg)
		name = text_unescape(s->arena, process->arg->string, NULL);
	if (!name || !*name) {
		probe_failed(x, DIAG_UNKNOWN_PROGRAM, process->span,
			     "process without a path means the program of -c, and there is none");
		return false;
	}
	site->program = name;
	if (program_find(s->target, name, s->arena, &path, &why) == ANSWER_YES)
		site->program = path;
	return true;
}

static bool counter_fits(struct expansion *x, const struct pp_part *counter, struct site *site)
{
	struct sema *s = probe_sema(x);

	if (!counter)
		return true;
	site->counter = text_unescape(s->arena, counter->arg->string, NULL);
	if (!map_get(&s->counters, site->counter)) {
		map_put(&s->counters, site->counter, site);
		return true;
	}
	probe_failed(x, DIAG_DUPLICATE_NAME, counter->arg->span,
		     "another probe has the counter \"%s\" already", site->counter);
	return false;
}

/* False when the kernel has no such events at all. */
static bool events_there(struct expansion *x, struct site *site)
{
	static const char door[] = "perf_event_create_kernel_counter";
	struct sema *s = probe_sema(x);
	struct target_fns fns = {0};

	site->exists = target_match(s->target, NULL, door, s->arena, &fns);
	if (site->exists == ANSWER_YES && fns.n) {
		site->evidence =
			arena_printf(s->arena, "%s in %s", door, target_describe(s->target));
	} else if (site->exists == ANSWER_UNKNOWN) {
		s->program->existence_unknown = true;
		site->evidence =
			"no facts about the target tell whether the point exists; give --target";
	} else {
		probe_failed(x, DIAG_UNKNOWN_PROBE_POINT, site->span,
			     "performance events are not part of %s: it has no %s", probe_kernel(x),
			     door);
		return false;
	}
	return true;
}

static void expand(struct expansion *x, const struct shape *shape, const struct probe_point *p)
{
	const struct pp_part *sample = words_part(p, "sample"), *hz = words_part(p, "hz");
	int64_t type = words_part(p, "type")->arg->number;
	int64_t config = words_part(p, "config")->arg->number;
	struct site *site = probe_site(x, FAMILY_PERF, p);

	(void)shape;
	if (!sample_fits(x, sample) || !process_fits(x, words_part(p, "process"), site) ||
	    !events_there(x, site) || !counter_fits(x, words_part(p, "counter"), site))
		return;
	warn_of_rate(x, hz);
	if (sample)
		site->number = sample->arg->number;
	else if (!hz && !site->counter)
		site->number = DEFAULT_SAMPLE;
	site->trusted = site->exists == ANSWER_YES &&
			!(type == SOFTWARE && config >= 0 && config < SOFTWARE_EVENTS);
	if (site->trusted)
		site->trust_reason =
			arena_printf(probe_sema(x)->arena,
				     "only the machine probed can tell whether it counts events of "
				     "type %lld, config %lld",
				     (long long)type, (long long)config);
	probe_found(x, site);
}

const struct family_group family_perf = {
	shapes, sizeof shapes / sizeof *shapes, expand, family_no_variable, family_no_variable_at,
	NULL,
};
