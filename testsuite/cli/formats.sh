# Each format of check against its golden (formats/small.FORMAT); hostile texts and names stay inert in all.
# The help of a rule is its page, which has tests of its own, and is left out of the SARIF golden.
. testsuite/cli/common.inc
formats="text gcc github json junit checkstyle sarif"
check() { "$stapvet" check --no-cache --target "$FACTS" "$@"; }
for f in $formats; do
	status 1 check --format=$f testsuite/cli/formats/small.stp
	err_empty
	grep -v '"markdown":' "$work/out" >"$work/got"
	[ -z "${UPDATE:-}" ] || cp "$work/got" "testsuite/cli/formats/small.$f"
	diff -u "testsuite/cli/formats/small.$f" "$work/got" || say "--format=$f differs from its golden"
done
status 2 check --format=xml -e 'probe begin {}'
err_has "--format is text"
status 2 "$stapvet" verify --format=sarif -e 'probe begin {}'
# a name with everything that ends a field somewhere, and a text that is not UTF-8
mkdir "$work/d"
name=$'a,b:c%"<&>\033[31m \xe2\x80\xae.stp'
printf '#!/usr/bin/stap\nprobe begin { if (x = 1) println("\xff\x1b[2J\xe2\x80\xae ]]> </failure> ::error::x") exit() }\n' >"$work/d/$name"
for f in $formats; do
	status 1 check --format=$f "$work/d"
	! grep -q $'\033' "$work/out" || say "$f lets an escape through"
	cp "$work/out" "$work/hostile.$f"
done
for f in text gcc; do
	! grep -q $'\xe2\x80\xae' "$work/hostile.$f" || say "$f lets a bidirectional mark through"
done
[ "$(grep -c '' "$work/hostile.github")" = "$(grep -c '^::\(error\|warning\|notice\) file=[^:,]*,line=2,col=[0-9]*,\(endLine=2,endColumn=[0-9]*,\)\?title=[a-z-]*::' "$work/hostile.github")" ] ||
	{ say "a line of github is no annotation"; cat "$work/hostile.github"; }
if command -v python3 >/dev/null; then
	python3 - "$work" <<'P' || say "a document is not well-formed"
import json, sys, xml.dom.minidom as dom
work = sys.argv[1]
for name in ("junit", "checkstyle"):
    dom.parse(f"{work}/hostile.{name}")
for name in ("json", "sarif"):
    json.load(open(f"{work}/hostile.{name}", encoding="utf-8"))
P
fi
# a file without findings is told of where the format has a place for it
status 0 check --format=junit -e 'probe begin { exit() }'
out_has 'tests="1" failures="0"'
status 0 check --format=checkstyle -e 'probe begin { exit() }'
out_has '<file name="&lt;input&gt;">'
# colour: asked for, or on a terminal, and never against NO_COLOR
escape=$(printf '\033[')
status 1 check --color=always testsuite/cli/formats/small.stp
out_has "$escape"
sed 's/'$'\033''\[[0-9;]*m//g' "$work/out" | diff - testsuite/cli/formats/small.text || say "colour changes more than the colour"
status 1 check --color=never testsuite/cli/formats/small.stp
out_lacks "$escape"
status 2 check --color=perhaps testsuite/cli/formats/small.stp
if command -v script >/dev/null; then
	run="$stapvet check --no-cache --target $FACTS testsuite/cli/formats/small.stp"
	TERM=xterm script -qc "$run" /dev/null </dev/null >"$work/out" 2>&1
	out_has "$escape"
	NO_COLOR=1 TERM=xterm script -qc "$run" /dev/null </dev/null >"$work/out" 2>&1
	out_lacks "$escape"
	TERM=dumb script -qc "$run" /dev/null </dev/null >"$work/out" 2>&1
	out_lacks "$escape"
fi
finish
