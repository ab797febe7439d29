#!/bin/bash
# The slower tests: whole corpora of real scripts, hostile inputs under limits
# of time and memory, and a real kernel's image.  What needs packages fetches
# them below the build folder; without network those parts are skipped, aloud.
set -u
cd "$(dirname "$0")/.."
build=${BUILD:-build}
stapvet=$build/stapvet
corpus=$build/corpus
passed=0 failed=0
work=$(mktemp -d)
trap 'chmod -R u+rwX "$work"; rm -rf "$work"' EXIT
export LC_ALL=C

pass() { passed=$((passed + 1)); }
fail() { failed=$((failed + 1)); echo "FAIL $*"; }
expect() { # expect STATUS NAME COMMAND...
	local want=$1 name=$2 got
	shift 2
	"$@" >"$work/out" 2>"$work/err" </dev/null
	got=$?
	if [ "$got" = "$want" ]; then pass; else fail "$name: exit $got, expected $want"; head -n 3 "$work/err"; fi
}

# --- hostile inputs: a clear error, within bounds of time and memory, never a crash ---
hostile() { # hostile NAME COMMAND...: must fail by itself, saying something
	local name=$1 got
	shift
	(ulimit -v 400000; exec timeout 10 "$@") >"$work/out" 2>"$work/err" </dev/null
	got=$?
	if [ "$got" -ge 1 ] && [ "$got" -le 3 ] && [ -s "$work/err" -o -s "$work/out" ]; then
		pass
	else
		fail "hostile $name: exit $got"
		head -c 300 "$work/err"
	fi
}
repeat() { head -c "$2" /dev/zero | sed "s/\\x0/$1/g"; }
: >"$work/empty.stp"
printf 'probe begin { x = 1\0 }\n' >"$work/nul.stp"
repeat '(' 10485760 >"$work/parens.stp"
{ printf 'probe begin '; repeat '{' 100000; } >"$work/blocks.stp"
{ printf 'probe begin '; repeat '{' 100000; repeat '}' 100000; } >"$work/blocks2.stp"
{ printf 'probe begin { x = '; repeat '-' 100000; printf '1 }'; } >"$work/unary.stp"
{ printf 'probe begin { x = 1'; repeat ' + 1' 100000; printf ' }'; } >"$work/sum.stp"
{ printf 'probe begin { '; repeat 'if (1) ' 100000; printf ';}'; } >"$work/ifs.stp"
{ printf 'probe begin { '; repeat 'if (1) ; else ' 100000; printf ';}'; } >"$work/elses.stp"
printf 'probe begin { print("abc }\n' >"$work/string.stp"
printf 'probe begin { /* abc }\n' >"$work/comment.stp"
printf 'probe begin { } %%{ abc\n' >"$work/embedded.stp"
printf '@define a %%( @a @a %%)\nprobe begin { @a }\n' >"$work/selfmacro.stp"
{
	echo '@define a0 %( x = 1; %)'
	for i in $(seq 1 60); do echo "@define a$i %( @a$((i - 1)) @a$((i - 1)) %)"; done
	echo 'probe begin { @a60 }'
} >"$work/expmacro.stp"
printf 'probe begin { exit() }\n' >"$work/locked.stp"
chmod 000 "$work/locked.stp"
mkfifo "$work/fifo.stp"
for name in empty nul parens blocks unary sum ifs elses string embedded selfmacro expmacro; do
	hostile "$name" "$stapvet" -p2 "$work/$name.stp"
	hostile "check $name" "$stapvet" check "$work/$name.stp"
done
hostile blocks2 "$stapvet" -p2 "$work/blocks2.stp"
hostile folder "$stapvet" -p2 "$work"
hostile fifo "$stapvet" -p2 "$work/fifo.stp"
hostile missing "$stapvet" -p2 "$work/none.stp"
[ "$(id -u)" = 0 ] || hostile unreadable "$stapvet" -p2 "$work/locked.stp"
{
	echo 'probe begin { println(f0(1)) exit() }'
	for i in $(seq 0 19998); do echo "function f$i(x) { return f$((i + 1))(x) }"; done
	echo 'function f19999(x) { return x }'
} >"$work/chain.stp"
for command in "-p2" "verify" "check -D MAXACTION=5000" "-D MAXACTION=5000"; do
	expect 0 "20,000 functions in a row $command" timeout 20 "$stapvet" $command "$work/chain.stp"
done

# --- damaged facts ---
facts=testsuite/facts/cloud-6.1.facts
probe=(-p2 -e 'probe kernel.function("vfs_read") { println($count) }')
damage() { # damage NAME FILE: truncated and flipped copies are refused or answered, never a crash
	local size at byte got
	size=$(stat -c %s "$2")
	for at in 0 1 7 64 1000 $((size / 3)) $((size / 2)) $((size - 20000)); do
		head -c "$at" "$2" >"$work/cut"
		(ulimit -v 600000; timeout 20 "$stapvet" --target "$work/cut" "${probe[@]}") >"$work/out" 2>&1 </dev/null
		got=$?
		if [ $got = 1 ] && [ -s "$work/out" ]; then pass; else fail "$1 cut at $at: exit $got"; fi
		cp "$2" "$work/flip"
		byte=$(od -An -tu1 -j "$at" -N 1 "$2" | tr -d ' ')
		printf "\\x$(printf %02x $(((${byte:-0} + 37) % 256)))" | dd of="$work/flip" bs=1 seek="$at" conv=notrunc status=none
		(ulimit -v 600000; timeout 20 "$stapvet" --target "$work/flip" "${probe[@]}") >"$work/out" 2>&1 </dev/null
		got=$?
		if [ $got -le 1 ]; then pass; else fail "$1 flipped at $at: exit $got"; fi
	done
}
damage facts "$facts"

# --- a real kernel image ---
if tools/fetch.sh "$build/kernel" linux-image-cloud-amd64/dep; then
	image=$(ls "$build"/kernel/boot/vmlinuz-*-cloud-amd64 | head -n 1)
	expect 0 "vmlinuz" "$stapvet" --target "$image" "${probe[@]}"
	for seed in strace-open netfilter ip_rcv; do
		expect 0 "$seed on vmlinuz" "$stapvet" -p2 --target "$image" "testsuite/seeds/$seed.stp"
	done
	damage vmlinuz "$image"
	expect 0 "record facts" "$stapvet" facts --target "$image" -o "$work/new.facts"
	expect 0 "use recorded facts" "$stapvet" --target "$work/new.facts" "${probe[@]}"
else
	echo "skipped: no kernel package can be fetched"
fi

# --- corpora: the peer's examples and library parse ---
if tools/fetch.sh "$corpus" systemtap-doc systemtap-common systemtap; then
	tapset=$corpus/usr/share/systemtap/tapset
	examples=$corpus/usr/share/systemtap/examples
	for file in $(find "$tapset" -name '*.stp' -o -name '*.stpm' | sort); do
		expect 0 "-p1 $file" timeout 10 "$stapvet" -g -p1 -w --tapset "$tapset" "$file" 1 1 1 1 1 1
	done
	# the formatter: what comes out stays as it is, and is the same tree
	for file in $(find "$tapset" "$examples" -name '*.stp' -o -name '*.stpm' | sort); do
		suffix=${file##*.}
		# a template that is no script is left alone
		[ "${file##*/}" != security-bandaid-template.stp ] || { expect 1 "fmt $file" "$stapvet" fmt "$file"; continue; }
		"$stapvet" fmt - <"$file" >"$work/laid.$suffix" 2>"$work/err" || { fail "fmt $file"; head -n 3 "$work/err"; continue; }
		"$stapvet" fmt - <"$work/laid.$suffix" | cmp -s - "$work/laid.$suffix" || { fail "fmt twice $file"; continue; }
		for form in "$file" "$work/laid.$suffix"; do
			"$stapvet" -g -p1 -w --tapset "$tapset" "$form" 1 1 1 1 1 1 2>/dev/null </dev/null | sed 2d
		done >"$work/trees"
		lines=$(wc -l <"$work/trees")
		if cmp -s <(head -n $((lines / 2)) "$work/trees") <(tail -n $((lines / 2)) "$work/trees"); then pass; else fail "fmt changes the tree of $file"; fi
	done
	for file in $(find "$examples" -name '*.stp' | sort); do
		name=${file##*/}
		# as its .meta file says it is run, without what does not matter to pass 1
		mapfile -t args < <(sed -n 's/^test_check: *stap //p' "${file%.stp}.meta" 2>/dev/null | head -n 1 |
			sed 's/`[^`]*`/1/g' | xargs -n 1 2>/dev/null | sed 's/^-\([a-z]*\)p4$/-\1p1/')
		vec=()
		for word in "${args[@]}"; do [ "$word" = "$name" ] && word=$file; vec+=("$word"); done
		[[ " ${vec[*]} " == *" $file "* ]] || vec=(-p1 "$file")
		case $name in
		# the peer refuses a template that is no script, and two that want arguments of which .meta gives none
		security-bandaid-template.stp | pyexample.stp | graphcall.stp)
			expect 1 "-p1 $file" "$stapvet" -g -p1 "${vec[@]}"
			continue
			;;
		esac
		"$stapvet" -p1 -w "${vec[@]}" >"$work/once.stp" 2>"$work/err" </dev/null || { fail "-p1 $file"; head -n 2 "$work/err"; continue; }
		pass
		"$stapvet" -g -p1 -w "$work/once.stp" >"$work/twice.stp" 2>"$work/err" </dev/null
		if diff <(sed 2d "$work/once.stp") <(sed 2d "$work/twice.stp") >"$work/diff"; then pass; else fail "-p1 twice $file"; head -n 5 "$work/diff" "$work/err"; fi
	done
else
	echo "skipped: the peer's examples can't be fetched"
fi
# --- mistakes planted into the peer's examples ---
BUILD=$build EXAMPLES=$corpus/usr/share/systemtap/examples testsuite/planted/run.sh || fail "planted mistakes"
# --- how precise proofs are on the peer's examples ---
if [ -d "$corpus/usr/share/systemtap/examples" ]; then
	BUILD=$build EXAMPLES=$corpus/usr/share/systemtap/examples testsuite/precision/run.sh || fail "precision"
fi
# --- what the rules say of the peer's examples, judged ---
BUILD=$build EXAMPLES=$corpus/usr/share/systemtap/examples testsuite/triage/run.sh || fail "triage"
# --- places in code beside the peer's ---
BUILD=$build testsuite/code.sh || fail "places in code"
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
