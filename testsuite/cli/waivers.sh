# Waivers: comments that accept what is not proved, their scopes, and where they are listed.
. testsuite/cli/common.inc
n='n = pid() & 7;'
# the same line, the next line of code, a block, the file; all three kinds of comment
accepted() { # accepted SCRIPT: --strict takes it, and not without its waivers
	local script="$1
probe timer.s(1) { exit() }"
	status 0 "$stapvet" verify --strict -e "$script"
	status 0 "$stapvet" check --strict -e "$script"
	status 1 "$stapvet" verify --strict --no-inline-suppress -e "$script"
	err_has "[division-by-zero]"
	err_lacks "waiver]"
}
accepted "probe begin { $n println(1 / n) } # stapvet: disable=division-nonzero -- why not"
accepted "probe begin { $n println(1 / n) /* stapvet: disable=division-by-zero -- why not */ }"
accepted "probe begin { $n
  // stapvet: disable=division-nonzero -- why not

  # another comment
  println(1 / n) }"
accepted "probe begin { $n
  # stapvet: disable=division-nonzero -- why not
  println(1)
  println(1 / n)
  # stapvet: enable=division-nonzero
}"
accepted "probe begin { $n println(1 / n) }
# stapvet: disable-file=division-nonzero -- why not"
accepted "@define third(x) %( (3 / @x) %)
probe begin { $n
  println(@third(n)) # stapvet: disable=division-nonzero -- where the macro is used
}"
# nothing further, and nothing else
for script in "probe begin { $n
  # stapvet: disable=division-nonzero -- one line only
  println(1)
  println(1 / n) }" "probe begin { $n println(1 / n) } # stapvet: disable=loop-bounded -- another" \
	"probe begin { $n println(\"# stapvet: disable=division-nonzero -- a string\", 1 / n) }" \
	"probe begin { $n println(1 / n) } # stapvet: disable=division-nonzero"; do
	status 1 "$stapvet" verify --strict -e "$script"
	err_has "error: n may be 0"
done
# an error says what to do, and how it would be waived
status 1 "$stapvet" check --strict -e "probe begin { $n println(1 / n) }"
out_has "remedy: Test the divisor first"
out_has "# stapvet: disable=division-nonzero -- REASON"
# what is refuted, or a right that is lacking, is not waived
status 1 "$stapvet" verify -e 'probe begin { println(1 / 0) } # stapvet: disable=division-nonzero -- no'
err_has "[waiver-refused]"
status 1 "$stapvet" check --strict -e 'probe begin { println(1 / 0) }'
out_lacks "disable=division-nonzero"
# assumptions and unknowns are waived; a library's guards by the file
pid='probe kernel.trace("sched:sched_switch") { println(1) }'
status 1 "$stapvet" verify --strict --target "$FACTS" -e "$pid"
status 0 "$stapvet" verify --strict --target "$FACTS" -e "$pid # stapvet: disable=probe-exists,probe-permitted -- seen it"
out_has "waived: seen it"
library='probe kernel.trace("sched:sched_switch") { println(execname(), kernel_string($prev)) }'
status 1 "$stapvet" check --strict --target "$FACTS" -e "$library"
# every report lists them
w="probe begin { $n println(1 / n) exit() } # stapvet: disable=division-nonzero -- because
"
status 0 "$stapvet" check -e "$w"
out_has "note: division-nonzero is waived for line 1: because [waiver]"
status 0 "$stapvet" check --format=json -e "$w"
out_has '"tag":"waiver"'
status 0 "$stapvet" verify -e "$w"
out_has "; 1 waived"
out_has "waived: because"
status 0 "$stapvet" verify --format=json --stats -e "$w"
tr -d ' \n' <"$work/out" >"$work/flat"
for want in '"waived":"because"' '"scope":"line","first_line":1,"last_line":1' '"waived":1}' \
	'"division-nonzero":{"inserted":1,"proved":0,"waived":1,"kept":1}' '"total":{"inserted":'; do
	grep -qF "$want" "$work/flat" || { say "the JSON lacks $want"; cat "$work/out"; }
done
status 0 "$stapvet" --dry-run -e "$w"
out_has "waived at <input>:1:"
# a waiver is for people: the check stays
status 1 "$stapvet" --strict -e 'probe begin { n = strtol("0", 10) println(1 / n) exit() } # stapvet: disable=division-nonzero -- let it fail'
err_has "division by 0"
# -W makes a warning about waivers an error, as any
status 1 "$stapvet" -W -e 'probe begin { println(1) exit() } # stapvet: disable=loop-bounded -- none'
err_has "[unused-waiver]"
# a fix of what is waived is not applied
printf '#!/usr/bin/stap\nglobal a\nprobe begin { if (a = 1) println(a) exit() } # stapvet: disable=assign-in-condition -- meant\n' >"$work/meant.stp"
cp "$work/meant.stp" "$work/kept.stp"
"$stapvet" check --fix "$work/meant.stp" >"$work/out" 2>&1 </dev/null
cmp -s "$work/meant.stp" "$work/kept.stp" || say "a waived finding was mended"
status 0 "$stapvet" --fix -p2 "$work/meant.stp"
cmp -s "$work/meant.stp" "$work/kept.stp" || say "a waived finding was mended by -p2"
# a rule that was not asked for leaves its waiver alone
status 0 "$stapvet" verify -e 'probe begin { println(1) exit() } # stapvet: disable=assign-in-condition -- none'
err_lacks "[unused-waiver]"
status 1 "$stapvet" check -e 'probe begin { println(1) exit() } # stapvet: disable=assign-in-condition -- none'
out_has "[unused-waiver]"
# --stats beside a run, and beside check
status 0 "$stapvet" --stats -e 'probe begin { println(4 / 2) exit() }'
out_is 2
err_has "checks at run time:"
status 0 "$stapvet" check --stats -e 'probe begin { println(4 / 2) exit() }'
out_has "  division-nonzero            1        1        0        0"
# thousands of them are not read
{ for i in $(seq 4100); do echo "# stapvet: disable=division-nonzero -- $i"; done; echo 'probe begin { exit() }'; } >"$work/many.stp"
status 1 "$stapvet" check "$work/many.stp"
out_has "more than 4000 waivers"
finish
