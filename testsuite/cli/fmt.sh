#!/bin/bash
# fmt: in place, as a filter, --check and --diff; what it leaves alone; the same tree before and after.
. testsuite/cli/common.inc
printf 'probe begin\n{\n  println( 1 ) }\n' >"$work/a.stp"
cp "$work/a.stp" "$work/before.stp"
status 1 "$stapvet" fmt --check "$work/a.stp"
out_has "a.stp: not in canonical form"
status 1 "$stapvet" fmt --diff "$work/a.stp"
out_has "+	println(1)"
out_has "-  println( 1 ) }"
cmp -s "$work/a.stp" "$work/before.stp" || say "--check or --diff wrote"
chmod 640 "$work/a.stp"
status 0 "$stapvet" fmt "$work/a.stp"
out_is ""
printf 'probe begin {\n\tprintln(1)\n}\n' | cmp - "$work/a.stp" || say "not rewritten in place"
[ "$(stat -c %a "$work/a.stp")" = 640 ] || say "its mode changed"
status 0 "$stapvet" fmt --check "$work/a.stp"
status 0 "$stapvet" fmt --diff "$work/a.stp"
out_is ""
"$stapvet" fmt - <"$work/before.stp" | cmp - "$work/a.stp" || say "not a filter"
# broken ones are left alone
for bad in 'probe begin { x = }' 'probe begin { "abc }' 'probe begin { x ' "probe begin { x = \`1 }"; do
	printf '%s\n' "$bad" >"$work/bad.stp"
	status 1 "$stapvet" fmt "$work/bad.stp"
	[ "$(cat "$work/bad.stp")" = "$bad" ] || say "a broken script was changed: $bad"
done
status 3 "$stapvet" fmt "$work/none.stp"
status 2 "$stapvet" fmt
status 2 "$stapvet" verify --diff "$work/a.stp"
# every script of the tree: formatted twice the same, and the same tree as before
while read -r file; do
	"$stapvet" fmt -e "$(tr -d "\0" <"$file")" >"$work/once" 2>"$work/err" </dev/null || continue
	"$stapvet" fmt -e "$(cat "$work/once")" >"$work/twice" 2>"$work/err" </dev/null
	cmp -s "$work/once" "$work/twice" || say "formatted twice it differs: $file"
	[ "${file##*.}" = stpm ] && continue
	"$stapvet" -g -p1 -w -e "$(tr -d "\0" <"$file")" a b c d >"$work/tree" 2>"$work/err" </dev/null || continue
	"$stapvet" -g -p1 -w -e "$(cat "$work/once")" a b c d >"$work/again" 2>"$work/err" </dev/null
	cmp -s "$work/tree" "$work/again" || say "another tree: $file"
	compared=$((${compared:-0} + 1))
done < <(find testsuite/{fmt,parser,sema,seeds,whole,runtime} tapset -name '*.stp' -o -name '*.stpm' | sort)
[ "${compared:-0}" -ge 350 ] || say "only ${compared:-0} trees compared"
finish
