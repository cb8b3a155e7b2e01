#!/usr/bin/env python3
"""Whether pre-training helps on a small labelled set of drawn faces, and whether the task needs motion.

Draws the data, pre-trains `tiny` on unlabelled videos, and fine-tunes from it and from scratch: three seeds, each start at
its own best of three learning rates, chosen on the validation list and trained until the validation stops improving. The
test list is measured once for each seed. Then the same people are shown as stills, one frame of each video repeated, to
the models and to one that is trained on stills.

    python3 benchmarks/study.py --task personality --out study

Finished runs are left as they are, and stopped ones continue: run it again after an interruption. Standard library only.
"""
import argparse
import csv
import json
import os
import shutil
import subprocess
import sys
import time

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
VIDEO = {"frames": 16, "rate": 6.25, "width": 64, "height": 64}
LABELS = "surprise,alarm,delight,interest"
# The head's options, the metric that chooses, how many labels there are.
TASKS = {
    "expression": (["--labels", LABELS], "uar", 4),
    "affect": (["--head", "dimensional", "--set", "head.loss=mse+ccc"], "mean_ccc", 3),
    "personality": (["--head", "personality", "--set", "head.loss=mse+ccc"], "mean_ccc", 5),
}
STARTS = ("pretrained", "scratch")


class Study:
    def __init__(self, options):
        self.options = options
        self.task = options.task
        self.head, self.metric, self.width = TASKS[options.task]
        self.data = os.path.join(options.out, options.task)
        self.begun = time.time()
        self.done = 0
        # Pre-training counts as six fine-tunings.
        self.total = 6 + len(options.seeds) * len(STARTS) * len(options.rates) + 1

    def host(self, *arguments):
        command = [self.options.host, *arguments, "--quiet"]
        result = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        if result.returncode != 0:
            sys.exit("%s\n%s" % (" ".join(command), result.stderr.strip()))

    def progress(self, text, units=1):
        self.done += units
        spent = time.time() - self.begun
        left = spent / self.done * (self.total - self.done)
        print("[%5.1f min, about %.0f left] %s" % (spent / 60, left / 60, text), flush=True)

    def draw(self, folder, task, sets, seed, **more):
        if all(os.path.exists(os.path.join(folder, part.split("=")[0] + ".csv")) for part in sets.split(",")):
            return
        self.host("synthesize", "--task", task, "--sets", sets, "--seed", str(seed), "--out", folder,
                  "--config", json.dumps({**VIDEO, **more}))

    def train(self, kind, run, *arguments):
        """A run that is finished stays; one that was stopped goes on."""
        if os.path.exists(os.path.join(run, "done")):
            return
        resume = os.path.exists(os.path.join(run, "checkpoints"))
        if not resume:
            shutil.rmtree(run, ignore_errors=True)
        self.host(kind, *arguments, "--out", run, *(["--resume"] if resume else []))
        open(os.path.join(run, "done"), "w").close()

    def prepare(self):
        o = self.options
        self.draw(os.path.join(o.out, "unlabelled"), "any", "videos=%d" % o.unlabelled, 1)
        sets = "train=%d,validation=%d,test=%d" % (o.labelled, o.validation, o.test)
        self.draw(self.data, self.task, sets, 2)
        self.draw(self.data + "_stills", self.task, sets, 2, still=True)
        run = os.path.join(o.out, "pretrained")
        self.train("pretrain", run, os.path.join(o.out, "unlabelled", "videos.csv"),
                   "--config", os.path.join(ROOT, "tools/demo/pretrain.json"), "--epochs", str(o.pretraining_epochs))
        self.progress("pre-trained", 6)

    def finetune(self, run, data, start, seed, rate):
        model = ["--model", os.path.join(self.options.out, "pretrained", "model.safetensors")] if start == "pretrained" else []
        self.train("finetune", run, os.path.join(data, "train.csv"), "--validation", os.path.join(data, "validation.csv"),
                   "--config", os.path.join(ROOT, "tools/demo/finetune.json"), *self.head, "--size", "tiny", *model,
                   "--seed", str(seed), "--epochs", str(self.options.epochs), "--set", "patience=%d" % self.options.patience,
                   "--set", "monitor=" + self.metric, "--set", "learning_rate=%g" % rate)

    def validated(self, run):
        """The best validation of a run, and its epoch."""
        best = (float("-inf"), -1)
        with open(os.path.join(run, "metrics.jsonl")) as lines:
            for line in lines:
                record = json.loads(line)
                value = record.get("values", {}).get(self.metric)
                if record["kind"] == "validation" and value is not None:
                    best = max(best, (value, -record["epoch"]))
        return best[0], -best[1]

    def measured(self, run, data, name):
        """Every metric of a run's best model on a test list."""
        out = os.path.join(run, "test_" + name)
        if not os.path.exists(os.path.join(out, "metrics.json")):
            self.host("evaluate", os.path.join(data, "test.csv"), "--model", os.path.join(run, "model.safetensors"),
                      "--views", "1", "--out", out)
        with open(os.path.join(out, "metrics.json")) as file:
            return json.load(file)["metrics"]

    def run(self):
        o = self.options
        self.prepare()
        errors = {start: [] for start in STARTS}
        stills = []
        chosen = {}
        for seed in o.seeds:
            for start in STARTS:
                runs = []
                for rate in o.rates:
                    run = os.path.join(self.data + "_runs", "%s_%d_%g" % (start, seed, rate))
                    self.finetune(run, self.data, start, seed, rate)
                    value, epoch = self.validated(run)
                    self.progress("%s, seed %d, learning rate %g: validation %s %.3f in epoch %d"
                                  % (start, seed, rate, self.metric, value, epoch))
                    runs.append((value, rate, run))
                value, rate, run = max(runs)
                chosen[start, seed] = rate
                errors[start].append(1 - self.measured(run, self.data, "moving")[self.metric])
                stills.append(self.measured(run, self.data + "_stills", "stills"))
        run = os.path.join(self.data + "_runs", "trained_on_stills")
        self.finetune(run, self.data + "_stills", "pretrained", 0, chosen["pretrained", 0])
        self.progress("trained on stills")
        self.report(errors, stills, self.measured(run, self.data + "_stills", "stills"), chosen)

    def chance(self):
        """Error of giving every video the mean label, mean over the labels: RMSE, for traits the mean absolute error."""
        with open(os.path.join(self.data, "test.csv")) as file:
            rows = [[float(value) for value in list(row.values())[1:1 + self.width]] for row in csv.DictReader(file)]
        columns = [(column, sum(column) / len(column)) for column in zip(*rows)]
        if self.task == "personality":
            return sum(sum(abs(v - mean) for v in column) / len(column) for column, mean in columns) / self.width
        return sum((sum((v - mean) ** 2 for v in column) / len(column)) ** 0.5 for column, mean in columns) / self.width

    def still_error(self, metrics):
        return 1 - metrics["mean_acc"] if self.task == "personality" else metrics["mean_rmse"]

    def report(self, errors, stills, trained, chosen):
        seeds = range(len(errors["scratch"]))
        print("\n%s: test error (1 - %s), %d labelled videos, %d unlabelled"
              % (self.task, self.metric, self.options.labelled, self.options.unlabelled))
        print("%-12s %s %8s %8s" % ("", " ".join("%8s" % ("seed %d" % seed) for seed in seeds), "mean", "spread"))
        mean, spread = {}, {}
        for start in STARTS:
            values = errors[start]
            mean[start] = sum(values) / len(values)
            spread[start] = max(values) - min(values)
            print("%-12s %s %8.3f %8.3f   learning rates %s"
                  % (start, " ".join("%8.3f" % value for value in values), mean[start], spread[start],
                     ", ".join("%g" % chosen[start, seed] for seed in seeds)))
        gain = mean["scratch"] - mean["pretrained"]
        wide = max(spread.values())
        print("pre-training lowers the error by %.3f, %s the spread (largest less smallest, of the wider start: %.3f)"
              % (gain, "more than" if gain > wide else "NOT more than", wide))
        print("\nStills: one frame of each test video, repeated")
        if self.task == "expression":
            lines = [("models trained on motion, mean", sum(m["uar"] for m in stills) / len(stills)), ("a model trained on stills", trained["uar"])]
            for name, value in lines:
                print("%-32s UAR %.3f = %.2f x chance: %s" % (name, value, value * 4, "within 1.2" if value * 4 <= 1.2 else "NOT within 1.2"))
        else:
            chance = self.chance()
            lines = [("models trained on motion, mean", sum(map(self.still_error, stills)) / len(stills)),
                     ("a model trained on stills", self.still_error(trained))]
            name_of_error = "MAE" if self.task == "personality" else "RMSE"
            for name, value in lines:
                ratio = chance / value
                print("%-32s %s %.3f, that of the mean label %.3f, ratio %.2f: %s"
                      % (name, name_of_error, value, chance, ratio, "within 1.2" if ratio <= 1.2 else "NOT within 1.2"))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--task", choices=list(TASKS), default="personality")
    parser.add_argument("--out", required=True, help="folder for everything that is drawn, trained and measured")
    parser.add_argument("--host", default=os.path.join(ROOT, ".build/release/svfap-host"))
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--rates", type=float, nargs="+", default=[0.016, 0.032, 0.064], help="base learning rates")
    parser.add_argument("--labelled", type=int, default=100)
    parser.add_argument("--unlabelled", type=int, default=1000)
    parser.add_argument("--validation", type=int, default=100)
    parser.add_argument("--test", type=int, default=400)
    parser.add_argument("--epochs", type=int, default=40, help="at most")
    parser.add_argument("--patience", type=int, default=15, help="epochs without a better validation that end a run")
    parser.add_argument("--pretraining-epochs", type=int, default=25)
    options = parser.parse_args()
    options.out = os.path.abspath(options.out)
    options.seeds = range(options.seeds)
    Study(options).run()


if __name__ == "__main__":
    main()
