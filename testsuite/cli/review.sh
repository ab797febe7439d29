#!/bin/bash
# The review of a script: text and JSON exactly, the page by its structure, and that nothing in a
# script can become markup or steer a terminal.  review.sh --update writes the goldens.
set -u
build=${BUILD:-build}
stapvet=$build/stapvet
facts=${FACTS:-testsuite/facts/cloud-6.1.facts}
update=${1:-}
here=testsuite/review
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
bad=0
complain() { echo "$*"; bad=1; }

for script in testsuite/seeds/*.stp $here/*.stp; do
	name=$(basename "$script" .stp)
	read -r -a args <<<"$(sed -n 's/^# args: //p' "$script" | head -n 1)"
	for form in text json html; do
		"$stapvet" review --target "$facts" --format=$form "${args[@]}" -o "$dir/$name.$form" "$script" 2>"$dir/errors"
		status=$?
		case $name in trace-func) want=1 ;; *) want=0 ;; esac
		[ $status = $want ] || complain "$script as $form: exit $status: $(cat "$dir/errors")"
		[ $form != html ] || continue
		if [ "$update" = --update ]; then
			cp "$dir/$name.$form" $here/"$name.$form"
		elif ! diff -u $here/"$name.$form" "$dir/$name.$form" >"$dir/diff"; then
			complain "$here/$name.$form differs"
			head -n 20 "$dir/diff"
		fi
	done
done

# what comes where: a page into a file or pipe, never over the script
"$stapvet" review -e 'probe begin { exit() }' | grep -q '^<!DOCTYPE html>' || complain "no page into a pipe"
cp $here/latency.stp "$dir/own.stp"
"$stapvet" review -o "$dir/own.stp" "$dir/own.stp" >/dev/null 2>&1 && complain "it overwrites the script"
cmp -s $here/latency.stp "$dir/own.stp" || complain "the script is overwritten"
"$stapvet" review "$dir/absent.stp" >/dev/null 2>&1
[ $? = 3 ] || complain "a script that is not there: not 3"
"$stapvet" review -e 'probe begin { x = }' -o "$dir/broken.html"
[ $? = 1 ] || complain "a script with errors: not 1"
grep -q 'not verified' "$dir/broken.html" || complain "a script with errors is verified"
"$stapvet" review --format=sarif -e 'probe begin { exit() }' >/dev/null 2>&1 && complain "it takes formats of check"
"$stapvet" review --privilege=stapusr --target "$facts" --format=text testsuite/seeds/strace-open.stp >"$dir/low" 2>&1 && complain "too little privilege is no finding"
grep -q 'needs-privilege' "$dir/low" || complain "it does not say that privilege is lacking"
"$stapvet" verify --target "$facts" -v -g $here/mighty.stp | grep -q 'privilege-suffices .* stapdev is enough' &&
	grep -q '^  stapdev is enough' $here/mighty.text || complain "review and verify differ on the privilege"

# flows: what a run under another name prints otherwise was said to show the name, and the rest not
"$stapvet" review --format=text $here/flows.stp | sed -n '/^Where data goes/,/^Probes/p' >"$dir/flows"
while IFS=: read -r line text; do
	at=$(grep "flows.stp:$line:" "$dir/flows" | grep '^  its output')
	case $text:$at in
	*'# from:'*gets\ nothing* | *'# from:') complain "flows.stp:$line: data arrives here, and it is not said" ;;
	*'# clean:'*gets\ nothing*) ;;
	*'# clean:'*) complain "flows.stp:$line: no data arrives here" ;;
	esac
done < <(grep -n '# from$\|# clean$' $here/flows.stp)
cp "$stapvet" "$dir/aaa" && cp "$stapvet" "$dir/bbbb"
"$dir/aaa" -w --tapset tapset $here/flows.stp >"$dir/one" 2>&1
"$dir/bbbb" -w --tapset tapset $here/flows.stp >"$dir/two" 2>&1
[ "$(wc -l <"$dir/one")" -ge 17 ] || complain "flows.stp does not run: $(cat "$dir/one")"
differ=0
while read -r tag _; do
	differ=$((differ + 1))
	grep "\"$tag " $here/flows.stp | grep -q '# from$\|# branch$' || complain "output $tag depends on the name, and it is not said"
done < <(diff "$dir/one" "$dir/two" | sed -n 's/^< //p')
[ $differ -ge 10 ] || complain "only $differ outputs differ"

# a hostile script, and a hostile name
bash $here/hostile.sh "$dir/hostile.stp"
evil="$dir/<img src=x onerror=1>\"'&.stp"
cp "$dir/hostile.stp" "$evil"
for form in html text json; do
	"$stapvet" review -g --format=$form "$evil" >"$dir/hostile.$form" || complain "hostile as $form: exit $?"
done
grep -q 'window.pwned=1' "$dir/hostile.html" || complain "the text is gone"
grep -qi '<script\|<img\|<svg\|<b ' "$dir/hostile.html" && complain "markup came through"
LC_ALL=C grep -q $'[\001-\010\013-\037\177]' "$dir/hostile.html" "$dir/hostile.text" && complain "control characters came through"
LC_ALL=C grep -q $'\xe2\x80\xae' "$dir/hostile.html" "$dir/hostile.text" && complain "bidi controls came through"
grep -q '\\u202e' "$dir/hostile.html" && grep -q '\\x1b' "$dir/hostile.html" && grep -q '\\xff' "$dir/hostile.html" || complain "escapes are not shown"
if command -v python3 >/dev/null; then
	python3 $here/structure.py "$dir"/*.html || bad=1
	python3 -c 'import json, sys
for name in sys.argv[1:]: json.load(open(name, encoding="utf-8"))' "$dir"/*.json || bad=1
	# the check itself: what must not pass
	sed 's|</main>|<img src="x">|' "$dir/netfilter.html" >"$dir/spoilt"
	python3 $here/structure.py "$dir/spoilt" >/dev/null && complain "structure.py accepts anything"
else
	echo "review: structure not checked, there is no python3"
fi
exit $bad
