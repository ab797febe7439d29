# The shape of verify --format=json, and the verdicts that the first release promises.
. testsuite/cli/common.inc
verdict() { # verdict WANT KIND STATUS BOUND SCRIPT
	"$stapvet" verify --format=json -e "$5" >"$work/out" 2>"$work/err" </dev/null
	grep -qE "^  \"verdict\": ?\"$1\"" "$work/out" || { say "verdict is not $1: $5"; cat "$work/out"; }
	tr -d ' \n' <"$work/out" >"$work/flat"
	local want="\"kind\":\"$2\",\"status\":\"$3\"[^}]*"
	[ -z "$4" ] || want="$want\"bound\":$4[,}]"
	grep -qE "$want" "$work/flat" || { say "no $2 $3 $4: $5"; cat "$work/out"; }
}
verdict refuted loop-bounded refuted "" 'probe begin { while (1) {} }'
verdict proved loop-bounded proved 10 'probe begin { for (i=0;i<10;i++) { } exit() }'
verdict refuted division-nonzero refuted "" 'probe begin { println(1/0) }'
verdict guarded division-nonzero guarded "" 'probe begin { y = pid(); println(100/(y&7)) exit() }'
verdict proved loop-bounded proved 100 'global a[100] probe begin { foreach (k in a) println(k) exit() } probe never { a[1] = 1 }'
verdict proved division-nonzero proved "" 'probe begin { y = pid(); if (y) println(100/y) exit() }'
status 0 "$stapvet" verify --format=json testsuite/seeds/hello-world.stp
for key in file verdict obligations counts; do out_has "\"$key\""; done
finish
