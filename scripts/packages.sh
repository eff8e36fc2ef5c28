#!/bin/sh
# Installs the Debian packages that Chasqui needs and this machine lacks.
#
#   scripts/packages.sh build   what compiling and running the kiosk needs
#   scripts/packages.sh test    that, and what the demo and the tests need
#   scripts/packages.sh bench   that, and the browser that the window is measured beside,
#                               and in which the hub's pages are measured
#   scripts/packages.sh list    prints the lists and installs nothing
#
# It looks first and asks for root only when something is missing. On a system
# without apt-get it prints the list, so that you can install the like of it, and
# stops; set CHASQUI_SKIP_PACKAGES=1 to go on once you have.
set -eu

build="gcc libc6-dev pkg-config libgl1-mesa-dev xorg-dev libxkbcommon-dev espeak-ng alsa-utils"
tests="xvfb xauth libgl1-mesa-dri imagemagick tesseract-ocr tesseract-ocr-spa tesseract-ocr-eng tesseract-ocr-por tesseract-ocr-hat prometheus poppler-utils zbar-tools e2fsprogs cups cups-client printer-driver-cups-pdf systemd"
bench="chromium"

case "${1:-}" in
build) wanted="$build" ;;
test) wanted="$build $tests" ;;
bench) wanted="$build $tests $bench" ;;
list)
	echo "build: $build"
	echo "test:  $tests"
	echo "bench: $bench"
	exit 0
	;;
*)
	echo "usage: scripts/packages.sh build|test|bench|list" >&2
	exit 2
	;;
esac

[ "${CHASQUI_SKIP_PACKAGES:-}" = 1 ] && exit 0

if ! command -v apt-get >/dev/null 2>&1; then
	echo "packages: this system has no apt-get. Chasqui needs these Debian packages, or their like here:" >&2
	echo "  $wanted" >&2
	echo "Install them, then run the same command with CHASQUI_SKIP_PACKAGES=1." >&2
	exit 1
fi

missing=""
for package in $wanted; do
	status=$(dpkg-query -W -f '${Status}' "$package" 2>/dev/null || true)
	[ "$status" = "install ok installed" ] || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

echo "packages: installing$missing"
if [ "$(id -u)" = 0 ]; then
	as_root=""
elif command -v sudo >/dev/null 2>&1; then
	as_root="sudo"
else
	echo "packages: installing needs root. As root, run:" >&2
	echo "  apt-get update && apt-get install --no-install-recommends$missing" >&2
	exit 1
fi
$as_root apt-get update -qq
# shellcheck disable=SC2086 # one word a package
DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends $missing >/dev/null
echo "packages: done"
