import io
import stat
import tarfile
import zipfile
from pathlib import Path

import pytest

from text_recognizer.datasets.files.archive import Limits, extract, read_members
from text_recognizer.errors import DataError

FILES = {"a/one.txt": b"one", "two.txt": b"two"}


def write_zip(path: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def write_tar(path: Path, files: dict[str, bytes], mode: str = "w:gz") -> Path:
    with tarfile.open(path, mode) as archive:  # type: ignore[call-overload]
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return path


def content_of(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def assert_refused(archive: Path, tmp_path: Path, match: str, limits: Limits | None = None) -> None:
    target = tmp_path / "target"
    before = {path for path in tmp_path.rglob("*") if path.is_file()}
    with pytest.raises(DataError, match=match):
        extract(archive, target, limits or Limits())
    assert {path for path in tmp_path.rglob("*") if path.is_file()} == before
    assert not target.exists()


@pytest.mark.parametrize("mode", ["w", "w:gz", "w:xz"])
def test_unpacks_tar(tmp_path: Path, mode: str) -> None:
    extract(write_tar(tmp_path / "files.tar", FILES, mode), tmp_path / "target")
    assert content_of(tmp_path / "target") == FILES


def test_unpacks_zip_into_a_folder_that_has_files(tmp_path: Path) -> None:
    (tmp_path / "target" / "a").mkdir(parents=True)
    (tmp_path / "target" / "a" / "own.txt").write_bytes(b"own")
    extract(write_zip(tmp_path / "files.zip", FILES), tmp_path / "target")
    assert content_of(tmp_path / "target") == {**FILES, "a/own.txt": b"own"}
    assert {path.name for path in tmp_path.iterdir()} == {"files.zip", "target"}


def test_reads_members_by_prefix(tmp_path: Path) -> None:
    archive = write_zip(tmp_path / "files.zip", FILES)
    assert dict(read_members(archive, "a/")) == {"a/one.txt": b"one"}


@pytest.mark.parametrize(
    "name", ["../evil.txt", "/evil.txt", "a/../../evil.txt", "..\\evil.txt", "C:/evil.txt"]
)
@pytest.mark.parametrize("write", [write_zip, write_tar])
def test_refuses_paths_that_leave_the_folder(tmp_path: Path, name: str, write: type) -> None:
    assert_refused(write(tmp_path / "files", {"fine.txt": b"1", name: b"2"}), tmp_path, "leaves the folder")


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE])
def test_refuses_links_and_devices_in_tar(tmp_path: Path, kind: bytes) -> None:
    with tarfile.open(tmp_path / "files.tar", "w") as archive:
        entry = tarfile.TarInfo("link")
        entry.type, entry.linkname = kind, "/etc/passwd"
        archive.addfile(entry)
    assert_refused(tmp_path / "files.tar", tmp_path, "link or a device")


def test_refuses_links_in_zip(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "files.zip", "w") as archive:
        entry = zipfile.ZipInfo("link")
        entry.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(entry, "/etc/passwd")
    assert_refused(tmp_path / "files.zip", tmp_path, "link or a device")


@pytest.mark.parametrize("write", [write_zip, write_tar])
def test_refuses_bombs(tmp_path: Path, write: type) -> None:
    assert_refused(write(tmp_path / "files", {"zeros": bytes(4 << 20)}), tmp_path, "bomb")


@pytest.mark.parametrize("limits", [Limits(members=1), Limits(total_bytes=5)])
@pytest.mark.parametrize("write", [write_zip, write_tar])
def test_refuses_too_much(tmp_path: Path, write: type, limits: Limits) -> None:
    assert_refused(write(tmp_path / "files", FILES), tmp_path, "holds more than", limits)


@pytest.mark.parametrize("write", [write_zip, write_tar])
@pytest.mark.parametrize("damage", ["cut", "changed"])
def test_names_a_damaged_archive(tmp_path: Path, write: type, damage: str) -> None:
    noise = bytes(i * i % 251 for i in range(5000))
    path = write(tmp_path / "files.bin", {"noise": noise, "more": noise[::-1]})
    content = bytearray(path.read_bytes())
    if damage == "changed":
        content[len(content) // 3] ^= 0xFF
    path.write_bytes(content[: len(content) // 2] if damage == "cut" else content)
    assert_refused(path, tmp_path, r"files\.bin")


def test_a_zip_that_lies_about_its_sizes_writes_no_more_than_declared(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "files.zip", {"zeros": bytes(100_000)})
    honest = (100_000).to_bytes(4, "little")
    path.write_bytes(path.read_bytes().replace(honest, (10).to_bytes(4, "little")))
    assert_refused(path, tmp_path, r"files\.zip")


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["zip", "tar"])
def test_very_many_folders_are_refused_soon(tmp_path: Path, kind: str) -> None:
    archive = tmp_path / f"folders.{kind}"
    if kind == "tar":
        entry = tarfile.TarInfo("folder")
        entry.type = tarfile.DIRTYPE
        archive.write_bytes(entry.tobuf() * 3000 + bytes(1024))
    else:
        with zipfile.ZipFile(archive, "w") as opened:
            for number in range(3000):
                opened.writestr(f"{number}/", b"")
    assert_refused(archive, tmp_path, "more than 2000 folders", Limits(folders=2000))


def test_folders_that_an_archive_may_have_are_no_files(tmp_path: Path) -> None:
    archive = tmp_path / "files.tar"
    with tarfile.open(archive, "w") as opened:
        for number in range(5):
            entry = tarfile.TarInfo(f"folder{number}")
            entry.type = tarfile.DIRTYPE
            opened.addfile(entry)
        entry = tarfile.TarInfo("folder1/one.txt")
        entry.size = 3
        opened.addfile(entry, io.BytesIO(b"one"))
    extract(archive, tmp_path / "target", Limits(members=1, folders=5))
    assert content_of(tmp_path / "target") == {"folder1/one.txt": b"one"}


@pytest.mark.parametrize("kind", [tarfile.PAX_FORMAT, tarfile.GNU_FORMAT])
def test_long_headers_are_refused_and_usual_ones_are_read(tmp_path: Path, kind: int) -> None:
    for name, number in (("usual", 100), ("long", 2**20)):
        entry = tarfile.TarInfo("d/" * number + "file")
        entry.pax_headers = {"comment": "a" * number}
        with tarfile.open(tmp_path / f"{name}.tar", "w", format=kind) as opened:
            opened.addfile(entry)
    extract(tmp_path / "usual.tar", tmp_path / "usual")
    assert len(content_of(tmp_path / "usual")) == 1
    assert_refused(tmp_path / "long.tar", tmp_path, "header of")
