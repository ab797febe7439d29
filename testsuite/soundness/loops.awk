# Loops whose number of rounds is known when they have run: LINE after LINE a loop that counts its rounds in c, and a
# line that prints them; the first fifth in functions of their own.  With nests=1: scripts of one nest each, told apart by "# nest".
# awk -v seed=N -v count=N [-v nests=1] -f loops.awk
function pick(n) { return int(rand() * n) }
function between(a, b) { return a + pick(b - a + 1) }
function loop(k,    a, b, s, m) {
	a = between(0, 9); b = a + between(5, 60); s = between(1, 4); m = between(2, 9)
	if (k == 0) return sprintf("for (i = %d; i < %d; i += %d) c++", a, b, s)
	if (k == 1) return sprintf("for (i = %d; i >= %d; i -= %d) c++", b, a, s)
	if (k == 2) return sprintf("for (i = %d; i != %d; i += %d) c++", a, a + s * m, s)
	if (k == 3) return sprintf("for (i = %d; i <= %d; i *= %d) c++", a + 1, b * 100, s + 1)
	if (k == 4) return sprintf("for (i = %d; i > %d; i /= %d) c++", b * 100, a, s + 1)
	if (k == 5) return sprintf("for (i = %d; i; i >>= %d) c++", b * 1000, s)
	if (k == 6) return sprintf("for (i = 1; i < %d; i <<= %d) c++", b * 1000, s)
	if (k == 7) return sprintf("for (i = %d; i < %d; i++) { c++; if (i == %d) break }", a, b, a + m % 5)
	if (k == 8) return sprintf("{ i = %d; j = 0; while (i < %d && j < %d) { c++; i += %d; j++ } }", a, b, m, s)
	if (k == 9) return sprintf("{ i = %d; j = 0; while (i < %d || j < %d) { c++; i += %d; j++ } }", a, b, m, s)
	if (k == 10) return sprintf("{ x = %d; y = %d; n = x < y ? x : y; for (i = 0; i < n; i++) c++ }", b, a + m)
	if (k == 11) return sprintf("{ x = %d; y = %d; while (x > 0) { c++; if (y > 0) y--; else { x--; y = %d } } }", m, s, s)
	if (k == 12) return sprintf("{ i = 0; j = 0; while (i < %d) { c++; j++; if (j >= %d) { j = 0; i++ } } }", m, b)
	if (k == 13) return sprintf("foreach (x in table limit %d) c++", m)
	if (k == 14) return sprintf("{ i = %d; while (i-- > %d) c++ }", b, a)
	if (k == 15) return sprintf("{ i = %d; while (--i) c++ }", b)
	if (k == 16) return sprintf("c = run%d(%d)", pick(3), b)
	if (k == 17) return sprintf("{ g = %d; while (g < %d) { c++; g += %d } }", a, b, s)
	if (k == 18) return sprintf("{ i = %d; while (1) { if (i >= %d) break; c++; i += %d } }", a, b, s)
	if (k == 19) return sprintf("{ x = %d; y = %d; while (x < y) { c++; x += %d; y-- } }", a, b, s)
	if (k == 20) return sprintf("{ n = (%d & %d) + 8; for (i = 0; i < n; i++) c++ }", 7 + 8 * a, 7)
	if (k == 21) return sprintf("{ x = %d; while (!(x <= %d)) { c++; x -= %d } }", b, a, s)
	if (k == 22) return sprintf("{ i = %d; n = %d; while (n > i) { c++; n = n - %d } }", a, b, s)
	return sprintf("for (i = %d; i < %d; i += %d) { c++; if (i %% 2) continue; c = c + 0 }", a, b, s)
}
function nest(k,    a, b, s) {
	a = between(3, 9); b = between(4, 25); s = between(1, 3)
	if (k == 0) return sprintf("for (i = 0; i < %d; i++) for (j = 0; j < i; j++) c++", b)
	if (k == 1) return sprintf("for (i = 0; i < %d; i++) for (j = i; j < %d; j++) c++", b, b)
	if (k == 2) return sprintf("for (i = %d; i > 0; i -= %d) for (j = i; j > 0; j--) c++", b, s)
	if (k == 3) return sprintf("for (i = 0; i < %d; i++) for (j = 0; j < %d; j += %d) c++", a, b, s)
	if (k == 4) return sprintf("for (i = 0; i < %d; i += %d) for (j = 0; j <= i; j++) { c++; c += 0 }", b, s)
	if (k == 5) return sprintf("for (i = 0; i < %d; i++) { x = i & 3; for (j = 0; j < %d; j++) c += x }", a, b)
	if (k == 6) return sprintf("for (i = %d; i; i--) for (j = %d; j > i; j--) c++", a, a + b)
	return sprintf("for (i = 0; i < %d; i++) for (j = 0; j < i; j++) for (k = 0; k < %d; k++) c++", a, s)
}
BEGIN {
	srand(seed)
	if (nests) {
		for (n = 0; n < count; n++)
			printf "# nest\nprobe begin { c = 0; %s; println(\"done\"); exit() }\n", nest(n % 8)
		exit
	}
	print "global table[20], g"
	print "function run0(n) { r = 0; for (i = 0; i < n; i++) r++; return r }"
	print "function run1(n) { r = 0; while (n > 0) { r++; n -= 3 }; return r }"
	print "function run2(n) { r = 0; for (i = n; i; i /= 2) r++; return r }"
	functions = int(count / 5)
	for (n = 0; n < functions; n++)
		printf "function in%d() {\nc = 0; %s\nreturn c }\n", n, loop(n % 24)
	print "probe begin {"
	print "for (i = 0; i < 15; i++) table[i] = i"
	for (n = 0; n < functions; n++)
		printf "printf(\"rounds %%d\\n\", in%d())\n", n
	for (n = functions; n < count; n++)
		printf "c = 0; %s\nprintf(\"rounds %%d\\n\", c)\n", loop(n % 24)
	print "exit() }"
}
