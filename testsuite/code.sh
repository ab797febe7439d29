#!/bin/bash
# Places in code beside the peer's: what `stap -l` and `stapvet -l` list for statements, labels, inlined copies, callees
# and functions of files, of the kernel, a module and programs compiled here.  Needs stap, that kernel and its -dbg
# package; skipped, aloud, without.
set -u
cd "$(dirname "$0")/.."
stapvet=$PWD/${BUILD:-build}/stapvet
release=$(ls /usr/lib/debug/boot/ 2>/dev/null | sed -n 's/^vmlinux-\(.*\)$/\1/p' | head -n 1)
if [ -z "$release" ] || ! command -v stap >/dev/null || [ ! -e "/boot/vmlinuz-$release" ]; then
	echo "SKIPPED: stap, or a kernel with its -dbg package, is not installed"
	exit 0
fi
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
export SYSTEMTAP_DIR=$work/stap XDG_CACHE_HOME=$work/cache
cat >"$work/p.c" <<'C'
#include <stdio.h>
static inline int sq(int x) { return x * x + 1; }
int helper(int a, int b)
{
	int r = sq(a);
	if (r > b)
		goto out;
	r += b;
out:
	printf("%d\n", r);
	return r;
}
int main(int argc, char **argv)
{
	int n = helper(argc, 3);
	return n + sq(argc);
}
C
for v in 4 5; do
	gcc -g -gdwarf-$v -O0 -o "$work/o0v$v" "$work/p.c"
	gcc -g -gdwarf-$v -O2 -o "$work/o2v$v" "$work/p.c"
done
passed=0 failed=0
check() { # relation point: the lists are equal, or ours has all of theirs
	stap -r "$release" -l "$2" 2>/dev/null | grep -v '^Tip:' | LC_ALL=C sort -u >"$work/theirs"
	timeout 60 "$stapvet" -r "$release" -l "$2" 2>/dev/null | LC_ALL=C sort -u >"$work/ours"
	case $1 in
	equal) cmp -s "$work/theirs" "$work/ours" ;;
	covers) [ -s "$work/ours" ] && [ -z "$(LC_ALL=C comm -23 "$work/theirs" "$work/ours")" ] ;;
	esac
	if [ $? = 0 ]; then passed=$((passed + 1)); else
		failed=$((failed + 1))
		echo "FAIL $1: $2"
		diff "$work/theirs" "$work/ours" | head -n 5
	fi
}
for p in o0v4 o0v5 o2v4 o2v5; do
	check equal "process(\"$work/$p\").function(\"*\")"
	check equal "process(\"$work/$p\").function(\"helper@p.c:5\")"
	check equal "process(\"$work/$p\").statement(\"*@p.c:*\")"
	check equal "process(\"$work/$p\").statement(\"*@p.c:4\")"
	check equal "process(\"$work/$p\").statement(\"helper@p.c+2\")"
	check equal "process(\"$work/$p\").statement(\"main@p.c:14-17\")"
	check equal "process(\"$work/$p\").function(\"*@p.c\").label(\"*\")"
done
for f in vfs_read do_sys_openat2 tcp_sendmsg_locked; do
	file=$("$stapvet" -r "$release" -l "kernel.function(\"$f@*\")" 2>/dev/null | sed -n 's/.*@\(.*\):[0-9]*").*/\1/p' | head -n 1)
	check equal "kernel.statement(\"$f@$file:*\")"
	check equal "kernel.statement(\"$f@$file+5\")"
	check covers "kernel.function(\"$f\").callee(\"*\")"
done
for file in fs/read_write.c kernel/sched/core.c net/ipv4/tcp.c include/linux/fs.h; do
	check equal "kernel.function(\"*@$file\").label(\"*\")"
	check covers "kernel.function(\"*@$file\").inline"
	check covers "kernel.function(\"*@$file\").call"
done
check covers 'module("vsock").function("*@net/vmw_vsock/*")'
check equal 'module("vsock").statement("vsock_dev_do_ioctl@net/vmw_vsock/af_vsock.c:*")'
# the kernel's own table of symbols, in the image as it is shipped, beside the System.map of the -dbg package
tables=$PWD/${BUILD:-build}/testsuite/target/unit_kallsyms map=/usr/lib/debug/boot/System.map-$release
if [ -x "$tables" ] && [ -e "$map" ]; then
	mkdir "$work/image" && cp "/boot/vmlinuz-$release" "$work/image/"
	awk '$2 ~ /[tTwW]/ { print $1, $3 }' "$map" | LC_ALL=C sort -u >"$work/theirs"
	SYSTEMTAP_DEBUGINFO_PATH=/nonexistent "$tables" dump "$work/image/vmlinuz-$release" | grep -v '^ok ' |
		LC_ALL=C sort -u >"$work/ours"
	if cmp -s "$work/theirs" "$work/ours"; then passed=$((passed + 1)); else
		failed=$((failed + 1))
		echo "FAIL kallsyms of /boot/vmlinuz-$release and $map differ"
		diff "$work/theirs" "$work/ours" | head -n 5
	fi
else
	echo "SKIPPED: kallsyms beside System.map (make units; the -dbg package)"
fi
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
