from types import SimpleNamespace

from evaluation.rivals.rapidocr_worker import answer, read


def engine(path: str, **_: bool) -> SimpleNamespace:
    return SimpleNamespace(txts={"two": ("a", "b"), "none": None}[path])


def test_texts_of_an_image_are_one_and_may_be_missing() -> None:
    assert read(engine, ["two", "none"]) == ["a b", ""]


def test_a_response_has_texts_times_and_version() -> None:
    response = answer(engine, ["two"], "RapidOCR 9.9")
    assert (response["texts"], response["version"]) == (["a b"], "RapidOCR 9.9")
    assert float(str(response["seconds"])) >= 0
    assert float(str(response["cpu_seconds"])) >= 0
