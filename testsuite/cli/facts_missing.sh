# Facts that do not tell about a module: neither a yes nor a no, said once.
. testsuite/cli/common.inc
tiny_btf "$work/tiny.btf"
known='probe kernel.function("tiny_read") { println($count) }'
module='probe module("card").function("probe_card") { println($x) }'
status 0 "$stapvet" check --target "$work/tiny.btf" -e "$known"
out_lacks "[target-unknown]"
status 0 "$stapvet" check --target "$work/tiny.btf" -e "$module $module"
out_has "[target-unknown]"
out_lacks "[probe-missing]"
[ "$(grep -c 'target-unknown' "$work/out")" = 1 ] || say "it is not said exactly once"
status 0 "$stapvet" verify --target "$work/tiny.btf" -e "$module"
out_has "unknown  probe-exists"
out_has "unknown  variable-available"
status 0 "$stapvet" --dry-run --target "$work/tiny.btf" -e "$module"
out_has "exists: unknown"
# a kernel that is known refuses
status 1 "$stapvet" -p2 --target "$work/tiny.btf" -e 'probe kernel.function("tiny_raed") { println(1) }'
err_has "did you mean tiny_read"
status 1 "$stapvet" -p2 --target "$FACTS" -e "$module"
err_has "[unknown-module]"
# facts recorded from facts say the same
status 0 "$stapvet" facts --target "$work/tiny.btf" -o "$work/tiny.facts"
status 0 "$stapvet" check --target "$work/tiny.facts" -e "$known"
out_is ""
status 0 "$stapvet" verify --target "$work/tiny.facts" -e "$module"
out_has "unknown  probe-exists"
finish
