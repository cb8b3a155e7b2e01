#!/usr/bin/env bash
# Predictors on 1, 2, 4 and 8 threads over one model, and trainers beside them, under ThreadSanitizer: the library and the
# plugins that it loads are built with it. Any report, or a bit that differs from one thread's, is a failure.
set -euo pipefail
cd "$(dirname "$0")/.."
swift=${SWIFT:-swift}
build=.build-tsan

for product in thread-check svfap_head_classification; do
  "$swift" build --sanitize=thread --scratch-path "$build" --product "$product"
done
# Plugins are found beside the program that the library is part of here.
plugins=$(readlink -f "$build/debug")/svfap/plugins-1
mkdir -p "$plugins"
chmod 755 "$plugins" "$plugins/.."
install -m 644 "$build/debug/libsvfap_head_classification.so" "$plugins/svfap_head_classification.so"

model=$build/threads.safetensors
rm -f "$model"
.build/release/svfap-host create --size tiny --seed 5 --out "$model"
for threads in 1 2 4 8; do
  TSAN_OPTIONS="halt_on_error=1 exitcode=66" "$build/debug/thread-check" "$model" "$threads"
done
