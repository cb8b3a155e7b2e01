"""docs/reference.md: every function, type and constant, for people."""

from __future__ import annotations

from itertools import groupby

import markdown
from model import Alias, Callback, Constant, Contract, Function, Handle, Member, Model, Signature, Struct, Variable

_TITLES = {
    "svfap_types.h": "What both interfaces share",
    "svfap.h": "The library",
    "svfap_plugin.h": "The plugin interface",
}


def render(model: Model) -> str:
    return "\n".join(_Page(model).lines()).rstrip() + "\n"


class _Page:
    def __init__(self, model: Model) -> None:
        self.model = model
        self.things = [*model.aliases, *model.constants, *model.macros, *model.handles, *model.structs]
        self.things += [*model.callbacks, *model.functions, *model.variables]
        order = {header.name: index for index, header in enumerate(model.headers)}
        self.things.sort(key=lambda thing: (order[thing.place.header], thing.place.line))
        self.links = {thing.name for thing in self.things if not isinstance(thing, (Constant, Handle))}
        self.links |= {f"{struct.name}.{member.name}" for struct in model.structs for member in struct.members if member.signature}

    def lines(self) -> list[str]:
        lines = [
            f"# Reference: binary interface {self.model.version[0]}.{self.model.version[1]}",
            "",
            "Every function, type and constant of the public headers. Written from them by `tools/abi/generate.py --write`: to change this"
            " page, change [`svfap.h`](../include/svfap.h), [`svfap_types.h`](../include/svfap_types.h) or"
            " [`svfap_plugin.h`](../include/svfap_plugin.h).",
            "",
            "Below each function stand its **thread class** (\\[any\\], \\[shared\\], \\[owner\\]: see the rules of"
            f" [the library](#{markdown.anchor(_TITLES['svfap.h'])})), the version of the interface **since** which it is there, and the"
            " **errors** of its own, without their `SVFAP_E_`.",
            "",
        ]
        lines += self.contents()
        for header in self.model.headers:
            lines += [f"## {_TITLES[header.name]}", "", f"`#include <{header.name}>`", ""]
            lines += markdown.introduction(_without_name(header.introduction, header.name), self.links)
            for section, things in self.sections(header.name):
                if section:
                    lines += [f"### {_title(section)}", ""]
                lines += self.section(list(things))
        return lines

    def sections(self, header: str):
        return groupby((thing for thing in self.things if thing.place.header == header), key=lambda thing: thing.place.section)

    def contents(self) -> list[str]:
        lines = []
        for header in self.model.headers:
            lines.append(f"- [{_TITLES[header.name]}](#{markdown.anchor(_TITLES[header.name])}) (`{header.name}`)")
            for section, things in self.sections(header.name):
                names = [f"[`{thing.name}`](#{markdown.anchor(thing.name)})" for thing in things if thing.name in self.links]
                where = f"[{_title(section)}](#{markdown.anchor(_title(section))}): " if section else ""
                if where or names:
                    lines.append(f"  - {where}{', '.join(names)}")
        return lines + [""]

    # Sections.

    def section(self, things: list) -> list[str]:
        lines = []
        for kind, group in groupby(things, key=self.kind):
            lines += self.render(kind, list(group))
        return lines

    def kind(self, thing) -> tuple:
        """Things that follow each other and have the same kind are shown together."""
        if isinstance(thing, Constant):
            return ("constants", thing.enum)
        if isinstance(thing, Handle):
            return ("handles",)
        if isinstance(thing, Function):
            return ("functions", id(thing.contract))
        return ("other", thing.name)

    def render(self, kind: tuple, group: list) -> list[str]:
        if kind[0] == "constants":
            return self.constants(group)
        if kind[0] == "handles":
            rows = [[f"`{handle.name}`", self.text(handle.contract)] for handle in group]
            return markdown.table(["object", "what it is"], rows)
        thing = group[0]
        if isinstance(thing, Struct):
            return self.struct(thing)
        if isinstance(thing, Function):
            return self.functions(group)
        declaration = {
            Alias: lambda: f"typedef {thing.type} {thing.name};",
            Callback: lambda: f"typedef {_declaration(f'(*{thing.name})', thing.signature)};",
            Variable: lambda: f"extern {thing.type} {thing.name};",
        }.get(type(thing))
        return [f"#### {thing.name}", "", *(_code(declaration()) if declaration else []), *self.body(thing.contract, thing.name)]

    def constants(self, group: list[Constant]) -> list[str]:
        rows = []
        for before, constant in zip([None, *group], group):
            rows.append([f"`{constant.name}`", _value(constant), self.meaning(before, constant)])
        above = [markdown.text(group[0].group, self.links), ""] if group[0].group else []
        return above + markdown.table(["constant", "value", "meaning"], rows)

    def functions(self, group: list[Function]) -> list[str]:
        lines = [f"#### {group[0].name}", ""]
        anchors = "".join(f'<a id="{markdown.anchor(function.name)}"></a>' for function in group[1:])
        lines += [anchors, ""] if anchors else []
        lines += _code("\n".join(f"{_declaration(function.name, function.signature)};" for function in group))
        return lines + self.body(group[0].contract, group[0].name)

    def struct(self, struct: Struct) -> list[str]:
        lines = [f"#### {struct.name}", "", *self.body(struct.contract, struct.name)]
        rows = []
        for before, member in zip([None, *struct.members], struct.members):
            declaration = f"{member.type} " + (f"[{member.count}]" if member.count else "")
            said = self.meaning(before, member, struct.name)
            if member.signature:
                said = f"[below](#{markdown.anchor(f'{struct.name}.{member.name}')})"
                said += ", optional" if member.contract.is_optional else ""
                declaration = "function"
            rows.append([str(member.offset), f"`{member.name}`", f"`{declaration.strip()}`", said])
        lines += markdown.table(["byte", "member", "type", "meaning"], rows)
        lines += [f"{struct.size} bytes.", ""]
        slots = [member for member in struct.members if member.signature]
        for _, group in groupby(slots, key=lambda slot: id(slot.contract)):
            lines += self.slots(struct, list(group))
        return lines

    def slots(self, struct: Struct, slots: list[Member]) -> list[str]:
        lines = [f"##### {struct.name}.{slots[0].name}", ""]
        anchors = "".join(f'<a id="{markdown.anchor(f"{struct.name}.{slot.name}")}"></a>' for slot in slots[1:])
        lines += [anchors, ""] if anchors else []
        lines += _code("\n".join(f"{_declaration(f'(*{slot.name})', slot.signature)};" for slot in slots))
        return lines + self.body(slots[0].contract, struct.name)

    # Texts.

    def text(self, contract: Contract, own: str = "") -> str:
        return " ".join(markdown.text(contract.text, self.links, own).split())

    def meaning(self, before: Constant | Member | None, thing: Constant | Member, own: str = "") -> str:
        """What a row of a table says; a ditto mark where one comment stands for several."""
        return "″" if before and before.contract is thing.contract and thing.contract.text else self.text(thing.contract, own)

    def body(self, contract: Contract, own: str) -> list[str]:
        lines = []
        for paragraph in contract.text.split("\n\n"):
            lines += [markdown.text(("Optional. " if contract.is_optional and not lines else "") + paragraph, self.links, own), ""]
        facts = []
        if contract.thread:
            facts.append(f"**Thread class** {' '.join(filter(None, [contract.thread, contract.scope]))}")
        if contract.since:
            facts.append(f"**Since** {contract.since[0]}.{contract.since[1]}")
        if contract.errors:
            facts.append(f"**Errors** {', '.join(self.error(error) for error in contract.errors)}")
        return lines + ([" · ".join(facts), ""] if facts else [])

    def error(self, error) -> str:
        name = "any other class" if error.name == "ANY" else f"`{error.name}`"
        return name + (f" ({markdown.text(error.note, self.links)})" if error.note else "")


def _without_name(comment: str, name: str) -> str:
    """The comment at a header's top without the header's name before its first sentence."""
    rest = comment.removeprefix(f"{name}: ")
    return rest[:1].upper() + rest[1:]


def _title(section: str) -> str:
    return section[:1].upper() + section[1:]


def _value(constant: Constant) -> str:
    if isinstance(constant.value, str):
        return f'`"{constant.value}"`'
    if constant.value == 2**64 - 1:
        return "`UINT64_MAX`"
    return f"`{constant.value}`" if abs(constant.value) < 10000 else f"`{constant.value:#x}`"


def _code(declaration: str) -> list[str]:
    return ["```c", declaration, "```", ""]


def _declaration(name: str, signature: Signature) -> str:
    """A declaration, broken into lines where it is long."""
    parameters = [parameter.declaration for parameter in signature.parameters]
    space = "" if signature.result.endswith("*") else " "
    short = f"{signature.result}{space}{name}({', '.join(parameters) or 'void'})"
    if len(short) <= 100:
        return short
    lines, line = [], "   "
    for index, parameter in enumerate(parameters):
        item = f" {parameter}" + ("," if index + 1 < len(parameters) else ")")
        if len(line) + len(item) > 100:
            lines.append(line)
            line = "   "
        line += item
    return "\n".join([f"{signature.result}{space}{name}(", *lines, line])

