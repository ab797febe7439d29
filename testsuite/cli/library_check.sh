#!/bin/bash
# A file of the library is checked as its author would: by itself, with the names of the other files, for the run-time whose
# folder it is in, and with the rules for authors on.
. testsuite/cli/common.inc
mkdir -p "$work/mine/bpf"
echo 'global mine_count
function mine_next:long() { return ++mine_count }' >"$work/mine/count.stp"
echo 'function mine_twice:long(n) { return 2 * n + mine_next() + @cast(n, "no_such_type")->x }' >"$work/mine/twice.stp"
echo 'function mine_end() %{ /* bpf */ /* unpriviledged */ terminate; %}' >"$work/mine/bpf/end.stp"
status 1 "$stapvet" check -v -I "$work/mine" --target "$FACTS" "$work/mine"
out_has "[misspelt-marker]"
out_has "[untyped-parameter]"
out_has "[public-global]"
out_lacks "[no-probes]"
out_lacks "[unknown-function]"
out_lacks "[unknown-type]"
out_lacks "[bad-pragma]"
out_lacks "[duplicate-name]"
# the same text as a script of one's own
cp "$work/mine/twice.stp" "$work/own.stp"
status 1 "$stapvet" check -v --target "$FACTS" "$work/own.stp"
out_has "[unknown-function]"
out_lacks "[untyped-parameter]"
finish
