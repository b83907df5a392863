#!/bin/sh
# What is in the wheel, and whether pip, pipx and uvx make a program of it that works.

set -eu
wheel=$(echo "$PWD"/dist/*.whl)
python=$PWD/$1
home=$PWD/build/verify/home
mkdir -p "$home"

echo "== the wheel holds what the repository does"
# Examples, icons and the handbook lie in the package there.
git ls-files gd_studio resources docs/handbook.md \
    | sed -e 's:^resources/:gd_studio/resources/:' -e 's:^docs/:gd_studio/resources/:' \
    | LC_ALL=C sort > build/verify/expected
"$python" -c 'import sys, zipfile; print(*zipfile.ZipFile(sys.argv[1]).namelist(), sep="\n")' \
    "$wheel" | grep -v '^gd_studio-[^/]*\.dist-info/' | LC_ALL=C sort > build/verify/found
diff build/verify/expected build/verify/found

self_test() {
    echo "== $1"
    shift
    (cd build/verify && env -u PYTHONPATH HOME="$home" QT_QPA_PLATFORM=offscreen "$@" --self-test)
}

"$python" -m venv build/verify/tools
build/verify/tools/bin/python -m pip install --quiet pipx uv
tools=$PWD/build/verify/tools/bin

"$python" -m venv build/verify/pip
build/verify/pip/bin/python -m pip install --quiet "$wheel" --constraint constraints.txt
self_test "pip install" "$PWD/build/verify/pip/bin/gd-studio"

# Where pip is told of a folder with wheels, the others have to be as well.
export UV_FIND_LINKS="${UV_FIND_LINKS-${PIP_FIND_LINKS-}}"
self_test "pipx run" "$tools/pipx" run --pip-args="--quiet" --spec "$wheel" gd-studio
self_test "uvx" "$tools/uvx" --quiet --from "$wheel" gd-studio
rm -rf build/verify/pip build/verify/tools "$home"
