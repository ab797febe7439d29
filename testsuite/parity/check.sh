#!/bin/bash
# Does pass 2 accept and reject what SystemTap does, and point at the same line?  Each row of table.tsv is
#   VERDICT<TAB>OPTIONS<TAB>SCRIPT
# ok; no:LINES (one of them must be named; '-': none is known); "ok stricter" and "no:N lenient" say that
# stapvet answers otherwise on purpose, see doc/compatibility.md.  A leading =X in a script stands for the text
# of the row "=X".  record.sh wrote the table.
set -uf
stapvet=$(realpath "${BUILD:-build}/stapvet")
cd "$(dirname "$0")"
. ./common.inc
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
declare -A text

judge() { # judge VERDICT OPTIONS SCRIPT: says what is wrong
	local want=${1%% *} line lines found=
	ours "$2" "$3"
	if [ "$status" -gt 1 ]; then echo "exit $status: $2 $3"; return; fi
	case $1 in
	*stricter) [ "$status" = 1 ] || echo "accepted, the table says stricter: $2 $3"; return ;;
	*lenient) [ "$status" = 0 ] || echo "refused, the table says lenient: $2 $3 ${said%%$'\n'*}"; return ;;
	ok) [ "$status" = 0 ] || echo "refused: $2 $3 ${said%%$'\n'*}"; return ;;
	esac
	[ "$status" = 1 ] || { echo "accepted: $2 $3"; return; }
	[ "$want" != no:- ] || return
	IFS=, read -r -a lines <<<"${want#no:}"
	for line in "${lines[@]}"; do [[ $said == *"<input>:$line:"* ]] && found=1; done
	[ "$found" ] || echo "not at line ${want#no:}: $2 $3 ${said%%$'\n'*}"
}

# one of two halves, which run side by side
half() {
	local n=0 verdict options script
	while IFS=$'\t' read -r verdict options script; do
		case $verdict in '#'*) continue ;; =*) text[$verdict]=$script; continue ;; esac
		n=$((n + 1))
		[ $((n % 2)) = "$1" ] || continue
		case $script in =*) script=${text[${script:0:2}]}${script:2} ;; esac
		[ "$options" != - ] || options=
		judge "$verdict" "$options" "$script"
	done <table.tsv
}
half 0 >"$work/even" &
half 1 >"$work/odd"
wait
cat "$work/even" "$work/odd"
[ ! -s "$work/even" ] && [ ! -s "$work/odd" ]
