# --strict: what is not proved is an error, and nothing runs.
. testsuite/cli/common.inc
guarded='probe begin { n = pid() & 7 println(100 / n) exit() }'
proved='probe begin { n = pid() | 1 println(n != 0) exit() }'
status 1 "$stapvet" --strict -e "$guarded"
out_is ""
err_has "[division-by-zero]"
status 0 "$stapvet" --strict -e "$proved"
out_is 1
status 1 "$stapvet" check --strict -e "$guarded"
out_has "error: n may be 0"
status 0 "$stapvet" check --strict -e "$proved"
status 1 "$stapvet" verify --strict -e "$guarded"
status 0 "$stapvet" verify --strict -e "$proved"
status 0 "$stapvet" verify -e "$guarded"
# what is taken on trust is not proved either
status 1 "$stapvet" verify --strict --target "$FACTS" -e 'probe kernel.function("vfs_read") { println(1) }'
out_has "guarded  probe-permitted"
finish
