"""GIF (89a) without comments, application data and what belongs to frames beyond the first."""

from text_recognizer.images.containers.contents import MAX_PARTS, Contents, refuse_parts

MAGICS = (b"GIF87a", b"GIF89a")

_SCREEN_BYTES = 13  # signature and logical screen
_EXTENSION, _IMAGE = 0x21, 0x2C
_GRAPHIC_CONTROL = 0xF9
_GRAPHIC_CONTROL_BYTES = 4
_DISPOSAL = 0b0001_1100  # what happens with a frame when the next one comes; Pillow makes a copy for it


def contents_of(data: bytes) -> Contents:
    """Return the file `data` with its palette, its transparent colour and its first frame.

    Raises:
        ValueError: If it ends before that frame.
    """
    if len(data) < _SCREEN_BYTES:
        raise ValueError("it ends within its head")
    at = _SCREEN_BYTES + _palette_bytes(data[10])
    head, control = data[:at], b""
    parts = 0
    while at < len(data) and data[at] == _EXTENSION:
        label, block = data[at + 1 : at + 2], at + 2
        if label == bytes([_GRAPHIC_CONTROL]) and data[block : block + 1] == bytes([_GRAPHIC_CONTROL_BYTES]):
            control = _without_disposal(data[at : block + 6])
        while block < len(data) and data[block]:
            block += 1 + data[block]
            parts += 1
            if parts > MAX_PARTS:
                refuse_parts("blocks")
        at = block + 1
    if at + 10 > len(data) or data[at] != _IMAGE:
        raise ValueError("it has no frame")
    left, top, width, height = (int.from_bytes(data[at + i : at + i + 2], "little") for i in (1, 3, 5, 7))
    screen = int.from_bytes(data[6:8], "little"), int.from_bytes(data[8:10], "little")
    size = max(screen[0], left + width), max(screen[1], top + height)
    return Contents(head + control + data[at:], size)


def _palette_bytes(flags: int) -> int:
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def _without_disposal(extension: bytes) -> bytes:
    """Return a graphic control extension that leaves its frame as it is."""
    return extension[:3] + bytes([extension[3] & ~_DISPOSAL & 0xFF]) + extension[4:]
