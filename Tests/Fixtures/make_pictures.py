#!/usr/bin/env python3
"""Makes Tests/Fixtures/pictures: JPEG and PNG files of every kind that the frames plugin reads, and in expected.safetensors
their RGB pixels as Pillow gives them: Image.open(path).convert("RGB").

    python3 make_pictures.py [FOLDER]

Needs Pillow, the ffmpeg command (two chroma formats that Pillow cannot write) and cjpeg of libjpeg-turbo (arithmetic
coding). The files in the repository were made with Pillow 13.0.0. Pillow 9.3.0, which the published code names, gives the same
pixels, but for palette_short.png: there it shows grey for colours that the palette does not have.
"""

import io
import json
import os
import struct
import subprocess
import sys
import zlib

import PIL
from PIL import Image

WIDTH, HEIGHT = 35, 27


def noise(count, seed):
    """Bytes that any run makes again (a linear congruential generator)."""
    state = seed
    for _ in range(count):
        state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
        yield state >> 56


def scene(mode, seed=1):
    """A picture with smooth parts, edges and some noise in every channel."""
    channels = len(Image.new(mode, (1, 1)).getbands())
    grain = noise(WIDTH * HEIGHT * channels, seed)
    pixels = bytearray()
    for y in range(HEIGHT):
        for x in range(WIDTH):
            for channel in range(channels):
                value = (7 * x + 3 * y * (channel + 1)) % 256 if x < 20 else 200 - 60 * channel + 4 * y
                if (x - 12) ** 2 + (y - 14) ** 2 < 50:
                    value = 255 - 80 * channel
                pixels.append(max(0, min(255, value + next(grain) % 24 - 12)))
    return Image.frombytes(mode, (WIDTH, HEIGHT), bytes(pixels))


def jpeg(picture, **options):
    out = io.BytesIO()
    picture.save(out, "JPEG", **options)
    return out.getvalue()


def orientation(value):
    exif = Image.Exif()
    exif[0x0112] = value
    return exif


def through(command, picture):
    """A picture as PPM through a command that reads standard input and writes standard output."""
    data = io.BytesIO()
    picture.save(data, "PPM")
    return subprocess.run(command, input=data.getvalue(), stdout=subprocess.PIPE, check=True).stdout


def with_ffmpeg(pixel_format):
    command = ["ffmpeg", "-v", "error", "-f", "image2pipe", "-c:v", "ppm", "-i", "-", "-pix_fmt", pixel_format]
    command += ["-bitexact", "-q:v", "3", "-f", "mjpeg", "-"]
    return through(command, scene("RGB"))


def ycck():
    """A four-component JPEG whose Adobe segment says that it is YCCK."""
    data = bytearray(jpeg(scene("CMYK"), quality=90))
    adobe = data.index(b"Adobe")
    data[adobe + 11] = 2
    return bytes(data)


def chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


ADAM7 = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]


def png(depth, kind, interlaced=False, extra=b"", seed=2, limit=None):
    """A PNG of samples that run through all values of the depth, written without any library."""
    channels = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[kind]
    highest = (limit or 2**depth) - 1
    grain = noise(WIDTH * HEIGHT * channels * 2, seed)
    samples = [
        [[(next(grain) * 256 + next(grain)) * (highest + 1) // 65536 for _ in range(channels)] for _ in range(WIDTH)]
        for _ in range(HEIGHT)
    ]
    data = b""
    for left, top, across, down in ADAM7 if interlaced else [(0, 0, 1, 1)]:
        for row in samples[top::down]:
            bits = "".join(format(sample, f"0{depth}b") for pixel in row[left::across] for sample in pixel)
            if bits:
                bits += "0" * (-len(bits) % 8)
                data += b"\0" + int(bits, 2).to_bytes(len(bits) // 8, "big")
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, depth, kind, 0, 0, interlaced)
    signature = b"\x89PNG\r\n\x1a\n"
    return signature + chunk(b"IHDR", header) + extra + chunk(b"IDAT", zlib.compress(data, 9)) + chunk(b"IEND", b"")


def saved_png(picture, **options):
    out = io.BytesIO()
    picture.save(out, "PNG", **options)
    return out.getvalue()


def palette(count):
    return chunk(b"PLTE", bytes(value for index in range(count) for value in (index * 5 % 256, 255 - index, index * 11 % 256)))


def pictures():
    yield "gray.jpg", jpeg(scene("L"), quality=90)
    yield "444.jpg", jpeg(scene("RGB"), quality=90, subsampling="4:4:4")
    yield "422.jpg", jpeg(scene("RGB"), quality=90, subsampling="4:2:2")
    yield "420.jpg", jpeg(scene("RGB"), quality=90, subsampling="4:2:0")
    yield "420_low.jpg", jpeg(scene("RGB"), quality=25)
    yield "440.jpg", with_ffmpeg("yuvj440p")
    yield "411.jpg", with_ffmpeg("yuvj411p")
    yield "progressive.jpg", jpeg(scene("RGB"), quality=85, progressive=True)
    yield "progressive_gray.jpg", jpeg(scene("L"), quality=85, progressive=True)
    yield "restart.jpg", jpeg(scene("RGB"), quality=85, restart_marker_blocks=2)
    yield "arithmetic.jpg", through(["cjpeg", "-arithmetic", "-quality", "85"], scene("RGB"))
    yield "stored_rgb.jpg", jpeg(scene("RGB"), quality=90, keep_rgb=True)
    yield "cmyk.jpg", jpeg(scene("CMYK"), quality=90)
    yield "ycck.jpg", ycck()
    yield "orientation.jpg", jpeg(scene("RGB"), quality=90, exif=orientation(6))
    for depth in (1, 2, 4, 8, 16):
        yield f"gray{depth}.png", png(depth, 0)
    for depth in (1, 2, 4, 8):
        yield f"palette{depth}.png", png(depth, 3, extra=palette(2**depth))
    for depth in (8, 16):
        yield f"rgb{depth}.png", png(depth, 2)
        yield f"gray_alpha{depth}.png", png(depth, 4)
        yield f"rgba{depth}.png", png(depth, 6)
    # Grey of 16 bits around 255, where it is clipped.
    yield "gray16_low.png", png(16, 0, limit=400)
    yield "palette_short.png", png(8, 3, extra=palette(100))
    yield "palette_transparent.png", png(4, 3, extra=palette(16) + chunk(b"tRNS", bytes([0, 128, 255])))
    yield "gray_transparent.png", png(8, 0, extra=chunk(b"tRNS", struct.pack(">H", 77)))
    yield "rgb_transparent.png", png(8, 2, extra=chunk(b"tRNS", struct.pack(">HHH", 1, 2, 3)))
    yield "gamma.png", png(8, 2, extra=chunk(b"gAMA", struct.pack(">I", 45455)) + chunk(b"sBIT", bytes([5, 6, 5])))
    yield "interlaced_gray1.png", png(1, 0, interlaced=True)
    yield "interlaced_gray16.png", png(16, 0, interlaced=True)
    yield "interlaced_palette4.png", png(4, 3, interlaced=True, extra=palette(16))
    yield "interlaced_rgba8.png", png(8, 6, interlaced=True)
    yield "saved_rgb.png", saved_png(scene("RGB"))
    yield "saved_rgba.png", saved_png(scene("RGBA"), optimize=True)
    yield "animated.png", saved_png(scene("RGB"), save_all=True, append_images=[scene("RGB", 9)])


def safetensors(tensors, metadata):
    header, data = {"__metadata__": metadata}, b""
    for name, (shape, values) in tensors.items():
        header[name] = {"dtype": "U8", "shape": shape, "data_offsets": [len(data), len(data) + len(values)]}
        data += values
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + data


def main():
    folder = sys.argv[1] if len(sys.argv) > 1 else os.path.join(os.path.dirname(os.path.abspath(__file__)), "pictures")
    os.makedirs(folder, exist_ok=True)
    expected = {}
    for name, data in pictures():
        path = os.path.join(folder, name)
        with open(path, "wb") as file:
            file.write(data)
        rgb = Image.open(path).convert("RGB")
        expected[name] = ([rgb.height, rgb.width, 3], rgb.tobytes())
    with open(os.path.join(folder, "expected.safetensors"), "wb") as file:
        file.write(safetensors(expected, {"pillow": PIL.__version__}))
    print(f"{len(expected)} pictures with the pixels of Pillow {PIL.__version__} in {folder}")


if __name__ == "__main__":
    main()
