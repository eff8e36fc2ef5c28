#!/bin/sh
# Installs the kiosk on the box in the hall, where Debian's packages would put it.
#
#   scripts/install.sh BIN [DESTDIR]
#
# BIN is the folder of the built programs. With DESTDIR everything goes below it, for
# whoever makes a package or an image. It enables and starts nothing: what to do next
# is in docs/OPERATING.md, "The box in the hall".
set -eu

if [ $# -lt 1 ] || [ $# -gt 2 ]; then
	echo "usage: scripts/install.sh BIN [DESTDIR]" >&2
	exit 2
fi
bin=$1
to=${2:-}
here=$(dirname "$0")/..

for program in kiosk chasqui; do
	if [ ! -x "$bin/$program" ]; then
		echo "install: $bin/$program is missing: run \"make build\" first" >&2
		exit 1
	fi
	install -D -m 0755 "$bin/$program" "$to/usr/bin/$program"
done
for unit in chasqui-kiosk.service chasqui-x.service; do
	install -D -m 0644 "$here/packaging/$unit" "$to/usr/lib/systemd/system/$unit"
done
install -D -m 0644 "$here/packaging/chasqui.sysusers" "$to/usr/lib/sysusers.d/chasqui.conf"
install -D -m 0644 "$here/packaging/chasqui.tmpfiles" "$to/usr/lib/tmpfiles.d/chasqui.conf"
install -D -m 0644 "$here/packaging/xorg.conf.d/50-chasqui.conf" "$to/usr/share/X11/xorg.conf.d/50-chasqui.conf"
install -D -m 0644 "$here/docs/OPERATING.md" "$to/usr/share/doc/chasqui/OPERATING.md"
