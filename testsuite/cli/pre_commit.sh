# The hooks of .pre-commit-hooks.yaml, run by pre-commit, offline, on good and bad scripts.
. testsuite/cli/common.inc
for program in git pre-commit; do
	command -v $program >/dev/null || { echo "skipped: $program is not there"; finish; }
done
hooks=$PWD/.pre-commit-hooks.yaml
stapvet=$PWD/$stapvet
export HOME=$work PRE_COMMIT_HOME=$work/pre-commit GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_SYSTEM=/dev/null
export http_proxy=http://127.0.0.1:9 https_proxy=http://127.0.0.1:9 # nothing is fetched
mkdir "$work/bin" "$work/hooks" "$work/r"
printf '#!/bin/sh\nexec "%s" "$@"\n' "$stapvet" >"$work/bin/stapvet"
chmod +x "$work/bin/stapvet"
PATH=$work/bin:$PATH
commit() { git -C "$1" add -A && git -C "$1" -c user.name=n -c user.email=e@e commit -qm x; }
cp "$hooks" "$work/hooks/"
git init -q "$work/hooks"
commit "$work/hooks"
cd "$work/r"
git init -q .
{
	printf 'repos:\n- repo: %s\n  rev: %s\n  hooks:\n' "$work/hooks" "$(git -C "$work/hooks" rev-parse HEAD)"
	for id in check fmt fix verify; do echo "  - id: stapvet-$id"; done
} >.pre-commit-config.yaml
run() { status "$1" pre-commit run --all-files "stapvet-$2"; }
printf '#!/usr/bin/stap\n\nprobe begin\n{\n\tprintln(1)\n\texit()\n}\n' >good.stp
"$stapvet" fmt good.stp
echo 'not a script' >readme.txt
git add -A
for id in check fmt fix verify; do run 0 $id; done
printf '#!/usr/bin/stap\nprobe begin { if (x = 1) println(1) exit() }\n' >bad.stp
git add -A
run 1 check
out_has "[assign-in-condition]"
run 1 fix
grep -q 'x == 1' bad.stp || say "the hook did not mend the script"
git add -A
run 0 fix
printf '#!/usr/bin/stap\nprobe   begin{println(1);exit()}\n' >bad.stp
git add -A
run 1 fmt
git add -A
run 0 fmt
printf '#!/usr/bin/stap\nprobe begin { println(1 / 0) exit() }\n' >bad.stp
git add -A
run 1 verify
out_has "refuted"
finish
