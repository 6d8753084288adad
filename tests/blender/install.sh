#!/usr/bin/env bash
# Install the Blenders that the tests drive. Idempotent: what is there already is kept.
#
#   tests/blender/install.sh [gui] [bpy42] [bpy45] [bpy52]      (default: all but bpy42)
#
# gui    Blender 4.3 with its window, from Debian trixie, in a folder of its own (needs root, about 1.5 GB)
# bpy42  Blender 4.2 LTS, the oldest that the add-on supports, as a Python module, on Python 3.11 (about 1 GB)
# bpy45  Blender 4.5 LTS as a Python module, on Python 3.11 (about 1 GB)
# bpy52  Blender 5.2 LTS as a Python module, on Python 3.13 (about 1 GB)
#
# They land in $AYO_HOSTS/blender (default ~/.cache/ayo-hosts/blender). Debian comes from the mirror that this
# machine's own apt sources name, the modules from the package index that pip is set to.
set -euo pipefail

hosts="${AYO_HOSTS:-$HOME/.cache/ayo-hosts}/blender"
mkdir -p "$hosts"

say() { echo "blender hosts: $*"; }

install_gui() {
  local root="$hosts/trixie"
  if [ -e "$root/.complete" ]; then say "trixie is there"; return; fi
  if [ "$(id -u)" != 0 ]; then say "the Debian Blender needs root (debootstrap)" >&2; return 1; fi
  apt-get update -q
  command -v debootstrap >/dev/null || DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends debootstrap
  local mirror
  mirror="$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' 'Label: Debian' | head -n 1)"
  if [ -z "$mirror" ]; then say "no Debian mirror among this machine's apt sources" >&2; return 1; fi
  rm -rf "$root.new"
  debootstrap --variant=minbase trixie "$root.new" "$mirror"
  # python3-numpy: the official builds bundle it, Debian does not.
  chroot "$root.new" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends \
    blender python3-numpy xvfb xauth libgl1-mesa-dri libegl-mesa0 libglx-mesa0 imagemagick xdotool
  chroot "$root.new" apt-get clean
  touch "$root.new/.complete"
  rm -rf "$root"
  mv "$root.new" "$root"
  say "trixie: $(chroot "$root" blender --version | head -n 1)"
}

find_python() {
  local candidate
  for candidate in "$(command -v "python$1" || true)" "${PYENV_ROOT:-$HOME/.pyenv}/versions/$1".*/bin/python; do
    # A version manager's shim may exist and still refuse to run.
    if [ -x "$candidate" ] && "$candidate" -c '' 2>/dev/null; then echo "$candidate"; return; fi
  done
  say "Python $1 is needed for bpy and was not found" >&2
  return 1
}

install_module() { # name, Python version, bpy version
  local venv="$hosts/$1" python
  if "$venv/bin/python" -c 'import bpy' >/dev/null 2>&1; then say "$1 is there"; return; fi
  python="$(find_python "$2")"
  rm -rf "$venv"
  "$python" -m venv "$venv"
  "$venv/bin/python" -m pip install --quiet --disable-pip-version-check "bpy==$3"
  say "$1: bpy $3"
}

[ $# -gt 0 ] || set -- gui bpy45 bpy52
for host in "$@"; do
  case "$host" in
    gui) install_gui ;;
    bpy42) install_module bpy42 3.11 4.2.23 ;;
    bpy45) install_module bpy45 3.11 4.5.15 ;;
    bpy52) install_module bpy52 3.13 5.2.3 ;;
    *) say "unknown host '$host' (gui, bpy42, bpy45 or bpy52)" >&2; exit 2 ;;
  esac
done
