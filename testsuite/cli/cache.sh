# What is kept between runs: the same answers with it and without, whatever happens to it.
. testsuite/cli/common.inc
export XDG_CACHE_HOME=$work/cache
tiny_btf "$work/kernel.btf"
script='probe kernel.function("tiny_read") { println($count) }'
status 0 "$stapvet" cache show
out_has "$work/cache/stapvet: 0 entries"
[ ! -e "$work/cache" ] || say "showing the cache makes it"
sleep 0.1 # what is new this moment is not kept
# four runs make all there is to keep; all answer alike
status 0 "$stapvet" -p2 --no-cache --target "$work/kernel.btf" -e "$script"
cp "$work/out" "$work/want"
[ ! -e "$work/cache" ] || say "--no-cache keeps something"
for run in 1 2 3 4; do
	status 0 "$stapvet" -p2 --target "$work/kernel.btf" -e "$script"
	cmp -s "$work/want" "$work/out" || say "run $run answers differently"
	err_empty
done
status 0 "$stapvet" cache
out_lacks " 0 entries"
[ "$(stat -c %a "$work/cache/stapvet")" = 700 ] || say "others may look into the cache"
# every entry damaged, in turn: cut, emptied, other bytes
for entry in "$work"/cache/stapvet/*; do
	cp "$entry" "$work/entry"
	for damage in 'head -c 100' 'head -c 0' 'tr \000\001 \377\176' 'tr a-z \200' 'sed s/./x/60g'; do
		$damage <"$work/entry" >"$entry"
		status 0 "$stapvet" -p2 --target "$work/kernel.btf" -e "$script"
		cmp -s "$work/want" "$work/out" || [ "$damage" != "${damage#tr}" ] || say "$damage of $entry: another answer"
		rm -f "$entry"
	done
	status 0 "$stapvet" -p2 --target "$work/kernel.btf" -e "$script"
done
# a library that changes is read again
mkdir "$work/lib"
echo 'function one() { return 1 }' >"$work/lib/a.stp"
for run in 1 2 3; do status 0 "$stapvet" -p2 -I "$work/lib" -e 'probe begin { println(one()) }'; done
echo 'function two() { return 2 } function one() { return 1 }' >"$work/lib/a.stp"
for run in 1 2 3; do status 0 "$stapvet" -p2 -I "$work/lib" -e 'probe begin { println(two() + one()) }'; done
echo 'function three() { return 3 }' >"$work/lib/b.stp"
for run in 1 2 3; do status 0 "$stapvet" -p2 -I "$work/lib" -e 'probe begin { println(two() + three()) }'; done
rm "$work/lib/a.stp"
for run in 1 2 3; do
	status 1 "$stapvet" -p2 -I "$work/lib" -e 'probe begin { println(two()) }'
	err_has "two"
done
status 0 "$stapvet" cache clean
out_has "removed"
status 0 "$stapvet" --clean-cache
out_is "removed 0 entries"
status 2 "$stapvet" cache wash
err_has "not 'wash'"
# a folder that others may write to is left alone
chmod 777 "$work/cache/stapvet"
status 0 "$stapvet" -p2 --target "$work/kernel.btf" -e "$script"
[ -z "$(ls "$work/cache/stapvet")" ] || say "a folder open to all is used"
status 0 "$stapvet" cache show
out_has "no cache"
chmod 755 "$work/cache/stapvet"
# one that cannot be made, or a relative one
XDG_CACHE_HOME=/proc/none status 0 "$stapvet" -p2 --target "$work/kernel.btf" -e "$script"
cmp -s "$work/want" "$work/out" || say "without a cache the answer differs"
export HOME=$work/home XDG_CACHE_HOME=relative
mkdir "$HOME"
status 0 "$stapvet" -p2 --target "$work/kernel.btf" -e "$script"
[ -d "$HOME/.cache/stapvet" ] || say "a relative XDG_CACHE_HOME is not ignored"
[ ! -e relative ] || say "a relative XDG_CACHE_HOME is used"
# many at once, on an empty cache
status 0 "$stapvet" cache clean
for run in 1 2 3 4 5 6 7 8; do
	"$stapvet" -p2 --target "$work/kernel.btf" -e "$script" >"$work/out.$run" 2>&1 &
done
wait
for run in 1 2 3 4 5 6 7 8; do cmp -s "$work/want" "$work/out.$run" || say "run $run of many differs"; done
finish
