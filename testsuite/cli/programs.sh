# Programs made here: marks, the linkage table, libraries, functions and statements.
. testsuite/cli/common.inc
command -v gcc >/dev/null || { echo "skipped: no gcc"; exit 0; }
cat >"$work/mark.h" <<'C'
#define MARK(...) MARK_WITH("0", __VA_ARGS__)
#define MARK_WITH(semaphore, provider, name, text, ...) \
	__asm__ volatile("990:	nop\n" \
		".pushsection .note.stapsdt,\"\",\"note\"\n.balign 4\n" \
		".4byte 992f-991f,994f-993f,3\n991:	.asciz \"stapsdt\"\n992:	.balign 4\n" \
		"993:	.8byte 990b,_.stapsdt.base," semaphore "\n" \
		".asciz \"" provider "\"\n.asciz \"" name "\"\n.asciz \"" text "\"\n" \
		"994:	.balign 4\n.popsection\n" \
		".ifndef _.stapsdt.base\n" \
		".pushsection .stapsdt.base,\"aG\",\"progbits\",.stapsdt.base,comdat\n" \
		".weak _.stapsdt.base\n.hidden _.stapsdt.base\n_.stapsdt.base: .space 1\n" \
		".size _.stapsdt.base,1\n.popsection\n.endif\n" ::__VA_ARGS__)
C
cat >"$work/lib.c" <<'C'
#include "mark.h"
int library_work(int n) { MARK("shelf", "enter", "-4@%0", "nor"(n)); return n + 1; }
C
cat >"$work/main.c" <<'C'
#include "mark.h"
int library_work(int n);
static int counter; __attribute__((section(".probes"), used)) static unsigned short turn_semaphore = 1;
__attribute__((noinline)) int busy(int n, const char *text)
{
	int i, total = 0;
	for (i = 0; i < n; i++) {
		total += library_work(i) + text[0];
		MARK_WITH("turn_semaphore", "demo", "turn", "-4@%0 8@%1", "nor"(total), "nor"(text));
	}
	return total;
}
int main(int argc, char **argv)
{
	MARK("demo", "start", "");
	MARK("other", "floating", "8f@%0", "nor"(argc));
	counter = busy(argc, argv[0]);
	return counter;
}
C
gcc -g -O1 -fPIC -shared -o "$work/libshelf.so" "$work/lib.c" &&
	gcc -g -O1 -o "$work/program" "$work/main.c" -L"$work" -lshelf -Wl,-rpath,"\$ORIGIN" ||
	{ echo "skipped: gcc cannot make the programs"; exit 0; }
p=$work/program
p2() { local want=$1; shift; status "$want" "$stapvet" -p2 --target "$FACTS" "$@"; }
on() { echo "probe process(\"$p\").$1 { println($2) }"; }

# marks
p2 0 -e "$(on 'mark("turn")' '$arg1, $arg2, $$name, $$provider, $$vars')"
out_has "process(\"$p\").mark(\"turn\")"
p2 0 -e "$(on 'provider("d*").mark("*")' '$$name')"
out_has "process(\"$p\").provider(\"demo\").mark(\"start\")"
out_has "process(\"$p\").provider(\"demo\").mark(\"turn\")"
out_lacks "floating"
p2 1 -e "$(on 'mark("trun")' 1)"
err_has 'no mark "trun"'
err_has "did you mean turn"
p2 1 -e "$(on 'provider("none").mark("turn")' 1)"
err_has "turn of demo"
p2 1 -e "$(on 'mark("turn")' '$arg3')"
err_has "no variable \$arg3"
p2 1 -e "$(on 'mark("turn")' '$arg2->x')"
err_has "[invalid-access]"
p2 1 -e "$(on 'mark("floating")' '$arg1')"
err_has "it is a floating-point number"
p2 0 -e "$(on 'mark("floating")' '@defined($arg1) ? 1 : 2')"
p2 1 -g -e "probe process(\"$p\").mark(\"turn\") { \$arg1 = 1 }"
err_has "[not-assignable]"
status 0 "$stapvet" verify --target "$FACTS" -e "$(on 'mark("turn")' '$arg1 + user_string($arg2)' | sed 's/ + user/, user/')"
out_has "proved   probe-exists"
p2 0 -c "$p 3" -e 'probe process.mark("start") { println(1) }'
out_has "$p"
p2 1 -e 'probe process.mark("start") { println(1) }'
err_has "[unknown-program]"

# what a back end needs to attach them: the file, its build-id, addresses and where they lie in it
hex() { printf '0x%x' "0x$1"; }
symbol() { hex "$(nm "$1" | awk -v name="$2" '$3 == name { print $1; exit }')"; }
in_file() { # in_file FILE SECTION ADDRESS: its offset in the file
	readelf -SW "$1" | sed 's/^ *\[ *[0-9]*\]//' |
		awk -v s="$2" '$1 == s { print $3, $4 }' |
		{ read -r at offset; printf '0x%x' $(($3 - 0x$at + 0x$offset)); }
}
id=$(readelf -n "$p" | sed -n 's/.*Build ID: //p')
status 0 "$stapvet" --dump ir -w --target "$FACTS" -e "$(on 'mark("turn")' 1)
$(on 'function("busy").return' 2)
$(on 'begin' 3)
probe process(\"$work/libshelf.so\").plt.return ? { println(4) }"
semaphore=$(symbol "$p" turn_semaphore)
busy=$(symbol "$p" busy)
out_has " path \"$p\" build-id \"$id\" address 0x"
out_has " semaphore $semaphore semaphore-offset $(in_file "$p" .probes "$semaphore") "
out_has " path \"$p\" build-id \"$id\" address $busy offset $(in_file "$p" .text "$busy") return "
out_has "function \"busy\""
grep 'attach f2' "$work/out" >"$work/begin"
grep -qF " path \"$p\" @" "$work/begin" || say "the program of process.begin is not in the record"

# the linkage table and libraries
p2 0 -e "$(on 'plt("library*")' '$$name')"
out_has 'plt("library_work")'
p2 1 -e "$(on 'plt("library_wrok")' '1')"
err_has "did you mean library_work"
p2 0 -e "$(on 'library("libshelf*").mark("enter")' '$arg1')"
out_has "$work/libshelf.so"
p2 0 -e "$(on 'library("libshelf.so").plt?, begin' 1)"
p2 1 -e "$(on 'library("libshelv.so").mark("enter")' '$arg1')"
err_has "it loads libshelf.so"

# programs
p2 1 -e 'probe process("/no/such/program").mark("x") { println(1) }'
err_has "there is no file /no/such/program"
p2 0 -e 'probe process("/no/such/program").mark("x")?, begin { println(1) }'
p2 0 -e 'probe process("/no/such/program").begin { println(pid()) }'
p2 1 -e "probe process(\"$work/none*\").mark(\"x\") { println(1) }"
err_has "no program matches"
p2 0 -e "probe process(\"$work/prog*\").mark(\"start\") { println(1) }"
printf '#!%s -x\n' "$p" >"$work/script"
chmod +x "$work/script"
PATH="$work:$PATH" p2 0 -e 'probe process("script").mark("start") { println(1) }'
out_has "process(\"$p\")"
chmod o+w "$work"
status 1 env PATH="$work" "$stapvet" -p2 --target "$FACTS" -e 'probe process("script").mark("start") { println(1) }'
err_has "no program \"script\" in the folders of PATH"
chmod o-w "$work"
echo text >"$work/text"
p2 1 -e "probe process(\"$work/text\").mark(\"start\") { println(1) }"
err_has "not an ELF file"
head -c 3000 "$p" >"$work/cut"
p2 1 -e "probe process(\"$work/cut\").plt { println(1) }"
err_has "it is damaged"

# functions and statements
p2 0 -e "$(on 'function("bu*")' '$n, user_string($text), $$vars')"
out_has "function(\"busy@$work/main.c:4\")"
p2 0 -e "$(on 'function("busy@main.c").return' '$return, @entry($n)')"
out_has ').return'
p2 1 -e "$(on 'function("busi")' 1)"
err_has "did you mean busy"
p2 1 -e "$(on 'function("busy@lib.c")' 1)"
err_has "busy is from $work/main.c"
p2 1 -e "$(on 'function("busy@")' 1)"
err_has "malformed specification"
p2 1 -e "$(on 'statement("busy@main.c:x")' 1)"
err_has "malformed specification"
p2 0 -e "$(on 'statement("busy@main.c:7-9")' '$n')"
out_has "statement(\"busy@$work/main.c:"
p2 1 -e "$(on 'statement("busy@main.c:1000")' 1)"
err_has "has no code in function busy"
p2 0 -e "$(on 'statement("busy@main.c+1").nearest' 1)"
p2 0 -e "$(on 'function("main").call' '$argc, user_string($argv[0])')"
p2 1 -e "$(on 'function("main")' '$nothing')"
err_has "no variable \$nothing"
p2 0 -e "$(on 'mark("turn")' '$n')"
p2 0 -e "$(on 'library("libshelf*").function("library_*")' '$n')"
p2 1 -e 'probe process(1).statement(0x1000).absolute { println(1) }'
err_has "kernels probe files"
strip -o "$work/bare" "$p" && {
	p2 0 -e "probe process(\"$work/bare\").mark(\"turn\") { println(\$arg1) }"
	p2 1 -e "probe process(\"$work/bare\").function(\"busy\") { println(1) }"
	err_has "[unreadable-program]"
	p2 1 -e "probe process(\"$work/bare\").begin { } probe process(\"$work/bare\").mark(\"turn\") { println(\$nothing) }"
	p2 0 -e "probe process(\"$work/bare\").function(\"busy\")?, process(\"$work/bare\").mark(\"turn\") { println(1) }"
}

# scopes of C++
cat >"$work/scopes.cc" <<'C'
namespace outer { struct Box { int size; int grow(int by); }; int Box::grow(int by) { return size + by; } }
int main(int argc, char **) { outer::Box box{argc}; return box.grow(2); }
C
if command -v g++ >/dev/null && g++ -g -O0 -o "$work/scopes" "$work/scopes.cc"; then
	in_scopes() { echo "probe process(\"$work/scopes\").function(\"$1\") { println(1) }"; }
	for name in grow Box::grow outer::Box::grow '*::grow' 'Box::gr*'; do
		p2 0 -e "$(in_scopes "$name")"
		out_has "grow@$work/scopes.cc:1"
	done
	p2 1 -e "$(in_scopes Bix::grow)"
	err_has "there is outer::Box::grow"
	p2 1 -e "$(in_scopes Box::grwo)"
	err_has "write Box::grow"
	p2 1 -e "$(in_scopes 'outer::*')"
	err_has 'no function matches "outer::*"'
fi

# watches
p2 0 -c "$p" -e 'probe process.data("counter").write { println(1) }'
p2 1 -c "$p" -e 'probe process.data("coutner").rw { println(1) }'
err_has 'no global variable "coutner"'
p2 1 -c "$p" -e 'probe process.data(0x1000).length(3).rw { println(1) }'
p2 1 -e 'probe process.data(0x1000).rw { println(1) }'
err_has "[unknown-program]"

# system calls and steps
p2 0 -e 'probe process.syscall { println($syscall, $arg6, $$parms) }'
p2 1 -e 'probe process.syscall { println($return) }'
err_has "no variable \$return"
p2 0 -e 'probe process.syscall.return { println($syscall, $return) }'
p2 1 -e 'probe process.begin { println($x) }'
err_has "[unknown-variable]"
p2 1 -e 'probe process(1).insn { println(1) }'
err_has "CONFIG_UTRACE"
p2 1 -e 'probe process(99999999).begin { println(1) }'
err_has "there is no process 99999999"
finish
