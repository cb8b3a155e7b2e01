"""What is reported of a window of a video."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Dict, Iterator, List, Optional

from . import _abi, _library


@dataclass(frozen=True)
class WindowRecord:
    """One window of a video and what the model says of it.

    Attributes can also be read as items, and `dict(record)` is what the JSON reports hold of a window.
    """

    input: Optional[str]
    """Path of the video; None for frames from memory."""
    window: int
    """Number of the window: 0, 1, 2 ..."""
    start_frame: int
    """First frame."""
    end_frame: int
    """One past the last frame."""
    start_s: float
    """Time of the first frame in seconds."""
    end_s: float
    """End of the last frame in seconds."""
    success: bool
    """Whether there are readings."""
    reason: Optional[str]
    """Why there are none."""
    padded_frames: int
    """Repeats of the last frame that fill up the clip."""
    readings: Dict[str, float]
    """Every output by its name: probabilities, activated values. `Model.outputs` tells unit and range."""
    label: Optional[str]
    """The most probable class, for models whose outputs are classes."""
    probability: Optional[float]
    """Its probability."""

    def keys(self) -> List[str]:
        """Names of the items, "class" for `label` included."""
        return ["class" if name == "label" else name for name in self.__dataclass_fields__]

    def __iter__(self) -> Iterator[str]:
        return iter(self.keys())

    def __getitem__(self, key: str) -> Any:
        if key not in self.keys():
            raise KeyError(key)
        return getattr(self, "label" if key == "class" else key)


def record_of(raw: _abi.Window, outputs: List[str], source: Optional[str]) -> WindowRecord:
    """The record of a window that the library reports; `raw` is valid during its callback only."""
    readings = dict(zip(outputs, raw.readings[: raw.reading_count])) if raw.success else {}
    label = outputs[raw.winner] if raw.success and raw.winner >= 0 else None
    return WindowRecord(
        input=source, window=raw.index, start_frame=raw.start_frame, end_frame=raw.end_frame, start_s=raw.start_s, end_s=raw.end_s,
        success=bool(raw.success), reason=_library.text_at(raw.reason.data, raw.reason.size) or None, padded_frames=raw.padded_frames,
        readings=readings, label=label, probability=readings[label] if label is not None else None,
    )
