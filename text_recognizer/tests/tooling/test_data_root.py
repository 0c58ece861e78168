import shutil
from pathlib import Path

import pytest

from text_recognizer.errors import DataError
from text_recognizer.tooling import data_root as module
from text_recognizer.tooling.data_root import (
    data_root,
    mirror,
    mirror_dir,
    offline,
    processed_dir,
    raw_dir,
    set_mirror,
)


def test_the_environment_decides(data_root: Path) -> None:
    assert module.data_root() == data_root
    assert processed_dir("toy") == data_root / "processed" / "toy"
    assert raw_dir("toy") == data_root / "raw" / "toy"


def test_a_checkout_uses_its_own_data(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TEXT_RECOGNIZER_DATA_ROOT", raising=False)
    repository = Path(__file__).resolve().parents[3]
    assert data_root() == repository / "data"


def test_installed_code_writes_to_a_folder_of_the_user(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TEXT_RECOGNIZER_DATA_ROOT", raising=False)
    monkeypatch.setattr(module, "_CHECKOUT", tmp_path / "site-packages")
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))
    assert data_root() == tmp_path / "share" / "text_recognizer"
    monkeypatch.delenv("XDG_DATA_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert data_root() == tmp_path / ".local" / "share" / "text_recognizer"
    monkeypatch.setattr("sys.platform", "darwin")
    assert data_root() == tmp_path / "Library" / "Application Support" / "text_recognizer"


def test_the_stated_mirror_wins_over_the_environment(
    data_root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert mirror() is None
    for name in ("one", "two"):
        (tmp_path / name / "iam").mkdir(parents=True)
    monkeypatch.setenv("TEXT_RECOGNIZER_MIRROR", str(tmp_path / "one"))
    assert mirror() == tmp_path / "one"
    set_mirror(tmp_path / "two")
    try:
        assert mirror() == tmp_path / "two"
        assert mirror_dir("iam") == raw_dir("iam") == tmp_path / "two" / "iam"
        assert mirror_dir("emnist") is None
        assert raw_dir("emnist") == data_root / "raw" / "emnist"
    finally:
        set_mirror(None)
    shutil.rmtree(tmp_path / "one")
    with pytest.raises(DataError, match="one"):
        mirror()


def test_the_mirror_may_be_a_file_url(
    data_root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "with space").mkdir()
    monkeypatch.setenv("TEXT_RECOGNIZER_MIRROR", (tmp_path / "with space").as_uri())
    assert mirror() == tmp_path / "with space"


@pytest.mark.parametrize(("value", "expected"), [("1", True), ("true", True), ("0", False), ("", False)])
def test_offline(value: str, expected: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEXT_RECOGNIZER_OFFLINE", value)
    assert offline() is expected
