#!/bin/bash
# Whole-process time (CPU, user and system, so that a loaded machine tells the same) and peak memory,
# beside stap in the same run when it is installed, and beside a minimal program that only reads the
# same facts.  Medians of RUNS runs; prints, never judges.  WALL=1: elapsed time instead.
set -u
cd "$(dirname "$0")/../.."
build=${BUILD:-build}
runs=${RUNS:-15}
stapvet=$PWD/$build/stapvet
bench=$PWD/$build/testsuite/bench
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export XDG_CACHE_HOME=$work/cache

# median milliseconds and peak KiB of a command
measure() {
	local i
	: >"$work/samples"
	for ((i = 0; i < $1; i++)); do
		"$bench/measure" "${@:2}" >>"$work/samples" 2>/dev/null
	done
	sort -n "$work/samples" | awk '{ ms[NR] = $1; if ($2 > kb) kb = $2 } END { printf "%.2f %d\n", ms[int((NR + 1) / 2)], kb }'
}
# the same, each time with an empty cache
measure_cold() {
	local i
	: >"$work/cold"
	for ((i = 0; i < $1; i++)); do
		rm -rf "$work/cache"
		"$bench/measure" "${@:2}" >>"$work/cold" 2>/dev/null
	done
	sort -n "$work/cold" | awk '{ ms[NR] = $1; if ($2 > kb) kb = $2 } END { printf "%.2f %d\n", ms[int((NR + 1) / 2)], kb }'
}
warm_up() { for _ in 1 2 3 4; do "$@" >/dev/null 2>&1; done; }
ratio() { awk -v a="$1" -v b="$2" 'BEGIN { if (a + 0 > 0 && b + 0 > 0) printf "%.*fx", a / b < 10 ? 2 : 0, a / b; else printf "-" }'; }
line() { printf '%-34s %9s ms %9s KiB   %s\n' "$@"; }

mkdir -p "$bench"
cc -O2 -o "$bench/measure" testsuite/bench/measure.c || exit 1
cc -O2 -o "$bench/minimal" testsuite/bench/minimal.c -llz4 -llzma -lzstd -lz || {
	echo "(the minimal program cannot be built: no ratios to it)"
	rm -f "$bench/minimal"
}

release=
for folder in /lib/modules/*/; do
	name=$(basename "$folder")
	[ -e "/boot/vmlinuz-$name" ] && release=$name
done
peer=
[ -n "$release" ] && [ -e "/lib/modules/$release/build/.config" ] && command -v stap >/dev/null 2>&1 && peer=yes
[ -n "$peer" ] || echo "(stap or kernel headers are not installed: no peer figures)"
facts=(--target "$PWD/testsuite/facts/cloud-6.1.facts")
[ -z "$release" ] || facts=(-r "$release")
system=()
[ -d /usr/share/systemtap/tapset ] && system=(--tapset system)

echo "== each seed, warm"
for seed in hello-world strace-open netfilter ip_rcv trace-func; do
	script=testsuite/seeds/$seed.stp
	for pass in -p1 -p2; do
		warm_up "$stapvet" $pass -w "${facts[@]}" "$script"
		read -r ms kb <<<"$(measure "$runs" "$stapvet" $pass -w "${facts[@]}" "$script")"
		beside=
		if [ -n "$peer" ]; then
			warm_up stap -r "$release" $pass -w "$script"
			read -r stap_ms stap_kb <<<"$(measure 3 stap -r "$release" $pass -w "$script")"
			beside="stap $stap_ms ms $stap_kb KiB: $(ratio "$stap_ms" "$ms") faster, $(ratio "$kb" "$stap_kb") of its memory"
		fi
		line "$seed $pass" "$ms" "$kb" "$beside"
	done
done

echo "== facts: each seed cold, beside a minimal program that reads them and hashes the functions' names"
# without debug information, which the minimal program does not read either
export SYSTEMTAP_DEBUGINFO_PATH=$work/none
btf=$work/vmlinux.btf
cat /sys/kernel/btf/vmlinux >"$btf" 2>/dev/null || rm -f "$btf"
for target in "$btf" ${release:+"/boot/vmlinuz-$release"}; do
	[ -e "$target" ] || continue
	question=("$stapvet" -p2 -w --target "$target")
	read -r least kb <<<"$(measure "$runs" "$bench/minimal" "$target")"
	line "$(basename "$target"), minimal" "$least" "$kb" ""
	for seed in hello-world strace-open netfilter trace-func ip_rcv; do
		script=testsuite/seeds/$seed.stp
		read -r ms kb <<<"$(measure "$runs" "${question[@]}" --no-cache "$script")"
		line "$seed, --no-cache" "$ms" "$kb" "$(ratio "$ms" "$least") minimal"
	done
	read -r ms kb <<<"$(measure_cold "$runs" "${question[@]}" "$script")"
	line "$seed, empty cache" "$ms" "$kb" "$(ratio "$ms" "$least") minimal"
	warm_up "${question[@]}" "$script"
	read -r ms kb <<<"$(measure "$runs" "${question[@]}" "$script")"
	line "$seed, warm" "$ms" "$kb" ""
done
unset SYSTEMTAP_DEBUGINFO_PATH

echo "== large questions, warm"
ask() { # ask NAME SCRIPT
	warm_up "$stapvet" -p2 -w "${facts[@]}" -e "$2"
	read -r ms kb <<<"$(measure 5 "$stapvet" -p2 -w "${facts[@]}" -e "$2")"
	line "$1" "$ms" "$kb" ""
}
ask 'kernel.function("*")' 'probe kernel.function("*") { println(1) }'
ask 'kernel.function("vfs_*")' 'probe kernel.function("vfs_*") { println(1) }'
ask 'did you mean' 'probe kernel.function("vfs_raed") { println(1) }'
for library in own ${system:+system}; do
	option=()
	[ "$library" = own ] || option=("${system[@]}")
	warm_up "$stapvet" "${facts[@]}" "${option[@]}" --dump-functions
	read -r ms kb <<<"$(measure 5 "$stapvet" "${facts[@]}" "${option[@]}" --dump-functions)"
	line "--dump-functions, $library library" "$ms" "$kb" ""
done

if [ -n "$release" ] && [ -e "/usr/lib/debug/boot/vmlinux-$release" ]; then
	echo "== a question for debug information"
	question='probe kernel.function("vfs_read@fs/read_write.c") { println($count) }'
	read -r cold kb <<<"$(measure_cold 3 "$stapvet" -p2 -w -r "$release" -e "$question")"
	line "cold" "$cold" "$kb" ""
	warm_up "$stapvet" -p2 -w -r "$release" -e "$question"
	read -r ms kb <<<"$(measure "$runs" "$stapvet" -p2 -w -r "$release" -e "$question")"
	line "warm" "$ms" "$kb" ""
	if [ -n "$peer" ]; then
		read -r stap_ms stap_kb <<<"$(measure 3 stap -r "$release" -p2 -w -e "$question")"
		line "stap" "$stap_ms" "$stap_kb" "$(ratio "$cold" "$stap_ms") of it cold, $(ratio "$stap_ms" "$ms") faster warm"
	fi
else
	echo "(the kernel's debug information is not installed: no figures for it)"
fi

examples=/usr/share/systemtap/examples
if [ -d "$examples" ] && [ ${#system[@]} -gt 0 ]; then
	echo "== all examples, -p2 each, one processor"
	one=()
	command -v taskset >/dev/null 2>&1 && one=(taskset -c 0)
	cat >"$work/all.sh" <<END
find $examples -name '*.stp' -exec $stapvet -p2 -w ${facts[*]} ${system[*]} {} \\; >/dev/null 2>&1
END
	for _ in 1 2 3; do bash "$work/all.sh"; done
	read -r ms kb <<<"$(measure 3 "${one[@]}" bash "$work/all.sh")"
	line "$(find "$examples" -name '*.stp' | wc -l) examples, system library" "$ms" "$kb" ""
	sed 's/--tapset system//' "$work/all.sh" >"$work/own.sh"
	for _ in 1 2 3; do bash "$work/own.sh"; done
	read -r ms kb <<<"$(measure 3 "${one[@]}" bash "$work/own.sh")"
	line "the same, our library" "$ms" "$kb" ""
	read -r ms kb <<<"$(measure 3 "${one[@]}" "$stapvet" check -j1 "${facts[@]}" "${system[@]}" "$examples")"
	line "check of them all, one process" "$ms" "$kb" ""
fi
