"""Owners of the library's objects."""

from __future__ import annotations

import os
import weakref
from typing import Optional, TypeVar

from . import _library, errors


def _release(function: str, value: int, process: int) -> None:
    # A process that was forked off shares its parent's memory, not its objects.
    if os.getpid() == process:
        getattr(_library.library(), function)(value, None)


class Handle:
    """A handle that is given back when nothing refers to it any more, at the latest when the interpreter ends.

    Whatever points into an object's memory refers to its Handle, so that the memory stays as long as it is seen.
    """

    def __init__(self, value: int, release: str):
        self.value = value
        # Not __del__: finalizers run in order and before modules are taken down.
        self._finalizer = weakref.finalize(self, _release, release, value, os.getpid())

    def release(self) -> None:
        """Gives the handle back now; again does nothing."""
        self._finalizer()


_Self = TypeVar("_Self", bound="Owner")


class Owner:
    """Base of the classes that stand for an object of the library: `with` and `close()`."""

    _handle: Optional[Handle] = None

    @property
    def _value(self) -> int:
        """The handle, or an error that says what happened to it."""
        handle = self._handle
        if handle is None:
            raise errors.BadHandleError(f"this {type(self).__name__} is closed")
        return handle.value

    def close(self) -> None:
        """Ends the object; arrays that show its memory stay valid. Closing twice is allowed."""
        self._handle = None

    @property
    def closed(self) -> bool:
        """Whether `close` was called."""
        return self._handle is None

    def __enter__(self: _Self) -> _Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
