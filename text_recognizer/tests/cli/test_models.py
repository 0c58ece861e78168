import json
from pathlib import Path
from typing import Any

import pytest

from text_recognizer.cli import main
from text_recognizer.inference.own_models import MODELS_DIR_VARIABLE
from text_recognizer.tests.registry.conftest import BUCKET
from text_recognizer.tests.registry.conftest import s3 as s3

pytestmark = pytest.mark.slow  # the stand-in for S3 takes seconds to import


@pytest.fixture(autouse=True)
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the user's own models."""
    monkeypatch.setenv(MODELS_DIR_VARIABLE, str(tmp_path / "own"))
    return tmp_path / "own"


def test_models_are_listed_as_a_table_or_as_objects(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models"]) == 0
    rows = capsys.readouterr().out.splitlines()
    assert rows[0].split()[:3] == ["NAME", "SOURCE", "READS"]
    assert any(row.split()[:3] == ["tiny_line", "shipped", "line"] for row in rows)
    assert main(["models", "--json"]) == 0
    assert {json.loads(row)["name"] for row in capsys.readouterr().out.splitlines()} >= {"tiny_line"}


def test_a_model_is_published_fetched_and_used_by_its_address(
    s3: Any, own: Path, tmp_path: Path, pages: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    remote = f"s3://{BUCKET}/team"
    assert main(["models", "push", "tiny_line", remote]) == 0
    assert capsys.readouterr().out.strip() == f"{remote}/tiny_line"
    assert main(["models", "--remote", remote, "pull", f"{remote}/tiny_line"]) == 0
    assert capsys.readouterr().out.strip() == str(own / "tiny_line")
    assert main(["models", "--remote", remote]) == 0
    assert {row.split()[1] for row in capsys.readouterr().out.splitlines()} >= {
        "shipped",
        "own",
        f"{remote}/",
    }
    for weights in ("tiny_line", str(own / "tiny_line"), f"{remote}/tiny_line"):
        assert main(["recognize", "--weights", weights, pages[0]]) == 0
        assert set(capsys.readouterr().out) <= {"x", "\n"}


def test_what_cannot_be_used_ends_with_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models", "push", "tiny_line"]) == 1
    assert "Name the folder to publish to" in capsys.readouterr().err
    assert main(["models", "pull", "s3://x"]) == 1
    assert "Expected s3://BUCKET/FOLDER/NAME" in capsys.readouterr().err
    with pytest.raises(SystemExit, match="2"):
        main(["recognize", "--weights", "s3://x", "page.png"])
    assert main(["recognize", "--weights", "./nothing", "page.png"]) == 1
    assert "There is no manifest.json in" in capsys.readouterr().err
