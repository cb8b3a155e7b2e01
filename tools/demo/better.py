#!/usr/bin/env python3
"""Prints that of two fine-tunings whose best validation UAR is higher; the first if they are alike."""
import json
import sys


def best(run):
    with open(f"{run}/metrics.jsonl") as lines:
        records = [json.loads(line) for line in lines]
    return max(record["values"]["uar"] for record in records if record["kind"] == "validation")


print(max(sys.argv[1:], key=best))
