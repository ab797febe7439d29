#!/bin/bash
# Lists rules without a test that fires and one that stays silent, and
# obligation kinds without a test for each verdict they can have.
set -u
cd "$(dirname "$0")/.."
bad=0
have() { compgen -G "testsuite/*/$1" >/dev/null; }
for tag in $(sed -n 's/^DIAG([A-Z_0-9]*, *"\([a-z0-9-]*\)".*/\1/p' base/diag.def); do
	for polarity in fires silent; do
		have "$tag.$polarity.*" || { echo "rules: $tag has no test that $polarity"; bad=1; }
	done
done
for kind in $(sed -n 's/^OBLIGATION([A-Z_]*, *"\([a-z-]*\)".*/\1/p' ir/obligation.def); do
	have "$kind.*.*" || { echo "rules: obligation $kind has no test"; bad=1; }
done
[ "$bad" = 0 ] && echo "rules: every rule has both"
exit $bad
