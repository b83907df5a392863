#!/bin/sh
# A fresh Debian without Python: install the package, use it as a person would, update, remove it.
#
# The suite is that of this system, or SUITE; its packages come from where this system's do. The root
# folder is made anew each time, from build/debian-SUITE.tar once that is there.

set -eu
[ "$(id -u)" = 0 ] || { echo "debian.sh makes a root folder of its own: run it as root." >&2; exit 1; }
suite=${SUITE:-$(. /etc/os-release && echo "$VERSION_CODENAME")}
mirror=${MIRROR:-$(apt-get indextargets --format '$(SITE)' "Codename: $suite" | head -n 1)}
deb=$PWD/$(echo dist/gd-studio_*_amd64.deb)
root=$PWD/build/verify/debian
home=$root/home/student
pictures=$PWD/build/verify
screen=

fail() {
    echo "debian.sh: $*" >&2
    exit 1
}

leave() {
    [ -z "$screen" ] || kill "$screen"
    for folder in dev/shm dev/pts proc; do
        ! mountpoint -q "$root/$folder" || umount "$root/$folder"
    done
}
trap leave EXIT

inside() {
    chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 "$@"
}
# As somebody without rights, with nothing but what a login gives.
student() {
    chroot --userspec=student:student "$root" env -i HOME=/home/student USER=student \
        PATH=/usr/bin:/bin LC_ALL=C.UTF-8 DISPLAY="${display-}" sh -c "cd && $*"
}
install() {
    inside apt-get install -qq --no-install-recommends "$@" >> build/verify/apt.log 2>&1 ||
        { tail -n 20 build/verify/apt.log >&2; fail "apt-get install $* failed"; }
}
# All that is there, but for what apt and the system write down of what they did.
everything() {
    (cd "$root" && find . -xdev \( -path ./home/student -o -path ./proc -o -path ./dev -o -path ./tmp \
        -o -path ./var/lib/dpkg -o -path ./var/lib/apt -o -path ./var/cache -o -path ./var/log \
        -o -path ./run \) -prune -o -print | LC_ALL=C sort)
}

echo "== a fresh $suite"
if [ ! -e "build/debian-$suite.tar" ]; then
    debootstrap --variant=minbase "$suite" "$root" "$mirror" > build/verify/debootstrap.log ||
        { tail -n 5 build/verify/debootstrap.log >&2; fail "debootstrap failed"; }
    tar -C "$root" -cf "build/debian-$suite.tar" .
else
    mkdir -p "$root"
    tar -C "$root" -xf "build/debian-$suite.tar"
fi
cp /etc/resolv.conf "$root/etc/resolv.conf"
mount -t proc proc "$root/proc"
mount -t devpts devpts "$root/dev/pts"
mkdir -p "$root/dev/shm"
mount -t tmpfs -o mode=1777 tmpfs "$root/dev/shm"
inside apt-get update -qq -o Acquire::Check-Date=false
inside useradd --create-home student
! inside sh -c 'command -v python3 || command -v python' || fail "there is a Python"

everything > build/verify/before

echo "== an older version, used"
older=$root/tmp/older
dpkg-deb -R "$deb" "$older"
sed -i 's/^Version: .*/Version: 0.0.1/' "$older/DEBIAN/control"
dpkg-deb --root-owner-group -Znone --build "$older" "$root/tmp/gd-studio_0.0.1_amd64.deb" >/dev/null
rm -rf "$older"
install /tmp/gd-studio_0.0.1_amd64.deb
rm "$root/tmp/gd-studio_0.0.1_amd64.deb"
! inside sh -c 'command -v python3 || command -v python' || fail "it brings a Python"
student 'gd-studio run circle-perceptron --set title="From the classroom" training.epochs=50 --quiet --out "My project"
    cp "My project/experiment.json" "My project/a circle.gdstudio"
    mkdir -p ".config/GD Studio"
    printf "[General]\ntheme=dark\n" > ".config/GD Studio/GD Studio.conf"'
theirs() {
    (cd "$home" && find . -type f ! -path './.cache/*' -print0 | LC_ALL=C sort -z | xargs -0 sha256sum)
}
theirs > build/verify/theirs

echo "== the update"
cp "$deb" "$root/tmp/gd-studio.deb"
install /tmp/gd-studio.deb
rm "$root/tmp/gd-studio.deb"
student 'gd-studio --version'
theirs | diff build/verify/theirs - || fail "the update has changed the user's files"

echo "== gd-studio --self-test"
student 'gd-studio --self-test'
theirs | diff build/verify/theirs - || fail "the self-test has changed the user's files"

echo "== nothing is missing that it is linked with"
inside sh -c 'find /usr/lib/gd-studio -name "*.so*" -type f -exec ldd {} + 2>/dev/null' |
    grep 'not found' | sort | uniq -c > build/verify/missing || true
# libquadmath is found by its neighbour, which is loaded before.
! grep -v libquadmath build/verify/missing || fail "libraries are missing"

# Who starts programs from a menu has the tools of a desktop; they come after what is shown above.
install desktop-file-utils shared-mime-info libglib2.0-bin

Xvfb -displayfd 3 -screen 0 1440x900x24 -nolisten tcp 3> build/verify/display 2>/dev/null &
screen=$!
for _ in $(seq 50); do [ -s build/verify/display ] || sleep 0.1; done
display=:$(cat build/verify/display)

# see NAME WORDS: wait for a window with these words in its title, keep a picture, quit.
see() {
    DISPLAY=$display timeout 60 xdotool search --sync --onlyvisible --name "$2" > build/verify/window ||
        fail "no window '$2' has opened"
    sleep 6 # until the first plots are drawn
    DISPLAY=$display import -window root "$pictures/$1.png"
    echo "   $(DISPLAY=$display xdotool getwindowname "$(head -n 1 build/verify/window)")"
    colours=$(identify -format %k "$pictures/$1.png")
    [ "$colours" -gt 100 ] || fail "$1.png has $colours colours"
    DISPLAY=$display xdotool windowfocus --sync "$(head -n 1 build/verify/window)" key ctrl+q
    for _ in $(seq 100); do pgrep -f '^/usr/lib/gd-studio/gd-studio' >/dev/null || return 0; sleep 0.1; done
    fail "the program goes on after its window is closed"
}

echo "== from the menu: $(sed -n 's/^Exec=//p' "$root/usr/share/applications/gd-studio.desktop")"
student 'gio launch /usr/share/applications/gd-studio.desktop' &
see from-the-menu 'GD Studio'

echo "== by a double click"
kind=$(student 'gio info -a standard::content-type "My project/a circle.gdstudio"' | sed -n 's/.*content-type: //p')
[ "$kind" = application/vnd.gd-studio.experiment+json ] || fail "the file is taken for $kind"
student "gio mime $kind" | head -n 1
student 'gio open "My project/a circle.gdstudio"' &
see by-double-click 'From the classroom'

echo "== a file of a newer version is refused with a sentence"
student 'sed "s/\"format\": [0-9]*/\"format\": 999/" "My project/a circle.gdstudio" > newer.gdstudio'
! student 'gd-studio run newer.gdstudio' || fail "it was run"
student 'gio open newer.gdstudio' &
see newer 'GD Studio'

echo "== apt purge"
inside apt-get purge -qq gd-studio desktop-file-utils shared-mime-info libglib2.0-bin >> build/verify/apt.log 2>&1
inside apt-get autoremove --purge -qq >> build/verify/apt.log 2>&1
everything > build/verify/after
diff build/verify/before build/verify/after || fail "this is left"
[ -e "$home/My project/a circle.gdstudio" ] || fail "the user's files are gone"
echo "of the user's: $(cd "$home" && find . -type f | LC_ALL=C sort | tr '\n' ' ')"
