#!/usr/bin/env python3
"""Everything that is generated from the headers in include/.

    tools/abi/generate.py --model      prints what the headers declare, as JSON

The headers are read through the C compiler's syntax tree; what a comment promises is taken from its text.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import sys

sys.dont_write_bytecode = True

import reader  # noqa: E402

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--root", default=ROOT, help="the tree whose headers are read, and whose files are compared or written")
    parser.add_argument("--model", action="store_true", required=True)
    options = parser.parse_args()
    model = reader.read(os.path.join(options.root, "include"))
    json.dump(dataclasses.asdict(model), sys.stdout, indent=1)
    print()
    return 0


if __name__ == "__main__":
    sys.exit(main())
