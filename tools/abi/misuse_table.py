#!/usr/bin/env python3
"""The functions of svfap.h as a table for the misuse fuzzer: what every parameter is, and the statuses that are promised.

    tools/abi/misuse_table.py --check      says whether Tests/Tools/MisuseFuzzer/Functions.cpp is what the header says
    tools/abi/misuse_table.py --write      writes it anew

A parameter's role follows from its type, its name and its neighbours. One that fits no role is an error here, so that no
function is left out.
"""

from __future__ import annotations

import argparse
import os
import re
import sys

sys.dont_write_bytecode = True

import reader  # noqa: E402
from compiler import CompilerError  # noqa: E402
from model import Function, Model, Parameter  # noqa: E402

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
TABLE = "Tests/Tools/MisuseFuzzer/Functions.cpp"

NUMBERS = {"uint64_t": 8, "int64_t": 8, "uint32_t": 4, "int32_t": 4}
NUMBERS_OUT = {"uint64_t *": 8, "uint32_t *": 4, "double *": 8}


NOTHING = Parameter("", "", "")
"""What stands beside the first parameter and the last."""


class RoleError(Exception):
    pass


def roles(function: Function, model: Model) -> list[tuple[str, str, int]]:
    """Role, type and size of every parameter: the type of a handle or struct, the size of a struct or number."""
    handles = {handle.name for handle in model.handles}
    sizes = {struct.name: struct.size for struct in model.structs if struct.members[0].name == "struct_size"}
    callbacks = {callback.name for callback in model.callbacks}
    parameters = function.signature.parameters
    found: list[tuple[str, str, int]] = []
    for index, parameter in enumerate(parameters):
        before = parameters[index - 1] if index else NOTHING
        behind = parameters[index + 1] if index + 1 < len(parameters) else NOTHING
        bare = re.sub(r"^const |[ *]+$", "", parameter.type)
        is_constant, stars = parameter.type.startswith("const "), parameter.type.count("*")
        if (parameter.type, parameter.name) == ("svfap_error **", "error") and not behind.name:
            role = ("errorOut", "svfap_error", 8)
        elif bare in handles and stars in (1, 2):
            role = (("handleIn", "handleOut")[stars - 1], bare, 8)
        elif parameter.type == "const char *" and (behind.type, behind.name) == ("uint64_t", f"{parameter.name}_size"):
            role = ("textIn", "", 0)
        elif before.type == "const char *" and parameter.name == f"{before.name}_size":
            role = ("textSize", "", 8)
        elif parameter.type == "const char **" and (behind.type, behind.name) == ("uint64_t *", "size"):
            role = ("textOut", "", 8)
        elif before.type == "const char **" and (parameter.type, parameter.name) == ("uint64_t *", "size"):
            role = ("textSizeOut", "", 8)
        elif parameter.type == "svfap_text *":
            role = ("textStructOut", "", 16)
        elif bare == "svfap_view" and is_constant and stars == 1:
            role = ("viewIn", bare, sizes[bare])
        elif bare in sizes and stars == 1:
            role = ("structIn" if is_constant else "structOut", bare, sizes[bare])
        elif parameter.type in callbacks:
            role = ("callback", bare, 8)
        elif (parameter.type, parameter.name) == ("void *", "user") and before.type in callbacks:
            role = ("user", "", 8)
        elif parameter.type in NUMBERS:
            role = ("number", "", NUMBERS[parameter.type])
        elif parameter.type in NUMBERS_OUT:
            role = ("numberOut", "", NUMBERS_OUT[parameter.type])
        else:
            raise RoleError(f"{function.place}: {function.name}: no role for {parameter.type} {parameter.name}")
        found.append(role)
    return found


def may_be_null(function: Function, index: int, role: str) -> bool:
    """Whether the header allows NULL there."""
    name, text = function.signature.parameters[index].name, function.contract.text
    if role in ("errorOut", "textOut", "textSizeOut", "user"):
        return True  # By the rules for every function.
    if role.endswith("Out") and re.search(r"\b(Any|Either) out-parameter may be NULL|Out-parameters may be NULL", text):
        return True
    if re.search(rf"`{name}`(, which)? (may be|\()\s?NULL", text):
        return True
    if (function.name, name) in UNSAID:
        return True
    handles = [place for place, other in enumerate(function.signature.parameters) if re.fullmatch(r"svfap_\w+ \*", other.type)]
    # "NULL is allowed" of what is ended, "NULL: none" of what is set.
    return role == "handleIn" and bool("NULL is allowed" in text and index == 0 or "NULL: none" in text and index == handles[-1] > 0)


UNSAID = {("svfap_predictor_run", "options"), ("svfap_trainer_forward_backward", "loss")}
"""Where the library takes a NULL although the header does not say so."""


UNPROMISED = {("svfap_trainer_forward_backward", "FORMAT")}
"""Statuses that are right although the header does not list them."""


def is_owned(function: Function, index: int, role: str) -> bool:
    """Whether the parameter is an object that one thread may use at a time."""
    return function.contract.thread == "owner" and role == "handleIn" and (index == 0 or "both" in function.contract.scope and index == 1)


def argument(parameter: Parameter, index: int) -> str:
    if parameter.type in NUMBERS:
        return f"static_cast<{parameter.type}>(a[{index}])"
    return f"reinterpret_cast<{parameter.type}>(a[{index}])"


def render(model: Model) -> str:
    lines = [
        "// Written by tools/abi/misuse_table.py from include/svfap.h. Do not edit.",
        '#include "Functions.h"',
        "",
        "#include <svfap.h>",
        "",
        "const std::vector<Function> &functions() {",
        "  static const std::vector<Function> all = {",
    ]
    for function in model.functions:
        if function.place.header != "svfap.h":
            continue
        if function.signature.result != "svfap_status":
            raise RoleError(f"{function.place}: {function.name}: returns {function.signature.result}, not a status")
        names = [error.name for error in function.contract.errors] + [status for name, status in UNPROMISED if name == function.name]
        promised = "anyStatus" if "ANY" in names else " | ".join(["common", *(f"Statuses(SVFAP_E_{name})" for name in names)])
        lines += [f'      {{"{function.name}",', f"       {promised},", "       {"]
        for index, (role, kind, size) in enumerate(roles(function, model)):
            parameter = function.signature.parameters[index]
            null = str(may_be_null(function, index, role)).lower()
            owned = str(is_owned(function, index, role)).lower()
            lines.append(f'           {{"{parameter.name}", Role::{role}, "{kind}", {size}, {null}, {owned}}},')
        arguments = ",".join(f"\n             {argument(parameter, index)}" for index, parameter in enumerate(function.signature.parameters))
        lines += ["       },", "       [](const uint64_t *a) -> int32_t {", f"         return {function.name}({arguments});", "       }},"]
    lines += ["  };", "  return all;", "}", ""]
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--root", default=ROOT)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--check", action="store_true")
    what.add_argument("--write", action="store_true")
    options = parser.parse_args()
    path = os.path.join(options.root, TABLE)
    try:
        text = render(reader.read(os.path.join(options.root, "include")))
    except (CompilerError, RoleError, reader.HeaderError) as error:
        print(error, file=sys.stderr)
        return 1
    if options.write:
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return 0
    with open(path, encoding="utf-8") as file:
        if file.read() == text:
            return 0
    print(f"{TABLE} is not what the header says; run: tools/abi/misuse_table.py --write", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
