"""Compares libsvfap with PyTorch on this machine, in turn, and prints a table of medians and ratios.

    python3 benchmarks/compare.py [--jobs predict,pretrain,finetune] [--rounds 3] [--size base]

Each round runs libsvfap and the peer one after the other, each in a process of its own, so that a machine that gets
slower or faster meets both alike. A ratio below 1 means that libsvfap needs less. The peers run in an environment of their
own below .build, made on first use from PyPI; its PyTorch is a CUDA build, so its memory is told without what importing
it costs as well.
"""
import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import venv

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
ENVIRONMENT = os.path.join(ROOT, ".build", "benchmarks")
HOST = os.path.join(ROOT, ".build", "release", "svfap-host")
# name: svfap-host's job, the peer's job, clips in a batch
JOBS = {"predict": ("predict", "infer", 1), "pretrain": ("pretrain", "pretrain", 8), "finetune": ("finetune", "finetune", 4)}


def environment():
    """The Python of the peers' environment."""
    python = os.path.join(ENVIRONMENT, "bin", "python")
    if not os.path.exists(python):
        venv.create(ENVIRONMENT, with_pip=True)
        packages = ["torch", "numpy", "onnx", "onnxscript", "onnxruntime"]
        subprocess.run([python, "-m", "pip", "install", "--quiet", *packages], check=True)
    return python


def last_json(command):
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return json.loads(output.strip().splitlines()[-1])


def processor():
    try:
        with open("/proc/cpuinfo") as file:
            return next(line.split(":", 1)[1].strip() for line in file if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--jobs", default="predict,pretrain,finetune")
    parser.add_argument("--engine", default="torch", help="torch, torch-sdpa or torch-compile; for predict also ort")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--repeat", type=int, default=5, help="timed runs in a process")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--size", default="base")
    options = parser.parse_args()
    if not os.path.exists(HOST):
        sys.exit("Build first: make")
    python = environment()
    print(f"{processor()}, {options.threads} threads, {options.size}, float32, {options.rounds} rounds in turn\n")
    print(f"| job, batch | libsvfap, s | {options.engine}, s | ratio (min to max) | libsvfap, MiB | peer, MiB (without its import) | ratio |")
    print("|---|---|---|---|---|---|---|")
    for name in options.jobs.split(","):
        job, peer_job, batch = JOBS[name]
        ours, theirs = [], []
        common = ["--threads", str(options.threads), "--batch", str(batch), "--repeat", str(options.repeat), "--size", options.size]
        for _ in range(options.rounds):
            ours.append(last_json([HOST, "bench", "--job", job, *common, "--format", "json"]))
            theirs.append(last_json([python, os.path.join(ROOT, "benchmarks", "peers.py"), peer_job, options.engine, *common]))
        seconds = [statistics.median(run["median_s"] for run in side) for side in (ours, theirs)]
        ratios = [a["median_s"] / b["median_s"] for a, b in zip(ours, theirs)]
        memory = max(run["peak_mib"] for run in ours)
        peer_memory = max(run["peak_mib"] for run in theirs)
        bare = max(run["peak_mib"] - run["import_mib"] for run in theirs)
        print(
            f"| {name}, {batch} | {seconds[0]:.3f} | {seconds[1]:.3f} | {statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f}) "
            f"| {memory} | {peer_memory} ({bare}) | {memory / peer_memory:.2f} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
