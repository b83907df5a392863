#!/bin/sh
# Whether a user without root can install the archive, update it, use it, and get rid of it.

set -eu
archive=$PWD/$(echo dist/gd-studio-*-linux-x86_64.tar.zst)
home="$PWD/build/verify/a home"
mkdir -p "$home/.config/GD Studio" "$home/.local/share/applications"
echo "[General]" > "$home/.config/GD Studio/GD Studio.conf"
echo "mine" > "$home/.local/share/applications/other.desktop"
before=$(cd "$home" && find . | LC_ALL=C sort)

fail() {
    echo "archive.sh: $*" >&2
    exit 1
}

echo "== the archive installs"
mkdir build/verify/unpacked
tar --zstd -xf "$archive" --directory build/verify/unpacked
installer=$(echo build/verify/unpacked/*/install.sh)
HOME=$home sh "$installer"
for file in bin/gd-studio share/icons/hicolor/48x48/apps/gd-studio.png \
    share/mime/packages/gd-studio.xml share/man/man1/gd-studio.1.gz; do
    [ -e "$home/.local/$file" ] || fail "$file is not there"
done
desktop-file-validate "$home/.local/share/applications/gd-studio.desktop"
echo "== it works"
env -i HOME="$home" PATH=/usr/bin:/bin LC_ALL=C.UTF-8 "$home/.local/bin/gd-studio" --self-test
echo "== an update replaces it"
touch "$home/.local/lib/gd-studio/_internal/of-an-older-version"
HOME=$home sh "$installer"
[ ! -e "$home/.local/lib/gd-studio/_internal/of-an-older-version" ] || fail "old files stay"
env -i HOME="$home" PATH=/usr/bin:/bin LC_ALL=C.UTF-8 "$home/.local/bin/gd-studio" --version
echo "== it goes without a trace"
HOME=$home "$home/.local/bin/gd-studio-uninstall"
# The desktop's own caches are not the program's.
rm -f "$home/.local/share/applications/mimeinfo.cache"
rm -rf "$home/.local/share/mime" "$home/.local/share/icons"
after=$(cd "$home" && find . | LC_ALL=C sort)
[ "$before" = "$after" ] || fail "these are left: $after"
rm -rf build/verify/unpacked "$home"
