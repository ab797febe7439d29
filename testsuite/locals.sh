#!/bin/bash
# Variables and their types at functions and statements of the kernel, against SystemTap's listing.
# Needs stap and the kernel's package of debug information; slow, so not part of `make check`.
set -u
cd "$(dirname "$0")/.."
stapvet=${BUILD:-build}/stapvet
release=${RELEASE:-$(ls /usr/lib/debug/boot 2>/dev/null | sed -n "s/^vmlinux-//p" | tail -n 1)}
if ! command -v stap >/dev/null || [ ! -e "/usr/lib/debug/boot/vmlinux-$release" ]; then
	echo "locals: SKIPPED: stap or the debug information of a kernel (${release:-none}) is not installed"
	exit 0
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
points=(
	'kernel.function("*@mm/rmap.c")'
	'kernel.function("vfs_*@fs/read_write.c")'
	'kernel.function("tcp_*@net/ipv4/tcp.c")'
	'kernel.statement("vfs_read@fs/read_write.c:*")'
	'kernel.statement("do_sys_openat2@fs/open.c:*")'
	'kernel.statement("tcp_sendmsg_locked@net/ipv4/tcp.c:*")'
)
same=0 different=0 only=0
for point in "${points[@]}"; do
	nice stap -r "$release" -L "$point" 2>/dev/null | sort >"$work/stap"
	nice "$stapvet" -r "$release" -L "$point" 2>/dev/null | sort >"$work/vet"
	# places that both know; what their variables are
	while read -r place; do
		a=$(grep -F -- "$place" "$work/stap" | head -n 1)
		b=$(grep -F -- "$place" "$work/vet" | head -n 1)
		if [ -z "$b" ]; then
			only=$((only + 1))
		elif [ "$a" = "$b" ]; then
			same=$((same + 1))
		else
			different=$((different + 1))
			[ -z "${V:-}" ] || diff <(echo "$a") <(echo "$b")
		fi
	done < <(sed 's/") .*/")/' "$work/stap" | uniq)
done
echo "locals: $same places agree, $different differ, $only are known to stap alone"
# SystemTap lists variables that are kept in pieces, too
[ "$same" -ge $((different * 9)) ] && [ "$same" -ge 100 ]
