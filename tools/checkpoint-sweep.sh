#!/bin/sh
# The long form of the tests of durable saving: a kill before every system call of a save, and every one of them
# failing with EIO, ENOSPC, EDQUOT, EINTR, EAGAIN, EROFS, EACCES and ENOENT; then kills at random moments.
# Needs strace. Usage: tools/checkpoint-sweep.sh [ROUNDS]
set -eu
cd "$(dirname "$0")/.."
command -v strace >/dev/null 2>&1 || { echo "strace is needed: apt-get install strace" >&2; exit 1; }
swift=${SWIFT:-swift}
rounds=${1:-5}

SVFAP_SWEEP=full $swift test --disable-xctest --filter CheckpointSweepTests
round=1
while [ "$round" -le "$rounds" ]; do
  echo "== random kills, round $round of $rounds"
  $swift test --skip-build --disable-xctest --filter CheckpointKillTests
  round=$((round + 1))
done
