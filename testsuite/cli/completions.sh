#!/bin/bash
# Every long option stands in the manual, and the completions know the options, commands and forms there are.
. testsuite/cli/common.inc
n=0
while read -r option; do
	grep -qF -- "**$option**" doc/man/stapvet.1.md || say "doc/man/stapvet.1.md lacks $option"
	n=$((n + 1))
done < <(tools/long_options.sh)
[ $n -ge 40 ] || say "only $n options found"
for file in completions/*; do
	grep -q "@OPTIONS@" "$file" || say "$file: no place for the options"
	for word in $("$stapvet" --help | sed -n 's/^ *\(usage: \)\?stapvet \([a-z]*\) .*/\2/p' | sort -u); do
		grep -qw -- "$word" "$file" || say "$file lacks the command $word"
	done
done
if command -v bash >/dev/null; then
	sed "s/@OPTIONS@/--fix --format/" completions/stapvet.bash >"$work/completion"
	got=$(bash -c '_init_completion() { cur=--f prev=stapvet words=(stapvet --f) cword=1; }; _filedir() { :; }
		. "$1"; _stapvet; echo "${COMPREPLY[*]}"' - "$work/completion")
	[ "$got" = "--fix --format" ] || say "bash completes --f as: $got"
fi
finish
