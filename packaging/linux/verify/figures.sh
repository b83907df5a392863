#!/bin/sh
# How large, how fast to start, and how long it took.

set -eu
python=$1
frozen=dist/gd-studio

megabytes() {
    printf '%-44s %7.1f MB' "$1" "$(echo "$2" | awk '{ print $1 / 1e6 }')"
    [ -z "${3-}" ] || printf '   (goal: at most %s)' "$3"
    echo
}
size() {
    stat -c %s -- "$1"
}

echo "== figures"
megabytes "Debian package" "$(size dist/gd-studio_*_amd64.deb)" 220
megabytes "archive" "$(size dist/gd-studio-*-linux-x86_64.tar.zst)"
megabytes "wheel" "$(size dist/*.whl)"
megabytes "installed" "$(du -sb "$frozen" | cut -f 1)" 750
echo "the largest parts:"
du -b --max-depth=1 "$frozen/_internal" | sort -rn | sed -n '2,11p' | while read -r bytes part; do
    megabytes "  $(basename "$part")" "$bytes"
done
megabytes "  modules in Python" "$(size "$frozen/gd-studio")"
"$python" -m benchmarks.frozen "$frozen/gd-studio"
cat build/linux/seconds
