"""A model in training, with batches that the caller has in memory."""

from __future__ import annotations

import ctypes
from typing import Any, Dict, Mapping, NamedTuple, Optional

from . import _abi, _arrays, _library
from ._arrays import Array
from ._handle import Handle, Owner
from .model import Model


class Step(NamedTuple):
    """What a step did."""

    index: int
    """0 for the first."""
    learning_rate: float
    """Before each parameter's factor."""
    weight_decay: float
    gradient_norm: float
    """L2 norm over all parameters, before clipping."""


class Trainer(Owner):
    """Takes a copy of a model's weights into training. One thread at a time may use it.

    `task`: "finetune" (any model; of a pre-training one the encoder is taken and a head made) or "pretrain" (a model with
    a decoder). `config`: learning_rate, drop_path, clip_grad, head ...; svfap_trainer_create in svfap.h lists them all,
    the defaults are the published ones.

        trainer = svfap.Trainer(model, task="finetune", config={"learning_rate": 1e-3})
        for video, labels in batches:
            loss = trainer.forward_backward(video, labels=labels)
            trainer.step()
        trainer.model().save("trained.safetensors")
    """

    def __init__(self, model: Model, task: str = "finetune", config: Optional[Mapping[str, Any]] = None):
        chosen = None if config is None else dict(config)
        value = _library.made_by("svfap_trainer_create", model._value, *_library.text(task), *_library.options(chosen))
        self._handle = Handle(value, "svfap_trainer_release")
        self._runtime = model._runtime

    def forward_backward(self, video: Any, *, labels: Any = None, mask: Any = None) -> float:
        """Adds the gradients of a batch to those since the last step; returns its mean loss.

        `video`: normalised clips (b, 3, t, h, w) float32, taken as they are: no augmentation, no mixing. Fine-tuning:
        `labels`, class indices (b,) int64 or target rows (b, k) float32. Pre-training: `mask`, (b, n) bool, true = masked.

        If it fails, gradients and weights are as they were; NumericError says that the loss was not finite.
        """
        if (labels is None) == (mask is None):
            raise TypeError("forward_backward needs either labels (fine-tuning) or a mask (pre-training)")
        clips = _arrays.borrow(video, _abi.FLOAT32, "video")
        given = _arrays.borrow(mask, _abi.BOOL8, "mask") if labels is None else _labels(labels)
        loss = ctypes.c_double()
        _library.call(
            "svfap_trainer_forward_backward", self._value, ctypes.byref(clips.view), ctypes.byref(given.view), ctypes.byref(loss)
        )
        return loss.value

    def step(self) -> Step:
        """Moves the weights by the mean gradient of the batches since the last step, and begins a new sum.

        NumericError says that a gradient was not finite: the sum is dropped then, the weights stay.
        """
        done = _abi.Step(struct_size=ctypes.sizeof(_abi.Step))
        _library.call("svfap_trainer_step", self._value, ctypes.byref(done))
        return Step(done.index, done.learning_rate, done.weight_decay, done.gradient_norm)

    def drop_gradients(self) -> None:
        """Forgets the gradients since the last step."""
        _library.call("svfap_trainer_drop_gradients", self._value)

    def parameters(self) -> Dict[str, Array]:
        """The weights as they are now, by name: copies, float32."""
        return self._tensors(wants_gradients=False)

    def gradients(self) -> Dict[str, Array]:
        """The gradients as they are now, summed over the batches since the last step, by name: copies, float32."""
        return self._tensors(wants_gradients=True)

    def _tensors(self, wants_gradients: bool) -> Dict[str, Array]:
        count = ctypes.c_uint64()
        _library.call("svfap_trainer_parameter_count", self._value, ctypes.byref(count))
        found: Dict[str, Array] = {}
        for index in range(count.value):
            name, view = _abi.Text(), _abi.View(struct_size=ctypes.sizeof(_abi.View))
            place = ctypes.byref(view)
            places = (None, place) if wants_gradients else (place, None)
            _library.call("svfap_trainer_parameter", self._value, index, ctypes.byref(name), *places)
            found[_library.text_at(name.data, name.size)] = _arrays.copied(view)
        return found

    def model(self, *, averaged: bool = False) -> Model:
        """A model of the weights as they are now, which later steps do not change; `averaged`: of their moving average,
        which the configuration's ema_decay keeps."""
        value = _library.made_by("svfap_trainer_snapshot", self._value, int(averaged))
        return Model(Handle(value, "svfap_model_release"), self._runtime)


def _labels(values: Any) -> _arrays.Borrowed:
    """Labels as the library takes them: whole numbers, one a clip, are classes; everything else is target rows."""
    if _arrays.holds_integers(values):
        return _arrays.borrow(values, _abi.INT64, "labels")
    return _arrays.borrow(values, _abi.FLOAT32, "labels")
