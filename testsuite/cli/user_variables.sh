#!/bin/bash
# Variables of a program compiled here: where debug information says they are, with and without
# optimisation; globals, casts, enumerations; a division in a DWARF expression is an obligation.
. testsuite/cli/common.inc
cat >"$work/p.c" <<'EOF'
#include <stdlib.h>
enum colour { RED = 1, BLUE = 7 };
struct node { int key; const char *label; struct node *next; enum colour col; unsigned f1 : 3; int f2 : 5; int grid[2][3]; };
struct node *head; static int counter; __thread int per_thread;
static void touch(void *p) { __asm__ volatile("" : : "r"(p) : "memory"); }
__attribute__((noinline)) int work(struct node *n, int depth)
{
	int sum = 0;
	for (int i = 0; i < depth; i++) {
		struct node copy = *n;
		touch(&copy);
		sum += copy.key * i + counter++;
	}
	return sum;
}
__attribute__((noinline)) long divide(long a, long b)
{
	long q = a / b;
	touch(&counter);
	return a - b;
}
int main(int argc, char **argv)
{
	head = calloc(1, sizeof *head);
	head->label = argv[0];
	per_thread = argc;
	return work(head, argc) + (int)divide(argc, 3);
}
EOF
gcc -g -w -O0 -o "$work/p0" "$work/p.c" && gcc -g -w -O2 -o "$work/p2" "$work/p.c" || { say "gcc fails"; finish; }
for p in "$work/p0" "$work/p2"; do
	status 0 "$stapvet" -p2 -w --target "$FACTS" -e "
probe process(\"$p\").function(\"work\") {
	println(\$n->label, \$depth, \$n->col, \$n->f2, \$n->grid[1][2], \$\$vars, \$\$parms\$, \$n\$, \$n\$\$)
	println(\$head->key, \$counter, @var(\"counter\"), @var(\"head@p.c\")->next->key, &@var(\"head\"))
}
probe process(\"$p\").statement(\"work@p.c:12\") {
	println(\$i, \$sum, \$copy->key, \$copy\$, \$copy->grid[1][2], &\$copy, \$\$locals)
	println(@enumname(\$copy->col), @enum(\"BLUE\"), @enumname(2, \"colour\"))
	x = \$n->next
	println(x->key)
}
probe begin { println(@cast(0, \"struct node\", \"$p\")->key, @var(\"per_thread\", \"$p\")) }"
	status 1 "$stapvet" -p2 -w --target "$FACTS" -e "probe process(\"$p\").function(\"work\") { println(\$dept, \$n->kei, @var(\"nothing\"), @cast(\$n, \"knode\")->x) }"
	err_has 'no variable $dept'
	err_has 'did you mean $depth'
	err_has 'struct node has no member kei'
	err_has 'no global variable nothing'
	err_has '[unknown-type]'
done
# what every place of -O0 has, and where the name is optimised away
status 0 "$stapvet" -L "process(\"$work/p0\").statement(\"work@p.c:12\")" --target "$FACTS"
out_has '$copy:struct node $i:int $n:struct node* $depth:int $sum:int'
# an int that a function returns, or was given, is the low half of a register, with a sign
status 0 "$stapvet" --dump ir -w --target "$FACTS" -e "probe process(\"$work/p2\").function(\"work\").return { println(\$return, @entry(\$depth)) }"
tr -d '\n' <"$work/out" >"$work/flat"
grep -q 'context return 0 "$return"[^=]*= const 32[^=]*= shl [^=]*= shr ' "$work/flat" || { say "\$return is not narrowed"; cat "$work/out"; }
# pointers of a program stay pointers of a program, in values and functions
status 0 "$stapvet" --dump ir -w --target "$FACTS" -e "function look(p) { return p->key } probe process(\"$work/p0\").statement(\"work@p.c:12\") { x = \$n->next; println(x->key, look(\$n)) }"
out_has 'signed user "x->key"'
out_has 'signed user "p->key"'
status 1 "$stapvet" -p2 -w --target "$FACTS" -e "probe process(\"$work/p2\").function(\"divide\").return, process(\"$work/p2\").function(\"work\") { println(\$i) }"
# a function's own copy for each site that calls it
status 0 "$stapvet" -p2 -w --target "$FACTS" -e "function d() { return \$depth } probe process(\"$work/p2\").function(\"work\"), process(\"$work/p0\").function(\"work\") { println(d()) }"
out_has 'd:long ()'
# the result, and what was passed, in a return probe
status 0 "$stapvet" --dump ir -w --target "$FACTS" -e "probe process(\"$work/p2\").function(\"work\").return { println(\$return, @entry(\$depth), \$\$return) }"
out_has 'context return'
out_has 'context entry 1'
# a parameter is in its register, a local in memory of the user
status 0 "$stapvet" --dump ir -w --target "$FACTS" -e "probe process(\"$work/p2\").function(\"divide\") { println(\$b) }"
out_has 'context register 4 "$b"'
status 0 "$stapvet" --dump ir -w --target "$FACTS" -e "probe process(\"$work/p0\").statement(\"divide@p.c:19\") { println(\$q) }"
out_has 'load 8 signed user'
# q is a / b as DWARF computes it
"$stapvet" verify --target "$FACTS" - >"$work/out" 2>"$work/err" <<EOF
probe process("$work/p2").statement("divide@p.c:19") { println(\$q) }
EOF
out_has 'division'
finish
