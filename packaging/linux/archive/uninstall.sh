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
    [ ! -d "$prefix/share/mime" ] || renew update-mime-database "$prefix/share/mime"
    [ ! -d "$prefix/share/icons/hicolor" ] ||
        renew gtk-update-icon-cache -q -t -f "$prefix/share/icons/hicolor"
}

if [ "${1:-}" = --refresh ]; then
    refresh
    exit
fi
if [ ! -e "$program/files" ]; then
    echo "$program was not installed: it is enough to delete the folder." >&2
    exit 1
fi
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
