"""The witness: a small C library that touches every public function and type. Its debugging information is what the ABI
checker compares between versions; that of libsvfap.so itself tells of Swift, not of C."""

from __future__ import annotations

from model import Model


def render(model: Model) -> str:
    lines = [
        "/* Touches everything that the headers declare. Written by tools/abi/generate.py. */",
        *(f'#include "{header.name}"' for header in model.headers),
        "",
    ]
    for thing in [*model.structs, *model.handles]:
        lines.append(f"{thing.name} *witness_{thing.name};")
    for callback in model.callbacks:
        lines.append(f"{callback.name} witness_{callback.name};")
    lines.append("")
    for function in model.functions:
        parameters = ", ".join(parameter.declaration for parameter in function.signature.parameters)
        unused = "".join(f"(void){parameter.name}; " for parameter in function.signature.parameters)
        lines.append(f"{function.signature.result} {function.name}({parameters or 'void'}) {{ {unused}return SVFAP_E_UNSUPPORTED; }}")
    return "\n".join(lines) + "\n"
