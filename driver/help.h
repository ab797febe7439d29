/* The text of --help. */
#ifndef DRIVER_HELP_H
#define DRIVER_HELP_H

#include "driver/options.h"

/* The page of a command, or of the whole. */
const char *help_page(enum command of);

#endif
