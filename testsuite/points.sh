#!/bin/bash
# Probe points of the kernel's code against its debug information: stapvet's verdicts on some 450 points beside those
# recorded of the peer (points/kernel.tsv).  Needs that kernel's image and its -dbg package; skipped, aloud, without.
set -u
cd "$(dirname "$0")/.."
stapvet=${BUILD:-build}/stapvet
table=testsuite/points/kernel.tsv
release=$(sed -n '1s/.*of kernel \([^ ]*\) with.*/\1/p' "$table")
if [ ! -e "/boot/vmlinuz-$release" ] || [ ! -e "/usr/lib/debug/boot/vmlinux-$release" ]; then
	echo "SKIPPED: linux-image-$release and its -dbg package are not installed"
	exit 0
fi
passed=0 failed=0 agreed=0
while IFS=$'\t' read -r peer ours options script why; do
	[[ $peer = \#* ]] && continue
	[ "$options" = - ] && options=
	# shellcheck disable=SC2086
	timeout 60 "$stapvet" -p2 -w -r "$release" $options -e "$script" >/dev/null 2>&1 </dev/null
	got=$?
	if [ "$got" = "$ours" ]; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "FAIL $got, not $ours: $options $script"; fi
	[ "$got" = "$peer" ] && agreed=$((agreed + 1))
done <"$table"
echo "$passed passed, $failed failed; $agreed of $((passed + failed)) as the peer has them"
[ "$failed" = 0 ]
