# What is not built says so, by name, and fails.
. testsuite/cli/common.inc
begin='probe begin { exit() }'
for option in --monitor --dyninst --language-server --check-version "--remote=x" -F; do
	status 1 "$stapvet" $option -e "$begin"
	err_has "is not built yet"
done
for runtime in kernel bpf; do
	status 1 "$stapvet" --runtime=$runtime -e "$begin"
	err_has "the $runtime run-time is not built yet"
done
status 1 "$stapvet" -p3 -e "$begin"
err_has "not built"
# families of probes that are known but not served
for point in 'python2.module("x").function("y")' 'java("x").class("y").method("z")'; do
	status 1 "$stapvet" -p2 --target "$FACTS" -e "probe $point { println(1) }"
	err_has "are not supported"
done
# the kernel's probes are understood and not run
status 1 "$stapvet" --target "$FACTS" -e 'probe kernel.function("vfs_read") { println(1) }'
err_has "can't run this script"
finish
