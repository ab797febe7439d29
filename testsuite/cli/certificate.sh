# Certificates: what verify writes recheck confirms; anything claimed beyond it is refused.
. testsuite/cli/common.inc
cat >"$work/a.stp" <<'S'
global seen[20], stat
probe begin {
	for (i = 0; i < 10; i++) {
		seen[i] = 100 / (i + 1)
		stat <<< i
	}
	if (@count(stat)) println(@avg(stat))
	println(1000 / pid())
}
S
sed 's/i < 10/i < 11/' "$work/a.stp" >"$work/b.stp"
verify() { status 0 "$stapvet" verify --target "$FACTS" --certificate "$work/c" "$work/a.stp"; }
recheck() { status "$1" "$stapvet" recheck --target "$FACTS" "$work/$2" "$work/a.stp"; }
# spoil EXIT TAG SED: the certificate edited so; the edit must change it
spoil() {
	sed "$3" "$work/c" >"$work/d"
	! cmp -s "$work/c" "$work/d" || say "$3 changes nothing"
	recheck "$1" d
	err_has "[$2]"
	out_lacks "rechecked"
}
verify
recheck 0 c
out_has "rechecked"
err_lacks "[bad-certificate]"
err_lacks "[certificate-mismatch]"
err_lacks "[certificate-refused]"
# another script, other facts, other limits, another memory model
status 1 "$stapvet" recheck --target "$FACTS" "$work/c" "$work/b.stp"
err_has "[certificate-mismatch]"
tiny_btf "$work/tiny.btf"
status 1 "$stapvet" recheck --target "$work/tiny.btf" "$work/c" "$work/a.stp"
err_has "[certificate-mismatch]"
status 1 "$stapvet" recheck --target "$FACTS" -D MAXACTION=500 "$work/c" "$work/a.stp"
err_has "[certificate-mismatch]"
status 1 "$stapvet" recheck --target "$FACTS" --runtime bpf "$work/c" "$work/a.stp"
err_has "[certificate-mismatch]"
# claims made stronger
spoil 1 certificate-refused 's/^\(obligation [0-9]* loop-bounded proved\) .*/\1 3/'
spoil 1 certificate-refused 's/^\(loop [0-9]* count\) 10 /\1 9 /'
spoil 1 certificate-refused 's/^\(moves .* plus\) 1 1/\1 2 2/'
spoil 1 certificate-refused 's/^\(while .* lt\) \[10,10\]/\1 [9,9]/'
spoil 1 certificate-refused 's/^\(obligation [0-9]* division-nonzero\) guarded/\1 proved/'
spoil 1 certificate-refused 's/^\(value r[0-9]*\) \[0,10\]/\1 [0,9]/'
spoil 1 certificate-refused 's/^\(obligation [0-9]* division-nonzero\) guarded/\1 refuted/'
spoil 1 certificate-refused 's/^\(obligation [0-9]* stack-fits proved\) .*/\1 3/'
spoil 1 certificate-refused 's/^\(obligation [0-9]* output-bounded proved\) .*/\1 3/'
spoil 1 certificate-refused 's/^\(obligation [0-9]* memory-bounded proved\) .*/\1 3/'
spoil 1 certificate-refused 's/^\(room [0-9]* [a-z]*\) 10/\1 9/'
err_has "[certificate-refused]"
# what a proof needs taken away
spoil 1 certificate-refused 's/^knows .*/knows/'
# form
spoil 3 bad-certificate '$d'
spoil 3 bad-certificate '20,$d'
spoil 3 bad-certificate 's/^value r0/value r999/'
spoil 3 bad-certificate '1s/1$/2/'
: >"$work/d"
recheck 3 d
err_has "[bad-certificate]"
recheck 3 missing
err_has "[unreadable-file]"
status 2 "$stapvet" recheck "$work/c"
status 2 "$stapvet" check --certificate "$work/c" "$work/a.stp"
status 3 "$stapvet" verify --target "$FACTS" --certificate "$work/no/such" "$work/a.stp"
# every line of the certificates of these scripts, made stronger
for script in testsuite/verifier/*.stp testsuite/seeds/*.stp; do
	read -r -a args <<<"$(sed -n 's/^# args: //p' "$script" | head -n 1)"
	"$stapvet" -w --dump ir --target "$FACTS" "${args[@]}" "$script" </dev/null 2>/dev/null >"$work/${script##*/}.ir"
done
status 0 "$BUILD/testsuite/verifier/unit_recheck" "$work"/*.ir
finish
