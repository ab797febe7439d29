#!/bin/bash
# What the rules say of SystemTap's examples, each warning and error of a rule judged once, in examples.table:
#
#   FILE:LINE  TAG  VERDICT  WHY     (tabs between; VERDICT is true, accepted or false)
#
# Fails when a finding is not in the table, when one that was judged false is still there, when a judged one is gone, and when
# more than 5 in 100 warnings are false.  Notes are hints and not judged.
# run.sh [--update]: --update keeps the verdicts, drops what is gone and adds what is new as "unjudged", for you to judge.
# EXAMPLES names the folder of examples, BUILD the build folder.
set -u
cd "$(dirname "$0")/../.." || exit 2
root=$PWD
build=$(realpath "${BUILD:-build}")
examples=${EXAMPLES:-/usr/share/systemtap/examples}
facts=$root/testsuite/facts/cloud-6.1.facts
table=$root/testsuite/triage/examples.table
[ -d "$examples" ] || { echo "skipped: no $examples (install systemtap-doc)"; exit 0; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export LC_ALL=C TZ=UTC XDG_CACHE_HOME=$work/cache SYSTEMTAP_DEBUGINFO_PATH=/nonexistent
export PATH=/usr/bin:/bin
. testsuite/words.inc

"$build/stapvet" --list-rules | awk '{ print $1 }' >"$work/rules"
mapfile -t scripts < <(find "$examples" -name '*.stp' | sort)
say_of() { # say_of SCRIPT ARGUMENT...: its findings, the script last of what is checked
	local script=$1
	shift
	(cd "$(dirname "$script")" && exec timeout 60 "$build/stapvet" check -v --enable=all --target "$facts" "$@") 2>&1 </dev/null
}
for script in "${scripts[@]}"; do
	example_words "$script"
	say_of "$script" "${words[@]}" >"$work/out"
	# the tests of some give no arguments though they need them
	if grep -q '\[argument-out-of-range\]' "$work/out"; then
		words+=(1 1 1)
		say_of "$script" "${words[@]}" >"$work/out"
	fi
	sed -nE 's/^([^:]*):([0-9]+):[0-9]+: (warning|error): .*\[([a-z0-9-]+)\]$/\1\t\2\t\4/p' "$work/out" |
		while IFS=$'\t' read -r file line tag; do
			[ "${file##*/}" = "${script##*/}" ] || continue
			grep -qxF "$tag" "$work/rules" && printf '%s:%s\t%s\n' "${script#"$examples"/}" "$line" "$tag"
		done
done | sort -u >"$work/now"
[ -s "$work/now" ] || { echo "triage: no finding at all: is $build/stapvet built?"; exit 1; }

touch "$work/judged"
[ ! -e "$table" ] || grep -v '^#' "$table" | grep . >"$work/judged"
if [ "${1:-}" = --update ]; then
	{
		[ ! -e "$table" ] || grep '^#' "$table"
		awk -F'\t' -v OFS='\t' 'FILENAME == ARGV[1] { was[$1 OFS $2] = $0; next }
			{ print $1 OFS $2 in was ? was[$1 OFS $2] : $1 OFS $2 OFS "unjudged" OFS "" }' "$work/judged" "$work/now"
	} >"$work/new"
	cp "$work/new" "$table"
	grep -c 'unjudged' "$table" | sed 's/$/ to judge in testsuite\/triage\/examples.table/'
	exit 0
fi
bad=0
complain() { # complain TEXT LINES
	[ -z "$2" ] && return
	bad=1
	echo "triage: $1"
	sed 's/^/  /' <<<"$2"
}
cut -f 1,2 "$work/judged" | sort -u >"$work/known"
complain "new: look at each, then run 'testsuite/triage/run.sh --update' and write true, accepted or false and why" "$(comm -13 "$work/known" "$work/now")"
complain "gone: if the rule is meant to be silent now, run 'testsuite/triage/run.sh --update'" "$(comm -23 "$work/known" "$work/now")"
complain "not judged: write true, accepted or false and why" "$(awk -F'\t' '$3 !~ /^(true|accepted|false)$/ || $4 == ""' "$work/judged")"
awk -F'\t' '$3 == "false" { print $1 "\t" $2 }' "$work/judged" | sort -u >"$work/false"
complain "judged false, and still said: mend the rule, then --update" "$(comm -12 "$work/false" "$work/now")"
wrong=$(comm -12 "$work/false" "$work/now" | wc -l) all=$(wc -l <"$work/now")
[ $((wrong * 20)) -le "$all" ] || { bad=1; echo "triage: more than 5 in 100 are false"; }
echo "triage: $all findings of rules in ${#scripts[@]} examples, $wrong false"
exit $bad
