# -j: the same output in the same order as one process gives, and the same status.
. testsuite/cli/common.inc
mkdir "$work/many"
for i in $(seq 10 34); do
	case $((i % 4)) in
	0) echo "probe begin { println(1 / 0) }" ;;
	1) echo "probe begin { x = ; }" ;;
	*) echo "probe begin { println($i) exit() }" ;;
	esac >"$work/many/$i.stp"
done
compare() { # compare STATUS ARGS...: -j1 and -j4 and the default
	status "$1" "$stapvet" "${@:2}" -j1
	cp "$work/out" "$work/out1" && cp "$work/err" "$work/err1"
	for jobs in -j2 -j4 ""; do
		status "$1" "$stapvet" "${@:2}" $jobs
		cmp "$work/out1" "$work/out" || say "$jobs: other output of ${*:2}"
		cmp "$work/err1" "$work/err" || say "$jobs: other errors of ${*:2}"
	done
}
compare 1 check "$work/many"
compare 1 verify "$work/many"
compare 1 check --format=json "$work/many"
compare 1 verify --format=json "$work/many"
compare 3 check "$work/many" "$work/none"
compare 1 check --target "$FACTS" "$work/many"
# damaged facts are told once
head -c 5000 "$FACTS" >"$work/torn"
compare 3 check --target "$work/torn" "$work/many"
for bad in 0 x -1; do
	status 2 "$stapvet" check -j "$bad" "$work/many"
	err_has "-j needs a number"
done
# a process that dies takes nobody with it
mkfifo "$work/pipe"
sleep 20 >"$work/pipe" &
holder=$!
"$stapvet" check -j2 "$work/many/10.stp" - "$work/many/12.stp" <"$work/pipe" >"$work/out" 2>"$work/err" &
parent=$!
for i in $(seq 50); do
	sleep 0.1
	child=$(cat "/proc/$parent/task/$parent/children")
	[ "$(wc -w <<<"$child")" = 1 ] && kill -KILL $child && break
done
wait $parent
[ $? = 4 ] || say "the death of a process is not an internal error"
kill $holder
err_has "internal error: '-': its process ended by signal 9"
out_has "12.stp:1:25"
finish
