"""What a comment promises: thread class, since, errors. The convention:

    /** Sentences. [shared] Since 1.0. Errors: SHAPE, LIMIT (more than 65536 clips). */
"""

from __future__ import annotations

import re

from model import Contract, Error

_THREAD = re.compile(r"\s*\[(any|shared|owner)((?: on [^\]]+)?)\]")
_SINCE = re.compile(r"\s*Since (\d+)\.(\d+)\.?")
_ERRORS = re.compile(r"\s*Errors(?:, told to `fail`)?: (.*)$", re.S)
_OPTIONAL = re.compile(r"\(optional\) ?")


def read(text: str) -> Contract:
    """Takes a comment apart."""
    contract = Contract(text)
    if match := _ERRORS.search(text):
        contract.errors = errors(match[1])
        text = text[: match.start()]
    if match := _THREAD.search(text):
        contract.thread, contract.scope = match[1], match[2].strip()
        text = text[: match.start()] + text[match.end() :]
    if match := _SINCE.search(text):
        contract.since = (int(match[1]), int(match[2]))
        text = text[: match.start()] + text[match.end() :]
    if match := _OPTIONAL.match(text):
        contract.is_optional = True
        text = text[match.end() :]
    contract.text = text.strip()
    return contract


def errors(text: str) -> list[Error]:
    """`END (after the last frame), IO, and any other class: what kept it from being done.`"""
    found = []
    for part in split(text.strip().removesuffix(".")):
        words = " ".join(part.split()).removeprefix("and ")
        if words.startswith("any other class"):
            found.append(Error("ANY", words.removeprefix("any other class").lstrip(": ")))
            continue
        match = re.fullmatch(r"([A-Z_]+)\s*(?:\((.*)\)|(.*))", words)
        found.append(Error(match[1], match[2] or match[3] or "") if match else Error(words))
    return found


def split(text: str) -> list[str]:
    """The parts between commas that stand in no brackets."""
    parts, depth, start = [], 0, 0
    for place, letter in enumerate(text):
        depth += (letter in "([{") - (letter in ")]}")
        if letter == "," and depth == 0:
            parts.append(text[start:place].strip())
            start = place + 1
    return [part for part in [*parts, text[start:].strip()] if part]
