# -w hides warnings, -W makes them errors; neither hides errors.
. testsuite/cli/common.inc
warned='probe begin { x = 1 println(2) exit() }'
status 0 "$stapvet" -e "$warned"
out_is 2
err_has "[unused-variable]"
status 0 "$stapvet" -w -e "$warned"
err_empty
status 1 "$stapvet" -W -e "$warned"
out_is ""
status 1 "$stapvet" -w -e 'probe begin { x = }'
err_has "[syntax-error]"
status 1 "$stapvet" check -e "$warned"
out_has "[unused-variable]"
status 0 "$stapvet" check -w -e "$warned"
out_is ""
# notes are no findings that fail a check
status 0 "$stapvet" check -e 'probe begin { println(1 / pid()) exit() }'
out_has "[division-by-zero]"
# -v tells what the passes found, on standard error
status 0 "$stapvet" -v -e 'probe begin { println(2) exit() }'
out_is 2
err_has "Pass 1: parsed 1 script"
err_has "Pass 2: analyzed 1 probe"
finish
