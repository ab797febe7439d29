#!/bin/bash
# The house rules that a machine can check: who may include whom, symbol
# prefixes, sizes, unique file stems.  lint.sh BUILD
set -u
cd "$(dirname "$0")/.."
build=$1
bad=0
complain() { echo "lint: $*"; bad=$((bad + 1)); }

rooms="base parser target sema ir verifier lint codegen runtime report driver"
may() { # the rooms that room $1 may include, besides itself
	case $1 in
	base) ;;
	parser | target) echo base ;;
	sema) echo base parser target ;;
	ir) echo base target ;;
	verifier) echo base target ir ;;
	lint) echo base parser target sema ir verifier ;;
	codegen) echo base target ir verifier ;;
	runtime) echo base target ir verifier codegen ;;
	report) echo base ir verifier lint ;;
	driver) echo $rooms ;;
	esac
}

for room in $rooms; do
	for file in $room/*.[chly] $room/*.def; do
		[ -e "$file" ] || continue
		allowed=" $room $(may "$room") "
		case $file in ir/lower*) allowed="$allowed parser sema " ;; esac
		own=0
		while read -r included; do
			own=$((own + 1))
			case $allowed in
			*" ${included%%/*} "*) ;;
			*) complain "$file includes $included: $room/ may see only:$allowed" ;;
			esac
		done < <(sed -n 's/^#include "\([^"]*\)".*/\1/p' "$file" | grep -v '\.def$')
		case $file in
		*.c) [ $own -le 8 ] || complain "$file: $own own includes" ;;
		esac
		lines=$(wc -l <"$file")
		[ "$lines" -le 1200 ] || complain "$file: $lines lines"
	done
	# function length: from the opening brace in column one to the closing one
	for file in $room/*.c; do
		[ -e "$file" ] || continue
		awk -v f="$file" '
			/^\{/ { start = NR; sw = 0 }
			/^\t+switch/ { sw = 1 }
			/^\}/ { if (start && NR - start > 101 && !sw) print f ":" start ": function of " NR - start " lines"; start = 0 }
		' "$file"
	done > "$build/lint.sizes"
	while read -r line; do complain "$line"; done <"$build/lint.sizes"
done

# exported names start with their file's stem
for file in $(for room in $rooms; do ls $room/*.c 2>/dev/null; done); do
	stem=$(basename "$file" .c)
	object=$build/${file%.c}.o
	[ -e "$object" ] || continue
	while read -r name; do
		case $name in
		"$stem"* | main) ;;
		*) complain "$file exports $name, which does not start with $stem" ;;
		esac
	done < <(nm -g --defined-only "$object" | sed -n 's/^[0-9a-f]* [TDBRC] //p')
done

# no mutable file-scope state in our own files (relocated constants are constants)
for object in $(for room in $rooms; do ls "$build/$room"/*.o 2>/dev/null; done); do
	case $object in */parser/lexer.o | */parser/grammar.o) continue ;; esac
	while read -r name; do
		complain "$object: mutable state $name"
	done < <(objdump -t "$object" | awk '$3 == "O" && ($4 ~ /^\.(data|bss)/) && $4 !~ /^\.data\.rel\.ro/ { print $NF }')
done

for stem in $(for room in $rooms; do ls $room/*.c 2>/dev/null; done | xargs -n1 basename | sort | uniq -d); do
	complain "file name $stem occurs twice"
done

[ "$bad" = 0 ] && echo "lint: clean"
[ "$bad" = 0 ]
