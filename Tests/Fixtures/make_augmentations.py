"""Makes Tests/Fixtures/augmentation: what Pillow, NumPy and PyTorch compute, for the augmentation tests.

Run it with Pillow, NumPy and PyTorch installed: `python3 Tests/Fixtures/make_augmentations.py`. The files that are
checked in were made with the versions that their metadata name. It states each operation by the libraries' own calls
and the level formulas of RandAugment, so that it shares nothing with the code under test.
"""

import json
import os
import struct

import numpy
import PIL
import torch
from PIL import Image, ImageEnhance, ImageOps

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "augmentation")
FILL = (128, 128, 128)
NAMES = {numpy.dtype("uint8"): "U8", numpy.dtype("float32"): "F32"}


def save(name, tensors, metadata):
    """Writes a safetensors file."""
    header, offset = {"__metadata__": metadata}, 0
    for key, value in tensors.items():
        header[key] = {"dtype": NAMES[value.dtype], "shape": list(value.shape), "data_offsets": [offset, offset + value.nbytes]}
        offset += value.nbytes
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(os.path.join(FOLDER, name), "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for value in tensors.values():
            file.write(numpy.ascontiguousarray(value).tobytes())


def clips():
    """Small clips (t, h, w, 3): odd sizes, flat areas, low contrast, one colour, one pixel."""
    random = numpy.random.default_rng(20240925)
    noise = random.integers(0, 256, (2, 13, 21, 3), dtype=numpy.uint8)
    noise[1] = random.integers(96, 131, (13, 21, 3))
    noise[1, ..., 1] = 77
    y, x = numpy.mgrid[0:16, 0:16]
    smooth = numpy.stack([x * 16, y * 17, (x + y) * 8], axis=-1).clip(0, 255).astype(numpy.uint8)
    smooth[4:9, 3:11] = (250, 20, 128)
    return {
        "noise": noise,
        "smooth": smooth[None],
        "narrow": random.integers(0, 256, (1, 2, 5, 3), dtype=numpy.uint8),
        "pixel": numpy.array([[[[3, 140, 255]]]], dtype=numpy.uint8),
        "flat": numpy.full((1, 7, 6, 3), (9, 200, 128), dtype=numpy.uint8),
    }


def affine(image, matrix):
    return image.transform(image.size, Image.Transform.AFFINE, matrix, resample=Image.Resampling.BICUBIC, fillcolor=FILL)


def solarize_add(image, add):
    return image.point([min(255, value + add) if value < 128 else value for value in range(256)] * 3)


def enhance(kind):
    return lambda image, factor: kind(image).enhance(factor)


# Name -> (argument from level and sign, operation); levels are on RandAugment's scale of 0 to 10.
def increasing(level, sign):
    return 1.0 + sign * (level / 10.0 * 0.9)


PLAIN = {"AutoContrast": ImageOps.autocontrast, "Equalize": ImageOps.equalize, "Invert": ImageOps.invert}
UNSIGNED = {
    "PosterizeIncreasing": (lambda level: 4 - int(level / 10.0 * 4), ImageOps.posterize),
    "SolarizeIncreasing": (lambda level: 256 - int(level / 10.0 * 256), ImageOps.solarize),
    "SolarizeAdd": (lambda level: int(level / 10.0 * 110), solarize_add),
    "Posterize": (lambda level: int(level / 10.0 * 4), ImageOps.posterize),
    "Solarize": (lambda level: int(level / 10.0 * 256), ImageOps.solarize),
    "Color": (lambda level: level / 10.0 * 1.8 + 0.1, enhance(ImageEnhance.Color)),
}
SIGNED = {
    "Rotate": (
        lambda level, sign: sign * (level / 10.0 * 30.0),
        lambda image, degrees: image.rotate(degrees, resample=Image.Resampling.BICUBIC, fillcolor=FILL),
    ),
    "ShearX": (lambda level, sign: sign * (level / 10.0 * 0.3), lambda image, v: affine(image, (1, v, 0, 0, 1, 0))),
    "ShearY": (lambda level, sign: sign * (level / 10.0 * 0.3), lambda image, v: affine(image, (1, 0, 0, v, 1, 0))),
    "TranslateXRel": (
        lambda level, sign: sign * (level / 10.0 * 0.45),
        lambda image, v: affine(image, (1, 0, v * image.size[0], 0, 1, 0)),
    ),
    "TranslateYRel": (
        lambda level, sign: sign * (level / 10.0 * 0.45),
        lambda image, v: affine(image, (1, 0, 0, 0, 1, v * image.size[1])),
    ),
    "ColorIncreasing": (increasing, enhance(ImageEnhance.Color)),
    "ContrastIncreasing": (increasing, enhance(ImageEnhance.Contrast)),
    "BrightnessIncreasing": (increasing, enhance(ImageEnhance.Brightness)),
    "SharpnessIncreasing": (increasing, enhance(ImageEnhance.Sharpness)),
}


def apply(clip, operation):
    return numpy.stack([numpy.asarray(operation(Image.fromarray(frame))) for frame in clip])


def fingerprint(array):
    """FNV-1a-64 of the bytes."""
    value = 0xCBF29CE484222325
    for byte in array.tobytes():
        value = (value ^ byte) * 0x100000001B3 & 0xFFFFFFFFFFFFFFFF
    return f"{value:016x}"


def large():
    """A frame (1, 120, 160, 3) that any language can make: a moving product of the coordinates."""
    y, x, c = numpy.mgrid[0:120, 0:160, 0:3]
    return ((x * (3 + c) + y * (5 - c) + (x * y) // (7 + c)) % 256).astype(numpy.uint8)[None]


def pillow():
    tensors = {f"input.{name}": clip for name, clip in clips().items()}
    cases, prints = [], []

    def case(name, level, sign, argument, operation):
        number = len(cases)
        cases.append({"operation": name, "level": level, "sign": sign, "argument": argument})
        for key, clip in clips().items():
            tensors[f"output.{number}.{key}"] = apply(clip, operation)
        prints.append(fingerprint(apply(large(), operation)))

    for name, operation in PLAIN.items():
        case(name, 7.0, 1, 0, operation)
    for name, (argument, operation) in UNSIGNED.items():
        for level in (0.0, 2.6, 6.6, 7.42, 10.0):
            value = argument(level)
            if "Posterize" in name and value == 0:
                continue  # this Pillow refuses 0 bits
            case(name, level, 1, value, lambda image: operation(image, value))
    for name, (argument, operation) in SIGNED.items():
        for level in (0.0, 3.7, 7.0, 10.0):
            for sign in (1, -1):
                value = argument(level, sign)
                case(name, level, sign, value, lambda image: operation(image, value))
    save("pillow.safetensors", tensors, {"made_with": f"Pillow {PIL.__version__}", "cases": json.dumps(cases), "large": json.dumps(prints)})


def crops():
    """Crop boxes (top, left, height, width) of clips, resized by PyTorch."""
    random = numpy.random.default_rng(7)
    tensors, cases = {}, []
    for number, (size, box, out) in enumerate(
        [
            ((2, 23, 19), (0, 0, 23, 19), 16),
            ((1, 23, 19), (3, 5, 11, 7), 16),
            ((1, 16, 16), (0, 0, 16, 16), 16),
            ((1, 31, 160), (2, 9, 29, 147), 21),
            ((1, 12, 12), (11, 4, 1, 1), 5),
            ((1, 9, 9), (2, 2, 2, 7), 13),
        ]
    ):
        clip = random.uniform(-2.2, 2.7, (3, *size)).astype(numpy.float32)
        top, left, height, width = box
        part = torch.from_numpy(clip)[:, :, top : top + height, left : left + width]
        resized = torch.nn.functional.interpolate(part, size=(out, out), mode="bilinear", align_corners=False)
        tensors[f"input.{number}"] = clip
        tensors[f"output.{number}"] = resized.numpy()
        cases.append({"box": list(box), "size": out})
    save("crops.safetensors", tensors, {"made_with": f"PyTorch {torch.__version__}", "cases": json.dumps(cases)})


def multi_scale():
    """Crops of a frame squeezed to 20 x 20 by Pillow, as the pre-training augmentation does."""
    frame = numpy.random.default_rng(11).integers(0, 256, (37, 41, 3), dtype=numpy.uint8)
    tensors, cases = {"input": frame}, []
    for number, (x, y, width, height) in enumerate([(0, 0, 37, 37), (4, 5, 32, 32), (13, 0, 28, 32), (3, 9, 24, 28), (20, 13, 20, 20)]):
        image = Image.fromarray(frame).crop((x, y, x + width, y + height)).resize((20, 20), Image.Resampling.BILINEAR)
        tensors[f"output.{number}"] = numpy.asarray(image)
        cases.append([x, y, width, height])
    save("multi_scale.safetensors", tensors, {"made_with": f"Pillow {PIL.__version__}", "boxes": json.dumps(cases)})


def frame_selection():
    """Frames of fine-tuning clips of 16 for every length up to 70; a window of longer ones ends at `end`."""
    cases = []
    for rate in (1, 2, 4):
        for length in range(1, 71):
            span = 16 * rate
            if length <= span:
                count = length // rate
                index = numpy.linspace(0, length, num=count)
                index = numpy.concatenate((index, numpy.ones(16 - count) * length))
                index, end = numpy.clip(index, 0, length - 1).astype(numpy.int64), None
            else:
                end = span + (length * 7) % (length - span)
                index = numpy.linspace(end - span, end, num=16)
                index = numpy.clip(index, end - span, end - 1).astype(numpy.int64)
            cases.append({"frames": length, "sampling_rate": rate, "end": end, "indices": index.tolist()})
    with open(os.path.join(FOLDER, "frame_selection.json"), "w") as file:
        json.dump(cases, file, separators=(",", ":"))


if __name__ == "__main__":
    os.makedirs(FOLDER, exist_ok=True)
    pillow()
    crops()
    multi_scale()
    frame_selection()
