"""Everything hostile that is sent to the service, in an order that a later run can take up again."""

import io
import json
import zipfile
import zlib
from collections.abc import Iterator
from functools import cache
from typing import Literal, NamedTuple, get_args

import numpy as np

from api.tests.fine_tuning.archives import archive
from api.tests.hostile import corpus, documents
from text_recognizer import LinePrediction, PagePrediction, Region
from text_recognizer.formats import ALL_FORMATS
from text_recognizer.tests.images import hostile_files

IMAGES, DOCUMENTS = "/v1/predict", "/v1/documents"
PAGES, RENDERED, LESSONS = "/v1/documents/image", "/v1/documents/render", "/v1/fine-tuning"
DOCUMENT_SHARE = 10  # mutations of images for each of a document, since each of its pages is read
Share = Literal["all", "images", "others"]
SHARES: tuple[Share, ...] = get_args(Share)
_BOUNDARY = b"hostile"
_FILE = "application/octet-stream"
_FORM = f"multipart/form-data; boundary={_BOUNDARY.decode()}"
_ZIP = "application/zip"


class Case(NamedTuple):
    """A hostile request.

    Attributes:
        route: The path that it is sent to, as the OpenAPI document names it.
        name: What it is.
        data: Its body.
        content_type: What the body claims to be.
        query: Behind the path, from the question mark on.
    """

    route: str
    name: str
    data: bytes
    content_type: str = _FILE
    query: str = ""


def cases(numbers: range, share: Share = "all") -> Iterator[Case]:
    """Yield what is not mutated, if `numbers` begin with 0; then the mutations of these numbers.

    Args:
        numbers: Of the mutations of images; every tenth has one of each other kind, too.
        share: `images` and `others` leave out the others and the images, so that two runs can share the work.
    """
    if numbers.start == 0:
        for case in _fixed():
            if share == "all" or (case.route == IMAGES) == (share == "images"):
                yield case
    for number in numbers:
        if share != "others":
            yield Case(IMAGES, f"mutation {number}", corpus.mutation(number))
        if share != "images" and number % DOCUMENT_SHARE == 0:
            yield from _mutated_documents(number // DOCUMENT_SHARE)
            yield from mutated_form_and_lesson(number // DOCUMENT_SHARE)


def images() -> Iterator[tuple[str, bytes]]:
    """Yield name and bytes of every hostile image that is no mutation."""
    for group in (corpus.seeds(), corpus.bombs(), corpus.wrong_types(), corpus.polyglots()):
        yield from group.items()
    for name, data in (corpus.seeds() | {"900 MP": corpus.png_of_900_megapixels()}).items():
        for number, part in enumerate(corpus.truncations(data)):
            yield f"{name}, {number}/16", part
    for name, (_, make) in hostile_files.FILES.items():
        yield name, make()
    for name, make in hostile_files.LARGEST.items():
        yield name, make()


@cache
def forms() -> dict[str, bytes]:
    """Return forms for /v1/documents/render: results as the service gives them, with and without an image."""
    lines = (
        LinePrediction("To be", 0.9, Region(2, 2, 30, 11)),
        LinePrediction("or not", 0.5, Region(2, 12, 30, 22), baseline=((2, 20), (30, 20))),
    )
    results = json.dumps(PagePrediction(lines, 33, 24).to_dict()).encode()
    return {
        "results": _form(document=results),
        "results and image": _form(document=results, image=corpus.seeds()["png gray"]),
    }


@cache
def lessons() -> dict[str, bytes]:
    """Return ZIP files for /v1/fine-tuning, good ones and such as claim more than they are."""
    good = archive()
    return {
        "encrypted lines": _with_flag(good, 1),
        "lines of another version": good.replace(b"PK\1\2\x14\3\x14\0", b"PK\1\2\x14\3\xff\0"),
        "one entry 2,000 times": _repeated(2000),
        "one entry 10,000 times": _repeated(10_000),
        "entries in entries": nested(500),
        "a path that leaves the folder": archive(others={"../lines/00001.png": b"x"}),
        "a line of 4 EP": archive(others={"lines/00009.png": _png_head(2**31 - 1, 2**31 - 1)}),
        "lines": good,  # last: while they are learned from, others are refused unseen
    }


def _fixed() -> Iterator[Case]:
    for name, data in images():
        yield Case(IMAGES, name, data)
    for name, data in documents.fixed():
        yield Case(DOCUMENTS, name, data)
        yield Case(PAGES, f"page of {name}", data)
    yield from forms_and_lessons()


def _mutated_documents(number: int) -> Iterator[Case]:
    document = documents.mutation(number)
    yield Case(DOCUMENTS, f"document mutation {number}", document)
    yield Case(PAGES, f"page of document mutation {number}", document, query="?page=2")


def forms_and_lessons() -> Iterator[Case]:
    """Yield everything for /v1/documents/render and /v1/fine-tuning that is no mutation."""
    for form, data in forms().items():
        for format_ in ALL_FORMATS:
            yield Case(RENDERED, f"{form} as {format_}", data, _FORM, f"?format={format_}")
    for name, data in lessons().items():
        yield Case(LESSONS, name, data, _ZIP, "?name=hostile")


def mutated_form_and_lesson(number: int) -> Iterator[Case]:
    """Yield the `number`-th mutation of a form and of a ZIP file of lines."""
    form, lesson = (
        corpus.mutated(list(seeds.values()), np.random.default_rng([kind, number]))
        for kind, seeds in ((40_000, forms()), (50_000, lessons()))
    )
    format_ = list(ALL_FORMATS)[number % len(ALL_FORMATS)]
    yield Case(RENDERED, f"form mutation {number} as {format_}", form, _FORM, f"?format={format_}")
    yield Case(LESSONS, f"lesson mutation {number}", lesson, _ZIP, "?name=hostile")


def _form(**files: bytes) -> bytes:
    parts = [
        b'--%s\r\nContent-Disposition: form-data; name="%s"; filename="%s"\r\n\r\n%s\r\n'
        % (_BOUNDARY, name.encode(), name.encode(), data)
        for name, data in files.items()
    ]
    return b"".join(parts) + b"--%s--\r\n" % _BOUNDARY


def _with_flag(data: bytes, flag: int) -> bytes:
    """Return a ZIP file whose entries have a flag, in their own heads and in the directory."""
    changed = bytearray(data)
    for signature, offset in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        at = changed.find(signature)
        while at >= 0:
            changed[at + offset] |= flag
            at = changed.find(signature, at + 1)
    return bytes(changed)


def _repeated(count: int) -> bytes:
    """Return a ZIP file whose directory names its only entry many times."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as target:
        target.writestr("labels.tsv", bytes(200_000))
        target.filelist *= count
    return file.getvalue()


def nested(count: int) -> bytes:
    """Return a ZIP file each of whose entries has the following ones in its bytes."""
    names = [f"lines/{number:05}.png" for number in range(count)]
    record, infos = b"", []
    for name in reversed(names):
        info = zipfile.ZipInfo(name)
        info.CRC, info.file_size, info.compress_size = zlib.crc32(record), len(record), len(record)
        record = info.FileHeader() + record
        infos.append((info, len(record)))
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as target:
        file.write(record)
        for info, length in infos:
            info.header_offset = len(record) - length
        target.filelist = [info for info, _ in infos]
        target.start_dir = len(record)
        target._didModify = True  # type: ignore[attr-defined]  # so that the directory is written
    return file.getvalue()


def _png_head(width: int, height: int) -> bytes:
    return b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + width.to_bytes(4) + height.to_bytes(4) + bytes(9)
