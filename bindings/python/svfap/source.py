"""Videos, frame by frame."""

from __future__ import annotations

import ctypes
import json
import os
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Dict, Iterator, Mapping, Optional

from . import _abi, _arrays, _library, errors
from ._handle import Handle, Owner
from .cancel import Cancel
from .runtime import Runtime, handle_of


@dataclass(frozen=True)
class Frame:
    """One picture of a video."""

    index: int
    """Position in the stream from 0, damaged frames counted."""
    time_s: float
    """Presentation time from the start, in seconds."""
    rgb: Optional[_arrays.Array]
    """(height, width, 3) uint8; None if the picture is lost."""
    damaged: bool = False
    """Whether the decoder could not restore it faithfully."""

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        if _arrays.numpy is None or self.rgb is None:
            raise TypeError("this frame is lost" if self.rgb is None else "NumPy is not installed")
        return _arrays.numpy.array(self.rgb, dtype=dtype)


@dataclass(frozen=True)
class StreamInfo:
    """What is known of a video before its frames are read."""

    width: int
    height: int
    frame_count: Optional[int]
    """As the container claims it; None when unknown."""
    rate: Optional[Fraction]
    """Average frames per second; None when unknown."""
    duration_s: Optional[float]
    """As the container claims it; None when unknown."""
    rotation_degrees: int
    """Rotation that was applied, clockwise."""
    seekable: bool
    format: str
    """Container and codec, for people."""
    metadata: Dict[str, Any]
    """Whatever else the source knows."""


class Source(Owner):
    """A video that is being read: iterate over it for its frames. One thread at a time may use it."""

    def __init__(self, handle: Handle, path: str):
        self._handle = handle
        self.path = path

    @classmethod
    def open(
        cls, path: "os.PathLike[str] | str", *, source: str = "auto", config: Optional[Mapping[str, Any]] = None,
        cancel: Optional[Cancel] = None, runtime: Optional[Runtime] = None,
    ) -> "Source":
        """Opens a video: a file, a folder of frames, or what a source plugin understands ("synthetic:").

        `source` is the id of a plugin, `config` its configuration. `cancel` stops opening, reading and seeking.
        """
        options: Dict[str, Any] = {"source": source}
        if config is not None:
            options["config"] = dict(config)
        flag = None if cancel is None else cancel._value
        value = _library.made_by("svfap_source_open", handle_of(runtime), *_library.path(path), *_library.options(options), flag)
        return cls(Handle(value, "svfap_source_release"), os.fsdecode(path))

    @property
    def info(self) -> StreamInfo:
        """Size, rate and length of the stream, as far as they are known."""
        raw = _abi.StreamInfo(struct_size=ctypes.sizeof(_abi.StreamInfo))
        _library.call("svfap_source_info", self._value, ctypes.byref(raw))
        metadata = _library.text_at(raw.metadata.data, raw.metadata.size)
        return StreamInfo(
            width=raw.width, height=raw.height, frame_count=raw.frame_count if raw.frame_count >= 0 else None,
            rate=Fraction(raw.rate_numerator, raw.rate_denominator) if raw.rate_numerator > 0 else None,
            duration_s=raw.duration_s if raw.duration_s >= 0 else None, rotation_degrees=raw.rotation_degrees,
            seekable=bool(raw.seekable), format=_library.text_at(raw.format.data, raw.format.size),
            metadata=json.loads(metadata) if metadata else {},
        )

    def __iter__(self) -> Iterator[Frame]:
        return self

    def __next__(self) -> Frame:
        raw = _abi.Frame(struct_size=ctypes.sizeof(_abi.Frame))
        try:
            _library.call("svfap_source_next", self._value, ctypes.byref(raw))
        except errors.EndError:
            raise StopIteration from None
        rgb = _arrays.pixels(raw.rgb, raw.height, raw.width, raw.row_bytes) if raw.rgb else None
        return Frame(index=raw.index, time_s=raw.time_s, rgb=rgb, damaged=bool(raw.damaged))

    def seek(self, index: int) -> None:
        """Moves so that the next frame is number `index`, the same picture as when reading from the start."""
        if not -(2**63) <= index < 2**63:
            raise errors.InvalidArgumentError(f"index: {index} is not the number of a frame")
        _library.call("svfap_source_seek", self._value, index)
