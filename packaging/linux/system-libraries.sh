#!/bin/sh
# Install the system libraries that Qt needs and pip cannot bring, on Debian and its descendants.
#
# Looks first, and does nothing when all are there. Installs as root or through a sudo that asks
# no password; otherwise prints the command to type. Always succeeds: whether something is really
# missing shows when it is used, and on other systems there is nothing this script knows.

set -u

[ "$(uname -s)" = Linux ] || exit 0
command -v apt-get >/dev/null 2>&1 || exit 0

PATH=$PATH:/usr/sbin:/sbin
libraries=$(ldconfig -p 2>/dev/null)
packages=

# need SONAME PACKAGE: the linker decides, not the package list, so that a library that came
# another way counts, and so does a package under a newer name.
need() {
    case $libraries in
        *"	$1 "*) ;;
        *) packages="$packages $2" ;;
    esac
}

need libEGL.so.1 libegl1
need libOpenGL.so.0 libopengl0
need libGL.so.1 libgl1
need libgthread-2.0.so.0 libglib2.0-0
need libfontconfig.so.1 libfontconfig1
need libdbus-1.so.3 libdbus-1-3
need libxkbcommon.so.0 libxkbcommon0
need libxkbcommon-x11.so.0 libxkbcommon-x11-0
need libX11-xcb.so.1 libx11-xcb1
need libxcb-cursor.so.0 libxcb-cursor0
need libxcb-icccm.so.4 libxcb-icccm4
need libxcb-image.so.0 libxcb-image0
need libxcb-keysyms.so.1 libxcb-keysyms1
need libxcb-randr.so.0 libxcb-randr0
need libxcb-render-util.so.0 libxcb-render-util0
need libxcb-shape.so.0 libxcb-shape0
need libxcb-shm.so.0 libxcb-shm0
need libxcb-sync.so.1 libxcb-sync1
need libxcb-xfixes.so.0 libxcb-xfixes0
need libxcb-xkb.so.1 libxcb-xkb1
need libwayland-cursor.so.0 libwayland-cursor0

# Without any font, Qt draws boxes where text should be.
if [ -z "$(find -L /usr/share/fonts /usr/local/share/fonts "${HOME:-/nonexistent}/.local/share/fonts" \
    \( -name '*.ttf' -o -name '*.otf' -o -name '*.ttc' \) -print 2>/dev/null | head -n 1)" ]; then
    packages="$packages fonts-dejavu-core"
fi

# Debian's Python makes virtual environments only with this package.
if ! /usr/bin/python3 -c 'import ensurepip' >/dev/null 2>&1; then
    packages="$packages python3-venv"
fi

[ -n "$packages" ] || exit 0

apt="apt-get install -y --no-install-recommends$packages"
if [ "$(id -u)" = 0 ]; then
    as_root="env DEBIAN_FRONTEND=noninteractive"
elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
    as_root="sudo -n env DEBIAN_FRONTEND=noninteractive"
else
    echo "System libraries are missing. If something fails below, type: sudo $apt" >&2
    exit 0
fi

echo "Installing system libraries:$packages"
wait_for_lock="-o DPkg::Lock::Timeout=120"
# A fresh container has no package lists, and old lists name versions that are gone.
# shellcheck disable=SC2086 # the words are meant to be split
$as_root $apt $wait_for_lock </dev/null >/dev/null 2>&1 ||
    { $as_root apt-get update $wait_for_lock </dev/null && $as_root $apt $wait_for_lock </dev/null; } ||
    echo "That failed. If something fails below, type: sudo apt-get update && sudo $apt" >&2
exit 0
