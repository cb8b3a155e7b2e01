#!/usr/bin/env python3
"""Prints what `make demo` measured, as a table: each task's test figures from pre-training and from scratch beside chance.

Chance is what a model reaches that gives every video the same answer: one class of all, or a concordance of 0.
"""
import json
import sys

TASKS = [("expression", "uar", 4), ("affect", "mean_ccc", 3), ("personality", "mean_ccc", 5)]


def measured(out, task, start, metric):
    with open(f"{out}/{task}/test_{start}/metrics.json") as file:
        return json.load(file)["metrics"][metric]


def main(out):
    print("  %-12s %-9s %12s %12s %12s" % ("task", "", "pre-trained", "scratch", "chance"))
    for task, metric, width in TASKS:
        values = [measured(out, task, start, metric) for start in ("pretrained", "scratch")]
        chance = 1 / width if task == "expression" else 0
        print("  %-12s %-9s %12.3f %12.3f %12.3f" % (task, metric, *values, chance))
    print("  larger is better; uar: unweighted average recall; mean_ccc: concordance, mean over the labels")


if __name__ == "__main__":
    main(sys.argv[1])
