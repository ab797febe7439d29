# check keeps the results of scripts: the same bytes with and without, however many at a time, and
# anew whenever something changes that they rest on.
. testsuite/cli/common.inc
export XDG_CACHE_HOME=$work/cache
mkdir -p "$work/d" "$work/lib"
for i in $(seq 150); do
	printf '#!/usr/bin/stap\nglobal seen%d\nprobe kernel.function("vfs_read") { seen%d[pid()]++ }\nprobe timer.s(%d) { if (x = 1) println(seen%d[1]) }\n' $i $i $i $i >"$work/d/s$i.stp"
done
echo 'probe begin { println(helps()) exit() }' >"$work/d/helped.stp"
echo 'probe begin { nothing() }' >"$work/d/wrong.stp"
echo 'function helps() { return 7 }' >"$work/lib/h.stp"
sleep 0.1 # files of this very moment are not told from what they are next
check() { "$stapvet" check --target "$FACTS" -I "$work/lib" "$@"; }
entries() { ls "$work/cache/stapvet" | grep -c "^check1-"; }
for format in text json sarif junit; do
	status 1 check --no-cache -j1 --format=$format "$work/d"
	cp "$work/out" "$work/plain"
	for jobs in 2 1 5 2; do
		status 1 check -j$jobs --format=$format "$work/d"
		cmp -s "$work/plain" "$work/out" || say "--format=$format -j$jobs differs from --no-cache"
		err_empty
	done
done
# what ended in errors is not kept
[ "$(entries)" = $((151 * 4)) ] || say "$(entries) entries"
kept() { # kept WHAT COMMAND...: it makes no new entry
	local before=$(entries)
	"${@:2}" >/dev/null 2>&1 </dev/null
	[ "$(entries)" = "$before" ] || say "$1 is not taken from what is kept"
}
anew() { # anew WHAT COMMAND...: it makes one
	local before=$(entries)
	"${@:2}" >/dev/null 2>&1 </dev/null
	[ "$(entries)" -gt "$before" ] || say "$1 is taken from what is kept"
}
one=$work/d/s1.stp
anew "as another format asks it" check "$one"
kept "the same again" check "$one"
kept "one at a time" check -j1 "$one"
anew "another option" check -w "$one"
anew "another rule" check --enable=all "$one"
echo '# more' >>"$one"
anew "another text" check "$one"
cp "$one" "$work/d/copy.stp"
anew "another name" check "$work/d/copy.stp"
printf 'rules: {disable: [array-grows]}\n' >"$work/d/.stapvet.yaml"
sleep 0.1
anew "another configuration" check "$one"
status 1 check "$one"
out_lacks "array-grows"
printf 'rules: {}\n' >"$work/d/.stapvet.yaml"
sleep 0.1
status 1 check "$one"
out_has "array-grows"
# the library
status 0 check "$work/d/helped.stp"
echo 'function helps(a) { return a }' >"$work/lib/h.stp"
sleep 0.1
status 1 check "$work/d/helped.stp"
# kernels
tiny_btf "$work/tiny.btf"
sleep 0.1
anew "another kernel" check --target "$work/tiny.btf" "$one"
# what may look at other files is not kept
echo 'probe process("/bin/true").begin { exit() }' >"$work/d/p.stp"
kept "a script of programs" check "$work/d/p.stp"
kept "--fix" check --fix "$work/d/s2.stp"
# damaged entries are done anew
for entry in "$work/cache/stapvet"/check1-*; do printf 'x' | dd of="$entry" bs=1 seek=200 conv=notrunc 2>/dev/null; done
"$stapvet" check --no-cache --target "$FACTS" -I "$work/lib" "$work/d" >"$work/plain" 2>/dev/null
status 1 check "$work/d"
cmp -s "$work/plain" "$work/out" || say "a damaged entry was believed"
# progress on a terminal only, and gone at the end
if command -v script >/dev/null; then
	TERM=xterm script -qec "$stapvet check --no-cache -j2 --quiet --target $FACTS $work/d" /dev/null </dev/null >"$work/out" 2>&1
	out_lacks "scripts"
	script -qec "$stapvet check --no-cache -j2 -w --target $FACTS $work/d $work/d $work/d >/dev/null" /dev/null </dev/null >"$work/out" 2>&1
	out_has "scripts"
fi
finish
