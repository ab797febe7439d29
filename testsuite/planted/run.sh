#!/bin/bash
# Plants mistakes into SystemTap's examples and looks at what is said of each:
# the right tag at the right line, first, with the right suggestion, and no
# flood of followers.  run.sh [SEED [EACH]]: other seeds plant elsewhere.
# Not every mistake has one right answer (a letter lost may leave a good name),
# so the suite passes when at least 97 of 100 are answered as planted.
set -u
cd "$(dirname "$0")/../.."
root=$PWD
build=${BUILD:-build}
stapvet=$(realpath "$build/stapvet")
facts=$root/testsuite/facts/generic-6.1.facts
examples=${EXAMPLES:-/usr/share/systemtap/examples}
seed=${1:-1} each=${2:-1}
export LC_ALL=C TZ=UTC
[ -d "$examples" ] || examples=/usr/share/systemtap/examples
[ -d "$examples" ] || { echo "skipped: SystemTap's examples (package systemtap-doc) are not there"; exit 0; }
examples=$(realpath "$examples")
. testsuite/words.inc
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
${CC:-cc} -O1 -Itestsuite/planted -o "$work/plant" testsuite/planted/plant.c || exit 2

findings() { # findings SCRIPT ARGUMENTS...
	timeout 20 "$stapvet" -p2 --target "$facts" "$@" </dev/null 2>&1 >/dev/null
}

passed=0 failed=0
while read -r script; do
	meta=${script%.stp}.meta
	line=$(sed -n 's/^test_check: *stap -p4 *//p' "$meta" 2>/dev/null | head -n 1)
	# what follows the script's name; options before it make another test
	[[ $line == "$(basename "$script")"* ]] || continue
	split "${line#*.stp}"
	args=("${words[@]}")
	cd "$(dirname "$script")" || continue
	findings "$script" "${args[@]}" >"$work/base" && ok=yes || ok=
	if [ -n "$ok" ]; then
		rm -rf "$work/copies"
		mkdir "$work/copies"
		# what is said of the script anyway is no answer
		{ grep ": warning: " "$work/base" | sed 's/^[^ ]* //'; echo @@@@; } >"$work/known"
		while IFS=$'\t' read -r file kind first last tags suggestion; do
			verdict=$(findings "$work/copies/$file" "${args[@]}" | grep -vF -f "$work/known" |
				awk -v first="$first" -v last="$last" -v tags="$tags" -v suggestion="$suggestion" \
					-f "$root/testsuite/planted/judge.awk")
			if [ "${verdict%%$'\t'*}" = ok ]; then
				passed=$((passed + 1))
			else
				failed=$((failed + 1))
				echo "${script##*/} $kind, line $first: ${verdict:0:150}"
			fi
		done < <("$work/plant" "$script" "$work/copies" "$seed" "$each")
	fi
	cd "$root" || exit 2
done < <(find "$examples" -name '*.stp' | sort)
echo "planted: $passed passed, $failed failed"
[ "$passed" -gt 0 ] && [ $((passed * 3)) -ge $((failed * 97)) ]
