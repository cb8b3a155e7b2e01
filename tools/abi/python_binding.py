"""bindings/python/svfap/_abi.py: what svfap.h declares, for ctypes."""

from __future__ import annotations

import ctypes
import importlib.util

from model import Model, Signature, Struct

HEADERS = {"svfap_types.h", "svfap.h"}

_SCALARS = {
    "int32_t": "c_int32", "uint32_t": "c_uint32", "int64_t": "c_int64", "uint64_t": "c_uint64", "uint8_t": "c_uint8",
    "float": "c_float", "double": "c_double",
}


def render(model: Model) -> str:
    lines = [
        '"""What include/svfap.h declares, for ctypes.',
        "",
        "Written by tools/abi/generate.py --write. Change the header, not this file.",
        '"""',
        "",
        "from ctypes import CFUNCTYPE, POINTER, Structure, c_char_p, c_double, c_float, c_int32, c_int64, c_uint32, c_uint64, c_void_p",
        "",
    ]
    constants = [constant for constant in model.constants if constant.place.header in HEADERS]
    lines += [f"{constant.name.removeprefix('SVFAP_')} = {constant.value!r}" for constant in constants]
    order = {name: index for index, name in enumerate(header.name for header in model.headers)}
    things = [thing for thing in [*structs(model), *model.callbacks] if thing.place.header in HEADERS]
    for thing in sorted(things, key=lambda thing: (order[thing.place.header], thing.place.line)):
        if isinstance(thing, Struct):
            lines += ["", "", f"class {python_name(thing.name)}(Structure):", f'    """struct {thing.name}"""', "", "    _fields_ = ["]
            for member in thing.members:
                kind = _ctype(model, member.type, is_parameter=False) + (f" * {member.count}" if member.count else "")
                lines.append(f'        ("{member.name}", {kind}),')
            lines += ["    ]"]
        else:
            lines += ["", "", f"{python_name(thing.name)} = CFUNCTYPE({_types(model, thing.signature)})"]
    lines += ["", "", "# Parameter types; every function returns a status.", "FUNCTIONS = {"]
    for function in model.functions:
        kinds = ", ".join(_ctype(model, parameter.type, is_parameter=True) for parameter in function.signature.parameters)
        lines.append(f'    "{function.name}": [{kinds}],')
    return "\n".join([*lines, "}", ""])


def structs(model: Model) -> list[Struct]:
    return [struct for struct in model.structs if struct.place.header in HEADERS]


def python_name(name: str) -> str:
    """svfap_stream_info: StreamInfo; svfap_log_fn: LogFunction."""
    words = name.removeprefix("svfap_").split("_")
    return "".join(word.capitalize() if word != "fn" else "Function" for word in words)


def layout_problems(model: Model, path: str) -> list[str]:
    """Differences between the compiler's layout of every struct and the one that ctypes gives the declarations in `path`."""
    spec = importlib.util.spec_from_file_location("abi_declarations", path)
    if spec is None or spec.loader is None:
        return [f"{path} cannot be loaded"]
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    problems = []
    for struct in structs(model):
        python = getattr(module, python_name(struct.name))
        if ctypes.sizeof(python) != struct.size:
            problems.append(f"sizeof({struct.name}): C says {struct.size}, ctypes says {ctypes.sizeof(python)}")
        for member in struct.members:
            offset = getattr(python, member.name).offset
            if offset != member.offset:
                problems.append(f"offsetof({struct.name}, {member.name}): C says {member.offset}, ctypes says {offset}")
    return problems


def _types(model: Model, signature: Signature) -> str:
    result = "None" if signature.result == "void" else _ctype(model, signature.result, is_parameter=False)
    return ", ".join([result, *(_ctype(model, parameter.type, is_parameter=False) for parameter in signature.parameters)])


def _ctype(model: Model, c_type: str, *, is_parameter: bool) -> str:
    """The ctypes spelling of a C type. Text that comes from C is an address: it has a length, and Python must not copy
    it up to a NUL; text that goes to C (`is_parameter`) may be bytes."""
    base = c_type.removeprefix("const ").rstrip("* ")
    base = next((alias.type for alias in model.aliases if alias.name == base), base)
    stars = c_type.count("*")
    if stars == 0:
        return _SCALARS[base] if base in _SCALARS else python_name(base)
    if stars == 2:
        return "POINTER(c_void_p)"
    if base == "char":
        return "c_char_p" if is_parameter else "c_void_p"
    if model.struct(base):
        return f"POINTER({python_name(base)})"
    if base in _SCALARS and base != "uint8_t":
        return f"POINTER({_SCALARS[base]})"
    return "c_void_p"
