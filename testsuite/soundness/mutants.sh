#!/bin/bash
# Does a test notice a bug in the verifier?  Plants the bugs of mutants.tsv one by one into a copy of the
# verifier's file, and expects a failure of its goldens, of its unit tests, of the exhaustive test of its
# intervals, or of runs of random programs against their proofs.  A text that is not in exactly one line
# of its file is stale, which is a failure.
# mutants.sh [NAME...]: all, or those; JOBS at a time (2), BUILD names the build folder.
# EVERY=N plants each N-th only, for a quick look.
set -u
cd "$(dirname "$0")/../.."
build=${BUILD:-build}
export LC_ALL=C TZ=UTC
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export XDG_CACHE_HOME=$work/cache
table=testsuite/soundness/mutants.tsv
rooms="base parser target sema ir verifier lint codegen runtime report"
units="unit_interval unit_recheck unit_verdicts unit_scripts unit_soundness"
libs="-lbpf -ldw -lelf -ljson-c -lyaml -llz4 -llzma -lzstd -lz"
flags="-std=gnu11 -D_GNU_SOURCE -I. -I$build -O2 -w"
archives=
driver= # by source: the folder may hold objects of files that are gone
for source in driver/*.c; do driver="$driver $build/${source%.c}.o"; done
for room in $rooms; do archives="$archives $build/lib$room.a"; done

# the tests' own objects, once
for unit in $units; do
	${CC:-gcc} $flags -c -o "$work/$unit.o" "testsuite/verifier/$unit.c" || exit 1
done

plant() { # plant FILE TEXT REPLACEMENT: the changed file on standard output; fails if it is not there once
	FILE=$1 TEXT=$2 WITH=$3 awk '
		BEGIN { text = ENVIRON["TEXT"]; with = ENVIRON["WITH"]; whole = sub(/^\^/, "", text) }
		{
			bare = $0
			sub(/^[ \t]+/, "", bare)
			at = whole ? (bare == text ? length($0) - length(bare) + 1 : 0) : index($0, text)
			if (at) {
				found++
				$0 = substr($0, 1, at - 1) with substr($0, at + length(text))
			}
			print
		}
		END { exit found != 1 }' "$1"
}
link() { # link OUTPUT OBJECTS...: with the mutant in place of its file
	local out=$1
	shift
	${CC:-gcc} -o "$out" "$@" -Wl,--start-group $archives -Wl,--end-group $libs -lm
}
verify() { # verify STAPVET GOLDEN: what is said of the golden's script
	local script=${2%.proof}.stp args
	[ -e "$script" ] || script=${2%.proof}.ir
	read -r -a args < <(sed -n 's/^# args: //p' "$script")
	timeout 20 "$1" verify --target testsuite/facts/cloud-6.1.facts "${args[@]}" "$script" </dev/null 2>&1
}
goldens() { # goldens STAPVET: do all proofs look as they should?
	local golden
	while read -r golden; do
		verify "$1" "$golden" | cmp -s - "$golden" || return 1
	done <"$work/goldens"
}
passes() { # passes COMMAND...: does a unit test end well?
	local last
	last=$(set -o pipefail; timeout 150 "$@" 2>&1 | tail -n 1) && [[ $last == "ok "[1-9]* ]]
}
kill_it() { # kill_it NAME FILE TEXT REPLACEMENT: one line of what became of it
	local name=$1 file=$2 dir=$work/$1 unit
	mkdir -p "$dir/$(dirname "$file")" "$dir/build"
	ln -s "$PWD/tapset" "$dir/tapset" # looked for beside the build folder
	if ! plant "$file" "$3" "$4" >"$dir/$file"; then
		echo "FAIL $name: stale: '$3' is not in exactly one line of $file"
	elif ! ${CC:-gcc} $flags -c -o "$dir/mutant.o" "$dir/$file" 2>"$dir/err" ||
		! link "$dir/build/stapvet" $driver "$dir/mutant.o" 2>"$dir/err"; then
		echo "FAIL $name: does not compile: $(grep -m 1 error "$dir/err")"
	elif ! goldens "$dir/build/stapvet"; then
		echo "killed $name by a golden"
	elif [ "$file" = verifier/interval.c ] && ! { ${CXX:-g++} -std=gnu++17 -O2 -w -I"$dir" -I. -DBITS=4 \
		-o "$dir/small" testsuite/soundness/small.cc 2>/dev/null && "$dir/small" >/dev/null; }; then
		echo "killed $name by small.cc"
	else
		for unit in $units; do
			link "$dir/$unit" "$work/$unit.o" "$dir/mutant.o" 2>"$dir/err" || break
			case $unit in
			unit_scripts) passes "$dir/$unit" 1 400 ;;
			*) passes "$dir/$unit" ;;
			esac || { echo "killed $name by $unit"; rm -rf "$dir"; return; }
		done
		echo "FAIL $name survives"
	fi
	rm -rf "$dir"
}

# those that hold as it is
for golden in testsuite/verifier/*.proof; do
	verify "$build/stapvet" "$golden" | cmp -s - "$golden" && echo "$golden" >>"$work/goldens"
done
# the harness itself: nothing planted, nothing noticed
kill_it none verifier/interval.c "LAST_BIT = INTERVAL_BITS - 1" "LAST_BIT = INTERVAL_BITS - 1" >"$work/control"
grep -q survives "$work/control" || { cat "$work/control"; echo "what is not planted is noticed"; exit 1; }
n=0
while IFS=$'\t' read -r name file text with; do
	[ "${name#\#}" = "$name" ] || continue
	n=$((n + 1))
	[ $# = 0 ] || [[ " $* " == *" $name "* ]] || continue
	[ $((n % ${EVERY:-1})) = 0 ] || continue
	while [ "$(jobs -rp | wc -l)" -ge "${JOBS:-2}" ]; do wait -n; done
	kill_it "$name" "$file" "$text" "$with" >"$work/$name.said" &
done <"$table"
wait
cat "$work"/*.said
failed=$(cat "$work"/*.said | grep -c ^FAIL)
killed=$(cat "$work"/*.said | grep -c ^killed)
echo "$killed passed, $failed failed"
[ "$failed" = 0 ]
