"""The C compiler: syntax tree, values and layouts."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator


class CompilerError(Exception):
    pass


def clang(name: str = "clang") -> str:
    """clang comes with Swift: it lies beside the compiler that `swiftc` leads to. Else the one of the search path."""
    for tool in ("swiftc", "swift"):
        if found := shutil.which(tool):
            beside = os.path.join(os.path.dirname(os.path.realpath(found)), name)
            if os.access(beside, os.X_OK):
                return beside
    if found := shutil.which(name):
        return found
    raise CompilerError(f"no {name}, neither beside swiftc nor in the search path")


def syntax_tree(program: str, include: str) -> dict:
    """The syntax tree of a C program that includes headers of the folder `include`. Every node with a place of its own
    knows its file (`file`), which the compiler writes down only where it changes."""
    command = [clang(), "-std=c99", "-Xclang", "-ast-dump=json", "-fsyntax-only", "-fparse-all-comments", "-I", include, "-x", "c", "-"]
    outcome = subprocess.run(command, input=program, capture_output=True, text=True, check=False)
    if outcome.returncode:
        raise CompilerError(outcome.stderr.strip())
    tree = json.loads(outcome.stdout)
    _locate(tree, "")
    return tree


def _locate(node: dict, file: str) -> str:
    """Writes the file of every node below `node` into it.

    - Returns: the file of the last place in it."""
    for key, value in node.items():
        if key == "loc":
            file = _last_file(value, file)
            node["loc"] = value | {"file": file}
        elif key == "range":
            file = _last_file(value["end"], _last_file(value["begin"], file))
        elif key == "inner":
            for child in value:
                file = _locate(child, file)
    return file


def _last_file(place: dict, file: str) -> str:
    for key in ("spellingLoc", "expansionLoc"):
        file = _last_file(place[key], file) if key in place else file
    return place.get("file", file)


def extent(node: dict) -> tuple[int, int]:
    """Where a node begins and ends in its file, in bytes."""

    def written(place: dict) -> dict:
        return place.get("expansionLoc", place)

    begin, end = written(node["range"]["begin"]), written(node["range"]["end"])
    return begin["offset"], end["offset"] + end["tokLen"]


def values(expressions: list[str], headers: list[str], include: str) -> list[int]:
    """What constant expressions are, according to the compiler."""
    lines = ["#include <stddef.h>", *(f'#include "{header}"' for header in headers)]
    lines += [f"enum {{ value_{index} = ({expression}) }};" for index, expression in enumerate(expressions)]
    tree = syntax_tree("\n".join(lines) + "\n", include)
    constants = {node["name"]: node for node in nodes(tree, "EnumConstantDecl")}
    return [int(_value(constants[f"value_{index}"])) for index in range(len(expressions))]


def _value(node: dict) -> str:
    return next(found["value"] for found in nodes(node, "ConstantExpr"))


def nodes(node: dict, kind: str) -> Iterator[dict]:
    if node.get("kind") == kind:
        yield node
    for child in node.get("inner", []):
        yield from nodes(child, kind)
