# The shape of check --format=json.
. testsuite/cli/common.inc
echo 'probe begin { if (x = 1) { } exit() }' >"$work/a.stp"
status 1 "$stapvet" check --format=json "$work/a.stp"
for key in tag severity file line column end_line end_column message fix; do out_has "\"$key\""; done
out_has '"tag":"assign-in-condition"'
status 0 "$stapvet" check --format=json testsuite/seeds/hello-world.stp
[ "$(tr -d '\n ' <"$work/out")" = "[]" ] || say "a clean script has findings"
mkdir -p "$work/d/sub" "$work/d/.hidden"
cp "$work/a.stp" "$work/d/sub/b.stp"
cp "$work/a.stp" "$work/d/.hidden/c.stp"
echo 'not a script' >"$work/d/readme.txt"
status 1 "$stapvet" check --format=json "$work/d"
out_has "sub/b.stp"
out_lacks "c.stp"
out_lacks "readme"
finish
