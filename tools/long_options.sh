#!/bin/bash
# The long options that stapvet has, one a line, from the table in driver/options.c; those it only knows of are left out.
cd "$(dirname "$0")/.." || exit 1
sed -n 's/^\t{"\([a-z-]*\)", [a-z_]*, NULL, \(OPT_[A-Z_]*\|.[a-z].\)},$/\1 \2/p' driver/options.c |
	grep -v 'OPT_UNBUILT$\|OPT_IGNORED$' | sed 's/ .*//; s/^/--/' | sort
