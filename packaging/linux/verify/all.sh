#!/bin/sh
# Verify what `make package` has built, and print its figures.
#
#     sh packaging/linux/verify/all.sh PYTHON
#
# PYTHON is that of .venv. Needs root for the part with a Debian of its own. Screenshots are kept in
# build/verify/.

set -eu
cd "$(dirname "$0")/../../.."
here=packaging/linux/verify

rm -rf build/verify
mkdir -p build/verify
sh $here/metadata.sh
sh $here/wheel.sh "$1"
sh $here/archive.sh
sh $here/debian.sh
sh $here/figures.sh "$1"
echo "All of it holds."
