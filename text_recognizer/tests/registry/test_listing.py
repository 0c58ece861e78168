import shutil
from pathlib import Path
from typing import Any

import pytest

from text_recognizer.inference import artifacts
from text_recognizer.registry.address import FolderAddress
from text_recognizer.registry.listing import ListedModel, local_models, models_at, table
from text_recognizer.registry.remote import push
from text_recognizer.tests.registry.conftest import BUCKET


@pytest.mark.slow
def test_shipped_own_and_remote_models_are_told_apart(
    s3: Any, own: Path, tiny_weights: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(artifacts, "WEIGHTS_DIR", tiny_weights)
    shutil.copytree(tiny_weights / "tiny_line", own / "mine")
    (own / "broken").mkdir()
    (own / "broken" / "manifest.json").write_text("{")
    push(own / "mine", FolderAddress(BUCKET, ""))
    local, remote = local_models(), models_at(FolderAddress(BUCKET, ""))
    assert [(m.name, m.source) for m in local if m.kind == "line"] == [
        ("tiny_line", "shipped"),
        ("mine", "own"),
    ]
    assert [(m.name, m.source, m.kind) for m in remote] == [("mine", f"s3://{BUCKET}/", "line")]
    assert remote[0].sha256 == local[-1].sha256


def test_the_shipped_models_have_scores() -> None:
    model = next(m for m in local_models() if m.name == "CharacterModel_EmnistDataset_lenet")
    assert model.kind == "character"
    assert 0.8 < model.scores["accuracy"] < 1


def test_a_table_is_aligned() -> None:
    rows = [
        ListedModel("a", "own", "line", {"cer": 0.0442385}, "", 1234),
        ListedModel("bb", "own", "", {}, "", None),
    ]
    header, first, second = table(rows).splitlines()
    assert first.split() == ["a", "own", "line", "1,234", "cer=0.04424"]
    assert second == "bb    own"
    assert header.index("SOURCE") == first.index("own")
