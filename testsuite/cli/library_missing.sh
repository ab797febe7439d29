# A program away from its library says which folders it tried, and what to do.
. testsuite/cli/common.inc
mkdir -p "$work/a/b/c"
cp "$stapvet" "$work/a/b/c/stapvet"
status 1 "$work/a/b/c/stapvet" -p2 -e 'probe begin { println(1) }'
err_has "$work/a/b/c/../share/stapvet/tapset"
err_has '--tapset DIR'
status 0 "$work/a/b/c/stapvet" -p2 --tapset "$PWD/tapset" -e 'probe begin { println(1) }'
finish
