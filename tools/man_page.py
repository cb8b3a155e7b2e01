#!/usr/bin/env python3
"""Writes the manual page of svfap-host to standard output, from what the program says of itself.

    tools/man_page.py .build/release/svfap-host > svfap-host.1

`make install` does so: no text stands twice, so none can go stale.
"""

from __future__ import annotations

import json
import subprocess
import sys

FRAME_END = """\
.SH EXIT STATUS
.TP
.B 0
done
.TP
.B 1
an input or the whole task failed; a message on standard error says which and why
.TP
.B 64
the command line is wrong
.TP
.B 130
stopped by Ctrl\\-C; a run of pretrain or finetune can be resumed
.SH FILES
.TP
.I svfap/plugins\\-1/
beside libsvfap.so: the plugins, by id: svfap_head_ID.so and svfap_video_ID.so.
Nothing is loaded from anywhere else but by
.BR \\-\\-plugin .
.SH SEE ALSO
The headers svfap.h (programs) and svfap_plugin.h (plugins), and
.BR pkg\\-config (1)
with the package svfap.
"""


def escaped(text: str) -> str:
    """Text that roff takes as it stands, wherever a line begins."""
    lines = text.replace("\\", "\\e").replace("-", "\\-").split("\n")
    return "\n".join("\\&" + line if line[:1] in (".", "'") else line for line in lines)


def uncapitalized(sentence: str) -> str:
    return (sentence[:1].lower() + sentence[1:]).rstrip(".")


def filled(text: str) -> list[str]:
    """A discussion: paragraphs, and blocks of lines that stand as they are where a line is indented."""
    out: list[str] = []
    for block in text.strip("\n").split("\n\n"):
        as_it_stands = any(line.startswith("  ") for line in block.split("\n"))
        out += [".PP"] + ([".nf"] if as_it_stands else []) + [escaped(block)] + ([".fi"] if as_it_stands else [])
    return out


def spelling(argument: dict) -> str:
    """An argument as a user types it: "-o, --out <dir>"."""
    value = f" \\fI{escaped(argument.get('valueName', 'value'))}\\fR"
    if argument["kind"] == "positional":
        return value.strip()
    names = sorted(argument["names"], key=lambda name: name["kind"] != "short")
    typed = ", ".join(("-" if name["kind"] in ("short", "longWithSingleDash") else "--") + name["name"] for name in names)
    return f"\\fB{escaped(typed)}\\fR" + (value if argument["kind"] == "option" else "")


def explained(arguments: list[dict]) -> list[str]:
    out: list[str] = []
    for argument in arguments:
        if not argument.get("shouldDisplay", True):
            continue
        default = f" (default: {argument['defaultValue']})" if argument.get("defaultValue") else ""
        out += [".TP", spelling(argument), escaped((argument.get("abstract") or "") + default) or "\\&"]
    return out


def page(help_json: dict, version: str) -> str:
    command = help_json["command"]
    name = command["commandName"]
    subcommands = [c for c in command["subcommands"] if c.get("shouldDisplay", True) and c["commandName"] != "help"]
    # What stands in every command's help is told once.
    common = [a for a in command["arguments"] if a["kind"] != "positional"]
    out = [f'.TH {name.upper()} 1 "" "libsvfap {version}" "User Commands"', ".SH NAME"]
    out += [escaped(name) + " \\- " + escaped(uncapitalized(command["abstract"])), ".SH SYNOPSIS"]
    out += [f".B {escaped(name)}", ".I command", "[options]", ".br", f".B {escaped(name)}", ".I command", ".B \\-\\-help", ".SH DESCRIPTION"]
    out += filled(command["discussion"].split("\n\nExit status:")[0])
    out += [".SH OPTIONS"] + explained(common) + [".SH COMMANDS"]
    for subcommand in subcommands:
        out += [f".SS {escaped(name)} {escaped(subcommand['commandName'])}", escaped(subcommand["abstract"])]
        out += filled(subcommand["discussion"]) if subcommand.get("discussion") else []
        out += explained([a for a in subcommand["arguments"] if spelling(a) not in {spelling(c) for c in common}])
    return "\n".join(out) + "\n" + FRAME_END


def main() -> int:
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 64

    def said(argument: str) -> str:
        return subprocess.run([sys.argv[1], argument], check=True, capture_output=True, text=True).stdout

    sys.stdout.write(page(json.loads(said("--experimental-dump-help")), said("--version").split()[1]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
