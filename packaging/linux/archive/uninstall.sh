#!/bin/sh
# Take away the GD Studio that this file lies in. Settings and experiments stay.

set -eu
program=$(dirname "$(readlink -f "$0")")
prefix=$(dirname "$(dirname "$program")")

# Menus, kinds of files and icons are looked up in caches; a desktop that has none has no tool either.
renew() {
    command -v "$1" >/dev/null 2>&1 || return 0
    "$@" >/dev/null 2>&1 || echo "This failed, and menus may be late in noticing: $*" >&2
}
refresh() {
    [ ! -d "$prefix/share/applications" ] || renew update-desktop-database "$prefix/share/applications"
    # The last kind of file that a user has installed may have gone; its cache is to know that.
    [ ! -d "$prefix/share/mime" ] || mkdir -p "$prefix/share/mime/packages"
    [ ! -d "$prefix/share/mime" ] || renew update-mime-database "$prefix/share/mime"
    [ ! -d "$prefix/share/icons/hicolor" ] ||
        renew gtk-update-icon-cache -q -t -f "$prefix/share/icons/hicolor"
}

case ${1:-} in
    "" | --quiet) ;;
    --refresh)
        refresh
        exit
        ;;
    *)
        echo "usage: gd-studio-uninstall"
        echo "Takes GD Studio away from $prefix; settings and experiments stay."
        [ "$1" = --help ] && exit
        exit 2
        ;;
esac
if [ ! -e "$program/files" ]; then
    echo "$program was not installed: it is enough to delete the folder." >&2
    exit 1
fi
# A program whose files go away beneath it ends without a word.
for process in /proc/[0-9]*; do
    case $(readlink "$process/exe" 2>/dev/null) in
        "$program/"*)
            echo "GD Studio is running: close it first." >&2
            exit 1
            ;;
    esac
done
while IFS= read -r file; do
    rm -f "$prefix/$file"
    # Folders that have become empty go as well.
    rmdir -p "$(dirname "$prefix/$file")" 2>/dev/null || true
done < "$program/files"
for link in gd-studio gd-studio-uninstall; do
    case $(readlink "$prefix/bin/$link" 2>/dev/null) in
        "$program"/*) rm -f "$prefix/bin/$link" ;;
    esac
done
rm -rf "$program"
[ "${1:-}" = --quiet ] && exit
refresh
rmdir "$prefix/bin" "$prefix/lib" "$prefix/share" 2>/dev/null || true
echo "GD Studio is gone from $prefix. Settings and your own files are where they were."
