# Large scripts are proved, or said to be too much for the budget: never refused and never half proved.
. testsuite/cli/common.inc
settled() { # settled NAME LOOPS: exit 0, and as many loops bounded, or the budget named
	status 0 "$stapvet" verify -v "$work/$1.stp"
	out_has ' obligations'
	[ "$(grep -c '^ *proved *loop-bounded' "$work/out")" = "$2" ] || grep -q budget "$work/out" ||
		say "$1: not $2 loops are bounded, and no budget was spent"
}
# twelve loops, one in another
{
	echo 'probe begin {'
	for ((d = 0; d < 12; d++)); do echo "for (i$d = 0; i$d < 3; i$d++)"; done
	echo 't += i0 + i11; println(t) }'
} >"$work/nest.stp"
# two thousand globals
{
	for ((g = 0; g < 2000; g++)); do echo "global v$g = $g probe timer.s($((g % 900 + 1))) { v$g++ }"; done
	echo 'probe end { println(v0 + v1999) }'
} >"$work/globals.stp"
# five thousand functions, each called by the one before
{
	for ((f = 0; f < 5000; f++)); do echo "function f$f:long(a:long) { return f$((f + 1))(a + 1) }"; done
	echo 'function f5000:long(a:long) { return a } probe begin { println(f0(1)) }'
} >"$work/functions.stp"
# ten thousand statements
{
	echo 'probe begin { x = 1'
	for ((s = 0; s < 10000; s++)); do echo "x = x + $s"; done
	echo 'println(x) }'
} >"$work/straight.stp"
# a handler at very many points, which are lowered beside it
{
	printf 'probe timer.ms(1)'
	for ((s = 2; s < 900; s++)); do printf ', timer.ms(%d)' $s; done
	echo ' {'
	for ((s = 0; s < 900; s++)); do echo "y$s = $s; println(y$s)"; done
	echo '}'
} >"$work/points.stp"
settled nest 12
for name in globals functions straight points; do settled $name 0; done
finish
