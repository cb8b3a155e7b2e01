"""Models: weights with their configuration, recipe, card and outputs."""

from __future__ import annotations

import ctypes
import os
from collections import deque
from contextlib import contextmanager
from fractions import Fraction
from typing import Any, Deque, Dict, Iterable, Iterator, List, Mapping, Optional, Union

from . import _abi, _arrays, _library, errors
from ._arrays import Array
from ._handle import Handle, Owner
from .cancel import Cancel, ProgressCallback
from .predictor import Predictor, WindowCallback
from .records import WindowRecord
from .runtime import Runtime, handle_of
from .source import Frame, Source


class Model(Owner):
    """A model: immutable. Any number of threads may use it at once."""

    def __init__(self, handle: Handle, runtime: Optional[Runtime]):
        self._handle = handle
        self._runtime = runtime
        # Predictors with the recipe's options that nobody uses right now.
        self._idle: Deque[Predictor] = deque()

    @classmethod
    def open(
        cls, path: "os.PathLike[str] | str", *, precision: str = "float32", runtime: Optional[Runtime] = None
    ) -> "Model":
        """Opens a model file. The plugin of its head is taken from the plugin directory unless it is loaded.

        `precision`: what its matrices are kept in and multiplied in, "float32", "bfloat16" or "int8"."""
        value = _library.made_by("svfap_model_open", handle_of(runtime), *_library.path(path), *_library.options({"precision": precision}))
        return cls(Handle(value, "svfap_model_release"), runtime)

    @classmethod
    def create(
        cls, config: "Mapping[str, Any] | str | None" = None, seed: int = 0, *, runtime: Optional[Runtime] = None
    ) -> "Model":
        """Makes an untrained model: "base", "small" or "tiny", or a configuration.

        A configuration is either whole, as `config` gives it, or `{"size": "tiny", ...}` with members that replace those
        of that size; `"pretraining": True` makes an autoencoder with a decoder and no head. The same seed gives the
        same weights on every machine.
        """
        if not 0 <= seed < 2**64:
            raise errors.InvalidArgumentError(f"seed: expected a number from 0 to 2**64 - 1, found {seed}")
        chosen = {"size": config} if isinstance(config, str) else None if config is None else dict(config)
        value = _library.made_by("svfap_model_create", handle_of(runtime), *_library.options(chosen), seed)
        return cls(Handle(value, "svfap_model_release"), runtime)

    def save(self, path: "os.PathLike[str] | str") -> None:
        """Writes the model file durably: a reader sees the old file or the new one, never a part."""
        _library.call("svfap_model_save", self._value, *_library.path(path))

    def close(self) -> None:
        """Ends the model; arrays of its parameters stay valid."""
        self._idle.clear()
        super().close()

    # What it is

    @property
    def config(self) -> Dict[str, Any]:
        """The configuration: sizes, stages, head ..."""
        return _library.json_of("svfap_model_config", self._value)

    @property
    def recipe(self) -> Dict[str, Any]:
        """How frames must be prepared: crop, resize, mean, std, frame rate, sampling rate, clip length, hop."""
        return _library.json_of("svfap_model_recipe", self._value)

    @property
    def card(self) -> Dict[str, Any]:
        """Licence, data, metrics, and whether the weights were trained."""
        return _library.json_of("svfap_model_card", self._value)

    @property
    def outputs(self) -> List[Dict[str, Any]]:
        """The numbers that the head reports: name, unit, minimum, maximum. Empty for a pre-training model."""
        return _library.json_of("svfap_model_outputs", self._value)

    @property
    def labels(self) -> List[str]:
        """Names of the outputs: of a classifier, its classes."""
        return [output["name"] for output in self.outputs]

    def parameters(self) -> Dict[str, Array]:
        """The weights by name: read-only float32 arrays that show the model's own memory."""
        handle = self._handle
        count = ctypes.c_uint64()
        _library.call("svfap_model_parameter_count", self._value, ctypes.byref(count))
        found: Dict[str, Array] = {}
        for index in range(count.value):
            name, view = _abi.Text(), _abi.View(struct_size=ctypes.sizeof(_abi.View))
            _library.call("svfap_model_parameter", self._value, index, ctypes.byref(name), ctypes.byref(view))
            found[_library.text_at(name.data, name.size)] = _arrays.shown(view, handle)
        return found

    # What it does

    def predictor(self, *, sampling_rate: Optional[int] = None, hop: Optional[int] = None, views: int = 0) -> Predictor:
        """A predictor of one's own: for streams of frames, and for many videos with the same options."""
        return Predictor(self, sampling_rate=sampling_rate, hop=hop, views=views)

    @contextmanager
    def _idle_predictor(self) -> Iterator[Predictor]:
        try:
            predictor = self._idle.pop()
        except IndexError:
            predictor = Predictor(self)
        try:
            yield predictor
        finally:
            if not self.closed:
                self._idle.append(predictor)

    def forward(self, video: Any, *, cancel: Optional[Cancel] = None) -> Array:
        """The head's raw outputs, (b, k), of normalised clips `video`, (b, 3, t, h, w) float32."""
        with self._idle_predictor() as predictor:
            return predictor.forward(video, cancel=cancel)

    def readings(self, video: Any, *, cancel: Optional[Cancel] = None) -> Array:
        """What the head reports of normalised clips, (b, outputs): probabilities, activated values."""
        with self._idle_predictor() as predictor:
            return predictor.readings(video, cancel=cancel)

    def features(self, video: Any, *, cancel: Optional[Cancel] = None) -> Array:
        """The encoder's features of normalised clips, (b, embed_dim)."""
        with self._idle_predictor() as predictor:
            return predictor.features(video, cancel=cancel)

    def encode(self, video: Any, mask: Any, *, cancel: Optional[Cancel] = None) -> Array:
        """Pre-training model: the encoder's output (b, visible, embed_dim) under `mask`, (b, n) bool, true = masked."""
        with self._idle_predictor() as predictor:
            return predictor.encode(video, mask, cancel=cancel)

    def reconstruct(self, video: Any, mask: Any, *, cancel: Optional[Cancel] = None) -> Array:
        """Pre-training model: the predicted pixels of the masked tokens, (b, masked, tubelet * patch * patch * 3)."""
        with self._idle_predictor() as predictor:
            return predictor.reconstruct(video, mask, cancel=cancel)

    def predict(
        self, video: "os.PathLike[str] | str | Source | None" = None, *, frames: Optional[Iterable[Any]] = None,
        rate: Union[None, int, float, Fraction] = None, sampling_rate: Optional[int] = None, hop: Optional[int] = None, views: int = 0,
        source: str = "auto", source_config: Optional[Mapping[str, Any]] = None, on_window: Optional[WindowCallback] = None,
        progress: Optional[ProgressCallback] = None, cancel: Optional[Cancel] = None,
    ) -> List[WindowRecord]:
        """Predicts a whole video of any length: a record for every window.

        Either `video`: a path (opened with `source` and `source_config`, see Source.open) or an open Source, read from
        where it stands; or `frames` from memory at `rate` frames per second: (height, width, 3) uint8 arrays, None for
        lost ones, or Frame objects, which bring their own times.

        With `on_window`, which receives each record as it comes, the list is empty. Ctrl-C stops it.
        """
        if (video is None) == (frames is None):
            raise TypeError("predict needs either a video or frames")
        with self.predictor(sampling_rate=sampling_rate, hop=hop, views=views) as predictor:
            if frames is not None:
                return self._predict_frames(predictor, frames, rate, on_window, cancel)
            if isinstance(video, Source):
                return predictor.run(video, on_window=on_window, progress=progress, cancel=cancel)
            with Source.open(video, source=source, config=source_config, runtime=self._runtime) as opened:
                return predictor.run(opened, on_window=on_window, progress=progress, cancel=cancel)

    @staticmethod
    def _predict_frames(
        predictor: Predictor, frames: Iterable[Any], rate: Union[None, int, float, Fraction], on_window: Optional[WindowCallback],
        cancel: Optional[Cancel],
    ) -> List[WindowRecord]:
        windows: List[WindowRecord] = []

        def take(records: List[WindowRecord]) -> None:
            for record in records:
                (on_window or windows.append)(record)

        with predictor._watching(cancel):
            predictor.begin(rate)
            for frame in frames:
                if isinstance(frame, Frame):
                    take(predictor.push(None if frame.damaged else frame.rgb, frame.time_s))
                else:
                    take(predictor.push(frame))
            take(predictor.end())
        return windows
