/*
 * What a finding is known by when lines move: its rule, the head of the probe or function that
 * holds it, and its line without white space and comments.  Equal ones are told apart by their
 * order.  Line numbers, columns and messages are left out: those change when other lines do.
 */
#include "base/map.h"
#include "report/report.h"

#include <string.h>

/* FNV-1a, 64 bits. */
static uint64_t add(uint64_t h, const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		h = (h ^ (unsigned char)s[i]) * 0x100000001b3u;
	return (h ^ 0xff) * 0x100000001b3u; /* no text has this byte at its end */
}

/* The line as tokens: white space goes, and comments; a string stays as it is. */
static size_t normalise(const char *line, size_t n, char *out)
{
	size_t len = 0;
	bool quoted = false;

	for (size_t i = 0; i < n; i++) {
		bool pair = i + 1 < n && line[i] == '/';

		if (!quoted && (line[i] == '#' || (pair && line[i + 1] == '/')))
			break;
		if (!quoted && pair && line[i + 1] == '*') {
			for (i += 2; i + 1 < n && !(line[i] == '*' && line[i + 1] == '/'); i++)
				;
			i++;
			continue;
		}
		if (!quoted && strchr(" \t\r\v\f", line[i]) && line[i])
			continue;
		quoted ^= line[i] == '"';
		out[len++] = line[i];
		if (quoted && line[i] == '\\' && i + 1 < n)
			out[len++] = line[++i];
	}
	return len;
}

const char *fingerprint_head(const struct scopes *scopes, struct loc loc)
{
	for (uint32_t i = 0; scopes && i < scopes->n; i++)
		if (loc.at >= scopes->v[i].span.start.at && loc.at < scopes->v[i].span.end.at)
			return scopes->v[i].head;
	return "";
}

static uint64_t hash_one(struct arena *a, const struct sources *ss, const char *rule,
			 struct loc loc, const char *head)
{
	struct pos p = sources_pos(ss, loc);
	uint64_t h = add(0xcbf29ce484222325u, rule, strlen(rule));
	char *line = arena_alloc(a, (size_t)p.line_len + 2);

	h = add(h, head, strlen(head));
	return add(h, line, p.source ? normalise(p.line_text, p.line_len, line) : 0);
}

struct fingerprint fingerprint_of(struct map *seen, const struct sources *ss, const char *rule,
				  struct loc loc, const char *head)
{
	struct arena *a = seen->arena;
	struct fingerprint f = {0};
	uint32_t *times;

	snprintf(f.hash, sizeof f.hash, "%016llx",
		 (unsigned long long)hash_one(a, ss, rule, sources_spelling(ss, loc), head));
	times = map_get(seen, f.hash);
	if (!times) {
		times = arena_make(a, uint32_t);
		map_put(seen, arena_strdup(a, f.hash), times);
	}
	f.occurrence = ++*times;
	return f;
}
