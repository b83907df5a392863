#!/bin/sh
# Install the programs that packaging needs, on Debian and its descendants.
#
#     sh packaging/linux/tools.sh package|verify
#
# Looks first, and does nothing when all are there. Installs as root or through a sudo that asks no
# password; otherwise says what to type.

set -eu

packages=
need() {
    command -v "$1" >/dev/null 2>&1 || packages="$packages $2"
}

PATH=$PATH:/usr/sbin:/sbin
case $1 in
    package)
        need strip binutils
        need dpkg-shlibdeps dpkg-dev
        need xz xz-utils
        need zstd zstd
        ;;
    verify)
        need appstreamcli appstream
        need debootstrap debootstrap
        need desktop-file-validate desktop-file-utils
        need import imagemagick
        need lintian lintian
        need update-mime-database shared-mime-info
        need Xvfb xvfb
        need xdotool xdotool
        ;;
esac
[ -n "$packages" ] || exit 0

if [ "$(id -u)" = 0 ]; then
    as_root=
elif sudo -n true 2>/dev/null; then
    as_root="sudo -n"
else
    echo "Missing: type  sudo apt-get install$packages" >&2
    exit 1
fi
echo "Installing:$packages"
# shellcheck disable=SC2086 # the words are meant to be split
$as_root apt-get update -qq </dev/null
# shellcheck disable=SC2086
DEBIAN_FRONTEND=noninteractive $as_root apt-get install -qq --no-install-recommends $packages </dev/null >/dev/null
