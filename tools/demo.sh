#!/bin/sh
# The whole story on drawn faces: data, pre-training, fine-tuning from it and from scratch, evaluation of the three tasks on
# people whom no model has seen, and the timeline of a new video. What it measures it prints, whatever that is.
set -eu
cd "$(dirname "$0")/.."
host=.build/release/svfap-host
out=demo
start=$(date +%s)
rm -rf "$out"
mkdir -p "$out"

say() { printf '\n\033[1m%s\033[0m\n' "$*"; }
# Prints a command as a user would type it, then runs it.
try() {
  line=
  for word in "$@"; do
    case $word in
      *[\{\[\"]*) line="$line '$word'" ;;
      *) line="$line $word" ;;
    esac
  done
  say "\$ svfap-host$line"
  "$host" "$@"
}

