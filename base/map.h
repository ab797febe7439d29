/* A hash map from NUL-terminated strings to pointers, in an arena; insertion order is kept. */
#ifndef BASE_MAP_H
#define BASE_MAP_H

#include "base/arena.h"

struct map_entry {
	const char *key;
	void *value;
	uint32_t hash;
};

struct map {
	struct arena *arena; /* set it before the first map_put(); the rest starts zeroed */
	struct map_entry *entries;
	uint32_t n, cap;
	uint32_t *slots;
	uint32_t nslots;
};

/* The value under key, or NULL. */
void *map_get(const struct map *m, const char *key);
/* Sets the value under key.  The key is not copied: it must outlive the map. */
void map_put(struct map *m, const char *key, void *value);
/* FNV-1a over s[0..len): the hash the map uses. */
uint32_t map_hash(const char *s, size_t len);

#endif
