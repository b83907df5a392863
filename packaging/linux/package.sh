#!/bin/sh
# Build what people on Linux install, into dist/: a Debian package and an archive for all others.
#
#     sh packaging/linux/package.sh PYTHON
#
# PYTHON has the project's wheel, its dependencies and PyInstaller (`make package` sees to it).
# build/ has what lies between. The same commit gives the same files: SOURCE_DATE_EPOCH is the time
# of the commit, and names are sorted wherever an order could come in.

set -eu
umask 022
cd "$(dirname "$0")/../.."
python=$1

version=$(sed -n 's/^__version__ = "\(.*\)"$/\1/p' gd_studio/__init__.py)
homepage=$(sed -n 's/^Homepage = "\(.*\)"$/\1/p' pyproject.toml)
# What an archive of the sources has instead of a commit is the age of its newest words.
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct 2>/dev/null || date -r CHANGELOG.md +%s)
export SOURCE_DATE_EPOCH PYTHONHASHSEED=0
today=$(date -u -d "@$SOURCE_DATE_EPOCH" +%Y-%m-%d)

frozen=dist/gd-studio
share=build/linux/share
debian=build/linux/debian
archive=build/linux/gd-studio-$version
maintainer="The GD Studio authors <authors@${homepage#https://}>"
metainfo=$(sed -n 's:.*<id>\(.*\)</id>.*:\1:p' packaging/linux/gd-studio.metainfo.xml.in)

# tell WHAT: that it is done, and in which time since the start.
tell() {
    echo "$1 after $(($(date +%s) - started)) s" | tee -a build/linux/seconds
}
started=$(date +%s)

freeze() {
    rm -rf build/icons build/gd-studio "$frozen"
    "$python" packaging/icons.py build/icons
    "$python" -P -m PyInstaller --noconfirm --log-level WARN --distpath dist --workpath build \
        packaging/gd-studio.spec
    "$python" packaging/licences.py "$frozen" "$frozen"
    cp LICENSE "$frozen/LICENSE"
    # Their tables of symbols are a tenth of all, and not a byte of what runs. Not those of the other packages: patchelf has
    # moved parts of them, and strip would leave them where the loader refuses them.
    strip --strip-unneeded "$frozen"/_internal/torch/lib/*.so* "$frozen"/_internal/libpython3* \
        "$frozen"/_internal/python3*/lib-dynload/*.so
    find "$frozen" -type f -exec chmod 644 {} +
    chmod 755 "$frozen/gd-studio" "$frozen/_internal/torch/bin/torch_shm_manager"
}

# What a desktop wants to know, the same for both.
describe() {
    mkdir -p "$share/applications" "$share/icons" "$share/mime/packages" "$share/metainfo" \
        "$share/man/man1"
    cp packaging/linux/gd-studio.desktop "$share/applications/"
    cp -r build/icons/hicolor "$share/icons/"
    cp packaging/linux/gd-studio.mime.xml "$share/mime/packages/gd-studio.xml"
    sed -e "s|@VERSION@|$version|; s|@DATE@|$today|; s|@HOMEPAGE@|$homepage|" \
        packaging/linux/gd-studio.metainfo.xml.in > "$share/metainfo/$metainfo.metainfo.xml"
    gzip -9n < packaging/linux/gd-studio.1 > "$share/man/man1/gd-studio.1.gz"
}

debianise() {
    documents=$debian/usr/share/doc/gd-studio
    mkdir -p "$debian/DEBIAN" "$debian/usr/bin" "$debian/usr/lib" "$documents" \
        "$debian/usr/share/lintian/overrides"
    cp -r "$frozen" "$debian/usr/lib/gd-studio"
    ln -s ../lib/gd-studio/gd-studio "$debian/usr/bin/gd-studio"
    cp -r "$share"/* "$debian/usr/share/"
    cp packaging/linux/lintian-overrides "$debian/usr/share/lintian/overrides/gd-studio"
    { cat packaging/linux/copyright && sed '1,4d; s/^$/./; s/^/ /' LICENSE; } > "$documents/copyright"
    ln -s ../../../lib/gd-studio/THIRD-PARTY.md "$documents/THIRD-PARTY.md"
    # Debian's rules want the licence in `copyright` alone.
    rm "$debian/usr/lib/gd-studio/LICENSE"
    {
        echo "gd-studio ($version) unstable; urgency=medium"
        echo
        sed -n '/^## \[/,$p' CHANGELOG.md | fold -s -w 76 | sed 's/^/  /; s/ *$//'
        echo
        echo " -- $maintainer  $(date -uR -d "@$SOURCE_DATE_EPOCH")"
    } | gzip -9n > "$documents/changelog.gz"
    sed -e "s/@VERSION@/$version/; s|@HOMEPAGE@|$homepage|; s/@MAINTAINER@/$maintainer/" \
        -e "s/@SIZE@/$(du -sk --apparent-size "$debian/usr" | cut -f 1)/" \
        -e "s/@LIBRARIES@/$(libraries)/" \
        packaging/linux/control.in > "$debian/DEBIAN/control"
    (cd "$debian" && find usr -type f -print0 | sort -z | xargs -0 md5sum > DEBIAN/md5sums)
    find "$debian" -newermt "@$SOURCE_DATE_EPOCH" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
    dpkg-deb --root-owner-group -Zxz --build "$debian" "dist/gd-studio_${version}_amd64.deb"
}

# The system's packages that the programs and libraries are linked with, in the versions they need,
# but for those of libraries that lie beside them.
libraries() {
    mkdir -p build/linux/shlibdeps/debian
    printf 'Source: gd-studio\n\nPackage: gd-studio\nArchitecture: amd64\n' \
        > build/linux/shlibdeps/debian/control
    here=$PWD
    private=$(find "$frozen/_internal" -name '*.so*' -printf "-l$here/%h\n" | sort -u)
    (
        cd build/linux/shlibdeps
        # shellcheck disable=SC2046,SC2086 # a folder's name has no spaces in it
        find "$here/$frozen" -type f \( -name '*.so*' -o -name gd-studio -o -name torch_shm_manager \) |
            sort | xargs dpkg-shlibdeps -O --ignore-missing-info \
                -xlibbz2-1.0 -xlibffi8 -xlibgomp1 -xliblzma5 -S"$here/$frozen" $private \
            2>"$here/build/linux/shlibdeps.log" || { cat "$here/build/linux/shlibdeps.log" >&2; exit 1; }
    ) | sed -n 's/^shlibs:Depends=//p'
}

archive() {
    mkdir -p "$archive"
    cp -r "$frozen" "$archive/gd-studio"
    cp -r "$share" "$archive/share"
    cp packaging/linux/archive/install.sh packaging/linux/archive/uninstall.sh LICENSE "$archive/"
    sed "s/@VERSION@/$version/" packaging/linux/archive/README > "$archive/README"
    chmod 755 "$archive/install.sh" "$archive/uninstall.sh"
    tar --create --directory build/linux --sort=name --mtime="@$SOURCE_DATE_EPOCH" --owner=0 \
        --group=0 --numeric-owner --format=gnu "gd-studio-$version" |
        zstd -q -19 -T0 -f -o "dist/gd-studio-$version-linux-x86_64.tar.zst"
}

rm -rf build/linux
mkdir -p build/linux
freeze
tell "frozen"
describe
# Both take minutes, and are independent of each other.
archive &
debianise
wait $!
# By this list two builds are compared.
(cd "$frozen" && find . -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum) > dist/contents.sha256
tell "packed"
(cd dist && du -sh --apparent-size -- *)
