"""What a released version promised, compared with the headers of this tree: nothing may be gone, changed or moved."""

from __future__ import annotations

from collections.abc import Iterator

import exports
from locks import GROWING
from model import Member, Model, Signature, Struct

FILLED_BY_PLUGINS = {"svfap_task_head", "svfap_video_source", "svfap_video_sink"}
"""Tables that come from plugins: a plugin of an older minor has no slots of a newer one."""


def problems(released: Model, head: Model) -> list[str]:
    return list(_Comparison(released, head).run())


class _Comparison:
    def __init__(self, released: Model, head: Model) -> None:
        self.released, self.head = released, head
        self.name = f"version {released.version[0]}.{released.version[1]}"

    def run(self) -> Iterator[str]:
        yield from self.functions()
        callbacks = {callback.name: callback for callback in self.head.callbacks}
        for old in self.released.callbacks:
            yield from self.signature(old.name, old.signature, callbacks.get(old.name))
        for old in self.released.structs:
            if new := self.head.struct(old.name):
                yield from self.struct(old, new)
            else:
                yield f"struct {old.name} of {self.name} is gone"
        constants = {constant.name: constant for constant in self.head.constants}
        for old in self.released.constants:
            new = constants.get(old.name)
            if new is None:
                yield f"{old.name} of {self.name} is gone"
            elif new.value != old.value and old.name not in GROWING:
                yield f"{new.place}: {old.name} is {new.value}; in {self.name} it was {old.value}"
        names = {handle.name for handle in self.head.handles}
        yield from (f"{old.name} of {self.name} is gone" for old in self.released.handles if old.name not in names)
        aliases = {alias.name: alias.type for alias in self.head.aliases}
        for old in self.released.aliases:
            if aliases.get(old.name) != old.type:
                yield f"{old.name} is {aliases.get(old.name, 'gone')}; in {self.name} it was {old.type}"

    def functions(self) -> Iterator[str]:
        functions = {function.name: function for function in self.head.functions}
        known = {function.name for function in self.released.functions}
        for old in self.released.functions:
            new = functions.get(old.name)
            yield from self.signature(old.name, old.signature, new)
            if new and new.since != old.since:
                yield f"{new.place}: {new.name} moved from {exports.node(old.since)} to {exports.node(new.since)}"
        for new in self.head.functions:
            if new.name not in known and new.since <= self.released.version:
                yield f"{new.place}: {new.name} says Since {new.since[0]}.{new.since[1]}, but {self.name} was released without it"

    def signature(self, name: str, old: Signature, new) -> Iterator[str]:
        if new is None:
            yield f"{name} of {self.name} is gone"
        elif _types(new.signature) != _types(old):
            yield f"{new.place}: {name} is {_types(new.signature)}; in {self.name} it was {_types(old)}"

    def struct(self, old: Struct, new: Struct) -> Iterator[str]:
        if new.size < old.size or (old.is_fixed and new.size != old.size):
            yield f"{new.place}: {new.name} has {new.size} bytes; in {self.name} it had {old.size}"
        members = {member.name: member for member in new.members}
        for before in old.members:
            after = members.pop(before.name, None)
            if after is None:
                yield f"{new.place}: {new.name}.{before.name} of {self.name} is gone"
            elif _layout(after) != _layout(before):
                yield f"{after.place}: {new.name}.{after.name} is {_layout(after)}; in {self.name} it was {_layout(before)}"
            elif before.contract.is_optional and not after.contract.is_optional:
                yield f"{after.place}: {new.name}.{after.name} was optional in {self.name}: plugins are there that leave it out"
        for added in members.values():
            here = f"{added.place}: {new.name}.{added.name}"
            if added.offset < old.size:
                yield f"{here} lies within the {old.size} bytes of {self.name}: members are only appended"
            if added.since <= self.released.version:
                yield f"{here} is new after {self.name}: its comment must say since when"
            if new.name in FILLED_BY_PLUGINS and not added.contract.is_optional:
                yield f"{here} is new after {self.name}: it must be (optional), because older plugins do not fill it in"


def _types(signature: Signature) -> str:
    return f"{signature.result} ({', '.join(parameter.type for parameter in signature.parameters)})"


def _layout(member: Member) -> str:
    return f"{member.type}{f' [{member.count}]' if member.count else ''} at byte {member.offset}"
