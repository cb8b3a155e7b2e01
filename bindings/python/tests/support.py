"""What the tests share: golden cases, a runtime with the tests' video source, a model."""

import json
import math
import os
import struct

import svfap

GOLDENS = os.environ["SVFAP_TEST_GOLDENS"]
# The video source of Tests/Fixtures/plugins/counting.c, compiled.
PLUGIN = os.environ["SVFAP_TEST_PLUGIN"]


def golden_model(name):
    return os.path.join(GOLDENS, f"{name}.safetensors")


class Golden:
    """A golden case, read without any library."""

    def __init__(self, name):
        with open(os.path.join(GOLDENS, f"{name}.case.safetensors"), "rb") as file:
            size = struct.unpack("<Q", file.read(8))[0]
            self.header = json.loads(file.read(size))
            self.data = file.read()

    def __getitem__(self, name):
        """A flat memoryview of the numbers."""
        entry = self.header[name]
        first, last = entry["data_offsets"]
        kind = {"F32": "f", "I64": "q", "BOOL": "B"}[entry["dtype"]]
        return memoryview(self.data[first:last]).cast(kind)

    def shape(self, name):
        return tuple(self.header[name]["shape"])

    def array(self, name):
        """The numbers with their shape, as the package takes them."""
        dtype = {"F32": "float32", "I64": "int64", "BOOL": "bool"}[self.header[name]["dtype"]]
        return svfap.array(self[name].tolist(), self.shape(name), dtype)


def flat(values):
    """The numbers of an array in C order."""
    nested = values.tolist()
    while nested and isinstance(nested[0], list):
        nested = [value for row in nested for value in row]
    return nested


def relative_error(found, expected):
    """Largest difference relative to the largest expected number."""
    found, expected = flat(found), list(expected)
    if len(found) != len(expected) or not all(map(math.isfinite, found)):
        return math.inf
    return max(abs(a - b) for a, b in zip(found, expected)) / max(map(abs, expected))


def stream(name, seed, count):
    """Numbers that any language can make again (goldens/README.md)."""
    mask = 2**64 - 1
    state = 0xCBF29CE484222325
    for byte in name.encode():
        state = (state ^ byte) * 0x100000001B3 & mask
    numbers = []
    for index in range(count):
        z = (state + seed + index + 0x9E3779B97F4A7C15) & mask
        z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9 & mask
        z = (z ^ z >> 27) * 0x94D049BB133111EB & mask
        numbers.append(((z ^ z >> 31) >> 40) / 2**23 - 1)
    return numbers


_runtime = None


def runtime():
    """One runtime for all tests, with the tests' video source."""
    global _runtime
    if _runtime is None:
        _runtime = svfap.Runtime(threads=2, plugins=[PLUGIN])
    return _runtime


def model(name="finetune_tiny"):
    return svfap.Model.open(golden_model(name), runtime=runtime())


def counting_frames(count, width=20, height=12):
    """The pictures of the counting source, (height, width, 3) uint8."""
    for n in range(count):
        pixels = [(7 * n + 3 * x + 5 * y + 11 * c) % 256 for y in range(height) for x in range(width) for c in range(3)]
        yield svfap.array(pixels, (height, width, 3), "uint8")
