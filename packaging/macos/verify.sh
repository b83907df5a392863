#!/bin/sh
# Install GD Studio from its disk image into a folder of its own, and see whether it works there.
#
# Not yet run on macOS: written from the documentation.
#
#     packaging/macos/verify.sh dist/gd-studio-VERSION-macos-arm64.dmg

set -eu
cd "$(dirname "$0")/../.."

fail() {
    echo "verify.sh: $*" >&2
    exit 1
}

[ $# = 1 ] || fail "name the image, as in: verify.sh dist/gd-studio-0.1.0-macos-arm64.dmg"
volume=$PWD/build/volume
place=$(mktemp -d)
tidy_up() {
    hdiutil detach "$volume" -force >/dev/null 2>&1 || true
    rm -rf "$place"
}
trap tidy_up EXIT

echo "--- the image"
mkdir -p "$volume"
hdiutil attach -readonly -nobrowse -mountpoint "$volume" "$1"
[ "$(readlink "$volume/Applications")" = /Applications ] || fail "it has no link to Applications"
ditto "$volume/GD Studio.app" "$place/GD Studio.app"
hdiutil detach "$volume"

echo "--- the bundle"
contents="$place/GD Studio.app/Contents"
plutil -lint "$contents/Info.plist"
codesign --verify --deep --strict "$place/GD Studio.app"
for file in gd-studio.icns gd-studio-experiment.icns LICENSE THIRD-PARTY.md; do
    [ -f "$contents/Resources/$file" ] || fail "$file is not in the bundle"
done

# Nothing of the Python that built it may be needed: no variables, and a home without a past.
echo "--- the program"
env -i HOME="$place" PATH=/usr/bin:/bin TMPDIR="$place" "$contents/MacOS/gd-studio" --version
env -i HOME="$place" PATH=/usr/bin:/bin TMPDIR="$place" "$contents/MacOS/gd-studio" --self-test
echo "$1 installs, and what it installs works"
