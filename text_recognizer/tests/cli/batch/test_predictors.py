"""Readers are built from options alone, so that another process can build the same."""

import pickle
from dataclasses import replace
from pathlib import Path, PurePath

import pytest

from text_recognizer.cli.batch.predictors import Reading
from text_recognizer.documents.reading import PageTask
from text_recognizer.documents.sources import Source
from text_recognizer.images.limits import LIBRARY_LIMITS
from text_recognizer.line_predictor import DEFAULT_LINE_MODEL
from text_recognizer.predictions.document import PageFailure
from text_recognizer.predictions.types import PagePrediction

READING = Reading(DEFAULT_LINE_MODEL, None, "greedy", (), False, None, "auto", LIBRARY_LIMITS, 2)


def read(reading: Reading, path: str) -> PagePrediction:
    page = reading.build()(PageTask(Source(Path(path), path, PurePath("a")), 1, True))
    assert isinstance(page, PagePrediction)
    return page


def test_pages_and_lines(pages: list[str]) -> None:
    assert read(pickle.loads(pickle.dumps(READING)), pages[0]).text == "bb\nbbb"
    (line,) = read(replace(READING, lines=True), pages[1]).lines
    assert line.region is None


@pytest.mark.parametrize("lines", [False, True])
def test_the_language_reaches_the_decoder(pages: list[str], lines: bool) -> None:
    page = replace(READING, lines=lines, language="none")
    assert read(page, pages[1]).text == "bbbb"
    failed = replace(page, language="fr").build()(
        PageTask(Source(Path(pages[1]), "a", PurePath("a")), 1, True)
    )
    assert isinstance(failed, PageFailure)
    assert "greedy decoder knows no language" in failed.reason


def test_settings_are_those_that_change_a_page() -> None:
    assert READING.settings == replace(READING, jobs=1).settings
    assert READING.settings != replace(READING, lines=True).settings
