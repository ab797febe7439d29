# -D changes the limits of run and proof alike.
. testsuite/cli/common.inc
loop='probe begin { for (i = 0; i < 100; i++) n++ println(n) exit() }'
status 0 "$stapvet" -e "$loop"
out_is 100
status 1 "$stapvet" -D MAXACTION=10 -e "$loop"
err_has "MAXACTION exceeded"
status 0 "$stapvet" -D MAXACTION_INTERRUPTIBLE=1000 -e "$loop"
status 1 "$stapvet" -D MAXACTION_INTERRUPTIBLE=100 -e "$loop"
status 0 "$stapvet" verify -D MAXACTION=10 -e "$loop"
out_has "MAXACTION allows 100"
status 1 "$stapvet" -D MAXMAPENTRIES=2 -e 'global a probe begin { for (i = 0; i < 3; i++) a[i] = i exit() } probe end { println(a[0]) }'
err_has "Array overflow, check MAXMAPENTRIES"
status 0 "$stapvet" -D MAXSTRINGLEN=8 -e 'probe begin { println("0123" . "456789") exit() }'
out_is 0123456
status 1 "$stapvet" -D MAXNESTING=3 -w -e 'function f(n) { println(n) if (n) f(n - 1) } probe begin { f(9) exit() }'
out_is "$(printf '9\n8\n7')"
err_has "MAXNESTING exceeded"
two='probe begin { error("one") } probe begin { error("two") } probe begin { println("three") exit() }'
status 1 "$stapvet" -e "$two"
out_is ""
status 1 "$stapvet" -D MAXERRORS=2 -e "$two"
out_is "three"
status 0 "$stapvet" -D SOME_OTHER_DEFINE -D ANOTHER=3 -e 'probe begin { exit() }'
for bad in MAXACTION MAXACTION= MAXACTION=x MAXACTION=-1 MAXACTION=0 MAXSTRINGLEN=99999999 MAXERRORS=9999999999999999999; do
	status 1 "$stapvet" -D $bad -e 'probe begin { exit() }'
	err_has "bad limit in -D $bad"
done
finish
