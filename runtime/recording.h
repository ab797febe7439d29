/* Recordings of runs as text. */
#ifndef RUNTIME_RECORDING_H
#define RUNTIME_RECORDING_H

#include "runtime/replay.h"

#include <stdio.h>

/* Writes a recording as text. */
void recording_write(FILE *out, const struct ir_program *p, const struct replay_recording *r);
/* Reads one; NULL with a sentence in *why when it is none, or not of this program. */
const struct replay_recording *recording_read(struct arena *a, const struct ir_program *p,
					      const char *text, size_t len, const char **why);

#endif
