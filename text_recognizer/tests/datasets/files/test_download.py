import hashlib
import io
import logging
import socket
import tarfile
from pathlib import Path

import pytest

from text_recognizer.datasets.files.download import find, locate, main, unpack_raw
from text_recognizer.errors import DownloadError
from text_recognizer.tests.datasets.file_server import FileServer, serve

CONTENT = b"some original file"
DIGEST = hashlib.sha256(CONTENT).hexdigest()


def write_metadata(root: Path, url: str = "http://127.0.0.1/toy.bin", sha256: str = DIGEST) -> None:
    (root / "toy").mkdir()
    (root / "toy" / "metadata.toml").write_text(
        f'filename = "toy.bin"\nurl = "{url}"\nsha256 = "{sha256}"\nlicence = "free"\ncitation = "none"\n'
        '[[more]]\nfilename = "by_hand.tgz"\nurl = "http://127.0.0.1/page"\nfolder = "unpacked"\n'
    )


@pytest.mark.parametrize("place", ["toy/toy.bin", "toy.bin"])
def test_finds_a_file_in_the_mirror(
    place: str, data_root: Path, metadata_root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_metadata(metadata_root)
    path = tmp_path / "mirror" / place
    path.parent.mkdir(parents=True)
    path.write_bytes(CONTENT)
    monkeypatch.setenv("TEXT_RECOGNIZER_MIRROR", str(tmp_path / "mirror"))
    assert locate("toy", "toy.bin") == path


def test_downloads_into_the_data_root(data_root: Path, metadata_root: Path) -> None:
    with serve(FileServer(CONTENT)) as server:
        write_metadata(metadata_root, server.url)
        assert find("toy", "toy.bin") is None
        path = locate("toy", "toy.bin")
        assert locate("toy", "toy.bin") == path
    assert path == data_root / "raw" / "toy" / "toy.bin"
    assert path.read_bytes() == CONTENT
    assert len(server.requests) == 1


def test_checks_the_digest_on_every_use(data_root: Path, metadata_root: Path) -> None:
    write_metadata(metadata_root)
    path = data_root / "raw" / "toy" / "toy.bin"
    path.parent.mkdir(parents=True)
    path.write_bytes(CONTENT)
    assert locate("toy", "toy.bin") == path
    path.write_bytes(b"damaged")
    with pytest.raises(DownloadError, match=DIGEST) as caught:
        locate("toy", "toy.bin")
    assert str(path) in str(caught.value)


def test_a_file_without_published_digest_is_used_and_its_own_logged(
    data_root: Path, metadata_root: Path, caplog: pytest.LogCaptureFixture
) -> None:
    write_metadata(metadata_root)
    path = data_root / "raw" / "toy" / "member.gz"
    path.parent.mkdir(parents=True)
    path.write_bytes(CONTENT)
    with caplog.at_level(logging.INFO):
        assert find("toy", "member.gz") == path
    assert DIGEST in caplog.text


def test_offline_opens_no_socket_and_says_what_it_wants(
    data_root: Path, metadata_root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_metadata(metadata_root)
    monkeypatch.setenv("TEXT_RECOGNIZER_OFFLINE", "1")
    opened: list[object] = []
    monkeypatch.setattr(socket, "socket", lambda *arguments, **_: opened.append(arguments))
    monkeypatch.setattr(socket, "getaddrinfo", lambda *arguments, **_: opened.append(arguments))
    with pytest.raises(DownloadError, match="offline") as caught:
        locate("toy", "toy.bin")
    assert str(data_root / "raw" / "toy" / "toy.bin") in str(caught.value)
    assert not opened


def test_offline_still_takes_file_urls(
    data_root: Path, metadata_root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "source.bin").write_bytes(CONTENT)
    write_metadata(metadata_root, (tmp_path / "source.bin").as_uri())
    monkeypatch.setenv("TEXT_RECOGNIZER_OFFLINE", "1")
    assert locate("toy", "toy.bin").read_bytes() == CONTENT


@pytest.mark.parametrize("filename", ["by_hand.tgz", "unheard_of.bin"])
def test_what_has_no_digest_is_never_downloaded(filename: str, data_root: Path, metadata_root: Path) -> None:
    write_metadata(metadata_root)
    with pytest.raises(DownloadError, match="cannot be downloaded"):
        locate("toy", filename)


def test_unpacks_archives_put_in_place_by_hand_once(data_root: Path, metadata_root: Path) -> None:
    write_metadata(metadata_root)
    archive = data_root / "raw" / "toy" / "by_hand.tgz"
    archive.parent.mkdir(parents=True)
    with tarfile.open(archive, "w:gz") as opened:
        entry = tarfile.TarInfo("a01/line.txt")
        entry.size = len(CONTENT)
        opened.addfile(entry, io.BytesIO(CONTENT))
    assert unpack_raw("toy") == [archive.parent / "unpacked"]
    assert (archive.parent / "unpacked" / "a01" / "line.txt").read_bytes() == CONTENT
    assert unpack_raw("toy") == []


def test_the_command_downloads_the_main_file(
    data_root: Path,
    metadata_root: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with serve(FileServer(CONTENT)) as server:
        write_metadata(metadata_root, server.url)
        assert main(["toy"]) == 0
    path = data_root / "raw" / "toy" / "toy.bin"
    assert capsys.readouterr().out == f"Ready: {path}\n"
    assert path.read_bytes() == CONTENT


def test_the_command_says_where_to_read_on(
    metadata_root: Path, data_root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_metadata(metadata_root, sha256="")
    assert main(["toy"]) == 0
    assert "data/raw/toy/readme.md" in capsys.readouterr().out


def test_the_command_ends_with_a_message(metadata_root: Path, caplog: pytest.LogCaptureFixture) -> None:
    assert main(["other"]) == 1
    assert "'other'" in caplog.text


def test_a_file_without_a_published_digest_is_named_once(
    data_root: Path, metadata_root: Path, caplog: pytest.LogCaptureFixture
) -> None:
    write_metadata(metadata_root)
    path = data_root / "raw" / "toy" / "by_hand.tgz"
    path.parent.mkdir(parents=True)
    path.write_bytes(CONTENT)
    with caplog.at_level(logging.INFO):
        for _ in range(3):
            assert locate("toy", "by_hand.tgz") == path
    assert [record.message.partition(";")[0] for record in caplog.records] == [
        "No digest of by_hand.tgz is published"
    ]
