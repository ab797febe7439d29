# -c runs a command between begin and end, -x names a process; target() is its id.
. testsuite/cli/common.inc
session='probe begin { println("begin") } probe end { println("end ", target() > 1) }'
status 0 "$stapvet" -c 'echo "from the command"' -e "$session"
out_is "$(printf 'begin\nfrom the command\nend 1')"
status 1 "$stapvet" -c 'no-such-command-here' -e "$session"
err_has "cannot run 'no-such-command-here'"
status 1 "$stapvet" -c 'echo $(id)' -e "$session"
err_has "can't split the command"
status 0 "$stapvet" -x 1234 -e 'probe begin { println(target()) exit() }'
out_is 1234
status 0 "$stapvet" -e 'probe begin { println(target()) exit() }'
out_is 0
for bad in abc 0 -5 99999999999; do
	status 1 "$stapvet" -x $bad -e 'probe begin { exit() }'
	err_has "-x needs a process id"
done
finish
