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
finish
