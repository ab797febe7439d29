# -I adds a folder of functions, aliases and macros; --tapset takes the place of ours.
. testsuite/cli/common.inc
mkdir "$work/lib" "$work/none"
echo 'function thrice:long(n:long) { return 3 * n }
probe early = begin { when = "early" }' >"$work/lib/own.stp"
echo '@define twelve %( 12 %)' >"$work/lib/own.stpm"
use='probe early { println(when, thrice(@twelve)) exit() }'
status 0 "$stapvet" -I "$work/lib" -e "$use"
out_is "early36"
status 1 "$stapvet" -e "$use"
err_has "twelve"
status 0 "$stapvet" check -I "$work/lib" -e "$use"
out_is ""
status 1 "$stapvet" -I "$work/absent" -e "$use"
err_has "can't read the library folder"
status 1 "$stapvet" -p2 --tapset "$work/none" -e 'probe begin { println(pid()) exit() }'
err_has "[unknown-function]"
# a script of the folder is checked as what it is: a part of the library
status 0 "$stapvet" check -I "$work/lib" "$work/lib/own.stp" "$work/lib/own.stpm"
finish
