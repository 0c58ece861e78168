"""Every data/raw folder states where its files come from, their digests, their terms and what to cite."""

import re
import tomllib
import urllib.parse
from pathlib import Path

import pytest

from text_recognizer.datasets.files.metadata import METADATA_ROOT, read_metadata
from text_recognizer.errors import DataError
from text_recognizer.tests.repository import ROOT

FOLDERS = sorted(path for path in (ROOT / "data" / "raw").iterdir() if path.is_dir())
# Nobody publishes digests of these (registration, many places): nothing of them is downloaded.
WITHOUT_DIGEST = {"handwriting_fonts", "iam", "iam_ondb", "scene_text", "word_fonts"}
each_folder = pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.name)


def test_the_folders_are_found() -> None:
    assert {"brown", "emnist", "fsdl_handwriting", "iam"} <= {folder.name for folder in FOLDERS}
    assert METADATA_ROOT.resolve() == ROOT / "data" / "raw"


@each_folder
def test_metadata_are_read_as_the_loaders_read_them(folder: Path) -> None:
    metadata = read_metadata(folder.name)
    assert metadata.licence.strip()
    assert metadata.citation.strip()
    names = [file.filename for file in metadata.files]
    assert len(set(names)) == len(names)
    assert all(Path(name).name == name for name in names)


@each_folder
def test_addresses_are_https(folder: Path) -> None:
    for file in read_metadata(folder.name).files:
        address = urllib.parse.urlsplit(file.url)
        assert address.scheme == "https", file.url
        assert address.hostname


@each_folder
def test_digests_are_sha256(folder: Path) -> None:
    digests = {file.filename: file.sha256 for file in read_metadata(folder.name).files}
    if folder.name in WITHOUT_DIGEST:
        assert not any(digests.values())
        assert "No digest is published" in (folder / "metadata.toml").read_text(encoding="utf-8")
    else:
        assert not {
            name: digest for name, digest in digests.items() if not re.fullmatch("[0-9a-f]{64}", digest)
        }


@each_folder
def test_a_readme_describes_the_folder(folder: Path) -> None:
    readme = (folder / "readme.md").read_text(encoding="utf-8")
    assert readme.startswith("# ")
    assert len(readme.split()) > 20


@pytest.mark.parametrize("key", ["filename", "url", "licence", "citation"])
def test_a_missing_key_is_an_error_that_names_the_file(metadata_root: Path, key: str) -> None:
    text = (FOLDERS[0] / "metadata.toml").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith(f"{key} ")]
    (metadata_root / "toy").mkdir()
    (metadata_root / "toy" / "metadata.toml").write_text("\n".join(lines))
    assert key not in tomllib.loads("\n".join(lines))
    with pytest.raises(DataError, match=r"toy/metadata\.toml"):
        read_metadata("toy")


@pytest.mark.parametrize("name", ["emnist", "iam", "iam_ondb", "brown", "handwriting_fonts", "word_fonts"])
def test_shipped_metadata_is_complete(name: str) -> None:
    metadata = read_metadata(name)
    assert metadata.licence
    assert metadata.citation
    for entry in metadata.files:
        assert entry.url.startswith("https://")
        assert entry.sha256 == "" or (len(entry.sha256) == 64 and int(entry.sha256, 16) > 0)


def test_an_unknown_data_set_lists_the_known(metadata_root: Path) -> None:
    (metadata_root / "toy").mkdir()
    (metadata_root / "toy" / "metadata.toml").write_text((FOLDERS[0] / "metadata.toml").read_text())
    with pytest.raises(DataError, match="toy"):
        read_metadata("other")


@pytest.mark.parametrize("text", ["filename = 3 =", 'filename = "x"', 'filename="x"\nurl="y"\nlicense="z"'])
def test_unfit_metadata_names_its_file(text: str, metadata_root: Path) -> None:
    (metadata_root / "toy").mkdir()
    (metadata_root / "toy" / "metadata.toml").write_text(text)
    with pytest.raises(DataError, match=r"metadata\.toml"):
        read_metadata("toy")
