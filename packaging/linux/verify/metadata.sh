#!/bin/sh
# What Debian's and the desktop's own checkers say of the package.

set -eu
deb=$(echo dist/gd-studio_*_amd64.deb)
tree=build/verify/tree

echo "== lintian"
lintian --fail-on error --allow-root "$deb"

dpkg-deb -x "$deb" "$tree"
echo "== desktop-file-validate"
desktop-file-validate "$tree"/usr/share/applications/*.desktop
echo "== appstreamcli"
appstreamcli validate --no-net "$tree"/usr/share/metainfo/*.xml
echo "== man"
# Whatever it says on stderr is a fault of the page.
complaints=$(man --warnings -l "$tree"/usr/share/man/man1/gd-studio.1.gz 2>&1 >/dev/null)
[ -z "$complaints" ] || { echo "$complaints" >&2; exit 1; }
echo "== kinds of files"
mkdir -p build/verify/mime/packages
cp "$tree"/usr/share/mime/packages/*.xml build/verify/mime/packages/
XDG_DATA_DIRS=build/verify update-mime-database build/verify/mime
grep -q gdstudio build/verify/mime/globs2
