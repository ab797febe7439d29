# What is not built says so, by name, and fails.
. testsuite/cli/common.inc
begin='probe begin { exit() }'
for option in "-l begin" "-L begin" --dump-functions --monitor --dyninst --language-server --check-version "-d kernel" "--remote=x" -F; do
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
for point in 'process("/bin/true").function("main")' 'perf.sw.cpu_clock' 'procfs("x").read' 'python2.module("x").function("y")' 'java("x").class("y").method("z")' 'kernel.statement("vfs_read@fs/read_write.c:1")'; do
	status 1 "$stapvet" -p2 --target "$FACTS" -e "probe $point { println(1) }"
	err_has "not supported yet"
done
# the kernel's probes are understood and not run
status 1 "$stapvet" --target "$FACTS" -e 'probe kernel.function("vfs_read") { println(1) }'
err_has "can't run this script"
finish
