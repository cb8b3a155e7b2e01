#!/bin/sh
# The tests of durable saving, longer: a kill and every error before every system call of a save (strace is needed), full
# disks, and ROUNDS times twenty kills at random moments. Usage: tools/checkpoint-sweep.sh [ROUNDS]
set -eu
cd "$(dirname "$0")/.."
command -v strace >/dev/null 2>&1 || { echo "strace is needed: apt-get install strace" >&2; exit 1; }
swift=${SWIFT:-swift}
rounds=${1:-50}

$swift test --disable-xctest --filter 'CheckpointSweepTests|FullDiskTests|CheckpointDamageTests'
round=1
while [ "$round" -le "$rounds" ]; do
  echo "== random kills, round $round of $rounds"
  $swift test --skip-build --disable-xctest --filter CheckpointKillTests
  round=$((round + 1))
done
