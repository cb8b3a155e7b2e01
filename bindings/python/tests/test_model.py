"""Models: what they are, files, parameters, arrays in and out."""

import gc
import os
import tempfile
import threading
import unittest

import support
import svfap

try:
    import numpy
except ImportError:
    numpy = None


class Models(unittest.TestCase):
    def test_what_a_model_is(self):
        model = support.model()
        self.assertEqual(model.config["architecture"], "tpsbt")
        self.assertEqual(model.recipe["clip_length"], model.config["num_frames"])
        self.assertEqual(model.labels, [output["name"] for output in model.outputs])
        self.assertEqual(model.outputs[0]["unit"], "probability")
        self.assertEqual(support.model("pretrain_tiny_paper").labels, [])

    def test_create_save_open(self):
        model = svfap.Model.create({"size": "tiny", "head": {"name": "classification", "config": {"labels": ["calm", "excited"]}}}, seed=3)
        self.assertEqual(model.labels, ["calm", "excited"])
        self.assertFalse(model.card["trained"])
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "model.safetensors")
            model.save(path)
            again = svfap.Model.open(path)
        self.assertEqual(again.config, model.config)
        names = list(model.parameters())
        self.assertEqual(list(again.parameters()), names)
        for name in names:
            self.assertEqual(again.parameters()[name].tolist(), model.parameters()[name].tolist())
        self.assertEqual(svfap.Model.create("tiny", seed=2**64 - 1).config["embed_dim"], model.config["embed_dim"])
        self.assertTrue(svfap.Model.create({"size": "tiny", "pretraining": True}).config["decoder"])

    def test_parameters_are_read_only_and_outlive_the_model(self):
        model = support.model()
        parameters = model.parameters()
        name, weights = next(iter(parameters.items()))
        before = weights.tolist()
        with self.assertRaises((ValueError, TypeError)):
            weights[(0,) * len(weights.shape)] = 1.0
        del parameters
        model.close()
        gc.collect()
        self.assertEqual(weights.tolist(), before)
        self.assertIn("weight", name)

    def test_closing(self):
        with support.model() as model:
            self.assertFalse(model.closed)
        self.assertTrue(model.closed)
        model.close()
        for use in (lambda: model.config, lambda: model.forward([]), lambda: model.predict("counting:"), model.predictor):
            with self.assertRaises(svfap.BadHandleError):
                use()

    def test_arrays_of_the_wrong_kind(self):
        model = support.model()
        golden = support.Golden("finetune_tiny")
        shape = golden.shape("input.video")
        count = len(golden["input.video"])
        with self.assertRaises(svfap.ShapeError) as caught:
            model.forward(svfap.array([0] * count, shape, "int64"))
        self.assertIn("float32", str(caught.exception))
        with self.assertRaises(svfap.ShapeError):
            model.forward(svfap.array([0.0] * count, (count,)))
        with self.assertRaises(svfap.ShapeError) as caught:
            model.forward(svfap.array([0.0] * count, (shape[1], shape[0], *shape[2:])))
        self.assertIn("expected", str(caught.exception))
        with self.assertRaises(ValueError):
            svfap.array([1, 2, 3], (2, 2))
        with self.assertRaises(ValueError):
            svfap.array([[1, 2], [3]])

    def test_nested_lists_will_do(self):
        golden = support.Golden("finetune_tiny")
        nested = golden.array("input.video").tolist()
        self.assertEqual(support.model().forward(nested).tolist(), support.model().forward(golden.array("input.video")).tolist())

    @unittest.skipUnless(numpy, "needs NumPy")
    def test_numpy_views(self):
        golden, model = support.Golden("finetune_tiny"), support.model()
        video = golden.array("input.video")
        expected = model.forward(video)
        self.assertIsInstance(expected, numpy.ndarray)
        last = numpy.ascontiguousarray(numpy.moveaxis(video, 1, -1))
        views = {
            "channels last": numpy.moveaxis(last, -1, 1),
            "float64": video.astype(numpy.float64),
            "other byte order": video.astype(">f4"),
            "read-only": numpy.frombuffer(video.tobytes(), numpy.float32).reshape(video.shape),
            "negative steps": video[:, ::-1, ::-1][:, ::-1, ::-1],
            "every other": numpy.repeat(video, 2, axis=4)[..., ::2],
            "Fortran order": numpy.asfortranarray(video),
        }
        for name, view in views.items():
            with self.subTest(name):
                numpy.testing.assert_array_equal(model.forward(view), expected)
        flipped = video[:, :, ::-1]
        numpy.testing.assert_array_equal(model.forward(flipped), model.forward(flipped.copy()))
        constant = numpy.broadcast_to(numpy.float32(0.5), video.shape)
        numpy.testing.assert_array_equal(model.forward(constant), model.forward(constant.copy()))
        one = numpy.broadcast_to(video[:1], (40, *video.shape[1:]))
        numpy.testing.assert_array_equal(model.forward(one), numpy.repeat(expected[:1], 40, axis=0))

    @unittest.skipIf(numpy, "needs an interpreter without NumPy")
    def test_memoryviews(self):
        golden, model = support.Golden("finetune_tiny"), support.model()
        found = model.forward(golden.array("input.video"))
        self.assertIsInstance(found, memoryview)
        self.assertEqual(found.format, "f")
        self.assertEqual(found[0, 0], found.tolist()[0][0])
        read_only = memoryview(golden.array("input.video").tobytes()).cast("B").cast("f", golden.shape("input.video"))
        self.assertEqual(model.forward(read_only).tolist(), found.tolist())

    def test_many_threads_use_one_model(self):
        golden, model = support.Golden("finetune_tiny"), support.model()
        video = golden.array("input.video")
        expected = model.forward(video).tolist()
        wrong = []

        def work():
            for _ in range(10):
                if model.forward(video).tolist() != expected:
                    wrong.append(1)

        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(wrong, [])

    def test_batches_do_not_change_results(self):
        golden, model = support.Golden("finetune_tiny"), support.model()
        shape = golden.shape("input.video")
        numbers = golden["input.video"].tolist()
        clip = numbers[: len(numbers) // shape[0]]
        single = model.forward(svfap.array(clip, (1, *shape[1:]))).tolist()
        many = model.forward(svfap.array(clip * 20, (20, *shape[1:]))).tolist()
        self.assertEqual(many, single * 20)


if __name__ == "__main__":
    unittest.main()
