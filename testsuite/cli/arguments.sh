# Script arguments; those that nothing reads are warned about.
. testsuite/cli/common.inc
status 0 "$stapvet" -e 'probe begin { println($1 + 1, @2) exit() }' 41 text
out_is "42text"
err_lacks "[unused-argument]"
status 0 "$stapvet" -e 'probe begin { println($1) exit() }' 1 2
err_has "unused command line option \$2/@2"
err_has "[unused-argument]"
status 1 "$stapvet" -W -e 'probe begin { println($1) exit() }' 1 2
status 1 "$stapvet" -e 'probe begin { println($3) exit() }' 1 2
err_has "[argument-out-of-range]"
# after the script all words are the script's, options too
echo 'probe begin { println(@1) exit() }' >"$work/a.stp"
status 0 "$stapvet" "$work/a.stp" -v
out_is "-v"
err_empty
# with a command, what follows -- is for the scripts, and nothing else is
echo 'probe begin { println(100 / $1) exit() }' >"$work/b.stp"
status 0 "$stapvet" verify "$work/b.stp" -- 5
out_has "the divisor is 5 here"
status 1 "$stapvet" verify "$work/b.stp" -- 0
out_has "the divisor is always 0 here"
status 0 "$stapvet" verify -e 'probe begin { println(@2) exit() }' -w -- a --strict
status 0 "$stapvet" check -w "$work/b.stp" -- 5
status 1 "$stapvet" check -w "$work/b.stp" -- 0
out_has "[division-by-zero]"
status 1 "$stapvet" verify "$work/b.stp"
err_has "[argument-out-of-range]"
status 3 "$stapvet" verify "$work/b.stp" 5
finish
