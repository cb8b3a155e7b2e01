"""Layout locks: a C file that compiles only where structs, functions and constants are as it says.

The lock of the tree itself (abi/locks.c) is exact. The lock of a released version (abi/1.0/locks.c) is what later versions
have to keep: sizes may grow, except of what is fixed for ever; all else stays.
"""

from __future__ import annotations

from model import Constant, Model, Signature

GROWING = {"SVFAP_ABI_MINOR"}
"""Constants that may change within a major."""


def render(model: Model, *, is_released: bool) -> str:
    version = f"{model.version[0]}.{model.version[1]}"
    purpose = f"What version {version} promised" if is_released else "What the headers of this tree declare"
    lines = [
        f"/* {purpose}: it compiles, as C11, only where that holds. Written by tools/abi/generate.py. */",
        *(f'#include "{header.name}"' for header in model.headers),
        "#include <stddef.h>",
        "",
        "#define IS_TYPE(expression, type) _Generic((expression), type: 1, default: 0)",
    ]
    for struct in model.structs:
        relation = ">=" if is_released and not struct.is_fixed else "=="
        lines += ["", f'_Static_assert(sizeof({struct.name}) {relation} {struct.size}, "size of {struct.name}");']
        for member in struct.members:
            kind = f"{member.type} *" if member.count else member.type
            lines.append(
                f"_Static_assert(offsetof({struct.name}, {member.name}) == {member.offset} && "
                f'IS_TYPE((({struct.name} *)0)->{member.name}, {kind}), "{struct.name}.{member.name}");'
            )
    lines.append("")
    for callback in model.callbacks:
        lines.append(f'_Static_assert(IS_TYPE(({callback.name})0, {_pointer(callback.signature)}), "{callback.name}");')
    for alias in model.aliases:
        lines.append(f'_Static_assert(IS_TYPE(({alias.name})0, {alias.type}), "{alias.name}");')
    lines.append("")
    for function in model.functions:
        lines.append(f'_Static_assert(IS_TYPE(&{function.name}, {_pointer(function.signature)}), "{function.name}");')
    lines.append("")
    for constant in model.constants:
        if not (is_released and constant.name in GROWING):
            lines.append(_lock(constant))
    return "\n".join(lines) + "\n"


def _pointer(signature: Signature) -> str:
    return f"{signature.result} (*)({', '.join(parameter.type for parameter in signature.parameters) or 'void'})"


def _lock(constant: Constant) -> str:
    if isinstance(constant.value, int):
        value = f"{constant.value}u" if constant.value > 2**31 - 1 else str(constant.value)
        return f'_Static_assert({constant.name} == {value}, "{constant.name}");'
    # A compiler knows the size of a text for certain, and most of them its content.
    return f'_Static_assert(sizeof({constant.name}) == sizeof("{constant.value}"), "{constant.name}");'
