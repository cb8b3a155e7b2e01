"""Types of functions: the compiler knows their types, the text their parameters' names."""

from __future__ import annotations

import re

from contracts import split
from model import Parameter, Signature

_POINTER = re.compile(r"(.+?) ?\(\*\)\((.*)\)", re.S)
_FUNCTION = re.compile(r"(.+?) ?\((.*)\)", re.S)


def is_function_pointer(c_type: str) -> bool:
    return _POINTER.fullmatch(c_type) is not None


def read(c_type: str, declaration: str) -> Signature:
    """- Parameters:
    - c_type: as the compiler writes it, "svfap_status (void *, int32_t)" or with "(*)".
    - declaration: as the header writes it, "svfap_status (*log)(void *context, int32_t level)"."""
    result, types = (_POINTER.fullmatch(c_type) or _FUNCTION.fullmatch(c_type)).groups()
    types = [part for part in split(types) if part != "void"]
    parts = [" ".join(part.split()) for part in split(_parameters(declaration)) if part != "void"]
    if len(parts) != len(types):
        raise ValueError(f"parameters that cannot be told apart: {' '.join(declaration.split())}")
    return Signature(result, [Parameter(_name(part), kind, part) for part, kind in zip(parts, types)])


def _parameters(declaration: str) -> str:
    """What stands between the last pair of outer brackets."""
    depth = 0
    end = declaration.rindex(")")
    for place in range(end, -1, -1):
        depth += (declaration[place] == ")") - (declaration[place] == "(")
        if depth == 0:
            return declaration[place + 1 : end]
    raise ValueError(f"unbalanced brackets: {declaration}")


def _name(parameter: str) -> str:
    """The name of `const char *text`, or of `void (*body)(void *argument)`; none: empty."""
    if parameter == "...":
        return "..."
    match = re.search(r"\(\*\s*(\w+)\)", parameter) or re.search(r"[\w*]\W*\b(\w+)$", parameter)
    return match[1] if match else ""
