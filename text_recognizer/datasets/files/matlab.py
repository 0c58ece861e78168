"""Read numeric arrays, texts and structs of a MATLAB level 5 file.

Source: "MAT-File Format", The MathWorks, chapter 1. Only what EMNIST and IIIT5K need is read (scipy reads
everything, but would be a dependency of 100 MB for a few files).
"""

import struct
import zlib
from typing import Any

import numpy as np

_HEADER_BYTES = 128  # text, version and byte order, in front of the first element
_MATRIX, _COMPRESSED = 14, 15  # data types of elements, table 1-1
_CELL_CLASS, _STRUCT_CLASS, _CHAR_CLASS = 1, 2, 4  # classes of matrices, table 1-3
_NUMERIC_CLASSES = range(6, 16)
# Numpy type of each numeric data type, table 1-1.
_TYPES = {1: "i1", 2: "u1", 3: "i2", 4: "u2", 5: "i4", 6: "u4", 7: "f4", 9: "f8", 12: "i8", 13: "u8"}
# Encoding of a text by its data type: whole numbers hold code points.
_ENCODINGS = {1: "latin-1", 2: "latin-1", 4: "utf-16-le", 16: "utf-8", 17: "utf-16-le", 18: "utf-32-le"}


def read_matlab(content: bytes) -> dict[str, Any]:
    """Return the variables of a little-endian level 5 file.

    Returns:
        By name: a numpy array with the axes of the file; a str for a row of characters; a dict of such values
        for a 1 x 1 struct, and a list of dicts for a struct array. Cell arrays are not read: None stands for
        one.

    Raises:
        ValueError: If the file is of another kind, is damaged, or holds other classes.
    """
    if len(content) < _HEADER_BYTES or content[124:128] != b"\x00\x01IM":
        raise ValueError("not a little-endian MATLAB level 5 file")
    variables: dict[str, Any] = {}
    view, position = memoryview(content), _HEADER_BYTES
    try:
        while position < len(view):
            kind, data, position = _element(view, position, padded=False)
            if kind == _COMPRESSED:
                kind, data, _ = _element(memoryview(zlib.decompress(data)), 0)
            if kind == _MATRIX:
                name, value = _matrix(data)
                variables[name] = value
    except (struct.error, zlib.error, IndexError, KeyError) as error:
        raise ValueError(f"damaged MATLAB file: {error}") from error
    return variables


def _element(view: memoryview, position: int, padded: bool = True) -> tuple[int, memoryview, int]:
    """Return data type, data, and the position after the element that starts at `position`."""
    kind, size = struct.unpack_from("<II", view, position)
    if kind >> 16:  # the small format: size and type share one word, the data follows within 8 bytes
        kind, size = kind & 0xFFFF, kind >> 16
        return kind, view[position + 4 : position + 4 + size], position + 8
    start, end = position + 8, position + 8 + size
    if end > len(view):
        raise ValueError(f"damaged MATLAB file: it ends {end - len(view)} bytes early")
    # Compressed elements stand without padding, all others end at a multiple of 8.
    following = end + (-size % 8 if padded or kind != _COMPRESSED else 0)
    return kind, view[start:end], following


def _matrix(view: memoryview) -> tuple[str, Any]:
    """Return the name of a matrix and its value, as `read_matlab` describes it."""
    _, flags, position = _element(view, 0)
    _, dimensions, position = _element(view, position)
    _, name, position = _element(view, position)
    shape = np.frombuffer(dimensions, "<i4")
    matrix_class = flags[0]
    if matrix_class == _CELL_CLASS:
        return bytes(name).decode(), None
    if matrix_class == _STRUCT_CLASS:
        structs = _structs(view, position, int(shape.prod()))
        return bytes(name).decode(), structs[0] if len(structs) == 1 else structs
    if matrix_class == _CHAR_CLASS:
        return bytes(name).decode(), _text(view, position, shape.tolist())
    if matrix_class not in _NUMERIC_CLASSES:
        raise ValueError(f"expected numbers, texts and structs; received class {matrix_class}")
    kind, data, _ = _element(view, position)
    return bytes(name).decode(), np.frombuffer(data, f"<{_TYPES[kind]}").reshape(shape, order="F")


def _text(view: memoryview, position: int, shape: list[int]) -> str:
    """Return a row of characters; an empty matrix is an empty text."""
    if 0 in shape:
        return ""
    if shape[0] != 1:
        raise ValueError(f"expected texts of one row; received {shape}")
    kind, data, _ = _element(view, position)
    return bytes(data).decode(_ENCODINGS[kind], "replace")


def _structs(view: memoryview, position: int, count: int) -> list[dict[str, Any]]:
    """Return the fields of each of `count` structs by their names, which have one fixed length."""
    _, length, position = _element(view, position)
    width = int(np.frombuffer(length, "<i4")[0])
    _, names, position = _element(view, position)
    fields = [
        bytes(names[start : start + width]).split(b"\0")[0].decode() for start in range(0, len(names), width)
    ]
    structs: list[dict[str, Any]] = []
    for _ in range(count):
        values: dict[str, Any] = {}
        for field in fields:
            _, data, position = _element(view, position)
            values[field] = _matrix(data)[1]
        structs.append(values)
    return structs
