# - is the script on standard input.
. testsuite/cli/common.inc
echo 'probe begin { println("in") exit() }' | "$stapvet" - >"$work/out" 2>"$work/err" || say "exit $?"
out_is in
echo 'probe begin { println(argv[1]) exit() }' | "$stapvet" - word >"$work/out" 2>"$work/err" || say "exit $?"
out_is word
echo 'probe begin { x = ; }' | "$stapvet" check - >"$work/out" 2>"$work/err" && say "errors were not seen"
out_has "[syntax-error]"
echo 'probe begin { println(1) exit() }' | "$stapvet" verify - >"$work/out" 2>"$work/err" || say "exit $?"
out_has "proved"
: | "$stapvet" - >"$work/out" 2>"$work/err" && say "an empty script ran"
err_has "empty"
finish
