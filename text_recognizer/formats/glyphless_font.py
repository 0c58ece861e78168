"""A font without shapes for text that is not seen, embedded so that every character copies out.

Each code of two bytes is a character; see ISO 32000-1, 9.7.4 (CIDFonts) and 9.10.3 (ToUnicode). All codes
have one empty glyph of half an em, and ToUnicode says what they mean: their own number in Unicode. Codes of
the surrogates, which are no characters, stand for characters beyond the first plane, in order of their use.
Faces differ in how far they say that letters reach above and below the baseline, which readers take for the
box of a word.
"""

import struct

from text_recognizer.formats.pdf_file import PdfFile

UNITS_PER_EM = 1000
ADVANCE = 500  # of every character, in these units
ASCENT, DESCENT = 750, 250  # above and below the baseline in the program of the font
_FACE_STEP = 50  # between faces, in these units: finer ones would make no visible difference
_LARGEST = 1850  # above or below the baseline; Poppler takes 1900 and more for a mistake
_SURROGATES = range(0xD800, 0xE000)
_LAST_OF_FIRST_PLANE = 0xFFFF
_REPLACEMENT = "\ufffd"  # of characters for which no code is left
_RANGES_AT_ONCE = 100  # in a section of ToUnicode
_CMAP_HEAD = b"""/CIDInit /ProcSet findresource begin 12 dict begin begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /Adobe-Identity-UCS def /CMapType 2 def
1 begincodespacerange <0000> <FFFF> endcodespacerange
"""
_CMAP_END = b"endcmap CMapName currentdict /CMap defineresource pop end end"


class GlyphlessFont:
    """The font of one PDF, and the codes that it gave to characters.

    ```python
    from text_recognizer.formats.glyphless_font import GlyphlessFont

    print(GlyphlessFont().encoded("é"))  # 00e9
    ```
    """

    def __init__(self) -> None:
        """Begin without characters beyond the first plane."""
        self._beyond: dict[str, int] = {}
        self._faces: dict[tuple[int, int], str] = {}

    def face(self, above: float, below: float) -> str:
        """Return the name of the face whose letters have about these heights above and below the baseline.

        Args:
            above: In em, as `below`.
            below: A positive number.
        """
        heights = _rounded(above), _rounded(below)
        return self._faces.setdefault(heights, f"F{len(self._faces)}")

    def encoded(self, text: str) -> str:
        """Return the codes of a text, four hexadecimal digits for each character."""
        return "".join(f"{self._code(character):04x}" for character in text)

    def _code(self, character: str) -> int:
        code = ord(character)
        if code in _SURROGATES or (code > _LAST_OF_FIRST_PLANE and len(self._beyond) == len(_SURROGATES)):
            return ord(_REPLACEMENT)
        if code <= _LAST_OF_FIRST_PLANE:
            return code
        return self._beyond.setdefault(character, _SURROGATES[len(self._beyond)])

    def write(self, file: PdfFile, number: int) -> None:
        """Write the faces as object `number`, a dictionary of them, behind all text that uses them."""
        program, glyphs, unicode = (file.reserve() for _ in range(3))
        data = font_program()
        file.write(program, f"/Length1 {len(data)}", data)
        file.write(glyphs, "", struct.pack(">H", 1) * (_LAST_OF_FIRST_PLANE + 1))
        file.write(unicode, "", self._to_unicode())
        faces = [
            f"/{name} {_write_face(file, heights, program, glyphs, unicode)} 0 R"
            for heights, name in self._faces.items()
        ]
        file.write(number, " ".join(faces))

    def _to_unicode(self) -> bytes:
        """Return the map of codes to Unicode; a range must not go on when the first byte changes."""
        rows = [
            f"<{first:04x}> <{first + 255:04x}> <{first:04x}>"
            for first in range(0, _LAST_OF_FIRST_PLANE, 256)
            if first not in _SURROGATES
        ]
        parts = [
            _section("bfrange", rows[at : at + _RANGES_AT_ONCE])
            for at in range(0, len(rows), _RANGES_AT_ONCE)
        ]
        beyond = [f"<{code:04x}> <{text.encode('utf-16-be').hex()}>" for text, code in self._beyond.items()]
        parts += [
            _section("bfchar", beyond[at : at + _RANGES_AT_ONCE])
            for at in range(0, len(beyond), _RANGES_AT_ONCE)
        ]
        return _CMAP_HEAD + "".join(parts).encode() + _CMAP_END


def _rounded(height: float) -> int:
    """Return a height in em as a multiple of the step between faces, in units."""
    steps = round(height * UNITS_PER_EM / _FACE_STEP)
    return min(max(_FACE_STEP, steps * _FACE_STEP), _LARGEST)


def _write_face(file: PdfFile, heights: tuple[int, int], program: int, glyphs: int, unicode: int) -> int:
    """Write a face with these heights, given the objects that all faces share; return its number."""
    number, descriptor, descendant = (file.reserve() for _ in range(3))
    above, below = heights
    file.write(
        descriptor,
        f"/Type /FontDescriptor /FontName /Glyphless /Flags 5 /ItalicAngle 0 "
        f"/FontBBox [0 {-below} {ADVANCE} {above}] /Ascent {above} /Descent {-below} "
        f"/CapHeight {above} /StemV 80 /FontFile2 {program} 0 R",
    )
    file.write(
        descendant,
        "/Type /Font /Subtype /CIDFontType2 /BaseFont /Glyphless "
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> "
        f"/FontDescriptor {descriptor} 0 R /CIDToGIDMap {glyphs} 0 R /DW {ADVANCE}",
    )
    file.write(
        number,
        "/Type /Font /Subtype /Type0 /BaseFont /Glyphless /Encoding /Identity-H "
        f"/DescendantFonts [{descendant} 0 R] /ToUnicode {unicode} 0 R",
    )
    return number


def _section(name: str, rows: list[str]) -> str:
    return f"{len(rows)} begin{name}\n" + "\n".join(rows) + f"\nend{name}\n"


def font_program() -> bytes:
    """Return a TrueType font (ISO/IEC 14496-22) of two empty glyphs, with the tables that PDF wants."""
    glyph = struct.pack(">hhhhhh", 0, 0, 0, 0, 0, 0)  # no contours, an empty box, no instructions
    box = (0, -DESCENT, ADVANCE, ASCENT)
    tables = {
        b"glyf": 2 * glyph,
        b"head": struct.pack(
            ">LLLLHHQQhhhhHHhhh",
            0x00010000, 0x00010000, 0, 0x5F0F3CF5, 0, UNITS_PER_EM, 0, 0, *box, 0, 8, 2, 0, 0,
        ),
        b"hhea": struct.pack(
            ">LhhhHhhhhhhhhhhhH",
            0x00010000, ASCENT, -DESCENT, 0, ADVANCE, 0, 0, 0, 1, *7 * (0,), 2,
        ),
        b"hmtx": 2 * struct.pack(">Hh", ADVANCE, 0),
        b"loca": struct.pack(">HHH", 0, len(glyph) // 2, len(glyph)),
        b"maxp": struct.pack(">LH13H", 0x00010000, 2, *2 * (0,), *2 * (0,), 2, *8 * (0,)),
    }  # fmt: skip
    head = struct.pack(">LHHHH", 0x00010000, len(tables), 64, 2, 16 * len(tables) - 64)
    directory, body = b"", b""
    start = len(head) + 16 * len(tables)
    for name, table in tables.items():
        directory += struct.pack(">4sLLL", name, _checksum(table), start + len(body), len(table))
        body += table + bytes(-len(table) % 4)
    return head + directory + body


def _checksum(table: bytes) -> int:
    padded = table + bytes(-len(table) % 4)
    return int(sum(struct.unpack(f">{len(padded) // 4}L", padded)) % 2**32)
