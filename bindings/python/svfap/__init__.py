"""Facial affect from video: SVFAP through the C library libsvfap.

    import svfap

    model = svfap.Model.open("model.safetensors")
    for window in model.predict("clip.mp4"):
        print(window.start_s, window.label, window.probability)

Arrays are NumPy arrays where NumPy is there, and memoryviews with a shape otherwise. The library is found through the
environment variable SVFAP_LIBRARY, next to this package, or in the system's library path.
"""

from ._arrays import array
from ._library import version as library_version
from ._version import __version__
from .cancel import Cancel, Progress
from .errors import (
    AbiError,
    BadHandleError,
    BusyError,
    CancelledError,
    ConfigError,
    EndError,
    Error,
    FormatError,
    InputOutputError,
    InternalError,
    InvalidArgumentError,
    LibraryNotFoundError,
    LimitError,
    NoMemoryError,
    NoSpaceError,
    NotFoundError,
    NumericError,
    PluginError,
    PolicyError,
    ShapeError,
    UnsupportedError,
)
from .job import kinds, run, schema
from .model import Model
from .predictor import Predictor
from .records import WindowRecord
from .runtime import Runtime, default_runtime, set_default_runtime
from .source import Frame, Source, StreamInfo
from .trainer import Step, Trainer

__all__ = [
    "AbiError", "BadHandleError", "BusyError", "Cancel", "CancelledError", "ConfigError", "EndError", "Error", "FormatError", "Frame",
    "InputOutputError", "InternalError", "InvalidArgumentError", "LibraryNotFoundError", "LimitError", "Model", "NoMemoryError",
    "NoSpaceError", "NotFoundError", "NumericError", "PluginError", "PolicyError", "Predictor", "Progress", "Runtime", "ShapeError",
    "Source", "Step", "StreamInfo", "Trainer", "UnsupportedError", "WindowRecord", "__version__", "array", "default_runtime", "kinds",
    "library_version", "run", "schema", "set_default_runtime",
]
