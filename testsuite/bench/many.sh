#!/bin/bash
# `stapvet check` of FILES (10000) scripts of 50 lines, with nothing kept and with all of it: processor
# time (user and system, which a loaded machine tells the same) and the time that passed.  Prints,
# never judges; the target is 10 s and 1 s on two cores.
set -u
cd "$(dirname "$0")/../.."
build=${BUILD:-build}
files=${FILES:-10000}
facts=testsuite/facts/cloud-6.1.facts
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export XDG_CACHE_HOME=$work/cache TIMEFORMAT='%U user + %S system = processor seconds, %R s passed'

awk -v files="$files" -v folder="$work/d" 'BEGIN {
	for (i = 0; i < files; i++) {
		if (i % 100 == 0)
			system("mkdir -p " folder i / 100)
		name = folder int(i / 100) "/s" i ".stp"
		printf "# script %d\nglobal seen%d, total\nprobe begin {\n\tprintf(\"start %d\\n\")\n}\n", i, i, i >name
		for (n = 0; n < 7; n++)
			printf "function f%d(a, b) {\n\tif (b == 0)\n\t\treturn 0\n\treturn a + b * %d\n}\n", n, n + i >name
		printf "probe kernel.function(\"vfs_read\") {\n\tseen%d[execname()] += f%d(pid(), 2)\n}\n", i, i % 7 >name
		printf "probe timer.s(1) {\n\ttotal++\n\tforeach (k in seen%d- limit 5)\n\t\tprintln(k)\n}\nprobe end { println(total) }\n# end\n", i >name
		close(name)
	}
}'
sleep 0.1
for what in cold kept; do
	echo -n "$files scripts, $what: "
	time "$build/stapvet" check -j2 --target "$facts" "$work"/d* >"$work/$what" 2>&1
done
cmp "$work/cold" "$work/kept" && echo "the same $(wc -c <"$work/cold") bytes"
