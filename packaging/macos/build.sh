#!/bin/sh
# Build GD Studio for macOS: "dist/GD Studio.app", and in dist/ a disk image to install it from.
#
# Not yet run on macOS: written from the documentation of PyInstaller, codesign, hdiutil and
# notarytool. Intel Macs are left out, since torch has no wheels for them any more.
#
#     packaging/macos/build.sh
#
# Needs a Mac with Apple silicon, Python 3.11 and the command line tools of Xcode. It listens to
#
#     PYTHON              the Python that the build's own environment is made with: python3.11
#     CODESIGN_IDENTITY   a "Developer ID Application: ..." from the keychain; without it the
#                         signature is ad hoc, and macOS warns of the program when it is opened
#     NOTARY_PROFILE      credentials stored by `xcrun notarytool store-credentials`, to have the
#                         image notarised; without it that is left out

set -eu
cd "$(dirname "$0")/../.."

fail() {
    echo "build.sh: $*" >&2
    exit 1
}

system=$(uname -s)-$(uname -m)
[ "$system" = Darwin-arm64 ] || fail "this is $system, and a Mac with Apple silicon is needed"
if [ -n "${NOTARY_PROFILE:-}" ] && [ -z "${CODESIGN_IDENTITY:-}" ]; then
    fail "only what is signed can be notarised: set CODESIGN_IDENTITY, or unset NOTARY_PROFILE"
fi

echo "--- its own environment"
"${PYTHON:-python3.11}" -m venv --clear build/venv
build/venv/bin/python -m pip install '.[package]' --constraint constraints.txt
version=$(build/venv/bin/python -c 'import gd_studio; print(gd_studio.__version__)')

echo "--- the bundle"
app="dist/GD Studio.app"
rm -rf "$app" dist/gd-studio
build/venv/bin/python packaging/icons.py build/icons
# A bundle that cannot be signed is an error, not a warning.
PYINSTALLER_STRICT_BUNDLE_CODESIGN_ERROR=1 \
    build/venv/bin/pyinstaller --noconfirm --distpath dist --workpath build/pyinstaller \
    packaging/gd-studio.spec
cp LICENSE build/icons/gd-studio-experiment.icns "$app/Contents/Resources/"
# The bundle has the same parts as the folder it was made from, in other places.
build/venv/bin/python packaging/licences.py dist/gd-studio "$app/Contents/Resources"

echo "--- its signature"
# PyInstaller has signed all that is in it, and the bundle; what has been added since then broke
# the seal of the bundle alone.
if [ -n "${CODESIGN_IDENTITY:-}" ]; then
    codesign --force --sign "$CODESIGN_IDENTITY" --timestamp --options runtime \
        --entitlements packaging/macos/entitlements.plist "$app"
else
    codesign --force --sign - "$app"
fi
codesign --verify --deep --strict "$app"

echo "--- does it work"
"$app/Contents/MacOS/gd-studio" --self-test

echo "--- the disk image"
image=dist/gd-studio-$version-macos-arm64.dmg
rm -rf build/image
mkdir -p build/image
ditto "$app" "build/image/GD Studio.app"
ln -s /Applications build/image/Applications
# While something still looks at the folder, such as Spotlight, it is "busy".
tries=5
until hdiutil create -volname "GD Studio" -srcfolder build/image -fs HFS+ -format ULMO -ov "$image"
do
    tries=$((tries - 1))
    [ "$tries" -gt 0 ] || fail "the disk image could not be made"
    sleep 10
done
if [ -n "${CODESIGN_IDENTITY:-}" ]; then
    codesign --force --sign "$CODESIGN_IDENTITY" --timestamp "$image"
fi
if [ -n "${NOTARY_PROFILE:-}" ]; then
    xcrun notarytool submit "$image" --keychain-profile "$NOTARY_PROFILE" --wait
    xcrun stapler staple "$image"
fi
echo "Built $image"
