# --dry-run: everything but the run, and the plan.
. testsuite/cli/common.inc
status 0 "$stapvet" --dry-run -e 'probe begin { println("ran") exit() } probe timer.s(1) { for (i = 0; i < 10; i++) n++ println(n) }'
out_lacks "ran"
out_has "run-time: user space"
out_has "site begin"
out_has "site timer.s(1)"
out_has "guards kept: none"
status 0 "$stapvet" --dry-run -e 'probe begin { println(1 / pid()) exit() }'
out_has "division-nonzero at <input>:1:25"
status 0 "$stapvet" --dry-run --target "$FACTS" -e 'probe kernel.function("vfs_read") { println($count) }'
out_has "none built yet serves this script"
out_has "exists: yes"
out_has "vfs_read"
status 1 "$stapvet" --dry-run -e 'probe begin { x = }'
status 1 "$stapvet" --dry-run -e 'function f() { }'
err_has "no probes"
finish
