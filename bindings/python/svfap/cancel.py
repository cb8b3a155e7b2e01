"""Stopping long work, and telling how far it is."""

from __future__ import annotations

import ctypes
import signal
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Callable, Iterator, List, Optional

from . import _abi, _library
from ._handle import Handle, Owner


class Cancel(Owner):
    """A flag that stops the calls it was given to; `request` may be called from any thread and any signal handler."""

    def __init__(self) -> None:
        self._handle = Handle(_library.made_by("svfap_cancel_create"), "svfap_cancel_release")

    def request(self) -> None:
        """Asks whatever runs with this flag to stop: it raises CancelledError soon."""
        _library.library().svfap_cancel_request(self._value)


@dataclass(frozen=True)
class Progress:
    """How far a piece of work has come."""

    done: float
    """In units of the work: frames, videos, steps."""
    total: Optional[float]
    """In the same units; None when unknown."""
    elapsed_s: float
    remaining_s: Optional[float]
    """An estimate; None when there is none."""
    activity: str
    """What is being done, for people."""


ProgressCallback = Callable[[Progress], Any]


class Callbacks:
    """What one call of the library calls back, with the errors that come out of it.

    An exception must not cross C: it is kept, the library is asked to stop, and the call ends with it.
    """

    def __init__(self) -> None:
        self.error: Optional[BaseException] = None

    def guard(self, body: Callable[..., Any]) -> Callable[..., int]:
        """A function for C: 0 to go on, 1 to stop."""

        def guarded(_user: Optional[int], *arguments: Any) -> int:
            try:
                body(*arguments)
                return 0
            except BaseException as error:  # noqa: B902 (KeyboardInterrupt and SystemExit too)
                self.error = error
                return 1

        return guarded

    @contextmanager
    def raising(self) -> Iterator[None]:
        """Ends with the exception that a callback ended with, in place of the library's report of having been stopped."""
        try:
            yield
        except Exception:
            if self.error is None:
                raise
        error, self.error = self.error, None
        if error is not None:
            raise error


@contextmanager
def late_interrupt() -> Iterator[Callable[[], bool]]:
    """Ctrl-C inside the block raises KeyboardInterrupt at its end; yields a function that tells whether it came.

    For calls that run Python code on their way: Python's own handler would raise at any point of that code, also where
    nothing can catch it, and the interrupt would be lost in C.
    """
    came: List[int] = []
    replaces = threading.current_thread() is threading.main_thread() and signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if not replaces:
        yield lambda: False
        return
    signal.signal(signal.SIGINT, lambda number, _frame: came.append(number))
    try:
        yield lambda: bool(came)
    except Exception as error:
        if came:
            raise KeyboardInterrupt from error
        raise
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if came:
        raise KeyboardInterrupt


@contextmanager
def run_options(callbacks: Callbacks, progress: Optional[ProgressCallback], cancel: Optional[Cancel]) -> Iterator[Any]:
    """Run options for one long call, which Ctrl-C stops: the library reports its progress a few times a second, whether
    or not somebody wants to see it."""
    with late_interrupt() as came, callbacks.raising():

        def report(raw: Any) -> None:
            if came():
                raise KeyboardInterrupt
            if progress is not None:
                progress(_progress(raw.contents))

        options = _abi.RunOptions(
            struct_size=ctypes.sizeof(_abi.RunOptions), cancel=cancel._value if cancel is not None else None,
            progress=_abi.ProgressFunction(callbacks.guard(report)),
        )
        yield ctypes.byref(options)


def _progress(raw: Any) -> Progress:
    return Progress(
        done=raw.done, total=raw.total if raw.total >= 0 else None, elapsed_s=raw.elapsed_s,
        remaining_s=raw.remaining_s if raw.remaining_s >= 0 else None,
        activity=_library.text_at(raw.activity.data, raw.activity.size),
    )
