#!/bin/bash
# How time and memory grow with the size of a script: processor time of each stage, in one process, over the shapes
# of scripts.awk at 1,000 to 64,000 lines, with the ratio to the size before.  Then the verification alone of
# SystemTap's examples, where they are installed.  Prints, never judges: unit_scale counts, and judges.
#
#   scale.sh [SHAPE...]
#
# SIZES="1000 2000" picks the sizes, RUNS the runs a script (the least time of each stage counts).
set -u
cd "$(dirname "$0")/../.." || exit 2
build=${BUILD:-build}
sizes=${SIZES:-1000 2000 4000 8000 16000 32000 64000}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
. testsuite/words.inc

make -s BUILD="$build" "$build/testsuite/bench/stages" >/dev/null || exit 1
stages=("$build/testsuite/bench/stages" -n "${RUNS:-2}" -t testsuite/facts/cloud-6.1.facts -l tapset)

shapes=("$@")
[ $# -gt 0 ] || read -r -a shapes <<<"$(awk -v shape=list -f testsuite/bench/scripts.awk)"
echo "milliseconds of processor time; ratio: of the whole, to the size before"
printf '%-12s %6s %7s %7s %7s %8s %8s %7s %8s %6s %8s  %s\n' \
	shape lines parse sema lower prove recheck report all ratio MB verdict
for shape in "${shapes[@]}"; do
	for size in $sizes; do
		awk -v shape="$shape" -v lines="$size" -f testsuite/bench/scripts.awk >"$work/$shape"
		"${stages[@]}" "$work/$shape"
	done | awk -F '\t' -v shape="$shape" '{
		all = $3 + $4 + $5 + $6 + $7 + $8
		printf "%-12s %6d %7.1f %7.1f %7.1f %8.1f %8.1f %7.1f %8.1f %6s %8.1f  %s\n", shape, $2,
			$3 / 1e3, $4 / 1e3, $5 / 1e3, $6 / 1e3, $7 / 1e3, $8 / 1e3, all / 1e3,
			before ? sprintf("%.2f", all / before) : "", $9 / 1024, $11
		before = all
	}'
done

examples=/usr/share/systemtap/examples
[ $# -eq 0 ] && [ -d "$examples" ] || exit 0
# each as its .meta says, with the library that it was written for and, where it is installed, a kernel's debug information
release=${RELEASE:-$(find /usr/lib/debug/boot -name 'vmlinux-*' -printf '%f\n' 2>/dev/null | sort -V | tail -n 1)}
release=${release#vmlinux-}
facts=(--target "$PWD/testsuite/facts/cloud-6.1.facts")
[ -z "$release" ] || facts=(-r "$release")
stapvet=$(realpath "$build/stapvet")
time_one() { # time_one SCRIPT: the least of three
	for _ in 1 2 3; do
		(cd "$(dirname "$1")" && timeout 60 "$stapvet" verify -v --stats -w --tapset=system "${facts[@]}" "${words[@]}") \
			2>/dev/null </dev/null
	done | sed -n 's/^verification alone: \([0-9.]*\) ms.*/\1/p' | sort -n | head -n 1
}
find -L "$examples" -name '*.stp' | sort | while read -r script; do
	example_words "$script"
	t=$(time_one "$script")
	if [ -z "$t" ]; then # the tests of some give no arguments though they need them
		words+=(1 1 1)
		t=$(time_one "$script")
	fi
	echo "${t:-refused} ${script#"$examples"/}"
done >"$work/times"
grep '^refused' "$work/times"
grep -v '^refused' "$work/times" | sort -n | awk '{ t[NR] = $1 }
	END { printf "%d examples verified: median %.2f ms, 99th percentile %.2f ms, most %.2f ms\n",
		NR, t[int((NR + 1) / 2)], t[int(NR * 0.99 + 0.5)], t[NR] }'
