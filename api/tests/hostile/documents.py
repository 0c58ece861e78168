"""Documents that want to do harm, and small good ones to mutate: PDF, and TIFF of several pages."""

import functools
import io
import struct
import zlib
from collections.abc import Iterator
from itertools import pairwise

import numpy as np
from PIL import Image

from api.tests.hostile import corpus
from text_recognizer.tests.images import hostile_files
from text_recognizer.tests.images.handmade_files import entries_of, gray_tags
from text_recognizer.tests.images.pdf_files import (
    pdf_of,
    pdf_of_large_image,
    pdf_with,
    protected_pdf,
    written_pdf,
)

_SMALL_PAGE = b"/MediaBox [0 0 30 20] "
_CATALOG = b"<</Type /Catalog /Pages 2 0 R>>"


@functools.cache
def seeds() -> dict[str, bytes]:
    """Return small documents of several pages, in several compressions."""
    rng = np.random.default_rng(0)
    gray = Image.fromarray(rng.integers(0, 256, (24, 33), np.uint8))
    colour = Image.fromarray(rng.integers(0, 256, (24, 33, 3), np.uint8))
    bits = gray.convert("1")
    return {
        "pdf of jpegs": pdf_of([gray, colour, gray.rotate(90)]),
        "pdf of fax": pdf_of([bits, bits]),
        "pdf of strokes": pdf_with(_SMALL_PAGE + b"/Rotate 90 /Contents 4 0 R", _stream(b"2 2 m 20 15 l S")),
        "pdf of deflate": pdf_with(
            _SMALL_PAGE + b"/Contents 4 0 R", _stream(zlib.compress(b"0 0 9 9 re f"), b"/Filter /FlateDecode")
        ),
        "pdf of text": pdf_with(
            _SMALL_PAGE + b"/Contents 4 0 R /Resources <</Font <</F 5 0 R>>>>",
            _stream(b"BT /F 9 Tf 2 6 Td (one) Tj ET"),
            b"<</Type /Font /Subtype /Type1 /BaseFont /Helvetica>>",
        ),
        "tiff of pages": _tiff([gray, gray.rotate(90), gray], compression="tiff_lzw"),
        "tiff of modes": _tiff([gray, bits, colour]),
        "tiff of fax": _tiff([bits] * 4, compression="group4"),
        "png": corpus.seeds()["png gray"],
    }


@functools.cache
def bombs() -> dict[str, bytes]:
    """Return small documents that claim, or lead to, far more than they are."""
    return {
        "pdf protected": protected_pdf(),
        "pdf without pages": written_pdf([_CATALOG, b"<</Type /Pages /Kids [] /Count 0>>"]),
        "pdf of a billion pages": _with_count(1_000_000_000),
        "pdf of minus one page": _with_count(-1),
        "pdf whose pages hold themselves": written_pdf(
            [_CATALOG, b"<</Type /Pages /Kids [2 0 R 2 0 R] /Parent 2 0 R /Count 9>>"]
        ),
        "pdf whose table is its own": _earlier_table_is_its_own(),
        "pdf of a huge page": pdf_with(b"/MediaBox [0 0 1000000000 1000000000]"),
        "pdf of a page without height": pdf_with(b"/MediaBox [0 0 100 0]"),
        "pdf of a page of nothing": pdf_with(b"/MediaBox [0 0 0.001 0.001]"),
        "pdf of a picture of 2 GP": pdf_of_large_image(50_000, 40_000),
        "pdf of a picture of -1": pdf_of_large_image(-1, -1),
        "pdf in which deflate unpacks to 100 MB": pdf_with(
            _SMALL_PAGE + b"/Contents 4 0 R", _stream(_twice_packed(), b"/Filter [/FlateDecode /FlateDecode]")
        ),
        "pdf of 5,000 brackets": pdf_with(_SMALL_PAGE + b"/Contents 4 0 R", _stream(b"[" * 5000)),
        "pdf of nested states": pdf_with(_SMALL_PAGE + b"/Contents 4 0 R", _stream(b"q " * 100_000)),
        "pdf of a form that shows itself": pdf_with(
            _SMALL_PAGE + b"/Contents 4 0 R /Resources <</XObject <</F 5 0 R>>>>",
            _stream(b"/F Do"),
            _stream(
                b"/F Do /F Do",
                b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources <</XObject <</F 5 0 R>>>>",
            ),
        ),
        "pdf of forms that double": _doubling_forms(24),
        "tiff whose pages go round": _round_tiff(),
        "tiff of 20,000 pages": hostile_files.make("tiff of 20,000 pages"),
        "tiff with a page of 46,000 x 46,000": hostile_files.make("tiff tile 46,000 x 46,000"),
    }


def endless_pdf() -> bytes:
    """Return a PDF whose page takes far more than the time that it may take to be rendered."""
    pattern = (
        b"/Type /Pattern /PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 1 1] /XStep .01 /YStep .01"
    )
    return pdf_with(
        b"/MediaBox [0 0 600 800] /Contents 4 0 R /Resources <</Pattern <</P 5 0 R>>>>",
        _stream(b"/Pattern cs /P scn 0 0 600 800 re f " * 1000),
        _stream(b"0 0 1 1 re f", pattern + b" /Resources <<>>"),
    )


def fixed() -> Iterator[tuple[str, bytes]]:
    """Yield name and bytes of every hostile document that is no mutation."""
    yield from seeds().items()
    yield from bombs().items()
    yield "pdf that never ends", endless_pdf()
    for name, data in seeds().items():
        for number, part in enumerate(corpus.truncations(data)):
            yield f"document {name}, {number}/16", part


def mutation(number: int) -> bytes:
    """Return the `number`-th mutation of one of the seeds; always the same for the same number."""
    return corpus.mutated(list(seeds().values()), np.random.default_rng([30_000, number]))


def _tiff(pages: list[Image.Image], **options: object) -> bytes:
    """Return a TIFF of copies of some pages: Pillow keeps what an image was saved with before."""
    first, *others = [page.copy() for page in pages]
    return corpus.save(first, "TIFF", save_all=True, append_images=others, **options)


def _stream(data: bytes, entries: bytes = b"") -> bytes:
    return b"<</Length %d %s>>\nstream\n%s\nendstream" % (len(data), entries, data)


def _with_count(count: int) -> bytes:
    page = b"<</Type /Page /Parent 2 0 R /MediaBox [0 0 30 20]>>"
    return written_pdf([_CATALOG, b"<</Type /Pages /Kids [3 0 R] /Count %d>>" % count, page])


def _earlier_table_is_its_own() -> bytes:
    data = pdf_with(_SMALL_PAGE)
    at = data.rindex(b"xref\n0")
    return data.replace(b"/Root", b"/Prev %d /Root" % at)


def _twice_packed() -> bytes:
    packer = zlib.compressobj(6)
    first = b"".join(packer.compress(bytes(10**6)) for _ in range(100)) + packer.flush()
    return zlib.compress(first, 9)


def _doubling_forms(count: int) -> bytes:
    """Return a PDF whose first form shows the second one twice, this the third one twice, and so on."""
    forms = [
        _stream(
            b"/F Do /F Do",
            b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources <</XObject <</F %d 0 R>>>>"
            % following,
        )
        for _, following in pairwise(range(5, 5 + count))
    ]
    last = _stream(b"0 0 9 9 re f", b"/Type /XObject /Subtype /Form /BBox [0 0 9 9]")
    page = _SMALL_PAGE + b"/Contents 4 0 R /Resources <</XObject <</F 5 0 R>>>>"
    return pdf_with(page, _stream(b"/F Do"), *forms, last)


def _round_tiff() -> bytes:
    """Return a TIFF of two pages, the second of which is followed by the first."""
    entries = entries_of(gray_tags(8, 8, 1))
    size = 2 + len(entries) + 4
    pages = [
        struct.pack("<H", len(entries) // 12) + entries + struct.pack("<L", following)
        for following in (2000 + size, 2000)
    ]
    file = io.BytesIO((b"II*\0" + struct.pack("<L", 2000)).ljust(2000, b"\0"))
    file.seek(0, io.SEEK_END)
    file.write(b"".join(pages))
    return file.getvalue()
