#!/bin/sh
# Makes a repository of Debian packages in the folder $1: docker.io with links to the real programs of /opt/programs, and
# snapd with a stand-in for snap, which can be had from nowhere but its own store.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
cd "$1"
cp "$here/snap" "$here/microk8s" "$here/systemctl" .
package() {
  mkdir -p "$1/DEBIAN"
  printf 'Package: %s\nVersion: 1.0\nArchitecture: all\nMaintainer: tests <tests@localhost>\nDescription: for tests\n' "$1" >"$1/DEBIAN/control"
  dpkg-deb --root-owner-group --build "$1" "$1.deb" >/dev/null
  { cat "$1/DEBIAN/control"; echo "Filename: ./$1.deb"; echo "Size: $(stat -c %s "$1.deb")"; echo "SHA256: $(sha256sum "$1.deb" | cut -d' ' -f1)"; echo; } >>Packages
}
mkdir -p docker.io/usr/bin docker.io/usr/lib/stand-in/units docker-compose/usr/libexec/docker/cli-plugins docker-cli snapd/usr/bin
ln -s /opt/programs/docker docker.io/usr/bin/docker
: >docker.io/usr/lib/stand-in/units/docker
ln -s /opt/programs/docker-compose docker-compose/usr/libexec/docker/cli-plugins/docker-compose
cp "$here/snap" snapd/usr/bin/snap
for name in docker.io docker-compose docker-cli snapd; do package "$name"; done
