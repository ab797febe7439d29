# --baseline, --new-from-rev, --exit-zero, --quiet: what is old is not told again, and what is new is.
. testsuite/cli/common.inc
FACTS=$PWD/$FACTS stapvet=$PWD/$stapvet
mkdir -p "$work/r/d"
cd "$work/r"
check() { "$stapvet" check --format=gcc --target "$FACTS" "$@"; }
bad='probe begin { if (x = 1) println(1) }'
printf '#!/usr/bin/stap\n%s\nprobe begin { exit() }\n' "$bad" >d/a.stp
status 1 check d
status 0 check --write-baseline base.json d
out_is "2 findings written to base.json"
status 0 check --baseline base.json d
out_is ""
status 0 check --baseline base.json ./d/a.stp
# other lines come and go, and the line is indented or commented
printf '#!/usr/bin/stap\n# one\n# two\n  probe  begin { if (x =  1) println(1) } # a remark\nprobe begin { exit() }\n' >d/a.stp
status 0 check --baseline base.json d
out_is ""
# the same once more is new; so is it in another file, and another text
printf '%s\n' "$bad" >>d/a.stp
status 1 check --baseline base.json d
out_has "d/a.stp:6:21: warning"
out_lacks "d/a.stp:4"
printf '#!/usr/bin/stap\n%s\nprobe begin { exit() }\n' "$bad" >d/b.stp
status 1 check --baseline base.json d/b.stp
printf '#!/usr/bin/stap\n%s\nprobe begin { exit() }\n' "${bad/x = 1/x = 2}" >d/a.stp
status 1 check --baseline base.json d/a.stp
# an error of the language is no debt that one may have
echo 'probe begin { println(nothing()) }' >d/b.stp
status 0 check --write-baseline e.json d/b.stp
status 1 check --baseline e.json d/b.stp
for text in '' '[]' '{"version":2,"findings":[]}' '{"version":1}' '{"version":1,"findings":[{"rule":1}]}' 'x'; do
	printf '%s' "$text" >bad.json
	status 3 check --baseline bad.json d
	err_has "bad.json is no baseline"
done
status 3 check --baseline none.json d
status 3 check --write-baseline none/none.json d
status 2 check --write-baseline x --baseline base.json d
# the exit status alone, or everything but it
status 1 check --quiet d
out_is ""
status 1 "$stapvet" check --quiet --format=sarif d
out_is ""
status 0 check --exit-zero d
out_has "error:"
status 3 check --exit-zero d none.stp
status 2 check --exit-zero --format=x d
command -v git >/dev/null || { echo "skipped: git is not there"; finish; }
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_SYSTEM=/dev/null
git init -q .
printf '#!/usr/bin/stap\n%s\nprobe begin { exit() }\n' "$bad" >d/a.stp
rm d/b.stp
git add d
git -c user.name=n -c user.email=e@e commit -qm one
status 0 check --new-from-rev HEAD d
out_is ""
printf '#!/usr/bin/stap\n\n%s\nprobe begin { exit() }\n%s\n' "$bad" "${bad/x = 1/y = 1}" >d/a.stp
status 1 check --new-from-rev HEAD d
out_lacks "d/a.stp:3"
out_has "d/a.stp:5:21: warning"
(cd d && status 1 check --new-from-rev HEAD a.stp && out_has "a.stp:5:" && exit $failures) || failures=$((failures + 1))
# what git does not know is new
printf '#!/usr/bin/stap\n%s\nprobe begin { exit() }\n' "$bad" >"d/-n ew.stp"
status 1 check --new-from-rev HEAD "d/-n ew.stp"
status 2 check --new-from-rev nothing d
err_has "git knows no commit 'nothing' here"
status 2 check --new-from-rev --help d
status 2 check --new-from-rev= d
# nothing that the repository's settings name is run
git config core.fsmonitor "touch $work/ran"
git config filter.f.clean "touch $work/ran"
git config filter.f.smudge "touch $work/ran"
git config diff.external "touch $work/ran"
git config diff.t.textconv "touch $work/ran"
git config core.hooksPath "$work/r/hooks"
git config core.pager "touch $work/ran"
echo '*.stp filter=f diff=t' >.gitattributes
status 1 check --new-from-rev HEAD d
[ ! -e "$work/ran" ] || say "a program of the repository was run"
finish
