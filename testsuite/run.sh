#!/bin/bash
# The test runner: a golden beside a script picks what is run.
#
#   x.stp + x.ast   stapvet -p1               x.stp + x.out  stapvet (a run): standard output
#         + x.sema  stapvet -p2               x.stp + x.err  stapvet check: the findings, exactly
#         + x.ir    stapvet --dump ir         x.{stp,ir} + x.proof  stapvet verify
#         + x.fmt   stapvet fmt               (and what comes out stays as it is)
#   TAG.fires.*.stp / TAG.silent.*.stp        check must / must not report TAG
#   KIND.STATUS.*.{stp,ir}                    verify must give KIND that STATUS
#   fuzz/fuzz_*                               replay their corpora
#   planted/table                             edits of scripts, and what has to be said of each
#   unit_*                                    programs that end with "ok N", N checks
#
# A script's line "# args: ..." adds options or arguments; "# status: N" the exit status expected of a run.
# The rules of lint/ are asked in testsuite/lint only; their own tests are the pages of lint/rules (cli/rule_pages.sh).
# Kernel facts come from the recorded file, so no test needs a kernel, root or network.
# run.sh --update FILE... rewrites the goldens of those scripts.
set -u
cd "$(dirname "$0")/.."
build=${BUILD:-build}
stapvet=$build/stapvet
facts=testsuite/facts/cloud-6.1.facts
passed=0 failed=0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export LC_ALL=C TZ=UTC XDG_CACHE_HOME=$work/cache

pass() { passed=$((passed + 1)); }
fail() { failed=$((failed + 1)); echo "FAIL $*"; }

args_of() { sed -n 's/^# args: //p' "$1" | head -n 1; }
status_of() { sed -n 's/^# status: //p' "$1" | head -n 1; }

produce() { # produce MODE SCRIPT: what stapvet says, to $work/got; never waits for input
	local mode=$1 script=$2 args rules=(--disable=all)
	[[ $script == testsuite/lint/* ]] && rules=()
	read -r -a args <<<"$(args_of "$script")"
	case $mode in
	ast) timeout 20 "$stapvet" -p1 -w "$script" "${args[@]}" ;;
	sema) timeout 20 "$stapvet" -p2 -w --target "$facts" "${args[@]}" "$script" ;;
	ir) timeout 20 "$stapvet" -w --dump ir --target "$facts" "${args[@]}" "$script" ;;
	proof) timeout 20 "$stapvet" verify --target "$facts" "${args[@]}" "$script" ;;
	err) timeout 20 "$stapvet" check "${rules[@]}" --target "$facts" "${args[@]}" "$script" ;;
	out) timeout 20 "$stapvet" -w "$script" "${args[@]}" ;;
	fmt) timeout 20 "$stapvet" fmt -e "$(cat "$script")" && cmp "${script%.*}.fmt" <("$stapvet" fmt -e "$(cat "${script%.*}.fmt")") >&2 ;;
	esac </dev/null >"$work/got" 2>"$work/stderr"
}

golden() { # golden MODE SCRIPT FILE
	produce "$1" "$2"
	local status=$? want
	if [ -n "$update" ]; then cp "$work/got" "$3"; return; fi
	if grep -q "Sanitizer\|runtime error:" "$work/stderr"; then
		fail "$3: crash"
		head -n 5 "$work/stderr"
	elif ! diff -u "$3" "$work/got" >"$work/diff"; then
		fail "$3"
		head -n 20 "$work/diff"
		head -n 5 "$work/stderr"
	elif [ "$1" = fmt ] && [ $status != 0 ]; then
		fail "$3: formatted again it differs, or exit $status"
	elif [ "$1" = out ] && want=$(status_of "$2") && [ "${want:-0}" != "$status" ]; then
		fail "$2: exit status $status, expected ${want:-0}"
	else
		pass
	fi
}

rule() { # rule TAG fires|silent SCRIPT
	produce err "$3"
	if grep -qF "[$1]" "$work/got"; then got=fires; else got=silent; fi
	if grep -q "Sanitizer\|runtime error:" "$work/stderr"; then got=crash; fi
	if [ "$got" = "$2" ]; then pass; else fail "$3: $1 is $got"; head -n 3 "$work/got" "$work/stderr"; fi
}

verdict() { # verdict KIND STATUS SCRIPT
	produce proof "$3"
	if grep -qE "^  $2 +$1 " "$work/got"; then pass; else fail "$3: no $1 is $2"; grep -F " $1 " "$work/got"; fi
}

one_script() {
	local script=$1 base=${1%.*} name mode
	name=$(basename "$base")
	for mode in ast sema ir proof err out fmt; do
		[ "$mode" = ir ] && [ "$script" = "$base.ir" ] && continue
		[ -e "$base.$mode" ] && golden "$mode" "$script" "$base.$mode"
	done
	[ -z "$update" ] || return 0
	case $name in
	*.fires.*) rule "${name%%.*}" fires "$script" ;;
	*.silent.*) rule "${name%%.*}" silent "$script" ;;
	*.proved.* | *.guarded.* | *.refuted.* | *.assumed.* | *.unknown.*)
		local rest=${name#*.}
		verdict "${name%%.*}" "${rest%%.*}" "$script" ;;
	esac
}

one_unit() {
	local last
	last=$(set -o pipefail; timeout 120 "$@" 2>&1 | tee "$work/unit" | tail -n 1) || last=failed
	case $last in
	"ok "[1-9]*) pass ;;
	*) fail "$1"; tail -n 20 "$work/unit" ;;
	esac
}

planted() { # planted KIND SCRIPT EDIT LINE TAG SUGGESTION: a row of testsuite/planted/table
	local verdict
	sed "$3" "testsuite/$2" >"$work/planted.stp"
	read -r -a args <<<"$(args_of "testsuite/$2")"
	timeout 20 "$stapvet" -p2 --target "$facts" "$work/planted.stp" "${args[@]}" </dev/null 2>&1 >/dev/null |
		awk -v first="$4" -v last="$4" -v tags="$5" -v suggestion="$6" -f testsuite/planted/judge.awk >"$work/verdict"
	read -r verdict _ <"$work/verdict"
	if [ "$verdict" = ok ]; then pass; else fail "planted $1 in $2, line $4: not $5: $(cat "$work/verdict")"; fi
}

update=
if [ "${1:-}" = --update ]; then
	update=1
	shift
	for script in "$@"; do one_script "$script"; done
	exit 0
fi
for unit in testsuite/*/unit_*.c; do
	[ -e "$unit" ] && one_unit "$build/${unit%.c}"
done
for fuzzer in testsuite/fuzz/fuzz_*.c; do
	name=${fuzzer##*/fuzz_}
	one_unit "$build/${fuzzer%.c}" testsuite/fuzz/corpus/"${name%.c}"/*
done
for script in testsuite/*/*.stp testsuite/*/*.ir; do
	[ -e "$script" ] || continue
	# an .ir file beside a script is that script's golden
	[ "${script%.ir}" != "$script" ] && [ -e "${script%.ir}.stp" ] && continue
	one_script "$script"
done
for extra in testsuite/cli/*.sh testsuite/parity/check.sh; do
	[ -e "$extra" ] || continue
	if BUILD=$build FACTS=$facts timeout 120 bash "$extra" >"$work/cli" 2>&1; then pass; else fail "$extra"; tail -n 20 "$work/cli"; fi
done
while IFS=$'\t' read -r kind script edit line tag suggestion; do
	case $kind in '#'*) ;; *) planted "$kind" "$script" "$edit" "$line" "$tag" "$suggestion" ;; esac
done <testsuite/planted/table
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
