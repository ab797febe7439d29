# -l, -L and the dumps: lines sorted, each once, in stap's words.
. testsuite/cli/common.inc
mkdir "$work/lib"
cat >"$work/lib/own.stp" <<'END'
probe own.read = kernel.function("vfs_read") { size = $count; name = "read"; }
probe own.both = kernel.function("vfs_read"), kernel.function("vfs_write") { both = $count }
probe own.none = module("no_such_module").function("here")? { x = 1 }
probe own.differs = begin { first = 1 }
probe own.differs = end { second = "s"; first = 2 }
probe _own.hidden = begin {}
function own_typed:long (a:long, b:string) %{ /* pure */ /* unprivileged */ THIS->__retvalue = 1; %}
function own_open (a, b) { return a + b }
function own_const:long () { return @const("3") }
function own_over:string (a:long) { next }
function own_over:string () { return "" }
private function own_private() { return 1 }
function _own_hidden() { return 1 }
END
list() { status "$1" "$stapvet" --target "$FACTS" -I "$work/lib" "${@:2}"; }
list 0 -l 'kernel.function("vfs_re*")'
out_has 'kernel.function("vfs_read'
sort -cu "$work/out" || say "not sorted, or not unique"
list 0 -l own.read
out_is 'own.read'
list 0 -L own.read
out_is 'own.read size:long name:string $file:struct file* $buf:char* $count:size_t $pos:loff_t*'
# one name, two places: only what both have
list 0 -L own.both
out_is 'own.both both:long $file:struct file* $count:size_t $pos:loff_t*'
list 0 -L own.differs
out_is 'own.differs first:long'
list 0 -l 'own.*'
out_is 'own.both
own.differs
own.read'
list 0 -L 'kernel.function("vfs_read").return'
out_has '.return $return:ssize_t $file:struct file*'
list 0 -l 'timer.ms(100)'
out_is 'timer.ms(100)'
# nothing there: no word, but the status; -v says why
for point in own.none no.such.point 'own.none,'; do
	list 1 -l "$point"
	out_is ''
	err_empty
done
list 1 -v -l 'kernel.function("vfs_raed")'
err_has 'vfs_read'
# what nobody can tell is not the same
tiny_btf "$work/kernel.btf"
status 1 "$stapvet" --target "$work/kernel.btf" -l 'module("none").function("f")'
err_has 'cannot tell'
list 1 -l begin -l end
err_has 'only one'
# dumps
list 0 --dump-functions
grep '^own' "$work/out" >"$work/own"
diff - "$work/own" <<'END' || say "other functions"
own_const:long () /* unprivileged */
own_open:unknown (a:unknown, b:unknown)
own_over:string (a:long)
own_over:string ()
own_typed:long (a:long, b:string) /* unprivileged */
END
list 0 --dump-probe-aliases
grep '^own' "$work/out" >"$work/own"
diff - "$work/own" <<'END' || say "other aliases"
own.both = kernel.function("vfs_read"), kernel.function("vfs_write")
own.differs = begin
own.differs = end
own.none = module("no_such_module").function("here")?
own.read = kernel.function("vfs_read")
END
list 0 --dump-probe-types
for type in 'kernel.function(string).call' 'timer.ms(number).randomize(number)' begin; do out_has "$type"; done
sort -u "$work/out" | cmp -s - <(sort "$work/out") || say "a probe type is told twice"
finish
