# The user's five scripts do what the first release promises, on recorded facts.
. testsuite/cli/common.inc
seeds=testsuite/seeds
status 0 "$stapvet" $seeds/hello-world.stp
out_is "hello wordl"
err_empty
for seed in strace-open netfilter ip_rcv; do
	status 0 "$stapvet" -p2 --target "$FACTS" $seeds/$seed.stp
	out_has "# probes"
	status 0 "$stapvet" check --target "$FACTS" $seeds/$seed.stp
	status 0 "$stapvet" verify --target "$FACTS" $seeds/$seed.stp
	out_lacks "refuted"
	status 0 "$stapvet" --dry-run --target "$FACTS" $seeds/$seed.stp
	out_has "exists: yes"
	status 1 "$stapvet" --target "$FACTS" $seeds/$seed.stp
	err_has "can't run this script"
done
cp $seeds/trace-func.stp "$work/t.stp"
status 1 "$stapvet" check --target "$FACTS" "$work/t.stp"
out_has "[missing-comma]"
out_has "fix: "
status 1 "$stapvet" check --fix --target "$FACTS" "$work/t.stp"
out_lacks "[missing-comma]"
out_has "r8169"
grep -q 'kernel.function("vfs_write"),' "$work/t.stp" || say "no comma was put in"
status 1 "$stapvet" -p2 --target "$FACTS" -e 'probe kernel.function("vfs_raed") { }'
err_has "vfs_read"
finish
