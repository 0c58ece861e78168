"""Digests are written into metadata.toml; comments and all else stay."""

import hashlib
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from text_recognizer.errors import DataError
from text_recognizer.tests.repository import ROOT
from training.chores.update_metadata import main, update_metadata

TOML = """# what this is
filename = "a.json"
url = "https://host/a.json" # where it was
# why the digest is this one
sha256 = "{0}" # recorded
licence = "sha256 = \\"none\\""
citation = "A"

[[more]]
filename = "b.json"
sha256 = '{1}'
url = "https://host/b.json"
"""


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a.json").write_bytes(b"a")
    (tmp_path / "b.json").write_bytes(b"b")
    (tmp_path / "metadata.toml").write_text(TOML.format("0" * 64, digest(b"b")))
    return tmp_path


def test_the_digest_is_replaced_and_nothing_else(folder: Path) -> None:
    changes = update_metadata(folder / "metadata.toml")
    assert changes == {"a.json": ("0" * 64, digest(b"a"))}
    expected = TOML.format(digest(b"a"), digest(b"b")).replace("'", '"')
    assert (folder / "metadata.toml").read_text() == expected
    assert sorted(path.name for path in folder.iterdir()) == ["a.json", "b.json", "metadata.toml"]


def test_unchanged_files_leave_the_metadata_untouched(folder: Path) -> None:
    (folder / "metadata.toml").write_text(TOML.format(digest(b"a"), digest(b"b")))
    before = (folder / "metadata.toml").stat()
    assert update_metadata(folder / "metadata.toml") == {}
    after = (folder / "metadata.toml").stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)


@pytest.mark.parametrize("end", ["\n", "\r\n", ""])
def test_a_digest_that_is_missing_is_added_below_the_filename(folder: Path, end: str) -> None:
    path = folder / "metadata.toml"
    path.write_bytes(f'url = "https://host"{end or chr(10)}filename = "a.json"{end}'.encode())
    assert update_metadata(path) == {"a.json": ("", digest(b"a"))}
    assert tomllib.loads(path.read_bytes().decode())["sha256"] == digest(b"a")
    assert path.read_bytes().count(b"\r") == (3 if end == "\r\n" else 0)


def test_a_missing_file_changes_nothing_and_is_named(folder: Path) -> None:
    (folder / "b.json").unlink()
    before = (folder / "metadata.toml").read_text()
    with pytest.raises(DataError, match=r"b\.json.*No such file.*https://host/b\.json"):
        update_metadata(folder / "metadata.toml")
    assert (folder / "metadata.toml").read_text() == before


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("filename = ", "readable TOML"),
        ('url = "x"', "filename"),
        ('filename = "../a.json"', r"'\.\./a\.json'"),
        ('filename = "a.json"\n[[more]]\nurl = "x"', "filename"),
        ('more = [{filename = "b.json"}]\nfilename = "a.json"', "Write the digests yourself"),
    ],
)
def test_what_cannot_be_edited_is_an_error(folder: Path, text: str, message: str) -> None:
    (folder / "metadata.toml").write_text(text)
    with pytest.raises(DataError, match=message):
        update_metadata(folder / "metadata.toml")
    assert (folder / "metadata.toml").read_text() == text


def test_the_command_tells_what_changed(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = str(folder / "metadata.toml")
    assert main([path]) == 0
    assert f"a.json: {'0' * 64} -> {digest(b'a')}" in capsys.readouterr().out
    assert main([path]) == 0
    assert capsys.readouterr().out == f"{path}: nothing changed\n"


def test_the_command_goes_on_after_a_failure_and_exits_with_1(folder: Path) -> None:
    process = subprocess.run(
        [sys.executable, ROOT / "training" / "chores" / "update_metadata.py", "absent.toml", "metadata.toml"],
        cwd=folder,
        env={"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert process.returncode == 1
    assert process.stdout.startswith("metadata.toml: changed")
    assert process.stderr.startswith("absent.toml is no readable TOML file")
    assert "Traceback" not in process.stderr
