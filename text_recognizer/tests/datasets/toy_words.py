"""Small folders of labelled words, drawn with Pillow's own font, in every form in which such labels come."""

import io
import struct
import zlib
from collections.abc import Mapping
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from text_recognizer.tests.datasets.toy_data import matlab_element

_FONT_PX = 24  # legible at the height of the networks


def draw_word(text: str) -> Image.Image:
    """Return a word, black on white."""
    font = ImageFont.load_default(_FONT_PX)
    image = Image.new("L", (round(font.getlength(text)) + 12, 40), 255)
    ImageDraw.Draw(image).text((6, 6), text, fill=0, font=font)
    return image


def png_of(text: str) -> bytes:
    """Return a PNG file of a word."""
    buffer = io.BytesIO()
    draw_word(text).save(buffer, format="PNG")
    return buffer.getvalue()


def write_images(folder: Path, texts: Mapping[str, str]) -> None:
    """Write an image of each text under its name."""
    for name, text in texts.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(png_of(text))


def write_labelled(folder: Path, texts: Mapping[str, str]) -> Path:
    """Write images and labels.tsv."""
    write_images(folder, texts)
    rows = "".join(f"{name}\t{text}\n" for name, text in texts.items())
    (folder / "labels.tsv").write_text(rows, encoding="utf-8")
    return folder


def write_icdar(folder: Path, texts: Mapping[str, str], labels: str = "gt.txt") -> Path:
    """Write images and their texts as ICDAR 2015 does: quoted, behind a byte order mark."""
    write_images(folder, texts)
    quoted = {name: text.replace("\\", "\\\\").replace('"', '\\"') for name, text in texts.items()}
    rows = "".join(f'{name}, "{text}"\r\n' for name, text in quoted.items())
    (folder / labels).write_text(rows, encoding="utf-8-sig", newline="")
    return folder


def write_iiit5k(folder: Path, part: str, texts: Mapping[str, str]) -> Path:
    """Write images and `traindata.mat` or `testdata.mat` with a lexicon for each."""
    write_images(folder, texts)
    body = _struct_array(f"{part}data", [_entry(name, text) for name, text in texts.items()])
    packed = zlib.compress(body)
    header = b"MATLAB 5.0 MAT-file".ljust(124) + b"\x00\x01IM"
    (folder / f"{part}data.mat").write_bytes(header + struct.pack("<II", 15, len(packed)) + packed)
    return folder


def write_lmdb(folder: Path, words: Mapping[str, str | bytes], count: int | None = None) -> Path:
    """Write a data base of words by text; a value is the text to draw, or the bytes of the image."""
    import lmdb

    folder.mkdir(parents=True)
    with lmdb.open(str(folder), map_size=1 << 24) as environment, environment.begin(write=True) as file:
        for number, (text, shown) in enumerate(words.items(), 1):
            file.put(f"label-{number:09d}".encode(), text.encode())
            file.put(f"image-{number:09d}".encode(), png_of(shown) if isinstance(shown, str) else shown)
        file.put(b"num-samples", str(len(words) if count is None else count).encode())
    (folder / "lock.mdb").unlink()
    return folder


def _entry(name: str, text: str) -> dict[str, bytes]:
    """Return the fields of a word as elements without a name."""
    lexicon = _header(1, (1, 2), "") + _characters("one") + _characters("two")
    return {
        "ImgName": _characters(name),
        "GroundTruth": _characters(text),
        "smallLexi": matlab_element(14, lexicon),
    }


def _characters(text: str) -> bytes:
    return matlab_element(14, _header(4, (1, len(text)), "") + matlab_element(4, text.encode("utf-16-le")))


def _struct_array(name: str, structs: list[dict[str, bytes]]) -> bytes:
    content = _header(2, (1, len(structs)), name) + struct.pack("<HHi", 5, 4, 16)
    content += matlab_element(1, b"".join(field.encode().ljust(16, b"\0") for field in structs[0]))
    return matlab_element(14, content + b"".join(b"".join(entry.values()) for entry in structs))


def _header(kind: int, shape: tuple[int, int], name: str) -> bytes:
    """Return flags, dimensions and name of a matrix of class `kind`."""
    flags = matlab_element(6, struct.pack("<II", kind, 0))
    return flags + matlab_element(5, struct.pack("<2i", *shape)) + matlab_element(1, name.encode())
