#!/usr/bin/env python3
"""Compares the binary interface of this tree with that of a released version, by debugging information.

    tools/abi/compare.py abi/1.0/witness.abi [--root FOLDER]

A small library that touches every public function and type is built against include/, and abidiff (package abigail-tools)
compares it with the description that the version left. Functions may have been added, and members at the end of structs that
may grow; all else is a change, which is told, and the exit status is 1.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True

import reader  # noqa: E402
import witness  # noqa: E402
from model import Model  # noqa: E402

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

_STRUCT = re.compile(r"'struct (\w+)' changed:")
_SIZE = re.compile(r"  type size changed from (\d+) to \d+ \(in bits\)")
_INSERTIONS = re.compile(r"  \d+ data member insertions?:")
_INSERTED = re.compile(r"    '.*', at offset (\d+) \(in bits\)")


def build(model: Model, root: str, folder: str) -> str:
    """The witness library of the headers in `root`, with debugging information."""
    source, library = os.path.join(folder, "witness.c"), os.path.join(folder, "witness.so")
    with open(source, "w", encoding="utf-8") as file:
        file.write(witness.render(model))
    command = ["cc", "-std=c99", "-g", "-O0", "-shared", "-fPIC", "-I", os.path.join(root, "include"), source, "-o", library]
    subprocess.run(command, check=True)
    return library


def refused(report: str, growing: set[str]) -> list[str]:
    """The lines of abidiff's report on changed types that tell of more than members at the end of `growing` structs."""
    lines, struct, size = [], "", 0
    for line in report.split("\n"):
        if match := _STRUCT.fullmatch(line):
            struct, size = match[1], 0
        elif struct in growing and (match := _SIZE.fullmatch(line)):
            size = int(match[1])
        elif struct and size and _INSERTIONS.fullmatch(line):
            continue
        elif struct and size and (match := _INSERTED.fullmatch(line)) and int(match[1]) >= size:
            continue
        elif line.strip() and "summary:" not in line:
            lines.append(f"{struct}: {line.strip()}" if struct else line.strip())
    return lines


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("description", help="what abidw wrote of the released version")
    parser.add_argument("--root", default=ROOT)
    options = parser.parse_args()
    model = reader.read(os.path.join(options.root, "include"))
    growing = {struct.name for struct in model.structs if not struct.is_fixed}
    with tempfile.TemporaryDirectory() as folder:
        library = build(model, options.root, folder)
        command = ["abidiff", "--no-added-syms", "--leaf-changes-only", "--no-show-locs", options.description, library]
        outcome = subprocess.run(command, capture_output=True, text=True, check=False)
    # abidiff's status: 1 it failed, 2 it was called wrongly, 4 something changed, 8 certainly in a way that breaks programs.
    lines = refused(outcome.stdout, growing) if outcome.returncode in (4, 12) else []
    if outcome.returncode & 3 or (outcome.returncode & 8 and not lines):
        lines.append(outcome.stderr.strip() or f"abidiff ended with status {outcome.returncode}")
    for line in lines:
        print(line, file=sys.stderr)
    if not lines:
        print(f"{options.description}: kept")
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
