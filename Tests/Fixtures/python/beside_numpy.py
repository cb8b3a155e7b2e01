"""What svfap and NumPy, which brings an OpenBLAS of its own, compute in one process.

    beside_numpy.py svfap numpy     imports both, in this order, and lets each compute before, after and beside the other

Prints a digest of the very bits of each: "svfap DIGEST", "numpy DIGEST".
"""

import hashlib
import importlib
import sys
import threading

ROUNDS = 3


def affect():
    """A digest of features and gradients of a small model."""
    import svfap

    clip = svfap.array([(7 * i % 255) / 127 - 1 for i in range(3 * 16 * 64 * 64)], (1, 3, 16, 64, 64), "float32")
    labels = svfap.array([1], (1,), "int64")
    runtime = svfap.Runtime(plugin_directory=True, threads=2)
    config = {"size": "tiny", "head": {"name": "classification", "config": {"labels": ["calm", "excited"]}}}
    with svfap.Model.create(config, seed=3, runtime=runtime) as model:
        trainer = svfap.Trainer(model, task="finetune", config={"seed": 1})
        loss = trainer.forward_backward(clip, labels=labels)
        numbers = [model.features(clip).tolist(), model.forward(clip).tolist(), loss]
        numbers += [gradient.tolist() for gradient in trainer.gradients().values()][:3]
    return repr(numbers).encode()


def algebra():
    """The bits of products and of a decomposition that are large enough for NumPy's threads."""
    import numpy

    left = numpy.random.default_rng(5).standard_normal((700, 700), dtype=numpy.float32)
    product = left @ left.T
    return product.tobytes() + numpy.linalg.svd(product[:200, :200].astype(numpy.float64))[1].tobytes()


def compute(work, found):
    for _ in range(ROUNDS):
        found.append(hashlib.sha256(work()).hexdigest())


def main(names):
    for name in names:
        importlib.import_module(name)
    works = {"svfap": affect, "numpy": algebra}
    found = {name: [] for name in names}
    # One after the other, each twice, so that each works before and after the other has.
    for name in names * 2:
        compute(works[name], found[name])
    # And at once.
    threads = [threading.Thread(target=compute, args=(works[name], found[name])) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for name in names:
        digests = set(found[name])
        if len(digests) != 1 or len(found[name]) != 3 * ROUNDS:
            sys.exit(f"{name} computed {len(digests)} different results in {len(found[name])} rounds")
        print(name, digests.pop())


main(sys.argv[1:])
