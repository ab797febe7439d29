#!/bin/bash
# stapvet replay: what is refuted is shown by a run, guards too where one is found, and never anything else.
. testsuite/cli/common.inc

# every refuted test: a run fails there, and none passes; facts about the target have no run
kinds="loop-bounded depth-bounded cost-bounded division-nonzero index-in-range map-has-room aggregate-nonempty string-fits read-safe arithmetic-intent"
shown=0
for script in testsuite/verifier/*.refuted.*.stp testsuite/verifier/*.refuted.*.ir; do
	read -r -a args <<<"$(sed -n 's/^# args: //p' "$script" | head -n 1)"
	status 0 timeout 20 "$stapvet" replay --target "$FACTS" "${args[@]}" "$script"
	out_lacks "not shown: "
	out_lacks "contradicted: "
	kind=${script##*/}
	kind=${kind%%.*}
	case " $kinds " in
	*" $kind "*) out_has "shown: "; shown=$((shown + 1)) ;;
	*) out_has "no run: " ;;
	esac
done
[ $shown -ge 20 ] || say "only $shown refutations were shown"

# a trace: values line by line, the message, the inputs
cat >"$work/path.stp" <<'END'
global total
probe kernel.function("vfs_read") {
	if ($count > 100 && execname() == "cat") {
		if ($count % 7 == 3)
			total++
		if (total > 1)
			println(500 / ($count - 4242))
	}
}
END
replay() { status "$1" timeout 20 "$stapvet" replay --target "$FACTS" "${@:2}" "$work/path.stp"; }
replay 0 --at=7:16 --record="$work/inputs"
out_has 'execname() is "cat"'
out_has '$count is 4242'
out_has "division by 0 near operator '/' at $work/path.stp:7:16"
out_has "shown: the run reaches it and fails there"
cp "$work/out" "$work/first"
replay 0 --at=7:16
cmp -s "$work/first" "$work/out" || say "two searches with one seed differ"
replay 0 --at=7:16 --input="$work/inputs"
cmp -s "$work/first" "$work/out" || say "the recorded inputs give another run"
replay 0 --at=7 --format=json
for key in trace inputs error tries omitted; do out_has "\"$key\""; done
sed 's/4242/4243/' "$work/inputs" >"$work/other"
replay 5 --at=7:16 --input="$work/other"
out_has "not shown: the run of these inputs"

# what cannot fail is not said to
status 5 "$stapvet" replay --at=1 -e 'global d = 1 probe begin { if (d != 3) println(100 / d) } probe timer.s(1) { d = 0 exit() }' --obligation=1
out_has "not shown: no failing run found in"
out_lacks "ERROR"
status 5 "$stapvet" replay --obligation=0 -e 'probe begin { exit() }'
out_has "it is proved"
status 0 "$stapvet" replay -e 'probe begin { exit() }'
out_has "nothing is refuted"

# a loop that never ends stops at MAXACTION, and the state is told to repeat
status 0 "$stapvet" replay -e 'probe begin { n = 5 while (n > 0) println(n) }'
out_has "nothing has changed since the round before"
out_has "MAXACTION exceeded"

# each guard fails in its own way
guard() { # guard KIND TEXT SCRIPT: some run fails the guard of that kind
	local n
	n=$("$stapvet" verify --format=json --target "$FACTS" -e "$3" | awk -F'"' -v kind="$1" '
		$2 == "kind" { k = $4 } $2 == "status" { if (k == kind && $4 == "guarded" && !found) { found = 1; print n + 0 } n++ }')
	status 0 timeout 20 "$stapvet" replay --target "$FACTS" --obligation="${n:-9999}" -e "$3"
	out_has "$2"
}
guard division-nonzero "division by 0" 'probe timer.s(1) { println(7 / (pid() - 77)) }'
guard index-in-range "histogram index out of range" \
	'global s probe timer.s(1) { s <<< 1 println(@hist_linear(s, 0, 10, 1)[pid()]) }'
guard map-has-room "Array overflow" 'global a[9] probe timer.s(1) { a[pid()] = 1 }'
guard aggregate-nonempty "empty aggregate" 'global s probe timer.s(1) { if (pid() == 3) delete s s <<< 1 } probe timer.s(2) { println(@avg(s)) }'
guard string-fits "and is cut" 'global s probe timer.s(1) { s .= execname() } probe end { println(s) }'
guard read-safe "read fault" 'probe kernel.function("vfs_read") { println($file->f_flags) }'
guard depth-bounded "MAXNESTING exceeded" 'function f(n) { if (n == 0) return 0 return f(n - 1) } probe timer.s(1) { println(f(pid())) }'
guard cost-bounded "MAXACTION exceeded" 'probe timer.s(1) { for (i = 0; i < pid(); i++) println(i) }'

# nothing is done: no command runs
status 0 "$stapvet" replay -e "probe begin { system(\"touch $work/done\") println(1 / 0) }"
out_has "which is not done here"
[ ! -e "$work/done" ] || say "a command was run"

# inputs are hostile
bad() { # bad TEXT LINES: refused, saying so
	printf '%b' "$2" >"$work/bad"
	replay 3 --at=7:16 --input="$work/bad"
	cat "$work/out" >>"$work/err"
	err_has "$1"
}
head='stapvet inputs 1\n'
bad "it is empty" ''
bad "the first line" 'something\n'
bad "it is not a text" "$head"'event 0\000\n'
bad "no such probe point" "$head"'hit 99 1\n'
bad "how often" "$head"'hit 0 99999999999999\n'
bad "too many hits" "$head"'hit 0 100000\nhit 0 1\n'
bad "before the first" "$head"'5 $count\n'
bad "a string does not end" "$head"'event 0\n"abc\n'
bad "begins with a number" "$head"'event 0\nwhat\n'
bad "what the value is for" "$head"'event 0\n5\n'
bad "is a string of at most 15 bytes" "$head"'hit 0 1\nevent 0\n500 $count\n7 execname()\n'
status 3 "$stapvet" replay --target "$FACTS" --at=7:16 --input=/nonexistent "$work/path.stp"
status 3 "$stapvet" replay --target "$FACTS" --at=7:16 --input="$work" "$work/path.stp"
for wrong in --obligation=x --obligation=-1 --at=0 --at=1:x --seed=z; do
	status 2 "$stapvet" replay "$wrong" "$work/path.stp"
done
status 2 "$stapvet" replay --target "$FACTS" --obligation=99 "$work/path.stp"
status 2 "$stapvet" replay
finish
