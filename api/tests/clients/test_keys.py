import logging
import os
import time
from pathlib import Path

import pytest

from api.clients import keys as keys_module
from api.clients.keys import Keys
from api.logs import LOGGER
from text_recognizer.errors import ConfigError

OLD, NEW = "old-key-of-16-chars", "new-key-of-16-chars"


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(keys_module, "_CHECK_S", 0.0)
    path = tmp_path / "keys"
    path.write_text(f"# clients\n\nphone {OLD}\n", encoding="utf-8")
    return path


def test_without_keys_none_is_required() -> None:
    assert not Keys().required
    assert Keys().name_of("any") is None


def test_the_key_of_the_environment_and_those_of_the_file_are_valid(path: Path) -> None:
    keys = Keys("short", path)
    assert keys.required
    assert [keys.name_of(each) for each in ("short", OLD, NEW, "", "phone")] == [
        "default",
        "phone",
        None,
        None,
        None,
    ]


def test_keys_are_changed_without_a_restart(path: Path) -> None:
    keys = Keys(path=path)
    path.write_text(f"phone {OLD}\nphone {NEW}\n", encoding="utf-8")
    assert (keys.name_of(OLD), keys.name_of(NEW)) == ("phone", "phone")
    replacement = path.with_name("replacement")
    replacement.write_text(f"phone {NEW}\n", encoding="utf-8")
    os.replace(replacement, path)
    assert (keys.name_of(OLD), keys.name_of(NEW)) == (None, "phone")


@pytest.mark.parametrize("text", ["", "phone short", "\u00e4 " + OLD, "phone", None])
def test_a_bad_file_leaves_the_keys_as_they_were_and_is_logged(
    path: Path, text: str | None, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging.getLogger(LOGGER), "propagate", True)
    keys = Keys(path=path)
    if text is None:
        path.unlink()
    else:
        path.write_text(text, encoding="utf-8")
    with caplog.at_level(logging.ERROR, LOGGER):
        assert keys.name_of(OLD) == "phone"
    assert "stay as they were" in caplog.text
    with pytest.raises(ConfigError, match="keys"):
        Keys(path=path)


def test_the_file_is_not_looked_at_for_each_request(tmp_path: Path) -> None:
    path = tmp_path / "keys"
    path.write_text(f"phone {OLD}\n", encoding="utf-8")
    keys, start = Keys(path=path), time.monotonic()
    path.write_text(f"phone {NEW}\n", encoding="utf-8")
    found = keys.name_of(OLD)
    assert found == "phone" or time.monotonic() > start + 1.0
