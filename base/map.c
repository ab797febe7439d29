/*
 * Open addressing over an array of indices into the entries, so that walking
 * entries[0..n) is in insertion order and output stays deterministic.
 */
#include "base/map.h"

#include <string.h>

uint32_t map_hash(const char *s, size_t len)
{
	uint32_t h = 2166136261u;

	for (size_t i = 0; i < len; i++)
		h = (h ^ (unsigned char)s[i]) * 16777619u;
	return h;
}

static uint32_t find_slot(const struct map *m, const char *key, uint32_t hash)
{
	uint32_t i = hash & (m->nslots - 1);

	while (m->slots[i]) {
		const struct map_entry *e = &m->entries[m->slots[i] - 1];

		if (e->hash == hash && strcmp(e->key, key) == 0)
			break;
		i = (i + 1) & (m->nslots - 1);
	}
	return i;
}

void *map_get(const struct map *m, const char *key)
{
	if (!m->nslots)
		return NULL;
	uint32_t at = m->slots[find_slot(m, key, map_hash(key, strlen(key)))];

	return at ? m->entries[at - 1].value : NULL;
}

static void rehash(struct map *m)
{
	m->nslots = m->nslots ? m->nslots * 2 : 16;
	m->slots = arena_alloc(m->arena, m->nslots * sizeof *m->slots);
	for (uint32_t i = 0; i < m->n; i++)
		m->slots[find_slot(m, m->entries[i].key, m->entries[i].hash)] = i + 1;
}

void map_put(struct map *m, const char *key, void *value)
{
	uint32_t hash = map_hash(key, strlen(key));

	if (m->n * 2 >= m->nslots)
		rehash(m);
	uint32_t slot = find_slot(m, key, hash);

	if (m->slots[slot]) {
		m->entries[m->slots[slot] - 1].value = value;
		return;
	}
	m->entries = arena_room_(m->arena, m->entries, m->n, &m->cap, sizeof *m->entries);
	m->entries[m->n++] = (struct map_entry){key, value, hash};
	m->slots[slot] = m->n;
}
