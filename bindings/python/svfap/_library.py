"""Finds and loads the shared library, and calls its functions with errors as exceptions."""

from __future__ import annotations

import ctypes
import json
import os
import threading
from typing import Any, List, Optional, Tuple

from . import _abi, errors

_NAMES = ("libsvfap.so.1", "libsvfap.so")
_PACKAGE = os.path.dirname(os.path.abspath(__file__))

_lock = threading.Lock()
_loaded: Optional[ctypes.CDLL] = None


def _open(path: str, looked: List[str]) -> Optional[ctypes.CDLL]:
    try:
        return ctypes.CDLL(path)
    except OSError as error:
        looked.append(f"{path}: {error}")
        return None


def _find() -> Tuple[ctypes.CDLL, str]:
    """The library named by SVFAP_LIBRARY, or next to this package, or in the system's library path."""
    looked: List[str] = []
    named = os.environ.get("SVFAP_LIBRARY")
    if named:
        # A library that was named and cannot be loaded is not replaced by another one in silence.
        path = os.path.abspath(named)
        library = _open(path, looked)
        if library is not None:
            return library, path
        raise errors.LibraryNotFoundError(f"the library that SVFAP_LIBRARY names cannot be loaded: {looked[0]}", {"path": path})
    for folder in (_PACKAGE, os.path.dirname(_PACKAGE)):
        for name in _NAMES:
            path = os.path.join(folder, name)
            if not os.path.exists(path):
                looked.append(f"{path}: not there")
                continue
            library = _open(path, looked)
            if library is not None:
                return library, path
    library = _open(_NAMES[0], looked)
    if library is not None:
        return library, _NAMES[0]
    raise errors.LibraryNotFoundError(
        "the library libsvfap cannot be found; set SVFAP_LIBRARY to the path of libsvfap.so. Looked at:\n  " + "\n  ".join(looked)
    )


def _prepare(library: ctypes.CDLL, path: str) -> None:
    """Declares every function, after the versions agree."""

    def declare(name: str) -> Any:
        function = getattr(library, name, None)
        if function is None:
            raise errors.AbiError(f"{path} has no function {name}: it is another version of libsvfap than this package", {"path": path})
        function.argtypes = _abi.FUNCTIONS[name]
        function.restype = ctypes.c_int32
        return function

    major, minor = ctypes.c_uint32(), ctypes.c_uint32()
    declare("svfap_version")(None, None, ctypes.byref(major), ctypes.byref(minor), None)
    # Below 1.0 a minor may change anything; from 1.0 on, a newer minor serves an older client.
    fits = major.value == _abi.ABI_MAJOR and (minor.value == _abi.ABI_MINOR or major.value > 0 and minor.value > _abi.ABI_MINOR)
    if not fits:
        expected, found = f"{_abi.ABI_MAJOR}.{_abi.ABI_MINOR}", f"{major.value}.{minor.value}"
        raise errors.AbiError(
            f"{path} has version {found} of the C interface, this package needs {expected}: install the package that came with the library",
            {"path": path, "expected": expected, "found": found},
        )
    for name in _abi.FUNCTIONS:
        declare(name)


def library() -> ctypes.CDLL:
    """The library, loaded when first needed."""
    global _loaded
    if _loaded is None:
        with _lock:
            if _loaded is None:
                found, path = _find()
                _prepare(found, path)
                _loaded = found
    return _loaded


def text_at(address: Optional[int], size: int) -> str:
    """Text that the library handed out."""
    return ctypes.string_at(address, size).decode("utf-8") if address and size else ""


def _take_error(status: int, handle: ctypes.c_void_p) -> errors.Error:
    """The exception for a failed call; ends the error object."""
    functions = library()
    message, detail, size = ctypes.c_void_p(), ctypes.c_void_p(), ctypes.c_uint64()
    if not handle.value:
        return errors.error_for(status, f"libsvfap reported status {status} and no more")
    functions.svfap_error_message(handle, ctypes.byref(message), ctypes.byref(size))
    words = text_at(message.value, size.value)
    functions.svfap_error_detail(handle, ctypes.byref(detail), ctypes.byref(size))
    facts = json.loads(text_at(detail.value, size.value) or "{}")
    functions.svfap_error_release(handle)
    return errors.error_for(status, words, {key: value for key, value in facts.items() if key not in ("status", "message")})


def call(name: str, *arguments: Any) -> None:
    """Calls a function whose last parameter is the error; that one is added here.

    Raises the exception that belongs to the status.
    """
    handle = ctypes.c_void_p()
    status = getattr(library(), name)(*arguments, ctypes.byref(handle))
    if status != _abi.OK:
        raise _take_error(status, handle)


def made_by(name: str, *arguments: Any) -> int:
    """Calls a function that makes an object; its handle."""
    handle = ctypes.c_void_p()
    call(name, *arguments, ctypes.byref(handle))
    return handle.value or 0


def json_of(name: str, *arguments: Any) -> Any:
    """Calls a function that hands out JSON; the value."""
    address, size = ctypes.c_void_p(), ctypes.c_uint64()
    call(name, *arguments, ctypes.byref(address), ctypes.byref(size))
    return json.loads(text_at(address.value, size.value))


def text(value: str) -> Tuple[bytes, int]:
    """A text as the C functions take it."""
    encoded = value.encode("utf-8", "surrogateescape")
    return encoded, len(encoded)


def path(value: "os.PathLike[str] | str") -> Tuple[bytes, int]:
    """A path as the C functions take it."""
    encoded = os.fsencode(value)
    return encoded, len(encoded)


def options(value: Any) -> Tuple[Optional[bytes], int]:
    """Options as the C functions take them: nothing for None, JSON for anything else."""
    return (None, 0) if value is None else text(json.dumps(value, allow_nan=False))


def version() -> str:
    """Version of the library that is loaded, such as "0.1.0"."""
    address, size = ctypes.c_void_p(), ctypes.c_uint64()
    call("svfap_version", ctypes.byref(address), ctypes.byref(size), None, None)
    return text_at(address.value, size.value)
