#!/bin/bash
# Writes table.tsv from what SystemTap says of a quarter of the scripts of generate.sh: record.sh RELEASE.
# Needs stap and the kernel's package; takes a quarter of an hour.
set -uf
stapvet=$(realpath "${BUILD:-build}/stapvet")
cd "$(dirname "$0")"
. ./common.inc
release=${1:?the release of an installed kernel}
g=$(./generate.sh operators | sed -n '1s/^\t\(.*probe end {[^}]*}\).*/\1/p')
c=$(./generate.sh probes | sed -n 's/^\t\(global g = 1, h, .*a\[1\] = 2 }\).*/\1/p' | head -n 1)

peer() { # peer OPTIONS SCRIPT: ok or no:LINE
	local said status
	split "$1"
	said=$(ulimit -v 2000000; timeout 60 stap -r "$release" -p2 "${before[@]}" -e "${2//⏎/$'\n'}" "${after[@]}" 2>&1 >/dev/null </dev/null)
	status=$?
	[ $status != 0 ] || { echo ok; return; }
	said=$(grep -v -e '^ *source' -e '^WARNING' <<<"$said" | grep -oE 'at (<input>)?:[0-9]+:' | head -n 1)
	said=${said%:}
	echo "no:${said##*:}"
}

./generate.sh | awk 'NR % 4 == 0' | while IFS= read -r row; do
	options=${row%%$'\t'*} script=${row#*$'\t'}
	verdict=$(peer "$options" "$script")
	[ "$verdict" != no: ] || verdict=no:-
	ours "$options" "$script"
	case $verdict$status in
	ok1) verdict="ok stricter" ;;
	no:*0) verdict="$verdict lenient" ;;
	no:[0-9]*) # either end of a conflict will do
		lines=$(grep -oE '<input>:[0-9]+:[0-9]+: (error|note)' <<<"$said" | cut -d: -f2 | sort -un | paste -sd,)
		case ,$lines, in *,"${verdict#no:}",*) ;; ,,) verdict=no:- ;; *) verdict=$verdict,$lines ;; esac ;;
	esac
	script=${script/#"$g"/=G}
	printf '%s\t%s\t%s\n' "$verdict" "${options:--}" "${script/#"$c"/=C}"
done >table.new
{ printf '#VERDICT\tOPTIONS\tSCRIPT (see check.sh)\n=G\t-\t%s\n=C\t-\t%s\n' "$g" "$c"; cat table.new; } >table.tsv
rm -f table.new
