#!/bin/sh
# Install GD Studio for the user who runs this, or into the folder that is given.
#
# All files lie under that folder: the program in lib/gd-studio, a command in bin, what the desktop
# wants to know in share. An older version there is replaced; settings and experiments are elsewhere
# and stay.

set -eu
here=$(cd "$(dirname "$0")" && pwd)

fail() {
    echo "GD Studio is not installed: $*" >&2
    exit 1
}

case ${1:-} in
    -h | --help)
        echo "usage: $0 [FOLDER]"
        echo "Installs GD Studio into FOLDER, by default ~/.local."
        exit
        ;;
    -*) fail "there is no option $1" ;;
esac
[ $# -le 1 ] || fail "only one folder can be given"
[ -n "${1:-${HOME:-}}" ] || fail "HOME is not set; name a folder"
mkdir -p "${1:-$HOME/.local}" 2>/dev/null || fail "${1:-$HOME/.local} cannot be made"
prefix=$(cd "${1:-$HOME/.local}" && pwd)
[ -w "$prefix" ] || fail "$prefix cannot be written to"
free=$(df -Pk "$prefix" | awk 'NR == 2 { print $4 }')
needed=$(du -sk "$here/gd-studio" | cut -f 1)
[ "$free" -gt "$needed" ] || fail "it needs $((needed / 1024)) MB, and $prefix has $((free / 1024))"
program=$prefix/lib/gd-studio

if [ -e "$program" ] && [ ! -e "$program/files" ]; then
    fail "$program is there, and is not from this installer: move it away first"
fi

# The whole copy is made before the old one goes: a full disk leaves things as they were.
rm -rf "$program.new"
trap 'rm -rf "$program.new"' EXIT
mkdir -p "$prefix/bin" "$prefix/lib" "$prefix/share"
cp -R "$here/gd-studio" "$program.new"
cp "$here/uninstall.sh" "$program.new/uninstall.sh"
(cd "$here" && find share ! -type d) > "$program.new/files"

if [ -e "$program" ]; then
    sh "$program/uninstall.sh" --quiet
fi
mv "$program.new" "$program"
ln -sf "$program/gd-studio" "$prefix/bin/gd-studio"
ln -sf "$program/uninstall.sh" "$prefix/bin/gd-studio-uninstall"
(cd "$here" && tar -cf - share) | (cd "$prefix" && tar -xf -)
# A menu does not look where the shell does.
quoted=$(printf '%s' "$program/gd-studio" | sed 's/%/%%/g; s/[\\&|]/\\&/g')
sed "s|^Exec=gd-studio |Exec=\"$quoted\" |" "$here/share/applications/gd-studio.desktop" \
    > "$prefix/share/applications/gd-studio.desktop"
sh "$program/uninstall.sh" --refresh

missing=$(find "$program/_internal/PySide6/Qt" -name '*.so*' -exec ldd {} + 2>/dev/null |
    sed -n 's/^[[:space:]]*\([^ ]*\) => not found.*/\1/p' | sort -u)
if [ -n "$missing" ]; then
    echo "GD Studio is installed, but these libraries of the system's are missing:" >&2
    echo "$missing" | sed 's/^/  /' >&2
    echo "Install them with your distribution's package manager." >&2
    exit 1
fi
echo "GD Studio is installed in $prefix; $prefix/bin/gd-studio-uninstall takes it away again."
if [ "$prefix" != "${HOME:-}/.local" ]; then
    echo "Menus look in ~/.local and in the system's folders: start $prefix/bin/gd-studio."
fi
case ":$PATH:" in
    *":$prefix/bin:"*) ;;
    *) echo "$prefix/bin is not on your PATH; with most systems ~/.local/bin is after the next login." ;;
esac
