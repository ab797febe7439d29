#!/bin/bash
# Tightness: the bounds of loops against the rounds they really make, and the statements of nests against what a run
# needs.  The median of bound / actual must be 1, nineteen in twenty at most 2, none below 1; a loop without a
# bound counts as beyond all.
# tight.sh [LOOPS [NESTS]]; BUILD names the build folder, SEED the first seed.
set -u
cd "$(dirname "$0")/../.."
stapvet=${BUILD:-build}/stapvet
loops=${1:-480} nests=${2:-80} seed=${SEED:-1}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export LC_ALL=C XDG_CACHE_HOME=$work/cache
generate() { awk -v seed="$seed" -f testsuite/soundness/loops.awk "$@"; }

# One script of many loops, each on its own line: "bound rounds" of each.  A function's loop is in its own line.
generate -v count="$loops" >"$work/loops.stp"
"$stapvet" -w -DMAXACTION_INTERRUPTIBLE=100000000 "$work/loops.stp" >"$work/run" || { echo "FAIL the loops do not run"; exit 1; }
"$stapvet" verify "$work/loops.stp" >"$work/proof"
awk -v script="$work/loops.stp" '
	FILENAME == ARGV[1] {
		if ($2 == "loop-bounded" && split($3, at, ":") == 3)
			bound[at[2]] = $1 == "proved" && $4 == "bound" ? $5 : "none"
		next
	}
	FILENAME == ARGV[2] { rounds[++n] = $2; next }
	/^c = 0; / { k++; if (!/run[0-9]\(/) print bound[FNR], rounds[k], $0 }
' "$work/proof" "$work/run" "$work/loops.stp" >"$work/pairs"

# The least MAXACTION under which a nest comes to its end is what it really takes.
ends() { "$stapvet" -w -DMAXACTION_INTERRUPTIBLE="$2" "$1" 2>/dev/null | grep -q done; }
generate -v count="$nests" -v nests=1 | awk -v dir="$work" '/^# nest/ { n++; next } { print >(dir "/nest" n ".stp") }'
for script in "$work"/nest*.stp; do
	bound=$("$stapvet" verify "$script" | awk '$2 == "cost-bounded" && $4 == "bound" { print $5; exit }')
	low=0 high=${bound:-0}
	if [ "$high" = 0 ] || ! ends "$script" "$high"; then
		echo "none 1 $(cat "$script")" >>"$work/pairs"
		continue
	fi
	while [ $((high - low)) -gt 1 ]; do
		mid=$(((low + high) / 2))
		if ends "$script" $mid; then high=$mid; else low=$mid; fi
	done
	echo "$bound $high $(cat "$script")" >>"$work/pairs"
done

awk '{ r = $1 == "none" ? 1e9 : $2 == 0 ? ($1 <= 1 ? 1 : 1e9) : $1 / $2; printf "%.4f %s\n", r, $0 }' "$work/pairs" |
	sort -n >"$work/ratios"
total=$(wc -l <"$work/ratios")
at() { sed -n "$((($1 * total + 99) / 100))p" "$work/ratios" | cut -d' ' -f1; }
least=$(head -n 1 "$work/ratios" | cut -d' ' -f1)
unbounded=$(grep -c ' none ' "$work/ratios")
echo "$total loops and nests: bound / actual: least $least, median $(at 50), 95th percentile $(at 95); no bound: $unbounded"
awk '$1 < 1 || $1 > 2' "$work/ratios" | head -n "${SHOW:-20}"
[ "$total" -gt 0 ] && awk -v least="$least" -v median="$(at 50)" -v high="$(at 95)" \
	'BEGIN { exit !(least >= 1 && median == 1 && high <= 2) }'
