"""Every character has a code, and the font is one that others can open."""

import io
import re
import struct

from PIL import ImageFont

from text_recognizer.formats.glyphless_font import GlyphlessFont, font_program
from text_recognizer.formats.pdf_file import PdfFile


def test_codes_are_characters_of_the_first_plane() -> None:
    font = GlyphlessFont()
    assert font.encoded("aé漢") == "006100e96f22"
    assert font.encoded("😀😁😀") == "d800d801d800"
    assert font.encoded("\ud800") == "fffd"


def test_freetype_opens_the_font() -> None:
    font = ImageFont.truetype(io.BytesIO(font_program()), 100)
    assert font.getmetrics() == (75, 25)


def test_the_sums_of_the_tables_are_right() -> None:
    data = font_program()
    (count,) = struct.unpack_from(">H", data, 4)
    for index in range(count):
        _, expected, start, length = struct.unpack_from(">4sLLL", data, 12 + 16 * index)
        table = data[start : start + length + -length % 4]
        assert sum(struct.unpack(f">{len(table) // 4}L", table)) % 2**32 == expected


def test_it_is_written_as_an_embedded_font() -> None:
    buffer = io.BytesIO()
    file = PdfFile(buffer)
    number = file.reserve()
    font = GlyphlessFont()
    font.face(0.75, 0.25)
    font.write(file, number)
    for entry in (b"/FontFile2", b"/ToUnicode", b"/Identity-H", b"/CIDToGIDMap"):
        assert entry in buffer.getvalue()


def test_faces_say_how_far_letters_reach() -> None:
    font = GlyphlessFont()
    assert [font.face(*heights) for heights in ((0.75, 0.25), (0.76, 0.24), (0.5, 0.0), (3.0, 0.25))] == [
        *("F0", "F0", "F1", "F2")
    ]
    buffer = io.BytesIO()
    file = PdfFile(buffer)
    font.write(file, file.reserve())
    assert b"/Ascent 750 /Descent -250" in buffer.getvalue()
    assert b"/Ascent 500 /Descent -50" in buffer.getvalue()
    assert b"/Ascent 1850 /Descent -250" in buffer.getvalue()
    assert re.findall(rb"/F\d \d+ 0 R", buffer.getvalue())[2].startswith(b"/F2")
