# A script that would need too much memory is refused, in little time and memory.
. testsuite/cli/common.inc
{ echo 'probe begin {'; yes 'x = x + 1' | head -n 700000; echo '}'; } >"$work/big.stp"
status 1 "$stapvet" check "$work/big.stp"
out_has "[input-too-large]"
{ echo 'probe begin {'; yes 'x = x + 1' | head -n 5000; echo 'println(x) exit() }'; } >"$work/fair.stp"
status 0 "$stapvet" check "$work/fair.stp"
out_lacks "[input-too-large]"
# so is one of too many tokens, wherever they stand
{ yes ';;;;;;;;;;;;;;;;;;;;' | head -n 201000; echo 'probe begin { exit() }'; } >"$work/tokens.stp"
status 1 "$stapvet" check "$work/tokens.stp"
out_has "[too-many-tokens]"
{ echo 'probe begin {'; yes ';;;;;;;;;;;;;;;;;;;;' | head -n 1000; echo 'exit() }'; } >"$work/fair.stp"
status 0 "$stapvet" check "$work/fair.stp"
out_lacks "[too-many-tokens]"
# what is printed of a script that just fitted needs memory too
name=$(head -c 9000000 /dev/zero | tr '\0' a)
{ printf 'global %s\nprobe begin { ' "$name"; printf '%s = 1 exit() }\n' "$name"; } >"$work/long.stp"
for pass in -p1 -p2; do
	status 0 "$stapvet" $pass -w "$work/long.stp"
	[ "$(wc -c <"$work/out")" -gt 9000000 ] || say "$pass printed $(wc -c <"$work/out") bytes"
done
# messages quote names, however long, in part
{ printf 'probe '; echo "$name { }"; } >"$work/point.stp"
status 1 "$stapvet" check "$work/point.stp"
out_has "[unknown-probe-point]"
[ "$(wc -c <"$work/out")" -lt 10000 ] || say "a message of $(wc -c <"$work/out") bytes"
finish
