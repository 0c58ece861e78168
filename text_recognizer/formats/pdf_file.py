"""The objects of a PDF 1.7 (ISO 32000-1), written one after the other, so that no page has to be kept."""

import zlib
from typing import BinaryIO

_HEAD = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"  # the second line tells programs that the file is binary


class PdfFile:
    """A PDF that is being written.

    ```python
    import io

    from text_recognizer.formats.pdf_file import PdfFile

    buffer = io.BytesIO()
    file = PdfFile(buffer)
    root = file.reserve()
    file.write(root, "/Type /Catalog")
    file.finish(root)
    print(buffer.getvalue()[:8])
    ```
    """

    def __init__(self, file: BinaryIO) -> None:
        """Begin a PDF in an empty file that is open for writing."""
        self._file = file
        self._offsets: dict[int, int] = {}
        self._count = 0
        self._at = 0
        self._put(_HEAD)

    def reserve(self) -> int:
        """Return the number of an object that is going to be written."""
        self._count += 1
        return self._count

    def write(self, number: int, entries: str, stream: bytes | None = None, packed: bool = False) -> None:
        """Write an object: a dictionary, or a stream with one.

        Args:
            number: That of the object.
            entries: Of its dictionary.
            stream: Its content, which is compressed here.
            packed: Whether it is compressed already, as its entries say.
        """
        self._offsets[number] = self._at
        if stream is not None:
            if not packed:
                stream, entries = zlib.compress(stream), f"{entries} /Filter /FlateDecode"
            entries += f" /Length {len(stream)}"
        self._put(f"{number} 0 obj\n<< {entries} >>\n".encode())
        if stream is not None:
            self._put(b"stream\n" + stream + b"\nendstream\n")
        self._put(b"endobj\n")

    def finish(self, root: int, info: int | None = None) -> None:
        """Write the table of the objects; `root` and `info` are the numbers of the catalogue and of Info."""
        start = self._at
        rows = [f"0 {self._count + 1}\n0000000000 65535 f \n"]
        rows += [f"{self._offsets[number]:010d} 00000 n \n" for number in range(1, self._count + 1)]
        self._put(f"xref\n{''.join(rows)}".encode())
        entries = f"/Size {self._count + 1} /Root {root} 0 R" + (f" /Info {info} 0 R" if info else "")
        self._put(f"trailer\n<< {entries} >>\nstartxref\n{start}\n%%EOF\n".encode())

    def _put(self, data: bytes) -> None:
        self._file.write(data)
        self._at += len(data)
