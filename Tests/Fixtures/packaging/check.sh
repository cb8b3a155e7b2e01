#!/bin/sh
# What users of an installed libsvfap do, in a folder outside of the tree, without Swift, without the tree's headers:
# programs and plugins with pkg-config, the same with CMake, and the manual page.
#
#   check.sh PREFIX EMPTY_FOLDER SOURCES     (SOURCES: the root of the tree, from which example files are copied)
#
# Says "ok ..." or "skipped ..." a line for each, and leaves with the status of the first that fails.
set -eu
prefix=$1 folder=$2 root=$3
PATH=/usr/local/bin:/usr/bin:/bin
export PATH
unset LD_LIBRARY_PATH LIBRARY_PATH CPATH C_INCLUDE_PATH CPLUS_INCLUDE_PATH SVFAP_LIBRARY
PKG_CONFIG_PATH=$prefix/lib/pkgconfig
export PKG_CONFIG_PATH
warnings="-Wall -Wextra -Wpedantic -Werror"

if command -v swift >/dev/null 2>&1; then
  echo "swift can be found in $PATH: this would show nothing" >&2
  exit 1
fi
mkdir -p "$folder/user"
cp "$root"/examples/*.c "$root"/examples/*.cpp "$root"/bindings/cpp/example/annotate.cpp "$root/Tests/Fixtures/packaging/CMakeLists.txt" "$folder/user/"
cd "$folder/user"

"$prefix/bin/svfap-host" create --size tiny --seed 1 --out model.safetensors --quiet
"$prefix/bin/svfap-host" synthesize --out videos --count 1 --config '{"frames": 40, "width": 64, "height": 64}' --quiet

# A program that runs says the same whatever it was built with.
runs() {
  "$@" model.safetensors videos/00000.mp4 > said.txt
  grep -q '^    0.00 -     1.60 s  ' said.txt || { echo "$1 said:" >&2; cat said.txt >&2; exit 1; }
}
# The library names a plugin that it could load.
loads() {
  "$prefix/bin/svfap-host" plugins --plugin "$(pwd)/$1" | grep -q "^  $2 1.0.0" || { echo "$1 is not listed as $2" >&2; exit 1; }
}

flags=$(pkg-config --cflags --libs svfap)
cc -std=c99 $warnings predict.c $flags -Wl,-rpath,"$prefix/lib" -o predict
c++ -std=c++17 $warnings annotate.cpp $flags -Wl,-rpath,"$prefix/lib" -o annotate
runs ./predict
runs ./annotate
echo "ok pkg-config: programs in C and C++"

cc -std=c99 $warnings $(pkg-config --variable=plugin_flags svfap) attention_pool_head.c -lm -o svfap_head_attention-pool.so
loads svfap_head_attention-pool.so attention-pool
test -f "$(pkg-config --variable=plugindir svfap)/svfap_head_classification.so"
echo "ok pkg-config: a plugin"

if command -v cmake >/dev/null 2>&1; then
  # Found by its prefix; a copy of the prefix elsewhere works as well.
  cp -r "$prefix" "$folder/moved"
  for at in "$prefix" "$folder/moved"; do
    rm -rf build
    cmake -S . -B build -DCMAKE_PREFIX_PATH="$at" >cmake.txt 2>&1 || { cat cmake.txt >&2; exit 1; }
    cmake --build build >cmake.txt 2>&1 || { cat cmake.txt >&2; exit 1; }
    runs build/predict
    runs build/annotate
    loads build/svfap_head_attention-pool.so attention-pool
    loads build/svfap_head_huber.so huber
    loads build/svfap_video_y4m.so y4m
  done
  echo "ok cmake: programs and plugins in C and C++"
  # Versions: the own one and none in particular fit, another major and a later one do not.
  own=$(pkg-config --modversion svfap)
  for asked in "$own" ""; do cmake -S . -B build -DCMAKE_PREFIX_PATH="$prefix" -DASKED_VERSION="$asked" >cmake.txt 2>&1 || { cat cmake.txt >&2; exit 1; }; done
  for asked in 99.0 "${own%.*}.999"; do
    if cmake -S . -B "wrong-$asked" -DCMAKE_PREFIX_PATH="$prefix" -DASKED_VERSION="$asked" >cmake.txt 2>&1; then
      echo "cmake took $own for $asked" >&2
      exit 1
    fi
    grep -q 'requested version "'"$asked" cmake.txt || { cat cmake.txt >&2; exit 1; }
  done
  echo "ok cmake: versions"
else
  echo "skipped cmake: it is not installed"
fi

page=$prefix/share/man/man1/svfap-host.1
for command in $("$prefix/bin/svfap-host" --help | sed -n '/^SUBCOMMANDS:/,/^$/s/^  \([a-z][a-z-]*\) .*/\1/p'); do
  grep -q "^.SS svfap.-host $(echo "$command" | sed 's/-/.-/g')\$" "$page" || { echo "svfap-host.1 says nothing of $command" >&2; exit 1; }
  for option in $("$prefix/bin/svfap-host" "$command" --help | grep -oE '^  (-[a-zA-Z], )?--[a-z-]+' | grep -oE '[-][-][a-z-]+'); do
    grep -qF -e "$(echo "$option" | sed 's/-/\\-/g')" "$page" || { echo "svfap-host.1 says nothing of $command $option" >&2; exit 1; }
  done
done
if command -v groff >/dev/null 2>&1; then
  groff -man -ww -z "$page" 2>said.txt
  test ! -s said.txt || { cat said.txt >&2; exit 1; }
fi
echo "ok manual page"
