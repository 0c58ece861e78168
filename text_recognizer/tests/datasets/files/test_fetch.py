import errno
import hashlib
import multiprocessing
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from text_recognizer.datasets.files import fetch as fetch_module
from text_recognizer.datasets.files.fetch import fetch
from text_recognizer.errors import DownloadError
from text_recognizer.tests.datasets.file_server import FileServer, serve

CONTENT = bytes(range(256)) * 1000
DIGEST = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetch_module, "FIRST_PAUSE_SECONDS", 0.0)
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)


def test_fetches_a_file_and_leaves_no_part(tmp_path: Path) -> None:
    target = tmp_path / "new" / "file.bin"
    with serve(FileServer(CONTENT)) as server:
        fetch(server.url, target, DIGEST)
    assert target.read_bytes() == CONTENT
    assert [path.name for path in target.parent.iterdir() if not path.name.endswith(".lock")] == ["file.bin"]


def test_resumes_after_cut_connections(tmp_path: Path) -> None:
    with serve(FileServer(CONTENT, cut_after=[1000, 70_000])) as server:
        fetch(server.url, tmp_path / "file.bin", DIGEST)
    assert (tmp_path / "file.bin").read_bytes() == CONTENT
    assert server.requests == ["", "bytes=1000-", "bytes=71000-"]


def test_resumes_the_part_of_an_earlier_run(tmp_path: Path) -> None:
    (tmp_path / "file.bin.part").write_bytes(CONTENT[:5000])
    with serve(FileServer(CONTENT)) as server:
        fetch(server.url, tmp_path / "file.bin", DIGEST)
    assert server.requests == ["bytes=5000-"]
    assert (tmp_path / "file.bin").read_bytes() == CONTENT


def test_starts_again_where_the_server_ignores_ranges(tmp_path: Path) -> None:
    (tmp_path / "file.bin.part").write_bytes(b"x" * 5000)
    with serve(FileServer(CONTENT, ranges=False)) as server:
        fetch(server.url, tmp_path / "file.bin", DIGEST)
    assert (tmp_path / "file.bin").read_bytes() == CONTENT


def test_a_complete_part_is_only_verified(tmp_path: Path) -> None:
    (tmp_path / "file.bin.part").write_bytes(CONTENT)
    with serve(FileServer(CONTENT)) as server:
        fetch(server.url, tmp_path / "file.bin", DIGEST)
    assert (tmp_path / "file.bin").read_bytes() == CONTENT


def test_a_wrong_digest_leaves_nothing_and_names_both(tmp_path: Path) -> None:
    with serve(FileServer(b"other")) as server, pytest.raises(DownloadError) as caught:
        fetch(server.url, tmp_path / "file.bin", DIGEST)
    assert DIGEST in str(caught.value)
    assert hashlib.sha256(b"other").hexdigest() in str(caught.value)
    assert not (tmp_path / "file.bin").exists()
    assert not (tmp_path / "file.bin.part").exists()


@pytest.mark.parametrize(("status", "requests"), [(404, 1), (503, fetch_module.ATTEMPTS)])
def test_only_passing_errors_are_tried_again(tmp_path: Path, status: int, requests: int) -> None:
    with serve(FileServer(CONTENT, status=status)) as server, pytest.raises(DownloadError, match=str(status)):
        fetch(server.url, tmp_path / "file.bin", DIGEST)
    assert len(server.requests) == requests


def test_gives_up_without_progress_but_keeps_what_came(tmp_path: Path) -> None:
    cuts = [100] + [0] * fetch_module.ATTEMPTS
    with serve(FileServer(CONTENT, cut_after=cuts)) as server, pytest.raises(DownloadError, match="byte 100"):
        fetch(server.url, tmp_path / "file.bin", DIGEST)
    assert (tmp_path / "file.bin.part").read_bytes() == CONTENT[:100]


def test_reads_file_urls(tmp_path: Path) -> None:
    source = tmp_path / "source.bin"
    source.write_bytes(CONTENT)
    fetch(source.as_uri(), tmp_path / "file.bin", DIGEST)
    assert (tmp_path / "file.bin").read_bytes() == CONTENT


def test_a_missing_file_url_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(DownloadError, match=r"absent\.bin"):
        fetch((tmp_path / "absent.bin").as_uri(), tmp_path / "file.bin", DIGEST)


def test_refuses_other_schemes(tmp_path: Path) -> None:
    with pytest.raises(DownloadError, match="ftp"):
        fetch("ftp://127.0.0.1/file.bin", tmp_path / "file.bin", DIGEST)


def test_a_folder_that_cannot_be_made_is_a_download_error(tmp_path: Path) -> None:
    (tmp_path / "blocked").write_text("")
    with pytest.raises(DownloadError, match="TEXT_RECOGNIZER_DATA_ROOT"):
        fetch("http://127.0.0.1/file.bin", tmp_path / "blocked" / "file.bin", DIGEST)


def test_uses_the_proxy_of_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with serve(FileServer(CONTENT)) as server:
        monkeypatch.setenv("http_proxy", server.url.removesuffix("/file.bin"))
        monkeypatch.delenv("no_proxy", raising=False)
        monkeypatch.delenv("NO_PROXY", raising=False)
        fetch("http://data.invalid/file.bin", tmp_path / "file.bin", DIGEST)
    assert (tmp_path / "file.bin").read_bytes() == CONTENT


def test_two_threads_download_once(tmp_path: Path) -> None:
    with serve(FileServer(CONTENT)) as server:
        arguments = (server.url, tmp_path / "file.bin", DIGEST)
        threads = [threading.Thread(target=fetch, args=arguments) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert (tmp_path / "file.bin").read_bytes() == CONTENT
    assert server.requests == [""]


def test_two_processes_download_once(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    with serve(FileServer(CONTENT)) as server:
        arguments = (server.url, tmp_path / "file.bin", DIGEST)
        processes = [context.Process(target=fetch, args=arguments) for _ in range(2)]
        for process in processes:
            process.start()
        for process in processes:
            process.join()
    assert [process.exitcode for process in processes] == [0, 0]
    assert (tmp_path / "file.bin").read_bytes() == CONTENT
    assert server.requests == [""]


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_told_at_once_and_leaves_no_part(
    code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "source.bin"
    source.write_bytes(CONTENT)

    def full(*_: object) -> Iterator[int]:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr("text_recognizer.datasets.files.fetch._copy", full)
    target = tmp_path / "folder" / "file.bin"
    with pytest.raises(DownloadError, match="make room"):
        fetch(source.as_uri(), target, DIGEST)
    assert not target.exists()
    assert not target.with_name("file.bin.part").exists()
