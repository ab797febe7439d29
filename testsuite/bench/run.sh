#!/bin/bash
# Whole-process time and peak memory, beside stap in the same run when it is installed, and beside a
# minimal program that only reads the same facts.  Of RUNS runs each, in turn, so that a machine that
# gets slower does so for all: the median and, in brackets, the least, of processor time (user and
# system: a loaded machine tells the same) and of the time that passed.  Prints, never judges.
set -u
cd "$(dirname "$0")/../.."
build=${BUILD:-build}
runs=${RUNS:-15}
stapvet=$PWD/$build/stapvet
bench=$PWD/$build/testsuite/bench
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export XDG_CACHE_HOME=$work/cache

# sample NAME COMMAND...: one run more of what is called so
sample() { "$bench/measure" "${@:2}" >>"$work/$1.runs" 2>/dev/null; }
# the same with an empty cache
sample_cold() {
	rm -rf "$work/cache"
	sample "$@"
}
samples() { # samples N NAME COMMAND...
	local i
	rm -f "$work/$2.runs"
	for ((i = 0; i < $1; i++)); do sample "${@:2}"; done
}
samples_cold() {
	local i
	rm -f "$work/$2.runs"
	for ((i = 0; i < $1; i++)); do sample_cold "${@:2}"; done
}
# the middle and the least of column $2, the largest of column 3
middle() { sort -n -k"$2,$2" "$work/$1.runs" | awk -v c="$2" '{ v[NR] = $c } END { printf "%.2f", v[int((NR + 1) / 2)] }'; }
least() { sort -n -k"$2,$2" "$work/$1.runs" | awk -v c="$2" 'NR == 1 { printf "%.2f", $c }'; }
peak() { sort -n -k3,3 "$work/$1.runs" | awk 'END { print $3 }'; }
# how many times as large: of the middles, and of the least ones
quotient() { awk -v a="$1" -v b="$2" 'BEGIN { if (a + 0 > 0 && b + 0 > 0) printf "%.*fx", a / b < 10 ? 2 : 0, a / b; else printf "-" }'; }
ratio() { # ratio NAME NAME: of processor time
	echo "$(quotient "$(middle "$1" 1)" "$(middle "$2" 1)") [$(quotient "$(least "$1" 1)" "$(least "$2" 1)")]"
}
show() { # show NAME WORDS REMARK
	printf '%-38s cpu %8s [%8s]  wall %8s [%8s] ms %7s KiB  %s\n' "$2" "$(middle "$1" 1)" "$(least "$1" 1)" \
		"$(middle "$1" 2)" "$(least "$1" 2)" "$(peak "$1")" "${3-}"
}
warm_up() { for _ in 1 2 3 4; do "$@" >/dev/null 2>&1; done; }

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

echo "== the floor"
samples "$runs" floor "$stapvet" --version
show floor "--version"

echo "== each seed, warm"
for seed in hello-world strace-open netfilter ip_rcv trace-func; do
	script=testsuite/seeds/$seed.stp
	for pass in -p1 -p2; do
		warm_up "$stapvet" $pass -w "${facts[@]}" "$script"
		samples "$runs" ours "$stapvet" $pass -w "${facts[@]}" "$script"
		beside=
		if [ -n "$peer" ]; then
			warm_up stap -r "$release" $pass -w "$script"
			samples 3 stap stap -r "$release" $pass -w "$script"
			beside="stap $(middle stap 1) ms $(peak stap) KiB: $(ratio stap ours) faster, $(quotient "$(peak ours)" "$(peak stap)") of its memory"
		fi
		show ours "$seed $pass" "$beside"
	done
done

echo "== facts: each seed cold, beside a minimal program that reads them and hashes the functions' names"
# without debug information, which the minimal program does not read either
export SYSTEMTAP_DEBUGINFO_PATH=$work/none
btf=$work/vmlinux.btf
cat /sys/kernel/btf/vmlinux >"$btf" 2>/dev/null || rm -f "$btf"
seeds="hello-world strace-open netfilter trace-func ip_rcv"
for target in "$btf" /sys/kernel/btf/vmlinux ${release:+"/boot/vmlinuz-$release"}; do
	[ -e "$target" ] || continue
	ask=("$stapvet" -p2 -w --target "$target")
	rm -f "$work"/*.runs
	for ((i = 0; i < runs; i++)); do
		[ ! -e "$bench/minimal" ] || sample minimal "$bench/minimal" "$target"
		for seed in $seeds; do
			sample "$seed.none" "${ask[@]}" --no-cache "testsuite/seeds/$seed.stp"
			sample_cold "$seed.empty" "${ask[@]}" "testsuite/seeds/$seed.stp"
		done
	done
	case $target in
	/sys/*) words="the kernel's own BTF" ;;
	*.btf) words="a copy of it" ;;
	*) words=$(basename "$target") ;;
	esac
	[ ! -e "$work/minimal.runs" ] || show minimal "$words, minimal"
	for seed in $seeds; do
		beside=
		[ ! -e "$work/minimal.runs" ] || beside="$(ratio "$seed.none" minimal) minimal"
		show "$seed.none" "$seed, --no-cache" "$beside"
		[ ! -e "$work/minimal.runs" ] || beside="$(ratio "$seed.empty" minimal) minimal"
		show "$seed.empty" "$seed, empty cache" "$beside"
	done
	for seed in $seeds; do
		warm_up "${ask[@]}" "testsuite/seeds/$seed.stp"
		samples "$runs" ours "${ask[@]}" "testsuite/seeds/$seed.stp"
		show ours "$seed, warm"
	done
done
unset SYSTEMTAP_DEBUGINFO_PATH

echo "== large questions, warm"
ask() { # ask NAME SCRIPT
	warm_up "$stapvet" -p2 -w "${facts[@]}" -e "$2"
	samples 5 ours "$stapvet" -p2 -w "${facts[@]}" -e "$2"
	show ours "$1"
}
ask 'kernel.function("*")' 'probe kernel.function("*") { println(1) }'
ask 'kernel.function("vfs_*")' 'probe kernel.function("vfs_*") { println(1) }'
ask 'did you mean' 'probe kernel.function("vfs_raed") { println(1) }'
for library in own ${system:+system}; do
	option=()
	[ "$library" = own ] || option=("${system[@]}")
	warm_up "$stapvet" "${facts[@]}" "${option[@]}" --dump-functions
	samples 5 ours "$stapvet" "${facts[@]}" "${option[@]}" --dump-functions
	show ours "--dump-functions, $library library"
done

if [ -n "$release" ] && [ -e "/usr/lib/debug/boot/vmlinux-$release" ]; then
	echo "== questions for debug information: cold, warm, and stap's own"
	while read -r question; do
		script="probe $question { println(1) }"
		samples_cold 3 cold "$stapvet" -p2 -w -r "$release" -e "$script"
		warm_up "$stapvet" -p2 -w -r "$release" -e "$script"
		samples "$runs" ours "$stapvet" -p2 -w -r "$release" -e "$script"
		beside=
		if [ -n "$peer" ]; then
			samples 3 stap stap -r "$release" -p2 -w -e "$script"
			beside="stap $(middle stap 1) ms: $(ratio cold stap) of it cold, $(ratio stap ours) faster warm"
		fi
		echo "$question"
		show cold "  cold" "$beside"
		show ours "  warm"
	done <<-'QUESTIONS'
		kernel.function("vfs_read@fs/read_write.c")
		kernel.function("vfs_*@fs/read_write.c")
		kernel.function("*@net/ipv4/tcp.c").inline
		kernel.statement("*@fs/read_write.c:500")
		kernel.function("tcp_*").inline
	QUESTIONS
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
	samples 3 ours "${one[@]}" bash "$work/all.sh"
	show ours "$(find "$examples" -name '*.stp' | wc -l) examples, system library"
	sed 's/--tapset system//' "$work/all.sh" >"$work/own.sh"
	for _ in 1 2 3; do bash "$work/own.sh"; done
	samples 3 ours "${one[@]}" bash "$work/own.sh"
	show ours "the same, our library"
	samples 3 ours "${one[@]}" "$stapvet" check -j1 "${facts[@]}" "${system[@]}" "$examples"
	show ours "check of them all, one process"
fi
