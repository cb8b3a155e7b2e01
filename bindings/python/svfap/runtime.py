"""What models, videos and jobs share: threads, plugins, and where the log goes."""

from __future__ import annotations

import logging
import os
import threading
from typing import Any, Iterable, Optional

from . import _abi, _library
from ._handle import Handle, Owner

logger = logging.getLogger("svfap")
# A library is silent unless its user asks for the log.
logger.addHandler(logging.NullHandler())

_LEVELS = {1: logging.ERROR, 2: logging.WARNING, 3: logging.INFO, 4: logging.DEBUG}


def _log(_user: Optional[int], level: int, text: Optional[int], size: int) -> None:
    logger.log(_LEVELS.get(level, logging.INFO), "%s", _library.text_at(text, size))


# One function for all runtimes, alive as long as this module.
_log_function = _abi.LogFunction(_log)
_no_destroy = _abi.DestroyFunction()


class Runtime(Owner):
    """Threads, plugins and log.

    - `threads`: threads to compute with; 0 takes one for every processor that this process may use. Results do not
      depend on it.
    - `plugins`: absolute paths of plugins to load.
    - `plugin_directory`: whether plugins are also taken, by id, from the directory svfap/plugins-1 beside the library.
    - `log_level`: "error", "warning", "info" or "debug": what reaches the Python logger "svfap".
    """

    def __init__(
        self, *, threads: int = 0, plugins: "Iterable[os.PathLike[str] | str]" = (), plugin_directory: bool = True, log_level: str = "info"
    ) -> None:
        options = {"threads": threads, "plugin_directory": plugin_directory, "log_level": log_level}
        self._handle = Handle(_library.made_by("svfap_runtime_create", *_library.options(options)), "svfap_runtime_release")
        _library.call("svfap_runtime_set_log", self._value, _log_function, None, _no_destroy)
        for path in plugins:
            self.load_plugin(path)

    def load_plugin(self, path: "os.PathLike[str] | str") -> None:
        """Loads a plugin from an absolute path. It stays loaded as long as the process."""
        _library.call("svfap_runtime_load_plugin", self._value, *_library.path(path))


_lock = threading.Lock()
_default: Optional[Runtime] = None


def default_runtime() -> Runtime:
    """The runtime that is used where none is given: all processors, plugins beside the library. Made on first use."""
    global _default
    with _lock:
        if _default is None or _default.closed:
            _default = Runtime()
        return _default


def set_default_runtime(runtime: Runtime) -> None:
    """Replaces the runtime that is used where none is given."""
    global _default
    with _lock:
        _default = runtime


def handle_of(runtime: Optional[Runtime]) -> Any:
    """The handle of a runtime, or of the default one."""
    return (runtime if runtime is not None else default_runtime())._value
