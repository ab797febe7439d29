#!/bin/bash
# Small scripts over the whole language, one a line: OPTIONS<TAB>SCRIPT.  '^' stands for a line end, '~' for a
# space inside an option, and what follows '--' in the options are the script's arguments.
# Deterministic: record.sh keeps what the peer says of each in table.tsv.
set -u
cd "$(dirname "$0")"

t() { printf '%s\t%s\n' "$1" "$2"; }          # t OPTIONS SCRIPT
p() { t "" "probe begin {^$1^}"; }            # one statement in a probe
g() { t "" "$1^probe begin {^$2^}"; }         # declarations, then one statement
G='global n = 1, z = "a", s, a, t^function l() { return 1 } function q() { return "x" } function v() { println(1) }^probe end { s <<< n a[n] = z t[z] = n println(a[1], t["a"], @count(s)) }'
e() { t "" "$G^probe begin {^$1^}"; }         # one statement that may use numbers, strings, aggregates

operators() {
	local op pair a b
	for op in + - '*' / % '&' '|' ^^ '<<' '>>' '>>>' '&&' '||' '<' '>' '<=' '>=' '==' '!=' .; do
		for pair in 'n n' 'n z' 'z n' 'z z' 'n s' 's n' 'u n' 'u z' 'z u' 'n a[1]' 'a[1] n' 't[z] n' 'l() n' 'q() n' 'n q()' 'v() n'; do
			read -r a b <<<"$pair"
			e "println($a ${op/^^/\\x5e} $b)"
		done
	done
	for op in - '!' \~ +; do
		for a in n z s u 'a[1]' 't[z]' 'l()' 'q()' 1 '"s"' a; do e "println(${op/\~/\\x7e}$a)"; done
	done
	for op in ++ --; do
		for a in n z s u 'a[1]' 't[z]' 'l()' 1 '"s"' a '(n)' 'n+n' '$x'; do
			e "println($a$op)"
			e "$op$a"
		done
	done
	for op in = += -= '*=' /= %= '<<=' '>>=' '&=' '|=' ^^= .= '<<<'; do
		for pair in 'n n' 'n z' 'z z' 'z n' 's n' 's z' 's s' 'n s' 'a[1] n' 'a[1] z' 't[z] n' 't[z] z' 'u n' 'u z' 'l() n' '1 n' '"s" z' 'a z' 'a n' 'x[1] n' 'n v()' 'u u' '$x n' 'n+n n'; do
			read -r a b <<<"$pair"
			e "$a ${op/^^/\\x5e} $b"
		done
	done
	for op in '=~' '!~'; do
		for a in n z s 'a[1]' 't[z]' 'q()' 'l()' u '"s"' 1; do e "println($a $op \"x+\")"; done
		for a in '"("' '"[a"' '"*"' '"a**"' '"a{1,2}"' '"x|y"' '"(a)(b)"' '"[[:alpha:]]"' '"[[:foo:]]"' '"\\."' '"^^a$"' '""' '"a|"' '"()"' '"+"' '"a{"' '"[]"' '"[b-a]"' '"\\d"' z 1 '("a")' '"a" "b"'; do
			e "println(z $op ${a//^^/\\x5e})"
		done
	done
	for a in 'n z' 'z z' 'n n' 's n' 'n s' 'v() n' 'u u' 'u z' 'a n' 'a[1] z' 't[z] z' 'q() n'; do
		read -r x y <<<"$a"
		e "println(n ? $x : $y)"
		e "println(z ? $x : $y)"
		e "w = n ? $x : $y"
	done
	for a in 'n in a' 'z in a' '[n] in a' '[z] in t' '[n,n] in a' '[n] in n' 'n in s' '[*] in a' '[n] in u' 'z in t' '[z, *] in t' 'n in l()' '!(n in a)' '!n in a' 'n in a in t' 'n + 1 in a' 'n == 1 in a' '[] in a' 'n in [a]' '1 in @hist_log(s)' '"x" in @hist_log(s)' '[1] in @hist_linear(s,0,10,1)'; do e "println($a)"; done
}

inference() {
	local x
	for x in 'x = 1 println(x)' 'x = 1 x = "a" println(x)' 'println(x)' 'println(x) x = 1' 'x = y println(x)' 'x = y y = 1 println(x, y)' \
		'x = y y = z z = "s" println(x . z)' 'x = x println(x)' 'if (x == y) println(1)' 'if (x == 1) println(x)' 'if (x) println(1)' 'x .= "a" println(x)' \
		'x += 1 println(x)' 'x[1] = 1' 'x <<< 1' 'println(@count(x))' 'delete x' 'x = 1 delete x' 'x = (y = 1) println(x)' 'x = y = "a" println(x . y)' \
		'x = y == z println(x)' 'x = "a" < "b" println(x)' 'x = 1 < "b" println(x)' 'x = -y println(x)' 'x = print(1) println(x)' 'x = sprint(1) println(x . "a")' 'x = sprint(1) println(x + 1)' \
		'x = println(1) y = x . "a" println(y)' 'for (x = 0; x < 3; x++) println(x)' 'for (x = "a"; x < 3; x++) println(x)' 'while (x) x--' 'while ("a") println(1)' 'if ("a") println(1)' \
		'if (1) x = 1 else x = "a" println(x)' 'if (0) x = "a" println(x)' 'x = 0 if (0) x = "a" println(x)' 'x = 1 ? "a" : 1 println(x)' 'x = 0 ? "a" : 1 println(x)' 'try { x = 1 } catch (x) { println(x) }' 'try { error("a") } catch (m) { println(m) }' \
		'try { error("a") } catch (m) { println(m + 1) }' 'try { println(1) } catch { next }' 'try { } catch { println(1) }' 'm = 1 try { error("") } catch (m) { } println(m)' 'x = y println(1)' 'x == 1' 'x' '1' '"a"' 'x + "a"' '1 + "a"' '"a" + 1 println(1)' 'x = 1 . "a"' \
		'if (0) println(1 . "a")' 'if (1) println(1) else println(1 . "a")' 'while (0) println(1 . "a")' 'for (;0;) println(1 + "a")' 'x = 0 && ("a" + 1) println(x)' 'x = 1 || ("a" + 1) println(x)' 'next println(1 . "a")' '{ next } println("a" + 1)' 'exit() next' 'println(exit())' 'x = exit()' 'x = exit() println(x)' 'x = error("a")' 'exit() + 1' '!exit()' '1 && exit()' 'n = 1 && exit() println(n)' 'if (exit()) println(1)' 'x = 1; x = 2; println(x)' 'x=1 y=x; println(y)' \
		'println(1 == 1 == 1)' 'println("a" == "a" == 1)' 'println(1 < 2 < 3)' 'println("a" == "b" == "c")' 'println(1 ? 2 ? 3 : 4 : 5)' 'println(1 ? "a" : 0 ? "b" : "c")' 'println(-"a")' 'println(!"a")' 'println(1 << "a")' 'println("a" . 1)' 'println("a" "b")' 'println("a" . "b" . 1)' 'println(1 . 1)' 'println("a" . x)' 'println(x + 1)'; do p "$x"; done
	for x in 'global g^println(g)' 'global g^g = 1' 'global g^g = 1 println(g)' 'global g^g = 1 g = "a"' 'global g = 1^g = "a"' 'global g = "a"^g = "b" println(g)' 'global g^g[1] = 1 println(g[1])' 'global g^g[1] = 1 println(g["a"])' 'global g^g[1] = 1 println(g[1,2])' 'global g^g[1] = 1 println(g)' 'global g^g[1] = 1 g = 1' 'global g^g[1,"a"] = "x" println(g[1,"a"])' 'global g^g["a",1] = "x" println(g[1,"a"])' 'global g^g[1][2] = 1' 'global g^println(g[1])' 'global g^g[x] = 1' 'global g^g[x] = 1 println(g[1])' 'global g^g[x] = 1 x = "a"' 'global g, h^g[h] = 1' 'global g, h^g[h] = h' 'global g, h^g = h' 'global g, h^g = h h = 1' 'global g, h^g[1] = h[1] h[1] = 2' 'global g, h^g[1] = h[1] h[2] = "a" println(g[1] . "x")' 'global g^delete g' 'global g^delete g[1]' 'global g^delete g[1] g[1] = 2' 'global g^delete g[1,2] g[1] = 2' 'global g^delete g["a"] g[1] = 1' 'global g^g[1] = 1 delete g' 'global g^g[1] = 1 delete g[*]' 'global g^g[1,2] = 1 delete g[*,2]' 'global g^g[1,2] = 1 delete g[*,"a"]' 'global g^g[1,2] = 1 delete g[*]' 'global g^g[*] = 1' 'global g^println(g[*])' 'global g^g[1]++' 'global g^g["a"]++ println(g["a"])' 'global g^g[1] .= "a"' 'global g^g <<< 1' 'global g^g <<< 1 println(g)' 'global g^g <<< 1 g = 1' 'global g = 1^g <<< 1' 'global g^g <<< "a"' 'global g^g[1] <<< 1 println(@count(g[1]))' 'global g^g[1] <<< 1 println(@count(g))' 'global g^g <<< 1 println(@count(g[1]))' 'global g^g[1] <<< 1 println(g[1])' 'global g^g[1] <<< 1 g[1] = 1' 'global g^println(@count(g))' 'global g^println(@avg(g[1]))' 'global g, h^g <<< 1 h = g' 'global g, h^g <<< 1 h[1] = g' 'global g, h^g <<< 1 h[g] = 1' 'global g^g <<< 1 g <<< 2' 'global g^g <<< g <<< 1' 'global g^x = g <<< 1 println(x)' 'global g^g <<< 1 x = g' 'global g^g <<< 1 x = @sum(g) println(x)' 'global g^g <<< 1 if (g) println(1)' 'global g^g <<< 1 println(g == 1)' 'global g^g <<< 1 g++' 'global g^g <<< 1 delete g' 'global g^g[1] <<< 1 delete g[1]' 'global g^g <<< 1 println(-g)' 'global g^g <<< 1 printf("%d", g)' 'global g^g <<< 1 print(g)' 'global g^g <<< 1 x = g ? 1 : 2 println(x)' 'global g^g <<< 1 x = 1 ? g : g println(x)'; do
		g "${x%%^*}" "${x#*^}"
	done
}

functions() {
	local x
	for x in 'function f() { }^f()' 'function f() { }^println(f())' 'function f() { }^x = f()' 'function f() { }^x = f() println(x)' 'function f() { return 1 }^println(f() . "a")' 'function f() { return "a" }^println(f() + 1)' 'function f(x) { return x }^println(f(1))' 'function f(x) { return x }^println(f(1) . "a")' 'function f(x) { return x }^println(f(1), f("a"))' 'function f(x) { return x }^println(f())' 'function f(x) { return x }^println(f(1,2))' 'function f(x) { return x }^println(f(y))' 'function f(x) { }^f(1)' 'function f(x) { }^f(1) f("a")' 'function f(x) { println(x) }^f(1) f("a")' 'function f(x) { println(x) }^f(y)' 'function f(x:long) { println(x) }^f("a")' 'function f(x:string) { println(x) }^f("a")' 'function f:long(x) { return x }^println(f("a"))' 'function f:string(x) { return x }^println(f("a"))' 'function f:string() { }^println(f())' 'function f:long() { }^println(f())' 'function f:string() { return 1 }^println(f())' 'function f:stats() { return 1 }^println(f())' 'function f:unknown() { return 1 }^println(f())' 'function f(x:stats) { return 1 }^println(f(1))' 'function f(x) { if (x) return 1 }^println(f(1))' 'function f(x) { if (x) return 1 return "a" }^println(f(1))' 'function f(x) { return f(x) }^println(f(1))' 'function f(x) { return f(x - 1) + 1 }^println(f(1))' 'function f(x) { return h(x) } function h(x) { return f(x) }^println(f(1))' 'function f() { return }^f()' 'function f() { return }^println(f())' 'function f() { return return 1 }^println(f())' 'function f(x, x) { return x }^println(f(1, 2))' 'function f(x) { x = 2 return x }^println(f(1))' 'function f(x) { x++ return x }^println(f(1))' 'function f(x) { x <<< 1 }^f(1)' 'function f(x) { x[1] = 1 }^f(1)' 'function f(x) { return x[1] }^println(f(1))' 'global g function f(x) { return x } ^g <<< 1 println(f(g))' 'global g function f(x) { return x } ^g[1] = 1 println(f(g))' 'global g function f() { return g }^g[1] = 1 println(f())' 'global g function f() { return g }^g <<< 1 println(f())' 'global g function f() { g = 1 }^f() println(g)' 'function f() { } function f() { }^f()' 'function f() { return 1 } function f() { return "a" }^println(f())' 'function f(x) { return 1 } function f(x,y) { return "a" }^println(f(1), f(1, 2))' 'function f(x) { next } function f(x) { return 1 }^println(f(1))' 'function f(x) { next }^f(1)' 'function f(x) { next }^println(f(1))' 'function f(x) { if (x) next return 1 } function f(x) { return 2 }^println(f(1))' 'function f:long(x):1 { return 1 } function f:long(x):2 { return 2 }^println(f(1))' 'function f(x:long):1 { return 1 } function f(x:string):2 { return 2 }^println(f(1))' 'function f(x):0 { return 1 }^println(f(1))' 'function f(x):-1 { return 1 }^println(f(1))' 'function f(x):"a" { return 1 }^println(f(1))' 'function f(x):2147483647 { return 1 }^println(f(1))' 'function f(x):99999999999 { return 1 }^println(f(1))' 'private function f() { return 1 }^println(f())' 'private global g^g = 1 println(g)' 'private g^g = 1 println(g)' 'private g = 3^println(g)' 'private function f(x) { return x } function f(x) { return 2 }^println(f(1))' 'function f() { return 1 } global f^f = 2 println(f, f())' 'function f() { f = 1 return f }^println(f())' 'function long() { return 1 }^println(long())' 'function string() { return "a" }^println(string())' 'function probe() { return 1 }^println(probe())' 'function if() { }^println(1)' 'function f(if) { }^f(1)' 'function f { }^f()' 'function f( { }^f()' 'function f() { println(1)^println(1)' 'function f() { break }^f()' 'function f() { continue }^f()' 'function f() { x = 1 return y }^println(f())' 'function f() { return y + 1 }^println(f())' 'function f(x) { println(x) return x }^y = f(z) z = 1 println(y)' 'function unused() { return 1 . "a" }^println(1)' 'function unused() { return nosuch() }^println(1)' 'function unused(x) { return x + "a" }^println(1)' 'function f() { g[1] = 1 }^println(1)' 'function f() { $x = 1 }^println(1)' 'function f() { return $x }^println(f())' 'function f() { return @entry(1) }^println(f())' 'function f() %{ %}^f()' 'function f:long() { return 1 }^println(f)' 'function f() { return 1 }^println(f)' 'function f() { return 1 }^f = 2 println(f)' 'function f() { return 1 }^println(f[1])' 'function f() { return 1 }^f()++' 'function f() { return 1 }^f() = 1' 'function f() { return 1 }^delete f()' 'function f(a, b, c, d, e, f, g, h, i, j) { return a }^println(f(1,2,3,4,5,6,7,8,9,10))' 'function a() { return b() } function b() { return c() } function c() { return "x" }^println(a() + 1)' 'function a(x) { return b(x) } function b(x) { return x }^println(a(1) . "x")' 'function f(x) { foreach (k in x) println(k) }^f(1)' 'function f(x) { return @count(x) }^println(f(1))' 'function f(x) { delete x return x }^println(f(1))' 'function f() { return 1; println(2) }^println(f())' 'function f() { return 1; println(2 . 3) }^println(f())' 'function f() { if (1) return 1 else return "a" }^println(f())' 'function f() { if (0) return "a" return 1 }^println(f())'; do
		g "${x%%^*}" "${x#*^}"
	done
	for x in 'println(nosuch())' 'nosuch(1)' 'x = nosuch() + 1' 'println(strlen())' 'println(strlen(1))' 'println(strlen("a"))' 'println(strlen("a", 1))' 'println(substr("a", 1))' 'println(substr("abc", "a", 1))' 'log(1)' 'log("a")' 'log()' 'exit(1)' 'error(1)' 'error("a" . 1)' 'println(tokenize("a b", " "))' 'println(tokenize(" "))' 'println(strtol("1", 10) . "a")' 'println(isinstr("a", "b"))' 'println(text_str("a"))' 'println(matched(0))' 'println(matched("a"))' 'if ("a" =~ "b") println(matched(0) + 1)' 'if ("a" =~ "b") println(matched(1) . "x")' 'println(ngroups() + 1)' 'println(cpu() . "a")' 'println(pp() . "a")' 'println(pn() . "a")' 'println(probe_type())' 'println(randint(10))' 'println(strpos("a", "b"))' 'println(str_replace("a", "b", "c"))' 'println(stringat("abc", 1))' 'println(string_quoted("a"))' 'println(user_string(1))' 'println(sprintf("%d", "a"))' 'warn("a")' 'abort()' 'ftrace("a")' 'assert(1)' 'assert(1, "a")' 'assert("a")' 'println(target() . "x")' 'println(get_cycles())' 'println(gettimeofday_s())' 'println(ctime(1))' 'println(ctime())' 'println(ctime("a"))' 'system("ls")' 'println(execname() + 1)' 'println(pid() . "a")'; do p "$x"; done
}

variables() {
	local x
	for x in '$$vars' '$$name' '$$parms' '$$locals' '$$return' '$x' '$x->y' '$x[1]' '&$x' '$x$' '$x$$' '$return' '$1' '@1' '$#' '@#' '@entry($x)' '@entry(1)' '@defined($x)' '@defined(x)' '@defined($x->y)' '@defined(1)' '@defined("a")' '@defined(@cast(0, "task_struct")->pid)' '@cast(0, "nosuchtype")->x' '@var("nosuch@x.c")' '@perf("x")' '@probewrite(x)' '@probewrite(1)' '@uderef(4, 0)' '@kderef(4, 0)' '@uderef(3, 0)' '@kderef(8, "a")' '@uregister(1)' '@kregister(1)' '@uregister("a")' '@kderef(x, 0)' '@const("1")' '@const("EINVAL")' '@const(1)' '@nosuch(1)' '@count(1)' '@count()' '@avg' '@choose_defined($x, 1)' '@choose_defined($x, "a")' '@defined($x) ? $x : 1' '@defined($x) ? "a" : 1' '@defined($x) ? nosuch() : 1' '@defined($x) && $x' '!@defined($x)' '@defined($$vars)' 'x->y' '(1)->x' '"a"->x' '1[1]' 'z[1]' '&x' '&1'; do
		p "println($x)"
		p "w = $x println(w)"
		t -g "probe begin {^println($x)^}"
	done
	for x in 'if (@defined($x)) println($x)' 'if (@defined($x)) println($x) else println(1)' 'if (!@defined($x)) println(1) else println($x)' '$x = 1' 'if (@defined($x)) $x = 1' '$x++' '$x->y = 1' '$$vars = "a"' 'delete $x' '$x <<< 1' '%{ 1 %}' 'x = %{ 1 %} println(x)' 'println(%{ 1 %})' 'println(%{ /* string */ "a" %} . "b")' 'println(%{ /* pure */ 1 %} . "b")' '%{ /* pure */ 1 %}'; do
		p "$x"
		t -g "probe begin {^$x^}"
	done
}

printing() {
	local f x d
	# what gives a string is printed, so that it counts
	c() { case $1 in s*) e "println($1($2))" ;; *) e "$1($2)" ;; esac; }
	for f in print println sprint sprintln; do
		for x in '' 1 '"a"' '1, "a"' 's' '@count(s)' 'n z' 'n, z, t[z]' a 'a[1]' u 'v()' '@hist_log(s)' '@hist_linear(s, 0, 10, 2)' '@hist_log(s), 1' '1, @hist_log(s)' '@hist_log(n)' '@hist_log(1)' '@hist_log(a)' '@hist_linear(s, 0, 10)' '@hist_linear(s, n, 10, 1)' '@hist_linear(s, -5, 5, 1)' '1 + @hist_log(s)' '@hist_log(s)[1]' 'print(1)' 'sprint(1)' '"a", ' ',1' '$x'; do
			c $f "$x"
		done
		e "w = $f(1) println(w)"; e "println($f(1) . \"a\")"; e "println($f(1) + 1)"; e "$f"; e "$f = 1"; e "println($f)"
	done
	for f in printd printdln sprintd sprintdln; do
		for x in '' '","' '",", 1' '",", 1, 2' '",", 1, "a"' 'z, 1, 2' '1, 2, 3' '",", s, 1' '",", 1, @hist_log(s)' '"%d", 1, 2' '",", u, 1' '"a" "b", 1, 2' '",", a, 1'; do c $f "$x"; done
	done
	for f in printf sprintf; do
		for x in '' '"a"' '"%d"' '"%d", n' '"%d", z' '"%s", z' '"%s", n' '"%d %s", n, z' '"%d %s", z, n' '"%d", n, n' '"%d %d", n' 'z' 'z, 1' '1' '"%d", s' '"%d", @count(s)' '"%s", s' '"%d", u' '"%s", u' '"%d", a' '"%d", a[1]' '"%d", t[z]' '"%d", v()' '"%d", @hist_log(s)' '"%%"' '"%"' '"%%", n' '"a" "%d", n' '"%d" "%s", n, z'; do c $f "$x"; done
		for d in d i u o x X p c b m M s; do
			c $f "\"%$d\", n"; c $f "\"%$d\", z"; c $f "\"%5$d\", n"; c $f "\"%.3$d\", n"; c $f "\"%5.3$d\", n"; c $f "\"%*$d\", n, n"; c $f "\"%*$d\", z, n"
			c $f "\"%.*$d\", n, n"; c $f "\"%*.*$d\", n, n, n"; c $f "\"%*.*$d\", n, n"; c $f "\"%l$d\", n"; c $f "\"%ll$d\", n"
		done
		for d in '%05d' '%+d' '% d' '%-5d' '%#x' '%#c' '%-#x' '%+-d' '%0-5d' '%hd' '%n' '%f' '%e' '%g' '%a' '%ls' '%z' '%5' '%.d' '%-d' '%l' '%ld' '%lx' '%$d' '%1$d' "%'d" '%I' '%.5.3d' '%**d' '%5*d' '%*5d' '%D' '%q' '%j' '%99999999999d' '%d%' '%5%' '%-%'; do c $f "\"$d\", n"; done
		for d in '%-s' '%5s' '%.5s' '%-5.3s' '%0s' '%#s' '%+s' '% s' '%*s' '%.*s'; do c $f "\"$d\", z"; done
		for x in '"\n\t\\\"\101\x41"' '"\q"' '"\8"' '"\x"' '"%d\n", 1' '"a\' '"a^b"'; do c $f "$x"; done
	done
	e 'print_char(65)'; e 'print_char("a")'; e 'print_char()'; e 'print_char(65, 66)'; e 'println(print_char(65))'; e 'sprint_char(65)'
	for x in 33 32 31; do e "print($(seq -s, 1 $x))"; done
	e "printf(\"$(printf '%%d%.0s' $(seq 33))\", $(seq -s, 1 33))"
}

aggregates() {
	local x y
	for x in count sum min max avg variance; do
		for y in s 't' 'n' 'z' 'u' '1' 's, 1' 's, n' '"a"' 's[1]' 'a[1]' '@count(s)' '(s)' 's + 1' '' 'l()'; do e "println(@$x($y))"; done
		g 'global s' "s <<< 1 println(@$x(s) . \"a\")"
		g 'global s' "s[1] <<< 1 println(@$x(s[1]))"
		g 'global s' "s[1] <<< 1 println(@$x(s[\"a\"]))"
		g 'global s' "s[1] <<< 1 foreach (k in s) println(@$x(s[k]))"
		g 'global s' "s[1] <<< 1 foreach (v = k in s) println(@$x(v))"
		g 'global s' "s[1] <<< 1 foreach (k in s @$x-) println(k)"
		g 'global s' "s[1] <<< 1 foreach (k in s @$x) println(k)"
		g 'global s' "s[1] <<< 1 foreach (k in s @$x+ limit 2) println(k)"
		g 'global s' "s[1] = 1 foreach (k in s @$x-) println(k)"
		g 'global s' "s[1] <<< 1 foreach (v = k in s @$x-) println(k, @$x(v))"
		g 'global s' "s[1] <<< 1 foreach (v = k in s) println(v)"
		g 'global s' "@$x(s) = 1"; g 'global s' "@$x(s)++"; g 'global s' "println(@$x(s))"
	done
	for x in 0 1 30 62 63 64 -1 '"a"' n 1+1 99999999999 0x10; do g 'global s' "s <<< 1 println(@variance(s, $x))"; done
	g 'global s' 's <<< 1 println(@variance(s, 1), @variance(s, 1))'
	g 'global s' 's <<< 1 println(@variance(s, 1), @variance(s, 2))'
	g 'global s' 's <<< 1 println(@variance(s), @variance(s, 2))'
	g 'global s' 's <<< 1 println(@variance(s), @variance(s, 0))'
	g 'global s, r' 's <<< 1 r <<< 1 println(@variance(s, 1), @variance(r, 2))'
	for x in '@hist_log(s)' '@hist_linear(s,0,10,1)' '@hist_linear(s,0,10,2)' '@hist_linear(s,0,20,1)' '@hist_linear(s,-10,10,1)' '@hist_log(s[1])' '@hist_log(r)'; do
		for y in '@hist_log(s)' '@hist_linear(s,0,10,1)' '@hist_linear(s,1,10,1)'; do g 'global s, r' "s <<< 1 r <<< 2 println($x) println($y)"; done
		g 'global s, r' "s <<< 1 r <<< 1 foreach (b in $x) println(b, $x[b])"
		g 'global s, r' "s <<< 1 r <<< 1 foreach (c = b in $x) println(b, c)"
		g 'global s, r' "s <<< 1 r <<< 1 foreach (b- in $x) println(b)"
		g 'global s, r' "s <<< 1 r <<< 1 foreach ([b] in $x limit 5) println(b)"
		g 'global s, r' "s <<< 1 r <<< 1 foreach ([b, d] in $x) println(b)"
		g 'global s, r' "s <<< 1 r <<< 1 foreach (b in $x) b = \"a\""
		g 'global s, r' "s <<< 1 r <<< 1 println($x[1])"
		g 'global s, r' "s <<< 1 r <<< 1 println($x[\"a\"])"
		g 'global s, r' "s <<< 1 r <<< 1 println($x[1,2])"
		g 'global s, r' "s <<< 1 r <<< 1 $x[1] = 1"
		g 'global s, r' "s <<< 1 r <<< 1 $x[1]++"
		g 'global s, r' "s <<< 1 r <<< 1 delete $x"
		g 'global s, r' "s <<< 1 r <<< 1 x = $x"
		g 'global s, r' "s <<< 1 r <<< 1 println(sprint($x) . \"a\")"
	done
	for x in '0,10,0' '0,10,-1' '10,0,1' '0,1000,1' '0,126,1' '0,125,1' '-9223372036854775808,9223372036854775807,1' '0,10,1,1' '"a",1,1' '0x10,0x20,1' '1+1,2,1' '- 5,5,1'; do g 'global s' "s <<< 1 print(@hist_linear(s,$x))"; done
	for x in '@hist_log()' '@hist_log' '@hist_log(s, 1)' '@hist_lin(s,1,2,3)' '@hist_log(s) + 1' '@hist_log(s) == 1' '@hist_log(s) ? 1 : 2' '@hist_log(s) . "a"'; do g 'global s' "s <<< 1 println($x)"; done
}

loops() {
	local x
	for x in 'foreach (k in a) println(k)' 'foreach ([k] in a) println(k)' 'foreach (v = k in a) println(k, v)' 'foreach (v = [k] in a) println(v)' 'foreach (k+ in a) println(k)' 'foreach (k in a+) println(k)' 'foreach (k- in a-) println(k)' 'foreach (v+ = k in a) println(v)' 'foreach (v+ = k- in a) println(v)' 'foreach (v = k- in a) println(v)' 'foreach (k in a limit 5) println(k)' 'foreach (k in a limit z) println(k)' 'foreach (k in a limit n + 1) println(k)' 'foreach (k in a- limit 1) println(k)' 'foreach (k in n) println(k)' 'foreach (k in z) println(k)' 'foreach (k in s) println(k)' 'foreach (k in u) println(k)' 'foreach (k in a[1]) println(k)' 'foreach (k in a[*]) println(k)' 'foreach (k in a[z]) println(k)' 'foreach ([k,m] in a) println(k)' 'foreach (k,m in a) println(k)' 'foreach (k in a) { a[k] = "x" }' 'foreach (k in a) { delete a[k] }' 'foreach (k in a) { delete a }' 'foreach (k in a) { t["x"] = 1 }' 'foreach (k in a) { foreach (m in a) println(m) }' 'foreach (k in a) { foreach (m in t) a[1] = m }' 'foreach (k in a) k = 1' 'foreach (k in a) k = "x"' 'foreach (k in a) println(k . "x")' 'foreach (k in t) println(k . "x")' 'foreach (v = k in t) println(v . "x")' 'foreach (v = k in t) v = 1' 'foreach (n in a) println(n)' 'foreach (z in a) println(z)' 'foreach (k in a) break' 'foreach (k in a) continue' 'foreach (k in a) next' 'foreach (k in a) { break println(1) }' 'foreach (1 in a) println(1)' 'foreach ("x" in a) println(1)' 'foreach (k of a) println(k)' 'foreach (k : a) println(k)' 'foreach k in a println(k)' 'foreach (k in a, t) println(k)' 'foreach (k in l()) println(k)' 'foreach (k in (a)) println(k)' 'foreach ([k in a) println(k)' 'foreach (k] in a) println(k)' 'foreach ([] in a) println(1)' 'foreach (k++ in a) println(k)' 'foreach (k in a++) println(k)' 'foreach (k in a @count-) println(k)' 'foreach (k- in a @count-) println(k)' 'foreach (k in a limit) println(k)' 'foreach (k in a limit -1) println(k)' 'foreach (k in a limit s) println(k)' 'foreach (a[1] in a) println(1)' 'foreach (k in a) a[1]++' 'foreach (k in a) a = 1' 'foreach (v = k in a) println(a[v])' 'foreach (k in a) a[k] .= "x"' 'foreach (k in a) v()' 'foreach (k in t) if (t[k] == n) println(k)' 'foreach (k = k in a) println(k)' 'foreach ($x in a) println(1)'; do e "$x"; done
	for x in 'foreach ([i,j] in g) println(i,j)' 'foreach ([i,j] in g[*,*]) println(i,j)' 'foreach ([i,j] in g[1,*]) println(i,j)' 'foreach ([i,j] in g[1,"a"]) println(i,j)' 'foreach ([i,j] in g["a",*]) println(i,j)' 'foreach ([i,j] in g[*]) println(i,j)' 'foreach ([i,j] in g[1,2,3]) println(i,j)' 'foreach ([i-,j] in g) println(i,j)' 'foreach ([i,j+] in g) println(i,j)' 'foreach ([i+,j+] in g) println(i,j)' 'foreach ([i,j] in g+) println(i,j)' 'foreach (v = [i,j] in g-) println(v)' 'foreach (i in g) println(i)' 'foreach ([i] in g) println(i)' 'foreach ([i,i] in g) println(i)' 'foreach ([i,j,k] in g) println(i)' 'foreach ([i,j] in g[*,*] limit 3) println(i)' 'foreach ([i,j] in g[n,*]) println(i)' 'foreach ([*,j] in g) println(j)' 'foreach ([i,j] in g) println(i . j)' 'foreach ([i,j] in g) println(i + j)'; do
		g 'global g' "g[1,\"x\"] = 2 $x"
	done
	for x in 'while (1) break' 'while (n) n--' 'while () println(1)' 'while 1 println(1)' 'while (z) println(1)' 'while (s) println(1)' 'while (n); println(1)' 'for (;;) break' 'for (i=0;i<3;i++) println(i)' 'for (i=0;i<3) println(i)' 'for (i=0,j=0;i<3;i++) println(i)' 'for (i="a";;) break' 'for (;z;) break' 'for (;n;z) break' 'for (n=0;n<5;n++) { continue }' 'for (x in a) println(x)' 'for (int i=0;i<3;i++) println(i)' 'do { println(1) } while (0)' 'break' 'continue' 'if (n) break' 'if (n) println(1) else println(2)' 'if (n) println(1); else println(2)' 'if (n) { println(1) }; else println(2)' 'if n println(1)' 'if (n) else println(1)' 'if (n) ; else println(1)' 'if (n = 1) println(1)' 'if (z = "a") println(1)' 'if (v()) println(1)' 'if (n) println(1) else if (z) println(2)' 'else println(1)' 'elif (n) println(1)' 'if (n) println(1) elif (z) println(2)' 'if (n) println(1) elseif (n) println(2)' 'switch (n) { case 1: println(1) }' 'goto x' 'return' 'return 1' 'next' 'next println(1)' 'next 1' 'delete n' 'delete z' 'delete s' 'delete a' 'delete a[1]' 'delete a[z]' 'delete a[1,2]' 'delete u' 'delete 1' 'delete "x"' 'delete l()' 'delete' 'delete a, t' 'delete (a)' 'delete a[*]' 'delete t[*]' 'delete n[1]' 'delete a[1][2]' 'try { v() }' 'try { v() } catch { }' 'try v() catch v()' 'try { v() } catch (n) { }' 'try { v() } catch (z) { println(z) }' 'try { v() } catch (s) { }' 'try { v() } catch (a[1]) { }' 'try { v() } catch ("x") { }' 'try { v() } catch (x, y) { }' 'try { v() } catch () { }' 'try { v() } catch (x) { x = 1 }' 'catch { }' 'try { try { v() } catch { } } catch { error("x") }' '{ { { v() } } }' ';;;' '' '{' '}' 'v(' 'v)' 'n = ' 'n = 1 +' 'n == ' '+' 'n n' 'n, n' 'global x' 'function x() {}' 'probe x {}' 'v();;v()' 'n++ n++' 'n ++' 'n + + n' 'n - - n' 'n+++n' 'n=-1' 'n=!n' 'n = 1 = 2' 'n += n += 1' 'n = z = "a"' '1 = n' '(n) = 1' 'n ? v() : v()' 'n ? n = 1 : n = 2' 'n ? (n = 1) : (n = 2)' 'n && v()' 'n || v()' 'v() && n' 'n and n' 'n or n' 'not n' 'n =< 2' 'n => 2' 'n <> 2' 'n === 2' 'n &&= 1' 'n ||= 1' 'n ** 2' 'n =! 2' 'n := 2' 'n.n' 'z.z' 'z . z' 'z+z' 'n->x' 'n.x' 'n::x' "n = 'a'" 'n = 1.5' 'n = 0x' 'n = 0xfg' 'n = 08' 'n = 1k' 'n = 1_000' 'n = 99999999999999999999' 'n = 18446744073709551615' 'n = -9223372036854775808' 'n = 18446744073709551616' 'n = 0b11' 'n = 0777' 'n = 0xffffffffffffffff' 'n = true' 'n = NULL' 'n = 1;' '@n' '#n' '// n' '/* n */' '/* n' 'n = 1 // x' 'n = "a' 'n = `a`' 'n = 1 \ 2' 'n = (1' 'n = 1)' 'n = [1]' 'n = {1}' 'n = a[1' 'n = a]' 'println(n' 'println n' 'println(n))' 'println(n;' 'let n = 1' 'int n = 1' 'var n = 1' 'n = 1, z = "b"' 'print "x"' 'printf "x"' 'n%2' 'n%(2)' 'n %( 2 )' 'n %{ 1 %}'; do e "$x"; done
}

probes() {
	local x u
	for x in begin end error never 'begin(1)' 'begin(-1)' 'end(0)' 'error(2)' 'never(1)' 'begin("a")' 'begin(x)' 'begin(1+1)' 'begin(9223372036854775807)' 'begin()' 'begin,end' 'begin, end, error' 'begin end' 'begin,' ',begin' 'begin?' 'begin!' 'begin?, end' 'nosuch' 'nosuch?' 'nosuch!' 'nosuch?, begin' 'nosuch!, begin' 'begin!, nosuch' 'nosuch, begin' 'nosuch?, nosuch2' 'nosuch.foo' 'nosuch("a")' 'begin.foo' 'begin.foo?' 'kernel' 'kernel.foo' 'kernel.nosuch("x")' 'timer' 'timer.foo' 'begi*' 'b*' '*' 'b*n' 'x*' 'x*?' 'be*(1)' 'begin*' '*.foo' 'begin.*' 'timer.*' 'timer.s*(1)' 'timer.*(1)' 'begin * ' 'be gin' '"begin"' 'begin.' '.begin' 'begin..x' '1' '{begin}' '{begin,end}' '{begin,end}(1)' 'begin{(1)}' 'timer.{s(1),ms(200)}' 'timer.{s,ms}(200)' '{timer.s(1)}' '{timer}.s(1)' 'timer.{s(1),nosuch(1)}' 'timer.{s(1),nosuch(1)?}' 'timer.{s(1)?,ms(100)!}' '{begin,nosuch}?' '{begin,{end,error}}' '{begin,end}.foo' '{}' '{begin,}' '{,begin}' '{begin' 'begin}' '{begin if (g), end}' '{begin?,end}.x' 'timer.s(1)?' 'timer.s(1).foo' 'begin if (g)' 'begin if g' 'begin? if (g)' 'begin if (g)?' 'begin(1)(2)' 'return' 'function' 'global' 'probe' 'begin.return' 'begin.function("x")' 'oneshot' 'timer.profile' 'BEGIN' 'Begin' 'error.begin' 'end.begin'; do t "" "global g^probe $x {^g++ println(g)^}"; done
	for u in s sec ms msec us usec ns nsec jiffies hz; do
		for x in "(1)" "(0)" "(-1)" "" "()" '("a")' '(100)' '(1000)' '(99)' '(86400)' '(86401)' '(100000)' '(99999)' '(86400000)' '(86400001)' '(1000000)' '(86400000000)' '(86400000001)' '(100000000000000)' '(86400000000000)' '(86400000000001)' '(200).randomize(50)' '(200).randomize(200)' '(200).randomize(201)' '(200).randomize(0)' '(200).randomize(-1)' '(200).randomize' '(200).randomize("a")' '.randomize(1)' '(1000000).randomize(1000)' '(5000000)' '(5001)' '(5000)' '(10000)'; do t "" "probe timer.$u$x {^println(1)^}"; done
	done
	for x in 'timer.s(1).randomize(1).foo' 'timer.profile.tick' 'timer.profile.freq.hz(100)' 'timer.profile(1)' 'timer.day(1)' 'timer.m(1)' 'timer(1)' 'timer.s(1)(2)' 'timer.s(1).s(2)' 'timer.s(1), timer.ms(100)' 'timer.hz(1).randomize(1)' 'timer.sec(1).randomize(1)' 'timer.s(1.5)' 'timer.1s' 'timer.hz(1000000)' 'timer.hz(1000001)' 'timer.jiffies(1000000)' 'timer.jiffies(1000001)'; do t "" "probe $x {^println(1)^}"; done
	for x in 'a = begin {}^a' 'a = begin { x = 1 }^a { println(x) }' 'a = begin { x = 1 }^a { println(x . "a") }' 'a = begin { x = 1 } { println(y) }^a { y = x }' 'a += begin { println(x) }^a { x = 1 }' 'a += begin { println(x . "b") }^a { x = 1 }' 'a = begin { } { }^a' 'a += begin { } { }^a' 'a = begin, end { x = pp() }^a { println(x) }' 'a = begin { x = 1 }^a, end { println(x) }' 'a = nosuch { }^a' 'a = nosuch { }^a?' 'a = nosuch? { }^a' 'a = nosuch?, begin { }^a' 'a = nosuch!, begin { }^a' 'a = begin!, end { }^a' 'a = b { } probe b = begin { }^a' 'a = b { } probe b = a { }^a' 'a = a { }^a' 'a = begin { } probe a = end { }^a' 'a.b = begin { }^a.b' 'a.b = begin { }^a' 'a.b = begin { }^a.*' 'a.b = begin { } probe a.c = end { }^a.*' 'a.b = begin { } probe a.c = end { }^a.{b,c}' 'a.b = begin { } probe a.c = end { }^a.{b,d}' 'a.b.c = begin { }^a.**' 'a.b.c = begin { }^a.*' 'a = timer { }^a.s(1)' 'a = timer.s(1) { }^a.randomize(1)' 'a = timer.ms(200) { }^a.randomize(100)' 'a = begin { }^a.foo' 'a = begin { }^a(1)' 'a(1) = begin { }^a(1)' 'a("x") = begin { }^a("x")' 'a("x") = begin { }^a("y")' 'a(1) = begin { }^a(2)' 'a("x") = begin { }^a("*")' 'a = b = begin { x = 1 }^a, b { println(x) }' 'a = b = c = begin { }^c' 'a = begin { next }^a' 'a = begin { return }^a' 'a = begin if (g) { x = 1 }^a { println(x) }' 'a = begin { x = 1 }^a if (g) { println(x) }' 'a = begin? { }^a!' 'a? = begin { }^a' 'a* = begin { }^a' 'a = {begin,end} { }^a' '{a,b} = begin { }^a' 'a = begin { x = 1 } probe b = a { y = x }^b { println(x, y) }' 'a = begin { x = 1 } probe b = a { x = "a" }^b { println(x) }' 'a = begin { x = 1 } probe b = end { x = "a" }^a, b { println(x) }' 'a = begin { x = 1 } probe b = end { x = "a" }^a, b { println(1) }' 'a = begin { x = 1 }^a { x = "b" println(x) }' 'a = begin { x = @probewrite(y) println(x) }^a { y = 1 println(y) }' 'a = begin { if (@probewrite(y)) println(1) }^a { println(y) }' 'a += begin { if (@probewrite(y)) println(y) }^a { y = 1 }' 'a = begin { y = 0 } { if (@probewrite(y)) println(y) }^a { y = 1 }' 'a = begin { } { if (@probewrite(1)) println(1) }^a' 'a = begin { } { if (@probewrite(g)) println(g) }^a { g = 1 }' 'begin = end { }^begin' 'a = kernel { }^a.nosuch("x")' 'a = begin { foo() }^a' 'unused = nosuch { }^begin' 'unused = begin { x = 1 . 2 }^begin' 'unused = begin { nosuch() }^begin' 'a = begin { g[1] = 1 } { foreach (k in g) println(k) }^a' 'a = begin { x = 1 }^a?, nosuch? { println(x) }' 'a =^a' 'a = { }^a' '= begin { }^begin' 'a = begin { } = end { }^a' 'a == begin { }^a' 'a -= begin { }^a' 'a = begin^a' 'a = begin {}, {}^a' 'a = begin { println(x) } { println(y) }^a { x = 1 }' 'a = begin { x = 1 }, { println(x) }^a'; do
		u=${x#*^}
		[ "$u" != "${u#*\{}" ] || u="$u { println(2) }"
		t "" "global g = 0^probe ${x%%^*}^probe $u^probe end { println(g) }"
	done
	for x in g 'g == 1' '!g' 'g && h' 'g || 1' 'g > 0 && s == "a"' 's' 's == "a"' 's == 1' 'g = 1' 'g++' 'u' 'u == 1' 'a[1]' 'a[1] == 1' '1 in a' 'f()' 'f2()' 'f3(1)' 'f4()' 'println(1)' 'sprint(1) == "1"' 'st' '@count(st)' '@count(st) > 1' '$x' '@defined($x)' '$$vars' 'pid() == 1' 'cpu() == 0' 'gettimeofday_s() > 1' 'g ? h : 1' 'g + h' '1' '0' '"a"' 's =~ "a"' 'get_cycles()' 'strlen(s) > 1' 'g <<< 1' 'exit()' '@entry(1)' '@1' 'target() == 1' 'execname() == "x"' 'isinstr(s, "a")' 'a' '@hist_log(st)[1]' '-g' 'g . s' 's . s == "aa"' '(g)' ''; do
		t "" "global g = 1, h, s = \"a\", a, st function f() { return g } function f2() { g = 1 return 1 } function f3(x) { return x } function f4() { println(1) return 1 } probe end { h = 2 st <<< 1 a[1] = 2 }^probe begin if ($x) {^println(g, h, s, a[1], @count(st))^}"
		t "" "global g = 1, h, s = \"a\", a, st function f() { return g } function f2() { g = 1 return 1 } function f3(x) { return x } function f4() { println(1) return 1 } probe end { h = 2 st <<< 1 a[1] = 2 }^probe timer.s(1) if ($x) {^println(g, h, s, a[1], @count(st))^}"
	done
	t "" 'probe begin if (1) {^println(1)^}'; t "" 'global g^probe a = begin if (g) { } probe a if (g > 1) {^println(g) g++^}'
	t "" 'probe begin { }'; t "" 'probe begin { } probe end { println(1) }'; t "" ''; t "" '# x'; t "" 'global g'; t "" 'function f() { }'; t "" 'probe never { }'; t "" 'probe begin { x = 1 }'; t "" 'probe begin { ; }'; t "" 'probe a = begin { }'; t "" 'probe a = begin { println(1) }'; t "" 'probe begin? { }'; t "" 'probe nosuch? { println(1) }'; t "" 'probe nosuch? { println(1) } probe begin { println(1) }'
}

declarations() {
	local x
	for x in 'global g' 'global g = 1' 'global g = "a"' 'global g = -1' 'global g = - 1' 'global g = +1' 'global g = 1 + 1' 'global g = x' 'global g = "a" "b"' 'global g = (1)' 'global g = 0x10' 'global g = 010' 'global g = 08' 'global g = 9223372036854775807' 'global g = -9223372036854775808' 'global g = 18446744073709551615' 'global g = 18446744073709551616' 'global g = ""' "global g = 'a'" 'global g[10]' 'global g[0]' 'global g[-1]' 'global g["a"]' 'global g[x]' 'global g[]' 'global g[1,2]' 'global g[2147483647]' 'global g[2147483648]' 'global g[0x10]' 'global g%' 'global g%[10]' 'global g[10]%' 'global g% = 1' 'global g[10] = 1' 'global g, h' 'global g = 1, h = 2' 'global g h' 'global g,' 'global' 'global g;' 'global g = 1;' 'global g, g' 'global g global g' 'global g = 1 global g = 2' 'global 1' 'global "g"' 'global $g' 'global @g' 'global g = {1}' 'global g = [1]' 'global g:long' 'global long g' 'global string' 'global in' 'global next' 'private g' 'private global g' 'private global g = 1' 'private g[10]' 'private g%' 'private' 'private private g' 'global private g' 'global g = 1 . 2' 'global g += 1' 'global g == 1' 'global g++' 'global begin' 'global limit' 'global g.h' 'global g->h' 'const g = 1' 'var g' 'int g' 'g = 1' 'global g = @const("1")' 'global g = %{ 1 %}' 'global @a = 1' 'global é' 'global _g' 'global g1' 'global 1g' 'global g$' 'global g = $1' 'global g = @1'; do
		t "" "$x^probe begin {^println(1)^}"
		t "" "$x^probe begin {^g = 1 println(g)^}"
		t "" "$x^probe begin {^g[1] = 1 println(g[1])^}"
	done
	for x in 'function f() { return 1 } function f() { return 2 }' 'function g() { return 1 } global g' 'probe a = begin { } global a' 'include "x"' '#include <x>' '#define X 1' '@define x 1' '@define x %( 1 %)' '@define x(a) %( @a %)' '@define x(a,a) %( @a %)' '@define x() %( 1 %)' '@define %( 1 %)' '@define 1 %( 1 %)' '@define x' '@define x %( 1' '@define x %( @define y %( 1 %) %)' '@define x %( 1 %) @define x %( 2 %)' '@define count %( 1 %)' '@define x %( %( 1 == 1 %? 2 %: 3 %) %)' '%{ #include <x.h> %}' '%{ %}' '%{' 'typedef x y' 'struct x { }' 'probe' 'probe begin' 'function' 'function f' 'x' '1' ';' '}' '{ }' '()' 'probe begin { } ;' 'function f() { };' 'global g; ; global h' 'probe begin { println(1) };'; do
		t "" "$x^probe begin {^println(2)^}"
		t -g "$x^probe begin {^println(2)^}"
	done
}

macros() {
	local x
	for x in '@define a %( 1 %)^println(@a)' '@define a %( 1 %)^println(@a())' '@define a(x) %( @x %)^println(@a(1))' '@define a(x) %( @x %)^println(@a)' '@define a(x) %( @x %)^println(@a())' '@define a(x) %( @x %)^println(@a(1,2))' '@define a(x,y) %( @x + @y %)^println(@a(1,2))' '@define a(x,y) %( @x + @y %)^println(@a(1))' '@define a(x) %( @x %)^println(@a((1,2)))' '@define a(x) %( @x %)^println(@a(f(1,2)))' '@define a(x) %( @y %)^println(@a(1))' '@define a(x) %( x %)^println(@a(1))' '@define a %( @b %) @define b %( 2 %)^println(@a)' '@define a %( @b %)^println(@a)' '@define a %( "x" %)^println(@a . "y")' '@define a %( "x" %)^println(@a + 1)' '@define a %( println(1) %)^@a' '@define a %( println(1); %)^@a @a' '@define a %( { println(1) } %)^@a' '@define a %( ) %)^println(1 @a' '@define a %( global h %)^println(1)' '@define a %( 1 + %)^println(@a 2)' '@define a(x) %( @x(1) %)^println(@a(sprint))' '@define a(x) %( @@x %)^println(@a(b))' '@define a %( 1 %) @define a %( 2 %)^println(@a)' '@define count(x) %( 7 %)^println(@count(1))' '@define a %( %( systemtap_v >= "1.0" %? 1 %: "b" %) %)^println(@a + 1)' '@define a(s) %( foreach (k in @s) println(k) %)^@a(g)' '@define a %( begin %)^println(1)' '@define a(x) %( @x %)^println(@a({1}))' '@define a(x) %( @x %)^println(@a([1,2]))' '@define a(x) %( sprintf("%d", @x) %)^println(@a(1) + 1)' '@define a %( %)^println(1 @a)' '@define a %( /* c */ 1 // x^%)^println(@a)' '@define a(x,) %( 1 %)^println(@a(1))' '@define a(1) %( 1 %)^println(@a(1))' '@define a(x y) %( 1 %)^println(@a(1))' '@define a (x) %( @x %)^println(@a (1))' '@define a 1^println(@a)' '@undef a^println(1)' 'x^println(@a)' '^println(@a)' '^println(@a(1))' '^@a'; do g "global g ${x%%^*}" "g[1] = 1 ${x#*^}"; done
	for x in 'systemtap_v >= "1.0"' 'systemtap_v < "1.0"' 'systemtap_v >= 4' 'systemtap_v' 'kernel_v >= "2.6"' 'kernel_v == "6.*"' 'kernel_v < "*"' 'kernel_vr == "6.1.0-56-cloud-amd64"' 'kernel_v > 6' 'arch == "x86_64"' 'arch != "x86_64"' 'arch == "x86*"' 'arch < "x"' 'arch == 1' 'runtime == "kernel"' 'runtime != "bpf"' 'runtime > "a"' 'guru_mode == 0' 'guru_mode == 1' 'guru_mode != 1' 'guru_mode == "1"' 'systemtap_privilege == "stapdev"' 'systemtap_privilege == "stapusr"' 'systemtap_privilege == 1' 'CONFIG_SMP == "y"' 'CONFIG_SMP != "y"' 'CONFIG_NOSUCH == ""' 'CONFIG_NR_CPUS > 1' 'CONFIG_NR_CPUS == 8192' 'CONFIG_NR_CPUS >= CONFIG_HZ' 'CONFIG_HZ == "250"' '1 == 1' '1 == 2' '1 < 2' '1 != "a"' '"a" == "a"' '"a" < "b"' '"a" == 1' '1 == 1 && 2 == 2' '1 == 1 || 2 == 3' '1 == 2 || 2 == 2 && 3 == 4' '(1 == 1)' '1 == 1 && (2 == 2)' '!(1 == 1)' '1' '1 ==' '== 1' '' 'foo == "a"' 'foo' 'x == y' '1 + 1 == 2' '$# == 0' '$# == 1' '$# > 0' '@1 == "a"' '$1 == 1' '1 = 1' 'kernel_v == kernel_v' '"a" =~ "a"' 'CONFIG_X' '-1 == -1' '1 <= 1' '1 >= 2' 'begin == "x"' '1 == 1 &&' '1 & 1'; do
		t "" "probe begin {^%( $x %? println(1) %: println(1 . 2) %)^}"
		t "-g -- a" "probe begin {^%( $x %? println(1) %: println(1 . 2) %)^}"
		t "" "probe begin {^%( $x %? println(1) %)^}"
	done
	for x in '%( 1 == 1 %? println(1) ' '%( 1 == 1 println(1) %)' '%? println(1)' '%: println(1)' '%)' '%( 1 == 1 %? println(1) %: println(2) %: println(3) %)' '%( 1 == 1 %? %( 2 == 2 %? println(1) %: %) %: println(2) %)' '%( 1 == 2 %? println( %: println(1) %)' '%( 1 == 2 %? "abc %: println(1) %)' '%( 1 == 2 %? $9 %: println(1) %)' '%( 1 == 2 %? @nosuch %: println(1) %)' '%( 1 == 2 %? } %: println(1) %)' 'println(%( 1 == 1 %? 1 %: 2 %))' 'println(1 %( 1 == 1 %? + 2 %))' '%( 1 == 2 %? %{ %} %: println(1) %)' '%( 1 == 2 %? %( %: println(1) %)' '%( 1 == 1 ? println(1) : println(2) %)' '%(1==1%?println(1)%:println(2)%)'; do p "$x"; done
	t "" '%( 1 == 1 %? probe begin { println(1) } %: probe end { println(2 . 3) } %)'
	t "" '%( 1 == 2 %? probe begin { println(1) } %)^probe end { println(2) }'
	t "" '@define p %( begin %)^probe @p { println(1) }'; t "" '@define p(x) %( probe @x { println(1) } %)^@p(begin)'
	t "" '%( 1 == 1 %? @define a %( 1 %) %) probe begin { println(@a) }'; t "" '%( 1 == 2 %? @define a %( 1 %) %) probe begin {^println(@a) }'
	t "" '%( 1 == 2 %? @define a %( 1 %) %: @define a %( "x" %) %) probe begin {^println(@a + 1) }'
}

options() {
	local x y v
	for x in 'println($1)' 'println(@1)' 'println($1 + 1)' 'println(@1 + 1)' 'println(@1 . "x")' 'println($2)' 'println(@2)' 'println($#)' 'println(@#)' 'println($# + 1)' 'println(@# . "x")' 'x = $1 println(x)' 'printf("$1")' 'println("$1")' 'println($1 . $1)' '$1' 'println(strlen(@1))' 'println($0)' 'println($10)' 'println($01)' 'println(@01)' 'println($1$1)' 'println($1 $2)' 'println(${1})' 'println($*)' 'println(@*)' 'println($a)' 'if ($# == 1) println($1)' '%( $# > 1 %? println($2) %: println(1) %)' '%( $# > 0 %? println(@1) %: println(1) %)' 'println($1) # $5' 'println("@5")' '/* $7 */ println(1)' 'println($999999999999)'; do
		for y in '' '-- 1' '-- a' '-- "a"' '-- 1 2' '-- -1' '-- $1' '-- 1+1' '-- a~b' '-- println(2)' '-- 0x10'; do t "$y" "probe begin {^$x^}"; done
	done
	for x in 'begin' 'begin,end' 'begin~{~}' 'timer.s(1)' 'begin,' '1'; do t "-- $x" 'probe $1 { println(1) }'; t "-- $x" 'probe @1 { println(1) }'; done
	for x in g=1 g=a g= g '=1' g=-1 h=1 'g=1 -Gg=2' 'g="a"' g=0x10 g=1a g=99999999999999999999 'g=a~b' g==1 'g[1]=1'; do
		t "-G $x" 'global g = 3^probe begin {^println(g + 1)^}'
		t "-G $x" 'global g = "x"^probe begin {^println(g . "x")^}'
		t "-G $x" 'global g^probe begin {^println(g)^}'
		t "-G $x" 'global g^probe begin {^g[1] = 1 println(g[1])^}'
		t "-G $x" 'global g^probe begin {^g <<< 1 println(@count(g))^}'
	done
	for x in 'MAXACTION=1' MAXACTION 'MAXSTRINGLEN=64' 'FOO' 'FOO=1' '=1' 'MAXMAPENTRIES=0' 'MAXACTION=x' 'A~B' '1A' 'A;B'; do t "-D $x" 'probe begin { println(1) }'; done
	for x in 'probe~end~{~println(2)~}' 'global~h' 'global~g' 'function~f()~{~return~1~}' 'probe~end~{~println(g)~}' 'probe~end~{~println(nosuch())~}' 'x' '' 'private~g' 'probe~begin~{~println(f2())~}' '@define~m~%(~1~%)' 'probe~end~{~println(@m)~}'; do
		t "-E $x" '@define m %( 1 %) global g = 1^probe begin {^println(g)^} function f2() { return 1 }'
		t "-E $x -E probe~end~{~println(3)~}" 'private global g = 1^probe begin {^println(g)^} private function f2() { return 1 }'
	done
	for v in 1.0 1.3 1.9 2.0 2.2 2.3 2.6 2.9 3.0 3.1 3.9 4.0 4.3 4.8 abc; do
		t "--compatible=$v" 'probe begin {^println(1)^}'
		t "--compatible=$v" 'private global g = 1^probe begin {^println(g)^}'
		t "--compatible=$v" 'private g = 1^probe begin {^println(g)^}'
		t "--compatible=$v" 'private function f() { return 1 }^probe begin {^println(f())^}'
		t "--compatible=$v" 'global private = 1^probe begin {^println(private)^}'
		t "--compatible=$v" 'probe begin {^private = 1 println(private)^}'
		t "--compatible=$v" 'probe begin {^println("\x41")^}'
		t "--compatible=$v" 'probe begin {^println("a" "b")^}'
		t "--compatible=$v" 'probe begin {^println("a" /* x */ "b")^}'
		t "--compatible=$v" 'probe begin {^println(@const("1"))^}'
		t "--compatible=$v -g" 'probe begin {^println(@const("1"))^}'
		t "--compatible=$v" 'global s probe begin {^s <<< 1 println(@variance(s))^}'
		t "--compatible=$v" 'global s probe begin {^s <<< 1 println(@variance(s, 2))^}'
		t "--compatible=$v -g" 'probe begin {^println(@kderef(4, 0))^}'
		t "--compatible=$v" 'probe begin {^println(1 ? 2 : x = 3)^}'
		t "--compatible=$v" 'probe begin {^println(1 ? 2 : 3 ? 4 : 5)^}'
		t "--compatible=$v" 'probe begin {^printf("%p\n", 1)^}'
		t "--compatible=$v" 'probe begin {^x = 0 println(x->pid)^}'
		t "--compatible=$v" '%( systemtap_v >= "3.0" %? probe begin { println(1) } %: probe end {^println(1 . 2) } %)'
		t "--compatible=$v" 'function f:long(x) { next } function f(x) { return x }^probe begin {^println(f(1))^}'
		t "--compatible=$v" 'probe begin {^println(@choose_defined($x, 1))^}'
	done
	for x in stapdev stapsys stapusr root 1 ''; do for y in 'println(1)' 'exit()' 'println(pid())' 'println(execname())' 'println(get_cycles())' 'println(uid())' 'system("ls")' 'println(sprint_ubacktrace())' 'println(user_string(1))' 'println(kernel_string(1))' 'println(gettimeofday_s())' 'println(backtrace())' 'panic("x")' 'ftrace("x")' 'printk(1, "x")' 'println(strlen("a"))' 'println(cpu())' 'println(register("rip"))' 'println(%{ 1 %})' 'println(%{ /* unprivileged */ 1 %})' 'println(@const("1"))' 'println(@kderef(4, 0))' 'println(@uderef(4, 0))'; do
		t "--privilege=$x" "probe begin {^$y^}"
		[ "$x" != stapusr ] || t "--unprivileged" "probe timer.s(1) {^$y^}"
		[ "$x" != stapdev ] || t "-g" "probe begin {^$y^}"
		[ "$x" != stapsys ] || t "-g --privilege=stapsys" "probe begin {^$y^}"
	done; done
	for x in begin end error never 'timer.s(1)' 'timer.ms(100)' 'timer.hz(100)' 'timer.jiffies(10)' 'timer.profile' 'kernel.nosuch("x")' 'begin(1)'; do for v in stapusr stapsys; do t "--privilege=$v" "probe $x {^println(1)^}"; done; done
	for x in 'return 1' 'STAP_RETVALUE = 1;' '/* pure */' '/* pure */ /* unprivileged */' '/* stable */' '/* stable */ /* pure */' '/* guru */' '/* myproc-unprivileged */' '/* pragma:read:g */' '/* pragma:write:g */' '/* pragma:read:nosuch */' '/* pragma:symbols */' '/* unmangled */' '/* unmodified-fnargs */' '}%' 'THIS->x' 'STAP_PRINTF("x")' 'STAP_NEXT;' '/* string */' '/*pure*/' '/* bpf */'; do
		for y in '' -g '-g --privilege=stapusr' '--compatible=1.7 -g'; do
			t "$y" "global g^function f() %{ $x %}^probe begin {^f() g = 1 println(g)^}"
			t "$y" "global g^function f:long(x:long) %{ $x %}^probe begin {^println(f(1)) g = 1 println(g)^}"
		done
		t -g "global g^function f:string(x) %{ $x %}^probe begin {^println(f(1) + 1) g = 1^}"
		t -g "global g^function f(x) %{ $x %}^probe begin {^println(f(1) . \"a\") g = 1^}"
		t -g "global g^function f(x) %{ $x %}^probe begin {^println(f(1)) g = 1 f(\"a\")^}"
		t -g "global g^function f:long() %{ $x %}^probe begin if (f()) {^println(1) g = 1^}"
		t -g "global g %{ $x %}^probe begin {^println(1) g = 1^}"
	done
	for x in 'x == 1' 'x = y' 'x = 1' 'if (x == 1) ;' 'x' 'y = x + 1' 'y = x . "a"' 'if (0) println(1 . 2)' 'if (0) nosuch()' 'while (0) x = 1 . 2' 'return_' '1 . 2' '"a" + 1' 'x = f()' 'f()' 'if (x) y = 1' 'x++' 'x .= "a"' 'foreach (k in g) ;' 'x = z1 = z2' 'try { x = y } catch { }' 'next println(1 . 2)' 'x ? 1 : 2' 'sprint(x)' 'print(x)' 'for (x = y; 0; ) ;' '!x' 'x < y' '(x)' 'x, y' 'x in g' 'delete x' 'delete g' 'x = g[y]' 'x = x'; do
		for y in '' -u -W -w '-W -w' '-u -W' -v; do t "$y" "global g function f() { return 1 } function unused() { return 1 . 2 }^probe begin {^$x println(2)^}"; done
	done
	for x in 'println(lib_plain(1))' 'println(lib_plain("a"))' 'println(lib_string("a"))' 'println(lib_string("a") + 1)' 'println(lib_pure(1))' 'println(lib_guru(1))' 'println(lib_usr(1))' 'lib_set(1)' 'println(lib_global)' 'println(lib_private())' 'println(@lib_macro)' 'println(@lib_macro2(1))' 'println(@lib_macro2(1,2))' 'println(lib_arch())' 'println(lib_version())' 'println(lib_bad())' 'println(lib_shadow())' 'println(lib_over(1))' 'println(lib_over(1,2))' 'println(lib_over("a"))' 'println(lib_typed())' 'println(@lib_cond)' 'println(lib_sub())' 'lib_void()' 'println(lib_void())' 'println(@lib_dup)'; do
		for y in '' '-I lib' '-I lib -g' '-I lib -I lib2' '-I lib2 -I lib' '-I lib --unprivileged' '-I nosuch' '-I lib -a arm64' '-I lib --compatible=2.0'; do t "$y" "probe begin {^$x^}"; done
	done
	for x in lib.plain lib.two 'lib.*' lib.alias 'lib.opt?' lib.opt lib.cond lib.var 'lib.plain, lib.two' 'lib.{plain,two}' lib.nosuch 'lib.nosuch?' 'lib.timer.s(1)' lib.bad lib.type 'lib**' lib.epilogue lib.arch; do
		for y in '-I lib' '-I lib -u' '-I lib --privilege=stapusr' ''; do t "$y" "probe $x {^println(1)^}"; t "$y" "probe $x {^println(lv + 1)^}"; t "$y" "probe $x {^println(lv . \"a\")^}"; done
	done
	t "-I lib" 'global lib_global = 1 probe begin {^println(lib_global) lib_set(1)^}'
	t "-I lib" 'function lib_plain(x) { return "s" }^probe begin {^println(lib_plain(1))^}'
	t "-I lib" 'function lib_plain(x) { return 5 }^probe begin {^println(lib_plain(1) + 1)^}'
	t "-I lib" 'function lib_over(x) { next }^probe begin {^println(lib_over(1))^}'
	t "-I lib" '@define lib_macro %( "u" %)^probe begin {^println(@lib_macro . "a")^}'
	t "-I lib" 'probe lib.plain = end { }^probe lib.plain {^println(1)^}'
	t "-I lib" 'global lib_private^probe begin {^lib_private = 1 println(lib_private)^}'
	t "" 'function exit() { println(1) }^probe begin {^exit()^}'; t "" 'function log(x) { println(x) }^probe begin {^log(1)^}'; t "" 'function log(x) { println(x) }^probe begin {^log("a")^}'; t "" 'function strlen(s:string) { return 1 }^probe begin {^println(strlen("a"))^}'; t "" 'function strlen(s) { return "a" }^probe begin {^println(strlen("a") . "b")^}'
}

if [ "${1:-}" ]; then "$@"; else operators; inference; functions; variables; printing; aggregates; loops; probes; declarations; macros; options; fi |
	sed 's/\^/⏎/g; s/\\x5e/^/g; s/\\x7e/~/g' | awk '!seen[$0]++'
