"""Writes pillow.json: what Pillow's Image.resize makes of pictures of noise, as CRC-32 of the RGB bytes.

    python3 make.py > pillow.json        (Pillow 9 to 12; from 13 on some shapes are resized vertically first)

Byte i of a picture is the top byte of (i + 1) * 2654435761 mod 2^32, xor (i >> 8).
"""
import json
import random
import zlib

import PIL
from PIL import Image

FILTERS = {"bilinear": Image.Resampling.BILINEAR, "bicubic": Image.Resampling.BICUBIC}


def noise(width, height):
    count = 3 * width * height
    data = bytes((((i + 1) * 2654435761 & 0xFFFFFFFF) >> 24) ^ (i >> 8 & 0xFF) for i in range(count))
    return Image.frombytes("RGB", (width, height), data)


random.seed(1)
cases = []
sizes = [(1, 1, 1, 1), (1, 1, 9, 7), (9, 7, 1, 1), (1, 40, 16, 16), (40, 1, 16, 16), (320, 4, 3, 160), (4, 320, 160, 3), (160, 160, 160, 160),
         (160, 120, 160, 160), (120, 160, 160, 160), (256, 256, 160, 160), (640, 360, 160, 160), (161, 159, 160, 160)]
sizes += [tuple(random.randint(1, 90) for _ in range(4)) for _ in range(120)]
for width, height, out_width, out_height in sizes:
    boxes = [None]
    if width > 2 and height > 2:
        x, y = random.randint(0, width - 1), random.randint(0, height - 1)
        boxes.append((x, y, random.randint(1, width - x), random.randint(1, height - y)))
    for box in boxes:
        for name, resample in FILTERS.items():
            area = box and (box[0], box[1], box[0] + box[2], box[1] + box[3])
            made = noise(width, height).resize((out_width, out_height), resample, box=area)
            cases.append([name, width, height, out_width, out_height, list(box or (0, 0, width, height)), zlib.crc32(made.tobytes())])
print('{"pillow": "%s", "columns": "filter, width, height, out width, out height, box (x, y, width, height), CRC-32",\n "cases": [' % PIL.__version__)
print(",\n".join("  " + json.dumps(case) for case in cases))
print("]}")
