#!/bin/bash
# Every rule has a page and every page a rule; the rule fires on each of its bad snippets and on none of its good ones,
# also after fmt; what a fix mends is gone, and mending again changes nothing.
. testsuite/cli/common.inc
mkdir "$work/bad" "$work/good"
snippets() { # snippets PAGE HEADING OUT: each block of code below the heading into OUT.N.stp
	awk -v want="## $2" -v out="$3" '
		/^## / { on = $0 == want }
		on && /^```systemtap/ { n++; code = 1; next }
		/^```/ { code = 0 }
		on && code { print > (out "." n ".stp") }' "$1"
}
for page in lint/rules/*.md; do
	tag=$(basename "$page" .md)
	[ "$(head -n 1 "$page")" = "# $tag" ] || say "$page: its first line is not '# $tag'"
	for heading in What Why Bad Good "How to fix" "What it does not catch"; do
		grep -qx "## $heading" "$page" || say "$page: no section '$heading'"
	done
	snippets "$page" Bad "$work/bad/$tag"
	snippets "$page" Good "$work/good/$tag"
	[ -e "$work/bad/$tag.1.stp" ] && [ -e "$work/good/$tag.1.stp" ] || say "$page: no snippet of each kind"
done
diff <("$stapvet" --list-rules | awk '{ print $1 }' | sort) <(ls lint/rules | sed 's/\.md$//' | sort) || say "rules and pages differ"
for script in "$work"/bad/*.stp "$work"/good/*.stp; do
	laid=${script%.stp}.laid.stp
	"$stapvet" fmt -e "$(cat "$script")" >"$laid" 2>/dev/null || { say "fmt fails: $script"; rm -f "$laid"; }
done
found() { # found SCRIPT [OPTIONS]: does the rule it is named after fire?
	local tag=${1##*/} args
	tag=${tag%%.*}
	read -r -a args < <(sed -n 's/^# args: //p' "$1" | head -n 1)
	"$stapvet" check "${2:---enable=all}" ${3:+"$3"} --target "$FACTS" "${args[@]}" "$1" >"$work/out" 2>"$work/err" </dev/null
	grep -qF "[$tag]" "$work/out"
}
for script in "$work"/bad/*.stp; do
	found "$script" || { say "silent on bad: $script"; cat "$script" "$work/out"; }
done
for script in "$work"/good/*.stp; do
	! found "$script" || { say "fires on good: $script"; cat "$work/out"; }
	! grep -q "error:" "$work/out" || { say "errors in good: $script"; cat "$work/out"; }
done
# fixes
for script in "$work"/bad/*.[0-9].stp; do
	tag=${script##*/}
	tag=${tag%%.*}
	found "$script" --disable=all "--enable=$tag" # whose fix it is
	grep -A12 -F "[$tag]" "$work/out" | grep -q "fix: " || continue
	cp "$script" "$work/fixed.stp"
	read -r -a args < <(sed -n 's/^# args: //p' "$script" | head -n 1)
	"$stapvet" check --enable="$tag" --fix --unsafe-fixes --target "$FACTS" "${args[@]}" "$work/fixed.stp" >"$work/out" 2>"$work/err" </dev/null
	! grep -qF "[$tag]" "$work/out" || { say "not mended: $script"; cat "$work/out"; }
	! grep -q "error:" "$work/out" || { say "mended into an error: $script"; cat "$work/out"; }
	cp "$work/fixed.stp" "$work/again.stp"
	"$stapvet" check --enable="$tag" --fix --unsafe-fixes --target "$FACTS" "${args[@]}" "$work/again.stp" >/dev/null 2>&1 </dev/null
	cmp -s "$work/fixed.stp" "$work/again.stp" || say "mended twice it differs: $script"
done
finish
