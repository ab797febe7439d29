#!/bin/bash
# Each example in doc/verification.md gets the verdict its first line claims.
. testsuite/cli/common.inc
awk -v dir="$work" '
	/^```systemtap$/ { n++; inside = 1; next }
	/^```$/ { inside = 0 }
	inside { print > (dir "/example" n ".stp") }
' doc/verification.md
examples=0
for script in "$work"/example*.stp; do
	read -r _ kind want <"$script"
	args=$(sed -n 's/^# args: //p' "$script")
	"$stapvet" verify --target "$FACTS" $args "$script" >"$work/out" 2>"$work/err" </dev/null
	grep -qE "^ +$want +${kind%:} " "$work/out" || {
		say "not $kind $want:"
		cat "$script" "$work/out" "$work/err"
	}
	examples=$((examples + 1))
done
[ $examples -ge 50 ] || say "only $examples examples"
finish
