"""Training with batches from memory: the numbers of PyTorch, and what a caller may rely on."""

import unittest

import support
import svfap

TOLERANCE, GRADIENT_TOLERANCE = 2e-5, 2e-4


def trainer(name="finetune_tiny", **config):
    task = "pretrain" if name.startswith("pretrain") else "finetune"
    return svfap.Trainer(support.model(name), task=task, config={"drop_path": 0, **config})


def learn(made, golden):
    if "input.mask" in golden.header:
        return made.forward_backward(golden.array("input.video"), mask=golden.array("input.mask"))
    return made.forward_backward(golden.array("input.video"), labels=golden.array("input.labels"))


def lists(tensors):
    return {name: values.tolist() for name, values in tensors.items()}


class Trainers(unittest.TestCase):
    def test_loss_and_gradients_are_those_of_the_published_code(self):
        for name in ("finetune_tiny", "finetune_layerscale", "pretrain_tiny_paper", "pretrain_tiny_published"):
            with self.subTest(name):
                golden, made = support.Golden(name), trainer(name)
                self.assertLess(abs(learn(made, golden) / golden["output.loss"][0] - 1), TOLERANCE)
                gradients = made.gradients()
                self.assertEqual(list(gradients), list(made.parameters()))
                expected = {key[5:]: list(golden[key]) for key in golden.header if key.startswith("grad.")}
                largest = max(abs(value) for values in expected.values() for value in values)
                for key, values in gradients.items():
                    found = support.flat(values)
                    wanted = expected.get(key, [0] * len(found))
                    scale = max(*map(abs, wanted), 1e-3 * largest)
                    self.assertLessEqual(max(abs(a - b) for a, b in zip(found, wanted)), GRADIENT_TOLERANCE * scale, key)

    def test_three_steps_end_where_pytorch_ends(self):
        golden = support.Golden("adamw_three_steps")
        made = trainer(learning_rate=0.002, weight_decay=0.05, layer_decay=0.75, clip_grad=5, betas=[0.9, 0.999], eps=1e-8)
        shape = support.Golden("finetune_tiny").shape("input.video")
        count = shape[0] * shape[1] * shape[2] * shape[3] * shape[4]
        for index in range(3):
            video = svfap.array([2 * value for value in support.stream("video", 7 + index, count)], shape)
            made.forward_backward(video, labels=[index % 5, (index + 1) % 5])
            step = made.step()
            self.assertEqual((step.index, step.learning_rate, step.weight_decay), (index, 0.002, 0.05))
            self.assertGreater(step.gradient_norm, 0)
        for name, values in made.parameters().items():
            if f"after.{name}" in golden.header:
                self.assertLess(support.relative_error(values, golden[f"after.{name}"]), 1e-4, name)

    def test_labels_may_be_classes_or_rows(self):
        golden = support.Golden("finetune_tiny")
        video, classes = golden.array("input.video"), golden["input.labels"].tolist()
        rows = [[float(label == index) for index in range(5)] for label in classes]
        losses = {
            trainer().forward_backward(video, labels=labels)
            for labels in (classes, tuple(classes), svfap.array(classes, dtype="int64"), rows, svfap.array(rows))
        }
        self.assertEqual(len(losses), 1)

    def test_results_are_copies_and_the_model_stays_as_it_was(self):
        golden, model = support.Golden("finetune_tiny"), support.model()
        start = lists(model.parameters())
        made = svfap.Trainer(model, task="finetune", config={"drop_path": 0.1, "head": {"label_smoothing": 0.1}})
        before = made.parameters()
        snapshot = made.model()
        learn(made, golden)
        gradients = lists(made.gradients())
        self.assertTrue(any(any(support.flat(values)) for values in made.gradients().values()))
        made.step()
        self.assertEqual(lists(before), start)
        self.assertEqual(lists(snapshot.parameters()), start)
        self.assertEqual(lists(model.parameters()), start)
        self.assertNotEqual(lists(made.parameters()), start)
        self.assertEqual(lists(made.model().parameters()), lists(made.parameters()))
        self.assertNotEqual(lists(made.gradients()), gradients)
        self.assertTrue(made.model().card["trained"])

    def test_gradients_are_summed_until_they_are_dropped(self):
        golden, made = support.Golden("finetune_tiny"), trainer()
        learn(made, golden)
        once = support.flat(made.gradients()["head.bias"])
        learn(made, golden)
        for one, two in zip(once, support.flat(made.gradients()["head.bias"])):
            self.assertAlmostEqual(2 * one, two, places=6)
        made.drop_gradients()
        self.assertFalse(any(support.flat(made.gradients()["head.bias"])))
        with self.assertRaises(svfap.InvalidArgumentError):
            made.step()

    def test_moving_average(self):
        golden, made = support.Golden("finetune_tiny"), trainer(ema_decay=0.5, learning_rate=0.01)
        start = support.flat(made.parameters()["head.bias"])
        learn(made, golden)
        made.step()
        now = support.flat(made.parameters()["head.bias"])
        averaged = support.flat(made.model(averaged=True).parameters()["head.bias"])
        for first, last, mean in zip(start, now, averaged):
            self.assertAlmostEqual((first + last) / 2, mean, places=6)
        with self.assertRaises(svfap.ConfigError):
            trainer().model(averaged=True)

    def test_fine_tuning_from_a_pretraining_model(self):
        source = support.model("pretrain_tiny_paper")
        made = svfap.Trainer(source, task="finetune", config={"head": {"num_outputs": 3}})
        parameters = made.parameters()
        self.assertEqual(tuple(parameters["head.bias"].shape), (3,))
        self.assertEqual(
            parameters["blocks.0.mlp.fc1.weight"].tolist(), source.parameters()["encoder.blocks.0.mlp.fc1.weight"].tolist()
        )

    def test_what_is_wrong_is_told(self):
        golden, made = support.Golden("finetune_tiny"), trainer()
        video = golden.array("input.video")
        with self.assertRaises(TypeError):
            made.forward_backward(video)
        with self.assertRaises(TypeError):
            made.forward_backward(video, labels=[0, 1], mask=[[True], [True]])
        with self.assertRaises(svfap.ShapeError):
            made.forward_backward(video, labels=[0])
        with self.assertRaises(svfap.Error):
            made.forward_backward(video, labels=[0, 5])
        with self.assertRaises(svfap.Error):
            made.forward_backward(video, mask=support.Golden("pretrain_tiny_paper").array("input.mask"))
        broken = svfap.array([float("nan")] * len(golden["input.video"]), golden.shape("input.video"))
        weights = lists(made.parameters())
        with self.assertRaises(svfap.NumericError):
            made.forward_backward(broken, labels=[0, 1])
        self.assertEqual(lists(made.parameters()), weights)
        for config in ({"rate": 1}, {"drop_path": 2}):
            with self.assertRaises(svfap.ConfigError):
                svfap.Trainer(support.model(), task="finetune", config=config)
        with self.assertRaises(svfap.NotFoundError):
            svfap.Trainer(support.model(), task="guess")
        with self.assertRaises(svfap.UnsupportedError):
            svfap.Trainer(support.model(), task="pretrain")

    def test_closing(self):
        with trainer() as made:
            model = made.model()
        with self.assertRaises(svfap.BadHandleError):
            made.step()
        self.assertTrue(model.parameters())


if __name__ == "__main__":
    unittest.main()
