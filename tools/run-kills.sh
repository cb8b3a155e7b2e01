#!/bin/sh
# Whole runs of svfap-host, a pre-training and a fine-tuning, killed with SIGKILL KILLS times each at random moments and
# resumed: they must end with the same model, optimizer and records as runs that were left alone. The suite kills five times.
# Prints the seed of the moments. Usage, after `make build`: tools/run-kills.sh [KILLS [SEED]]
set -eu
cd "$(dirname "$0")/.."
SVFAP_KILLS=${1:-20}
export SVFAP_KILLS
[ $# -lt 2 ] || { SVFAP_KILL_SEED=$2 && export SVFAP_KILL_SEED; }
exec "${SWIFT:-swift}" test --disable-xctest --filter RunKillTests
