#!/bin/bash
# A script that outgrows -D STP_MAXMEMORY is ended, and the same script runs with room enough.
. testsuite/cli/common.inc
script='global a[300000]
probe begin {
	for (i = 0; i < 300000; i++)
		a[sprintf("%400d", i)] = 1
	println("all fit")
	exit()
}'
limits='-D MAXACTION_INTERRUPTIBLE=10000000'
"$stapvet" -w $limits -D STP_MAXMEMORY=1000 -e "$script" >"$work/out" 2>"$work/err" </dev/null
grep -q "needs too much memory" "$work/err" || say "not ended: $(cat "$work/out" "$work/err")"
grep -q "all fit" "$work/out" && say "it ran to its end with STP_MAXMEMORY=1000"
"$stapvet" -w $limits -e "$script" >"$work/out" 2>"$work/err" </dev/null
grep -q "all fit" "$work/out" || say "it does not fit the default: $(cat "$work/err")"
finish
