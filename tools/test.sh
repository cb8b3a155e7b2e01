#!/usr/bin/env bash
# Everything that must hold, after `make build` and `make examples`. Ends with the test runner's own summary.
set -euo pipefail
cd "$(dirname "$0")/.."
swift=${SWIFT:-swift}

step() { printf '\n== %s\n' "$*"; }

# The whole suite. What failed is told once more at the end, where it is found.
run_tests() {
  local log=.build/tests.log
  if "$swift" test --disable-xctest "$@" 2>&1 | tee "$log"; then return; fi
  step "what failed"
  grep -aE 'recorded an issue|error:|Fatal error|AddressSanitizer|signal code' "$log" | cut -c 1-400 | tail -n 20 || true
  grep -a 'Test run with' "$log" || tail -n 3 "$log"
  return 1
}

step "format"
"$swift" format lint --strict -r Package.swift Sources Tests bindings/swift examples/swift_head

# Everything once more with AddressSanitizer, for the rooms that read untrusted bytes and hand out memory. Leaks are
# not looked for here: the test runner itself leaks.
step "tests under AddressSanitizer"
ASAN_OPTIONS=detect_leaks=0 run_tests --sanitize=address --scratch-path .build-asan

step "misuse"
tools/misuse.sh

step "threads under ThreadSanitizer"
tools/threads.sh

step "tests"
run_tests
