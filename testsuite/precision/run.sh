#!/bin/bash
# How precise proofs are on real scripts: SystemTap's examples against the recorded facts of one kernel,
# with our library; each example's obligations by kind and status, the reasons of what stays guarded, and
# the shares that must hold.  Compared with examples.golden; what changed is listed.
# Of probe points those count that the recorded facts speak of.  They do not speak of inlined functions
# and of the places inside functions (that takes debug information), nor of what modules hold that were
# not recorded; such points are listed by reason.  KERNEL=RELEASE, for which debug information is
# installed, has those put to it instead: each must turn out to be there, or be named as missing.
# run.sh [--update]; EXAMPLES names the folder of examples, BUILD the build folder.
set -u
cd "$(dirname "$0")/../.."
root=$PWD
build=$(realpath "${BUILD:-build}")
examples=${EXAMPLES:-/usr/share/systemtap/examples}
facts=$root/testsuite/facts/cloud-6.1.facts
golden=$root/testsuite/precision/examples.golden
refuted=$root/testsuite/precision/refuted
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export LC_ALL=C TZ=UTC XDG_CACHE_HOME=$work/cache SYSTEMTAP_DEBUGINFO_PATH=/nonexistent
export PATH=/usr/bin:/bin
[ -d "$examples" ] || { echo "skipped: no $examples (install systemtap-doc)"; exit 0; }
. testsuite/words.inc

# "NAME kind status" for each obligation; where the script asks for what is not there, "NAME refused TAG"
mapfile -t scripts < <(find "$examples" -name '*.stp' | sort)
verify() { # verify SCRIPT: what is said of it, to $work/out and $work/err
	(
		cd "$(dirname "$1")" || exit 9
		exec timeout 60 "$build/stapvet" verify -w --target "$facts" "${words[@]}"
	) >"$work/out" 2>"$work/err" </dev/null
}
for script in "${scripts[@]}"; do
	name=${script#"$examples"/}
	# what programs this machine has is no matter of precision
	if grep -qE '(process|java|python[23]?)[.(]' "$script"; then
		printf '%s\trefused\tprograms of the machine\n' "$name"
		continue
	fi
	example_words "$script"
	verify "$script"
	# the tests of some give no arguments though they need them
	if grep -q '\[argument-out-of-range\]' "$work/err"; then
		words+=(1 1 1)
		verify "$script"
	fi
	if grep -qE ': [0-9]+ obligations?' "$work/out"; then
		sed -nE 's/^  (proved|assumed|guarded|unknown|refuted) +([a-z-]+) +(.*)$/\2\t\1\t\3/p' "$work/out" |
			sed "s|^|$name\t|; s|$root/||g; s|$examples/||g"
	else
		printf '%s\trefused\t%s\n' "$name" "$(grep -oE '\[[a-z-]+\]$' "$work/err" | head -n 1 | tr -d '[]')"
	fi
done >"$work/all"
[ -z "${ALL:-}" ] || cp "$work/all" "$ALL"

{
	echo "# By example: kind, and how many are proved, assumed, guarded, unknown, refuted; or why nothing is asked."
	awk -F'\t' '$2 == "refused" { print $1 "\trefused: " $3; next }
		{ k = $1 "\t" $2; n[k, $3]++; if (!(k in seen)) { seen[k]; order[++m] = k } }
		END { for (i = 1; i <= m; i++) { k = order[i]; printf "%s", k
			split("proved assumed guarded unknown refuted", s, " ")
			for (j = 1; j <= 5; j++) printf "\t%d", n[k, s[j]]; print "" } }' "$work/all" | sort
	echo
	echo "# By kind: in all, then percent proved, assumed, guarded, unknown, refuted."
	awk -F'\t' '$2 != "refused" { t[$2]++; n[$2, $3]++ }
		END { split("proved assumed guarded unknown refuted", s, " ")
			for (k in t) { printf "%s\t%d", k, t[k]; for (j = 1; j <= 5; j++) printf "\t%.1f", 100 * n[k, s[j]] / t[k]; print "" } }' "$work/all" | sort
	echo
	echo "# Why it stays guarded: how often, kind, reason (numbers and names left out)."
	awk -F'\t' '$2 != "refused" && $3 == "guarded" {
			r = $4; sub(/^[^ ]+ +/, "", r); sub(/^bound [^ ]+ +/, "", r)
			gsub(/-?[0-9]+/, "N", r); sub(/ inserted into [^ ]+,/, " inserted into it,", r)
			gsub(/[$@][A-Za-z_][A-Za-z_0-9]*(->[A-Za-z_0-9]+)*/, "it", r)
			sub(/^[A-Za-z_0-9]+ (may|is) /, "it may ", r)
			sub(/nothing from [A-Za-z_0-9]+:/, "nothing from it:", r)
			sub(/ is stored under .* and deleted under .*:/, " is stored under keys and deleted under others:", r)
			n[$2 "\t" r]++ }
		END { for (k in n) print n[k] "\t" k }' "$work/all" | sort -t"$(printf '\t')" -k2,2 -k1,1nr -k3
	echo
	echo "# Refuted, each looked at: testsuite/precision/refuted says why it is so."
	awk -F'\t' '$3 == "refuted" { split($4, p, " "); print $1 "\t" $2 "\t" p[1] }' "$work/all" | sort -u
} >"$work/table"

failed=0 passed=0
say() { # say OK? WORDS...
	local ok=$1
	shift
	if [ "$ok" = 1 ]; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "FAIL $*"; fi
}
share() { # share WORDS KIND GOAL STATUS...: percent of the kind with one of those statuses
	local words=$1 kind=$2 goal=$3 ok n percent
	shift 3
	read -r ok n percent < <(awk -F'\t' -v kind="$kind" -v good=" $* " '
		$2 == kind { n++; ok += index(good, " " $3 " ") > 0 }
		END { printf "%d %d %.1f\n", ok, n, n ? 100 * ok / n : 0 }' "$work/all")
	echo "$words: $ok of $n, $percent% (goal $goal%)"
	say "$((ok * 100 >= goal * n && n > 0))" "$words: $percent%, at least $goal%"
}
share "loops bounded" loop-bounded 95 proved refuted
share "divisions decided" division-nonzero 95 proved refuted
share "aggregate reads decided" aggregate-nonempty 90 proved refuted
no_facts='has no debug information|no facts about the target tell|not known whether the point exists|no symbol table of this kernel'
awk -F'\t' -v none="$no_facts" -v beyond="$work/beyond" '
	$2 == "probe-exists" && ($3 == "unknown" || $3 == "guarded") && $4 ~ none { print >beyond; next }
	{ print }' "$work/all" >"$work/covered"
touch "$work/beyond"
mv "$work/covered" "$work/all"
share "probe points decided where facts exist" probe-exists 100 proved refuted assumed
echo "probe points beyond the recorded facts: $(wc -l <"$work/beyond")"
cut -f4 "$work/beyond" | sed 's/^[^ ]*  *//; s/^/    /' | sort | uniq -c | sort -nr
if [ -n "${KERNEL:-}" ]; then
	while read -r name; do
		example_words "$examples/$name"
		(
			cd "$(dirname "$examples/$name")" || exit 9
			unset SYSTEMTAP_DEBUGINFO_PATH
			exec timeout 100 "$build/stapvet" verify -w -r "$KERNEL" "${words[@]}"
		) >"$work/out" 2>"$work/err" </dev/null
		undecided=$(grep -E "^  (unknown|guarded) +probe-exists " "$work/out" | wc -l)
		said=$(grep -cE ': [0-9]+ obligations?' "$work/out")
		missing=$(grep -cE '\[(unknown-probe-point|unknown-variable)\]$' "$work/err")
		[ "$undecided" = 0 ] && [ $((said + missing)) != 0 ]
		say $((1 - $?)) "$KERNEL: $name: $undecided probe points are not decided: $(tail -n 1 "$work/err")"
	done < <(cut -f1 "$work/beyond" | sort -u)
fi
while IFS=$'\t' read -r name kind place; do
	say "$(grep -cF "$name	$kind	$place	" "$refuted" | sed 's/^[1-9].*/1/')" "refuted without a word why: $name $kind $place"
done < <(sed -n '/^# Refuted/,$p' "$work/table" | sed 1d)
if [ "${1:-}" = --update ]; then
	cp "$work/table" "$golden"
elif diff -u "$golden" "$work/table" >"$work/diff"; then
	say 1
else
	say 0 "examples.golden"
	head -n 40 "$work/diff"
fi
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
