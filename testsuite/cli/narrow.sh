# Programs of 32 bits made here: functions, statements, variables, marks, the linkage table, libraries.
. testsuite/cli/common.inc
cat >"$work/mark.h" <<'C'
#define MARK(provider, name, text, ...) \
	__asm__ volatile("990:	nop\n" \
		".pushsection .note.stapsdt,\"\",\"note\"\n.balign 4\n" \
		".4byte 992f-991f,994f-993f,3\n991:	.asciz \"stapsdt\"\n992:	.balign 4\n" \
		"993:	.4byte 990b,_.stapsdt.base,0\n" \
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
static int one(int n) { return n; }
static void *pick(void) { return one; }
int chosen(int n) __attribute__((ifunc("pick")));
C
cat >"$work/p.c" <<'C'
#include "mark.h"
struct node { int key; const char *label; struct node *next; long long wide; };
struct node *head, first;
__thread int mine;
int library_work(int n);
static void touch(void *p) { __asm__ volatile("" : : "r"(p) : "memory"); }
static inline __attribute__((always_inline)) int small(int n) { int twice = 2 * n; touch(&twice); return twice; }
__attribute__((noinline)) long long work(struct node *n, int depth)
{
	long sum = small(depth);
	struct node copy = *n;
	touch(&copy);
	MARK("demo", "turn", "-4@%0 4@%1 4@$5 8@%2", "nor"(sum), "r"(n), "m"(copy.wide));
	return sum + copy.key;
}
void _start(void)
{
	mine = library_work(3);
	work(head = &first, 3);
	for (;;)
		;
}
C
make() { gcc -m32 -w -g -nostdlib -ffreestanding "$@" 2>/dev/null; }
if ! make -O1 -fPIC -shared -Wl,-soname,libshelf.so -o "$work/libshelf.so" "$work/lib.c" ||
	! make -O2 -o "$work/p" "$work/p.c" -L"$work" -lshelf -Wl,-rpath,"\$ORIGIN"; then
	echo "SKIPPED: gcc -m32 makes no programs"
	exit 0
fi
p=$work/p
p2() { local want=$1; shift; status "$want" "$stapvet" -p2 -w --target "$FACTS" "$@"; }
on() { echo "probe process(\"$p\").$1 { println($2) }"; }

p2 0 -e "$(on 'function("work")' '$n->label, $n->next->wide, $depth, @var("head")->key, user_string($n->label)')"
p2 0 -e "$(on 'function("small").inline' '1')"
p2 0 -e "$(on 'statement("work@p.c:13")' '$copy->wide, $copy$, $$vars')"
p2 0 -e "$(on 'mark("turn")' '$arg1, $arg2, $arg3, $arg4')"
p2 0 -e "$(on 'plt("library_work")' '1')"
p2 0 -e "$(on 'library("libshelf.so").function("library_work")' '$n')"
p2 0 -e "$(on 'library("libshelf.so").mark("enter")' '$arg1')"
p2 1 -e "$(on 'function("wrok")' '1')"
err_has 'did you mean'
p2 1 -e "$(on 'function("work").return' '$return')"
err_has 'does not fit a register of a 32-bit program'
p2 1 -e "$(on 'function("work")' '@var("mine")')"
err_has 'in thread-local storage of a 32-bit program'
# pointers have four bytes, addresses stay in the lower half, registers have the numbers of x86-64
status 0 "$stapvet" --dump ir -w --target "$FACTS" -e "$(on 'function("work")' '$n->next->wide')"
out_has 'context register 7 "$n"'
out_has 'const 4294967295'
out_has 'load 4 user "$n"'
out_has 'load 4 user "$n->next"'
out_has 'load 8 signed user "$n->next->wide"'
status 0 "$stapvet" -L "process(\"$p\").mark(\"*\")" --target "$FACTS"
out_has 'mark("turn") $arg1:long $arg2:long $arg3:long $arg4:long'
# without debug information and symbols
cp "$p" "$work/bare" && strip "$work/bare"
p2 0 -e "probe process(\"$work/bare\").mark(\"turn\"), process(\"$work/bare\").plt(\"*\") { println(pp()) }"
p2 0 -e "probe process(\"$work/libshelf.so\").function(\"library_work\") { println(1) }"
p2 1 -e "probe process(\"$work/libshelf.so\").function(\"chosen\") { println(1) }"
err_has 'code that chooses a function'
p2 1 -e "probe process(\"$work/bare\").function(\"work\") { println(1) }"
# the other byte order is refused, as such; no kernel has 32 bits
printf '\002' | dd of="$work/bare" bs=1 seek=5 conv=notrunc 2>/dev/null
p2 1 -e "probe process(\"$work/bare\").mark(\"turn\") { println(1) }"
err_has 'byte order'
status 1 "$stapvet" -p2 --target "$p" -e 'probe begin { println(1) }'
err_has 'another width'
finish
