/* Histogram buckets and their picture. */
#ifndef RUNTIME_HISTOGRAM_H
#define RUNTIME_HISTOGRAM_H

#include "runtime/aggregate.h"
#include "runtime/printer.h"

/* The bucket that v falls into, and the number printed beside a bucket. */
uint32_t histogram_bucket(const struct aggregate_shape *sh, int64_t v);
int64_t histogram_label(const struct aggregate_shape *sh, uint32_t bucket);
/* Draws a histogram that has at least one sample. */
void histogram_draw(struct printer *out, const struct aggregate_shape *sh, const int64_t *buckets);

#endif
