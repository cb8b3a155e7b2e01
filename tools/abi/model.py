"""What the public headers declare: the model that everything generated is generated from."""

from __future__ import annotations

from dataclasses import dataclass, field

Version = tuple[int, int]

FIRST: Version = (1, 0)
"""What carries no "Since" was there from the first."""


@dataclass
class Place:
    """Where something stands: a header's name, a line, and the section that the line belongs to."""

    header: str
    line: int
    section: str

    def __str__(self) -> str:
        return f"include/{self.header}:{self.line}"


@dataclass
class Error:
    """A status that a function returns: its name without SVFAP_E_, and when. ANY stands for "any other class"."""

    name: str
    note: str = ""


@dataclass
class Contract:
    """What the comment of a function promises."""

    text: str  # the sentences, without what is taken out of them below; a blank line parts paragraphs
    thread: str = ""  # any, shared, owner; empty if it says none
    scope: str = ""  # what the class refers to if not to the first parameter: "on the runtime"
    since: Version | None = None
    errors: list[Error] = field(default_factory=list)  # its own, beside those that every function may return
    is_optional: bool = False  # a slot that may be NULL


@dataclass
class Parameter:
    name: str
    type: str  # as C spells it: "const char *"
    declaration: str  # as the header does: "const char *text"


@dataclass
class Signature:
    result: str
    parameters: list[Parameter]


@dataclass
class Function:
    name: str
    signature: Signature
    contract: Contract
    place: Place

    @property
    def since(self) -> Version:
        return self.contract.since or FIRST


@dataclass
class Callback:
    """A type of functions that the caller of the library provides."""

    name: str
    signature: Signature
    contract: Contract
    place: Place


@dataclass
class Member:
    name: str
    type: str  # of an element, if it is an array
    count: int  # elements; 0: no array
    offset: int
    size: int
    contract: Contract
    place: Place
    signature: Signature | None = None  # of a slot: a member that is a pointer to a function
    is_bit_field: bool = False

    @property
    def since(self) -> Version:
        return self.contract.since or FIRST


@dataclass
class Struct:
    name: str
    size: int
    members: list[Member]
    contract: Contract
    place: Place

    @property
    def is_fixed(self) -> bool:
        """Whether nothing is ever appended: it crosses the boundary in arrays, or stands in a file. Its comment says so."""
        return "Never grows." in self.contract.text or "Nothing of it ever changes." in self.contract.text


@dataclass
class Handle:
    """A type whose values only their maker can read."""

    name: str
    contract: Contract
    place: Place


@dataclass
class Constant:
    name: str
    value: int | str
    contract: Contract
    place: Place
    enum: int = 0  # the line of the enum that it belongs to; 0: it is a macro
    group: str = ""  # what is said of that enum


@dataclass
class Macro:
    """A macro that is no constant."""

    name: str
    contract: Contract
    place: Place


@dataclass
class Alias:
    """Another name of a scalar type."""

    name: str
    type: str
    contract: Contract
    place: Place


@dataclass
class Variable:
    """Data that whoever includes the header exports."""

    name: str
    type: str
    contract: Contract
    place: Place


@dataclass
class Header:
    name: str
    introduction: str  # its first comment, line by line


@dataclass
class Model:
    """Everything in the order of the headers."""

    version: Version
    headers: list[Header] = field(default_factory=list)
    constants: list[Constant] = field(default_factory=list)
    macros: list[Macro] = field(default_factory=list)
    handles: list[Handle] = field(default_factory=list)
    structs: list[Struct] = field(default_factory=list)
    callbacks: list[Callback] = field(default_factory=list)
    functions: list[Function] = field(default_factory=list)
    variables: list[Variable] = field(default_factory=list)
    aliases: list[Alias] = field(default_factory=list)

    def struct(self, name: str) -> Struct | None:
        return next((struct for struct in self.structs if struct.name == name), None)

    @property
    def statuses(self) -> list[Constant]:
        return [constant for constant in self.constants if constant.name == "SVFAP_OK" or constant.name.startswith("SVFAP_E_")]
