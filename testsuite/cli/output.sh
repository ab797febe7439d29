# -o: output goes to a file, messages do not.
. testsuite/cli/common.inc
status 0 "$stapvet" -o "$work/file" -e 'probe begin { println("text") warn("care") exit() }'
out_is ""
err_has "care"
[ "$(cat "$work/file")" = text ] || say "the file does not hold the output"
status 0 "$stapvet" -o "$work/file" -e 'probe begin { println("new") exit() }'
[ "$(cat "$work/file")" = new ] || say "the file was not replaced"
status 1 "$stapvet" -o "$work/none/file" -e 'probe begin { println("text") exit() }'
err_has "can't write"
status 1 "$stapvet" -o "$work/kept" -e 'probe begin { x = }'
[ ! -e "$work/kept" ] || say "a script that does not parse made its output file"
finish
