#!/bin/bash
# The examples that SystemTap installs, elaborated in three ways and compared with SystemTap's verdict:
#
#   own      our library, the kernel's BTF alone
#   btf      --tapset=system, the kernel's BTF alone
#   dwarf    --tapset=system, the kernel with its debug information
#
#   examples.sh [--verdicts DIR] [NAME...]   compares; DIR has SystemTap's verdicts
#   examples.sh --peer                       records them: runs stap -p2, slow
#
# A difference must be explained by name in doc/compatibility.md.  What stapvet leaves undecided is counted by
# itself.  RELEASE=... picks the kernel; EXAMPLES=DIR other examples.
set -u
cd "$(dirname "$0")/.." || exit 2
build=$(realpath "${BUILD:-build}")
stapvet=$build/stapvet
explained=$PWD/doc/compatibility.md
examples=${EXAMPLES:-/usr/share/systemtap/examples}
verdicts=$build/examples/peer
peer=
export LC_ALL=C TZ=UTC
while [ $# -gt 0 ]; do
	case $1 in
	--verdicts) verdicts=$(realpath "$2"); shift ;;
	--peer) peer=1 ;;
	*) break ;;
	esac
	shift
done
[ -d "$examples" ] || { echo "skipped: no $examples (install systemtap-doc)"; exit 0; }
release=${RELEASE:-}
if [ -z "$release" ]; then
	release=$(find /usr/lib/debug/boot -name 'vmlinux-*' -printf '%f\n' 2>/dev/null | sort -V | tail -n 1)
	release=${release#vmlinux-}
fi
[ -n "$release" ] && [ -r "/boot/vmlinuz-$release" ] ||
	{ echo "skipped: no kernel with debug information is installed (linux-image-...-dbg), and no RELEASE is given"; exit 0; }
mkdir -p "$build/examples/peer"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

. testsuite/words.inc

# The arguments that the example's .meta tests it with, but for pass 2, into `words`.
arguments() { # arguments SCRIPT
	local name line meta=${1%.stp}.meta word out=()
	name=$(basename "$1")
	line=$([ -f "$meta" ] && sed -n 's/^test_check: stap //p' "$meta" | grep -F -- "$name" | head -n 1)
	# what the tests ask a shell: a program's path, an address, a process
	line=$(sed 's/`which \([a-z]*\)`/\/usr\/bin\/\1/g; s/0x`[^`]*`/0xffffffff82b00000/g; s/\$\$/1/g' <<<"$line")
	split "${line:--g $name}"
	for word in "${words[@]}"; do
		case $word in
		-p[1-5] | -w) ;;
		-gp[1-5]) out+=(-g) ;;
		-wp[1-5]) ;;
		*) out+=("$word") ;;
		esac
	done
	words=(-p2 "${out[@]}")
}

key_of() { local k=${1#"$examples"/}; echo "${k//\//__}"; }

record() { # record SCRIPT: SystemTap's verdict
	local key
	key=$(key_of "$1")
	[ -e "$verdicts/$key.rc" ] && return
	arguments "$1"
	(cd "$(dirname "$1")" && nice timeout 900 stap -r "$release" "${words[@]}") \
		>/dev/null 2>"$verdicts/$key.err" </dev/null
	echo $? >"$verdicts/$key.rc"
}

elaborate() { # elaborate MODE SCRIPT: "accept", "reject", "unknown" or what else happened
	local mode=$1 script=$2 status facts
	arguments "$script"
	case $mode in
	own) facts=(--target "/boot/vmlinuz-$release") ;;
	btf) facts=(--tapset=system --target "/boot/vmlinuz-$release") ;;
	dwarf) facts=(--tapset=system -r "$release") ;;
	esac
	(
		cd "$(dirname "$script")" || exit 9
		[ "$mode" = dwarf ] || export SYSTEMTAP_DEBUGINFO_PATH=/nonexistent
		exec timeout 60 "$stapvet" "${facts[@]}" "${words[@]}"
	) >/dev/null 2>"$work/err" </dev/null
	status=$?
	if [ $status = 1 ]; then
		echo reject
	elif [ $status != 0 ]; then
		echo "exit-$status"
	elif grep -qE '\[(target-unknown|needs-debuginfo|unreadable-program|header-not-read)\]' "$work/err"; then
		echo unknown
	else
		echo accept
	fi
}

mapfile -t scripts < <(find "$examples" -name '*.stp' | sort)
if [ -n "$peer" ]; then
	command -v stap >/dev/null || { echo "skipped: no stap to ask"; exit 0; }
	for script in "${scripts[@]}"; do record "$script"; done
	exit 0
fi

failed=0
for mode in own btf dwarf; do
	same=0 unknown=0 decided=0 total=0 compared=0 wrong=0 unexplained=0 accepted=0
	: >"$work/differences"
	for script in "${scripts[@]}"; do
		name=${script#"$examples"/}
		[ $# = 0 ] || [[ " $* " == *" $name "* ]] || continue
		got=$(elaborate $mode "$script")
		total=$((total + 1))
		[ "$got" = accept ] && accepted=$((accepted + 1))
		if [ "$got" = unknown ]; then unknown=$((unknown + 1)); else decided=$((decided + 1)); fi
		key=$(key_of "$script")
		[ -e "$verdicts/$key.rc" ] || continue
		compared=$((compared + 1))
		if [ "$(cat "$verdicts/$key.rc")" = 0 ]; then want=accept; else want=reject; fi
		if [ "$got" = "$want" ]; then
			same=$((same + 1))
			continue
		fi
		if [ "$got" = reject ]; then wrong=$((wrong + 1)); fi
		why="explained"
		if ! grep -qF -- "\`$name\`" "$explained"; then
			why="NOT EXPLAINED"
			if [ "$got" != unknown ]; then unexplained=$((unexplained + 1)); fi
		fi
		echo "  $name: SystemTap $want, $mode $got ($why)  $(grep -m 1 'error:' "$work/err" | cut -c 1-120)" \
			>>"$work/differences"
	done
	echo "$mode: $total examples, $accepted accepted, $unknown unknown, $decided decided"
	if [ $compared -gt 0 ]; then
		echo "$mode: compared with SystemTap: $same of $compared the same, $wrong refused that it accepts," \
			"$unexplained of the differences not explained"
		cat "$work/differences"
	else
		echo "$mode: no verdicts of SystemTap to compare with in $verdicts (examples.sh --peer)"
	fi
	case $mode in
	own) ;;
	btf) [ $((decided * 100)) -ge $((total * 90)) ] && [ $wrong = 0 ] || failed=1 ;;
	dwarf) [ $compared = 0 ] || { [ $((same * 100)) -ge $((compared * 98)) ] && [ $unexplained = 0 ]; } || failed=1 ;;
	esac
done
[ $failed = 0 ] || echo "below what is promised: 98% the same with debug information, 90% decided and none wrongly refused without"
exit $failed
