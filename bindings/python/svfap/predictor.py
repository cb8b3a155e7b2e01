"""A model at work."""

from __future__ import annotations

import ctypes
import math
from contextlib import contextmanager
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Callable, Dict, Iterator, List, Optional, Union

from . import _abi, _arrays, _library, errors
from ._arrays import Array
from ._handle import Handle, Owner
from .cancel import Callbacks, Cancel, ProgressCallback, late_interrupt, run_options
from .records import WindowRecord, record_of
from .source import Source

if TYPE_CHECKING:
    from .model import Model

WindowCallback = Callable[[WindowRecord], Any]

# Clips of a batch are computed in pieces of this many bytes, so that Ctrl-C is noticed on the way.
_PIECE = 8 << 20


class Predictor(Owner):
    """A model with scratch memory and threads of its own. One thread at a time may use it.

    Options that are None are those of the model's recipe. `sampling_rate`: frames from one sampled frame to the next;
    `hop`: frames from one window to the next; `views`: 0 for sliding windows, or how many windows are spread evenly
    over the video and averaged.
    """

    def __init__(self, model: "Model", *, sampling_rate: Optional[int] = None, hop: Optional[int] = None, views: int = 0):
        options = {"sampling_rate": sampling_rate, "hop": hop, "views": views}
        given = {key: value for key, value in options.items() if value is not None}
        value = _library.made_by("svfap_predictor_create", model._value, *_library.options(given))
        self._handle = Handle(value, "svfap_predictor_release")
        self._labels = model.labels
        self._callbacks = Callbacks()
        self._stream: Any = None
        self._windows: List[WindowRecord] = []
        self._pushed = 0
        self._rate: Optional[Fraction] = None

    # Clips

    def forward(self, video: Any, *, cancel: Optional[Cancel] = None) -> Array:
        """The head's raw outputs, (b, k), of normalised clips `video`, (b, 3, t, h, w) float32."""
        return self._compute("svfap_predictor_forward", video, None, cancel)

    def readings(self, video: Any, *, cancel: Optional[Cancel] = None) -> Array:
        """What the head reports, (b, outputs): probabilities, activated values."""
        return self._compute("svfap_predictor_readings", video, None, cancel)

    def features(self, video: Any, *, cancel: Optional[Cancel] = None) -> Array:
        """The encoder's features, (b, embed_dim)."""
        return self._compute("svfap_predictor_features", video, None, cancel)

    def encode(self, video: Any, mask: Any, *, cancel: Optional[Cancel] = None) -> Array:
        """Pre-training model: the encoder's output (b, visible, embed_dim) under `mask`, (b, n) bool, true = masked."""
        return self._compute("svfap_predictor_encode", video, mask, cancel)

    def reconstruct(self, video: Any, mask: Any, *, cancel: Optional[Cancel] = None) -> Array:
        """Pre-training model: the predicted pixels of the masked tokens, (b, masked, tubelet * patch * patch * 3),
        normalised per token and channel as in training."""
        return self._compute("svfap_predictor_reconstruct", video, mask, cancel)

    def _compute(self, function: str, video: Any, mask: Any, cancel: Optional[Cancel]) -> Array:
        given = [_arrays.borrow(video, _abi.FLOAT32, "video")]
        if function in _MASKED:
            given.append(_arrays.borrow(mask, _abi.BOOL8, "mask"))
        count = given[0].shape[0]
        if given[-1].shape[0] != count:
            raise errors.ShapeError(f"mask: expected {count} rows, one for each clip, found {given[-1].shape[0]}")
        step = max(1, _PIECE // max(4 * math.prod(given[0].shape[1:]), 1))
        result: Any = None
        with self._watching(cancel):
            # A batch of nothing goes to the library as well: it says what is wrong with it.
            for first in range(0, max(count, 1), step):
                rows = min(step, count - first)
                tensor = Handle(
                    _library.made_by(function, self._value, *(ctypes.byref(part.rows(first, rows).view) for part in given)),
                    "svfap_tensor_release",
                )
                found = _abi.View(struct_size=ctypes.sizeof(_abi.View))
                _library.call("svfap_tensor_view", tensor.value, ctypes.byref(found))
                shape = tuple(found.shape[1 : found.dimension_count])
                if result is None:
                    result, address = _arrays.empty((count, *shape))
                    expected = shape
                if shape != expected:
                    raise errors.ShapeError("mask: every clip must hide the same number of tokens")
                ctypes.memmove(address + first * (found.byte_count // rows), found.data, found.byte_count)
                tensor.release()
        return result

    @contextmanager
    def _watching(self, cancel: Optional[Cancel]) -> Iterator[None]:
        if cancel is None:
            yield
            return
        _library.call("svfap_predictor_set_cancel", self._value, cancel._value)
        try:
            yield
        finally:
            _library.call("svfap_predictor_set_cancel", self._value, None)

    # Videos

    def run(
        self, source: Source, *, on_window: Optional[WindowCallback] = None, progress: Optional[ProgressCallback] = None,
        cancel: Optional[Cancel] = None,
    ) -> List[WindowRecord]:
        """Predicts a video from where it stands to its end, in memory that does not grow with its length.

        Returns a record for every window; with `on_window`, which receives each as it comes, the list is empty.
        Ctrl-C stops it. `summary` tells afterwards what became of every frame.
        """
        windows: List[WindowRecord] = []
        receive = on_window or windows.append
        callbacks = Callbacks()
        callback = self._receiver(callbacks, receive, source.path)
        with run_options(callbacks, progress, cancel) as running:
            _library.call("svfap_predictor_run", self._value, source._value, callback, None, running)
        return windows

    def _receiver(self, callbacks: Callbacks, receive: WindowCallback, source: Optional[str]) -> Any:
        return _abi.WindowFunction(callbacks.guard(lambda raw: receive(record_of(raw.contents, self._labels, source))))

    # Frames from memory

    def begin(self, rate: Union[None, int, float, Fraction] = None) -> None:
        """Begins a stream of frames that `push` takes; `rate` in frames per second, None if unknown."""
        exact = None if rate is None else Fraction(rate).limit_denominator(1_000_000)
        if exact is not None and exact <= 0:
            raise errors.InvalidArgumentError(f"rate: expected frames per second, or None if they are unknown, found {rate}")
        callback = self._receiver(self._callbacks, lambda record: self._windows.append(record), None)
        info = _abi.StreamInfo(struct_size=ctypes.sizeof(_abi.StreamInfo), frame_count=_abi.UNKNOWN_COUNT, duration_s=-1)
        info.rate_numerator, info.rate_denominator = (exact.numerator, exact.denominator) if exact else (0, 1)
        _library.call("svfap_predictor_begin", self._value, ctypes.byref(info), callback, None)
        # Not before it has begun: a stream that runs goes on as it was.
        self._rate, self._pushed, self._windows, self._stream = exact, 0, [], callback

    def push(self, rgb: Any, time_s: Optional[float] = None) -> List[WindowRecord]:
        """Takes the next frame, (height, width, 3) uint8, None if it is lost; returns the windows that it completes.

        `time_s` is its presentation time; without it frames follow each other at the stream's rate.
        """
        if time_s is None:
            if self._rate is None:
                raise errors.InvalidArgumentError("time_s: is needed, because the stream was begun without a rate")
            time_s = self._pushed / self._rate
        frame = _abi.Frame(struct_size=ctypes.sizeof(_abi.Frame), index=self._pushed, time_s=float(time_s), damaged=rgb is None)
        if rgb is not None:
            pixels = _arrays.borrow(rgb, _abi.UINT8, "frame")
            if len(pixels.shape) != 3 or pixels.shape[2] != 3 or 0 in pixels.shape:
                raise errors.ShapeError(f"frame: expected (height, width, 3), found {pixels.shape}")
            frame.height, frame.width, _ = pixels.shape
            if pixels.strides[1:] != (3, 1) or pixels.strides[0] < 3 * frame.width:
                pixels = _arrays.borrow(_arrays.contiguous(rgb), _abi.UINT8, "frame")
            frame.row_bytes, frame.rgb = 3 * frame.width if frame.height == 1 else pixels.strides[0], pixels.address
        with late_interrupt(), self._callbacks.raising():
            _library.call("svfap_predictor_push", self._value, ctypes.byref(frame))
        self._pushed += 1
        return self._taken()

    def end(self) -> List[WindowRecord]:
        """Ends the stream and returns its last windows."""
        try:
            with late_interrupt(), self._callbacks.raising():
                _library.call("svfap_predictor_end", self._value)
        finally:
            self._stream = None
        return self._taken()

    def _taken(self) -> List[WindowRecord]:
        taken, self._windows = self._windows, []
        return taken

    @property
    def summary(self) -> Dict[str, Any]:
        """Account of the last run: windows, what became of every frame, and how the video ended."""
        return _library.json_of("svfap_predictor_summary", self._value)


_MASKED = ("svfap_predictor_encode", "svfap_predictor_reconstruct")
