"""A ZIP file of corrected lines, as the web page sends it -> a folder to learn from."""

import io
import re
import struct
import zipfile
from pathlib import Path

from text_recognizer.errors import ImageTooLargeError, InvalidInputError

MIN_LINES = 5  # fewer teach nothing that could be judged
MAX_LINES = 5000
MAX_LINE_PIXELS = 4_000_000  # a line as wide as a page of A4 at 600 dpi has half of that
LABELS = "labels.tsv"

_NAMES = re.compile(r"labels\.tsv|documents\.tsv|lines/[0-9]{5}\.png")  # no path that leaves the folder
_ENTRY = b"PK\1\2"  # begins each entry of the directory; parsing 200,000 of them takes seconds
_NOT_PLAIN = 0x61  # flags of an entry: encrypted, a patch, strongly encrypted
_PNG_HEAD = struct.Struct(">8s4x4sII")  # signature, length, chunk IHDR, width, height
_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_EXPECTED = (
    f"Expected {LABELS}, documents.tsv and lines/00001.png, ... in a ZIP file, not compressed; received "
)


def unpack(content: bytes, folder: Path) -> int:
    """Write the lines into a folder; return how many there are.

    Args:
        content: The ZIP file. Its entries are stored, so that it takes no more space than it has bytes.
        folder: Does not exist yet.

    Raises:
        InvalidInputError: If it is no such file, or has too few lines.
        ImageTooLargeError: If there are too many lines, or one is too large.
        OSError: If the folder cannot be written.
    """
    try:
        entries = _entries(content)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, ValueError) as error:
        if isinstance(error, InvalidInputError):  # a ValueError, too
            raise
        raise InvalidInputError(f"{_EXPECTED}no readable ZIP file.") from error
    lines = [name for name in entries if name.endswith(".png")]
    if LABELS not in entries or len(lines) < MIN_LINES:
        raise InvalidInputError(
            f"At least {MIN_LINES} lines are needed to learn from; received {len(lines)}."
        )
    if len(lines) > MAX_LINES:
        raise ImageTooLargeError(f"At most {MAX_LINES:,} lines are learned from; received {len(lines):,}.")
    for name in lines:
        _check_image(name, entries[name])
    (folder / "lines").mkdir(parents=True, mode=0o700)
    for name, data in entries.items():
        (folder / name).write_bytes(data)
    return len(lines)


def _entries(content: bytes) -> dict[str, bytes]:
    """Return the bytes of each entry by its name; none is read before the directory is known to be sound."""
    if content.count(_ENTRY) > MAX_LINES + 2:
        raise ImageTooLargeError(f"At most {MAX_LINES:,} lines are learned from; the ZIP file has more.")
    archive = zipfile.ZipFile(io.BytesIO(content))
    entries = archive.infolist()
    for entry in entries:
        _check_entry(entry)
    if len({entry.filename for entry in entries}) < len(entries):
        raise InvalidInputError(f"{_EXPECTED}an entry twice.")
    # Entries that share their bytes would let a small file unpack to gigabytes.
    if sum(entry.file_size for entry in entries) > len(content):
        raise InvalidInputError(f"{_EXPECTED}entries that overlap.")
    return {entry.filename: archive.read(entry) for entry in entries}


def _check_entry(entry: zipfile.ZipInfo) -> None:
    if not _NAMES.fullmatch(entry.filename):
        raise InvalidInputError(f"{_EXPECTED}{entry.filename[:80]!r}.")
    if entry.compress_type != zipfile.ZIP_STORED or entry.file_size != entry.compress_size:
        raise InvalidInputError(f"{_EXPECTED}a compressed {entry.filename}.")
    if entry.flag_bits & _NOT_PLAIN:
        raise InvalidInputError(f"{_EXPECTED}an encrypted or patched {entry.filename}.")


def _check_image(name: str, content: bytes) -> None:
    if len(content) < _PNG_HEAD.size:
        raise InvalidInputError(f"{name} is no PNG image.")
    signature, chunk, width, height = _PNG_HEAD.unpack_from(content)
    if signature != _PNG_SIGNATURE or chunk != b"IHDR":
        raise InvalidInputError(f"{name} is no PNG image.")
    if width * height > MAX_LINE_PIXELS:
        raise ImageTooLargeError(
            f"{name} has {width} x {height} pixels; expected at most {MAX_LINE_PIXELS:,}. Leave it out."
        )
