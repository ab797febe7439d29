/*
 * A recording as text, one item a line: which probes are hit between the begin
 * and the end probes, then for each event the answers of the world in the order
 * they were given.  People may write one too.  Reading trusts nothing: numbers,
 * sizes and names are checked here, and whether an answer fits its question when
 * it is asked.
 */
#include "runtime/recording.h"

#include "base/map.h"
#include "base/text.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static const char HEADER[] = "stapvet inputs 1";
enum { MAX_HITS = 100000, MAX_INPUTS = 1000000, MAX_LINE = 64 * 1024 };

static void write_value(FILE *out, struct arena *a, const struct replay_value *v)
{
	switch (v->kind) {
	case REPLAY_NUMBER: fprintf(out, "%" PRId64, v->n); break;
	case REPLAY_TEXT: fprintf(out, "\"%s\"", text_escape(a, v->text, strlen(v->text))); break;
	case REPLAY_FAULT: fputs("fault", out); break;
	}
}

void recording_write(FILE *out, const struct ir_program *p, const struct replay_recording *r)
{
	struct arena *a = arena_new(0, NULL);
	uint32_t event = UINT32_MAX;

	fprintf(out, "%s\n", HEADER);
	for (uint32_t i = 0; i < r->nevents; i++) {
		const char *text = p->attaches.v[r->events[i].attach].text;

		fprintf(out, "hit %u %u # %s\n", r->events[i].attach, r->events[i].times,
			text ? text_escape(a, text, strlen(text)) : "");
	}
	for (uint32_t i = 0; i < r->inputs.n; i++) {
		const struct replay_input *in = &r->inputs.v[i];

		if (in->event != event)
			fprintf(out, "event %u\n", in->event);
		event = in->event;
		write_value(out, a, &in->value);
		fprintf(out, " %s\n", in->label);
	}
	arena_free(a);
}

struct reader {
	struct arena *arena;
	const struct ir_program *p;
	struct replay_recording *r;
	struct map seen; /* labels of this event */
	uint32_t event;
	uint64_t hits;
	const char *why;
};

static bool fail(struct reader *rd, const char *why)
{
	rd->why = why;
	return false;
}

static bool read_count(const char **at, uint64_t most, uint64_t *out)
{
	char *end;

	if (**at < '0' || **at > '9')
		return false;
	errno = 0;
	*out = strtoull(*at, &end, 10);
	*at = end;
	return !errno && *out <= most;
}

static bool read_hit(struct reader *rd, const char *at)
{
	struct replay_recording *r = rd->r;
	uint64_t attach, times;

	if (!read_count(&at, UINT32_MAX, &attach) || *at++ != ' ' ||
	    !read_count(&at, MAX_HITS, &times))
		return fail(rd, "\"hit\" takes the number of a probe point and how often");
	if (attach >= rd->p->attaches.n)
		return fail(rd, "the script has no such probe point");
	if (rd->p->attaches.v[attach].when != WHEN_KERNEL &&
	    rd->p->attaches.v[attach].when != WHEN_TIMER)
		return fail(rd, "this probe point is hit by the session itself");
	rd->hits += times;
	if (rd->hits > MAX_HITS)
		return fail(rd, "too many hits");
	r->events =
		arena_room_(rd->arena, r->events, r->nevents, &r->cap_events, sizeof *r->events);
	r->events[r->nevents].attach = (uint32_t)attach;
	r->events[r->nevents++].times = (uint32_t)times;
	return true;
}

static bool read_event(struct reader *rd, const char *at)
{
	uint64_t n;

	if (!read_count(&at, UINT32_MAX - 1, &n) || *at)
		return fail(rd, "\"event\" takes a number");
	rd->event = (uint32_t)n;
	rd->seen = (struct map){.arena = rd->arena};
	return true;
}

static bool read_string(struct reader *rd, const char **at, struct replay_value *v)
{
	const char *start = ++*at;

	while (**at && **at != '"')
		*at += **at == '\\' && (*at)[1] ? 2 : 1;
	if (**at != '"')
		return fail(rd, "a string does not end");
	v->kind = REPLAY_TEXT;
	v->text = text_unescape(rd->arena, arena_strndup(rd->arena, start, (size_t)(*at - start)),
				NULL);
	++*at;
	return true;
}

static bool read_value(struct reader *rd, const char **at, struct replay_value *v)
{
	char *end;

	if (**at == '"')
		return read_string(rd, at, v);
	if (strncmp(*at, "fault ", 6) == 0) {
		v->kind = REPLAY_FAULT;
		*at += 5;
		return true;
	}
	errno = 0;
	v->n = strtoll(*at, &end, 0);
	if (errno || end == *at || **at == ' ')
		return fail(rd, "a line begins with a number, a string, fault, event or hit");
	*at = end;
	return true;
}

static bool read_input(struct reader *rd, const char *at)
{
	struct replay_input in = {.event = rd->event};
	uintptr_t before;

	if (rd->event == UINT32_MAX)
		return fail(rd, "an answer stands before the first \"event\"");
	if (!read_value(rd, &at, &in.value))
		return false;
	if (at[0] != ' ' || !at[1])
		return fail(rd, "what the value is for is missing");
	in.label = at + 1;
	before = (uintptr_t)map_get(&rd->seen, in.label);
	map_put(&rd->seen, in.label, (void *)(before + 1));
	in.occurrence = (uint32_t)before;
	if (rd->r->inputs.n >= MAX_INPUTS)
		return fail(rd, "too many answers");
	vec_push(rd->arena, &rd->r->inputs, in);
	return true;
}

static bool read_line(struct reader *rd, const char *line)
{
	if (!*line || *line == '#')
		return true;
	if (strncmp(line, "hit ", 4) == 0)
		return read_hit(rd, line + 4);
	if (strncmp(line, "event ", 6) == 0)
		return read_event(rd, line + 6);
	return read_input(rd, line);
}

const struct replay_recording *recording_read(struct arena *a, const struct ir_program *p,
					      const char *text, size_t len, const char **why)
{
	struct reader rd = {.arena = a,
			    .p = p,
			    .r = arena_make(a, struct replay_recording),
			    .event = UINT32_MAX};
	const char *end = text + len;
	uint32_t number = 0;

	while (text < end) {
		const char *stop = memchr(text, '\n', (size_t)(end - text));
		size_t n = (size_t)((stop ? stop : end) - text);
		const char *line =
			n < MAX_LINE && !memchr(text, '\0', n) ? arena_strndup(a, text, n) : NULL;

		number++;
		if (!line || (number == 1 && strcmp(line, HEADER) != 0)) {
			*why = line ? "the first line is not \"stapvet inputs 1\""
				    : "it is not a text";
			return NULL;
		}
		if (number > 1 && !read_line(&rd, line)) {
			*why = arena_printf(a, "line %u: %s", number, rd.why);
			return NULL;
		}
		text += n + 1;
	}
	*why = number ? NULL : "it is empty";
	return number ? rd.r : NULL;
}
