"""Runtimes, logs, jobs, cancelling, Ctrl-C, and the end of the interpreter."""

import gc
import itertools
import logging
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import unittest

import support
import svfap


class Runtimes(unittest.TestCase):
    def test_options(self):
        for wrong in ({"threads": 257}, {"threads": -1}, {"log_level": "loud"}):
            with self.assertRaises(svfap.ConfigError):
                svfap.Runtime(**wrong)
        with self.assertRaises(svfap.InvalidArgumentError):
            svfap.Runtime(plugins=["relative.so"])
        with self.assertRaises(FileNotFoundError):
            svfap.Runtime(plugins=["/no/such/plugin.so"])
        bare = svfap.Runtime(plugin_directory=False)
        with self.assertRaises(svfap.NotFoundError):
            svfap.Model.open(support.golden_model("finetune_tiny"), runtime=bare)

    def test_results_do_not_depend_on_threads(self):
        video = support.Golden("finetune_tiny").array("input.video")
        results = []
        for threads in (1, 3):
            runtime = svfap.Runtime(threads=threads)
            results.append(svfap.Model.open(support.golden_model("finetune_tiny"), runtime=runtime).forward(video).tolist())
        self.assertEqual(results[0], results[1])

    def test_the_default_runtime(self):
        before = svfap.default_runtime()
        try:
            self.assertIs(svfap.default_runtime(), before)
            svfap.set_default_runtime(svfap.Runtime(threads=1, plugin_directory=False))
            with self.assertRaises(svfap.NotFoundError):
                svfap.Model.create("tiny")
            svfap.default_runtime().close()
            svfap.Model.create("tiny")
        finally:
            svfap.set_default_runtime(before)

    def test_the_log_goes_to_logging(self):
        runtime = svfap.Runtime(plugins=[support.PLUGIN], threads=1)
        with self.assertLogs("svfap", logging.INFO) as caught:
            svfap.Source.open("counting:frames=1", source="counting", config={"loud": True}, runtime=runtime)
        self.assertIn("counting: opened", [record.getMessage() for record in caught.records])
        self.assertEqual(caught.records[0].levelno, logging.INFO)
        with tempfile.TemporaryDirectory() as folder, self.assertLogs("svfap", logging.ERROR):
            options = {"inputs": ["/no/such.mp4"], "model": support.golden_model("finetune_tiny"), "out": folder}
            self.assertEqual(svfap.run("predict", options, runtime=runtime)["failed"], 1)


class Jobs(unittest.TestCase):
    def test_create_and_info(self):
        self.assertIn("predict", svfap.kinds())
        self.assertIn("out", svfap.schema("create")["properties"])
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "model.safetensors")
            reports = []
            made = svfap.run("create", {"size": "tiny", "out": path}, progress=reports.append)
            self.assertEqual(made["out"], path)
            self.assertTrue(reports)
            self.assertEqual(svfap.run("info", {"input": path})["parameters"], made["parameters"])

    def test_refusals(self):
        with self.assertRaises(svfap.NotFoundError):
            svfap.run("dance")
        with self.assertRaises(svfap.ConfigError) as caught:
            svfap.run("create", {"sise": "tiny"})
        self.assertEqual(caught.exception.detail["expected"], "size")
        self.assertIsInstance(caught.exception, ValueError)
        with self.assertRaises(ValueError):
            svfap.run("create", {"seed": float("nan")})


class Stopping(unittest.TestCase):
    # More frames than anybody would wait for.
    ENDLESS = "counting:frames=1000000,slow=1000"

    def test_a_flag_raised_by_another_thread(self):
        cancel = svfap.Cancel()
        threading.Timer(0.2, cancel.request).start()
        with self.assertRaises(svfap.CancelledError):
            support.model().predict(self.ENDLESS, cancel=cancel)

    def test_a_flag_that_was_raised_before(self):
        cancel = svfap.Cancel()
        cancel.request()
        model, video = support.model(), support.Golden("finetune_tiny").array("input.video")
        for use in (
            lambda: model.forward(video, cancel=cancel),
            lambda: model.predict(frames=support.counting_frames(100), rate=25, cancel=cancel),
            lambda: svfap.run("bench", {"size": "tiny"}, cancel=cancel, runtime=support.runtime()),
        ):
            with self.assertRaises(svfap.CancelledError):
                use()
        # The predictor that was stopped works again for the next caller.
        model.forward(video)
        cancel.close()
        with self.assertRaises(svfap.BadHandleError):
            cancel.request()

    def test_control_c(self):
        model = support.model()

        def videos():
            model.predict(self.ENDLESS)

        def frames():
            model.predict(frames=itertools.repeat(next(support.counting_frames(1))), rate=25)

        def job():
            svfap.run("bench", {"size": "tiny", "repeat": 100000}, runtime=support.runtime())

        def clips():
            golden = support.Golden("finetune_tiny")
            shape = golden.shape("input.video")
            while True:
                model.forward(svfap.array(golden["input.video"].tolist(), shape))

        for work in (videos, frames, job, clips):
            with self.subTest(work.__name__):
                threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT)).start()
                started = time.monotonic()
                with self.assertRaises(KeyboardInterrupt):
                    work()
                self.assertLess(time.monotonic() - started, 30)
                self.assertIs(signal.getsignal(signal.SIGINT), signal.default_int_handler)

    def test_a_handler_of_the_programs_own_is_left_alone(self):
        calls = []
        before = signal.signal(signal.SIGINT, lambda *_: calls.append(1))
        try:
            threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGINT)).start()
            windows = support.model().predict("counting:frames=400,slow=1000")
            self.assertGreater(len(windows), 3)
            self.assertEqual(calls, [1])
        finally:
            signal.signal(signal.SIGINT, before)


class Leaving(unittest.TestCase):
    def run_python(self, text, **changes):
        environment = {**os.environ, **changes}
        return subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, env=environment, timeout=120)

    def assertSilent(self, outcome):
        self.assertEqual((outcome.returncode, outcome.stdout, outcome.stderr), (0, "", ""))

    def test_the_interpreter_ends_with_everything_alive(self):
        self.assertSilent(
            self.run_python(
                "import svfap, support\n"
                "model = support.model()\n"
                "predictor = model.predictor(); predictor.begin(25)\n"
                "predictor.push(next(support.counting_frames(1)))\n"
                "source = svfap.Source.open('counting:', runtime=support.runtime()); frame = next(source)\n"
                "parameters = model.parameters(); cancel = svfap.Cancel()\n"
                "cycle = [model, predictor]; cycle.append(cycle)\n",
                PYTHONPATH=os.pathsep.join([os.path.dirname(__file__), os.environ.get("PYTHONPATH", "")]),
            )
        )

    def test_a_child_process_leaves_its_parents_objects_alone(self):
        self.assertSilent(
            self.run_python(
                "import os, sys, svfap, support\n"
                "model = support.model(); video = support.Golden('finetune_tiny').array('input.video')\n"
                "before = model.forward(video).tolist()\n"
                "child = os.fork()\n"
                "if child == 0: sys.exit(0)\n"
                "assert os.waitpid(child, 0)[1] == 0\n"
                "assert model.forward(video).tolist() == before\n",
                PYTHONPATH=os.pathsep.join([os.path.dirname(__file__), os.environ.get("PYTHONPATH", "")]),
            )
        )

    def test_objects_are_given_back(self):
        model = support.model()
        video = support.Golden("finetune_tiny").array("input.video")
        threads = len(os.listdir("/proc/self/task"))
        files = len(os.listdir("/proc/self/fd"))
        for _ in range(30):
            with model.predictor() as predictor:
                predictor.forward(video)
            svfap.Source.open("counting:", runtime=support.runtime())
            svfap.Runtime(threads=3)
        gc.collect()
        self.assertEqual(len(os.listdir("/proc/self/task")), threads)
        self.assertEqual(len(os.listdir("/proc/self/fd")), files)

    def test_importing_does_not_load_the_library(self):
        outcome = self.run_python("import svfap", SVFAP_LIBRARY="/no/such/library.so")
        self.assertSilent(outcome)

    def test_the_library_is_found_next_to_the_package_and_in_the_systems_path(self):
        package = os.path.dirname(svfap.__file__)
        library = os.environ["SVFAP_LIBRARY"]
        text = "import os; os.environ.pop('SVFAP_LIBRARY', None)\nimport svfap; print(svfap.library_version())"
        with tempfile.TemporaryDirectory() as folder:
            shutil.copytree(package, os.path.join(folder, "svfap"))
            for place in ("svfap/libsvfap.so.1", "svfap/libsvfap.so", "libsvfap.so.1"):
                os.symlink(library, os.path.join(folder, place))
                self.assertEqual(self.run_python(text, PYTHONPATH=folder).stdout, "0.1.0\n", place)
                os.remove(os.path.join(folder, place))
            os.symlink(library, os.path.join(folder, "libsvfap.so.1"))
            self.assertEqual(self.run_python(text, LD_LIBRARY_PATH=folder).stdout, "0.1.0\n")

    def test_a_library_that_cannot_be_found_says_where_it_was_looked_for(self):
        text = "import svfap\ntry: svfap.library_version()\nexcept svfap.LibraryNotFoundError as error: print(error)"
        named = self.run_python(text, SVFAP_LIBRARY="/no/such/library.so")
        self.assertIn("SVFAP_LIBRARY", named.stdout)
        self.assertIn("/no/such/library.so", named.stdout)
        nowhere = self.run_python("import os; del os.environ['SVFAP_LIBRARY']\n" + text)
        for place in ("set SVFAP_LIBRARY", os.path.join("svfap", "libsvfap.so.1"), "libsvfap.so.1: libsvfap.so.1"):
            self.assertIn(place, nowhere.stdout)
        other = self.run_python(text.replace("LibraryNotFoundError", "AbiError"), SVFAP_LIBRARY=support.PLUGIN)
        self.assertIn("has no function svfap_version", other.stdout)


if __name__ == "__main__":
    unittest.main()
