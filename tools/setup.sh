#!/bin/sh
# Installs the packages that the build, the demo and the tests need, on Debian and its relatives: as root, or with sudo.
# Where that cannot be done it prints the command and stops.
set -eu
cd "$(dirname "$0")/.."

command -v swift >/dev/null 2>&1 || {
  echo "libsvfap needs Swift 6.3 or newer: https://www.swift.org/install/linux/" >&2
  exit 1
}

packages="libopenblas-dev libjson-c-dev libavformat-dev libavcodec-dev libavutil-dev libswscale-dev libjpeg62-turbo-dev libpng-dev pkg-config ffmpeg python3 python3-venv binutils gcc g++ libc6-dev strace cmake abigail-tools"
missing=""
for package in $packages; do
  dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q "install ok installed" || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

install="apt-get install -y --no-install-recommends$missing"
if [ "$(id -u)" = 0 ]; then
  run=""
elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
  run="sudo"
else
  echo "Packages are missing. Install them with:" >&2
  echo "  sudo $install" >&2
  exit 1
fi
echo "Installing:$missing"
DEBIAN_FRONTEND=noninteractive $run apt-get update -qq
DEBIAN_FRONTEND=noninteractive $run $install
