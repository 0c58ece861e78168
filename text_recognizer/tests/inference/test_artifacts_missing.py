from pathlib import Path

import pytest

from text_recognizer.inference import artifacts
from text_recognizer.inference.artifacts import not_restored, unknown_model


def test_a_clone_offers_what_it_holds() -> None:
    message = unknown_model("nobody", ["first", "second"], Path("folder"))
    assert message.startswith("There is no model 'nobody' in folder, which holds first, second. Choose one")


def test_an_installed_package_says_where_the_others_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(artifacts, "CHECKOUT_FILE", tmp_path / "pyproject.toml")
    message = unknown_model("second", [], Path("folder"))
    assert "which holds none" in message
    assert "git clone" in message
    assert "--weights-dir" in message


def test_a_model_without_its_onnx_says_how_to_make_it() -> None:
    assert "python -m training.export.restore name" in not_restored("name")
