# .stapvet.yaml: which one holds, what it sets, what it refuses, and whom it is not taken from.
. testsuite/cli/common.inc
FACTS=$PWD/$FACTS stapvet=$PWD/$stapvet
unset XDG_CACHE_HOME
export HOME=$work/home
mkdir -p "$work/r/.git" "$work/r/a/b" "$work/r/old" "$work/home"
chmod 755 "$work" "$work/r" "$work/r/a"
cd "$work/r"
printf '#!/usr/bin/stap\nglobal reads\nprobe kernel.function("vfs_read") { reads[pid()]++ }\n' >a/b/s.stp
cp a/b/s.stp old/o.stp
check() { "$stapvet" check --format=gcc --target "$FACTS" "$@"; }
status 0 check a old
out_has "a/b/s.stp:3:37: note:"
# the nearest one holds, whole; the search ends at a repository
printf 'rules:\n  severity: {array-grows: error}\n' >.stapvet.yaml
printf 'rules:\n  severity: {array-grows: warning}\n' >a/.stapvet.yaml
status 1 check a old
out_has "a/b/s.stp:3:37: warning:"
out_has "old/o.stp:3:37: error:"
status 1 check old/../a/b/s.stp
out_has "warning:"
status 0 check --no-config a old
out_lacks "warning:"
status 1 check --config .stapvet.yaml a
out_has "a/b/s.stp:3:37: error:"
rm a/.stapvet.yaml
printf 'strict: maybe\n' >../.stapvet.yaml
status 1 check a
err_empty
# from any folder, and for -e and standard input the folder at hand
(cd a/b && status 1 check s.stp && exit $failures) || failures=$((failures + 1))
status 1 check -e "$(cat a/b/s.stp)"
check - <a/b/s.stp >"$work/out" 2>&1
out_has "error:"
# the command line beats it, and a tag its group
printf 'rules:\n  disable: [safety]\n' >.stapvet.yaml
status 0 check a
out_lacks "array-grows"
status 0 check --enable=array-grows a
out_has "[array-grows]"
status 0 check --enable=all a
out_has "[array-grows]"
printf 'rules: {disable: [safety], enable: [array-grows]}\n' >.stapvet.yaml
status 0 check a
out_has "[array-grows]"
status 0 check --disable=safety a
out_lacks "[array-grows]"
# overrides by path, from the folder of the file
printf 'overrides:\n- paths: ["old/*"]\n  rules: {disable: [array-grows]}\n- paths: [a/]\n  rules: {severity: {array-grows: warning}}\n' >.stapvet.yaml
status 1 check .
out_has "a/b/s.stp:3:37: warning:"
out_lacks "old/o.stp:3:37"
# numbers of rules
printf 'global big[5000]\nprobe begin { big[1] = 1 println(big[1]) exit() }\n' >a/big.stp
printf 'options: {huge-array: {elements: 4000}}\n' >.stapvet.yaml
check a/big.stp >"$work/out"
out_has "[huge-array]"
printf 'options: {huge-array: {elements: 6000}}\n' >.stapvet.yaml
status 0 check a/big.stp
out_lacks "[huge-array]"
printf 'rules: {enable: [long-line]}\noptions: {long-line: {columns: 20}}\n' >.stapvet.yaml
check a/big.stp >"$work/out"
out_has "[long-line]"
# policy, strict, kernels, libraries
printf 'policy: {minimum-severity: warning}\n' >.stapvet.yaml
status 0 check a
out_is ""
w='probe begin { if (x = 1) println(1) exit() } # stapvet: disable=assign-in-condition,unused-variable -- meant'
status 0 check -e "$w"
printf 'policy: {inline-suppress: false}\n' >.stapvet.yaml
status 1 check -e "$w"
printf 'policy: {maximum-privilege: stapusr}\n' >.stapvet.yaml
status 1 check -e 'probe kernel.function("vfs_read") { println(1) exit() }'
status 2 check -g a
err_has "maximum-privilege"
printf 'strict: true\n' >.stapvet.yaml
status 1 check -e 'probe begin { n = pid() println(1 / n) exit() }'
status 1 "$stapvet" verify -e 'probe begin { n = pid() println(1 / n) exit() }'
mkdir lib
printf 'function helps() { return 7 }\n' >lib/h.stp
printf 'libraries: [lib]\n' >.stapvet.yaml
status 0 check -e 'probe begin { println(helps()) exit() }'
(cd a && status 0 check -e 'probe begin { println(helps()) exit() }' && exit $failures) || failures=$((failures + 1))
tiny_btf tiny.btf
printf 'targets: [tiny.btf]\n' >.stapvet.yaml
p='probe kernel.function("vfs_read") { println(1) exit() }'
"$stapvet" check --format=gcc -e "$p" >"$work/out" 2>&1
out_has "vfs_read"
status 0 check -w -e "$p"
# several kernels: what is wrong with one of them is told once
cp "$FACTS" cloud.facts
printf 'targets: [cloud.facts, tiny.btf]\n' >.stapvet.yaml
status 0 "$stapvet" check -e "$p"
out_has "for the kernel of"
out_has "tiny.btf"
status 1 "$stapvet" check -e 'probe begin { println(nothing()) exit() }'
[ "$(grep -c 'unknown-function' "$work/out")" = 1 ] || say "one fact is told for each kernel"
# what is refused, with a place and a suggestion
refused() { # refused TEXT MESSAGE
	printf "$1" >.stapvet.yaml
	status 2 check a
	err_has "/.stapvet.yaml:$2"
}
refused 'rulse: {}\n' "1:1: error: unknown key 'rulse'; did you mean 'rules'?"
refused 'rules:\n  enable: [array-growz]\n' "2:12: error: there is no rule and no group of rules 'array-growz'; did you mean 'array-grows'?"
refused 'rules:\n  severity: {array-grows: bad}\n' "2:27: error: a severity is note, warning or error"
refused 'options: {huge-array: {element: 3}}\n' "1:24: error: huge-array has no option 'element'; did you mean 'elements'?"
refused 'options: {huge-array: {elements: x}}\n' "1:34: error: 'elements' is a number"
refused 'strict: perhaps\n' "1:9: error:"
refused 'strict: true\nstrict: true\n' "2:1: error: 'strict' is there twice"
refused 'rules: [a]\n' "1:8: error: 'rules' takes keys with values"
refused 'rules: {disable: [unknown-function]}\n' "1:19: error: there is no rule"
refused 'a: &x [1]\nb: *x\n' "1:4: error: anchors and aliases"
refused 'rules: {enable: [all\n' "2:1: error: this is not YAML"
refused '%%s\n' "1:3: error: this is not YAML"
refused 'just text\n' "1:1: error: a configuration is keys with values"
head -c 70000 /dev/zero | tr '\0' '#' >.stapvet.yaml
status 2 check a
err_has "more than 65536 bytes"
{ echo 'rules:'; head -c 60000 /dev/zero | tr '\0' '['; } >.stapvet.yaml
status 2 timeout 10 "$stapvet" check a
{ for i in $(seq 11000); do printf '{a,'; done; } | head -c 60000 >.stapvet.yaml
status 2 timeout 10 "$stapvet" check a
# not taken from others
printf 'rules: {disable: [all]}\n' >.stapvet.yaml
chmod 777 .
status 0 check a
err_has "is ignored: it is in a folder that all may write to"
out_has "[array-grows]"
status 0 check --config .stapvet.yaml a
out_lacks "[array-grows]"
chmod 755 .
if [ "$(id -u)" = 0 ]; then
	chown 12345 .stapvet.yaml
	status 0 check a
	err_has "is ignored: it belongs to another user"
	chown 0 .stapvet.yaml
fi
rm .stapvet.yaml
mkfifo .stapvet.yaml
status 0 timeout 10 "$stapvet" check --target "$FACTS" a
rm .stapvet.yaml
status 3 check --config none.yaml a
status 2 check --config x --no-config a
# what holds, and who says so
printf 'rules: {disable: [array-grows]}\noptions: {broad-wildcard: {sites: 9}}\n' >.stapvet.yaml
status 0 "$stapvet" check --show-config --disable=huge-array a/big.stp
for line in "array-grows: off  # $PWD/.stapvet.yaml:1" "huge-array: off  # command line" \
	"late-filter: on  # default" "broad-wildcard.sites: 9  # $PWD/.stapvet.yaml:2" "strict: false  # default"; do
	out_has "$line"
done
finish
