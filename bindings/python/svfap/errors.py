"""What goes wrong, as exceptions: one class for every status of the C interface.

All derive from `Error`, and from the built-in exception that says the same, so that `except FileNotFoundError` and
`except ValueError` work as usual.
"""

from __future__ import annotations

from typing import Any, Dict, Optional, Tuple, Type

from . import _abi


class Error(Exception):
    """An error of libsvfap.

    `message` says what went wrong, where, and what to do. `status` is the class of the error (`SVFAP_E_...` of svfap.h).
    `detail` holds the same facts as data: "where" (a JSON pointer, a tensor's name, a byte ...), "expected", "found",
    "path", "errno", as far as they apply.
    """

    status: int = _abi.E_INTERNAL

    def __init__(self, message: str, detail: Optional[Dict[str, Any]] = None, status: Optional[int] = None):
        super().__init__(message)
        self.message = message
        self.detail = detail or {}
        if status is not None:
            self.status = status
        if isinstance(self, OSError):
            self.filename = self.detail.get("path")
            self.errno = int(self.detail["errno"]) if "errno" in self.detail else None

    def __str__(self) -> str:
        return self.message

    def __reduce__(self) -> Tuple[Any, ...]:
        return type(self), (self.message, self.detail, self.status)


class InvalidArgumentError(Error, ValueError):
    """An argument makes no sense: NULL, a negative count, text that is not UTF-8."""

    status = _abi.E_INVALID_ARGUMENT


class BadHandleError(Error, ValueError):
    """The object was closed, or never was what it is used as."""

    status = _abi.E_BAD_HANDLE


class BusyError(Error, RuntimeError):
    """The object is in use by another thread, or by a stream that was begun and not ended."""

    status = _abi.E_BUSY


class NoMemoryError(Error, MemoryError):
    """There is no memory for it."""

    status = _abi.E_NO_MEMORY


class InputOutputError(Error, OSError):
    """The operating system refused to read or write."""

    status = _abi.E_IO


class NoSpaceError(Error, OSError):
    """The disk or the quota is full."""

    status = _abi.E_NO_SPACE


class NotFoundError(Error, FileNotFoundError):
    """No such file, plugin, job or parameter."""

    status = _abi.E_NOT_FOUND


class FormatError(Error, ValueError):
    """The bytes are not what they claim to be."""

    status = _abi.E_FORMAT


class LimitError(Error, ValueError):
    """Larger than a stated limit."""

    status = _abi.E_LIMIT


class ConfigError(Error, ValueError):
    """An option is unknown, of the wrong type or out of range; `detail["where"]` is its JSON pointer."""

    status = _abi.E_CONFIG


class ShapeError(Error, ValueError):
    """An array has the wrong shape or element type."""

    status = _abi.E_SHAPE


class UnsupportedError(Error, NotImplementedError):
    """Understood, and not possible here."""

    status = _abi.E_UNSUPPORTED


class AbiError(Error, RuntimeError):
    """Built for another version of the interface."""

    status = _abi.E_ABI


class PluginError(Error, RuntimeError):
    """A plugin broke its contract."""

    status = _abi.E_PLUGIN


class PolicyError(Error, PermissionError):
    """Refused by the rules for loading plugins."""

    status = _abi.E_POLICY


class CancelledError(Error, RuntimeError):
    """Stopped on request."""

    status = _abi.E_CANCELLED


class EndError(Error, EOFError):
    """There are no more frames."""

    status = _abi.E_END


class NumericError(Error, ArithmeticError):
    """NaN or infinity where a number was needed."""

    status = _abi.E_NUMERIC


class InternalError(Error, RuntimeError):
    """A defect of libsvfap; please report it."""

    status = _abi.E_INTERNAL


class LibraryNotFoundError(NotFoundError):
    """The shared library libsvfap is nowhere to be found; the message tells where it was looked for."""


def _classes(base: Type[Error]) -> Dict[int, Type[Error]]:
    return {kind.status: kind for kind in base.__subclasses__()}


_BY_STATUS = _classes(Error)


def error_for(status: int, message: str, detail: Optional[Dict[str, Any]] = None) -> Error:
    """The exception that stands for a status; `Error` itself for one that this version does not know."""
    return _BY_STATUS.get(status, Error)(message, detail, status)
