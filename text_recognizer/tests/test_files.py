import errno
import hashlib
import os
import stat
import sys
import threading
from pathlib import Path

import pytest

from text_recognizer import files
from text_recognizer.files import (
    lock_file,
    remove_partial_files,
    replacing,
    replacing_folder,
    sha256_of,
    write_atomically,
)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_text_and_bytes_are_written_into_folders_that_are_made(tmp_path: Path) -> None:
    path = tmp_path / "new" / "deep" / "note.txt"
    write_atomically(path, "Grüße\n")
    assert path.read_bytes() == "Grüße\n".encode()
    write_atomically(path, b"\x00\xff")
    assert path.read_bytes() == b"\x00\xff"
    assert stat.S_IMODE(path.stat().st_mode) == 0o644
    assert names(path.parent) == ["note.txt"]


def test_a_failure_keeps_the_old_file_and_leaves_no_other(tmp_path: Path) -> None:
    path = tmp_path / "note.txt"
    write_atomically(path, "old")

    def interrupted() -> None:
        with replacing(path) as partial:
            partial.write_text("half of the new")
            assert path.read_text() == "old"
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert path.read_text() == "old"
    assert names(tmp_path) == ["note.txt"]


def test_readers_see_nothing_until_the_block_ends(tmp_path: Path) -> None:
    path = tmp_path / "note.txt"
    with replacing(path) as partial:
        partial.write_text("new")
        assert not path.exists()
    assert path.read_text() == "new"


def test_links_are_replaced_and_not_followed(tmp_path: Path) -> None:
    victim, path = tmp_path / "victim", tmp_path / "note.txt"
    victim.write_text("keep me")
    path.symlink_to(victim)
    write_atomically(path, "new")
    assert victim.read_text() == "keep me"
    assert path.read_text() == "new"
    assert not path.is_symlink()


def test_the_file_is_private_until_it_is_complete_and_its_name_is_new(tmp_path: Path) -> None:
    path, seen = tmp_path / "note.txt", set()
    for _ in range(3):
        with replacing(path) as partial:
            assert stat.S_IMODE(partial.stat().st_mode) == 0o600
            seen.add(partial.name)
    assert len(seen) == 3


@pytest.mark.parametrize(("mask", "mode"), [(0o022, 0o644), (0o077, 0o600), (0o002, 0o664)])
def test_a_new_file_has_the_permissions_that_the_umask_leaves(mask: int, mode: int, tmp_path: Path) -> None:
    before = os.umask(mask)
    try:
        write_atomically(tmp_path / "note.txt", "new")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "note.txt").stat().st_mode) == mode


def test_a_replaced_file_keeps_its_permissions_and_a_link_gives_none(tmp_path: Path) -> None:
    path = tmp_path / "note.txt"
    path.write_text("secret")
    path.chmod(0o600)
    write_atomically(path, "new")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    link = tmp_path / "link.txt"
    link.symlink_to(path)
    write_atomically(link, "new")
    assert stat.S_IMODE(link.lstat().st_mode) == 0o644


def test_a_file_that_takes_the_new_name_first_is_not_written_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("secrets.token_hex", lambda _: "guessed")
    victim = tmp_path / "victim"
    victim.write_text("keep me")
    (tmp_path / ".guessed.part").symlink_to(victim)
    with pytest.raises(FileExistsError):
        write_atomically(tmp_path / "note.txt", "new")
    assert victim.read_text() == "keep me"


def test_names_as_long_as_the_file_system_allows_and_of_any_bytes(tmp_path: Path) -> None:
    strange = [] if sys.platform == "darwin" else [os.fsdecode(b"\xff\xfe")]  # APFS accepts text alone
    for name in ("n" * 255, "a\nb", *strange):
        write_atomically(tmp_path / name, "new")
        assert (tmp_path / name).read_text() == "new"


def test_a_full_disk_leaves_the_old_file_and_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "note.txt"
    write_atomically(path, "old")

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_atomically(path, "new")
    assert path.read_text() == "old"
    assert names(tmp_path) == ["note.txt"]


def test_digest_of_a_file_larger_than_what_is_read_at_a_time(tmp_path: Path) -> None:
    content = bytes(range(256)) * 5000
    (tmp_path / "file").write_bytes(content)
    assert sha256_of(tmp_path / "file") == hashlib.sha256(content).hexdigest()
    with pytest.raises(FileNotFoundError):
        sha256_of(tmp_path / "absent")


def test_only_what_a_killed_writer_left_is_removed(tmp_path: Path) -> None:
    kept = [".hidden", ".own.part", "note.txt", "x" * 33 + ".part"]
    for name in (*kept, f".{'0f' * 16}.part"):
        (tmp_path / name).write_text("")
    (tmp_path / "within").mkdir()
    (tmp_path / "within" / f".{'0f' * 16}.part").write_text("")
    remove_partial_files(tmp_path)
    assert names(tmp_path) == sorted([*kept, "within"])
    assert names(tmp_path / "within") == []


def test_what_is_being_written_stays(tmp_path: Path) -> None:
    with replacing(tmp_path / "file") as partial:
        remove_partial_files(tmp_path)
        partial.write_text("whole")
    assert (tmp_path / "file").read_text() == "whole"


@pytest.mark.parametrize("exchange", [True, False])
def test_a_folder_takes_the_place_of_another_as_a_whole(
    exchange: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not exchange:  # as on NFS
        monkeypatch.setattr(files, "_exchanged", lambda one, other: False)
    path = tmp_path / "deep" / "model"
    for content in ("first", "second"):
        with replacing_folder(path) as new:
            (new / content).write_text(content)
            assert not (path / content).exists()
        assert names(path) == [content]
        assert names(path.parent) == ["model"]


def test_at_no_moment_is_there_no_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if sys.platform not in ("linux", "darwin"):
        pytest.skip("the system cannot exchange two folders")
    path = tmp_path / "model"
    path.mkdir()
    (path / "old").touch()
    monkeypatch.setattr(files, "_remove", lambda _: pytest.fail("the old one was moved away before"))
    with replacing_folder(path) as new:
        (new / "new").touch()
    assert names(path) == ["new"]


def test_a_link_to_a_folder_is_replaced_and_not_followed(tmp_path: Path) -> None:
    victim, path = tmp_path / "victim", tmp_path / "model"
    victim.mkdir()
    (victim / "file").touch()
    path.symlink_to(victim)
    with replacing_folder(path) as new:
        (new / "new").touch()
    assert not path.is_symlink()
    assert (names(path), names(victim)) == (["new"], ["file"])


def test_a_folder_that_cannot_be_filled_leaves_the_old_one(tmp_path: Path) -> None:
    (tmp_path / "X").mkdir()
    (tmp_path / "X" / "old").touch()

    def fill() -> None:
        with replacing_folder(tmp_path / "X") as folder:
            (folder / "new").touch()
            raise RuntimeError("stop")

    with pytest.raises(RuntimeError, match="stop"):
        fill()
    assert [path.name for path in tmp_path.rglob("*")] == ["X", "old"]


def test_folders_of_killed_writers_go_and_those_in_use_stay(tmp_path: Path) -> None:
    killed = tmp_path / f".{'0f' * 16}.part"
    (killed / "model").mkdir(parents=True)
    with replacing_folder(tmp_path / "one") as one:
        assert not killed.exists()
        with replacing_folder(tmp_path / "other") as other:
            (other / "new").touch()
        remove_partial_files(tmp_path)
        (one / "new").touch()
    assert names(tmp_path) == ["one", "other"]


def test_a_file_that_is_cleaned_up_before_it_is_locked_is_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fcntl = pytest.importorskip("fcntl")
    real = os.open
    cleaner: list[int] = []

    def opened(path: Path, flags: int, mode: int = 0o777) -> int:
        descriptor = real(path, flags, mode)
        if not cleaner and str(path).endswith(".part"):
            cleaner.append(real(path, os.O_WRONLY))
            fcntl.flock(cleaner[0], fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.unlink(path)
        return descriptor

    monkeypatch.setattr(os, "open", opened)
    write_atomically(tmp_path / "note.txt", "read me")
    monkeypatch.undo()
    os.close(cleaner[0])
    assert [path.name for path in tmp_path.iterdir()] == ["note.txt"]
    assert (tmp_path / "note.txt").read_text() == "read me"


def test_one_at_a_time_holds_the_lock_of_a_file(tmp_path: Path) -> None:
    pytest.importorskip("fcntl")
    path = tmp_path / "lock"
    holder = lock_file(path)
    assert holder is not None
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert lock_file(path) is None
    threading.Timer(0.05, os.close, [holder]).start()
    following = lock_file(path, wait=True)
    assert following is not None
    os.close(following)


def test_a_lock_follows_no_link_and_leaves_no_file_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fcntl = pytest.importorskip("fcntl")
    (tmp_path / "link").symlink_to(tmp_path / "other")
    with pytest.raises(OSError, match="link"):
        lock_file(tmp_path / "link")
    assert not (tmp_path / "other").exists()

    def no_locks(descriptor: int, _: int) -> None:
        opened.append(descriptor)
        raise OSError(errno.ENOLCK, "no locks")

    opened: list[int] = []
    monkeypatch.setattr(fcntl, "flock", no_locks)
    with pytest.raises(OSError, match="no locks"):
        lock_file(tmp_path / "lock")
    with pytest.raises(OSError, match="Bad file"):
        os.fstat(opened[0])
