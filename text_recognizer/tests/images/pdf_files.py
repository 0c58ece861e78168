"""PDFs for tests: of pictures by Pillow, or written by hand."""

import io
from collections.abc import Sequence

from PIL import Image


def pdf_of(pictures: Sequence[Image.Image], dpi: int = 300) -> bytes:
    """Return a PDF with a page for each picture."""
    buffer = io.BytesIO()
    pictures[0].save(buffer, "PDF", save_all=True, append_images=pictures[1:], resolution=dpi)
    return buffer.getvalue()


def written_pdf(objects: Sequence[bytes], trailer: bytes = b"") -> bytes:
    """Return a PDF of objects, numbered from 1 on; the first is the catalogue."""
    data, offsets = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    size = len(objects) + 1
    end = b"trailer\n<</Size %d /Root 1 0 R %s>>\nstartxref\n%d\n%%%%EOF" % (size, trailer, len(data))
    return data + b"xref\n0 %d\n0000000000 65535 f \n" % size + table + end


def pdf_with(page: bytes, *objects: bytes) -> bytes:
    """Return a PDF of one page, whose dictionary has `page`; `objects` are numbered from 4 on."""
    return written_pdf(
        [
            b"<</Type /Catalog /Pages 2 0 R>>",
            b"<</Type /Pages /Kids [3 0 R] /Count 1>>",
            b"<</Type /Page /Parent 2 0 R %s>>" % page,
            *objects,
        ]
    )


def protected_pdf() -> bytes:
    """Return a PDF that opens with a password alone."""
    zeros = b"<" + b"00" * 32 + b">"
    return written_pdf(
        [
            b"<</Type /Catalog /Pages 2 0 R>>",
            b"<</Type /Pages /Kids [] /Count 0>>",
            b"<</Filter /Standard /V 1 /R 2 /O %s /U %s /P -4>>" % (zeros, zeros),
        ],
        b"/Encrypt 3 0 R /ID [<00> <00>]",
    )


def pdf_of_large_image(width: int, height: int) -> bytes:
    """Return a PDF whose page shows an image that claims to be large."""
    picture = (
        b"<</Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /DeviceGray /BitsPerComponent 8 "
        b"/Length 4>>\nstream\nabcd\nendstream" % (width, height)
    )
    page = b"/MediaBox [0 0 100 100] /Contents 4 0 R /Resources <</XObject <</I 5 0 R>>>>"
    return pdf_with(page, b"<</Length 28>>\nstream\nq 100 0 0 100 0 0 cm /I Do Q\nendstream", picture)
