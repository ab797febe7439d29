#!/bin/sh
# fetch.sh FOLDER PACKAGE...: unpacks Debian packages below FOLDER without
# installing them.  "PACKAGE/dep" means the first package that PACKAGE depends
# on whose name begins alike (a metapackage's kernel).  Fails without network.
set -eu

folder=$1
shift
mkdir -p "$folder"

concrete() {
	case $1 in
	*/dep)
		apt-cache depends "${1%/dep}" 2>/dev/null |
			sed -n 's/^ *Depends: \(linux-image-[0-9][^ ]*\)$/\1/p' | head -n 1
		;;
	*) echo "$1" ;;
	esac
}

update_once() {
	[ "$(id -u)" = 0 ] && apt-get update -qq >/dev/null 2>&1 || true
}

for wanted in "$@"; do
	stamp="$folder/.$(echo "$wanted" | tr / _)"
	[ ! -e "$stamp" ] || continue
	name=$(concrete "$wanted")
	[ -n "$name" ] || { update_once; name=$(concrete "$wanted"); }
	[ -n "$name" ] || { echo "fetch: no package for $wanted" >&2; exit 1; }
	work=$(mktemp -d "$folder/.work.XXXXXX")
	(cd "$work" && apt-get download -qq "$name" >/dev/null 2>&1) ||
		{ update_once; (cd "$work" && apt-get download -qq "$name" >/dev/null 2>&1); } ||
		{ rm -rf "$work"; echo "fetch: can't download $name" >&2; exit 1; }
	dpkg-deb -x "$work"/*.deb "$folder"
	rm -rf "$work"
	: >"$stamp"
done
