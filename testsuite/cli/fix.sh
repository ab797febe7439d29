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
finish
