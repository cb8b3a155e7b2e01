#!/usr/bin/env python3
"""Keeps the Python binding in step with the C header.

    tools/check_bindings.py           compares; says what differs and exits 1
    tools/check_bindings.py --write   writes bindings/python/svfap/_abi.py anew

The header is read, never Python's idea of it: constants, structs, callbacks and functions of include/svfap_types.h and
include/svfap.h become ctypes declarations. The comparison also asks the C compiler for the size of every struct
and the offset of every member, because ctypes and the compiler could lay out the same declaration differently.
"""

from __future__ import annotations

import ctypes
import importlib.util
import os
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
HEADERS = ("svfap_types.h", "svfap.h")
TARGET = os.path.join(ROOT, "bindings", "python", "svfap", "_abi.py")

SCALARS = {
    "int32_t": "c_int32", "uint32_t": "c_uint32", "int64_t": "c_int64", "uint64_t": "c_uint64", "uint8_t": "c_uint8",
    "float": "c_float", "double": "c_double", "svfap_status": "c_int32",
}


@dataclass
class Header:
    """What the headers declare, in their order."""

    constants: list[tuple[str, int]] = field(default_factory=list)
    handles: list[str] = field(default_factory=list)
    structs: dict[str, list[tuple[str, str, int]]] = field(default_factory=dict)  # (member, C type, elements; 0: no array)
    callbacks: dict[str, tuple[str, list[str]]] = field(default_factory=dict)  # result, parameter types
    functions: dict[str, list[str]] = field(default_factory=dict)  # parameter types; all return svfap_status
    order: list[str] = field(default_factory=list)  # names of structs and callbacks, as they depend on each other


def read_headers() -> Header:
    header = Header()
    for name in HEADERS:
        with open(os.path.join(ROOT, "include", name), encoding="utf-8") as file:
            parse(file.read(), header)
    return header


def parse(text: str, header: Header) -> None:
    text = re.sub(r"/\*.*?\*/", " ", text, flags=re.S)
    for name, value in re.findall(r"^#define (SVFAP_\w+) (.+)$", text, flags=re.M):
        header.constants.append((name, 2**64 - 1 if value.strip() == "UINT64_MAX" else int(value.strip("() "))))
    text = re.sub(r"#ifdef __cplusplus.*?#endif", " ", text, flags=re.S)
    text = re.sub(r"^#.*$", " ", text, flags=re.M)
    for statement in re.findall(r"(?:[^;{}]|\{[^{}]*\})+;", text):
        declare(" ".join(statement.strip(" ;\n").split()), header)


def declare(statement: str, header: Header) -> None:
    if match := re.fullmatch(r"enum \{(.*)\}", statement):
        for item in filter(None, (part.strip() for part in match[1].split(","))):
            name, value = item.split("=")
            header.constants.append((name.strip(), int(value)))
    elif match := re.fullmatch(r"typedef struct (\w+) \{(.*)\} \1", statement):
        header.structs[match[1]] = members(match[2], header)
        header.order.append(match[1])
    elif match := re.fullmatch(r"typedef struct (\w+) \1", statement):
        header.handles.append(match[1])
    elif match := re.fullmatch(r"typedef (\w+) \(\*(\w+)\)\((.*)\)", statement):
        header.callbacks[match[2]] = (match[1], [c_type(part) for part in match[3].split(",")])
        header.order.append(match[2])
    elif match := re.fullmatch(r"svfap_status (\w+)\((.*)\)", statement):
        header.functions[match[1]] = [c_type(part) for part in match[2].split(",")]
    elif statement != "typedef int32_t svfap_status":
        sys.exit(f"check_bindings: cannot read this declaration: {statement}")


def members(body: str, header: Header) -> list[tuple[str, str, int]]:
    constants = dict(header.constants)
    found = []
    for line in filter(None, (part.strip() for part in body.split(";"))):
        base, first, rest = re.fullmatch(r"((?:const )?\w+ \**)\s*(\w+(?:\[\w+\])?)(.*)", line).groups()
        for name in [first, *filter(None, (part.strip() for part in rest.split(",")))]:
            name, count = re.fullmatch(r"(\w+)(?:\[(\w+)\])?", name).groups()
            found.append((name, base.strip(), 0 if not count else int(count) if count.isdigit() else constants[count]))
    return found


def c_type(parameter: str) -> str:
    """The type of `const char *text`: "const char *"."""
    return re.fullmatch(r"((?:const )?\w+ ?\**)\s*\w+", parameter.strip())[1].strip()


def python_name(name: str) -> str:
    """svfap_stream_info: StreamInfo; svfap_log_fn: LogFunction."""
    words = name.removeprefix("svfap_").split("_")
    return "".join(word.capitalize() if word != "fn" else "Function" for word in words)


def ctypes_type(c: str, header: Header, *, parameter: bool) -> str:
    """The ctypes spelling of a C type. Text that comes from C is an address: it has a length, and Python must not copy
    it up to a NUL; text that goes to C (`parameter`) may be bytes."""
    base = c.removeprefix("const ").rstrip("* ")
    stars = c.count("*")
    if stars == 0:
        return SCALARS[base] if base in SCALARS else python_name(base)
    if stars == 2:
        return "POINTER(c_void_p)"
    if base == "char":
        return "c_char_p" if parameter else "c_void_p"
    if base in header.structs:
        return f"POINTER({python_name(base)})"
    if base in ("void", "uint8_t") or base in header.handles:
        return "c_void_p"
    return f"POINTER({SCALARS[base]})"


def render(header: Header) -> str:
    lines = [
        '"""What include/svfap.h declares, for ctypes.',
        "",
        "Written by tools/check_bindings.py --write. Change the header, not this file.",
        '"""',
        "",
        "from ctypes import CFUNCTYPE, POINTER, Structure, c_char_p, c_double, c_float, c_int32, c_int64, c_uint32, c_uint64, c_void_p",
        "",
    ]
    lines += [f"{name.removeprefix('SVFAP_')} = {value}" for name, value in header.constants]
    for name in header.order:
        if name in header.structs:
            lines += ["", "", f"class {python_name(name)}(Structure):", f'    """struct {name}"""', "", "    _fields_ = ["]
            for member, c, count in header.structs[name]:
                kind = ctypes_type(c, header, parameter=False) + (f" * {count}" if count else "")
                lines.append(f'        ("{member}", {kind}),')
            lines += ["    ]"]
        else:
            result, parameters = header.callbacks[name]
            types = ["None" if result == "void" else ctypes_type(result, header, parameter=False)]
            types += [ctypes_type(c, header, parameter=False) for c in parameters]
            lines += ["", "", f"{python_name(name)} = CFUNCTYPE({', '.join(types)})"]
    lines += ["", "", "# Parameter types; every function returns a status.", "FUNCTIONS = {"]
    for name, parameters in header.functions.items():
        lines.append(f'    "{name}": [{", ".join(ctypes_type(c, header, parameter=True) for c in parameters)}],')
    lines += ["}", ""]
    return "\n".join(lines)


def check_layout(header: Header) -> list[str]:
    """Differences between the compiler's layout of every struct and that of ctypes."""
    spec = importlib.util.spec_from_file_location("abi", TARGET)
    abi = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(abi)
    places = []
    ours = []
    for name, fields in header.structs.items():
        struct = getattr(abi, python_name(name))
        places.append(f'printf("%zu\\n", sizeof({name}));')
        ours.append((f"sizeof({name})", ctypes.sizeof(struct)))
        for member, _, _ in fields:
            places.append(f'printf("%zu\\n", offsetof({name}, {member}));')
            ours.append((f"offsetof({name}, {member})", getattr(struct, member).offset))
    program = '#include <stddef.h>\n#include <stdio.h>\n#include "svfap.h"\nint main(void) {\n' + "\n".join(places) + "\nreturn 0; }\n"
    with tempfile.TemporaryDirectory() as folder:
        source, binary = os.path.join(folder, "layout.c"), os.path.join(folder, "layout")
        with open(source, "w", encoding="utf-8") as file:
            file.write(program)
        subprocess.run(["cc", "-std=c99", "-I", os.path.join(ROOT, "include"), source, "-o", binary], check=True)
        theirs = subprocess.run([binary], check=True, capture_output=True, text=True).stdout.split()
    return [f"{what}: C says {c}, ctypes says {python}" for (what, python), c in zip(ours, theirs) if int(c) != python]


def main() -> int:
    header = read_headers()
    text = render(header)
    if sys.argv[1:] == ["--write"]:
        with open(TARGET, "w", encoding="utf-8") as file:
            file.write(text)
    elif sys.argv[1:]:
        print(__doc__, file=sys.stderr)
        return 64
    with open(TARGET, encoding="utf-8") as file:
        same = file.read() == text
    # Without the same declarations there is nothing whose layout could be compared.
    stale = f"{os.path.relpath(TARGET, ROOT)} is not what the header says; run: tools/check_bindings.py --write"
    problems = check_layout(header) if same else [stale]
    for problem in problems:
        print(problem, file=sys.stderr)
    if not problems:
        print(f"{len(header.functions)} functions, {len(header.structs)} structs, {len(header.constants)} constants agree with the header")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
