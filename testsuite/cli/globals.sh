# -G sets globals: numbers, text, and what cannot be set.
. testsuite/cli/common.inc
script='global n = 1, s = "a" probe begin { println(n, s) exit() }'
status 0 "$stapvet" -G n=0x10 -G s=hello -e "$script"
out_is "16hello"
status 0 "$stapvet" -G n=-5 -e "$script"
out_is "-5a"
status 0 "$stapvet" -G n=-9223372036854775808 -e "$script"
out_is "-9223372036854775808a"
status 0 "$stapvet" -G s= -e "$script"
out_is "1"
status 0 "$stapvet" -G 's=a"\n' -e "$script"
out_is '1a"\n'
for bad in n=99999999999999999999 n=-9999999999999999999; do
	status 1 "$stapvet" -G $bad -e "$script"
	err_has "[bad-number]"
done
status 1 "$stapvet" -G m=1 -e "$script"
err_has "[unknown-option-global]"
status 1 "$stapvet" -G n -e "$script"
err_has "-G NAME=VALUE"
status 1 "$stapvet" -G a=1 -e 'global a[10] probe begin { println(a[1]) exit() }'
err_has "[bad-global]"
err_lacks "[not-an-array]"
finish
