#!/bin/sh
# The whole story on drawn faces: data, pre-training, fine-tuning from it and from scratch, evaluation of the three tasks on
# people whom no model has seen, and the timeline of a new video. What it measures it prints, whatever that is.
set -eu
cd "$(dirname "$0")/.."
host=.build/release/svfap-host
out=demo
begun=$(date +%s)
mkdir -p "$out"
# What an earlier demo left.
for part in unlabelled expression affect personality pretrained new; do rm -rf "${out:?}/$part"; done

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

# All videos: a whole play of 16 frames, 4 of 25 a second apart.
video='{"frames": 16, "rate": 6.25, "width": 64, "height": 64}'
labels=surprise,alarm,delight,interest

try synthesize --out $out/unlabelled --task any --sets videos=1000 --seed 1 --config "$video" --quiet
for task in expression affect personality; do
  try synthesize --out $out/$task --task $task --sets train=200,validation=100,test=200 --seed 2 --config "$video" --quiet
done

try pretrain $out/unlabelled/videos.csv --config tools/demo/pretrain.json --out $out/pretrained

# Fine-tunes on one task, from the pre-trained model and from scratch, and measures both on the test list.
compare() {
  task=$1
  shift
  try finetune $out/$task/train.csv --validation $out/$task/validation.csv --config tools/demo/finetune.json "$@" \
    --model $out/pretrained/model.safetensors --out $out/$task/from_pretrained
  try finetune $out/$task/train.csv --validation $out/$task/validation.csv --config tools/demo/finetune.json "$@" \
    --size tiny --out $out/$task/from_scratch
  for start in pretrained scratch; do
    try evaluate $out/$task/test.csv --model $out/$task/from_$start/model.safetensors --out $out/$task/test_$start
  done
}

compare expression --labels $labels
compare affect --head dimensional --set head.loss=mse+ccc --set learning_rate=0.016
compare personality --head personality --set head.loss=mse+ccc --set monitor=mean_ccc --set learning_rate=0.016

# A person whom no list holds, acting four times.
try synthesize --out $out/new --task expression --count 1 --seed 7000002 --quiet \
  --config '{"frames": 256, "width": 256, "height": 256}'
cp $out/new/00000.mp4 $out/clip.mp4
# Of the two models, the one that did better on the validation list.
better=$(python3 tools/demo/better.py $out/expression/from_pretrained $out/expression/from_scratch)
cp $better/model.safetensors $out/model.safetensors
try predict $out/clip.mp4 --model $out/model.safetensors --out $out

say "What was measured, on people whom no model has seen"
python3 tools/demo/summary.py $out
say "Where it is ($(($(date +%s) - begun)) seconds)"
echo "  $out/clip.mp4, clip.csv, clip.json      the new video ($(sed -n 2p $out/new/manifest.csv | tr -d '\r' | cut -d, -f2)) and its timeline"
echo "  $out/model.safetensors                  the model: $better"
echo "  $out/pretrained/report.html             pre-training: curves and a reconstruction"
echo "  $out/TASK/from_*/report.html            fine-tuning: curves, confusion matrix or scatter plots"
echo "  $out/TASK/test_*/report.html            the test"
echo
echo "Your own video:  $host predict VIDEO --model $out/model.safetensors --out $out"
