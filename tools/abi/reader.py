"""Reads the headers into the model."""

from __future__ import annotations

import os
import re

import compiler
import contracts
import signatures
from model import Alias, Callback, Constant, Contract, Function, Handle, Header, Macro, Member, Model, Place, Signature, Struct, Variable
from source import Source

HEADERS = ("svfap_types.h", "svfap.h", "svfap_plugin.h")

_DEFINE = re.compile(rb"^#\s*define (SVFAP_\w+)(\([^)]*\))?[ \t]*((?:[^\n\\]|\\\n|\\.)*)", re.M)
_ARRAY = re.compile(r"(.+?) ?\[(\d+)\]")


def read(include: str) -> Model:
    """The model of the three headers in the folder `include`."""
    return _Reader(include).model


class HeaderError(Exception):
    """Something that does not belong into these headers."""


class _Reader:
    def __init__(self, include: str) -> None:
        self.include = include
        self.model = Model((0, 0))
        self.sources = {name: Source(name, os.path.join(include, name)) for name in HEADERS}
        self.records: dict[str, dict] = {}
        # The end of the last declaration of each scope, and its comment, which may count for the next one too.
        self.last: dict[str, tuple[int, Contract]] = {}
        for name, source in self.sources.items():
            self.model.headers.append(Header(name, source.introduction))
        for name, source in self.sources.items():
            self.read_macros(name, source)
        program = "".join(f'#include "{name}"\n' for name in HEADERS)
        for node in compiler.syntax_tree(program, include)["inner"]:
            folder, name = os.path.split(node["loc"].get("file", ""))
            if folder == include.rstrip("/") and name in self.sources:
                self.read_declaration(node, self.sources[name])
        if self.records:
            raise HeaderError(f"without a typedef of the same name: {', '.join(sorted(self.records))}")
        order = {name: index for index, name in enumerate(HEADERS)}
        self.model.constants.sort(key=lambda constant: (order[constant.place.header], constant.place.line))
        self.fill_in_values()

    # Places and comments.

    def place(self, source: Source, offset: int) -> Place:
        return Place(source.name, source.line(offset), source.section(offset))

    def contract(self, source: Source, start: int, end: int, scope: str) -> Contract:
        """What is said of a declaration: before it, behind it, or before the group that it belongs to."""
        end = source.statement_end(end)
        above, behind = source.before(start), source.behind(end)
        if above or behind:
            contract = contracts.read("\n\n".join(comment.text for comment in (above, behind) if comment))
            shared = contract if not behind else contracts.read(above.text) if above else Contract("")
        else:
            last_end, last = self.last.get(scope, (0, Contract("")))
            contract = shared = last if last_end and source.follows(last_end, start) else Contract("")
        self.last[scope] = (end, shared)
        return contract

    # Declarations.

    def read_macros(self, name: str, source: Source) -> None:
        for match in _DEFINE.finditer(source.data):
            # A comment at the end of the line is no part of the value.
            end = match.end() if b"/*" not in match[3] else match.start(3) + match[3].index(b"/*")
            value = source.data[match.start(3) : end].decode().strip()
            contract = self.contract(source, match.start(), end, f"{name} macros")
            place = self.place(source, match.start())
            if match[2] or "\n" in value or value.startswith("__attribute__"):
                self.model.macros.append(Macro(match[1].decode(), contract, place))
            elif value:
                text = value[1:-1] if value.startswith('"') else 0
                self.model.constants.append(Constant(match[1].decode(), text, contract, place))

    def read_declaration(self, node: dict, source: Source) -> None:
        start, end = compiler.extent(node)
        name, place = node.get("name", ""), self.place(source, start)
        if node["kind"] == "EnumDecl":
            self.read_enum(node, source)
        elif node["kind"] == "FunctionDecl":
            if node.get("inline") or node.get("storageClass") == "static":
                raise HeaderError(f"{place}: {name} is not exported: every function of these headers is the library's")
            signature = self.signature(node["type"]["qualType"], source, start, end)
            self.model.functions.append(Function(name, signature, self.contract(source, start, end, source.name), place))
        elif node["kind"] == "VarDecl":
            self.model.variables.append(Variable(name, node["type"]["qualType"], self.contract(source, start, end, source.name), place))
        elif node["kind"] == "RecordDecl":
            # Its comment stands before the typedef that it belongs to.
            self.records[name] = node
        elif node["kind"] == "TypedefDecl":
            self.read_typedef(node, source, self.contract(source, start, end, source.name), place)
        else:
            raise HeaderError(f"{place}: a {node['kind']} does not belong into these headers")

    @staticmethod
    def signature(kind: str, source: Source, start: int, end: int) -> Signature:
        try:
            return signatures.read(kind, source.slice(start, end))
        except ValueError as error:
            raise HeaderError(f"include/{source.name}:{source.line(start)}: {error}") from error

    def read_typedef(self, node: dict, source: Source, contract: Contract, place: Place) -> None:
        name, kind = node["name"], node["type"]["qualType"]
        record = self.records.pop(name, {})
        if kind == f"struct {name}" and record.get("completeDefinition"):
            self.read_struct(record, source, contract, place)
        elif kind == f"struct {name}":
            self.model.handles.append(Handle(name, contract, place))
        elif signatures.is_function_pointer(kind):
            signature = self.signature(kind, source, *compiler.extent(node))
            self.model.callbacks.append(Callback(name, signature, contract, place))
        else:
            self.model.aliases.append(Alias(name, kind, contract, place))

    def read_enum(self, node: dict, source: Source) -> None:
        begin = compiler.extent(node)[0]
        above = source.before(begin)
        group = above.text if above else ""
        for item in (child for child in node["inner"] if child["kind"] == "EnumConstantDecl"):
            start, end = compiler.extent(item)
            end = source.statement_end(end)
            behind = source.behind(end)
            contract = contracts.read(behind.text if behind else "")
            self.model.constants.append(Constant(item["name"], 0, contract, self.place(source, start), source.line(begin), group))

    def read_struct(self, node: dict, source: Source, contract: Contract, place: Place) -> None:
        struct = Struct(node["name"], 0, [], contract, place)
        for item in (child for child in node["inner"] if child["kind"] == "FieldDecl"):
            start, end = compiler.extent(item)
            kind, count = item["type"]["qualType"], 0
            if match := _ARRAY.fullmatch(kind):
                kind, count = match[1], int(match[2])
            # Members of one declaration, as in `double done, total;`, share its comment.
            same = struct.members and self.start == start
            said = struct.members[-1].contract if same else self.contract(source, start, self.whole(source, start), struct.name)
            self.start = start
            signature = self.signature(kind, source, start, end) if signatures.is_function_pointer(kind) else None
            struct.members.append(
                Member(item["name"], kind, count, 0, 0, said, self.place(source, start), signature, bool(item.get("isBitfield")))
            )
        self.model.structs.append(struct)

    @staticmethod
    def whole(source: Source, start: int) -> int:
        """The end of a member's declaration: its semicolon."""
        return source.data.index(b";", start)

    # Values.

    def fill_in_values(self) -> None:
        """Numbers of constants, sizes of structs and offsets of members, as the compiler computes them."""
        numbers = [constant for constant in self.model.constants if isinstance(constant.value, int)]
        asked = [constant.name for constant in numbers]
        for struct in self.model.structs:
            asked.append(f"sizeof({struct.name})")
            for member in struct.members:
                if member.is_bit_field:
                    asked += ["0", "0"]
                else:
                    asked += [f"offsetof({struct.name}, {member.name})", f"sizeof((({struct.name} *)0)->{member.name})"]
        found = iter(compiler.values(asked, list(HEADERS), self.include))
        for constant in numbers:
            constant.value = next(found)
        for struct in self.model.structs:
            struct.size = next(found)
            for member in struct.members:
                member.offset, member.size = next(found), next(found)
        known = {constant.name: constant.value for constant in self.model.constants}
        self.model.version = (known["SVFAP_ABI_MAJOR"], known["SVFAP_ABI_MINOR"])
