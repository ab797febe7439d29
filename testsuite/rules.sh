#!/bin/bash
# Lists rules without a test that fires and one that stays silent, and
# obligation kinds without a test for each verdict they can have.
set -u
cd "$(dirname "$0")/.."
bad=0
have() { compgen -G "testsuite/*/$1" >/dev/null; }
# what no script can show is shown by a test of the command line or a unit test
cli() { grep -qF "_$1 \"[$2]\"" testsuite/cli/*.sh; }
unit() { grep -q "\<$1\>\|\"$2\"" testsuite/*/unit_*.c; }
# a rule's page has snippets of both kinds, which testsuite/cli/rule_pages.sh runs
page() { grep -qx "## $2" "lint/rules/$1.md" 2>/dev/null; }
while read -r id tag; do
	have "$tag.fires.*" || cli has "$tag" || unit "DIAG_$id" "$tag" || page "$tag" Bad || { echo "rules: $tag: no test where it fires"; bad=1; }
	have "$tag.silent.*" || cli lacks "$tag" || unit "DIAG_$id" "$tag" || page "$tag" Good || { echo "rules: $tag: no test where it stays silent"; bad=1; }
done < <(sed -n 's/^DIAG(\([A-Z_0-9]*\), *"\([a-z0-9-]*\)".*/\1 \2/p' base/diag.def)
for kind in $(sed -n 's/^OBLIGATION([A-Z_]*, *"\([a-z-]*\)".*/\1/p' ir/obligation.def); do
	have "$kind.*.*" || { echo "rules: obligation $kind has no test"; bad=1; }
done
[ "$bad" = 0 ] && echo "rules: every rule has both"
exit $bad
