# Makes a large script: awk -v shape=NAME -v lines=N -f scripts.awk
# About N lines of one kind of code, always the same for the same N.  shape=list: the names.

function line(s) { print s; made++ }

function probes(  i) { # many small probes that share a few globals
	line("global total, seen")
	for (i = 0; made < lines; i++) {
		line("probe timer.ms(" (i % 900 + 1) ") {")
		line("  total += " i)
		line("  if (seen < " (i % 100) ") seen++")
		line("  printf(\"%d %d\\n\", total, seen)")
		line("}")
	}
}

function handler(  i) { # one long handler
	line("global g0, g1, g2, g3")
	line("probe begin {")
	line("  x = 0")
	for (i = 0; made < lines - 1; i++) {
		line("  x = x + g" (i % 4))
		line("  g" (i * 7 % 4) " = x / " (i % 9 + 1))
		line("  y" (i % 50) " = x * 2")
		line("  if (x > " i ") x = y" (i * 3 % 50))
	}
	line("}")
}

function straight(  i) { # statements without a branch
	line("probe begin {")
	line("  x = 1")
	for (i = 0; made < lines - 2; i++)
		line("  x = x + " i)
	line("  println(x)")
	line("}")
}

function functions(  i) {
	line("probe begin { println(f0(1)) }")
	for (i = 0; made < lines - 4; i++) {
		line("function f" i ":long(a:long) {")
		line("  if (a > " i % 10 ") return a - 1")
		line("  return a + " i)
		line("}")
		line("probe timer.ms(" (i % 500 + 1) ") { println(f" i "(" i ")) }")
	}
}

function globals(  i) {
	for (i = 0; made < lines / 2; i++)
		line("global v" i " = " i)
	line("probe begin {")
	for (i = 0; made < lines - 1; i++)
		line("  v" i " += " i)
	line("}")
	line("probe end { println(v0) }")
}

function arrays(  i) {
	for (i = 0; made < lines / 2; i++)
		line("global a" i "[100]")
	line("probe timer.s(1) {")
	for (i = 0; made < lines - 1; i++)
		line("  a" i "[" (i % 10) "] = a" i "[" (i % 7) "] + 1")
	line("}")
	line("probe end { foreach (k in a0) println(k, a0[k]) }")
}

function chain(  i) { # if, else if, ... of fifty
	line("global n")
	line("probe timer.s(1) {")
	line("  v = n % " lines)
	for (i = 0; made < lines - 3; i++)
		line("  " (i % 50 ? "else if" : "if") " (v == " i ") n = " (i * 7 % 1000))
	line("  n++")
	line("}")
}

function choices(  i) { # tests of one variable in a row
	line("global n")
	line("probe timer.s(1) {")
	line("  v = n; s = \"\"")
	for (i = 1; made < lines - 3; i++)
		line("  if (v == " i ") s = \"name" i "\"")
	line("  println(s); n++")
	line("}")
}

function loops(  i) { # many loops in a row
	line("probe begin {")
	for (i = 0; made < lines - 1; i++) {
		line("  for (i = 0; i < " (i % 20 + 2) "; i++) {")
		line("    s += i / (i + 1)")
		line("  }")
	}
	line("  println(s) }")
}

function globalloops(  i) { # loops over globals, in many probes
	line("global n, total, hits")
	for (i = 0; made < lines; i++) {
		line("probe timer.ms(" (i % 900 + 1) ") {")
		line("  for (n = 0; n < " (i % 20 + 2) "; n++)")
		line("    total += n")
		line("  hits[n]++")
		line("}")
	}
}

function nests(  i, d) { # nests of four loops
	line("probe begin {")
	for (i = 0; made < lines - 1; i++) {
		for (d = 0; d < 4; d++)
			line("  for (i" d " = 0; i" d " < " (i % 5 + 2) "; i" d "++)")
		line("    t += i0 + i3")
	}
	line("  println(t) }")
}

function concats(  i) {
	line("global text")
	line("probe begin {")
	line("  s = \"a\"")
	for (i = 0; made < lines - 2; i++)
		line("  s = s . \"" i "\" . text")
	line("  text = s")
	line("}")
}

function shared(  i) { # each probe passes on what the one before it left
	for (i = 0; made < lines / 3; i++)
		line("global s" i)
	for (i = 0; made < lines; i++) {
		line("probe timer.ms(" (i % 900 + 1) ") {")
		line("  s" (i + 1) % int(lines / 6) " = s" i % int(lines / 6) " + 1")
		line("}")
	}
}

function deepcalls(  i) { # a chain of calls
	line("probe begin { println(f0(1)) }")
	for (i = 0; made < lines - 4; i++) {
		line("function f" i ":long(a:long) {")
		line("  return f" i + 1 "(a + 1)")
		line("}")
	}
	line("function f" i ":long(a:long) { return a }")
}

function widecalls(  i) { # every function is called by one handler
	line("probe begin {")
	for (i = 0; made < lines / 4; i++)
		line("  t += f" i "(" i ")")
	line("}")
	for (i = 0; made < lines; i++) {
		line("function f" i ":long(a:long) {")
		line("  return a + " i)
		line("}")
	}
}

function tries(  i) {
	line("global g")
	line("probe timer.s(1) {")
	for (i = 0; made < lines - 1; i++) {
		line("  try { g = " i " / g }")
		line("  catch { g++ }")
	}
	line("}")
}

function aggregates(  i) {
	line("global st, by")
	for (i = 0; made < lines; i++) {
		line("probe timer.ms(" (i % 900 + 1) ") {")
		line("  st <<< " i)
		line("  by[" i % 40 "] <<< st_time(" i ")")
		line("  if (@count(st)) println(@avg(st))")
		line("}")
	}
	line("function st_time:long(n:long) { return n * 3 }")
}

function locals(  i) { # a variable a line, all of them live to the end
	line("probe begin {")
	for (i = 0; made < lines / 2; i++)
		line("  v" i " = gettimeofday_like(" i ")")
	for (i = 0; made < lines - 2; i++)
		line("  if (v" i " > 3) t += v" i * 7 % int(lines / 3))
	line("  println(t) }")
	line("function gettimeofday_like:long(n:long) { return n * 2 }")
}

function calls(  i) { # calls that change globals, in a handler that uses many
	for (i = 0; made < lines / 4; i++)
		line("global c" i)
	line("function set:long(n:long) { c0 = n; c1 += n; return c1 }")
	line("function get:long(n:long) { return c2 + n }")
	line("probe timer.s(1) {")
	for (i = 0; made < lines - 1; i++)
		line("  c" i % int(lines / 4) " = " (i % 2 ? "set" : "get") "(c" i * 3 % int(lines / 4) ")")
	line("}")
}

function returns(  i) { # a table as a function
	line("global seen")
	line("probe timer.s(1) { seen++; println(name(seen)) }")
	line("function name:string(n:long) {")
	for (i = 0; made < lines - 2; i++)
		line("  if (n == " i ") return \"NAME_" i "\"")
	line("  return \"?\"")
	line("}")
}

function foreachs(  i) {
	line("global by, st")
	line("probe timer.ms(10) { by[randint_like(9), 2]++; st[1] <<< 2 }")
	line("function randint_like:long(n:long) { return n % 4 }")
	for (i = 0; made < lines; i++) {
		line("probe timer.ms(" (i % 900 + 1) ") {")
		line("  foreach ([a, b] in by- limit " (i % 10 + 1) ") {")
		line("    printf(\"%d %d %d\\n\", a, b, by[a, b])")
		line("  }")
		line("  foreach (x in st) println(@avg(st[x]))")
		line("}")
	}
}

function recursions(  i) { # pairs of functions that call each other
	for (i = 0; made < lines; i++) {
		line("function even" i ":long(n:long) {")
		line("  if (n <= 0) return 1")
		line("  return odd" i "(n - 1)")
		line("}")
		line("function odd" i ":long(n:long) { if (n <= 0) return 0; return even" i "(n - 1) }")
		line("probe timer.ms(" (i % 900 + 1) ") { println(even" i "(" i % 20 ")) }")
	}
}

function conditions(  i, j) { # long conditions
	line("global n")
	line("probe timer.s(1) {")
	for (i = 0; made < lines - 1; i++) {
		line("  if (n == " i)
		for (j = 0; j < 20; j++)
			line("      || n " (j % 2 ? "<" : ">") " " (i * j) " && n != " j)
		line("  ) n++")
	}
	line("}")
}

function outerloop(  i) { # many loops in one loop, all on the same variables
	line("global n")
	line("probe begin {")
	line("for (o = 0; o < 10; o++) {")
	for (i = 0; made < lines - 2; i++) {
		line("  for (i" i % 100 " = 0; i" i % 100 " < o; i" i % 100 "++)")
		line("    t += i" i * 7 % 100)
		line("  if (t > n) t -= o")
	}
	line("}}")
}

function guards(  i) { # divisions that nothing decides, each with a long history
	line("global n")
	line("probe timer.s(1) {")
	line("  v = n; w = 1; n++")
	for (i = 0; made < lines - 1; i++) {
		line("  v = v * 3 + n")
		line("  w += 100 / v")
	}
	line("println(w) }")
}

function pairs(  i) { # arrays that one handler fills and another empties
	for (i = 0; made < lines; i++) {
		line("global p" i)
		line("probe timer.ms(" (i % 900 + 1) ") { p" i "[pair_key(" i ")] = " i " }")
		line("probe timer.us(" (i % 900 + 100) ") {")
		line("  k = pair_key(" i ")")
		line("  if (k in p" i ") { println(p" i "[k]); delete p" i "[k] }")
		line("}")
	}
	line("function pair_key:long(n:long) { return n * 3 }")
}

function deepglobals(  i) { # a chain of calls, each of which changes a global of its own
	line("probe begin { println(f0(1)) }")
	for (i = 0; made < lines - 4; i++) {
		line("global v" i)
		line("function f" i ":long(a:long) {")
		line("  v" i " += a; return f" i + 1 "(a + v" i ")")
		line("}")
	}
	line("function f" i ":long(a:long) { return a }")
}

function aliases(  i) { # each used once, and made of the one before
	line("probe a0 = timer.s(1) { v = 1 }")
	for (i = 1; made < lines; i++) {
		line("probe a" i " = " (i % 10 ? "a" i - 1 : "timer.ms(" (i % 900 + 1) ")") " { v" i % 10 " = " i " }")
		line("probe a" i " { println(v" i % 10 ") }")
	}
}

function waivers(  i) { # a comment a statement
	line("global n")
	line("probe timer.s(1) {")
	line("  n++")
	for (i = 0; made < lines - 1; i++) {
		line("  # stapvet: disable=div-guarded -- reason " i)
		line("  t += " i " / n")
	}
	line("println(t) }")
}

function unused(  i) { # names that differ in a letter, and nothing of use
	for (i = 0; made < lines; i++) {
		line("global counter_" i)
		line("probe timer.ms(" (i % 900 + 1) ") {")
		line("  countre_" i " = " i)
		line("  if (counter_" i " > 3) y = 1")
		line("}")
	}
}

function twins(  i) { # probes at the same points, that do the same
	line("global hits, n")
	for (i = 0; made < lines; i++) {
		line("probe timer.ms(" (i % 7 + 1) ") {")
		line("  hits[n]++; n = n + 1; n = n + 1")
		line("  if (n > 5) { if (n > 5) n = 0 } else { n = 0 }")
		line("}")
	}
}

function macros(  i) {
	line("global n")
	for (i = 0; made < lines; i++) {
		line("@define m" i "(x) %( (@x + " i ") %)")
		line("probe timer.ms(" (i % 900 + 1) ") { n = @m" i "(@m" int(i / 2) "(n)) }")
	}
	line("probe end { println(n) }")
}

function texts(  i) { # strings, cut and compared
	line("global by, s")
	line("probe timer.s(1) {")
	line("  t = s")
	for (i = 0; made < lines - 1; i++) {
		line("  t = substr(t, " i % 5 ", " i % 90 ") . \"x" i % 77 "\"")
		line("  if (strlen(t) > " i % 100 " && t != s) by[t, " i % 9 "]++")
		line("  s = sprintf(\"%d %s %5d\", strlen(s), t, " i ")")
	}
	line("}")
	line("function strlen:long(s:string) { return 1 }")
	line("function substr:string(s:string, a:long, n:long) { return s }")
}

function breaks(  i) { # loops that are left from inside
	line("global n, by")
	line("probe timer.s(1) {")
	for (i = 0; made < lines - 7; i++) {
		line("  k = n")
		line("  while (k > " i % 9 ") {")
		line("    if (k == n) break")
		line("    if (by[k] > 3) { k -= 2; continue }")
		line("    foreach (e in by limit 5) { if (e > k) next; k -= e }")
		line("    k--")
		line("  }")
	}
	line("}")
}

BEGIN {
	names = "probes handler straight functions globals arrays chain choices loops globalloops nests concats shared deepcalls widecalls tries aggregates locals calls returns foreachs recursions conditions outerloop"
	names = names " guards pairs deepglobals aliases waivers unused twins macros texts breaks"
	if (shape == "list") { print names; exit }
	if (shape == "probes") probes()
	else if (shape == "handler") handler()
	else if (shape == "straight") straight()
	else if (shape == "functions") functions()
	else if (shape == "globals") globals()
	else if (shape == "arrays") arrays()
	else if (shape == "chain") chain()
	else if (shape == "choices") choices()
	else if (shape == "loops") loops()
	else if (shape == "globalloops") globalloops()
	else if (shape == "nests") nests()
	else if (shape == "concats") concats()
	else if (shape == "shared") shared()
	else if (shape == "deepcalls") deepcalls()
	else if (shape == "widecalls") widecalls()
	else if (shape == "tries") tries()
	else if (shape == "aggregates") aggregates()
	else if (shape == "locals") locals()
	else if (shape == "calls") calls()
	else if (shape == "returns") returns()
	else if (shape == "foreachs") foreachs()
	else if (shape == "recursions") recursions()
	else if (shape == "conditions") conditions()
	else if (shape == "outerloop") outerloop()
	else if (shape == "guards") guards()
	else if (shape == "pairs") pairs()
	else if (shape == "deepglobals") deepglobals()
	else if (shape == "aliases") aliases()
	else if (shape == "waivers") waivers()
	else if (shape == "unused") unused()
	else if (shape == "twins") twins()
	else if (shape == "macros") macros()
	else if (shape == "texts") texts()
	else if (shape == "breaks") breaks()
	else { print "no shape " shape >"/dev/stderr"; exit 1 }
}
