"""Comments as Markdown."""

from __future__ import annotations

import re
from collections.abc import Collection

_CODE = re.compile(r"`[^`]*`|\b(?:svfap_|SVFAP_)\w+(?:\.\w+)?|\b\w+->\w+")


def text(sentences: str, links: Collection[str], own: str = "") -> str:
    """Prose: what has a heading of its own is a link to it, other names of the interface are set as code, and nothing
    of it is taken for markup. `own` is the name that is being described."""
    parts, place = [], 0
    for match in _CODE.finditer(sentences):
        parts += [escape(sentences[place : match.start()]), _code(match[0].strip("`"), links, own)]
        place = match.end()
    return "".join([*parts, escape(sentences[place:])])


def _code(words: str, links: Collection[str], own: str) -> str:
    if words in links and words != own:
        return f"[`{words}`](#{anchor(words)})"
    base, dot, member = words.partition(".")
    return f"[`{base}`](#{anchor(base)})`.{member}`" if dot and base in links and base != own else f"`{words}`"


def escape(sentences: str) -> str:
    """Letters that Markdown would take for markup. Underscores within words are none."""
    return re.sub(r"[*<|\[\]\\]|(?<!\w)_|_(?!\w)", r"\\\g<0>", sentences)


def anchor(name: str) -> str:
    """What a heading is found by: letters in lower case, digits, underscores; blanks become hyphens."""
    return re.sub(r"[^\w\- ]", "", name.lower()).replace(" ", "-")


def table(head: list[str], rows: list[list[str]]) -> list[str]:
    """A table, without the columns that are empty in every row."""
    kept = [column for column in range(len(head)) if any(row[column] for row in rows)]
    lines = [[head[column] for column in kept], ["---"] * len(kept), *([row[column] for column in kept] for row in rows)]
    return [f"| {' | '.join(line)} |" for line in lines] + [""]


def introduction(comment: str, links: Collection[str]) -> list[str]:
    """The comment at the top of a header: paragraphs, lists, and programs and commands, which are set in."""
    lines = []
    for block in re.split(r"\n\s*\n", comment):
        rows = block.split("\n")
        if all(row.startswith("  ") and not row.startswith(" - ") for row in rows):
            width = min(len(row) - len(row.lstrip()) for row in rows)
            lines += ["```c" if ";" in block else "```sh", *(row[width:] for row in rows), "```", ""]
            continue
        prose, items = [], []
        for row in rows:
            if row.lstrip().startswith("- "):
                items.append([row.strip()[2:]])
            elif items:
                items[-1].append(row.strip())
            else:
                prose.append(row.strip())
        if prose:
            lines += [text(" ".join(prose), links), ""]
        lines += [f"- {_lead(text(' '.join(item), links))}" for item in items] + ([""] if items else [])
    return lines


def _lead(item: str) -> str:
    """A list item whose first sentence is one or two words: they are its title."""
    return re.sub(r"^([A-Z]\w*(?: \w+)?)\. ", r"**\1.** ", item)
