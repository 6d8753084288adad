#!/bin/sh
# Put a Godot 4 editor with a virtual screen into a folder of its own, for the tests.
#
# Debian packages Godot 4 only in its newest suites, so the tests use a small Debian of that suite in a folder
# (a chroot) and leave the machine's own packages alone. The packages come from the mirror that the machine's own
# apt sources name. Running the script again is quick and changes nothing.
#
#   AYO_HOSTS  where host programs for the tests live; default ~/.cache/ayo-hosts
#   AYO_SUITE  Debian suite to take Godot from; default forky
set -eu

root="${AYO_HOSTS:-$HOME/.cache/ayo-hosts}/godot"
suite="${AYO_SUITE:-forky}"

if [ -e "$root/.ready" ]; then
    echo "Godot is ready in $root"
    exit 0
fi
if [ "$(id -u)" -ne 0 ]; then
    echo "A chroot needs root: run this script as root, or install Godot 4.6 and set AYO_GODOT to it." >&2
    exit 1
fi
if ! command -v debootstrap >/dev/null; then
    apt-get update -qq
    apt-get install -y -qq --no-install-recommends debootstrap
fi
mirror=$(apt-get indextargets --format '$(SITE) $(ORIGIN) $(COMPONENT)' 'Created-By: Packages' |
    awk '$2 == "Debian" && $3 == "main" && $1 !~ /security/ { print $1; exit }')
if [ -z "$mirror" ]; then
    echo "The apt sources of this machine name no Debian mirror (try apt-get update first)." >&2
    exit 1
fi

# An unfinished earlier try is not worth mending; --one-file-system spares anything still mounted inside.
rm -rf --one-file-system "$root"
mkdir -p "$root"
scripts=/usr/share/debootstrap/scripts
[ -e "$scripts/$suite" ] || ln -s sid "$scripts/$suite"
if [ -e /usr/share/keyrings/debian-archive-keyring.gpg ]; then
    set -- --keyring=/usr/share/keyrings/debian-archive-keyring.gpg
else
    set -- --no-check-gpg
fi
debootstrap "$@" --variant=minbase --include=ca-certificates "$suite" "$root" "$mirror"

# The mounts belong to this private mount namespace and vanish with it, whatever happens.
unshare --mount --propagation private sh -eu -c '
    mount -t proc proc "$1/proc"
    mount --bind /dev "$1/dev"
    cp /etc/resolv.conf "$1/etc/resolv.conf"
    chroot "$1" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
        godot xvfb xauth xdotool imagemagick libgl1-mesa-dri libvulkan1 mesa-vulkan-drivers fontconfig fonts-dejavu-core
    chroot "$1" apt-get clean
' install "$root"
chroot "$root" godot --version
touch "$root/.ready"
echo "Godot is ready in $root"
