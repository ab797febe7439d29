#!/bin/sh
# Installs the packages that building and testing need, if any is missing:
# as root or through sudo where that asks no question; else says the one
# command to run and fails.
set -eu

packages="gcc libc6-dev make flex bison binutils libelf-dev libbpf-dev libjson-c-dev libyaml-dev liblz4-dev
liblzma-dev libzstd-dev zlib1g-dev libdw-dev"

command -v dpkg-query >/dev/null 2>&1 || {
	echo "stapvet: not a Debian system: the libraries must be there already:" $packages >&2
	exit 0
}
missing=
for p in $packages "$@"; do
	case $(dpkg-query -W -f='${db:Status-Status}' "$p" 2>/dev/null || true) in
	installed) ;;
	*) missing="$missing $p" ;;
	esac
done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" = 0 ]; then
	as_root=
elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
	as_root="sudo -n"
else
	echo "stapvet: some packages are missing, and installing them needs root. Run this, then make again:" >&2
	echo "    sudo apt-get update && sudo apt-get install -y --no-install-recommends$missing" >&2
	exit 1
fi
echo "installing:$missing"
export DEBIAN_FRONTEND=noninteractive
$as_root apt-get update -qq
$as_root apt-get install -y -qq --no-install-recommends $missing
