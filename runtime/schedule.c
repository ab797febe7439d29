/*
 * Which handlers are hit, in which order.  The begin and end probes of a session
 * come by themselves; between them: nothing, a probe that leads to the goal, others
 * before it, twice, and long rows of one probe that fill arrays and strings.
 * Probe points that the target does not have are never hit.
 */
#include "runtime/schedule.h"

enum { MAX_ATTACHES = 24, MAX_OTHERS = 12, SAME_HANDLER = 2, ROW = 600, LONGEST = 20000 };

struct maker {
	struct arena *arena;
	struct schedules *out;
	uint32_t goals[MAX_ATTACHES], others[MAX_ATTACHES];
	uint32_t ngoals, nothers;
};

static void add(struct maker *mk, const struct model_event *events, uint32_t n)
{
	struct schedule s = {0};

	for (uint32_t i = 0; i < n; i++) {
		vec_push(mk->arena, &s.events, events[i]);
		s.length += events[i].times;
	}
	vec_push(mk->arena, &mk->out->list, s);
}

static void add_row(struct maker *mk, uint32_t a, uint32_t times, uint32_t b, uint32_t again)
{
	const struct model_event row[] = {{a, times}, {b, again}};

	add(mk, row, again ? 2 : 1);
}

static bool leads(const struct goal *g, const struct ir_attach *at)
{
	return g->distance[g->first_block[at->handler]] != UINT32_MAX;
}

static bool can_be_hit(const struct ir_attach *at)
{
	return at->when == WHEN_TIMER || (at->when == WHEN_KERNEL && at->exists != 0);
}

/* A few attachments of each handler stand for all. */
static void choose(struct maker *mk, const struct goal *g)
{
	uint32_t *used = arena_alloc(mk->arena, g->p->funcs.n * sizeof *used);

	vec_each(i, &g->p->attaches) {
		const struct ir_attach *at = &g->p->attaches.v[i];
		bool goal = leads(g, at);

		if (goal && at->when != WHEN_NEVER && (at->when != WHEN_KERNEL || at->exists != 0))
			mk->out->reachable++;
		if (!can_be_hit(at) || used[at->handler]++ >= SAME_HANDLER)
			continue;
		if (goal && mk->ngoals < MAX_ATTACHES)
			mk->goals[mk->ngoals++] = i;
		else if (!goal && mk->nothers < MAX_OTHERS)
			mk->others[mk->nothers++] = i;
	}
}

/* One more than fits into the largest array that is not too large to fill. */
static uint32_t filling(const struct ir_program *p)
{
	int64_t most = ROW;

	vec_each(i, &p->globals)
		if (p->globals.v[i].nkeys && p->globals.v[i].capacity > most &&
		    p->globals.v[i].capacity < LONGEST)
			most = p->globals.v[i].capacity;
	return (uint32_t)most + 1;
}

static void add_short(struct maker *mk)
{
	add(mk, NULL, 0);
	for (uint32_t i = 0; i < mk->ngoals; i++)
		add_row(mk, mk->goals[i], 1, 0, 0);
	for (uint32_t i = 0; i < mk->ngoals; i++)
		add_row(mk, mk->goals[i], 2, 0, 0);
	for (uint32_t k = 0; k < mk->nothers; k++)
		add_row(mk, mk->others[k], 1, 0, 0);
}

static void add_pairs(struct maker *mk)
{
	for (uint32_t k = 0; k < mk->nothers; k++)
		for (uint32_t i = 0; i < mk->ngoals; i++) {
			add_row(mk, mk->others[k], 1, mk->goals[i], 1);
			add_row(mk, mk->goals[i], 1, mk->others[k], 1);
		}
	for (uint32_t i = 0; i < mk->ngoals; i++)
		for (uint32_t k = 0; k < mk->ngoals; k++)
			if (i != k)
				add_row(mk, mk->goals[i], 1, mk->goals[k], 2);
	for (uint32_t k = 0; k < mk->nothers; k++)
		for (uint32_t j = 0; j < mk->nothers; j++)
			if (j != k)
				add_row(mk, mk->others[k], 1, mk->others[j], 1);
}

/* Each probe once, those that lead to the goal last; and all of that twice. */
static void add_rounds(struct maker *mk)
{
	struct model_event all[2 * (MAX_ATTACHES + MAX_OTHERS)];
	uint32_t n = 0;

	for (uint32_t k = 0; k < mk->nothers; k++)
		all[n++] = (struct model_event){mk->others[k], 1};
	for (uint32_t i = 0; i < mk->ngoals; i++)
		all[n++] = (struct model_event){mk->goals[i], 1};
	if (n < 2)
		return;
	add(mk, all, n);
	for (uint32_t i = 0; i < n; i++)
		all[n + i] = all[i];
	add(mk, all, 2 * n);
}

static void add_long(struct maker *mk, uint32_t times)
{
	for (uint32_t i = 0; i < mk->ngoals; i++)
		add_row(mk, mk->goals[i], times, 0, 0);
	for (uint32_t k = 0; k < mk->nothers; k++) {
		add_row(mk, mk->others[k], times, 0, 0);
		for (uint32_t i = 0; i < mk->ngoals && i < 2; i++)
			add_row(mk, mk->others[k], times, mk->goals[i], 1);
	}
}

struct schedules schedule_all(struct arena *a, const struct goal *g)
{
	struct schedules out = {0};
	struct maker mk = {.arena = a, .out = &out};

	choose(&mk, g);
	add_short(&mk);
	add_rounds(&mk);
	add_pairs(&mk);
	add_long(&mk, 20);
	add_long(&mk, filling(g->p));
	return out;
}
