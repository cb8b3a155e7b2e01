"""The text of a header: its comments, and what they belong to."""

from __future__ import annotations

import re
from dataclasses import dataclass

_TOKEN = re.compile(rb'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])*\'', re.S)
_SECTION = re.compile(r"/\* -{3,} (.+?) \*/")


@dataclass
class Comment:
    start: int
    end: int
    raw: str

    @property
    def is_documentation(self) -> bool:
        return self.raw.startswith("/**")

    @property
    def lines(self) -> list[str]:
        """What it says, without its frame."""
        body = self.raw.removeprefix("/**").removeprefix("/*").removesuffix("*/")
        return [re.sub(r"^\s*\* ?", "", line).rstrip() if number else line.strip() for number, line in enumerate(body.split("\n"))]

    @property
    def text(self) -> str:
        """Its sentences in one line; a blank line parts paragraphs."""
        paragraphs = re.split(r"\n\s*\n", "\n".join(self.lines).strip())
        return "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)


class Source:
    """A header as bytes: the compiler counts bytes."""

    def __init__(self, name: str, path: str) -> None:
        self.name = name
        with open(path, "rb") as file:
            self.data = file.read()
        self.comments = [
            Comment(match.start(), match.end(), match[0].decode()) for match in _TOKEN.finditer(self.data) if match[0].startswith(b"/*")
        ]
        self._sections = [(found.start, match[1]) for found in self.comments if (match := _SECTION.fullmatch(found.raw))]

    @property
    def introduction(self) -> str:
        return "\n".join(self.comments[0].lines).strip() if self.comments and self.comments[0].start == 0 else ""

    def line(self, offset: int) -> int:
        return self.data.count(b"\n", 0, offset) + 1

    def section(self, offset: int) -> str:
        return next((name for start, name in reversed(self._sections) if start < offset), "")

    def slice(self, start: int, end: int) -> str:
        """The text between two places, without comments."""
        parts, place = [], start
        for comment in self.comments:
            if start <= comment.start and comment.end <= end:
                parts.append(self.data[place : comment.start])
                place = comment.end
        return (b"".join(parts) + self.data[place:end]).decode()

    def statement_end(self, offset: int) -> int:
        """Behind the semicolon or comma that stands at `offset`; where there is none, `offset` itself."""
        match = re.compile(rb"\s*[;,]").match(self.data, offset)
        return match.end() if match else offset

    def before(self, offset: int) -> Comment | None:
        """The documentation that stands directly before `offset`: no blank line, no other text between."""
        for comment in reversed(self.comments):
            if comment.end <= offset:
                return comment if comment.is_documentation and self._is_joint(comment.end, offset) else None
        return None

    def behind(self, offset: int) -> Comment | None:
        """The comment that begins behind `offset` on the same line."""
        for comment in self.comments:
            if comment.start >= offset:
                return comment if not comment.is_documentation and self.data[offset : comment.start].strip(b" \t") == b"" else None
        return None

    def follows(self, end: int, start: int) -> bool:
        """Whether what starts at `start` stands on the line after what ends at `end`, with nothing between but that
        one's comment."""
        comment = self.behind(end)
        return self._is_joint(comment.end if comment else end, start)

    def _is_joint(self, end: int, start: int) -> bool:
        between = self.data[end:start]
        # A constant that the user may define before including the header stands inside of an #ifndef.
        between = re.sub(rb"^\s*#ifndef \w+\n", b"\n", between)
        return between.strip() == b"" and between.count(b"\n") <= 1
