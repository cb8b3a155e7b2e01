"""exports/svfap.map: the linker's version script. A function's version node is the minor that brought it."""

from __future__ import annotations

from itertools import groupby

from model import Model, Version


def node(version: Version) -> str:
    return f"SVFAP_{version[0]}.{version[1]}"


def symbols(model: Model) -> list[tuple[str, str]]:
    """Exported names with their nodes, by name."""
    return sorted((function.name, node(function.since)) for function in model.functions)


def render(model: Model) -> str:
    lines = ["/* The names that libsvfap.so exports. Written by tools/abi/generate.py --write from include/svfap.h. */"]
    before = ""
    functions = sorted(model.functions, key=lambda function: (function.since, function.name))
    for since, group in groupby(functions, key=lambda function: function.since):
        lines += [f"{node(since)} {{", "  global:", *(f"    {function.name};" for function in group)]
        # A node holds all that the one before it does.
        lines += [f"}} {before};"] if before else ["  local:", "    *;", "};"]
        before = node(since)
    return "\n".join(lines) + "\n"
