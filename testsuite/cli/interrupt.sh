# SIGINT and SIGTERM end the session: the end probes run, and the exit status is 0.
. testsuite/cli/common.inc
for signal in INT TERM; do
	"$stapvet" -e 'probe begin { println("begin") } probe timer.s(100) { println("timer") } probe end { println("end") }' \
		>"$work/out" 2>"$work/err" </dev/null &
	pid=$!
	for i in $(seq 600); do
		grep -q begin "$work/out" && break
		sleep 0.1
	done
	kill -s $signal $pid
	wait $pid || say "exit $? after SIG$signal"
	out_is "$(printf 'begin\nend')"
	err_empty
done
finish
