"""A document is printed or written; what failed is said, each time on one line."""

from argparse import Namespace
from pathlib import Path, PurePath
from typing import Any

import pytest

from text_recognizer import DocumentPrediction
from text_recognizer.cli.batch.delivery import Delivery
from text_recognizer.cli.batch.progress import Progress
from text_recognizer.documents.sources import Source
from text_recognizer.images.limits import LIBRARY_LIMITS
from text_recognizer.predictions.document import PageFailure
from text_recognizer.tests.documents.files import write
from text_recognizer.tests.formats.pages import EMPTY, TWO_LINES

Capture = pytest.CaptureFixture[str]
SOURCE = Source(b"", "a.png", PurePath("a"))


def delivery(count: int = 1, **options: Any) -> Delivery:
    made = Delivery(
        Namespace(**{"output": None, "draw": None, "format": ("text",)} | options), LIBRARY_LIMITS
    )
    made.begin(count, Progress(count, shown=False))
    return made


def test_several_documents_have_headers(capsys: Capture) -> None:
    several = delivery(2)
    for _ in range(2):
        assert several.deliver(SOURCE, DocumentPrediction((EMPTY,)))
    assert capsys.readouterr().out == "==> a.png <==\n\n==> a.png <==\n"


def test_a_name_cannot_pass_for_a_header_or_for_text(capsys: Capture) -> None:
    assert delivery(2).deliver(
        Source(b"", "a <==\nforged\x1b[2J.png", PurePath("a")), DocumentPrediction((EMPTY,))
    )
    assert capsys.readouterr().out == "==> a <==\\nforged\\x1b[2J.png <==\n"


def test_failures_name_file_and_page(capsys: Capture) -> None:
    one = delivery()
    assert one.deliver(SOURCE, DocumentPrediction((), failures=(PageFailure(None, "gone"),)))
    assert one.deliver(SOURCE, DocumentPrediction((), failures=(PageFailure(1, "cut"),)))
    assert one.deliver(SOURCE, DocumentPrediction((EMPTY,), failures=(PageFailure(2, "cut"),)))
    assert capsys.readouterr().err.splitlines() == [
        "text-recognizer: a.png: gone",
        "text-recognizer: a.png: cut",
        "text-recognizer: a.png, page 2: cut",
    ]


def test_files_that_cannot_be_written_are_named(tmp_path: Path, capsys: Capture) -> None:
    (tmp_path / "file").touch()
    one = delivery(output=tmp_path / "file", format=("text", "json"))
    assert not one.deliver(SOURCE, DocumentPrediction((TWO_LINES,)))
    assert capsys.readouterr().err.count("cannot be written: ") == 2


def test_what_is_finished(tmp_path: Path) -> None:
    source = Source(write(tmp_path / "a.png", [1]), "a.png", PurePath("a"))
    one = delivery(output=tmp_path / "out")
    assert not one.finished(source, [1])
    assert one.deliver(source, DocumentPrediction((TWO_LINES,)))
    assert one.finished(source, [1])
    assert not delivery().finished(source, [1])
