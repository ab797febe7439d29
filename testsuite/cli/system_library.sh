# --tapset=system: SystemTap's own library, here a small one that SYSTEMTAP_TAPSET names.
. testsuite/cli/common.inc
lib=$work/tapset
mkdir -p "$lib/linux/x86_64" "$lib/linux/arm64" "$lib/6.1" "$lib/5.10" "$lib/other" "$lib/PATH/usr/bin"
export SYSTEMTAP_TAPSET=$lib
unset XDG_DATA_DIRS
facts() { status "$1" "$stapvet" --tapset=system --target "$FACTS" "${@:2}"; }

# every folder for this kernel, run-time and architecture counts, and no other
echo 'function top:long() { return 1 }' >"$lib/a.stp"
echo 'function runtime:long() { return 2 }' >"$lib/linux/a.stp"
echo 'function machine:long() { return 3 }' >"$lib/linux/x86_64/a.stp"
echo 'function other_machine:long() { return 4 }' >"$lib/linux/arm64/a.stp"
echo 'function release:long() { return 5 }' >"$lib/6.1/a.stp"
echo 'function other_release:long() { return 6 }' >"$lib/5.10/a.stp"
echo 'function folder:long() { return 7 }' >"$lib/other/a.stp"
facts 0 -p2 -a x86_64 -e 'probe begin { println(top(), runtime(), machine(), release()) }'
for name in other_machine other_release folder; do
	facts 1 -p2 -a x86_64 -e "probe begin { println($name()) }"
	err_has "[unknown-function]"
done

# C is taken by its signature and its markers, and never proved
cat >"$lib/c.stp" <<'END'
%{ #include <linux/sched.h> %}
function c_pid:long() %{ /* pure */ /* unprivileged */ STAP_RETVALUE = current->tgid; %}
function c_name:string(p:long) %{ /* pure */ STAP_RETVALUE[0] = 0; %}
function c_raise(n:long) %{ /* guru */ do_it(STAP_ARG_n); %}
function c_const:long() { return @const("current->tgid") }
function c_calls:string() { return c_name(c_pid()) }
function c_expression:long() { return %{ /* pure */ jiffies %} }
END
facts 0 -p2 -e 'probe begin { println(c_pid(), c_calls(), c_const(), c_expression()) }'
out_has 'c_name:string (p:long)'
facts 1 -p2 -e 'probe begin { println(c_pid() . "x") }'
err_has "[type-mismatch]"
facts 1 -p2 -e 'probe begin { c_raise(9) }'
err_has "[function-needs-guru]"
facts 0 -p2 -g -e 'probe begin { c_raise(9) }'
for call in 'c_pid()' 'c_const()' 'c_expression()'; do
	status 0 "$stapvet" verify --tapset=system --target "$FACTS" -e "probe begin { println($call) }"
	grep -q "assumed" "$work/out" || { say "not assumed: $call"; cat "$work/out"; }
done

# a declaration may stand behind a brace that only one branch of a condition opens
cat >"$lib/branches.stp" <<'END'
function uneven:long() {
%( kernel_v >= "2.6" %?
	if (1) {
%:
	{
%)
	return 1 }
}
function after_uneven:long() { return 2 }
END
facts 0 -p2 -e 'probe begin { println(after_uneven()) }'

# what is wrong in a file that nobody needs is no matter; a file that is needed is skipped, and so told
echo 'function good:long() { return 1 } function bad( { }' >"$lib/broken.stp"
facts 0 -p2 -e 'probe begin { println(top()) }'
err_lacks "broken.stp"
facts 1 -p2 -e 'probe begin { println(good()) }'
err_has "broken.stp is skipped: it has errors"
err_has "[unknown-function]"
printf '@define whole %%( 1 %%)\n@define half %%( 2\n' >"$lib/m.stpm"
facts 1 -p2 -e 'probe begin { println(@whole) }'
err_has "m.stpm is skipped: it has errors"
rm "$lib/m.stpm"

# another folder adds to it, but not at a place or under a name that is taken
mkdir -p "$work/mine/linux"
echo 'function mine:long() { return 8 }' >"$work/mine/b.stp"
echo 'function taken:long() { return 9 }' >"$work/mine/a.stp"
echo '@define one %( 1 %)' >"$lib/m.stpm"
printf '@define one %%( 2 %%)\n@define two %%( 2 %%)\n' >"$work/mine/n.stpm"
facts 0 -p2 -I "$work/mine" -e 'probe begin { println(mine(), top(), @one) }'
err_has "n.stpm is skipped: an earlier library file defines its macro '@one'"
facts 1 -p2 -I "$work/mine" -e 'probe begin { println(taken()) }'
err_has "[unknown-function]"
facts 1 check -I "$work/mine" -e 'probe begin { println(@two) }'
status 1 "$stapvet" check --tapset=system --target "$FACTS" -I "$work/mine" -e 'probe begin { println(@two) }'
rm "$work/mine/n.stpm"

# an alias computes more than a script wants: what does not exist matters when it is wanted
cat >"$lib/alias.stp" <<'END'
probe disk.read = kernel.function("vfs_read") {
	size = $count
	old = $file->no_such_member
}
probe disk.any = kernel.function("no_such_function_here")!, kernel.function("nor_this_one")!, disk.read.call! { any = 1 }
END
facts 0 -p2 -e 'probe disk.read { println(size) }'
facts 1 -p2 -e 'probe disk.read { println(size, old) }'
err_has "no member no_such_member"
facts 0 -p2 -e 'probe disk.* { println(size) }'
facts 0 -p2 -e 'probe disk.any { println(any, size) }'

# below PATH, `process` means the program that the file is named for
echo 'probe tool.start = process.begin, process.end { tool = 1 }' >"$lib/PATH/usr/bin/tool.stp"
facts 0 -p2 -e 'probe tool.start { println(tool) }'
out_has 'process("/usr/bin/tool").end'

# a library that is not there is said to be missing, with what helps
SYSTEMTAP_TAPSET=$work/absent status 1 "$stapvet" --tapset=system -p2 -e 'probe begin { exit() }'
err_has "can't read SystemTap's library"
err_has "SYSTEMTAP_TAPSET"
finish
