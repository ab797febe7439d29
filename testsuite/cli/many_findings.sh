# Many findings, and many that say the same, are cut with a count; -v and JSON give them all.
. testsuite/cli/common.inc
for i in $(seq 1 30); do echo 'probe begin { println(nosuch(1)) }'; done >"$work/alike.stp"
status 1 "$stapvet" -p2 "$work/alike.stp"
[ "$(grep -c 'unknown-function' "$work/err")" = 10 ] || say "not 10 that are alike"
err_has "20 more errors are not shown; -v shows all"
status 1 "$stapvet" -v -p2 "$work/alike.stp"
[ "$(grep -c 'unknown-function' "$work/err")" = 30 ] || say "-v does not show all"
err_lacks "not shown"
status 1 "$stapvet" check --format json "$work/alike.stp"
[ "$(grep -c '"unknown-function"' "$work/out")" = 30 ] || say "JSON does not have all"
for i in $(seq 1 101); do echo "probe begin { println(nosuch$i(1)) x = 1 }"; done >"$work/many.stp"
status 1 "$stapvet" check "$work/many.stp"
[ "$(grep -c 'unknown-function' "$work/out")" = 100 ] || say "not 100 errors"
out_has "1 more error and 91 more warnings are not shown; -v shows all"
# 10,000 points that do not exist
{ echo 'probe'; seq -f ' nosuch%g,' 1 10000; echo 'begin { println(1) }'; } >"$work/points.stp"
status 1 "$stapvet" -p2 "$work/points.stp"
[ "$(wc -c <"$work/err")" -lt 50000 ] || say "too much is said"
err_has "more errors are not shown"
finish
