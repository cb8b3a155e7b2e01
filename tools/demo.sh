#!/bin/sh
# The main job on something to look at: draws a video, makes a model, predicts a timeline and shows where it is.
set -eu
cd "$(dirname "$0")/.."
host=.build/release/svfap-host
out=demo
mkdir -p "$out"

say() { printf '\n\033[1m%s\033[0m\n' "$*"; }
# Prints a command as a user would type it, then runs it.
try() { say "\$ svfap-host $*"; "$host" "$@"; }

try synthesize --out "$out/drawn" --count 1 --config '{"expression": "happiness", "frames": 250}'
cp "$out/drawn/00000.mp4" "$out/clip.mp4"
try create --size tiny --seed 0 --out "$out/model.safetensors"
try predict "$out/clip.mp4" --model "$out/model.safetensors" --out "$out"

say "Where it is"
echo "  $out/clip.mp4            the video"
echo "  $out/model.safetensors   the model: untrained, so its readings mean nothing yet"
echo "  $out/clip.csv            a row for every window"
echo "  $out/clip.json           the same with the recipe and the account of every frame"
echo
echo "Your own video:  $host predict VIDEO --model $out/model.safetensors --out $out"
