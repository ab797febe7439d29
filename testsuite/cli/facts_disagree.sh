#!/bin/bash
# A kernel image whose BTF and debug information are of two builds: both sources are named.
. testsuite/cli/common.inc
tiny_btf "$work/btf" # tiny_read(count)
make_image() { # make_image PARAMETER: an image with the function tiny_read(PARAMETER)
	cat >"$work/k.c" <<EOF
const char linux_banner[] = "Linux version 6.1.0-tiny (test@test) #1";
__attribute__((noinline)) int tiny_read(int $1) { return $1 + 1; }
int main(int argc, char **argv) { (void)argv; return tiny_read(argc); }
EOF
	gcc -g -O2 -w -no-pie -o "$work/k" "$work/k.c" && objcopy --add-section .BTF="$work/btf" "$work/k" "$work/image"
}
ask() { printf '%s\n' "probe kernel.function(\"tiny_read@k.c\") { println(\$$1) }" >"$work/s.stp"
	"$stapvet" check --target "$work/image" "$work/s.stp" >"$work/out" 2>"$work/err"; }
make_image count || { say "gcc or objcopy fails"; finish; }
ask count
out_lacks "[facts-disagree]"
make_image size
ask size
out_has "[facts-disagree]"
out_has '(count) is from'
out_has '(size) is from'
finish
