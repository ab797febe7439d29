#!/bin/bash
# Runs each fuzz target with its corpus for FUZZ_SECONDS (600), one at a time:
# run.sh [TARGET...].  What it finds goes to $BUILD/fuzz-NAME/, with the input.
set -u
cd "$(dirname "$0")/../.."
build=${BUILD:-build/fuzz}
seconds=${FUZZ_SECONDS:-600}
found=0
[ $# -gt 0 ] || set -- $(cd testsuite/fuzz && ls fuzz_*.c | sed 's/^fuzz_//; s/\.c$//')
for name; do
	program=$build/testsuite/fuzz/fuzz_$name out=$build/fuzz-$name
	[ -x "$program" ] || { echo "fuzz $name: not built"; found=1; continue; }
	mkdir -p "$out/corpus"
	options=(-max_total_time="$seconds" -rss_limit_mb=1024 -timeout=25 -print_final_stats=0 -verbosity=0
		-artifact_prefix="$out/" -max_len=16384)
	[ $name = layout ] && options+=(-dict=testsuite/fuzz/parser.dict)
	[ -e testsuite/fuzz/$name.dict ] && options+=(-dict=testsuite/fuzz/$name.dict)
	# scripts of other tests are seeds as well
	case $name in
	parser | layout) more=(testsuite/parser testsuite/whole testsuite/fmt tapset) ;;
	sema) more=(testsuite/sema testsuite/whole testsuite/verifier testsuite/seeds) ;;
	*) more=() ;;
	esac
	# what is new goes to the first folder, not into the tree
	if "$program" "${options[@]}" "$out/corpus" "testsuite/fuzz/corpus/$name" "${more[@]}" >"$out/log" 2>&1 </dev/null; then
		echo "fuzz $name: nothing found in $seconds s, $(ls "$out/corpus" | wc -l) inputs kept"
	else
		echo "fuzz $name: FOUND, see $out"
		grep -m 5 "ERROR\|runtime error\|finding:\|SUMMARY" "$out/log"
		found=1
	fi
done
exit $found
