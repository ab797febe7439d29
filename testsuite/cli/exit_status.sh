# The exit statuses are a contract: stap's own, and 0..3 of check.
. testsuite/cli/common.inc
echo 'probe begin { exit() }' >"$work/good.stp"
echo 'probe begin { x = 3 + ; }' >"$work/bad.stp"
echo 'probe begin { while (1) { } }' >"$work/loop.stp"
status 0 "$stapvet" check "$work/good.stp"
status 1 "$stapvet" check "$work/bad.stp"
status 1 "$stapvet" check "$work/loop.stp"
status 2 "$stapvet" check
status 2 "$stapvet" check --no-such-option "$work/good.stp"
status 2 "$stapvet" check --format=xml "$work/good.stp"
status 3 "$stapvet" check "$work/none.stp"
status 3 "$stapvet" check "$work/good.stp" "$work/none.stp" "$work/bad.stp"
mkfifo "$work/fifo.stp"
status 3 "$stapvet" check "$work/fifo.stp"
out_has "[unreadable-file]"
status 3 "$stapvet" check --target "$work/none" "$work/good.stp"
status 0 "$stapvet" -p2 "$work/good.stp"
status 1 "$stapvet" -p2 "$work/bad.stp"
status 1 "$stapvet" -p2 "$work/none.stp"
status 1 "$stapvet"
status 1 "$stapvet" -p9 "$work/good.stp"
status 1 "$stapvet" -p4 "$work/good.stp"
err_has "not built"
status 0 "$stapvet" -l 'timer.*'
status 1 "$stapvet" -l 'timer.none'
status 1 "$stapvet" -e 'probe begin { println(1/0) }'
err_has "division by 0"
status 0 "$stapvet" "$work/good.stp"
status 1 "$stapvet" -p2 -e 'global x'
err_has "no probes"
status 1 "$stapvet" -p1 -e ''
err_has "empty"
status 2 "$stapvet" explain missing-coma
err_has "missing-comma"
status 0 "$stapvet" explain missing-comma loop-bounded
status 1 "$stapvet" -p2 -W -e 'probe begin { printf("%d", neverset) }'
status 0 "$stapvet" -p2 -w -e 'probe begin { printf("%d", neverset) }'
err_empty
finish
