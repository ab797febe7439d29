#!/bin/bash
# The review pages in a real browser: headless Chromium with the network cut off, driven by
# playwright-core, and axe-core over each page.  The packages are fetched into the build folder, by
# the versions of the lock file; the screenshots are left beside them, to be looked at.
set -u
cd "$(dirname "$0")/../.."
build=${BUILD:-build}
facts=${FACTS:-testsuite/facts/cloud-6.1.facts}
work=$build/review
chromium=$(command -v chromium || command -v chromium-browser || command -v google-chrome)
if [ -z "$chromium" ] || ! command -v npm >/dev/null; then
	echo "review pages: skipped, chromium or npm is not installed"
	echo "0 passed, 0 failed"
	exit 0
fi
mkdir -p "$work/pages" "$work/shots"
cp testsuite/review/package.json testsuite/review/package-lock.json "$work"
if ! cmp -s "$work/package-lock.json" "$work/installed"; then
	if ! (cd "$work" && npm ci --no-audit --no-fund --ignore-scripts >npm.log 2>&1); then
		echo "review pages: skipped, the packages could not be fetched (see $work/npm.log)"
		echo "0 passed, 0 failed"
		exit 0
	fi
	cp "$work/package-lock.json" "$work/installed"
fi
pages=()
page() { # page SCRIPT [OPTIONS]
	local script=$1 out
	shift
	out=$work/pages/$(basename "$script" .stp).html
	"$build/stapvet" review --target "$facts" "$@" -o "$out" "$script" || [ $? = 1 ] || exit 1
	pages+=("$out")
}
for script in testsuite/seeds/*.stp testsuite/review/*.stp; do
	read -r -a args <<<"$(sed -n 's/^# args: //p' "$script" | head -n 1)"
	page "$script" "${args[@]}"
done
bash testsuite/review/hostile.sh "$work/hostile.stp"
page "$work/hostile.stp" -g
for script in "$@"; do page "$script"; done
node testsuite/review/browser.js "$PWD/$work/node_modules" "$chromium" "$work/shots" "${pages[@]}"
