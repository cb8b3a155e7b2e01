#!/bin/sh
# Everything that must hold, after `make build` and `make examples`. Ends with the test runner's own summary.
set -eu
cd "$(dirname "$0")/.."
swift=${SWIFT:-swift}

step() { printf '\n== %s\n' "$*"; }

step "format"
$swift format lint --strict -r Package.swift Sources Tests

# The rooms that read untrusted bytes and hand out memory once more with AddressSanitizer. Leaks are not looked
# for here: XCTest itself leaks.
step "tests under AddressSanitizer"
ASAN_OPTIONS=detect_leaks=0 $swift test --disable-xctest --sanitize=address --scratch-path .build-asan

step "tests"
$swift test --disable-xctest
