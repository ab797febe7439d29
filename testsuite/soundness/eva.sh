#!/bin/bash
# A second opinion on proofs: scripts as C (emit_c.c), the checks that were deleted as assertions,
# judged by Frama-C Eva.  An assertion that Eva cannot confirm is a failure: either a proof of ours is
# wrong, or what is asked has to be put in a way that Eva can follow.  Programs with a proof that is open
# to Eva after a quick look are looked at once more, with more paths kept
# apart and with differences.
# eva.sh [N]: the verifier's scripts and N random ones; SEED is the first's, BUILD the build folder.
set -u
cd "$(dirname "$0")/../.."
build=${BUILD:-build}
stapvet=$build/stapvet
count=${1:-12}
seed=${SEED:-2000}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export LC_ALL=C XDG_CACHE_HOME=$work/cache
if ! command -v frama-c >/dev/null; then
	echo "skipped: no frama-c (frama-c-base) here"
	exit 0
fi
asked=0 programs=0 skipped=0 batch=0 again=0 failed=0
: >"$work/main"

eva() { # eva OPTIONS...: of the programs named in $work/main, what is not confirmed
	local options=(-no-warn-signed-overflow -no-warn-left-shift-negative -eva-no-print "$@") name
	while read -r name; do
		options+=(-main "${name}_main" -eva -then)
	done <"$work/main"
	unset 'options[-1]'
	if ! timeout 300 frama-c "$work/all.c" "${options[@]}" >"$work/log" 2>&1; then
		echo "p0 - failed"
		tail -n 5 "$work/log" >&2
	fi
	sed -n "s/.*assertion '\(p[0-9]*\)_o\([0-9]*\)' got status \(.*\)\.$/\1 \2 \3/p" "$work/log" | sort -u
}
judge() { # the programs gathered in $work/c, named in $work/main
	local name obligation status
	[ -s "$work/main" ] || return 0
	cat testsuite/soundness/emit.h "$work/c" >"$work/all.c"
	eva -eva-slevel 30 -eva-domains equality,symbolic-locations >"$work/doubts"
	if [ -s "$work/doubts" ]; then
		cut -d' ' -f1 "$work/doubts" | sort -u >"$work/main"
		again=$((again + $(wc -l <"$work/main")))
		eva -eva-slevel 1000 -eva-domains equality,symbolic-locations,octagon >"$work/still"
		# a state that Eva keeps apart may be one that never is: what either look confirms is confirmed
		awk 'NR == FNR { open[$1, $2]; next } ($1, $2) in open' "$work/doubts" "$work/still" >"$work/both"
		mv "$work/both" "$work/doubts"
	fi
	while read -r name obligation status; do
		echo "FAIL obligation $obligation of $(grep "^$name " "$work/names" | cut -d' ' -f2-): Eva says $status"
		failed=$((failed + 1))
	done <"$work/doubts"
	: >"$work/main"
	: >"$work/c"
	batch=0
}
add() { # add NAME: the IR in $work/ir
	local n status
	n=$("$build/testsuite/soundness/emit_c" "p$programs" "$work/ir" 2>&1 >"$work/one.c")
	status=$?
	if [ $status = 3 ] || [ "$n" = 0 ]; then
		skipped=$((skipped + 1))
		return
	elif [ $status != 0 ]; then
		echo "FAIL emit_c $1: $n"
		failed=$((failed + 1))
		return
	fi
	cat "$work/one.c" >>"$work/c"
	echo "p$programs" >>"$work/main"
	echo "p$programs $1" >>"$work/names"
	programs=$((programs + 1)) asked=$((asked + n)) batch=$((batch + 1))
	[ $batch -lt 20 ] || judge
}
for script in testsuite/verifier/*.proved.*.stp testsuite/verifier/*.guarded.*.stp testsuite/verifier/*.refuted.*.stp \
	testsuite/verifier/*.proved.*.ir testsuite/verifier/*.guarded.*.ir; do
	read -r -a args < <(sed -n 's/^# args: //p' "$script")
	[ "${script%.ir}" != "$script" ] && [ -e "${script%.ir}.stp" ] && continue
	"$stapvet" -w --dump ir --target testsuite/facts/cloud-6.1.facts "${args[@]}" "$script" >"$work/ir" 2>/dev/null || continue
	add "$script"
done
judge
for ((n = seed; n < seed + count; n++)); do
	"$build/testsuite/verifier/unit_scripts" --text "$n" >"$work/random.stp"
	"$stapvet" -w --dump ir "$work/random.stp" >"$work/ir" 2>/dev/null || continue
	add "unit_scripts --text $n"
done
judge
echo "$asked proofs of $programs programs put to Frama-C Eva, $again of them twice, $skipped programs not ($count random from seed $seed)"
echo "$((asked - failed)) passed, $failed failed"
[ $failed = 0 ]
