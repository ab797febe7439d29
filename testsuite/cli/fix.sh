# --fix applies what is sure, once: a second time changes nothing.
. testsuite/cli/common.inc
cp testsuite/seeds/trace-func.stp "$work/a.stp"
chmod 640 "$work/a.stp"
status 1 "$stapvet" check --fix --target "$FACTS" "$work/a.stp"
cmp -s testsuite/seeds/trace-func.stp "$work/a.stp" && say "nothing was fixed"
[ "$(stat -c %a "$work/a.stp")" = 640 ] || say "the mode of the file changed"
cp "$work/a.stp" "$work/once.stp"
status 1 "$stapvet" check --fix --target "$FACTS" "$work/a.stp"
cmp "$work/once.stp" "$work/a.stp" || say "a second --fix changed the file again"
err_lacks "applied"
printf 'probe begin { if (x = 1) println(strlem("a")) exit() }\n' >"$work/b.stp"
status 0 "$stapvet" check -w --fix "$work/b.stp"
[ "$(cat "$work/b.stp")" = 'probe begin { if (x == 1) println(strlen("a")) exit() }' ] || { say "two fixes in one line"; cat "$work/b.stp"; }
# a link stays a link, and what it names is fixed
printf 'probe begni { exit() }\n' >"$work/real.stp"
ln -s real.stp "$work/link.stp"
status 0 "$stapvet" check --fix "$work/link.stp"
[ -L "$work/link.stp" ] || say "the link became a file"
grep -q 'probe begin ' "$work/real.stp" || say "the file behind the link was not fixed"
# without --fix nothing is written
printf 'probe begni { exit() }\n' >"$work/c.stp"
status 1 "$stapvet" check "$work/c.stp"
grep -q begni "$work/c.stp" || say "check without --fix wrote the file"
# --diff shows what would be written, of all rounds, and writes nothing
cp "$work/c.stp" "$work/kept.stp"
status 1 "$stapvet" check --diff "$work/c.stp"
out_has "-probe begni { exit() }"
out_has "+probe begin { exit() }"
cmp -s "$work/c.stp" "$work/kept.stp" || say "--diff wrote the file"
status 1 "$stapvet" check --diff --fix "$work/c.stp"
cmp -s "$work/c.stp" "$work/kept.stp" || say "--diff --fix wrote the file"
"$stapvet" check --diff "$work/c.stp" | patch -s "$work/kept.stp"
"$stapvet" check --fix "$work/c.stp" >/dev/null 2>&1
cmp -s "$work/c.stp" "$work/kept.stp" || say "--diff does not show what --fix does"
status 0 "$stapvet" check --diff "$work/c.stp"
out_is ""
# what --unsafe-fixes would do, only when it is asked for
for f in testsuite/seeds/*.stp; do
	cp "$f" "$work/s.stp"
	"$stapvet" check --target "$FACTS" --diff --unsafe-fixes "$work/s.stp" >"$work/patch" 2>&1 </dev/null
	cmp -s "$f" "$work/s.stp" || say "--diff --unsafe-fixes wrote $f"
	"$stapvet" check --target "$FACTS" --unsafe-fixes "$work/s.stp" >"$work/out" 2>&1 </dev/null
	cp "$work/s.stp" "$work/once.stp"
	"$stapvet" check --target "$FACTS" --unsafe-fixes "$work/s.stp" >"$work/out" 2>&1 </dev/null
	cmp -s "$work/once.stp" "$work/s.stp" || say "$f: a second --unsafe-fixes changed it again"
done
finish
