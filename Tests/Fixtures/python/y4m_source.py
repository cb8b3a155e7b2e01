"""What the example examples/y4m_source.c reads: colours, ranges, pipes, and streams that are not whole.

    SVFAP_LIBRARY=... PYTHONPATH=bindings/python y4m_source.py PLUGIN
"""

import os
import sys
import tempfile
import threading
import unittest

import svfap

RUNTIME = svfap.Runtime(plugins=[sys.argv.pop()], plugin_directory=False, threads=1)
RED = (81, 90, 240)  # BT.601, narrow


def stream(frames, *, size=(5, 3), colours="C420", more="", rate="F25:1"):
    """A stream of frames that are each one colour (y, u, v)."""
    width, height = size
    wide, high = {"C420": (2, 2), "": (2, 2), "C422": (2, 1), "C444": (1, 1), "Cmono": (0, 0)}.get(colours, (2, 2))
    chroma = -(-width // wide) * -(-height // high) if wide else 0
    words = ["YUV4MPEG2", f"W{width}", f"H{height}", rate, colours, more]
    data = " ".join(word for word in words if word).encode() + b"\n"
    for y, u, v in frames:
        data += b"FRAME\n" + bytes([y]) * (width * height) + bytes([u]) * chroma + bytes([v]) * chroma
    return data


class Y4M(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.path = os.path.join(self.folder.name, "clip.y4m")

    def open(self, data):
        with open(self.path, "wb") as file:
            file.write(data)
        return svfap.Source.open(self.path, runtime=RUNTIME)

    def pixels(self, data):
        """The first pixel of every frame, which are all alike within one."""
        found = []
        for frame in self.open(data):
            flat = memoryview(frame.rgb).tobytes()
            self.assertEqual(flat, flat[:3] * (len(flat) // 3))
            found.append(tuple(flat[:3]))
        return found

    def test_colours(self):
        for colours in ("C420", "C420jpeg", "C420mpeg2", "C420paldv", "C422", "C444", ""):
            with self.subTest(colours):
                for found, wanted in zip(
                    self.pixels(stream([RED, (16, 128, 128), (235, 128, 128)], colours=colours)), [(255, 0, 0), (0, 0, 0), (255, 255, 255)]
                ):
                    self.assertLessEqual(max(abs(a - b) for a, b in zip(found, wanted)), 1, found)
        self.assertEqual(self.pixels(stream([(16, 0, 0), (126, 0, 0)], colours="Cmono")), [(0, 0, 0), (128, 128, 128)])

    def test_full_range(self):
        self.assertEqual(self.pixels(stream([(200, 128, 128)], more="XCOLORRANGE=FULL")), [(200, 200, 200)])

    def test_info_times_and_seek(self):
        video = self.open(stream([(16 + 10 * i, 128, 128) for i in range(9)], rate="F30000:1001"))
        self.assertEqual((video.info.width, video.info.height), (5, 3))
        frames = [(frame.index, frame.time_s, memoryview(frame.rgb).tobytes()) for frame in video]
        self.assertEqual([index for index, _, _ in frames], list(range(9)))
        self.assertAlmostEqual(frames[8][1], 8 * 1001 / 30000)
        video.seek(3)
        frame = next(iter(video))
        self.assertEqual((frame.index, memoryview(frame.rgb).tobytes()), (3, frames[3][2]))

    def test_pipe(self):
        data = stream([RED] * 40, size=(64, 48))
        os.mkfifo(self.path)

        def write():
            with open(self.path, "wb") as pipe:
                for at in range(0, len(data), 1000):
                    pipe.write(data[at : at + 1000])

        writer = threading.Thread(target=write)
        writer.start()
        count = sum(1 for _ in svfap.Source.open(self.path, runtime=RUNTIME))
        writer.join()
        self.assertEqual(count, 40)

    def test_not_whole(self):
        data = stream([RED] * 3)
        video = self.open(data[:-1])
        frames = iter(video)
        next(frames)
        next(frames)
        with self.assertRaisesRegex(svfap.FormatError, "frame 2: the stream ends in the middle of it"):
            next(frames)
        for broken, words in [
            (b"", "."), (data[:20], "middle of a line"), (b"YUV4MPEG2 " + b"W" * 300, "255 bytes"), (b"YUV4MPEG2 W0 H5\n", "1 to 16384"),
            (b"YUV4MPEG2 W99999999999999999999 H5\n", "1 to 16384"), (b"YUV4MPEG2 W4 H4 C420p10\n", "8 bits"), (b"YUV4MPEG2 W4 H4 C444alpha\n", "8 bits"),
        ]:
            with self.subTest(broken), self.assertRaisesRegex(svfap.Error, words):
                self.open(broken)
        with self.assertRaisesRegex(svfap.FormatError, '"FRAME" was expected'):
            list(self.open(stream([]) + b"NOISE\n" + bytes(100)))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
