"""Arrays across the C interface: NumPy arrays where NumPy is there, otherwise memoryviews with a shape.

Either way the numbers are float32 in C order, `a.shape` is a tuple, `a[i, j]` is a number and `a.tolist()` a list.
"""

from __future__ import annotations

import ctypes
import math
from array import array as number_list
from typing import TYPE_CHECKING, Any, Iterable, Optional, Sequence, Tuple, Union

from . import _abi, errors
from ._handle import Handle

try:
    import numpy
except ImportError:  # Everything works without it.
    numpy = None  # type: ignore[assignment]

if TYPE_CHECKING:
    import numpy.typing

    Array = Union["numpy.typing.NDArray[Any]", memoryview]
else:
    Array = Any

Shape = Tuple[int, ...]

_ITEM_SIZES = {_abi.FLOAT32: 4, _abi.INT64: 8, _abi.BOOL8: 1, _abi.UINT8: 1}
_FORMATS = {_abi.FLOAT32: "f", _abi.INT64: "q", _abi.BOOL8: "?", _abi.UINT8: "B"}
_NAMES = {_abi.FLOAT32: "float32", _abi.INT64: "int64", _abi.BOOL8: "bool", _abi.UINT8: "uint8"}
# Formats of buffers that hold the numbers of a type; "=" and "<" say little-endian, which is what runs.
_ACCEPTED = {_abi.FLOAT32: ("f",), _abi.INT64: ("q", "l"), _abi.BOOL8: ("?", "B", "b"), _abi.UINT8: ("B", "b", "c")}


class Borrowed:
    """A C view of an array, and whatever must stay alive as long as the view is used."""

    def __init__(self, address: int, dtype: int, shape: Shape, strides: Sequence[int], byte_count: int, owner: object):
        if not 1 <= len(shape) <= _abi.MAX_DIMENSIONS:
            raise errors.ShapeError(f"expected 1 to {_abi.MAX_DIMENSIONS} dimensions, found {len(shape)}")
        self.owner = owner
        self.shape = shape
        self.address = address
        self.strides = tuple(strides)
        self.view = _abi.View(
            struct_size=ctypes.sizeof(_abi.View), dtype=dtype, dimension_count=len(shape), data=address, byte_count=byte_count
        )
        for axis, (extent, stride) in enumerate(zip(shape, strides)):
            self.view.shape[axis] = extent
            self.view.strides[axis] = stride

    def rows(self, first: int, count: int) -> "Borrowed":
        """The view of some rows of the first axis."""
        step = self.strides[0] * _ITEM_SIZES[self.view.dtype]
        return Borrowed(
            self.address + first * step, self.view.dtype, (count, *self.shape[1:]), self.strides, self.view.byte_count - first * step,
            self.owner,
        )


def borrow(values: Any, dtype: int, name: str) -> Borrowed:
    """A view of `values`: a NumPy array or what becomes one, or anything with the buffer protocol, or nested lists.

    Nothing is copied if the element type is right and strides are positive multiples of the element. Whether the
    shape fits is the library's to say.
    """
    return _borrow_numpy(values, dtype, name) if numpy is not None else _borrow_buffer(values, dtype, name)


def _borrow_numpy(values: Any, dtype: int, name: str) -> Borrowed:
    given = numpy.asarray(values)
    kinds = {_abi.FLOAT32: "f", _abi.INT64: "iu", _abi.BOOL8: "b", _abi.UINT8: "u"}[dtype]
    is_bytes = dtype == _abi.BOOL8 and given.dtype == numpy.uint8
    # Lists of whole numbers are numbers; arrays of them are probably pixels that were never normalised.
    is_plain = isinstance(values, (list, tuple)) and given.dtype.kind in "iuf" and dtype == _abi.FLOAT32
    if given.dtype.kind not in kinds and not is_bytes and not is_plain:
        raise errors.ShapeError(f"{name}: expected an array of {_NAMES[dtype]}, found {given.dtype}")
    if dtype == _abi.UINT8 and given.dtype != numpy.uint8:
        raise errors.ShapeError(f"{name}: expected an array of uint8, found {given.dtype}")
    wanted = given if is_bytes else given.astype(_NAMES[dtype], copy=False)
    size = wanted.itemsize
    if wanted.size and (any(step < 0 or step % size for step in wanted.strides) or not any(wanted.strides)):
        wanted = numpy.ascontiguousarray(wanted)
    reach = sum((extent - 1) * step for extent, step in zip(wanted.shape, wanted.strides)) + size if wanted.size else 0
    return Borrowed(wanted.ctypes.data, dtype, wanted.shape, [step // size for step in wanted.strides], reach, wanted)


def _borrow_buffer(values: Any, dtype: int, name: str) -> Borrowed:
    try:
        view = memoryview(values)
    except TypeError:
        view = array(values, dtype=_NAMES[dtype])
    if view.format.lstrip("@=<") not in _ACCEPTED[dtype]:
        raise errors.ShapeError(f"{name}: expected numbers of type {_NAMES[dtype]} (format {_FORMATS[dtype]!r}), found the format {view.format!r}")
    shape = tuple(view.shape or ())
    if view.readonly or not view.c_contiguous:
        view = memoryview(bytearray(view.tobytes()))
    elif view.nbytes:
        view = view.cast("B")
    memory = (ctypes.c_ubyte * view.nbytes).from_buffer(view) if view.nbytes else (ctypes.c_ubyte * 1)()
    strides = [math.prod(shape[axis + 1 :]) for axis in range(len(shape))]
    return Borrowed(ctypes.addressof(memory), dtype, shape, strides, view.nbytes, (memory, view))


def contiguous(values: Any) -> Array:
    """A copy of an array in C order."""
    return numpy.ascontiguousarray(values) if numpy is not None else memoryview(bytearray(memoryview(values).tobytes()))


def _shape_of(values: Any) -> Shape:
    if isinstance(values, (int, float)):
        return ()
    shapes = {_shape_of(value) for value in values}
    if len(shapes) > 1:
        raise errors.ShapeError("nested lists must have the same lengths everywhere")
    return (len(values), *(shapes.pop() if shapes else ()))


def _flat(values: Any) -> Iterable[float]:
    if isinstance(values, (int, float)):
        yield values
    else:
        for value in values:
            yield from _flat(value)


def array(values: Any, shape: Optional[Sequence[int]] = None, dtype: str = "float32") -> Array:
    """An array of numbers as this package takes and gives them.

    `values`: nested lists, or a flat sequence with a `shape`. `dtype`: "float32", "int64", "bool" or "uint8".
    """
    if numpy is not None:
        made = numpy.array(values, dtype=dtype)
        return made if shape is None else made.reshape(tuple(shape))
    kind = next(kind for kind, known in _NAMES.items() if known == dtype)
    shape = tuple(shape) if shape is not None else _shape_of(values)
    numbers = number_list(_FORMATS[kind] if kind != _abi.BOOL8 else "B", _flat(values))
    if len(numbers) != math.prod(shape):
        raise errors.ShapeError(f"{len(numbers)} values do not make the shape {shape}")
    plain = memoryview(numbers).cast("B")
    return plain.cast(_FORMATS[kind], shape) if len(numbers) else plain.cast(_FORMATS[kind])


def empty(shape: Shape) -> Tuple[Array, int]:
    """A new float32 array, and the address of its first number."""
    if numpy is not None:
        made = numpy.empty(shape, numpy.float32)
        return made, made.ctypes.data
    memory = (ctypes.c_float * math.prod(shape))()
    return memoryview(memory).cast("B").cast("f", shape), ctypes.addressof(memory)


def shown(view: _abi.View, owner: Handle) -> Array:
    """The library's own float32 numbers, read-only; they keep `owner` alive."""
    shape = tuple(view.shape[: view.dimension_count])
    memory = (ctypes.c_float * math.prod(shape)).from_address(view.data)
    memory.owner = owner
    if numpy is not None:
        made = numpy.frombuffer(memory, numpy.float32).reshape(shape)
        made.flags.writeable = False
        return made
    return memoryview(memory).cast("B").cast("f", shape).toreadonly()


def copied(view: _abi.View) -> Array:
    """A copy of the library's own float32 numbers."""
    shape = tuple(view.shape[: view.dimension_count])
    made, address = empty(shape)
    ctypes.memmove(address, view.data, 4 * math.prod(shape))
    return made


def holds_integers(values: Any) -> bool:
    """Whether `values` is a row of whole numbers: an array of them, or a flat list."""
    if isinstance(values, (list, tuple)):
        return all(isinstance(value, int) and not isinstance(value, bool) for value in values)
    if numpy is not None:
        given = numpy.asarray(values)
        return given.dtype.kind in "iu" and given.ndim == 1
    view = memoryview(values)
    return view.format.lstrip("@=<") in _ACCEPTED[_abi.INT64] and view.ndim == 1


def pixels(address: int, height: int, width: int, row_bytes: int) -> Array:
    """A copy of a picture in foreign memory: (height, width, 3) uint8, read-only."""
    rows = b"".join(ctypes.string_at(address + row * row_bytes, 3 * width) for row in range(height))
    if numpy is not None:
        return numpy.frombuffer(rows, numpy.uint8).reshape(height, width, 3)
    return memoryview(rows).cast("B", (height, width, 3))
