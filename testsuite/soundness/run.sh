#!/bin/bash
# Soundness of the verifier's operators and proofs, beyond what every `make check` runs:
#   - verifier/interval.c itself, exhaustively at 4, 5 and 6 bits (small.cc);
#   - the same code at 64 bits on symbols, by an SMT solver (smt.cc);
#   - N random scripts, run against the claims made of them (unit_scripts).
# run.sh [N]; BUILD names the build folder, SMT_SECONDS the solver's time for one question.
set -u
cd "$(dirname "$0")/../.."
build=${BUILD:-build}
out=$build/soundness
count=${1:-100000}
seed=${SEED:-$(date +%s)}
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
if [ -e /usr/include/z3++.h ]; then
	compile -o "$out/smt" testsuite/soundness/smt.cc -lz3 || failed=$((failed + 1))
	for operator in add sub and or xor shl shr ushr neg not mul div mod relations; do
		try "$operator at 64 bits" "$out/smt" "${SMT_SECONDS:-10}" $operator
	done
else
	echo "skipped: no z3 (libz3-dev) here"
fi
try "$count scripts from seed $seed on" "$build/testsuite/verifier/unit_scripts" "$seed" "$count"
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
