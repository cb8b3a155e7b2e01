#!/usr/bin/env bash
# The misuse fuzzer: random right and wrong calls of every function of svfap.h, against what the header says of each, with
# AddressSanitizer over the library and its plugins, leaks included, and then with the optimised code of `make build`.
#
#   tools/misuse.sh [CALLS] [SEED]       100000 calls, seed 1
#
# A finding is printed with the number of its world; tools/misuse.sh --reproduce WORLD makes the calls of that world again.
set -euo pipefail
cd "$(dirname "$0")/.."
swift=${SWIFT:-swift}
build=.build-asan
folder=$build/misuse

python3 tools/abi/misuse_table.py --check
for product in misuse-fuzzer svfap_head_classification svfap_video_synthetic; do
  "$swift" build --sanitize=address --scratch-path "$build" --product "$product" 2>&1 | { grep -v 'Cannot export local symbol' || true; }
done

# Plugins are found beside the program that the library is part of here, in a folder of its own: the tests look beside
# themselves, too.
plugins=$folder/svfap/plugins-1
mkdir -p "$plugins"
chmod 755 "$folder" "$folder/svfap" "$plugins"
install -m 755 "$build/debug/misuse-fuzzer" "$folder/misuse-fuzzer"
for plugin in svfap_head_classification svfap_video_synthetic; do install -m 644 "$build/debug/lib$plugin.so" "$plugins/$plugin.so"; done
cc -std=c99 -O1 -g -shared -fPIC -fvisibility=hidden -Wl,-z,nodelete -Iinclude Tests/Fixtures/plugins/counting.c -o "$folder/counting.so"
chmod 644 "$folder/counting.so"

if [ "${1:-}" = --reproduce ]; then arguments=(--reproduce "$2"); else arguments=(--calls "${1:-100000}" --seed "${2:-1}"); fi
plugin=$PWD/$folder/counting.so
ASAN_OPTIONS=detect_leaks=1:detect_stack_use_after_return=1 "$folder/misuse-fuzzer" --plugin "$plugin" "${arguments[@]}"
echo "optimised:"
.build/release/misuse-fuzzer --plugin "$plugin" "${arguments[@]}" > "$folder/optimised.txt" || { cat "$folder/optimised.txt"; exit 1; }
tail -n 1 "$folder/optimised.txt"
