# The index that is installed beside the library is asked in place of the files, while they are the
# ones that it was made of; the answers are those of the files.
. testsuite/cli/common.inc
[ -e "$BUILD/tapset.index" ] || { say "the build made no tapset.index"; finish; }
share=$work/share/stapvet
mkdir -p "$work/bin" "$share"
cp "$stapvet" "$work/bin/stapvet"
cp -R --preserve=timestamps tapset "$share/tapset"
cp "$BUILD/tapset.index" "$share/"
export XDG_CACHE_HOME=$work/cache
uses='probe begin { println(thread_indent(1)) }'
status 0 "$work/bin/stapvet" -p2 --no-cache -e "$uses"
cp "$work/out" "$work/with"

# an index that lies shows that it is asked
sed 's/thread_indent/thread_indenX/g' "$BUILD/tapset.index" >"$share/tapset.index"
status 1 "$work/bin/stapvet" -p2 --no-cache -e "$uses"
err_has 'thread_indent'

# a file that changed has the files asked
echo 'function of_this_test() { return 1 }' >>"$share/tapset/string.stp"
status 0 "$work/bin/stapvet" -p2 --no-cache -e "$uses"
out_is "$(cat "$work/with")"
status 0 "$work/bin/stapvet" -p2 --no-cache -e 'probe begin { println(of_this_test()) }'

# so has one more, one less, none and a damaged one
cp "$BUILD/tapset.index" "$share/"
cp -R --preserve=timestamps tapset/. "$share/tapset/"
echo 'function of_another_file() { return 1 }' >"$share/tapset/zzz.stp"
status 0 "$work/bin/stapvet" -p2 --no-cache -e 'probe begin { println(of_another_file()) }'
rm "$share/tapset/zzz.stp"
head -c 3000 "$BUILD/tapset.index" >"$share/tapset.index"
status 0 "$work/bin/stapvet" -p2 --no-cache -e "$uses"
rm "$share/tapset.index"
status 0 "$work/bin/stapvet" -p2 --no-cache -e "$uses"
out_is "$(cat "$work/with")"
finish
