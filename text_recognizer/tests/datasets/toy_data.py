"""Small originals in the official formats, drawn at random."""

import gzip
import struct
import zipfile
import zlib
from pathlib import Path

import numpy as np

from text_recognizer.arrays import Bytes

PER_CLASS = {"train": 20, "test": 5}


def emnist_parts(seed: int = 0) -> dict[str, tuple[Bytes, Bytes]]:
    """Return upright images and labels by part; every image of both parts is different."""
    rng = np.random.default_rng(seed)
    return {
        part: (
            rng.integers(0, 256, (62 * count, 28, 28), np.uint8),
            rng.permutation(np.repeat(np.arange(62, dtype=np.uint8), count)),
        )
        for part, count in PER_CLASS.items()
    }


def idx_files(parts: dict[str, tuple[Bytes, Bytes]]) -> dict[str, bytes]:
    """Return the official idx files by name; images are stored transposed."""
    files = {}
    for part, (images, labels) in parts.items():
        for kind, array in (("images", images.transpose(0, 2, 1)), ("labels", labels)):
            header = struct.pack(f">I{array.ndim}I", 0x0800 + array.ndim, *array.shape)
            name = f"emnist-byclass-{part}-{kind}-idx{array.ndim}-ubyte.gz"
            files[name] = gzip.compress(header + array.tobytes(), 1)
    return files


def write_emnist(folder: Path, parts: dict[str, tuple[Bytes, Bytes]]) -> None:
    """Write the idx files to `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in idx_files(parts).items():
        (folder / name).write_bytes(content)


def write_brown(path: Path, texts: int = 30) -> None:
    """Write a corpus; the words of every text are its own."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as archive:
        for text in range(texts):
            own = f"{chr(ord('a') + text // 10)}{chr(ord('a') + text % 10)}"
            sentence = f"``/`` It's/x {own}/y over-{own}z/jj ''/'' ,/, said/v {own}{own}/n ?/. ?/.\n"
            archive.writestr(f"brown/ca{text:02d}", "\n\n\t" + sentence * 20)
        archive.writestr("brown/README", "none of the texts")


def matlab_element(kind: int, data: bytes) -> bytes:
    """Return an element of a MATLAB level 5 file, padded to 8 bytes."""
    return struct.pack("<II", kind, len(data)) + data + bytes(-len(data) % 8)


def matlab_matrix(name: str, value: "Bytes | dict[str, object]") -> bytes:
    """Return a matrix element: a uint8 array or a 1 x 1 struct."""
    shape = (1, 1) if isinstance(value, dict) else value.shape
    content = matlab_element(6, struct.pack("<II", 2 if isinstance(value, dict) else 9, 0))
    content += matlab_element(5, struct.pack(f"<{len(shape)}i", *shape))
    content += (
        struct.pack("<HH4s", 1, len(name), name.encode())
        if 0 < len(name) <= 4
        else matlab_element(1, name.encode())
    )
    if isinstance(value, dict):
        content += struct.pack("<HHi", 5, 4, 16)  # length of the field names, in the small format
        content += matlab_element(1, b"".join(field.encode().ljust(16, b"\0") for field in value))
        content += b"".join(matlab_matrix("", item) for item in value.values())  # type: ignore[arg-type]
    else:
        content += matlab_element(2, value.tobytes(order="F"))
    return matlab_element(14, content)


def matlab_file(variable: str, value: dict[str, object], compress: bool) -> bytes:
    """Return a level 5 file with one variable."""
    header = b"MATLAB 5.0 MAT-file".ljust(124) + b"\x00\x01IM"
    body = matlab_matrix(variable, value)
    if compress:
        packed = zlib.compress(body)
        body = struct.pack("<II", 15, len(packed)) + packed
    return header + body


def emnist_matlab(parts: dict[str, tuple[Bytes, Bytes]], compress: bool = True) -> bytes:
    """Return the content of emnist-byclass.mat: images as rows of 784, by columns."""
    value: dict[str, object] = {
        part: {"images": images.transpose(0, 2, 1).reshape(-1, 784), "labels": labels[:, None]}
        for part, (images, labels) in parts.items()
    }
    return matlab_file("dataset", {**value, "mapping": np.arange(62, dtype=np.uint8)[:, None]}, compress)
