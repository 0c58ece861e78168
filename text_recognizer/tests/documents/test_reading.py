"""Every page of every file is read once, in order; what cannot be read is named and stops nothing."""

from collections.abc import Callable
from pathlib import Path
from typing import cast

import pytest

from text_recognizer import DocumentPrediction, InvalidInputError, ParagraphTextRecognizer, recognize
from text_recognizer.arrays import GrayImage
from text_recognizer.documents.page_ranges import PageRanges
from text_recognizer.documents.reading import page_tasks, reason_of
from text_recognizer.documents.sources import find_sources
from text_recognizer.images.limits import LIBRARY_LIMITS
from text_recognizer.tests.documents.files import StubRecognizer, text_of, write


def read(
    *paths: Path, before: Callable[[GrayImage], None] = lambda image: None, **options: object
) -> list[DocumentPrediction]:
    stub = cast(ParagraphTextRecognizer, StubRecognizer(before))
    return list(recognize(paths, recognizer=stub, **options))  # type: ignore[arg-type]


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    return [
        write(tmp_path / "one.png", [10]),
        write(tmp_path / "two.tif", [20, 30]),
        write(tmp_path / "three.pdf", [40, 50, 60]),
    ]


@pytest.mark.parametrize("jobs", [1, 2])
def test_documents_come_in_order_with_all_their_pages(files: list[Path], jobs: int) -> None:
    documents = read(*files, jobs=jobs)
    assert [document.source for document in documents] == [str(file) for file in files]
    texts = [[page.text for page in document.pages] for document in documents]
    assert texts == [[text_of(10)], [text_of(20), text_of(30)], [text_of(gray) for gray in (40, 50, 60)]]
    assert [page.number for page in documents[2].pages] == [1, 2, 3]
    assert {page.image for page in documents[2].pages} == {str(files[2])}
    assert not any(document.failures for document in documents)


def test_pages_are_chosen(files: list[Path]) -> None:
    one, two, three = read(*files, pages="2-")
    assert one.pages == ()
    assert "1 pages, none of those that are wanted" in one.failures[0].reason
    assert [page.number for page in two.pages] == [2]
    assert [page.number for page in three.pages] == [2, 3]
    with pytest.raises(InvalidInputError):
        recognize(files, pages="x")


def test_what_cannot_be_read_is_named_and_stops_nothing(files: list[Path], tmp_path: Path) -> None:
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(b"%PDF-1.7 nothing")
    bomb = tmp_path / "cut.png"
    bomb.write_bytes(files[0].read_bytes()[:50])

    def fail(image: GrayImage) -> None:
        if round(float(image.mean())) == 50:
            raise MemoryError

    documents = read(broken, tmp_path / "none.png", bomb, tmp_path / "no" / "*.png", *files, before=fail)
    failures = [[(failure.number, failure.reason) for failure in each.failures] for each in documents]
    assert failures[0][0][0] is None
    assert "damaged" in failures[0][0][1]
    assert "No such file" in failures[1][0][1]
    assert failures[2][0][0] == 1
    assert failures[3:5] == [[], []]
    assert failures[5] == [(2, "MemoryError")]
    assert [page.number for page in documents[5].pages] == [1, 3]
    assert "names no file" in failures[6][0][1]


def test_other_errors_are_not_hidden(files: list[Path]) -> None:
    def fail(image: GrayImage) -> None:
        raise AssertionError

    with pytest.raises(AssertionError):
        read(*files, before=fail)


def test_finished_documents_have_no_tasks_and_known_pages_their_result(files: list[Path]) -> None:
    (document,) = read(files[2])
    tasks = list(
        page_tasks(
            find_sources(files),
            PageRanges(),
            LIBRARY_LIMITS,
            lambda source, number: document.pages[1] if number == 2 else None,
            lambda source, numbers: source.content == files[1],
        )
    )
    assert [(Path(task.source.name).name, task.number, task.last) for task in tasks] == [
        ("one.png", 1, True),
        ("three.pdf", 1, False),
        ("three.pdf", 2, False),
        ("three.pdf", 3, True),
    ]
    assert [task.known is not None for task in tasks] == [False, False, True, False]


def test_reasons_have_words() -> None:
    assert reason_of(FileNotFoundError(2, "No such file")) == "No such file"
    assert reason_of(MemoryError()) == "MemoryError"
