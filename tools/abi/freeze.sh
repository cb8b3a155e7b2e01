#!/bin/sh
# Keeps what a version of the binary interface is, for ever: abi/VERSION/.
#
#   tools/abi/freeze.sh 1.0            refuses if the version was kept before
#   tools/abi/freeze.sh 1.0 --again    replaces it; only until that version is released
#
# In the folder: the headers (include/), the exported names with their version nodes (symbols.txt), what has to hold in later
# versions (locks.c), a description of every type for abidiff (witness.abi), and a program and plugins in C that later
# libraries must serve as they are (client.c, head.c, source.c, sink.c).
set -eu
cd "$(dirname "$0")/../.."

version=${1:-}
again=${2:-}
header=$(sed -n 's/^#define SVFAP_ABI_M[A-Z]* //p' include/svfap_types.h | paste -sd .)
case "$version/$again" in
"$header/" | "$header/--again") ;;
*)
  echo "usage: tools/abi/freeze.sh $header [--again]" >&2
  exit 64
  ;;
esac
folder=abi/$version
if [ -e "$folder" ] && [ -z "$again" ]; then
  echo "$folder is kept already: a released version never changes. (Until it is released: --again)" >&2
  exit 1
fi

# Everything is made beside the folder and then takes its place, so that a failure leaves what was there.
made=$(mktemp -d abi/.freeze.XXXXXX)
trap 'rm -rf "$made"' EXIT
mkdir "$made/include"
cp include/svfap.h include/svfap_types.h include/svfap_plugin.h "$made/include/"
cp Tests/Fixtures/abi/client.c Tests/Fixtures/abi/head.c Tests/Fixtures/abi/source.c Tests/Fixtures/abi/sink.c "$made/"
tools/abi/generate.py --release "$made"
cc -std=c99 -g -O0 -shared -fPIC -I include "$made/witness.c" -o "$made/witness.so"
abidw --no-comp-dir-path --no-corpus-path --short-locs --out-file "$made/witness.abi" "$made/witness.so"
rm "$made/witness.c" "$made/witness.so"
chmod 755 "$made"
rm -rf "$folder"
mv "$made" "$folder"
trap - EXIT
tools/abi/generate.py --check
