# --help: a page a command, each within a screen of 24 lines and 90 columns.
. testsuite/cli/common.inc
page() {
	status 0 "$stapvet" "$@"
	[ "$(wc -l <"$work/out")" -le 24 ] || say "$*: $(wc -l <"$work/out") lines"
	[ "$(wc -L <"$work/out")" -le 90 ] || say "$*: $(wc -L <"$work/out") columns"
	out_has "usage: stapvet"
}
page --help
page -h
page help
commands=$("$stapvet" --help | sed -n 's/^ *stapvet \([a-z]*\) .*/\1/p')
[ "$(echo "$commands" | wc -w)" -ge 9 ] || say "few commands: $commands"
for command in $commands; do
	page "$command" --help
	out_has "usage: stapvet $command"
done
finish
