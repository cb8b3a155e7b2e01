"""The numbers are those of the published code."""

import os
import unittest

import support
import svfap

TOLERANCE = 2e-5


class Goldens(unittest.TestCase):
    def test_fine_tuned_models(self):
        for name in ("finetune_tiny", "finetune_layerscale"):
            with self.subTest(name):
                golden, model = support.Golden(name), support.model(name)
                video = golden.array("input.video")
                found = model.forward(video)
                self.assertEqual(tuple(found.shape), golden.shape("output.logits"))
                self.assertLess(support.relative_error(found, golden["output.logits"]), TOLERANCE)
                features = model.features(video)
                self.assertEqual(tuple(features.shape), golden.shape("output.features"))
                self.assertLess(support.relative_error(features, golden["output.features"]), TOLERANCE)
                for row in model.readings(video).tolist():
                    self.assertAlmostEqual(sum(row), 1, places=5)

    def test_pretraining_models_in_both_readings(self):
        for name in ("pretrain_tiny_paper", "pretrain_tiny_published"):
            with self.subTest(name):
                golden, model = support.Golden(name), support.model(name)
                video, mask = golden.array("input.video"), golden.array("input.mask")
                encoded = model.encode(video, mask)
                self.assertEqual(tuple(encoded.shape), golden.shape("output.encoded"))
                self.assertLess(support.relative_error(encoded, golden["output.encoded"]), TOLERANCE)
                pixels = model.reconstruct(video, mask)
                self.assertEqual(tuple(pixels.shape), golden.shape("output.predicted"))
                self.assertLess(support.relative_error(pixels, golden["output.predicted"]), TOLERANCE)

    @unittest.skipUnless("SVFAP_TEST_BASE" in os.environ, "needs the base model, which a C program makes")
    def test_base_size(self):
        golden = support.Golden("base_16x160")
        model = svfap.Model.open(os.environ["SVFAP_TEST_BASE"])
        config = model.config
        shape = (1, 3, config["num_frames"], config["image_size"], config["image_size"])
        count = shape[2] * shape[3] * shape[4] * 3
        video = svfap.array([2 * number for number in support.stream("video", 7, count)], shape)
        self.assertLess(support.relative_error(model.features(video), golden["output.features"]), TOLERANCE)
        self.assertLess(support.relative_error(model.forward(video), golden["output.logits"]), TOLERANCE)
        self.assertEqual(len(model.labels), 7)


if __name__ == "__main__":
    unittest.main()
