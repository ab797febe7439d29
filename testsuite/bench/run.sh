#!/bin/bash
# Whole-process time and peak memory of -p1 and -p2 for each seed, beside stap in
# the same run when it is installed.  Medians of RUNS runs; prints, never judges.
set -u
cd "$(dirname "$0")/../.."
build=${BUILD:-build}
runs=${RUNS:-15}
stapvet=$build/stapvet
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# median wall milliseconds and peak KiB of a command
measure() {
	local i
	: >"$work/samples"
	for ((i = 0; i < $1; i++)); do
		"$build/testsuite/bench/measure" "${@:2}" >>"$work/samples" 2>/dev/null
	done
	sort -n "$work/samples" | awk '{ ms[NR] = $1; if ($2 > kb) kb = $2 } END { printf "%.2f %d\n", ms[int((NR + 1) / 2)], kb }'
}

# raw BTF: what the target is in the target figures
btf=$work/vmlinux.btf
target=testsuite/facts/cloud-6.1.facts
if [ -r /sys/kernel/btf/vmlinux ]; then cp /sys/kernel/btf/vmlinux "$btf" && target=$btf; fi

release=
for folder in /lib/modules/*/build; do [ -e "$folder/.config" ] && release=$(basename "$(dirname "$folder")"); done
peer=
command -v stap >/dev/null 2>&1 && [ -n "$release" ] && peer=yes
[ -n "$peer" ] || echo "(stap or kernel headers are not installed: no peer figures)"

mkdir -p "$build/testsuite/bench"
cc -O2 -o "$build/testsuite/bench/measure" testsuite/bench/measure.c || exit 1
printf '%-14s %-4s %10s %10s %12s %12s %8s\n' script pass "ms" "peak KiB" "stap ms" "stap KiB" ratio
for seed in hello-world strace-open netfilter ip_rcv trace-func; do
	script=testsuite/seeds/$seed.stp
	facts=(--target "$target")
	[ "$seed" != hello-world ] || facts=() # it asks nothing of a kernel
	for pass in -p1 -p2; do
		read -r ms kb <<<"$(measure "$runs" "$stapvet" $pass -w "${facts[@]}" "$script")"
		stap_ms=- stap_kb=- ratio=-
		if [ -n "$peer" ]; then
			read -r stap_ms stap_kb <<<"$(measure 3 stap -r "$release" $pass -w "$script")"
			ratio=$(awk -v a="$stap_ms" -v b="$ms" 'BEGIN { printf "%.0fx", a / b }')
		fi
		printf '%-14s %-4s %10s %10s %12s %12s %8s\n' "$seed" "$pass" "$ms" "$kb" "$stap_ms" "$stap_kb" "$ratio"
	done
done
