"""Objects are found where the table says, in whatever order they were written."""

import io
import re
import zlib

from text_recognizer.formats.pdf_file import PdfFile


def test_the_table_leads_to_the_objects() -> None:
    buffer = io.BytesIO()
    file = PdfFile(buffer)
    first, second = file.reserve(), file.reserve()
    file.write(second, "", b"some content")
    file.write(first, "/Type /Catalog")
    file.finish(first)
    data = buffer.getvalue()
    start = int(re.findall(rb"startxref\n(\d+)", data)[0])
    assert data[start:].startswith(b"xref\n0 3\n")
    offsets = [int(each) for each in re.findall(rb"(\d{10}) 00000 n ", data)]
    assert [data[offset : offset + 7] for offset in offsets] == [b"1 0 obj", b"2 0 obj"]
    stream = re.findall(rb"stream\n(.*?)\nendstream", data, re.DOTALL)[0]
    assert zlib.decompress(stream) == b"some content"
    assert f"/Length {len(stream)}".encode() in data


def test_packed_streams_stay() -> None:
    buffer = io.BytesIO()
    file = PdfFile(buffer)
    file.write(file.reserve(), "/Filter /DCTDecode", b"jpeg", packed=True)
    assert b"/Filter /DCTDecode /Length 4 >>\nstream\njpeg\nendstream" in buffer.getvalue()
