"""Compares libsvfap with the engines that a user could pick instead, in turn, and prints a table of medians and ratios.

    python3 benchmarks/compare.py [--jobs predict,pretrain,finetune] [--precisions float32,bfloat16,int8]
                                  [--engines torch,ort] [--rounds 3] [--size base]

Each round runs libsvfap and every peer one after the other, each in a process of its own, so that a machine that gets
slower or faster meets all alike; a ratio is taken within a round. Below 1 it means that libsvfap needs less. The peers run
in an environment of their own below .build, made on first use from PyPI; its PyTorch is a CUDA build, so memory is told
without what importing an engine costs as well.
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
PACKAGES = ["torch", "numpy", "onnx", "onnxscript", "onnxruntime", "openvino"]
# job, batch, the peers' name of it
JOBS = {"predict": (1, "infer"), "pretrain": (8, "pretrain"), "finetune": (4, "finetune")}
# What can do a job in a precision. PyTorch is taken eager, with fused attention, and for prediction compiled.
PEERS = {
    ("predict", "float32"): ["torch", "torch-sdpa", "torch-compile", "ort", "openvino"],
    ("predict", "bfloat16"): ["torch-bf16", "torch-sdpa-bf16", "torch-compile-bf16", "openvino-bf16"],
    ("predict", "int8"): ["ort-int8"],
    ("pretrain", "float32"): ["torch", "torch-sdpa"],
    ("pretrain", "bfloat16"): ["torch-bf16", "torch-sdpa-bf16"],
    ("finetune", "float32"): ["torch", "torch-sdpa"],
    ("finetune", "bfloat16"): ["torch-bf16", "torch-sdpa-bf16"],
}


def environment():
    """The Python of the peers' environment."""
    python = os.path.join(ENVIRONMENT, "bin", "python")
    if not os.path.exists(python):
        venv.create(ENVIRONMENT, with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", *PACKAGES], check=True)
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


def versions(python):
    names = ", ".join(PACKAGES[:1] + PACKAGES[4:])
    program = "import importlib.metadata as m; print(', '.join(n + ' ' + m.version(n) for n in '%s'.split(', ')))" % names
    return subprocess.run([python, "-c", program], check=True, capture_output=True, text=True).stdout.strip()


def spread(values, digits=2):
    return f"{statistics.median(values):.{digits}f} ({min(values):.{digits}f} to {max(values):.{digits}f})"


def compare(job, precision, engines, options, python):
    """Rows of the table, a peer each, the fastest first."""
    batch, peer_job = JOBS[job]
    common = ["--threads", str(options.threads), "--batch", str(batch), "--repeat", str(options.repeat), "--size", options.size]
    ours, theirs = [], {engine: [] for engine in engines}
    for _ in range(options.rounds):
        ours.append(last_json([HOST, "bench", "--job", job, "--precision", precision, *common, "--format", "json"]))
        for engine in engines:
            theirs[engine].append(last_json([python, os.path.join(ROOT, "benchmarks", "peers.py"), peer_job, engine, *common]))
    memory = max(run["peak_mib"] for run in ours)
    own = statistics.median(run["median_s"] for run in ours)
    for engine in sorted(engines, key=lambda name: statistics.median(run["median_s"] for run in theirs[name])):
        runs = theirs[engine]
        bare = max(run["peak_mib"] - run["import_mib"] for run in runs)
        ratios = [a["median_s"] / b["median_s"] for a, b in zip(ours, runs)]
        yield (
            f"| {job}, {batch} | {precision} | {own:.3f} | {engine} | {statistics.median(run['median_s'] for run in runs):.3f} "
            f"| {spread(ratios)} | {memory} | {bare} | {memory / max(bare, 1):.2f} |"
        )


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--jobs", default="predict,pretrain,finetune")
    parser.add_argument("--precisions", default="float32,bfloat16,int8")
    parser.add_argument("--engines", help="only those of the peers whose names begin with one of these")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--repeat", type=int, default=5, help="timed runs in a process")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--size", default="base")
    options = parser.parse_args()
    if not os.path.exists(HOST):
        sys.exit("Build first: make")
    python = environment()
    print(f"{processor()}, {options.threads} threads, {options.size}, {options.rounds} rounds in turn; {versions(python)}\n")
    print("| job, batch | precision | libsvfap, s | peer | peer, s | ratio (min to max) | libsvfap, MiB | peer without its import, MiB | ratio |")
    print("|---|---|---|---|---|---|---|---|---|")
    for job in options.jobs.split(","):
        for precision in options.precisions.split(","):
            engines = PEERS.get((job, precision), [])
            if options.engines:
                engines = [name for name in engines if name.startswith(tuple(options.engines.split(",")))]
            if engines:
                for row in compare(job, precision, engines, options, python):
                    print(row, flush=True)


if __name__ == "__main__":
    main()
