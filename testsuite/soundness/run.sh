#!/bin/bash
# Soundness of the verifier's operators and proofs, beyond what every `make check` runs:
#   - its operators, exhaustively at 4, 5 and 6 bits (small.cc);
#   - the same code at 64 bits on symbols, by an SMT solver (smt.cc), unless QUICK is set;
#   - how tight bounds are (tight.sh);
#   - N random scripts, each state of whose runs is held against the claims made of it (unit_scripts);
#   - a second opinion on proofs by Frama-C Eva (eva.sh).
# run.sh [N]; BUILD names the build folder, SEED the first script's, SMT_SECONDS the solver's time for one
# question.  To go on, give the seed that is printed at the end.
set -u
cd "$(dirname "$0")/../.."
build=${BUILD:-build}
out=$build/soundness
count=${1:-100000}
seed=${SEED:-$(date +%s)}
quick=${QUICK:-}
passed=0 failed=0
mkdir -p "$out"
try() { # try NAME COMMAND...
	local name=$1
	shift
	echo "== $name"
	if "$@"; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "FAIL $name"; fi
}
compile() { ${CXX:-g++} -std=gnu++17 -O2 -I. "$@"; }

for bits in 4 5 6; do
	if compile -DBITS=$bits -o "$out/small$bits" testsuite/soundness/small.cc; then
		try "all intervals of $bits bits" "$out/small$bits"
	else
		failed=$((failed + 1))
	fi
done
if [ -n "$quick" ]; then
	echo "skipped: the solver's part"
elif [ -e /usr/include/z3++.h ]; then
	compile -o "$out/smt" testsuite/soundness/smt.cc -lz3 || failed=$((failed + 1))
	for operator in add sub and or xor shl shr ushr neg not mul div mod relations bits; do
		try "$operator at 64 bits" "$out/smt" "${SMT_SECONDS:-10}" $operator
	done
else
	echo "skipped: no z3 (libz3-dev) here"
fi
try "tightness of bounds" testsuite/soundness/tight.sh
try "$count scripts from seed $seed on" "$build/testsuite/verifier/unit_scripts" "$seed" "$count"
echo "to go on: make soundness SEED=$((seed + count))"
try "programs for the evaluator below the waist" "$build/testsuite/verifier/unit_soundness"
try "a second opinion" env SEED= testsuite/soundness/eva.sh "$([ -n "$quick" ] && echo 4 || echo 20)"
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
