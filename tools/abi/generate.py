#!/usr/bin/env python3
"""Everything that is generated from the headers in include/, and whether the headers keep to their rules.

    tools/abi/generate.py --check      says what is wrong or out of date, and exits 1 if anything is
    tools/abi/generate.py --write      writes the generated files anew, and then checks
    tools/abi/generate.py --model      prints what the headers declare, as JSON
    tools/abi/generate.py --release FOLDER
                                       writes what a released version is remembered by (tools/abi/freeze.sh uses it)

Generated are exports/svfap.map, abi/locks.c, bindings/python/svfap/_abi.py and docs/reference.md. The headers are read
through the C compiler's syntax tree; what a comment promises is taken from its text. Checked are the rules of tools/abi/lint.py,
the layout that ctypes gives the declarations of the Python binding, and every released version in abi/: what it promised
must still hold.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import sys

sys.dont_write_bytecode = True

import compatibility  # noqa: E402
import exports  # noqa: E402
import lint  # noqa: E402
import locks  # noqa: E402
import python_binding  # noqa: E402
import reader  # noqa: E402
import reference  # noqa: E402
import witness  # noqa: E402
from compiler import CompilerError  # noqa: E402
from model import Model  # noqa: E402

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BINDING = "bindings/python/svfap/_abi.py"


def generated(model: Model) -> dict[str, str]:
    """The generated files of the tree, by path."""
    return {
        "exports/svfap.map": exports.render(model),
        "abi/locks.c": locks.render(model, is_released=False),
        BINDING: python_binding.render(model),
        "docs/reference.md": reference.render(model),
    }


def release(model: Model) -> dict[str, str]:
    """What a released version is remembered by, beside its headers."""
    return {
        "symbols.txt": "".join(f"{name} {node}\n" for name, node in exports.symbols(model)),
        "locks.c": locks.render(model, is_released=True),
        "witness.c": witness.render(model),
    }


def problems(root: str, model: Model) -> list[str]:
    """What is out of date in the tree, or breaks a promise of a released version."""
    found = []
    for path, text in generated(model).items():
        if read(os.path.join(root, path)) != text:
            found.append(f"{path} is not what the headers say; run: tools/abi/generate.py --write")
        elif path == BINDING:
            found += python_binding.layout_problems(model, os.path.join(root, path))
    for folder in released(root):
        then = reader.read(os.path.join(folder, "include"))
        found += compatibility.problems(then, model)
        for name, text in release(then).items():
            if name != "witness.c" and read(os.path.join(folder, name)) != text:
                found.append(f"{os.path.relpath(folder, root)}/{name} does not belong to the headers beside it")
    return found


def released(root: str) -> list[str]:
    """The folders of the released versions."""
    folder = os.path.join(root, "abi")
    names = sorted(os.listdir(folder)) if os.path.isdir(folder) else []
    return [os.path.join(folder, name) for name in names if os.path.isdir(os.path.join(folder, name, "include"))]


def read(path: str) -> str:
    """The text of a file; empty if there is none."""
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except FileNotFoundError:
        return ""


def write(folder: str, files: dict[str, str]) -> None:
    for path, text in files.items():
        os.makedirs(os.path.dirname(os.path.join(folder, path)), exist_ok=True)
        with open(os.path.join(folder, path), "w", encoding="utf-8") as file:
            file.write(text)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--root", default=ROOT, help="the tree whose headers are read, and whose files are compared or written")
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--check", action="store_true")
    what.add_argument("--write", action="store_true")
    what.add_argument("--model", action="store_true")
    what.add_argument("--release", metavar="FOLDER")
    options = parser.parse_args()
    try:
        model = reader.read(os.path.join(options.root, "include"))
        if options.model:
            print(json.dumps(dataclasses.asdict(model), indent=1))
            return 0
        if options.release:
            write(options.release, release(model))
            return 0
        # Of headers that break the rules nothing can be made.
        found = lint.problems(model)
        if not found and options.write:
            write(options.root, generated(model))
        found = found or problems(options.root, model)
    except (CompilerError, reader.HeaderError) as error:
        found = [str(error)]
    for problem in found:
        print(problem, file=sys.stderr)
    if not found:
        print(f"{len(model.functions)} functions, {len(model.structs)} structs, {len(model.constants)} constants agree with the header")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
