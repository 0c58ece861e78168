import io
import json
import sys
from types import SimpleNamespace

import pytest

from evaluation.rivals.rapidocr_worker import answer, read_pages, read_words, serve


def engine(path: str, **_: bool) -> SimpleNamespace:
    return SimpleNamespace(txts={"two": ("a", "b"), "none": None}[path])


def test_texts_of_an_image_are_one_and_may_be_missing() -> None:
    assert read_words(engine, ["two", "none"]) == ["a b", ""]
    assert read_pages(engine, ["two", "none"]) == ["a\nb", ""]


def test_a_response_has_texts_times_memory_and_version() -> None:
    response = answer(lambda paths: read_words(engine, paths), ["two"], "RapidOCR 9.9")
    assert (response["texts"], response["version"]) == (["a b"], "RapidOCR 9.9")
    assert float(str(response["seconds"])) >= 0
    assert float(str(response["cpu_seconds"])) >= 0
    assert float(str(response["peak_mib"])) > 5


def test_each_line_is_answered_until_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO('[]\n["x", "y"]\n'))
    out = io.StringIO()
    serve(lambda paths: [path.upper() for path in paths], "mine", out)
    assert [json.loads(line)["texts"] for line in out.getvalue().splitlines()] == [[], ["X", "Y"]]
