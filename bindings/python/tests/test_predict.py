"""Videos and frames: records, streams, sources."""

import dataclasses
import fractions
import os
import pathlib
import tempfile
import unittest

import support
import svfap


class Predicting(unittest.TestCase):
    def setUp(self):
        self.model = support.model()

    def test_records_of_a_video(self):
        windows = self.model.predict("counting:frames=100")
        self.assertEqual([window.window for window in windows], list(range(len(windows))))
        first = windows[0]
        self.assertEqual((first.start_frame, first.start_s, first.success, first.reason), (0, 0.0, True, None))
        self.assertEqual(windows[-1].end_frame, 100)
        self.assertEqual(list(first.readings), self.model.labels)
        self.assertEqual(first.label, max(first.readings, key=first.readings.get))
        self.assertEqual(first.probability, first.readings[first.label])
        # Attributes are items as well, under the names of the reports.
        self.assertEqual(first["start_frame"], 0)
        self.assertEqual(dict(first)["class"], first.label)
        self.assertEqual(dict(first)["input"], "counting:frames=100")
        with self.assertRaises(KeyError):
            first["no such thing"]

    def test_frames_from_memory_give_the_same(self):
        expected = [dataclasses.replace(window, input=None) for window in self.model.predict("counting:frames=70")]
        self.assertEqual(self.model.predict(frames=support.counting_frames(70), rate=25), expected)
        self.assertEqual(self.model.predict(frames=support.counting_frames(70), rate=fractions.Fraction(25)), expected)
        with svfap.Source.open("counting:frames=70", runtime=support.runtime()) as source:
            self.assertEqual(self.model.predict(frames=source, rate=25), expected)
        lost = [None if number in (4, 9) else frame for number, frame in enumerate(support.counting_frames(30))]
        self.assertEqual(len(self.model.predict(frames=lost, rate=25)), 1)

    def test_a_stream_gives_windows_as_they_are_complete(self):
        expected = self.model.predict(frames=support.counting_frames(100), rate=25)
        with self.model.predictor() as predictor:
            predictor.begin(25)
            found, sizes = [], []
            for frame in support.counting_frames(100):
                windows = predictor.push(frame)
                sizes.append(len(windows))
                found += windows
            found += predictor.end()
            self.assertEqual(found, expected)
            self.assertEqual(sum(sizes), len(expected) - 1)
            account = predictor.summary["frames"]
            self.assertEqual(account["decoded"], 100)
            self.assertEqual(account["decoded"], account["sampled"] + account["between"] + account["damaged"])
            # And once more with the same predictor, without a rate.
            predictor.begin()
            with self.assertRaises(svfap.InvalidArgumentError):
                predictor.push(frame)
            predictor.push(frame, 0.0)
            self.assertEqual(len(predictor.end()), 1)

    def test_a_stream_keeps_its_predictor_busy(self):
        with self.model.predictor() as predictor:
            with self.assertRaises(svfap.InvalidArgumentError):
                predictor.end()
            predictor.begin(25)
            with self.assertRaises(svfap.BusyError):
                predictor.begin(25)
            with self.assertRaises(svfap.BusyError):
                predictor.forward(support.Golden("finetune_tiny").array("input.video"))
            predictor.end()

    def test_frames_of_the_wrong_kind(self):
        with self.model.predictor() as predictor:
            predictor.begin(25)
            for wrong in (svfap.array([0] * 12, (2, 2, 3)), svfap.array([0] * 12, (12,), "uint8"), svfap.array([0] * 16, (2, 2, 4), "uint8")):
                with self.assertRaises(svfap.ShapeError):
                    predictor.push(wrong)
            with self.assertRaises(svfap.InvalidArgumentError):
                predictor.push(None, float("nan"))
            self.assertEqual(predictor.end(), [])
            for rate in (0, -25):
                with self.assertRaises(svfap.InvalidArgumentError):
                    predictor.begin(rate)

    @unittest.skipUnless(hasattr(svfap.array([0.0]), "dtype"), "needs NumPy")
    def test_frames_that_are_not_contiguous(self):
        frames = list(support.counting_frames(30))
        expected = self.model.predict(frames=frames, rate=25)
        for name, views in {
            "flipped twice": [frame[::-1].copy()[::-1] for frame in frames],
            "part of a wider picture": [_padded(frame)[:, 3:23] for frame in frames],
            "channels turned": [frame[..., ::-1].copy()[..., ::-1] for frame in frames],
        }.items():
            with self.subTest(name):
                self.assertEqual(self.model.predict(frames=views, rate=25), expected)

    def test_options(self):
        self.assertEqual(len(self.model.predict("counting:frames=200", views=3)), 1)
        self.assertGreater(
            len(self.model.predict("counting:frames=200", sampling_rate=1, hop=4)), len(self.model.predict("counting:frames=200")))
        with self.assertRaises(svfap.ConfigError) as caught:
            self.model.predict("counting:", sampling_rate=0)
        self.assertEqual(caught.exception.detail["where"], "/sampling_rate")
        with self.assertRaises(svfap.UnsupportedError):
            self.model.predict(frames=[], rate=25, views=2)
        with self.assertRaises(svfap.ConfigError):
            self.model.predict("counting:", source="counting", source_config={"quiet": True})
        self.assertEqual(self.model.predict("counting:frames=20", source="counting", source_config={"loud": False})[0].end_frame, 20)
        for wrong in ({}, {"video": "counting:", "frames": []}):
            with self.assertRaises(TypeError):
                self.model.predict(**wrong)

    def test_windows_and_progress_as_they_come(self):
        windows, reports = [], []
        self.assertEqual(self.model.predict("counting:frames=100", on_window=windows.append, progress=reports.append), [])
        self.assertEqual(windows, self.model.predict("counting:frames=100"))
        self.assertEqual(reports[0].total, 100)
        self.assertEqual(reports[0].activity, "predict")
        self.assertIsNone(reports[0].remaining_s)

    def test_an_exception_in_a_callback_ends_the_call_with_it(self):
        class Mine(Exception):
            pass

        def fail(_):
            raise Mine("enough")

        for options in ({"on_window": fail}, {"progress": fail}):
            with self.assertRaises(Mine):
                self.model.predict("counting:frames=100", **options)
        with self.assertRaises(Mine):
            self.model.predict(frames=support.counting_frames(100), rate=25, on_window=fail)

        def frames():
            yield from support.counting_frames(3)
            raise Mine("no more")

        with self.assertRaises(Mine):
            self.model.predict(frames=frames(), rate=25)

    def test_a_video_that_breaks_off(self):
        with self.model.predictor() as predictor:
            with svfap.Source.open("counting:frames=100,breaks=40", runtime=support.runtime()) as source:
                self.assertEqual(len(predictor.run(source)), 1)
            self.assertFalse(predictor.summary["ended"]["complete"])
        with self.assertRaises(svfap.FormatError):
            self.model.predict("counting:frames=0")


class Sources(unittest.TestCase):
    def test_frames(self):
        with svfap.Source.open("counting:frames=5,damaged=2", runtime=support.runtime()) as source:
            info = source.info
            self.assertEqual((info.width, info.height, info.frame_count, info.rate, info.duration_s), (20, 12, 5, 25, 0.2))
            self.assertEqual((info.format, info.metadata["labels"]), ("counting", {"expression": "none"}))
            frames = list(source)
            self.assertEqual(list(source), [])
        self.assertEqual([frame.index for frame in frames], [0, 1, 2, 3, 4])
        self.assertEqual([frame.damaged for frame in frames], [False, False, True, False, False])
        self.assertIsNone(frames[2].rgb)
        expected = [frame.tolist() for frame in support.counting_frames(5)]
        for frame in frames[:2] + frames[3:]:
            self.assertEqual(tuple(frame.rgb.shape), (12, 20, 3))
            self.assertEqual(frame.rgb.tolist(), expected[frame.index])

    def test_seeking(self):
        with svfap.Source.open("counting:frames=30", runtime=support.runtime()) as source:
            source.seek(17)
            self.assertEqual(next(source).index, 17)
            for wrong in (-1, 2**63, -(2**64)):
                with self.assertRaises(svfap.InvalidArgumentError):
                    source.seek(wrong)
            with self.assertRaises(svfap.EndError):
                source.seek(31)
        with self.assertRaises(svfap.BadHandleError):
            next(source)

    def test_paths(self):
        with self.assertRaises(FileNotFoundError) as caught:
            svfap.Source.open(pathlib.Path("/no/such/video.mp4"), runtime=support.runtime())
        self.assertEqual(caught.exception.filename, "/no/such/video.mp4")
        with tempfile.TemporaryDirectory() as folder:
            text = os.path.join(folder, "clip.mp4")
            with open(text, "w", encoding="utf-8") as file:
                file.write("not a video")
            with self.assertRaises((svfap.UnsupportedError, svfap.FormatError)):
                svfap.Source.open(text, runtime=support.runtime())
        with self.assertRaises(svfap.InvalidArgumentError):
            svfap.Source.open("a\0b", runtime=support.runtime())


def _padded(frame):
    import numpy

    return numpy.pad(frame, ((0, 0), (3, 7), (0, 0)))


if __name__ == "__main__":
    unittest.main()
