# check and verify take many files; the worst one decides the exit status.
. testsuite/cli/common.inc
echo 'probe begin { println(1) exit() }' >"$work/good.stp"
echo 'probe begin { println(1 / 0) }' >"$work/zero.stp"
echo 'probe begin { x = ; }' >"$work/bad.stp"
status 0 "$stapvet" check "$work/good.stp" "$work/good.stp"
out_is ""
status 1 "$stapvet" check "$work/good.stp" "$work/zero.stp" "$work/bad.stp"
out_has "zero.stp:1:25: error"
out_has "bad.stp:1:19: error"
out_lacks "good.stp"
status 1 "$stapvet" verify "$work/good.stp" "$work/zero.stp"
out_has "good.stp: proved"
out_has "zero.stp: refuted"
status 1 "$stapvet" verify --format=json "$work/good.stp" "$work/zero.stp"
[ "$(tr -d ' \n' <"$work/out" | head -c 1)" = "[" ] || say "two files are not a list"
# options may follow files
status 1 "$stapvet" check "$work/zero.stp" --format=json
out_has '"division-by-zero"'
mkdir "$work/empty"
status 0 "$stapvet" check "$work/empty"
status 3 "$stapvet" check "$work/good.stp" "$work/none"
out_has "[unreadable-file]"
status 0 "$stapvet" check "$work/good.stp"
out_lacks "[unreadable-file]"
finish
