"""What the headers must keep to. Every breach is one line that names its place."""

from __future__ import annotations

from collections.abc import Iterator

from model import FIRST, Contract, Model, Parameter, Signature, Struct

SCALARS = {"int32_t", "uint32_t", "int64_t", "uint64_t", "float", "double"}
POINTED = SCALARS | {"void", "char", "uint8_t"}

WITHOUT_SIZE = {"svfap_text", "svfap_interface", "svfap_plugin", "svfap_plugin_note"}
"""Structs that do not start with their size."""

COMMON = {"INVALID_ARGUMENT", "BAD_HANDLE", "BUSY", "NO_MEMORY", "INTERNAL"}
"""Errors that every function may return; svfap.h says so once, at its top."""


def problems(model: Model) -> list[str]:
    """Everything that is wrong, in the order of the headers."""
    return list(_Lint(model).run())


class _Lint:
    def __init__(self, model: Model) -> None:
        self.model = model
        self.statuses = {constant.name.removeprefix("SVFAP_E_") for constant in model.statuses} - {"SVFAP_OK"}
        self.scalars = SCALARS | {alias.name for alias in model.aliases if alias.type in SCALARS}
        self.structs = {struct.name for struct in model.structs}
        self.callbacks = {callback.name for callback in model.callbacks}
        self.pointed = POINTED | self.scalars | self.structs | {handle.name for handle in model.handles}

    def run(self) -> Iterator[str]:
        for function in self.model.functions:
            where = f"{function.place}: {function.name}"
            yield from self.signature(where, function.signature, {"svfap_status"})
            yield from self.function(where, function.contract, function.signature)
        for callback in self.model.callbacks:
            yield from self.signature(f"{callback.place}: {callback.name}", callback.signature, {"void", "int32_t", "svfap_status"})
        for struct in self.model.structs:
            yield from self.struct(struct)
        for alias in self.model.aliases:
            if alias.type not in SCALARS:
                yield f"{alias.place}: {alias.name} is another name of {alias.type}; allowed are {', '.join(sorted(SCALARS))}"
        for thing in [*self.model.callbacks, *self.model.structs, *self.model.handles, *self.model.aliases, *self.model.variables]:
            yield from self.documented(f"{thing.place}: {thing.name}", thing.contract)

    def documented(self, where: str, contract: Contract) -> Iterator[str]:
        if not contract.text:
            yield f"{where} has no comment"
        if contract.since and not FIRST <= contract.since <= self.model.version:
            yield f"{where} says Since {_dotted(contract.since)}, but this interface is {_dotted(FIRST)} to {_dotted(self.model.version)}"
        for error in contract.errors:
            if error.name not in self.statuses | {"ANY"}:
                yield f"{where} lists the error {error.name}, which svfap_types.h does not know"

    def function(self, where: str, contract: Contract, signature: Signature) -> Iterator[str]:
        yield from self.documented(where, contract)
        if not contract.thread:
            yield f"{where} states no thread class: [any], [shared] or [owner]"
        if not contract.since:
            yield f"{where} does not say since which version it is there: Since 1.0."
        listed = {error.name for error in contract.errors}
        if names := listed & COMMON:
            yield f"{where} lists {', '.join(sorted(names))}, which every function may return"
        for parameter in signature.parameters:
            if expected := _expected(parameter, self.callbacks):
                if not listed & (expected | {"ANY"}):
                    yield f"{where} takes `{parameter.name}` and lists no error {' or '.join(sorted(expected))}"

    def signature(self, where: str, signature: Signature, results: set[str]) -> Iterator[str]:
        if signature.result not in results and signature.result != "void *":
            yield f"{where} returns {signature.result}; allowed are {', '.join(sorted(results))}"
        for parameter in signature.parameters:
            if parameter.name == "...":
                yield f"{where} takes a varying number of arguments"
            elif "(*)" in parameter.type:
                # A function that is passed on the spot.
                continue
            elif reason := self.refusal(parameter.type, self.scalars | self.callbacks):
                yield f"{where}: `{parameter.name}` is {parameter.type}: {reason}"
            elif not parameter.name:
                yield f"{where} has a parameter without a name, of type {parameter.type}"

    def refusal(self, c_type: str, by_value: set[str]) -> str:
        """Why a type may not cross the boundary; empty if it may."""
        base = c_type.replace("const ", "").replace("const", "").rstrip("* ")
        if "*" in c_type:
            return "" if base in self.pointed else f"{base} has no fixed size on every machine, or is not declared here"
        if base in by_value:
            return ""
        if base in self.structs:
            return "structs cross by address"
        return "only integers of fixed size, float, double and callbacks cross by value"

    def struct(self, struct: Struct) -> Iterator[str]:
        where = f"{struct.place}: {struct.name}"
        first = struct.members[0]
        if struct.name not in WITHOUT_SIZE and (first.name, first.type) != ("struct_size", "uint64_t"):
            yield f"{where} does not start with `uint64_t struct_size`"
        end, since = 0, FIRST
        for member in struct.members:
            here = f"{member.place}: {struct.name}.{member.name}"
            if member.is_bit_field:
                yield f"{here} is a bit-field"
                return
            if member.signature:
                yield from self.documented(here, member.contract)
                yield from self.signature(here, member.signature, {"void", "int32_t", "svfap_status"})
            elif reason := self.refusal(member.type, self.scalars | self.callbacks | {"svfap_text"} | ({"char"} if member.count else set())):
                yield f"{here} is {member.type}: {reason}"
            if member.offset != end:
                yield f"{here} begins at byte {member.offset}: name the {member.offset - end} bytes before it, so that they are set to 0"
            if member.since < since or (member.since > FIRST and struct.is_fixed):
                yield f"{here} is of {_dotted(member.since)}: members are only appended, and nothing to what never grows"
            end, since = member.offset + member.size, member.since
        if end != struct.size:
            yield f"{where} ends with {struct.size - end} bytes that have no name: add `int32_t reserved`"
        yield from self.shared_comments(struct)

    def shared_comments(self, struct: Struct) -> Iterator[str]:
        """A comment may stand for several slots, but not one that says that a slot is optional."""
        for before, member in zip(struct.members, struct.members[1:]):
            if member.contract is before.contract and member.contract.is_optional:
                yield f"{member.place}: {struct.name}.{member.name} has no comment of its own, and the one before says (optional)"


def _expected(parameter: Parameter, callbacks: set[str]) -> set[str]:
    """The errors of which a function with this parameter has at least one."""
    if parameter.name in ("options", "config") and parameter.type == "const char *":
        return {"CONFIG"}
    if parameter.type == "const svfap_view *":
        return {"SHAPE"}
    if parameter.name == "path":
        return {"IO", "NOT_FOUND"}
    if parameter.type == "svfap_window_fn" or parameter.type == "const svfap_run_options *":
        return {"CANCELLED"}
    return set()


def _dotted(version: tuple[int, int]) -> str:
    return f"{version[0]}.{version[1]}"
